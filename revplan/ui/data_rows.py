"""The rows of an upload before it is accepted: those that would count, and those that come back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import streamlit as st

from revplan.issues import Issue
from revplan.model.tables import TABLES
from revplan.model.tables import Column as CanonicalColumn
from revplan.service import workspace
from revplan.service.called import names_of
from revplan.service.preview import Preview
from revplan.ui import data_choices
from revplan.ui.tables import Column, show_table
from revplan.ui.text import plain
from revplan.words import _, data_names, formats, names, ngettext, sentences

_SHOWN = 200
_BECAME = "became"


def show_rows(key: str, preview: Preview) -> None:
    """The first rows as they would be kept, with names for ids and words for codes."""
    if preview.cleaned is None or not preview.good:
        st.caption(_("No row can be used yet."))
        return
    book = workspace.current().book()
    own = (book.company.currency, book.company.digits)
    spec = TABLES[preview.table]
    shown = preview.cleaned.table.slice(0, _SHOWN)
    filled = [column for column in spec.columns if shown[column.name].null_count < shown.num_rows]
    called = names_of(book, spec, shown, preview.cleaned.table)
    for column in filled:
        if column.kind == "money":
            shown = _put(shown, column.name, data_choices.written_money(shown, column.name, own))
    kinds: Mapping[str, Any] = {"date": "date", "count": "whole", "fraction": "percent"}
    headings = [
        Column(
            column.name,
            data_names.column(column.name),
            kinds.get(column.kind, "text"),
            pinned=column.name == spec.key[0],
        )
        for column in filled
    ]
    table = worded(shown, filled, called)
    if preview.changed or len(set(preview.became)) > 1:
        words = [names.named(names.BECAME, one) for one in preview.became[:_SHOWN]]
        table = table.append_column(_BECAME, pa.array(words, pa.string()))
        headings.insert(1, Column(_BECAME, _("Accepting it")))
    show_table(table, headings, f"{key}_rows")
    _more(preview.good)


def worded(
    table: pa.Table, columns: Sequence[CanonicalColumn], called: Mapping[str, Mapping[str, str]]
) -> pa.Table:
    """Choices as words, rates as numbers; who and what is referred to by name, the id after it.

    `called` maps a column to the names of its ids. An id that nobody knows stands alone.
    """
    for column in columns:
        values = table[column.name].to_pylist()
        if column.kind == "choice":
            words = [data_names.choice(code) if code else None for code in values]
        elif column.kind == "rate":
            words = [formats.number(data_choices.rate(value), 9) for value in values]
        elif column.name in called:
            words = [_named(identity, called[column.name].get(identity)) for identity in values]
        else:
            continue
        table = _put(table, column.name, words)
    return table


def _named(identity: str | None, name: str | None) -> str | None:
    return f"{name} ({identity})" if identity and name and name != identity else identity


def _put(table: pa.Table, name: str, words: Sequence[str | None]) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), name, pa.array(words, pa.string()))


def show_rejected(key: str, preview: Preview) -> None:
    """The first rows that cannot be used, each with its number in the file and the reasons."""
    if preview.cleaned is None or preview.sheet is None or not preview.rejected:
        st.caption(_("No row is rejected."))
        return
    sheet = preview.sheet
    found = list(preview.cleaned.rejected.items())[:_SHOWN]
    data: dict[str, list[Any]] = {
        "0": [sheet.numbers[position] for position, _issues in found],
        "1": [" ".join(_reason(issue) for issue in issues) for _position, issues in found],
    }
    headings = [Column("0", _("Row in the file"), "whole", pinned=True), Column("1", _("Why"))]
    for at, header in enumerate(sheet.header):
        data[str(at + 2)] = [_cell(sheet.rows[position][at]) for position, _issues in found]
        headings.append(Column(str(at + 2), header))
    show_table(pa.table(data), headings, f"{key}_rejects")
    _more(preview.rejected)


def why_rejected(preview: Preview) -> list[str]:
    """Each kind of reason as Markdown, by the rows it rejects: the first case of it, and how many rows."""
    rejected = preview.cleaned.rejected if preview.cleaned else {}
    rows = Counter((issue.code, issue.where.column) for issues in rejected.values() for issue in issues)
    first: dict[tuple[str, str], Issue] = {}
    for issues in rejected.values():
        for issue in issues:
            first.setdefault((issue.code, issue.where.column), issue)
    told = []
    for kind, number in rows.most_common():
        column = f"**{plain(kind[1])}**: " if kind[1] else ""
        many = ngettext("({rows} row rejected)", "({rows} rows rejected)", number)
        reason = _told(first[kind])
        told.append(f"{column}{plain(reason)} {many.format(rows=formats.number(number))}")
    return told


def _reason(issue: Issue) -> str:
    column = f"{issue.where.column}: " if issue.where.column else ""
    return column + _told(issue)


def _told(issue: Issue) -> str:
    told = sentences.told(issue)
    return " ".join(filter(None, (told.what, told.fix)))


def _cell(cell: object) -> str | None:
    return None if cell is None else str(cell)


def _more(rows: int) -> None:
    if rows > _SHOWN:
        st.caption(_("The first {number} rows are shown.").format(number=formats.number(_SHOWN)))

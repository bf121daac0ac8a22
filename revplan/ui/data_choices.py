"""What can be chosen about an upload: its table, columns, words, people, and how it is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pyarrow as pa
import streamlit as st

from revplan.data.files import Reading, Sheet
from revplan.data.meanings import Meaning
from revplan.data.text_files import DELIMITERS, ENCODINGS
from revplan.model.tables import TABLES
from revplan.money import currency_digits, to_major
from revplan.service import workspace
from revplan.service.people import people
from revplan.service.preview import Choices, Preview
from revplan.ui.text import plain
from revplan.words import _, data_names, formats, ngettext

_MOST_WORDS = 60
_MOST_UNUSED = 20


@dataclass(frozen=True)
class Chosen:
    """What a person chose about one upload so far; an empty table is the proposed one."""

    table: str = ""
    choices: Choices = field(default_factory=Choices)


def _change(key: str, change: Callable[[Chosen], Chosen]) -> None:
    st.session_state[f"{key}_chosen"] = change(st.session_state[f"{key}_chosen"])


# ---------------------------------------------------------------- what it holds


def choose_table(key: str, preview: Preview) -> None:
    """What the file holds: the proposed table first, then all others."""

    def taken() -> None:
        name = st.session_state[f"{key}_table"]
        _change(key, lambda chosen: replace(chosen, table=name or ""))

    names = list(TABLES)
    st.selectbox(
        _("What it holds"),
        names,
        index=names.index(preview.table) if preview.table else None,
        format_func=data_names.table,
        key=f"{key}_table",
        on_change=taken,
        placeholder=_("Choose …"),
        help=data_names.holds(preview.table) if preview.table else None,
    )


def choose_replacing(key: str) -> None:
    """Whether rows that the file does not have are removed."""

    def taken() -> None:
        on = st.session_state[f"{key}_replace"]
        _change(key, lambda chosen: replace(chosen, choices=replace(chosen.choices, replace_table=on)))

    st.toggle(
        _("Replace everything loaded"),
        key=f"{key}_replace",
        on_change=taken,
        help=_("Rows that this file does not have are removed. Otherwise they stay as they are."),
    )


# ---------------------------------------------------------------- columns


def choose_columns(key: str, preview: Preview) -> None:
    """Which column of the file is which. A near match is only suggested."""
    if preview.sheet is None or not preview.table:
        st.caption(_("Choose what the file holds first."))
        return
    sheet = preview.sheet
    spec = TABLES[preview.table]
    near = {guess.column: guess.header for guess in preview.guesses if not guess.sure}
    near = {column: header for column, header in near.items() if column not in preview.columns}
    st.caption(_("Needed ones are marked with *. Change what is wrong; what is left out stays empty."))
    if near:
        listed = formats.listed(
            [f"{data_names.column(column)}: “{header}”" for column, header in near.items()]
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(plain(_("Perhaps {columns}?").format(columns=listed)))
            st.button(_("Use these"), key=f"{key}_use_near", on_click=_take_columns, args=(key, near))
    grid = st.columns(3)
    for number, column in enumerate(spec.columns):
        needed = column.required and not (column.name == "outcome" and preview.columns.get("stage"))
        with grid[number % 3]:
            _choose_column(key, preview, sheet, column.name, needed)
    used = set(preview.columns.values())
    if unused := [header for header in sheet.header if header not in used]:
        more = len(unused) - _MOST_UNUSED
        if more > 0:
            text = _("Not used: {columns} and {number} more.").format(
                columns=", ".join(unused[:_MOST_UNUSED]), number=formats.number(more)
            )
        else:
            text = _("Not used: {columns}.").format(columns=formats.listed(unused))
        st.caption(plain(text))


def _choose_column(key: str, preview: Preview, sheet: Sheet, column: str, needed: bool) -> None:
    current = preview.columns.get(column, "")
    options = ["", *sheet.header]
    # The default follows the proposals, so a changed proposal needs a widget of its own.
    name = f"{key}_column_{preview.table}_{column}_{hash((sheet.header, current))}"

    def taken() -> None:
        _take_columns(key, {column: st.session_state[name]})

    empty = _("— not in the file —")
    if column == "outcome" and preview.columns.get("stage"):
        empty = _("— from the stage —")
    st.selectbox(
        data_names.column(column) + (" *" if needed else ""),
        options,
        index=options.index(current),
        format_func=lambda header: _with_example(sheet, header) if header else empty,
        key=name,
        on_change=taken,
    )


def _take_columns(key: str, columns: Mapping[str, str]) -> None:
    def change(chosen: Chosen) -> Chosen:
        together = {**chosen.choices.columns, **columns}
        return replace(chosen, choices=replace(chosen.choices, columns=together))

    _change(key, change)


def _with_example(sheet: Sheet, header: str) -> str:
    at = sheet.header.index(header)
    example = next((str(row[at]).strip() for row in sheet.rows[:50] if row[at] is not None), "")
    return f"{header} · {example[:30]}" if example else header


# ---------------------------------------------------------------- words and people


def choose_meanings(key: str, preview: Preview) -> None:
    """What stages and other words stand for, and who is meant by names that are not known."""
    if not preview.meanings:
        st.caption(_("Every word and name of the file is known."))
        return
    spec = TABLES[preview.table]
    for column in spec.columns:
        found = [one for one in preview.meanings if one.column == column.name]
        if not found:
            continue
        if column.choices:
            _choose_choices(key, preview, column.name, column.choices, found)
        else:
            unknown = [one for one in found if one.by in ("unknown", "chosen")]
            target = column.refers_to or "teams"
            if unknown and target in ("payees", "teams"):
                _choose_references(key, preview, column.name, target, unknown)


def _choose_choices(
    key: str, preview: Preview, column: str, choices: tuple[str, ...], found: list[Meaning]
) -> None:
    derived = column == "outcome" and column not in preview.columns
    source = "stage" if derived else column
    title = _("What each “{column}” stands for").format(column=preview.columns.get(source, source))
    st.markdown(f"**{plain(title)}**")
    if derived:
        st.caption(_("Won and lost are known by their usual names; any other stage is open until you say."))
    grid = st.columns(3)
    for number, one in enumerate(found[:_MOST_WORDS]):
        options = list(choices) if column == "outcome" else ["", *choices]
        with grid[number % 3]:
            _choose_meaning(
                key, one, options, lambda code: data_names.choice(code) if code else _("Leave empty")
            )


def _choose_references(key: str, preview: Preview, column: str, target: str, unknown: list[Meaning]) -> None:
    company = workspace.current().book()
    known = people(company).payees if target == "payees" else people(company).teams
    title = _("Names in “{column}” that nobody here has").format(column=preview.columns[column])
    st.markdown(f"**{plain(title)}**")
    suggested = {one.text: one.suggestion for one in unknown if one.suggestion and one.by == "unknown"}
    if suggested:
        label = ngettext("Use the {number} suggestion", "Use all {number} suggestions", len(suggested))
        st.button(
            label.format(number=formats.number(len(suggested))),
            key=f"{key}_suggested_{column}",
            on_click=_take_meanings,
            args=(key, column, suggested),
        )
    empty = _("Credit nobody") if target == "payees" else _("Reject these rows")
    grid = st.columns(3)
    for number, one in enumerate(unknown[:_MOST_WORDS]):
        near = [one.suggestion] if one.suggestion else []
        options = ["", *near, *(identity for identity in known if identity not in near)]
        with grid[number % 3]:
            _choose_meaning(key, one, options, lambda code: known.get(code, code) if code else empty)
            if one.suggestion and one.by == "unknown":
                st.caption(plain(_("Did you mean {name}?").format(name=one.suggestion_name)))
    if len(unknown) > _MOST_WORDS:
        st.caption(_("More names are not known; upload the people first."))


def _choose_meaning(key: str, one: Meaning, options: list[str], words: Callable[[str], str]) -> None:
    current = one.means if one.means in options else ""
    name = f"{key}_means_{one.column}_{hash((one.text, current))}"

    def taken() -> None:
        _take_meanings(key, one.column, {one.text: st.session_state[name]})

    rows = ngettext("{rows} row", "{rows} rows", one.rows).format(rows=formats.number(one.rows))
    st.selectbox(
        plain(f"{one.text} ({rows})"),
        options,
        index=options.index(current) if current in options else None,
        format_func=words,
        key=name,
        on_change=taken,
    )


def _take_meanings(key: str, column: str, words: Mapping[str, str]) -> None:
    def change(chosen: Chosen) -> Chosen:
        before = chosen.choices.meanings
        together = {**before, column: {**before.get(column, {}), **words}}
        return replace(chosen, choices=replace(chosen.choices, meanings=together))

    _change(key, change)


# ---------------------------------------------------------------- how it is read


def choose_reading(key: str, preview: Preview) -> None:
    """Encoding, separator, sheet, header row, decimal mark, order of dates and percentages."""
    reading = preview.sheet.reading if preview.sheet else preview.choices.reading
    judged = preview.cleaned.notations if preview.cleaned else {}
    kinds = {column.name: column.kind for column in TABLES[preview.table].columns} if preview.table else {}
    marks = {n.mark for name, n in judged.items() if kinds[name] in ("money", "count", "fraction", "rate")}
    orders = {n.order for name, n in judged.items() if kinds[name] == "date"}
    with st.container(horizontal=True):
        if preview.sheet is None or preview.sheet.kind == "text":
            _choose_part(key, "encoding", _("Encoding"), {name: name for name in ENCODINGS}, reading.encoding)
            marked = {",": _("comma"), ";": _("semicolon"), "\t": _("tab"), "|": _("vertical bar")}
            separators = {mark: marked[mark] for mark in DELIMITERS}
            _choose_part(key, "delimiter", _("Separator"), separators, marked.get(reading.delimiter, ""))
        if preview.sheet is not None and len(preview.sheet.sheets) > 1:
            sheets = {name: name for name in preview.sheet.sheets}
            _choose_part(key, "sheet", _("Sheet"), sheets, reading.sheet)
        if preview.sheet is None or preview.sheet.kind != "parquet":
            _choose_header_row(key, preview, reading.header_row)
        decimals = {".": "1,234.50", ",": "1.234,50"}
        _choose_part(key, "decimal_mark", _("Numbers"), decimals, _these(decimals, marks))
        dates = {"YMD": _("year, month, day"), "DMY": _("day, month, year"), "MDY": _("month, day, year")}
        _choose_part(key, "date_order", _("Dates"), dates, _these(dates, orders))
        percents = {"marked": _("only with the sign %"), "all": _("50 is 50%")}
        _choose_part(key, "percents", _("Percentages"), percents, "")
    if preview.choices.reading != Reading():
        st.button(
            _("Read it as proposed again"), key=f"{key}_reread", on_click=_read_as_proposed, args=(key,)
        )
    if preview.sheet is not None and preview.sheet.kind != "parquet":
        st.caption(_("The first rows of the file, as they stand there:"))
        _show_top(key, preview.sheet)


def _these(words: Mapping[str, str], values: set[str]) -> str:
    return formats.listed([words[value] for value in sorted(values) if value in words])


def _choose_part(key: str, part: str, label: str, options: Mapping[str, str], proposed: str) -> None:
    """One part of the reading; the empty choice takes what is proposed."""
    name = f"{key}_{part}"

    def taken() -> None:
        _take_reading(key, part, st.session_state[name])

    automatic = _("As proposed ({proposal})").format(proposal=proposed) if proposed else _("As proposed")
    st.selectbox(
        label,
        ["", *options],
        format_func=lambda value: options[value] if value else automatic,
        key=name,
        on_change=taken,
        width=230,
    )


def _choose_header_row(key: str, preview: Preview, current: int) -> None:
    name = f"{key}_header_row_{current}"

    def taken() -> None:
        _take_reading(key, "header_row", st.session_state[name])

    st.number_input(
        _("Row with the column names"), 1, 1000, current or 1, key=name, on_change=taken, width=230
    )


def _take_reading(key: str, part: str, value: Any) -> None:
    def change(chosen: Chosen) -> Chosen:
        reading = replace(chosen.choices.reading, **{part: value})
        return replace(chosen, choices=replace(chosen.choices, reading=reading))

    _change(key, change)


def _read_as_proposed(key: str) -> None:
    _change(key, lambda chosen: replace(chosen, choices=replace(chosen.choices, reading=Reading())))
    for part in ("encoding", "delimiter", "sheet", "decimal_mark", "date_order", "percents"):
        if f"{key}_{part}" in st.session_state:
            st.session_state[f"{key}_{part}"] = ""


def _show_top(key: str, sheet: Sheet) -> None:
    width = max((len(row) for row in sheet.top), default=0)
    rows = [
        {str(at): str(row[at]) if at < len(row) and row[at] is not None else "" for at in range(width)}
        for row in sheet.top[:10]
    ]
    names = {str(at): st.column_config.TextColumn(f" {at + 1}") for at in range(width)}
    st.dataframe(rows, column_config=names, hide_index=True, key=f"{key}_top", height="content")


# ---------------------------------------------------------------- values


def written_money(table: pa.Table, name: str, own: tuple[str, int]) -> list[str | None]:
    """Amounts of a column, each in its row's currency."""
    codes = table["currency"].to_pylist() if "currency" in table.column_names else [None] * table.num_rows
    found: list[str | None] = []
    for value, code in zip(table[name].to_pylist(), codes, strict=True):
        currency, digits = (code, currency_digits(code)) if code and code != own[0] else own
        found.append(None if value is None else formats.money(value, currency, digits))
    return found


def rate(value: int) -> Decimal:
    """An exchange rate from its billionths."""
    return to_major(value, 9)

"""The Data page's lists: what is loaded, and the uploads it came from."""

from collections.abc import Callable, Sequence
from datetime import date

import pyarrow as pa
import streamlit as st

from revplan.access import Viewer
from revplan.issues import Issue
from revplan.service import company
from revplan.service import data as service
from revplan.service.data import TableCount
from revplan.store.batches import Batch
from revplan.ui.tables import Column, show_table
from revplan.ui.targets_page import when
from revplan.ui.text import plain
from revplan.words import _, data_names, formats, names, ngettext, sentences

_SHOWN_CHECKS = 20


def opening(counts: Sequence[TableCount]) -> str:
    """What is loaded, in one sentence."""
    loaded = [count for count in counts if count.rows]
    if not loaded:
        return _("Nothing is loaded yet. Start with your people, then accounts and opportunities.")
    last = [count.last for count in loaded if count.last]
    newest = max(last, key=lambda batch: batch.accepted_at, default=None)
    rows = sum(count.rows for count in loaded)
    text = ngettext(
        "{rows} row is loaded in {tables} tables.", "{rows} rows are loaded in {tables} tables.", rows
    ).format(rows=formats.number(rows), tables=formats.number(len(loaded)))
    if newest is None:
        return text
    return text + " " + _("The last file came on {day}.").format(day=formats.day(newest.accepted_at.date()))


def show_counts(counts: Sequence[TableCount]) -> None:
    """Every table: what it holds, its rows, its last file and when it came."""
    rows = [
        {
            "table": data_names.table(count.table),
            "holds": data_names.holds(count.table),
            "rows": count.rows,
            "file": count.last.file_name if count.last else None,
            "at": when(count.last.accepted_at) if count.last else None,
            "by": _person(count.last.accepted_by) if count.last else None,
        }
        for count in counts
    ]
    text = pa.string()
    schema = pa.schema(
        [("table", text), ("holds", text), ("rows", pa.int64()), ("file", text), ("at", text), ("by", text)]
    )
    columns = [
        Column("table", _("Table"), pinned=True),
        Column("rows", _("Rows"), "whole"),
        Column("holds", _("What it holds")),
        Column("file", _("Last file")),
        Column("at", _("Accepted at")),
        Column("by", _("Accepted by")),
    ]
    show_table(pa.Table.from_pylist(rows, schema=schema), columns, "data_loaded", height="content")


def show_checks(issues: Sequence[Issue]) -> None:
    """What is wrong between the rows that are loaded; nothing when all is well."""
    if not issues:
        return
    grave = sum(issue.severity == "error" for issue in issues)
    with st.expander(_checked(len(issues), grave), expanded=grave > 0):
        for issue in issues[:_SHOWN_CHECKS]:
            word = names.named(names.SEVERITIES, issue.severity)
            st.markdown(f"**{plain(word)}** · {plain(_checked_place(issue))}{plain(_told(issue))}")
        if len(issues) > _SHOWN_CHECKS:
            text = _("And {number} more of the kind.").format(
                number=formats.number(len(issues) - _SHOWN_CHECKS)
            )
            st.caption(text)


def _checked(all_of_them: int, grave: int) -> str:
    if grave:
        text = ngettext(
            "{number} thing must be fixed in the data", "{number} things must be fixed in the data", grave
        )
        return text.format(number=formats.number(grave))
    text = ngettext(
        "{number} thing in the data is worth a look",
        "{number} things in the data are worth a look",
        all_of_them,
    )
    return text.format(number=formats.number(all_of_them))


def _checked_place(issue: Issue) -> str:
    """The table and column in words, and the row in its file."""
    where = issue.where
    row = _("{file}, row {row}").format(file=where.file, row=formats.number(where.row)) if where.row else ""
    if not where.table:
        return ""
    column = data_names.column(where.column) if where.column else ""
    return " · ".join(filter(None, (data_names.table(where.table), column, row))) + ": "


def _told(issue: Issue) -> str:
    return " ".join(filter(None, sentences.told(issue)))


def choose_as_of(viewer: Viewer, as_of: date) -> None:
    """The date up to which facts count, and a button once another is chosen."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        day = st.date_input(
            _("Facts count up to"),
            as_of,
            key=f"data_as_of_{as_of}",
            width=200,
            format=formats.date_order(),
            help=_("Later dates are not counted yet: the last day of the period that you look at, or today."),
        )
        if day != as_of and st.button(_("Save the date"), key="data_as_of_save"):
            company.set_as_of(viewer, day)
            st.session_state["data_said"] = _("Facts count up to {day} now.").format(day=formats.day(day))
            st.rerun()


def show_batches(viewer: Viewer, batches: Sequence[Batch]) -> None:
    """Every upload; of a selected one the rejected rows can be taken along, and it can be rolled back."""
    if not batches:
        st.caption(_("No file was accepted yet."))
        return
    rows = [
        {
            "batch": batch.batch_id,
            "table": data_names.table(batch.table_name),
            "file": batch.file_name,
            "accepted": batch.rows_accepted,
            "rejected": batch.rows_rejected,
            "at": when(batch.accepted_at),
            "by": _person(batch.accepted_by),
            "status": _status(batch),
        }
        for batch in batches
    ]
    columns = [
        Column("batch", _("Upload"), pinned=True),
        Column("table", _("Table")),
        Column("file", _("File")),
        Column("accepted", _("Rows accepted"), "whole"),
        Column("rejected", _("Rows rejected"), "whole"),
        Column("at", _("Accepted at")),
        Column("by", _("Accepted by")),
        Column("status", _("Counts")),
    ]
    st.caption(
        _(
            "Select an upload to download the rows that were rejected, or to roll it back: its table becomes "
            "what the other uploads make it."
        )
    )
    picked = show_table(pa.Table.from_pylist(rows), columns, "data_batches", selectable=True)
    if picked is not None:
        offer_rejected(viewer, batches[picked], "listed")
        _offer_rolling_back(viewer, batches[picked])


def offer_rejected(viewer: Viewer, batch: Batch, place: str) -> None:
    """The rows of an accepted upload that were rejected, as a file with their reasons. The same upload can
    be offered in two places of the page."""
    if batch.rejected_key:
        rows, key = batch.rows_rejected, f"{place}_{batch.batch_id}"
        rejected_rows(rows, batch.file_name, lambda: service.rejected_of(viewer, batch), key)


def rejected_rows(rows: int, file: str, content: Callable[[], bytes], key: str) -> None:
    """A button that downloads rejected rows; the file is made when it is pressed."""
    label = ngettext("Download {rows} rejected row", "Download {rows} rejected rows", rows)
    st.download_button(
        label.format(rows=formats.number(rows)),
        content,
        file_name=f"rejected {file.rsplit('.', 1)[0]}.csv",
        mime="text/csv",
        key=f"{key}_rejected",
        on_click="ignore",
        help=_("Correct the rows in this file, then upload it here again."),
    )


def _offer_rolling_back(viewer: Viewer, batch: Batch) -> None:
    said = {"batch": batch.batch_id, "file": batch.file_name}
    if batch.rolled_back_at is not None:
        st.info(_("{batch} ({file}) was rolled back already.").format(**said))
        return
    label = _("Roll back {batch}: {file}").format(**said)
    if st.button(label, key=f"roll_back_{batch.batch_id}", type="primary"):
        with st.spinner(_("Rolling back …"), show_time=True):
            service.roll_back(viewer, batch.batch_id)
        st.session_state["data_said"] = _("{batch} ({file}) no longer counts.").format(**said)
        st.rerun()


def _status(batch: Batch) -> str:
    if batch.rolled_back_at is None:
        return _("Yes")
    return _("No, rolled back on {day}").format(day=formats.day(batch.rolled_back_at.date()))


def _person(viewer: str) -> str:
    role, __, rest = viewer.partition(":")
    return " · ".join(filter(None, (names.role(role), rest)))

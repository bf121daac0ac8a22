"""Taking a table along: buttons whose file is made only when it is asked for."""

from collections.abc import Sequence
from functools import partial

import pyarrow as pa
import streamlit as st

from revplan.access import Viewer
from revplan.report import columns as report
from revplan.service import export
from revplan.ui.tables import Column
from revplan.words import _, language, speaking

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KINDS: dict[str, report.Kind] = {
    "date": "date",
    "whole": "whole",
    "money": "money",
    "number": "number",
    "multiple": "number",
    "percent": "percent",
    "measured": "measured",
}


def download_table(viewer: Viewer, title: str, table: pa.Table, columns: Sequence[Column], name: str) -> None:
    """Two buttons: the table as `name`.xlsx and as `name`.csv, with exact values under the headings on
    screen. `title` heads the workbook and stands in the access log: people, teams, periods, no amounts."""
    taken = [exported(column) for column in columns]
    with st.container(horizontal=True):
        button(_("Excel"), partial(export.table_xlsx, viewer, title, table, taken), f"{name}.xlsx", XLSX)
        button(_("CSV"), partial(export.table_csv, viewer, title, table, taken), f"{name}.csv", "text/csv")


def button(label: str, make: partial[bytes], file_name: str, mime: str) -> None:
    """A button for a file that `make` makes when it is clicked, in the language of the page.

    It is made on another thread, which must not touch the session: so the language goes along.
    """
    spoken = language()

    def made() -> bytes:
        with speaking(spoken):
            return make()

    st.download_button(
        label,
        made,
        file_name=file_name,
        mime=mime,
        key=f"download_{file_name}",
        on_click="ignore",
        help=_("Download {name}").format(name=file_name),
    )


def exported(column: Column) -> report.Column:
    """The column as files know it."""
    return report.Column(column.name, column.label, _KINDS.get(column.kind, "text"), column.unit)

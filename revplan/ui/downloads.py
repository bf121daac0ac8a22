"""Taking a table along: buttons whose file is made only when it is asked for."""

from collections.abc import Sequence

import pyarrow as pa
import streamlit as st

from revplan.access import Viewer
from revplan.report import columns as report
from revplan.report.csv_files import csv_table
from revplan.service import workspace
from revplan.ui.tables import Column
from revplan.words import _


def download_csv(
    viewer: Viewer, table: pa.Table, columns: Sequence[Column], name: str, what: str, digits: int = 2
) -> None:
    """A button for the table as `name`.csv: exact values under the headings seen on screen.

    `what` says for the access log whose figures leave (people, teams, periods; never amounts).
    """
    taken = [_taken(column) for column in columns]

    def make() -> bytes:  # runs on another thread when clicked: must not touch the session
        workspace.current().log_access(viewer, what, "exported")
        return csv_table(table, taken, digits)

    st.download_button(
        _("Download as CSV"),
        make,
        file_name=f"{name}.csv",
        mime="text/csv",
        key=f"csv_{name}",
        on_click="ignore",
    )


def _taken(column: Column) -> report.Column:
    kind: dict[str, report.Kind] = {
        "date": "date",
        "whole": "whole",
        "money": "money",
        "number": "number",
        "multiple": "number",
        "percent": "percent",
        "measured": "measured",
    }
    return report.Column(column.name, column.label, kind.get(column.kind, "text"), column.unit)

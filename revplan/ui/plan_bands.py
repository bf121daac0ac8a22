"""Small grids of months and shares: the bands of a clawback, the instalments of a release."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from revplan.ui.grid_numbers import shown, typed
from revplan.ui.plan_numbers import as_text, number
from revplan.ui.plan_table import Document

SHARE = "share"


def edit_rows(rows: list[Document], columns: Mapping[str, str], key: str, alt: str) -> list[Document]:
    """The grid of rows with `columns` (field → heading); rows can be added and removed.

    `share` is shown in percent; the other fields are whole months, left out of a row where empty. What
    the grid began with stays as it was while the grid is there: fed its own rows, it would add them again.
    """
    began = f"{key}:began"
    if key not in st.session_state or began not in st.session_state:
        st.session_state[began] = rows
    rows = st.session_state[began]
    scale = {name: 100 if name == SHARE else 1 for name in columns}
    frame = pd.DataFrame(
        {name: [shown(number(row.get(name)), scale[name]) for row in rows] for name in columns},
        dtype="float64",
    )
    edited = st.data_editor(
        frame,
        key=key,
        hide_index=True,
        num_rows="dynamic",
        column_config={
            name: st.column_config.NumberColumn(
                label,
                required=name == SHARE,
                format="localized",
                step=None if name == SHARE else 1,
            )
            for name, label in columns.items()
        },
        placeholder="",
        alt=alt,
    )
    found = []
    for cells in edited.to_dict("records"):
        row = {name: _stored(name, cells[name]) for name in columns}
        kept = {name: value for name, value in row.items() if value is not None}
        found += [kept] if kept else []
    return found


def _stored(name: str, cell: object) -> str | int | None:
    if name == SHARE:
        return as_text(cell, 100)
    value = typed(cell)
    return None if value is None else int(value)

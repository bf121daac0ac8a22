"""The grid of entries that say what a deal is and the number it has: keyed rates, and factors."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from revplan.service.plan_choices import Choices
from revplan.ui.grid_numbers import shown, typed
from revplan.ui.plan_numbers import as_text, number
from revplan.ui.plan_table import Document
from revplan.words import _, names
from revplan.words.deal_words import KINDS

_LISTS = ("products", "segments", "kinds")
_DAYS = ("from", "to")
_SHOWN = ("products", "min_term_months", "segments", "kinds", "max_discount", "min_amount")


def edit_entries(
    entries: list[Document], value: str, label: str, choices: Choices, key: str, *, scale: int, alt: str
) -> list[Document]:
    """The grid; rows can be added and removed. `value` is the field of an entry's number, shown under `label`
    times `scale`. A row without a number is no entry yet. What the grid began with stays as it was
    while it is there."""
    began = f"{key}:began"
    if key not in st.session_state or began not in st.session_state:
        st.session_state[began] = entries
    entries = st.session_state[began]
    edited = st.data_editor(
        _frame(entries, value, scale),
        key=key,
        hide_index=True,
        num_rows="dynamic",
        column_order=[value, *_SHOWN, *_DAYS],
        column_config=_columns(entries, value, label, choices),
        placeholder="",
        alt=alt,
    )
    made = (_entry(row, value, scale) for row in edited.to_dict("records"))
    return [entry for entry in made if entry.get(value) is not None]


def _frame(entries: list[Document], value: str, scale: int) -> pd.DataFrame:
    """The entries as columns of plain objects: a row that is added brings nothing for most of them, which
    no column of numbers or days takes."""
    numbers = {value: scale, "min_term_months": 1, "max_discount": 100, "min_amount": 1}
    columns: dict[str, list[Any]] = {
        name: [shown(number(entry.get(name)), times) for entry in entries] for name, times in numbers.items()
    }
    columns |= {name: [list(entry.get(name, ())) for entry in entries] for name in _LISTS}
    columns |= {name: [_date(entry.get(name)) for entry in entries] for name in _DAYS}
    return pd.DataFrame({name: pd.Series(cells, dtype="object") for name, cells in columns.items()})


def _columns(entries: list[Document], value: str, label: str, choices: Choices) -> dict[str, Any]:
    column = st.column_config

    def several(name: str, title: str, known: Iterable[str]) -> Any:
        used = [each for entry in entries for each in entry.get(name, ())]
        return column.MultiselectColumn(
            title, options=list(dict.fromkeys([*known, *used])), accept_new_options=True
        )

    return {
        value: column.NumberColumn(label, required=True, format="localized", pinned=True),
        "products": several("products", _("Products"), choices.products),
        "segments": several("segments", _("Segments of customers"), choices.segments),
        "kinds": column.MultiselectColumn(
            _("Kinds of business"),
            options=list(KINDS),
            format_func=lambda kind: names.named(KINDS, kind),
        ),
        "min_term_months": column.NumberColumn(_("Shortest term (months)"), min_value=0, step=1),
        "max_discount": column.NumberColumn(_("Largest discount (%)"), format="localized"),
        "min_amount": column.NumberColumn(_("Smallest amount of the deal"), format="localized"),
        "from": column.DateColumn(_("Closed from")),
        "to": column.DateColumn(_("Closed before")),
    }


def _entry(row: dict[Any, Any], value: str, scale: int) -> Document:
    """A row of the grid as a document keeps it, without what is left empty."""
    made: Document = {name: _listed(row.get(name)) for name in _LISTS}
    term = typed(row.get("min_term_months"))
    made["min_term_months"] = None if term is None else int(term)
    made["max_discount"] = as_text(row.get("max_discount"), 100)
    made["min_amount"] = as_text(row.get("min_amount"), 1)
    days = {name: _date(row.get(name)) for name in _DAYS}
    made |= {name: day.isoformat() for name, day in days.items() if day is not None}
    made[value] = as_text(row.get(value), scale)
    return {name: each for name, each in made.items() if each not in (None, [])}


def _listed(cell: Any) -> list[str]:
    return [str(each) for each in cell] if isinstance(cell, list | tuple) else []


def _date(cell: Any) -> date | None:
    """A day, however the document or the grid holds it."""
    if cell is None or cell != cell:  # NaT: pandas' no day
        return None
    return date.fromisoformat(str(cell)[:10])

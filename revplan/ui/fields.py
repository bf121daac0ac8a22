"""Fields of a form that may be left empty, and can be emptied again.

A field that begins with a value of its own goes back to that value when it is emptied. So these begin with
nothing, and what they show to begin with is put there through the session.
"""

from datetime import date
from typing import Any

import streamlit as st

from revplan.ui.grid_numbers import shown
from revplan.ui.plan_numbers import as_text, number
from revplan.words import _, formats

DIGITS = "%.12g"
"""As many digits as a number has: a field that shows two would hide the rest of 12.345%."""


def number_field(
    label: str, value: Any, key: str, *, scale: int = 1, placeholder: str = "", help: str = ""
) -> str | None:
    """A number of a document, shown times `scale` (100 for percent); None where nothing stands in it."""
    st.session_state.setdefault(key, shown(number(value), scale))
    chosen = st.number_input(
        label,
        value=None,
        step=1.0,
        format=DIGITS,
        key=key,
        placeholder=placeholder or _("none"),
        help=help or None,
    )
    return as_text(chosen, scale)


def needed_number(label: str, value: Any, key: str, *, scale: int = 1, help: str = "") -> str | None:
    """The same for a number that has to be there: emptied, it shows what it began with."""
    began = shown(number(value), scale)
    if began is None:
        return number_field(label, value, key, scale=scale, help=help)
    chosen = st.number_input(label, value=began, step=1.0, format=DIGITS, key=key, help=help or None)
    return as_text(chosen, scale)


def whole_field(
    label: str, value: int | None, key: str, *, least: int = 0, placeholder: str = "", help: str = ""
) -> int | None:
    """A whole number from `least` on; None where nothing stands in it."""
    st.session_state.setdefault(key, value)
    return st.number_input(
        label,
        value=None,
        min_value=least,
        step=1,
        key=key,
        placeholder=placeholder or _("none"),
        help=help or None,
    )


def day_field(label: str, value: Any, key: str) -> str | None:
    """A day as a document keeps it (YYYY-MM-DD); None where none is chosen."""
    st.session_state.setdefault(key, _day(value))
    chosen = st.date_input(label, None, key=key, format=formats.date_order())
    return chosen.isoformat() if isinstance(chosen, date) else None


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None

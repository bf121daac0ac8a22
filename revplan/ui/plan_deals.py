"""Which deals a component counts, as a form."""

from datetime import date
from typing import Any

import streamlit as st

from revplan.service.plan_choices import Choices
from revplan.ui.grid_numbers import shown
from revplan.ui.plan_table import Document, as_text, number
from revplan.words import _, formats, names
from revplan.words.deal_words import KINDS


def edit_which(which: Document, choices: Choices, key: str) -> Document:
    """Conditions that a deal has to meet; what is left empty asks nothing."""
    made: Document = {}
    with st.container(horizontal=True):
        made["products"] = _several(
            _("Products"), which.get("products", ()), choices.products, f"{key}:products"
        )
        made["segments"] = _several(
            _("Segments of customers"), which.get("segments", ()), choices.segments, f"{key}:segments"
        )
        made["kinds"] = st.multiselect(
            _("Kinds of business"),
            list(KINDS),
            default=[kind for kind in which.get("kinds", ()) if kind in KINDS],
            format_func=lambda kind: names.named(KINDS, kind),
            key=f"{key}:kinds",
            placeholder=_("any"),
        )
    with st.container(horizontal=True):
        made["min_term_months"] = st.number_input(
            _("Shortest term (months)"),
            value=which.get("min_term_months"),
            min_value=0,
            step=1,
            key=f"{key}:term",
            placeholder=_("any"),
        )
        for name, label, scale in (
            ("max_discount", _("Largest discount (%)"), 100),
            ("min_amount", _("Smallest amount of the deal"), 1),
        ):
            value = st.number_input(
                label, value=shown(number(which.get(name)), scale), key=f"{key}:{name}", placeholder=_("any")
            )
            made[name] = as_text(value, scale)
    with st.container(horizontal=True):
        for name, label in (("from", _("Closed from")), ("to", _("Closed before"))):
            day = st.date_input(
                label, value=_day(which.get(name)), key=f"{key}:{name}", format=formats.date_order()
            )
            made[name] = day.isoformat() if isinstance(day, date) else None
    return {name: value for name, value in made.items() if value not in (None, [], ())}


def _several(label: str, now: Any, known: tuple[str, ...], key: str) -> list[str]:
    """Names to choose from those that the data has, or typed."""
    return st.multiselect(
        label,
        list(dict.fromkeys([*known, *now])),
        default=list(now),
        accept_new_options=True,
        key=key,
        placeholder=_("any"),
    )


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value

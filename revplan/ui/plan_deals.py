"""Which deals a component counts, as a form."""

from typing import Any

import streamlit as st

from revplan.service.plan_choices import Choices
from revplan.ui.fields import day_field, number_field, whole_field
from revplan.ui.plan_table import Document
from revplan.words import _, names
from revplan.words.deal_words import KINDS


def edit_deals(component: Document, choices: Choices, key: str) -> Document:
    """Which deals count, how many of them, and for how much of each; the field `deals`."""
    deals: Document = component.get("deals") or {}
    st.caption(_("A deal counts when it meets everything said here. Nothing said: every deal counts."))
    only = edit_which(deals.get("only") or {}, choices, f"{key}:only")
    most = whole_field(
        _("At most so many deals in each measured period"),
        deals.get("at_most"),
        f"{key}:at_most",
        least=1,
        placeholder=_("no limit"),
    )
    found: Document = {"only": only or None, "at_most": most}
    limits = [
        ("minimum_credit", _("Smallest credit that counts"), "least"),
        ("credit_cap", _("Most that one deal counts"), "most"),
    ]
    if component.get("table_per", "period") == "transaction" or deals.get("payout_cap") is not None:
        limits.append(("payout_cap", _("Most that one deal pays"), "deal_pays"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for name, label, ending in limits:
            found[name] = number_field(label, deals.get(name), f"{key}:{ending}", placeholder=_("no limit"))
    return {name: value for name, value in found.items() if value is not None}


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
    with st.container(horizontal=True, vertical_alignment="bottom"):
        made["min_term_months"] = whole_field(
            _("Shortest term (months)"), which.get("min_term_months"), f"{key}:term", placeholder=_("any")
        )
        for name, label, scale in (
            ("max_discount", _("Largest discount (%)"), 100),
            ("min_amount", _("Smallest amount of the deal"), 1),
        ):
            made[name] = number_field(
                label, which.get(name), f"{key}:{name}", scale=scale, placeholder=_("any")
            )
    with st.container(horizontal=True):
        for name, label in (("from", _("Closed from")), ("to", _("Closed before"))):
            made[name] = day_field(label, which.get(name), f"{key}:{name}")
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

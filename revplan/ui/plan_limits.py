"""The form of a plan's limits on finished pay: the most one person is paid, and the budget for everybody."""

import streamlit as st

from revplan.ui.fields import number_field
from revplan.ui.plan_table import Document, choice
from revplan.words import _, names


def edit_limits(document: Document, key: str) -> Document:
    """Draw the form; returns the fields `payee_limit` and `budget` with what the widgets hold."""
    st.caption(_("Limits act on what the components come to. What lies above is cut in proportion."))
    made = [
        kept
        for place, limit in enumerate(document.get("payee_limit", []))
        if (kept := _payee_limit(limit, document, f"{key}:payee:{place}")) is not None
    ]
    if st.button(_("Limit what one person is paid"), key=f"{key}:add"):
        made.append({"of_incentive": "2", "per": "year"})
    return {"payee_limit": made, "budget": _budget(document.get("budget"), f"{key}:budget")}


def _payee_limit(limit: Document, document: Document, key: str) -> Document | None:
    known = {
        part["id"]: part.get("name", part["id"]) for part in document.get("component", []) if "id" in part
    }
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            amount = number_field(
                _("One person is paid at most"),
                limit.get("amount"),
                f"{key}:amount",
                placeholder=_("no amount"),
            )
            share = number_field(
                _("plus this share of target incentive (%)"),
                limit.get("of_incentive"),
                f"{key}:share",
                scale=100,
                placeholder=_("no share"),
            )
            made = choice(_("in each"), limit, "per", "year", names.GRAINS, key)
        counted = list(limit.get("components", []))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            made["components"] = st.multiselect(
                _("Counting these components"),
                [*known, *(each for each in counted if each not in known)],
                default=counted,
                format_func=lambda code: known.get(code, code),
                key=f"{key}:components",
                placeholder=_("all"),
            )
            gone = st.button(_("Remove"), key=f"{key}:remove")
    found = {"amount": amount, "of_incentive": share}
    made |= {name: value for name, value in found.items() if value is not None}
    return None if gone else made


def _budget(budget: Document | None, key: str) -> Document | None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        amount = number_field(
            _("Budget: everybody together is paid at most"),
            (budget or {}).get("amount"),
            f"{key}:amount",
            placeholder=_("no budget"),
        )
        made = choice(_("in each"), budget or {}, "per", "year", names.GRAINS, key)
    return None if amount is None else {"amount": amount, **made}

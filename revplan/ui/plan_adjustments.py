"""The form of what acts on finished lines: draws, clawbacks, and accounts that fall below zero."""

from typing import Any

import streamlit as st

from revplan.ui import plan_words
from revplan.ui.fields import day_field, needed_number, number_field, whole_field
from revplan.ui.plan_bands import edit_rows
from revplan.ui.plan_table import Document, choice
from revplan.words import _

OWES = ("recoverable", "recoverable_then_forgiven")


def edit_adjustments(document: Document, key: str) -> Document:
    """Draw the form; returns the fields `draw`, `clawback` and `below_zero` with what the widgets hold."""
    st.caption(_("These act on the finished lines, month by month, each as an entry of its own."))
    draws = _kept(document.get("draw", []), _draw, document, f"{key}:draw")
    clawbacks = _kept(document.get("clawback", []), _clawback, document, f"{key}:clawback")
    with st.container(horizontal=True):
        if st.button(_("Add a draw"), key=f"{key}:add_draw"):
            draws.append({"id": _free_id(draws), "kind": "recoverable", "amount": "1000"})
        if st.button(_("Add a clawback"), key=f"{key}:add_clawback"):
            clawbacks.append({"bands": [{"from": 0, "share": "1"}]})
    below = _below_zero(document.get("below_zero", {}), f"{key}:below")
    return {"draw": draws, "clawback": clawbacks, "below_zero": below}


def _kept(rows: list[Document], draw: Any, document: Document, key: str) -> list[Document]:
    found = (draw(row, document, f"{key}:{place}") for place, row in enumerate(rows))
    return [row for row in found if row is not None]


def _free_id(draws: list[Document]) -> str:
    taken = {each.get("id") for each in draws}
    names = ("draw", *(f"draw-{place}" for place in range(2, len(draws) + 3)))
    return next(name for name in names if name not in taken)


# ---------------------------------------------------------------- draws


def _draw(draw: Document, document: Document, key: str) -> Document | None:
    with st.container(border=True):
        made = {"id": draw.get("id", "draw")}
        with st.container(horizontal=True, vertical_alignment="bottom"):
            made |= choice(_("Draw"), draw, "kind", "recoverable", plan_words.DRAWS, key)
            made["name"] = st.text_input(
                _("Name of the draw"), draw.get("name", ""), max_chars=80, key=f"{key}:name"
            )
        st.caption(plan_words.said(plan_words.DRAW_HELP, made["kind"]))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            made["amount"] = number_field(_("Amount each month"), draw.get("amount"), f"{key}:amount")
            made["of_incentive"] = number_field(
                _("or share of the monthly target incentive (%)"),
                draw.get("of_incentive"),
                f"{key}:share",
                scale=100,
            )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            made["from"] = day_field(_("From"), draw.get("from"), f"{key}:from")
            made["to"] = day_field(_("Until (not included)"), draw.get("to"), f"{key}:to")
            made["months"] = whole_field(_("Months since joining"), draw.get("months"), f"{key}:months")
        made |= choice(
            _("Months in which it runs for some days only"),
            draw,
            "prorate",
            "days",
            plan_words.DRAW_PRORATE,
            key,
        )
        made |= _back(draw, made["kind"], key)
        gone = st.button(_("Remove this draw"), key=f"{key}:remove")
    return None if gone else {name: value for name, value in made.items() if value not in (None, "")}


def _back(draw: Document, kind: str, key: str) -> Document:
    """How what is owed comes back, is forgiven, or is settled on leaving; {} where nothing is owed."""
    if kind not in OWES:
        return {}
    made: Document = {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        made["recovery_starts"] = day_field(
            _("Paid back from"), draw.get("recovery_starts"), f"{key}:back_on"
        )
        made["recovery_after"] = whole_field(
            _("or after so many months"), draw.get("recovery_after"), f"{key}:back_after"
        )
    if kind == "recoverable_then_forgiven":
        with st.container(horizontal=True, vertical_alignment="bottom"):
            made["forgiven_on"] = day_field(_("Forgiven on"), draw.get("forgiven_on"), f"{key}:forgiven_on")
            made["forgiven_after"] = whole_field(
                _("or after so many months"), draw.get("forgiven_after"), f"{key}:forgiven_after"
            )
    return made | choice(_("What is owed on leaving"), draw, "on_leaving", "keep", plan_words.ON_LEAVING, key)


# ---------------------------------------------------------------- clawbacks


def _clawback(clawback: Document, document: Document, key: str) -> Document | None:
    parts = (part for part in document.get("component", []) if "id" in part)
    known = {part["id"]: part.get("name", part["id"]) for part in parts}
    named = list(clawback.get("components", []))
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            made = choice(
                _("Of a cancelled deal is taken back"), clawback, "basis", "part", plan_words.BASES, key
            )
            made["components"] = st.multiselect(
                _("For these components"),
                [*known, *(each for each in named if each not in known)],
                default=named,
                format_func=lambda code: known.get(code, code),
                key=f"{key}:components",
                placeholder=_("all"),
            )
        columns = {"from": _("From month"), "to": _("Before month"), "share": _("Taken back (%)")}
        st.caption(_("By the deal's age in completed months; nothing is taken back outside of these rows."))
        rows = [{"from": 0, **row} for row in clawback.get("bands", [{"share": "1"}])]
        made["bands"] = edit_rows(rows, columns, f"{key}:bands", _("Shares taken back by age"))
        gone = st.button(_("Remove this clawback"), key=f"{key}:remove")
    return None if gone else made


# ---------------------------------------------------------------- below zero


def _below_zero(below: Document, key: str) -> Document:
    made = choice(
        _("A month that comes to less than nothing"), below, "way", "carry", plan_words.BELOW_ZERO, key
    )
    if made["way"] != "carry":
        return made
    with st.container(horizontal=True, vertical_alignment="bottom"):
        made["share"] = needed_number(
            _("Most of a later month (%)"), below.get("share", "1"), f"{key}:share", scale=100
        )
        made["minimum_pay"] = needed_number(
            _("A later month pays first"), below.get("minimum_pay", "0"), f"{key}:least"
        )
        made |= choice(_("On leaving"), below, "on_leaving", "keep", plan_words.ON_LEAVING, key)
    return made

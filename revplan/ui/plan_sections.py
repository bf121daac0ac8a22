"""The folded parts of the plan's form: each says in its label what is set in it, and stays as folded."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from revplan.service.plan_choices import Choices
from revplan.ui import plan_words
from revplan.ui.plan_table import Document
from revplan.ui.text import plain
from revplan.words import _, formats, names

Told = Mapping[str, str]
"""What is set in each part of the form, by the part's name; "" where nothing is."""


def section(label: str, told: Told, name: str) -> Any:
    """A part that folds. Its key holds it open when the label, or the widgets in it, are drawn anew."""
    said = told.get(name, "")
    return st.expander(f"{label} · {plain(said)}" if said else label, key=f"plan_section_{name}")


def told_of_plan(document: Document) -> dict[str, str]:
    """What is set in the parts about the plan as a whole."""
    ramp = len((document.get("ramp") or {}).get("quota", ()))
    return {
        "presence": _("ramp of {number} months").format(number=formats.number(ramp)) if ramp else "",
        "limits": _number(len(document.get("payee_limit", ())) + (document.get("budget") is not None)),
        "adjustments": _number(len(document.get("draw", ())) + len(document.get("clawback", ()))),
    }


def told_of_component(component: Document, choices: Choices) -> dict[str, str]:
    """What is set in the parts about a component."""
    table, deals = component["table"], component.get("deals") or {}
    usual = {"edge": "higher", "before_first": "zero", "after_last": "extend", "on_negative": "extend"}
    ends = sum(table.get(name, value) != value for name, value in usual.items())
    ends += any(row.get("to") is not None for row in table.get("tiers", ()))
    release = (component.get("release") or {}).get("way", "booked")
    of_deals = sum(
        deals.get(name) is not None for name in ("at_most", "minimum_credit", "credit_cap", "payout_cap")
    )
    of_pay = sum(component.get(name) is not None for name in ("floor", "cap"))
    multiplier = component.get("multiplier")
    return {
        "ends": _number(ends),
        "timing": _timing(component),
        "deals": _number(len(deals.get("only") or {}) + of_deals),
        "pays_on": _pays_on(component.get("pays_on") or {}, choices),
        "release": "" if release == "booked" else plan_words.said(plan_words.RELEASES, release),
        "limits_of_component": _number(of_pay),
        "conditions": _number(sum(len(gate.get("all_of", ())) for gate in component.get("gate") or ())),
        "when": _number(len(component.get("when") or ())),
        "multiplier": plan_words.measure_name(multiplier["measure"], choices) if multiplier else "",
    }


def _timing(component: Document) -> str:
    measured = component.get("measured_per", "quarter")
    paid = component.get("paid_per") or measured
    said = names.named(names.GRAINS_LONG, measured)
    if paid == measured:
        return said
    return _("{measured}, paid {paid}").format(measured=said, paid=names.named(names.GRAINS_LONG, paid))


def _pays_on(pays_on: Document, choices: Choices) -> str:
    if pays_on.get("measure"):
        return plan_words.measure_name(pays_on["measure"], choices)
    return _number(len(pays_on.get("factors", ())) + ("otherwise" in pays_on))


def _number(count: int) -> str:
    return formats.number(count) if count else ""

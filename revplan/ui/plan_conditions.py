"""Conditions and multipliers of a component: other things that are counted for it."""

import streamlit as st

from revplan.service.plan_choices import Choices
from revplan.ui import plan_table
from revplan.ui.grid_numbers import shown
from revplan.ui.plan_counted import edit_counted
from revplan.ui.plan_table import Document, Units, as_text, number
from revplan.words import _

_NEW_CONDITION: Document = {"measure": "won_revenue", "scope": "shared", "at_least": "0.9"}
_NEW_MULTIPLIER: Document = {
    "measure": "nrr",
    "table": {"kind": "linear", "points": [{"at": "0.9", "pays": "0.9"}, {"at": "1.1", "pays": "1.1"}]},
}


def edit_gates(gates: list[Document], choices: Choices, key: str) -> list[Document]:
    """Every condition of every gate; one added here is a gate of its own. All of them must hold."""
    st.caption(_("All of these must hold, or the component pays 0, whatever its floor says."))
    made: list[Document] = []
    for position, gate in enumerate(gates):
        conditions = [
            kept
            for place, condition in enumerate(gate.get("all_of", []))
            if (kept := _condition(condition, choices, f"{key}:{position}:{place}")) is not None
        ]
        if conditions:
            made.append({"all_of": conditions})
    if st.button(_("Add a condition"), key=f"{key}:add"):
        target = next((t.id for t in choices.targets.values() if t.measure == "won_revenue"), None)
        made.append({"all_of": [_NEW_CONDITION | ({"target": target} if target else {})]})
    return made


def _condition(condition: Document, choices: Choices, key: str) -> Document | None:
    with st.container(border=True):
        made = condition | edit_counted(condition, choices, key)
        measure = choices.measures.get(made["measure"])
        percent = bool(made["target"]) or (measure is not None and measure.unit == "ratio")
        scale = 100 if percent else 1
        with st.container(horizontal=True, vertical_alignment="bottom"):
            value = st.number_input(
                _("Reaches at least (%)") if percent else _("Reaches at least"),
                value=shown(number(condition.get("at_least")), scale),
                key=f"{key}:at_least:{scale}",
            )
            beyond = st.toggle(
                _("must be passed, not only reached"), condition.get("edge") == "lower", key=f"{key}:edge"
            )
            gone = st.button(_("Remove"), key=f"{key}:remove")
    made |= {"at_least": as_text(value, scale), "edge": "lower" if beyond else "higher"}
    return None if gone else made


def edit_multiplier(component: Document, choices: Choices, key: str) -> Document:
    """A table on another measure whose value the payout is multiplied by."""
    now = component.get("multiplier")
    on = st.toggle(_("Multiply the payout by how another measure does"), now is not None, key=f"{key}:on")
    if not on:
        return {"multiplier": None}
    now = now or _NEW_MULTIPLIER
    made = now | edit_counted(now, choices, key)
    measure = choices.measures.get(made["measure"])
    unit = "ratio" if made["target"] else measure.unit if measure else "money"
    table = plan_table.edit_rows(now["table"], Units(unit, "times", unit), f"{key}:table:{unit}")
    return {"multiplier": made | {"table": table}}

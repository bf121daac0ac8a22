"""Conditions and multipliers of a component: other things that are counted for it."""

import streamlit as st

from revplan.service.plan_choices import Choices
from revplan.ui import plan_table
from revplan.ui.fields import needed_number
from revplan.ui.plan_counted import edit_also_counted, edit_per
from revplan.ui.plan_table import Document, Units
from revplan.words import _

Others = dict[str, Document]
"""The plan's other components, by id."""

_NEW_CONDITION: Document = {"measure": "won_revenue", "scope": "shared", "at_least": "0.9"}
_NEW_MULTIPLIER: Document = {
    "measure": "nrr",
    "table": {
        "kind": "linear",
        "points": [{"at": "0.9", "pays": "0.9"}, {"at": "1.1", "pays": "1.1"}],
        "before_first": "flat",
        "after_last": "flat",
    },
}


def edit_gates(gates: list[Document], choices: Choices, others: Others, key: str) -> list[Document]:
    """Every condition of every gate; one added here is a gate of its own. All of them must hold."""
    st.caption(_("All of these must hold, or the component pays 0, whatever its floor says."))
    made: list[Document] = []
    for position, gate in enumerate(gates):
        conditions = _conditions(gate.get("all_of", []), choices, others, f"{key}:{position}")
        if conditions:
            made.append({"all_of": conditions})
    if st.button(_("Add a condition"), key=f"{key}:add"):
        made.append({"all_of": [_new_condition(choices)]})
    return made


def edit_other_tables(
    component: Document, units: Units, choices: Choices, others: Others, key: str
) -> tuple[list[Document], bool]:
    """Tables that are read while conditions hold; the first that does counts, in the order shown.

    Returns them, and whether two of them changed places.
    """
    st.caption(_("The first table whose conditions all hold is read in place of the one above."))
    made: list[Document] = []
    moved = False
    for position, other in enumerate(component.get("when", [])):
        place = f"{key}:{position}"
        with st.container(border=True):
            conditions = _conditions(other.get("all_of", []), choices, others, place)
            with st.container(horizontal=True):
                if st.button(_("Add a condition to this table"), key=f"{place}:add"):
                    conditions.append(_new_condition(choices))
                earlier = position > 0 and st.button(_("Read it earlier"), key=f"{place}:earlier")
                gone = st.button(_("Remove this table"), key=f"{place}:remove_table")
            table = plan_table.edit_table(other["table"], units, f"{place}:table")
        if conditions and not gone:
            made.append({"all_of": conditions, "table": table})
        if earlier and not gone:
            made[-2:] = reversed(made[-2:])
            moved = True
    if st.button(_("Add a table with a condition"), key=f"{key}:add"):
        made.append({"all_of": [_new_condition(choices)], "table": component["table"]})
    return made, moved


def _conditions(conditions: list[Document], choices: Choices, others: Others, key: str) -> list[Document]:
    drawn = [_condition(each, choices, others, f"{key}:{place}") for place, each in enumerate(conditions)]
    return [condition for condition in drawn if condition is not None]


def _new_condition(choices: Choices) -> Document:
    target = next((t.id for t in choices.targets.values() if t.measure == "won_revenue"), None)
    return _NEW_CONDITION | ({"target": target} if target else {})


def _condition(condition: Document, choices: Choices, others: Others, key: str) -> Document | None:
    with st.container(border=True):
        link = _link(condition, others, key)
        if link is None:
            made = {name: value for name, value in condition.items() if name != "component"}
            made = edit_also_counted(made, choices, key)
            counted = made
        else:
            made = {"component": link} | edit_per(condition, key)
            counted = others.get(link, {})
        measure = choices.measures.get(counted.get("measure", ""))
        percent = bool(counted.get("target")) or (measure is not None and measure.unit == "ratio")
        scale = 100 if percent else 1
        with st.container(horizontal=True, vertical_alignment="bottom"):
            at_least = needed_number(
                _("Reaches at least (%)") if percent else _("Reaches at least"),
                condition.get("at_least"),
                f"{key}:at_least:{scale}",
                scale=scale,
            )
            beyond = st.toggle(
                _("must be passed, not only reached"), condition.get("edge") == "lower", key=f"{key}:edge"
            )
            gone = st.button(_("Remove"), key=f"{key}:remove")
    made |= {"at_least": at_least, "edge": "lower" if beyond else "higher"}
    return None if gone else made


def _link(condition: Document, others: Others, key: str) -> str | None:
    """The component of the plan that the condition asks about; None where it counts a measure of its own."""
    now = condition.get("component")
    if not others and now is None:
        return None
    options = [None, *others, *([now] if now is not None and now not in others else [])]
    chosen: str | None = st.selectbox(
        _("The condition asks for"),
        options,
        index=options.index(now),
        format_func=lambda code: (
            _("a measure of its own") if code is None else others.get(code, {}).get("name", code)
        ),
        key=f"{key}:link",
    )
    return chosen


def edit_multiplier(component: Document, choices: Choices, key: str) -> Document:
    """A table on another measure whose value the payout is multiplied by."""
    now = component.get("multiplier")
    on = st.toggle(_("Multiply the payout by how another measure does"), now is not None, key=f"{key}:on")
    if not on:
        return {"multiplier": None}
    now = now or _NEW_MULTIPLIER
    made = edit_also_counted(now, choices, key)
    measure = choices.measures.get(made["measure"])
    unit = "ratio" if made["target"] else measure.unit if measure else "money"
    table = plan_table.edit_table(now["table"], Units(unit, "times", unit), f"{key}:table:{unit}")
    return {"multiplier": made | {"table": table}}

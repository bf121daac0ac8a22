"""What is counted for whom against what, as a form."""

import streamlit as st

from revplan.service.plan_choices import Choices
from revplan.ui import plan_words
from revplan.ui.plan_credit import edit_credit
from revplan.ui.plan_table import Document
from revplan.ui.plan_words import own_names, said
from revplan.words import _, gettext, names
from revplan.words.measure_groups import in_groups, listed


def edit_counted(document: Document, choices: Choices, key: str) -> Document:
    """Measure, scope and target of anything that counts: a component, a condition, a multiplier."""
    own = own_names(choices)
    value = document.get("measure", "won_revenue")
    known = in_groups(choices.measures if value in choices.measures else [value, *choices.measures])
    with st.container(horizontal=True):
        measure = st.selectbox(
            _("Measure"),
            known,
            index=known.index(value),
            format_func=lambda code: listed(code, own),
            key=f"{key}:measure",
        )
        target = _target(document, measure, choices, key)
    scope = st.segmented_control(
        _("Whose result"),
        list(plan_words.SCOPES),
        default=document.get("scope", "own"),
        required=True,
        format_func=lambda code: said(plan_words.SCOPES, code),
        key=f"{key}:scope",
        wrap=True,
        help=gettext(plan_words.SCOPE_HELP),
    )
    return {"measure": measure, "scope": scope or "own", "target": target}


def edit_also_counted(document: Document, choices: Choices, key: str) -> Document:
    """Everything that a condition, a multiplier or a claim says about what it counts: as a component does,
    with who is credited and over which period."""
    made = document | edit_counted(document, choices, key)
    made |= edit_credit(made, choices, key)
    return made | edit_per(document, key)


def edit_per(document: Document, key: str) -> Document:
    """The period over which a condition, multiplier or claim counts: the component's when none is said."""
    options = [None, *names.GRAINS]
    now = document.get("per")
    chosen: str | None = st.selectbox(
        _("Counted over"),
        options,
        index=options.index(now) if now in options else 0,
        format_func=lambda code: _("the same period") if code is None else names.named(names.GRAINS, code),
        key=f"{key}:per",
    )
    return {"per": chosen}


def _target(document: Document, measure: str, choices: Choices, key: str) -> str | None:
    """The target that the result is divided by; those of the same measure first."""
    unit = choices.measures[measure].unit if measure in choices.measures else "money"
    value = document.get("target")
    fitting = sorted(
        (target for target in choices.targets.values() if target.unit == unit or target.id == value),
        key=lambda target: (target.measure != measure, not target.shared_with, target.name),
    )
    if measure != document.get("measure", measure):  # another measure asks for a target of its own
        value = fitting[0].id if value and fitting and fitting[0].measure == measure else None
        fitting = [target for target in fitting if target.unit == unit]
    options: list[str | None] = [*(target.id for target in fitting), None]
    if value not in options:
        options.insert(0, value)
    chosen: str | None = st.selectbox(
        _("Target"),
        options,
        index=options.index(value),
        format_func=lambda code: (
            _("No target: pay on the result itself")
            if code is None
            else choices.targets[code].name
            if code in choices.targets
            else code
        ),
        key=f"{key}:target:{measure}",
        help=_("Attainment is the result divided by this target, or by the person's or team's part of it."),
    )
    return chosen

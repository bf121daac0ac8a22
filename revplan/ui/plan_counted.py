"""What is counted for whom against what, as a form."""

import streamlit as st

from revplan.service.plan_choices import Choices
from revplan.ui import plan_words
from revplan.ui.plan_credit import edit_credit
from revplan.ui.plan_table import Document
from revplan.ui.plan_words import measure_name, said
from revplan.words import _, gettext, names


def edit_counted(document: Document, choices: Choices, key: str) -> Document:
    """Measure, scope and target of anything that counts: a component, a condition, a multiplier."""
    with st.container(horizontal=True):
        known = list(choices.measures)
        value = document.get("measure", "won_revenue")
        options = known if value in known else [value, *known]
        measure = st.selectbox(
            _("Measure"),
            options,
            index=options.index(value),
            format_func=lambda code: measure_name(code, choices),
            key=f"{key}:measure",
        )
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
    return {"measure": measure, "scope": scope or "own", "target": _target(document, measure, choices, key)}


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
        key=f"{key}:target",
        help=_("Attainment is the result divided by this target, or by the person's or team's part of it."),
    )
    return chosen

"""Who is credited with a deal, as a form: the rule, and for marketing how touches share."""

import streamlit as st

from revplan.model.credit import ATTRIBUTED, MILESTONES, Credit
from revplan.service.plan_choices import Choices
from revplan.ui.grid_numbers import shown
from revplan.ui.plan_numbers import as_text, number
from revplan.ui.plan_table import Document
from revplan.words import _, names
from revplan.words.credit_words import ANCHORS


def edit_credit(component: Document, choices: Choices, key: str) -> Document:
    """Who is credited: asked only where there is more than one way. Returns {"credit": …}."""
    measure = choices.measures.get(component["measure"])
    before = component.get("credit", {})
    if measure is None or not measure.fits or component["scope"] == "shared":
        return {"credit": {}}
    rules = [rule for rule in names.CREDIT_RULES if rule in measure.fits]
    rule = before.get("rule", "splits")
    chosen = st.selectbox(
        _("Credit goes to"),
        rules,
        index=rules.index(rule) if rule in rules else 0,
        format_func=lambda code: names.named(names.CREDIT_RULES, code),
        key=f"{key}:credit",
    )
    roll_up = st.toggle(
        _("and to everybody above them"),
        bool(before.get("roll_up")),
        key=f"{key}:roll_up",
        help=_("A manager is credited with what everybody below is credited with."),
    )
    return {"credit": _touches(before, chosen, key) | {"rule": chosen, "roll_up": roll_up}}


def _touches(before: Document, rule: str, key: str) -> Document:
    """From when touches count and how they share, for the rules that ask; usual values are left out."""
    if rule not in ATTRIBUTED:
        return {}
    usual = Credit.model_validate({"rule": rule})
    made: Document = {}
    with st.container(horizontal=True):
        made["look_back_days"] = st.number_input(
            _("Touches count for (days)"),
            value=int(before.get("look_back_days", usual.look_back_days)),
            min_value=0,
            step=1,
            key=f"{key}:look_back",
            help=_("How long before the deal a touch may lie."),
        )
        if rule == "time_decay":
            made["half_life_days"] = st.number_input(
                _("Half-life (days)"),
                value=int(before.get("half_life_days", usual.half_life_days)),
                min_value=1,
                max_value=3650,
                step=1,
                key=f"{key}:half_life",
                help=_("A touch counts half as much as one that is this much later."),
            )
    if rule in MILESTONES:
        made |= _anchors(before, rule, usual, key)
    return made


def _anchors(before: Document, rule: str, usual: Credit, key: str) -> Document:
    milestones = MILESTONES[rule]
    given = before.get("anchors", ())
    now = [number(each) for each in given] if len(given) == len(milestones) else list(usual.shares)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shares = [
            st.number_input(
                _("{anchor} (%)").format(anchor=names.named(ANCHORS, name)),
                value=shown(share, 100),
                min_value=0.0,
                max_value=100.0,
                key=f"{key}:{rule}:{name}",
            )
            for name, share in zip(milestones, now, strict=True)
        ]
    st.caption(_("The other touches share what is left of 100%."))
    made = [as_text(share, 100) for share in shares]
    return {} if tuple(map(number, made)) == usual.shares else {"anchors": made}

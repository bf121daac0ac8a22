"""The form of what a plan says as a whole: its name, whom it covers, from when, and in which sets."""

import streamlit as st

from revplan.service.plan_choices import Choices
from revplan.ui.fields import day_field
from revplan.ui.plan_table import Document
from revplan.words import _, names


def edit_plan(document: Document, choices: Choices, key: str) -> Document:
    """Draw the form; returns the document with what the widgets hold."""
    made = dict(document)
    made["name"] = st.text_input(
        _("Name of the plan"), document.get("name", ""), max_chars=120, key=f"{key}:name"
    )
    assigned: Document = document.get("assigned", {})
    named_only = bool(assigned.get("payees")) and not assigned.get("teams") and not assigned.get("roles")
    with st.container(horizontal=True):
        empty = _("none") if named_only or not assigned else _("all")
        teams = _several(
            _("Teams"),
            list(choices.teams),
            assigned.get("teams", []),
            key,
            "teams",
            choices.teams,
            empty=empty,
        )
        roles = _several(
            _("Roles"), list(choices.roles), assigned.get("roles", []), key, "roles", empty=empty
        )
    with st.container(horizontal=True):
        people = _several(
            _("People by name"),
            list(choices.people),
            assigned.get("payees", []),
            key,
            "payees",
            choices.people,
        )
        without = _several(
            _("Except"),
            list(choices.people),
            assigned.get("except_payees", []),
            key,
            "except",
            choices.people,
        )
    found = {"teams": teams, "roles": roles, "payees": people, "except_payees": without}
    made["assigned"] = {name: values for name, values in found.items() if values}
    with st.container(horizontal=True):
        made["from"] = day_field(_("In force from"), document.get("from"), f"{key}:from")
        made["to"] = day_field(_("Until (not included)"), document.get("to"), f"{key}:to")
    sets = document.get("sets", [])
    made["sets"] = _several(
        _("Part of these plan sets"),
        list(dict.fromkeys([*sets, *choices.sets])),
        sets,
        key,
        "sets",
        {name: names.plan_set(name) for name in choices.sets},
        new=True,
    )
    made |= _rates(document, choices, key) | _pay_rate(document, choices, key)
    made["notes"] = st.text_area(_("Notes"), document.get("notes", ""), key=f"{key}:notes", height=80)
    return made


def _rates(document: Document, choices: Choices, key: str) -> Document:
    """Which exchange rates turn other currencies into the company's: asked where there is a choice."""
    now = str(document.get("fx_rate", "plan"))
    options = sorted({*choices.rates, "plan", now})
    if len(options) < 2:
        return {}
    chosen = st.selectbox(
        _("Exchange rates for deals in other currencies"),
        options,
        index=options.index(now),
        format_func=lambda name: _("Rates of the plan year") if name == "plan" else name,
        key=f"{key}:fx_rate",
    )
    return {"fx_rate": chosen}


def _pay_rate(document: Document, choices: Choices, key: str) -> Document:
    """Whether people are paid in their own currency, and at which rates: asked where there are rates."""
    now = document.get("pay_rate")
    options = [None, *sorted({*choices.rates, *([str(now)] if now else [])})]
    if len(options) < 2:
        return {}
    chosen = st.selectbox(
        _("Exchange rates for pay in other currencies"),
        options,
        index=options.index(now),
        format_func=lambda name: (
            _("Not converted: everybody is paid in {currency}").format(currency=choices.currency)
            if name is None
            else _("Rates of the plan year")
            if name == "plan"
            else name
        ),
        help=_("Each rounded amount is turned into the person's own currency, at the month's last rate."),
        key=f"{key}:pay_rate",
    )
    return {"pay_rate": chosen}


def _several(
    label: str,
    options: list[str],
    chosen: list[str],
    key: str,
    name: str,
    words: dict[str, str] | None = None,
    *,
    empty: str = "",
    new: bool = False,
) -> list[str]:
    """Several of the options; what is chosen and not known stays on offer, so that nothing is lost. With
    `new`, others can be typed."""
    known = [*options, *(each for each in chosen if each not in options)]
    return st.multiselect(
        label,
        known,
        default=chosen,
        format_func=lambda code: (words or {}).get(code, code),
        key=f"{key}:{name}",
        placeholder=empty or _("none"),
        accept_new_options=new,
    )

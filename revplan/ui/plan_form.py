"""The form of one component: what counts, how it pays, when, and within which limits."""

from typing import Any

import streamlit as st

from revplan.model.results import Unit
from revplan.service.plan_choices import Choices
from revplan.ui import plan_conditions, plan_deals, plan_table, plan_words
from revplan.ui.grid_numbers import shown
from revplan.ui.plan_counted import edit_counted
from revplan.ui.plan_credit import edit_credit
from revplan.ui.plan_pool import edit_pool
from revplan.ui.plan_release import edit_release
from revplan.ui.plan_sections import section, told_of_component
from revplan.ui.plan_table import Document, Units, as_text, choice, number
from revplan.ui.plan_words import said
from revplan.ui.text import heading
from revplan.words import _, names


def edit_component(
    component: Document, choices: Choices, others: plan_conditions.Others, key: str
) -> Document:
    """Draw the form of a component; returns it with what the widgets hold.

    `others` are the plan's other components, to which a condition can be linked.
    """
    made = dict(component)
    told = told_of_component(component, choices)
    made["name"] = st.text_input(_("Name"), component.get("name", ""), max_chars=80, key=f"{key}:name")
    heading(_("What counts"), 5)
    made |= edit_counted(made, choices, key)
    made |= edit_credit(made, choices, key)
    heading(_("How it pays"), 5)
    made |= _pays(made, choices, key)
    if made["pays"]["way"] == "pool" != component["pays"]["way"] and made["scope"] == "own":
        made["scope"] = "team"  # a pool is one amount for all who share it, so it begins with their result
    units = units_of(made, choices)
    kind = plan_table.choose_kind(made["table"], f"{key}:table")
    if kind != made["table"].get("kind"):
        return made | {"table": {**made["table"], "wanted": kind}}
    made["table"] = plan_table.edit_rows(made["table"], units, f"{key}:table")
    with section(_("Edges and ends"), told, "ends"):
        made["table"] = plan_table.edit_ends(made["table"], f"{key}:table")
    with section(_("When it is measured and paid"), told, "timing"):
        made |= _timing(made, key)
    with section(_("Which deals count"), told, "deals"):
        made |= _deals_meant(made, choices, key)
    with section(_("Release of pay, cancelled deals"), told, "release"):
        made |= edit_release(made, f"{key}:release")
        made |= choice(
            _("When a deal is cancelled"), made, "on_cancel", "claw_back", plan_words.ON_CANCEL, key
        )
    with section(_("Limits of this component"), told, "limits_of_component"):
        made |= _limits(made, units, key)
    with section(_("Conditions to be paid at all"), told, "conditions"):
        made["gate"] = plan_conditions.edit_gates(made.get("gate", []), choices, others, f"{key}:gate")
    with section(_("Other tables while conditions hold"), told, "when"):
        made["when"] = plan_conditions.edit_other_tables(made, units, choices, others, f"{key}:when")
    with section(_("Multiplier by another measure"), told, "multiplier"):
        made |= plan_conditions.edit_multiplier(made, choices, f"{key}:multiplier")
    return made


def units_of(component: Document, choices: Choices) -> Units:
    """The units in which a component's table is shown."""
    measure = choices.measures.get(component.get("measure", ""))
    unit: Unit = measure.unit if measure else "money"
    by_ratio = component.get("input", "attainment") == "attainment"
    return Units("ratio" if by_ratio else unit, component["pays"]["way"], unit)


# ---------------------------------------------------------------- how it pays


def _pays(component: Document, choices: Choices, key: str) -> Document:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        way = st.segmented_control(
            _("Pays"),
            list(names.WAYS),
            default=component["pays"]["way"],
            required=True,
            format_func=lambda code: names.named(names.WAYS, code),
            key=f"{key}:way",
            wrap=True,
        )
        pays: Document = {"way": way or component["pays"]["way"]}
        if pays["way"] == "incentive":
            weight = st.number_input(
                _("Weight (%)"),
                value=shown(number(component["pays"].get("weight", "1")), 100),
                key=f"{key}:weight",
                help=_("Of target incentive. The weights of a plan's components add up to 100%."),
            )
            pays["weight"] = as_text(weight, 100)
    if pays["way"] == "pool":
        pays |= edit_pool(component["pays"], choices, f"{key}:pool")
    return {"pays": pays, "input": _input(component, choices, key)}


def _input(component: Document, choices: Choices, key: str) -> str:
    """What the table is read by: a matter of course without a target."""
    measure = choices.measures.get(component["measure"])
    ratio = measure is not None and not measure.additive
    now = component.get("input", "attainment")
    if component.get("target") is None:
        return now if now in ("amount", "value") else "value" if ratio else "amount"
    options = ["attainment", "value"] if ratio else ["attainment", "amount", "growth"]
    if now not in options:
        options.append(now)
    chosen = st.segmented_control(
        _("The table is read by"),
        options,
        default=now,
        required=True,
        format_func=lambda code: said(plan_words.INPUTS, code),
        key=f"{key}:input",
        wrap=True,
    )
    return chosen or now


def _timing(component: Document, key: str) -> Document:
    made: Document = {}
    with st.container(horizontal=True):
        made |= choice(_("Measured by"), component, "measured_per", "quarter", names.GRAINS, key)
        paid = {"paid_per": component.get("paid_per") or made["measured_per"]}
        made |= choice(_("Paid by"), paid, "paid_per", "quarter", names.GRAINS, key)
    made |= choice(_("The result"), component, "accumulation", "discrete", plan_words.ACCUMULATION, key)
    if made["accumulation"] == "cumulative":
        with st.container(horizontal=True):
            made |= choice(
                _("Divided by"), component, "divides_by", "full_period", plan_words.DIVIDES_BY, key
            )
            made["recovers"] = st.toggle(
                _("Takes back what was overpaid"), bool(component.get("recovers")), key=f"{key}:recovers"
            )
    made |= choice(_("Who is paid"), component, "eligibility", "at_transaction", plan_words.ELIGIBILITY, key)
    if made["paid_per"] == made["measured_per"]:
        made["paid_per"] = None
    return made


# ---------------------------------------------------------------- limits


def _deals_meant(component: Document, choices: Choices, key: str) -> Document:
    """The deals that count, and how many of them."""
    deals = dict(component.get("deals", {}))
    st.caption(_("A deal counts when it meets everything said here. Nothing said: every deal counts."))
    only = plan_deals.edit_which(deals.pop("only", {}), choices, f"{key}:only")
    most = st.number_input(
        _("At most so many deals in each measured period"),
        value=deals.pop("at_most", None),
        min_value=1,
        step=1,
        key=f"{key}:at_most",
        placeholder=_("no limit"),
    )
    return {"deals": deals | ({"only": only} if only else {}) | ({"at_most": most} if most else {})}


def _limits(component: Document, units: Units, key: str) -> Document:
    made: Document = {}
    for name, label in (("floor", _("Never less than")), ("cap", _("Never more than"))):
        made[name] = _limit(component.get(name), label, units, f"{key}:{name}")
    deals = component.get("deals", {})
    with st.container(horizontal=True):
        least = _optional(_("Smallest deal that counts"), deals.get("minimum_credit"), f"{key}:least")
        most = _optional(_("Most that one deal counts"), deals.get("credit_cap"), f"{key}:most")
    per_deal = component.get("table_per", "period") == "transaction"
    chosen = st.toggle(
        _("Read the table for each deal by itself"),
        per_deal,
        key=f"{key}:per_deal",
        help=_("Each deal starts at the first tier. Otherwise all deals of the period are read together."),
    )
    made["table_per"] = "transaction" if chosen else "period"
    found = {"only": deals.get("only"), "at_most": deals.get("at_most")}
    found |= {"minimum_credit": least, "credit_cap": most}
    if chosen:
        found["payout_cap"] = _optional(
            _("Most that one deal pays"), deals.get("payout_cap"), f"{key}:deal_pays"
        )
    made["deals"] = {name: value for name, value in found.items() if value is not None}
    return made


def _limit(limit: Document | None, label: str, units: Units, key: str) -> Document | None:
    """None, an amount of money, or a share of the period's target incentive."""
    kinds = ["none", "amount", *(["of_incentive"] if units.way == "incentive" else [])]
    now = next((kind for kind in ("of_incentive", "amount") if limit and kind in limit), "none")
    said_kinds = {
        "none": _("no limit"),
        "amount": _("an amount"),
        "of_incentive": _("a share of target incentive"),
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control(
            label,
            kinds if now in kinds else [*kinds, now],
            default=now,
            required=True,
            format_func=lambda code: said_kinds[code],
            key=f"{key}:kind",
        )
        if kind in (None, "none"):
            return None
        scale = 100 if kind == "of_incentive" else 1
        value = st.number_input(
            _("Percent") if kind == "of_incentive" else _("Amount"),
            value=shown(number((limit or {}).get(kind)), scale),
            key=f"{key}:{kind}",
        )
    return {kind: as_text(value, scale)}


def _optional(label: str, value: Any, key: str) -> str | None:
    return as_text(st.number_input(label, value=shown(number(value)), key=key, placeholder=_("no limit")), 1)

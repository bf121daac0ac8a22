"""The form of one component: what counts, how it pays, when, and within which limits."""

from fractions import Fraction

import streamlit as st

from revplan.model.results import Unit
from revplan.service.plan_choices import Choices
from revplan.ui import plan_conditions, plan_deals, plan_payable, plan_table, plan_words
from revplan.ui.fields import needed_number, number_field
from revplan.ui.plan_counted import edit_counted
from revplan.ui.plan_credit import edit_credit
from revplan.ui.plan_pool import edit_pool
from revplan.ui.plan_release import edit_release
from revplan.ui.plan_sections import section, told_of_component
from revplan.ui.plan_table import Document, Units, choice
from revplan.ui.plan_words import said
from revplan.ui.text import heading
from revplan.words import _, names


def edit_component(
    component: Document, choices: Choices, others: plan_conditions.Others, at: Fraction, key: str
) -> Document:
    """Draw the form of a component; returns it with what the widgets hold.

    `others` are the plan's other components, to which a condition can be linked; `at` is where the table's
    input typically stands at target. Another kind of rate table is asked for as `wanted` of the table;
    `moved` says that other tables changed places, so that their widgets have to be drawn anew.
    """
    made = dict(component)
    told = told_of_component(component, choices)
    made["name"] = st.text_input(
        _("Name of the component"), component.get("name", ""), max_chars=80, key=f"{key}:name"
    )
    heading(_("What counts"), 5)
    made |= edit_counted(made, choices, key)
    made |= edit_credit(made, choices, key)
    heading(_("How it pays"), 5)
    made |= _pays(made, choices, key)
    if made["pays"]["way"] == "pool" != component["pays"]["way"] and made["scope"] == "own":
        made["scope"] = "team"  # a pool is one amount for all who share it, so it begins with their result
    units = units_of(made, choices, at)
    by_rate = made["pays"]["way"] == "rate" and _adds_up(made, choices)
    kind = plan_table.choose_kind(made["table"], units.way, f"{key}:table", keyed=by_rate)
    if kind != made["table"].get("kind"):
        return made | {"table": {**made["table"], "wanted": kind}}
    if kind == plan_payable.KEYED:
        made["table"] = plan_payable.edit_rates(made["table"], units, choices, f"{key}:table")
    else:
        made["table"] = plan_table.edit_rows(made["table"], units, f"{key}:table")
        with section(_("Edges and ends"), told, "ends"):
            made["table"] = plan_table.edit_ends(made["table"], units, f"{key}:table")
    with section(_("When it is measured and paid"), told, "timing"):
        made |= _timing(made, key)
    with section(_("Which deals count, and for how much"), told, "deals"):
        made |= {"deals": plan_deals.edit_deals(made, choices, key)}
    if _adds_up(made, choices):
        with section(_("What deals pay on"), told, "pays_on"):
            made |= {"pays_on": plan_payable.edit_pays_on(made, choices, f"{key}:pays_on")}
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
        tables, moved = plan_conditions.edit_other_tables(made, units, choices, others, f"{key}:when")
        made |= {"when": tables} | ({"moved": True} if moved else {})
    with section(_("Multiplier by another measure"), told, "multiplier"):
        made |= plan_conditions.edit_multiplier(made, choices, f"{key}:multiplier")
    return made


def units_of(component: Document, choices: Choices, at: Fraction) -> Units:
    """The units in which a component's table is shown."""
    measure = choices.measures.get(component.get("measure", ""))
    paid = plan_payable.paid_measure(component, choices)
    unit: Unit = measure.unit if measure else "money"
    paid_unit: Unit = paid.unit if paid else unit
    by_target = component.get("input", "attainment") == "attainment"
    return Units("ratio" if by_target else unit, component["pays"]["way"], paid_unit, by_target, at)


def _adds_up(component: Document, choices: Choices) -> bool:
    measure = choices.measures.get(component.get("measure", ""))
    return measure is None or measure.additive


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
            pays["weight"] = needed_number(
                _("Weight (%)"),
                component["pays"].get("weight", "1"),
                f"{key}:weight",
                scale=100,
                help=_("Of target incentive. The weights of a plan's components add up to 100%."),
            )
    if pays["way"] == "pool":
        pays |= edit_pool(component["pays"], choices, f"{key}:pool")
    return {"pays": pays, "input": _input(component, choices, key)} | _each_deal(component, choices, key)


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


def _each_deal(component: Document, choices: Choices, key: str) -> Document:
    """Whether the table is read for each deal by itself: a ratio has no deals."""
    measure = choices.measures.get(component["measure"])
    if measure is not None and not measure.additive:
        return {"table_per": "period"}
    chosen = st.toggle(
        _("Read the table for each deal by itself"),
        component.get("table_per", "period") == "transaction",
        key=f"{key}:per_deal",
        help=_("Each deal starts at the first tier. Otherwise all deals of the period are read together."),
    )
    return {"table_per": "transaction" if chosen else "period"}


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


def _limits(component: Document, units: Units, key: str) -> Document:
    """Floor and cap: an amount, a share of the period's target incentive, or both added."""
    made: Document = {}
    for name, label in (("floor", _("Never less than")), ("cap", _("Never more than"))):
        limit: Document = component.get(name) or {}
        share = units.way == "incentive" or limit.get("of_incentive") is not None
        with st.container(horizontal=True, vertical_alignment="bottom"):
            amount = number_field(label, limit.get("amount"), f"{key}:{name}:amount", placeholder=_("none"))
            of_incentive = (
                number_field(
                    _("plus this share of target incentive (%)"),
                    limit.get("of_incentive"),
                    f"{key}:{name}:of_incentive",
                    scale=100,
                    placeholder=_("none"),
                )
                if share
                else None
            )
        said_here = {"amount": amount, "of_incentive": of_incentive}
        made[name] = {each: value for each, value in said_here.items() if value is not None} or None
    return made

"""What deals pay on, as a form: another measure of them, and factors by what a deal is; keyed rates."""

import streamlit as st

from revplan.metrics.measures import Measure
from revplan.service.plan_choices import Choices
from revplan.ui.fields import needed_number
from revplan.ui.plan_keys import edit_entries
from revplan.ui.plan_table import Document, Units
from revplan.ui.plan_words import own_names
from revplan.words import _
from revplan.words.measure_groups import listed

KEYED = "keyed"


def edit_pays_on(component: Document, choices: Choices, key: str) -> Document:
    """What deals pay on, where that is not what they count; the field `pays_on`."""
    pays_on: Document = component.get("pays_on") or {}
    made: Document = {}
    measure = _measure(component, pays_on.get("measure"), choices, key)
    if measure is not None:
        made["measure"] = measure
    if component["table"].get("kind") == KEYED:
        st.caption(_("Each deal has a rate of its own in the table, so it needs no factor here."))
        return made
    st.caption(
        _(
            "A deal counts in full, and pays on this share of what it counts. The most specific row that it "
            "meets holds: more conditions before fewer, narrower before wider."
        )
    )
    factors = edit_entries(
        list(pays_on.get("factors", ())),
        "factor",
        _("Pays on (%)"),
        choices,
        f"{key}:factors",
        scale=100,
        alt=_("Deals that pay on more or less than they count"),
    )
    otherwise = needed_number(
        _("All other deals pay on (%)"), pays_on.get("otherwise", "1"), f"{key}:otherwise", scale=100
    )
    made |= {"factors": factors} if factors else {}
    return made | ({"otherwise": otherwise} if otherwise not in (None, "1") else {})


def edit_rates(table: Document, units: Units, choices: Choices, key: str) -> Document:
    """The rates of a keyed table."""
    percent = units.unit == "money"
    scale = 100 if percent else 1
    st.caption(
        _(
            "A deal has the rate of the most specific row that it meets: more conditions before fewer, "
            "narrower before wider."
        )
    )
    rates = edit_entries(
        list(table.get("rates", ())),
        "rate",
        _("Rate (%)") if percent else _("Amount for each"),
        choices,
        f"{key}:rates",
        scale=scale,
        alt=_("Rates by what a deal is"),
    )
    otherwise = needed_number(
        _("All other deals (%)") if percent else _("All other deals (amount for each)"),
        table.get("otherwise", "0"),
        f"{key}:otherwise",
        scale=scale,
    )
    return {"kind": KEYED, "rates": rates, "otherwise": otherwise or "0"}


def paid_measure(component: Document, choices: Choices) -> Measure | None:
    """The measure that deals pay on."""
    other = (component.get("pays_on") or {}).get("measure")
    return choices.measures.get(other or component.get("measure", ""))


def _measure(component: Document, now: str | None, choices: Choices, key: str) -> str | None:
    """Another measure of the same rows and date, if there is one."""
    counted = choices.measures.get(component["measure"])
    here = counted.definition if counted else None
    others = [
        name
        for name, each in choices.measures.items()
        if here is not None
        and each.definition is not None
        and name != component["measure"]
        and (each.definition.table, each.definition.date) == (here.table, here.date)
    ]
    options = ["", *others]
    if now and now not in options:
        options.append(now)
    if len(options) == 1:
        return None
    own = own_names(choices)
    chosen = st.selectbox(
        _("Deals pay on"),
        options,
        index=options.index(now or ""),
        format_func=lambda name: listed(name, own) if name else _("what they count"),
        key=f"{key}:measure",
        help=_("Another amount of the same deals, such as revenue where they count by number."),
    )
    return chosen or None

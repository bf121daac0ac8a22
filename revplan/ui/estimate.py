"""What would the next deal pay, and what is needed to earn so much: asked of the engine, on Attainment."""

from datetime import date
from fractions import Fraction

import streamlit as st

from revplan.access import Viewer
from revplan.money import round_half_away
from revplan.service import estimate as service
from revplan.service.attainment import Choices
from revplan.service.estimate import Estimate, Offer
from revplan.ui.tables import Column, show_table
from revplan.ui.text import heading, plain
from revplan.words import _, formats, names

_USUAL = {"money": 10_000, "count": 1}


def section(viewer: Viewer, choices: Choices, payee_id: str, measures: dict[str, str]) -> None:
    """The questions about a payee whom the viewer sees now; nothing where no plan counts anything.

    `measures` are the names of the company's own ones.
    """
    asked = service.choices(viewer, choices.plan_set, payee_id)
    if not asked.offers:
        return
    heading(_("What would the next deal pay?"))
    st.caption(_("Worked out by the same rules as pay itself, with everything else as it stands on that day."))
    _questions(viewer, choices, asked, payee_id, measures)


@st.fragment
def _questions(
    viewer: Viewer, choices: Choices, asked: service.Choices, payee_id: str, measures: dict[str, str]
) -> None:
    key = f"estimate_{payee_id}"
    what, day = st.columns(2)
    with what:
        offer = st.selectbox(
            _("What"), asked.offers, key=f"{key}_what", format_func=lambda o: names.measure(o.measure, measures)
        )
    with day:
        on: date = st.date_input(
            _("On"), asked.on, asked.first, asked.last, key=f"{key}_on", format=formats.date_order()
        )  # type: ignore[assignment]
    if offer is None or on is None:
        return
    forward, backward = st.columns(2, gap="large")
    with forward:
        amount = _number(_("If it is worth") if offer.unit == "money" else _("If there are so many more"),
                         f"{key}_amount_{offer.unit}", offer, asked)  # fmt: skip
        if amount > 0:
            found = service.estimate(viewer, choices.plan_set, payee_id, offer, amount, on)
            _tell(found, asked, f"{key}_lines")
    with backward:
        earn = round_half_away(
            Fraction(str(st.number_input(_("To earn so much more"), 0.0, value=0.0, step=100.0, key=f"{key}_earn")))
            * 10**asked.digits
        )
        if earn > 0:
            with st.spinner(_("Looking for it …")):
                least = service.needed(viewer, choices.plan_set, payee_id, offer, earn, on)
            st.markdown(f"**{plain(_needed(least, earn, offer, asked, on))}**")


def _number(label: str, key: str, offer: Offer, asked: service.Choices) -> int:
    """An amount in minor units, or a number of things."""
    if offer.unit != "money":
        return int(st.number_input(label, 0, service.MOST_THINGS, _USUAL["count"], key=key))
    given = st.number_input(label, 0.0, value=float(_USUAL["money"]), step=1000.0, key=key)
    return round_half_away(Fraction(str(given)) * 10**asked.digits)


def _tell(found: Estimate, asked: service.Choices, key: str) -> None:
    gain = formats.money(found.gain, asked.currency, asked.digits)
    if not found.lines.num_rows:
        st.markdown(f"**{plain(_('It would change nothing in pay.'))}**")
        return
    text = _("It would pay {gain} more.") if found.gain >= 0 else _("It would change pay by {gain}.")
    st.markdown(f"**{plain(text.format(gain=gain))}**")
    columns = [
        Column("component_name", _("Component"), pinned=True),
        Column("period", _("Period"), "period"),
        Column("before", _("Without it"), "money"),
        Column("after", _("With it"), "money"),
        Column("difference", _("Difference"), "money"),
    ]
    show_table(found.lines, columns, key, currency=asked.currency, digits=asked.digits, height="content")


def _needed(least: int | None, earn: int, offer: Offer, asked: service.Choices, on: date) -> str:
    said = {"earn": formats.money(earn, asked.currency, asked.digits), "day": formats.day(on)}
    if least is None:
        return _("No amount on {day} pays {earn} more: a cap or another limit holds it.").format(**said)
    if offer.unit == "money":
        worth = formats.money(least, asked.currency, asked.digits)
        return _("It takes {worth} on {day} to earn {earn} more.").format(worth=worth, **said)
    return _("It takes {count} more on {day} to earn {earn} more.").format(count=formats.number(least), **said)

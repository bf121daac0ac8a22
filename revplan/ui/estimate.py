"""What would the next deal pay, and what is needed to earn so much: asked of the engine, on Attainment."""

from datetime import date
from decimal import Decimal

import streamlit as st

from revplan.access import AccessDenied, Viewer
from revplan.money import to_minor
from revplan.service import estimate as service
from revplan.service.estimate import Estimate, Offer
from revplan.ui.tables import Column, show_table
from revplan.ui.text import heading, plain
from revplan.words import _, formats, names


def section(viewer: Viewer, plan_set: str, payee_id: str) -> None:
    """The questions about a payee; nothing for one whom the viewer does not see now, or whose plan counts
    nothing that could be added."""
    try:
        asked = service.choices(viewer, plan_set, payee_id)
    except AccessDenied:
        return
    if not asked.offers:
        return
    heading(_("What would the next deal pay?"))
    told = [_("Worked out by the same rules as pay itself, with everything else as it stands on that day.")]
    if asked.adjusted:
        told.append(_("To earn so much more is meant before draws, clawbacks and held pay."))
    st.caption(" ".join(told))
    _questions(viewer, plan_set, asked, payee_id)


@st.fragment
def _questions(viewer: Viewer, plan_set: str, asked: service.Choices, payee_id: str) -> None:
    """Both questions; asking one draws only this part of the page anew."""
    key = f"estimate_{payee_id}"
    what, day = st.columns(2)
    with what:
        offer = st.selectbox(
            _("What"),
            asked.offers,
            key=f"{key}_what",
            format_func=lambda o: names.measure(o.measure, asked.own_measures),
        )
    with day:
        on = st.date_input(
            _("On"), asked.on, asked.first, asked.last, key=f"{key}_on", format=formats.date_order()
        )
    if not isinstance(on, date):  # no day chosen yet
        return
    forward, backward = st.columns(2, gap="large")
    with forward:
        amount = _amount(f"{key}_amount_{offer.unit}", offer, asked)
        if amount:
            _tell(service.estimate(viewer, plan_set, payee_id, offer, amount, on), asked, f"{key}_lines")
    with backward:
        earn = _money(_("To earn so much more"), f"{key}_earn", asked)
        if earn:
            with st.spinner(_("Looking for it …")):
                least = service.needed(viewer, plan_set, payee_id, offer, earn, on)
            st.markdown(f"**{plain(_needed(least, earn, offer, asked, on))}**")


def _amount(key: str, offer: Offer, asked: service.Choices) -> int:
    """Minor units, or a number of things; 0 before anything is typed."""
    if offer.unit == "money":
        return _money(_("If it is worth"), key, asked)
    label = _("If there are so many more")
    return int(st.number_input(label, 0, service.MOST_THINGS, None, key=key, placeholder="3") or 0)


def _money(label: str, key: str, asked: service.Choices) -> int:
    """An amount of money in minor units; 0 before anything is typed."""
    example = formats.number(10_000)
    given = st.number_input(label, 0.0, value=None, step=1000.0, key=key, placeholder=example)
    return to_minor(Decimal(str(given or 0)), asked.digits)


def _tell(found: Estimate, asked: service.Choices, key: str) -> None:
    gain = formats.money(found.gain, asked.currency, asked.digits)
    if not found.lines.num_rows:
        nothing = _("It would change nothing in pay.")
        st.markdown(f"**{plain(nothing)}**")
        return
    text = _("It would pay {gain} more.") if found.gain >= 0 else _("It would change pay by {gain}.")
    st.markdown(f"**{plain(text.format(gain=gain))}**")
    if found.paid != found.gain:
        later = _("After draws, clawbacks and held pay, {paid} of it is on the statements so far.")
        paid = formats.money(found.paid, asked.currency, asked.digits)
        st.markdown(plain(later.format(paid=paid)))
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
    return _("It takes {count} more on {day} to earn {earn} more.").format(
        count=formats.number(least), **said
    )

"""What would the next deal pay, and what is needed to earn so much: asked of the engine, on Attainment."""

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import streamlit as st

from revplan.access import AccessDenied, Viewer
from revplan.money import to_minor
from revplan.service import estimate as service
from revplan.service.estimate import Estimate, Offer, Telling, Traits
from revplan.ui.fields import number_field, whole_field
from revplan.ui.frame import guard
from revplan.ui.tables import Column, show_table
from revplan.ui.text import heading, plain
from revplan.words import _, formats, names
from revplan.words.deal_words import KINDS


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
    with guard():
        _both(viewer, plan_set, asked, payee_id)


def _both(viewer: Viewer, plan_set: str, asked: service.Choices, payee_id: str) -> None:
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
    traits = _traits(asked.traits, key)
    forward, backward = st.columns(2, gap="large")
    with forward:
        amount = _amount(f"{key}_amount_{offer.unit}", offer, asked)
        if amount:
            _tell(
                service.estimate(viewer, plan_set, payee_id, offer, amount, on, traits), asked, f"{key}_lines"
            )
    with backward:
        earn = _money(_("To earn so much more"), f"{key}_earn", asked)
        if earn:
            with st.spinner(_("Looking for it …")):
                least = service.needed(viewer, plan_set, payee_id, offer, earn, on, traits)
            st.markdown(f"**{plain(_needed(least, earn, offer, asked, on))}**")


def _traits(telling: Telling, key: str) -> Traits:
    """What is said of the deal: asked only where it makes a difference to what somebody's plan pays."""
    said: dict[str, Any] = {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for name, label, options in (
            ("product", _("Product"), telling.products),
            ("segment", _("Segment of the customer"), telling.segments),
            ("kind", _("Kind of business"), telling.kinds),
        ):
            if options:
                said[name] = st.selectbox(
                    label, ["", *options], key=f"{key}_{name}", format_func=partial(_trait_name, name)
                )
        if telling.term:
            said["term_months"] = whole_field(
                _("Term (months)"), None, f"{key}_term", placeholder=_("not said")
            )
        if telling.discount:
            share = number_field(
                _("Discount (%)"), None, f"{key}_discount", scale=100, placeholder=_("not said")
            )
            said["discount"] = None if share is None else to_minor(Decimal(share), 6)
    return Traits(**said)


def _trait_name(name: str, code: str) -> str:
    if not code:
        return _("not said")
    return names.named(KINDS, code) if name == "kind" else code


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

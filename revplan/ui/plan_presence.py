"""The form of what a plan does for joiners and for people on leave."""

import streamlit as st

from revplan.ui import plan_words
from revplan.ui.grid_numbers import shown
from revplan.ui.plan_numbers import as_text, number
from revplan.ui.plan_table import Document, choice
from revplan.words import _, formats

LONGEST_RAMP = 24
_FIRST_SHARES = (0, 25, 50, 75)


def edit_presence(document: Document, key: str) -> Document:
    """What the plan does when somebody is not there all the time, and when the plan itself changes."""
    made = dict(document)
    made |= choice(
        _("Who joins or leaves within a period"),
        document,
        "prorate",
        "days",
        plan_words.PRORATE,
        key,
        _(
            "Cuts the quota and target incentive of who joins, leaves, moves or is on leave: to the days "
            "on the plan, or to the full months on it."
        ),
    )
    made["ramp"] = _ramp(document.get("ramp"), f"{key}:ramp")
    made["leave"] = _leave(document.get("leave", {}), f"{key}:leave")
    if made["prorate"] == "days" or document.get("accumulators") == "restart":
        made |= choice(
            _("A new version, or another team, within a period"),
            document,
            "accumulators",
            "carry",
            plan_words.ACCUMULATORS,
            key,
            _("What was sold, and how far the table was climbed, either goes on or begins at zero."),
        )
    return made


def _ramp(ramp: Document | None, key: str) -> Document | None:
    """How many months a joiner's quota grows, and its share in each of them; None without a ramp."""
    before = list((ramp or {}).get("quota", []))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        months = st.number_input(
            _("Months in which a joiner's quota grows"),
            min_value=0,
            max_value=max(LONGEST_RAMP, len(before)),
            value=len(before),
            step=1,
            key=f"{key}:months",
            help=_("A part of the quota in the months after joining, then the whole of it. 0: no ramp."),
        )
        if not months:
            return None
        starts = choice(
            _("The first of them is"), ramp or {}, "starts", "joining_month", plan_words.RAMP_STARTS, key
        )
    least = (shown(number(before[-1]), 100) if before else None) or 0.0
    shares = []
    with st.container(horizontal=True):
        for place in range(months):
            share = st.number_input(
                _("Month {number} (%)").format(number=formats.number(place + 1)),
                value=shown(number(before[place]), 100) if place < len(before) else _first(place, least),
                min_value=0.0,
                step=5.0,
                key=f"{key}:share:{place}",
                width=120,
            )
            shares.append(as_text(share, 100) or "0")
    incentive = st.toggle(
        _("Target incentive grows with it"), bool((ramp or {}).get("incentive")), key=f"{key}:incentive"
    )
    return {"quota": shares, "incentive": incentive, **starts}


def _first(place: int, least: float) -> float:
    """What a month that is added begins with: no less than `least`, the last that was there."""
    return max(least, float(_FIRST_SHARES[place]) if place < len(_FIRST_SHARES) else 100.0)


def _leave(leave: Document, key: str) -> Document:
    """What a leave cuts, and whether what is credited meanwhile counts."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_("While somebody is on leave"), width="content")
        return {
            "cuts_quota": st.toggle(
                _("the quota is cut"), bool(leave.get("cuts_quota", True)), key=f"{key}:quota"
            ),
            "cuts_incentive": st.toggle(
                _("target incentive is cut"), bool(leave.get("cuts_incentive", True)), key=f"{key}:incentive"
            ),
            "credit_counts": st.toggle(
                _("credit counts"), bool(leave.get("credit_counts", True)), key=f"{key}:credit"
            ),
        }

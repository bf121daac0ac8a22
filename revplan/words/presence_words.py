"""What a plan does for joiners, leavers and people on leave, in plain words: Plans page and workbook."""

from fractions import Fraction

from revplan.model.plan import Leave, Plan, Ramp
from revplan.money import MILLION, round_half_away
from revplan.words import _, formats


def plan_terms(plan: Plan) -> tuple[str, ...]:
    """Proration, ramp and leave as sentences."""
    return (_proration(plan), *_ramp(plan.ramp), *_leave(plan), *_restart(plan))


def _proration(plan: Plan) -> str:
    if plan.prorate == "days":
        return _("Who joins, leaves or moves within a period has quota and target incentive by active days.")
    if plan.prorate == "months":
        return _("Who joins, leaves or moves within a period has quota and target incentive by full months.")
    return _("Who joins, leaves or moves within a period has the whole quota and target incentive.")


def _ramp(ramp: Ramp | None) -> list[str]:
    if ramp is None:
        return []
    shares = [formats.percent(round_half_away(Fraction(share) * MILLION), 2) for share in ramp.quota]
    if ramp.starts == "joining_month":
        text = _("A joiner's quota grows from the month of joining: {shares}, then the whole of it.")
    else:
        text = _("A joiner's quota grows from the first full month: {shares}, then the whole of it.")
    told = [text.format(shares=", ".join(shares))]
    return [*told, _("Target incentive grows with it.")] if ramp.incentive else told


def _restart(plan: Plan) -> list[str]:
    if plan.accumulators == "carry" or plan.prorate != "days":
        return []
    return [_("With a new version or another team within a period, results begin anew on that day.")]


def _leave(plan: Plan) -> list[str]:
    """Only what differs from the usual; a plan that prorates nothing cuts nothing for leave."""
    told = []
    if plan.prorate != "none" and plan.leave != Leave():
        if not plan.leave.cuts_quota:
            told.append(_("A leave does not cut the quota."))
        if not plan.leave.cuts_incentive:
            told.append(_("A leave does not cut target incentive."))
    if not plan.leave.credit_counts:
        told.append(_("What is credited while on leave does not count."))
    return told

"""Plan check of what acts on finished lines: draws, clawbacks, release of pay, accounts below zero."""

from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches
from fractions import Fraction
from itertools import pairwise

from revplan.issues import Issue, Severity, Where
from revplan.model.adjustments import AtRisk, Clawback, Draw, OnEvent, Scheduled
from revplan.model.plan import Component, Plan
from revplan.money import MILLION, round_half_away
from revplan.rules.adjust.clawbacks import takes_back
from revplan.rules.check.components import names_of
from revplan.rules.refunds import DEALS
from revplan.rules.typical import Ground, latest


def check_adjustments(ground: Ground, plan: Plan) -> Iterator[Issue]:
    """Every refusal and warning about a plan's draws, clawbacks, releases and accounts below zero."""
    for name, number in Counter(draw.id for draw in plan.draws).items():
        if number > 1:
            yield _issue(plan, "plan.draw_twice", "draw", draw=name)
    for place, draw in enumerate(plan.draws, 1):
        yield from _draw(ground, plan, draw, f"draw[{place}]")
    for place, clawback in enumerate(plan.clawbacks, 1):
        yield from _clawback(plan, clawback, f"clawback[{place}]")
    yield from _clawed_twice(plan)
    for component in plan.components:
        yield from _release(ground, plan, component)
    below = plan.below_zero
    if not 0 <= below.share <= 1:
        yield _issue(plan, "plan.below_zero_share", "below_zero.share", given_share=_millionths(below.share))
    if below.minimum_pay < 0:
        yield _issue(plan, "plan.below_zero_minimum", "below_zero.minimum_pay")


def _issue(
    plan: Plan, code: str, at: str, severity: Severity = "error", component: str = "", **said: str | int
) -> Issue:
    return Issue(code, severity, Where(column=at, plan=plan.id, component=component), said)


def _millionths(share: object) -> int:
    return round_half_away(Fraction(str(share)) * MILLION)


# ---------------------------------------------------------------- draws


def _draw(ground: Ground, plan: Plan, draw: Draw, at: str) -> Iterator[Issue]:
    name = draw.name or draw.id
    given = [each for each in (draw.amount, draw.of_incentive) if each is not None]
    if len(given) != 1:
        yield _issue(plan, "plan.draw_amount", at, draw=name)
    elif given[0] <= 0:
        yield _issue(plan, "plan.draw_not_positive", at, draw=name)
    start, end = draw.from_ or plan.from_, draw.to or plan.to
    if end is not None and end <= start:
        yield _issue(
            plan,
            "plan.draw_ends_before_start",
            f"{at}.to",
            draw=name,
            start=start.isoformat(),
            end=end.isoformat(),
        )
    forgets = (draw.forgiven_on, draw.forgiven_after)
    if draw.recovery_starts is not None and draw.recovery_after is not None:
        yield _issue(plan, "plan.draw_two_dates", f"{at}.recovery_after", draw=name)
    if None not in forgets:
        yield _issue(plan, "plan.draw_two_dates", f"{at}.forgiven_after", draw=name)
    if draw.kind == "recoverable_then_forgiven" and forgets == (None, None):
        yield _issue(plan, "plan.draw_never_forgiven", at, draw=name)
    if draw.kind != "recoverable_then_forgiven" and forgets != (None, None):
        yield _issue(plan, "plan.draw_not_forgiven", at, draw=name)
    owes = draw.kind in ("recoverable", "recoverable_then_forgiven")
    if not owes and (draw.recovery_starts is not None or draw.recovery_after is not None):
        yield _issue(plan, "plan.draw_nothing_owed", at, draw=name)
    if draw.of_incentive is not None and not any(s.incentive for s in latest(ground.covered(plan))):
        yield _issue(plan, "plan.draw_no_incentive", f"{at}.of_incentive", "warning", draw=name)
    if owes and end is None and draw.months is None:
        yield _issue(plan, "plan.draw_for_ever", at, "note", draw=name)


# ---------------------------------------------------------------- clawbacks


def _clawback(plan: Plan, clawback: Clawback, at: str) -> Iterator[Issue]:
    known = [component.id for component in plan.components]
    for name in clawback.components:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            suggestion = close[0] if close else names_of(known)
            yield _issue(
                plan, "plan.clawback_component", f"{at}.components", name=name, suggestion=suggestion
            )
    for place, band in enumerate(clawback.bands, 1):
        here = f"{at}.bands[{place}]"
        if band.from_ < 0 or (band.to is not None and band.to <= band.from_):
            end = "" if band.to is None else str(band.to)
            yield _issue(plan, "plan.clawback_band", here, start=str(band.from_), end=end)
        if not 0 <= band.share <= 1:
            yield _issue(plan, "plan.clawback_share", here, given_share=_millionths(band.share))
    ordered = sorted(clawback.bands, key=lambda band: band.from_)
    for one, other in pairwise(ordered):
        if one.to is None or one.to > other.from_:
            yield _issue(plan, "plan.clawback_overlap", f"{at}.bands", start=str(other.from_))
    if not clawback.bands:
        yield _issue(plan, "plan.clawback_no_bands", f"{at}.bands")


def _clawed_twice(plan: Plan) -> Iterator[Issue]:
    """A component is clawed back by one set of terms, or counts cancellations as negative deals."""
    for component in plan.components:
        terms = [each for each in plan.clawbacks if takes_back(each, component.id)]
        if component.on_cancel == "recompute":
            if any(each.components for each in terms):
                yield _issue(plan, "plan.cancelled_twice", "on_cancel", component=component.id)
        elif len(terms) > 1:
            yield _issue(plan, "plan.clawback_twice", "clawback", component=component.id)


# ---------------------------------------------------------------- release


def _release(ground: Ground, plan: Plan, component: Component) -> Iterator[Issue]:
    release, own = component.release, component.id
    if isinstance(release, Scheduled):
        total = sum((Fraction(one.share) for one in release.schedule), Fraction(0))
        months = [one.months for one in release.schedule]
        if total != 1 or any(one.share < 0 for one in release.schedule):
            share = _millionths(total)
            yield _issue(plan, "plan.release_shares", "release.schedule", component=own, total_share=share)
        if min(months) < 0 or months != sorted(set(months)):
            yield _issue(plan, "plan.release_months", "release.schedule", component=own)
    if isinstance(release, OnEvent) and not 0 <= release.at_booking <= 1:
        share = _millionths(release.at_booking)
        yield _issue(plan, "plan.release_at_booking", "release.at_booking", component=own, given_share=share)
    if isinstance(release, AtRisk) and release.months < 1:
        yield _issue(plan, "plan.release_deadline", "release.months", component=own)
    if isinstance(release, OnEvent | AtRisk):
        measure = ground.measure(component.measure)
        if measure is not None and (measure.definition is None or measure.definition.table not in DEALS):
            name = component.measure
            yield _issue(plan, "plan.release_no_deals", "release.event", component=own, measure=name)

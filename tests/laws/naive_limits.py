"""Limits on finished lines, worked through in order: the independent calculator's own way."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from fractions import Fraction

from revplan.model.plan import Plan
from revplan.money import largest_remainder, round_half_away, to_minor
from revplan.periods import FiscalCalendar, Period

Line = tuple[str, str, str, str, str]
"""payee, plan, component, payment period, number of the stretch."""


def within_limits(
    due: Mapping[Line, int],
    plan_of: Mapping[Line, Plan],
    calendar: FiscalCalendar,
    digits: int,
    incentive: Callable[[Plan, str, Period], int],
) -> dict[Line, int]:
    """What is paid of what is due: payee limits one after the other, then budgets."""
    paid = dict(due)
    for place in range(max((len(plan.payee_limits) for plan in plan_of.values()), default=0)):
        groups: dict[tuple[str, str, Period], dict[Line, int]] = defaultdict(dict)
        for line, plan in plan_of.items():
            if place < len(plan.payee_limits):
                limit = plan.payee_limits[place]
                if not limit.components or line[2] in limit.components:
                    period = calendar.period_of(calendar.parse(line[3]).last_day, limit.per)
                    most = to_minor(limit.amount or 0, digits)
                    if limit.of_incentive:
                        most += round_half_away(
                            Fraction(limit.of_incentive) * incentive(plan, line[0], period)
                        )
                    groups[line[0], line[1], period][line] = most
        for group in groups.values():
            _cut(paid, group, plan_of, calendar)
    budgets: dict[tuple[str, Period], dict[Line, int]] = defaultdict(dict)
    for line, plan in plan_of.items():
        if plan.budget:
            period = calendar.period_of(calendar.parse(line[3]).last_day, plan.budget.per)
            budgets[line[1], period][line] = to_minor(plan.budget.amount, digits)
    for group in budgets.values():
        _cut(paid, group, plan_of, calendar)
    return paid


def _cut(
    paid: dict[Line, int], group: Mapping[Line, int], plan_of: Mapping[Line, Plan], calendar: FiscalCalendar
) -> None:
    def place(line: Line) -> tuple[object, ...]:
        return calendar.parse(line[3]).end, plan_of[line].version, line[0], line[2], line[4]

    in_order = sorted(group, key=place)
    most = group[in_order[0]]
    due_so_far = 0
    for end in sorted({calendar.parse(line[3]).end for line in in_order}):
        now = [line for line in in_order if calendar.parse(line[3]).end == end]
        before = min(due_so_far, most)
        due_so_far += sum(paid[line] for line in now)
        cut = sum(paid[line] for line in now) - (min(due_so_far, most) - before)
        if cut == 0:
            continue
        touched = [line for line in now if paid[line] * cut > 0]
        now_in_order = sorted(
            touched, key=lambda line: (line[0], line[1], line[2], calendar.parse(line[3]).start, line[4])
        )
        weights = [abs(paid[line]) for line in now_in_order]
        for line, share in zip(now_in_order, largest_remainder(cut, weights), strict=True):
            paid[line] -= share

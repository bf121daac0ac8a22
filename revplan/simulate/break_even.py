"""At which growth of revenue another plan set pays for itself: a condition, not a promise."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pyarrow.compute as pc

from revplan.issues import Unfit
from revplan.model.book import Book
from revplan.model.deals import Which
from revplan.model.results import paid_in
from revplan.model.scenario import DealSize, Scenario
from revplan.simulate.deal_changes import deal_size
from revplan.simulate.drivers import total
from revplan.simulate.replay import Replay

_STEPS = tuple(Fraction(n, 1000) for n in (10, 25, 50, 100, 200, 400))
"""Uplifts that are calculated; between two of them cost moves in a straight line, near enough."""


@dataclass(frozen=True)
class BreakEven:
    """`cost_a`, `cost_b` and `revenue` of the window as it was, in minor units; `margin` of it is kept.

    `uplift` is the least growth of won revenue at which set b, paid on the grown revenue, leaves the company
    as well off as set a on the revenue that was; 0 where b costs no more; None where no growth to 40% does.
    """

    cost_a: int
    cost_b: int
    revenue: int
    margin: Fraction
    uplift: Fraction | None


def break_even(
    book: Book,
    set_a: str,
    set_b: str,
    start: date,
    end: date,
    margin: Fraction,
    told: Callable[[int], None] = lambda done: None,
) -> BreakEven:
    """Where set b pays for itself against set a, over payment periods whose last day lies in [start, end).

    The grown book has every deal won in the window larger by the uplift. `told` hears how many of the
    calculations are done (8 at most).
    """
    cost_a, cost_b = _cost(book, set_a, start, end), _cost(book, set_b, start, end)
    revenue = total(book, "won_revenue", start, end)
    told(2)
    before, gap = Fraction(0), Fraction(cost_b - cost_a)
    if gap <= 0:
        return BreakEven(cost_a, cost_b, revenue, margin, Fraction(0))
    for number, uplift in enumerate(_STEPS, 3):
        grown = _grown(book, set_b, start, end, uplift)
        if grown is None:
            break
        left = _cost(grown, set_b, start, end) - cost_a - uplift * margin * revenue
        told(number)
        if left <= 0:
            found = before + (uplift - before) * gap / (gap - left)
            return BreakEven(cost_a, cost_b, revenue, margin, found)
        before, gap = uplift, left
    return BreakEven(cost_a, cost_b, revenue, margin, None)


def _grown(book: Book, plan_set: str, start: date, end: date, uplift: Fraction) -> Book | None:
    factor = Decimal(uplift.numerator) / Decimal(uplift.denominator) + 1
    which = Which.model_validate({"from": start, "to": end})
    change = DealSize(which=which, factor=factor)
    try:
        return deal_size(book, Scenario(id="grown", name="", plan_set=plan_set), change, only_won=True)
    except Unfit:  # nothing was won
        return None


def _cost(book: Book, plan_set: str, start: date, end: date) -> int:
    with Replay(book, plan_set) as replay:
        lines = replay.lines(book)
    return int(pc.sum(paid_in(lines, start, end)["payout"]).as_py() or 0)

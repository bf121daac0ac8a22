"""What a rate table pays, straight from what its kind means: no curve, no segments."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise

from revplan.model.plan import (
    AverageRate,
    BoundedTable,
    Keyed,
    Linear,
    Marginal,
    Overage,
    Steps,
    Table,
    Tiered,
    Whole,
)

Reached = Callable[[Fraction], bool]


def table_value(table: Table, x: Fraction) -> Fraction:
    """The table's value at x, ends and edges as the plan says."""
    assert not isinstance(table, Keyed)
    first, last = _ends(table)
    if x < 0 and table.on_negative == "zero":
        return Fraction(0)
    if x < 0 and first == 0 and not isinstance(table, Steps):
        return _inside(table, x)  # a refund takes back what the first band paid
    if x < first or (x == first and table.edge == "lower"):
        return {"zero": Fraction(0), "flat": _inside(table, first, reach=True), "extend": _inside(table, x)}[
            table.before_first
        ]
    if last is not None and (x > last or (x == last and table.edge == "higher")):
        if table.after_last == "zero":
            return Fraction(0)
        if table.after_last == "flat":
            return _at_end(table, last)
    return _inside(table, x)


def table_rate(table: Table, x: Fraction) -> Fraction:
    """Of a table that says one rate at each x: that rate."""
    if isinstance(table, Keyed):
        return Fraction(1)
    assert isinstance(table, Tiered)
    assert isinstance(table, Whole) or len(table.tiers) == 1
    if x == 0:  # no amount tells the rate at 0, so whether 0 itself is reached has to be asked
        first = Fraction(table.tiers[0].from_)
        is_below = first > 0 or (first == 0 and table.edge == "lower")
        if is_below and table.before_first == "zero":
            return Fraction(0)
        return Fraction(table.tiers[0].rate)
    return table_value(table, x) / x


def _ends(table: BoundedTable) -> tuple[Fraction, Fraction | None]:
    match table:
        case Marginal() | Whole() | Overage():
            to = table.tiers[-1].to
            return Fraction(table.tiers[0].from_), None if to is None else Fraction(to)
        case Linear() | AverageRate():
            return Fraction(table.points[0].at), Fraction(table.points[-1].at)
        case Steps():
            return Fraction(table.steps[0].at), None


def _at_end(table: BoundedTable, last: Fraction) -> Fraction:
    """What the last band reaches at its end."""
    if isinstance(table, Linear):
        return Fraction(table.points[-1].pays)
    if isinstance(table, AverageRate):
        return last * Fraction(table.points[-1].rate)
    return _inside(table, last, reach=True)


def _inside(table: BoundedTable, x: Fraction, *, reach: bool = False) -> Fraction:
    """The value of the band that x is in; below the first that is the first. `reach`: an edge counts
    as reached whatever the table says of edges."""

    def reached(at: Fraction) -> bool:
        return x > at or (x == at and (reach or table.edge == "higher"))

    match table:
        case Marginal():
            total = Fraction(0)
            for (start, rate), (end, _) in _bands(table):
                top = x if end is None else min(x, end)
                if top > start or start == Fraction(table.tiers[0].from_):
                    total += rate * (top - start)
            return total
        case Whole():
            return _reached_rate(table, reached) * x
        case Overage():
            above, base = Fraction(table.above), Fraction(table.tiers[0].rate)
            in_first = not any(reached(Fraction(tier.from_)) for tier in table.tiers[1:])
            return base * x if in_first else base * above + _reached_rate(table, reached) * (x - above)
        case Linear():
            points = [(Fraction(point.at), Fraction(point.pays)) for point in table.points]
            return _between(points, x, None, reached)
        case AverageRate():
            points = [(Fraction(p.at), Fraction(p.at) * Fraction(p.rate)) for p in table.points]
            return _between(points, x, Fraction(table.points[-1].rate), reached)
        case Steps():
            pays = [Fraction(step.pays) for step in table.steps if reached(Fraction(step.at))]
            if not pays:  # extended below the first step: as if it had been reached
                pays = [Fraction(table.steps[0].pays)]
            return sum(pays, Fraction(0)) if table.add_up else pays[-1]


def _bands(table: Tiered) -> list[tuple[tuple[Fraction, Fraction], tuple[Fraction | None, Fraction]]]:
    starts = [(Fraction(tier.from_), Fraction(tier.rate)) for tier in table.tiers]
    ends: list[tuple[Fraction | None, Fraction]] = [*starts[1:], (None, Fraction(0))]
    return list(zip(starts, ends, strict=True))


def _reached_rate(table: Tiered, reached: Reached) -> Fraction:
    rates = [Fraction(tier.rate) for tier in table.tiers if reached(Fraction(tier.from_))]
    return rates[-1] if rates else Fraction(table.tiers[0].rate)


def _between(
    points: Sequence[tuple[Fraction, Fraction]], x: Fraction, last_slope: Fraction | None, reached: Reached
) -> Fraction:
    """On the straight line between the two points around x, or on the first or last one's."""
    spans = [(a, b) for a, b in pairwise(points) if a[0] < b[0]]
    end, end_value = points[-1]
    if last_slope is not None and reached(end):
        return end_value + last_slope * (x - end)
    if last_slope is None and reached(end):
        (at, value), (next_at, next_value) = spans[-1]
        return end_value + (next_value - value) / (next_at - at) * (x - end)
    (at, value), (next_at, next_value) = next((s for s in reversed(spans) if reached(s[0][0])), spans[0])
    return value + (next_value - value) / (next_at - at) * (x - at)

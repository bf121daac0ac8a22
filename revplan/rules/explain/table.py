"""What a rate table makes of one input, tier by tier: slices that add up to the table's amount."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from revplan.formula.curve import ZERO, Curve
from revplan.formula.steps import ApplyTable
from revplan.model.explanation import Place, Slice, TableStep
from revplan.model.plan import AverageRate, Keyed, Linear, Marginal, Overage, Steps, Table, Tiered, Whole
from revplan.money import round_half_away

Points = tuple[tuple[Decimal, Decimal], ...]


@dataclass(frozen=True)
class PaidShare:
    """Deals with one keyed rate: what they pay on, in the table's input, before the rate and with it."""

    rate: Decimal
    paid_on: Fraction
    read_at: Fraction


def trace_table(
    table: Table,
    step: ApplyTable,
    x: Fraction | None,
    x_unit: int,
    base: Fraction,
    per_x: Fraction | None,
    read_at: Fraction | None = None,
    shares: Sequence[PaidShare] = (),
) -> TableStep:
    """The table read at x, in units of its curve (`x_unit` of them make 1 in the plan).

    `base` is what the curve is multiplied by: 1, the quota, or the incentive in minor units. `per_x` is how
    much of what counted one of x is, in stored units; None where x is a ratio without a quota. `read_at` is
    what the component pays on, where it is another amount than x; of a keyed table `shares` are its parts.
    """
    total = _count(table)
    if x is None:
        return TableStep(None, "undefined", 0, total, (), (), Fraction(0), 0, table)
    value = step.curve.value(x) if read_at is None else step.curve.line_at(x).at(read_at)
    place = _place(table, step.curve, x, x_unit)
    slices: tuple[Slice, ...] = ()
    if isinstance(table, Keyed):
        slices = _keyed_slices(step.curve, shares, base, per_x)
    elif place == "inside" and read_at is None:
        slices = _slices(table, step.curve, x, x_unit, base, per_x)
    elif place == "inside" and isinstance(table, Tiered) and read_at is not None:
        counted = None if per_x is None else read_at * per_x
        rate = _rate(table, step.curve, x)
        slices = (Slice(Fraction(0), read_at, counted, rate, round_half_away(base * value)),)
    return TableStep(
        x,
        place,
        min(_reached(step.curve, x), total),
        total,
        slices,
        _between(table, x, x_unit),
        value,
        round_half_away(base * value),
        table,
        read_at=sum((share.paid_on for share in shares), Fraction(0)) if shares else read_at,
    )


def _keyed_slices(
    curve: Curve, shares: Sequence[PaidShare], base: Fraction, per_x: Fraction | None
) -> tuple[Slice, ...]:
    """A slice for each rate. They are rounded on the running total, so that they add up."""
    found: list[Slice] = []
    end = exact = Fraction(0)
    before = 0
    for share in shares:
        start, end = end, end + share.paid_on
        exact += base * curve.before.at(share.read_at)
        counted = None if per_x is None else share.paid_on * per_x
        found.append(Slice(start, end, counted, share.rate, round_half_away(exact) - before))
        before = round_half_away(exact)
    return tuple(found)


def _count(table: Table) -> int:
    match table:
        case Keyed():
            return 1
        case Linear() | AverageRate():
            return len(table.points)
        case Steps():
            return len(table.steps)
        case _:
            return len(table.tiers)


def _first_and_last(table: Table) -> tuple[Decimal, Decimal | None]:
    """Where the table starts, and where it ends (None: nowhere)."""
    match table:
        case Keyed():
            return Decimal(0), None
        case Linear() | AverageRate():
            return table.points[0].at, table.points[-1].at
        case Steps():
            return table.steps[0].at, None
        case _:
            return table.tiers[0].from_, table.tiers[-1].to


def _is_past(curve: Curve, x: Fraction, edge: Fraction) -> bool:
    """Whether x belongs to what starts at an edge."""
    return x > edge or (x == edge and curve.edge == "higher")


def _reached(curve: Curve, x: Fraction) -> int:
    return sum(_is_past(curve, x, Fraction(segment.start, curve.scale)) for segment in curve.segments)


def _place(table: Table, curve: Curve, x: Fraction, x_unit: int) -> Place:
    first, last = _first_and_last(table)
    if x < 0 and curve.negative is not None:
        return "before_first" if curve.negative == ZERO else "inside"
    if not _is_past(curve, x, Fraction(first) * x_unit):
        return "before_first"
    if isinstance(table, Keyed) or last is None or table.after_last == "extend":
        return "inside"
    return "after_last" if _is_past(curve, x, Fraction(last) * x_unit) else "inside"


def _slices(
    table: Table, curve: Curve, x: Fraction, x_unit: int, base: Fraction, per_x: Fraction | None
) -> tuple[Slice, ...]:
    """The rates that x passes through. They are rounded on the running total, so that they add up."""
    bands = _bands(table, curve, x, x_unit)
    found = []
    before = 0
    for start, end, rate, value in bands:
        counted = None if per_x is None else (end - start) * per_x
        so_far = round_half_away(base * value)
        found.append(Slice(start, end, counted, rate, so_far - before))
        before = so_far
    return tuple(found)


def _bands(
    table: Table, curve: Curve, x: Fraction, x_unit: int
) -> list[tuple[Fraction, Fraction, Decimal, Fraction]]:
    """(start, end, rate, the curve's value at the end) of each rate up to x; none for points and steps."""
    zero = Fraction(0)
    match table:
        case Whole():
            return [(zero, x, _rate(table, curve, x), curve.value(x))]
        case Overage():
            above = Fraction(table.above) * x_unit
            reached = max(_reached(curve, x), 1)
            if reached == 1 or x <= above:
                return [(zero, x, table.tiers[0].rate, curve.value(x))]
            return [
                (zero, above, table.tiers[0].rate, curve.segments[0].line.at(above)),
                (above, x, table.tiers[reached - 1].rate, curve.value(x)),
            ]
        case Marginal():
            if x < 0:
                return [(zero, x, table.tiers[0].rate, curve.value(x))]
            found = []
            for number, tier in enumerate(table.tiers):
                start = Fraction(tier.from_) * x_unit
                following = table.tiers[number + 1].from_ if number + 1 < len(table.tiers) else None
                end = x if following is None else min(x, Fraction(following) * x_unit)
                if start < end:
                    found.append((start, end, tier.rate, curve.segments[number].line.at(end)))
            return found
    return []


def _rate(table: Tiered, curve: Curve, x: Fraction) -> Decimal:
    return table.tiers[max(_reached(curve, x), 1) - 1].rate


def _between(table: Table, x: Fraction, x_unit: int) -> Points:
    """The two points beside x in a table of points; at its ends the first two or the last two."""
    match table:
        case Linear():
            points = [(point.at, point.pays) for point in table.points]
        case AverageRate():
            points = [(point.at, point.rate) for point in table.points]
        case _:
            return ()
    pairs = [pair for pair in pairwise(points) if pair[0][0] < pair[1][0]]
    edge = table.edge == "higher"
    past = [
        pair
        for pair in pairs
        if x > Fraction(pair[0][0]) * x_unit or (edge and x == Fraction(pair[0][0]) * x_unit)
    ]
    return (past or pairs[:1])[-1] if pairs else ()

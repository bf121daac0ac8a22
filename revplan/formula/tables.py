"""Named constructors: every kind of rate table as one canonical curve."""

from fractions import Fraction
from itertools import pairwise
from math import lcm

from revplan.formula.curve import ZERO, Curve, Line, Segment
from revplan.issues import Unfit
from revplan.model.plan import (
    AverageRate,
    Bounded,
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

Piece = tuple[Fraction, Line]


def curve_of(
    table: Table,
    x_unit: Fraction | int = 1,
    y_unit: Fraction | int = 1,
    read_unit: Fraction | int | None = None,
) -> Curve:
    """The curve of a table.

    The plan's numbers are in major units: `x_unit` and `y_unit` say how many units of the curve's
    input and value make one (100 for dollars in cents, 1,000,000 for counts, 1 for attainment).
    Rates are value per input, so they scale by y_unit / x_unit; with `read_unit` by y_unit / read_unit,
    where lines are read at an amount of another unit than x. Of a keyed table the line is 1 per input:
    its rates are factors of what is read. Raises Unfit when an overage table has a second tier below
    `above`.
    """
    slope_unit = Fraction(y_unit) / Fraction(x_unit if read_unit is None else read_unit)
    if isinstance(table, Keyed):
        line = Line.of(Fraction(0), slope_unit)
        return Curve(1, line, (Segment(0, line),), negative=line)
    pieces, end = _pieces(table)
    if end is not None and table.after_last != "extend":
        last = pieces[-1][1]
        pieces.append((end, ZERO if table.after_last == "zero" else _flat(last.at(end))))
    return _scaled(table, pieces, Fraction(x_unit), Fraction(y_unit), slope_unit)


def _pieces(table: BoundedTable) -> tuple[list[Piece], Fraction | None]:
    """Lines with their starts, and where the last one ends (None: nowhere)."""
    match table:
        case Marginal():
            return _marginal(table), _end(table)
        case Whole():
            return [(at, Line.of(Fraction(0), rate)) for at, rate in _tiers(table)], _end(table)
        case Overage():
            return _overage(table), _end(table)
        case Linear():
            points = [(Fraction(p.at), Fraction(p.pays)) for p in table.points]
            return _joined(points, None), points[-1][0]
        case AverageRate():
            # The source of this kind (openfisca-core's linear average rate scale) goes on after the
            # last point with the last rate as its slope.
            points = [(Fraction(p.at), Fraction(p.at) * Fraction(p.rate)) for p in table.points]
            return _joined(points, Fraction(table.points[-1].rate)), points[-1][0]
        case Steps():
            return _steps(table), None


def _tiers(table: Tiered) -> list[tuple[Fraction, Fraction]]:
    return [(Fraction(tier.from_), Fraction(tier.rate)) for tier in table.tiers]


def _end(table: Tiered) -> Fraction | None:
    to = table.tiers[-1].to
    return None if to is None else Fraction(to)


def _flat(value: Fraction) -> Line:
    return Line.of(value, Fraction(0))


def _through(at: Fraction, value: Fraction, slope: Fraction) -> Line:
    return Line.of(value - slope * at, slope)


def _marginal(table: Marginal) -> list[Piece]:
    pieces: list[Piece] = []
    value = Fraction(0)
    for at, rate in _tiers(table):
        if pieces:
            value = pieces[-1][1].at(at)
        pieces.append((at, _through(at, value, rate)))
    return pieces


def _overage(table: Overage) -> list[Piece]:
    above = Fraction(table.above)
    (first_at, first_rate), *rest = _tiers(table)
    if any(at < above for at, _ in rest):
        raise Unfit("table_overage_starts_below")
    base = Line.of(Fraction(0), first_rate)
    return [(first_at, base)] + [(at, _through(above, base.at(above), rate)) for at, rate in rest]


def _joined(points: list[tuple[Fraction, Fraction]], last_slope: Fraction | None) -> list[Piece]:
    """Lines between points; two points at one place make a jump. The last line goes on past the end,
    by its own slope unless `last_slope` says otherwise."""
    pieces: list[Piece] = []
    slope = Fraction(0)
    for (at, value), (next_at, next_value) in pairwise(points):
        if next_at > at:
            slope = (next_value - value) / (next_at - at)
            pieces.append((at, _through(at, value, slope)))
    end, end_value = points[-1]
    pieces.append((end, _through(end, end_value, slope if last_slope is None else last_slope)))
    return pieces


def _steps(table: Steps) -> list[Piece]:
    pieces: list[Piece] = []
    total = Fraction(0)
    for step in table.steps:
        total = total + Fraction(step.pays) if table.add_up else Fraction(step.pays)
        pieces.append((Fraction(step.at), _flat(total)))
    return pieces


def _scaled(
    table: Bounded, pieces: list[Piece], x_unit: Fraction, y_unit: Fraction, slope_unit: Fraction
) -> Curve:
    """The canonical curve in the units of the tables: starts whole over one scale, ends settled."""
    first_at, first = pieces[0]
    before = {"zero": ZERO, "flat": _flat(first.at(first_at)), "extend": first}[table.before_first]
    negative = None
    if table.on_negative == "zero":
        negative = ZERO
    elif first_at == 0 and not isinstance(table, Steps):
        negative = first  # a refund takes back what the first band paid
    scale = lcm(*((at * x_unit).denominator for at, _ in pieces))

    def line(old: Line) -> Line:
        return Line.of(Fraction(old.b, old.d) * y_unit, Fraction(old.s, old.d) * slope_unit)

    return Curve(
        scale,
        line(before),
        tuple(Segment(int(at * x_unit * scale), line(piece)) for at, piece in pieces),
        table.edge,
        None if negative is None else line(negative),
    )

"""From one kind of rate table to another, keeping the thresholds and, where it can, what is paid at them."""

from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from revplan.formula.curve import Curve
from revplan.model.plan import Table
from revplan.model.record_text import number_text
from revplan.rules.check.tables import table_curve

Kind = Literal["marginal", "whole", "overage", "linear", "average_rate", "steps", "keyed"]
KINDS: tuple[Kind, ...] = ("marginal", "whole", "overage", "linear", "average_rate", "steps")

ROWS = {
    "marginal": ("tiers", "from", "rate"),
    "whole": ("tiers", "from", "rate"),
    "overage": ("tiers", "from", "rate"),
    "linear": ("points", "at", "pays"),
    "average_rate": ("points", "at", "rate"),
    "steps": ("steps", "at", "pays"),
}
"""For each kind but `keyed`: the field that holds its rows, the threshold's and the value's."""

_TABLE: TypeAdapter[Table] = TypeAdapter(Table)
_PLACES = Decimal("0.000001")
_ENDS = ("edge", "before_first", "after_last", "on_negative")


def as_kind(table: dict[str, Any], kind: Kind, at: Fraction = Fraction(1)) -> dict[str, Any]:
    """A table (a document of plain values) as another kind, with the same thresholds.

    Points and steps hold what the old table paid at them; tiers hold the slope, or the rate on
    everything, from there on; to six places. A table that cannot be read gives a plain one. `at` is where a
    threshold that is needed besides is put: at target, in the unit of the table's input. A keyed table gives
    and takes one rate, that of all other deals.
    """
    if table.get("kind") == kind:
        return table
    if table.get("kind") == "keyed":
        table = _of_all_others(table)
        if kind == "marginal":
            return table
    kept = {name: table[name] for name in _ENDS if name in table}
    curve = _curve(table)
    if kind == "keyed":
        kept = {}
    if curve is None:
        return kept | _filled(
            kind, [(Fraction(0), Fraction(1), Fraction(1)), (at, Fraction(1), Fraction(1))], at
        )
    starts = [Fraction(segment.start, curve.scale) for segment in curve.segments]
    if len(starts) < 2:
        starts.append(at if at > starts[0] else starts[0] + at)
    rows = [(start, curve.value(start), _slope(curve, start)) for start in starts]
    return kept | _filled(kind, rows, at)


def _of_all_others(keyed: dict[str, Any]) -> dict[str, Any]:
    """A keyed table's rate of all other deals, else its first, as a table of one tier."""
    rates = [keyed.get("otherwise"), *(entry.get("rate") for entry in keyed.get("rates", ()))]
    rate = next((rate for rate in rates if rate and Decimal(str(rate))), "0")
    return {"kind": "marginal", "tiers": [{"from": "0", "rate": str(rate)}]}


def first_value(table: dict[str, Any]) -> tuple[Fraction, Fraction] | None:
    """Where a table first pays something at a threshold, and what; None where it does at none."""
    curve = _curve(table)
    starts = [Fraction(segment.start, curve.scale) for segment in curve.segments] if curve else []
    return next(((start, curve.value(start)) for start in starts if curve and curve.value(start)), None)


def _curve(table: dict[str, Any]) -> Curve | None:
    try:
        return table_curve(_TABLE.validate_python(table))
    except ValidationError:
        return None


def _slope(curve: Curve, start: Fraction) -> Fraction:
    line = next(s.line for s in reversed(curve.segments) if Fraction(s.start, curve.scale) <= start)
    return Fraction(line.s, line.d)


def _filled(kind: Kind, rows: list[tuple[Fraction, Fraction, Fraction]], one: Fraction) -> dict[str, Any]:
    """Rows of (threshold, value there, slope from there on) as a table of that kind; `one` is the target."""
    match kind:
        case "keyed":
            rate = next((slope for _, _, slope in rows if slope), Fraction(0))
            return {"kind": kind, "rates": [], "otherwise": _text(rate)}
        case "steps":
            paid = [(at, value) for at, value, _ in rows if value]
            return {
                "kind": kind,
                "steps": [_row(at, "pays", value) for at, value in paid or [(one, Fraction(1))]],
            }
        case "linear":
            at, value, slope = rows[-1]
            past = at + (at - rows[-2][0])  # the last line goes on through a point of its own
            points = [*((x, y) for x, y, _ in rows), (past, value + slope * (past - at))]
            return {"kind": kind, "points": [_row(x, "pays", y) for x, y in points]}
        case "average_rate":
            return {
                "kind": kind,
                "points": [_row(at, "rate", _average(at, value, slope)) for at, value, slope in rows],
            }
        case "whole":
            return {
                "kind": kind,
                "tiers": [_tier(at, _average(at, value, slope)) for at, value, slope in rows],
            }
        case "marginal":
            return {"kind": kind, "tiers": [_tier(at, slope) for at, _, slope in rows]}
        case "overage":
            low = [row for row in rows if row[0] < one][:1] or rows[:1]
            high = [row for row in rows if row[0] >= one and row not in low]
            above = {} if one == 1 else {"above": _text(one)}
            return {"kind": kind, **above, "tiers": [_tier(at, slope) for at, _, slope in (*low, *high)]}


def _average(at: Fraction, value: Fraction, slope: Fraction) -> Fraction:
    return value / at if at else slope


def _row(at: Fraction, name: str, value: Fraction) -> dict[str, Any]:
    return {"at": _text(at), name: _text(value)}


def _tier(at: Fraction, rate: Fraction) -> dict[str, Any]:
    return {"from": _text(at), "rate": _text(rate)}


def _text(value: Fraction) -> str:
    return number_text((Decimal(value.numerator) / Decimal(value.denominator)).quantize(_PLACES))

"""Where people stand on the payout curves: just below a cliff, where more pays nothing, above a cap."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import pyarrow as pa

from revplan.formula.curve import Curve
from revplan.model.plan import Component, Plan
from revplan.money import MILLION, round_half_away
from revplan.rules.check.tables import table_curve
from revplan.rules.compile import reads_attainment

CLOSE = Fraction(5, 100)
"""Below a cliff by less than this part of it is close to it."""

Kind = Literal["cliff", "flat", "cap"]


@dataclass(frozen=True)
class Spot:
    """A place on a component's curve, and the lines that stand there.

    `cliff`: less than CLOSE below `start`, where pay jumps from `before` to `after` (values of the
    table: shares of the incentive, money in major units, or money per unit, by `way`);
    `flat`: from `start` up to `end` (None: without end) more attainment pays no more; `cap`: the cap took
    something. Attainments are millionths. `who` are (payee name, period), each line once.
    """

    kind: Kind
    plan_id: str
    component_id: str
    component_name: str
    way: str
    start: int
    end: int | None
    before: Fraction
    after: Fraction
    who: tuple[tuple[str, str], ...]


def spots(plans: tuple[Plan, ...], lines: pa.Table) -> tuple[Spot, ...]:
    """Every spot of the plans' components that are read by attainment, with the `lines` (schema LINES) that
    stand there; spots without anybody too, but for caps. In the plans' order, then by place."""
    of: dict[tuple[str, int, str], list[Mapping[str, object]]] = {}
    for row in lines.to_pylist():
        of.setdefault((row["plan_id"], row["plan_version"], row["component_id"]), []).append(row)
    return tuple(
        spot
        for plan in plans
        for component in plan.components
        if (rows := of.get((plan.id, plan.version, component.id)))
        for spot in _of_component(plan, component, rows)
    )


def _of_component(plan: Plan, component: Component, rows: list[Mapping[str, object]]) -> Iterator[Spot]:
    def spot(
        kind: Kind, start: Fraction, end: Fraction | None, here: list[Mapping[str, object]], **of: Fraction
    ) -> Spot:
        return Spot(
            kind,
            plan.id,
            component.id,
            component.name,
            component.pays.way,
            round_half_away(start * MILLION),
            None if end is None else round_half_away(end * MILLION),
            of.get("before", Fraction(0)),
            of.get("after", Fraction(0)),
            tuple((str(row["payee_name"]), str(row["period"])) for row in here),
        )

    curve = table_curve(component.table)
    if curve is not None and reads_attainment(component) and component.table_per == "period":
        for jump in curve.jumps():
            if jump.at > 0 and jump.after > jump.before:
                low = jump.at * (1 - CLOSE)
                here = [row for row in rows if (x := _x(row)) is not None and low <= x < jump.at]
                yield spot("cliff", jump.at, None, here, before=jump.before, after=jump.after)
        for start, end in _flats(curve):
            here = [
                row for row in rows if (x := _x(row)) is not None and x >= start and (end is None or x < end)
            ]
            yield spot("flat", start, end, here)
    capped = [row for row in rows if component.cap and _cut(row)]
    if capped:
        yield spot("cap", min(_x(row) or Fraction(0) for row in capped), None, capped)


def _x(row: Mapping[str, object]) -> Fraction | None:
    return None if row["attainment"] is None else Fraction(int(str(row["attainment"])), MILLION)


def _cut(row: Mapping[str, object]) -> bool:
    """Whether the line earned less than its table and multiplier say, with its gates open."""
    multiplier = MILLION if row["multiplier"] is None else int(str(row["multiplier"]))
    said = Fraction(int(str(row["table_amount"])) * multiplier, MILLION)
    return row["gate_open"] is not False and int(str(row["earned_to_date"])) < said - 1


def _flats(curve: Curve) -> Iterator[tuple[Fraction, Fraction | None]]:
    """Stretches from a segment's start, at 0 or more, on which the value does not move."""
    starts = [Fraction(segment.start, curve.scale) for segment in curve.segments]
    first = starts[0]
    if curve.before.s == 0 and first > 0:
        yield Fraction(0), first
    for segment, start, end in zip(curve.segments, starts, [*starts[1:], None], strict=True):
        if segment.line.s == 0 and (end is None or end > 0):
            yield max(start, Fraction(0)), end

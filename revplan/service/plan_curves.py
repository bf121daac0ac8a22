"""What a component pays over what is reached, drawn by the engine's own formula for a typical person."""

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from revplan.access import AccessDenied, Viewer
from revplan.formula.curve import Curve
from revplan.formula.exact import CellInputs, Trace, finish_sum, run_steps
from revplan.formula.steps import (
    ApplyTable,
    Cap,
    Floor,
    Formula,
    Multiply,
    PassGates,
    Qualify,
    Step,
)
from revplan.metrics.measures import Measure, measure_of
from revplan.model.book import Company
from revplan.model.deals import PaysOn
from revplan.model.explanation import Explanation, MultiplyStep, TableStep
from revplan.model.plan import Component, Edge, Keyed, Plan
from revplan.model.results import Unit
from revplan.money import MILLION, round_half_away
from revplan.rules.cells import counted_of
from revplan.rules.check.tables import table_curve
from revplan.rules.compile import formula_of, input_unit
from revplan.rules.people import covers
from revplan.rules.typical import Ground, latest, period_incentive
from revplan.service import plans

_EXAMPLE_QUOTA = 100_000
_EXAMPLE_INCENTIVE = 10_000
_MOST_SAMPLES = 400


@dataclass(frozen=True)
class JumpPoint:
    """At `x` pay jumps from `before` to `after`, in minor units."""

    x: int
    before: int
    after: int


@dataclass(frozen=True)
class CurvePoints:
    """Pay of one measured period against what is reached: straight lines between `points` (x, pay).

    x is in stored units of `x_unit` (ratio and count: millionths; money: minor units), pay in minor
    units. Two points of one x are the two sides of a jump. Gates are taken as open and a multiplier as
    1. `incentive` (of the period, by weight) and `quota` are what it was drawn for, None where they play
    no part; `is_example` says that nobody on the plan has them, so round figures stand in. `at_target`
    is pay at 100% attainment, None where the table is not read by attainment. `here` is where a line stands.
    """

    x_unit: Unit
    points: tuple[tuple[int, int], ...]
    jumps: tuple[JumpPoint, ...]
    currency: str
    digits: int
    incentive: int | None
    quota: int | None
    quota_unit: Unit
    at_target: int | None
    is_example: bool
    per_deal: bool
    here: tuple[int, int] | None = None


def curve_points(viewer: Viewer, plan: Plan, component: Component, payee_id: str = "") -> CurvePoints | None:
    """The payout curve of a component of a plan, saved or not, for a payee or a typical one.

    Typical is the middle one of the quotas and incentives of those whom the plan covers and the viewer
    sees; a payee is seen within the scope only (AccessDenied otherwise). None where the component cannot
    be calculated: the plan check says why.
    """
    ground = plans.ground(viewer)
    seen = {stint.payee_id for stint in ground.roster if covers(plan.assigned, stint)}
    if viewer.role not in ("cro", "finance") and not seen:
        raise AccessDenied(viewer.role)
    if payee_id and payee_id not in {stint.payee_id for stint in ground.roster}:
        raise AccessDenied(viewer.role)
    return draw(ground, plan, component, payee_id)


def draw(ground: Ground, plan: Plan, component: Component, payee_id: str = "") -> CurvePoints | None:
    """`curve_points` on a book that holds only what may be seen.

    Where deals pay on factors, of deals that pay on what they count; nothing where they pay on another
    measure, or by a rate of their own.
    """
    if by_deal(component):
        return None
    component = component.model_copy(update={"pays_on": PaysOn()})
    company = ground.book.company
    measure = ground.measure(component.measure)
    multiplier = component.multiplier and ground.measure(component.multiplier.measure)
    gates = [ground.measure(condition.measure) for condition in component.conditions if condition.measure]
    if measure is None or table_curve(component.table) is None or None in gates:
        return None
    if component.multiplier and (multiplier is None or table_curve(component.multiplier.table) is None):
        return None

    def unit_of(name: str) -> Unit:
        found = ground.measure(name)
        return found.unit if found else "money"

    formula = _without(formula_of(component, unit_of, company.digits), Multiply, PassGates, Qualify)
    incentive, quota, is_example = _typical(ground, plan, component, payee_id, formula.table)
    inputs = CellInputs(0, quota or 1, incentive)
    return _drawn(company, component, measure, formula, inputs, is_example=is_example)


def by_deal(component: Component) -> bool:
    """Whether what it pays goes by each deal, so that it has no curve over what counts."""
    return isinstance(component.table, Keyed) or component.pays_on.measure is not None


def line_curve(company: Company, told: Explanation) -> CurvePoints | None:
    """What a line's component pays for its own quota, incentive and multiplier, with the line's place on it.

    The table is the one that was read. Gates are taken as open. None where the table is read for each
    deal, where the input is not defined, and where the line pays on another amount than counts.
    """
    x = told.x.value
    read = next((step.table for step in told.steps if isinstance(step, TableStep)), told.component.table)
    component = told.component.model_copy(update={"table": read, "when": ()})
    if x is None or component.table_per == "transaction" or told.paid_on is not None:
        return None
    measures = {name: measure_of(company, counted.measure) for name, counted in counted_of(component)}
    units = {measure.name: measure.unit for measure in measures.values()}
    formula = _without(formula_of(component, units.__getitem__, company.digits), PassGates, Qualify)
    m = next((step.given.value for step in told.steps if isinstance(step, MultiplyStep)), None)
    inputs = CellInputs(0, told.x.quota or 1, told.incentive.amount)
    if m is not None:
        inputs = replace(inputs, m_n=m.numerator, m_d=m.denominator)
    return _drawn(company, component, measures["x"], formula, inputs, here=x)


def _drawn(
    company: Company,
    component: Component,
    measure: Measure,
    formula: Formula,
    inputs: CellInputs,
    *,
    is_example: bool = False,
    here: Fraction | None = None,
) -> CurvePoints:
    """The curve for a cell's quota, incentive and multiplier."""
    pay = _Pay(formula, inputs)
    by_attainment = component.input == "attainment"
    x_unit: Unit = "ratio" if by_attainment else measure.unit
    one = input_unit(component, measure.unit, company.digits)
    places = _places(formula.table.curve, one, x_unit)
    if here is not None:
        places = sorted({*places, here, *([here * Fraction(11, 10)] if here > places[-1] else [])})
    scale = MILLION if one == 1 else 1
    points: list[tuple[int, int]] = []
    jumps: list[JumpPoint] = []
    for x in pay.with_kinks(places):
        at = round_half_away(x * scale)
        before, after = pay.at(x, "lower"), pay.at(x, "higher")
        if before != after:
            points.append((at, before))
            jumps.append(JumpPoint(at, before, after))
        points.append((at, after))
    return CurvePoints(
        x_unit,
        tuple(points),
        tuple(jumps),
        company.currency,
        company.digits,
        inputs.incentive if component.pays.way == "incentive" else None,
        inputs.x_d if formula.table.base == "quota" else None,
        measure.unit,
        pay.at(Fraction(1)) if by_attainment else None,
        is_example,
        component.table_per == "transaction",
        None if here is None else (round_half_away(here * scale), pay.at(here)),
    )


@dataclass(frozen=True)
class _Pay:
    """Pay at any x, through the exact dialect."""

    formula: Formula
    inputs: CellInputs

    def at(self, x: Fraction, edge: Edge | None = None) -> int:
        """Minor units at x; on one side of an edge, when `edge` says which."""
        inputs = self.inputs
        deal, cell = (_at_edge(steps, edge) for steps in (self.formula.deal, self.formula.cell))
        total = run_steps(deal, inputs, Trace(x)).payout if deal else None
        return finish_sum(Formula(cell, deal), inputs, total, x).payout

    def with_kinks(self, places: list[Fraction]) -> list[Fraction]:
        """The places, and those between them where a floor or cap bends the line."""
        limits = [step for step in self.formula.cell if isinstance(step, Floor | Cap)]
        free = _Pay(_without(self.formula, Floor, Cap), self.inputs)
        bends: set[Fraction] = set()
        for limit in limits:
            amount = limit.amount + round_half_away(limit.of_incentive * self.inputs.incentive)
            for start, end in pairwise(places):
                low, high = free.at(start, "higher"), free.at(end, "lower")
                if low != high and min(low, high) < amount < max(low, high):
                    bends.add(start + (end - start) * Fraction(amount - low, high - low))
        return sorted({*places, *bends})


def _without(formula: Formula, *kinds: type[Step]) -> Formula:
    """The formula as if it had no steps of those kinds: its gates open, its multiplier 1, no limit.

    Its own table is read, whatever conditions choose.
    """

    def kept(steps: tuple[Step, ...]) -> tuple[Step, ...]:
        plain = (step for step in steps if not isinstance(step, kinds))
        return tuple(replace(step, instead=()) if isinstance(step, ApplyTable) else step for step in plain)

    return Formula(kept(formula.cell), kept(formula.deal))


def _at_edge(steps: tuple[Step, ...], edge: Edge | None) -> tuple[Step, ...]:
    """The steps as they are on one side of every edge; None leaves them as the plan says."""
    return tuple(
        replace(step, curve=replace(step.curve, edge=edge)) if edge and isinstance(step, ApplyTable) else step
        for step in steps
    )


def _typical(
    ground: Ground, plan: Plan, component: Component, payee_id: str, step: ApplyTable
) -> tuple[int, int | None, bool]:
    """Incentive of the period by weight, quota, and whether round figures had to stand in."""
    company = ground.book.company
    measure = ground.measure(component.measure)
    one = 10**company.digits if measure and measure.unit == "money" else MILLION
    people = [stint for stint in latest(ground.covered(plan)) if stint.payee_id == payee_id]
    incentive, quota = ground.typical_incentive(plan, component), ground.typical_quota(plan, component)
    if people:
        incentive = period_incentive(component, people[0].incentive)
        period = company.calendar.period_of(company.as_of, component.measured_per)
        quota = ground.quota(component, people[0], period)
    if step.base == "incentive" and not incentive:
        example = _EXAMPLE_INCENTIVE * 10**company.digits
        return (0 if people else example), quota, not people
    if step.base == "quota" and not quota:
        return incentive, (0 if people else _EXAMPLE_QUOTA * one), not people
    return incentive, quota, False


def _places(curve: Curve, one: int, x_unit: Unit) -> list[Fraction]:
    """Where to draw from and to, and every edge between: past the last edge, so that its line is seen."""
    edges = [Fraction(segment.start, curve.scale) for segment in curve.segments]
    first, last = edges[0], edges[-1]
    if x_unit == "ratio":
        low = max(Fraction(0), first - (last - first) / 2) if first > Fraction(3, 4) else Fraction(0)
        high = max(last + (last - low) / 4, Fraction(3, 2)) if low == 0 else last + (last - low) / 4
    else:
        low = Fraction(0)
        high = (
            last * Fraction(3, 2)
            if last > 0
            else Fraction((_EXAMPLE_QUOTA if x_unit == "money" else 100) * one)
        )
    inside = [edge for edge in edges if low < edge < high][:_MOST_SAMPLES]
    return sorted({low, *inside, *([Fraction(1)] if x_unit == "ratio" and low < 1 < high else []), high})

"""A component of a plan as a formula: the plan's numbers in the units of the tables."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from itertools import islice

from revplan.formula.steps import (
    ApplyTable,
    Base,
    Cap,
    Floor,
    Formula,
    Instead,
    LimitDeal,
    Multiply,
    PassGates,
    Qualify,
    Reach,
    Round,
    Step,
)
from revplan.formula.tables import curve_of
from revplan.issues import Unfit
from revplan.metrics.measures import unit_scale
from revplan.model.plan import Component, Condition, Counted, Limit, Overage, Table, Whole
from revplan.model.results import Unit
from revplan.money import to_minor
from revplan.rules.payable import payable_of

UnitOf = Callable[[str], Unit]
"""The unit of a measure, by name."""


def reads_attainment(counted: Counted) -> bool:
    """Whether an input is a ratio to a target; a component may read its amount although it has one."""
    if isinstance(counted, Component):
        return counted.input == "attainment"
    return counted.target is not None


def input_unit(counted: Counted, unit: Unit, digits: int) -> int:
    """How many units of an input make 1 in a plan's table: 1 where the input is a ratio."""
    return 1 if reads_attainment(counted) or unit == "ratio" else unit_scale(unit, digits)


def formula_of(component: Component, unit_of: UnitOf, digits: int) -> Formula:
    """The component's steps, in the order of `docs/plan.md`. Money becomes whole minor units.

    Condition i of the component reads the inputs g<i>_n and g<i>_d.

    Raises Unfit (bad table, or one that does not fit what it pays on) or KeyError (unknown measure); the
    plan check has said so before.
    """
    unit = unit_of(component.measure)
    x_unit = input_unit(component, unit, digits)
    payable = payable_of(component)
    if payable and payable.measure is not None:
        unit = unit_of(payable.measure)
    read_unit = input_unit(component, unit, digits)
    base: Base = "one"
    y_unit = Fraction(10**digits)
    match component.pays.way:
        case "incentive":
            base, y_unit = "incentive", Fraction(1)
        case "rate" if reads_attainment(component):
            base, y_unit = "quota", Fraction(10**digits, unit_scale(unit, digits))
    reaches = [_reach(i, c, unit_of, digits) for i, c in enumerate(component.conditions)]
    of_gates = sum(len(gate.all_of) for gate in component.gates)
    gates, others = tuple(reaches[:of_gates]), iter(reaches[of_gates:])
    instead = tuple(
        Instead(tuple(islice(others, len(each.all_of))), curve_of(each.table, x_unit, y_unit, read_unit))
        for each in component.when
    )
    curve = curve_of(component.table, x_unit, y_unit, read_unit)
    if payable and any(line.b for each in (curve, *(i.curve for i in instead)) for line in each.lines):
        raise Unfit("plan.pays_on_needs_one_rate")
    table: list[Step] = [ApplyTable(curve, base, instead, payable.unit if payable else None)]
    if component.deals.payout_cap is not None:
        table.append(LimitDeal(to_minor(component.deals.payout_cap, digits)))
    multiplier = component.multiplier
    if multiplier is not None:
        m_unit = input_unit(multiplier, unit_of(multiplier.measure), digits)
        table.append(Multiply(curve_of(multiplier.table, m_unit)))
    table.append(Round())
    limits: list[Step] = []
    if component.floor is not None:
        limits.append(Floor(*_limit(component.floor, digits)))
    if component.cap is not None:
        limits.append(Cap(*_limit(component.cap, digits)))
    if gates:
        limits.append(Qualify(gates) if component.pays.way == "pool" else PassGates(gates))
    if component.table_per == "transaction":
        return Formula(cell=tuple(limits), deal=tuple(table))
    return Formula(cell=(*table, *limits))


def goes_back_above(component: Component, unit: Unit, digits: int) -> Fraction | None:
    """Above which input a tier's rate goes back to earlier results too, in units of the formula's x.

    `whole` pays the reached tier's rate on everything, `overage` on all that lies above its `above`; None
    for a table of another kind, tables that differ in it, or one that is read for each deal by itself.
    """
    tables = (component.table, *(each.table for each in component.when))
    above = {_goes_back(table) for table in tables}
    if component.table_per == "transaction" or len(above) > 1 or None in above:
        return None
    return Fraction(above.pop() or 0) * input_unit(component, unit, digits)


def _goes_back(table: Table) -> Decimal | None:
    if isinstance(table, Overage):
        return table.above
    return Decimal(0) if isinstance(table, Whole) else None


def _limit(limit: Limit, digits: int) -> tuple[int, Fraction]:
    return to_minor(limit.amount or Decimal(0), digits), Fraction(limit.of_incentive or 0)


def _reach(number: int, condition: Condition, unit_of: UnitOf, digits: int) -> Reach:
    unit = input_unit(condition, unit_of(condition.measure), digits)
    return Reach(number, Fraction(condition.at_least) * unit, condition.edge)

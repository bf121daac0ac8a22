"""The exact dialect: one cell at a time in fractions. It is the oracle and the trace of a number."""

from dataclasses import dataclass, field, replace
from fractions import Fraction

from revplan.formula.curve import Curve
from revplan.formula.steps import (
    ApplyTable,
    Cap,
    Floor,
    Formula,
    LimitDeal,
    Multiply,
    PassGates,
    Qualify,
    Reach,
    Round,
    Step,
)
from revplan.money import MILLION, round_half_away


@dataclass(frozen=True)
class CellInputs:
    """A cell's whole inputs (see `formula.steps`); x_d and m_d are None where not defined.

    `p_n` is read only by a table that pays on another amount than what counts.
    """

    x_n: int
    x_d: int | None
    incentive: int = 0
    m_n: int = 0
    m_d: int | None = None
    gates: tuple[tuple[int, int | None], ...] = ()
    p_n: int = 0


@dataclass(frozen=True)
class Trace:
    """A cell with each step's value: `value` is the finished amount once rounded.

    `multiplier` is in millionths; `gate_open` and `multiplier` are None where there is no such step.
    """

    x: Fraction | None
    value: Fraction = Fraction(0)
    table_value: Fraction = Fraction(0)
    multiplier: int | None = None
    gate_open: bool | None = None
    steps: tuple[tuple[Step, Fraction], ...] = field(default=())

    @property
    def payout(self) -> int:
        """Whole minor units."""
        return round_half_away(self.value)


def evaluate(formula: Formula, inputs: CellInputs, deals: tuple[tuple[int, int], ...] = ()) -> Trace:
    """Finish a cell. `deals` are the x_n and p_n of each deal of a table read per transaction (x_d applies
    to each)."""
    if not formula.deal:
        return run_steps(formula.cell, inputs)
    each = (replace(inputs, x_n=x_n, p_n=p_n) for x_n, p_n in deals)
    return finish_sum(formula, inputs, sum(run_steps(formula.deal, deal).payout for deal in each))


def finish_sum(formula: Formula, inputs: CellInputs, total: int | None, at: Fraction | None = None) -> Trace:
    """Finish a cell whose deals are read by themselves and come to `total` minor units; None where the
    cell's own steps read the table. `at` stands for the inputs' x where that is drawn, not counted."""
    start = Trace(ratio(inputs.x_n, inputs.x_d) if at is None else at)
    if total is not None:
        start = replace(start, value=Fraction(total), table_value=Fraction(total))
    return run_steps(formula.cell, inputs, start)


def run_steps(steps: tuple[Step, ...], inputs: CellInputs, start: Trace | None = None) -> Trace:
    """Apply steps in order. Where x is undefined the cell is 0, whatever the steps say."""
    trace = start or Trace(ratio(inputs.x_n, inputs.x_d))
    for step in steps:
        trace = _apply(step, inputs, trace)
        trace = replace(trace, steps=(*trace.steps, (step, trace.value)))
    return trace


def ratio(numerator: int, denominator: int | None) -> Fraction | None:
    """An input's value; None where it is not defined."""
    return None if denominator is None or denominator <= 0 else Fraction(numerator, denominator)


def _apply(step: Step, inputs: CellInputs, trace: Trace) -> Trace:
    x, value = trace.x, trace.value
    match step:
        case ApplyTable():
            if x is None:
                return trace
            factor = {"one": 1, "quota": inputs.x_d or 0, "incentive": inputs.incentive}[step.base]
            curve = curve_in_force(step, inputs)
            amount = factor * curve.line_at(x).at(read_at(step, inputs, x))
            return replace(trace, value=amount, table_value=amount)
        case LimitDeal(at_most):
            return replace(trace, value=max(min(value, Fraction(at_most)), Fraction(-at_most)))
        case Multiply(curve):
            m = ratio(inputs.m_n, inputs.m_d)
            factor = 0 if m is None else round_half_away(curve.value(m) * MILLION)
            return replace(trace, value=value * factor / MILLION, multiplier=factor)
        case Round():
            return replace(trace, value=Fraction(round_half_away(value)))
        case Floor():
            return trace if x is None else replace(trace, value=max(value, _limit(step, inputs)))
        case Cap():
            return replace(trace, value=min(value, _limit(step, inputs)))
        case PassGates(conditions):
            is_open = all_reached(conditions, inputs)
            return replace(trace, value=value if is_open else Fraction(0), gate_open=is_open)
        case Qualify(conditions):
            return replace(trace, gate_open=all_reached(conditions, inputs))


def read_at(step: ApplyTable, inputs: CellInputs, x: Fraction) -> Fraction:
    """Where the line in force at x is read: at x, or at what the cell pays on."""
    return x if step.paid_unit is None else Fraction(inputs.p_n, step.paid_unit * (inputs.x_d or 1))


def _limit(step: Floor | Cap, inputs: CellInputs) -> Fraction:
    return Fraction(step.amount + round_half_away(step.of_incentive * inputs.incentive))


def table_in_force(step: ApplyTable, inputs: CellInputs) -> int:
    """Which table is read: 0 for the step's own curve, else the number in `instead`, from 1."""
    numbered = enumerate(step.instead, 1)
    return next((number for number, each in numbered if all_reached(each.conditions, inputs)), 0)


def curve_in_force(step: ApplyTable, inputs: CellInputs) -> Curve:
    """The curve of the table that is read."""
    number = table_in_force(step, inputs)
    return step.instead[number - 1].curve if number else step.curve


def all_reached(conditions: tuple[Reach, ...], inputs: CellInputs) -> bool:
    """Whether all conditions hold."""
    return all(reached(condition, inputs.gates[condition.number]) for condition in conditions)


def reached(condition: Reach, gate: tuple[int, int | None]) -> bool:
    """Whether an input reaches its condition."""
    value = ratio(*gate)
    if value is None:
        return False
    return value >= condition.at_least if condition.edge == "higher" else value > condition.at_least

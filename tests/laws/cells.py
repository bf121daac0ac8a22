"""Formulas and their cells, drawn: every step, quotas to 10^12, one unit beside each edge."""

from dataclasses import dataclass
from fractions import Fraction

from revplan.formula.curve import Curve
from revplan.formula.exact import CellInputs
from revplan.formula.steps import (
    ApplyTable,
    Cap,
    Floor,
    Formula,
    LimitDeal,
    Multiply,
    PassGates,
    Reach,
    Round,
    Step,
)
from revplan.formula.tables import curve_of
from tests.laws.chance import Chance, maybe
from tests.laws.payables import one_rate
from tests.laws.tables import draw_table

SIZES = (1, 3, 7, 99, 100, 999, 12_345, 10**6, 10**6 + 1, 10**8, 999_999_937, 10**9, 10**12 - 1, 10**12)
INCENTIVES = (0, 1, 3, 99, 100_000, 2_000_000, 999_999_937, 10**9)


@dataclass(frozen=True)
class Cell:
    """A cell's inputs, and its deals' x_n and p_n where the table is read per transaction."""

    inputs: CellInputs
    deals: tuple[tuple[int, int], ...] = ()


def draw_formula(chance: Chance) -> Formula:
    """A component's arithmetic, put together in the order that the domain fixes."""
    way = chance.pick(("incentive", "rate", "fixed"))
    by_attainment = way == "incentive" or maybe(chance)
    table = draw_table(chance, way, by_attainment)
    unit = chance.pick((None, None, 1, 4, 10**6)) if way != "fixed" else None
    table = table if unit is None else one_rate(table)
    if by_attainment:
        curve = curve_of(table, 1, 100 if way == "fixed" else 1)
        base = {"incentive": "incentive", "rate": "quota", "fixed": "one"}[way]
        apply = ApplyTable(curve, base, paid_unit=unit)  # type: ignore[arg-type]
    else:
        apply = ApplyTable(curve_of(table, 100, 100), "one", paid_unit=unit)
    steps: list[Step] = [apply]
    if per_deal := maybe(chance, 3):
        steps += [LimitDeal(chance.pick((1, 9_999, 10**6)))] if maybe(chance) else []
    if maybe(chance):
        steps.append(Multiply(curve_of(draw_table(chance, "rate", True))))
    steps.append(Round())
    limits: list[Step] = []
    shares = (Fraction(0), Fraction(1, 3), Fraction(1, 2))
    if maybe(chance, 3):
        limits.append(Floor(chance.pick((0, 1, 50_000)), chance.pick(shares)))
    if maybe(chance, 3):
        limits.append(Cap(chance.pick((50_000, 10**7)), 3 * chance.pick(shares)))
    if maybe(chance, 3):
        ats = (Fraction(1, 2), Fraction(95, 100), Fraction(1), Fraction(7, 3))
        count = chance.whole(1, 2)
        reaches = [Reach(i, chance.pick(ats), chance.pick(("higher", "lower"))) for i in range(count)]
        limits.append(PassGates(tuple(reaches)))
    if per_deal:
        return Formula(tuple(limits), tuple(steps))
    return Formula((*steps, *limits))


def draw_cell(chance: Chance, formula: Formula) -> Cell:
    """A cell of the formula: on an edge, one unit beside it, a tie, negative, huge, or undefined."""
    table = formula.table
    x_n, x_d = _input(chance, table.curve, chance.pick(SIZES) if table.base != "one" or maybe(chance) else 1)
    m_n, m_d = 0, None
    gates: tuple[tuple[int, int | None], ...] = ()
    for step in (*formula.deal, *formula.cell):
        if isinstance(step, Multiply):
            m_n, m_d = _input(chance, step.curve, chance.pick(SIZES))
            most = 1000 * (m_d or 1)  # a multiplier of an input beyond 100,000% means nothing
            m_n = max(-most, min(m_n, most))
        if isinstance(step, PassGates):
            gates = tuple(_near(chance, reach.at_least, chance.pick(SIZES)) for reach in step.conditions)
    deals: tuple[tuple[int, int], ...] = ()
    if formula.deal:
        counted = [_input(chance, table.curve, x_d or 1)[0] for _ in range(chance.whole(0, 4))]
        deals = tuple((x, _paid(chance, table, x)) for x in counted)
        x_n = sum(x for x, _ in deals)
    p_n = _paid(chance, table, x_n)
    return Cell(CellInputs(x_n, x_d, chance.pick(INCENTIVES), m_n, m_d, gates, p_n), deals)


def _paid(chance: Chance, table: ApplyTable, x_n: int) -> int:
    """What an input pays on, in parts of the table's unit: up to three times as much, or something else."""
    if table.paid_unit is None:
        return 0
    unit = table.paid_unit
    return chance.pick((0, x_n * unit, x_n * unit * 7 // 4 + 1, 3 * x_n * unit, 10**11 * unit - 1, -unit))


def _input(chance: Chance, curve: Curve, size: int) -> tuple[int, int | None]:
    edge = Fraction(chance.pick(curve.segments).start, curve.scale)
    return _near(chance, edge, size)


def _near(chance: Chance, edge: Fraction, size: int) -> tuple[int, int | None]:
    if maybe(chance, 12):
        return chance.whole(-5, 10**9), chance.pick((None, 0))
    if maybe(chance, 3):
        return chance.whole(-(10**11), 10**12), size
    at = int(edge * size) + chance.whole(-1, 2)
    return max(min(at, 10**14), -(10**6)), size

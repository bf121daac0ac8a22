"""The vector dialect: the same steps over arrays of int64, for very many values of x.

What of a cell does not depend on x is worked out once, as a row of `Settled.cells`; `paid_at` then finishes
a cell at any x. Every number is checked against what an int64 holds: a cell that would not fit says so
(`UNFIT`), and whoever asked takes the sql dialect for it, which holds 38 digits. Nothing is ever cut.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from revplan.formula import kernels
from revplan.formula.compiled import Bools, Ints
from revplan.formula.curve import Curve, Line
from revplan.formula.kernels import (
    BY_X_D,
    CAP,
    CURVE,
    DEAL_CAP,
    FACTOR,
    FLOOR,
    MOST_DIVISOR,
    PAID,
    REACHES,
    ROOM,
    SCALE,
    START,
    TIMES,
    UNFIT,
    WIDTH,
    X_D,
    B,
    D,
    S,
    X,
)
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
)
from revplan.money import MILLION


class Curves(NamedTuple):
    """Curves as arrays: a row a curve and a row a line, by the columns of `formula.kernels`."""

    curves: Ints
    lines: Ints


@dataclass(frozen=True)
class Inputs:
    """Cells' inputs (see `formula.steps`), an array each; a denominator is 0 where there is none.

    `fits` is False where one of them is beyond 2^62, and then counts for nothing.
    """

    x_n: Ints
    x_d: Ints
    incentive: Ints
    m_n: Ints
    m_d: Ints
    gates: tuple[tuple[Ints, Ints], ...]
    fits: Bools


@dataclass(frozen=True)
class Settled:
    """A formula and its cells without x, by the columns of `formula.kernels`: a row of `cells` each."""

    cells: Ints
    tables: Curves
    terms: Ints

    @property
    def arrays(self) -> tuple[Ints, Ints, Ints, Ints]:
        """As the loops take them."""
        return self.cells, *self.tables, self.terms


_AT_ONCE = 32_768
"""Cells finished at a time: as many as stay in the processor's cache."""


@dataclass(frozen=True)
class Finished:
    """Cells finished; `fits` is False where the dialect could not, and the rest of that cell is 0.

    `multiplier` (millionths) is 10^6 and `gate_open` 1 where there is no such step.
    """

    payout: Ints
    table_amount: Ints
    multiplier: Ints
    gate_open: Ints
    fits: Bools


def unfit(formula: Formula) -> str:
    """Why the dialect cannot express a formula, as a word; "" where it can.

    `payable`: it pays on another amount than counts, which would need a second number beside x.
    `numbers`: a table's own numbers do not fit. All other steps can be expressed.
    """
    if formula.table.paid_unit is not None:
        return "payable"
    curves = [formula.table.curve, *(each.curve for each in formula.table.instead)]
    curves += [step.curve for step in (*formula.deal, *formula.cell) if isinstance(step, Multiply)]
    numbers = [n for curve in curves for line in _lines_of(curve) for n in (line.b, line.s, line.d)]
    numbers += [n for curve in curves for n in (curve.scale, *(s.start for s in curve.segments))]
    for step in (*formula.deal, *formula.cell):
        match step:
            case Floor() | Cap():
                share = step.of_incentive
                numbers += [step.amount, share.numerator, share.denominator]
            case LimitDeal():
                numbers.append(step.at_most)
            case PassGates() | Qualify():
                for condition in step.conditions:
                    numbers += [condition.at_least.numerator, condition.at_least.denominator]
    return "numbers" if any(abs(n) >= MOST_DIVISOR for n in numbers) else ""


def _lines_of(curve: Curve) -> list[Line]:
    """In the order in which they are tried."""
    negative = [] if curve.negative is None else [curve.negative]
    return [*negative, *(segment.line for segment in reversed(curve.segments)), curve.before]


def arrays_of(curves: list[Curve]) -> Curves:
    """Curves as arrays."""
    rows: list[tuple[int, ...]] = []
    lines: list[tuple[int, ...]] = []
    for curve in curves:
        first, negative = len(lines), curve.negative is not None
        # The line for negative x and the one before the first have no edge of their own.
        starts = [*([0] if negative else []), *(segment.start for segment in reversed(curve.segments)), 0]
        own = zip(starts, _lines_of(curve), strict=True)
        lines += [(start, line.b, line.s, line.d) for start, line in own]
        rows.append((first, len(lines) - 1, curve.scale, curve.edge == "higher", negative))
    return Curves(np.array(rows, np.int64), np.array(lines, np.int64))


# ---------------------------------------------------------------- all cells


def settle(formula: Formula, inputs: Inputs) -> Settled:
    """The formula's lines as arrays, and a row for each cell with all that does not depend on x.

    A cell that does not fit has no curve: it is UNFIT at any x.
    """
    table = formula.table
    tables = arrays_of([table.curve, *(each.curve for each in table.instead)])
    most_n, most_d, most_per = room_of(tables)
    terms = np.array([table.base != "quota", most_n, ROOM], np.int64)
    fits, x_d = inputs.fits.copy(), np.maximum(inputs.x_d, 0)
    cells = np.empty((len(x_d), WIDTH), np.int64)
    usual = {TIMES: MILLION, FLOOR: -ROOM, CAP: ROOM, FACTOR: 1}
    cells[:] = [usual.get(column, 0) for column in range(WIDTH)]
    cells[:, X_D] = x_d
    if table.base == "incentive":
        cells[:, FACTOR] = inputs.incentive
        fits &= inputs.incentive >= 0
    for number in range(len(table.instead), 0, -1):
        holds, fit = _all_reached(table.instead[number - 1].conditions, inputs)
        cells[holds, CURVE] = number
        fits &= fit
    for step in (*formula.deal, *formula.cell):
        match step:
            case LimitDeal():
                terms[DEAL_CAP] = step.at_most
            case Multiply():
                cells[:, TIMES] = _multipliers(inputs.m_n, inputs.m_d, arrays_of([step.curve]))
                fits &= cells[:, TIMES] != UNFIT
            case Floor() | Cap():
                place, share = FLOOR if isinstance(step, Floor) else CAP, step.of_incentive
                of_incentive = np.zeros_like(x_d)
                kernels.shares(inputs.incentive, share.numerator, share.denominator, of_incentive)
                fits &= of_incentive != UNFIT
                cells[:, place] = step.amount + np.where(of_incentive == UNFIT, 0, of_incentive)
            case PassGates():
                holds, fit = _all_reached(step.conditions, inputs)
                cells[~holds, FLOOR] = cells[~holds, CAP] = 0
                fits &= fit
            case _:
                pass
    fits &= x_d <= (min(most_d, most_per) if terms[BY_X_D] else most_d)
    cells[~fits, CURVE] = -1
    return Settled(cells, tables, terms)


def finish_cells(formula: Formula, inputs: Inputs, summed: Ints | None = None) -> Finished:
    """Every cell finished. Where the formula has deal steps, `summed` is what each cell's deals pay."""
    if len(inputs.fits) > _AT_ONCE:
        starts = range(0, len(inputs.fits), _AT_ONCE)
        with ThreadPoolExecutor() as threads:
            found = threads.map(lambda at: _finish_from(at, formula, inputs, summed), starts)
            return Finished(*map(np.concatenate, zip(*found, strict=True)))
    settled = settle(formula, inputs)
    payout = np.zeros_like(inputs.x_n)
    if summed is None:
        kernels.finish(inputs.x_n, *settled.arrays, payout)
        table_amount = payout
        if not all(isinstance(step, ApplyTable | Round) for step in formula.cell):
            table_amount = _by_table_alone(settled, inputs.x_n)
    else:
        kernels.limit_sums(summed, settled.cells, payout)
        table_amount = np.where(payout == UNFIT, UNFIT, summed)
    fits = (payout != UNFIT) & (table_amount != UNFIT)
    gate_open = np.ones_like(payout)
    for step in formula.cell:
        if isinstance(step, PassGates | Qualify):
            gate_open = _all_reached(step.conditions, inputs)[0].astype(np.int64)
    times = settled.cells[:, TIMES]
    return Finished(payout * fits, table_amount * fits, times * fits, gate_open * fits, fits)


def _finish_from(start: int, formula: Formula, inputs: Inputs, summed: Ints | None) -> tuple[Ints, ...]:
    """Some of the cells finished, as the fields of `Finished`."""
    some = slice(start, start + _AT_ONCE)
    part = Inputs(
        inputs.x_n[some],
        inputs.x_d[some],
        inputs.incentive[some],
        inputs.m_n[some],
        inputs.m_d[some],
        tuple((n[some], d[some]) for n, d in inputs.gates),
        inputs.fits[some],
    )
    found = finish_cells(formula, part, None if summed is None else summed[some])
    return tuple(getattr(found, field.name) for field in fields(found))


def _by_table_alone(settled: Settled, x_n: Ints) -> Ints:
    """What the table alone makes of each cell, rounded for show."""
    alone, amount, terms = settled.cells.copy(), np.zeros_like(x_n), settled.terms.copy()
    alone[:, TIMES], terms[DEAL_CAP] = MILLION, ROOM
    kernels.finish_before_limits(x_n, alone, *settled.tables, terms, amount)
    return amount


def finish_deals(formula: Formula, inputs: Inputs, cell: Ints, credit: Ints) -> Ints:
    """What each deal pays on its own, for a table that is read per transaction; UNFIT where it does not fit.

    `cell` is each deal's cell, by its place in the inputs, whose x_n counts for nothing here.
    """
    settled = settle(formula, inputs)
    amounts = np.zeros_like(credit)
    kernels.finish_each_deal(cell, credit, *settled.arrays, amounts)
    return amounts


def _all_reached(conditions: tuple[Reach, ...], inputs: Inputs) -> tuple[Bools, Bools]:
    """Where all conditions hold, and where that could be worked out."""
    holds, fits = np.ones(len(inputs.fits), np.bool_), np.ones(len(inputs.fits), np.bool_)
    for condition in conditions:
        n, d = inputs.gates[condition.number]
        at: Fraction = condition.at_least
        kernels.reach(n, d, at.numerator, at.denominator, condition.edge == "higher", holds, fits)
    return holds, fits


def room_of(tables: Curves) -> tuple[int, int, int]:
    """The largest |n|, d and factor of a line's own divisor with which curves can be read at n / d.

    Half of the room is for each of b·d and s·n, so that their sum fits too.
    """
    start, b, s, d = (max(1, int(np.abs(tables.lines[:, column]).max())) for column in (START, B, S, D))
    scale = int(tables.curves[:, SCALE].max())
    return min(ROOM // scale, ROOM // 2 // s), ROOM // 2 // max(b, start), MOST_DIVISOR // d - 1


def _multipliers(m_n: Ints, m_d: Ints, tables: Curves) -> Ints:
    """In millionths; 0 where m is undefined, UNFIT where it does not fit."""
    found = np.zeros_like(m_n)
    kernels.multiply(m_n, m_d, *tables, *room_of_multiplier(tables), found)
    return found


def room_of_multiplier(tables: Curves) -> tuple[int, int]:
    """The largest |n| and d of which a multiplier can be read."""
    most_n, most_d, most_per = room_of(tables)
    return most_n, min(most_d, most_per)


# ---------------------------------------------------------------- deals through their cells


def begin(settled: Settled, x_n: Ints) -> Bools:
    """Put each cell at its end, where it has reached x_n; where that could not be finished, False."""
    paid = np.zeros_like(x_n)
    kernels.finish(x_n, *settled.arrays, paid)
    settled.cells[:, X], settled.cells[:, PAID] = x_n, paid
    fits: Bools = paid != UNFIT
    return fits


def may_go_back(settled: Settled, above_n: int, above_d: int) -> bool:
    """Whether x can be compared with above_n / above_d in every cell; makes cells reach no further."""
    if above_d >= ROOM or abs(above_n) >= ROOM:
        return False
    settled.terms[REACHES] = min(settled.terms[REACHES], ROOM // above_d)
    return bool((settled.cells[:, X_D] <= ROOM // max(1, abs(above_n))).all())

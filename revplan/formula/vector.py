"""The vector dialect: the same steps over arrays of int64, for very many values of x.

What of a cell does not depend on x is worked out once, as a row of `Settled.cells`; `paid_at` then finishes
a cell at any x. Every number is checked against what an int64 holds: a cell that would not fit says so
(`UNFIT`), and whoever asked takes the sql dialect for it, which holds 38 digits. Nothing is ever cut.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from revplan.formula.compiled import MOST_DIVISOR, Bools, Int, Ints, compiled, quotient, rounded
from revplan.formula.curve import Curve, Line
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
)
from revplan.money import MILLION

ROOM = 2**62
"""Products and sums of two terms stay below this."""

UNFIT = -(2**63) + 1
"""What `paid_at` and `table_at` give where a number would not fit."""

# The columns of a cell's row. X and PAID belong to whoever walks through the cell's deals.
X, PAID, X_D, FACTOR, PER, CURVE, TIMES, FLOOR, CAP, OPEN, REACHES, DEAL_CAP = range(12)
_WIDTH = 12


class Lines(NamedTuple):
    """Curves as arrays. Curve k has the lines first[k] to first[k + 1] − 1 in the order in which they are
    tried: the one for negative x where it has one, its segments from the last, the one before the first."""

    first: Ints
    scale: Ints
    higher: Ints
    negative: Ints
    start: Ints
    b: Ints
    s: Ints
    d: Ints


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
    """A formula and its cells without x: `cells` is a row each, by the columns above."""

    lines: Lines
    cells: Ints


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


def lines_of(curves: list[Curve]) -> Lines:
    """Curves as arrays."""
    first, start, lines = [0], [], []
    for curve in curves:
        own = _lines_of(curve)
        lines += own
        # The line for negative x and the one before the first have no edge of their own.
        padding = [0] if curve.negative is not None else []
        start += [*padding, *(segment.start for segment in reversed(curve.segments)), 0]
        first.append(len(lines))
    return Lines(
        _ints(first),
        _ints([curve.scale for curve in curves]),
        _ints([curve.edge == "higher" for curve in curves]),
        _ints([curve.negative is not None for curve in curves]),
        _ints(start),
        _ints([line.b for line in lines]),
        _ints([line.s for line in lines]),
        _ints([line.d for line in lines]),
    )


def _ints(values: list[int] | list[bool]) -> Ints:
    return np.array(values, np.int64)


# ---------------------------------------------------------------- one cell, at one x


@compiled
def line_at(n: Int, d: Int, k: Int, lines: Lines) -> Int:
    """The number of the line of curve k in force at n / d (d > 0)."""
    i, last = np.int64(lines.first[k]), np.int64(lines.first[k + 1] - 1)
    if lines.negative[k]:
        if n < 0:
            return i
        i += 1
    scaled = n * lines.scale[k]
    if lines.higher[k]:
        while i < last and scaled < lines.start[i] * d:
            i += 1
    else:
        while i < last and scaled <= lines.start[i] * d:
            i += 1
    return i


@compiled
def table_at(x_n: Int, tier_n: Int, cell: Ints, lines: Lines) -> tuple[Int, Int, Int, Int]:
    """A table's exact amount at x_n over the cell's x_d, read on the line in force at tier_n.

    As (sign, q, r, d): sign × (q + r / d), with 0 ≤ r < d. q is UNFIT where a number would not fit.
    """
    x_d = cell[X_D]
    if x_d <= 0:
        return np.int64(1), np.int64(0), np.int64(0), np.int64(1)
    if abs(x_n) > cell[REACHES] or abs(tier_n) > cell[REACHES]:
        return np.int64(1), np.int64(UNFIT), np.int64(0), np.int64(1)
    line = line_at(tier_n, x_d, cell[CURVE], lines)
    value = lines.b[line] * x_d + lines.s[line] * x_n
    d = lines.d[line] * cell[PER]
    q, r = quotient(abs(value), cell[FACTOR], d)
    return np.int64(-1 if value < 0 else 1), q if q >= 0 else np.int64(UNFIT), r, d


@compiled
def paid_before_limits(x_n: Int, tier_n: Int, cell: Ints, lines: Lines) -> Int:
    """Table, deal limit, multiplier, rounding: whole minor units, or UNFIT."""
    sign, q, r, d = table_at(x_n, tier_n, cell, lines)
    if q == UNFIT:
        return q
    if q >= cell[DEAL_CAP]:
        q, r = cell[DEAL_CAP], np.int64(0)
    times = cell[TIMES]
    if times == MILLION:
        return sign * (q + 1 if r >= d - r else q)
    # n·times / (d·10^6), where n / d = q + r / d: the whole part of r·times / d is enough to round by,
    # since what it leaves out is less than a millionth, and half of a million is whole.
    p, u = quotient(q, abs(times), MILLION)
    t, _ = quotient(r, abs(times), d)
    if p < 0 or t < 0:
        return np.int64(UNFIT)
    u += t
    p += u // MILLION
    if u % MILLION >= MILLION // 2:
        p += 1
    return -sign * p if times < 0 else sign * p


@compiled
def limited(paid: Int, cell: Ints) -> Int:
    """Floor, cap and gates on whole minor units."""
    if not cell[OPEN]:
        return np.int64(0)
    if cell[X_D] > 0 and paid < cell[FLOOR]:
        paid = cell[FLOOR]
    return np.int64(min(paid, cell[CAP]))


@compiled
def paid_at(x_n: Int, tier_n: Int, cell: Ints, lines: Lines) -> Int:
    """A cell finished at x_n, by the line in force at tier_n (x_n itself but for a catch-up); or UNFIT."""
    paid = paid_before_limits(x_n, tier_n, cell, lines)
    return paid if paid == UNFIT else limited(paid, cell)


# ---------------------------------------------------------------- all cells


def settle(formula: Formula, inputs: Inputs) -> Settled:
    """The formula's lines as arrays, and a row for each cell with all that does not depend on x.

    A cell that does not fit gets a row in which nothing reaches: `paid_at` is UNFIT at any x.
    """
    table = formula.table
    curves = [table.curve, *(each.curve for each in table.instead)]
    lines = lines_of(curves)
    fits, x_d = inputs.fits.copy(), np.maximum(inputs.x_d, 0)
    cells = np.zeros((len(x_d), _WIDTH), np.int64)
    cells[:, X_D] = x_d
    cells[:, FACTOR] = inputs.incentive if table.base == "incentive" else 1
    cells[:, PER] = 1 if table.base == "quota" else np.maximum(x_d, 1)
    cells[:, TIMES], cells[:, OPEN], cells[:, DEAL_CAP] = MILLION, 1, ROOM
    cells[:, FLOOR], cells[:, CAP] = -ROOM, ROOM
    fits &= cells[:, FACTOR] >= 0
    for number in range(len(table.instead), 0, -1):
        holds, fit = _all_reached(table.instead[number - 1].conditions, inputs)
        cells[holds, CURVE] = number
        fits &= fit
    for step in (*formula.deal, *formula.cell):
        match step:
            case LimitDeal():
                cells[:, DEAL_CAP] = step.at_most
            case Multiply():
                cells[:, TIMES] = _multipliers(inputs.m_n, inputs.m_d, lines_of([step.curve]))
                fits &= cells[:, TIMES] != UNFIT
            case Floor() | Cap():
                place, share = FLOOR if isinstance(step, Floor) else CAP, step.of_incentive
                of_incentive = _shares(inputs.incentive, share.numerator, share.denominator)
                fits &= of_incentive != UNFIT
                cells[:, place] = step.amount + np.where(of_incentive == UNFIT, 0, of_incentive)
            case PassGates():
                holds, fit = _all_reached(step.conditions, inputs)
                cells[:, OPEN] = holds
                fits &= fit
            case Qualify() | ApplyTable() | _:
                pass
    # Half of the room for each of b·x_d and s·x, so that their sum fits too.
    most_b, most_s = (max(1, int(np.abs(values).max())) for values in (lines.b, lines.s))
    fits &= x_d <= ROOM // 2 // max(most_b, int(np.abs(lines.start).max()))
    fits &= cells[:, PER] < MOST_DIVISOR // int(lines.d.max())
    reaches = min(ROOM // int(lines.scale.max()), ROOM // 2 // most_s)
    cells[:, REACHES] = np.where(fits, reaches, -1)
    # Where x is undefined nothing is compared with REACHES, so what does not fit must look defined.
    cells[~fits, X_D] = 1
    return Settled(lines, cells)


def finish_cells(formula: Formula, inputs: Inputs, summed: Ints | None = None) -> Finished:
    """Every cell finished. Where the formula has deal steps, `summed` is what each cell's deals pay."""
    settled = settle(formula, inputs)
    payout, table_amount = np.zeros_like(inputs.x_n), np.zeros_like(inputs.x_n)
    if summed is None:
        _finish(inputs.x_n, settled.cells, settled.lines, payout, table_amount)
    else:
        _limit_sums(summed, settled.cells, payout)
        table_amount = np.where(payout == UNFIT, UNFIT, summed)
    fits = (payout != UNFIT) & (table_amount != UNFIT)
    gate_open = settled.cells[:, OPEN]
    for step in formula.cell:
        if isinstance(step, Qualify):
            gate_open = _all_reached(step.conditions, inputs)[0].astype(np.int64)
    times = settled.cells[:, TIMES]
    return Finished(payout * fits, table_amount * fits, times * fits, gate_open * fits, fits)


def finish_deals(formula: Formula, inputs: Inputs, cell: Ints, credit: Ints) -> Ints:
    """What each deal pays on its own, for a table that is read per transaction; UNFIT where it does not fit.

    `cell` is each deal's cell, by its place in the inputs, whose x_n counts for nothing here.
    """
    settled = settle(formula, inputs)
    amounts = np.zeros_like(credit)
    _finish_deals(cell, credit, settled.cells, settled.lines, amounts)
    return amounts


@compiled
def _finish(x_n: Ints, cells: Ints, lines: Lines, payout: Ints, table_amount: Ints) -> None:
    for i in range(len(x_n)):
        payout[i] = paid_at(x_n[i], x_n[i], cells[i], lines)
        sign, q, r, d = table_at(x_n[i], x_n[i], cells[i], lines)
        table_amount[i] = q if q == UNFIT else sign * (q + 1 if r >= d - r else q)


@compiled
def _limit_sums(summed: Ints, cells: Ints, payout: Ints) -> None:
    for i in range(len(summed)):
        payout[i] = UNFIT if cells[i, REACHES] < 0 else limited(summed[i], cells[i])


@compiled
def _finish_deals(cell: Ints, credit: Ints, cells: Ints, lines: Lines, amounts: Ints) -> None:
    for i in range(len(cell)):
        amounts[i] = paid_before_limits(credit[i], credit[i], cells[cell[i]], lines)


def _all_reached(conditions: tuple[Reach, ...], inputs: Inputs) -> tuple[Bools, Bools]:
    """Where all conditions hold, and where that could be worked out."""
    holds, fits = np.ones(len(inputs.fits), np.bool_), np.ones(len(inputs.fits), np.bool_)
    for condition in conditions:
        n, d = inputs.gates[condition.number]
        at: Fraction = condition.at_least
        fits &= (np.abs(n) <= ROOM // at.denominator) & (d <= ROOM // max(1, abs(at.numerator)))
        left, right = n * at.denominator, d * at.numerator
        holds &= (d > 0) & ((left >= right) if condition.edge == "higher" else (left > right))
    return holds, fits


def _multipliers(m_n: Ints, m_d: Ints, lines: Lines) -> Ints:
    """In millionths; 0 where m is undefined, UNFIT where it does not fit."""
    found = np.zeros_like(m_n)
    most_b, most_s = (max(1, int(np.abs(values).max())) for values in (lines.b, lines.s))
    most_d = min(
        ROOM // 2 // max(most_b, int(np.abs(lines.start).max())), MOST_DIVISOR // int(lines.d.max()) - 1
    )
    most_n = min(ROOM // int(lines.scale.max()), ROOM // 2 // most_s)
    _multiply(m_n, m_d, lines, most_n, most_d, found)
    return found


@compiled
def _multiply(m_n: Ints, m_d: Ints, lines: Lines, most_n: int, most_d: int, found: Ints) -> None:
    for i in range(len(m_n)):
        if m_d[i] <= 0:
            continue
        if abs(m_n[i]) > most_n or m_d[i] > most_d:
            found[i] = UNFIT
            continue
        line = line_at(m_n[i], m_d[i], 0, lines)
        value = lines.b[line] * m_d[i] + lines.s[line] * m_n[i]
        times = rounded(abs(value), MILLION, lines.d[line] * m_d[i])
        found[i] = UNFIT if times < 0 else (-times if value < 0 else times)


@compiled
def _shares(amounts: Ints, numerator: int, denominator: int) -> Ints:
    """numerator / denominator (both 0 or more) of amounts of 0 or more, rounded; else UNFIT."""
    found = np.zeros_like(amounts)
    for i in range(len(amounts)):
        share = rounded(amounts[i], numerator, denominator) if amounts[i] >= 0 and numerator >= 0 else -1
        found[i] = UNFIT if share < 0 else share
    return found

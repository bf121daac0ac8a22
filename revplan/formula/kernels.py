"""The loops over cells and deals, in whole numbers: all that numba compiles.

They stand in one file because the machine code is kept by the file's date: it would not be made anew when
something changes in another file that it comes from.
"""

import numpy as np

from revplan.formula.compiled import Bools, Int, Ints, Places, compiled, inlined

MILLION = 10**6

ROOM = 2**62
"""Products and sums of two terms stay below this."""

UNFIT = -(2**63) + 1
"""What `paid_at` and `table_at` give where a number would not fit."""

# The columns of a cell's row, which is one line of the processor's cache. X and PAID belong to whoever walks
# through the cell's deals. CURVE is −1 where a number does not fit; a closed gate is a floor and cap of 0.
X, PAID, X_D, FACTOR, CURVE, TIMES, FLOOR, CAP = range(8)
WIDTH = 8

# What a formula says of all cells: whether x_d divides once more, how far x may go, what a deal pays at most.
BY_X_D, REACHES, DEAL_CAP = range(3)
TERMS = 3

# The columns of a line: where it starts (1/scale of x), and (b + s·x) / d.
START, B, S, D = range(4)

# The columns of a curve: its first line and its last, in the order in which they are tried (the one for
# negative x where it has one, its segments from the last on, the one before the first), and how to try them.
FIRST, LAST, SCALE, HIGHER, NEGATIVE = range(5)


MOST_DIVISOR = 2**61
"""Divisors of `quotient` are below this."""

MOST_QUOTIENT = 2.0**50
"""Quotients of `quotient` are below this: 11 million million in cents."""


@inlined
def quotient(a: Int, b: Int, d: Int) -> tuple[Int, Int]:
    """a·b / d as (whole quotient, remainder); (−1, 0) where the quotient would reach 2^50.

    a, b are int64 of 0 or more, 0 < d < 2^61; a·b may have 126 bits. A float only guesses the quotient: four
    roundings and a division of 2^-53 each leave it less than 1 off below 2^50. The remainder is then exact,
    since a·b − q·d wraps at 2^64 and lies between −d and 2·d, and it corrects the guess.
    """
    guess = float(a) * float(b) / float(d)
    if guess >= MOST_QUOTIENT:
        return np.int64(-1), np.int64(0)
    q = np.int64(guess)
    r = np.int64(a) * np.int64(b) - q * np.int64(d)
    if r < 0:
        q -= 1
        r += d
    elif r >= d:
        q += 1
        r -= d
    return q, r


@inlined
def rounded(a: Int, b: Int, d: Int) -> Int:
    """a·b / d rounded to a whole number, half away from zero, of what `quotient` takes; −1 as there."""
    q, r = quotient(a, b, d)
    return q + 1 if q >= 0 and r >= d - r else q


# ---------------------------------------------------------------- one cell, at one x


@inlined
def line_at(n: Int, d: Int, k: Int, curves: Ints, lines: Ints) -> Int:
    """The number of the line of curve k in force at n / d (d > 0)."""
    i, last = curves[k, FIRST], curves[k, LAST]
    scaled, higher = n * curves[k, SCALE], curves[k, HIGHER]
    if curves[k, NEGATIVE]:
        if n < 0:
            last = i
        else:
            i += 1
    while i < last and (scaled < lines[i, START] * d or (not higher and scaled == lines[i, START] * d)):
        i += 1
    return np.int64(i)


@inlined
def rounded_times(q: Int, r: Int, d: Int, times: Int) -> Int:
    """(q + r / d) × times / 10^6 rounded to a whole number, half away from zero; −1 where it does not fit.

    0 ≤ r < d, times ≥ 0. The whole part of r·times / d is enough to round by: what it leaves out is less than
    a millionth of what is rounded to, and half of a million is whole.
    """
    if times == MILLION:
        return q + 1 if r >= d - r else q
    p, u = quotient(q, times, MILLION)
    t, _ = quotient(r, times, d)
    if p < 0 or t < 0:
        return np.int64(-1)
    u += t
    p += u // MILLION
    return p + 1 if u % MILLION >= MILLION // 2 else p


@inlined
def limited(paid: Int, x_d: Int, floor: Int, cap: Int) -> Int:
    """Floor, cap and gates on whole minor units."""
    if x_d > 0 and paid < floor:
        paid = floor
    return np.int64(min(paid, cap))


@inlined
def paid_before_limits(
    x_n: Int, tier_n: Int, c: Int, cells: Ints, curves: Ints, lines: Ints, terms: Ints
) -> Int:
    """Table, deal limit, multiplier, rounding of cell c: whole minor units, or UNFIT."""
    x_d, curve = cells[c, X_D], cells[c, CURVE]
    paid: Int = np.int64(0 if curve >= 0 else UNFIT)
    if x_d > 0 and curve >= 0:
        reaches, paid = terms[REACHES], np.int64(UNFIT)
        if abs(x_n) <= reaches and abs(tier_n) <= reaches:
            line = line_at(tier_n, x_d, curve, curves, lines)
            value = lines[line, B] * x_d + lines[line, S] * x_n
            d = lines[line, D] * (x_d if terms[BY_X_D] else 1)
            q, r = quotient(abs(value), cells[c, FACTOR], d)
            if q >= terms[DEAL_CAP]:
                q, r = terms[DEAL_CAP], np.int64(0)
            times = cells[c, TIMES]
            size = rounded_times(q, r, d, abs(times)) if q >= 0 else np.int64(-1)
            if size >= 0:
                paid = size if (value < 0) == (times < 0) else -size
    return np.int64(paid)


@inlined
def paid_at(x_n: Int, tier_n: Int, c: Int, cells: Ints, curves: Ints, lines: Ints, terms: Ints) -> Int:
    """Cell c finished at x_n, by the line in force at tier_n (x_n itself but for a catch-up); or UNFIT."""
    paid = paid_before_limits(x_n, tier_n, c, cells, curves, lines, terms)
    if paid != UNFIT:
        paid = limited(paid, cells[c, X_D], cells[c, FLOOR], cells[c, CAP])
    return paid


# ---------------------------------------------------------------- many cells


@compiled
def finish(x_n: Ints, cells: Ints, curves: Ints, lines: Ints, terms: Ints, payout: Ints) -> None:
    """Every cell at its x."""
    for i in range(len(x_n)):
        payout[i] = paid_at(x_n[i], x_n[i], i, cells, curves, lines, terms)


BLOCK = 1024
"""Cells that are paid under all tables before the next ones: as many as stay near the processor."""


@compiled
def finish_under_many(
    x_n: Ints,
    cells: Ints,
    curves: Ints,
    lines: Ints,
    terms: Ints,
    many: Int,
    group: Ints,
    totals: Ints,
    most: Ints,
) -> None:
    """Every cell at its x under tables 0, 1, … of `many` curves each: added to its group's total of each.

    `most` is the largest payout under each, UNFIT where one of them did not fit.
    """
    for begin in range(0, len(x_n), BLOCK):
        end = min(begin + BLOCK, len(x_n))
        for number in range(len(most)):
            own, total = curves[number * many : (number + 1) * many], totals[number]
            highest = most[number]
            for i in range(begin, end):
                paid = paid_at(x_n[i], x_n[i], i, cells, own, lines, terms)
                if paid == UNFIT or highest == UNFIT:
                    highest = np.int64(UNFIT)
                else:
                    total[group[i]] += paid
                    highest = max(highest, abs(paid))
            most[number] = highest


@compiled
def finish_before_limits(
    x_n: Ints, cells: Ints, curves: Ints, lines: Ints, terms: Ints, amount: Ints
) -> None:
    """Every cell at its x, as deals are finished: without floor, cap and gates."""
    for i in range(len(x_n)):
        amount[i] = paid_before_limits(x_n[i], x_n[i], i, cells, curves, lines, terms)


@compiled
def limit_sums(summed: Ints, cells: Ints, payout: Ints) -> None:
    """What each cell's deals pay, within its limits."""
    for i in range(len(summed)):
        payout[i] = UNFIT
        if cells[i, CURVE] >= 0:
            payout[i] = limited(summed[i], cells[i, X_D], cells[i, FLOOR], cells[i, CAP])


@compiled
def finish_each_deal(
    cell: Ints, credit: Ints, cells: Ints, curves: Ints, lines: Ints, terms: Ints, amounts: Ints
) -> None:
    for i in range(len(cell)):
        amounts[i] = paid_before_limits(credit[i], credit[i], cell[i], cells, curves, lines, terms)


@inlined
def multiplier_at(
    m_n: np.int64, m_d: np.int64, k: Int, curves: Ints, lines: Ints, most_n: int, most_d: int
) -> np.int64:
    """Curve k at m_n / m_d in millionths: 0 where that is undefined, UNFIT where it does not fit."""
    found = np.int64(0)
    if m_d > 0:
        found = np.int64(UNFIT)
        if abs(m_n) <= most_n and m_d <= most_d:
            line = line_at(m_n, m_d, k, curves, lines)
            value = lines[line, B] * m_d + lines[line, S] * m_n
            times = rounded(abs(value), MILLION, lines[line, D] * m_d)
            if times >= 0:
                found = np.int64(-times if value < 0 else times)
    return found


@compiled
def multiply(m_n: Ints, m_d: Ints, curves: Ints, lines: Ints, most_n: int, most_d: int, found: Ints) -> None:
    for i in range(len(m_n)):
        found[i] = multiplier_at(m_n[i], m_d[i], 0, curves, lines, most_n, most_d)


@inlined
def reached_at(n: np.int64, d: np.int64, at_n: int, at_d: int, higher: Int) -> np.int64:
    """Whether n / d reaches at_n / at_d: 1 or 0 (0 where n / d is undefined), UNFIT where it does not fit."""
    found = np.int64(UNFIT)
    if abs(n) <= ROOM // at_d and d <= ROOM // max(1, abs(at_n)):
        left, right = n * at_d, d * at_n
        found = np.int64(d > 0 and (left > right or (higher != 0 and left == right)))
    return found


@compiled
def reach(n: Ints, d: Ints, at_n: int, at_d: int, higher: bool, holds: Bools, fits: Bools) -> None:
    """Put down where a condition does not hold, and where that could not be worked out."""
    for i in range(len(n)):
        found = reached_at(n[i], d[i], at_n, at_d, np.int64(higher))
        fits[i] &= found != UNFIT
        holds[i] &= found == 1


@compiled
def shares(amounts: Ints, numerator: int, denominator: int, found: Ints) -> None:
    """numerator / denominator (both 0 or more) of amounts of 0 or more, rounded; else UNFIT."""
    for i in range(len(amounts)):
        share = rounded(amounts[i], numerator, denominator) if amounts[i] >= 0 and numerator >= 0 else -1
        found[i] = UNFIT if share < 0 else share


@compiled
def divide_each(n: Ints, d: Ints, times: int, found: Ints) -> None:
    """n · times / d (times ≥ 0) rounded to a whole number where d > 0; UNFIT where it does not fit."""
    for i in range(len(n)):
        if d[i] > 0:
            share = rounded(abs(n[i]), times, d[i])
            found[i] = UNFIT if share < 0 else (-share if n[i] < 0 else share)


# ---------------------------------------------------------------- deals


@compiled
def walk(cell: Places, credit: Ints, cells: Ints, curves: Ints, lines: Ints, terms: Ints, part: Ints) -> bool:
    """Fill `part` of each deal, R(F(after)) − R(F(before)); False where a number did not fit.

    Deals stand in close order, all those of a cell, each with its cell's row and its credit (below 2^62). X
    and PAID of the cells move back to before their first deal.
    """
    for i in range(len(cell) - 1, -1, -1):
        c = cell[i]
        x = cells[c, X] - credit[i]
        paid = paid_at(x, x, c, cells, curves, lines, terms)
        if paid == UNFIT:
            return False
        part[i] = cells[c, PAID] - paid
        cells[c, X], cells[c, PAID] = x, paid
    return True


@compiled
def walk_with_catch_up(
    cell: Places,
    credit: Ints,
    cells: Ints,
    curves: Ints,
    lines: Ints,
    terms: Ints,
    above_n: Int,
    above_d: Int,
    part: Ints,
    catch_up: Ints,
) -> bool:
    """The same where a tier goes back to earlier results that lie above above_n / above_d.

    A deal's `catch_up` is what came before it, finished by the line that it led to, less what that was;
    its part is the rest.
    """
    for i in range(len(cell) - 1, -1, -1):
        c = cell[i]
        after, before = cells[c, X], cells[c, X] - credit[i]
        least = above_n * cells[c, X_D]
        paid = paid_at(before, before, c, cells, curves, lines, terms)
        if paid == UNFIT:
            return False
        lifted = paid
        if before * above_d > least and after * above_d > least:
            lifted = paid_at(before, after, c, cells, curves, lines, terms)
            if lifted == UNFIT:
                return False
        catch_up[i] = lifted - paid
        part[i] = cells[c, PAID] - lifted
        cells[c, X], cells[c, PAID] = before, paid
    return True


@compiled
def positions(cell: Places, catch_up: Ints, reached: Ints, found: Ints) -> None:
    """Each deal's place in its cell, from reached[cell] + 1; a catch-up that is not 0 takes the next one."""
    for i in range(len(cell)):
        c = cell[i]
        reached[c] += 1
        found[i] = reached[c]
        if len(catch_up) > 0 and catch_up[i] != 0:
            reached[c] += 1


@compiled
def look_up(indices: Places, values: Places, found: Places) -> None:
    """found[i] = values[indices[i]], while other threads run."""
    for i in range(len(indices)):
        found[i] = values[indices[i]]


@compiled
def add_up(line: Places, part: Ints, count: Ints, total: Ints) -> None:
    """Add each part to the total of its line, and 1 to its count."""
    for i in range(len(line)):
        count[line[i]] += 1
        total[line[i]] += part[i]


@compiled
def put_in_order(line: Places, position: Ints, first: Ints, begin: int, order: Places) -> None:
    """Fill `order` with rows (numbered from `begin`), where line i has its rows from first[i] on."""
    for i in range(len(line)):
        order[first[line[i]] + position[i] - 1] = begin + i

"""Trials as arrays: each draws what comes true, adds its credits up and finishes the cells that they move.

A trial reads nothing that another one writes, and its draws depend on the seed and its number alone; so
trials run in pieces, on any number of threads, with the same result. The cells are finished by the vector
dialect; here is only the order in which it is asked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np

from revplan.formula import compiled as compiled_functions
from revplan.formula import kernels
from revplan.formula.compiled import Int, Ints, called, compiled
from revplan.formula.kernels import CURVE, OPEN, TIMES, UNFIT, multiplier_at, paid_at, reached_at
from revplan.money import MILLION
from revplan.simulate import draws
from revplan.simulate.draws import Words, below, comes_true, mix64

_WHOLE, _HALF = np.uint64(MILLION), np.uint64(MILLION // 2)


class Luck(NamedTuple):
    """What is drawn. A deal is won by `chance`; then its amount is × one of the factors [factor_at,
    factor_at + factors), and it is won in the way `way[deal, slip]` (−1: not within the horizon). Of each
    block one of the bundles [bundle_at, bundle_at + bundles) comes true, whatever it holds."""

    win: Words
    chance: Words
    amount: Words
    slip: Words
    factor_at: Ints
    factors: Ints
    factor: Ints
    way: Ints
    deal_driver: Ints
    slip_driver: int
    deal_worth: Ints
    block: Words
    bundle_at: Ints
    bundles: Ints
    block_driver: Ints


class Adds(NamedTuple):
    """What comes with each bundle, ways of winning first: `slot` and `amount` from `at[bundle]` on, of which
    those from `fixed[bundle]` on stay whatever the deal's amount comes to; and its worth in won revenue."""

    at: Ints
    fixed: Ints
    slot: Ints
    amount: Ints
    worth: Ints
    slots: int


class Cells(NamedTuple):
    """The cells that move, those of one cumulative line after one another in order of their periods."""

    row: Ints  # of `settled`; −1 where only the line before it moves, and what it earned stands in `earned`
    x: Ints
    m: Ints  # −1 where the multiplier does not move
    m_curve: Ints
    base_curve: Ints  # of its component's own table among `lines`
    m_most: Ints  # [cell, (n, d)]
    condition_at: Ints
    line: Ints  # the column of the result
    kind: Ints  # 0 discrete, 1 cumulative, 2 cumulative that recovers
    first: Ints  # 1 for the first cell of a cumulative line
    last_earned: Ints
    highest: Ints
    earned: Ints
    settled: Ints
    curves: Ints
    lines: Ints
    m_curves: Ints
    m_lines: Ints


class Given(NamedTuple):
    """Inputs of cells and targets: n / d at what is certain, and how they move (`stakes.Moves`)."""

    n: Ints
    d: Ints
    first: Ints
    last: Ints
    ratio: Ints
    times: Ints


class Conditions(NamedTuple):
    """Conditions of cells. `role` is 0 for a gate, and k for the k-th table that may apply instead."""

    given: Ints
    at_n: Ints
    at_d: Ints
    higher: Ints
    role: Ints


class Ratios(NamedTuple):
    """Accounts behind each ratio, from `at[ratio]` on."""

    at: Ints
    slot: Ints
    end: Ints
    start: Ints
    net: Ints


@dataclass(frozen=True)
class Line:
    """A column of the result: what a plan pays somebody for a payment period [start, end)."""

    payee: str
    payee_name: str
    team: str
    plan: str
    start: date
    end: date


@dataclass(frozen=True)
class Ready:
    """Everything that trials read, and what their columns mean. `standing` is what each line pays besides the
    cells that move; `drivers` names what the won revenue of a trial is added up by."""

    luck: Luck
    adds: Adds
    cells: Cells
    given: Given
    conditions: Conditions
    ratios: Ratios
    standing: Ints
    targets: Ints
    lines: tuple[Line, ...]
    drivers: tuple[str, ...]


@called
def _draw_deals(trial: Int, luck: Luck, adds: Adds, winners: Ints, slots: Ints, driven: Ints) -> None:
    # Who wins is put down without a branch, which could not be foretold half of the time.
    won = np.int64(0)
    for deal in range(len(luck.win)):
        winners[won] = deal
        won += np.int64(comes_true(mix64(luck.win[deal], trial), luck.chance[deal]))
    outcomes = luck.way.shape[1]
    for place in range(won):
        deal = winners[place]
        outcome = np.int64(0)
        if outcomes > 1:
            outcome = below(mix64(luck.slip[deal], trial), outcomes)
        way = luck.way[deal, outcome]
        factor_at, among = luck.factor_at[deal], luck.factors[deal]
        if among > 1:
            factor_at += below(mix64(luck.amount[deal], trial), among)
        factor = luck.factor[factor_at]
        if way < 0:
            driven[luck.slip_driver] += scaled(luck.deal_worth[deal], factor)
            continue
        driven[luck.deal_driver[deal]] += scaled(adds.worth[way], factor)
        for at in range(adds.at[way], adds.fixed[way]):
            slots[adds.slot[at]] += scaled(adds.amount[at], factor)
        for at in range(adds.fixed[way], adds.at[way + 1]):
            slots[adds.slot[at]] += adds.amount[at]


@called
def _draw_blocks(trial: Int, luck: Luck, adds: Adds, slots: Ints, driven: Ints) -> None:
    for block in range(len(luck.block)):
        bundle = luck.bundle_at[block] + below(mix64(luck.block[block], trial), luck.bundles[block])
        driven[luck.block_driver[block]] += adds.worth[bundle]
        for at in range(adds.at[bundle], adds.at[bundle + 1]):
            slots[adds.slot[at]] += adds.amount[at]


@called
def scaled(amount: np.int64, factor: np.int64) -> np.int64:
    """amount × factor in millionths, rounded half away from zero; |amount| · factor is below 2^62."""
    if factor == MILLION:
        return amount
    size = np.int64((np.uint64(abs(amount)) * np.uint64(factor) + _HALF) // _WHOLE)
    return np.int64(-size if amount < 0 else size)


@called
def _ratio_move(k: Int, ratios: Ratios, slots: Ints) -> np.int64:
    """By how much the n of a ratio moves: by its accounts' ends, in gross retention up to their starts."""
    total = np.int64(0)
    for at in range(ratios.at[k], ratios.at[k + 1]):
        add = slots[ratios.slot[at]]
        if add != 0:
            end, start = ratios.end[at], ratios.start[at]
            total += add if ratios.net[at] else min(end + add, start) - min(end, start)
    return total


@called
def _n_of(k: Int, given: Given, slots: Ints, moved: Ints) -> np.int64:
    n = given.n[k]
    for slot in range(given.first[k], given.last[k]):
        n += slots[slot]
    if given.ratio[k] >= 0:
        n += given.times[k] * moved[given.ratio[k]]
    return np.int64(n)


@called
def _finish_cells(
    cells: Cells,
    given: Given,
    conditions: Conditions,
    slots: Ints,
    moved: Ints,
    scratch: Ints,
    paid: Ints,
) -> Int:
    last_earned = highest = unfit = np.int64(0)
    for i in range(len(cells.x)):
        earned = cells.earned[i]
        if cells.row[i] >= 0:
            x_n = _n_of(cells.x[i], given, slots, moved)
            if cells.m[i] >= 0 or cells.condition_at[i] < cells.condition_at[i + 1]:
                for place in range(scratch.shape[1]):
                    scratch[0, place] = cells.settled[cells.row[i], place]
                earned = np.int64(UNFIT)
                if _settle_again(i, cells, given, conditions, slots, moved, scratch):
                    earned = paid_at(x_n, x_n, 0, scratch, cells.curves, cells.lines)
            else:
                earned = paid_at(x_n, x_n, cells.row[i], cells.settled, cells.curves, cells.lines)
            if earned == UNFIT:
                unfit += 1
                earned = np.int64(0)
        if cells.kind[i] == 0:
            paid[cells.line[i]] += earned
            continue
        if cells.first[i]:
            last_earned, highest = cells.last_earned[i], cells.highest[i]
        # As `rules.ledger` has it.
        if cells.kind[i] == 2:
            paid[cells.line[i]] += earned - last_earned
        elif earned > highest:
            paid[cells.line[i]] += earned - highest
        last_earned, highest = earned, max(highest, earned)
    return unfit


@called
def _settle_again(
    i: Int,
    cells: Cells,
    given: Given,
    conditions: Conditions,
    slots: Ints,
    moved: Ints,
    row: Ints,
) -> bool:
    """Multiplier, gates and choice of table in a cell's row, where they move; False if one is too large."""
    if cells.m[i] >= 0:
        k = cells.m[i]
        n, most_n, most_d = _n_of(k, given, slots, moved), cells.m_most[i, 0], cells.m_most[i, 1]
        curve = cells.m_curve[i]
        times = multiplier_at(n, given.d[k], curve, cells.m_curves, cells.m_lines, most_n, most_d)
        if times == UNFIT:
            return False
        row[0, TIMES] = times
    first, last = cells.condition_at[i], cells.condition_at[i + 1]
    if first == last:
        return True
    # Conditions stand in the order of their role: the gates, then those of each table that may apply instead;
    # the first that does, applies.
    is_open, chosen = True, np.int64(0)
    at = first
    while at < last:
        role, holds = conditions.role[at], True
        while at < last and conditions.role[at] == role:
            k = conditions.given[at]
            n = _n_of(k, given, slots, moved)
            found = reached_at(n, given.d[k], conditions.at_n[at], conditions.at_d[at], conditions.higher[at])
            if found == UNFIT:
                return False
            holds &= found == 1
            at += 1
        if role == 0:
            is_open = holds
        elif holds and chosen == 0:
            chosen = role
    if conditions.role[first] == 0:
        row[0, OPEN] = 1 if is_open else 0
    if conditions.role[last - 1] > 0:
        row[0, CURVE] = cells.base_curve[i] + chosen
    return True


_Run = Callable[..., int]


def _kept_with(stamp: int) -> _Run:
    """The loop over trials. Its machine code is kept on disk under its own file's date and `stamp`: what it
    is made of stands in other files too, and a stamp of them lets it be made anew when they change."""

    @compiled
    def run_trials(
        first: Int,
        last: Int,
        luck: Luck,
        adds: Adds,
        cells: Cells,
        given: Given,
        conditions: Conditions,
        ratios: Ratios,
        targets: Ints,
        winners: Ints,
        slots: Ints,
        moved: Ints,
        scratch: Ints,
        paid: Ints,
        reached: Ints,
        driven: Ints,
    ) -> Int:
        """Trials [first, last) into the rows of `paid` (by line, what moves), `reached` (n of each target)
        and `driven` (won revenue by driver), all 0 before; how many cells did not fit. The arrays between are
        room to work in: for each deal and one more, each slot, each ratio, and one cell."""
        unfit = np.int64(stamp - stamp)
        for trial in range(first, last):
            slots[:] = 0
            _draw_deals(trial, luck, adds, winners, slots, driven[trial])
            _draw_blocks(trial, luck, adds, slots, driven[trial])
            for k in range(len(moved)):
                moved[k] = _ratio_move(k, ratios, slots)
            unfit += _finish_cells(cells, given, conditions, slots, moved, scratch, paid[trial])
            for k in range(len(targets)):
                reached[trial, k] = _n_of(targets[k], given, slots, moved)
        return unfit

    return cast(_Run, run_trials)


def _stamp() -> int:
    parts = (Path(str(module.__file__)).read_bytes() for module in (kernels, draws, compiled_functions))
    return int.from_bytes(sha256(b"".join(parts)).digest()[:7], "little")


run_trials = _kept_with(_stamp())

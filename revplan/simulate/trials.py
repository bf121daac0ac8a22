"""Trials as arrays: each draws what comes true, adds its credits up and finishes the cells that they move.

Trials go side by side, some at a time: a deal, a slot or a cell is looked at once for all of them, and what
belongs to it stays at hand. A trial reads nothing that another one writes, and its draws depend on the seed
and its number alone; so trials run in pieces, on any number of threads, with the same result. The cells are
finished by the vector dialect; here is only the order in which it is asked.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, Self, cast

import numpy as np

from revplan.formula import compiled as compiled_functions
from revplan.formula import kernels
from revplan.formula.compiled import Int, Ints, called, compiled, inlined
from revplan.formula.kernels import (
    CAP,
    CURVE,
    FLOOR,
    TIMES,
    UNFIT,
    WIDTH,
    multiplier_at,
    paid_at,
    reached_at,
)
from revplan.money import MILLION
from revplan.simulate import draws, trial_inputs
from revplan.simulate.draws import below, comes_true, mix64
from revplan.simulate.trial_inputs import Adds, Cells, Conditions, Given, Luck, Ratios, Ready, Streams

AT_ONCE = 125
"""Trials side by side: as many as keep the slots of a usual book in the processor's cache."""

_WHOLE, _HALF = np.uint64(MILLION), np.uint64(MILLION // 2)


class Room(NamedTuple):
    """Room to work in for trials side by side, a place for each; `row` is a cell settled again."""

    wins: Ints  # of a deal: 1 where it is won,
    winners: Ints  # the trials that win it,
    slips: Ints  # by how much each slips,
    factors: Ints  # and which factor its amount has
    slots: Ints  # [slot, place]
    moved: Ints  # [ratio, place]
    n: Ints  # an input
    earned: Ints  # by a cell
    times: Ints  # what of a cell is settled again: as in its row
    curve: Ints
    is_open: Ints
    holds: Ints
    last_earned: Ints  # on a cumulative line
    highest: Ints
    row: Ints

    @classmethod
    def of(cls, ready: Ready) -> Self:
        """Room for `AT_ONCE` trials."""
        two_sided = {"slots": ready.adds.slots, "moved": len(ready.ratios.at) - 1}
        shapes = {name: (rows, AT_ONCE) for name, rows in two_sided.items()} | {"row": (1, WIDTH)}
        return cls(*(np.zeros(shapes.get(name, AT_ONCE), np.int64) for name in cls._fields))


class Found(NamedTuple):
    """What all trials find, each [which, trial]: what each line pays, n of each target, and won revenue by
    driver. Before, it is 0 but for lines, which hold what nothing moves in them."""

    paid: Ints
    reached: Ints
    driven: Ints


@called
def _draw_deals(
    first: Int, last: Int, streams: Streams, luck: Luck, adds: Adds, room: Room, driven: Ints
) -> None:
    wins, winners, slips, factors, slots = room.wins, room.winners, room.slips, room.factors, room.slots
    outcomes = luck.way.shape[1]
    for deal in range(len(luck.deal)):
        # Numbers are drawn in loops that do nothing else, for several trials in one instruction; and who wins
        # is put down without a branch, which could not be foretold half of the time.
        win, chance, won = streams.win[deal], luck.chance[deal], np.int64(0)
        for i in range(last - first):
            wins[i] = comes_true(mix64(win, first + i), chance)
        for i in range(last - first):
            winners[won] = first + i
            won += wins[i]
        slip, size = streams.slip[deal], streams.amount[deal]
        factor_at, among = luck.factor_at[deal], luck.factors[deal]
        for i in range(won):
            slips[i] = below(mix64(slip, winners[i]), outcomes)
        for i in range(won):
            factors[i] = factor_at + below(mix64(size, winners[i]), among)
        for i in range(won):
            trial, way, factor = winners[i], luck.way[deal, slips[i]], luck.factor[factors[i]]
            amount = adds.worth[way]
            brings = scaled(amount, factor)
            driven[adds.driver[way], trial] += brings
            for at in range(adds.at[way], adds.fixed[way]):
                if adds.amount[at] != amount:  # most often the whole deal goes to every slot
                    amount = adds.amount[at]
                    brings = scaled(amount, factor)
                slots[adds.slot[at], trial - first] += brings
            for at in range(adds.fixed[way], adds.at[way + 1]):
                slots[adds.slot[at], trial - first] += adds.amount[at]


@called
def _draw_blocks(
    first: Int, last: Int, streams: Streams, luck: Luck, adds: Adds, slots: Ints, driven: Ints
) -> None:
    for block in range(len(luck.block)):
        for trial in range(first, last):
            bundle = luck.bundle_at[block] + below(mix64(streams.block[block], trial), luck.bundles[block])
            driven[adds.driver[bundle], trial] += adds.worth[bundle]
            for at in range(adds.at[bundle], adds.at[bundle + 1]):
                slots[adds.slot[at], trial - first] += adds.amount[at]


@inlined
def scaled(amount: np.int64, factor: np.int64) -> np.int64:
    """amount × factor in millionths, rounded half away from zero; |amount| · factor is below 2^62."""
    size = np.int64((np.uint64(abs(amount)) * np.uint64(factor) + _HALF) // _WHOLE)
    return np.int64(-size if amount < 0 else size)


@called
def _move_ratios(ratios: Ratios, slots: Ints, moved: Ints) -> None:
    """By how much the n of each ratio moves: by its accounts' ends, in gross retention up to their starts."""
    moved[:] = 0
    for k in range(len(moved)):
        for at in range(ratios.at[k], ratios.at[k + 1]):
            slot, end, start = ratios.slot[at], ratios.end[at], ratios.start[at]
            for i in range(moved.shape[1]):
                add = slots[slot, i]
                moved[k, i] += add if ratios.net[at] else min(end + add, start) - min(end, start)


@called
def _put_n(k: Int, given: Given, room: Room) -> None:
    """An input in each trial, into `room.n`."""
    n, slots, ratio, times = room.n, room.slots, given.ratio[k], given.times[k]
    n[:] = given.n[k]
    for slot in range(given.first[k], given.last[k]):
        for i in range(len(n)):
            n[i] += slots[slot, i]
    if ratio >= 0:
        for i in range(len(n)):
            n[i] += times * room.moved[ratio, i]


@called
def _finish_cells(
    first: Int, last: Int, cells: Cells, given: Given, conditions: Conditions, room: Room, paid: Ints
) -> Int:
    unfit = np.int64(0)
    earned, last_earned, highest = room.earned, room.last_earned, room.highest
    for cell in range(len(cells.x)):
        line, kind = cells.line[cell], cells.kind[cell]
        if cells.first[cell]:
            last_earned[:], highest[:] = cells.last_earned[cell], cells.highest[cell]
        if cells.row[cell] >= 0:
            _put_earned(cell, cells, given, conditions, room)
        else:
            earned[:] = cells.earned[cell]
        for i in range(last - first):
            if earned[i] == UNFIT:
                unfit += 1
                earned[i] = 0
            # As `rules.ledger` has it.
            due = earned[i]
            if kind == 1:
                due = max(earned[i] - highest[i], 0)
            elif kind == 2:
                due = earned[i] - last_earned[i]
            paid[line, first + i] += due
            last_earned[i], highest[i] = earned[i], max(highest[i], earned[i])
    return unfit


@called
def _put_earned(cell: Int, cells: Cells, given: Given, conditions: Conditions, room: Room) -> None:
    """What a cell earns in each trial, into `room.earned`; UNFIT where a number does not fit."""
    number, terms, earned, n = cells.row[cell], cells.terms[cells.component[cell]], room.earned, room.n
    settled, curves, lines = cells.settled, cells.curves, cells.lines
    if cells.m[cell] < 0 and cells.condition_at[cell] == cells.condition_at[cell + 1]:
        _put_n(cells.x[cell], given, room)
        for i in range(len(n)):
            earned[i] = paid_at(n[i], n[i], number, settled, curves, lines, terms)
        return
    _settle_again(cell, cells, given, conditions, room)
    _put_n(cells.x[cell], given, room)
    row, times, curve, is_open = room.row, room.times, room.curve, room.is_open
    for column in range(WIDTH):
        row[0, column] = settled[number, column]
    for i in range(len(n)):
        earned[i] = UNFIT
        if settled[number, CURVE] >= 0 and times[i] != UNFIT:
            row[0, TIMES], row[0, CURVE] = times[i], curve[i]
            row[0, FLOOR] = settled[number, FLOOR] if is_open[i] else 0
            row[0, CAP] = settled[number, CAP] if is_open[i] else 0
            earned[i] = paid_at(n[i], n[i], 0, row, curves, lines, terms)


@called
def _settle_again(cell: Int, cells: Cells, given: Given, conditions: Conditions, room: Room) -> None:
    """Multiplier, gates and choice of table in each trial; `times` is UNFIT where a number does not fit."""
    number, base = cells.row[cell], cells.base_curve[cell]
    n, times, curve, is_open, holds = room.n, room.times, room.curve, room.is_open, room.holds
    times[:], curve[:], is_open[:] = cells.settled[number, TIMES], cells.settled[number, CURVE], 1
    if cells.m[cell] >= 0:
        _put_n(cells.m[cell], given, room)
        d, most_n, most_d = given.d[cells.m[cell]], cells.m_most[cell, 0], cells.m_most[cell, 1]
        for i in range(len(n)):
            times[i] = multiplier_at(
                n[i], d, cells.m_curve[cell], cells.m_curves, cells.m_lines, most_n, most_d
            )
    # Conditions stand in the order of their role: the gates, then those of each table that may apply instead;
    # the first that does, applies.
    at, last = cells.condition_at[cell], cells.condition_at[cell + 1]
    if at < last and conditions.role[last - 1] > 0:
        curve[:] = base
    while at < last:
        role = conditions.role[at]
        holds[:] = 1
        while at < last and conditions.role[at] == role:
            _put_n(conditions.given[at], given, room)
            d, at_n, at_d = given.d[conditions.given[at]], conditions.at_n[at], conditions.at_d[at]
            for i in range(len(n)):
                found = reached_at(n[i], d, at_n, at_d, conditions.higher[at])
                if found == UNFIT:
                    times[i] = UNFIT
                elif found == 0:
                    holds[i] = 0
            at += 1
        for i in range(len(n)):
            if role == 0:
                is_open[i] = holds[i]
            elif holds[i] and curve[i] == base:
                curve[i] = base + role


_Run = Callable[..., int]


def _kept_with(stamp: int) -> _Run:
    """The loop over trials. Its machine code is kept on disk under its own file's date and `stamp`: what it
    is made of stands in other files too, and a stamp of them lets it be made anew when they change."""

    @compiled
    def run_trials(
        first: Int,
        last: Int,
        streams: Streams,
        luck: Luck,
        adds: Adds,
        cells: Cells,
        given: Given,
        conditions: Conditions,
        ratios: Ratios,
        targets: Ints,
        room: Room,
        found: Found,
    ) -> Int:
        """Trials [first, last), at most `AT_ONCE`, into their columns of `found`; how many cells did not
        fit."""
        unfit = np.int64(stamp - stamp)
        room.slots[:] = 0
        _draw_deals(first, last, streams, luck, adds, room, found.driven)
        _draw_blocks(first, last, streams, luck, adds, room.slots, found.driven)
        _move_ratios(ratios, room.slots, room.moved)
        unfit += _finish_cells(first, last, cells, given, conditions, room, found.paid)
        for target in range(len(targets)):
            _put_n(targets[target], given, room)
            for trial in range(first, last):
                found.reached[target, trial] = room.n[trial - first]
        return unfit

    return cast(_Run, run_trials)


def _stamp() -> int:
    modules = (kernels, draws, compiled_functions, trial_inputs)
    parts = (Path(str(module.__file__)).read_bytes() for module in modules)
    return int.from_bytes(sha256(b"".join(parts)).digest()[:7], "little")


run_trials = _kept_with(_stamp())

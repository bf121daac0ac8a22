"""Monte Carlo: a forecast tried out many times under a plan set, and what each time pays.

    stakes = stakes_of(future_of(book, forecast), "shared")
    result = simulate(stakes, trials=10_000, seed=1)

`result` holds one row a trial; `simulate.outcome` makes tables of it.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count

import numpy as np

from revplan.formula.compiled import Ints
from revplan.issues import Unfit
from revplan.model.book import Book
from revplan.simulate.drawn import drawn
from revplan.simulate.future import CameTrue, book_of
from revplan.simulate.moves import Stakes
from revplan.simulate.ready import ready
from revplan.simulate.trial_inputs import Ready
from revplan.simulate.trials import AT_ONCE, Found, Room, run_trials

CHUNK = 250
"""Trials between two reports of progress."""

MOST_TRIALS = 1_000_000

Watch = Callable[[int, int], bool]
"""Told how many trials of how many are done; False stops, and what is done is kept."""


@dataclass(frozen=True)
class Simulated:
    """Trials that were done, in their order.

    `paid[trial, line]` is what each of `ready.lines` pays, whole minor units, before adjustments;
    `reached[trial, target]` is n of each of `stakes.reached` (over its d), then of `stakes.measured`;
    `driven[trial, driver]` the won revenue that each of `ready.drivers` brought, minor units. Lines that
    nothing at stake moves are in `stakes.certain` alone. `whole` names the plans that each trial paid as a
    whole book (`simulate.whole_books`). A column (a line, target or driver in all trials) stands in one piece
    of memory.
    """

    stakes: Stakes
    ready: Ready
    seed: int
    asked: int
    paid: Ints
    reached: Ints
    driven: Ints
    whole: frozenset[str] = frozenset()

    @property
    def trials(self) -> int:
        """How many were done."""
        return len(self.paid)


def simulate(
    stakes: Stakes, trials: int = 2_000, seed: int = 1, *, threads: int = 0, watch: Watch | None = None
) -> Simulated:
    """Try the stakes so many times. `threads` 0 takes as many as there are processors.

    The same stakes, trials and seed give the same numbers on any number of threads, and the first trials of
    a longer run are those of a shorter one. Raises Unfit when a number does not fit, and ValueError for a
    number of trials below 1 or above a million.
    """
    if not 1 <= trials <= MOST_TRIALS:
        raise ValueError(f"trials are between 1 and {MOST_TRIALS}")
    made = ready(stakes)
    arrays = made.arrays(seed)
    found = Found(
        np.repeat(made.standing[:, None], trials, axis=1),
        np.zeros((len(made.targets), trials), np.int64),
        np.zeros((len(made.drivers), trials), np.int64),
    )

    def piece(first: int) -> int:
        last, room, unfit = min(first + CHUNK, trials), Room.of(made), 0
        for begin in range(first, last, AT_ONCE):
            end = min(begin + AT_ONCE, last)
            unfit += run_trials(begin, end, *arrays, room, found)
        return unfit

    done = 0
    with ThreadPoolExecutor(threads or cpu_count() or 1) as pool:
        pieces = [pool.submit(piece, first) for first in range(0, trials, CHUNK)]
        for number, each in enumerate(pieces, 1):
            if each.result():
                pool.shutdown(cancel_futures=True)
                raise Unfit("simulated_too_large")
            done = min(number * CHUNK, trials)
            if watch is not None and not watch(done, trials):
                pool.shutdown(cancel_futures=True)
                break
    paid, reached, driven = (each[:, :done].T for each in found)
    return Simulated(stakes, made, seed, trials, paid, reached, driven)


def came_true(result: Simulated, trial: int) -> CameTrue:
    """What came true in a trial."""
    return drawn(result.stakes.future, result.seed, trial)


def book_of_trial(result: Simulated, trial: int) -> Book:
    """The whole book of one trial, as of the last day of the horizon: a run of it pays what the trial does.

    To the cent where amounts have no factor; else a person's part of a deal may differ by one, since a trial
    scales each part and the book the deal. See `simulate.future.book_of`.
    """
    return book_of(result.stakes.future, came_true(result, trial))

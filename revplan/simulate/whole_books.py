"""Trials whose plans arrays cannot say: each future is a whole book, and the engine pays it as any other.

Pools, tables read for each deal, limits and budgets come out as in a run. What is drawn is what the arrays
draw for the same seed: the same deals are won, for the same amounts, in the same months. Only the plans that
need it are paid so (`unmoved.whole_plans`); the others keep what the arrays say of them.
"""

from collections.abc import Iterator
from concurrent.futures import Future as Promise
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from os import cpu_count

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from revplan.engine.duck import TooLarge
from revplan.formula.compiled import Ints
from revplan.issues import Unfit
from revplan.money import MILLION
from revplan.rules.paid import Terms, paid_lines, terms_of
from revplan.simulate.monte_carlo import Simulated, Watch, book_of_trial, simulate
from revplan.simulate.moves import Measured, Moves, Stakes, line_key
from revplan.simulate.replayed import REPLAYED
from revplan.simulate.trial_inputs import Line
from revplan.simulate.unmoved import whole_plans

FEWER = 100
"""How many futures are tried when nobody says: each takes about as long as a run."""


def simulate_whole(
    stakes: Stakes, trials: int = FEWER, seed: int = 1, *, threads: int = 0, watch: Watch | None = None
) -> Simulated:
    """Try the stakes so many times, with the plans that `stakes.issues` name paid by the engine each time.

    The luck of `monte_carlo.simulate` with the same seed, on any number of threads; nothing is left to warn
    of. `watch` hears of each trial. Raises Unfit and ValueError as that does.
    """
    drawn = simulate(stakes, trials, seed, threads=threads)
    plans = whole_plans(stakes.future.certain.plans, stakes.issues)
    if not plans:
        return drawn
    payer = _Payer(drawn, plans)
    paid = np.zeros((trials, len(payer.lines)), np.int64)
    attained = np.zeros((trials, len(payer.measured)), np.int64)
    done = 0
    many = threads or cpu_count() or 1
    with ThreadPoolExecutor(many) as pool:
        for trial, promise in _ahead(pool, payer, trials, many):
            paid[trial], attained[trial] = promise.result()
            done = trial + 1
            if watch is not None and not watch(done, trials):
                pool.shutdown(cancel_futures=True)
                break
    return payer.joined(paid[:done], attained[:done])


def _ahead(
    pool: ThreadPoolExecutor, payer: "_Payer", trials: int, many: int
) -> Iterator[tuple[int, Promise[tuple[Ints, Ints]]]]:
    """Each trial in turn, with a few begun before they are asked for: no book waits in memory."""
    numbers = iter(range(trials))
    begun = [(trial, pool.submit(payer.pay, trial)) for trial in islice(numbers, many)]
    while begun:
        yield begun.pop(0)
        begun += [(trial, pool.submit(payer.pay, trial)) for trial in islice(numbers, 1)]


class _Payer:
    """Pays the books of trials on the terms of some plans."""

    def __init__(self, drawn: Simulated, plans: frozenset[str]) -> None:
        self._drawn, self._plans = drawn, plans
        stakes = drawn.stakes
        certain = stakes.future.certain
        own = replace(certain, plans=tuple(plan for plan in certain.plans if plan.id in plans))
        self._terms: Terms = terms_of(own, stakes.plan_set)
        self._certain = paid_lines(self._terms, certain)
        numbers: dict[Line, int] = {}
        where, self.measured, marked = [], list[Measured](), []
        calendar = certain.company.calendar
        for at, row in enumerate(self._certain.to_pylist()):
            line = Line(*(row[name] for name in _LINE))
            where.append(numbers.setdefault(line, len(numbers)))
            closes = row["period_end"] == calendar.parse(row["measured_period"]).end
            if closes and row["attainment"] is not None:
                self.measured.append(Measured(line_key(row), MILLION, row["attainment"], 1, Moves()))
                marked.append(at)
        self.lines = list(numbers)
        self._where, self._marked = np.array(where, np.int64), np.array(marked, np.int64)
        self._known = pa.array([each.n for each in self.measured], pa.int64())

    def pay(self, trial: int) -> tuple[Ints, Ints]:
        """What a trial pays by line, and the attainment of each of `measured`, in millionths."""
        try:
            lines = paid_lines(self._terms, book_of_trial(self._drawn, trial))
        except TooLarge as error:
            raise Unfit("simulated_too_large") from error
        if lines.num_rows != self._certain.num_rows:  # a component whose numbers do not fit is left out
            raise Unfit("simulated_too_large")
        paid = np.zeros(len(self.lines), np.int64)
        np.add.at(paid, self._where, lines["payout"].to_numpy())
        # A ratio of nothing has no attainment: it stands at what it is today.
        attained = pc.coalesce(lines["attainment"].take(pa.array(self._marked)), self._known)
        return paid, attained.to_numpy()

    def joined(self, paid: Ints, attained: Ints) -> Simulated:
        """What the arrays say of the other plans, and this of these."""
        drawn, done = self._drawn, len(paid)
        stakes, ready = drawn.stakes, drawn.ready
        others = [at for at, line in enumerate(ready.lines) if line.plan not in self._plans]
        kept = [at for at, each in enumerate(stakes.measured) if each.line[1] not in self._plans]
        asked = self.measured if stakes.measured else []
        columns = [*range(len(stakes.reached)), *(len(stakes.reached) + at for at in kept)]
        certain = stakes.certain.filter(
            pc.invert(pc.is_in(stakes.certain["plan_id"], pa.array(sorted(self._plans), pa.string())))
        )
        return Simulated(
            replace(
                stakes,
                measured=[*(stakes.measured[at] for at in kept), *asked],
                certain=pa.concat_tables([certain, self._certain.select(REPLAYED.names)]),
                issues=[],
            ),
            replace(ready, lines=(*(ready.lines[at] for at in others), *self.lines)),
            drawn.seed,
            drawn.asked,
            np.concatenate([drawn.paid[:done, others], paid], axis=1),
            np.concatenate([drawn.reached[:done, columns], attained[:, : len(asked)]], axis=1),
            drawn.driven[:done],
            self._plans,
        )


_LINE = ("payee_id", "payee_name", "team_id", "plan_id", "period_start", "period_end")

"""A trial pays what a run pays on the book in which the same came true."""

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import pyarrow as pa
import pytest

from revplan.data.book_folder import read_book
from revplan.issues import Issue, Unfit
from revplan.model.book import Book
from revplan.model.forecast import Forecast, Slip, Spread
from revplan.model.tables import TABLES
from revplan.rules.run import run
from revplan.simulate.estimate import estimate
from revplan.simulate.future import future_of
from revplan.simulate.monte_carlo import Simulated, book_of_trial, came_true, simulate
from revplan.simulate.moves import Stakes
from revplan.simulate.stakes import stakes_of
from tests.laws.chance import Seeded
from tests.laws.strategies import PLAN_SET, draw_book
from tests.rules.written_book import ANN, COMMISSION, book_of, deals, plan_of

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"


@pytest.fixture(scope="module")
def sample() -> Book:
    book, _ = read_book(SAMPLE)
    assert book is not None
    return replace(book, closes=())


@pytest.fixture(scope="module")
def forecast(sample: Book) -> Forecast:
    return estimate(sample)


def whole(forecast: Forecast, **changed: object) -> Forecast:
    """Amounts as they are: a trial is paid as its book then, to the cent."""
    return forecast.model_copy(update={"spreads": (Spread(),)} | changed)


def settled(forecast: Forecast) -> Forecast:
    """Nothing left to chance: likely deals are won on their day, the others are lost."""
    deals = tuple(d.model_copy(update={"probability": round(d.probability)}) for d in forecast.deals)
    return whole(forecast, deals=deals, slip=Slip(), new_months=(), alike=forecast.alike[-1:])


def paid_in(result: Simulated, trial: int) -> Counter[tuple[object, ...]]:
    """What each line of a trial pays, those that nothing moves among them."""
    rows = result.stakes.certain.to_pylist()
    found = Counter({key(row): 0 for row in rows})
    for row in rows:
        found[key(row)] += row["payout"]
    for line, amount in zip(result.ready.lines, result.paid[trial], strict=True):
        found[line.payee, line.team, line.plan, line.start, line.end] = int(amount)
    return found


def paid_by_run(book: Book, plan_set: str) -> Counter[tuple[object, ...]]:
    found: Counter[tuple[object, ...]] = Counter()
    for row in run(book, plan_set, with_parts=False).lines.to_pylist():
        found[key(row)] += row["payout"]
    return found


def key(row: dict[str, object]) -> tuple[object, ...]:
    return tuple(row[name] for name in ("payee_id", "team_id", "plan_id", "period_start", "period_end"))


@pytest.mark.parametrize("plan_set", ["shared", "volume"])
def test_without_uncertainty_every_trial_is_paid_as_by_a_run(sample, forecast, plan_set):
    future = future_of(sample, settled(forecast))
    result = simulate(stakes_of(future, plan_set), 20, 5)
    book = book_of_trial(result, 0)
    assert (result.paid == result.paid[0]).all()
    assert paid_in(result, 0) == paid_by_run(book, plan_set)


@pytest.mark.parametrize("plan_set", ["shared", "volume"])
def test_whatever_comes_true_is_paid_as_by_a_run(sample, forecast, plan_set):
    future = future_of(sample, whole(forecast))
    result = simulate(stakes_of(future, plan_set), 2, 11)
    for trial in range(2):
        assert len(came_true(result, trial).won) > 50
        assert paid_in(result, trial) == paid_by_run(book_of_trial(result, trial), plan_set)


def test_amounts_at_a_factor_come_within_a_cent_for_each_person_and_deal(sample, forecast):
    """A number of deals or customers stays whole, whatever the amounts come to."""
    result = simulate(stakes_of(future_of(sample, forecast), "volume"), 1, 11)
    paid, ran = paid_in(result, 0), paid_by_run(book_of_trial(result, 0), "volume")
    deals = len(came_true(result, 0).won)
    assert paid.keys() == ran.keys()
    assert max(abs(paid[line] - ran[line]) for line in paid) <= deals


def test_targets_stand_as_a_run_has_them(sample, forecast):
    future = future_of(sample, whole(forecast))
    result = simulate(stakes_of(future, "shared"), 1, 12)
    standings = run(book_of_trial(result, 0), "shared", with_parts=False).standings.to_pylist()
    known = {(r["target_id"], r["owner"], r["period"]): r["actual"] for r in standings}
    for reached, n in zip(result.stakes.reached, result.reached[0], strict=True):
        expected = known[reached.target, reached.owner, reached.period]
        assert expected == round(int(n) / reached.d)
    assert len(result.stakes.reached) > 5


def test_threads_and_pieces_change_nothing(sample, forecast):
    stakes = stakes_of(future_of(sample, forecast), "shared")
    one, two, four = (simulate(stakes, 1001, 3, threads=number) for number in (1, 2, 4))
    shorter = simulate(stakes, 300, 3)
    for name in ("paid", "reached", "driven"):
        assert np.array_equal(getattr(one, name), getattr(two, name))
        assert np.array_equal(getattr(one, name), getattr(four, name))
        assert np.array_equal(getattr(one, name)[:300], getattr(shorter, name))


def test_a_run_that_is_stopped_keeps_what_it_has(sample, forecast):
    stakes = stakes_of(future_of(sample, forecast), "shared")
    seen: list[tuple[int, int]] = []

    def watch(done: int, of: int) -> bool:
        seen.append((done, of))
        return done < 500

    stopped = simulate(stakes, 2000, 3, watch=watch)
    assert seen == [(250, 2000), (500, 2000)]
    assert stopped.trials == 500
    assert np.array_equal(stopped.paid, simulate(stakes, 500, 3).paid)


@pytest.mark.parametrize("seed", range(10))
def test_drawn_books_are_paid_as_by_a_run(seed):
    """What trials cannot move is named; everything else is paid as by a run."""
    book = reopened(draw_book(Seeded(Random(seed))), date(2025, 5, 17))
    stakes = at_stake(book)
    while stakes.issues:  # what is paid on a component that is taken out goes with it
        book = without(book, stakes.issues)
        stakes = at_stake(book)
    try:
        result = simulate(stakes, 2, seed)
    except Unfit:
        return  # amounts that need more than 64 bits are refused, not cut
    for trial in range(2):
        assert paid_in(result, trial) == paid_by_run(book_of_trial(result, trial), PLAN_SET)


def test_a_gate_that_trials_open_gives_floor_and_cap_back():
    """It is closed by what is certain, and opens where a deal is won."""
    gate = [{"all_of": [{"measure": "won_deals", "scope": "own", "at_least": 1}]}]
    limits = {"floor": {"amount": 3}, "cap": {"amount": 15}}
    book = book_of(
        plan_of(COMMISSION | limits | {"gate": gate}, sets=[PLAN_SET]),
        company={"as_of": "2025-10-31"},
        payees=ANN,
        opportunities=deals("d1, 2025-11-20, 20", "d2, 2025-11-25, 200"),
    )
    result = simulate(at_stake(reopened(book, date(2025, 10, 31))), 200, 3)
    amounts = result.paid[:, 0].tolist()
    for amount in (0, 300, 1500):
        trial = amounts.index(amount)
        assert paid_in(result, trial) == paid_by_run(book_of_trial(result, trial), PLAN_SET)
    assert set(amounts) == {0, 300, 1500}


def at_stake(book: Book) -> Stakes:
    return stakes_of(future_of(book, whole(estimate(book))), PLAN_SET)


def without(book: Book, issues: list[Issue]) -> Book:
    """The book without the components and limits that are named."""
    named = {(issue.where.plan, issue.where.component) for issue in issues}
    plans = []
    for plan in book.plans:
        components = tuple(c for c in plan.components if (plan.id, c.id) not in named)
        if components:
            plans.append(
                plan.model_copy(update={"components": components, "payee_limits": (), "budget": None})
            )
    return book.with_plans(tuple(plans))


def reopened(book: Book, day: date) -> Book:
    """The book with the deals of later days still open."""
    rows = book.tables["opportunities"].to_pylist()
    rows = [row | {"outcome": "open"} if row["closed_on"] > day else row for row in rows]
    tables = dict(book.tables) | {"opportunities": pa.Table.from_pylist(rows, TABLES["opportunities"].schema)}
    return Book(book.company.model_copy(update={"as_of": day}), book.plans, book.targets, tables)

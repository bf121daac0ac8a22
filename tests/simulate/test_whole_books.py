"""Trials that pay each future as a whole book: as a run of it, with the luck of the arrays."""

from dataclasses import replace
from datetime import date
from random import Random

import numpy as np
import pytest

from revplan.issues import Issue, Where
from revplan.model.book import Book
from revplan.simulate.estimate import estimate
from revplan.simulate.future import future_of
from revplan.simulate.monte_carlo import Simulated, book_of_trial, simulate
from revplan.simulate.moves import Stakes
from revplan.simulate.stakes import stakes_of
from revplan.simulate.unmoved import unmoved, whole_plans
from revplan.simulate.whole_books import simulate_whole
from tests.laws.chance import Seeded
from tests.laws.strategies import PLAN_SET, draw_book
from tests.simulate.test_monte_carlo import paid_by_run, paid_in, reopened, whole, without

SEEDS = (50, 57)
"""Drawn books whose plans have, between them, all that arrays cannot say."""


def drawn(seed: int) -> Book:
    return reopened(draw_book(Seeded(Random(seed))), date(2025, 5, 17))


def at_stake(book: Book) -> Stakes:
    return stakes_of(future_of(book, whole(estimate(book))), PLAN_SET, people=True)


def attained(result: Simulated, trial: int) -> dict[object, int]:
    """The attainment of each line that something moves, in millionths."""
    first = len(result.stakes.reached)
    measured = zip(result.stakes.measured, result.reached[trial, first:], strict=True)
    return {each.line: round(int(n) * 10**6 / (each.quota * each.d)) for each, n in measured}


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_a_plan_does_each_trial_pays_what_a_run_pays(seed):
    book = drawn(seed)
    stakes = at_stake(book)
    warned = [issue for issue in stakes.issues if issue.parameters.get("why") not in ("numbers", "opens")]
    assert warned
    assert set(warned) <= set(unmoved(book, PLAN_SET))
    result = simulate_whole(stakes, 2, seed)
    assert result.stakes.issues == []
    assert result.whole == whole_plans(book.plans, stakes.issues)
    for trial in range(2):
        assert paid_in(result, trial) == paid_by_run(book_of_trial(result, trial), PLAN_SET)


def test_the_books_drawn_here_have_what_arrays_cannot_say():
    said = {
        issue.parameters.get("why", issue.code) for seed in SEEDS for issue in unmoved(drawn(seed), PLAN_SET)
    }
    assert said >= {"pool", "transaction", "deals", "payable", "payouts", "simulated_before_limits"}


@pytest.mark.parametrize("seed", [3])
def test_a_plan_that_arrays_can_say_is_paid_alike_both_ways(seed):
    book = drawn(seed)
    while stakes_issues := at_stake(book).issues:
        book = without(book, stakes_issues)
    stakes = at_stake(book)
    fast = simulate(stakes, 2, seed)
    named = [Issue("simulated_before_limits", "warning", Where(plan=plan.id)) for plan in book.plans]
    slow = simulate_whole(replace(stakes, issues=named), 2, seed)
    assert np.array_equal(fast.driven, slow.driven)
    for trial in range(2):
        assert paid_in(fast, trial) == paid_in(slow, trial)
        one, other = attained(fast, trial), attained(slow, trial)
        assert all(abs(value - other[line]) <= 1 for line, value in one.items())


def test_it_is_the_same_on_any_number_of_threads_and_keeps_what_it_has():
    stakes = at_stake(drawn(10))
    assert stakes.issues
    one, two = simulate_whole(stakes, 3, 5, threads=1), simulate_whole(stakes, 3, 5, threads=2)
    assert np.array_equal(one.paid, two.paid)
    seen: list[tuple[int, int]] = []

    def watch(done: int, of: int) -> bool:
        seen.append((done, of))
        return done < 2

    stopped = simulate_whole(stakes, 3, 5, watch=watch)
    assert seen == [(1, 3), (2, 3)]
    assert (stopped.trials, stopped.asked) == (2, 3)
    assert np.array_equal(stopped.paid, one.paid[:2])
    assert np.array_equal(stopped.reached, one.reached[:2])

"""Draws depend on what they are for and on nothing else, and are as likely as they say."""

import numpy as np
import pytest

from revplan.formula.compiled import COMPILED, called
from revplan.simulate.draws import AMOUNT, SLIP, WIN, below, chances, comes_true, mix64, streams

TRIALS = 20_000_000 if COMPILED else 200_000


@called
def _count(stream, chance, first, last):
    found = np.int64(0)
    for trial in range(first, last):
        found += comes_true(mix64(stream, trial), chance)
    return found


@called
def _moments(stream, number, trials):
    total = squares = np.int64(0)
    for trial in range(trials):
        drawn = below(mix64(stream, trial), number)
        total += drawn
        squares += drawn * drawn
    return total, squares


@called
def _both(one, other, trials):
    """How often two streams are in the upper half together."""
    half, found = np.uint64(2**52), np.int64(0)
    for trial in range(trials):
        found += comes_true(mix64(one, trial), half) and comes_true(mix64(other, trial), half)
    return found


@pytest.mark.parametrize("chance", [0.03, 0.5, 0.61, 0.9])
def test_a_chance_comes_true_as_often_as_it_says(chance):
    """A bias of 0.04% of an even chance is seen: it is beyond five standard errors of so many trials."""
    trials = 10 * TRIALS
    (stream,) = streams(7, ["O-1"], WIN)
    share = _count(stream, chances([chance])[0], 0, trials) / trials
    error = (chance * (1 - chance) / trials) ** 0.5
    assert not COMPILED or 5 * error < 0.0004 * 0.5
    assert abs(share - chance) < 4.5 * error


def test_what_cannot_happen_never_does_and_what_is_certain_always():
    (stream,) = streams(7, ["O-1"], WIN)
    assert _count(stream, chances([0.0])[0], 0, 100_000) == 0
    assert _count(stream, chances([1.0])[0], 0, 100_000) == 100_000


@pytest.mark.parametrize("number", [2, 3, 20, 21])
def test_outcomes_have_the_mean_and_variance_of_the_formula(number):
    (stream,) = streams(3, ["O-2"], AMOUNT)
    total, squares = _moments(stream, number, TRIALS)
    mean, variance = (number - 1) / 2, (number**2 - 1) / 12
    assert abs(total / TRIALS - mean) < 4.5 * (variance / TRIALS) ** 0.5
    fourth = variance**2 * 3 * (3 * number**2 - 7) / (5 * (number**2 - 1))
    spread = max(fourth - variance**2, 1e-12)
    seen = squares / TRIALS - (total / TRIALS) ** 2
    assert abs(seen - variance) < 4.5 * (spread / TRIALS) ** 0.5 + 1e-6


def test_deals_lanes_and_seeds_know_nothing_of_each_other():
    first, second = streams(7, ["O-1", "O-2"], WIN)
    (lane,) = streams(7, ["O-1"], SLIP)
    (seed,) = streams(8, ["O-1"], WIN)
    error = (3 / 16 / TRIALS) ** 0.5
    for other in (second, lane, seed):
        assert abs(_both(first, other, TRIALS) / TRIALS - 0.25) < 4.5 * error


def test_a_deal_has_its_luck_whoever_else_is_there_and_however_trials_are_cut():
    assert streams(7, ["O-1", "O-2"], WIN)[1] == streams(7, ["O-2"], WIN)[0]
    (stream,) = streams(7, ["O-1"], WIN)
    (chance,) = chances([0.3])
    parts = [_count(stream, chance, at, at + 250) for at in range(0, 1000, 250)]
    assert sum(parts) == _count(stream, chance, 0, 1000)


def test_a_draw_is_the_same_on_every_machine():
    (stream,) = streams(2026, ["O-00001"], WIN)
    assert [int(mix64(stream, trial)) for trial in range(3)] == EXPECTED


EXPECTED = [198814118933163814, 4313878784157312357, 14908156626282265706]

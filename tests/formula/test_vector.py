"""Whole-number arithmetic in 64 bits: exact, or it says that a number does not fit."""

from fractions import Fraction
from random import Random

import numpy as np
import pytest

from revplan.formula import vector
from revplan.formula.curve import Curve, Line, Segment
from revplan.formula.kernels import MOST_DIVISOR, quotient, rounded
from revplan.formula.steps import ApplyTable, Formula, PassGates, Reach, Round
from revplan.money import round_half_away


def test_a_product_of_126_bits_is_divided_exactly() -> None:
    random = Random(7)
    for _ in range(20_000):
        a, b = (random.getrandbits(random.randint(1, 62)) for _ in range(2))
        d = min(random.getrandbits(random.randint(1, 61)) + 1, MOST_DIVISOR - 1)
        q, r = quotient(np.int64(a), np.int64(b), np.int64(d))
        if q < 0:
            assert a * b // d >= 2**50 - 1
        else:
            assert (q, r) == divmod(a * b, d)


@pytest.mark.parametrize("d", [2, 6, 10**6, 2**60])
def test_a_half_goes_away_from_zero(d: int) -> None:
    for n in (d // 2 - 1, d // 2, d // 2 + 1, 7 * d + d // 2):
        assert rounded(np.int64(n), np.int64(1), np.int64(d)) == round_half_away(Fraction(n, d))


def _inputs(x_n: int, x_d: int, incentive: int, gate: tuple[int, int] = (0, 0)) -> vector.Inputs:
    one = {name: np.array([value], np.int64) for name, value in
           {"x_n": x_n, "x_d": x_d, "incentive": incentive, "m_n": 0, "m_d": 0}.items()}  # fmt: skip
    gates = ((np.array([gate[0]], np.int64), np.array([gate[1]], np.int64)),)
    return vector.Inputs(**one, gates=gates, fits=np.ones(1, np.bool_))


LINEAR = Curve(1, Line(0, 0, 1), (Segment(0, Line(0, 1, 1)),))


def test_what_does_not_fit_is_said_and_never_cut() -> None:
    formula = Formula((ApplyTable(LINEAR, "incentive"), Round()))
    fitting = vector.finish_cells(formula, _inputs(10**12, 10**9, 10**9))
    assert (fitting.fits[0], fitting.payout[0]) == (True, 10**12)
    for beyond in (_inputs(2**61, 1, 2**61), _inputs(10**12, 1, 10**9), _inputs(2**62, 10**9, 1)):
        found = vector.finish_cells(formula, beyond)
        assert (found.fits[0], found.payout[0]) == (False, 0)


def test_a_table_whose_own_numbers_do_not_fit_is_declared() -> None:
    curve = Curve(1, Line(0, 0, 1), (Segment(0, Line(2**61, 1, 1)),))
    assert vector.unfit(Formula((ApplyTable(curve, "one"), Round()))) == "numbers"
    assert vector.unfit(Formula((ApplyTable(LINEAR, "one"), Round()))) == ""


def test_a_condition_too_large_to_compare_leaves_the_cell_to_others() -> None:
    gates = PassGates((Reach(0, Fraction(1, 10**6), "higher"),))
    formula = Formula((ApplyTable(LINEAR, "incentive"), Round(), gates))
    assert vector.finish_cells(formula, _inputs(1, 1, 5, (1, 10))).payout[0] == 5
    assert not vector.finish_cells(formula, _inputs(1, 1, 5, (2**61, 10))).fits[0]

"""Money: read exactly, rounded half away from zero, divided without losing a unit."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revplan.money import (
    currency_digits,
    largest_remainder,
    parse_number,
    round_half_away,
    to_major,
    to_minor,
)


@pytest.mark.parametrize(
    ("value", "rounded"),
    [(Fraction(5, 2), 3), (Fraction(-5, 2), -3), (Fraction(249, 100), 2), (Fraction(-249, 100), -2), (7, 7)],
)
def test_halves_are_rounded_away_from_zero(value: Fraction | int, rounded: int) -> None:
    assert round_half_away(value) == rounded


@pytest.mark.parametrize(
    ("text", "number"), [("8%", "0.08"), (" 112.5 % ", "1.125"), ("1_000", "1000"), (12, "12"), (0.1, "0.1")]
)
def test_numbers_of_a_plan_are_read_exactly(text: object, number: str) -> None:
    assert parse_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["1,000", "", "eight", "NaN", "Infinity", True, None])
def test_what_is_not_a_number_is_refused_with_a_sentence(text: object) -> None:
    with pytest.raises(ValueError, match="not a"):
        parse_number(text)


def test_major_and_minor_units_follow_the_currency() -> None:
    assert to_minor(Decimal("12.345"), 2) == 1235
    assert to_minor(Decimal(12), currency_digits("jpy")) == 12
    assert to_major(1235, 2) == Decimal("12.35")
    assert currency_digits("KWD") == 3


@given(
    st.integers(-(10**12), 10**12),
    st.lists(st.fractions(0, 100), min_size=1, max_size=20).filter(lambda weights: sum(weights) > 0),
)
def test_parts_add_up_and_none_is_a_unit_off_its_share(total: int, weights: list[Fraction]) -> None:
    parts = largest_remainder(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    assert all(abs(part - total * weight / whole) < 1 for part, weight in zip(parts, weights, strict=True))


def test_ties_go_to_the_earlier_position() -> None:
    assert largest_remainder(100, [1, 1, 1]) == [34, 33, 33]
    assert largest_remainder(-100, [1, 1, 1]) == [-34, -33, -33]


@pytest.mark.parametrize("weights", [[0, 0], [1, -1], [-1]])
def test_weights_that_divide_nothing_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        largest_remainder(10, weights)

"""What comes after the lines, worked out by an independent calculator: the same entries, to the cent."""

from tests.laws.naive_adjustments import differing_entries
from tests.laws.strategies import seeded_book
from tests.laws.test_laws import SWEEP, result_of


def test_an_independent_calculator_comes_to_the_same_adjustments() -> None:
    entries = 0
    for seed in SWEEP:
        assert not differing_entries(seeded_book(seed), result_of(seed)), seed
        entries += result_of(seed).adjustments.num_rows
    assert entries > 500

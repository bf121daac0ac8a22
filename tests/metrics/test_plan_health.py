"""Plan health: who stands where, and whether pay follows performance."""

import pyarrow as pa
import pytest

from revplan.metrics.plan_health import Health, Person, line_of_sight


def person(attainment: int | None, share: int, payee: str = "p") -> Person:
    """Attainment and pay share in percent."""
    return Person(payee, payee, "t", None if attainment is None else attainment * 10_000, share * 10, 1000)


def health(*people: Person, result: int | None = None) -> Health:
    return Health(people, result)


def test_near_quota_is_from_80_to_120_percent_with_both_edges():
    found = health(*(person(at, 100) for at in (79, 80, 100, 120, 121)), person(None, 50))
    assert (found.near, len(found.measured), found.reached) == (3, 5, 3)


def test_an_inversion_is_a_pair_of_whom_the_better_one_is_paid_the_smaller_share():
    found = health(person(90, 100), person(110, 80), person(120, 130), person(120, 90))
    assert found.inversions == (2, 5)


def test_pay_that_follows_attainment_has_a_correlation_of_one():
    assert health(person(50, 50), person(100, 100), person(150, 150)).follows == pytest.approx(1)
    assert health(person(50, 50), person(100, 100)).follows is None
    assert health(person(50, 70), person(100, 70), person(120, 70)).follows is None


def test_cost_is_told_against_the_result_and_leverage_by_the_best_tenth():
    found = health(*(person(100, share) for share in range(0, 210, 20)), result=110_000)
    assert found.cost_share == 100_000
    assert found.leverage == 1_800_000
    assert health(person(100, 100)).cost_share is None


def test_line_of_sight_counts_those_who_are_paid_on_one_result_together():
    rows = [
        {"payee_id": who, "team_id": team, "scope": scope, "measure": "m", "target_id": "t",
         "measured_period": "2025-Q1", "worth": worth}
        for who, team, scope, worth in (
            ("a", "x", "own", 50), ("a", "x", "shared", 50), ("b", "x", "shared", 100),
            ("c", "y", "shared", 100), ("c", "y", "team", 0), ("d", "z", "team", 10),
        )
    ]  # fmt: skip
    assert line_of_sight(pa.Table.from_pylist(rows)) == {
        "": 462_366,  # (50 + 250/3 + 10) / 310
        "x": 500_000,  # (50 + 50/3 + 100/3) / 200
        "y": 333_333,
        "z": 1_000_000,
    }

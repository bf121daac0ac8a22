"""Rate tables as curves: every kind, its ends, its edges, its jumps."""

from fractions import Fraction
from typing import Any

import pytest
from pydantic import TypeAdapter

from revplan.formula.curve import Curve, Jump
from revplan.formula.tables import curve_of
from revplan.model.plan import Table

TABLE: TypeAdapter[Table] = TypeAdapter(Table)
TIERS = [{"from": 0, "rate": "5%"}, {"from": 5000, "rate": "10%"}, {"from": 10000, "rate": "15%"}]


def curve(kind: str, **fields: Any) -> Curve:
    return curve_of(TABLE.validate_python({"kind": kind, **fields}))


def values(of: Curve, *xs: Fraction | int) -> list[Fraction]:
    return [of.value(Fraction(x)) for x in xs]


def test_marginal_pays_each_slice_at_its_own_rate() -> None:
    assert values(curve("marginal", tiers=TIERS), 5000, 11000) == [250, 900]


def test_whole_pays_everything_at_the_reached_rate() -> None:
    assert values(curve("whole", tiers=TIERS), 4999, 11000) == [Fraction("249.95"), 1650]


def test_overage_pays_all_above_at_the_reached_rate() -> None:
    tiers = [{"from": 0, "rate": "0.5"}, {"from": 1, "rate": "0.75"}, {"from": "1.25", "rate": 1}]
    assert values(curve("overage", tiers=tiers), 1, "1.25") == [Fraction("0.5"), Fraction("0.75")]  # type: ignore[arg-type]


def test_overage_with_a_second_tier_below_is_refused() -> None:
    with pytest.raises(ValueError, match="table_overage_starts_below"):
        curve("overage", tiers=[{"from": 0, "rate": 1}, {"from": "0.5", "rate": 2}])


POINTS = [{"at": 1, "pays": 10}, {"at": 2, "pays": 30}]


@pytest.mark.parametrize(
    ("before", "after", "paid"),
    [
        ("zero", "extend", [0, 10, 20, 30, 50]),
        ("flat", "flat", [10, 10, 20, 30, 30]),
        ("extend", "zero", [0, 10, 20, 0, 0]),
    ],
)
def test_a_line_says_what_it_pays_before_and_after_its_points(
    before: str, after: str, paid: list[int]
) -> None:
    line = curve("linear", points=POINTS, before_first=before, after_last=after)
    assert values(line, Fraction(1, 2), 1, Fraction(3, 2), 2, 3) == paid


def test_two_points_at_one_place_are_a_jump_that_is_named() -> None:
    line = curve(
        "linear",
        points=[{"at": 0, "pays": 0}, {"at": 1, "pays": 1}, {"at": 1, "pays": 2}, {"at": 2, "pays": 3}],
    )
    assert line.jumps() == (Jump(Fraction(1), Fraction(1), Fraction(2)),)
    assert line.value(Fraction(1)) == 2


def test_average_rates_become_amounts_joined_by_lines() -> None:
    points = [{"at": 0, "rate": 0}, {"at": 1, "rate": "10%"}, {"at": 2, "rate": "20%"}]
    assert values(curve("average_rate", points=points), 1, Fraction(3, 2), Fraction(5, 2)) == [
        Fraction(1, 10),
        Fraction(1, 4),
        Fraction(1, 2),
    ]


def test_steps_pay_the_highest_or_all_added_up() -> None:
    steps = [{"at": 6, "pays": "0.23"}, {"at": 9, "pays": "0.29"}]
    assert values(curve("steps", steps=steps), 1, 8, 10) == [0, Fraction("0.23"), Fraction("0.29")]
    assert curve("steps", steps=steps, add_up=True).value(Fraction(10)) == Fraction("0.52")


def test_an_edge_belongs_to_the_band_that_the_plan_says() -> None:
    assert curve("whole", tiers=TIERS).value(Fraction(5000)) == 500
    assert curve("whole", tiers=TIERS, edge="lower").value(Fraction(5000)) == 250


def test_a_refund_takes_back_what_the_first_band_paid_unless_the_plan_says_zero() -> None:
    assert curve("marginal", tiers=TIERS).value(Fraction(-100)) == -5
    assert curve("marginal", tiers=TIERS, on_negative="zero").value(Fraction(-100)) == 0


def test_units_scale_thresholds_rates_and_values() -> None:
    cents = curve_of(TABLE.validate_python({"kind": "marginal", "tiers": TIERS}), 100, 100)
    assert cents.value(Fraction(1_100_000)) == 90_000
    meetings = curve_of(
        TABLE.validate_python({"kind": "marginal", "tiers": [{"from": 0, "rate": 250}]}), 1_000_000, 100
    )
    assert meetings.value(Fraction(3_000_000)) == 75_000

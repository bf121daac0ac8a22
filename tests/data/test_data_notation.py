"""Notations judged over a whole column."""

from decimal import Decimal

import pytest

from revplan.data.notation import Judged, judge_date_order, judge_decimal_mark, judge_percents


@pytest.mark.parametrize(
    ("cells", "judged"),
    [
        (["1,234.50", "5"], Judged(".", "certain")),
        (["1.234,50", "5"], Judged(",", "certain")),
        (["1.234.567"], Judged(",", "certain")),
        (["1,5"], Judged(",", "certain")),
        (["0.123"], Judged(".", "certain")),
        (["$1,234", "2,500"], Judged(".", "likely")),
        (["1.234", "2.500"], Judged(",", "likely")),
        (["1.234", "2,500"], Judged(".", "likely")),
        (["1.234,50", "1.234,75", "1,234.50"], Judged(",", "mixed")),
        (["12", "abc", None, 5], Judged(".", "none")),
    ],
)
def test_decimal_mark_is_judged_over_the_whole_column(cells, judged):
    assert judge_decimal_mark(cells) == judged


def test_three_decimals_are_usual_in_fractions():
    assert judge_decimal_mark(["1.125"], few_places=False) == Judged(".", "likely")


@pytest.mark.parametrize(
    ("cells", "judged"),
    [
        (["2026-05-06"], Judged("YMD", "certain")),
        (["05/06/2026", "13/06/2026"], Judged("DMY", "certain")),
        (["05/06/2026", "05/13/2026"], Judged("MDY", "certain")),
        (["05/06/2026"], Judged("MDY", "likely")),
        (["05.06.2026"], Judged("DMY", "likely")),
        (["13/06/2026", "13/07/2026", "05/13/2026"], Judged("DMY", "mixed")),
        (["May 5, 2026", None], Judged("YMD", "none")),
    ],
)
def test_date_order_is_judged_over_the_whole_column(cells, judged):
    assert judge_date_order(cells) == judged


def test_ambiguous_dates_follow_what_is_usual_in_the_file():
    assert judge_date_order(["05/06/2026"], "DMY") == Judged("DMY", "likely")


@pytest.mark.parametrize(
    ("cells", "way"),
    [
        (["0.5", "0.25"], "marked"),
        (["50", "25"], "all"),
        (["50%", "0.25"], "marked"),
        ([80, Decimal("0.5")], "all"),
    ],
)
def test_numbers_too_large_for_a_fraction_are_percent(cells, way):
    assert judge_percents(cells, Decimal("1.5")).value == way

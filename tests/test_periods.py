"""The fiscal calendar: half-open periods, named by the year in which the fiscal year ends."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revplan.periods import MONTHS, FiscalCalendar, Grain

CALENDAR = FiscalCalendar()
FEBRUARY = FiscalCalendar(2)


def test_last_day_of_a_quarter_is_in_it_and_the_next_day_is_not() -> None:
    quarter = CALENDAR.period_of(date(2026, 3, 31), "quarter")
    assert (quarter.label, quarter.start, quarter.end) == ("2026-Q1", date(2026, 1, 1), date(2026, 4, 1))
    assert date(2026, 4, 1) not in quarter


def test_a_fiscal_year_that_starts_in_february_is_named_by_the_year_it_ends_in() -> None:
    assert FEBRUARY.period_of(date(2026, 1, 31), "year").label == "2026"
    assert FEBRUARY.period_of(date(2026, 1, 31), "quarter").label == "2026-Q4"
    assert FEBRUARY.year(2026).start == date(2025, 2, 1)


@given(
    st.integers(1, 12),
    st.dates(date(1990, 1, 1), date(2090, 1, 1)),
    st.sampled_from(["month", "quarter", "half", "year"]),
)
def test_a_label_names_the_period_it_came_from(first_month: int, day: date, grain: Grain) -> None:
    calendar = FiscalCalendar(first_month)
    period = calendar.period_of(day, grain)
    assert day in period
    assert calendar.parse(period.label) == period


@given(st.integers(1, 12), st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 900))
def test_periods_follow_each_other_without_gap_or_overlap(first_month: int, start: date, days: int) -> None:
    calendar, end = FiscalCalendar(first_month), start + timedelta(days=days)
    for grain in MONTHS:
        periods = list(calendar.periods(start, end, grain))
        assert periods[0].start <= start < periods[0].end
        assert periods[-1].start < end <= periods[-1].end
        assert all(a.end == b.start for a, b in pairwise(periods))


@pytest.mark.parametrize("label", ["", "2026-Q5", "2026-13", "Q1 2026", "26-Q1"])
def test_a_label_that_names_no_period_is_refused(label: str) -> None:
    with pytest.raises(ValueError, match=r"month|period"):
        CALENDAR.parse(label)


def test_a_fiscal_year_starts_in_a_month_of_the_year() -> None:
    with pytest.raises(ValueError, match="1 to 12"):
        FiscalCalendar(13)

"""The company's calendar: which days it works, and when in a quarter things happen."""

from datetime import date, timedelta

from revplan.periods import FiscalCalendar, Period, add_months
from sample_data.company.draw import Draw

CALENDAR = FiscalCalendar()
OPENS = date(2025, 1, 1)
AS_OF = date(2026, 10, 31)
QUARTERS = tuple(CALENDAR.periods(OPENS, date(2027, 1, 1), "quarter"))
MONTHS = tuple(CALENDAR.periods(OPENS, AS_OF, "month"))


def workday(day: date, first: date = date.min) -> date:
    """The day, or the Friday before a weekend; the Monday after when that Friday lies before `first`."""
    over = day.weekday() - 4
    if over <= 0:
        return day
    friday = day - timedelta(days=over)
    return friday if friday >= first else day + timedelta(days=3 - over)


def after(day: date, days: int) -> date:
    """The working day `days` days later (before, when negative)."""
    return workday(day + timedelta(days=days))


def a_day_in(draw: Draw, start: date, end: date) -> date:
    """A working day in [start, end)."""
    return workday(start + timedelta(days=draw.whole(0, (end - start).days - 1)), start)


def closing_day(draw: Draw, quarter: Period, start: date, end: date) -> date:
    """A day in [start, end) of the quarter on which a deal closes: the last month sees the most."""
    month = draw.weighted({0: 26.0, 1: 30.0, 2: 44.0})
    first, last = add_months(quarter.start, month), add_months(quarter.start, month + 1)
    first, last = max(first, start), min(last, end)
    return a_day_in(draw, first, last) if first < last else a_day_in(draw, start, end)


def same_day(day: date, months: int) -> date:
    """The same day of the month, `months` later; the last day where the month is too short."""
    first = add_months(day, months)
    last = add_months(first, 1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last)

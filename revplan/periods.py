"""The fiscal calendar: months, quarters, halves and years as half-open date ranges."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Grain = Literal["month", "quarter", "half", "year"]
MONTHS: dict[Grain, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True, order=True)
class Period:
    """`start` inclusive, `end` exclusive; `label` is 2026, 2026-H1, 2026-Q3 or 2026-07."""

    start: date
    end: date
    grain: Grain
    label: str

    @property
    def days(self) -> int:
        """Calendar days in the period."""
        return (self.end - self.start).days

    @property
    def last_day(self) -> date:
        """The last day in the period."""
        return self.end - timedelta(days=1)

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day < self.end


def add_months(day: date, months: int) -> date:
    """First of the month that lies `months` after the month of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def months_apart(start: date, end: date) -> int:
    """How many months the month of `end` lies after that of `start`; negative before it."""
    return (end.year - start.year) * 12 + end.month - start.month


def same_day(day: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month."""
    first = add_months(day, months)
    last = add_months(first, 1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def month_label(day: date) -> str:
    """The month of a day as a period is labelled: 2026-07."""
    return f"{day.year}-{day.month:02d}"


@dataclass(frozen=True)
class FiscalCalendar:
    """A fiscal year starts on the first day of `first_month` and is named by the year it ends in.

    With first_month = 1 that is the calendar year. Months are named by the calendar (2026-07).
    """

    first_month: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.first_month <= 12:
            raise ValueError("the first month of the fiscal year is a number from 1 to 12")

    def period_of(self, day: date, grain: Grain) -> Period:
        """The period of `grain` that contains `day`."""
        into_year = (day.month - self.first_month) % 12
        start = add_months(day, -(into_year % MONTHS[grain]))
        return self._period(start, grain)

    def periods(self, start: date, end: date, grain: Grain) -> Iterator[Period]:
        """Every period of `grain` that overlaps [start, end), in order."""
        period = self.period_of(start, grain)
        while period.start < end:
            yield period
            period = self._period(period.end, grain)

    def year(self, fiscal_year: int) -> Period:
        """The fiscal year of that name."""
        first = date(fiscal_year if self.first_month == 1 else fiscal_year - 1, self.first_month, 1)
        return self._period(first, "year")

    def parse(self, label: str) -> Period:
        """The period that a label names: 2026, 2026-H1, 2026-Q3, 2026-07. Raises ValueError."""
        match = re.fullmatch(r"(\d{4})(?:-(?:Q([1-4])|H([12])|(\d\d)))?", label.strip().upper())
        if not match:
            raise ValueError(f"{label!r} is not a period; write 2026, 2026-H1, 2026-Q3 or 2026-07")
        year, quarter, half, month = match.groups()
        if month:
            return self._period(date(int(year), int(month), 1), "month")
        start = self.year(int(year)).start
        if quarter:
            return self._period(add_months(start, 3 * (int(quarter) - 1)), "quarter")
        if half:
            return self._period(add_months(start, 6 * (int(half) - 1)), "half")
        return self._period(start, "year")

    def _period(self, start: date, grain: Grain) -> Period:
        end = add_months(start, MONTHS[grain])
        into_year = (start.month - self.first_month) % 12
        fiscal_year = add_months(start, 11 - into_year).year
        label = {
            "month": month_label(start),
            "quarter": f"{fiscal_year}-Q{into_year // 3 + 1}",
            "half": f"{fiscal_year}-H{into_year // 6 + 1}",
            "year": f"{fiscal_year}",
        }[grain]
        return Period(start, end, grain, label)

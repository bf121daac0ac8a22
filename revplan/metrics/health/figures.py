"""What a key figure is: its catalogue, its exact value and parts, and the periods it is given for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

import pyarrow as pa

from revplan.engine.duck import Session
from revplan.model.book import Company
from revplan.model.results import KPI_PARTS, KPIS
from revplan.money import MILLION, divide_half_away, round_half_away
from revplan.periods import Grain, Period, add_months

KpiUnit = Literal["money", "count", "ratio", "days", "months"]
Family = Literal["retention", "selling", "customers", "funnel", "cash", "usage", "pay"]

COMPANY = "company"
GRAINS: tuple[Grain, ...] = ("month", "quarter", "year")
TRAILING = 12
"""Months that a figure about customers or leads looks back over."""


@dataclass(frozen=True)
class Kpi:
    """A key figure. `private` ones are made of pay: only those who see everybody's pay see them."""

    id: str
    family: Family
    unit: KpiUnit
    better: Literal["higher", "lower"] = "higher"
    private: bool = False


KPIS_BY_ID: Mapping[str, Kpi] = {
    kpi.id: kpi
    for kpi in (
        Kpi("nrr", "retention", "ratio"),
        Kpi("grr", "retention", "ratio"),
        Kpi("customer_churn", "retention", "ratio", "lower"),
        Kpi("win_rate", "selling", "ratio"),
        Kpi("sales_cycle", "selling", "days", "lower"),
        Kpi("average_deal", "selling", "money"),
        Kpi("pipeline_coverage", "selling", "ratio"),
        Kpi("pipeline_velocity", "selling", "money"),
        Kpi("revenue_per_customer", "customers", "money"),
        Kpi("cac", "customers", "money", "lower"),
        Kpi("cac_payback", "customers", "months", "lower"),
        Kpi("ltv", "customers", "money"),
        Kpi("ltv_to_cac", "customers", "ratio"),
        Kpi("lead_to_mql", "funnel", "ratio"),
        Kpi("mql_to_sql", "funnel", "ratio"),
        Kpi("sql_to_opportunity", "funnel", "ratio"),
        Kpi("opportunity_to_win", "funnel", "ratio"),
        Kpi("expected_wins", "funnel", "count"),
        Kpi("days_sales_outstanding", "cash", "days", "lower"),
        Kpi("overdue_share", "cash", "ratio", "lower"),
        Kpi("adoption", "usage", "ratio"),
        Kpi("compensation_cost_of_sales", "pay", "ratio", "lower", private=True),
    )
}
"""Every key figure, in the order in which they are shown."""


@dataclass(frozen=True)
class Part:
    """A number that a figure is made of: money in minor units, all others in units of their own."""

    name: str
    unit: KpiUnit
    amount: int | Fraction


@dataclass(frozen=True)
class Figure:
    """A key figure in one period: exactly n ÷ d (money in minor units), or why there is none.

    `owner` is company or team:<id>. The figure is not defined when `reason` says why, and d is above 0
    otherwise.
    """

    kpi: str
    period: Period
    n: int
    d: int
    parts: tuple[Part, ...]
    reason: str = ""
    owner: str = COMPANY

    @property
    def value(self) -> int | None:
        """n ÷ d in minor units, or in millionths of anything but money; rounded once."""
        if self.reason:
            return None
        scale = 1 if KPIS_BY_ID[self.kpi].unit == "money" else MILLION
        return divide_half_away(self.n * scale, self.d)


def figure(
    kpi: str,
    period: Period,
    n: int,
    d: int,
    parts: Iterable[Part],
    *reasons: tuple[bool, str],
    owner: str = COMPANY,
) -> Figure:
    """A figure n ÷ d that is not defined for the first of `reasons` that holds; d must be above 0 else."""
    why = next((reason for holds, reason in reasons if holds), "")
    return Figure(kpi, period, *((0, 0) if why else (n, d)), tuple(parts), why, owner)


def count(name: str, amount: int) -> Part:
    """A part that counts rows."""
    return Part(name, "count", amount)


def money(name: str, amount: int) -> Part:
    """A part in minor units of the company's currency."""
    return Part(name, "money", amount)


def kpi_periods(company: Company) -> list[Period]:
    """The months, quarters and years that begin by the as-of date, from the fiscal year before on."""
    calendar, tomorrow = company.calendar, company.as_of + timedelta(days=1)
    year = calendar.period_of(company.as_of, "year")
    start = calendar.period_of(year.start - timedelta(days=1), "year").start
    return [period for grain in GRAINS for period in calendar.periods(start, tomorrow, grain)]


def closing_day(period: Period, company: Company) -> date:
    """The last day of the period that has been: its own, or the as-of date while it runs."""
    return min(period.last_day, company.as_of)


def bind_periods(session: Session, company: Company, periods: Sequence[Period]) -> None:
    """Make the table `kpi_periods`: (number, starts_on, closes_on), with each period's place and its days so
    far, both included."""
    day = pa.date32()
    session.bind(
        "kpi_periods",
        pa.table(
            {
                "number": pa.array(range(len(periods)), pa.int64()),
                "starts_on": pa.array([period.start for period in periods], day),
                "closes_on": pa.array([closing_day(period, company) for period in periods], day),
            }
        ),
    )


def months_in(period: Period) -> list[date]:
    """The first days of the months of a period."""
    return _months(period.start, period.end)


def trailing_months(period: Period, company: Company) -> list[date]:
    """The first days of the last 12 months that are over by the end of the period, and by the as-of date."""
    end = min(period.end, (company.as_of + timedelta(days=1)).replace(day=1))
    return _months(add_months(end, -TRAILING), end)


def _months(start: date, end: date) -> list[date]:
    found = []
    while start < end:
        found.append(start)
        start = add_months(start, 1)
    return found


def kpi_tables(figures: Iterable[Figure], company: Company) -> tuple[pa.Table, pa.Table]:
    """The tables KPIS and KPI_PARTS of the figures, by figure, owner, grain and period.

    A value beyond 18 digits is not shown as one: it is null with the reason `too_large`.
    """
    known = list(KPIS_BY_ID)
    order = sorted(
        figures,
        key=lambda f: (known.index(f.kpi), f.owner, GRAINS.index(f.period.grain), f.period.start),
    )
    rows, parts = [], []
    for one in order:
        about = {"kpi": one.kpi, "owner": one.owner, "grain": one.period.grain, "period": one.period.label}
        value, reason = one.value, one.reason
        if value is not None and abs(value) >= 2**63:
            value, reason = None, "too_large"
        rows.append(
            {
                **about,
                "period_start": one.period.start,
                "period_end": one.period.end,
                "unit": KPIS_BY_ID[one.kpi].unit,
                "value": value,
                "numerator": None if reason else str(one.n),
                "denominator": None if reason else str(one.d),
                "reason": reason,
                "status": "final" if one.period.last_day <= company.as_of else "open",
            }
        )
        parts += [
            {**about, "place": place, "part": part.name, "unit": part.unit, "amount": _stored(part)}
            for place, part in enumerate(one.parts)
        ]
    return pa.Table.from_pylist(rows, KPIS), pa.Table.from_pylist(parts, KPI_PARTS)


def _stored(part: Part) -> int | None:
    amount = round_half_away(part.amount if part.unit == "money" else part.amount * MILLION)
    return amount if abs(amount) < 2**63 else None

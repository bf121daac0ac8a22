"""How well past forecasts would have done: the book as it was known on a past day, and what came of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from revplan.model.book import Book
from revplan.model.tables import TABLES
from revplan.model.targets import Target
from revplan.rules.standing import actuals
from revplan.simulate.estimate import estimate
from revplan.simulate.figures import percentile
from revplan.simulate.future import future_of
from revplan.simulate.monte_carlo import simulate
from revplan.simulate.stakes import stakes_of

Row = dict[str, Any]

MEASURE = "won_revenue"
"""What a backtest compares."""

_KNOWN_ON: Mapping[str, tuple[str, ...]] = {
    "leads": ("created_on",),
    "touches": ("touched_on",),
    "quotes": ("quoted_on",),
    "orders": ("ordered_on",),
    "contracts": ("signed_on", "starts_on"),
    "invoices": ("invoiced_on",),
    "payments": ("paid_on",),
    "usage": ("used_on",),
    "cancellations": ("cancelled_on",),
    "adjustments": ("adjusted_on",),
    "fx_rates": ("starts_on",),
}
"""The day on which a row is known, by table: the first of these that it has."""

_LATER = {"leads": ("mql_on", "sql_on", "meeting_on")}
"""Dates that a row may get after it is known."""


def as_known(book: Book, day: date) -> Book:
    """The book as of a past day: rows of later days are gone, and deals that closed later are open.

    The data keeps no record of what was thought of a deal then, so an open deal has no stage and no chance,
    and its amount is the one known today. People and plans are those of the book.
    """
    tables = dict(book.tables)
    for name, columns in _KNOWN_ON.items():
        if name in tables:
            rows = [r for r in tables[name].to_pylist() if _first(r, columns, day) <= day]
            tables[name] = _table(name, [_without_later(r, _LATER.get(name, ()), day) for r in rows])
    if "opportunities" in tables:
        rows = [r for r in tables["opportunities"].to_pylist() if (r["created_on"] or r["closed_on"]) <= day]
        rows = [_open(r) if r["closed_on"] > day else r for r in rows]
        tables["opportunities"] = _table("opportunities", rows)
    if "scores" in tables:
        tables["scores"] = _table("scores", [r for r in tables["scores"].to_pylist() if _over(book, r, day)])
    return Book(book.company.model_copy(update={"as_of": day}), book.plans, book.targets, tables)


def _first(row: Row, columns: Iterable[str], otherwise: date) -> date:
    known: date = next((row[name] for name in columns if row[name] is not None), otherwise)
    return known


def _table(name: str, rows: list[Row]) -> pa.Table:
    return pa.Table.from_pylist(rows, TABLES[name].schema)


def _without_later(row: Row, names: Iterable[str], day: date) -> Row:
    return row | {name: None for name in names if row[name] is not None and row[name] > day}


def _open(row: Row) -> Row:
    return row | {"outcome": "open", "stage": None, "probability": None, "forecast_category": None}


def _over(book: Book, row: Row, day: date) -> bool:
    try:
        return book.company.calendar.parse(row["period"]).last_day <= day
    except ValueError:
        return True


@dataclass(frozen=True)
class Tested:
    """What a past day's forecast said of a team's won revenue in a month, and what it was (minor units)."""

    as_of: date
    team: str
    month: date
    p10: int
    p50: int
    p90: int
    actual: int

    @property
    def inside(self) -> bool:
        """Whether the actual lies from P10 to P90, both included."""
        return self.p10 <= self.actual <= self.p90


def backtest(book: Book, days: Iterable[date], *, trials: int = 1_000, seed: int = 1) -> list[Tested]:
    """Won revenue by team and month up to the end of each past day's fiscal year, as it was forecast and as
    it came.

    A forecast sees nothing of the time after its day: chances, days and spreads are those of history, as no
    record says what was thought then. Only the amounts of deals that were open are those known today.
    """
    found: list[Tested] = []
    for day in days:
        known = as_known(book, day)
        forecast = estimate(known, as_entered=False)
        watched = known.with_plans(()).with_targets((_watched(known, forecast.until.year - 1),))
        result = simulate(stakes_of(future_of(watched, forecast), "backtest"), trials, seed)
        for number, each in enumerate(result.stakes.reached):
            if each.owner == "company" or each.end > forecast.until:
                continue
            drawn = result.reached[:, number]
            p10, p50, p90 = (percentile(drawn, percent) for percent in (10, 50, 90))
            month = book.company.calendar.period_of(each.start, "month")
            (actual,) = actuals(book.with_plans(()), MEASURE, [month], each.owner)
            team = each.owner.partition(":")[2]
            found.append(Tested(day, team, each.start, p10, p50, p90, actual or 0))
    return found


def inside(tested: Iterable[Tested]) -> float:
    """The share of actuals within the band; a good forecast has four in five."""
    rows = list(tested)
    return sum(each.inside for each in rows) / len(rows)


def _watched(book: Book, first_year: int) -> Target:
    """A target by month of every team, so that trials say what each of them wins in each month."""
    years = [{"year": year, "total": 12_000} for year in range(first_year, first_year + 3)]
    portions = [{"owner": f"team:{team.id}", "of": "company", "share": "0.01"} for team in book.company.teams]
    said = {"id": "watched", "name": "Watched", "measure": MEASURE, "grain": "month"}
    return Target.model_validate(said | {"year": years, "portion": portions})

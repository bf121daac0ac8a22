"""Where the company, its teams and its people stand: the figures that Home and Attainment share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow.compute as pc

from revplan.access import Scope
from revplan.metrics import alignment
from revplan.metrics.alignment import Window, ratio
from revplan.model.book import Book
from revplan.model.results import RunResult, Unit
from revplan.rules.covered import covered
from revplan.service.workspace import scoped

COMPANY = "company"


TODAY = "volume"
"""The plan set that stands for how people are paid today: what is shown first, when the book has it."""


@dataclass(frozen=True)
class Reached:
    """What was to be reached and what was, in the measure's stored unit; attainment in millionths."""

    target: int | None
    actual: int | None
    attainment: int | None


@dataclass(frozen=True)
class Standing:
    """A target, or a portion of it, in one of its periods and in the fiscal year up to that one's end.

    `owner` is company, team:<id> or payee:<id>. A ratio does not add up: its year to date is its latest
    value. `status` is final, or open while the period runs; `shared_with` are ids of teams.
    """

    target_id: str
    name: str
    measure: str
    unit: Unit
    owner: str
    team_id: str
    payee_id: str
    label: str
    period: Reached
    to_date: Reached
    status: str
    shared_with: tuple[str, ...]


@dataclass(frozen=True)
class Earned:
    """Pay beside what 100% would have paid, in minor units, and the attainment of what the plan counts
    (millionths, None when not defined)."""

    payout: int = 0
    target_pay: int = 0
    attainment: int | None = None

    @property
    def share(self) -> int | None:
        """payout ÷ target pay in millionths; None without target pay."""
        return ratio(self.payout, self.target_pay)


def plan_set_of(book: Book, asked: str = "") -> str:
    """The plan set asked for when the book has it, else today's, else the first one; "" without any."""
    sets = book.plan_sets()
    return next((name for name in (asked, TODAY, *sets) if name in sets), "")


def main_target(run: RunResult) -> str:
    """The company target that teams are measured against; "" when there is none."""
    return alignment.shared_target(run.standings)


def target_windows(book: Book, run: RunResult) -> tuple[Window, ...]:
    """The periods of the main target that have begun, in order; none without such a target."""
    return alignment.company_windows(run.standings, main_target(run), book.company.calendar)


def windows_of(book: Book, run: RunResult) -> tuple[Window, ...]:
    """The periods of the main target that have begun; without one, the quarters in which pay falls.

    Windows without a target have target and actual 0 and no attainment.
    """
    calendar, as_of = book.company.calendar, book.company.as_of
    found = target_windows(book, run)
    if found or not run.lines.num_rows:
        return found
    first = pc.min(run.lines["period_start"]).as_py()
    return tuple(
        Window(period.label, period.start, period.end, 0, 0, None, period.end <= as_of + timedelta(days=1))
        for period in calendar.periods(first, as_of + timedelta(days=1), "quarter")
    )


def year_of(book: Book, windows: Sequence[Window], label: str) -> tuple[Window, ...]:
    """The windows of the same fiscal year up to and including `label`."""
    chosen = next(window for window in windows if window.label == label)
    year = book.company.calendar.period_of(chosen.start, "year")
    return tuple(w for w in windows if year.start <= w.start <= chosen.start)


def standings(book: Book, run: RunResult, scope: Scope, window: Window) -> tuple[Standing, ...]:
    """Every target's company row and the portions in the scope, as they stand in the window.

    A target of a longer grain than the window stands in the period that contains the window's last day.
    """
    last_day = min(window.end - timedelta(days=1), book.company.as_of)
    rows = [row for row in scoped(run.standings, scope).to_pylist() if row["status"] != "future"]
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["target_id"], row["owner"]), []).append(row)
    found = [_standing(book, group, window, last_day) for group in groups.values()]
    return tuple(standing for standing in found if standing is not None)


def _standing(book: Book, rows: list[dict[str, Any]], window: Window, last_day: date) -> Standing | None:
    year = book.company.calendar.period_of(last_day, "year")
    current = [row for row in rows if row["period_start"] <= last_day < row["period_end"]]
    inside = [r for r in rows if window.start <= r["period_start"] and r["period_end"] <= window.end]
    this_year = [r for r in rows if year.start <= r["period_start"] <= last_day]
    if not current:
        return None
    row = current[0]
    ratios = row["unit"] == "ratio"
    return Standing(
        target_id=str(row["target_id"]),
        name=str(row["target_name"]),
        measure=str(row["measure"]),
        unit=row["unit"],
        owner=str(row["owner"]),
        team_id=str(row["team_id"] or ""),
        payee_id=str(row["payee_id"] or ""),
        label=window.label if len(inside) > 1 else str(row["period"]),
        period=_added([row] if ratios or len(inside) < 2 else inside),
        to_date=_added([row] if ratios else this_year),
        status=str(row["status"]),
        shared_with=tuple(row["shared_with"] or ()),
    )


def _added(rows: Sequence[dict[str, Any]]) -> Reached:
    """Rows of one target added up; a single row keeps its own attainment."""
    if len(rows) == 1:
        row = rows[0]
        return Reached(row["target"], row["actual"], row["attainment"])
    target = sum(row["target"] or 0 for row in rows)
    actual = sum(row["actual"] or 0 for row in rows)
    return Reached(target, actual, ratio(actual, target))


def earned(
    book: Book, run: RunResult, scope: Scope, windows: Sequence[Window], keys: Sequence[str]
) -> dict[tuple[str, ...], Earned]:
    """Pay, target pay and attainment by `keys` (window, team_id, payee_id) of the rows in the scope.

    A line belongs to the window that holds the last day of its payment period. A key is there when it is
    paid under the plan set, be it 0.
    """
    calendar = book.company.calendar
    lines = alignment.placed(scoped(run.lines, scope), windows)
    on_plans = scoped(covered(book, [run.plan_set]), scope)
    at_target = alignment.target_pay(on_plans, windows, calendar, book.company.as_of)
    attained = alignment.measure_attainment(alignment.weigh(lines, at_target, calendar), keys)
    paid, whole = (
        {tuple(row[key] for key in keys): row[amount] for row in summed.to_pylist()}
        for amount, summed in (
            ("payout", alignment.total_by(lines, keys, "payout")),
            ("target_pay", alignment.total_by(at_target, keys, "target_pay")),
        )
    )
    return {key: Earned(paid[key], whole.get(key, 0), attained.get(key)) for key in sorted(paid)}

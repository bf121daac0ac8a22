"""Scores that people enter: which goals of whom a period has, entering them, and what was entered before."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pyarrow.compute as pc

from revplan.access import AccessDenied, Viewer, require
from revplan.issues import Issue, Where
from revplan.model.book import Book
from revplan.model.tables import TABLES
from revplan.periods import Grain, Period
from revplan.rules.cells import counted_of
from revplan.rules.people import spans, stints
from revplan.service import workspace
from revplan.service.people import people
from revplan.service.refused import Refused
from revplan.service.uploads import Accepted, enter_rows, typed_rows, write_once
from revplan.service.workspace import Workspace
from revplan.store import batches as store
from revplan.store.records import Stale

SPEC = TABLES["scores"]
HIGHEST = 10_000_000
"""1,000%, in millionths: more is a percentage typed as a share."""
PERIODS = 8
"""So many periods of each grain are offered, the running one included."""


@dataclass(frozen=True)
class ScoreRow:
    """One goal of one person in a period; `score` in millionths, None while nobody entered it."""

    payee_id: str
    payee_name: str
    team_id: str
    kpi: str
    score: int | None
    entered_by: str


@dataclass(frozen=True)
class ScoreSheet:
    """The goals of a team (or, for planners, of everybody) in a period, by person and goal.

    `closed_until` is the last day of closed months where the period is closed: its scores are for planners
    alone then, and what changes is trued up. `may_write` says whether this viewer may enter them.
    """

    period: str
    team_id: str
    rows: tuple[ScoreRow, ...]
    closed_until: date | None
    may_write: bool


@dataclass(frozen=True)
class Entered:
    """A score as it was once entered."""

    at: datetime
    by: str
    payee_name: str
    kpi: str
    score: int
    rolled_back: bool


def score_periods(viewer: Viewer) -> tuple[str, ...]:
    """The periods for which goals can be scored, the newest first; empty where no plan counts a score."""
    require(viewer, "cro", "finance", "lead")
    book = workspace.current().book()
    grains = {goal.grain for goal in _goals(book) if _enters_for(viewer, goal.team_id, goal.payee_id)}
    calendar, found = book.company.calendar, []
    for grain in grains:
        day = book.company.as_of
        for _number in range(PERIODS):
            period = calendar.period_of(day, grain)
            found.append(period)
            day = period.start - timedelta(days=1)
    found.sort(key=lambda period: (period.end, period.start), reverse=True)
    return tuple(period.label for period in found)


def score_sheet(viewer: Viewer, period: str, team_id: str = "") -> ScoreSheet:
    """The goals of a period, with the scores that count now.

    A lead's sheet is that of the own team, without the lead, whose own scores planners enter; planners have
    all teams, or one. Raises ValueError for what is no period.
    """
    require(viewer, "cro", "finance", "lead")
    here = workspace.current()
    book = here.book()
    when = book.company.calendar.parse(period)
    team = viewer.team_id if viewer.role == "lead" else team_id
    found = {}
    for row in book.tables["scores"].to_pylist():
        if row["period"] == when.label:
            found[row["payee_id"], row["kpi"]] = row
    teams, rows = _teams_in(book, when), []
    goals = (goal for goal in _goals(book) if goal.grain == when.grain)
    now = {(goal.payee_id, goal.kpi) for goal in goals if goal.start < when.end and goal.end > when.start}
    for payee, kpi in now:
        member_of, name = teams[payee]
        if _enters_for(viewer, member_of, payee) and team in ("", member_of):
            kept = found.get((payee, kpi))
            score, by = (kept["score"], kept["entered_by"] or "") if kept else (None, "")
            rows.append(ScoreRow(payee, name, member_of, kpi, score, by))
    rows.sort(key=lambda row: (row.team_id, row.payee_name, row.payee_id, row.kpi))
    here.log_access(viewer, f"scores of {when.label}: {team or 'everyone'}")
    closed = closed_until(book)
    is_closed = closed is not None and closed >= when.last_day
    may_write = bool(rows) and (viewer.role != "lead" or not is_closed)
    return ScoreSheet(when.label, team, tuple(rows), closed if is_closed else None, may_write)


def save_scores(viewer: Viewer, sheet: ScoreSheet, scores: Sequence[int | None]) -> Accepted | None:
    """Let what was typed over a sheet count: `scores` in millionths, one for each of its rows.

    Changed ones are kept as a batch, like an upload; None when there are none. Raises Refused, with an issue
    for each score that cannot be; Stale when somebody changed one of these meanwhile; AccessDenied for a
    sheet that the viewer may not write.
    """
    require(viewer, "cro", "finance", "lead")
    here = workspace.current()
    with here.writing:
        now = score_sheet(viewer, sheet.period, sheet.team_id)
        if not now.may_write or len(scores) != len(sheet.rows):
            raise AccessDenied(viewer.role)
        changed = [(row, score) for row, score in zip(sheet.rows, scores, strict=True) if score != row.score]
        mine = {(row.payee_id, row.kpi): row for row in now.rows}
        for row, _score in changed:
            known = mine.get((row.payee_id, row.kpi))
            if known is None:
                raise AccessDenied(viewer.role)
            if known.score != row.score:
                raise Stale("scores", 0, 0, *_last(here))
        if issues := [issue for row, score in changed if (issue := _wrong(row, score))]:
            raise Refused(*issues)
        if not changed:
            return None
        author = _author(viewer, here.book())
        rows = [
            {
                "payee_id": row.payee_id,
                "kpi": row.kpi,
                "period": sheet.period,
                "score": score,
                "entered_by": author,
            }
            for row, score in changed
        ]
        name = " ".join(filter(None, ["scores", sheet.period, sheet.team_id]))
        upload = typed_rows(SPEC, rows, f"{name}.csv", here.book().company)
        return write_once(here, lambda connection: enter_rows(here, connection, upload, viewer))


def entered(viewer: Viewer, sheet: ScoreSheet) -> tuple[Entered, ...]:
    """Every score that was ever entered for what the viewer sees of a sheet, the newest first."""
    require(viewer, "cro", "finance", "lead")
    here = workspace.current()
    seen = score_sheet(viewer, sheet.period, sheet.team_id)
    names = {(row.payee_id, row.kpi): row.payee_name for row in seen.rows}
    with here.records.read() as connection:
        batches = [batch for batch in store.list_batches(connection) if batch.table_name == SPEC.name]
    found = []
    for batch in batches:
        table = SPEC.fitted(here.snapshots.read_table(batch.accepted_key))
        for row in table.filter(pc.equal(table["period"], sheet.period)).to_pylist():
            if name := names.get((row["payee_id"], row["kpi"])):
                by = row["entered_by"] or batch.accepted_by
                undone = batch.rolled_back_at is not None
                found.append(Entered(batch.accepted_at, by, name, row["kpi"], row["score"], undone))
    return tuple(reversed(found))


def closed_until(book: Book) -> date | None:
    """The last day that any plan set has closed; None where nothing is closed."""
    return max((close.end - timedelta(days=1) for close in book.closes), default=None)


# ---------------------------------------------------------------- parts


@dataclass(frozen=True)
class _Goal:
    """A goal that somebody's plan counts, from `start` to `end` (exclusive), scored once a `grain`."""

    payee_id: str
    team_id: str
    kpi: str
    grain: Grain
    start: date
    end: date


def _goals(book: Book) -> Iterator[_Goal]:
    """Every goal that a plan version counts, in each plan set, for each grain it is scored in: those of the
    scores that are there, else the grain in which it pays."""
    roster, scored = stints(book), _grains(book)
    for plan_set in book.plan_sets():
        for span in spans(book, plan_set, roster):
            for component in span.plan.components:
                for _name, counted in counted_of(component):
                    if counted.measure.startswith("score:"):
                        kpi = counted.measure.removeprefix("score:")
                        for grain in scored.get(kpi) or {component.paid_per or component.measured_per}:
                            yield _Goal(
                                span.stint.payee_id, span.stint.team_id, kpi, grain, span.start, span.end
                            )


def _grains(book: Book) -> dict[str, set[Grain]]:
    """The grains of the scores that are there, by goal."""
    table = book.tables[SPEC.name]
    found: dict[str, set[Grain]] = {}
    for kpi, label in set(zip(table["kpi"].to_pylist(), table["period"].to_pylist(), strict=True)):
        with contextlib.suppress(ValueError):  # a period that cannot be read is told of by the checks
            found.setdefault(kpi, set()).add(book.company.calendar.parse(label).grain)
    return found


def _teams_in(book: Book, period: Period) -> dict[str, tuple[str, str]]:
    """Each payee's team, and name, on the last day of the period on which there is one."""
    return {
        stint.payee_id: (stint.team_id, stint.name)
        for stint in stints(book)
        if stint.start < period.end and stint.end > period.start
    }


def _enters_for(viewer: Viewer, team_id: str, payee_id: str) -> bool:
    """A lead for the own team but not for the own person, planners for everybody."""
    if viewer.role == "lead":
        return bool(team_id) and team_id == viewer.team_id and payee_id != viewer.payee_id
    return viewer.role in ("cro", "finance")


def _wrong(row: ScoreRow, score: int | None) -> Issue | None:
    """What is wrong with a score that was typed; None when it may count."""
    where = Where(table=SPEC.name, column="score")
    said: dict[str, str | int] = {"who": row.payee_name, "measure": f"score:{row.kpi}"}
    if score is None:
        return Issue("score.taken_out", "error", where, said)
    if not 0 <= score <= HIGHEST:
        return Issue("score.out_of_range", "error", where, {**said, "score_share": score})
    return None


def _last(here: Workspace) -> tuple[str, datetime | None]:
    """Who entered scores last, and when."""
    with here.records.read() as connection:
        batches = [batch for batch in store.list_batches(connection) if batch.table_name == SPEC.name]
    return (batches[-1].accepted_by, batches[-1].accepted_at) if batches else ("", None)


def _author(viewer: Viewer, book: Book) -> str:
    """Who enters them, as it stands in the table: a lead by name, planners by role."""
    return people(book).payees.get(viewer.payee_id) or viewer.name

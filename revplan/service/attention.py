"""What needs attention: problems of a run, lines of 0 that somebody can put right, targets missing."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pyarrow.compute as pc

from revplan.access import Scope
from revplan.issues import Issue, Severity, Where
from revplan.metrics import alignment
from revplan.metrics.alignment import Window
from revplan.model.book import Book
from revplan.model.results import RunResult
from revplan.service import rejected, standing
from revplan.service.workspace import Workspace, scoped
from revplan.store import batches

WORTH_ACTING_ON = {
    "no_quota": "Targets",
    "zero_quota": "Targets",
    "no_target": "Targets",
    "no_incentive": "Data",
    "no_score": "Scores",
}
"""Reasons of a line of 0 that come from something missing, and the page where it is put right."""


@dataclass(frozen=True)
class Attention:
    """Something to look at: an issue, how many more there are of its kind, and where to go ("" nowhere)."""

    issue: Issue
    more: int = 0
    page: str = ""


def attention(
    book: Book, run: RunResult, scope: Scope, windows: Sequence[Window], window: Window, *, planner: bool
) -> tuple[Attention, ...]:
    """What the viewer should look at, worst first. Problems of the whole book are for planners only."""
    found = _zero_lines(run, scope, window)
    if planner:
        found += grouped(run.issues) + _missing_targets(book, run, windows)
        found += _paid_while_missing(run, windows) + _unattributed(run, window)
    return tuple(sorted(found, key=lambda item: item.issue.sort_key))


def rejected_uploads(opened: Workspace) -> tuple[Attention, ...]:
    """Uploads with rows that could not be read and still wait to be put right, the newest first."""
    with opened.records.read() as connection:
        known = batches.list_batches(connection)
    return tuple(
        _note("home.rejected_rows", "warning", "Data", Where(file=batch.file_name), rows=left)
        for batch, left in reversed(rejected.waiting(opened, known))
    )


def grouped(issues: Iterable[Issue]) -> list[Attention]:
    """Issues, worst first, one for each code and severity with the number of the others."""
    groups: dict[tuple[str, str], list[Issue]] = {}
    for issue in sorted(issues, key=lambda issue: issue.sort_key):
        groups.setdefault((issue.code, issue.severity), []).append(issue)
    return [Attention(group[0], len(group) - 1, _page(group[0])) for group in groups.values()]


def _page(issue: Issue) -> str:
    where = issue.where
    return "Targets" if where.target else "Plans" if where.plan or where.component else "Data"


def _zero_lines(run: RunResult, scope: Scope, window: Window) -> list[Attention]:
    """People who are paid nothing in the window because something is missing, by reason."""
    lines = alignment.placed(scoped(run.lines, scope), [window])
    people: dict[str, set[str]] = {}
    for row in lines.select(["reason", "payee_name"]).to_pylist():
        if row["reason"] in WORTH_ACTING_ON:
            people.setdefault(row["reason"], set()).add(row["payee_name"])
    return [
        _note(f"home.{reason}", "warning", WORTH_ACTING_ON[reason], people=len(names), example=min(names))
        for reason, names in sorted(people.items())
    ]


def _missing_targets(book: Book, run: RunResult, windows: Sequence[Window]) -> list[Attention]:
    """The main target has no amount for the period after the one that runs at as_of."""
    target_id = standing.main_target(run)
    if not target_id or not windows:
        return [_note("home.no_shared_target", "warning", "Targets")] if book.targets or windows else []
    last = windows[-1]
    following = book.company.calendar.period_of(last.end, "quarter")
    rows = run.standings.filter(pc.equal(run.standings["target_id"], target_id)).to_pylist()
    covered = any(
        row["owner"] == standing.COMPANY
        and row["period_start"] < following.end
        and row["period_end"] > last.end
        for row in rows
    )
    if covered or last.end - book.company.as_of > timedelta(days=92):
        return []
    return [_note("home.next_target_missing", "warning", "Targets", period=following.label)]


def _paid_while_missing(run: RunResult, windows: Sequence[Window]) -> list[Attention]:
    """Pay of finished periods in which the company missed its target."""
    missed = [window for window in windows if window.missed]
    if not missed:
        return []
    lines = alignment.placed(run.lines, missed)
    paid = pc.sum(lines["payout"]).as_py() or 0
    if paid <= 0:
        return []
    return [_note("home.paid_while_missing", "note", "Compare", periods=len(missed), paid_amount=paid)]


def _unattributed(run: RunResult, window: Window) -> list[Attention]:
    """Credit of the window that nobody is credited with, by measure."""
    credits = run.credits.filter(pc.equal(run.credits["payee_id"], ""))
    deals: Counter[str] = Counter()
    for row in credits.select(["measure", "on_date"]).to_pylist():
        if window.start <= row["on_date"] < window.end:
            deals[row["measure"]] += 1
    return [
        _note("home.unattributed", "note", "Data", measure=measure, number=number, period=window.label)
        for measure, number in sorted(deals.items())
    ]


def _note(
    code: str, severity: Severity, page: str, where: Where | None = None, /, **parameters: str | int
) -> Attention:
    return Attention(Issue(code, severity, where or Where(), parameters), 0, page)

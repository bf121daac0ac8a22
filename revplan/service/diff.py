"""What changed between two calculations of a plan set: which lines moved, and which inputs moved each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from revplan.access import AccessDenied, Viewer
from revplan.data.book_folder import zone_of
from revplan.issues import Issue
from revplan.model.book import Book
from revplan.model.closes import Close
from revplan.model.results import ADJUSTMENTS, RunResult
from revplan.report.explanations import deal_names
from revplan.rules.close.kept import as_run, closed_of
from revplan.rules.explain.diff import Moved, moved_lines
from revplan.rules.explain.diff_deals import MovedDeal, moved_deals
from revplan.service import workspace
from revplan.service.close_steps import Stretch
from revplan.service.closes import close_now, kept_close, kept_stretches, read_ledger
from revplan.service.once import Once
from revplan.service.refused import Refused
from revplan.service.workspace import Workspace
from revplan.store import batches
from revplan.words.table_words import Terms, terms_for

Kind = Literal["data", "submission", "plans", "closed"]


@dataclass(frozen=True)
class Since:
    """What figures are compared with: the data at a `position` of its history; what was submitted for the
    period on its way; another `plan_set`; or closed periods, with what they would pay now."""

    kind: Kind
    position: int = 0
    plan_set: str = ""


@dataclass(frozen=True)
class Earlier:
    """The data before an upload (or a rollback): `position` in its history, what came then, and when."""

    position: int
    came: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class Changes:
    """Lines and adjustments that are not the same, as far as the viewer sees them; `terms` names things."""

    since: Since
    moved: tuple[Moved, ...]
    terms: Terms


@dataclass(frozen=True)
class NamedDeal:
    """A deal that moved a line, with the name people know it by."""

    name: str
    deal: MovedDeal


@dataclass(frozen=True)
class _Sides:
    """Two runs, each with the book it came from."""

    book_a: Book
    a: RunResult
    book_b: Book
    b: RunResult
    moved: tuple[Moved, ...]


_found: Once[_Sides] = Once(6)


def since_data(viewer: Viewer, plan_set: str, position: int) -> tuple[Moved, ...]:
    """The viewer's lines that pay something else now than with the data at `position` of its history, by the
    plans and targets as they stand now.

    Raises KeyError for a plan set or a position that is not there.
    """
    return changes(viewer, plan_set, Since("data", position)).moved


def changes(viewer: Viewer, plan_set: str, since: Since) -> Changes:
    """What is not the same now as `since`, the viewer's own lines only.

    Raises AccessDenied without a role, and for a payee who asks about what was submitted; KeyError for what
    is not there to compare with; Refused where what was submitted could not be submitted now.
    """
    here = workspace.current()
    book, scope = here.book(), here.scope(viewer)
    sides = _sides(here, viewer, plan_set, since)
    here.log_access(viewer, f"what changed in {plan_set} since {_what(since)}")
    mine = tuple(one for one in sides.moved if scope.sees(one.team_id, one.payee_id))
    return Changes(since, mine, terms_for(book.company, book.targets, book.plans))


def deals(viewer: Viewer, plan_set: str, since: Since, moved: Moved) -> tuple[NamedDeal, ...]:
    """The deals that moved a line of `changes`, the largest move first. AccessDenied for a line that the
    viewer does not see."""
    here = workspace.current()
    if not here.scope(viewer).sees(moved.team_id, moved.payee_id):
        raise AccessDenied(viewer.role)
    sides = _sides(here, viewer, plan_set, since)
    found = moved_deals(sides.a, sides.b, moved)
    names: dict[str, str] = {}
    for book in (sides.book_a, sides.book_b):
        names |= deal_names(book, [deal.opportunity_id for deal in found])
    return tuple(
        NamedDeal(names.get(deal.opportunity_id) or deal.opportunity_id or deal.transaction_id, deal)
        for deal in found
    )


def earlier_data(viewer: Viewer) -> tuple[Earlier, ...]:
    """States of the data to compare with, the newest first: each is what there was before something came.

    What came is named by its files; for planners only, others are told when.
    """
    if viewer.role == "none":
        raise AccessDenied(viewer.role)
    here = workspace.current()
    with here.records.read() as connection:
        history = batches.data_history(connection)
        files = {batch.batch_id: batch.file_name for batch in batches.list_batches(connection)}
    found = []
    for snapshot in history:
        if snapshot.position > 1 and snapshot.moved_at is not None:
            named = [files[word] for word in snapshot.reason.split() if word in files]
            came = tuple(named) if viewer.role in ("cro", "finance") else ()
            found.append(Earlier(snapshot.position - 1, came, snapshot.moved_at))
    return tuple(found)


def yesterday(earlier: Sequence[Earlier]) -> int:
    """The position of the data as they stood before the first thing that came today (in the company's time
    zone), or, on a day without any, before the last thing that came. `earlier` is not empty."""
    here = workspace.current()
    zone = zone_of(here.book().company)
    of_today = [state.position for state in earlier if state.at.astimezone(zone).date() == here.today()]
    return min(of_today) if of_today else earlier[0].position


def kinds(viewer: Viewer, plan_set: str) -> frozenset[Kind]:
    """What there is to compare with besides data and other plans."""
    ledger = read_ledger(workspace.current(), plan_set)
    found: set[Kind] = {"closed"} if ledger.closed else set()
    if ledger.going and viewer.role not in ("payee", "none"):
        found.add("submission")
    return frozenset(found)


def _what(since: Since) -> str:
    return {"data": f"data {since.position}", "plans": f"plan set {since.plan_set}"}.get(
        since.kind, since.kind
    )


# ---------------------------------------------------------------- the two sides


def _sides(here: Workspace, viewer: Viewer, plan_set: str, since: Since) -> _Sides:
    if viewer.role == "none" or (viewer.role == "payee" and since.kind == "submission"):
        raise AccessDenied(viewer.role)
    book, key = here.book_and_key()
    if plan_set not in book.plan_sets():
        raise KeyError(plan_set)
    going = read_ledger(here, plan_set).position if since.kind == "submission" else 0
    return _found.get((key, plan_set, since, going), lambda: _compared(here, book, plan_set, since))


def _compared(here: Workspace, book: Book, plan_set: str, since: Since) -> _Sides:
    match since.kind:
        case "data":
            earlier = here.book_with_data(_snapshot(here, since.position))
            sides = earlier, _run(earlier, plan_set), book, here.run(plan_set)
        case "plans":
            if since.plan_set not in book.plan_sets():
                raise KeyError(since.plan_set)
            sides = book, here.run(since.plan_set), book, here.run(plan_set)
        case "submission":
            sides = _submission(here, book, plan_set)
        case "closed":
            sides = _closed(book, plan_set)
    moved = moved_lines(*sides)
    if since.kind == "closed":  # what closed months were trued up by is no change of theirs
        moved = tuple(one for one in moved if not one.entry)
    return _Sides(*sides, moved)


def _run(book: Book, plan_set: str) -> RunResult:
    from revplan.rules.run import run  # loads the engine: only when something is to be calculated

    return run(book, plan_set)


def _snapshot(here: Workspace, position: int) -> batches.DataSnapshot:
    with here.records.read() as connection:
        return {one.position: one for one in batches.data_history(connection)}[position]


def _submission(here: Workspace, book: Book, plan_set: str) -> tuple[Book, RunResult, Book, RunResult]:
    """What was submitted, by the plans of then, and what would be submitted now."""
    stretches = kept_stretches(here, read_ledger(here, plan_set))
    if not stretches or stretches[-1].state not in ("submitted", "approved"):
        raise KeyError("nothing is submitted")
    stretch: Stretch = stretches[-1]
    then, now = kept_close(here, stretch), close_now(here, plan_set, stretch.end, "")
    if isinstance(now, Issue):
        raise Refused(now)
    if then is None:
        raise KeyError(stretch.through)
    versions = {(plan.id, plan.version): plan for plan in book.plans}
    versions |= {(plan.id, plan.version): plan for plan in then.plans}
    earlier = replace(book, plans=tuple(versions.values()))
    return earlier, _of_close(earlier, then), book, _of_close(book, now)


def _of_close(book: Book, close: Close) -> RunResult:
    return as_run(book, close.plan_set, close.lines, close.inputs, close.adjustments, close.parts)


def _closed(book: Book, plan_set: str) -> tuple[Book, RunResult, Book, RunResult]:
    """What closed periods paid, and what they would pay now."""
    closed = closed_of(book, plan_set)
    if closed is None:
        raise KeyError("nothing is closed")
    free = replace(book, closes=tuple(close for close in book.closes if close.plan_set != plan_set))
    now = _run(free, plan_set)
    lines = now.lines.filter(pc.less_equal(now.lines["period_end"], closed.end))
    nothing = ADJUSTMENTS.empty_table()
    kept = pc.is_in(now.parts["line_id"], value_set=pa.array(lines["line_id"].to_pylist(), pa.int64()))
    then = as_run(book, plan_set, closed.lines, closed.inputs, nothing, closed.parts)
    return book, then, free, as_run(free, plan_set, lines, now.inputs, nothing, now.parts.filter(kept))

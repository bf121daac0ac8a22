"""Period close as each role sees it: how far each period is, what would be closed, what stands in the way."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pyarrow.compute as pc

from revplan.access import AccessDenied, Viewer
from revplan.issues import Issue
from revplan.model.book import Book
from revplan.model.closes import Close
from revplan.model.results import RunResult
from revplan.periods import add_months, month_label
from revplan.rules.close.kept import changed_plans, close_of
from revplan.service import data, workspace
from revplan.service.close_figures import Figures, figures
from revplan.service.close_steps import Action, Ledger, Stretch, fold, may
from revplan.service.workspace import Workspace
from revplan.store import closes as store
from revplan.store.closes import CloseStep


@dataclass(frozen=True)
class Closing:
    """The closes of a plan set, and one stretch of months in full.

    `stretches` are oldest first; `shown` is one of them (None where nothing can be closed yet), `choices` the
    months through which the open one may be closed. `figures` and `issues` are only for those who see pay.
    `position` and `seen` (the book's fingerprint) go back with what the viewer does.
    """

    plan_set: str
    stretches: tuple[Stretch, ...]
    shown: Stretch | None
    choices: tuple[str, ...]
    position: int
    seen: str
    may: frozenset[Action]
    sent_back: CloseStep | None
    figures: Figures | None
    issues: tuple[Issue, ...]
    currency: str
    digits: int

    @property
    def blocked(self) -> bool:
        """Whether something stands in the way."""
        return any(issue.severity == "error" for issue in self.issues)


def closing(viewer: Viewer, plan_set: str, through: str = "") -> Closing:
    """The closes of a plan set; in full the stretch that ends with the month `through` (2026-07), else the
    one on its way, else the one that can be closed next, else the last one closed.

    A payee sees how far each period is, a lead the own team's figures besides, planners everything.
    Raises AccessDenied without a role, and KeyError for a plan set that is not in the book.
    """
    if viewer.role == "none":
        raise AccessDenied(viewer.role)
    here = workspace.current()
    book, seen = here.book_and_key()
    if plan_set not in book.plan_sets():
        raise KeyError(plan_set)
    ledger = read_ledger(here, plan_set)
    stretches = kept_stretches(here, ledger)
    choices: tuple[str, ...] = ()
    if viewer.role != "payee" and not ledger.going:
        run = here.run(plan_set)
        first = _first_open(run, ledger)
        choices = _finished(book, run, first)
        if choices:
            chosen = through if through in choices else choices[0] if ledger.closed else choices[-1]
            stretches = (*stretches, Stretch(first, _end(book, chosen)))
    named = {stretch.through: stretch for stretch in stretches}
    shown = named.get(through) or (stretches[-1] if stretches else None)
    found: Figures | None = None
    issues: tuple[Issue, ...] = ()
    allowed: frozenset[Action] = frozenset()
    if shown is not None and viewer.role != "payee":
        here.log_access(viewer, f"the close of {plan_set} through {shown.through}")
        found, issues = _in_full(here, viewer, plan_set, shown, is_last=shown == stretches[-1])
        allowed = may(viewer, shown)
    return Closing(
        plan_set,
        tuple(_told(viewer, stretch) for stretch in stretches),
        _told(viewer, shown) if shown else None,
        choices,
        ledger.position,
        seen,
        allowed,
        ledger.sent_back if viewer.role in ("cro", "finance") else None,
        found,
        issues if viewer.role in ("cro", "finance") else (),
        book.company.currency,
        book.company.digits,
    )


def _told(viewer: Viewer, stretch: Stretch) -> Stretch:
    """A stretch without the words that are not for the viewer: a lead reads the own notes only, nobody else's
    review, and a payee neither notes nor who did what."""
    if viewer.role in ("cro", "finance"):
        return stretch
    lead = viewer.role == "lead"
    steps = [step for step in stretch.steps if not step.team_id or (lead and step.team_id == viewer.team_id)]
    return replace(
        stretch,
        steps=tuple(
            step if step.team_id else replace(step, note="", done_by=step.done_by if lead else "")
            for step in steps
        ),
    )


def _in_full(
    here: Workspace, viewer: Viewer, plan_set: str, shown: Stretch, *, is_last: bool
) -> tuple[Figures, tuple[Issue, ...]]:
    book, run, scope = here.book(), here.run(plan_set), here.scope(viewer)
    kept = kept_close(here, shown)
    now: Close | None = None
    issues: list[Issue] = []
    if shown.state in ("open", "submitted", "approved"):
        worked_out = close_now(here, plan_set, shown.end, viewer.name)
        if isinstance(worked_out, Issue):
            issues.append(worked_out)
        else:
            now = worked_out
        if viewer.role in ("cro", "finance"):
            issues += [*data.checks(viewer), *run.issues]
            issues += [*_changed_since(here, plan_set, kept)] if kept else []
    close = kept or now
    if close is None:
        close = Close(plan_set, shown.end, date.min, "", "", (), *_nothing(run))
    compared = now if kept is not None and shown.state in ("submitted", "approved") else None
    entries = close.adjustments
    if shown.state == "open" or (is_last and shown.state in ("locked", "paid")):
        waiting = run.adjustments.filter(pc.not_equal(run.adjustments["status"], "locked"))
        entries = waiting
    return figures(book, close, compared, scope, entries), _worst_first(issues)


def _nothing(run: RunResult) -> list[object]:
    tables = (run.lines, run.parts, run.inputs, run.adjustments)
    return [table.schema.empty_table() for table in tables]


def _worst_first(issues: list[Issue]) -> tuple[Issue, ...]:
    return tuple(sorted(set(issues), key=lambda issue: issue.sort_key))


def _changed_since(here: Workspace, plan_set: str, close: Close) -> list[Issue]:
    """Plan versions that pay the submitted figures and are not what they were."""
    changed = changed_plans(replace(here.book(), closes=(close,)), plan_set)
    return [replace(issue, code="close.plan_changed_since") for issue in changed]


# ---------------------------------------------------------------- what the ledger holds


def read_ledger(here: Workspace, plan_set: str) -> Ledger:
    """The ledger of a plan set as it stands now."""
    with here.records.read() as connection:
        return fold(store.list_steps(connection, plan_set))


def kept_stretches(here: Workspace, ledger: Ledger) -> tuple[Stretch, ...]:
    """What was closed, and what is on its way, the oldest first."""
    found: list[Stretch] = []
    for steps in (*ledger.closed, *([ledger.going] if ledger.going else [])):
        start = found[-1].end if found else _first_month(_kept(here, steps))
        found.append(Stretch(start, steps[-1].end, steps))
    return tuple(found)


def kept_close(here: Workspace, stretch: Stretch) -> Close | None:
    """What the stretch's lock, or else its submission, kept; None while it is open."""
    return _kept(here, stretch.steps) if stretch.steps else None


def close_now(here: Workspace, plan_set: str, end: date, closed_by: str) -> Close | Issue:
    """What closing up to `end` (exclusive) would keep now, or why it cannot be closed."""
    book = here.book()
    period = book.company.calendar.period_of(add_months(end, -1), "month")
    return close_of(book, here.run(plan_set), period, closed_on=here.today(), closed_by=closed_by)


def _kept(here: Workspace, steps: tuple[CloseStep, ...]) -> Close:
    return here.close_of(next(step for step in reversed(steps) if step.files))


def _first_month(close: Close) -> date:
    starts = [*pc.unique(close.lines["period_start"]).to_pylist()]
    starts += [
        date.fromisoformat(f"{month}-01") for month in pc.unique(close.adjustments["period"]).to_pylist()
    ]
    return min(starts, default=add_months(close.end, -1))


def _first_open(run: RunResult, ledger: Ledger) -> date:
    """The first day that is not closed: of the first pay there is where nothing was closed."""
    if ledger.closed:
        return ledger.closed[-1][-1].end
    return pc.min(run.lines["period_start"]).as_py() or run.as_of.replace(day=1)


def _finished(book: Book, run: RunResult, first: date) -> tuple[str, ...]:
    """The months from `first` on that are over at the as-of date and in which something is due."""
    until = book.company.as_of + timedelta(days=1)
    open_lines = run.lines.filter(pc.not_equal(run.lines["status"], "locked"))
    open_entries = run.adjustments.filter(pc.not_equal(run.adjustments["status"], "locked"))
    due = {month_label(add_months(end, -1)) for end in pc.unique(open_lines["period_end"]).to_pylist()}
    due |= set(open_entries["period"].to_pylist())
    months = book.company.calendar.periods(first, until, "month") if first < until else ()
    return tuple(month.label for month in months if month.end <= until and month.label in due)


def _end(book: Book, through: str) -> date:
    return book.company.calendar.parse(through).end

"""What people do about a close: submit, review, send back, approve, lock, mark paid. Each step is kept."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from revplan.access import AccessDenied, Viewer, require
from revplan.issues import Issue, has_errors
from revplan.model.closes import Close
from revplan.rules.close.kept import changed_plans
from revplan.service import data, workspace
from revplan.service.close_steps import Action, Stretch, may
from revplan.service.closes import Closing, close_now, closing, kept_stretches, read_ledger
from revplan.service.kept_closes import keep_files
from revplan.service.refused import Refused
from revplan.service.workspace import Workspace
from revplan.store import activity, documents
from revplan.store import closes as store
from revplan.store.activity import Access
from revplan.store.closes import CloseStep, Did
from revplan.store.records import Stale


def submit(viewer: Viewer, shown: Closing, note: str = "") -> None:
    """Submit the open stretch that `shown` shows: its figures are kept, and those are what is approved and
    locked, whatever the data say later.

    Raises Refused while errors stand in the way, when nothing is paid, or when the data changed since they
    were shown; Stale when somebody else was first.
    """
    require(viewer, "cro", "finance")
    here = workspace.current()
    with here.writing:
        stretch = _stretch(here, viewer, shown, "submit")
        if here.fingerprint() != shown.seen:
            raise Refused(Issue("close.data_changed", "error"))
        issues = [*data.checks(viewer), *here.run(shown.plan_set).issues]
        close = close_now(here, shown.plan_set, stretch.end, viewer.name)
        if isinstance(close, Issue):
            raise Refused(close)
        if has_errors(issues):
            raise Refused(*(issue for issue in issues if issue.severity == "error"))
        if not close.lines.num_rows and not close.adjustments.num_rows:
            raise Refused(Issue("close.nothing", "error"))
        _add(here, viewer, shown, stretch, "submitted", note=note, files=keep_files(here.closes, close))


def review(viewer: Viewer, shown: Closing, *, agrees: bool, note: str = "") -> None:
    """A lead says that the own team's figures are right, or what is not right about them (a note)."""
    require(viewer, "lead")
    here = workspace.current()
    with here.writing:
        stretch = _stretch(here, viewer, shown, "review")
        if not agrees and not note.strip():
            raise Refused(Issue("close.note_needed", "error"))
        did: Did = "reviewed" if agrees else "objected"
        _add(here, viewer, shown, stretch, did, note=note, team_id=viewer.team_id)


def send_back(viewer: Viewer, shown: Closing, reason: str) -> None:
    """Take back what was submitted or approved: the months are open again. Needs a reason."""
    require(viewer, "cro", "finance")
    here = workspace.current()
    with here.writing:
        stretch = _stretch(here, viewer, shown, "send_back")
        if not reason.strip():
            raise Refused(Issue("close.note_needed", "error"))
        _add(here, viewer, shown, stretch, "sent_back", note=reason)


def approve(viewer: Viewer, shown: Closing, note: str = "") -> None:
    """Approve the submitted figures. Not for whoever submitted them: AccessDenied."""
    require(viewer, "cro", "finance")
    here = workspace.current()
    with here.writing:
        stretch = _stretch(here, viewer, shown, "approve")
        _refuse_changed_plans(here, shown.plan_set, _submitted(here, stretch))
        _add(here, viewer, shown, stretch, "approved", note=note)


def lock(viewer: Viewer, shown: Closing) -> None:
    """Lock the approved figures: from now on they are read, never worked out, and what differs from them is
    trued up in the first open month. The plan versions that pay them never change any more."""
    require(viewer, "cro", "finance")
    here = workspace.current()
    with here.writing:
        stretch = _stretch(here, viewer, shown, "lock")
        close = _submitted(here, stretch)
        _refuse_changed_plans(here, shown.plan_set, close)
        close = replace(close, closed_on=here.today(), closed_by=viewer.name)
        versions = [(plan.id, plan.version) for plan in close.plans]
        files = keep_files(here.closes, close)
        _add(here, viewer, shown, stretch, "locked", files=files, used=tuple(versions))


def mark_paid(viewer: Viewer, shown: Closing, paid_on: date, note: str = "") -> None:
    """Note the day on which a locked stretch was paid."""
    require(viewer, "cro", "finance")
    here = workspace.current()
    with here.writing:
        stretch = _stretch(here, viewer, shown, "pay")
        if paid_on < stretch.start:
            raise Refused(Issue("close.paid_too_early", "error", parameters={"day": paid_on.isoformat()}))
        _add(here, viewer, shown, stretch, "paid", note=note, paid_on=paid_on)


# ---------------------------------------------------------------- parts


def _stretch(here: Workspace, viewer: Viewer, shown: Closing, action: Action) -> Stretch:
    """The stretch as it stands now. Raises Stale when somebody did something since it was shown, AccessDenied
    where the viewer may not do this, KeyError where nothing was shown."""
    ledger = read_ledger(here, shown.plan_set)
    if ledger.position != shown.position:
        last = (*ledger.going, *(step for steps in ledger.closed for step in steps))
        last = (*last, *([ledger.sent_back] if ledger.sent_back else []))
        step = max(last, key=lambda each: each.position)
        raise Stale(shown.plan_set, shown.position, ledger.position, step.done_by, step.done_at)
    if shown.shown is None:
        raise KeyError(action)
    through = shown.shown.through
    now = [*kept_stretches(here, ledger)]
    found = next((each for each in now if each.through == through), None)
    if found is None:
        found = closing(viewer, shown.plan_set, through).shown
    if found is None or action not in may(viewer, found):
        raise AccessDenied(viewer.role)
    return found


def _submitted(here: Workspace, stretch: Stretch) -> Close:
    step = stretch.did("submitted")
    if step is None:
        raise KeyError(stretch.through)
    return here.close_of(step)


def _refuse_changed_plans(here: Workspace, plan_set: str, close: Close) -> None:
    if changed := changed_plans(replace(here.book(), closes=(close,)), plan_set):
        raise Refused(*(replace(issue, code="close.plan_changed_since") for issue in changed))


def _add(
    here: Workspace,
    viewer: Viewer,
    shown: Closing,
    stretch: Stretch,
    did: Did,
    *,
    note: str = "",
    team_id: str = "",
    paid_on: date | None = None,
    files: Mapping[str, str] | None = None,
    used: tuple[tuple[str, int], ...] = (),
) -> None:
    step = CloseStep(
        shown.plan_set,
        shown.position + 1,
        did,
        stretch.end,
        viewer.name,
        here.now(),
        note.strip(),
        team_id,
        paid_on,
        files or {},
    )
    what = f"plan set {shown.plan_set} through {stretch.through}"
    with here.records.write() as connection:
        store.add_step(connection, step)
        for plan_id, version in used:
            documents.mark_used(connection, "plan", plan_id, version)
        activity.log_access(connection, Access(here.now(), viewer.name, did, what))

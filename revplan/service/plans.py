"""Plans: who is paid for what, by version; saved in place until they have paid, as new versions then."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from revplan.access import Scope, Viewer, require
from revplan.data.fold import fold
from revplan.issues import Issue, Where, has_errors
from revplan.model import plan_text
from revplan.model.book import Book
from revplan.model.plan import PaysIncentive, Plan
from revplan.model.record_text import read_document, to_document
from revplan.periods import Grain
from revplan.rules.check.book import check_plan
from revplan.rules.people import covers, stints, versions_in_force
from revplan.rules.typical import Ground, latest
from revplan.service import workspace
from revplan.service.once import Once
from revplan.service.workspace import scoped
from revplan.store import documents
from revplan.store.documents import Document


@dataclass(frozen=True)
class PlanEntry:
    """One version of a plan as it is kept. A `used` one never changes: saving makes the next version.

    `revision` counts the saves of the version; `text` is its TOML as it was saved, comments included.
    """

    plan: Plan
    text: str
    revision: int
    saved_by: str
    saved_at: datetime
    note: str
    used: bool


@dataclass(frozen=True)
class Reach:
    """Whom a plan pays: how many of those that the viewer sees, in which teams, and what at target.

    `incentive` is the yearly target incentive of all of them in minor units, of which `shared` is the
    part (millionths) that rides on results that teams share.
    """

    people: int
    teams: tuple[str, ...]
    incentive: int
    shared: int


@dataclass(frozen=True)
class Saved:
    """What came of saving: the entry as it stands now, or the problems that kept it from being saved."""

    entry: PlanEntry | None
    issues: tuple[Issue, ...]


_grounds: Once[Ground] = Once(8)

# ---------------------------------------------------------------- reading


def plan_sets(viewer: Viewer) -> tuple[str, ...]:
    """The plan sets in which the viewer may read a plan."""
    return tuple(dict.fromkeys(name for entry in _newest(_visible(viewer)) for name in entry.plan.sets))


def list_plans(viewer: Viewer, plan_set: str) -> tuple[PlanEntry, ...]:
    """The newest version of each plan of a set, in order of name.

    CRO and finance read every plan; a lead those of somebody in the own team, a payee the own ones.
    """
    entries = [entry for entry in _newest(_visible(viewer)) if plan_set in entry.plan.sets]
    return tuple(sorted(entries, key=lambda entry: (entry.plan.name, entry.plan.id)))


def plan_versions(viewer: Viewer, plan_id: str) -> tuple[PlanEntry, ...]:
    """Every version of a plan that the viewer may read, the newest first."""
    found = [entry for entry in _visible(viewer) if entry.plan.id == plan_id]
    return tuple(sorted(found, key=lambda entry: -entry.plan.version))


def find_plan(viewer: Viewer, plan_id: str, version: int = 0) -> PlanEntry | None:
    """A version of a plan, the newest one when `version` is 0; None when there is none to see."""
    found = plan_versions(viewer, plan_id)
    return next((entry for entry in found if version in (0, entry.plan.version)), None)


def reach(viewer: Viewer, plan: Plan) -> Reach:
    """Whom a plan, saved or not, pays, as far as the viewer sees them."""
    found = ground(viewer)
    people = latest(found.covered(plan))
    names = {team.id: team.name for team in found.book.company.teams}
    weights = {
        shared: sum(
            c.pays.weight
            for c in plan.components
            if isinstance(c.pays, PaysIncentive) and (c.scope == "shared") == shared
        )
        for shared in (True, False)
    }
    whole = weights[True] + weights[False]
    return Reach(
        people=len(people),
        teams=tuple(names.get(team, team) for team in sorted({stint.team_id for stint in people})),
        incentive=sum(stint.incentive for stint in people),
        shared=round(weights[True] * 1_000_000 / whole) if whole else 0,
    )


def ground(viewer: Viewer) -> Ground:
    """The book as the viewer sees it, with what a form asks of it again and again: kept until it changes."""
    here = workspace.current()
    (book, key), scope = here.book_and_key(), here.scope(viewer)
    return _grounds.get((key, scope), lambda: Ground(seen_book(book, scope)))


def seen_book(book: Book, scope: Scope) -> Book:
    """The book with only the people whom the scope sees: nothing worked out from it tells of others."""
    if scope.everyone:
        return book
    payees = book.table("payees")
    with_teams = payees.append_column("team_id", payees["team"])
    return Book(
        book.company,
        book.plans,
        book.targets,
        {**book.tables, "payees": scoped(with_teams, scope).drop_columns(["team_id"])},
    )


# ---------------------------------------------------------------- checking


def check(viewer: Viewer, plan: Plan) -> tuple[Issue, ...]:
    """What is wrong with a plan, or worth a look, as if it stood in the book: errors first."""
    require(viewer, "cro", "finance")
    return check_plan(plan, workspace.current().book())


def read_text(viewer: Viewer, text: str) -> tuple[Plan | None, tuple[Issue, ...]]:
    """A plan from its TOML, or None and every problem with its line."""
    require(viewer, "cro", "finance")
    return plan_text.read_plan(text)


def read_form(viewer: Viewer, document: dict[str, Any]) -> tuple[Plan | None, tuple[Issue, ...]]:
    """A plan from a document of plain values, as a form fills it in, or None and every problem."""
    require(viewer, "cro", "finance")
    return read_document(Plan, document)


# ---------------------------------------------------------------- saving


def save_plan(
    viewer: Viewer,
    plan: Plan,
    opened: PlanEntry | None,
    *,
    starts_on: date | None = None,
    text: str = "",
    note: str = "",
) -> Saved:
    """Save a plan: a new one (`opened` None), over the version that was opened, or as the next version.

    The opened version changes in place while it is unused. Once used it stays, and version + 1 takes
    over from `starts_on` (the plan's own start, when left out). `text`, when it says the same plan, is
    kept as written, comments included. A plan with an error is not saved and its issues say why. Raises
    Stale, with who and when, if somebody saved in between. CRO and finance only.
    """
    require(viewer, "cro", "finance")
    here = workspace.current()
    plan, revision = numbered(plan, opened, starts_on)
    issues = list(check_plan(plan, here.book()))
    if opened is None and find_plan(viewer, plan.id) is not None:
        issues.insert(0, Issue("plan.id_taken", "error", Where(plan=plan.id)))
    if has_errors(issues):
        return Saved(None, tuple(issues))
    with here.writing, here.records.write() as connection:
        kept = write_version(connection, viewer, plan, revision, text=text, note=note)
    return Saved(_entry(here.book(), kept), tuple(issues))


def write_version(
    connection: Connection, viewer: Viewer, plan: Plan, revision: int, *, text: str = "", note: str = ""
) -> Document:
    """Put a checked and numbered plan into the store over a revision of its version: for use cases that save
    several at once. Raises Stale."""
    require(viewer, "cro", "finance")
    said, _ = plan_text.read_plan(text) if text else (None, ())
    return documents.save_version(
        connection,
        "plan",
        plan.id,
        plan.version,
        text if said == plan else plan_text.write_plan(plan),
        expected_revision=revision,
        saved_by=viewer.name,
        saved_at=workspace.current().now(),
        note=note,
    )


def numbered(plan: Plan, opened: PlanEntry | None, starts_on: date | None) -> tuple[Plan, int]:
    """The plan with the version that it will be, and the revision over which it is saved."""
    if opened is None:
        return changed(plan, version=1), 0
    if not opened.used:
        return changed(plan, id=opened.plan.id, version=opened.plan.version), opened.revision
    later: dict[str, Any] = {"from": starts_on.isoformat()} if starts_on else {}
    return changed(plan, id=opened.plan.id, version=opened.plan.version + 1, **later), 0


def ending(opened: PlanEntry, on: date) -> tuple[Plan, int] | None:
    """The plan with its end on a day, `numbered`; None when it has ended by then, and stays as it is."""
    if (opened.plan.to or date.max) <= on:
        return None
    return numbered(changed(opened.plan, to=on.isoformat()), opened, None)


def retire_plan(viewer: Viewer, opened: PlanEntry, on: date) -> Saved:
    """End a plan: from `on` it covers nobody. What it paid before stays as it is.

    A version that has been used stays, and the next one says the same with an end. CRO and finance only.
    """
    return save_plan(
        viewer, changed(opened.plan, to=on.isoformat()), opened, note=f"ends on {on.isoformat()}"
    )


def remove_plan(viewer: Viewer, opened: PlanEntry) -> None:
    """Take an unused version away. Raises documents.Used when it has been used. CRO and finance only."""
    require(viewer, "cro", "finance")
    here = workspace.current()
    if opened.used:
        raise documents.Used(f"{opened.plan.id} version {opened.plan.version}")
    with here.writing, here.records.write() as connection:
        documents.remove_version(connection, "plan", opened.plan.id, opened.plan.version)


def copy_plan(viewer: Viewer, plan_id: str, name: str, plan_set: str) -> Saved:
    """A new plan of another name, in `plan_set` only, like the newest version of an old one.

    It starts where that version starts and covers the same people. CRO and finance only.
    """
    require(viewer, "cro", "finance")
    found = find_plan(viewer, plan_id)
    if found is None:
        raise KeyError(plan_id)
    taken = frozenset(plan.id for plan in workspace.current().book().plans)
    copy = changed(found.plan, id=new_plan_id(name, taken), name=name, sets=[plan_set], version=1)
    return save_plan(viewer, copy, None, note=f"copy of {plan_id}")


def copy_plan_set(viewer: Viewer, source: str, name: str) -> tuple[PlanEntry, ...]:
    """A new plan set with a copy of each plan of `source` as it is in force over time.

    Ids get the set's name as their ending. All copies are saved, or none. Raises ValueError when the
    name is not an id or is taken. CRO and finance only.
    """
    in_force = versions_in_force(workspace.current().book().plans, source)
    return add_plan_set(viewer, [plan for plan, _, _ in in_force], source, name, f"copy of {source}")


def add_plan_set(
    viewer: Viewer, versions: Sequence[Plan], source: str, name: str, note: str
) -> tuple[PlanEntry, ...]:
    """A new plan set of copies of plan versions, which `source` had or might have; see `copy_plan_set`."""
    require(viewer, "cro", "finance")
    here = workspace.current()
    book = here.book()
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,30}", name) or name in book.plan_sets():
        raise ValueError(name)
    taken = {plan.id for plan in book.plans}
    ids: dict[str, str] = {}
    kept = []
    with here.writing, here.records.write() as connection:
        for plan in versions:
            if plan.id not in ids:
                base = plan.id.removesuffix(f"-{source}")
                ids[plan.id] = new_plan_id(f"{base}-{name}", frozenset(taken))
                taken.add(ids[plan.id])
            copy = changed(plan, id=ids[plan.id], sets=[name])
            kept.append(write_version(connection, viewer, copy, 0, note=note))
    return tuple(_entry(here.book(), document) for document in kept)


def new_plan_id(name: str, taken: frozenset[str]) -> str:
    """An id made of a name: letters, digits, dashes and underscores, and not taken."""
    plain = re.sub(r"[^a-z0-9_]+", "-", fold(name)).strip("-_")[:48] or "plan"
    number, found = 1, plain
    while found in taken:
        number += 1
        found = f"{plain}-{number}"
    return found


def next_period_start(viewer: Viewer, grain: Grain = "quarter") -> date:
    """The first day of the period after that of `as_of`: a change from there leaves the past as it is."""
    company = workspace.current().book().company
    return company.calendar.period_of(company.as_of, grain).end


# ---------------------------------------------------------------- what is kept


def changed(plan: Plan, **fields: Any) -> Plan:
    """The plan with other values in some fields, as a document says them, checked as one."""
    return Plan.model_validate(to_document(plan) | fields)


def _visible(viewer: Viewer) -> list[PlanEntry]:
    here = workspace.current()
    book, scope = here.book(), here.scope(viewer)
    with here.records.read() as connection:
        kept = [document for document in documents.versions(connection, "plan") if not document.removed]
    return [entry for document in kept if _sees((entry := _entry(book, document)).plan, book, scope)]


def _sees(plan: Plan, book: Book, scope: Scope) -> bool:
    return scope.everyone or any(
        scope.sees(stint.team_id, stint.payee_id) and covers(plan.assigned, stint) for stint in stints(book)
    )


def _newest(entries: list[PlanEntry]) -> list[PlanEntry]:
    newest = {entry.plan.id: entry for entry in sorted(entries, key=lambda entry: entry.plan.version)}
    return list(newest.values())


@lru_cache(maxsize=1024)
def _read(text: str) -> tuple[Plan | None, tuple[Issue, ...]]:
    return plan_text.read_plan(text)


def _entry(book: Book, kept: Document) -> PlanEntry:
    plan, issues = _read(kept.text)
    if plan is None:
        raise workspace.Unreadable(kept, issues)
    used = kept.used or _has_paid(plan, book)
    return PlanEntry(plan, kept.text, kept.revision, kept.saved_by, kept.saved_at, kept.note, used)


def _has_paid(plan: Plan, book: Book) -> bool:
    """Whether a payment period of the plan is over at `as_of`, so that people have been paid by it."""
    calendar, as_of = book.company.calendar, book.company.as_of
    return any(
        calendar.period_of(plan.from_, component.paid_per or component.measured_per).end <= as_of
        for component in plan.components
    )

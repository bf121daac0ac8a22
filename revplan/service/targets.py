"""Targets: what the company should reach, who shares it, and the goals on lead volume that it replaces."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from revplan.access import Scope, Viewer, require
from revplan.issues import Issue, Where, has_errors
from revplan.metrics.measures import Measure, measure_of, measures
from revplan.model import plan_text
from revplan.model.book import Book, Company, Team
from revplan.model.plan import Plan
from revplan.model.results import Unit
from revplan.model.targets import Sharing, Target, TargetsFile
from revplan.rules.check.targets import check_targets
from revplan.rules.people import stints
from revplan.rules.typical import Ground
from revplan.service import workspace
from revplan.store import documents
from revplan.store.documents import Document

VOLUME = ("leads", "mqls", "sqls", "meetings")
"""Measures of volume: what a goal on them rewards is activity, not revenue."""


@dataclass(frozen=True)
class TargetEntry:
    """A target as it stands, with the parts that the viewer may see, and who saved it when."""

    target: Target
    title: str  # of its measure, in English
    unit: Unit
    additive: bool  # whether its periods add up to a year
    version: int
    saved_by: str
    saved_at: datetime
    note: str


@dataclass(frozen=True)
class Version:
    """One version in a target's history. `amounts` of its newest year tell it from its neighbours."""

    version: int
    name: str
    saved_by: str
    saved_at: datetime
    note: str
    removed: bool


@dataclass(frozen=True)
class Saved:
    """What came of saving: the entry as it stands now, or the problems that kept it from being saved."""

    entry: TargetEntry | None
    issues: tuple[Issue, ...]


@dataclass(frozen=True)
class VolumeGoal:
    """A team paid on volume: the measures with their targets ("" for none), and the plans that pay on them.

    `plans` are (id, name); `shares` the ids of the targets that the team shares.
    """

    team: Team
    goals: tuple[tuple[str, str], ...]
    plans: tuple[tuple[str, str], ...]
    shares: tuple[str, ...]


def list_targets(viewer: Viewer) -> tuple[TargetEntry, ...]:
    """Every target: shared ones of the company first, then in order of name.

    The company's own amounts are everybody's to see; of the parts, each viewer sees those in scope. A
    target that a team or payee outside the scope owns is left out.
    """
    here = workspace.current()
    book, scope = here.book(), here.scope(viewer)
    with here.records.read() as connection:
        kept = documents.latest(connection, "target")
    entries = [_entry(book, scope, found, target) for found in kept for target in _read(found)]
    visible = [entry for entry in entries if sees_part(book, scope, entry.target.owner, "")]
    return tuple(sorted(visible, key=_shared_first))


def find_target(viewer: Viewer, target_id: str) -> TargetEntry | None:
    """One target as `list_targets` gives it; None when there is none to see."""
    return next((entry for entry in list_targets(viewer) if entry.target.id == target_id), None)


def target_history(viewer: Viewer, target_id: str) -> tuple[Version, ...]:
    """Every version of a target that the viewer may see, the newest first."""
    if find_target(viewer, target_id) is None:
        return ()
    with workspace.current().records.read() as connection:
        kept = documents.versions(connection, "target", target_id)
    names = {found.version: target.name for found in kept for target in _read(found)}
    return tuple(
        Version(v.version, names.get(v.version, target_id), v.saved_by, v.saved_at, v.note, v.removed)
        for v in reversed(kept)
    )


def target_version(viewer: Viewer, target_id: str, version: int) -> Target | None:
    """The target as it stood in one version, with all its parts. CRO and finance only."""
    require(viewer, "cro", "finance")
    with workspace.current().records.read() as connection:
        found = documents.find(connection, "target", target_id, version)
    return next(iter(_read(found)), None) if found else None


def save_target(viewer: Viewer, target: Target, expected_version: int, note: str = "") -> Saved:
    """Save as a new version; `expected_version` is the one the editor opened (0 for a new target).

    A target with an error is not saved and its issues say why. Raises Stale, with who and when, if
    somebody saved in between. CRO and finance only.
    """
    require(viewer, "cro", "finance")
    here = workspace.current()
    book = here.book()
    others = [each for each in book.targets if each.id != target.id]
    issues = check_target(viewer, target)
    if has_errors(issues):
        return Saved(None, issues)
    with here.writing, here.records.write() as connection:
        kept = write_version(connection, viewer, target, expected_version, note)
    book = book.with_targets((*others, target))
    return Saved(_entry(book, here.scope(viewer), kept, target), issues)


def write_version(
    connection: Connection, viewer: Viewer, target: Target, expected_version: int, note: str = ""
) -> Document:
    """Put a checked target into the store over a version: for use cases that save several documents at once.
    Raises Stale."""
    require(viewer, "cro", "finance")
    return documents.add_version(
        connection,
        "target",
        target.id,
        plan_text.write_targets(TargetsFile(target=(target,))),
        expected_version=expected_version,
        saved_by=viewer.name,
        saved_at=workspace.current().now(),
        note=note,
    )


def check_target(viewer: Viewer, target: Target) -> tuple[Issue, ...]:
    """What is wrong with a target, or worth a look, before it is saved: errors first."""
    require(viewer, "cro", "finance")
    ground = Ground(workspace.current().book().with_targets((target,)))
    found = list(check_targets(ground))
    if not target.name.strip():
        found.append(Issue("target_no_name", "error", Where(target=target.id)))
    return tuple(sorted(found, key=lambda issue: issue.sort_key))


def remove_target(viewer: Viewer, target_id: str, expected_version: int) -> None:
    """Take a target out of the book; its history stays. Raises Stale as `save_target` does."""
    require(viewer, "cro", "finance")
    here = workspace.current()
    with here.writing, here.records.write() as connection:
        before = documents.find(connection, "target", target_id)
        documents.add_version(
            connection,
            "target",
            target_id,
            before.text if before else "",
            expected_version=expected_version,
            saved_by=viewer.name,
            saved_at=here.now(),
            removed=True,
        )


def switch_team_to_shared(
    viewer: Viewer, team: str, target_id: str, expected_version: int, *, starts_on: date | None = None
) -> Saved:
    """Let a team share a target from `starts_on` (always, when left out): a version of its own.

    Neither the target nor anybody's attainment changes by it: a shared target counts each deal once. A
    team that shares it already is left as it is. CRO and finance only.
    """
    require(viewer, "cro", "finance")
    found = find_target(viewer, target_id)
    if found is None:
        raise KeyError(target_id)
    target = found.target
    if shares(target, team):
        return Saved(found, ())
    sharing = Sharing.model_validate({"team": team, "from": starts_on})
    joined = target.model_copy(update={"shared_with": (*target.shared_with, sharing)})
    return save_target(viewer, joined, expected_version, note=f"+ {team}")


def volume_goals(viewer: Viewer) -> tuple[VolumeGoal, ...]:
    """Teams that a plan in force at as_of pays on lead volume: what a shared revenue target replaces.

    A plan that pays on a shared target too is left out. A lead or payee sees the own team's.
    """
    here = workspace.current()
    book, scope = here.book(), here.scope(viewer)
    goals: dict[str, dict[tuple[str, str], None]] = defaultdict(dict)
    plans: dict[str, dict[tuple[str, str], None]] = defaultdict(dict)
    for plan in _in_force(book):
        counted = [each for each in plan.components if each.measure in VOLUME]
        if not counted or any(component.scope == "shared" for component in plan.components):
            continue
        for team in _teams_of(plan, book):
            plans[team][plan.id, plan.name] = None
            goals[team] |= {(each.measure, each.target or ""): None for each in counted}
    return tuple(
        VolumeGoal(
            team,
            tuple(goals[team.id]),
            tuple(plans[team.id]),
            tuple(target.id for target in book.targets if shares(target, team.id)),
        )
        for team in book.company.teams
        if team.id in goals and _sees_team(book, scope, team.id)
    )


def measure_choices(viewer: Viewer) -> tuple[Measure, ...]:
    """Measures that a target can have: won revenue first, then money, then the rest by title."""
    every = measures(workspace.current().book().company).values()
    return tuple(
        sorted(every, key=lambda each: (each.name != "won_revenue", each.unit != "money", each.title))
    )


def new_target_id(name: str, taken: frozenset[str]) -> str:
    """An id for a new target, made of its name: letters, digits and underscores, and not taken."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")[:48] or "target"
    number, found = 1, plain
    while found in taken:
        number += 1
        found = f"{plain}_{number}"
    return found


def sees_part(book: Book, scope: Scope, owner: str, of: str) -> bool:
    """Whether the scope sees the part of `owner`, divided from that of `of`.

    The company's is everybody's to see; a team's, that team's; a payee's, the payee's and that of the team
    it is divided from (of the payee's latest team, when it is divided from the company's); an open seat's,
    that of the team it is divided from.
    """
    kind, _, name = owner.partition(":")
    if kind == "company":
        return True
    if kind == "vacancy":
        return scope.sees(of.removeprefix("team:") if of.startswith("team:") else "", "")
    if kind == "team":
        return scope.sees(name, "")
    team = of.removeprefix("team:") if of.startswith("team:") else _latest_team(book, name)
    return scope.sees(team, name)


def _latest_team(book: Book, payee: str) -> str:
    return next((stint.team_id for stint in reversed(stints(book)) if stint.payee_id == payee), "")


def _sees_team(book: Book, scope: Scope, team: str) -> bool:
    if scope.sees(team, ""):
        return True
    return any(stint.team_id == team and stint.payee_id in scope.payee_ids for stint in stints(book))


def _entry(book: Book, scope: Scope, kept: Document, target: Target) -> TargetEntry:
    portions = tuple(p for p in target.portions if sees_part(book, scope, p.owner, p.of))
    title, unit, additive = _measure(book.company, target.measure)
    shown = target.model_copy(update={"portions": portions})
    return TargetEntry(shown, title, unit, additive, kept.version, kept.saved_by, kept.saved_at, kept.note)


def _measure(company: Company, name: str) -> tuple[str, Unit, bool]:
    try:
        measure = measure_of(company, name)
    except KeyError:  # of a company's own measure that is no longer defined
        return name, "count", True
    return measure.title, measure.unit, measure.additive


def _read(kept: Document) -> tuple[Target, ...]:
    file, _issues = plan_text.read_targets(kept.text, "targets.toml")
    return file.targets if file else ()


def _shared_first(entry: TargetEntry) -> tuple[bool, bool, bool, str]:
    target = entry.target
    revenue = entry.unit == "money"
    return (target.owner != "company", not target.shared_with, not revenue, target.name)


def shares(target: Target, team: str) -> bool:
    """Whether a team shares a target and does not leave it."""
    return any(sharing.team == team and sharing.to is None for sharing in target.shared_with)


def _in_force(book: Book) -> list[Plan]:
    """The newest version of each plan that has started, and not ended, at as_of."""
    newest: dict[str, Plan] = {}
    for plan in sorted(book.plans, key=lambda plan: (plan.from_, plan.version)):
        if plan.from_ <= book.company.as_of < (plan.to or date.max):
            newest[plan.id] = plan
    return list(newest.values())


def _teams_of(plan: Plan, book: Book) -> list[str]:
    named = set(plan.assigned.payees)
    of_payees = {stint.team_id for stint in stints(book) if stint.payee_id in named}
    return sorted({*plan.assigned.teams, *of_payees})

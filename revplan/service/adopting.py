"""A scenario made into plans: the next versions of those that it changes, or a plan set of its own."""

from dataclasses import dataclass
from datetime import date

from revplan.access import Viewer, require
from revplan.issues import Issue, has_errors
from revplan.model.book import Book
from revplan.model.plan import Plan
from revplan.model.record_text import read_document, to_document
from revplan.model.scenario import FORECAST_ONLY, Scenario
from revplan.rules.check.book import check_plan
from revplan.rules.people import versions_in_force
from revplan.service import plans, targets, workspace
from revplan.service.facts import COUNTED_ANEW
from revplan.simulate.scenario import apply


@dataclass(frozen=True)
class Adopted:
    """What became of a scenario: plans and targets saved, by name; kinds of changes that stay one; the errors
    for which nothing was saved."""

    plans: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()


def adopt(viewer: Viewer, scenario: Scenario, starts_on: date) -> Adopted:
    """Make a scenario's plans the next versions from a day on, and its targets the targets.

    A version that has not been used is changed in place; an earlier version is past, and stays. A plan that
    the scenario goes without ends on that day, if no other plan set has it. What a scenario says of people
    and deals cannot be decided here: `left` has those kinds. A target's new amounts hold for its whole year.
    All is saved or nothing: each plan is checked as it will stand. Raises Stale if somebody saved in
    between. CRO and finance only.
    """
    require(viewer, "cro", "finance")
    here = workspace.current()
    with here.writing:
        book = here.book()
        changed, issues = apply(book, scenario)
        new_targets = [target for target in changed.targets if target not in book.targets]
        ended, stay = _without(viewer, book, changed, scenario.plan_set, starts_on)
        found, staged = [*issues], ended
        for plan in changed.plans:
            if plan in book.plans or plan.version < _newest(book, plan.id):
                continue
            if unreadable := _unreadable(plan):
                found += unreadable
            else:
                staged.append(plans.numbered(plan, plans.find_plan(viewer, plan.id), starts_on))
        after = book.with_targets(changed.targets)
        found += [issue for plan, _revision in staged for issue in check_plan(plan, after)]
        for target in new_targets:
            found += targets.check_target(viewer, target)
        left = _left(scenario, stay=stay)
        if has_errors(found):
            return Adopted(left=left, issues=_errors(found))
        opened = {target.id: targets.find_target(viewer, target.id) for target in new_targets}
        with here.records.write() as connection:
            for plan, revision in staged:
                plans.write_version(connection, viewer, plan, revision, note=scenario.name)
            for target in new_targets:
                entry = opened[target.id]
                targets.write_version(
                    connection, viewer, target, entry.version if entry else 0, scenario.name
                )
    names = dict.fromkeys(plan.name for plan, _revision in staged)
    return Adopted(tuple(names), tuple(target.name for target in new_targets), left)


def as_plan_set(viewer: Viewer, scenario: Scenario, name: str) -> Adopted:
    """A plan set of its own with the scenario's plans, to compare on every page.

    Raises ValueError when the name is no id or is taken. Nothing is saved where a change finds nothing to act
    on, a plan has an error, or no plan is left. What the scenario says of targets, people and deals
    is not part of it. CRO and finance only.
    """
    require(viewer, "cro", "finance")
    changed, issues = apply(workspace.current().book(), scenario)
    in_force = [plan for plan, _start, _end in versions_in_force(changed.plans, scenario.plan_set)]
    found = [*issues]
    for plan in in_force:
        found += _unreadable(plan) or check_plan(plan, changed)
    if not in_force:
        found.append(Issue("scenario_no_plans", "error", parameters={"plan_set": scenario.plan_set}))
    if has_errors(found):
        return Adopted(issues=_errors(found))
    made = plans.add_plan_set(viewer, in_force, scenario.plan_set, name, scenario.name)
    return Adopted(tuple(dict.fromkeys(entry.plan.name for entry in made)))


def _newest(book: Book, plan_id: str) -> int:
    return max((plan.version for plan in book.plans if plan.id == plan_id), default=0)


def _unreadable(plan: Plan) -> tuple[Issue, ...]:
    """What a plan's own record refuses: a change puts a figure in without asking it."""
    read, issues = read_document(Plan, to_document(plan))
    return () if read is not None else tuple(issues)


def _errors(found: list[Issue]) -> tuple[Issue, ...]:
    return tuple(issue for issue in found if issue.severity == "error")


def _without(
    viewer: Viewer, book: Book, changed: Book, plan_set: str, on: date
) -> tuple[list[tuple[Plan, int]], bool]:
    """The plans that the scenario goes without, ended; and whether one stays, since another set has it."""
    now, then = ({plan.id for plan in each.plans if plan_set in plan.sets} for each in (book, changed))
    ended, stay = [], False
    for plan_id in sorted(now - then):
        entry = plans.find_plan(viewer, plan_id)
        if entry is None or set(entry.plan.sets) != {plan_set}:
            stay = True
            continue
        if ending := plans.ending(entry, on):
            ended.append(ending)
    return ended, stay


def _left(scenario: Scenario, *, stay: bool) -> tuple[str, ...]:
    kinds = (*COUNTED_ANEW, *FORECAST_ONLY, *(("without_plan",) if stay else ()))
    return tuple(dict.fromkeys(change.kind for change in scenario.changes if change.kind in kinds))

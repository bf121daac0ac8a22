"""Plan sets as a whole: what people call them, and the day from which one covers nobody any more."""

from collections.abc import Mapping
from datetime import date

from revplan.access import Viewer, require
from revplan.data.fold import fold
from revplan.issues import Issue, Where
from revplan.model.book import Company, PlanSetName
from revplan.model.plan import Plan
from revplan.rules.check.book import check_plan
from revplan.service import company as companies
from revplan.service import plans, workspace
from revplan.words import names


def given_names() -> Mapping[str, str]:
    """What the company calls its plan sets, by id; those without a name of their own are left out. {} while
    no workspace is open yet."""
    if not workspace.is_open():
        return {}
    return {each.id: each.name for each in workspace.current().book().company.plan_sets}


def rename_plan_set(viewer: Viewer, plan_set: str, name: str) -> tuple[Issue, ...]:
    """Call a plan set by another name; what is wrong with the name, and nothing is saved then.

    Its id stays, so plans, closed periods, scenarios and links go on as they are. KeyError where there is
    no such set. CRO and finance only.
    """
    require(viewer, "cro", "finance")
    sets = workspace.current().book().plan_sets()
    if plan_set not in sets:
        raise KeyError(plan_set)
    wanted = " ".join(name.split())
    if not wanted:
        return (Issue("plan_set_no_name", "error", Where()),)
    taken = {fold(said) for each in sets if each != plan_set for said in (each, names.plan_set(each))}
    if fold(wanted) in taken:
        return (Issue("plan_set_name_taken", "error", Where(), {"name": wanted}),)
    companies.change(viewer, lambda company: _named(company, plan_set, wanted), f"plan set {plan_set}")
    return ()


def _named(company: Company, plan_set: str, name: str) -> Company:
    others = tuple(each for each in company.plan_sets if each.id != plan_set)
    return company.model_copy(update={"plan_sets": (*others, PlanSetName(id=plan_set, name=name))})


def retire_plan_set(viewer: Viewer, plan_set: str, on: date) -> tuple[tuple[Plan, ...], tuple[Issue, ...]]:
    """End every plan of a set: from `on` it covers nobody. What it paid before stays as it is.

    Returns the plans that end now, and the problems that kept all of them from ending: a plan that is part
    of another set, too, or that starts on that day or later. All end or none. Plans that have ended by then
    stay as they are. Raises Stale if somebody saved in between. CRO and finance only.
    """
    require(viewer, "cro", "finance")
    here = workspace.current()
    with here.writing:
        ending = [each for entry in plans.list_plans(viewer, plan_set) if (each := plans.ending(entry, on))]
        issues = [issue for plan, _revision in ending for issue in _in_the_way(plan, plan_set, on)]
        if issues:
            return (), tuple(issues)
        with here.records.write() as connection:
            for plan, revision in ending:
                plans.write_version(connection, viewer, plan, revision, note=f"ends on {on.isoformat()}")
    return tuple(plan for plan, _revision in ending), ()


def _in_the_way(plan: Plan, plan_set: str, on: date) -> list[Issue]:
    """Why a plan, as it would be, cannot end with the set on that day."""
    beside = [names.plan_set(each) for each in plan.sets if each != plan_set]
    if beside:
        told = {"plan": plan.name, "sets": ", ".join(beside)}
        return [Issue("plan_set_shares_plan", "error", Where(plan=plan.id), told)]
    if plan.from_ >= on:
        told = {"plan": plan.name, "start": plan.from_.isoformat()}
        return [Issue("plan_set_starts_later", "error", Where(plan=plan.id), told)]
    return [issue for issue in check_plan(plan, workspace.current().book()) if issue.severity == "error"]

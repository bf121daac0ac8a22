"""Plan check: what is refused, and what is flagged, before anything is calculated; each with its place.

A check is one small function that yields issues. The modules beside this one check a table, a component,
what it pays, what acts on finished lines, adjustments, and targets; here are whole plans, and plans beside
each other. Errors refuse the plan, warnings let it run.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from difflib import get_close_matches
from fractions import Fraction
from itertools import combinations
from statistics import median_low

from revplan.issues import Issue, Severity, Where, has_errors
from revplan.metrics.measures import unit_scale
from revplan.model.book import Book
from revplan.model.deals import PaysOn
from revplan.model.plan import PaysIncentive, PaysRate, Plan, linked
from revplan.model.results import RunResult
from revplan.money import MILLION, round_half_away
from revplan.periods import MONTHS
from revplan.rules.check.adjustments import check_adjustments
from revplan.rules.check.components import Subject, check_component, names_of
from revplan.rules.check.costs import check_costs
from revplan.rules.check.currencies import check_currencies
from revplan.rules.check.group import check_group
from revplan.rules.check.measures import sound_measures
from revplan.rules.check.parts import check_parts
from revplan.rules.check.pay import check_pay, check_volume, pay_at_target
from revplan.rules.check.payable import check_payable
from revplan.rules.check.tables import value_at
from revplan.rules.check.targets import check_targets
from revplan.rules.people import Span, spans, versions_in_force
from revplan.rules.typical import Ground, latest


def check_book(book: Book, results: Iterable[RunResult] = ()) -> tuple[Issue, ...]:
    """Every problem of the book's plans in force and of its targets, errors first, then by place.

    `results` are runs of its plan sets, needed only to tell which gates nobody reached.
    """
    company, of_measures = sound_measures(book.company)
    book = replace(book, company=company, plans=tuple(map(linked, book.plans)))
    ground = Ground(book)
    found = [
        *of_measures,
        *check_costs(company),
        *check_targets(ground),
        *(issue for target in book.targets for issue in check_parts(target)),
    ]
    by_set = {result.plan_set: result for result in results}
    for plan in _in_force(book):
        result = next((by_set[name] for name in plan.sets if name in by_set), None)
        found += _plan_alone(ground, plan, result)
    found += _versions(book.plans)
    for name in book.plan_sets():
        found += _in_two_plans(ground, name)
    return _sorted(found)


def check_plan(plan: Plan, book: Book, results: RunResult | None = None) -> tuple[Issue, ...]:
    """Every problem of one plan version as if it stood in the book (in place of its own version there)."""
    plan = linked(plan)
    others = tuple(linked(each) for each in book.plans if (each.id, each.version) != (plan.id, plan.version))
    book = replace(book, company=sound_measures(book.company)[0])
    ground = Ground(book.with_plans((*others, plan)))
    found = [*_plan_alone(ground, plan, results), *_versions((*others, plan))]
    for name in plan.sets:
        found += _in_two_plans(ground, name)
    return _sorted(issue for issue in found if issue.where.plan == plan.id)


def _sorted(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    once = {(issue.sort_key, tuple(sorted(issue.parameters.items()))): issue for issue in issues}
    return tuple(sorted(once.values(), key=lambda issue: issue.sort_key))


def _in_force(book: Book) -> list[Plan]:
    """Versions that are in force on some day, in any set; what a later version takes over whole is past.

    One whose end lies before its start is in force on no day, which is just what has to be said of it.
    """
    in_force = [p for name in book.plan_sets() for p, _, _ in versions_in_force(book.plans, name)]
    reversed_dates = [p for p in book.plans if p.to is not None and p.to <= p.from_]
    return list({(p.id, p.version): p for p in (*in_force, *reversed_dates)}.values())


def _plan_alone(ground: Ground, plan: Plan, results: RunResult | None) -> Iterator[Issue]:
    beside = (check_group, check_adjustments, check_currencies)
    for check in (_names, _dates, _restart, _component_ids, _assigned, _weights, *beside):
        yield from check(ground, plan)
    others = {
        name: tuple(each for each, _, _ in versions_in_force(ground.book.plans, name)) for name in plan.sets
    }
    for component in plan.components:
        subject = Subject(ground, plan, component)
        own = list(check_component(subject))
        own += [] if has_errors(own) else check_payable(subject)
        yield from own
        if not has_errors(own):
            yield from check_pay(subject, results)
            for plans in others.values():
                yield from check_volume(subject, plans)
    yield from _whole_at_target(ground, plan)
    yield from _rates_at_target(ground, plan)


def _issue(plan: Plan, code: str, severity: Severity, at: str = "", **parameters: str | int) -> Issue:
    return Issue(code, severity, Where(column=at, plan=plan.id), parameters)


# ---------------------------------------------------------------- one plan


def _names(ground: Ground, plan: Plan) -> Iterator[Issue]:
    """A plan and its components are known by their names."""
    if not plan.name.strip():
        yield _issue(plan, "plan.no_name", "error", "name")
    for component in plan.components:
        if not component.name.strip():
            where = Where(column="name", plan=plan.id, component=component.id)
            yield Issue("plan.component_no_name", "error", where)


def _dates(ground: Ground, plan: Plan) -> Iterator[Issue]:
    """A plan ends after it starts."""
    if plan.to is not None and plan.to <= plan.from_:
        yield _issue(
            plan,
            "plan.ends_before_start",
            "error",
            "to",
            start=plan.from_.isoformat(),
            end=plan.to.isoformat(),
        )


def _restart(ground: Ground, plan: Plan) -> Iterator[Issue]:
    """Segments are weighted by days: a plan that prorates otherwise cannot be split."""
    if plan.accumulators == "restart" and plan.prorate != "days":
        yield _issue(plan, "plan.restart_needs_days", "error", "accumulators")


def _component_ids(ground: Ground, plan: Plan) -> Iterator[Issue]:
    """An id names one component: lines and statements are kept by it."""
    for name, number in Counter(component.id for component in plan.components).items():
        if number > 1:
            yield _issue(plan, "plan.component_twice", "error", "component", component=name, number=number)


def _assigned(ground: Ground, plan: Plan) -> Iterator[Issue]:
    """Whom the plan names exists, and it covers somebody."""
    roster = ground.roster
    known = {
        "teams": {team.id for team in ground.book.company.teams} | {stint.team_id for stint in roster},
        "roles": {stint.role for stint in roster},
        "payees": {stint.payee_id for stint in roster},
    }
    known["except_payees"] = known["payees"]
    for field, names in known.items():
        for name in getattr(plan.assigned, field):
            if name not in names and roster:
                close = get_close_matches(name, sorted(names), n=1)
                yield _issue(
                    plan,
                    f"plan.unknown_{'payees' if field == 'except_payees' else field}",
                    "error",
                    f"assigned.{field}",
                    name=name,
                    suggestion=close[0] if close else names_of(names),
                )
    if roster and not ground.covered(plan):
        yield _issue(plan, "plan.covers_nobody", "warning", "assigned")


def _weights(ground: Ground, plan: Plan) -> Iterator[Issue]:
    """Weights of the components of the incentive add to 100%."""
    weights = [Fraction(c.pays.weight) for c in plan.components if isinstance(c.pays, PaysIncentive)]
    if weights and sum(weights) != 1:
        total = sum(weights, Fraction(0))
        yield _issue(
            plan,
            "plan.weights",
            "error",
            "component",
            total_share=round_half_away(total * MILLION),
            missing_share=round_half_away((1 - total) * MILLION),
        )


def _whole_at_target(ground: Ground, plan: Plan) -> Iterator[Issue]:
    """With everything at 100%, the plan as a whole pays the target incentive."""
    parts = [(Subject(ground, plan, component), component) for component in plan.components]
    paid = [
        (pay_at_target(subject), Fraction(component.pays.weight))
        for subject, component in parts
        if isinstance(component.pays, PaysIncentive)
    ]
    known = [(at_target, weight) for at_target, weight in paid if at_target is not None]
    if len(known) < 2 or len(known) < len(paid):
        return
    total = sum((at_target * weight for at_target, weight in known), Fraction(0))
    if total != 1 and any(at_target != 1 for at_target, _ in known):
        yield _issue(
            plan, "plan.whole_not_full_at_target", "warning", paid_share=round_half_away(total * MILLION)
        )


def _rates_at_target(ground: Ground, plan: Plan) -> Iterator[Issue]:
    """A plan of rates alone pays the target incentive to somebody who reaches the quota, to 1% of it.

    In the middle of those covered, over a year. Not asked where nobody has an incentive, or a rate is
    not read by attainment of an own quota.
    """
    rates = [component for component in plan.components if isinstance(component.pays, PaysRate)]
    people = [stint.incentive for stint in latest(ground.covered(plan)) if stint.incentive > 0]
    plain = all(c.input == "attainment" and c.scope == "own" for c in rates)
    if (
        not rates
        or not people
        or not plain
        or any(isinstance(c.pays, PaysIncentive) for c in plan.components)
    ):
        return
    yearly = Fraction(0)
    for component in rates:
        measure, quota = ground.measure(component.measure), ground.typical_quota(plan, component)
        paid = value_at(component.table, 1)
        if measure is None or quota is None or paid is None or component.pays_on != PaysOn():
            return
        scale = Fraction(10**ground.book.company.digits, unit_scale(measure.unit, ground.book.company.digits))
        yearly += quota * paid * scale * 12 / MONTHS[component.measured_per]
    incentive = median_low(people)
    if abs(yearly - incentive) * 100 > incentive:
        yield _issue(
            plan,
            "plan.rates_not_incentive_at_target",
            "warning",
            paid_amount=round_half_away(yearly),
            incentive_amount=incentive,
            paid_share=round_half_away(yearly / incentive * MILLION),
        )


# ---------------------------------------------------------------- plans beside each other


def _versions(plans: tuple[Plan, ...]) -> Iterator[Issue]:
    """Versions of one plan: one of each number; a later one that starts earlier takes over whole."""
    by_id: dict[str, list[Plan]] = defaultdict(list)
    for plan in plans:
        by_id[plan.id].append(plan)
    for versions in by_id.values():
        for number, times in Counter(plan.version for plan in versions).items():
            if times > 1:
                yield _issue(versions[0], "plan.version_twice", "error", "version", version=number)
        ordered = sorted(versions, key=lambda plan: plan.version)
        for earlier, later in combinations(ordered, 2):
            if later.from_ < earlier.from_ and set(later.sets) & set(earlier.sets):
                yield _issue(
                    later,
                    "plan.version_starts_earlier",
                    "warning",
                    "from",
                    version=later.version,
                    start=later.from_.isoformat(),
                    earlier=earlier.version,
                    earlier_start=earlier.from_.isoformat(),
                )


def _in_two_plans(ground: Ground, plan_set: str) -> Iterator[Issue]:
    """A payee on two plans of one set at once: paid by both."""
    by_payee: dict[str, list[Span]] = defaultdict(list)
    for span in spans(ground.book, plan_set, ground.roster):
        by_payee[span.stint.payee_id].append(span)
    pairs: dict[tuple[str, str], list[str]] = defaultdict(list)
    plans: dict[str, Plan] = {}
    for of_payee in by_payee.values():
        for one, other in combinations(of_payee, 2):
            if one.plan.id != other.plan.id and one.start < other.end and other.start < one.end:
                pairs[(one.plan.id, other.plan.id)].append(one.stint.name)
                plans |= {one.plan.id: one.plan, other.plan.id: other.plan}
    for (one_id, other_id), names in sorted(pairs.items()):
        for mine, theirs in ((plans[one_id], plans[other_id]), (plans[other_id], plans[one_id])):
            yield from _two_plans(mine, theirs, plan_set, names)


def _two_plans(mine: Plan, theirs: Plan, plan_set: str, names: list[str]) -> Iterator[Issue]:
    total = sum(
        (
            Fraction(c.pays.weight)
            for c in (*mine.components, *theirs.components)
            if isinstance(c.pays, PaysIncentive)
        ),
        Fraction(0),
    )
    twice = sorted({c.id for c in mine.components} & {c.id for c in theirs.components})
    said: dict[str, str | int] = {
        "other": theirs.name,
        "set": plan_set,
        "who": names_of(names),
        "number": len(set(names)),
    }
    if total > 1:
        share = round_half_away(total * MILLION)
        yield _issue(mine, "plan.two_plans_over_full", "warning", "assigned", **said, total_share=share)
    elif twice:
        yield _issue(
            mine, "plan.two_plans_same_component", "warning", "assigned", **said, components=", ".join(twice)
        )
    else:
        yield _issue(mine, "plan.two_plans", "note", "assigned", **said)

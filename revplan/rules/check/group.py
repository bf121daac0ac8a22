"""Plan check of what acts on finished lines: payee limits, budgets, pools, pay on others' pay."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from revplan.issues import Issue, Severity, Where
from revplan.metrics.measures import paid_by
from revplan.model.plan import Budget, Component, PayLimit, PaysIncentive, PaysPool, Plan
from revplan.money import round_half_away, to_minor
from revplan.periods import MONTHS
from revplan.rules.check.components import closest
from revplan.rules.typical import Ground, latest
from revplan.rules.waves import Key, payouts_read


def check_group(ground: Ground, plan: Plan) -> Iterator[Issue]:
    """Limits that say nothing or something impossible, that change in mid-period, or cut the target pay;
    components paid on payouts that there are not, or on each other's; pools that cannot be divided."""
    yield from _payee_limits(plan)
    yield from _budget(ground, plan)
    yield from _changes(ground, plan)
    yield from _overrides(ground, plan)
    for component in plan.components:
        if isinstance(component.pays, PaysPool):
            yield from _pool(plan, component, component.pays)


def _issue(plan: Plan, code: str, severity: Severity, at: str, **parameters: str | int) -> Issue:
    return Issue(code, severity, Where(column=at, plan=plan.id), parameters)


def _payee_limits(plan: Plan) -> Iterator[Issue]:
    known = [component.id for component in plan.components]
    for number, limit in enumerate(plan.payee_limits, 1):
        at = f"payee_limit[{number}]"
        if limit.amount is None and limit.of_incentive is None:
            yield _issue(plan, "plan.payee_limit_says_nothing", "error", at)
        elif (limit.amount or 0) < 0 or (limit.of_incentive or 0) < 0:
            yield _issue(plan, "plan.limit_below_zero", "error", at)
        for name in limit.components:
            if name not in known:
                yield _issue(
                    plan,
                    "plan.limit_of_unknown_component",
                    "error",
                    f"{at}.components",
                    name=name,
                    suggestion=closest(name, known),
                )


def _budget(ground: Ground, plan: Plan) -> Iterator[Issue]:
    """A budget below what everybody's target incentive adds up to cuts pay that was promised."""
    if plan.budget is None:
        return
    if plan.budget.amount < 0:
        yield _issue(plan, "plan.limit_below_zero", "error", "budget")
        return
    if not any(isinstance(component.pays, PaysIncentive) for component in plan.components):
        return
    budget = to_minor(plan.budget.amount, ground.book.company.digits)
    yearly = sum(stint.incentive for stint in latest(ground.covered(plan)))
    promised = round_half_away(Fraction(yearly * MONTHS[plan.budget.per], 12))
    if promised > budget:
        yield _issue(
            plan,
            "plan.budget_below_target_pay",
            "warning",
            "budget",
            budget_amount=budget,
            promised_amount=promised,
            grain=plan.budget.per,
        )


def _changes(ground: Ground, plan: Plan) -> Iterator[Issue]:
    """A version that changes a limit inside its period: the earlier version's holds until the period ends."""
    earlier = [each for each in ground.book.plans if each.id == plan.id and each.version < plan.version]
    if not earlier:
        return
    before = max(earlier, key=lambda each: each.version)
    pairs: list[tuple[PayLimit | Budget, PayLimit | Budget, str]] = [
        (old, new, f"payee_limit[{number}]")
        for number, (old, new) in enumerate(zip(before.payee_limits, plan.payee_limits, strict=False), 1)
    ]
    if before.budget and plan.budget:
        pairs.append((before.budget, plan.budget, "budget"))
    for old, new, at in pairs:
        period = ground.book.company.calendar.period_of(plan.from_, new.per)
        if old != new and old.per == new.per and period.start != plan.from_:
            yield _issue(
                plan,
                "plan.limit_changes_in_period",
                "warning",
                at,
                period=period.label,
                day=period.end.isoformat(),
            )


def _overrides(ground: Ground, plan: Plan) -> Iterator[Issue]:
    """What a component reads the payouts of exists in one of the plan's sets, and does not read it back."""
    beside = [each for each in ground.book.plans if set(each.sets) & set(plan.sets)]
    reads = {(each.id, part.id): payouts_read(part) for each in beside for part in each.components}
    names = [*dict.fromkeys(each for each, _ in reads), *("/".join(key) for key in reads)]
    for component in plan.components:
        where = Where(plan=plan.id, component=component.id)
        for of_plan, of_component in sorted(payouts_read(component)):
            if not any(key[0] == of_plan and of_component in ("", key[1]) for key in reads):
                name = "/".join(filter(None, (of_plan, of_component)))
                said = {"name": name, "suggestion": closest(name, names)}
                yield Issue("plan.payouts_of_unknown", "error", where, said)
        if component.table_per == "transaction" and any(paid_by(component.measure)):
            yield Issue("plan.payouts_one_by_one", "error", where)
        if (plan.id, component.id) in _read_by((plan.id, component.id), reads):
            yield Issue("plan.payouts_in_circle", "error", where)


def _read_by(first: Key, reads: Mapping[Key, set[Key]]) -> set[Key]:
    """Every component whose payouts go into this one's, however far."""
    found: set[Key] = set()
    ahead = [first]
    while ahead:
        for plan, component in reads.get(ahead.pop(), ()):
            read = {key for key in reads if key[0] == plan and component in ("", key[1])}
            ahead += sorted(read - found)
            found |= read
    return found


def _pool(plan: Plan, component: Component, pays: PaysPool) -> Iterator[Issue]:
    """A pool is one amount for all its members, divided by claims that exist.

    So what makes the amount, its table chosen by conditions included, is the same for all who share it.
    """
    where = Where(plan=plan.id, component=component.id)
    reach = {"own": 0, "team": 1, "shared": 2}
    others = [condition for other in component.when for condition in other.all_of]
    for counted in (component, *([component.multiplier] if component.multiplier else []), *others):
        if counted.scope == "own" or reach[counted.scope] < reach[component.scope]:
            yield Issue("plan.pool_of_own", "error", where)
            break
    if component.table_per == "transaction":
        yield Issue("plan.pool_per_deal", "error", where)
    if (pays.by == "measure") != (pays.claim is not None):
        code = "plan.pool_without_claim" if pays.claim is None else "plan.pool_claim_unused"
        yield Issue(code, "error", where)
    if pays.in_all is not None and pays.untaken == "redistribute":
        yield Issue("plan.pool_redistributes_all", "error", where)
    if pays.in_all is not None and pays.in_all <= 0:
        yield Issue("plan.pool_in_all", "error", where)

"""Plan check of what a component pays: cliffs with their jump in money, pay at target, quotas, limits."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import pyarrow as pa
import pyarrow.compute as pc

from revplan.formula.steps import ApplyTable
from revplan.issues import Issue
from revplan.metrics.measures import unit_scale
from revplan.model.plan import Component, Keyed, PaysIncentive, Plan, Steps
from revplan.model.results import RunResult
from revplan.money import MILLION, round_half_away
from revplan.periods import MONTHS
from revplan.rules.check.components import Subject, names_of, team_names
from revplan.rules.check.tables import cliffs, table_curve, value_at
from revplan.rules.compile import formula_of, input_unit
from revplan.rules.people import Stint
from revplan.rules.typical import latest

VOLUME = frozenset({"leads", "mqls", "sqls", "meetings"})
"""Measures of how much is done, whatever comes of it: the old way."""

_EXAMPLE = 100_000
"""Quota, in major units, that a jump is shown on where nobody has a quota yet."""


def check_pay(subject: Subject, results: RunResult | None = None) -> Iterator[Issue]:
    """Warnings about what a component that can be calculated pays.

    `results`, a run of the plan's set on the same book, is needed only for gates that nobody reached.
    """
    for check in (_jumps, _at_target, _zero_quotas, _no_cap, _joiners, _ramp_without_quota):
        yield from check(subject)
    if results is not None:
        yield from _closed_gates(subject, results)


# ---------------------------------------------------------------- the curve


@dataclass(frozen=True)
class Factor:
    """What multiplies the curve's value to give minor units: 1, a quota, or an incentive."""

    amount: Fraction
    is_example: bool


def table_factor(subject: Subject, step: ApplyTable) -> Factor:
    """What a typical payee's pay is the curve times of; an example where nobody covered has any."""
    component, ground = subject.component, subject.ground
    digits = ground.book.company.digits
    if step.base == "one":
        return Factor(Fraction(1), False)
    if step.base == "quota":
        measure = ground.measure(component.measure)
        quota = ground.typical_quota(subject.plan, component)
        scale = unit_scale(measure.unit, digits) if measure else 1
        return Factor(Fraction(quota or _EXAMPLE * scale), quota is None)
    incentive = ground.typical_incentive(subject.plan, component)
    return Factor(Fraction(incentive), not incentive)


def _jumps(subject: Subject) -> Iterator[Issue]:
    """Each edge at which one more unit changes pay by more than the unit earns.

    The amounts are those of a typical quota or incentive (the middle one of those covered). A table of
    steps is made of jumps, so they are only noted. A table read for each deal jumps with each deal.
    """
    component, company = subject.component, subject.ground.book.company
    measure = subject.ground.measure(component.measure)
    if measure is None or not cliffs(component.table):
        return
    step = formula_of(component, lambda _: measure.unit, company.digits).table
    factor = table_factor(subject, step)
    x_unit = input_unit(component, measure.unit, company.digits)
    shares = x_unit == 1
    for jump in step.curve.jumps():
        if jump.at <= 0:
            continue
        before, after = (round_half_away(factor.amount * value) for value in (jump.before, jump.after))
        at: dict[str, str | int] = (
            {"at_share": round_half_away(jump.at * MILLION)}
            if shares
            else {"at_amount": round_half_away(jump.at)}
            if measure.unit == "money"
            else {"at": round_half_away(jump.at / x_unit)}
        )
        if step.base == "incentive":
            at["jump_share"] = millionths_of(jump.after - jump.before)
        if factor.amount:
            at |= {"before_amount": before, "after_amount": after, "jump_amount": after - before}
        yield subject.issue(
            _jump_code(subject, at, factor),
            "note" if isinstance(component.table, Steps) else "warning",
            "table",
            **at,
            edge=step.curve.edge,
        )


def _jump_code(subject: Subject, at: dict[str, str | int], factor: Factor) -> str:
    kind = "step" if isinstance(subject.component.table, Steps) else "jump"
    if not factor.amount:
        return f"plan.{kind}_in_share"
    place = "" if "at_share" in at else "_at_amount" if "at_amount" in at else "_at_count"
    return f"plan.{kind}{place}{'_example' if factor.is_example else ''}"


def millionths_of(share: Fraction) -> int:
    """A fraction as `_share` parameters take it."""
    return round_half_away(share * MILLION)


def pay_at_target(subject: Subject) -> Fraction | None:
    """Multiple of the incentive that is paid at 100% attainment, by deals that no factor is for; None where
    that is not asked, and where another measure than the one that counts pays."""
    component = subject.component
    if not isinstance(component.pays, PaysIncentive) or component.input != "attainment":
        return None
    if component.pays_on.measure is not None:
        return None
    paid = value_at(component.table, 1)
    return None if paid is None else paid * Fraction(component.pays_on.otherwise)


def _at_target(subject: Subject) -> Iterator[Issue]:
    """At 100% attainment a component of the incentive pays its weight of it, no more and no less."""
    paid = pay_at_target(subject)
    if paid is None or paid == 1:
        return
    incentive = subject.ground.typical_incentive(subject.plan, subject.component)
    yield subject.issue(
        "plan.not_full_at_target" if paid < 1 else "plan.more_than_full_at_target",
        "warning",
        "table",
        paid_share=millionths_of(paid),
        paid_amount=round_half_away(paid * incentive),
        incentive_amount=incentive,
        grain=subject.component.measured_per,
    )


# ---------------------------------------------------------------- quotas and people


def _zero_quotas(subject: Subject) -> Iterator[Issue]:
    """A quota of 0 pays 0: attainment is not defined there."""
    component, ground = subject.component, subject.ground
    target = ground.quotas.targets.get(component.target or "")
    if target is None or component.input != "attainment":
        return
    calendar = ground.book.company.calendar
    years = [year.year for year in target.years]
    start = max(subject.plan.from_, calendar.year(min(years)).start)
    end = min(subject.plan.to or date.max, calendar.year(max(years)).end)
    zero: dict[str, list[str]] = {}
    for period in calendar.periods(start, end, component.measured_per) if start < end else ():
        for stint in ground.covered(subject.plan):
            on_plan = max(stint.start, subject.plan.from_) < period.end and stint.end > period.start
            if on_plan and ground.quota(component, stint, period) == 0:
                zero.setdefault(period.label, []).append(stint.name)
    if zero:
        first = min(zero)
        people = sorted({name for names in zero.values() for name in names})
        yield subject.issue(
            "plan.quota_zero",
            "warning",
            "target",
            who=names_of(people),
            period=first,
            number=len(people),
        )


def _no_cap(subject: Subject) -> Iterator[Issue]:
    """One deal credited to several people, on a table without end and without a cap."""
    component = subject.component
    repeats = component.credit.roll_up or component.scope in ("team", "shared")
    if not repeats or component.cap or component.pays.way != "rate":
        return
    curve, keyed = table_curve(component.table), isinstance(component.table, Keyed)
    rises = keyed or (curve is not None and curve.segments[-1].line.s > 0)
    if component.deals.payout_cap is not None or not rises:
        return
    people = len(latest(subject.ground.covered(subject.plan)))
    if people > 1:
        yield subject.issue("plan.no_cap_on_repeated_credit", "warning", "cap", number=people)


def _joiners(subject: Subject) -> Iterator[Issue]:
    """Without proration or ramp somebody who joins within a measured period has its whole quota to reach."""
    plan, component = subject.plan, subject.component
    if plan.prorate != "none" or plan.ramp or component.target is None or component.scope != "own":
        return
    calendar = subject.ground.book.company.calendar
    joiners: list[Stint] = []
    for stint in subject.ground.covered(subject.plan):
        period = calendar.period_of(stint.start, subject.component.measured_per)
        if stint.start > period.start and stint.start >= subject.plan.from_:
            joiners.append(stint)
    if joiners:
        yield subject.issue(
            "plan.joiners_on_full_quota",
            "warning",
            "target",
            who=names_of(stint.name for stint in joiners),
            number=len({stint.payee_id for stint in joiners}),
        )


def _ramp_without_quota(subject: Subject) -> Iterator[Issue]:
    """A ramp that asks nothing for a whole measured period: attainment is not defined there, and pay is 0."""
    plan, component = subject.plan, subject.component
    if plan.ramp is None or component.target is None or component.scope != "own":
        return
    free = next((n for n, share in enumerate(plan.ramp.quota) if share), len(plan.ramp.quota))
    if component.input == "attainment" and free >= MONTHS[component.measured_per]:
        yield subject.issue("plan.ramp_without_quota", "warning", "target", months=free)


def _closed_gates(subject: Subject, results: RunResult) -> Iterator[Issue]:
    """A gate that was shut for everybody in every finished period of the year up to `as_of`."""
    if not subject.component.gates:
        return
    lines = results.lines
    year_ago = results.as_of.replace(year=results.as_of.year - 1, day=min(results.as_of.day, 28))
    mine = pc.and_(
        pc.equal(lines["plan_id"], subject.plan.id), pc.equal(lines["component_id"], subject.component.id)
    )
    recent = pc.and_(
        pc.not_equal(lines["status"], "open"),
        pc.greater(lines["period_end"], pa.scalar(year_ago, pa.date32())),
    )
    gates = lines.filter(pc.and_(mine, recent))["gate_open"].drop_null()
    if len(gates) and not pc.any(gates).as_py():
        yield subject.issue("plan.gate_never_reached", "warning", "gate[1]", number=len(gates))


# ---------------------------------------------------------------- lead volume


def check_volume(subject: Subject, plans_of_set: tuple[Plan, ...]) -> Iterator[Issue]:
    """Pay on lead volume in a team none of whose plans in the set shares a revenue target.

    The amount is the yearly target incentive that rides on volume, of everybody covered together.
    """
    component, ground = subject.component, subject.ground
    if component.measure not in VOLUME:
        return
    covered = latest(ground.covered(subject.plan))
    teams = {stint.team_id for stint in covered}
    sharing = {
        stint.team_id
        for plan in plans_of_set
        if any(_shares_revenue(subject, each) for each in plan.components)
        for stint in ground.covered(plan)
    }
    if alone := teams - sharing:
        weight = Fraction(component.pays.weight) if isinstance(component.pays, PaysIncentive) else Fraction(0)
        amount = sum(round_half_away(weight * stint.incentive) for stint in covered if stint.team_id in alone)
        yield subject.issue(
            "plan.volume_without_shared_revenue" if amount else "plan.volume_rate_without_shared_revenue",
            "warning",
            "measure",
            measure=component.measure,
            teams=team_names(ground, alone),
            at_stake_amount=amount,
            number=len(covered),
        )


def _shares_revenue(subject: Subject, component: Component) -> bool:
    """Whether a component pays on money, or on what is kept of it, that several teams reach together."""
    measure = subject.ground.measure(component.measure)
    return component.scope == "shared" and measure is not None and measure.unit in ("money", "ratio")

"""Plan check of one component: what it counts, how it pays and its limits, each against the book."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction

from revplan.issues import Issue, Severity, Where
from revplan.model.credit import Credit
from revplan.model.plan import Component, Condition, Counted, Limit, PaysIncentive, PaysPool, Plan, Steps
from revplan.money import MILLION, round_half_away, to_minor
from revplan.periods import MONTHS
from revplan.rules.check.tables import Placed, check_table
from revplan.rules.check.which import check_which
from revplan.rules.people import Stint
from revplan.rules.typical import Ground, latest, period_incentive


@dataclass(frozen=True)
class Subject:
    """A component under check, with its plan and the book."""

    ground: Ground
    plan: Plan
    component: Component

    @property
    def where(self) -> Where:
        """The component's place."""
        return Where(plan=self.plan.id, component=self.component.id)

    @property
    def people(self) -> list[Stint]:
        """Whom the plan covers, each once."""
        return latest(self.ground.covered(self.plan))

    def issue(self, code: str, severity: Severity, at: str = "", /, **parameters: str | int) -> Issue:
        """An issue about this component; `at` is the field's path inside it."""
        return Issue(
            code, severity, Where(column=at, plan=self.plan.id, component=self.component.id), parameters
        )


def check_component(subject: Subject) -> Iterator[Issue]:
    """Every refusal and warning that concerns one component alone, jumps in pay aside."""
    yield from _tables(subject)
    for counted, at in counted_parts(subject.component):
        for check in (_measure, _target, _credit):
            yield from check(subject, counted, at)
    for check_whole in (
        _never_read,
        _input,
        _periods,
        _limits,
        _floor_and_cap,
        _deal_limits,
        _deals_meant,
        _weight,
    ):
        yield from check_whole(subject)


def counted_parts(component: Component) -> Iterator[tuple[Counted, str]]:
    """Everything in a component that counts something, with its path: itself, gates, multiplier."""
    yield component, ""
    for number, gate in enumerate(component.gates, 1):
        for position, condition in enumerate(gate.all_of, 1):
            yield condition, f"gate[{number}].all_of[{position}]."
    for number, other in enumerate(component.when, 1):
        for position, condition in enumerate(other.all_of, 1):
            yield condition, f"when[{number}].all_of[{position}]."
    if component.multiplier:
        yield component.multiplier, "multiplier."
    if isinstance(component.pays, PaysPool) and component.pays.claim:
        yield component.pays.claim, "pays.claim."


# ---------------------------------------------------------------- what is counted


def _tables(subject: Subject) -> Iterator[Issue]:
    yield from check_table(Placed(subject.component.table, subject.where))
    for number, other in enumerate(subject.component.when, 1):
        yield from check_table(Placed(other.table, subject.where, f"when[{number}].table"))
    if subject.component.multiplier:
        multiplier = subject.component.multiplier.table
        yield from check_table(Placed(multiplier, subject.where, "multiplier.table"))


def _never_read(subject: Subject) -> Iterator[Issue]:
    """The first table whose conditions hold is read: none is read after one that asks for no more."""
    tables = subject.component.when
    for number, other in enumerate(tables, 1):
        for place, earlier in enumerate(tables[: number - 1], 1):
            if all(any(_asks_as_much(mine, its) for mine in other.all_of) for its in earlier.all_of):
                yield subject.issue(
                    "plan.table_never_read", "warning", f"when[{number}]", number=number, earlier=place
                )
                break


def _asks_as_much(one: Condition, other: Condition) -> bool:
    """Whether `one` can hold only where `other` does: the same thing counted, reaching as much or more."""
    reached = (one.at_least, one.edge == "lower") >= (other.at_least, other.edge == "lower")
    same = {"at_least": one.at_least, "edge": one.edge}
    return reached and one == other.model_copy(update=same)


def _measure(subject: Subject, counted: Counted, at: str) -> Iterator[Issue]:
    if isinstance(counted, Condition) and not counted.measure:
        known = [each.id for each in subject.plan.components if each.id != subject.component.id]
        if counted.component is None:
            yield subject.issue("plan.condition_counts_nothing", "error", f"{at}measure")
        else:
            said = {"name": counted.component, "suggestion": closest(counted.component, known)}
            yield subject.issue("plan.linked_to_unknown", "error", f"{at}component", **said)
        return
    if subject.ground.measure(counted.measure) is None:
        close = closest(counted.measure, subject.ground.catalogue)
        yield subject.issue(
            "plan.unknown_measure", "error", f"{at}measure", name=counted.measure, suggestion=close
        )


def _target(subject: Subject, counted: Counted, at: str) -> Iterator[Issue]:
    """The target exists, measures the same thing in the same unit, and can be reached in this scope."""
    if counted.target is None:
        return
    targets = {target.id: target for target in subject.ground.book.targets}
    target = targets.get(counted.target)
    if target is None:
        close = closest(counted.target, targets)
        yield subject.issue(
            "plan.unknown_target", "error", f"{at}target", name=counted.target, suggestion=close
        )
        return
    mine, its = subject.ground.measure(counted.measure), subject.ground.measure(target.measure)
    if mine and its and mine.unit != its.unit:
        yield subject.issue(
            "plan.other_unit",
            "error",
            f"{at}target",
            measure=counted.measure,
            target=target.name,
            target_measure=target.measure,
        )
    elif counted.measure != target.measure:
        yield subject.issue(
            "plan.other_measure",
            "warning",
            f"{at}target",
            measure=counted.measure,
            target=target.name,
            target_measure=target.measure,
        )
    yield from _reach(subject, counted, at)


def _reach(subject: Subject, counted: Counted, at: str) -> Iterator[Issue]:
    """Everybody covered has a part of the target to reach, and a shared one is shared with their team."""
    quotas = subject.ground.quotas
    target = quotas.targets.get(counted.target or "")
    people = subject.people
    if target is None or not people:
        return
    owners = {owner for target_id, owner in quotas.months if target_id == target.id}
    without = [stint for stint in people if subject.ground.owner(counted, stint) not in owners]
    if without:
        code = {"own": "plan.no_own_portion", "team": "plan.no_team_portion"}[counted.scope]
        yield subject.issue(
            f"{code}_at_all" if len(without) == len(people) else code,
            "error" if len(without) == len(people) else "warning",
            f"{at}target",
            target=target.name,
            who=names_of(stint.name for stint in without),
            number=len(without),
        )
    if counted.scope == "shared" and not at:
        today = subject.ground.book.company.as_of
        days = {team: max(subject.plan.from_, today) for team in {stint.team_id for stint in people}}
        outside = sorted(team for team, day in days.items() if not quotas.shares(target.id, team, day))
        if outside:
            nobody = len(outside) == len(days)
            yield subject.issue(
                "plan.team_does_not_share",
                "error" if nobody else "warning",
                f"{at}scope",
                target=target.name,
                teams=team_names(subject.ground, outside),
            )


def _credit(subject: Subject, counted: Counted, at: str) -> Iterator[Issue]:
    """The credit rule can find somebody on this measure's transactions."""
    measure = subject.ground.measure(counted.measure)
    rule = counted.credit.rule
    if measure is None or counted.scope == "shared":
        return
    shares = counted.credit.shares
    if shares and (min(shares) < 0 or sum(shares) > 1):
        yield subject.issue(
            "plan.anchors",
            "error",
            f"{at}credit.anchors",
            total_share=millionths(sum(shares, Decimal(0))),
        )
    if not measure.additive:
        if counted.credit != Credit():
            yield subject.issue("plan.ratio_has_no_credit", "warning", f"{at}credit", measure=counted.measure)
    elif rule not in measure.fits:
        yield subject.issue(
            "plan.credit_does_not_fit",
            "error",
            f"{at}credit.rule",
            measure=counted.measure,
            rule=rule,
            rules=", ".join(sorted(measure.fits)),
        )


# ---------------------------------------------------------------- how it pays


def _input(subject: Subject) -> Iterator[Issue]:
    """What the table is read on exists."""
    component = subject.component
    measure = subject.ground.measure(component.measure)
    if component.target is None and component.input in ("attainment", "growth"):
        yield subject.issue(f"plan.{component.input}_needs_target", "error", "target")
    if measure is None:
        return
    if component.table_per == "transaction" and not measure.additive:
        yield subject.issue("plan.ratio_per_deal", "error", "table_per", measure=component.measure)
    if component.pays.way == "rate" and not measure.additive:
        yield subject.issue("plan.rate_on_ratio", "error", "pays", measure=component.measure)
    if component.pays.way == "rate" and isinstance(component.table, Steps):
        yield subject.issue("plan.rate_in_steps", "error", "table")


def _periods(subject: Subject) -> Iterator[Issue]:
    """Pay follows measurement: never for longer than what is measured, and in parts only when cumulative."""
    component = subject.component
    paid = component.paid_per or component.measured_per
    if MONTHS[paid] > MONTHS[component.measured_per]:
        yield subject.issue(
            "plan.paid_longer_than_measured",
            "error",
            "paid_per",
            paid_grain=paid,
            measured_grain=component.measured_per,
        )
    elif paid != component.measured_per and component.accumulation == "discrete":
        yield subject.issue(
            "plan.discrete_in_parts",
            "error",
            "accumulation",
            paid_grain=paid,
            measured_grain=component.measured_per,
        )


def _limits(subject: Subject) -> Iterator[Issue]:
    """A floor or cap says how much, of something that the component has."""
    for name, limit in (("floor", subject.component.floor), ("cap", subject.component.cap)):
        if limit is None:
            continue
        if limit.amount is None and limit.of_incentive is None:
            yield subject.issue("plan.limit_says_nothing", "error", name, limit=name)
        if limit.of_incentive is not None and not isinstance(subject.component.pays, PaysIncentive):
            yield subject.issue("plan.limit_without_incentive", "error", f"{name}.of_incentive", limit=name)


def _floor_and_cap(subject: Subject) -> Iterator[Issue]:
    """floor ≤ cap for everybody covered (and as written, where nobody is)."""
    component = subject.component
    floor, cap = component.floor, component.cap
    if floor is None or cap is None:
        return
    names = {stint.incentive: stint.name for stint in reversed(subject.people)} or {0: ""}
    above = [
        (name, low, high)
        for incentive, name in names.items()
        if (low := _limit(subject, floor, incentive)) > (high := _limit(subject, cap, incentive))
    ]
    if above:
        name, low, high = above[-1]
        yield subject.issue(
            "plan.floor_above_cap" if name else "plan.floor_above_cap_as_written",
            "error",
            "floor",
            who=name,
            floor_amount=low,
            cap_amount=high,
        )
    elif (floor.of_incentive or 0) > (cap.of_incentive or 0) and not (floor.amount or cap.amount):
        yield subject.issue("plan.floor_above_cap_as_written", "error", "floor")


def _limit(subject: Subject, limit: Limit, annual: int) -> int:
    digits = subject.ground.book.company.digits
    incentive = period_incentive(subject.component, annual)
    share = round_half_away(Fraction(limit.of_incentive or 0) * incentive)
    return to_minor(limit.amount or Decimal(0), digits) + share


def _deal_limits(subject: Subject) -> Iterator[Issue]:
    """Limits per deal need deals; a minimum above the cap lets no deal through whole."""
    deals = subject.component.deals
    measure = subject.ground.measure(subject.component.measure)
    limits = ("at_most", "minimum_credit", "credit_cap", "payout_cap")
    given = [name for name in limits if getattr(deals, name) is not None]
    given += [] if deals.only.says_nothing else ["only"]
    if given and measure and not measure.additive:
        yield subject.issue("plan.deal_limit_on_ratio", "error", f"deals.{given[0]}")
    if deals.payout_cap is not None and subject.component.table_per == "period":
        yield subject.issue("plan.payout_cap_needs_deals", "error", "deals.payout_cap")
    if deals.credit_cap is not None and (deals.minimum_credit or 0) > deals.credit_cap:
        yield subject.issue("plan.minimum_above_cap", "error", "deals.minimum_credit")


def _deals_meant(subject: Subject) -> Iterator[Issue]:
    """The deals that are meant can exist."""
    measure = subject.ground.measure(subject.component.measure)
    if measure is not None and measure.additive:
        yield from check_which(subject, subject.component.deals.only, measure, "deals.only")


def _weight(subject: Subject) -> Iterator[Issue]:
    """A component of the incentive has a weight above 0, and its people an incentive to pay from."""
    pays = subject.component.pays
    if not isinstance(pays, PaysIncentive):
        return
    if pays.weight <= 0:
        yield subject.issue("plan.weight_not_positive", "error", "pays.weight")
    without = [stint for stint in subject.people if stint.incentive <= 0]
    if without:
        yield subject.issue(
            "plan.no_target_incentive",
            "warning",
            "pays",
            who=names_of(stint.name for stint in without),
            number=len(without),
        )


# ---------------------------------------------------------------- words for parameters


def millionths(share: Decimal) -> int:
    """A fraction as the sentences' `_share` parameters take it."""
    return round_half_away(Fraction(share) * MILLION)


def names_of(names: Iterable[str], most: int = 5) -> str:
    """Up to `most` names, each once, in order."""
    found = sorted(set(names))
    return ", ".join(found[:most]) + (" …" if len(found) > most else "")


def team_names(ground: Ground, team_ids: Iterable[str]) -> str:
    """The teams' names, as the company writes them."""
    names = {team.id: team.name for team in ground.book.company.teams}
    return ", ".join(names.get(team_id, team_id) for team_id in sorted(team_ids))


def closest(name: str, known: Iterable[str]) -> str:
    """The known name nearest to a wrong one, else all of them."""
    names = list(known)
    return (get_close_matches(name, names, n=1) or [", ".join(names)])[0]

"""Scenarios in words: each change as a line of a list, and what the scenario comes to in a sentence."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from revplan.model.book import Book
from revplan.model.deals import Which
from revplan.model.scenario import (
    Attribution,
    Bounds,
    Change,
    Churn,
    DealSize,
    IncentiveFactor,
    Joins,
    LeavesOn,
    NewBusiness,
    NewTable,
    PayMix,
    QuotaFactor,
    Rates,
    StartsOn,
    TargetAmounts,
    Thresholds,
    Weights,
    Who,
    WholePlan,
    WinRate,
    WithoutPlan,
)
from revplan.money import MILLION, round_half_away
from revplan.service.scenarios import Outcome
from revplan.words import _, formats, names, ngettext
from revplan.words.deal_words import which_words
from revplan.words.table_words import Terms


def opening_sentence(before: Outcome, after: Outcome, currency: str, digits: int) -> str:
    """What the scenario costs against the baseline, and how many would be paid more."""
    moved: Counter[str] = Counter()
    for sign, people in ((-1, before.people), (1, after.people)):
        for payee, _name, _team, amount in people:
            moved[payee] += sign * amount
    moves = list(moved.values())
    gap = after.cost - before.cost
    if not any(moves):
        return _("As it is, “{set}” costs {cost}. Move a lever to see what would change.").format(
            set=names.plan_set(before.scenario.plan_set), cost=formats.money(before.cost, currency, digits)
        )
    text = (
        _("It would cost {gap} more, {share}. People paid more: {gain}, paid less: {lose}.")
        if gap >= 0
        else _("It would cost {gap} less, {share}. People paid more: {gain}, paid less: {lose}.")
    )
    share = round_half_away(Fraction(abs(gap) * MILLION, before.cost)) if before.cost else None
    return text.format(
        gap=formats.money(abs(gap), currency, digits),
        share=formats.percent(share),
        gain=formats.number(sum(move > 0 for move in moves)),
        lose=formats.number(sum(move < 0 for move in moves)),
    )


def change_text(change: Change, book: Book) -> str:
    """A change as a line of a list."""
    match change:
        case Rates():
            return _("{what}: rates × {factor}").format(
                what=_of_plans(change, book), factor=_times(change.factor)
            )
        case Thresholds():
            text = _("{what}: thresholds × {factor}")
            return text.format(what=_of_plans(change, book), factor=_times(change.factor))
        case NewTable():
            return _("{what}: another rate table").format(what=_of_plans(change, book))
        case Weights():
            said = [f"{w.component} {_times(w.weight)}" for w in change.weights]
            return _("{plan}: weights {weights}").format(
                plan=_plan(change.plan, book), weights=formats.listed(said)
            )
        case Bounds():
            return _bounds(change, book)
        case Attribution():
            return _("{what}: credit by {rule}").format(
                what=_of_plans(change, book), rule=names.named(names.CREDIT_RULES, change.credit.rule)
            )
        case WholePlan():
            return _("{plan}: the plan as a whole").format(plan=change.plan.name)
        case WithoutPlan():
            return _("Without {plan}").format(plan=_plan(change.plan, book))
        case TargetAmounts():
            return _target(change, book)
        case QuotaFactor():
            text = _("Quotas of {who} × {factor}")
            return text.format(who=_who(change.who, book), factor=_times(change.factor))
        case Joins():
            text = ngettext(
                "{count} {role} joins {team} on {day}", "{count} × {role} join {team} on {day}", change.number
            )
            return text.format(
                count=change.number,
                role=change.role,
                team=_team(change.team, book),
                day=formats.day(change.on),
            )
        case LeavesOn():
            return _("{name} leaves on {day}").format(
                name=_person(change.payee, book), day=formats.day(change.on)
            )
        case StartsOn():
            return _("{name} starts on {day}").format(
                name=_person(change.payee, book), day=formats.day(change.on)
            )
        case PayMix():
            text = _("Pay mix of {who}: {share} variable")
            return text.format(who=_who(change.who, book), share=_times(change.variable))
        case IncentiveFactor():
            text = _("Target incentives of {who} × {factor}")
            return text.format(who=_who(change.who, book), factor=_times(change.factor))
        case DealSize():
            text = _("Deals of {teams} × {factor}")
            owners = [_person(payee, book) for payee in change.payees]
            whose = formats.listed(owners) if owners else _teams(change.teams, book)
            return text.format(teams=whose, factor=_times(change.factor)) + _only(change.which, book)
        case WinRate():
            text = _("Win rates of {teams} × {factor}")
            whose = _teams(change.teams, book)
            return text.format(teams=whose, factor=_times(change.factor)) + _only(change.which, book)
        case NewBusiness():
            text = _("New business of {teams} × {factor}")
        case Churn():
            text = _("Lost renewals × {factor}")
    teams = getattr(change, "teams", ())
    return text.format(teams=_teams(teams, book), factor=_times(change.factor))


def _only(which: Which, book: Book) -> str:
    """What the deals of a change have to be, as the end of its line; "" for any deal."""
    company = book.company
    words = which_words(which, Terms(company.currency, company.digits).money, ", ")
    return f" ({words})" if words else ""


def _bounds(change: Bounds, book: Book) -> str:
    gone = {"cap": _("no cap"), "floor": _("no floor")}
    said = [gone[name] for name in change.remove]
    for name, limit in ((_("cap"), change.cap), (_("floor"), change.floor)):
        if limit is not None:
            parts = [formats.number(limit.amount)] if limit.amount is not None else []
            if limit.of_incentive is not None:
                parts.append(_("{share} of the incentive").format(share=_times(limit.of_incentive)))
            said.append(f"{name} {' + '.join(parts)}")
    return f"{_of_plans(change, book)}: {formats.listed(said)}"


def _target(change: TargetAmounts, book: Book) -> str:
    name = next((target.name for target in book.targets if target.id == change.target), change.target)
    year = str(change.year) if change.year else _("every year")
    if change.total is not None:
        return _("{target} of {year}: {total}").format(
            target=name, year=year, total=formats.number(change.total)
        )
    return _("{target} of {year} × {factor}").format(
        target=name, year=year, factor=_times(change.factor or Decimal(1))
    )


def _times(factor: Decimal) -> str:
    return formats.percent(round_half_away(Fraction(factor) * MILLION))


def _of_plans(change: Rates | Thresholds | NewTable | Bounds | Attribution, book: Book) -> str:
    plan = _plan(change.plan, book) if change.plan else _("All plans")
    if not change.component:
        return plan
    named: Mapping[str, str] = {
        component.id: component.name
        for each in book.plans
        if change.plan in (None, each.id)
        for component in each.components
    }
    return f"{plan} · {named.get(change.component, change.component)}"


def _plan(plan_id: str, book: Book) -> str:
    return next((plan.name for plan in reversed(book.plans) if plan.id == plan_id), plan_id)


def _team(team_id: str, book: Book) -> str:
    return next((team.name for team in book.company.teams if team.id == team_id), team_id)


def _teams(teams: tuple[str, ...], book: Book) -> str:
    return formats.listed([_team(team, book) for team in teams]) if teams else _("all teams")


def _person(payee_id: str, book: Book) -> str:
    rows = book.tables["payees"].select(["payee_id", "name"]).to_pylist()
    return next((row["name"] for row in rows if row["payee_id"] == payee_id), payee_id)


def _who(who: Who, book: Book) -> str:
    said = [_team(team, book) for team in who.teams]
    said += [*who.roles, *(_person(payee, book) for payee in who.payees)]
    return formats.listed(said) if said else _("everybody")

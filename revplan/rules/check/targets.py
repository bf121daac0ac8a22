"""Plan check of targets: amounts that can be resolved, teams and payees that exist, cascades that add up."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction

from revplan.issues import Issue, Severity, Where
from revplan.metrics.measures import unit_scale
from revplan.model.targets import Portion, Target
from revplan.money import MILLION, round_half_away
from revplan.rules.check.components import names_of
from revplan.rules.check.parts import check_parts
from revplan.rules.quotas import target_periods
from revplan.rules.typical import Ground


def check_targets(ground: Ground) -> Iterator[Issue]:
    """Every problem of the book's targets."""
    yield from ground.target_issues
    for name, number in Counter(target.id for target in ground.book.targets).items():
        if number > 1:
            yield Issue("target.twice", "error", Where(target=name), {"number": number})
    for target in ground.book.targets:
        for check in (_years, _people, _nothing, _adds_up):
            yield from check(ground, target)
        yield from check_parts(target)


def _issue(target: Target, code: str, severity: Severity, **parameters: str | int) -> Issue:
    return Issue(code, severity, Where(target=target.id), {"target": target.name, **parameters})


def _years(ground: Ground, target: Target) -> Iterator[Issue]:
    """A year is given once."""
    for year, number in Counter(year.year for year in target.years).items():
        if number > 1:
            yield _issue(target, "target.year_twice", "error", year=year)


def _people(ground: Ground, target: Target) -> Iterator[Issue]:
    """Teams that share it, and owners of its portions, are in the book."""
    teams = {team.id for team in ground.book.company.teams}
    payees = {stint.payee_id for stint in ground.roster}
    owners = [target.owner, *(portion.owner for portion in target.portions)]
    named = [f"team:{sharing.team}" for sharing in target.shared_with]
    for owner in dict.fromkeys([*owners, *named]):
        kind, _, who = owner.partition(":")
        if (kind == "team" and who not in teams) or (kind == "payee" and payees and who not in payees):
            known = teams if kind == "team" else payees
            yield _issue(target, f"target.unknown_{kind}", "error", name=who, known=names_of(known))


def _nothing(ground: Ground, target: Target) -> Iterator[Issue]:
    """A period without an amount has no attainment."""
    if target.id not in ground.quotas.targets:
        return
    empty = [
        period.label
        for period in target_periods(ground.book.company, target)
        if not ground.quotas.amount(target.id, target.owner, period.start, period.end)
    ]
    if empty:
        yield _issue(target, "target.zero", "warning", period=empty[0], number=len(empty))


def _adds_up(ground: Ground, target: Target) -> Iterator[Issue]:
    """Bottom-up beside top-down: what the portions of one owner add up to, against what it has.

    Compared over all periods of the target together. A ratio does not add up, so it is not compared.
    """
    quotas = ground.quotas
    if target.id not in quotas.targets or quotas.units[target.id] == "ratio":
        return
    children: dict[str, list[Portion]] = defaultdict(list)
    for portion in target.portions:
        parent = target.owner if portion.of == "company" else portion.of
        children[parent].append(portion)
    periods = target_periods(ground.book.company, target)
    start, end = periods[0].start, periods[-1].end
    scale = unit_scale(quotas.units[target.id], ground.book.company.digits)
    for parent, portions in children.items():
        whole = quotas.amount(target.id, parent, start, end) or 0
        owners = {portion.owner for portion in portions}
        total = sum(quotas.amount(target.id, owner, start, end) or 0 for owner in owners)
        if total == whole or whole <= 0:
            continue
        unit = "_amount" if quotas.units[target.id] == "money" else "_count"
        over = total > whole
        yield _issue(
            target,
            f"target.{'over' if over else 'under'}_assigned{'' if unit == '_amount' else '_count'}",
            "note" if over else "warning",
            owner=_owner_name(ground, parent),
            assigned_share=round_half_away(Fraction(total, whole) * MILLION),
            **(
                {"total_amount": total, "whole_amount": whole, "difference_amount": abs(total - whole)}
                if unit == "_amount"
                else {
                    "total": round_half_away(Fraction(total, scale)),
                    "whole": round_half_away(Fraction(whole, scale)),
                    "difference": round_half_away(Fraction(abs(total - whole), scale)),
                }
            ),
        )


def _owner_name(ground: Ground, owner: str) -> str:
    kind, _, who = owner.partition(":")
    if kind == "team":
        return next((team.name for team in ground.book.company.teams if team.id == who), who)
    if kind == "payee":
        return next((stint.name for stint in ground.roster if stint.payee_id == who), who)
    if kind == "vacancy":
        return who
    return ground.book.company.name or owner

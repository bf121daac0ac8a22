"""Targets resolved: every target and portion as an amount for each month, then for any period."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache

import pyarrow as pa

from revplan.issues import Issue, Unfit, Where
from revplan.metrics.measures import measure_of, paid_by, unit_scale
from revplan.model.book import Company
from revplan.model.results import Unit
from revplan.model.targets import Portion, Target, TargetYear
from revplan.money import largest_remainder, round_half_away
from revplan.periods import Period, add_months

LARGEST_TARGET = 10**17
"""Of a year, in stored units: over-assigned portions and several years still fit a table's columns."""

RESOLVED = pa.schema(
    [
        ("target_id", pa.string()),
        ("owner", pa.string()),
        ("team_id", pa.string()),
        ("payee_id", pa.string()),
        ("period", pa.string()),
        ("period_start", pa.date32()),
        ("period_end", pa.date32()),
        ("amount", pa.int64()),
    ]
)


@lru_cache(maxsize=4096)
def months_between(start: date, end: date) -> tuple[date, ...]:
    """First days of the months of [start, end); start is one of them."""
    months = [start]
    while (following := add_months(months[-1], 1)) < end:
        months.append(following)
    return tuple(months)


@dataclass(frozen=True)
class Quotas:
    """Amounts by (target id, owner), then by month start. Ratios stand in every month as they are."""

    months: Mapping[tuple[str, str], Mapping[date, int]]
    targets: Mapping[str, Target]
    units: Mapping[str, Unit]

    def amount(self, target_id: str, owner: str, start: date, end: date) -> int | None:
        """The target of `owner` over the months of [start, end): their sum, or a ratio's last value.

        In minor units, or millionths. None where no month has one.
        """
        months = self.months.get((target_id, owner), {})
        if self.units.get(target_id) == "ratio":
            return max(((m, a) for m, a in months.items() if start <= m < end), default=(None, None))[1]
        asked = months_between(start, end)
        if len(asked) == 1:  # most are asked for a month, and very many
            return months.get(asked[0])
        found = [months[month] for month in asked if month in months]
        return sum(found) if found else None

    def shares(self, target_id: str, team_id: str, day: date) -> bool:
        """Whether a team shares the target on a day; a target that names no team is everybody's."""
        sharing = self.targets[target_id].shared_with
        return not sharing or any(
            s.team == team_id and (s.from_ or date.min) <= day < (s.to or date.max) for s in sharing
        )


def resolve_months(company: Company, targets: Iterable[Target]) -> tuple[Quotas, list[Issue]]:
    """Every target and portion by month.

    A period's amount is divided equally among its months (largest remainder). Portions by share are
    divided from their parent period by period: exactly when the shares of one parent add up to 100%,
    each rounded by itself when they do not. A target that cannot be resolved is left out with an issue.
    What comes of the same targets is kept, since every calculation and every page asks for it.
    """
    quotas, issues = _resolved(company, tuple(targets))
    return quotas, list(issues)


@lru_cache(maxsize=8)
def _resolved(company: Company, targets: tuple[Target, ...]) -> tuple[Quotas, tuple[Issue, ...]]:
    months: dict[tuple[str, str], dict[date, int]] = {}
    known: dict[str, Target] = {}
    units: dict[str, Unit] = {}
    issues: list[Issue] = []
    for target in targets:
        try:
            if any(paid_by(target.measure)):
                raise KeyError(target.measure)  # standings are seen by all, and pay is private
            unit = measure_of(company, target.measure).unit
            own = _by_month(company, target, target.years, unit)
            resolved = {target.owner: own} | _cascade(company, target, own, unit)
        except KeyError:
            said = {"measure": target.measure}
            issues.append(Issue("target_unknown_measure", "error", Where(target=target.id), said))
            continue
        except Unfit as wrong:
            issues.append(Issue(wrong.code, "error", Where(target=target.id), wrong.parameters))
            continue
        known[target.id], units[target.id] = target, unit
        months |= {(target.id, owner): amounts for owner, amounts in resolved.items()}
    return Quotas(months, known, units), tuple(issues)


def resolve(company: Company, targets: Iterable[Target]) -> pa.Table:
    """Every target and portion for each of the target's own periods (schema RESOLVED)."""
    quotas, _ = resolve_months(company, targets)
    rows = []
    for (target_id, owner), months in quotas.months.items():
        for period in target_periods(company, quotas.targets[target_id]):
            if any(period.start <= month < period.end for month in months):
                rows.append(_row(target_id, owner, period, quotas))
    return pa.Table.from_pylist(rows, RESOLVED)


def _row(target_id: str, owner: str, period: Period, quotas: Quotas) -> dict[str, object]:
    kind, _, who = owner.partition(":")
    return {
        "target_id": target_id,
        "owner": owner,
        "team_id": who if kind == "team" else "",
        "payee_id": who if kind == "payee" else "",
        "period": period.label,
        "period_start": period.start,
        "period_end": period.end,
        "amount": quotas.amount(target_id, owner, period.start, period.end),
    }


def target_periods(company: Company, target: Target) -> list[Period]:
    """The periods for which the target has amounts, in order."""
    years = sorted({year.year for year in target.years})
    return [
        period
        for year in years
        for period in company.calendar.periods(
            company.calendar.year(year).start, company.calendar.year(year).end, target.grain
        )
    ]


def _by_month(company: Company, target: Target, years: Iterable[TargetYear], unit: Unit) -> dict[date, int]:
    """A target's amounts by month start, in stored units."""
    scale = unit_scale(unit, company.digits)
    found: dict[date, int] = {}
    for year in years:
        whole = company.calendar.year(year.year)
        periods = list(company.calendar.periods(whole.start, whole.end, target.grain))
        amounts = _year_amounts(year, len(periods), scale, unit)
        for period, amount in zip(periods, amounts, strict=True):
            starts = [month.start for month in company.calendar.periods(period.start, period.end, "month")]
            each = [amount] * len(starts) if unit == "ratio" else largest_remainder(amount, [1] * len(starts))
            found |= dict(zip(starts, each, strict=True))
    return found


def _year_amounts(year: TargetYear, count: int, scale: int, unit: Unit) -> list[int]:
    amounts = _unbounded_amounts(year, count, scale, unit)
    if sum(map(abs, amounts)) > LARGEST_TARGET:
        raise Unfit("target_too_large", year=year.year)
    return amounts


def _unbounded_amounts(year: TargetYear, count: int, scale: int, unit: Unit) -> list[int]:
    if year.amounts:
        if len(year.amounts) != count:
            given = len(year.amounts)
            raise Unfit("target_amounts_do_not_fit", year=year.year, given=given, wanted=count)
        return [round_half_away(Fraction(amount) * scale) for amount in year.amounts]
    total = round_half_away(Fraction(year.total or 0) * scale)
    if unit == "ratio":
        return [total] * count
    if year.weights and len(year.weights) != count:
        given = len(year.weights)
        raise Unfit("target_weights_do_not_fit", year=year.year, given=given, wanted=count)
    weights = [Fraction(weight) for weight in year.weights] or [Fraction(1)] * count
    if min(weights) < 0 or not any(weights):
        raise Unfit("target_weights_divide_nothing", year=year.year)
    return largest_remainder(total, weights)


def _cascade(
    company: Company, target: Target, own: dict[date, int], unit: Unit
) -> dict[str, dict[date, int]]:
    """The portions' amounts by month, parents before children, each limited to its own dates."""
    resolved = {target.owner: own}
    waiting: dict[str, list[Portion]] = defaultdict(list)
    for portion in target.portions:
        waiting[parent_of(target, portion)].append(portion)
    while waiting:
        # A parent is ready when no portion that is still to be divided adds to its own amounts.
        unsettled = {portion.owner for portions in waiting.values() for portion in portions}
        parent = next((p for p in sorted(waiting) if p in resolved and p not in unsettled), None)
        if parent is None:
            raise Unfit("target_part_of_nothing", owners=", ".join(map(_named, sorted(waiting))))
        for owner, amounts in _divide(company, target, resolved[parent], waiting.pop(parent), unit).items():
            resolved[owner] = resolved.get(owner, {}) | amounts
    del resolved[target.owner]
    return resolved


def _named(owner: str) -> str:
    return owner.partition(":")[2] or owner


def parent_of(target: Target, portion: Portion) -> str:
    """Whose amounts a portion is a part of, as an owner."""
    return target.owner if portion.of == "company" else portion.of


def parts_below(target: Target) -> dict[str, list[str]]:
    """The owners of the portions that are divided from each owner's amount, each named once."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for portion in target.portions:
        found[parent_of(target, portion)][portion.owner] = None
    return {parent: list(owners) for parent, owners in found.items()}


def _divide(
    company: Company, target: Target, parent: dict[date, int], portions: list[Portion], unit: Unit
) -> dict[str, dict[date, int]]:
    found: dict[str, dict[date, int]] = defaultdict(dict)
    for portion in portions:
        if portion.years:
            amounts = _by_month(company, target, portion.years, unit)
            found[portion.owner] |= {m: a for m, a in amounts.items() if _in_force(portion, m)}
    by_share = [portion for portion in portions if portion.share is not None]
    weights = [Fraction(portion.share or 0) for portion in by_share]
    if below := [portion.owner for portion, weight in zip(by_share, weights, strict=True) if weight < 0]:
        raise Unfit("target_below_zero", owner=_named(below[0]))
    for period in target_periods(company, target):
        # Usually the same portions are in force in all months of a period.
        in_force: dict[tuple[int, ...], list[date]] = defaultdict(list)
        for month in (month for month in parent if period.start <= month < period.end):
            in_force[tuple(i for i, p in enumerate(by_share) if _in_force(p, month))].append(month)
        for numbers, months in in_force.items():
            divided = _parts(parent, [weights[i] for i in numbers], months, unit)
            for i, parts in zip(numbers, divided, strict=True):
                found[by_share[i].owner] |= dict(zip(months, parts, strict=True))
    return dict(found)


def _parts(
    parent: dict[date, int], weights: list[Fraction], months: list[date], unit: Unit
) -> list[list[int]]:
    """The amounts of each portion for those months of one period."""
    if unit == "ratio":
        return [[round_half_away(parent[month] * weight) for month in months] for weight in weights]
    whole = sum(parent[month] for month in months)
    if sum(weights) == 1:
        parts = largest_remainder(whole, weights)
    else:
        parts = [round_half_away(whole * weight) for weight in weights]
    return [[part] if len(months) == 1 else largest_remainder(part, [1] * len(months)) for part in parts]


def _in_force(portion: Portion, month: date) -> bool:
    return (portion.from_ or date.min) <= month < (portion.to or date.max)

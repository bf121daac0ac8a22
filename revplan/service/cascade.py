"""How a target cascades: the whole, teams and people, with what the parts below add up to."""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from revplan.access import Scope, Viewer
from revplan.issues import Issue
from revplan.metrics.measures import measure_of
from revplan.model.book import Book
from revplan.model.results import Unit
from revplan.model.targets import Target
from revplan.money import MILLION, round_half_away
from revplan.periods import Period
from revplan.rules.effective import EffectiveQuotas
from revplan.rules.people import spans, stints
from revplan.rules.quotas import parent_of, resolve_months
from revplan.service import workspace
from revplan.service.standing import plan_set_of
from revplan.service.target_amounts import year_periods
from revplan.service.targets import sees_part


@dataclass(frozen=True)
class Level:
    """One part of a target in a year, in stored units (minor units, millionths).

    `amounts` are by period. `total` is the top-down target of the year, None for a ratio. `share` is that as
    millionths of the level above, None when the viewer may not see that one. `below` is the bottom-up sum
    of the parts divided from it, None when there are none, or some that the viewer may not see. `over` is how
    far that is above the top-down target: 100,000 is 10% over-assigned, below 0 is not assigned yet.
    `effective` is `total` after a person's proration, ramp and leave, `effective_below` what such parts add
    up to, both under today's plan set.
    """

    owner: str
    of: str
    depth: int
    team_id: str
    payee_id: str
    amounts: tuple[int, ...]
    total: int | None
    share: int | None
    below: int | None
    over: int | None
    effective: int | None
    effective_below: int | None


@dataclass(frozen=True)
class Cascade:
    """A target's parts in a year that the viewer may see: each level before those below it."""

    unit: Unit
    periods: tuple[Period, ...]
    levels: tuple[Level, ...]
    issues: tuple[Issue, ...]

    @property
    def top(self) -> Level | None:
        """The whole target, when it has amounts in that year."""
        return self.levels[0] if self.levels and self.levels[0].depth == 0 else None


def saved_cascade(viewer: Viewer, target_id: str, year: int) -> Cascade:
    """What a saved target gives each team and person in a fiscal year; see `preview_cascade`.

    KeyError when there is no such target.
    """
    book = workspace.current().book()
    return preview_cascade(viewer, {target.id: target for target in book.targets}[target_id], year)


def preview_cascade(viewer: Viewer, target: Target, year: int) -> Cascade:
    """What a target with all its parts, saved or not, gives each team and person in a fiscal year.

    The company's level is everybody's to see; the others by scope, and a sum only with all that it adds
    up, so that nobody's part can be found by subtraction.
    """
    here = workspace.current()
    return cascade_of(here.book(), here.scope(viewer), target, year)


def cascade_of(book: Book, scope: Scope, target: Target, year: int) -> Cascade:
    """See `preview_cascade`."""
    periods = year_periods(book, year, target.grain)
    quotas, issues = resolve_months(book.company, (target,))
    if issues:
        return Cascade("count", periods, (), tuple(issues))
    by_owner = {
        owner: [quotas.amount(target.id, owner, p.start, p.end) for p in periods]
        for _, owner in quotas.months
    }
    amounts = {
        owner: tuple(amount or 0 for amount in found)
        for owner, found in by_owner.items()
        if any(amount is not None for amount in found)
    }
    unit = measure_of(book.company, target.measure).unit
    on_plans = spans(book, plan_set_of(book), stints(book))
    effective = EffectiveQuotas(quotas, on_plans)
    in_force = {
        owner: sum(effective.amount(target.id, owner, period) or 0 for period in periods) for owner in amounts
    }
    levels = _levels(book, scope, target, amounts, in_force, additive=unit != "ratio")
    return Cascade(unit, periods, tuple(levels), ())


def _levels(
    book: Book,
    scope: Scope,
    target: Target,
    amounts: dict[str, tuple[int, ...]],
    effective: dict[str, int],
    *,
    additive: bool,
) -> list[Level]:
    children: dict[str, list[str]] = defaultdict(list)
    for portion in target.portions:
        above = parent_of(target, portion)
        if portion.owner in amounts and portion.owner not in children[above]:
            children[above].append(portion.owner)
    found: list[Level] = []
    seen: set[str] = set()

    def visit(owner: str, of: str, depth: int) -> None:
        visible = sees_part(book, scope, owner, of)
        if visible:
            seen.add(owner)
            found.append(_level(owner, of, depth))
        for child in children[owner]:
            visit(child, owner, depth + visible)

    def _level(owner: str, of: str, depth: int) -> Level:
        total = sum(amounts[owner]) if additive else None
        parts = children[owner]
        below = effective_below = None
        if additive and parts and all(sees_part(book, scope, part, owner) for part in parts):
            below = sum(sum(amounts[part]) for part in parts)
            effective_below = sum(effective[part] for part in parts)
        return Level(
            owner=owner,
            of=of,
            depth=depth,
            team_id=_id(owner, "team") or _id(of, "team"),
            payee_id=_id(owner, "payee"),
            amounts=amounts[owner],
            total=total,
            share=_ratio(total, sum(amounts[of])) if additive and of and of in seen else None,
            below=below,
            over=None if below is None else _less_one(_ratio(below, total)),
            effective=effective[owner] if additive else None,
            effective_below=effective_below,
        )

    if target.owner in amounts:
        visit(target.owner, "", 0)
    return found


def _id(owner: str, kind: str) -> str:
    return owner.removeprefix(f"{kind}:") if owner.startswith(f"{kind}:") else ""


def _ratio(part: int | None, whole: int | None) -> int | None:
    return round_half_away(Fraction(part * MILLION, whole)) if part is not None and whole else None


def _less_one(ratio: int | None) -> int | None:
    return None if ratio is None else ratio - MILLION

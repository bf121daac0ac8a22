"""Target check of parts: nobody has two on one day, and nothing is below zero."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations

from revplan.issues import Issue, Where
from revplan.model.targets import Target, TargetYear


def check_parts(target: Target) -> Iterator[Issue]:
    """Refuses a team that shares the target twice on one day, an owner with two parts on one day, dates that
    end before they start, and amounts, totals or shares below 0."""
    sharing = [(each.team, each.from_, each.to) for each in target.shared_with]
    parts = [(each.owner, each.from_, each.to) for each in target.portions]
    for team in _overlapping(sharing):
        yield _issue(target, "target_shared_twice", team)
    for owner in _overlapping(parts):
        yield _issue(target, "target_part_twice", owner)
    for owner, start, end in (*sharing, *parts):
        if start and end and start >= end:
            yield _issue(target, "target_ends_before_start", owner)
    if _below_zero(target.years):
        yield _issue(target, "target_below_zero", target.owner)
    for portion in target.portions:
        if (portion.share or 0) < 0 or _below_zero(portion.years):
            yield _issue(target, "target_below_zero", portion.owner)


def _below_zero(years: Iterable[TargetYear]) -> bool:
    return any(min((*year.amounts, year.total or 0)) < 0 for year in years)


def _overlapping(dated: Iterable[tuple[str, date | None, date | None]]) -> list[str]:
    """Names that stand twice on one day; each is (name, from, to), open where a date is None."""
    found = set()
    for (one, start, end), (other, from_, to) in combinations(dated, 2):
        in_time = (start or date.min) < (to or date.max) and (from_ or date.min) < (end or date.max)
        if one == other and in_time:
            found.add(one)
    return sorted(found)


def _issue(target: Target, code: str, owner: str) -> Issue:
    return Issue(code, "error", Where(target=target.id), {"owner": owner.partition(":")[2] or target.name})

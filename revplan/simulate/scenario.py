"""A scenario on a book: each change made in its turn, and what could not be made said."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from revplan.issues import Issue, Unfit, Where
from revplan.model.book import Book
from revplan.model.scenario import FORECAST_ONLY, Change, Scenario
from revplan.simulate import deal_changes, people_changes, plan_changes, target_changes

Make = Callable[[Book, Scenario, Any], Book]
"""Makes one change; raises Unfit when it finds nothing to act on."""

_MAKE: Mapping[str, Make] = {
    "rates": plan_changes.rates,
    "thresholds": plan_changes.thresholds,
    "new_table": plan_changes.new_table,
    "new_weights": plan_changes.weights,
    "bounds": plan_changes.bounds,
    "attribution": plan_changes.attribution,
    "new_plan": plan_changes.whole_plan,
    "without_plan": plan_changes.without_plan,
    "target_amounts": target_changes.amounts,
    "quota": target_changes.quota,
    "joins": people_changes.joins,
    "leaves": people_changes.leaves_on,
    "starts": people_changes.starts_on,
    "pay_mix": people_changes.pay_mix,
    "incentive": people_changes.incentive,
    "deal_size": deal_changes.deal_size,
}


ON_BOOK = frozenset(_MAKE) - {"deal_size"}
"""Kinds of changes that are made on the book whatever facts it holds."""


def apply(book: Book, scenario: Scenario) -> tuple[Book, tuple[Issue, ...]]:
    """The book as the scenario has it, and an error for each change that finds nothing to act on.

    Such a change is left out and the others are made: the issue's `row` is its place in the list, from 1.
    Changes of FORECAST_ONLY kinds act on forecasts alone and leave the book as it is. Closed periods are
    left out of the result: a scenario asks what the plans would pay, not what is still to be trued up.
    The plan check of the changed plans is the caller's (`rules.check.book`).
    """
    if scenario.plan_set not in book.plan_sets():
        said: dict[str, str | int] = {"plan_set": scenario.plan_set}
        return book, (Issue("unknown_plan_set", "error", Where(), said),)
    changed, issues = Book(book.company, book.plans, book.targets, book.tables), []
    for place, change in enumerate(scenario.changes, 1):
        if change.kind in FORECAST_ONLY:
            continue
        try:
            changed = _MAKE[change.kind](changed, scenario, change)
        except Unfit as wrong:
            issues.append(Issue(wrong.code, "error", _where(change, place), wrong.parameters))
    return changed, tuple(issues)


def part_of(scenario: Scenario, kinds: Container[str]) -> tuple[Scenario, tuple[int, ...]]:
    """The scenario with its changes of those kinds alone, and the place of each in the whole list, from 1."""
    places = tuple(n for n, change in enumerate(scenario.changes, 1) if change.kind in kinds)
    return scenario.model_copy(update={"changes": tuple(scenario.changes[n - 1] for n in places)}), places


def at_places(issues: Iterable[Issue], places: Sequence[int]) -> tuple[Issue, ...]:
    """Issues of a part of a scenario, each with the place of its change in the whole."""

    def placed(where: Where) -> Where:
        return replace(where, row=places[where.row - 1] if where.row else 0)

    return tuple(replace(issue, where=placed(issue.where)) for issue in issues)


def _where(change: Change, place: int) -> Where:
    named = {name: getattr(change, name, None) or "" for name in ("plan", "component", "target", "payee")}
    return Where(row=place, **{name: text for name, text in named.items() if isinstance(text, str)})

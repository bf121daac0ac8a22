"""The facts a scenario stands on, as a book: what happened, one drawn future, or one written by hand."""

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np

from revplan.issues import Issue, Where
from revplan.model.book import Book
from revplan.model.facts import Luck, ToCome, Written
from revplan.model.scenario import FORECAST_ONLY, DealSize, Scenario
from revplan.simulate.drawn import drawn
from revplan.simulate.estimate import estimate
from revplan.simulate.forecast_changes import apply_to_forecast
from revplan.simulate.future import book_of, future_of
from revplan.simulate.luck import SLIPPED
from revplan.simulate.monte_carlo import simulate
from revplan.simulate.scenario import ON_BOOK, apply, at_places, part_of
from revplan.simulate.stakes import stakes_of
from revplan.simulate.written import written_book

TRIALS, SEED = 1_000, 1
"""Futures drawn to tell a poor from a good one; always the same, so that scenarios share their luck."""

RANKS: dict[Luck, int] = {"poor": 10, "middle": 50, "good": 90}
"""In how many of a hundred futures the company wins no more than in this one."""

TrialOf = Callable[[ToCome], int]
"""The trial that is a future: see `trial_of`."""


def on_its_facts(book: Book, scenario: Scenario, trial: TrialOf) -> tuple[Book, tuple[Issue, ...]]:
    """The book of the scenario's facts with its changes made, and an error for each that cannot be.

    On a forecast, deal sizes, win rates, new business and churn act on what is open, and the same trial of
    the changed forecast comes true as of the one as it is. On a future written by hand deal sizes act on what
    is to come, and changes of chances on nothing. Raises Unfit for an end that no forecast can have.
    """
    facts = scenario.facts
    if isinstance(facts, ToCome):
        forecast = estimate(book, facts.until)
        changed, forecast, issues = apply_to_forecast(book, forecast, scenario)
        future = future_of(changed, forecast)
        return book_of(future, drawn(future, SEED, trial(facts))), issues
    if isinstance(facts, Written):
        return _written(book, scenario, facts)
    return apply(book, scenario)


def trial_of(book: Book, plan_set: str, luck: Luck, until: date | None) -> int:
    """The trial at that place by the company's won revenue, among TRIALS of the book's forecast.

    Whatever the plan set pays plays no part. Raises Unfit as `estimate` and `simulate` do.
    """
    result = simulate(stakes_of(future_of(book, estimate(book, until)), plan_set), TRIALS, SEED)
    counted = [place for place, name in enumerate(result.ready.drivers) if name != SLIPPED]
    order = np.argsort(result.driven[:, counted].sum(axis=1), kind="stable")
    return int(order[TRIALS * RANKS[luck] // 100 - 1])


def _written(book: Book, scenario: Scenario, facts: Written) -> tuple[Book, tuple[Issue, ...]]:
    of_book, places = part_of(scenario, ON_BOOK)
    changed, found = apply(book, of_book)
    issues = [*at_places(found, places)]
    changed, of_facts = written_book(changed, facts)
    issues += of_facts
    tomorrow = book.company.as_of + timedelta(days=1)
    for place, change in enumerate(scenario.changes, 1):
        if change.kind in FORECAST_ONLY:
            issues.append(Issue("scenario_needs_forecast", "error", Where(row=place)))
        elif isinstance(change, DealSize):
            since = max(change.which.from_ or tomorrow, tomorrow)
            later = change.model_copy(update={"which": change.which.model_copy(update={"from_": since})})
            changed, found = apply(changed, scenario.model_copy(update={"changes": (later,)}))
            issues += at_places(found, (place,))
    return changed, tuple(issues)

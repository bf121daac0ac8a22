"""Forecasts tried out: the way from a book, scenarios and an edited forecast to the trials.

Pages and the command line share it. `prepared` is slow (a second or so on the sample company) and depends on
its arguments alone, so a page keeps it; trials say how far they are. Plans that arrays cannot say are paid as
whole books (`simulate.whole_books`), which is slower; whoever is in a hurry asks for the fast way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

import pyarrow as pa

from revplan.access import Viewer, require
from revplan.formula.compiled import Ints
from revplan.issues import Issue, Unfit, has_errors
from revplan.model.book import Book, Company
from revplan.model.facts import Written
from revplan.model.forecast import Forecast
from revplan.model.plan import Plan
from revplan.model.record_text import read_record
from revplan.model.scenario import Scenario
from revplan.money import parse_number, to_minor
from revplan.report.simulation_files import simulation_tables
from revplan.service import workspace
from revplan.service.once import Once
from revplan.simulate.estimate import estimate
from revplan.simulate.forecast_changes import apply_to_forecast
from revplan.simulate.future import future_of
from revplan.simulate.monte_carlo import Simulated, Watch, simulate
from revplan.simulate.moves import Stakes
from revplan.simulate.outcome import AtRisk, at_risk, year_totals
from revplan.simulate.scenario import apply
from revplan.simulate.stakes import stakes_of
from revplan.simulate.unmoved import unmoved
from revplan.simulate.whole_books import FEWER, simulate_whole

Way = Literal["auto", "fast"]
"""How plans are paid that arrays cannot say: each future as a whole book, or, fast, without what they cannot
move. All other plans are paid alike in both."""

MANY = 2_000
"""How many futures are tried when nobody says."""


class NotForecast(ValueError):
    """What was asked for cannot be forecast; `issues` say why."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        super().__init__(str(issues))
        self.issues = tuple(issues)


def prepared(
    book: Book,
    plan_set: str,
    scenarios: Sequence[Scenario] = (),
    forecast: Forecast | None = None,
    until: date | None = None,
) -> Stakes:
    """What is at stake under a plan set, each scenario made on the one before.

    `forecast` stands for the one that the book's history gives; `until` (exclusive) is the end of that one.
    Trials draw every luck of a forecast, so a scenario on one of its futures is tried out on all of them; one
    on a future written by hand is refused. Two preparations of one book with the same seed share their luck.
    Raises NotForecast.
    """
    try:
        found = forecast or estimate(book, until)
        for scenario in scenarios:
            if scenario.plan_set != plan_set:
                said: dict[str, str | int] = {"scenario": scenario.plan_set, "plan_set": plan_set}
                raise NotForecast([Issue("scenario_other_plan_set", "error", parameters=said)])
            if isinstance(scenario.facts, Written):
                raise NotForecast(
                    [Issue("trials_on_written", "error", parameters={"scenario": scenario.name})]
                )
            book, found, issues = apply_to_forecast(book, found, scenario)
            if has_errors(issues):
                raise NotForecast(issues)
        return stakes_of(future_of(book, found), plan_set, people=True)
    except Unfit as wrong:
        raise NotForecast([Issue(wrong.code, "error", parameters=wrong.parameters)]) from wrong


@dataclass(frozen=True)
class Tried:
    """Trials of the workspace's book as a page shows them: `trials` were done of `asked`.

    `tables` by name, as `report.simulation_files` has them; `totals` is what each trial pays in the fiscal
    year, in minor units. `issues` say what trials do not move, `whole` names the plans that each trial paid
    as a whole book.
    """

    asked: int
    trials: int
    tables: Mapping[str, pa.Table]
    totals: Ints
    digits: int
    issues: tuple[Issue, ...]
    whole: tuple[str, ...]


_stakes: Once[Stakes] = Once(4)
_tried: Once[Tried] = Once(12)


def tried(
    viewer: Viewer,
    plan_set: str,
    scenario: Scenario | None,
    trials: int,
    watch: Watch | None = None,
    *,
    way: Way = "auto",
) -> Tried:
    """The workspace's book tried out under a plan set and a scenario; kept until something in it changes.

    One seed for all: two scenarios share their luck. There are at most FEWER trials where only the facts tell
    that a plan needs whole books. What `watch` stops early is not kept for others. CRO and
    finance only. Raises NotForecast.
    """
    require(viewer, "cro", "finance")
    here = workspace.current()
    book, key = here.book_and_key()
    here.log_access(viewer, f"simulation of {plan_set}: everyone")
    found = (key, plan_set, scenario.model_dump_json() if scenario else "")
    asked = (*found, trials, way)
    kept = _tried.find(asked)
    if kept is not None:
        return kept
    made = _stakes.get(found, lambda: prepared(book, plan_set, [scenario] if scenario else []))
    if made.issues and way == "auto" and not not_moved(viewer, plan_set, scenario):
        trials = min(trials, FEWER)  # nobody could know beforehand that whole books are needed
    done = _shown(_simulated(made, trials, 1, watch, way))
    return done if done.trials < done.asked else _tried.get(asked, lambda: done)


def not_moved(viewer: Viewer, plan_set: str, scenario: Scenario | None) -> tuple[Issue, ...]:
    """What the fast way leaves as it is under a plan set and a scenario, each with why; none where it moves
    everything. Quick, and without numbers that turn out too large once it was tried. CRO and finance only."""
    require(viewer, "cro", "finance")
    book = workspace.current().book()
    return unmoved(apply(book, scenario)[0] if scenario else book, plan_set)


def _shown(result: Simulated) -> Tried:
    return Tried(
        result.asked,
        result.trials,
        simulation_tables(result),
        year_totals(result),
        result.stakes.future.certain.company.digits,
        tuple(result.stakes.issues),
        tuple(sorted(plan.name for plan in _newest(result) if plan.id in result.whole)),
    )


def _newest(result: Simulated) -> Sequence[Plan]:
    """Each plan once, under its latest name."""
    return tuple({plan.id: plan for plan in result.stakes.future.certain.plans}.values())


def simulated_from(
    book: Book,
    plan_set: str,
    *,
    scenarios: Sequence[tuple[str, str]] = (),
    forecast: tuple[str, str] | None = None,
    until: date | None = None,
    trials: int | None = None,
    seed: int = 1,
    watch: Watch | None = None,
    way: Way = "auto",
) -> Simulated:
    """Trials from texts: scenarios and a forecast as (file name, TOML).

    Without a number there are MANY trials, or FEWER where plans are paid as whole books. Raises NotForecast.
    """
    issues: list[Issue] = []
    read: list[Scenario] = []
    for name, text in scenarios:
        scenario, found = read_record(Scenario, text, name)
        issues += found
        if scenario is not None:
            read.append(scenario)
    own = None
    if forecast is not None:
        own, found = read_record(Forecast, forecast[1], forecast[0])
        issues += found
    if has_errors(issues):
        raise NotForecast(issues)
    return _simulated(prepared(book, plan_set, read, own, until), trials, seed, watch, way)


def _simulated(stakes: Stakes, trials: int | None, seed: int, watch: Watch | None, way: Way) -> Simulated:
    try:
        if stakes.issues and way != "fast":
            return simulate_whole(stakes, trials or FEWER, seed, watch=watch)
        return simulate(stakes, trials or MANY, seed, watch=watch)
    except Unfit as wrong:
        raise NotForecast([Issue(wrong.code, "error", parameters=wrong.parameters)]) from wrong


def budget_of(company: Company, text: str | Decimal | int) -> int:
    """A budget in the company's currency, minor units. Raises NotForecast for what is no number."""
    try:
        return to_minor(parse_number(text), company.digits)
    except ValueError as wrong:
        raise NotForecast([Issue("budget_no_number", "error", parameters={"text": str(text)})]) from wrong


def with_budget(result: Simulated | Tried, budget: int) -> AtRisk:
    """A budget for the fiscal year's payouts, minor units, and how it is at risk."""
    return at_risk(result.totals if isinstance(result, Tried) else year_totals(result), budget)

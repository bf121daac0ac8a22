"""The facts that scenarios stand on, counted once: what happened, a drawn future, or one written by hand."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from threading import Lock

import pyarrow as pa

from revplan.access import Viewer, require
from revplan.issues import Issue, Unfit
from revplan.metrics import alignment
from revplan.metrics.alignment import Window
from revplan.model.book import Book
from revplan.model.facts import Facts, Happened, ToCome
from revplan.model.results import STANDINGS, RunResult
from revplan.model.scenario import FORECAST_ONLY, Scenario
from revplan.money import currency_digits, to_major
from revplan.periods import Period
from revplan.rules.run import run
from revplan.rules.standing import actuals
from revplan.service import standing, workspace
from revplan.service.forecast import NotForecast
from revplan.service.once import Once
from revplan.simulate.facts import on_its_facts, trial_of
from revplan.simulate.replay import Replay
from revplan.simulate.scenario import part_of

COUNTED_ANEW = ("joins", "leaves", "starts", "pay_mix", "incentive", "deal_size")
"""Kinds of changes to people and deals: what is counted is counted anew for them."""


@dataclass
class Counted:
    """A scenario's facts with its people and deals, and the replay that has counted them; used one at a time.

    `windows` are the company's windows that a future reaches into, none of what happened. `issues` say what
    could not be made; an issue's row is the place of its change among those counted, `places` that in all.
    """

    book: Book
    replay: Replay
    windows: tuple[Window, ...]
    issues: tuple[Issue, ...]
    places: tuple[int, ...]
    lock: Lock = field(default_factory=Lock)


@dataclass(frozen=True)
class OpenNow:
    """An open deal that may close within the fiscal year: `amount` in major units of its currency."""

    id: str
    name: str
    owner: str
    expected_on: date
    amount: Decimal
    currency: str


def open_deals(viewer: Viewer) -> tuple[OpenNow, ...]:
    """The open deals in order of the day on which they are to close, which is after the as-of date.

    Those expected after the fiscal year come last. CRO and finance only.
    """
    require(viewer, "cro", "finance")
    book = workspace.current().book()
    company, tomorrow = book.company, book.company.as_of + timedelta(days=1)
    called = {row["payee_id"]: row["name"] for row in book.tables["payees"].to_pylist()}
    found = []
    for row in book.tables["opportunities"].to_pylist():
        if row["outcome"] == "open":
            currency = row["currency"] or company.currency
            digits = company.digits if currency == company.currency else currency_digits(currency)
            found.append(
                OpenNow(
                    row["opportunity_id"],
                    row["name"] or row["opportunity_id"],
                    called.get(row["owner_id"], row["owner_id"] or ""),
                    max(row["closed_on"], tomorrow),
                    to_major(row["amount"], digits),
                    currency,
                )
            )
    return tuple(sorted(found, key=lambda deal: (deal.expected_on, deal.id)))


_counted: Once[Counted] = Once(6)
_trials: Once[int] = Once(12)
_today: Once[RunResult] = Once(2)


def counted(book: Book, key: str, scenario: Scenario) -> Counted:
    """The facts with the scenario's people and deals, counted; kept for every other change to come.

    Raises NotForecast for facts that the book cannot have.
    """
    kinds = COUNTED_ANEW if isinstance(scenario.facts, Happened) else (*COUNTED_ANEW, *FORECAST_ONLY)
    part, places = part_of(scenario, kinds)
    part = part.model_copy(update={"id": "", "name": "", "notes": ""})

    def trial(facts: ToCome) -> int:
        asked = (key, facts.until, facts.luck)
        return _trials.get(asked, lambda: trial_of(book, scenario.plan_set, facts.luck, facts.until))

    def today() -> RunResult:
        plan_set = scenario.plan_set
        return _today.get((key, plan_set), lambda: run(book, plan_set, with_parts=False))

    def make() -> Counted:
        changed, issues = on_its_facts(book, part, trial)
        happened = isinstance(scenario.facts, Happened)
        seen = () if happened else _windows(today(), changed)
        return Counted(changed, Replay(changed, scenario.plan_set), seen, issues, places)

    try:
        return _counted.get((key, part.model_dump_json()), make)
    except Unfit as wrong:
        raise NotForecast([Issue(wrong.code, "error", parameters=wrong.parameters)]) from wrong


def windows(viewer: Viewer, plan_set: str, facts: Facts | None = None) -> tuple[Window, ...]:
    """The company's windows that the facts reach into (what happened, if none are given), in order.

    None without a shared target. CRO and finance only. Raises NotForecast for facts that cannot be.
    """
    require(viewer, "cro", "finance")
    here = workspace.current()
    here.log_access(viewer, f"scenarios of {plan_set}: everyone")
    if facts is None or isinstance(facts, Happened):
        return standing.target_windows(here.book(), here.run(plan_set))
    book, key = here.book_and_key()
    return counted(book, key, Scenario(id="facts", name="", plan_set=plan_set, facts=facts)).windows


def _windows(ran: RunResult, book: Book) -> tuple[Window, ...]:
    """The company's windows as they stand at the end of a book's facts, from a run that ends before them."""
    target_id, company = standing.main_target(ran), book.company
    rows = [
        row
        for row in ran.standings.to_pylist()
        if row["target_id"] == target_id and row["owner"] == "company"
    ]
    if not rows:
        return ()
    periods = [Period(row["period_start"], row["period_end"], row["grain"], row["period"]) for row in rows]
    after = company.as_of + timedelta(days=1)
    for row, actual in zip(rows, actuals(book, rows[0]["measure"], periods), strict=True):
        row["actual"] = actual
        begun = "open" if row["period_start"] < after else "future"
        row["status"] = "final" if row["period_end"] <= after else begun
    return alignment.company_windows(pa.Table.from_pylist(rows, STANDINGS), target_id, company.calendar)

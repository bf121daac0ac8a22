"""Scenarios: what plans would pay if something were otherwise; kept, and compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import pyarrow as pa

from revplan.access import Viewer, require
from revplan.issues import Issue
from revplan.metrics import alignment
from revplan.metrics.alignment import Together, Window, ratio
from revplan.metrics.plan_health import Health, people_health
from revplan.model import plan_text
from revplan.model.book import Book
from revplan.model.facts import Facts, Happened
from revplan.model.scenario import Scenario
from revplan.rules.check.book import check_book
from revplan.rules.covered import covered
from revplan.service import plans, standing, workspace
from revplan.service.facts import counted
from revplan.service.once import Once
from revplan.simulate.scenario import ON_BOOK, apply, at_places, part_of
from revplan.store import documents
from revplan.store.documents import Document

CHECKED = ("new_table", "new_weights", "bounds", "attribution", "new_plan")
"""Kinds of changes that can make a plan one that the plan check refuses; multiplying figures cannot."""

MOST_COMPARED = 5


@dataclass(frozen=True)
class Kept:
    """A scenario as it was saved; `version` is the one to save over."""

    scenario: Scenario
    version: int
    saved_by: str
    saved_at: datetime


@dataclass(frozen=True)
class TeamOutcome:
    """A team over the windows: minor units; attainment in millionths, None where not defined."""

    team_id: str
    payout: int
    target_pay: int
    attainment: int | None

    @property
    def share(self) -> int | None:
        """Payout ÷ target pay, millionths."""
        return ratio(self.payout, self.target_pay) if self.target_pay else None


@dataclass(frozen=True)
class Outcome:
    """What a scenario pays over `windows`.

    `teams` in the company's order; `people` are (payee id, name, team id, payout); `by_window` is cost by
    window label; `result` what the company reached on its shared target, in minor units (None without one).
    `health` says who stands where; `missing` is what was paid in the windows that the company missed,
    `together` in how many of them the teams stood on one side of target.
    `issues` are changes that found nothing to act on, and errors of the plan check.
    """

    scenario: Scenario
    windows: tuple[Window, ...]
    teams: tuple[TeamOutcome, ...]
    people: tuple[tuple[str, str, str, int], ...]
    by_window: Mapping[str, int]
    result: int | None
    health: Health
    missing: int
    together: Together
    issues: tuple[Issue, ...] = ()

    @property
    def cost(self) -> int:
        """Σ payout."""
        return sum(team.payout for team in self.teams)

    @property
    def share(self) -> int | None:
        """Cost ÷ Σ target pay, millionths."""
        target_pay = sum(team.target_pay for team in self.teams)
        return ratio(self.cost, target_pay) if target_pay else None

    @property
    def cost_share(self) -> int | None:
        """Cost ÷ the company's result, millionths."""
        return ratio(self.cost, self.result) if self.result else None


_outcomes: Once[Outcome] = Once(256)
_checked: Once[frozenset[Issue]] = Once(4)


def baseline(plan_set: str, facts: Facts | None = None) -> Scenario:
    """The plan set as it is, on some facts: on what happened, if none are given."""
    return Scenario(id="baseline", name="", plan_set=plan_set, facts=facts or Happened())


def shared_target(viewer: Viewer, plan_set: str) -> str:
    """The company target that the teams share, by id; "" without one. CRO and finance only."""
    require(viewer, "cro", "finance")
    return standing.main_target(workspace.current().run(plan_set))


def outcome(viewer: Viewer, scenario: Scenario, over: Sequence[Window]) -> Outcome:
    """What a scenario pays over some windows, to the cent as a run of it would. CRO and finance only.

    Changes that find nothing to act on are left out and said in `issues`; so are errors of the plan check,
    with which nobody could sign the plans. Raises NotForecast for facts that the book cannot have.
    """
    require(viewer, "cro", "finance")
    opened = workspace.current()
    return outcome_of(*opened.book_and_key(), scenario, over)


def outcome_of(book: Book, key: str, scenario: Scenario, over: Sequence[Window]) -> Outcome:
    """As `outcome`, of any book. Books of one `key` are taken for one: outcomes are kept under it."""
    said = scenario.model_copy(update={"id": "", "name": "", "notes": ""}).model_dump_json()
    span = tuple(window.label for window in over)
    found = _outcomes.get((key, said, span), lambda: _outcome(book, key, scenario, tuple(over)))
    return replace(found, scenario=scenario)


def _outcome(book: Book, key: str, scenario: Scenario, over: tuple[Window, ...]) -> Outcome:
    happened = isinstance(scenario.facts, Happened)
    facts = counted(book, key, scenario)
    if happened:
        changed, issues = apply(book, scenario)
    else:
        of_book, places = part_of(scenario, ON_BOOK)
        changed, issues = apply(book, of_book)
        issues = at_places(issues, places) + at_places(facts.issues, facts.places)
        issues = tuple(dict.fromkeys(issues))
        seen = {window.label: window for window in facts.windows}
        over = tuple(seen.get(window.label, window) for window in over)
    changed = replace(changed, company=facts.book.company, tables=facts.book.tables)
    with facts.lock:
        lines = facts.replay.lines(changed)
    company = facts.book.company
    placed = alignment.placed(lines, over)
    on_plans = covered(changed, (scenario.plan_set,))
    target_pay = alignment.target_pay(on_plans, over, company.calendar, company.as_of)
    weighed = alignment.weigh(placed, target_pay, company.calendar)
    attained = alignment.measure_attainment(weighed, ("team_id",))
    told = not happened or not _changes_deals(scenario)
    result = sum(window.actual for window in over) if over and told else None
    missed = alignment.paid_while_missing(placed, over, "payout")
    paid = _sums(placed, ("team_id",), "payout")
    at_target = _sums(target_pay, ("team_id",), "target_pay")
    order = [team.id for team in company.teams]
    ids = sorted(paid, key=lambda key: (order.index(key[0]) if key[0] in order else len(order), key))
    names = dict(zip(placed["payee_id"].to_pylist(), placed["payee_name"].to_pylist(), strict=True))
    people = _sums(placed, ("payee_id", "team_id"), "payout")
    if any(change.kind in CHECKED for change in scenario.changes):
        known = _checked.get(key, lambda: frozenset(check_book(book)))
        issues += tuple(i for i in check_book(changed) if i.severity == "error" and i not in known)
    return Outcome(
        scenario,
        over,
        tuple(TeamOutcome(key[0], paid[key], at_target.get(key, 0), attained.get(key)) for key in ids),
        tuple((payee, names[payee], team, amount) for (payee, team), amount in sorted(people.items())),
        {label: amount for (label,), amount in _sums(placed, ("window",), "payout").items()},
        result,
        people_health(placed, weighed, target_pay, result),
        sum(missed["payout"].to_pylist()),
        alignment.teams_together(alignment.measure_attainment(weighed, ("team_id", "window")), over),
        issues,
    )


def _changes_deals(scenario: Scenario) -> bool:
    return any(change.kind == "deal_size" for change in scenario.changes)


def _sums(table: pa.Table, keys: tuple[str, ...], amount: str) -> dict[tuple[str, ...], int]:
    rows = alignment.total_by(table, keys, amount).to_pylist()
    return {tuple(row[key] for key in keys): row[amount] for row in rows}


# ---------------------------------------------------------------- keeping them


def saved(viewer: Viewer) -> tuple[Kept, ...]:
    """Every scenario that is kept, in order of name. CRO and finance only."""
    require(viewer, "cro", "finance")
    with workspace.current().records.read() as connection:
        kept = documents.latest(connection, "scenario")
    found = [each for document in kept if (each := _kept(document)) is not None]
    return tuple(sorted(found, key=lambda each: (each.scenario.name.casefold(), each.scenario.id)))


def save(viewer: Viewer, scenario: Scenario, expected_version: int = 0) -> Kept:
    """Keep a scenario under its id, over `expected_version` (0 for a new one).

    Raises documents' Stale, with who and when, if somebody saved in between. CRO and finance only.
    """
    require(viewer, "cro", "finance")
    here = workspace.current()
    with here.writing, here.records.write() as connection:
        document = documents.add_version(
            connection,
            "scenario",
            scenario.id,
            plan_text.write_scenario(scenario),
            expected_version=expected_version,
            saved_by=viewer.name,
            saved_at=here.now(),
        )
    return Kept(scenario, document.version, document.saved_by, document.saved_at)


def remove(viewer: Viewer, kept: Kept) -> None:
    """Take a scenario away; its history stays. Raises Stale as `save` does. CRO and finance only."""
    require(viewer, "cro", "finance")
    here = workspace.current()
    with here.writing, here.records.write() as connection:
        documents.add_version(
            connection,
            "scenario",
            kept.scenario.id,
            plan_text.write_scenario(kept.scenario),
            expected_version=kept.version,
            saved_by=viewer.name,
            saved_at=here.now(),
            removed=True,
        )


def new_id(viewer: Viewer, name: str) -> str:
    """An id for a new scenario, made of its name and never used before."""
    require(viewer, "cro", "finance")
    with workspace.current().records.read() as connection:
        taken = frozenset(each.document_id for each in documents.versions(connection, "scenario"))
    return plans.new_plan_id(name, taken)


def _kept(document: Document) -> Kept | None:
    """None for one that this version cannot read: it is kept, and shown to nobody."""
    scenario, _ = plan_text.read_scenario(document.text)
    if scenario is None:
        return None
    return Kept(scenario, document.version, document.saved_by, document.saved_at)

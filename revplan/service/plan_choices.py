"""What a plan's form can choose from: measures, targets, teams, roles and people of the book."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from revplan.access import Viewer, require
from revplan.metrics.measures import PAYOUTS, Measure, measure_of, measures, payout_titles
from revplan.model.results import Unit
from revplan.rules.check.which import products, segments
from revplan.rules.people import stints
from revplan.service import workspace
from revplan.words.table_words import Terms, terms_for


@dataclass(frozen=True)
class TargetChoice:
    """A target by id, with what it measures and the teams that share it."""

    id: str
    name: str
    measure: str
    unit: Unit
    shared_with: tuple[str, ...]


@dataclass(frozen=True)
class Choices:
    """Names by id, except measures and targets, which say more. `people` are named as in their latest row.

    `rates` are the names under which the book has exchange rates.
    `terms` is what a plan's terms in words need to know.
    `year_start` and `next_quarter` are dates from which a change could hold.
    """

    currency: str
    digits: int
    measures: dict[str, Measure]
    targets: dict[str, TargetChoice]
    teams: dict[str, str]
    roles: tuple[str, ...]
    people: dict[str, str]
    products: tuple[str, ...]
    segments: tuple[str, ...]
    rates: tuple[str, ...]
    sets: tuple[str, ...]
    year_start: date
    next_quarter: date
    terms: Terms


def choices(viewer: Viewer) -> Choices:
    """Everything to choose from. CRO and finance only."""
    require(viewer, "cro", "finance")
    book = workspace.current().book()
    company, roster = book.company, stints(book)
    rates = book.table("fx_rates")
    known = dict(measures(company))
    scores = book.table("scores")["kpi"].unique().to_pylist()
    known |= {name: measure_of(company, name) for name in sorted(f"score:{kpi}" for kpi in scores if kpi)}
    payouts = payout_titles(book.plans).items()
    known |= {name: replace(measure_of(company, name), title=title) for name, title in payouts}
    targets = {
        target.id: TargetChoice(
            target.id,
            target.name,
            target.measure,
            known[target.measure].unit if target.measure in known else "money",
            tuple(sharing.team for sharing in target.shared_with if sharing.to is None),
        )
        for target in book.targets
    }
    people = {stint.payee_id: stint.name for stint in roster}
    return Choices(
        company.currency,
        company.digits,
        known,
        targets,
        {team.id: team.name for team in company.teams},
        tuple(sorted({stint.role for stint in roster})),
        dict(sorted(people.items(), key=lambda item: item[1])),
        tuple(products(book)),
        tuple(segments(book)),
        tuple(sorted({name for name in rates["name"].to_pylist() if name})),
        book.plan_sets(),
        company.calendar.period_of(company.as_of, "year").start,
        company.calendar.period_of(company.as_of, "quarter").end,
        terms_for(company, book.targets, book.plans),
    )


def with_payouts_of(found: Choices, plan: dict[str, Any]) -> Choices:
    """The choices, and what the plan of a form (a document) and its components pay, saved or not."""
    parts = [part for part in plan.get("component", []) if part.get("id")]
    titles = {f"{PAYOUTS}{plan.get('id')}": str(plan.get("name", ""))}
    titles |= {
        f"{PAYOUTS}{plan.get('id')}/{part['id']}": f"{plan.get('name', '')} · {part.get('name', '')}"
        for part in parts
    }
    made = {name: Measure(name, title, "money", "payouts") for name, title in titles.items()}
    terms = replace(found.terms, measures={**found.terms.measures, **titles})
    return replace(found, measures=found.measures | made, terms=terms)


def taken_ids(viewer: Viewer) -> frozenset[str]:
    """Ids that a new plan may not have. CRO and finance only."""
    require(viewer, "cro", "finance")
    return frozenset(plan.id for plan in workspace.current().book().plans)

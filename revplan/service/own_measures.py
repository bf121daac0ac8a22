"""Measures of the company's own, made without text: which rows count, for how much, by which day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from revplan.access import Viewer, require
from revplan.engine.duck import Session, TooLarge
from revplan.issues import Issue, Unfit
from revplan.metrics.facts import bind_tables, create_facts
from revplan.metrics.measures import COUNTABLE, measure_of, measures
from revplan.model.book import Book, Company, CustomMeasure
from revplan.model.record_text import read_document
from revplan.model.results import Unit
from revplan.model.tables import TABLES, Column
from revplan.rules.cells import counted_of
from revplan.rules.check.measures import check_measures
from revplan.service import company as companies
from revplan.service import workspace
from revplan.service.plans import new_plan_id

Document = dict[str, Any]


@dataclass(frozen=True)
class Sample:
    """What a measure comes to in the fiscal year of `as_of`, up to it: facts, and their sum as stored."""

    facts: int
    total: int
    unit: Unit
    since: date


@dataclass(frozen=True)
class Choices:
    """What a measure can be made of: tables that can be counted, with their columns, those of provenance
    aside; and the company's money."""

    tables: dict[str, tuple[Column, ...]]
    currency: str
    digits: int


def choices(viewer: Viewer) -> Choices:
    """What a measure can be made of. CRO and finance only."""
    require(viewer, "cro", "finance")
    company = workspace.current().book().company
    counted = {name: spec.columns for name, spec in TABLES.items() if name in COUNTABLE}
    return Choices(counted, company.currency, company.digits)


def own_measures(viewer: Viewer) -> tuple[CustomMeasure, ...]:
    """The company's own measures, in the order they were made. CRO and finance only."""
    require(viewer, "cro", "finance")
    return workspace.current().book().company.measures


def check(viewer: Viewer, document: Document, opened: str) -> tuple[CustomMeasure | None, tuple[Issue, ...]]:
    """The measure that a document says, in place of `opened` ("" for a new one), and what is wrong with it.

    None where it cannot be read. CRO and finance only.
    """
    require(viewer, "cro", "finance")
    made, issues = read_document(CustomMeasure, document)
    if made is None:
        return None, issues
    company = _with(workspace.current().book().company, made, opened)
    return made, tuple(i for i in check_measures(company) if i.parameters["measure"] == made.id)


def sample(viewer: Viewer, made: CustomMeasure) -> Sample | None:
    """What a sound measure, saved or not, comes to this year; None where it cannot be counted.

    CRO and finance only.
    """
    require(viewer, "cro", "finance")
    book = workspace.current().book()
    company = _with(book.company, made, made.id)
    year = company.calendar.period_of(company.as_of, "year")
    try:
        measure = measure_of(company, made.id)
        with Session() as session:
            bind_tables(session, book)
            create_facts(session, "counted", measure, company)
            counted = session.run(
                "SELECT count(*) AS facts, CAST(coalesce(sum(amount), 0) AS BIGINT) AS total FROM counted "
                "WHERE on_date >= CAST(? AS DATE)",
                [year.start.isoformat()],
            )
    except (KeyError, ValueError, TooLarge, Unfit):
        return None
    (row,) = counted.to_pylist()
    return Sample(row["facts"], row["total"], measure.unit, year.start)


def new_id(viewer: Viewer, name: str) -> str:
    """An id of that name that no measure has. CRO and finance only."""
    require(viewer, "cro", "finance")
    return new_plan_id(name, frozenset(measures(workspace.current().book().company))).replace("-", "_")


def save(viewer: Viewer, made: CustomMeasure, opened: str) -> None:
    """Save a measure in place of `opened` ("" for a new one). Raises ValueError for one that has a problem.

    A measure keeps its id: plans and targets name it. CRO and finance only.
    """
    _measure, issues = check(viewer, made.model_dump(by_alias=True), opened)
    if issues or opened not in ("", made.id):
        raise ValueError(made.id)
    companies.change(viewer, lambda company: _with(company, made, opened), f"measure {made.id}")


def used_by(viewer: Viewer, measure_id: str) -> tuple[str, ...]:
    """Names of the plans and targets that count a measure: it cannot be removed. CRO and finance only."""
    require(viewer, "cro", "finance")
    return tuple(dict.fromkeys(_users(workspace.current().book(), measure_id)))


def remove(viewer: Viewer, measure_id: str) -> None:
    """Take a measure away. Raises ValueError while something counts it. CRO and finance only."""
    if used_by(viewer, measure_id):
        raise ValueError(measure_id)

    def without(company: Company) -> Company:
        left = tuple(own for own in company.measures if own.id != measure_id)
        return company.model_copy(update={"measures": left})

    companies.change(viewer, without, f"without measure {measure_id}")


def _users(book: Book, measure_id: str) -> Iterator[str]:
    for target in book.targets:
        if target.measure == measure_id:
            yield target.name
    for plan in book.plans:
        for component in plan.components:
            counted = [each.measure for _, each in counted_of(component)]
            if measure_id in (*counted, component.pays_on.measure):
                yield plan.name


def _with(company: Company, made: CustomMeasure, opened: str) -> Company:
    """The company with the measure in place of the one that was opened, or after the others."""
    known = any(own.id == opened for own in company.measures)
    kept = [made if own.id == opened else own for own in company.measures]
    return company.model_copy(update={"measures": (*kept, *(() if known else (made,)))})

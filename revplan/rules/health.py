"""The key figures of the company's health, worked out beside a run from the same tables."""

from collections.abc import Sequence

import pyarrow as pa

from revplan.engine.duck import Session
from revplan.metrics.facts import bind_tables
from revplan.metrics.health.cash import cash
from revplan.metrics.health.customers import customers
from revplan.metrics.health.figures import Figure, bind_periods, kpi_periods, kpi_tables
from revplan.metrics.health.funnel import funnel
from revplan.metrics.health.pay import pay_over_revenue
from revplan.metrics.health.selling import selling
from revplan.metrics.health.sums import Sums, monthly
from revplan.metrics.health.usage import usage
from revplan.metrics.measures import measures
from revplan.model.book import Book
from revplan.model.results import STANDINGS, RunResult
from revplan.rules.check.measures import sound_measures
from revplan.rules.people import people_tables, stints

Tables = tuple[pa.Table, pa.Table]
"""Key figures (schema KPIS), and what each is made of (schema KPI_PARTS)."""


def health(book: Book, standings: pa.Table) -> Tables:
    """Every key figure that no plan set moves: by month, quarter and year, for the company and, of selling,
    for each team.

    From the fiscal year before that of the as-of date on. `standings` are those of any run of the book: the
    company's targets. A pure function of both; a figure that is not defined says why.
    """
    company, _ = sound_measures(book.company)
    periods = kpi_periods(company)
    with Session() as session:
        bind_tables(session, book)
        for name, table in people_tables(stints(book), []).items():
            session.bind(name, table)
        bind_periods(session, company, periods)
        figures: list[Figure] = [
            *customers(session, company, periods),
            *selling(session, company, periods, standings),
            *funnel(session, company, periods),
            *cash(session, company, periods),
            *usage(session, periods),
        ]
    return kpi_tables(figures, company)


def pay_health(book: Book, lines: pa.Table, revenue: Sums | None = None) -> Tables:
    """The key figures about what a run's lines pay; see `health`. `revenue` is that of `won_revenue`, where
    it is known already."""
    company, _ = sound_measures(book.company)
    revenue = won_revenue(book) if revenue is None else revenue
    return kpi_tables(pay_over_revenue(lines, revenue, kpi_periods(company)), company)


def won_revenue(book: Book) -> Sums:
    """Won revenue by month."""
    company, _ = sound_measures(book.company)
    with Session() as session:
        bind_tables(session, book)
        return monthly(session, company, measures(company)["won_revenue"])


def health_of_runs(book: Book, runs: Sequence[RunResult]) -> dict[str, Tables]:
    """All key figures by plan set of runs of the same book; under "" those that no plan set moves."""
    standings = runs[0].standings if runs else STANDINGS.empty_table()
    found, revenue = {"": health(book, standings)}, won_revenue(book) if runs else {}
    return found | {run.plan_set: pay_health(book, run.lines, revenue) for run in runs}

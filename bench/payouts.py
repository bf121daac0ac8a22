"""Payout on totals: from stored credits to every payee's finished cell, against a bare GROUP BY."""

from pathlib import Path

from bench.company import large_book
from bench.deals import sum_by_payee_and_month, write_credits
from bench.timing import Measured, compare
from revplan.engine.duck import Session
from revplan.metrics.facts import bind_tables
from revplan.rules.cells import columns
from revplan.rules.feeds import Feeds
from revplan.rules.lines import finish_column
from revplan.rules.people import gaps, hierarchy, people_tables, spans, stints
from revplan.rules.quotas import resolve_months


def payout_on_totals(folder: Path, deals: int) -> Measured:
    """Per component: totals by payee and month, joined to 120,000 cells, through the formula.

    Both sides read the same Parquet of credits. What only the plan and the roster decide (who is on
    it, quotas, incentives) is made before, as the app keeps it between runs. A finished cell has its
    amounts and its reason; names are put beside them in lines.
    """
    stored = folder / f"credits-{deals}.parquet"
    write_credits(stored, deals)
    book = large_book()
    roster = stints(book)
    chain, _ = hierarchy(roster)
    quotas, _ = resolve_months(book.company, book.targets)
    on_plans = spans(book, "today", roster)
    prepared = list(columns(book.company, quotas, on_plans))
    off = [(0, payee, start, end) for _, _, payee, start, end in gaps(book, on_plans)]
    with Session() as session:
        bind_tables(session, book)
        for name, table in people_tables(roster, chain).items():
            session.bind(name, table)
        session.bind("stored", stored)

        def base() -> str:
            return sum_by_payee_and_month(session)

        def work() -> str:
            feeds = Feeds(session, book.company, off)
            for column in prepared:
                credit = column.component.credit.as_used()
                feeds.credits[feeds.measure("won_revenue"), credit, "plan"] = "stored"
            finished = [finish_column(feeds, column, i, 0) for i, column in enumerate(prepared)]
            total = " UNION ALL ".join(f"SELECT sum(earned) AS paid FROM {f.cells}" for f in finished)
            return str(session.run(f"SELECT sum(paid) AS paid FROM ({total}) AS t")["paid"][0])

        return compare(base, work, share=1 / len(prepared))

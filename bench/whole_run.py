"""A whole run on totals: from a book of deals to lines, standings and statements of 10,000 payees."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from bench.company import large_book
from bench.deals import sum_by_payee_and_month, write_credits
from bench.timing import Measured, compare
from revplan.engine.duck import Session
from revplan.model.book import Book
from revplan.model.tables import TABLES
from revplan.rules.run import run


def whole_run_on_totals(folder: Path, deals: int) -> Measured:
    """Everything that a run does but single deals' parts: the roster, targets and cells of three components
    by month too, which the rows on totals take as made.

    The deals are those of the stored credits, each owned by one of its four payees.
    """
    stored = folder / f"credits-{deals}.parquet"
    write_credits(stored, deals)
    with Session() as session:
        session.bind("stored", stored)
        book = _with_deals(session, large_book())

        def base() -> str:
            return sum_by_payee_and_month(session)

        def work() -> str:
            lines = run(book, "today", with_parts=False).lines
            session.bind("paid", lines)
            return str(session.run("SELECT sum(payout) AS paid FROM paid")["paid"][0])

        return compare(base, work, turns=3)


def _with_deals(session: Session, book: Book) -> Book:
    rows = session.run("""
        SELECT transaction_id AS opportunity_id, min(payee_id) AS owner_id,
            CAST(sum(credit) AS BIGINT) AS amount, on_date AS closed_on, 'won' AS outcome
        FROM stored GROUP BY transaction_id, on_date ORDER BY transaction_id""")
    schema = TABLES["opportunities"].schema
    columns = [
        rows[field.name].cast(field.type)
        if field.name in rows.column_names
        else pa.nulls(rows.num_rows, field.type)
        for field in schema
    ]
    return replace(book, tables={**book.tables, "opportunities": pa.table(columns, schema=schema)})

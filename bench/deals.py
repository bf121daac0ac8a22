"""Synthetic credits for the benchmarks: the same file for the same size, on every machine."""

from datetime import date
from pathlib import Path

import duckdb

from revplan.engine.duck import Session

PAYEES = 10_000
CREDITS_A_DEAL = 4
YEAR = 2025


def write_credits(path: Path, deals: int, payees: int = PAYEES) -> None:
    """`deals` deals of a year with four credits each, by so many payees, in order of date.

    Every number comes from a hash of the deal, so that no generator's state or thread order matters.
    """
    if path.exists():
        return
    rows = f"""
        SELECT 'D' || lpad(CAST(deal AS VARCHAR), 9, '0') AS transaction_id, '' AS opportunity_id,
            '' AS account_id, DATE '{YEAR}-01-01' + CAST(deal * 365 // {deals} AS INTEGER) AS on_date,
            'P' || lpad(CAST(hash(deal, part) % {payees} AS VARCHAR), 5, '0') AS payee_id, 'sales' AS team_id,
            CAST(hash(deal, part, 'amount') % 2000000 AS BIGINT) AS credit
        FROM range({deals}) AS d(deal), range({CREDITS_A_DEAL}) AS s(part)
        ORDER BY on_date, transaction_id, payee_id"""
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({rows}) TO '{path}.tmp' (FORMAT parquet)")
    Path(f"{path}.tmp").rename(path)


def sum_by_payee_and_month(session: Session) -> str:
    """The bare GROUP BY that rows on totals are measured against, over the bound credits `stored`."""
    rows = session.run(
        "SELECT sum(n) AS n FROM (SELECT payee_id, date_trunc('month', on_date) AS month, "
        "sum(credit) AS n FROM stored GROUP BY payee_id, month) AS g"
    )
    return str(rows["n"][0])


def year_bounds() -> tuple[date, date]:
    """First day of the benchmark's year, and of the next."""
    return date(YEAR, 1, 1), date(YEAR + 1, 1, 1)

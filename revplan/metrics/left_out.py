"""Facts that no figure can count: amounts without a rate into the company's currency, or beyond bounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from revplan.engine.duck import Session
from revplan.issues import Issue, Where

LARGEST_AMOUNT = 2**63 - 1
"""In minor units: what a table's amounts can hold, after conversion."""
LEFT_OUT = f"amount IS NULL OR abs(amount) > {LARGEST_AMOUNT}"


@dataclass(frozen=True)
class Converted:
    """A measure's facts with their converted amount (NULL without a rate), those left out too: `name` is
    the relation, `table` the canonical table that it counts, `fx_rate` the name of the rate asked for."""

    name: str
    table: str
    fx_rate: str


def left_out(session: Session, every: Sequence[Converted], own_currency: str) -> list[Issue]:
    """One error for each table, name of rate and currency without a rate, with the rows, their money (in
    minor units of that currency) and the days from first to last; one for each amount that is too large.

    A row that several measures count is one row, with the largest of its amounts.
    """
    if not every:
        return []
    columns = "transaction_id, currency, own_amount, on_date, source_file, source_row"
    rows = " UNION ALL ".join(
        f"SELECT '{one.table}' AS canonical, {number} AS asked, {columns}, amount IS NULL AS no_rate "
        f"FROM {one.name} WHERE {LEFT_OUT}"
        for number, one in enumerate(every)
    )
    session.bind("asked_rates", _asked(every))
    session.create(
        "left_out_rows",
        f"""
        SELECT canonical, fx_rate, {columns}, no_rate FROM (
            SELECT r.*, a.fx_rate, row_number() OVER (
                PARTITION BY canonical, fx_rate, no_rate, transaction_id
                ORDER BY abs(own_amount) DESC, own_amount DESC, on_date, asked
            ) AS turn
            FROM ({rows}) AS r JOIN asked_rates AS a ON a.number = r.asked
        ) AS turns WHERE turn = 1""",
    )
    groups = session.run("""
        SELECT g.*, f.transaction_id, f.source_file, f.source_row FROM (
            SELECT canonical, fx_rate, currency, count(*) AS number,
                CAST(sum(own_amount) AS VARCHAR) AS money, CAST(min(on_date) AS VARCHAR) AS first_day,
                CAST(max(on_date) AS VARCHAR) AS last_day, min(transaction_id) AS example
            FROM left_out_rows WHERE no_rate GROUP BY canonical, fx_rate, currency
        ) AS g JOIN left_out_rows AS f ON f.no_rate AND f.transaction_id = g.example
            AND f.canonical = g.canonical AND f.fx_rate = g.fx_rate AND f.currency = g.currency""")
    large = session.run("""
        SELECT DISTINCT canonical, transaction_id, source_file, source_row FROM left_out_rows
        WHERE NOT no_rate""")
    return [
        *(_without_rate(row, own_currency) for row in groups.to_pylist()),
        *(
            Issue("fact_too_large", "error", _place(row), {"transaction": row["transaction_id"]})
            for row in large.to_pylist()
        ),
    ]


def _without_rate(row: dict[str, Any], own_currency: str) -> Issue:
    said: dict[str, str | int] = {
        "rows": row["number"],
        "left_amount": int(row["money"]),
        "currency": row["currency"],
        "own_currency": own_currency,
        "rate": row["fx_rate"],
        "first": row["first_day"],
        "last": row["last_day"],
        "transaction": row["transaction_id"],
        "canonical_table": row["canonical"],
    }
    return Issue("no_fx_rate", "error", _place(row), said)


def _place(row: dict[str, Any]) -> Where:
    return Where(file=row["source_file"] or "", table=row["canonical"], row=row["source_row"] or 0)


def _asked(every: Sequence[Converted]) -> pa.Table:
    numbers = pa.array(range(len(every)), pa.int64())
    return pa.table({"number": numbers, "fx_rate": pa.array([one.fx_rate for one in every], pa.string())})

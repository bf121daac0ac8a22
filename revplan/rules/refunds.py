"""Cancellations that count: a negative deal on the same path, on the day of the cancellation."""

from collections.abc import Sequence
from fractions import Fraction

import pyarrow as pa

from revplan.metrics.facts import row_id
from revplan.metrics.measures import Measure
from revplan.rules.adjust.clawbacks import Cancelled

DEALS = frozenset({"opportunities", "quotes", "orders", "contracts"})
"""Tables whose rows are undone with the opportunity that they belong to; what is invoiced and paid has credit
notes and refunds of its own."""

_WHOLE = 10**12
_UNDONE = pa.schema(
    [
        ("cancelled_id", pa.string()),
        ("cancellation_id", pa.string()),
        ("cancelled_on", pa.date32()),
        ("before", pa.int64()),
        ("after", pa.int64()),
    ]
)


def undone_table(cancelled: Cancelled) -> pa.Table:
    """Every cancellation, with how much of its transaction was cancelled before it and with it: parts of
    10^12, of which all of them are the whole."""
    rows = []
    for events in cancelled.values():
        total = Fraction(0)
        for event in events:
            before, total = total, total + event.share
            names = {"cancelled_id": event.transaction_id, "cancellation_id": event.cancellation_id}
            shares = {"before": int(before * _WHOLE), "after": int(total * _WHOLE)}
            rows.append({**names, "cancelled_on": event.day, **shares})
    return pa.Table.from_pylist(rows, _UNDONE)


def with_refunds(deals: str, measure: Measure, cut: Sequence[str] = (), kept: Sequence[str] = ()) -> str:
    """SELECT of the deals (see `Feeds.deals`) and of a negative one for each cancellation of one of them.

    It has the same owner, a transaction id of its own, and the day of the cancellation, or the deal's if
    that is later. Shares are rounded on their running total, half away from zero, so that all of a
    deal that is cancelled is exactly all of it; what counts against it a year later goes with it. Of the
    deals' further columns, amounts in `cut` are cancelled like the credit, and `kept` stay the deal's.
    Needs the table `undone`.
    """
    row = row_id("d", measure)
    joins = [f"u.cancelled_id = {row}"]
    if measure.definition is not None and measure.definition.table in DEALS:
        joins.append(f"u.cancelled_id = d.opportunity_id AND {row} NOT IN (SELECT cancelled_id FROM undone)")
    amounts = ", ".join(
        [f"{_cut(name, 'before')} - {_cut(name, 'after')} AS {name}" for name in ("credit", *cut)]
        + [f"d.{name}" for name in kept]
    )
    refunds = " UNION ALL ".join(
        f"""
        SELECT d.who, concat(d.transaction_id, '~', u.cancellation_id) AS transaction_id, d.opportunity_id,
            d.account_id,
            CASE WHEN u.cancelled_on < d.on_date THEN d.on_date ELSE u.cancelled_on END AS on_date,
            {amounts}
        FROM ({deals}) AS d JOIN undone AS u ON {join}"""
        for join in joins
    )
    columns = ", ".join((*_OF_DEAL, "credit", *cut, *kept))
    moved = " OR ".join(f"{name} <> 0" for name in ("credit", *cut))
    return f"SELECT {columns} FROM ({deals}) AS d UNION ALL SELECT * FROM ({refunds}) AS r WHERE {moved}"


_OF_DEAL = ("who", "transaction_id", "opportunity_id", "account_id", "on_date")


def _cut(amount: str, share: str) -> str:
    """The part of an amount that a share of it comes to, rounded."""
    magnitude = f"(2 * CAST(abs(d.{amount}) AS HUGEINT) * u.{share} + {_WHOLE}) // (2 * {_WHOLE})"
    return f"(CASE WHEN d.{amount} < 0 THEN -1 ELSE 1 END * ({magnitude}))"

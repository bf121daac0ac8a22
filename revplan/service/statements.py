"""A person's statements: components, adjustments with their reasons and balances, and what they come to."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from revplan.access import Scope
from revplan.metrics.alignment import Window
from revplan.model.book import Book
from revplan.model.results import RunResult
from revplan.service.workspace import scoped

ACCOUNT = pa.schema(
    [
        ("period", pa.string()),  # the month of payment
        ("entry", pa.string()),  # component, adjustment, total
        ("kind", pa.string()),  # of an adjustment
        ("component_name", pa.string()),
        (
            "about",
            pa.string(),
        ),  # the payment period; of an adjustment the deal or draw, or its cause
        ("amount", pa.int64()),
        ("pay", pa.int64()),  # in minor units of pay_currency; null in a total over several
        ("pay_currency", pa.string()),
        ("balance", pa.int64()),  # what is held, owed, carried or at risk after an adjustment
        ("reason", pa.string()),  # of an adjustment, as a code
        ("note", pa.string()),  # why, in the words of whoever entered it
        ("author", pa.string()),
        ("status", pa.string()),
    ]
)


def account_of(book: Book, run: RunResult, scope: Scope, payee_id: str, window: Window) -> pa.Table:
    """The statements (table ACCOUNT) of the months of a window, as far as the scope sees them; empty when
    nothing was adjusted in any of them or is paid in another currency, so that they say no more than the
    components do."""
    rows = _of_window(run.statements, scope, payee_id, window)
    if not any(row["entry"] == "adjustment" or row["pay_currency"] != run.currency for row in rows):
        return ACCOUNT.empty_table()
    # Entries of both tables stand in the same order, within one team.
    reasons = iter(_of_window(run.adjustments, scope, payee_id, window))
    names = _names(book, [row["paid_for"] for row in rows if row["entry"] == "adjustment"])
    return pa.Table.from_pylist([_row(row, reasons, names) for row in rows], ACCOUNT)


def paid(run: RunResult, scope: Scope, payee_id: str, window: Window) -> int:
    """What the statements of the months of a window come to, in minor units."""
    rows = _of_window(run.statements, scope, payee_id, window)
    return sum(row["amount"] for row in rows if row["entry"] == "total")


def paid_out(run: RunResult, scope: Scope, payee_id: str, window: Window) -> dict[str, int | None]:
    """The same in each currency that is paid, in its minor units, by currency; None where a rate is missing.

    Nothing is added across currencies."""
    entries = [r for r in _of_window(run.statements, scope, payee_id, window) if r["entry"] != "total"]
    found: dict[str, int | None] = {}
    for row in entries:
        before = found.get(row["pay_currency"], 0)
        known = before is not None and row["pay"] is not None
        found[row["pay_currency"]] = before + row["pay"] if known else None
    return dict(sorted(found.items()))


def _of_window(table: pa.Table, scope: Scope, payee_id: str, window: Window) -> list[dict[str, Any]]:
    """Rows of one payee in the months of a window; those of one team stand together, by month."""
    seen = scoped(table.filter(pc.equal(table["payee_id"], payee_id)), scope)
    rows = [row for row in seen.to_pylist() if window.start <= _first_day(row["period"]) < window.end]
    rows.sort(key=lambda row: (row["period"], row["team_id"]))
    return rows


def _first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _row(row: dict[str, Any], reasons: Any, names: dict[str, str]) -> dict[str, Any]:
    found = {name: row[name] for name in ACCOUNT.names if name in row}
    if row["entry"] != "adjustment":
        return found | {"about": row["paid_for"], "reason": "", "note": "", "author": ""}
    said = next(reasons)
    about = names.get(row["paid_for"]) or row["paid_for"]
    return found | {"about": about, **{name: said[name] for name in ("reason", "note", "author")}}


def _names(book: Book, causes: Sequence[str]) -> dict[str, str]:
    """The names of draws, and of the opportunities among the causes."""
    draws = {draw.id: draw.name for plan in book.plans for draw in plan.draws}
    deals = book.tables.get("opportunities")
    if deals is None or not deals.num_rows:
        return draws
    wanted = pa.array(sorted(set(causes)), pa.string())
    found = deals.filter(pc.is_in(deals["opportunity_id"], value_set=wanted))
    return draws | dict(zip(found["opportunity_id"].to_pylist(), found["name"].to_pylist(), strict=True))

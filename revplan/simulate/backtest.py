"""How well past forecasts would have done: the book as it was known on a past day, and what came of it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from revplan.model.book import Book
from revplan.model.tables import TABLES

Row = dict[str, Any]

_KNOWN_ON: Mapping[str, tuple[str, ...]] = {
    "leads": ("created_on",),
    "touches": ("touched_on",),
    "quotes": ("quoted_on",),
    "orders": ("ordered_on",),
    "contracts": ("signed_on", "starts_on"),
    "invoices": ("invoiced_on",),
    "payments": ("paid_on",),
    "usage": ("used_on",),
    "cancellations": ("cancelled_on",),
    "adjustments": ("adjusted_on",),
    "fx_rates": ("starts_on",),
}
"""The day on which a row is known, by table: the first of these that it has."""

_LATER = {"leads": ("mql_on", "sql_on", "meeting_on")}
"""Dates that a row may get after it is known."""


def as_known(book: Book, day: date) -> Book:
    """The book as of a past day: rows of later days are gone, and deals that closed later are open.

    The data keeps no record of what was thought of a deal then, so an open deal has no stage and no chance,
    and its amount is the one known today. People and plans are those of the book.
    """
    tables = dict(book.tables)
    for name, columns in _KNOWN_ON.items():
        if name in tables:
            rows = [r for r in tables[name].to_pylist() if _first(r, columns, day) <= day]
            tables[name] = _table(name, [_without_later(r, _LATER.get(name, ()), day) for r in rows])
    if "opportunities" in tables:
        rows = [r for r in tables["opportunities"].to_pylist() if (r["created_on"] or r["closed_on"]) <= day]
        rows = [_open(r) if r["closed_on"] > day else r for r in rows]
        tables["opportunities"] = _table("opportunities", rows)
    if "scores" in tables:
        tables["scores"] = _table("scores", [r for r in tables["scores"].to_pylist() if _over(book, r, day)])
    return Book(book.company.model_copy(update={"as_of": day}), book.plans, book.targets, tables)


def _first(row: Row, columns: Iterable[str], otherwise: date) -> date:
    known: date = next((row[name] for name in columns if row[name] is not None), otherwise)
    return known


def _table(name: str, rows: list[Row]) -> pa.Table:
    return pa.Table.from_pylist(rows, TABLES[name].schema)


def _without_later(row: Row, names: Iterable[str], day: date) -> Row:
    return row | {name: None for name in names if row[name] is not None and row[name] > day}


def _open(row: Row) -> Row:
    return row | {"outcome": "open", "stage": None, "probability": None, "forecast_category": None}


def _over(book: Book, row: Row, day: date) -> bool:
    try:
        return book.company.calendar.parse(row["period"]).last_day <= day
    except ValueError:
        return True

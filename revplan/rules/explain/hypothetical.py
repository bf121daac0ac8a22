"""A book with one thing more: what a payee might still bring in, as rows of the table that counts it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pyarrow as pa

from revplan.metrics.facts import stored_value
from revplan.metrics.measures import Measure
from revplan.model.book import Book, Company, Where
from revplan.model.credit import Credit
from revplan.model.tables import TABLES

NEW = "hypothetical"
"""Begins the ids of the rows that are added."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Traits:
    """What is said of a deal that is not there yet; "" and None where nothing is. Discount in millionths."""

    product: str = ""
    segment: str = ""
    kind: str = ""
    term_months: int | None = None
    discount: int | None = None

    @property
    def of_deal(self) -> Row:
        """The columns of an opportunity that say it."""
        said = {name: getattr(self, name) for name in ("product", "kind", "term_months", "discount")}
        return {name: value for name, value in said.items() if value not in ("", None)}


PLAIN = Traits()
"""A deal of which nothing is said."""


def can_add(measure: Measure, company: Company) -> bool:
    """Whether `with_fact` can make a fact of the measure: not of a ratio, nor under every condition."""
    try:
        _rows_of(measure, company, "", 1, company.as_of)
    except ValueError:
        return False
    return True


def with_fact(
    book: Book,
    measure: Measure,
    credit: Credit,
    payee_id: str,
    amount: int,
    on: date,
    traits: Traits = PLAIN,
) -> Book:
    """The book with facts of the measure worth `amount` more on a day, credited to the payee by the rule.

    `amount` is in minor units where the measure adds up money, and a number of things where it counts.
    The deal behind them has the traits, where what the measure counts does not say another kind. The
    book's facts then go on to that day. Raises ValueError where no row can be made that it counts.
    """
    tables = _rows_of(measure, book.company, payee_id, amount, on)
    table = measure.definition.table if measure.definition else ""
    columns = {column.name for column in TABLES[table].columns}
    more: dict[str, list[Row]] = {}
    for row in tables:
        if traits.of_deal and table not in ("opportunities", "usage") and "opportunity_id" in columns:
            row["opportunity_id"] = f"{NEW} deal"
            more["opportunities"] = [_open_deal(f"{NEW} deal", payee_id, on)]
        if "owner_id" not in columns and "opportunity_id" in columns and table != "opportunities":
            row["opportunity_id"] = f"{NEW} deal"
            more["opportunities"] = [_open_deal(f"{NEW} deal", payee_id, on)]
        if (credit.rule == "csm" or traits.segment) and "account_id" in columns:
            row["account_id"] = f"{NEW} account"
            account = {"account_id": f"{NEW} account", "name": NEW, "segment": traits.segment or None}
            more["accounts"] = [account | ({"csm_id": payee_id} if credit.rule == "csm" else {})]
    if credit.rule not in ("owner", "splits", "csm") or measure.touched_within is not None:
        if table != "opportunities" and "opportunity_id" in columns:
            more["opportunities"] = [_open_deal(f"{NEW} deal", payee_id, on)]
            for row in tables:
                row["opportunity_id"] = f"{NEW} deal"
        deals = sorted({row["opportunity_id"] for row in tables if row.get("opportunity_id")})
        more["touches"] = [_touch(deal, payee_id, on) for deal in deals]
    if table == "opportunities":
        tables = [traits.of_deal | row for row in tables]
    more["opportunities"] = [each | traits.of_deal for each in more.get("opportunities", [])]
    more[table] = [*more.get(table, []), *tables]
    company = book.company.model_copy(update={"as_of": max(book.company.as_of, on)})
    added = {name: _appended(book.tables, name, rows) for name, rows in more.items()}
    return replace(book, company=company, tables={**book.tables, **added})


def _rows_of(measure: Measure, company: Company, payee_id: str, amount: int, on: date) -> list[Row]:
    """The rows of the measure's own table: one of the amount, or as many as it counts."""
    definition = measure.definition
    if definition is None:
        raise ValueError(f"{measure.name} is a ratio: nothing can be added to it")
    if definition.first_of is not None or definition.take != "sum" or definition.factors:
        raise ValueError(f"{measure.name} does not count an amount as it is given")
    spec = TABLES[definition.table]
    row: Row = {definition.date: on}
    for where in definition.where:
        row |= _meeting(where, definition.table, company, on)
    for column in spec.columns:
        if column.required and column.kind == "date":
            row.setdefault(column.name, on)
        if column.name in ("owner_id", "payee_id"):
            row[column.name] = payee_id
        if column.name == "currency":
            row[column.name] = company.currency
    if row[definition.date] != on:
        raise ValueError(f"{measure.name} asks for a date of its own")
    count = 1 if definition.plus else amount
    if definition.plus:
        row[definition.plus[0]] = amount
    elif definition.minus:
        raise ValueError(f"{measure.name} only takes away")
    key = spec.key[0]
    return [{**row, key: f"{NEW} {number}"} for number in range(count)]


def _meeting(where: Where, table: str, company: Company, on: date) -> Row:
    """What a row says to meet a condition; an empty cell meets those of being different."""
    if where.other is not None or where.is_ in ("<", "<=", ">", ">="):
        raise ValueError(f"no row can be made for a condition on {where.column}")
    column = TABLES[table].column(where.column)
    if where.is_ in ("empty", "!=", "not in"):
        return {}
    if where.is_ == "not empty":
        if column.kind not in ("id", "text", "date"):
            raise ValueError(f"no row can be made for a condition on {where.column}")
        return {where.column: on if column.kind == "date" else NEW}
    value = where.value[0] if isinstance(where.value, tuple) else where.value
    stored = stored_value(value, column.kind, company)
    return {where.column: date.fromisoformat(str(stored)) if column.kind == "date" else stored}


def _open_deal(opportunity_id: str, payee_id: str, on: date) -> Row:
    """A deal that nothing counts itself; it says who owns what hangs on it."""
    deal = {"opportunity_id": opportunity_id, "owner_id": payee_id, "outcome": "open", "amount": 0}
    return {**deal, "closed_on": on}


def _touch(opportunity_id: str, payee_id: str, on: date) -> Row:
    touch = {"touch_id": f"{NEW} {opportunity_id}", "touched_on": on, "channel": NEW}
    return {**touch, "payee_id": payee_id, "opportunity_id": opportunity_id}


def _appended(tables: Mapping[str, pa.Table], name: str, rows: Iterable[Row]) -> pa.Table:
    schema = TABLES[name].schema
    more = pa.Table.from_pylist(list(rows), schema)
    return pa.concat_tables([tables.get(name, schema.empty_table()).cast(schema), more])

"""The canonical tables: the columns of the single source of truth, and how each is stored."""

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

Kind = Literal["id", "text", "date", "money", "count", "fraction", "rate", "choice", "currency"]
"""id, text, choice and currency are strings; date is date32; money is whole minor units of the row's
currency, count whole, fraction millionths (0.25 → 250,000) and rate billionths, each int64."""

ARROW: dict[Kind, pa.DataType] = {
    "id": pa.string(),
    "text": pa.string(),
    "choice": pa.string(),
    "currency": pa.string(),
    "date": pa.date32(),
    "money": pa.int64(),
    "count": pa.int64(),
    "fraction": pa.int64(),
    "rate": pa.int64(),
}


@dataclass(frozen=True)
class Column:
    """A column: a required one rejects the rows in which it is empty."""

    name: str
    kind: Kind
    required: bool = False
    choices: tuple[str, ...] = ()
    refers_to: str = ""


@dataclass(frozen=True)
class TableSpec:
    """A canonical table. `key` columns identify a row: a later upload of the same key replaces it."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """The column of that name; KeyError when there is none."""
        return {column.name: column for column in self.columns}[name]

    @property
    def schema(self) -> pa.Schema:
        """Arrow schema: the columns, then where each row came from."""
        own = [pa.field(column.name, ARROW[column.kind]) for column in self.columns]
        return pa.schema([*own, *PROVENANCE])

    def fitted(self, table: pa.Table) -> pa.Table:
        """A table kept by an earlier version, whose missing columns are empty in every row."""
        if table.schema.names == self.schema.names:
            return table
        columns = [
            table[field.name] if field.name in table.schema.names else pa.nulls(table.num_rows, field.type)
            for field in self.schema
        ]
        return pa.table(columns, schema=self.schema)

    def empty(self) -> pa.Table:
        """The table with no rows."""
        return self.schema.empty_table()


PROVENANCE = (
    pa.field("source_file", pa.string()),
    pa.field("source_batch", pa.string()),
    pa.field("source_row", pa.int64()),
)
"""File name, batch id and row number (the header is row 1 of a plain CSV) of every row."""


def _id(name: str, refers_to: str = "", *, required: bool = False) -> Column:
    return Column(name, "id", required, refers_to=refers_to)


def _need(name: str, kind: Kind, *choices: str) -> Column:
    return Column(name, kind, True, choices)


def _may(name: str, kind: Kind, *choices: str) -> Column:
    return Column(name, kind, False, choices)


_SPECS = (
    TableSpec(
        "payees",
        ("payee_id", "starts_on"),
        (
            _id("payee_id", required=True),
            _need("name", "text"),
            _need("team", "id"),
            _need("role", "text"),
            _id("manager_id", "payees"),
            _need("starts_on", "date"),
            _may("ends_on", "date"),
            _may("base_salary", "money"),
            _may("target_incentive", "money"),
            _may("currency", "currency"),
            _may("email", "text"),
        ),
    ),
    TableSpec(
        "leaves",
        ("payee_id", "starts_on"),
        (
            _id("payee_id", "payees", required=True),
            _need("starts_on", "date"),
            _may("ends_on", "date"),
            _may("leave_type", "text"),
        ),
    ),
    TableSpec(
        "accounts",
        ("account_id",),
        (
            _id("account_id", required=True),
            _need("name", "text"),
            _id("csm_id", "payees"),
            _may("segment", "text"),
            _may("industry", "text"),
            _may("country", "text"),
        ),
    ),
    TableSpec(
        "contacts",
        ("contact_id",),
        (
            _id("contact_id", required=True),
            _id("account_id", "accounts"),
            _may("name", "text"),
            _may("email", "text"),
            _may("title", "text"),
        ),
    ),
    TableSpec(
        "leads",
        ("lead_id",),
        (
            _id("lead_id", required=True),
            _need("created_on", "date"),
            _id("owner_id", "payees"),
            _id("account_id", "accounts"),
            _id("contact_id", "contacts"),
            _id("opportunity_id", "opportunities"),
            _may("channel", "text"),
            _may("campaign", "text"),
            _may("status", "text"),
            _may("mql_on", "date"),
            _may("sql_on", "date"),
            _may("meeting_on", "date"),
        ),
    ),
    TableSpec(
        "touches",
        ("touch_id",),
        (
            _id("touch_id", required=True),
            _need("touched_on", "date"),
            _need("channel", "text"),
            _may("campaign", "text"),
            _id("payee_id", "payees"),
            _id("account_id", "accounts"),
            _id("contact_id", "contacts"),
            _id("lead_id", "leads"),
            _id("opportunity_id", "opportunities"),
        ),
    ),
    TableSpec(
        "opportunities",
        ("opportunity_id",),
        (
            _id("opportunity_id", required=True),
            _may("name", "text"),
            _id("account_id", "accounts"),
            _id("owner_id", "payees"),
            _may("kind", "choice", "new", "expansion", "renewal"),
            _may("stage", "text"),
            _need("outcome", "choice", "open", "won", "lost"),
            _need("amount", "money"),
            _may("currency", "currency"),
            _may("created_on", "date"),
            _need("closed_on", "date"),
            _may("source", "text"),
            _may("forecast_category", "text"),
            _may("probability", "fraction"),
            _may("product", "text"),
            _may("term_months", "count"),
            _may("discount", "fraction"),
        ),
    ),
    TableSpec(
        "opportunity_splits",
        ("opportunity_id", "payee_id"),
        (
            _id("opportunity_id", "opportunities", required=True),
            _id("payee_id", "payees", required=True),
            _need("share", "fraction"),
        ),
    ),
    TableSpec(
        "quotes",
        ("quote_id",),
        (
            _id("quote_id", required=True),
            _id("opportunity_id", "opportunities"),
            _id("account_id", "accounts"),
            _need("quoted_on", "date"),
            _need("amount", "money"),
            _may("currency", "currency"),
            _may("status", "text"),
            _may("product", "text"),
            _may("term_months", "count"),
            _may("discount", "fraction"),
        ),
    ),
    TableSpec(
        "orders",
        ("order_id",),
        (
            _id("order_id", required=True),
            _id("opportunity_id", "opportunities"),
            _id("account_id", "accounts"),
            _id("owner_id", "payees"),
            _need("ordered_on", "date"),
            _need("amount", "money"),
            _may("currency", "currency"),
            _may("product", "text"),
            _may("term_months", "count"),
            _may("discount", "fraction"),
        ),
    ),
    TableSpec(
        "contracts",
        ("contract_id",),
        (
            _id("contract_id", required=True),
            _id("account_id", "accounts", required=True),
            _id("opportunity_id", "opportunities"),
            _id("owner_id", "payees"),
            _need("kind", "choice", "new", "expansion", "renewal"),
            _may("signed_on", "date"),
            _need("starts_on", "date"),
            _may("ends_on", "date"),
            _need("arr", "money"),
            _may("prior_arr", "money"),
            _may("currency", "currency"),
            _may("product", "text"),
            _may("discount", "fraction"),
        ),
    ),
    TableSpec(
        "invoices",
        ("invoice_id",),
        (
            _id("invoice_id", required=True),
            _id("account_id", "accounts"),
            _id("contract_id", "contracts"),
            _id("opportunity_id", "opportunities"),
            _need("invoiced_on", "date"),
            _may("due_on", "date"),
            _need("amount", "money"),
            _may("currency", "currency"),
        ),
    ),
    TableSpec(
        "payments",
        ("payment_id",),
        (
            _id("payment_id", required=True),
            _id("invoice_id", "invoices"),
            _id("account_id", "accounts"),
            _id("opportunity_id", "opportunities"),
            _need("paid_on", "date"),
            _need("amount", "money"),
            _may("currency", "currency"),
        ),
    ),
    TableSpec(
        "usage",
        ("account_id", "product", "used_on"),
        (
            _id("account_id", "accounts", required=True),
            _need("product", "text"),
            _need("used_on", "date"),
            _may("active_users", "count"),
            _may("seats", "count"),
        ),
    ),
    TableSpec(
        "scores",
        ("payee_id", "kpi", "period"),
        (
            _id("payee_id", "payees", required=True),
            _need("kpi", "id"),
            _need("period", "text"),
            _need("score", "fraction"),
            _may("entered_by", "text"),
        ),
    ),
    TableSpec(
        "cancellations",
        ("cancellation_id",),
        (
            _id("cancellation_id", required=True),
            _id("transaction_id", required=True),
            _need("cancelled_on", "date"),
            _may("share", "fraction"),
            _may("amount", "money"),
            _may("currency", "currency"),
            _may("cause", "text"),
        ),
    ),
    TableSpec(
        "adjustments",
        ("adjustment_id",),
        (
            _id("adjustment_id", required=True),
            _id("payee_id", "payees", required=True),
            _need("adjusted_on", "date"),
            _need("amount", "money"),
            _may("currency", "currency"),
            _need("reason", "text"),
            _need("author", "text"),
        ),
    ),
    TableSpec(
        "fx_rates",
        ("name", "from_currency", "to_currency", "starts_on"),
        (
            _need("name", "id"),
            _need("from_currency", "currency"),
            _need("to_currency", "currency"),
            _need("starts_on", "date"),
            _need("rate", "rate"),
        ),
    ),
)

TABLES: dict[str, TableSpec] = {spec.name: spec for spec in _SPECS}
"""Every canonical table by name, people first: the order in which they are listed and loaded."""

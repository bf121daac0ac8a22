"""A book written in a test: tables as CSV text in major units, plans and targets as a document would say."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from revplan.model.book import Book, Company
from revplan.model.plan import Plan
from revplan.model.results import RunResult
from revplan.model.tables import TABLES, Kind
from revplan.model.targets import Target
from revplan.money import currency_digits, parse_number, to_minor
from revplan.rules.run import run
from tests.cases.case import csv_rows, result_rows
from tests.laws.records import table

TEAMS = [{"id": name, "name": name.capitalize()} for name in ("sales", "marketing", "success")]
COMPANY = {"name": "Acme", "as_of": "2025-12-31", "team": TEAMS}
USUAL: Mapping[str, Mapping[str, str]] = {
    "payees": {"team": "sales", "role": "rep", "starts_on": "2020-01-01"},
    "opportunities": {"outcome": "won"},
    "contracts": {"kind": "new"},
    "touches": {"channel": "web"},
}
"""What a row that does not say so is."""

COMMISSION = {
    "id": "commission",
    "name": "Commission",
    "measure": "won_revenue",
    "input": "amount",
    "pays": {"way": "rate"},
    "table": {"kind": "marginal", "tiers": [{"from": 0, "rate": "10%"}]},
}
"""10% of won revenue, by quarter."""

BONUS = {
    "id": "bonus",
    "name": "Bonus",
    "measure": "won_revenue",
    "target": "quota",
    "pays": {"way": "incentive", "weight": 1},
    "table": {"kind": "linear", "points": [{"at": 0, "pays": 0}, {"at": 1, "pays": 1}]},
}
"""The target incentive in proportion to attainment, by quarter."""


ANN = """
    payee_id, target_incentive
    ann,      40
"""
"""One payee of the sales team, with a target incentive of 10 a quarter."""


def book_of(
    *plans: Plan, targets: tuple[Target, ...] = (), company: Mapping[str, Any] | None = None, **tables: str
) -> Book:
    """A book of those plans, targets and tables (CSV text)."""
    made = company_of(**(company or {}))
    return Book(made, plans, targets, {name: _table(name, text, made) for name, text in tables.items()})


def company_of(**fields: Any) -> Company:
    return Company.model_validate(COMPANY | fields)


def plan_of(*components: Mapping[str, Any], **fields: Any) -> Plan:
    """A plan of the set "set" for the sales team from 2025 on, unless `fields` say otherwise."""
    usual = {"id": "plan", "name": "Plan", "sets": ["set"], "from": "2025-01-01"}
    assigned = {"assigned": {"teams": ["sales"]}}
    return Plan.model_validate(usual | assigned | fields | {"component": components or [COMMISSION]})


def target_of(**fields: Any) -> Target:
    """The target "quota" of won revenue: 400 in 2025, 100 in each quarter, unless `fields` say otherwise."""
    usual = {"id": "quota", "name": "Quota", "measure": "won_revenue", "year": [{"year": 2025, "total": 400}]}
    return Target.model_validate(usual | fields)


def result_of(book: Book) -> RunResult:
    """The run of a book that has nothing to complain about; deals of those who had left may be in it."""
    result = run(book, "set")
    assert not {issue.code for issue in result.issues} - {"credited_outside", "counted_outside"}
    return result


def told(result: RunResult, of: str, columns: str, **where: str) -> list[tuple[str, ...]]:
    """Those columns of a result table in major units, of the rows that have the values of `where`."""
    rows = (row for row in result_rows(result, of) if all(row[name] == said for name, said in where.items()))
    return [tuple(row[name] for name in columns.split()) for row in rows]


def deals(*rows: str) -> str:
    """Won deals of ann: "d1, 2025-06-30, 100"."""
    return "\n".join(["owner_id, opportunity_id, closed_on, amount", *(f"ann, {row}" for row in rows)])


def quota(**fields: Any) -> Target:
    """100 in each quarter of 2025, all of it ann's."""
    return target_of(**({"portion": [{"owner": "payee:ann", "share": 1}]} | fields))


def pay(book: Book, columns: str = "period payout reason", **where: str) -> list[tuple[str, ...]]:
    """Those columns of the lines of a run, as in `told`."""
    return told(result_of(book), "lines", columns, **where)


def _table(name: str, text: str, company: Company) -> pa.Table:
    rows = []
    for row in csv_rows(text):
        said = dict(USUAL.get(name, {})) | {column: cell for column, cell in row.items() if cell}
        if name in ("payees", "accounts"):
            said.setdefault("name", next(iter(row.values())))
        own = company.digits if "currency" not in said else currency_digits(said["currency"])
        kinds = {column: TABLES[name].column(column).kind for column in said}
        rows.append({column: _stored(cell, kinds[column], own) for column, cell in said.items()})
    return table(name, rows)


def _stored(cell: str, kind: Kind, digits: int) -> str | int | date:
    match kind:
        case "date":
            return date.fromisoformat(cell)
        case "money":
            return to_minor(Decimal(cell), digits)
        case "count" | "fraction" | "rate":
            return to_minor(parse_number(cell), {"count": 0, "fraction": 6, "rate": 9}[kind])
    return cell

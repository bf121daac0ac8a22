"""A small company kept in a workspace: two teams, five people, two years of deals, one shared target."""

from datetime import UTC, date, datetime
from pathlib import Path
from textwrap import dedent

import pyarrow as pa

from revplan.model.tables import TABLES
from revplan.service import workspace
from revplan.service.workspace import Workspace
from revplan.store import batches, documents

NOW = datetime(2026, 6, 30, 9, 0, tzinfo=UTC)

COMPANY = """
format = 1
name = "Small"
currency = "USD"
as_of = 2026-06-30

[[team]]
id = "sales"
name = "Sales"
kind = "sales"

[[team]]
id = "marketing"
name = "Marketing"
kind = "marketing"
"""

TARGET = """
format = 1

[[target]]
id = "revenue"
name = "Company revenue"
measure = "won_revenue"
grain = "quarter"
shared_with = [{ team = "sales" }]

[[target.year]]
year = 2026
amounts = [1000, 2000, 3000, 4000]

[[target.portion]]
owner = "team:sales"
share = 0.9

[[target.portion]]
owner = "team:marketing"
share = 0.3

[[target.portion]]
owner = "payee:P1"
of = "team:sales"
share = 0.5

[[target.portion]]
owner = "payee:P2"
of = "team:sales"
share = 0.6

[[target.portion]]
owner = "payee:P4"
of = "team:marketing"
share = 1
"""

VOLUME_PLAN = """
format = 1
id = "marketing_today"
name = "Marketing today"
sets = ["volume"]
from = 2025-01-01
assigned = { teams = ["marketing"] }

[[component]]
id = "leads"
name = "Leads"
measure = "leads"
input = "value"
pays = { way = "rate" }
table = { kind = "marginal", tiers = [{ from = 0, rate = 25 }] }
"""

SALES_PLAN = """
format = 1
id = "sales_shared"
name = "Sales"
sets = ["volume", "shared"]
from = 2025-01-01
assigned = { teams = ["sales"] }

[[component]]
id = "revenue"
name = "Revenue"
measure = "won_revenue"
target = "revenue"
pays = { way = "incentive", weight = 1 }
table = { kind = "linear", points = [{ at = 0, pays = 0 }, { at = 1, pays = 1 }] }
"""

PEOPLE = [  # payee, team, manager
    ("P1", "sales", "P3"),
    ("P2", "sales", "P3"),
    ("P3", "sales", ""),
    ("P4", "marketing", "P5"),
    ("P5", "marketing", ""),
]


def payees() -> pa.Table:
    return _table(
        "payees",
        [
            {
                "payee_id": payee,
                "name": f"Person {payee}",
                "team": team,
                "role": "rep",
                "manager_id": manager,
                "starts_on": date(2025, 1, 1),
                "target_incentive": 4_000_000,
                "currency": "USD",
            }
            for payee, team, manager in PEOPLE
        ],
    )


def opportunities() -> pa.Table:
    """100, 200, 300, 400 won in the quarters of 2025 and 900, 1,800 in those of 2026, by P1 and P2."""
    won = [(2025, 2, 100), (2025, 5, 200), (2025, 8, 300), (2025, 11, 400), (2026, 2, 900), (2026, 5, 1800)]
    return _table(
        "opportunities",
        [
            {
                "opportunity_id": f"D{number}",
                "account_id": "A1",
                "owner_id": f"P{number % 2 + 1}",
                "outcome": "won",
                "amount": amount * 100,
                "currency": "USD",
                "closed_on": date(year, month, 10),
            }
            for number, (year, month, amount) in enumerate(won)
        ],
    )


def leads() -> pa.Table:
    return _table(
        "leads",
        [
            {"lead_id": f"L{number}", "created_on": date(2026, number % 6 + 1, 3), "owner_id": "P4"}
            for number in range(60)
        ],
    )


def _table(name: str, rows: list[dict]) -> pa.Table:
    filled = [
        {"source_file": "x.csv", "source_batch": "B0001", "source_row": i, **row}
        for i, row in enumerate(rows)
    ]
    return pa.Table.from_pylist(filled, TABLES[name].schema)


def open_empty(home: Path) -> Workspace:
    workspace.reset()
    return workspace.open_at(home, now=lambda: NOW)


def open_small(home: Path, sales_plan: str = SALES_PLAN, **others: pa.Table) -> Workspace:
    """The small company, with another plan for sales or other tables where they are given."""
    here = open_empty(home)
    tables = {"payees": payees(), "opportunities": opportunities(), "leads": leads()} | others
    with here.records.write() as connection:
        keys = {name: here.snapshots.write_table(name, table) for name, table in tables.items()}
        batches.switch_data(connection, keys, expected_position=0, reason="B0001", by="cro", at=NOW)
        texts: list[tuple[documents.Kind, str, str]] = [
            ("company", documents.COMPANY, COMPANY),
            ("target", "revenue", TARGET),
            ("plan", "marketing_today", VOLUME_PLAN),
            ("plan", "sales_shared", sales_plan),
        ]
        for kind, name, text in texts:
            documents.add_version(
                connection, kind, name, dedent(text), expected_version=0, saved_by="finance", saved_at=NOW
            )
    return here

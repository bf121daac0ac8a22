"""A large company for the benchmarks: 10,000 payees on one plan with three components."""

from datetime import date
from decimal import Decimal

import pyarrow as pa

from bench.deals import PAYEES, YEAR
from revplan.model.book import Book, Company
from revplan.model.plan import Plan
from revplan.model.tables import TABLES
from revplan.model.targets import Target

_TIERS = [{"from": 0, "rate": 1}, {"from": 1, "rate": "1.4"}, {"from": "1.2", "rate": "1.6"}]
_INCENTIVE = {"way": "incentive", "weight": "50%"}


def large_book(number: int = PAYEES) -> Book:
    """Accelerated incentive, linear incentive and commission, each monthly on the payee's own credit."""
    payees = [f"P{place:05d}" for place in range(number)]
    schema = TABLES["payees"].schema
    nothing = dict.fromkeys(schema.names)
    roster = [
        nothing
        | {
            "payee_id": payee,
            "name": payee,
            "team": "sales",
            "role": "rep",
            "starts_on": date(YEAR - 1, 1, 1),
        }
        | {"target_incentive": 5_000_000}
        for payee in payees
    ]
    own = {"measure": "won_revenue", "measured_per": "month", "target": "revenue"}
    plan = {
        "id": "reps",
        "name": "Reps",
        "sets": ["today"],
        "from": date(YEAR, 1, 1),
        "assigned": {"teams": ["sales"]},
        "component": [
            {
                **own,
                "id": "tiers",
                "name": "Tiers",
                "pays": _INCENTIVE,
                "table": {"kind": "marginal", "tiers": _TIERS},
            },
            {
                **own,
                "id": "line",
                "name": "Line",
                "pays": _INCENTIVE,
                "table": {"kind": "linear", "points": [{"at": "0.5", "pays": 0}, {"at": 1, "pays": 1}]},
            },
            {
                **own,
                "id": "commission",
                "name": "Commission",
                "input": "amount",
                "pays": {"way": "rate"},
                "table": {"kind": "marginal", "tiers": [{"from": 0, "rate": "2%"}]},
            },
        ],
    }
    target = {
        "id": "revenue",
        "name": "Revenue",
        "measure": "won_revenue",
        "grain": "month",
        "year": [{"year": YEAR, "total": 400_000_000}],
        "portion": [{"owner": f"payee:{payee}", "share": str(Decimal(1) / number)} for payee in payees],
    }
    company = {
        "name": "Bench",
        "as_of": date(YEAR, 12, 31),
        "team": [{"id": "sales", "name": "Sales", "kind": "sales"}],
    }
    return Book(
        Company.model_validate(company),
        (Plan.model_validate(plan),),
        (Target.model_validate(target),),
        {"payees": pa.Table.from_pylist(roster, schema)},
    )

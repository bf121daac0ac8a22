"""Terms that act on finished lines, drawn, and the cancellations, payments and corrections they act on."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from revplan.model.plan import Plan
from revplan.model.record_text import to_document
from tests.laws.chance import Chance, maybe
from tests.laws.records import table

BANDS = (
    [{"share": 1}],
    [{"from": 0, "to": 2, "share": "70%"}, {"from": 2, "to": 5, "share": "40%"}],
    [{"from": 1, "share": "33.3333%"}],
)
RELEASES = (
    {"way": "booked"},
    {"way": "on_event", "event": "collected", "at_booking": "60%"},
    {"way": "on_event", "event": "invoiced"},
    {"way": "schedule", "schedule": [{"months": 0, "share": "33%"}, {"months": 2, "share": "67%"}]},
    {"way": "at_risk", "event": "collected", "months": 2},
    {"way": "at_risk", "event": "invoiced", "months": 1},
)
KINDS = ("recoverable", "recoverable", "non_recoverable", "guarantee", "recoverable_then_forgiven")
DEALS_BY_REVENUE = ("won_revenue", "won_deals")


def draw_terms(chance: Chance, plan: Plan) -> Plan:
    """The plan with draws, a clawback, releases and terms for accounts below zero, each now and then."""
    document = to_document(plan)
    if maybe(chance):
        document["draw"] = [_draw(chance, f"draw{number}") for number in range(chance.whole(1, 2))]
    if maybe(chance):
        document["clawback"] = [
            {"basis": chance.pick(("part", "calculation_rate", "recompute")), "bands": chance.pick(BANDS)}
        ]
    for component in document["component"]:
        if component["measure"] in DEALS_BY_REVENUE:
            component["release"] = chance.pick(RELEASES)
    document["below_zero"] = {
        "way": chance.pick(("carry", "carry", "deduct")),
        "share": chance.pick(("1", "50%")),
        "minimum_pay": chance.pick(("0", "0.05")),
        "on_leaving": chance.pick(("keep", "forgive", "deduct")),
    }
    return Plan.model_validate(document)


def _draw(chance: Chance, name: str) -> dict[str, Any]:
    kind = chance.pick(
        ("recoverable", "recoverable", "non_recoverable", "guarantee", "recoverable_then_forgiven")
    )
    found = {
        "id": name,
        "kind": kind,
        "prorate": chance.pick(("days", "none")),
        "on_leaving": chance.pick(("keep", "forgive", "deduct")),
    }
    amounts: tuple[dict[str, Any], ...] = (
        {"amount": "2000"},
        {"amount": "0.07"},
        {"of_incentive": "60%"},
        {"amount": "100000"},
    )
    found |= chance.pick(amounts)
    found |= chance.pick(
        ({}, {"to": "2025-05-10"}, {"from": "2025-02-03", "to": "2025-08-01"}, {"months": 3})
    )
    if kind.startswith("recoverable"):
        found |= chance.pick(({}, {"recovery_after": 2}, {"recovery_starts": "2025-06-15"}))
    if kind == "recoverable_then_forgiven":
        found |= chance.pick(({"forgiven_after": 4}, {"forgiven_on": "2025-07-01"}))
    return found


def draw_events(chance: Chance, names: Sequence[str], deals: Sequence[str]) -> dict[str, pa.Table]:
    """Tables of cancellations, invoices, payments and corrections; some of nobody and of nothing."""
    cancellations: list[dict[str, Any]] = []
    events: dict[str, list[dict[str, Any]]] = {"invoices": [], "payments": []}
    days = {"invoices": "invoiced_on", "payments": "paid_on"}
    for deal in deals:
        for _ in range(chance.whole(0, 2) if maybe(chance, 3) else 0):
            share: dict[str, Any] = chance.pick(({}, {"share": 333_333}, {"amount": 5_000}, {"share": 10**6}))
            row = {"cancellation_id": f"c{len(cancellations)}", "transaction_id": deal, "cause": "left"}
            cancellations.append(row | {"cancelled_on": _day(chance)} | share)
        for name, rows in events.items():
            for _ in range(chance.whole(0, 2) if maybe(chance) else 0):
                amount = chance.pick((1, 99, 33_333, 10**8, 10**11, -50))
                row = {f"{name[:-1]}_id": f"e{len(rows)}", "opportunity_id": deal}
                rows.append(row | {days[name]: _day(chance), "amount": amount})
    corrections = [
        {
            "adjustment_id": f"a{number}",
            "payee_id": chance.pick(names),
            "adjusted_on": _day(chance),
            "amount": chance.pick((1, -99, 100_000, -100_000, -(10**7))),
            "reason": "counted twice",
            "author": "cleo",
        }
        for number in range(chance.whole(0, 6) if maybe(chance) else 0)
    ]
    return {
        "cancellations": table("cancellations", cancellations),
        "adjustments": table("adjustments", corrections),
        **{name: table(name, rows) for name, rows in events.items()},
    }


def _day(chance: Chance) -> date:
    return date(2025, 1, 1) + timedelta(days=chance.whole(0, 420))

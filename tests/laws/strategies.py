"""Whole small books, drawn: people who come and go, hard numbers, every kind of component."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

from hypothesis import strategies as st

from revplan.model.book import Book, Company, Team
from revplan.model.plan import Limit, Plan
from revplan.model.targets import Target
from tests.laws.adjustments import draw_events, draw_terms
from tests.laws.chance import Chance, Drawn, Seeded, maybe
from tests.laws.components import draw_components
from tests.laws.payables import draw_payable
from tests.laws.records import table

PLAN_SET = "law"
TEAMS = ("sales", "marketing", "success")
AMOUNTS = (0, 1, 99, 100, 9_999, 10_000, 33_333, 100_000, 12_345_678, 10**8, 999_999_999, 10**11)
"""Minor units of a deal: a cent to 10^9."""
QUOTAS = ("1000000", "99999.99", "100000", "333.33", "7", "100", "9999999999.99", "0.01", "0")
INCENTIVES = (2_000_000, 33_333_33, 99_999, 10**9, 50_000_00, 1, 0, None)
EDGES = (
    date(2025, 1, 1),
    date(2025, 3, 31),
    date(2025, 4, 1),
    date(2025, 6, 30),
    date(2025, 7, 1),
    date(2025, 12, 31),
)
SPLITS = ((1_000_000,), (600_000, 400_000), (333_333, 333_333, 333_334), (1, 999_999))


def draw_book(chance: Chance) -> Book:
    """A book of 1-6 payees in 1-3 teams, 0-40 transactions and one or two plans of 1-4 components."""
    teams = TEAMS[: chance.whole(1, 3)]
    payees = _people(chance, teams)
    names = sorted({row["payee_id"] for row in payees})
    deals = _deals(chance, names)
    company = Company(
        name="Law",
        as_of=chance.pick((date(2025, 12, 31), date(2026, 3, 31), date(2025, 8, 15))),
        fiscal_year_starts=chance.pick((1, 4)),
        team=tuple(Team(id=team, name=team.title()) for team in teams),
    )
    tables = {
        "payees": table("payees", payees),
        "leaves": table("leaves", _leaves(chance, names)),
        "accounts": table("accounts", _accounts(chance, names)),
        "opportunities": table("opportunities", deals),
        "opportunity_splits": table("opportunity_splits", _splits(chance, names, deals)),
        "touches": table("touches", _touches(chance, names, deals)),
        "leads": table("leads", _leads(chance, deals)),
        "contracts": table("contracts", _contracts(chance)),
        "scores": table("scores", _scores(chance, names)),
    }
    targets = tuple(_target(chance, measure, teams, names) for measure in ("won_revenue", "won_deals"))
    plans = [_plan(chance, "first", teams)]
    if maybe(chance, 3):
        plans.append(_next_version(chance, plans[0]))
    if maybe(chance, 3):
        plans.append(_plan(chance, "second", teams[:1]))
    if maybe(chance, 4):
        plans.append(_plain_plan(teams))
    # Drawn last, so that everything above is what it was without them.
    with_terms = tuple(draw_terms(chance, plan) for plan in plans)
    tables |= draw_events(chance, names, [deal["opportunity_id"] for deal in deals])
    with_payables = tuple(draw_payable(chance, plan) for plan in with_terms)
    return Book(company, with_payables, targets, tables)


@st.composite
def books(draw: st.DrawFn) -> Book:
    """Any small book."""
    return draw_book(Drawn(draw))


@cache
def seeded_book(seed: int) -> Book:
    """The book of a seed, the same every time."""
    return draw_book(Seeded(Random(seed)))


def _people(chance: Chance, teams: Sequence[str]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for number in range(chance.whole(1, 6)):
        start = chance.pick((date(2020, 1, 1), date(2025, 1, 1), date(2025, 2, 15), date(2025, 4, 1)))
        row = {
            "payee_id": f"p{number}",
            "name": f"Payee {number}",
            "team": chance.pick(teams),
            "role": "rep",
            "manager_id": f"p{chance.whole(0, number - 1)}" if number and maybe(chance) else None,
            "starts_on": start,
            "ends_on": chance.pick((None, None, date(2025, 6, 1), date(2025, 7, 1), date(2025, 10, 10))),
            "target_incentive": chance.pick(INCENTIVES),
        }
        rows.append(row)
        if maybe(chance, 4):  # moves to another team, at another incentive
            moved = {"team": chance.pick(teams), "target_incentive": chance.pick(INCENTIVES)}
            rows.append(row | moved | {"starts_on": date(2025, 5, 16)})
    return rows


def _leaves(chance: Chance, names: Sequence[str]) -> list[dict[str, Any]]:
    rows: dict[tuple[str, date], dict[str, Any]] = {}
    for _ in range(chance.whole(1, 3) if maybe(chance, 3) else 0):
        start = date(2025, 1, 1) + timedelta(days=chance.pick((0, 14, 31, 90, 120, 200)))
        days = chance.pick((1, 20, 61, 200, None))
        ends = None if days is None else start + timedelta(days=days)
        row = {"payee_id": chance.pick(names), "starts_on": start, "ends_on": ends}
        rows.setdefault((row["payee_id"], start), row)
    return list(rows.values())


def _day(chance: Chance) -> date:
    if maybe(chance, 3):
        return chance.pick(EDGES)
    return date(2024, 12, 20) + timedelta(days=chance.whole(0, 400))


def _deals(chance: Chance, names: Sequence[str]) -> list[dict[str, Any]]:
    rows = []
    for number in range(chance.whole(0, 12) if maybe(chance) else chance.whole(0, 40)):
        amount = chance.pick(AMOUNTS) + chance.whole(-1, 1)
        rows.append(
            {
                "opportunity_id": f"d{number:02d}",
                "account_id": chance.pick(("a0", "a1", None)),
                "owner_id": chance.pick((*names, None)),
                "kind": "new",
                "outcome": chance.pick(("won", "won", "won", "lost")),
                "amount": -amount if maybe(chance, 6) else amount,
                "closed_on": _day(chance),
                "product": chance.pick((None, "X", "Y")),
                "term_months": chance.pick((None, 12, 36)),
                "discount": chance.pick((None, 0, 100_000)),
                "source": ("marketing", "sales", None)[number % 3],
            }
        )
        if maybe(chance):
            before = timedelta(days=chance.pick((30, 1, 0, 200)))
            rows[-1]["created_on"] = rows[-1]["closed_on"] - before
    return rows


def _splits(chance: Chance, names: Sequence[str], deals: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    for deal in deals:
        shares = chance.pick(SPLITS)
        if len(shares) <= len(names) and maybe(chance, 3):
            start = chance.whole(0, len(names) - 1)
            rows += [
                {
                    "opportunity_id": deal["opportunity_id"],
                    "payee_id": names[(start + place) % len(names)],
                    "share": share,
                }
                for place, share in enumerate(shares)
            ]
    return rows


def _touches(chance: Chance, names: Sequence[str], deals: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for deal in deals:
        for _ in range(chance.whole(0, 5) if maybe(chance, 3) else 0):
            rows.append(
                {
                    "touch_id": f"t{len(rows):03d}",
                    "touched_on": deal["closed_on"] - timedelta(days=chance.pick((0, 1, 30, 180, 181, -1))),
                    "channel": "web",
                    "payee_id": chance.pick((*names, None)),
                    "opportunity_id": deal["opportunity_id"],
                }
            )
    return rows


def _leads(chance: Chance, deals: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leads of some deals, and of no deal but an account."""
    return [
        {
            "lead_id": f"l{number:02d}",
            "created_on": deal["closed_on"] - timedelta(days=chance.pick((30, 1, 0, 181))),
            "opportunity_id": deal["opportunity_id"] if maybe(chance) else None,
            "account_id": deal["account_id"],
        }
        for number, deal in enumerate(deals)
        if maybe(chance, 4)
    ]


def _accounts(chance: Chance, names: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {
            "account_id": name,
            "name": name,
            "csm_id": chance.pick((*names, None)),
            "segment": chance.pick((None, "S")),
        }
        for name in ("a0", "a1")
    ]


def _contracts(chance: Chance) -> list[dict[str, Any]]:
    return [
        {
            "contract_id": f"k{number}",
            "account_id": chance.pick(("a0", "a1")),
            "kind": chance.pick(("new", "renewal")),
            "starts_on": chance.pick(
                (date(2024, 1, 1), date(2024, 4, 1), date(2025, 1, 1), date(2025, 7, 1))
            ),
            "ends_on": chance.pick((None, date(2025, 1, 1), date(2025, 7, 1))),
            "arr": abs(chance.pick(AMOUNTS)),
        }
        for number in range(chance.whole(0, 4))
    ]


def _scores(chance: Chance, names: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {
            "payee_id": name,
            "kpi": "quality",
            "period": period,
            "score": chance.pick((0, 333_333, 10**6, 1_200_001)),
        }
        for name in names
        for period in ("2025-Q1", "2025-Q2", "2025")
        if maybe(chance, 3)
    ]


def _target(chance: Chance, measure: str, teams: Sequence[str], names: Sequence[str]) -> Target:
    grain = chance.pick(("quarter", "month", "year"))
    portions: list[dict[str, Any]] = [
        {"owner": f"team:{team}", "share": chance.pick(("0.5", "0.6", "0.333333", "1"))} for team in teams
    ]
    for name in names:
        if maybe(chance, 8):
            continue  # nobody gave this payee a quota
        if maybe(chance):
            portions.append({"owner": f"payee:{name}", "year": _years(chance)})
        else:
            share = chance.pick(("0.25", "0.333333", "0.5", "0"))
            portions.append({"owner": f"payee:{name}", "of": f"team:{chance.pick(teams)}", "share": share})
    if maybe(chance):
        share = chance.pick(("0.5", "0"))
        portions.append({"owner": "vacancy:seat", "of": f"team:{chance.pick(teams)}", "share": share})
    content = {
        "id": measure,
        "name": measure,
        "measure": measure,
        "grain": grain,
        "year": _years(chance),
        "shared_with": [{"team": team} for team in teams if maybe(chance)],
        "portion": portions,
    }
    return Target.model_validate(content)


def _years(chance: Chance) -> list[dict[str, Any]]:
    return [{"year": year, "total": Decimal(chance.pick(QUOTAS))} for year in (2025, 2026)]


def _plain_plan(teams: Sequence[str]) -> Plan:
    """What choices as free as these seldom meet: a tier that goes back to earlier deals, and a target that
    only others share."""
    tiers = [{"from": 0, "rate": "0.01"}, {"from": 1000, "rate": "0.03"}]
    common = {"measure": "won_revenue", "measured_per": "year"}
    back = {
        "id": "back",
        "input": "amount",
        "pays": {"way": "rate"},
        "table": {"kind": "whole", "tiers": tiers},
    }
    shared = {"id": "away", "scope": "shared", "target": "won_revenue", "pays": {"way": "fixed"}}
    shared |= {"table": {"kind": "steps", "steps": [{"at": 1, "pays": 1000}]}}
    content = {
        "id": "plain",
        "name": "plain",
        "sets": [PLAN_SET],
        "from": date(2025, 1, 1),
        "assigned": {"teams": list(teams)},
        "component": [common | {"name": part["id"]} | part for part in (back, shared)],
    }
    return Plan.model_validate(content)


def _override(chance: Chance, plan: str) -> dict[str, Any]:
    """A component paid on what the first plan's first component pays, or on all of another plan."""
    return {
        "id": "override",
        "name": "override",
        "measure": "payouts:first/c0" if plan == "first" else "payouts:first",
        "scope": chance.pick(("own", "team", "shared")),
        "credit": {"rule": "owner", "roll_up": maybe(chance)},
        "input": "amount",
        "pays": {"way": "rate"},
        "measured_per": chance.pick(("month", "quarter", "year")),
        "table": {"kind": "whole", "tiers": [{"from": 0, "rate": "0.031"}, {"from": 900, "rate": "0.5"}]},
    }


def _next_version(chance: Chance, plan: Plan) -> Plan:
    """A version that takes over on some day, with the same components under another cap or none."""
    changed: dict[str, Any] = {
        "version": 2,
        "from_": chance.pick((date(2025, 4, 1), date(2025, 5, 20), date(2025, 7, 1))),
        "prorate": chance.pick(("days", "days", plan.prorate)),
        "accumulators": chance.pick(("restart", "carry")),
    }
    if maybe(chance):
        cap = Limit(amount=Decimal(700))
        changed["components"] = tuple(each.model_copy(update={"cap": cap}) for each in plan.components)
    return plan.model_copy(update=changed)


def _plan(chance: Chance, name: str, teams: Sequence[str]) -> Plan:
    content = {
        "id": name,
        "name": name,
        "sets": [PLAN_SET],
        "from": chance.pick((date(2025, 1, 1), date(2025, 2, 10), date(2024, 7, 1))),
        "to": chance.pick((None, None, date(2025, 11, 20))),
        "assigned": {"teams": list(teams)},
        "prorate": chance.pick(("days", "days", "months", "none")),
        "accumulators": chance.pick(("carry", "restart")),
        "component": draw_components(chance),
    }
    if maybe(chance, 5):
        content["component"].append(_override(chance, name))
    if maybe(chance, 5):
        content["payee_limit"] = [
            {"per": chance.pick(("month", "quarter", "year")), "amount": chance.pick(("35", "800", "60000"))}
        ]
        if maybe(chance):
            content["payee_limit"].append({"components": ["c0"], "of_incentive": chance.pick(("0.5", "2"))})
    if maybe(chance, 5):
        content["budget"] = {
            "per": chance.pick(("month", "half", "year")),
            "amount": chance.pick(("9", "900", "70000")),
        }
    if maybe(chance, 3):
        content["ramp"] = {
            "quota": chance.pick((["0"], ["0", "0.25", "0.5"], ["0.333333", "1.2"])),
            "starts": chance.pick(("joining_month", "first_full_month")),
            "incentive": maybe(chance),
        }
    if maybe(chance, 3):
        names = ("cuts_quota", "cuts_incentive", "credit_counts")
        content["leave"] = {name: maybe(chance) for name in names}
    return Plan.model_validate(content)

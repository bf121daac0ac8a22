"""A small run, written by hand: two teams, two quarters, a company that misses one of them."""

from datetime import date

import pyarrow as pa

from revplan.issues import Issue, Where
from revplan.model.results import (
    ADJUSTMENTS,
    CREDITS,
    INPUTS,
    LINES,
    PARTS,
    STANDINGS,
    STATEMENTS,
    RunResult,
)
from revplan.periods import FiscalCalendar

CALENDAR = FiscalCalendar(1)


def table(schema: pa.Schema, *rows: dict[str, object]) -> pa.Table:
    """Rows of a result table; what a row leaves out is null (and "" for text)."""
    empty = {name: "" if schema.field(name).type == pa.string() else None for name in schema.names}
    return pa.Table.from_pylist([{**empty, **row} for row in rows], schema)


def line(line_id: int, payee: str, team: str, period: str, payout: int, **given: object) -> dict[str, object]:
    """A payout line of an incentive component worth 1,000.00."""
    span = CALENDAR.parse(period)
    made: dict[str, object] = {
        "line_id": line_id,
        "payee_id": payee,
        "payee_name": payee.title(),
        "team_id": team,
        "plan_id": f"{team}-plan",
        "plan_version": 1,
        "component_id": "revenue",
        "component_name": "Revenue",
        "way": "incentive",
        "scope": "own",
        "measure": "won_revenue",
        "unit": "money",
        "target_id": "revenue",
        "measured_period": period,
        "period": period,
        "period_start": span.start,
        "period_end": span.end,
        "credit": 90_000_00,
        "quota": 100_000_00,
        "nominal_quota": 100_000_00,
        "segment": 0,
        "active_days": 90,
        "quota_days": 90,
        "attainment": 900_000,
        "target_incentive": 1_000_00,
        "table_amount": payout,
        "earned_to_date": payout,
        "payout": payout,
        "reason": "" if payout else "no_credit",
        "status": "final",
    }
    return made | given


def standing(
    period: str, target: int, actual: int, owner: str = "company", **given: object
) -> dict[str, object]:
    """Where the revenue target, or a team's portion of it, stands in a period."""
    span = CALENDAR.parse(period)
    made: dict[str, object] = {
        "target_id": "revenue",
        "target_name": "Company revenue",
        "measure": "won_revenue",
        "unit": "money",
        "owner": owner,
        "team_id": owner.removeprefix("team:") if owner.startswith("team:") else "",
        "grain": span.grain,
        "period": period,
        "period_start": span.start,
        "period_end": span.end,
        "target": target,
        "actual": actual,
        "attainment": actual * 1_000_000 // target if target else None,
        "shared_with": ["marketing", "sales"] if owner == "company" else [],
        "status": "final",
    }
    return made | given


def run_result(plan_set: str = "volume") -> RunResult:
    """Marketing is paid 1,200.00 a quarter on leads; sales 900.00 and 1,100.01 on revenue."""
    lines = table(
        LINES,
        line(1, "mia", "marketing", "2026-Q1", 1_200_00, measure="leads", unit="count", target_id="leads")
        | {
            "credit": 120_000_000,
            "quota": 100_000_000,
            "nominal_quota": 100_000_000,
            "attainment": 1_200_000,
        },
        line(2, "mia", "marketing", "2026-Q2", 1_200_00, measure="leads", unit="count", target_id="leads")
        | {
            "credit": 120_500_000,
            "quota": 100_000_000,
            "nominal_quota": 100_000_000,
            "attainment": 1_205_000,
        },
        line(3, "sam", "sales", "2026-Q1", 900_00),
        line(4, "sam", "sales", "2026-Q2", 1_100_01, credit=110_001_00, attainment=1_100_010),
        line(5, "=cmd()", "sales", "2026-Q2", 0, credit=0, attainment=0, payee_name='=HYPERLINK("x")'),
    )
    parts = table(
        PARTS,
        {"line_id": 3, "payee_id": "sam", "team_id": "sales", "component_id": "revenue", "period": "2026-Q1"}
        | {"position": 1, "kind": "deal", "transaction_id": "D1", "opportunity_id": "D1", "account_id": "A1"}
        | {"on_date": date(2026, 1, 31), "credit": 50_000_00, "part": 500_00},
        {"line_id": 3, "payee_id": "sam", "team_id": "sales", "component_id": "revenue", "period": "2026-Q1"}
        | {
            "position": 2,
            "kind": "deal",
            "transaction_id": "-D2",
            "opportunity_id": "-D2",
            "account_id": "A1",
        }
        | {"on_date": date(2026, 3, 31), "credit": 40_000_00, "part": 400_00},
    )
    credits = table(
        CREDITS,
        {"measure": "won_revenue", "unit": "money", "rule": "splits", "transaction_id": "D1"}
        | {"opportunity_id": "D1", "account_id": "A1", "on_date": date(2026, 1, 31), "payee_id": "sam"}
        | {"team_id": "sales", "credit": 50_000_00},
        {"measure": "leads", "unit": "count", "rule": "owner", "transaction_id": "L1"}
        | {"account_id": "A1", "on_date": date(2026, 2, 1), "payee_id": "mia"}
        | {"team_id": "marketing", "credit": 1_500_000},
    )
    standings = table(
        STANDINGS,
        standing("2026-Q1", 200_000_00, 180_000_00),
        standing("2026-Q2", 200_000_00, 220_000_03),
        standing("2026-Q1", 100_000_00, 90_000_00, "team:sales"),
        standing("2026-Q2", 100_000_00, 110_000_00, "team:sales"),
    )
    statements = [
        {
            "payee_id": row["payee_id"],
            "payee_name": row["payee_name"],
            "team_id": row["team_id"],
            "period": f"{row['period_end'].year}-{row['period_end'].month - 1:02d}",
            "entry": entry,
            "component_id": "revenue" if entry == "component" else "",
            "component_name": "Revenue" if entry == "component" else "",
            "paid_for": row["period"],
            "amount": row["payout"],
            "pay": row["payout"],
            "pay_currency": "USD",
            "status": "final",
        }
        for row in lines.to_pylist()
        for entry in ("component", "total")
    ]
    issues = (Issue("no_quota", "warning", Where(payee="mia", period="2026-Q1"), {"count": 1}),)
    return RunResult(
        plan_set=plan_set,
        as_of=date(2026, 6, 30),
        currency="USD",
        digits=2,
        engine_version="1",
        lines=lines,
        parts=parts,
        inputs=INPUTS.empty_table(),
        credits=credits,
        standings=standings,
        adjustments=ADJUSTMENTS.empty_table(),
        statements=table(STATEMENTS, *statements),
        issues=issues,
    )

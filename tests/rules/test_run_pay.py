"""What a run pays: accumulation, the order of steps, growth, limits per deal, parts and statements."""

from typing import Any

import pytest

from revplan.rules.run import run
from tests.rules.written_book import (
    ANN,
    BONUS,
    COMMISSION,
    book_of,
    deals,
    pay,
    plan_of,
    quota,
    result_of,
    told,
)


def first_half(*components: Any, **book: Any) -> Any:
    """ann's plan of those components in the first half of 2025, with her quota."""
    tables = {"payees": ANN, "opportunities": deals(), "targets": (quota(),)} | book
    return book_of(plan_of(*components), company={"as_of": "2025-06-30"}, **tables)


# ---------------------------------------------------------------- accumulation

YEARLY = {"measured_per": "year", "paid_per": "quarter", "accumulation": "cumulative"}
UP_AND_DOWN = deals("d1, 2025-02-01, 100", "d2, 2025-05-01, -60", "d3, 2025-08-01, 80")


def test_a_cumulative_component_pays_what_was_earned_to_date_less_what_it_paid() -> None:
    book = first_half(BONUS | YEARLY, opportunities=deals("d1, 2025-02-01, 100", "d2, 2025-05-01, 200"))
    assert pay(book, "period credit quota target_incentive earned_to_date payout") == [
        ("2025-Q1", "100", "400", "40", "10", "10"),
        ("2025-Q2", "300", "400", "40", "30", "20"),
    ]


def test_a_cumulative_component_may_divide_by_the_target_to_date() -> None:
    to_date = BONUS | YEARLY | {"divides_by": "to_date"}
    book = first_half(to_date, opportunities=deals("d1, 2025-02-01, 100", "d2, 2025-05-01, 50"))
    assert pay(book, "period credit quota target_incentive payout") == [
        ("2025-Q1", "100", "100", "10", "10"),
        ("2025-Q2", "150", "200", "20", "5"),
    ]


def test_a_fall_is_waited_out_unless_the_component_recovers() -> None:
    book = book_of(plan_of(COMMISSION | YEARLY), payees=ANN, opportunities=UP_AND_DOWN)
    assert pay(book) == [
        ("2025-Q1", "10", ""),
        ("2025-Q2", "0", "already_paid"),
        ("2025-Q3", "2", ""),
        ("2025-Q4", "0", "already_paid"),
    ]
    recovers = book.with_plans((plan_of(COMMISSION | YEARLY | {"recovers": True}),))
    assert pay(recovers, "period payout") == [
        ("2025-Q1", "10"),
        ("2025-Q2", "-6"),
        ("2025-Q3", "8"),
        ("2025-Q4", "0"),
    ]


def test_a_cumulative_component_goes_on_under_a_new_version() -> None:
    component = COMMISSION | YEARLY
    second = plan_of(component, version=2, **{"from": "2025-04-01"})
    won = deals("d1, 2025-02-01, 100", "d2, 2025-05-01, 50")
    book = book_of(plan_of(component), second, payees=ANN, opportunities=won, company={"as_of": "2025-06-30"})
    assert pay(book, "period plan_version earned_to_date payout") == [
        ("2025-Q1", "1", "10", "10"),
        ("2025-Q2", "2", "15", "5"),
    ]


def test_a_cumulative_component_starts_again_in_the_next_year() -> None:
    won = deals("d1, 2025-12-31, 100", "d2, 2026-01-01, 20")
    book = book_of(
        plan_of(COMMISSION | YEARLY), payees=ANN, opportunities=won, company={"as_of": "2026-03-31"}
    )
    assert pay(book, "period earned_to_date payout")[-2:] == [("2025-Q4", "10", "10"), ("2026-Q1", "2", "2")]


# ---------------------------------------------------------------- order of steps

TRIPLE = {
    "measure": "leads",
    "table": {"kind": "steps", "steps": [{"at": 0, "pays": 1}, {"at": 1, "pays": 3}]},
}
A_LEAD = """
    lead_id, created_on, owner_id
    l1,      2025-02-01, ann
"""
AT_80_PERCENT = {"all_of": [{"measure": "won_revenue", "target": "quota", "at_least": "80%"}]}
ABOVE_80_PERCENT = {"all_of": [{**AT_80_PERCENT["all_of"][0], "edge": "lower"}]}


@pytest.mark.parametrize(
    ("steps", "won", "paid"),
    [
        ({"multiplier": TRIPLE}, 80, "24"),
        ({"multiplier": TRIPLE, "cap": {"amount": 20}}, 80, "20"),  # the cap after the multiplier
        ({"multiplier": TRIPLE, "floor": {"amount": 9}}, 20, "9"),  # the floor after it too: 6 is lifted to 9
        ({"floor": {"of_incentive": "50%"}}, 20, "5"),
        ({"cap": {"of_incentive": "1.5", "amount": 1}}, 900, "16"),
        ({"gate": [AT_80_PERCENT]}, 80, "8"),
        ({"gate": [ABOVE_80_PERCENT]}, 80, "0"),
        ({"gate": [AT_80_PERCENT], "floor": {"amount": 5}}, 79, "0"),  # a closed gate beats a floor
        ({"gate": [AT_80_PERCENT], "floor": {"amount": 9}}, 80, "9"),
    ],
)
def test_multiplier_floor_cap_and_gate_act_in_that_order(steps: Any, won: int, paid: str) -> None:
    book = first_half(BONUS | steps, opportunities=deals(f"d1, 2025-02-01, {won}"), leads=A_LEAD)
    assert pay(book, "payout", period="2025-Q1") == [(paid,)]


def test_all_conditions_of_all_gates_must_hold_each_on_its_own_grain() -> None:
    a_lead_in_the_year = {"all_of": [{"measure": "leads", "at_least": 1, "per": "year"}]}
    gated = BONUS | {"gate": [AT_80_PERCENT, a_lead_in_the_year]}
    won = deals("d1, 2025-02-01, 100", "d2, 2025-05-01, 100")
    april = A_LEAD.replace("2025-02-01", "2025-04-01")
    assert pay(first_half(gated, opportunities=won, leads=april), "period gate_open payout reason") == [
        ("2025-Q1", "no", "0", "gate_closed"),
        ("2025-Q2", "yes", "10", ""),
    ]


def test_growth_pays_on_what_lies_over_the_baseline() -> None:
    baseline = quota(id="baseline", measure="score:quality", year=[{"year": 2025, "total": "0.5"}])
    points = BONUS | {"id": "points", "measure": "score:quality", "target": "baseline", "input": "growth"}
    over = COMMISSION | {"id": "over", "target": "quota", "input": "growth"}
    book = first_half(
        over,
        points,
        targets=(quota(), baseline),
        opportunities=deals("d1, 2025-02-01, 130"),
        scores="""
            payee_id, kpi,     period,  score
            ann,      quality, 2025-Q1, 80%
        """,
    )
    assert pay(book, "component_id payout", period="2025-Q1") == [("over", "3"), ("points", "3")]


# ---------------------------------------------------------------- deals and parts


def test_a_deal_below_the_minimum_is_not_counted_and_a_large_one_is_cut() -> None:
    limited = COMMISSION | {"deals": {"minimum_credit": 50, "credit_cap": 200}}
    won = deals("d1, 2025-01-01, 49.99", "d2, 2025-01-02, 50", "d3, 2025-01-03, 900", "d4, 2025-01-04, -900")
    book = first_half(limited, opportunities=won)
    assert told(result_of(book), "parts", "transaction_id credit part") == [
        ("d2", "50", "5"),
        ("d3", "200", "20"),
        ("d4", "-200", "-20"),
    ]
    assert pay(book, "credit payout", period="2025-Q1") == [("50", "5")]


def test_a_table_per_transaction_pays_each_deal_alone_up_to_its_cap() -> None:
    tiers = [{"from": 0, "rate": "10%"}, {"from": 100, "rate": "20%"}]
    alone = COMMISSION | {
        "table_per": "transaction",
        "table": {"kind": "whole", "tiers": tiers},
        "deals": {"payout_cap": 30},
    }
    won = deals("d1, 2025-01-01, 60", "d2, 2025-01-02, 100", "d3, 2025-01-03, 900")
    book = first_half(alone, opportunities=won)
    assert told(result_of(book), "parts", "transaction_id part") == [("d1", "6"), ("d2", "20"), ("d3", "30")]
    assert pay(book, "payout", period="2025-Q1") == [("56",)]


def test_deals_are_paid_in_order_of_date_and_id_and_add_up_to_the_line() -> None:
    rising = COMMISSION | {
        "table": {"kind": "marginal", "tiers": [{"from": 0, "rate": "10%"}, {"from": 100, "rate": "50%"}]}
    }
    won = deals("d9, 2025-01-01, 60", "d2, 2025-01-02, 60", "d1, 2025-01-02, 20")
    book = first_half(rising, opportunities=won)
    assert told(result_of(book), "parts", "position transaction_id part") == [
        ("1", "d9", "6"),
        ("2", "d1", "2"),
        ("3", "d2", "22"),
    ]


def test_what_is_not_a_deals_part_is_a_part_of_its_own_kind() -> None:
    base = BONUS | {"id": "base", "floor": {"amount": 3}}
    alone = COMMISSION | {"id": "alone", "table_per": "transaction", "cap": {"amount": 4}}
    retention = BONUS | {"id": "nrr", "measure": "nrr", "input": "value", "target": None}
    book = first_half(
        base,
        alone,
        retention,
        opportunities=deals("d1, 2025-01-01, 100"),
        accounts="""
            account_id, csm_id
            a1,         ann
        """,
        contracts="""
            contract_id, account_id, starts_on,  arr
            k1,          a1,         2020-01-01, 100
        """,
    )
    assert told(result_of(book), "parts", "component_id period kind part") == [
        ("alone", "2025-Q1", "deal", "10"),
        ("alone", "2025-Q1", "limit", "-6"),
        ("base", "2025-Q1", "deal", "7"),
        ("base", "2025-Q1", "zero_credit", "3"),
        ("base", "2025-Q2", "zero_credit", "3"),
        ("nrr", "2025-Q1", "value", "10"),
        ("nrr", "2025-Q2", "value", "10"),
    ]


def test_without_parts_the_lines_are_the_same() -> None:
    book = first_half(COMMISSION, opportunities=deals("d1, 2025-01-01, 100"))
    full, short = run(book, "set"), run(book, "set", with_parts=False)
    assert (full.parts.num_rows, full.credits.num_rows) == (1, 1)
    assert (short.parts.num_rows, short.credits.num_rows) == (0, 0)
    assert (full.lines, full.statements) == (short.lines, short.statements)


# ---------------------------------------------------------------- statements


def test_a_statement_adds_up_a_payees_lines_in_the_month_in_which_they_end() -> None:
    monthly = COMMISSION | {"id": "monthly", "measured_per": "month"}
    book = book_of(
        plan_of(COMMISSION, monthly),
        payees=ANN,
        opportunities=deals("d1, 2025-03-10, 100", "d2, 2025-04-10, 50"),
        company={"as_of": "2025-04-20"},
    )
    statements = told(result_of(book), "statements", "period entry component_id paid_for amount status")
    assert [row for row in statements if row[0] >= "2025-03"] == [
        ("2025-03", "component", "commission", "2025-Q1", "10", "final"),
        ("2025-03", "component", "monthly", "2025-03", "10", "final"),
        ("2025-03", "total", "", "", "20", "final"),
        ("2025-04", "component", "monthly", "2025-04", "5", "open"),
        ("2025-04", "total", "", "", "5", "open"),
        ("2025-06", "component", "commission", "2025-Q2", "5", "open"),
        ("2025-06", "total", "", "", "5", "open"),
    ]

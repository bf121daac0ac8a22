"""What is due is cut to the payee's limit, then to the plan's budget, pro rata and to the cent."""

import pytest

from tests.rules.written_book import COMMISSION, book_of, deals, pay, plan_of, result_of, told

TWO = """
    payee_id
    ann
    bob
"""
BOTH = """
    opportunity_id, owner_id, closed_on,  amount
    d1,             ann,      2025-02-01, 9000
    d2,             bob,      2025-03-01, 4500
    d3,             ann,      2025-05-01, 1000
"""


def test_a_budget_is_shared_pro_rata() -> None:
    """Case D7: 900 for 900 and 450 earned."""
    book = book_of(plan_of(budget={"amount": 900, "per": "quarter"}), payees=TWO, opportunities=BOTH)
    assert pay(book, "payee_id before_limits payout", period="2025-Q1") == [
        ("ann", "900", "600"),
        ("bob", "450", "300"),
    ]
    assert pay(book, "payee_id payout", period="2025-Q2") == [("ann", "100"), ("bob", "0")]


def test_what_is_left_over_goes_to_the_largest_remainder() -> None:
    book = book_of(plan_of(budget={"amount": "0.05"}), payees=TWO, opportunities=BOTH)
    assert pay(book, "payee_id payout", period="2025-Q1") == [("ann", "0.03"), ("bob", "0.02")]
    assert pay(book, "payout reason", period="2025-Q2", payee_id="ann") == [("0", "budget")]


def test_a_payee_is_paid_up_to_the_limit_of_the_year_and_then_nothing() -> None:
    plan = plan_of(payee_limit=[{"amount": 950}])
    book = book_of(plan, payees=TWO, opportunities=BOTH)
    assert pay(book, payee_id="ann")[:2] == [("2025-Q1", "900", ""), ("2025-Q2", "50", "")]
    parts = told(result_of(book), "parts", "period kind transaction_id part", payee_id="ann")
    assert parts == [
        ("2025-Q1", "deal", "d1", "900"),
        ("2025-Q2", "deal", "d3", "100"),
        ("2025-Q2", "payee_limit", "", "-50"),
    ]


def test_a_limit_can_be_a_multiple_of_the_target_incentive() -> None:
    people = """
        payee_id, target_incentive
        ann,      40
    """
    plan = plan_of(payee_limit=[{"of_incentive": 2, "per": "quarter"}])
    book = book_of(plan, payees=people, opportunities=deals("d1, 2025-02-01, 900"))
    assert pay(book, period="2025-Q1") == [("2025-Q1", "20", "")]


def test_a_limit_on_one_component_leaves_the_others() -> None:
    second = COMMISSION | {"id": "second"}
    plan = plan_of(COMMISSION, second, payee_limit=[{"amount": 10, "components": ["second"]}])
    book = book_of(plan, payees=TWO, opportunities=deals("d1, 2025-02-01, 900"))
    assert pay(book, "component_id payout", period="2025-Q1", payee_id="ann") == [
        ("commission", "90"),
        ("second", "10"),
    ]


def test_a_limit_on_a_component_without_lines_limits_nothing() -> None:
    plan = plan_of(payee_limit=[{"amount": 10, "components": ["nothing"]}, {"amount": 950}])
    book = book_of(plan, payees=TWO, opportunities=BOTH)
    assert pay(book, payee_id="ann")[:2] == [("2025-Q1", "900", ""), ("2025-Q2", "50", "")]


def test_a_refund_first_eats_up_what_lay_above_the_limit() -> None:
    """120 earned, 100 paid; 15 of it falls away: nothing is taken back; 15 more: 10 is."""
    facts = deals("d1, 2025-02-01, 1200", "d2, 2025-05-01, -150", "d3, 2025-08-01, -150")
    book = book_of(plan_of(payee_limit=[{"amount": 100}]), payees=TWO, opportunities=facts)
    paid = [row[1:] for row in pay(book, payee_id="ann")]
    assert paid == [("100", ""), ("0", "payee_limit"), ("-10", ""), ("0", "no_credit")]


def test_the_payee_limit_comes_before_the_budget() -> None:
    plan = plan_of(payee_limit=[{"amount": 450}], budget={"amount": 600})
    book = book_of(plan, payees=TWO, opportunities=BOTH)
    assert pay(book, "payee_id payout", period="2025-Q1") == [("ann", "300"), ("bob", "300")]


def test_a_new_version_changes_the_limit_from_its_next_period_on() -> None:
    first = plan_of(payee_limit=[{"amount": 100}])
    second = plan_of(payee_limit=[{"amount": 500}], version=2, **{"from": "2025-04-01"})
    facts = deals("d1, 2025-02-01, 2000", "d2, 2025-05-01, 2000", "d3, 2026-02-01, 9000")
    book = book_of(first, second, payees=TWO, opportunities=facts, company={"as_of": "2026-12-31"})
    paid = {row[0]: row[1] for row in pay(book, payee_id="ann")}
    assert (paid["2025-Q1"], paid["2025-Q2"], paid["2026-Q1"]) == ("100", "0", "500")


@pytest.mark.parametrize("limit", [{"payee_limit": [{"amount": 10**9}]}, {"budget": {"amount": 10**9}}])
def test_a_limit_that_nobody_reaches_changes_nothing(limit: dict[str, object]) -> None:
    free = book_of(plan_of(), payees=TWO, opportunities=BOTH)
    limited = book_of(plan_of(**limit), payees=TWO, opportunities=BOTH)
    assert result_of(limited).lines.equals(result_of(free).lines)
    assert result_of(limited).parts.equals(result_of(free).parts)

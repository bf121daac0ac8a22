"""Which deals a component counts: by product, segment, kind, term, discount, amount, date and number."""

from typing import Any

import pytest

from revplan.rules.check.book import check_plan
from tests.rules.written_book import ANN, COMMISSION, book_of, pay, plan_of, result_of, told

DEALS = """
    opportunity_id, account_id, owner_id, closed_on,  amount, kind,    product, term_months, discount
    d1,             a1,         ann,      2025-02-28, 100,    new,     X,       12,          0%
    d2,             a1,         ann,      2025-03-01, 200,    renewal, X,       36,          10%
    d3,             a2,         ann,      2025-03-31, 400,    new,     Y,       24,          20%
    d4,             ,           ann,      2025-04-01, 800,    ,        ,        ,
"""
ACCOUNTS = """
    account_id, segment
    a1,         Enterprise
    a2,         Small
"""
EACH = {
    "id": "each",
    "name": "Each deal",
    "measure": "won_revenue",
    "input": "amount",
    "credit": {"rule": "owner"},
    "pays": {"way": "fixed"},
    "table": {"kind": "steps", "steps": [{"at": 0, "pays": 500}]},
    "table_per": "transaction",
    "measured_per": "year",
}


def counted(only: dict[str, Any], *, measure: str = "won_revenue", **book: Any) -> set[str]:
    """The transactions behind ann's line."""
    component = EACH | {"measure": measure, "deals": {"only": only}}
    tables = {"payees": ANN, "opportunities": DEALS, "accounts": ACCOUNTS} | book
    result = result_of(book_of(plan_of(component), **tables))
    return {row[0] for row in told(result, "parts", "transaction_id")}


@pytest.mark.parametrize(
    ("only", "deals"),
    [
        ({}, {"d1", "d2", "d3", "d4"}),
        ({"products": ["X"]}, {"d1", "d2"}),
        ({"products": ["X", "Y"]}, {"d1", "d2", "d3"}),
        ({"products": ["it's; DROP TABLE"]}, set()),
        ({"segments": ["Small"]}, {"d3"}),
        ({"kinds": ["new"]}, {"d1", "d3"}),
        ({"min_term_months": 24}, {"d2", "d3"}),
        ({"max_discount": "10%"}, {"d1", "d2"}),
        ({"min_amount": 400}, {"d3", "d4"}),
        ({"from": "2025-03-01", "to": "2025-04-01"}, {"d2", "d3"}),
        ({"products": ["X"], "kinds": ["new"], "max_discount": 0}, {"d1"}),
    ],
)
def test_only_deals_that_meet_everything_count(only: dict[str, Any], deals: set[str]) -> None:
    assert counted(only) == deals


def test_the_amount_is_the_whole_deals_in_the_companys_currency_whatever_is_counted() -> None:
    splits = """
        opportunity_id, payee_id, share
        d3,             ann,      50%
        d3,             bob,      50%
    """
    component = EACH | {"credit": {"rule": "splits"}, "deals": {"only": {"min_amount": 400}}}
    book = book_of(plan_of(component), payees=ANN, opportunities=DEALS, opportunity_splits=splits)
    found = {row[0] for row in told(result_of(book), "parts", "transaction_id", payee_id="ann")}
    assert found == {"d3", "d4"}
    assert counted({"min_amount": 400}, measure="won_deals") == {"d3", "d4"}
    euros = """
        opportunity_id, owner_id, closed_on,  amount, currency
        e1,             ann,      2025-03-01, 200,    EUR
        e2,             ann,      2025-03-01, 199.99, EUR
    """
    rates = """
        name, from_currency, to_currency, starts_on,  rate
        plan, EUR,           USD,         2025-01-01, 2
    """
    only = {"min_amount": 400}
    assert counted(only, measure="won_deals", opportunities=euros, fx_rates=rates) == {"e1"}


def test_a_product_or_segment_that_the_data_does_not_have_is_flagged_with_the_nearest() -> None:
    only = {"products": ["x"], "segments": ["Small", "Enterprize"]}
    plan = plan_of(EACH | {"deals": {"only": only}})
    book = book_of(plan, payees=ANN, opportunities=DEALS, accounts=ACCOUNTS)
    found = {
        issue.code: (issue.where.column, issue.parameters["suggestion"]) for issue in check_plan(plan, book)
    }
    assert found["plan.unknown_product"] == ("deals.only.products", "X, Y")
    assert found["plan.unknown_segment"] == ("deals.only.segments", "Enterprise")


def test_a_contract_has_its_own_traits_and_its_completed_months_as_its_term() -> None:
    contracts = """
        contract_id, account_id, opportunity_id, owner_id, kind, starts_on,  ends_on,    arr, product
        k1,          a1,         d1,             ann,      new,  2025-01-01, 2028-01-01, 100, Z
        k2,          a1,         d2,             ann,      new,  2025-01-31, 2025-02-28, 100,
        k3,          a1,         ,               ann,      new,  2025-01-15, 2028-01-14, 100,
        k4,          a1,         ,               ann,      new,  2025-01-15, ,           100,
    """

    def of(**only: Any) -> set[str]:
        return counted(only, measure="new_arr", contracts=contracts)

    assert of(products=["Z"]) == {"k1"}
    assert of(products=["X"]) == {"k2"}
    assert of(min_term_months=1) == {"k1", "k2", "k3"}
    assert of(min_term_months=35) == {"k1", "k3"}
    assert of(min_term_months=36) == {"k1"}


def test_a_payment_takes_the_traits_of_the_contract_or_deal_behind_its_invoice() -> None:
    tables = {
        "contracts": """
            contract_id, account_id, kind, starts_on,  ends_on,    arr, product
            k1,          a1,         new,  2025-01-01, 2027-01-01, 100, Z
        """,
        "invoices": """
            invoice_id, contract_id, opportunity_id, invoiced_on, amount
            i1,         k1,          d2,             2025-01-01,  100
            i2,         ,            d2,             2025-01-01,  100
        """,
        "payments": """
            payment_id, invoice_id, paid_on,    amount
            p1,         i1,         2025-02-01, 100
            p2,         i2,         2025-02-01, 100
        """,
    }
    owned = {"measure": "cash_collected", **tables}
    assert counted({"products": ["Z"]}, **owned) == {"p1"}
    assert counted({"products": ["X"]}, **owned) == {"p2"}
    assert counted({"min_term_months": 36}, **owned) == {"p2"}


def test_at_most_so_many_deals_count_in_a_period_the_earliest_and_as_many_refunds() -> None:
    deals = """
        opportunity_id, owner_id, closed_on,  amount
        d2,             ann,      2025-01-10, 20
        d1,             ann,      2025-01-10, 10
        d3,             ann,      2025-02-01, 40
        d4,             ann,      2025-02-02, -20
        d5,             ann,      2025-04-01, 80
        d6,             ann,      2025-02-03, -1
        d7,             ann,      2025-02-04, -1
    """
    component = COMMISSION | {"measured_per": "quarter", "deals": {"at_most": 2}}
    book = book_of(plan_of(component), payees=ANN, opportunities=deals)
    assert pay(book, "period credit")[:2] == [("2025-Q1", "9"), ("2025-Q2", "80")]


def test_a_fiscal_year_counts_its_deals_from_its_own_first_month() -> None:
    deals = """
        opportunity_id, owner_id, closed_on,  amount
        d1,             ann,      2025-03-31, 10
        d2,             ann,      2025-04-01, 20
        d3,             ann,      2025-12-01, 40
    """
    component = COMMISSION | {"measured_per": "year", "deals": {"at_most": 1}}
    company = {"fiscal_year_starts": 4}
    book = book_of(plan_of(component), payees=ANN, opportunities=deals, company=company)
    assert [credit for (credit,) in pay(book, "credit")] == ["10", "20"]


def test_the_minimum_and_the_number_act_after_the_choice_and_before_the_cap() -> None:
    limits = {"only": {"products": ["X", "Y"]}, "minimum_credit": 150, "at_most": 1, "credit_cap": 150}
    component = COMMISSION | {"measured_per": "year", "deals": limits}
    book = book_of(plan_of(component), payees=ANN, opportunities=DEALS)
    assert pay(book, "credit") == [("150",)]

"""Key figures by hand: what counts in each, when there is none, and what they never do."""

from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from typing import Any

import pyarrow as pa
import pytest

from revplan.model.book import Book
from revplan.rules.check.costs import check_costs
from revplan.rules.health import health, pay_health
from revplan.rules.run import run
from revplan.words import kpi_words
from tests.cases.case import text_rows
from tests.rules.written_book import COMMISSION, book_of, company_of, plan_of, target_of

DEALS = """
    opportunity_id, owner_id, outcome, created_on, closed_on,  amount
    d1,             ann,      won,     2025-10-01, 2025-10-31, 100
    d2,             ann,      lost,    2025-10-01, 2025-10-31, 100
    d3,             sue,      won,     2025-10-01, 2025-11-10, 300
    d4,             ,         won,     ,           2025-11-11, 200
    d5,             ann,      open,    2025-11-01, 2025-12-15, 500
    d6,             sue,      open,    2025-12-01, 2026-02-15, 900
"""
PEOPLE = """
    payee_id, team
    ann,      sales
    sue,      success
"""


def figures(book: Book) -> dict[tuple[str, str, str], dict[str, str]]:
    """Every key figure that no plan set moves, by figure, owner and period, in major units."""
    standings = run(book, "set").standings
    rows = text_rows(health(book, standings)[0], book.company.digits)
    return {(row["kpi"], row["owner"], row["period"]): row for row in rows}


def figure(kpi: str, period: str, owner: str = "company", **book: Any) -> str:
    """A key figure's value, or the reason why there is none."""
    row = figures(book_of(**book))[kpi, owner, period]
    assert (row["value"] == "null") == bool(row["reason"])
    return row["reason"] or row["value"]


@pytest.mark.parametrize(
    ("kpi", "owner", "period", "value"),
    [
        ("win_rate", "company", "2025-Q4", "0.75"),
        ("win_rate", "team:sales", "2025-Q4", "0.5"),
        ("win_rate", "company", "2025-09", "no_closed_deals"),
        ("sales_cycle", "company", "2025-Q4", "35"),  # d4 does not say when it was opened
        ("sales_cycle", "company", "2025-12", "no_won_deals"),
        ("average_deal", "company", "2025-Q4", "200"),
        ("average_deal", "team:success", "2025", "300"),
        # 2 open deals × 200 × 75% ÷ 35 days.
        ("pipeline_velocity", "company", "2025-Q4", "8.57"),
        # At the end of October d3 was still open.
        ("pipeline_velocity", "company", "2025-10", "1.67"),
    ],
)
def test_selling_is_worked_out_from_the_deals_of_the_period(
    kpi: str, owner: str, period: str, value: str
) -> None:
    assert figure(kpi, period, owner, payees=PEOPLE, opportunities=DEALS) == value


def test_deals_won_on_the_day_they_were_opened_have_no_cycle_to_divide_by() -> None:
    deals = "opportunity_id, created_on, closed_on, amount\nd1, 2025-10-01, 2025-10-01, 5"
    assert figure("sales_cycle", "2025-10", opportunities=deals) == "0"
    assert figure("pipeline_velocity", "2025-10", opportunities=deals) == "closed_at_once"


def test_coverage_is_open_pipeline_over_what_is_left_of_the_target_of_a_running_period() -> None:
    book = book_of(
        plan_of(),
        targets=(target_of(),),
        company={"as_of": "2025-12-10"},
        payees=PEOPLE,
        opportunities=DEALS.replace("300", "30").replace("200", "0"),
    )
    found = figures(book)
    # Q4 wants 100: 100 + 30 are there already. September had no such deals, and is over.
    assert found["pipeline_coverage", "company", "2025-Q4"]["reason"] == "target_reached"
    assert found["pipeline_coverage", "company", "2025-Q3"]["reason"] == "period_over"
    assert found["pipeline_coverage", "company", "2025-12"]["reason"] == "no_target"
    fewer = book_of(
        plan_of(),
        targets=(target_of(),),
        company={"as_of": "2025-12-10"},
        payees=PEOPLE,
        opportunities="opportunity_id, outcome, created_on, closed_on, amount\n"
        "d1, won, 2025-10-01, 2025-10-31, 60\nd2, open, 2025-10-01, 2025-12-20, 100\n"
        "d3, open, 2025-10-01, 2026-01-20, 100",
    )
    assert figures(fewer)["pipeline_coverage", "company", "2025-Q4"]["value"] == "2.5"  # 100 ÷ (100 − 60)


def test_an_amount_without_a_rate_leaves_the_figure_open_and_never_counts_as_the_companys_money() -> None:
    deals = (
        "opportunity_id, created_on, closed_on, amount, currency\n"
        "d1, 2025-10-01, 2025-10-11, 100, USD\nd2, 2025-11-01, 2025-11-11, 100, EUR"
    )
    assert figure("average_deal", "2025-10", opportunities=deals) == "100"
    assert figure("average_deal", "2025-11", opportunities=deals) == "no_rate"
    assert figure("average_deal", "2025-Q4", opportunities=deals) == "no_rate"
    assert figure("win_rate", "2025-Q4", opportunities=deals) == "1"
    rates = "name, from_currency, to_currency, starts_on, rate\nplan, EUR, USD, 2025-01-01, 1.5"
    assert figure("average_deal", "2025-Q4", opportunities=deals, fx_rates=rates) == "125"


CONTRACTS = """
    contract_id, account_id, starts_on,  ends_on,    arr
    k1,          a1,         2024-12-15, 2026-12-15, 1200
    k2,          a2,         2024-12-15, 2025-06-15, 2400
    k3,          a2,         2025-06-15, 2026-06-15, 2400
    k4,          a3,         2024-12-15, 2025-03-10, 600
    k5,          a4,         2025-12-05, 2026-12-05, 600
"""
COSTS = {
    "acquisition": [{"from": "2025-01-01", "per_month": 10}, {"from": "2025-07-15", "per_month": 20}],
    "gross_margin": [{"from": "2024-01-01", "share": "50%"}, {"from": "2025-12-31", "share": "80%"}],
}


@pytest.mark.parametrize(
    ("kpi", "value"),
    [
        # 3 customers at the beginning of each of three months, then 2; one of them left in March.
        ("customer_churn", "0.037037"),
        # (3 × 4,200 + 9 × 3,600) ÷ 12 ÷ 27
        ("revenue_per_customer", "138.89"),
        ("cac", "180"),  # 6 × 10 + 6 × 20, for one new customer
        ("ltv", "3000"),  # 138.89 × 80% ÷ 1/27
        ("ltv_to_cac", "16.666667"),
        ("cac_payback", "1.62"),
    ],
)
def test_a_customer_is_worth_its_margin_until_it_leaves(kpi: str, value: str) -> None:
    assert figure(kpi, "2025-12", contracts=CONTRACTS, company={"costs": COSTS}) == value


@pytest.mark.parametrize(
    ("kpi", "costs", "contracts", "reason"),
    [
        ("cac", {}, CONTRACTS, "no_costs"),
        ("cac", {"acquisition": [{"from": "2025-02-01", "per_month": 1}]}, CONTRACTS, "no_costs"),
        ("ltv", {}, CONTRACTS, "no_margin"),
        ("ltv", COSTS, "contract_id, account_id, starts_on, arr\nk1, a1, 2024-01-01, 5", "nobody_lost"),
        ("ltv", COSTS, "contract_id, account_id, starts_on, arr\nk1, a1, 2026-01-01, 5", "no_customers"),
        ("cac", COSTS, "contract_id, account_id, starts_on, arr\nk1, a1, 2024-01-01, 5", "no_new_customers"),
    ],
)
def test_what_is_not_stated_or_did_not_happen_is_said_and_never_assumed(
    kpi: str, costs: dict[str, Any], contracts: str, reason: str
) -> None:
    assert figure(kpi, "2025-12", contracts=contracts, company={"costs": costs}) == reason


def test_costs_stated_twice_for_a_month_are_refused() -> None:
    twice = [{"from": "2025-01-01", "per_month": 1}, {"from": "2025-01-20", "per_month": 2}]
    (issue,) = check_costs(company_of(costs={"acquisition": twice}))
    assert (issue.code, issue.severity) == ("costs.acquisition_twice", "error")
    assert not [*check_costs(company_of(costs=COSTS))]


LEADS = """
    lead_id, created_on, mql_on,     sql_on,     opportunity_id
    l1,      2025-10-01, 2025-10-02, 2025-10-03, d1
    l2,      2025-10-01, 2025-10-02, ,           d1
    l3,      2025-10-05, 2025-11-02, ,
    l4,      2025-12-05, ,           ,
    l5,      2024-12-31, 2025-01-02, 2025-01-02, d2
"""


def test_a_lead_that_skipped_a_stage_has_reached_it_and_a_deal_counts_once() -> None:
    found = figures(book_of(leads=LEADS, opportunities=DEALS))
    rates = [found[name, "company", "2025"]["value"] for name in ("lead_to_mql", "mql_to_sql")]
    assert rates == ["0.75", "0.666667"]  # l5 came in before the 12 months
    assert found["sql_to_opportunity", "company", "2025"]["value"] == "0.5"  # two leads, one deal
    assert found["opportunity_to_win", "company", "2025"]["value"] == "1"
    assert found["expected_wins", "company", "2025-12"]["value"] == "0.25"
    # At the end of October the third was not qualified yet.
    assert Fraction(found["lead_to_mql", "company", "2025-10"]["value"]) == Fraction(3, 4)


INVOICES = """
    invoice_id, invoiced_on, due_on,     amount
    i1,         2025-11-10,  2025-12-10, 100
    i2,         2025-12-10,  2026-01-10, 210
    i3,         2025-12-11,  2025-12-31, 100
"""
PAYMENTS = """
    payment_id, invoice_id, paid_on,    amount
    p1,         i1,         2025-12-20, 40
    p2,         i3,         2025-12-21, 150
    p3,         ,           2025-12-22, 999
"""


def test_what_customers_owe_is_what_is_open_of_each_invoice_when_the_period_ends() -> None:
    found = figures(book_of(invoices=INVOICES, payments=PAYMENTS))
    owed = {period: found["overdue_share", "company", period] for period in ("2025-11", "2025-12")}
    assert owed["2025-11"]["value"] == "0"
    assert (owed["2025-12"]["numerator"], owed["2025-12"]["denominator"]) == ("6000", "27000")
    assert found["days_sales_outstanding", "company", "2025-12"]["value"] == "27"  # 270 ÷ 310 × 31
    assert found["overdue_share", "company", "2025-10"]["reason"] == "nothing_receivable"
    assert found["days_sales_outstanding", "company", "2025-10"]["reason"] == "no_invoices"


def test_a_credit_note_lessens_what_customers_owe_until_it_is_paid_out_and_is_never_overdue() -> None:
    notes = (
        INVOICES
        + """
    n1,         2025-11-20,  2025-12-01, -30
    n2,         2025-11-21,  ,           -20
    """
    )
    found = figures(book_of(invoices=notes, payments=PAYMENTS + "    p4, n2, 2025-12-23, -20"))
    owed = {period: found["days_sales_outstanding", "company", period] for period in ("2025-11", "2025-12")}
    assert owed["2025-11"]["value"] == "30"  # (100 - 50) ÷ (100 - 50) × 30
    assert Fraction(owed["2025-12"]["value"]) == 24  # (270 - 30) ÷ 310 × 31
    overdue = found["overdue_share", "company", "2025-12"]
    assert (overdue["numerator"], overdue["denominator"]) == ("6000", "27000")


def test_adoption_takes_each_accounts_last_report_of_a_product() -> None:
    usage = (
        "account_id, product, used_on, active_users, seats\na1, p, 2025-11-30, 1, 10\n"
        "a1, p, 2025-12-31, 5, 10\na2, p, 2025-12-31, 1, 10\na3, p, 2025-12-31, 4,"
    )
    assert figure("adoption", "2025-12", usage=usage) == "0.3"
    assert figure("adoption", "2025-11", usage=usage) == "0.1"
    assert figure("adoption", "2025-10", usage=usage) == "no_usage"


def cost_of_sales(period: str, **component: Any) -> str:
    book = book_of(plan_of(COMMISSION | component), payees="payee_id\nann", opportunities=DEALS)
    rows = text_rows(pay_health(book, run(book, "set").lines)[0], 2)
    row = next(row for row in rows if row["period"] == period)
    return row["reason"] or row["value"]


def test_pay_stands_beside_the_revenue_of_its_own_period() -> None:
    # 10% of the 100 that Ann won, of 600 that the company did; in October 10 of 100.
    assert cost_of_sales("2025-Q4") == "0.016667"
    assert cost_of_sales("2025-10") == "pay_of_longer_period"
    assert cost_of_sales("2025-10", measured_per="month") == "0.1"
    assert cost_of_sales("2025-Q4", measured_per="year") == "pay_of_longer_period"
    assert cost_of_sales("2025-Q3") == "no_revenue"


def test_every_figure_part_and_reason_has_its_words() -> None:
    assert set(kpi_words.NAMES) == set(kpi_words.FORMULAS)
    kpis, parts = health(book_of(payees=PEOPLE, opportunities=DEALS), run(book_of(), "set").standings)
    assert set(kpis["kpi"].to_pylist()) <= set(kpi_words.NAMES)
    assert set(parts["part"].to_pylist()) <= set(kpi_words.PARTS)
    assert set(kpis["reason"].to_pylist()) <= {"", *kpi_words.REASONS}


TABLES: dict[str, Any] = {"payees": PEOPLE, "opportunities": DEALS, "contracts": CONTRACTS, "leads": LEADS}


def test_the_order_of_rows_changes_nothing() -> None:
    book = book_of(**TABLES, invoices=INVOICES, payments=PAYMENTS)
    standings = run(book, "set").standings
    expected = health(book, standings)
    for order in list(permutations(range(3)))[1:]:
        mixed = {
            name: table.take([*sorted(range(table.num_rows), key=lambda i: (order[i % 3], -i))])
            for name, table in book.tables.items()
        }
        assert health(Book(book.company, (), (), mixed), standings) == expected


def test_the_parts_of_teams_and_of_nobody_add_up_to_the_companys_and_months_to_the_quarters() -> None:
    _, parts = health(book_of(**TABLES), run(book_of(), "set").standings)
    amounts: dict[tuple[str, str, str], int] = {}
    for row in parts.filter(pa.compute.equal(parts["kpi"], "win_rate")).to_pylist():
        amounts[row["owner"], row["period"], row["part"]] = row["amount"]
    for part, nobodys in (("won_deals", 1), ("closed_deals", 1)):
        teams = sum(amounts[f"team:{team}", "2025-Q4", part] for team in ("sales", "success"))
        assert teams + nobodys * 1_000_000 == amounts["company", "2025-Q4", part]
        months = sum(amounts["company", f"2025-{month}", part] for month in (10, 11, 12))
        assert months == amounts["company", "2025-Q4", part]


def test_a_value_is_its_fraction_rounded_once() -> None:
    book = book_of(**TABLES, company={"costs": COSTS})
    kpis, _ = health(book, run(book, "set").standings)
    defined = [row for row in kpis.to_pylist() if not row["reason"]]
    assert len(defined) > 100
    for row in defined:
        exact = Fraction(int(row["numerator"]), int(row["denominator"]))
        exact *= 1 if row["unit"] == "money" else 1_000_000
        assert abs(exact - row["value"]) <= Fraction(1, 2)
        assert Decimal(row["value"]) == row["value"]

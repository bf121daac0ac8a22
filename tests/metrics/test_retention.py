"""Net and gross retention by hand: the cohort, what counts at each end, and how ratios roll up."""

from fractions import Fraction
from typing import Any

import pytest

from revplan.model.credit import Credit
from revplan.rules.standing import actuals
from tests.rules.written_book import book_of

PEOPLE = """
    payee_id, team,    manager_id, starts_on
    sue,      success, lea,        2020-01-01
    sam,      success, lea,        2020-01-01
    lea,      success, ,           2020-01-01
"""
ACCOUNTS = """
    account_id, csm_id
    a1,         sue
    a2,         sam
    a3,         sam
"""


def retention(contracts: str, owner: str = "company", period: str = "2025", **book: Any) -> tuple[Any, Any]:
    """NRR and GRR of a period, as exact fractions to a millionth."""
    tables = {"payees": PEOPLE, "accounts": ACCOUNTS} | book
    written = book_of(contracts=contracts, **tables)
    found = [
        actuals(written, measure, [written.company.calendar.parse(period)], owner)[0]
        for measure in ("nrr", "grr")
    ]
    net, gross = (None if value is None else Fraction(value, 1_000_000) for value in found)
    return net, gross


def account(*rows: str) -> str:
    """Contracts of one account or more: "a1, 2024-01-01, 2025-01-01, 100"."""
    listed = [f"k{i}, {row}" for i, row in enumerate(rows)]
    return "\n".join(["contract_id, account_id, starts_on, ends_on, arr", *listed])


@pytest.mark.parametrize(
    ("contracts", "net", "gross"),
    [
        # 100 at the start grew to 130: all of it is net, none of the growth is gross.
        (account("a1, 2024-01-01, , 100", "a1, 2025-06-01, , 30"), "1.3", "1"),
        # 100 shrank to 60.
        (account("a1, 2024-01-01, 2025-06-01, 100", "a1, 2025-06-01, , 60"), "0.6", "0.6"),
        # One account of 100 grew to 150, the other of 100 left.
        (
            account("a1, 2024-01-01, , 100", "a1, 2025-06-01, , 50", "a2, 2024-01-01, 2025-06-01, 100"),
            "0.75",
            "0.5",
        ),
        # A new account is no part of the cohort.
        (account("a1, 2024-01-01, , 100", "a2, 2025-02-01, , 900"), "1", "1"),
        # Nor is one that was away at the start and came back.
        (
            account("a1, 2024-01-01, , 100", "a2, 2023-01-01, 2024-06-01, 50", "a2, 2025-02-01, , 50"),
            "1",
            "1",
        ),
        # An account that left and came back within the year has kept its revenue.
        (account("a1, 2024-01-01, 2025-03-01, 100", "a1, 2025-06-01, , 100"), "1", "1"),
    ],
)
def test_retention_compares_the_cohorts_revenue_at_both_ends(contracts: str, net: str, gross: str) -> None:
    assert retention(contracts) == (Fraction(net), Fraction(gross))


@pytest.mark.parametrize(
    ("contracts", "found"),
    [
        # Ends on the day after the last: it was still in force on the last day.
        (account("a1, 2024-01-01, 2026-01-01, 100"), 1),
        (account("a1, 2024-01-01, 2025-12-31, 100"), 0),
        # Ends on 1 January and is renewed on that day: in force throughout, and never twice.
        (account("a1, 2024-01-01, 2025-01-01, 100", "a1, 2025-01-01, 2026-01-01, 100"), 1),
        # Starts on the last day before the year: in the cohort. On the first day of it: not.
        (account("a1, 2024-12-31, , 100"), 1),
        (account("a1, 2025-01-01, , 100"), None),
    ],
)
def test_a_contract_counts_from_its_start_up_to_its_end_exclusive(contracts: str, found: Any) -> None:
    assert retention(contracts) == (found, found)


def test_a_quarter_looks_back_twelve_months_from_its_end() -> None:
    grew = account("a1, 2024-01-01, , 100", "a1, 2024-07-01, , 50", "a1, 2025-07-01, , 50")
    assert retention(grew, period="2025-Q2")[0] == Fraction("1.5")  # from 100 on 30 June 2024 to 150
    assert retention(grew, period="2025-Q3")[0] == Fraction("1.333333")  # from 150 to 200


def test_an_open_period_closes_at_the_as_of_date() -> None:
    leaves = account("a1, 2024-01-01, , 100", "a2, 2024-01-01, 2025-11-01, 100")
    assert retention(leaves, company={"as_of": "2025-10-31"}) == (1, 1)
    assert retention(leaves, company={"as_of": "2025-11-01"}) == (Fraction(1, 2), Fraction(1, 2))


def test_without_a_cohort_there_is_no_retention() -> None:
    assert retention(account("a1, 2025-02-01, , 100")) == (None, None)


def test_retention_rolls_up_from_its_parts_never_as_a_mean() -> None:
    """C7: 100 grew to 120 under one manager, 900 stayed under another: 102%, not 110%."""
    contracts = account(
        "a1, 2024-01-01, , 100", "a1, 2025-06-01, , 20", "a2, 2024-01-01, , 500", "a3, 2024-01-01, , 400"
    )
    assert retention(contracts, "payee:sue") == (Fraction("1.2"), 1)
    assert retention(contracts, "payee:sam") == (1, 1)
    assert retention(contracts, "team:success") == (Fraction("1.02"), 1)
    assert retention(contracts) == (Fraction("1.02"), 1)


def test_a_managers_ratio_rolls_up_from_those_below_where_the_plan_says_so() -> None:
    contracts = account("a1, 2024-01-01, 2025-06-01, 100", "a2, 2024-01-01, , 300")
    book = book_of(payees=PEOPLE, accounts=ACCOUNTS, contracts=contracts)
    year = [book.company.calendar.parse("2025")]
    assert actuals(book, "nrr", year, "payee:lea") == [None]
    assert actuals(book, "nrr", year, "payee:lea", Credit(roll_up=True)) == [750_000]


def test_an_account_without_a_manager_counts_for_the_company_alone() -> None:
    contracts = account("a1, 2024-01-01, , 100", "a9, 2024-01-01, 2025-06-01, 100")
    assert retention(contracts)[0] == Fraction(1, 2)
    assert retention(contracts, "team:success")[0] == 1


def test_revenue_of_several_currencies_is_added_in_the_companys() -> None:
    contracts = """
        contract_id, account_id, starts_on,  ends_on,    arr, currency
        k1,          a1,         2024-01-01, 2025-06-01, 100, USD
        k2,          a2,         2024-01-01, ,           100, EUR
    """
    rates = """
        name, from_currency, to_currency, starts_on,  rate
        plan, EUR,           USD,         2023-01-01, 3
    """
    assert retention(contracts, fx_rates=rates)[0] == Fraction("0.75")


# ---------------------------------------------------------------- scores


def test_a_score_is_the_mean_of_the_scores_of_the_periods_that_lie_within() -> None:
    book = book_of(
        payees=PEOPLE,
        scores="""
            payee_id, kpi,     period,  score
            sue,      quality, 2025-Q1, 80%
            sue,      quality, 2025-Q2, 100%
            sue,      quality, 2025,    10%
            sue,      other,   2025-Q1, 10%
            sam,      quality, 2025-Q1, 50%
            sam,      quality, soon,    10%
        """,
    )
    quarter, half = (book.company.calendar.parse(label) for label in ("2025-Q1", "2025-H1"))
    assert actuals(book, "score:quality", [quarter, half], "payee:sue") == [800_000, 900_000]
    assert actuals(book, "score:quality", [quarter], "team:success") == [650_000]
    assert actuals(book, "score:quality", [quarter], "payee:lea") == [None]

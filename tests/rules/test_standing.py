"""Where targets stand: the whole straight from the measure, portions from credits, by period and status."""

from datetime import date
from typing import Any

import pytest

from revplan.model.book import Book
from revplan.model.results import RunResult
from revplan.periods import FiscalCalendar
from revplan.rules.standing import actuals
from tests.rules.written_book import BONUS, book_of, deals, plan_of, quota, result_of, target_of, told

QUARTERS = list(FiscalCalendar().periods(date(2025, 1, 1), date(2026, 1, 1), "quarter"))
PEOPLE = """
    payee_id, team,      starts_on
    ann,      sales,     2025-01-01
    bob,      sales,     2025-01-01
    bob,      marketing, 2025-04-01
    lea,      marketing, 2025-01-01
"""
DEALS = """
    opportunity_id, owner_id, account_id, closed_on,  amount
    d1,             ann,      a1,         2025-02-01, 50
    d2,             bob,      a1,         2025-03-31, 30
    d3,             bob,      a1,         2025-04-01, 60
    d4,             ,         a1,         2025-04-02, 5
    d5,             ann,      a1,         2025-08-15, 40
    d6,             ann,      a1,         2025-08-16, 40
"""
PORTIONS = [
    {"owner": "team:sales", "share": "60%"},
    {"owner": "payee:bob", "share": "50%", "of": "team:sales"},
]
ONE_SHARE = [{"team": "sales"}, {"team": "marketing", "from": "2025-04-01"}]


def written(*components: Any, **target: Any) -> Book:
    return book_of(
        plan_of(*components),
        targets=(target_of(**({"portion": PORTIONS, "shared_with": ONE_SHARE} | target)),),
        payees=PEOPLE,
        opportunities=DEALS,
        company={"as_of": "2025-08-15"},
    )


@pytest.fixture(scope="module")
def result() -> RunResult:
    return result_of(written())


def test_the_companys_actual_counts_every_transaction_once_up_to_the_as_of_date(result: RunResult) -> None:
    columns = "period target actual attainment status"
    assert told(result, "standings", columns, owner="company") == [
        ("2025-Q1", "100", "80", "0.8", "final"),
        ("2025-Q2", "100", "65", "0.65", "final"),
        ("2025-Q3", "100", "40", "0.4", "open"),
        ("2025-Q4", "100", "null", "null", "future"),
    ]


def test_a_teams_actual_is_what_its_members_were_credited_with_while_they_were_in_it(
    result: RunResult,
) -> None:
    assert told(result, "standings", "period target actual status", owner="team:sales") == [
        ("2025-Q1", "60", "80", "final"),
        ("2025-Q2", "60", "0", "final"),
        ("2025-Q3", "60", "40", "open"),
        ("2025-Q4", "60", "null", "future"),
    ]


def test_a_payees_actual_follows_the_payee_and_stands_under_the_team_of_the_last_day(
    result: RunResult,
) -> None:
    assert told(result, "standings", "period team_id target actual attainment", owner="payee:bob") == [
        ("2025-Q1", "sales", "30", "30", "1"),
        ("2025-Q2", "marketing", "30", "60", "2"),
        ("2025-Q3", "marketing", "30", "0", "0"),
        ("2025-Q4", "marketing", "30", "null", "null"),
    ]


def test_a_standing_names_the_teams_that_share_the_target_in_its_period(result: RunResult) -> None:
    shares = result.standings.filter([owner == "company" for owner in result.standings["owner"].to_pylist()])[
        "shared_with"
    ]
    assert shares.to_pylist() == [["sales"], *[["sales", "marketing"]] * 3]


def test_the_company_comes_first_then_the_portions_by_name(result: RunResult) -> None:
    owners = list(dict.fromkeys(owner for (owner,) in told(result, "standings", "owner")))
    assert owners == ["company", "payee:bob", "team:sales"]


def test_a_period_ends_with_its_last_day() -> None:
    for as_of, status in (("2025-03-30", "open"), ("2025-03-31", "final"), ("2024-12-31", "future")):
        book = book_of(plan_of(), targets=(target_of(),), company={"as_of": as_of})
        assert told(result_of(book), "standings", "status", period="2025-Q1") == [(status,)]


def test_a_target_of_0_has_no_attainment() -> None:
    none = written(portion=[], year=[{"year": 2025, "amounts": [0, 1, 1, 1]}])
    assert told(result_of(none), "standings", "actual attainment", period="2025-Q1") == [("80", "null")]


def test_portions_are_credited_as_the_plan_that_pays_on_the_target_credits_them() -> None:
    by_account = written(BONUS | {"credit": {"rule": "csm"}}, portion=[{"owner": "payee:lea", "share": 1}])
    accounts = book_of(
        accounts="""
            account_id, csm_id
            a1,         lea
        """
    ).tables
    book = Book(by_account.company, by_account.plans, by_account.targets, {**by_account.tables, **accounts})
    assert told(result_of(book), "standings", "actual", owner="payee:lea") == [
        ("80",),
        ("65",),
        ("40",),
        ("null",),
    ]


def test_a_ratio_target_stands_at_its_value_and_has_none_in_the_future() -> None:
    book = book_of(
        plan_of(),
        targets=(target_of(measure="nrr", year=[{"year": 2025, "total": "1.25"}]),),
        contracts="""
            contract_id, account_id, starts_on,  ends_on,    arr
            k1,          a1,         2024-01-01, 2025-05-01, 80
            k2,          a1,         2025-05-01, ,           100
        """,
        company={"as_of": "2025-06-30"},
    )
    assert told(result_of(book), "standings", "period target actual attainment status") == [
        ("2025-Q1", "1.25", "1", "0.8", "final"),
        ("2025-Q2", "1.25", "1.25", "1", "final"),
        ("2025-Q3", "1.25", "null", "null", "future"),
        ("2025-Q4", "1.25", "null", "null", "future"),
    ]


def test_actuals_of_last_year_can_be_asked_for_by_owner() -> None:
    book = written()
    assert actuals(book, "won_revenue", QUARTERS) == [8_000, 6_500, 4_000, 0]
    assert actuals(book, "won_revenue", QUARTERS, "team:marketing") == [0, 6_000, 0, 0]
    assert actuals(book, "won_revenue", QUARTERS, "payee:ann") == [5_000, 0, 4_000, 0]
    assert actuals(book, "nrr", QUARTERS[:2]) == [None, None]


def test_an_open_seat_counts_among_the_parts_and_earns_nothing() -> None:
    portions = [
        {"owner": "team:sales", "share": 1},
        {"owner": "payee:bob", "of": "team:sales", "share": "0.5"},
        {"owner": "vacancy:West", "of": "team:sales", "share": "0.75"},
    ]
    result = result_of(written(portion=portions))
    columns = "team_id payee_id target effective parts actual attainment"
    assert told(result, "standings", columns, owner="vacancy:West")[0] == (
        "sales", "", "75", "75", "null", "0", "null",
    )  # fmt: skip
    assert told(result, "standings", "target parts", owner="team:sales")[0] == ("100", "125")
    assert told(result, "standings", "target parts", owner="company")[0] == ("100", "100")
    assert not [row for row in told(result, "lines", "payee_id payout") if "West" in row[0]]


def test_a_persons_attainment_is_of_the_effective_part() -> None:
    book = book_of(
        plan_of(BONUS, prorate="months", leave={"cuts_quota": False}),
        targets=(quota(),),
        payees="""
            payee_id, starts_on
            ann,      2025-02-02
        """,
        leaves="""
            payee_id, starts_on,  ends_on
            ann,      2025-04-01, 2025-07-01
        """,
        opportunities=deals("d1, 2025-03-10, 20"),
        company={"as_of": "2025-06-30"},
    )
    columns = "period target effective attainment"
    assert told(result_of(book), "standings", columns, owner="payee:ann")[:2] == [
        ("2025-Q1", "100", "33.33", "0.60006"),
        ("2025-Q2", "100", "100", "0"),
    ]


def test_a_part_that_no_plan_counts_against_is_whole() -> None:
    joiner = "payee_id, starts_on\nann, 2025-02-15"
    book = book_of(
        plan_of(), targets=(quota(),), payees=joiner, opportunities=deals(), company={"as_of": "2025-03-31"}
    )
    assert told(result_of(book), "standings", "effective", owner="payee:ann")[0] == ("100",)


def test_a_part_that_two_plans_count_against_is_not_cut_twice_nor_counted_twice() -> None:
    mover = """
        payee_id, team,      starts_on
        ann,      sales,     2025-01-01
        ann,      marketing, 2025-02-15
    """
    second = plan_of(BONUS, id="second", assigned={"teams": ["marketing"]})
    book = book_of(
        plan_of(BONUS),
        second,
        targets=(quota(),),
        payees=mover,
        opportunities=deals(),
        company={"as_of": "2025-03-31"},
    )
    assert told(result_of(book), "standings", "effective", owner="payee:ann")[0] == ("100",)

"""Credit of days on which its payee was in no team is told, once for each payee."""

from typing import Any

from revplan.issues import Issue
from revplan.rules.run import run
from revplan.words import sentences
from tests.rules.written_book import COMMISSION, book_of, plan_of

PEOPLE = """
    payee_id, starts_on,  ends_on
    ann,      2025-02-01, 2025-05-01
    bob,      2020-01-01,
"""
DEALS = """
    opportunity_id, owner_id, closed_on,  amount
    early,          ann,      2025-01-15, 100
    here,           ann,      2025-03-01, 100
    late,           ann,      2025-05-01, 200
    later,          ann,      2025-06-01, 300
    bobs,           bob,      2025-06-01, 300
    stranger,       zed,      2025-06-01, 300
    before,         ann,      2024-12-31, 900
"""


def told(*components: Any, **book: Any) -> list[Issue]:
    tables = {"payees": PEOPLE, "opportunities": DEALS} | book
    written = book_of(plan_of(*(components or (COMMISSION,)), **{"from": "2025-01-01"}), **tables)
    return list(run(written, "set").issues)


def test_deals_before_joining_and_after_leaving_are_one_warning_for_each_payee() -> None:
    (issue,) = told()
    assert (issue.code, issue.severity, issue.where.payee) == ("credited_outside", "warning", "ann")
    assert sentences.told(issue, "USD").what == (
        "ann is credited for days before joining or after leaving: Won revenue, $600.00 in 3 transactions, "
        "from Jan 15, 2025 to Jun 1, 2025."
    )


def test_several_measures_of_the_same_deals_are_told_once_in_money() -> None:
    count = COMMISSION | {"id": "count", "measure": "won_deals", "input": "value", "pays": {"way": "fixed"}}
    (issue,) = told(COMMISSION, count)
    assert issue.parameters["measure"] == "won_revenue"
    (alone,) = told(count)
    assert (alone.code, alone.parameters["number"]) == ("counted_outside", 3)
    assert "Won deals, 3 transactions" in sentences.told(alone).what


def test_who_was_there_all_the_time_is_not_told() -> None:
    assert told(payees=PEOPLE.replace("2025-02-01, 2025-05-01", "2025-01-01,")) == []


def test_days_before_joining_that_a_plan_pays_at_the_end_of_the_period_are_not_told() -> None:
    (issue,) = told(COMMISSION | {"eligibility": "at_period_end"})
    assert (issue.parameters["number"], issue.parameters["first"]) == (2, "2025-05-01")


def test_days_before_any_plan_do_not_matter() -> None:
    deals = DEALS.replace("early,          ann,      2025-01-15", "early,          ann,      2024-01-15")
    (issue,) = told(opportunities=deals)
    assert (issue.parameters["number"], issue.parameters["first"]) == (2, "2025-05-01")

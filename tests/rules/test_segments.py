"""A change of version, team or target incentive within a period: accumulators that carry on or restart."""

from typing import Any

import pytest

from tests.rules.written_book import BONUS, COMMISSION, book_of, deals, pay, plan_of, quota, result_of, told

MOVER = """
    payee_id, team,      starts_on,  target_incentive
    ann,      sales,     2025-01-01, 40
    ann,      marketing, 2025-05-16, 40
"""
STAYS = """
    payee_id, starts_on,  target_incentive
    ann,      2025-01-01, 40
"""
BOTH = {"assigned": {"teams": ["sales", "marketing"]}}
WON = deals("d1, 2025-05-15, 30", "d2, 2025-05-16, 20")
LINE = "plan_version team_id segment credit quota target_incentive payout reason"


def lines(*plans: Any, payees: str = MOVER, won: str = WON, columns: str = LINE) -> list[tuple[str, ...]]:
    """Lines of the second quarter of 2025: 45 of its 91 days are before 16 May."""
    book = book_of(
        *plans, targets=(quota(),), payees=payees, opportunities=won, company={"as_of": "2025-06-30"}
    )
    return [line for line in pay(book, f"period {columns}") if line[0] in ("2025-Q2", "2025-06")]


def test_results_go_on_under_the_last_team_unless_the_plan_restarts_them() -> None:
    assert lines(plan_of(BONUS, **BOTH)) == [
        ("2025-Q2", "1", "marketing", "0", "50", "100", "10", "5", ""),
    ]
    # As with two plans: April and 15 of 31 days of May, then the rest.
    assert lines(plan_of(BONUS, accumulators="restart", **BOTH)) == [
        ("2025-Q2", "1", "sales", "1", "30", "49.47", "4.95", "3", ""),
        ("2025-Q2", "1", "marketing", "2", "20", "50.53", "5.05", "2", ""),
    ]


def test_a_restart_pays_as_two_plans_would() -> None:
    one = lines(
        plan_of(BONUS, accumulators="restart", **BOTH), columns="credit quota target_incentive payout"
    )
    second = plan_of(BONUS, id="second", assigned={"teams": ["marketing"]})
    assert one == lines(plan_of(BONUS), second, columns="credit quota target_incentive payout")


def test_a_new_version_restarts_when_it_says_so() -> None:
    steep = BONUS | {"table": {"kind": "linear", "points": [{"at": 0, "pays": 0}, {"at": 1, "pays": 2}]}}
    first = plan_of(BONUS)
    later = {"version": 2, "from": "2025-05-16"}
    assert lines(first, plan_of(steep, accumulators="restart", **later), payees=STAYS) == [
        ("2025-Q2", "1", "sales", "1", "30", "49.47", "4.95", "3", ""),
        ("2025-Q2", "2", "sales", "2", "20", "50.53", "5.05", "4", ""),
    ]
    assert lines(first, plan_of(steep, **later), payees=STAYS) == [
        ("2025-Q2", "2", "sales", "0", "50", "100", "10", "10", ""),
    ]


def test_a_raise_is_weighted_by_days_and_restarts_nothing() -> None:
    raised = STAYS + "    ann, 2025-05-16, 80\n"
    assert lines(plan_of(BONUS, accumulators="restart"), payees=raised) == [
        ("2025-Q2", "1", "sales", "0", "50", "100", "15.05", "7.53", ""),
    ]


def test_back_in_the_first_team_is_a_segment_of_its_own() -> None:
    back = MOVER + "    ann, sales, 2025-06-01, 40\n"
    found = lines(
        plan_of(BONUS, accumulators="restart", **BOTH), payees=back, columns="team_id segment quota"
    )
    assert [line[1:3] for line in found] == [("sales", "1"), ("marketing", "2"), ("sales", "3")]


def test_a_shared_result_is_the_whole_periods_on_both_for_the_incentive_of_each() -> None:
    shared = BONUS | {"scope": "shared"}
    assert lines(plan_of(shared, accumulators="restart", **BOTH)) == [
        ("2025-Q2", "1", "sales", "1", "50", "100", "4.95", "2.48", ""),
        ("2025-Q2", "1", "marketing", "2", "50", "100", "5.05", "2.53", ""),
    ]


@pytest.mark.parametrize(
    "component",
    [
        COMMISSION | {"scope": "shared"},
        BONUS | {"pays": {"way": "fixed"}},
        BONUS | {"scope": "shared", "accumulation": "cumulative", "paid_per": "month"},
    ],
)
def test_what_cannot_be_split_is_paid_once(component: Any) -> None:
    restarted = lines(plan_of(component, accumulators="restart", **BOTH), columns="segment payout")
    assert restarted == lines(plan_of(component, **BOTH), columns="segment payout")


def test_a_cumulative_line_takes_up_only_its_own_segment() -> None:
    monthly = BONUS | {"accumulation": "cumulative", "paid_per": "month"}
    won = deals("d1, 2025-04-15, 30", "d2, 2025-05-20, 20", "d3, 2025-06-20, 20")
    book = book_of(
        plan_of(monthly, accumulators="restart", **BOTH),
        targets=(quota(),),
        payees=MOVER,
        opportunities=won,
        company={"as_of": "2025-06-30"},
    )
    second = [line for line in pay(book, "period segment credit payout") if line[0] > "2025-03"]
    assert second == [
        ("2025-04", "1", "30", "3"),
        ("2025-05", "1", "30", "0"),
        ("2025-05", "2", "20", "2"),
        ("2025-06", "2", "40", "2"),
    ]


def test_who_must_be_there_at_the_end_is_not_paid_for_an_earlier_segment() -> None:
    at_end = BONUS | {"eligibility": "at_period_end"}
    assert lines(plan_of(at_end, accumulators="restart", **BOTH), columns="segment credit payout reason") == [
        ("2025-Q2", "1", "30", "0", "not_employed"),
        ("2025-Q2", "2", "20", "2", ""),
    ]


def test_parts_belong_to_their_segment() -> None:
    book = book_of(
        plan_of(BONUS, accumulators="restart", **BOTH),
        targets=(quota(),),
        payees=MOVER,
        opportunities=WON,
        company={"as_of": "2025-06-30"},
    )
    parts = told(result_of(book), "parts", "team_id transaction_id part")
    assert parts == [("sales", "d1", "3"), ("marketing", "d2", "2")]


def test_a_plan_that_does_not_prorate_by_days_carries_on() -> None:
    for prorate in ("months", "none"):
        plan = plan_of(BONUS, accumulators="restart", prorate=prorate, **BOTH)
        assert lines(plan, columns="segment quota") == [("2025-Q2", "0", "100")]

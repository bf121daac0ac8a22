"""Quota and target incentive of who joins, leaves, is on leave or ramps up, by days and by full months."""

from typing import Any

from tests.rules.written_book import BONUS, book_of, deals, pay, plan_of, quota

YEAR = [{"year": 2025, "total": 120_000}]
MONTHLY = BONUS | {"measured_per": "month"}
CUT = "period quota target_incentive"


def lines(
    payees: str, leaves: str = "", component: Any = BONUS, columns: str = CUT, won: str = "", **plan: Any
) -> list[tuple[str, ...]]:
    """Lines of ann up to June, with 10,000 a month to reach."""
    tables = {"leaves": f"payee_id, starts_on, ends_on\n{leaves}"} if leaves else {}
    book = book_of(
        plan_of(component, **plan),
        targets=(quota(year=YEAR),),
        payees=f"payee_id, starts_on, ends_on, target_incentive\n{payees}",
        opportunities=won or deals("d1, 2025-01-02, 1"),
        company={"as_of": "2025-06-30"},
        **tables,
    )
    return pay(book, columns)


def test_by_full_months_a_month_begun_after_the_first_does_not_count() -> None:
    assert lines("ann, 2025-02-02, , 12000", prorate="months") == [
        ("2025-Q1", "10000", "1000"),
        ("2025-Q2", "30000", "3000"),
    ]
    assert lines("ann, 2025-02-01, , 12000", prorate="months")[0] == ("2025-Q1", "20000", "2000")


def test_by_full_months_the_month_in_which_somebody_leaves_counts_only_when_it_is_whole() -> None:
    assert lines("ann, 2020-01-01, 2025-05-31, 12000", prorate="months")[1] == ("2025-Q2", "10000", "1000")
    assert lines("ann, 2020-01-01, 2025-06-01, 12000", prorate="months")[1] == ("2025-Q2", "20000", "2000")


def test_by_full_months_a_raise_within_a_month_is_weighted_by_its_days() -> None:
    raised = "ann, 2020-01-01, , 12000\nann, 2025-03-16, , 24000"
    # 1,000 each for January and February; 15 of 31 days of March at 1,000 and 16 at 2,000.
    assert lines(raised, prorate="months")[0] == ("2025-Q1", "30000", "3516.13")


def test_days_on_leave_are_not_active() -> None:
    away = lines("ann, 2020-01-01, , 12000", "ann, 2025-02-15, 2025-05-01")
    # 14 of 28 days of February and none of March; then all but April.
    assert away == [("2025-Q1", "15000", "1500"), ("2025-Q2", "20000", "2010.99")]


def test_leaves_that_overlap_count_a_day_once_and_an_open_one_lasts() -> None:
    twice = "ann, 2025-02-15, 2025-03-10\nann, 2025-03-01,"
    assert lines("ann, 2020-01-01, , 12000", twice) == [
        ("2025-Q1", "15000", "1500"),
        ("2025-Q2", "0", "0"),
    ]


def test_by_full_months_only_full_months_of_leave_are_cut() -> None:
    away = lines("ann, 2020-01-01, , 12000", "ann, 2025-02-15, 2025-05-31", prorate="months")
    assert away == [("2025-Q1", "20000", "2000"), ("2025-Q2", "20000", "2000")]


def test_a_plan_that_does_not_prorate_cuts_nothing_for_leave() -> None:
    away = lines("ann, 2020-01-01, , 12000", "ann, 2025-01-01, 2025-04-01", prorate="none")
    assert away[0] == ("2025-Q1", "30000", "3000")


def test_a_leave_can_leave_quota_or_incentive_alone() -> None:
    away = {"payees": "ann, 2020-01-01, , 12000", "leaves": "ann, 2025-01-01, 2025-02-15"}
    assert lines(**away, leave={"cuts_quota": False})[0] == ("2025-Q1", "30000", "1500")
    assert lines(**away, leave={"cuts_incentive": False})[0] == ("2025-Q1", "15000", "3000")


def test_credit_counts_on_leave_unless_the_plan_says_otherwise() -> None:
    won = deals("d1, 2025-02-14, 100", "d2, 2025-02-15, 200", "d3, 2025-02-28, 400", "d4, 2025-03-01, 800")
    away = {"payees": "ann, 2020-01-01, , 12000", "leaves": "ann, 2025-02-15, 2025-03-01", "won": won}
    assert lines(**away, columns="credit")[0] == ("1500",)
    assert lines(**away, columns="credit", leave={"credit_counts": False})[0] == ("900",)


def test_the_leave_of_one_does_not_touch_another() -> None:
    away = lines("ann, 2020-01-01, , 12000", "bob, 2025-01-01, 2025-04-01")
    assert away[0] == ("2025-Q1", "30000", "3000")


RAMP = {"quota": ["0%", "25%", "50%"]}


def months(payees: str, **plan: Any) -> list[tuple[str, ...]]:
    return lines(payees, component=MONTHLY, **plan)


def test_a_joiners_quota_grows_month_by_month_and_the_incentive_with_it_if_the_plan_says_so() -> None:
    assert months("ann, 2025-02-01, , 12000", ramp=RAMP) == [
        ("2025-02", "0", "1000"),
        ("2025-03", "2500", "1000"),
        ("2025-04", "5000", "1000"),
        ("2025-05", "10000", "1000"),
        ("2025-06", "10000", "1000"),
    ]
    both = months("ann, 2025-02-01, , 12000", ramp=RAMP | {"incentive": True})
    assert [cut for _, _, cut in both] == ["0", "250", "500", "1000", "1000"]


def test_the_ramp_comes_on_top_of_active_days() -> None:
    half = {"quota": ["50%", "50%"]}
    assert months("ann, 2025-03-15, , 12000", ramp=half)[:3] == [
        ("2025-03", "2741.94", "548.39"),  # 17 of 31 days, halved
        ("2025-04", "5000", "1000"),
        ("2025-05", "10000", "1000"),
    ]


def test_a_ramp_may_start_with_the_first_full_month() -> None:
    later = RAMP | {"quota": ["20%", "50%"], "starts": "first_full_month"}
    assert [cut for _, cut, _ in months("ann, 2025-02-15, , 12000", ramp=later)] == [
        "1000",  # half of February, at the first share
        "2000",
        "5000",
        "10000",
        "10000",
    ]
    assert [cut for _, cut, _ in months("ann, 2025-02-01, , 12000", ramp=later)][:3] == [
        "2000",
        "5000",
        "10000",
    ]


def test_a_raise_or_a_move_is_no_joining_but_coming_back_is() -> None:
    raised = "ann, 2024-01-01, , 12000\nann, 2025-02-01, , 12000"
    assert months(raised, ramp=RAMP)[1] == ("2025-02", "10000", "1000")
    back = "ann, 2024-01-01, 2025-01-01, 12000\nann, 2025-03-01, , 12000"
    assert [cut for _, cut, _ in months(back, ramp=RAMP)] == ["0", "2500", "5000", "10000"]


def test_without_proration_the_months_before_joining_have_the_ramps_first_share() -> None:
    half = {"quota": ["50%", "80%"]}
    assert lines("ann, 2025-02-15, , 12000", ramp=half, prorate="none")[0] == ("2025-Q1", "18000", "3000")


def test_a_ramp_leaves_shared_and_team_targets_alone() -> None:
    shared = BONUS | {"scope": "shared"}
    cut = lines("ann, 2025-01-01, , 12000", component=shared, columns="quota", ramp=RAMP)
    assert cut[0] == ("30000",)

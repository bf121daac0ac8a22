"""People in time: stints, plan versions, assignments, gaps and the hierarchy, each with its dates."""

from datetime import date
from typing import Any

from revplan.model.plan import Assigned
from revplan.rules.people import covers, gaps, hierarchy, spans, stints, versions_in_force
from tests.rules.written_book import book_of, plan_of

JAN, MAR, APR, JUL, OCT, NEXT = (date(2025, month, 1) for month in (1, 3, 4, 7, 10, 12))
EVER = date.max


def roster(payees: str) -> Any:
    return stints(book_of(payees=payees))


def in_force(*plans: Any) -> list[tuple[int, date, date]]:
    return [(plan.version, start, end) for plan, start, end in versions_in_force(plans, "set")]


# ---------------------------------------------------------------- stints


def test_a_stint_ends_where_the_payees_next_one_starts() -> None:
    mover = """
        payee_id, team,      starts_on
        ann,      marketing, 2025-04-01
        ann,      sales,     2025-01-01
        bob,      sales,     2025-03-01
    """
    assert [(s.payee_id, s.team_id, s.start, s.end) for s in roster(mover)] == [
        ("ann", "sales", JAN, APR),
        ("ann", "marketing", APR, EVER),
        ("bob", "sales", MAR, EVER),
    ]


def test_a_stint_ends_on_its_own_day_when_the_next_starts_later() -> None:
    away = """
        payee_id, starts_on,  ends_on
        ann,      2025-01-01, 2025-03-01
        ann,      2025-07-01,
    """
    assert [(s.start, s.end) for s in roster(away)] == [(JAN, MAR), (JUL, EVER)]


def test_a_roster_without_people_is_empty() -> None:
    assert stints(book_of()) == ()


# ---------------------------------------------------------------- plan versions


def test_a_later_version_takes_over_from_its_own_start() -> None:
    first, second = plan_of(), plan_of(version=2, **{"from": "2025-07-01"})
    assert in_force(second, first) == [(1, JAN, JUL), (2, JUL, EVER)]


def test_an_earlier_version_does_not_come_back_when_the_later_one_ends() -> None:
    second = plan_of(version=2, **{"from": "2025-04-01", "to": "2025-07-01"})
    assert in_force(plan_of(), second) == [(1, JAN, APR), (2, APR, JUL)]


def test_a_version_that_is_wholly_taken_over_is_left_out() -> None:
    assert in_force(plan_of(**{"from": "2025-04-01"}), plan_of(version=2)) == [(2, JAN, EVER)]


def test_versions_of_other_sets_and_other_plans_take_nothing_over() -> None:
    later = {"from": "2025-07-01", "version": 2}
    others = plan_of(sets=["other"], **later), plan_of(id="another", **later)
    assert in_force(plan_of(), *others) == [(2, JUL, EVER), (1, JAN, EVER)]


# ---------------------------------------------------------------- assignment

PEOPLE = """
    payee_id, team,      role
    ann,      sales,     rep
    bob,      sales,     lead
    cem,      marketing, rep
"""


def covered(**assigned: Any) -> list[str]:
    return [s.payee_id for s in roster(PEOPLE) if covers(Assigned(**assigned), s)]


def test_a_plan_is_assigned_by_team_role_or_name() -> None:
    assert covered(teams=("sales",)) == ["ann", "bob"]
    assert covered(roles=("rep",)) == ["ann", "cem"]
    assert covered(teams=("sales",), roles=("rep",)) == ["ann"]
    assert covered(payees=("cem",)) == ["cem"]
    assert covered(teams=("sales",), roles=("rep",), payees=("cem",)) == ["ann", "cem"]


def test_a_plan_leaves_out_whom_it_excepts_even_when_it_names_them() -> None:
    assert covered(teams=("sales",), except_payees=("ann",)) == ["bob"]
    assert covered(payees=("ann",), except_payees=("ann",)) == []


def test_a_plan_that_is_assigned_to_nobody_covers_nobody() -> None:
    assert covered() == []


# ---------------------------------------------------------------- who is on which plan when


def test_a_payee_is_on_a_version_while_the_version_and_the_stint_last() -> None:
    mover = """
        payee_id, team,      starts_on
        ann,      sales,     2025-03-01
        ann,      marketing, 2025-10-01
    """
    book = book_of(plan_of(), plan_of(version=2, **{"from": "2025-07-01"}), payees=mover)
    found = spans(book, "set", stints(book))
    assert [(s.plan.version, s.start, s.end) for s in found] == [(1, MAR, JUL), (2, JUL, OCT)]


def test_gaps_are_the_days_off_a_plan_from_the_start_of_the_year_up_to_the_as_of_date() -> None:
    away = """
        payee_id, starts_on,  ends_on
        ann,      2025-03-01, 2025-04-01
        ann,      2025-07-01, 2025-10-01
        bob,      2024-01-01,
    """
    book = book_of(plan_of(), payees=away, company={"as_of": "2025-11-30"})
    assert gaps(book, spans(book, "set", stints(book))) == [
        ("plan", 0, "ann", JAN, MAR),
        ("plan", 0, "ann", APR, JUL),
        ("plan", 0, "ann", OCT, NEXT),
    ]


# ---------------------------------------------------------------- hierarchy


def test_a_managers_own_manager_stands_above_too_while_both_are_in_place() -> None:
    chain, issues = hierarchy(
        roster("""
            payee_id, manager_id, starts_on
            ann,      bob,        2025-01-01
            bob,      cem,        2025-04-01
            cem,      ,           2025-01-01
        """)
    )
    assert chain == [("ann", "bob", JAN, EVER), ("ann", "cem", APR, EVER), ("bob", "cem", APR, EVER)]
    assert not issues


def test_a_change_of_manager_takes_effect_on_its_day() -> None:
    chain, _ = hierarchy(
        roster("""
            payee_id, manager_id, starts_on
            ann,      bob,        2025-01-01
            ann,      cem,        2025-07-01
        """)
    )
    assert chain == [("ann", "bob", JAN, JUL), ("ann", "cem", JUL, EVER)]


def test_a_circle_of_managers_ends_where_it_closes_and_is_reported() -> None:
    chain, issues = hierarchy(
        roster("""
            payee_id, manager_id, starts_on
            ann,      bob,        2025-01-01
            bob,      ann,        2025-01-01
            cem,      cem,        2025-01-01
        """)
    )
    assert chain == [("ann", "bob", JAN, EVER), ("bob", "ann", JAN, EVER)]
    assert {issue.code for issue in issues} == {"manager_circle"}
    assert [issue.parameters["circle"] for issue in issues] == [
        "ann → bob → ann",
        "bob → ann → bob",
        "cem → cem",
    ]

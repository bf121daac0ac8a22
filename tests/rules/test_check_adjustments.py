"""What the plan check says of draws, clawbacks, release of pay and accounts below zero."""

from typing import Any

import pytest

from revplan.rules.check.book import check_plan
from tests.rules.written_book import COMMISSION, book_of, plan_of

PEOPLE = "payee_id, target_incentive\nann, 1000"


def codes(component: dict[str, Any] | None = None, **fields: Any) -> set[tuple[str, str]]:
    """Codes and severities about adjustments of a plan with those fields."""
    plan = plan_of(COMMISSION | (component or {}), **fields)
    issues = check_plan(plan, book_of(plan, payees=PEOPLE))
    own = ("plan.draw", "plan.clawback", "plan.release", "plan.below", "plan.cancelled")
    return {(issue.code, issue.severity) for issue in issues if issue.code.startswith(own)}


def draw(**fields: Any) -> dict[str, Any]:
    return {"draw": [{"id": "d", "amount": 100, "months": 3} | fields]}


def bands(*rows: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"clawback": [{"bands": list(rows)} | fields]}


def release(**fields: Any) -> dict[str, Any]:
    return {"component": {"release": fields}}


SOUND: tuple[dict[str, Any], ...] = (
    draw(),
    draw(kind="recoverable_then_forgiven", forgiven_after=6, recovery_after=3),
    draw(amount=None, of_incentive="60%", kind="guarantee"),
    bands({"from": 0, "to": 7, "share": "70%"}, {"from": 7, "to": 13, "share": "40%"}),
    bands({"share": 1}, components=["commission"]),
    release(way="on_event", event="invoiced", at_booking="60%"),
    release(way="at_risk", months=3),
    release(way="schedule", schedule=[{"months": 0, "share": "40%"}, {"months": 12, "share": "60%"}]),
    {"below_zero": {"share": "50%", "minimum_pay": 100, "on_leaving": "forgive"}},
)
REFUSED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("plan.draw_amount", draw(amount=None)),
    ("plan.draw_amount", draw(of_incentive=1)),
    ("plan.draw_not_positive", draw(amount=0)),
    ("plan.draw_ends_before_start", draw(**{"from": "2025-03-01", "to": "2025-03-01"})),
    ("plan.draw_two_dates", draw(recovery_after=1, recovery_starts="2025-03-01")),
    ("plan.draw_never_forgiven", draw(kind="recoverable_then_forgiven")),
    ("plan.draw_not_forgiven", draw(forgiven_after=3)),
    ("plan.draw_nothing_owed", draw(kind="guarantee", recovery_after=1)),
    (
        "plan.draw_twice",
        {"draw": [{"id": "d", "amount": 1, "months": 1}, {"id": "d", "amount": 2, "months": 1}]},
    ),
    ("plan.clawback_component", bands({"share": 1}, components=["commision"])),
    ("plan.clawback_band", bands({"from": -1, "share": 1})),
    ("plan.clawback_band", bands({"from": 6, "to": 6, "share": 1})),
    ("plan.clawback_share", bands({"share": "101%"})),
    ("plan.clawback_overlap", bands({"to": 7, "share": 1}, {"from": 6, "share": "40%"})),
    ("plan.clawback_no_bands", bands()),
    ("plan.clawback_twice", {"clawback": [{}, {"components": ["commission"]}]}),
    (
        "plan.cancelled_twice",
        {"component": {"on_cancel": "recompute"}, "clawback": [{"components": ["commission"]}]},
    ),
    ("plan.release_shares", release(way="schedule", schedule=[{"months": 0, "share": "90%"}])),
    ("plan.release_months", release(way="schedule", schedule=[{"months": -1, "share": 1}])),
    ("plan.release_at_booking", release(way="on_event", at_booking="110%")),
    ("plan.release_deadline", release(way="at_risk", months=0)),
    ("plan.release_no_deals", {"component": {"measure": "meetings", "release": {"way": "on_event"}}}),
    ("plan.below_zero_share", {"below_zero": {"share": 2}}),
    ("plan.below_zero_minimum", {"below_zero": {"minimum_pay": -1}}),
)


@pytest.mark.parametrize("fields", SOUND)
def test_sound_terms_are_let_through(fields: dict[str, Any]) -> None:
    assert codes(**fields) == set()


@pytest.mark.parametrize(("code", "fields"), REFUSED)
def test_each_mistake_is_refused_and_nothing_else(code: str, fields: dict[str, Any]) -> None:
    assert codes(**fields) == {(code, "error")}


def test_a_draw_of_an_incentive_that_nobody_has_is_flagged() -> None:
    plan = plan_of(COMMISSION, **draw(amount=None, of_incentive="60%"))
    issues = check_plan(plan, book_of(plan, payees="payee_id\nann"))
    assert "plan.draw_no_incentive" in {issue.code for issue in issues if issue.severity == "warning"}


def test_a_recoverable_draw_without_an_end_is_noted() -> None:
    assert codes(**draw(months=None)) == {("plan.draw_for_ever", "note")}

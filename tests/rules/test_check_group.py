"""The plan check of limits on finished pay."""

import pytest

from revplan.issues import Issue
from revplan.model.plan import Plan
from revplan.rules.check.book import check_plan
from tests.rules.written_book import ANN, BONUS, COMMISSION, book_of, plan_of, quota


def found(plan: Plan, *others: Plan) -> dict[str, Issue]:
    book = book_of(plan, *others, targets=(quota(),), payees=ANN)
    return {issue.code: issue for issue in check_plan(plan, book)}


@pytest.mark.parametrize(
    ("limits", "code", "at"),
    [
        ({"payee_limit": [{}]}, "plan.payee_limit_says_nothing", "payee_limit[1]"),
        ({"payee_limit": [{"amount": 9}, {"amount": -1}]}, "plan.limit_below_zero", "payee_limit[2]"),
        ({"budget": {"amount": -1}}, "plan.limit_below_zero", "budget"),
        (
            {"payee_limit": [{"amount": 9, "components": ["bonsu"]}]},
            "plan.limit_of_unknown_component",
            "payee_limit[1].components",
        ),
    ],
)
def test_a_limit_that_cannot_be_meant_is_refused(limits: dict[str, object], code: str, at: str) -> None:
    issue = found(plan_of(BONUS, **limits))[code]
    assert (issue.severity, issue.where.column) == ("error", at)


def test_a_misspelt_component_gets_a_suggestion() -> None:
    issue = found(plan_of(BONUS, payee_limit=[{"amount": 9, "components": ["bonsu"]}]))
    assert issue["plan.limit_of_unknown_component"].parameters["suggestion"] == "bonus"


def test_a_budget_below_the_target_incentives_is_flagged_with_both_amounts() -> None:
    issue = found(plan_of(BONUS, budget={"amount": 9, "per": "quarter"}))["plan.budget_below_target_pay"]
    assert issue.parameters["budget_amount"] == 900
    assert issue.parameters["promised_amount"] == 1000
    assert "plan.budget_below_target_pay" not in found(plan_of(BONUS, budget={"amount": 40}))


def test_a_version_that_changes_a_limit_in_mid_period_is_told_when_it_counts() -> None:
    first = plan_of(BONUS, payee_limit=[{"amount": 90}], budget={"amount": 400})
    changed = {"payee_limit": [{"amount": 100}], "budget": {"amount": 400}, "version": 2}
    issue = found(plan_of(BONUS, **changed, **{"from": "2025-04-01"}), first)["plan.limit_changes_in_period"]
    assert (issue.where.column, issue.parameters["day"]) == ("payee_limit[1]", "2026-01-01")
    at_start = plan_of(BONUS, **changed, **{"from": "2026-01-01"})
    assert "plan.limit_changes_in_period" not in found(at_start, first)


OVERRIDE = COMMISSION | {"id": "override", "credit": {"rule": "owner", "roll_up": True}}


def test_pay_on_payouts_of_nothing_is_refused_with_a_suggestion() -> None:
    issue = found(plan_of(BONUS, OVERRIDE | {"measure": "payouts:plan/bonsu"}))["plan.payouts_of_unknown"]
    assert issue.parameters == {"name": "plan/bonsu", "suggestion": "plan/bonus"}


def test_components_paid_on_each_other_are_refused() -> None:
    one = plan_of(OVERRIDE | {"measure": "payouts:two/override"}, id="one")
    two = plan_of(OVERRIDE | {"measure": "payouts:one"}, id="two")
    assert found(one, two)["plan.payouts_in_circle"].where.plan == "one"
    assert "plan.payouts_in_circle" in found(plan_of(OVERRIDE | {"measure": "payouts:plan"}))
    assert "plan.payouts_in_circle" not in found(plan_of(BONUS, OVERRIDE | {"measure": "payouts:plan/bonus"}))


def test_payouts_of_others_are_not_told_one_by_one() -> None:
    alone = OVERRIDE | {"measure": "payouts:plan/bonus", "table_per": "transaction"}
    assert "plan.payouts_one_by_one" in found(plan_of(BONUS, alone))


POOL = COMMISSION | {"id": "pool", "scope": "shared", "pays": {"way": "pool"}}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"scope": "own"}, "plan.pool_of_own"),
        ({"multiplier": {"measure": "nrr", "table": BONUS["table"]}}, "plan.pool_of_own"),
        (
            {"when": [{"all_of": [{"measure": "nrr", "at_least": 1}], "table": BONUS["table"]}]},
            "plan.pool_of_own",
        ),
        ({"table_per": "transaction"}, "plan.pool_per_deal"),
        ({"pays": {"way": "pool", "by": "measure"}}, "plan.pool_without_claim"),
        ({"pays": {"way": "pool", "claim": {"measure": "leads"}}}, "plan.pool_claim_unused"),
        ({"pays": {"way": "pool", "in_all": 5, "untaken": "redistribute"}}, "plan.pool_redistributes_all"),
        ({"pays": {"way": "pool", "in_all": 0}}, "plan.pool_in_all"),
        ({"pays": {"way": "pool", "by": "measure", "claim": {"measure": "leeds"}}}, "plan.unknown_measure"),
    ],
)
def test_a_pool_that_cannot_be_divided_is_refused(change: dict[str, object], code: str) -> None:
    assert found(plan_of(POOL | change))[code].severity == "error"


def test_a_sound_pool_is_let_through() -> None:
    assert not [issue for issue in found(plan_of(POOL)).values() if issue.severity == "error"]

"""A component reads another table while conditions hold: linked components, matrices, dated or not."""

from typing import Any

import pytest

from revplan.model.plan import linked
from revplan.rules.check.book import check_plan
from tests.rules.written_book import ANN, BONUS, COMMISSION, book_of, deals, pay, plan_of, quota

TEN, FIVE, ONE = ({"kind": "whole", "tiers": [{"from": 0, "rate": rate}]} for rate in ("10%", "5%", "1%"))
SCORE = """
    payee_id, kpi,     period,  score
    ann,      quality, 2025-Q1, 80%
    ann,      quality, 2025-Q2, 95%
    ann,      quality, 2025-Q3, 60%
"""
EVERY_QUARTER = deals("d1, 2025-02-01, 100", "d2, 2025-05-01, 100", "d3, 2025-08-01, 100")


def at_least(share: str, **more: Any) -> dict[str, Any]:
    return {"all_of": [{"measure": "score:quality", "at_least": share} | more]}


def test_a_matrix_is_a_list_of_tables_chosen_by_a_second_input() -> None:
    """By quality: 10% from 90% on, 5% from 75% on, else 1%."""
    rates = [at_least("90%") | {"table": TEN}, at_least("75%") | {"table": FIVE}]
    plan = plan_of(COMMISSION | {"table": ONE, "when": rates})
    book = book_of(plan, payees=ANN, opportunities=EVERY_QUARTER, scores=SCORE)
    assert [row[1] for row in pay(book)] == ["5", "10", "1", "0"]


@pytest.mark.parametrize(("edge", "paid"), [("higher", "10"), ("lower", "1")])
def test_an_edge_itself_belongs_to_the_side_that_the_plan_says(edge: str, paid: str) -> None:
    plan = plan_of(COMMISSION | {"table": ONE, "when": [at_least("80%", edge=edge) | {"table": TEN}]})
    book = book_of(plan, payees=ANN, opportunities=EVERY_QUARTER, scores=SCORE)
    assert pay(book, "payout", period="2025-Q1") == [(paid,)]


def test_a_component_accelerates_only_if_every_other_one_is_far_enough() -> None:
    """Linked components: the accelerator above 100% counts when the other component stands at 100%."""
    steep = {"kind": "marginal", "tiers": [{"from": 0, "rate": 1}, {"from": 1, "rate": 3}]}
    flat = {"kind": "marginal", "tiers": [{"from": 0, "rate": 1}]}
    half = {"pays": {"way": "incentive", "weight": "0.5"}}
    other = BONUS | half | {"id": "quality", "measure": "score:quality", "target": None, "input": "value"}
    faster = {"all_of": [{"component": "quality", "at_least": "95%"}], "table": steep}
    plan = plan_of(BONUS | half | {"table": flat, "when": [faster]}, other)
    facts = deals("d1, 2025-02-01, 150", "d2, 2025-05-01, 150")
    book = book_of(plan, targets=(quota(),), payees=ANN, opportunities=facts, scores=SCORE)
    assert [row[1] for row in pay(book, component_id="bonus")][:2] == ["7.5", "12.5"]


def test_a_condition_on_a_component_counts_what_the_component_counts() -> None:
    monthly = BONUS | {"measured_per": "month", "scope": "team", "credit": {"rule": "owner"}}
    gated = COMMISSION | {"gate": [{"all_of": [{"component": "bonus", "at_least": 1}]}]}
    condition = linked(plan_of(monthly, gated)).components[1].conditions[0]
    assert (condition.measure, condition.scope, condition.target) == ("won_revenue", "team", "quota")
    assert (condition.credit.rule, condition.per, condition.component) == ("owner", "month", "bonus")


def test_each_deal_by_itself_reads_the_table_of_the_period() -> None:
    plan = plan_of(
        COMMISSION | {"table": ONE, "when": [at_least("90%") | {"table": TEN}], "table_per": "transaction"}
    )
    book = book_of(plan, payees=ANN, opportunities=EVERY_QUARTER, scores=SCORE)
    assert [row[1] for row in pay(book)] == ["1", "10", "1", "0"]


def issues(*components: dict[str, Any]) -> dict[str, Any]:
    plan = plan_of(*components)
    return {issue.code: issue for issue in check_plan(plan, book_of(plan, targets=(quota(),), payees=ANN))}


def test_a_condition_on_a_component_that_there_is_not_is_refused_with_a_suggestion() -> None:
    gated = COMMISSION | {"gate": [{"all_of": [{"component": "bonsu", "at_least": 1}]}]}
    issue = issues(BONUS, gated)["plan.linked_to_unknown"]
    assert (issue.where.column, issue.parameters["suggestion"]) == ("gate[1].all_of[1].component", "bonus")


def test_a_condition_that_counts_nothing_is_refused() -> None:
    gated = COMMISSION | {"gate": [{"all_of": [{"at_least": 1}]}]}
    assert issues(gated)["plan.condition_counts_nothing"].severity == "error"


def test_every_table_is_checked_at_its_place() -> None:
    bad = {"kind": "marginal", "tiers": [{"from": 1, "rate": 1}, {"from": 0, "rate": 2}]}
    found = issues(COMMISSION | {"when": [at_least("90%") | {"table": bad}]})["plan.thresholds_order"]
    assert found.where.column.startswith("when[1].table")

"""The company's own measures: each mistake has its own code, and a wrong measure spoils no other."""

from typing import Any

import pytest

from revplan.issues import Issue
from revplan.rules.check.measures import check_measures, sound_measures
from revplan.words.sentences import known, told
from tests.rules.written_book import company_of

OWN = {"id": "own", "name": "Own", "table": "opportunities", "date": "closed_on", "plus": ["amount"]}


def where(column: str, comparison: str, **fields: Any) -> dict[str, Any]:
    return {"where": [{"column": column, "is": comparison, **fields}]}


def issues_of(*measures: dict[str, Any]) -> list[Issue]:
    return check_measures(company_of(measure=[OWN | measure for measure in measures]))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"id": "won_revenue"}, "name_taken"),
        ({"table": "happiness"}, "unknown_table"),
        ({"table": "payees", "date": "starts_on", "plus": []}, "unknown_table"),
        ({"date": "happened_on"}, "unknown_column"),
        ({"minus": ["cost"]}, "unknown_column"),
        (where("mood", "=", value="good"), "unknown_column"),
        (where("closed_on", "=", other="opened_on"), "unknown_column"),
        ({"date": "stage"}, "not_a_date"),
        ({"plus": ["stage"]}, "not_a_number"),
        ({"plus": ["amount", "probability"]}, "mixed_units"),
        ({"at_least": 2, "at_most": 1}, "bounds_crossed"),
        (where("stage", "="), "condition_needs_one_side"),
        (where("stage", "=", value="a", other="kind"), "condition_needs_one_side"),
        (where("stage", "empty", value="a"), "condition_says_too_much"),
        (where("stage", "in", other="kind"), "condition_of_two_kinds"),
        (where("closed_on", ">", other="amount"), "condition_of_two_kinds"),
        (where("stage", "=", value=["a", "b"]), "condition_list"),
        (where("stage", "in", value=[]), "condition_list"),
        (where("closed_on", "=", value="soon"), "condition_value"),
        (where("amount", ">", value="a lot"), "condition_value"),
        (where("outcome", "=", value="Closed Won"), "condition_value"),
        (where("outcome", "in", value=["won", "Lost"]), "condition_value"),
    ],
)
def test_a_wrong_measure_is_refused_with_its_own_code_and_words(wrong: dict[str, Any], code: str) -> None:
    (issue,) = issues_of(wrong)
    assert issue.code == f"measure.{code}"
    assert issue.code in known()
    assert "{" not in " ".join(told(issue))


@pytest.mark.parametrize(
    "sound",
    [
        {},
        {"plus": []},
        {"at_least": 0, "at_most": 0},
        {"table": "usage", "date": "used_on", "plus": ["seats"], "minus": ["active_users"]},
        where("amount", ">=", value="250_000"),
        where("probability", "<", value="80%"),
        where("closed_on", ">=", value="2025-01-01"),
        where("created_on", "=", other="closed_on"),
        where("stage", "=", other="kind"),
        where("outcome", "not in", value=["won", "lost"]),
        where("stage", "in", value="Proposal"),
        where("owner_id", "not empty"),
    ],
)
def test_a_sound_measure_is_let_pass(sound: dict[str, Any]) -> None:
    assert issues_of(sound) == []


def test_two_measures_of_one_name_are_both_refused() -> None:
    assert [issue.code for issue in issues_of({}, {"plus": []})] == ["measure.name_taken"]


def test_a_wrong_measure_is_left_out_and_the_others_stay() -> None:
    company, issues = sound_measures(company_of(measure=[OWN, OWN | {"id": "wrong", "date": "stage"}]))
    assert [definition.id for definition in company.measures] == ["own"]
    assert [issue.parameters["measure"] for issue in issues] == ["wrong"]

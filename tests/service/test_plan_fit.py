"""Another way of paying, another input: a component's numbers follow, and pay a typical person as much."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from revplan.access import Viewer
from revplan.model.record_text import to_document
from revplan.service import plan_fit, plans, workspace
from tests.service.small_book import open_small

CRO = Viewer("cro")


@pytest.fixture(autouse=True)
def _small(tmp_path: Path) -> Iterator[None]:
    open_small(tmp_path)
    yield
    workspace.reset()


def plan() -> dict[str, Any]:
    """The small company's shared plan of its sales team: 10,000 of incentive a quarter is typical."""
    entry = plans.find_plan(CRO, "sales_shared")
    assert entry is not None
    return to_document(entry.plan)


def refitted(before: dict[str, Any], **changes: Any) -> dict[str, Any]:
    document = plan()
    return plan_fit.refitted(CRO, document | {"component": [before]}, before, before | changes)


def bonus(**fields: Any) -> dict[str, Any]:
    (component,) = plan()["component"]
    table = {"kind": "linear", "points": [{"at": "0.8", "pays": "0"}, {"at": "1", "pays": "1"}]}
    return component | {"table": table} | fields


def test_nothing_is_touched_where_the_numbers_mean_the_same() -> None:
    before = bonus()
    after = before | {"name": "Another name", "scope": "team"}
    assert plan_fit.refitted(CRO, plan(), before, after) is after


def test_fixed_amounts_begin_with_what_the_incentive_came_to() -> None:
    made = refitted(bonus(), pays={"way": "fixed"})
    assert made["table"]["points"] == [{"at": "0.8", "pays": "0"}, {"at": "1", "pays": "10000"}]


def test_rates_of_an_incentive_become_steps_of_money() -> None:
    tiers = [{"from": "0", "rate": "1"}, {"from": "1.2", "rate": "2"}]
    made = refitted(bonus(table={"kind": "marginal", "tiers": tiers}), pays={"way": "fixed"})
    assert made["table"] == {"kind": "steps", "steps": [{"at": "1.2", "pays": "12000"}]}


def test_a_pool_begins_with_what_everybody_was_paid_together() -> None:
    made = refitted(bonus(), pays={"way": "pool"}, scope="team")
    assert made["table"]["points"][-1] == {"at": "1", "pays": "30000"}


def test_a_rate_becomes_a_share_of_incentive_with_a_target_and_the_weight_that_is_left() -> None:
    rate = bonus(
        input="amount",
        target=None,
        pays={"way": "rate"},
        table={"kind": "marginal", "tiers": [{"from": "0", "rate": "0.08"}]},
    )
    made = refitted(rate, pays={"way": "incentive", "weight": "1"})
    assert (made["target"], made["input"], made["pays"]["weight"]) == ("revenue", "attainment", "1")
    assert made["table"]["tiers"][0]["from"] == "0"


def test_floor_and_cap_become_amounts_where_there_is_no_incentive() -> None:
    made = refitted(bonus(cap={"of_incentive": "1.5"}, floor={"amount": "500"}), pays={"way": "fixed"})
    assert (made["cap"], made["floor"]) == ({"amount": "15000"}, {"amount": "500"})


def test_other_tables_follow_too() -> None:
    other = {"all_of": [{"measure": "leads", "at_least": "1"}], "table": bonus()["table"]}
    made = refitted(bonus(when=[other]), pays={"way": "fixed"})
    assert made["when"][0]["table"]["points"][-1] == {"at": "1", "pays": "10000"}
    assert made["when"][0]["all_of"] == other["all_of"]


def test_steps_by_amount_begin_at_a_typical_quota_not_at_one() -> None:
    rate = bonus(
        input="amount",
        pays={"way": "rate"},
        table={"kind": "marginal", "tiers": [{"from": "0", "rate": "0.08"}]},
    )
    (step,) = refitted(rate, pays={"way": "fixed"})["table"]["steps"]
    size = plan_fit.size_of(CRO, plan(), rate)
    assert float(step["at"]) == pytest.approx(float(size.input), rel=0.05)
    assert float(step["pays"]) == pytest.approx(float(size.input) * 0.08, rel=0.05)

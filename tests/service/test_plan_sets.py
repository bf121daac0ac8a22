"""Plan sets as a whole: called by another name, and retired."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from revplan.access import AccessDenied, Viewer
from revplan.service import plan_sets, plans, workspace
from revplan.service.plans import PlanEntry
from revplan.words import names
from tests.service.small_book import open_small

CRO, LEAD = Viewer("cro"), Viewer("lead", "sales", "P3")


@pytest.fixture(autouse=True)
def _small(tmp_path: Path) -> Iterator[None]:
    open_small(tmp_path)
    names.ask_plan_sets(plan_sets.given_names)
    yield
    workspace.reset()


def test_a_set_is_called_by_another_name_and_keeps_its_id() -> None:
    before = workspace.current().run("volume").statements
    assert plan_sets.rename_plan_set(CRO, "volume", "  Plans   of 2026 ") == ()
    assert names.plan_set("volume") == "Plans of 2026"
    assert plans.plan_sets(CRO) == ("volume", "shared")
    assert workspace.current().run("volume").statements.equals(before)
    assert plan_sets.rename_plan_set(CRO, "volume", "Old plans") == ()
    assert [each.name for each in workspace.current().book().company.plan_sets] == ["Old plans"]


@pytest.mark.parametrize(
    ("name", "code"),
    [("  ", "plan_set_no_name"), ("SHARED", "plan_set_name_taken"), ("plans of 2026", "plan_set_name_taken")],
)
def test_a_set_needs_a_name_of_its_own(name: str, code: str) -> None:
    plan_sets.rename_plan_set(CRO, "shared", "Plans of 2026")
    assert [issue.code for issue in plan_sets.rename_plan_set(CRO, "volume", name)] == [code]
    assert names.plan_set("volume") == "Today's plans (volume)"


def paid() -> int:
    return sum(workspace.current().run("volume").lines["payout"].to_pylist())


def in_two_sets() -> PlanEntry:
    (found,) = [each for each in plans.list_plans(CRO, "volume") if "shared" in each.plan.sets]
    return found


def test_a_plan_of_two_sets_keeps_the_whole_set_from_ending() -> None:
    ended, issues = plan_sets.retire_plan_set(CRO, "volume", date(2026, 10, 1))
    assert (ended, [issue.code for issue in issues]) == ((), ["plan_set_shares_plan"])
    assert all(each.plan.to is None for each in plans.list_plans(CRO, "volume"))


def test_a_set_is_retired_from_a_day_and_what_it_paid_stays() -> None:
    before = paid()
    day = date(2026, 10, 1)
    assert plans.retire_plan(CRO, in_two_sets(), day).entry is not None
    ended, issues = plan_sets.retire_plan_set(CRO, "volume", day)
    assert (len(ended), issues) == (1, ())
    assert all(each.plan.to == day for each in plans.list_plans(CRO, "volume"))
    assert plan_sets.retire_plan_set(CRO, "volume", day) == ((), ())
    assert paid() == before


def test_a_set_does_not_end_before_it_begins() -> None:
    _ended, issues = plan_sets.retire_plan_set(CRO, "volume", date(2000, 1, 1))
    assert "plan_set_starts_later" in {issue.code for issue in issues}


def test_a_lead_changes_no_set() -> None:
    for act in (
        lambda: plan_sets.rename_plan_set(LEAD, "volume", "Mine"),
        lambda: plan_sets.retire_plan_set(LEAD, "volume", date(2026, 10, 1)),
    ):
        with pytest.raises(AccessDenied):
            act()

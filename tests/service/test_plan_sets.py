"""Plan sets as a whole: called by another name, and retired."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from revplan.access import AccessDenied, Viewer
from revplan.model.plan import Plan
from revplan.model.record_text import to_document
from revplan.rules.people import versions_in_force
from revplan.service import plan_sets, plans, workspace
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


def test_a_set_is_retired_from_a_day_and_what_it_paid_stays() -> None:
    ended, issues = plan_sets.retire_plan_set(CRO, "volume", date(2026, 10, 1))
    assert issues == ()
    assert ended
    book = workspace.current().book()
    assert {end for _plan, _start, end in versions_in_force(book.plans, "volume")} == {date(2026, 10, 1)}
    assert plan_sets.retire_plan_set(CRO, "volume", date(2026, 10, 1)) == ((), ())
    assert all(end > date(2026, 10, 1) for _, _, end in versions_in_force(book.plans, "shared")[-1:])


def test_a_plan_of_two_sets_goes_on_in_the_other_and_one_that_has_not_paid_keeps_the_set() -> None:
    plan = next(e.plan for e in plans.list_plans(CRO, "volume") if "shared" in e.plan.sets)
    ended, _issues = plan_sets.retire_plan_set(CRO, "volume", date(2027, 1, 1))
    (left,) = [each.plan for each in ended if each.plan.id == plan.id]
    assert (left.sets, left.from_, left.to) == (("shared",), date(2027, 1, 1), None)
    begun = Plan.model_validate(to_document(plan) | {"id": "later", "from": "2027-02-01", "name": "Later"})
    assert plans.save_plan(CRO, begun, None).entry is not None
    ended, issues = plan_sets.retire_plan_set(CRO, "shared", date(2027, 4, 1))
    assert (ended, [issue.code for issue in issues]) == ((), ["plan_set_shares_plan"])


def test_a_set_does_not_end_before_it_begins() -> None:
    _ended, issues = plan_sets.retire_plan_set(CRO, "volume", date(2000, 1, 1))
    assert {issue.code for issue in issues} == {"plan_set_starts_later"}


def test_a_lead_changes_no_set() -> None:
    for act in (
        lambda: plan_sets.rename_plan_set(LEAD, "volume", "Mine"),
        lambda: plan_sets.retire_plan_set(LEAD, "volume", date(2026, 10, 1)),
    ):
        with pytest.raises(AccessDenied):
            act()

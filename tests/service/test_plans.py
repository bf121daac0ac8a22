"""Plans as use cases: versions that stay once they have paid, copies, curves, and who may see what."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from revplan.access import AccessDenied, Viewer
from revplan.model.plan import Component, Plan
from revplan.model.record_text import to_document
from revplan.rules.check.book import check_plan
from revplan.service import plans, targets, workspace
from revplan.service.plan_curves import CurvePoints, curve_points
from revplan.service.plan_templates import TEMPLATES, Template, blank_component, new_plan, on_shared_target
from revplan.service.plans import PlanEntry
from revplan.service.workspace import Workspace
from revplan.store import documents
from revplan.store.records import Stale
from tests.service.small_book import open_small

CRO, FINANCE = Viewer("cro"), Viewer("finance")
SALES_LEAD, MARKETING_LEAD = Viewer("lead", "sales", "P3"), Viewer("lead", "marketing", "P5")
PAYEE, MARKETER = Viewer("payee", payee_id="P1"), Viewer("payee", payee_id="P4")


@pytest.fixture(autouse=True)
def small(tmp_path: Path) -> Iterator[Workspace]:
    yield open_small(tmp_path)
    workspace.reset()


def entry(plan_id: str, version: int = 0, viewer: Viewer = CRO) -> PlanEntry:
    found = plans.find_plan(viewer, plan_id, version)
    assert found is not None
    return found


def changed(plan: Plan, **fields: Any) -> Plan:
    return Plan.model_validate(to_document(plan) | fields)


def component(base: Component, **fields: Any) -> Component:
    return Component.model_validate(to_document(base) | fields)


def future(plan_id: str = "next_year") -> Plan:
    """A plan that nobody has been paid by."""
    return changed(entry("sales_shared").plan, id=plan_id, name="Next year", **{"from": "2027-01-01"})


# ---------------------------------------------------------------- reading


def test_plans_are_listed_by_set_with_who_saved_them() -> None:
    assert plans.plan_sets(CRO) == ("volume", "shared")
    listed = plans.list_plans(CRO, "volume")
    assert [each.plan.id for each in listed] == ["marketing_today", "sales_shared"]
    assert {each.saved_by for each in listed} == {"finance"}


@pytest.mark.parametrize(
    ("viewer", "seen"),
    [
        (CRO, {"marketing_today", "sales_shared"}),
        (FINANCE, {"marketing_today", "sales_shared"}),
        (SALES_LEAD, {"sales_shared"}),
        (PAYEE, {"sales_shared"}),
        (MARKETER, {"marketing_today"}),
        (Viewer("lead", "nowhere", "nobody"), set()),
        (Viewer(), set()),
    ],
)
def test_everybody_reads_the_plans_that_apply_to_them(viewer: Viewer, seen: set[str]) -> None:
    assert {each.plan.id for each in plans.list_plans(viewer, "volume")} == seen
    for plan_id in ("marketing_today", "sales_shared"):
        assert (plans.find_plan(viewer, plan_id) is not None) == (plan_id in seen)
        assert bool(plans.plan_versions(viewer, plan_id)) == (plan_id in seen)


@pytest.mark.parametrize("viewer", [SALES_LEAD, PAYEE, Viewer()])
def test_only_cro_and_finance_change_plans(viewer: Viewer) -> None:
    opened = entry("sales_shared")
    with pytest.raises(AccessDenied):
        plans.save_plan(viewer, opened.plan, opened)
    with pytest.raises(AccessDenied):
        plans.copy_plan(viewer, "sales_shared", "Mine", "volume")
    with pytest.raises(AccessDenied):
        plans.copy_plan_set(viewer, "volume", "mine")
    with pytest.raises(AccessDenied):
        plans.remove_plan(viewer, opened)
    with pytest.raises(AccessDenied):
        plans.check(viewer, opened.plan)
    with pytest.raises(AccessDenied):
        new_plan(viewer, "New", "new", "volume", "sales")
    assert len(plans.plan_versions(CRO, "sales_shared")) == 1


def test_reach_counts_only_whom_the_viewer_sees() -> None:
    plan = entry("sales_shared").plan
    assert plans.reach(CRO, plan) == plans.Reach(3, ("Sales",), 12_000_000, 0)
    assert plans.reach(PAYEE, plan) == plans.Reach(1, ("Sales",), 4_000_000, 0)
    assert plans.reach(MARKETING_LEAD, plan) == plans.Reach(0, (), 0, 0)


# ---------------------------------------------------------------- saving


def test_a_plan_that_has_paid_gets_a_new_version_and_the_old_one_stays() -> None:
    opened = entry("sales_shared")
    assert opened.used
    saved = plans.save_plan(FINANCE, changed(opened.plan, name="Renamed"), opened, starts_on=date(2026, 7, 1))
    assert saved.entry is not None
    assert (saved.entry.plan.version, saved.entry.plan.from_) == (2, date(2026, 7, 1))
    first, second = entry("sales_shared", 1), entry("sales_shared")
    assert first.plan == opened.plan
    assert (second.plan.name, second.saved_by) == ("Renamed", "finance")


def test_without_a_date_the_new_version_takes_over_from_the_start() -> None:
    opened = entry("sales_shared")
    saved = plans.save_plan(CRO, opened.plan, opened)
    assert saved.entry is not None
    assert (saved.entry.plan.version, saved.entry.plan.from_) == (2, opened.plan.from_)


def test_a_plan_that_has_not_paid_is_saved_in_place() -> None:
    made = plans.save_plan(CRO, future(), None)
    assert made.entry is not None
    assert not made.entry.used
    again = plans.save_plan(CRO, changed(made.entry.plan, name="Better"), made.entry)
    assert again.entry is not None
    assert (again.entry.plan.version, again.entry.revision) == (1, 2)
    assert [each.plan.name for each in plans.plan_versions(CRO, "next_year")] == ["Better"]


def test_the_second_of_two_editors_is_told_and_nothing_is_written() -> None:
    made = plans.save_plan(CRO, future(), None).entry
    assert made is not None
    plans.save_plan(FINANCE, changed(made.plan, name="Finance was first"), made)
    with pytest.raises(Stale) as told:
        plans.save_plan(CRO, changed(made.plan, name="Too late"), made)
    assert told.value.saved_by == "finance"
    assert entry("next_year").plan.name == "Finance was first"


def test_the_second_of_two_new_versions_is_told_too() -> None:
    opened = entry("sales_shared")
    plans.save_plan(FINANCE, changed(opened.plan, name="Finance was first"), opened)
    with pytest.raises(Stale):
        plans.save_plan(CRO, changed(opened.plan, name="Too late"), opened)
    assert entry("sales_shared").plan.name == "Finance was first"


def test_a_plan_with_an_error_is_not_saved_and_says_why() -> None:
    opened = entry("sales_shared")
    part = component(opened.plan.components[0], pays={"way": "incentive", "weight": "0.9"})
    saved = plans.save_plan(CRO, changed(opened.plan, component=[to_document(part)]), opened)
    assert saved.entry is None
    assert "plan.weights" in {issue.code for issue in saved.issues}
    assert entry("sales_shared") == opened


def test_a_new_plan_may_not_take_an_id_and_needs_a_name() -> None:
    codes = {issue.code for issue in plans.save_plan(CRO, entry("sales_shared").plan, None).issues}
    assert "plan.id_taken" in codes
    nameless = changed(future(), name="  ")
    assert plans.save_plan(CRO, nameless, None).issues[0].code == "plan.no_name"


def test_the_text_is_kept_as_it_was_written() -> None:
    made = plans.save_plan(CRO, future(), None).entry
    assert made is not None
    text = "# why we did it\n" + made.text
    kept = plans.save_plan(CRO, made.plan, made, text=text).entry
    assert kept is not None
    assert kept.text == text


def test_a_text_that_says_another_plan_is_not_kept() -> None:
    made = plans.save_plan(CRO, future(), None).entry
    assert made is not None
    kept = plans.save_plan(CRO, changed(made.plan, name="From the form"), made, text=made.text).entry
    assert kept is not None
    assert 'name = "From the form"' in kept.text


def test_switching_marketing_from_leads_to_the_shared_target_changes_what_it_is_paid_on() -> None:
    opened = entry("marketing_today")
    part = blank_component(CRO, "shared_revenue")
    assert part.target == "revenue"
    switched = changed(opened.plan, component=[to_document(part)])
    refused = plans.save_plan(CRO, switched, opened)
    assert refused.entry is None  # marketing does not share the target yet: it would be paid 0
    assert "plan.team_does_not_share" in {issue.code for issue in refused.issues}
    version = next(each.version for each in targets.list_targets(CRO) if each.target.id == "revenue")
    targets.switch_team_to_shared(CRO, "marketing", "revenue", version)
    assert plans.save_plan(CRO, switched, opened).entry is not None
    lines = workspace.current().run("volume").lines.to_pylist()
    marketing = [line for line in lines if line["team_id"] == "marketing" and line["period"] == "2026-Q1"]
    assert {line["measure"] for line in marketing} == {"won_revenue"}
    assert {line["attainment"] for line in marketing} == {900_000}


def test_a_used_version_is_not_taken_away_and_an_unused_one_is() -> None:
    with pytest.raises(documents.Used):
        plans.remove_plan(CRO, entry("sales_shared"))
    made = plans.save_plan(CRO, future(), None).entry
    assert made is not None
    plans.remove_plan(CRO, made)
    assert plans.find_plan(CRO, "next_year") is None


# ---------------------------------------------------------------- copies and templates


def test_a_copy_is_a_plan_of_its_own_in_its_own_set() -> None:
    saved = plans.copy_plan(CRO, "marketing_today", "Marketing trial", "trial")
    assert saved.entry is not None
    assert (saved.entry.plan.id, saved.entry.plan.sets) == ("marketing-trial", ("trial",))
    assert saved.entry.plan.components == entry("marketing_today").plan.components


def test_a_copied_set_has_every_plan_and_changes_nothing_in_the_old_one() -> None:
    before = workspace.current().book().plans
    made = plans.copy_plan_set(CRO, "volume", "trial")
    assert {each.plan.id for each in made} == {"marketing_today-trial", "sales_shared-trial"}
    after = workspace.current().book()
    assert set(before) <= set(after.plans)
    assert "trial" in after.plan_sets()
    old = workspace.current().run("volume").lines
    new = workspace.current().run("trial").lines
    assert sum(old["payout"].to_pylist()) == sum(new["payout"].to_pylist()) > 0


@pytest.mark.parametrize("name", ["", "volume", "two words", "ü", "a" * 40])
def test_a_set_needs_a_free_name_that_can_be_an_id(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name}$"):
        plans.copy_plan_set(CRO, "volume", name)


@pytest.mark.parametrize("kind", TEMPLATES)
def test_every_template_is_a_component_that_can_be_saved(kind: Template) -> None:
    part = blank_component(CRO, kind)
    plan = changed(future(), component=[to_document(part)])
    errors = [issue for issue in check_plan(plan, workspace.current().book()) if issue.severity == "error"]
    assert [issue.code for issue in errors] == []
    assert curve_points(CRO, plan, part) is not None


def test_a_template_takes_an_id_that_is_free() -> None:
    assert blank_component(CRO, "meetings", frozenset({"meetings", "meetings-2"})).id == "meetings-3"


def test_a_new_plan_starts_from_the_shared_revenue_bonus() -> None:
    plan = new_plan(CRO, "Sales team", "sales-team", "trial", "sales")
    assert (plan.from_, plan.components[0].scope) == (date(2026, 1, 1), "shared")
    assert plans.save_plan(CRO, plan, None).entry is not None


def test_ids_are_made_of_names_and_are_free() -> None:
    assert plans.new_plan_id("Größe & Ömer: Plan!", frozenset()) == "grosse-omer-plan"
    assert plans.new_plan_id("Sales", frozenset({"sales", "sales-2"})) == "sales-3"
    assert plans.new_plan_id("日本", frozenset()) == "plan"


# ---------------------------------------------------------------- curves


def curve(**fields: Any) -> CurvePoints:
    plan = entry("sales_shared").plan
    part = component(plan.components[0], **fields)
    drawn = curve_points(CRO, plan, part)
    assert drawn is not None
    return drawn


def value_at(drawn: CurvePoints, x: int) -> Fraction:
    """Read the drawing as an eye does: along the straight lines, the last one past its end."""
    pairs = list(pairwise(drawn.points))
    (x0, y0), (x1, y1) = next((pair for pair in pairs if pair[0][0] <= x < pair[1][0]), pairs[-1])
    return y0 + Fraction((y1 - y0) * (x - x0), x1 - x0)


WHOLE = {"kind": "whole", "tiers": [{"from": 0, "rate": 1}, {"from": "1.2", "rate": "1.5"}]}


def test_the_curve_is_pay_of_a_typical_incentive_against_attainment() -> None:
    drawn = curve()  # 40,000 a year is 10,000 a quarter
    assert (drawn.x_unit, drawn.incentive, drawn.at_target) == ("ratio", 1_000_000, 1_000_000)
    assert drawn.points[0] == (0, 0)
    assert value_at(drawn, 500_000) == 500_000
    assert not drawn.is_example


def test_a_jump_has_both_its_sides() -> None:
    drawn = curve(table=WHOLE)
    (jump,) = drawn.jumps
    assert (jump.x, jump.before, jump.after) == (1_200_000, 1_200_000, 1_800_000)
    assert [y for x, y in drawn.points if x == 1_200_000] == [1_200_000, 1_800_000]


def test_a_jump_above_the_cap_is_not_there() -> None:
    drawn = curve(table=WHOLE, cap={"of_incentive": 1})
    assert drawn.jumps == ()
    assert max(y for _, y in drawn.points) == 1_000_000


def test_the_line_bends_exactly_where_cap_and_floor_are_reached() -> None:
    drawn = curve(cap={"of_incentive": "1.1"}, floor={"amount": 2_500})
    assert (1_100_000, 1_100_000) in drawn.points
    assert (250_000, 250_000) in drawn.points
    assert drawn.points[0] == (0, 250_000)


def test_a_rate_on_attainment_is_drawn_for_the_typical_quota() -> None:
    drawn = curve(pays={"way": "rate"}, table={"kind": "marginal", "tiers": [{"from": 0, "rate": "0.1"}]})
    # 2026-Q2: 2,000 × 90% × 50% and × 60%: the lower of the two middle quotas
    assert (drawn.quota, drawn.at_target) == (90_000, 9_000)


def test_a_rate_on_an_amount_is_drawn_against_the_amount() -> None:
    drawn = curve(
        input="amount",
        pays={"way": "rate"},
        table={"kind": "whole", "tiers": [{"from": 0, "rate": "0.01"}, {"from": 10_000, "rate": "0.02"}]},
    )
    assert drawn.x_unit == "money"
    assert (drawn.jumps[0].x, drawn.jumps[0].after) == (1_000_000, 20_000)


def test_retention_is_drawn_around_its_points() -> None:
    drawn = curve_points(CRO, entry("sales_shared").plan, blank_component(CRO, "retention"))
    assert drawn is not None
    assert drawn.x_unit == "ratio"
    assert 700_000 <= drawn.points[0][0] < 900_000
    assert value_at(drawn, 1_000_000) == 1_000_000


def test_gates_and_multipliers_are_left_out_of_the_drawing() -> None:
    condition = {"measure": "won_revenue", "scope": "shared", "target": "revenue", "at_least": "0.9"}
    multiplier = {
        "measure": "nrr",
        "table": {"kind": "linear", "points": [{"at": 0, "pays": 0}, {"at": 1, "pays": 1}]},
    }
    assert curve(gate=[{"all_of": [condition]}], multiplier=multiplier) == curve()


def test_what_cannot_be_calculated_is_not_drawn() -> None:
    plan = entry("sales_shared").plan
    wrong = {"kind": "whole", "tiers": [{"from": 1, "rate": 1}, {"from": 0, "rate": 2}]}
    assert curve_points(CRO, plan, component(plan.components[0], table=wrong)) is None
    assert curve_points(CRO, plan, component(plan.components[0], measure="nothing")) is None


def test_a_payee_sees_the_own_curve_and_nobody_elses() -> None:
    plan = entry("sales_shared").plan
    part = plan.components[0]
    mine = curve_points(PAYEE, plan, part, "P1")
    assert mine is not None
    assert mine.incentive == 1_000_000
    for viewer in (PAYEE, MARKETING_LEAD, Viewer()):
        with pytest.raises(AccessDenied):
            curve_points(viewer, plan, part, "P2")


def test_a_curve_agrees_with_what_the_run_pays() -> None:
    plan = entry("sales_shared").plan
    lines = workspace.current().run("shared").lines.to_pylist()
    mine = {line["period"]: line for line in lines if line["payee_id"] == "P1"}
    drawn = curve_points(CRO, plan, plan.components[0], "P1")
    assert drawn is not None
    line = mine["2026-Q1"]
    assert line["payout"] == value_at(drawn, line["attainment"]) > 0


def test_a_component_put_on_the_shared_target_keeps_its_id_weight_and_table() -> None:
    base = component(entry("sales_shared").plan.components[0], table=WHOLE, cap={"of_incentive": 2})
    moved = on_shared_target(CRO, base)
    assert moved is not None
    assert (moved.id, moved.scope, moved.target, moved.measure) == (
        "revenue",
        "shared",
        "revenue",
        "won_revenue",
    )
    assert (moved.pays, moved.table, moved.cap) == (base.pays, base.table, base.cap)


def test_a_rate_on_leads_becomes_a_share_of_incentive_on_the_shared_target() -> None:
    leads = entry("marketing_today").plan.components[0]
    again = on_shared_target(CRO, leads, beside=["Company revenue"])
    assert again is not None
    assert again.name == f"Company revenue · {leads.name}"
    moved = on_shared_target(CRO, leads)
    assert moved is not None
    assert (moved.id, moved.pays.way, moved.input) == ("leads", "incentive", "attainment")

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from revplan.access import EVERYONE, AccessDenied, Viewer
from revplan.model.tables import TABLES
from revplan.model.targets import Portion, Sharing, Target, TargetYear
from revplan.service import drafts, targets, workspace
from revplan.service.cascade import cascade_of, preview_cascade, saved_cascade
from revplan.service.target_amounts import Grown, Seasonal, Typed, propose_amounts, target_stand
from revplan.service.workspace import Workspace
from revplan.store.records import Stale
from tests.service.small_book import NOW, open_empty, open_small

CRO, FINANCE = Viewer("cro"), Viewer("finance")
SALES_LEAD, MARKETING_LEAD = Viewer("lead", "sales", "P3"), Viewer("lead", "marketing", "P5")
PAYEE = Viewer("payee", payee_id="P1")


@pytest.fixture(autouse=True)
def small(tmp_path: Path) -> Iterator[Workspace]:
    yield open_small(tmp_path)
    workspace.reset()


def revenue() -> Target:
    found = targets.find_target(CRO, "revenue")
    assert found is not None
    return found.target


def with_amounts(*amounts: int) -> Target:
    year = TargetYear(year=2026, amounts=tuple(Decimal(amount) for amount in amounts))
    return revenue().model_copy(update={"years": (year,)})


# ---------------------------------------------------------------- three ways to amounts


def test_last_year_times_growth_keeps_each_quarter_of_last_year() -> None:
    proposal = propose_amounts(CRO, "won_revenue", 2026, "quarter", Grown(Decimal("0.15")))
    assert proposal.last_year == (10_000, 20_000, 30_000, 40_000)
    assert proposal.amounts == (11_500, 23_000, 34_500, 46_000)
    assert proposal.year is not None
    assert proposal.year.basis == "2025 × 1.15"
    assert proposal.issues == ()


def test_growth_is_rounded_to_whole_steps_half_up() -> None:
    proposal = propose_amounts(CRO, "won_revenue", 2026, "quarter", Grown(Decimal("0.15"), step=50))
    assert proposal.amounts == (10_000, 25_000, 35_000, 45_000)  # 115, 230, 345 and 460 in steps of 50


def test_a_total_by_last_years_shape_adds_up_to_the_total() -> None:
    proposal = propose_amounts(CRO, "won_revenue", 2026, "quarter", Seasonal(Decimal("999.99"), None))
    assert sum(proposal.amounts) == 99_999
    assert proposal.amounts == (9_999, 20_000, 30_000, 40_000) or proposal.amounts == (
        10_000,
        20_000,
        30_000,
        39_999,
    )
    assert proposal.year is not None
    assert sum(proposal.year.weights) == 100


def test_a_total_without_weights_is_divided_equally_by_month() -> None:
    proposal = propose_amounts(CRO, "won_revenue", 2026, "month", Seasonal(Decimal(100)))
    assert sum(proposal.amounts) == 10_000
    assert set(proposal.amounts) == {833, 834}


def test_weights_divide_the_total() -> None:
    weights = tuple(Decimal(weight) for weight in (1, 1, 1, 2))
    proposal = propose_amounts(CRO, "won_revenue", 2026, "quarter", Seasonal(Decimal(1000), weights))
    assert proposal.amounts == (20_000, 20_000, 20_000, 40_000)


def test_counts_grow_to_whole_counts() -> None:
    proposal = propose_amounts(CRO, "leads", 2027, "half", Grown(Decimal("0.01")))
    assert proposal.last_year == (60_000_000, 0)
    assert proposal.amounts == (61_000_000, 0)
    assert [issue.code for issue in proposal.issues] == ["target_last_year_not_over"]


@pytest.mark.parametrize(
    ("measure", "year", "way", "code"),
    [
        ("won_revenue", 2026, Typed((None, None, None, None)), "target_no_amounts"),
        ("won_revenue", 2026, Seasonal(Decimal(0)), "target_no_amounts"),
        ("won_revenue", 2026, Seasonal(Decimal(9), (Decimal(0),) * 4), "target_weights_divide_nothing"),
        ("won_revenue", 2026, Seasonal(Decimal(9), (Decimal(1),) * 3), "target_weights_do_not_fit"),
        ("won_revenue", 2020, Grown(Decimal("0.1")), "target_no_last_year"),
        ("won_revenue", 2020, Seasonal(Decimal(9), None), "target_no_last_year"),
        ("nrr", 2026, Seasonal(Decimal(1)), "target_ratio_has_no_shape"),
    ],
)
def test_what_gives_no_amounts_says_why(measure: str, year: int, way, code: str) -> None:
    proposal = propose_amounts(CRO, measure, year, "quarter", way)
    assert proposal.year is None
    assert [issue.code for issue in proposal.issues if issue.severity == "error"] == [code]


# ---------------------------------------------------------------- cascade


def by_owner(viewer: Viewer, target: Target) -> dict:
    return {level.owner: level for level in preview_cascade(viewer, target, 2026).levels}


def test_over_assignment_is_bottom_up_against_top_down() -> None:
    levels = by_owner(CRO, revenue())
    assert list(levels) == ["company", "team:sales", "payee:P1", "payee:P2", "team:marketing", "payee:P4"]
    assert (levels["company"].total, levels["company"].below, levels["company"].over) == (
        1_000_000,
        1_200_000,
        200_000,
    )
    assert (levels["team:sales"].total, levels["team:sales"].below) == (900_000, 990_000)
    assert levels["payee:P1"].amounts == (45_000, 90_000, 135_000, 180_000)
    assert levels["payee:P1"].share == 500_000
    assert levels["team:marketing"].over == 0


def test_a_lead_sees_the_company_and_the_own_team_and_nothing_to_subtract_from() -> None:
    levels = by_owner(SALES_LEAD, revenue())
    assert list(levels) == ["company", "team:sales", "payee:P1", "payee:P2"]
    assert levels["company"].total == 1_000_000
    assert levels["company"].below is None
    assert levels["company"].over is None
    assert levels["team:sales"].below == 990_000


def test_a_payee_sees_the_company_and_the_own_part_without_its_share_of_the_team() -> None:
    levels = by_owner(PAYEE, revenue())
    assert list(levels) == ["company", "payee:P1"]
    assert (levels["payee:P1"].share, levels["payee:P1"].depth) == (None, 1)


def test_an_open_seat_counts_toward_its_team_and_is_the_teams_to_see() -> None:
    seat = Portion(owner="vacancy:West", of="team:sales", share=Decimal("0.1"))
    target = revenue().model_copy(update={"portions": (*revenue().portions, seat)})
    levels = by_owner(CRO, target)
    assert (levels["vacancy:West"].total, levels["vacancy:West"].team_id) == (90_000, "sales")
    assert (levels["team:sales"].below, levels["team:sales"].effective_below) == (1_080_000, 1_080_000)
    assert "vacancy:West" in by_owner(SALES_LEAD, target)
    assert "vacancy:West" not in by_owner(MARKETING_LEAD, target)
    assert "vacancy:West" not in by_owner(PAYEE, target)


def test_a_leave_cuts_the_effective_part_and_what_the_parts_add_up_to(small: Workspace) -> None:
    book = small.book()
    leave = {"payee_id": "P1", "starts_on": date(2026, 1, 1), "ends_on": date(2026, 4, 1)}
    rows = pa.Table.from_pylist([leave], TABLES["leaves"].schema)
    away = replace(book, tables={**book.tables, "leaves": rows})
    cascade = cascade_of(away, EVERYONE, revenue(), 2026)
    levels = {level.owner: level for level in cascade.levels}
    assert (levels["payee:P1"].total, levels["payee:P1"].effective) == (450_000, 405_000)
    assert (levels["team:sales"].below, levels["team:sales"].effective_below) == (990_000, 945_000)
    assert levels["team:sales"].effective == levels["team:sales"].total


def test_a_ratio_does_not_add_up() -> None:
    portions = (Portion(owner="team:sales", share=Decimal(1)),)
    year = TargetYear(year=2026, amounts=(Decimal("1.05"),) * 4)
    target = Target(id="nrr", name="NRR", measure="nrr", year=(year,), portion=portions)
    levels = by_owner(CRO, target)
    assert levels["team:sales"].amounts == (1_050_000,) * 4
    assert (levels["company"].total, levels["company"].below) == (None, None)


def test_the_parts_a_viewer_is_given_are_those_of_the_cascade() -> None:
    for viewer in (CRO, SALES_LEAD, MARKETING_LEAD, PAYEE):
        (entry,) = targets.list_targets(viewer)
        given = {"company", *(portion.owner for portion in entry.target.portions)}
        shown = saved_cascade(viewer, "revenue", 2026)
        assert given == {level.owner for level in shown.levels}
        assert shown == preview_cascade(viewer, revenue(), 2026)


def test_everybody_sees_how_the_company_stands_over_the_periods_that_are_over() -> None:
    for viewer in (CRO, SALES_LEAD, PAYEE):
        (entry,) = targets.list_targets(viewer)
        stand = target_stand(viewer, entry.target, 2026)
        assert stand.targets == (100_000, 200_000, 300_000, 400_000)
        assert stand.actuals == (90_000, 180_000, None, None)
        assert stand.through is not None
        assert (stand.through.label, stand.target, stand.actual) == ("2026-Q2", 300_000, 270_000)
        assert stand.attainment == 900_000


def test_a_year_without_amounts_has_no_attainment() -> None:
    stand = target_stand(CRO, revenue(), 2025)
    assert (stand.targets, stand.attainment) == ((0, 0, 0, 0), None)
    assert stand.actuals == (10_000, 20_000, 30_000, 40_000)


# ---------------------------------------------------------------- saving


def test_saving_makes_a_version_with_who_and_when(small: Workspace) -> None:
    saved = targets.save_target(FINANCE, with_amounts(1, 2, 3, 4), 1, note="lower")
    assert saved.entry is not None
    assert (saved.entry.version, saved.entry.saved_by, saved.entry.saved_at) == (2, "finance", NOW)
    assert [(v.version, v.note) for v in targets.target_history(CRO, "revenue")] == [(2, "lower"), (1, "")]
    old = targets.target_version(CRO, "revenue", 1)
    assert old is not None
    assert old.years[0].amounts[0] == 1000
    assert small.run("shared").standings["target"][0].as_py() == 100


def test_the_second_of_two_editors_of_a_target_is_told() -> None:
    targets.save_target(FINANCE, with_amounts(1, 2, 3, 4), 1)
    with pytest.raises(Stale) as stale:
        targets.save_target(CRO, with_amounts(5, 6, 7, 8), 1)
    assert stale.value.saved_by == "finance"
    assert revenue().years[0].amounts[0] == 1


def test_of_eight_leaders_saving_at_once_one_wins() -> None:
    def save(number: int) -> bool:
        try:
            return targets.save_target(CRO, with_amounts(number, 1, 1, 1), 1).entry is not None
        except Stale:
            return False

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(save, range(1, 9))) == 1


def test_only_cro_and_finance_save() -> None:
    for viewer in (SALES_LEAD, PAYEE, Viewer()):
        with pytest.raises(AccessDenied):
            targets.save_target(viewer, revenue(), 1)
        with pytest.raises(AccessDenied):
            targets.switch_team_to_shared(viewer, "marketing", "revenue", 1)
        with pytest.raises(AccessDenied):
            targets.remove_target(viewer, "revenue", 1)
        with pytest.raises(AccessDenied):
            targets.target_version(viewer, "revenue", 1)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"measure": "wishes"}, "target_unknown_measure"),
        ({"name": " "}, "target_no_name"),
        ({"years": (TargetYear(year=2026, amounts=(Decimal(1),)),)}, "target_amounts_do_not_fit"),
        ({"years": (TargetYear(year=2026, amounts=(Decimal(-1),) * 4),)}, "target_below_zero"),
        ({"shared_with": (Sharing(team="sales"), Sharing(team="sales"))}, "target_shared_twice"),
        ({"portions": (Portion(owner="payee:P1", share=Decimal(1)),) * 2}, "target_part_twice"),
        ({"portions": (Portion(owner="payee:P1", share=Decimal(-1)),)}, "target_below_zero"),
        ({"portions": (Portion(owner="team:hr", share=Decimal(1)),)}, "target.unknown_team"),
        (
            {"portions": (Portion(owner="payee:P1", of="team:sales", share=Decimal(1)),)},
            "target_part_of_nothing",
        ),
    ],
)
def test_a_target_that_would_mean_nothing_is_not_saved(change: dict, code: str) -> None:
    saved = targets.save_target(CRO, revenue().model_copy(update=change), 1)
    assert saved.entry is None
    assert code in [issue.code for issue in saved.issues if issue.severity == "error"]
    assert targets.find_target(CRO, "revenue").version == 1  # type: ignore[union-attr]


def test_a_team_may_leave_and_join_again_later() -> None:
    sharing = (
        Sharing.model_validate({"team": "sales", "to": date(2026, 3, 1)}),
        Sharing.model_validate({"team": "sales", "from": date(2026, 3, 1)}),
    )
    assert targets.save_target(CRO, revenue().model_copy(update={"shared_with": sharing}), 1).entry


def test_a_team_that_joins_changes_neither_target_nor_anybodys_attainment(small: Workspace) -> None:
    before = small.run("shared").standings.drop(["shared_with"])
    saved = targets.switch_team_to_shared(CRO, "marketing", "revenue", 1)
    assert saved.entry is not None
    assert [sharing.team for sharing in saved.entry.target.shared_with] == ["sales", "marketing"]
    after = small.run("shared").standings
    assert after.drop(["shared_with"]).equals(before)
    assert after["shared_with"][0].as_py() == ["sales", "marketing"]


def test_a_team_that_shares_already_makes_no_version() -> None:
    assert targets.switch_team_to_shared(CRO, "sales", "revenue", 1).entry.version == 1  # type: ignore[union-attr]


def test_a_removed_target_is_gone_and_its_history_stays() -> None:
    targets.remove_target(CRO, "revenue", 1)
    assert targets.list_targets(CRO) == ()
    assert workspace.current().book().targets == ()


# ---------------------------------------------------------------- what it replaces


def test_lead_goals_name_the_team_the_plan_and_what_it_shares() -> None:
    (goal,) = targets.volume_goals(CRO)
    assert (goal.team.id, goal.goals, goal.shares) == ("marketing", (("leads", ""),), ())
    assert goal.plans == (("marketing_today", "Marketing today"),)
    targets.switch_team_to_shared(CRO, "marketing", "revenue", 1)
    assert targets.volume_goals(CRO)[0].shares == ("revenue",)


def test_a_lead_sees_the_lead_goals_of_the_own_team_only() -> None:
    assert targets.volume_goals(SALES_LEAD) == ()
    assert len(targets.volume_goals(MARKETING_LEAD)) == 1
    assert targets.volume_goals(PAYEE) == ()
    assert len(targets.volume_goals(Viewer("payee", payee_id="P4"))) == 1


def test_an_empty_workspace_has_no_targets_and_no_goals(tmp_path: Path) -> None:
    open_empty(tmp_path / "empty")
    assert targets.list_targets(CRO) == ()
    assert targets.volume_goals(CRO) == ()
    proposal = propose_amounts(CRO, "won_revenue", 2026, "quarter", Grown(Decimal("0.1")))
    assert [issue.code for issue in proposal.issues] == ["target_no_last_year"]


def test_a_first_target_can_be_saved_into_an_empty_workspace(tmp_path: Path) -> None:
    open_empty(tmp_path / "empty")
    proposal = propose_amounts(CRO, "won_revenue", 2026, "quarter", Seasonal(Decimal(1000)))
    assert proposal.year is not None
    target = Target(id="t", name="T", measure="won_revenue", year=(proposal.year,))
    assert targets.save_target(CRO, target, 0).entry is not None
    assert targets.list_targets(CRO)[0].target == target


def test_an_id_is_made_of_the_name_and_is_not_taken() -> None:
    assert targets.new_target_id("Company Revenue 2026!", frozenset()) == "company_revenue_2026"
    assert targets.new_target_id("Gelir", frozenset({"gelir", "gelir_2"})) == "gelir_3"
    assert targets.new_target_id("収益", frozenset()) == "target"


def test_drafts_are_the_viewers_own() -> None:
    drafts.keep_draft(CRO, "target:revenue", {"name": "x"})
    assert drafts.find_draft(CRO, "target:revenue") == {"name": "x"}
    assert drafts.find_draft(FINANCE, "target:revenue") is None
    drafts.drop_draft(CRO, "target:revenue")
    assert drafts.find_draft(CRO, "target:revenue") is None

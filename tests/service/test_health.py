"""The company's key figures: shared totals are everybody's, a team's are its lead's, pay is for planners."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from revplan.access import AccessDenied, Viewer
from revplan.model.book import AcquisitionCost, Costs, GrossMargin
from revplan.service import company, export, health, workspace
from tests.service.small_book import open_empty, open_small

CRO, LEAD, PAYEE = Viewer("cro"), Viewer("lead", "sales", "P3"), Viewer("payee", "", "P4")
COSTS = Costs(
    acquisition=(AcquisitionCost.model_validate({"from": "2025-01-01", "per_month": 1000}),),
    gross_margin=(GrossMargin.model_validate({"from": "2025-01-01", "share": "75%"}),),
)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[workspace.Workspace]:
    yield open_small(tmp_path)
    workspace.reset()


def test_the_latest_finished_period_is_shown_beside_the_one_before(small: workspace.Workspace) -> None:
    seen = health.health(CRO)
    assert (seen.grain, seen.period, seen.periods[0]) == ("quarter", "2026-Q2", "2025-Q1")
    assert {one.period for one in seen.before.values()} == {"2026-Q1"}
    assert seen.figures["win_rate"].value == 1_000_000
    assert [one.period for one in seen.series["win_rate"]] == [*seen.periods]
    assert health.health(CRO, "month", "2026-05").period == "2026-05"
    assert health.health(CRO, "week", "2026-05").period == "2026-Q2"


def test_what_is_made_of_pay_is_only_for_those_who_see_everybodys(small: workspace.Workspace) -> None:
    volume, shared = (health.health(CRO, plan_set=name) for name in ("volume", "shared"))
    cost = volume.figures["compensation_cost_of_sales"]
    paid = sum(row["payout"] for row in small.run("volume").lines.to_pylist() if row["period"] == "2026-Q2")
    assert {name: amount for name, _, amount in cost.parts}["payouts"] == paid
    assert cost.value != shared.figures["compensation_cost_of_sales"].value
    for viewer in (LEAD, PAYEE):
        seen = health.health(viewer)
        assert "compensation_cost_of_sales" not in {*seen.figures, *seen.series}
        assert (seen.plan_set, seen.plan_sets, seen.costs) == ("", (), None)
        assert seen.figures["win_rate"] == volume.figures["win_rate"]


def test_a_lead_sees_the_own_team_and_a_payee_none(small: workspace.Workspace) -> None:
    assert set(health.health(CRO).teams) == {"sales"}  # nobody in marketing closed a deal
    assert set(health.health(LEAD).teams) == {"sales"}
    assert not health.health(Viewer("lead", "marketing", "P1")).teams
    assert not health.health(PAYEE).teams
    with pytest.raises(AccessDenied):
        health.health(Viewer())


def test_costs_are_stated_by_planners_kept_and_used(small: workspace.Workspace) -> None:
    assert health.health(CRO).figures["cac"].reason == "no_costs"
    assert company.set_costs(CRO, COSTS) == ()
    assert small.book().company.costs == COSTS
    assert health.health(CRO).figures["cac"].reason == "no_new_customers"
    with pytest.raises(AccessDenied):
        company.set_costs(LEAD, Costs())
    company.set_as_of(CRO, date(2026, 5, 31))
    assert small.book().company.costs.acquisition[0].per_month == Decimal(1000)


def test_costs_stated_twice_are_said_and_not_saved(small: workspace.Workspace) -> None:
    twice = Costs(acquisition=COSTS.acquisition * 2)
    assert [issue.code for issue in company.set_costs(CRO, twice)] == ["costs.acquisition_twice"]
    assert small.book().company.costs == Costs()


def test_an_empty_company_has_periods_and_reasons_and_no_figures(tmp_path: Path) -> None:
    open_empty(tmp_path)
    seen = health.health(CRO)
    assert seen.periods
    assert all(one.value is None and one.reason for one in seen.figures.values())
    workspace.reset()


@pytest.mark.parametrize(("viewer", "sees_pay"), [(CRO, True), (LEAD, False), (PAYEE, False)])
def test_the_csv_files_that_are_taken_along_hold_the_figures_that_are_seen(
    small: workspace.Workspace, viewer: Viewer, sees_pay: bool
) -> None:
    with zipfile.ZipFile(io.BytesIO(export.csv_archive(viewer, "volume"))) as file:
        kpis, parts = (file.read(name).decode() for name in ("kpis.csv", "kpi_parts.csv"))
    for text in (kpis, parts):
        assert ("compensation_cost_of_sales" in text) is sees_pay
        assert ("team:sales" in text) is (viewer is not PAYEE)
        assert "win_rate" in text

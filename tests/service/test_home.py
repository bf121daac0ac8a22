"""Home: each viewer sees what is theirs, and the figures add up."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow.compute as pc
import pytest

from revplan.access import AccessDenied, Viewer
from revplan.service import home, workspace
from tests.service.small_book import open_empty, open_small

CRO, LEAD = Viewer("cro"), Viewer("lead", "sales", "P3")


@pytest.fixture
def small(tmp_path: Path) -> Iterator[workspace.Workspace]:
    yield open_small(tmp_path)
    workspace.reset()


def paid(small: workspace.Workspace, plan_set: str, *periods: str, team: str = "") -> int:
    lines = small.run(plan_set).lines
    lines = lines.filter(pc.is_in(lines["period"], value_set=pc.cast(list(periods), "string")))
    return sum(
        row["payout"]
        for row in lines.select(["team_id", "payout"]).to_pylist()
        if team in ("", row["team_id"])
    )


def test_a_cro_sees_everybody_and_the_latest_finished_period(small: workspace.Workspace) -> None:
    seen = home.home(CRO)
    assert seen.plan_set == "volume"
    assert seen.window is not None
    assert seen.window.label == "2026-Q2"
    assert seen.cost is not None
    assert seen.cost.kind == "company"
    assert seen.cost.earned.payout == paid(small, "volume", "2026-Q2")
    assert seen.cost.to_date.payout == paid(small, "volume", "2026-Q1", "2026-Q2")
    assert [team.team_id for team in seen.teams] == ["sales", "marketing"]
    assert sum(team.earned.payout for team in seen.teams) == seen.cost.earned.payout


def test_the_company_is_measured_once_and_its_year_adds_up(small: workspace.Workspace) -> None:
    main = home.home(CRO).main
    assert main is not None
    assert (main.period.target, main.period.actual, main.period.attainment) == (200_000, 180_000, 900_000)
    assert (main.to_date.target, main.to_date.actual, main.to_date.attainment) == (300_000, 270_000, 900_000)
    assert main.shared_with == ("sales",)


def test_a_lead_sees_the_own_team_only_and_no_figure_of_the_others(small: workspace.Workspace) -> None:
    seen = home.home(LEAD)
    assert [team.team_id for team in seen.teams] == ["sales"]
    assert seen.cost is not None
    assert seen.cost.kind == "team"
    assert seen.cost.earned.payout == paid(small, "volume", "2026-Q2", team="sales")
    assert seen.cost.of_result is None
    assert {team for _, team in seen.cost.series} == {"sales"}
    assert seen.main is not None  # a shared total is visible
    assert seen.steps == ()
    assert {item.issue.code for item in seen.attention} <= {"home.no_quota", "home.no_incentive"}


def test_a_payee_sees_the_own_pay_only(small: workspace.Workspace) -> None:
    seen = home.home(Viewer("payee", "", "P4"), "volume", "2026-Q1")
    assert seen.teams == ()
    assert seen.cost is not None
    assert seen.cost.kind == "own"
    rows = small.run("volume").lines.to_pylist()
    mine = sum(row["payout"] for row in rows if (row["payee_id"], row["period"]) == ("P4", "2026-Q1"))
    assert seen.cost.earned.payout == mine > 0
    sales = home.home(Viewer("payee", "", "P1"), "volume", "2026-Q2").cost
    assert sales is not None
    assert sales.earned.attainment is not None


def test_no_role_sees_nothing(small: workspace.Workspace) -> None:
    with pytest.raises(AccessDenied):
        home.home(Viewer())
    stranger = home.home(Viewer("payee", "", "NOBODY"))
    assert stranger.cost is None
    assert stranger.teams == ()


def test_what_is_asked_for_and_not_there_falls_back(small: workspace.Workspace) -> None:
    seen = home.home(CRO, "nonsense", "1999-Q1")
    assert seen.plan_set == "volume"
    assert seen.window is not None
    assert seen.window.label == "2026-Q2"


def test_attention_names_pay_while_the_company_misses(small: workspace.Workspace) -> None:
    found = {item.issue.code: item.issue for item in home.home(CRO).attention}
    assert found["home.paid_while_missing"].parameters["paid_amount"] == paid(
        small, "volume", "2026-Q1", "2026-Q2"
    )
    assert found["home.no_quota"].parameters == {"people": 1, "example": "Person P3"}


def test_a_company_without_data_is_told_where_to_begin(tmp_path: Path) -> None:
    open_empty(tmp_path)
    seen = home.home(CRO)
    assert seen.window is None
    assert [step.done for step in seen.steps] == [False] * 6
    assert seen.steps[0].page == "Data"
    workspace.reset()

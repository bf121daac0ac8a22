"""Attainment: nobody gets further than the own team, and every line is the sum of its parts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from revplan.access import AccessDenied, Viewer
from revplan.service import attainment, workspace
from revplan.store import activity
from tests.service.small_book import open_small

CRO, LEAD, PAYEE = Viewer("cro"), Viewer("lead", "sales", "P3"), Viewer("payee", "", "P4")


@pytest.fixture
def small(tmp_path: Path) -> Iterator[workspace.Workspace]:
    yield open_small(tmp_path)
    workspace.reset()


def test_a_lead_can_choose_the_own_team_only(small: workspace.Workspace) -> None:
    assert attainment.choices(LEAD).teams == {"sales": "Sales"}
    assert list(attainment.choices(CRO).teams) == ["sales", "marketing"]
    assert attainment.choices(PAYEE).teams == {}
    assert attainment.choices(PAYEE).own_payee == "P4"
    with pytest.raises(AccessDenied):
        attainment.choices(Viewer())


def test_a_lead_cannot_open_another_team_a_person_or_a_line_of_it(small: workspace.Workspace) -> None:
    with pytest.raises(AccessDenied):
        attainment.team_view(LEAD, "volume", "marketing", "2026-Q2")
    with pytest.raises(AccessDenied):
        attainment.person_view(LEAD, "volume", "P4", "2026-Q2")
    lines = small.run("volume").lines.to_pylist()
    for row in lines:
        if row["team_id"] == "marketing":
            with pytest.raises(AccessDenied):
                attainment.line_view(LEAD, "volume", row["line_id"])


def test_a_payee_opens_the_own_person_and_nobody_else(small: workspace.Workspace) -> None:
    own = attainment.person_view(PAYEE, "volume", "P4", "2026-Q1")
    assert own.name == "Person P4"
    assert own.components["payout"].to_pylist() == [own.earned.payout]
    with pytest.raises(AccessDenied):
        attainment.person_view(PAYEE, "volume", "P1", "2026-Q1")
    with pytest.raises(AccessDenied):
        attainment.team_view(PAYEE, "volume", "marketing", "2026-Q1")


def test_the_team_is_ranked_by_attainment_and_adds_up(small: workspace.Workspace) -> None:
    view = attainment.team_view(CRO, "volume", "sales", "2026-Q2")
    rows = view.people.to_pylist()
    assert [row["rank"] for row in rows] == [1, 2, None]
    assert rows[0]["attainment"] > rows[1]["attainment"]
    assert rows[2]["payee_id"] == "P3"
    assert rows[2]["reason"] == "no_quota"
    assert sum(row["payout"] for row in rows) == view.earned.payout
    assert view.portion is not None
    assert view.portion.period.target == 180_000
    assert [point.label for point in view.over_time] == ["2026-Q1", "2026-Q2"]
    assert view.over_time[1].company == 900_000


def test_every_line_is_the_sum_of_its_parts_and_names_its_deals(small: workspace.Workspace) -> None:
    for row in small.run("volume").lines.to_pylist():
        view = attainment.line_view(CRO, "volume", row["line_id"])
        assert sum(view.parts["part"].to_pylist()) == view.line.payout == row["payout"]
        assert view.component is not None
        assert view.component.id == row["component_id"]


def test_who_looked_at_whom_is_logged_without_amounts(small: workspace.Workspace) -> None:
    attainment.team_view(LEAD, "volume", "sales", "2026-Q2")
    with small.records.read() as connection:
        last = activity.list_access(connection, 1)[0]
    assert (last.viewer, last.what) == ("lead:sales:P3", "attainment of team sales in 2026-Q2 under volume")

"""The Compare and Export pages as each role sees them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from revplan.service import workspace
from tests.service.test_compare import open_book
from tests.test_cli import SHARED

APP = Path(__file__).parents[2] / "app.py"
SENTENCE = (
    "Under “Today's plans (volume)” Marketing is paid 150% of target pay in the one quarter in which the "
    "company missed its target (Company revenue); under “Shared revenue plans” it would be 60%."
)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[None]:
    workspace.reset()
    open_book(tmp_path)
    yield
    workspace.reset()


def opened(page: str, role: str = "cro", **kept: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state["role"] = role
    for name, value in kept.items():
        app.session_state[name] = value
    app.run()
    return app.switch_page(f"pages/{page}.py").run()


def texts(app: AppTest) -> str:
    """Everything written on the page, without Markdown's escapes."""
    written = [*app.title, *app.subheader, *app.markdown, *app.caption, *app.info]
    return "\n".join(element.value for element in written).replace("\\", "")


def tables(app: AppTest) -> str:
    """The tables behind all tabs; only the one in view is drawn."""
    found = []
    for tab in ("Teams", "People", "Periods"):
        app.session_state["compare_table"] = tab
        assert len(app.run().dataframe) == 1
        found.append(app.dataframe[0].value.to_csv())
    assert len(set(found)) == 3
    return "\n".join(found)


def test_the_cro_reads_the_sentence_and_the_whole_companys_figures(here: None) -> None:
    app = opened("6_Compare")
    assert not app.exception
    assert SENTENCE in texts(app)
    labels = [metric.label for metric in app.metric]
    assert labels == [
        "Paid while the company missed",
        "Cost of the plans",
        "Cost against the result",
        "Teams on one side of target",
    ]
    assert "Sam" in tables(app)
    assert "=Mia" in tables(app)


def test_a_draw_shows_on_the_way_from_earned_to_paid_out(tmp_path: Path) -> None:
    draw = 'draw = [{ id = "least", kind = "non_recoverable", amount = 5000 }]\n\n[[component]]'
    workspace.reset()
    open_book(tmp_path, **{"plans/shared.toml": SHARED.replace("[[component]]", draw)})
    app = opened("6_Compare")
    assert not app.exception
    assert "is paid out in these periods" in texts(app)
    app.session_state["compare_table"] = "Paid out"
    app.run()
    assert app.dataframe[0].value["What"].to_list() == ["Earned", "Draw", "Paid out"]
    workspace.reset()


def test_a_lead_reads_the_own_team_alone(here: None) -> None:
    app = opened("6_Compare", "lead", team="marketing")
    assert not app.exception
    assert SENTENCE in texts(app)
    assert "Cost of the plans" not in [metric.label for metric in app.metric]
    assert "=Mia" in tables(app)
    assert "Sam" not in tables(app) + texts(app)


def test_a_payee_is_shown_the_way_instead(here: None) -> None:
    app = opened("6_Compare", "payee", payee="M1")
    assert not app.exception
    assert "This page is for other roles." in texts(app)
    assert not app.metric


def test_swapping_the_plan_sets_turns_the_sentence_round(here: None) -> None:
    app = opened("6_Compare")
    app.selectbox(key="filter_before").select("shared").run()
    assert not app.exception
    assert "Under “Shared revenue plans”" in texts(app)
    assert app.selectbox(key="filter_after").value == "volume"


def test_choosing_one_quarter_compares_that_quarter(here: None) -> None:
    app = opened("6_Compare")
    app.selectbox(key="filter_since").select("2026-Q2").run()
    assert not app.exception
    assert "The company reached Company revenue in every finished period" in texts(app)
    assert not any("missed" in metric.label and metric.value != "$0" for metric in app.metric)


def test_with_one_plan_set_the_page_says_what_is_missing(tmp_path: Path) -> None:
    workspace.reset()
    alone = SHARED.replace('["shared"]', '["volume"]')
    open_book(tmp_path, **{"plans/shared.toml": alone, "plans/volume.toml": "", "plans/sales.toml": ""})
    app = opened("6_Compare")
    assert not app.exception
    assert "it takes two plan sets" in texts(app)
    workspace.reset()


def test_an_empty_workspace_shows_a_way_on(tmp_path: Path) -> None:
    workspace.reset()
    workspace.open_at(tmp_path)
    for page in ("6_Compare", "7_Export"):
        app = opened(page)
        assert not app.exception
        assert "nothing to" in texts(app)
    workspace.reset()


@pytest.mark.parametrize(
    ("role", "people"),
    [("cro", "2 people"), ("finance", "2 people"), ("lead", "1 person"), ("payee", "1 person")],
)
def test_export_says_what_each_role_would_take_along(here: None, role: str, people: str) -> None:
    app = opened("7_Export", role, team="marketing", payee="S1")
    assert not app.exception
    assert f"holds {people}" in texts(app)
    assert len(app.get("download_button")) == 2


def test_export_names_no_other_team_to_a_lead(here: None) -> None:
    app = opened("7_Export", "lead", team="marketing")
    assert "a sheet for each team: Marketing" in texts(app)
    assert "Sales" not in texts(app)

"""Home and Attainment drawn for every role, without a browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from revplan.service import workspace
from revplan.ui import navigation
from revplan.words import speaking
from tests.service.small_book import open_empty, open_small

ROOT = Path(__file__).parents[2]


@pytest.fixture
def small(tmp_path: Path) -> Iterator[workspace.Workspace]:
    yield open_small(tmp_path)
    workspace.reset()


def drawn(page: str, role: str = "cro", **session: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.session_state["role"] = role
    for name, value in session.items():
        app.session_state[name] = value
    app.run()
    app.switch_page(f"pages/{page}").run()
    assert not app.exception
    assert not app.error
    return app


def sentence(app: AppTest) -> str:
    return app.subheader[0].value.replace("\\", "")


@pytest.mark.parametrize(
    ("role", "session", "said"),
    [
        ("cro", {}, "The company reached 90% of Company revenue in Q2 2026"),
        ("finance", {}, "The company reached 90% of Company revenue in Q2 2026"),
        ("lead", {"team": "sales"}, "Sales earned"),
        ("payee", {"payee": "P4"}, "you earned"),
    ],
)
def test_home_opens_with_a_plain_sentence(
    small: workspace.Workspace, role: str, session: dict[str, str], said: str
) -> None:
    assert said in sentence(drawn("1_Home.py", role, **session))


def test_home_shows_a_lead_neither_other_teams_nor_the_steps(small: workspace.Workspace) -> None:
    app = drawn("1_Home.py", "lead", team="sales")
    assert list(app.dataframe[0].value["Team"]) == ["Sales"]
    assert "What to do next" not in "".join(text.value for text in app.markdown)


def test_home_of_an_empty_company_says_where_to_begin(tmp_path: Path) -> None:
    open_empty(tmp_path)
    app = drawn("1_Home.py")
    assert any("Upload your data" in text.value for text in app.markdown)
    workspace.reset()


def test_home_year_to_date_changes_the_table(small: workspace.Workspace) -> None:
    app = drawn("1_Home.py")
    before = list(app.dataframe[0].value["Pay"])
    app.session_state["home_span"] = True
    app.run()
    assert sum(app.dataframe[0].value["Pay"]) > sum(before)


def test_attainment_opens_on_the_team_and_ranks_it(small: workspace.Workspace) -> None:
    app = drawn("5_Attainment.py", "lead", team="sales")
    assert sentence(app).startswith("Sales, Q2 2026: ")
    assert [box.label for box in app.main.selectbox] == ["Plans", "Period", "Team", "Person"]
    assert app.main.selectbox[2].options == ["Sales"]
    assert list(app.dataframe[0].value["Person"])[-1] == "Person P3"


def test_attainment_goes_from_the_person_to_the_deals(small: workspace.Workspace) -> None:
    app = drawn("5_Attainment.py", "cro")
    app.main.selectbox[3].set_value("P2").run()
    assert not app.exception
    assert sentence(app).startswith("Person P2 earned")
    components, deals = app.dataframe[0].value, app.dataframe[1].value
    assert list(components["Component"]) == ["Revenue"]
    assert sum(deals["Part of the pay"]) == pytest.approx(sum(components["Pay"]))
    assert any("counted against" in text.value for text in app.markdown)


def test_attainment_of_a_payee_has_no_team(small: workspace.Workspace) -> None:
    app = drawn("5_Attainment.py", "payee", payee="P4")
    assert [box.label for box in app.main.selectbox] == ["Plans", "Period", "What"]
    assert sentence(app).startswith("Person P4 earned")


def test_a_url_cannot_open_what_the_role_does_not_see(small: workspace.Workspace) -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.session_state["role"], app.session_state["team"] = "lead", "sales"
    app.run()
    app.query_params["team"], app.query_params["person"] = "marketing", "P4"
    app.switch_page("pages/5_Attainment.py").run()
    assert not app.exception
    assert sentence(app).startswith("Sales, ")


@pytest.mark.parametrize(
    ("role", "session"),
    [("lead", {"team": "elsewhere"}), ("payee", {"payee": "P99"}), ("owner", {}), ("none", {})],
)
def test_whoever_is_not_in_the_book_has_no_access(
    small: workspace.Workspace, role: str, session: dict[str, str]
) -> None:
    app = drawn("1_Home.py", role, **session)
    assert [box.value for box in app.info] == [
        "Choose who you are in the list on the left to see your pages."
    ]
    assert not app.subheader
    assert not app.dataframe


@pytest.mark.parametrize("entry", navigation.PAGES, ids=lambda entry: entry.label)
def test_the_sidebar_and_the_page_agree_who_may_open_it(entry: navigation.PageLink) -> None:
    called = re.search(r'page\(_\("(\w+)"\)(?:, (\w+))?\)', (ROOT / entry.file).read_text())
    assert called is not None, "every page begins with `with page(...)`"
    assert called[1] == entry.label
    assert getattr(navigation, called[2] or "EVERYONE") == entry.roles


def test_a_page_for_others_says_so_and_leads_home(small: workspace.Workspace) -> None:
    app = drawn("2_Data.py", "payee", payee="P4")
    assert ["This page is for other roles" in box.value for box in app.info] == [True]


def test_what_goes_wrong_is_a_sentence_with_a_reference(
    small: workspace.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(plan_set: str) -> None:
        raise ZeroDivisionError("secret 4711")

    app = AppTest.from_file(str(ROOT / "pages" / "1_Home.py"), default_timeout=60)
    monkeypatch.setattr(workspace.Workspace, "run", lambda self, plan_set: fail(plan_set))
    app.run()
    assert not app.exception
    assert "reference" in app.error[0].value
    assert "4711" not in app.error[0].value


def test_turkish_numbers_come_with_the_language(small: workspace.Workspace) -> None:
    with speaking("tr"):  # AppTest names the options of a select box outside the page, too
        app = drawn("1_Home.py", "cro", language="tr")
    assert "%90" in sentence(app)
    assert "Şirket" in sentence(app)

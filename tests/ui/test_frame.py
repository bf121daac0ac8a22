"""The frame: who is looking is decided on this machine only; nobody is shown a traceback."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from revplan.service import workspace
from revplan.ui import session
from tests.service.small_book import open_small


@pytest.fixture
def small(tmp_path: Path) -> Iterator[workspace.Workspace]:
    yield open_small(tmp_path)
    workspace.reset()


def body() -> None:
    import streamlit as st

    from revplan.ui.frame import page
    from revplan.words import language

    with page("Somewhere", ("cro",)) as viewer:
        st.write(f"{viewer.name} in {language()}")


def failing() -> None:
    from revplan.access import AccessDenied
    from revplan.ui.frame import page

    with page("Somewhere"):
        raise AccessDenied("marketing")


def text(app: AppTest) -> list[str]:
    return [element.value for element in app.main.markdown]


@pytest.fixture(autouse=True)
def no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that is a function has no neighbours to link to."""
    monkeypatch.setattr("revplan.ui.navigation.st.page_link", lambda *given, **named: None)


def test_on_this_machine_the_app_opens_as_cro(small: workspace.Workspace) -> None:
    app = AppTest.from_function(body, default_timeout=60).run()
    assert not app.exception
    assert text(app)[-1] == "cro in en"
    assert app.title[0].value == "Somewhere"


def test_on_an_address_that_others_reach_nobody_has_access(
    small: workspace.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "is_local", lambda: False)
    app = AppTest.from_function(body, default_timeout=60)
    app.session_state["role"] = "cro"
    app.run()
    assert not [box for box in app.sidebar.selectbox if box.label == "Viewing as"]
    assert [box.value for box in app.info] == [
        "Choose who you are in the list on the left to see your pages."
    ]
    assert "cro" not in " ".join(text(app))


def test_a_lead_is_the_lead_of_one_team_of_the_book(small: workspace.Workspace) -> None:
    app = AppTest.from_function(body, default_timeout=60)
    app.session_state["role"] = "lead"
    app.run()
    box = next(box for box in app.sidebar.selectbox if box.label == "Team")
    assert box.options == ["Sales", "Marketing"]
    assert ["for other roles" in info.value for info in app.info] == [True]


def test_what_a_role_may_not_see_is_a_sentence(small: workspace.Workspace) -> None:
    app = AppTest.from_function(failing, default_timeout=60).run()
    assert not app.exception
    assert ["Your role does not show this" in info.value for info in app.info] == [True]


def unreadable() -> None:
    from datetime import UTC, datetime

    from revplan.issues import Issue, Where
    from revplan.service.workspace import Unreadable
    from revplan.store.documents import Document
    from revplan.ui.frame import page

    with page("Somewhere"):
        kept = Document("plan", "p", 1, 1, "format = 9", "cro", datetime(2026, 1, 1, tzinfo=UTC))
        raise Unreadable(kept, (Issue("unknown_measure", "error", Where("p.toml"), {"measure": "moons"}),))


def test_what_another_version_stored_is_named(small: workspace.Workspace) -> None:
    app = AppTest.from_function(unreadable, default_timeout=60).run()
    assert not app.exception
    assert "no measure named" in app.error[0].value
    assert "toml" in app.error[0].value


def test_the_language_is_chosen_for_the_session(small: workspace.Workspace) -> None:
    app = AppTest.from_function(body, default_timeout=60)
    app.session_state["language"] = "tr"
    app.run()
    assert text(app)[-1] == "cro in tr"
    assert session.session_language() == ""  # outside of a session nobody speaks

"""The Changes page: what moved since yesterday's data, since submission, and between plan sets."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from revplan.service import close_actions as act
from revplan.service import workspace
from revplan.service.workspace import Workspace
from tests.service.small_book import open_empty, open_small
from tests.service.test_closes import FINANCE, late_deal, lock_through, shown
from tests.ui.test_close_page import APP, assert_sound, opens_with, said


@pytest.fixture(autouse=True)
def small(tmp_path: Path) -> Iterator[Workspace]:
    yield open_small(tmp_path)
    workspace.reset()


def open_page(role: str = "cro", since: str = "", **session: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state["role"] = role
    app.session_state["filter_plans"] = app.session_state["kept_plans"] = "shared"
    for name, value in session.items():
        app.session_state[name] = value
    app.run()
    if since:
        app.query_params["since"] = since
    app.switch_page("pages/9_Changes.py").run()
    assert_sound(app)
    return app


def test_a_late_deal_is_told_with_its_effect_and_the_deal(small: Workspace) -> None:
    late_deal(small)
    app = open_page()
    assert opens_with(app).startswith("1 figure moved, for 1 person: +$")
    (frame,) = [frame.value for frame in app.dataframe]
    assert (list(frame["Person"]), list(frame["What moved it"])) == (["Person P1"], ["what counted"])
    assert "Won revenue counted $900.00, now $990.00" in said(app)
    assert "LATE counts newly: $90.00." in said(app)


def test_everyone_sees_the_own_changes_only(small: Workspace) -> None:
    late_deal(small)
    assert opens_with(open_page("payee", payee="P1")).startswith("1 figure of yours moved: +$")
    assert opens_with(open_page("payee", payee="P2")).startswith("Nothing moved")
    assert opens_with(open_page("lead", team="sales")).startswith("1 figure moved")
    assert opens_with(open_page("lead", team="marketing")).startswith("Nothing moved")


def test_what_changed_since_submission_is_offered_while_something_is_submitted(small: Workspace) -> None:
    act.submit(FINANCE, shown(FINANCE, "2026-03"))
    late_deal(small)
    app = open_page(since="submission")
    assert next(box.value for box in app.main.selectbox if box.label == "Compared with") == "submission"
    assert opens_with(app).startswith("1 figure moved")


def test_what_closed_periods_would_pay_now_is_offered_once_something_is_closed(small: Workspace) -> None:
    lock_through("2026-03")
    late_deal(small)
    app = open_page(since="closed")
    assert "LATE counts newly" in said(app)
    app = open_page()  # since yesterday's data the closed line stands, and a true-up came
    (frame,) = [frame.value for frame in app.dataframe]
    assert list(frame["What"]) == ["True-up of a closed period (Q1 2026)"]
    assert "What counts in the closed period has changed." in said(app)
    assert "LATE counts newly: $90.00." in said(app)


def test_two_plan_sets_are_compared_line_by_line() -> None:
    app = open_page(since="plans-volume")
    (frame,) = [frame.value for frame in app.dataframe]
    assert set(frame["What moved it"]) == {"line gone"}
    assert app.main.selectbox[1].value == "plans-volume"


def test_a_company_without_plans_has_nothing_to_compare(tmp_path: Path) -> None:
    open_empty(tmp_path / "empty")
    app = AppTest.from_file(APP, default_timeout=60)
    app.run().switch_page("pages/9_Changes.py").run()
    assert "There is nothing to compare with yet" in said(app)

"""The Scores page, and corrections on the Close page: typed in a grid, saved, kept as a draft."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from revplan.access import Viewer
from revplan.service import corrections, drafts, workspace
from revplan.service.scores import score_sheet
from revplan.service.workspace import Workspace
from tests.service.small_book import open_small
from tests.service.test_closes import CRO, FINANCE, LEAD, lock_through
from tests.service.test_scores import Q1, Q2, enter, found, let_goals_be_scored
from tests.ui.test_close_page import APP, assert_sound, click, opens_with, said
from tests.ui.test_close_page import open_page as open_close

GRID = "scores:sales:2026-Q2"


@pytest.fixture(autouse=True)
def small(tmp_path: Path) -> Iterator[Workspace]:
    here = open_small(tmp_path)
    let_goals_be_scored(here)
    yield here
    workspace.reset()


def open_page(role: str = "lead", period: str = "", **session: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state["role"], app.session_state["team"] = role, "sales"
    for name, value in session.items():
        app.session_state[name] = value
    app.run()
    if period:
        app.query_params["scored"] = period
    app.switch_page("pages/10_Scores.py").run()
    assert_sound(app)
    return app


def type_in(app: AppTest, viewer: Viewer, name: str, change: dict[str, object]) -> AppTest:
    state = f"grid:{viewer.name}:{name}"
    key = f"{state}:{app.session_state[state].number}"
    app.session_state[key] = {"edited_rows": {}, "added_rows": [], "deleted_rows": []} | change
    return app.run()


def test_a_lead_types_scores_and_saves_them_with_the_own_name() -> None:
    app = open_page()
    assert opens_with(app) == "2 scores of Q2 2026 are missing, so they pay nothing yet."
    type_in(app, LEAD, GRID, {"edited_rows": {0: {"score": 92.5}}})
    click(app, "Save the scores")
    assert_sound(app)
    assert "1 score is saved." in said(app)
    assert found(score_sheet(LEAD, Q2)) == {"P1": 925_000, "P2": None}
    assert opens_with(app) == "1 score of Q2 2026 is missing, so it pays nothing yet."


def test_a_second_edit_keeps_the_first_and_a_refreshed_page_keeps_both() -> None:
    app = open_page()
    type_in(app, LEAD, GRID, {"edited_rows": {0: {"score": 80.0}}})
    type_in(app, LEAD, GRID, {"edited_rows": {0: {"score": 80.0}, 1: {"score": 70.0}}})
    again = open_page()
    click(again, "Save the scores")
    assert found(score_sheet(LEAD, Q2)) == {"P1": 800_000, "P2": 700_000}
    assert drafts.find_draft(LEAD, GRID) is None


def test_what_was_typed_can_be_discarded() -> None:
    app = open_page()
    type_in(app, LEAD, GRID, {"edited_rows": {0: {"score": 80.0}}})
    click(app, "Discard what I typed")
    assert drafts.find_draft(LEAD, GRID) is None
    assert "Discard what I typed" not in [button.label for button in app.button]


def test_whoever_was_first_is_named_and_nothing_is_lost() -> None:
    app = open_page()
    enter(FINANCE, Q2, P1=500_000)
    type_in(app, LEAD, GRID, {"edited_rows": {0: {"score": 80.0}}})
    click(app, "Save the scores")
    assert "Finance changed one of these scores meanwhile" in app.error[0].value.replace("\\", "")
    assert found(score_sheet(LEAD, Q2))["P1"] == 500_000


def test_a_closed_period_is_read_by_a_lead_and_says_where_to_turn() -> None:
    enter(LEAD, Q1, P1=500_000)
    lock_through("2026-03")
    app = open_page(period=Q1)
    assert "Save the scores" not in [button.label for button in app.button]
    assert "Tell finance what is wrong" in said(app)
    assert "is a true-up in the next open month" in said(open_page("finance", Q1))


def test_a_team_whose_plans_count_no_score_is_told_so() -> None:
    app = open_page(team="marketing")
    assert "No plan of people whom you score" in said(app)


def test_scores_are_not_for_payees() -> None:
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state["role"], app.session_state["payee"] = "payee", "P1"
    app.run().switch_page("pages/10_Scores.py").run()
    assert "This page is for other roles" in said(app)


# ---------------------------------------------------------------- corrections


ROW = {
    "person": "Person P1", "day": "2026-06-15", "amount": -12.5, "reason": "Paid twice", "author": "Cleo",
}  # fmt: skip


def test_finance_types_a_correction_with_its_reason_and_author() -> None:
    app = open_close("finance")
    type_in(app, FINANCE, "corrections", {"added_rows": [ROW]})
    click(app, "Save the corrections")
    assert_sound(app)
    assert "1 correction is saved." in said(app)
    (kept,) = corrections.corrections(CRO)
    assert (kept.payee_name, kept.correction.amount, kept.correction.reason) == (
        "Person P1", -1250, "Paid twice",
    )  # fmt: skip


def test_a_correction_in_a_closed_month_is_refused_in_a_sentence_and_stays_typed() -> None:
    lock_through("2026-03")
    app = open_close("finance")
    type_in(app, FINANCE, "corrections", {"added_rows": [ROW | {"day": "2026-03-15"}]})
    click(app, "Save the corrections")
    assert "lies in a closed month" in app.error[0].value.replace("\\", "")
    assert corrections.corrections(CRO) == ()
    assert drafts.find_draft(FINANCE, "corrections") is not None


def test_leads_do_not_correct() -> None:
    app = open_close("lead", team="sales")
    assert "Save the corrections" not in [button.label for button in app.button]

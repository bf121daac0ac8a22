from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from revplan.access import Viewer
from revplan.service import drafts, targets, workspace
from revplan.ui import target_charts
from tests.service.small_book import open_empty, open_small

APP = Path(__file__).parents[2] / "app.py"
CRO, FINANCE = Viewer("cro"), Viewer("finance")
DRAFT = "target:revenue:2026"
TYPED, PARTS = ":typed:quarter:won_revenue", ":parts:False"


@pytest.fixture(autouse=True)
def _small(tmp_path: Path) -> Iterator[None]:
    open_small(tmp_path)
    yield
    workspace.reset()


def open_page(**session: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    for name, value in session.items():
        app.session_state[name] = value
    app.run().switch_page("pages/3_Targets.py").run()
    assert_sound(app)
    return app


def assert_sound(app: AppTest) -> None:
    assert not app.exception
    assert not [error.value for error in app.error]


def said(app: AppTest) -> str:
    shown = [*app.subheader, *app.markdown, *app.caption, *app.info, *app.success, *app.warning, *app.error]
    return "\n".join(each.value for each in shown).replace("\\", "")


def widget(app: AppTest, kind: str, ending: str):
    (found,) = [each for each in getattr(app, kind) if (each.key or "").endswith(ending)]
    return found


def click(app: AppTest, label: str) -> AppTest:
    (button,) = [each for each in app.button if each.label == label]
    return button.click().run()


def type_in_grid(app: AppTest, name: str, rows: dict[int, dict[str, object]]) -> AppTest:
    key = widget(app, "text_input", ":name").key.removesuffix(":name") + name
    app.session_state[key] = {"edited_rows": rows, "added_rows": [], "deleted_rows": []}
    return app.run()


# ---------------------------------------------------------------- what each role sees


def test_the_page_opens_with_how_the_target_stands_and_who_shares_it() -> None:
    app = open_page()
    assert app.subheader[0].value.replace("\\", "") == (
        "Company revenue stands at 90% of its target up to Q2 2026: $2.7K of $3K. Only Sales shares it."
    )


def test_the_lead_goals_that_it_replaces_stand_beside_it() -> None:
    assert "Marketing is paid for volume in 2026, under Marketing today: Leads." in said(open_page())


@pytest.mark.parametrize("role", ["lead", "payee"])
def test_a_lead_or_payee_reads_and_has_nothing_to_save(role: str) -> None:
    app = open_page(role=role, team="sales", payee="P1")
    assert [button.label for button in app.button] == []
    assert not app.number_input
    assert "90% of its target" in said(app)


def test_a_lead_sees_the_own_team_and_no_other() -> None:
    app = open_page(role="lead", team="sales")
    shown = " ".join(frame.value.to_string() for frame in app.dataframe)
    assert "Person P1" in shown
    assert "Person P4" not in shown
    assert "Marketing" not in shown
    assert "Marketing is paid" not in said(app)


def test_a_payee_sees_the_company_and_the_own_part() -> None:
    app = open_page(role="payee", payee="P1")
    (frame,) = [frame.value for frame in app.dataframe]
    assert [who.strip() for who in frame["Who"]] == ["Small", "Person P1"]


def test_an_empty_company_is_offered_a_first_target_or_told_who_sets_it(tmp_path: Path) -> None:
    open_empty(tmp_path / "empty")
    app = open_page()
    assert "Set one revenue target that every team shares" in said(app)
    app = open_page(role="lead", team="sales")
    assert "There is no target yet" in said(app)


# ---------------------------------------------------------------- editing


def test_growth_over_last_year_is_saved_with_who_and_when() -> None:
    app = open_page()
    widget(app, "segmented_control", ":way").set_value("grown").run()
    widget(app, "number_input", ":growth").set_value(50.0).run()
    assert "$1.5K in 2026, +50% on last year's $1K." in said(app)
    click(app, "Save the target")
    assert_sound(app)
    assert "Company revenue is saved as version 2." in said(app)
    entry = targets.find_target(CRO, "revenue")
    assert entry is not None
    assert [int(amount) for amount in entry.target.years[0].amounts] == [150, 300, 450, 600]
    assert (entry.target.years[0].basis, entry.saved_by) == ("2025 × 1.5", "cro")


def test_amounts_typed_in_the_grid_are_saved_exactly() -> None:
    app = open_page()
    type_in_grid(app, TYPED, {0: {"amount": 1234.56}, 3: {"amount": 9007199254740.99}})
    click(app, "Save the target")
    assert_sound(app)
    entry = targets.find_target(CRO, "revenue")
    assert entry is not None
    assert entry.target.years[0].amounts[0] == Decimal("1234.56")
    assert entry.target.years[0].amounts[3] == Decimal("9007199254740.99")
    assert entry.target.years[0].amounts[1] == 2000


def test_a_second_edit_of_the_grid_keeps_the_first() -> None:
    app = open_page()
    type_in_grid(app, TYPED, {0: {"amount": 5}})
    type_in_grid(app, TYPED, {0: {"amount": 5}, 1: {"amount": 6}})
    click(app, "Save the target")
    entry = targets.find_target(CRO, "revenue")
    assert entry is not None
    assert [int(amount) for amount in entry.target.years[0].amounts] == [5, 6, 3000, 4000]


def test_parts_given_by_share_or_amount_are_saved_and_over_assignment_is_shown() -> None:
    app = open_page()
    type_in_grid(app, PARTS, {0: {"share": 100}, 4: {"amount": 500}})
    (table,) = [frame.value for frame in app.dataframe if "Over-assigned" in frame.value.columns]
    assert table["Over-assigned"].iloc[0] == pytest.approx(0.05)  # 100% of 10,000 and 500
    click(app, "Save the target")
    entry = targets.find_target(CRO, "revenue")
    assert entry is not None
    parts = {portion.owner: portion for portion in entry.target.portions}
    assert parts["team:sales"].share == 1
    assert parts["team:marketing"].years[0].total == 500
    assert parts["payee:P2"].share == Decimal("0.6")


def test_a_teams_part_is_divided_equally_among_its_people_to_the_cent() -> None:
    app = open_page()
    click(app, "Divide each team's part equally among its people")
    click(app, "Save the target")
    assert_sound(app)
    entry = targets.find_target(CRO, "revenue")
    assert entry is not None
    shares = [portion.share for portion in entry.target.portions if portion.of == "team:sales"]
    assert sorted(map(str, shares)) == ["0.3333", "0.3333", "0.3334"]


def test_a_new_target_is_saved_and_shown_next() -> None:
    app = open_page()
    app.selectbox(key="filter_target").set_value("new").run()
    widget(app, "text_input", ":name").set_value("Cash").run()
    widget(app, "selectbox", ":measure").set_value("won_deals").run()
    widget(app, "segmented_control", ":way").set_value("seasonal").run()
    widget(app, "number_input", ":total").set_value(400.0).run()
    click(app, "Save the target")
    assert_sound(app)
    assert app.selectbox(key="filter_target").value == "cash"
    entry = targets.find_target(CRO, "cash")
    assert entry is not None
    assert entry.target.years[0].total == 400


def test_a_target_without_amounts_cannot_be_saved_and_says_why() -> None:
    app = open_page()
    widget(app, "segmented_control", ":way").set_value("seasonal").run()
    widget(app, "number_input", ":total").set_value(0.0).run()
    assert "No amount is given for 2026" in said(app)
    assert [button.disabled for button in app.button if button.label == "Save the target"] == [True]


def test_a_year_without_history_says_so() -> None:
    app = open_page()
    app.selectbox(key="filter_year").set_value("2025").run()
    widget(app, "segmented_control", ":way").set_value("grown").run()
    assert "Nothing was counted in 2024" in said(app)


# ---------------------------------------------------------------- drafts and two editors


def test_a_draft_survives_a_refresh_and_is_gone_once_saved() -> None:
    type_in_grid(open_page(), TYPED, {2: {"amount": 7777}})
    again = open_page()  # a new session, as after a refresh
    assert "Your changes are kept as a draft" in said(again)
    (grid,) = [frame.value for frame in again.dataframe if "last" in frame.value.columns]
    assert grid["amount"].tolist() == [1000, 2000, 7777, 4000]
    click(again, "Save the target")
    assert drafts.find_draft(CRO, DRAFT) is None
    assert "Your changes are kept" not in said(open_page())


def test_leaving_the_page_and_coming_back_loses_nothing() -> None:
    app = open_page()
    type_in_grid(app, TYPED, {2: {"amount": 7777}})
    app.switch_page("pages/1_Home.py").run()
    app.switch_page("pages/3_Targets.py").run()
    (grid,) = [frame.value for frame in app.dataframe if "last" in frame.value.columns]
    assert grid["amount"].tolist() == [1000, 2000, 7777, 4000]


def test_a_discarded_draft_shows_what_is_saved() -> None:
    app = open_page()
    type_in_grid(app, TYPED, {2: {"amount": 7777}})
    click(app, "Discard them")
    (grid,) = [frame.value for frame in app.dataframe if "last" in frame.value.columns]
    assert grid["amount"].tolist() == [1000, 2000, 3000, 4000]
    assert drafts.find_draft(CRO, DRAFT) is None


def save_as_finance() -> None:
    entry = targets.find_target(FINANCE, "revenue")
    assert entry is not None
    renamed = entry.target.model_copy(update={"name": "Renamed by finance"})
    assert targets.save_target(FINANCE, renamed, entry.version).entry


def test_the_second_editor_is_told_and_may_keep_either() -> None:
    app = open_page()
    type_in_grid(app, TYPED, {2: {"amount": 7777}})
    save_as_finance()
    app.run()
    assert "Finance saved this target at 30 Jun 2026" in said(app)
    click(app, "Keep mine, to save over theirs")
    click(app, "Save the target")
    assert_sound(app)
    entry = targets.find_target(CRO, "revenue")
    assert entry is not None
    assert (entry.version, int(entry.target.years[0].amounts[2])) == (3, 7777)


def test_what_finance_saved_is_shown_when_mine_is_dropped() -> None:
    app = open_page()
    type_in_grid(app, TYPED, {2: {"amount": 7777}})
    save_as_finance()
    app.run()
    click(app, "Show theirs, drop mine")
    assert widget(app, "text_input", ":name").value == "Renamed by finance"


def test_without_changes_of_my_own_the_newest_version_is_shown() -> None:
    app = open_page()
    save_as_finance()
    app.run()
    assert widget(app, "text_input", ":name").value == "Renamed by finance"
    assert "while you were editing" not in said(app)


# ---------------------------------------------------------------- from leads to the shared target


def test_a_team_paid_on_leads_is_put_on_the_shared_target() -> None:
    app = open_page()
    click(app, "Put Marketing on the shared target")
    assert_sound(app)
    assert "Marketing now shares Company revenue." in said(app)
    entry = targets.find_target(CRO, "revenue")
    assert entry is not None
    assert targets.shares(entry.target, "marketing")
    assert "Put Marketing on the shared target" not in [button.label for button in app.button]


def test_with_a_draft_open_the_team_joins_the_draft() -> None:
    app = open_page()
    type_in_grid(app, TYPED, {2: {"amount": 7777}})
    click(app, "Put Marketing on the shared target")
    entry = targets.find_target(CRO, "revenue")
    assert entry is not None
    assert entry.version == 1
    click(app, "Save the target")
    entry = targets.find_target(CRO, "revenue")
    assert entry is not None
    assert targets.shares(entry.target, "marketing")
    assert int(entry.target.years[0].amounts[2]) == 7777


def test_a_team_leaves_the_shared_target_on_a_day_and_joins_again() -> None:
    app = open_page()
    key = widget(app, "button_group", ":shared").key.removesuffix("shared") + "when:sales:0:to"
    widget(app, "date_input", key).set_value(date(2027, 1, 1)).run()
    assert_sound(app)
    click(app, "Save the target")
    assert "Sales leaves it on Jan 1, 2027." in said(app)
    click(app, "Sales joins again")
    widget(app, "date_input", "when:sales:1:from").set_value(date(2027, 4, 1)).run()
    click(app, "Save the target")
    assert_sound(app)
    entry = targets.find_target(CRO, "revenue")
    assert entry is not None
    times = [(each.from_, each.to) for each in entry.target.shared_with if each.team == "sales"]
    assert times == [(None, date(2027, 1, 1)), (date(2027, 4, 1), None)]


# ---------------------------------------------------------------- the picture


def test_the_chart_leaves_out_what_has_not_begun() -> None:
    from revplan.service.target_amounts import year_periods

    periods = year_periods(workspace.current().book(), 2026, "quarter")
    figure = target_charts.target_by_period(
        periods, (0,) * 4, (100, 200, 300, 400), (90, None, None, None), "money", "USD", 2
    )
    assert [trace.name for trace in figure.data] == ["Target", "Reached so far"]
    assert list(figure.data[1].y) == [0.9, None, None, None]
    assert figure.data[0].customdata[0] == "Q1 2026, Target: $1.00"

"""The Close page for every role: what it says, what can be done, and what comes of it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from revplan.access import Viewer
from revplan.model.tables import TABLES
from revplan.service import close_actions as act
from revplan.service import export_close, workspace
from revplan.service.closes import closing
from revplan.service.workspace import Workspace
from tests.service.small_book import SALES_PLAN, open_empty, open_small, opportunities, payees
from tests.service.test_closes import CRO, FINANCE, LEAD, late_deal, let_count, lock_through, shown

APP = Path(__file__).parents[2] / "app.py"


@pytest.fixture(autouse=True)
def small(tmp_path: Path) -> Iterator[Workspace]:
    yield open_small(tmp_path)
    workspace.reset()


def open_page(role: str = "finance", through: str = "", **session: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state["role"] = role
    app.session_state["filter_plans"] = app.session_state["kept_plans"] = "shared"
    for name, value in session.items():
        app.session_state[name] = value
    app.run()
    if through:
        app.query_params["through"] = through
    app.switch_page("pages/8_Close.py").run()
    assert_sound(app)
    return app


def assert_sound(app: AppTest) -> None:
    assert not app.exception
    assert not [error.value for error in app.error]


def said(app: AppTest) -> str:
    shown = [*app.subheader, *app.markdown, *app.caption, *app.info, *app.success, *app.warning, *app.error]
    return "\n".join(each.value for each in shown).replace("\\", "")


def opens_with(app: AppTest) -> str:
    return app.subheader[0].value.replace("\\", "")


def click(app: AppTest, label: str) -> AppTest:
    (button,) = [each for each in app.button if each.label == label]
    return button.click().run()


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button if (button.key or "").startswith("close_do_")]


def test_the_page_opens_with_what_closing_pays() -> None:
    app = open_page()
    assert opens_with(app) == (
        "Jan 2025 to Jun 2026 is open: closing it pays 3 people $36.7K. Submit it to be approved."
    )
    assert labels(app) == ["Submit"]


def test_a_period_goes_from_submitted_to_paid_and_each_step_is_said() -> None:
    app = open_page("finance", "2026-03")
    click(app, "Submit")
    assert_sound(app)
    assert "Jan 2025 to Mar 2026 is submitted." in said(app)
    assert labels(app) == ["Send it back"]
    app = open_page("cro", "2026-03")
    click(app, "Approve it")
    assert opens_with(app).startswith("Jan 2025 to Mar 2026 is approved: 3 people, $")
    assert labels(app) == ["Lock it for good", "Send it back"]
    click(app, "Lock it for good")
    assert "Jan 2025 to Mar 2026 is locked." in said(app)
    app = open_page("finance", "2026-03")
    click(app, "It is paid")
    assert opens_with(app).startswith("Jan 2025 to Mar 2026 was paid: 3 people, $")
    assert labels(app) == []
    steps = app.dataframe[-1].value
    assert list(steps["Step"]) == ["Submitted for approval", "Approved", "Locked", "Paid"]


def test_the_open_months_may_be_closed_up_to_any_of_them() -> None:
    app = open_page()
    box = next(box for box in app.main.selectbox if box.label == "Period")
    assert box.options[0] == "Jan 2025 to Jun 2026"
    assert "2025" in box.options
    box.set_value("2025-12").run()
    assert opens_with(app).startswith("2025 is open")


def test_sending_back_without_a_reason_is_refused_in_a_sentence() -> None:
    act.submit(FINANCE, shown())
    app = click(open_page("cro"), "Send it back")
    assert "Say why in a few words." in app.error[0].value.replace("\\", "")
    app.text_input(key="close_noteback").set_value("P1 is wrong").run()
    click(app, "Send it back")
    assert "Finance" not in opens_with(app)
    assert "sent this back: P1 is wrong" in said(app)


def test_the_second_of_two_is_told_who_was_first() -> None:
    act.submit(FINANCE, shown())
    app = open_page("cro")
    act.send_back(FINANCE, shown(), "mine")
    click(app, "Approve it")
    assert "Finance was first" in app.error[0].value.replace("\\", "")


def test_data_that_came_after_submission_are_shown_person_by_person(small: Workspace) -> None:
    act.submit(FINANCE, shown(FINANCE, "2026-03"))
    late_deal(small)
    app = open_page("cro")
    people = next(frame.value for frame in app.dataframe if "Change" in frame.value)
    assert [float(value) > 0 for value in people["Change"]] == [True, False, False]
    assert "the difference becomes a true-up in the next open month" in said(app)


def test_a_late_deal_is_a_true_up_with_its_cause_to_the_deal(small: Workspace) -> None:
    lock_through("2026-03")
    late_deal(small)
    app = open_page("finance")
    frame = next(frame for frame in app.dataframe if "Closed period" in frame.value)
    assert list(frame.value["Why"]) == ["What counts in the closed period has changed."]
    assert (list(frame.value["Closed period"]), list(frame.value["Paid with"])) == (["Q1 2026"], ["Apr 2026"])


def test_a_lead_reviews_the_own_team_and_sees_no_other() -> None:
    app = open_page("lead", team="sales")
    assert labels(app) == []
    act.submit(FINANCE, shown())
    app = open_page("lead", team="sales")
    assert opens_with(app).startswith("Jan 2025 to Jun 2026 is submitted: $36.7K for 3 people of your team.")
    click(app, "They are right")
    assert "is reviewed for your team" in said(app)
    assert "agrees" in said(open_page("cro"))
    other = open_page("lead", team="marketing")
    assert "0 people" in opens_with(other)


def test_a_payee_sees_only_how_far_the_period_is() -> None:
    app = open_page("payee", payee="P1")
    assert opens_with(app) == "Nothing has been closed yet, so what you earned can still change."
    act.submit(FINANCE, shown(FINANCE, "2026-03"))
    app = open_page("payee", payee="P1")
    assert opens_with(app) == "Jan 2025 to Mar 2026 is submitted; what it pays is being checked."
    assert (list(app.dataframe), labels(app)) == ([], [])
    assert "$" not in said(app)


def test_errors_stand_in_the_way_and_the_button_says_so(small: Workspace) -> None:

    deals = opportunities()
    let_count(small, pa.concat_tables([deals, deals.slice(0, 1)]))
    assert "What stands in the way" in said(open_page())


def test_an_empty_company_has_no_pay_to_close(tmp_path: Path) -> None:
    open_empty(tmp_path / "empty")
    app = AppTest.from_file(APP, default_timeout=60)
    app.run().switch_page("pages/8_Close.py").run()
    assert "There are no plans yet" in said(app)


def test_the_pay_file_holds_exactly_what_was_locked() -> None:
    lock_through("2026-03")
    figures = shown(FINANCE, "2026-03").figures
    assert figures is not None
    text = export_close.pay_file(FINANCE, "shared", "2026-03").decode()
    rows = [line.split(",") for line in text.splitlines()]
    assert rows[0] == ["payee", "payee_name", "team", "from", "to", "amount", "currency", "paid_on"]
    assert rows[1][:5] == ["P1", "Person P1", "Sales", "2025-01-01", "2026-03-31"]
    assert sum(round(float(row[5]) * 100) for row in rows[1:]) == figures.total
    assert export_close.locked_workbook(CRO, "shared", "2026-03").startswith(b"PK")
    assert export_close.locked_workbook(LEAD, "shared", "2026-03").startswith(b"PK")
    with pytest.raises(KeyError):
        export_close.pay_file(FINANCE, "shared", "2026-06")


def test_the_pay_file_has_each_persons_pay_in_the_currency_that_it_is_paid_in(tmp_path: Path) -> None:
    people = payees().to_pylist()
    yen = [row | ({"currency": "JPY"} if row["payee_id"] == "P1" else {}) for row in people]
    rates = [
        {"name": "payroll", "from_currency": "USD", "to_currency": "JPY", "rate": 150_000_000_000},
        {"name": "plan", "from_currency": "JPY", "to_currency": "USD", "rate": 1_000_000_000},
    ]
    begun = [rate | {"starts_on": date(2025, 1, 1)} for rate in rates]
    open_small(
        tmp_path / "abroad",
        SALES_PLAN.replace("from = 2025-01-01", 'pay_rate = "payroll"\nfrom = 2025-01-01'),
        payees=pa.Table.from_pylist(yen, TABLES["payees"].schema),
        fx_rates=pa.Table.from_pylist(begun, TABLES["fx_rates"].schema),
    )
    lock_through("2026-03")
    figures = shown(FINANCE, "2026-03").figures
    assert figures is not None
    here = {row["payee_id"]: row["pay"] for row in figures.people.to_pylist()}
    rows = [
        line.split(",") for line in export_close.pay_file(FINANCE, "shared", "2026-03").decode().splitlines()
    ]
    paid = {row[0]: row[5:7] for row in rows[1:]}
    assert paid["P1"] == [str(here["P1"] * 150 // 100), "JPY"]
    assert paid["P2"] == [f"{here['P2'] // 100}.{here['P2'] % 100:02d}", "USD"]


def test_the_close_of_another_plan_set_is_its_own() -> None:
    lock_through("2026-03")
    assert closing(Viewer("cro"), "volume").stretches[0].state == "open"

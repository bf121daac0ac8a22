"""Measures of the company's own are made, changed, used and taken away on the Data page, without text."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from revplan.access import Viewer
from revplan.model.book import CustomMeasure
from revplan.service import own_measures, workspace
from tests.service.small_book import open_small
from tests.ui.test_plans_page import button, open_page, said, widget

APP = Path(__file__).parents[2] / "app.py"
CRO = Viewer("cro")


@pytest.fixture(autouse=True)
def _small(tmp_path: Path) -> Iterator[None]:
    open_small(tmp_path)
    yield
    workspace.reset()


def data_page() -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120).run()
    app.switch_page("pages/2_Data.py").run()
    assert not app.exception
    return app


def only_measure() -> CustomMeasure:
    (found,) = own_measures.own_measures(CRO)
    return found


def made_big_deals(app: AppTest) -> None:
    widget(app, "text_input", "own_measure:0:name").input("Big deals").run()
    button(app, "Add a condition").click().run()
    button(app, "Add a condition").click().run()
    widget(app, "selectbox", ":where:1:column").select("amount").run()
    widget(app, "selectbox", ":where:1:is:money").select(">=").run()
    widget(app, "number_input", ":where:1:amount:number").set_value(100.0).run()
    assert not app.exception


def test_a_measure_is_made_from_a_table_conditions_and_an_amount() -> None:
    app = data_page()
    made_big_deals(app)
    assert "Since Jan 1, 2026 it counts" in said(app)
    button(app, "Save the measure").click().run()
    assert not app.exception
    made = only_measure()
    assert (made.id, made.table, made.date, made.plus) == (
        "big_deals",
        "opportunities",
        "closed_on",
        ("amount",),
    )
    assert [(where.column, where.is_, str(where.value)) for where in made.where] == [
        ("outcome", "=", "won"),
        ("amount", ">=", "100"),
    ]


def test_it_is_opened_changed_and_removed() -> None:
    app = data_page()
    made_big_deals(app)
    button(app, "Save the measure").click().run()
    app.selectbox(key="own_measure_chosen").select("big_deals").run()
    assert not app.exception
    widget(app, "button_group", ":how").set_value("rows").run()
    remove: list[Any] = [each for each in app.button if (each.key or "").endswith(":where:1:remove")]
    remove[0].click().run()
    button(app, "Save the measure").click().run()
    assert not app.exception
    made = only_measure()
    assert (made.plus, [where.column for where in made.where]) == ((), ["outcome"])
    app.selectbox(key="own_measure_chosen").select("big_deals").run()
    button(app, "Remove this measure").click().run()
    assert own_measures.own_measures(CRO) == ()


def test_another_table_begins_with_its_own_day_and_amount() -> None:
    app = data_page()
    widget(app, "selectbox", ":table").select("contracts").run()
    assert not app.exception
    assert widget(app, "selectbox", ":date").value == "starts_on"
    widget(app, "text_input", ":name").input("Uplift").run()
    widget(app, "button_group", ":how").set_value("amount").run()
    widget(app, "multiselect", ":plus").select("arr").run()
    widget(app, "multiselect", ":minus").select("prior_arr").run()
    widget(app, "number_input", ":least:1").set_value(0.0).run()
    button(app, "Save the measure").click().run()
    made = only_measure()
    assert (made.plus, made.minus, str(made.at_least)) == (("arr",), ("prior_arr",), "0")


def test_what_is_counted_by_a_plan_cannot_be_removed() -> None:
    app = data_page()
    made_big_deals(app)
    button(app, "Save the measure").click().run()
    plans_page = open_page("shared", "sales_shared")
    widget(plans_page, "selectbox", ":0:measure").select("big_deals").run()
    widget(plans_page, "button_group", ":way").set_value("rate").run()
    button(plans_page, "Save as version 2").click().run()
    assert not plans_page.exception
    assert own_measures.used_by(CRO, "big_deals") == ("Sales",)
    with pytest.raises(ValueError, match="big_deals"):
        own_measures.remove(CRO, "big_deals")


def test_a_derived_measure_is_said_without_text_and_kept() -> None:
    """A column times a factor, the first of each account in a quarter, less the year before."""
    app = data_page()
    widget(app, "text_input", "own_measure:0:name").input("Derived").run()
    widget(app, "number_input", ":factor:amount").set_value(0.25).run()
    widget(app, "selectbox", ":first_of").select("account").run()
    widget(app, "selectbox", ":first_per").select("quarter").run()
    widget(app, "toggle", ":prior_year").set_value(True).run()
    assert not app.exception
    button(app, "Save the measure").click().run()
    made = only_measure()
    assert [(each.column, str(each.factor)) for each in made.factors] == [("amount", "0.25")]
    assert (made.first_of, made.first_per, made.less_prior_year) == ("account", "quarter", True)
    app.selectbox(key="own_measure_chosen").select("derived").run()
    widget(app, "number_input", ":factor:amount").set_value(1.0).run()
    widget(app, "selectbox", ":first_of").select("").run()
    widget(app, "toggle", ":prior_year").set_value(False).run()
    button(app, "Save the measure").click().run()
    assert not app.exception
    made = only_measure()
    assert (made.factors, made.first_of, made.first_per, made.less_prior_year) == ((), None, None, False)

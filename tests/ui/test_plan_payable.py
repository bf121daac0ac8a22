"""What deals pay on is said by the form: factors, keyed rates, another measure; kept, changed, taken away."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from revplan.model.deals import PaysOn
from revplan.model.plan import Component, Keyed, Marginal
from revplan.service import workspace
from tests.service.small_book import open_small
from tests.ui.test_plan_mechanics import PLAN, labels, sales, save
from tests.ui.test_plans_page import newest, said, widget


@pytest.fixture(autouse=True)
def _small(tmp_path: Path) -> Iterator[None]:
    open_small(tmp_path)
    yield
    workspace.reset()


def edit(app: AppTest, ending: str, **changes: Any) -> None:
    """Type into the grid whose key ends so, as the browser says it."""
    beside = ending.rpartition(":")[0] + ":otherwise"
    key = widget(app, "number_input", beside).key.removesuffix(beside) + ending
    app.session_state[key] = {"edited_rows": {}, "added_rows": [], "deleted_rows": []} | changes
    app.run()
    assert not app.exception


def component() -> Component:
    return newest(PLAN).components[0]


def test_deals_pay_on_factors_by_what_they_are() -> None:
    app = sales()
    added = [
        {"factor": 175.0, "min_term_months": 36.0, "products": ["Suite", "Base"]},
        {"factor": 50.0, "kinds": ["renewal"], "max_discount": 12.5, "from": "2026-03-01"},
    ]
    edit(app, ":pays_on:factors", added_rows=added)
    widget(app, "number_input", ":pays_on:otherwise").set_value(90.0).run()
    assert "What deals pay on · 3" in labels(app)
    save(app, 2)
    pays_on = component().pays_on
    one, two = pays_on.factors
    assert (one.factor, one.min_term_months, one.products) == (Decimal("1.75"), 36, ("Suite", "Base"))
    assert (two.factor, two.kinds, two.max_discount) == (Decimal("0.5"), ("renewal",), Decimal("0.125"))
    assert str(two.from_) == "2026-03-01"
    assert pays_on.otherwise == Decimal("0.9")


def test_factors_are_changed_and_taken_away_again() -> None:
    app = sales()
    edit(app, ":pays_on:factors", added_rows=[{"factor": 175.0, "min_term_months": 36.0}])
    save(app, 2)
    edit(app, ":pays_on:factors", edited_rows={0: {"factor": 150.0, "min_term_months": 24.0}})
    save(app, 3)
    (factor,) = component().pays_on.factors
    assert (factor.factor, factor.min_term_months) == (Decimal("1.5"), 24)
    edit(app, ":pays_on:factors", deleted_rows=[0])
    save(app, 4)
    assert component().pays_on == PaysOn()


def by_rate() -> AppTest:
    app = sales()
    widget(app, "button_group", ":way").set_value("rate").run()
    widget(app, "selectbox", ":table:kind").select("keyed").run()
    assert not app.exception
    return app


def test_each_deal_has_a_rate_by_what_it_is() -> None:
    app = by_rate()
    edit(app, ":table:rates", added_rows=[{"rate": 8.0, "products": ["Suite"], "min_term_months": 36.0}])
    widget(app, "number_input", ":table:otherwise").set_value(2.0).run()
    save(app, 2)
    table = component().table
    assert isinstance(table, Keyed)
    assert [(str(rate.rate), rate.products, rate.min_term_months) for rate in table.rates] == [
        ("0.08", ("Suite",), 36)
    ]
    assert table.otherwise == Decimal("0.02")
    widget(app, "selectbox", ":table:kind").select("marginal").run()
    save(app, 3)
    assert isinstance(component().table, Marginal)


def test_factors_make_room_for_rates_by_what_deals_are() -> None:
    app = sales()
    edit(app, ":pays_on:factors", added_rows=[{"factor": 175.0, "min_term_months": 36.0}])
    widget(app, "button_group", ":way").set_value("rate").run()
    widget(app, "selectbox", ":table:kind").select("keyed").run()
    assert "What a deal pays goes by what it is, so there is no one curve of it." in said(app)
    save(app, 2)
    assert component().pays_on == PaysOn()


def test_a_share_of_incentive_takes_the_place_of_keyed_rates() -> None:
    app = by_rate()
    save(app, 2)
    widget(app, "button_group", ":way").set_value("incentive").run()
    assert not app.exception
    save(app, 3)
    assert component().table.kind == "marginal"


def test_deals_count_by_one_measure_and_pay_on_another_of_the_same_table() -> None:
    app = by_rate()
    box = widget(app, "selectbox", ":pays_on:measure")
    assert "contracted_arr" not in box.options
    box.select("sourced_revenue").run()
    assert "What deals pay on · Revenue sourced by marketing" in labels(app)
    save(app, 2)
    assert component().pays_on.measure == "sourced_revenue"
    widget(app, "selectbox", ":pays_on:measure").select("").run()
    save(app, 3)
    assert component().pays_on == PaysOn()

"""Every mechanic of a plan is said by the form: added, kept over a save, changed and taken away again."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from revplan.model.plan import Linear, PaysPool, Steps
from revplan.service import workspace
from tests.service.small_book import open_small
from tests.ui.test_plans_page import button, newest, open_page, said, widget

PLAN = "sales_shared"


@pytest.fixture(autouse=True)
def _small(tmp_path: Path) -> Iterator[None]:
    open_small(tmp_path)
    yield
    workspace.reset()


def sales() -> AppTest:
    return open_page("shared", PLAN)


def save(app: AppTest, version: int) -> None:
    button(app, f"Save as version {version}").click().run()
    assert not app.exception
    assert newest(PLAN).version == version


def labels(app: AppTest) -> list[str]:
    return [each.label.replace("\\", "") for each in app.expander]


def test_limits_of_one_person_and_a_budget_are_kept_and_taken_away() -> None:
    app = sales()
    button(app, "Limit what one person is paid").click().run()
    widget(app, "number_input", ":limits:payee:0:amount").set_value(50_000.0).run()
    widget(app, "number_input", ":limits:budget:amount").set_value(400_000.0).run()
    assert "Limits on pay and budget · 2" in labels(app)
    save(app, 2)
    plan = newest(PLAN)
    assert (plan.payee_limits[0].amount, plan.payee_limits[0].of_incentive) == (Decimal(50_000), Decimal(2))
    assert plan.budget is not None
    button(app, "Remove").click().run()
    assert "Limits on pay and budget · 1" in labels(app)
    save(app, 3)
    assert newest(PLAN).payee_limits == ()


def test_a_pool_is_shared_by_a_claim_that_says_who_is_credited() -> None:
    app = sales()
    widget(app, "button_group", ":way").set_value("pool").run()
    assert widget(app, "button_group", ":0:scope").value == "team"
    widget(app, "selectbox", ":pool:by:by").select("measure").run()
    widget(app, "selectbox", ":pool:claim:credit").select("owner").run()
    assert not app.exception
    save(app, 2)
    pays = newest(PLAN).components[0].pays
    assert isinstance(pays, PaysPool)
    assert pays.claim is not None
    assert (pays.claim.measure, pays.claim.credit.rule) == ("won_revenue", "owner")


def test_another_table_is_read_while_a_condition_holds_and_is_of_a_kind_of_its_own() -> None:
    app = sales()
    button(app, "Add a table with a condition").click().run()
    assert "Other tables while conditions hold · 1" in labels(app)
    widget(app, "selectbox", ":when:0:table:kind").select("steps").run()
    widget(app, "selectbox", ":when:0:table:steps:edge").select("lower").run()
    assert not app.exception
    save(app, 2)
    (other,) = newest(PLAN).components[0].when
    assert isinstance(other.table, Steps)
    assert other.table.edge == "lower"
    button(app, "Remove").click().run()
    save(app, 3)
    assert newest(PLAN).components[0].when == ()


def test_a_table_that_an_earlier_one_hides_is_pointed_out() -> None:
    app = sales()
    button(app, "Add a table with a condition").click().run()
    button(app, "Add a table with a condition").click().run()
    hidden = "Table 2 with a condition is never read"
    assert hidden in said(app)
    (at,) = [each for each in app.number_input if ":when:0:0:at_least" in (each.key or "")]
    at.set_value(95.0).run()
    assert hidden not in said(app)


def test_the_terms_of_rates_by_what_a_deal_is_stand_beside_the_form() -> None:
    app = sales()
    widget(app, "button_group", ":way").set_value("rate").run()
    widget(app, "selectbox", ":table:kind").select("keyed").run()
    assert "Counts Won revenue" in said(app)


def test_a_condition_counts_over_a_period_of_its_own_and_says_who_is_credited() -> None:
    app = sales()
    button(app, "Add a condition").click().run()
    widget(app, "selectbox", ":gate:0:0:per").select("year").run()
    widget(app, "button_group", ":gate:0:0:scope").set_value("own").run()
    widget(app, "selectbox", ":gate:0:0:credit").select("owner").run()
    assert not app.exception
    assert "Conditions to be paid at all · 1" in labels(app)
    save(app, 2)
    (condition,) = newest(PLAN).components[0].conditions
    assert (condition.per, condition.credit.rule) == ("year", "owner")


def test_a_condition_is_linked_to_another_component_over_the_year() -> None:
    app = sales()
    widget(app, "menu_button", ":add").set_value("meetings").run()
    button(app, "Add a condition").click().run()
    widget(app, "selectbox", ":gate:0:0:link").select("revenue").run()
    widget(app, "selectbox", ":gate:0:0:per").select("year").run()
    assert not app.exception
    save(app, 2)
    (condition,) = newest(PLAN).components[1].conditions
    assert (condition.component, condition.per) == ("revenue", "year")


def test_a_condition_asks_for_what_another_component_pays_before_that_is_saved() -> None:
    app = sales()
    widget(app, "menu_button", ":add").set_value("meetings").run()
    button(app, "Add a condition").click().run()
    widget(app, "selectbox", ":gate:0:0:measure").select("payouts:sales_shared/revenue").run()
    widget(app, "number_input", ":gate:0:0:at_least:1").set_value(5_000.0).run()
    assert not app.exception
    assert "Pays only if Pay from Sales" in said(app)
    save(app, 2)
    (condition,) = newest(PLAN).components[1].conditions
    assert (condition.measure, condition.at_least) == ("payouts:sales_shared/revenue", Decimal(5_000))


def test_a_multiplier_has_ends_and_a_period_of_its_own() -> None:
    app = sales()
    widget(app, "toggle", ":multiplier:on").set_value(True).run()
    widget(app, "selectbox", ":multiplier:per").select("year").run()
    widget(app, "selectbox", ":linear:after_last").select("flat").run()
    assert not app.exception
    assert "Multiplier by another measure · Net revenue retention" in labels(app)
    save(app, 2)
    multiplier = newest(PLAN).components[0].multiplier
    assert multiplier is not None
    assert isinstance(multiplier.table, Linear)
    assert (multiplier.per, multiplier.table.after_last) == ("year", "flat")
    widget(app, "toggle", ":multiplier:on").set_value(False).run()
    save(app, 3)
    assert newest(PLAN).components[0].multiplier is None


def test_a_ramp_and_what_a_leave_does_are_kept() -> None:
    app = sales()
    widget(app, "number_input", ":ramp:months").set_value(3).run()
    widget(app, "number_input", ":ramp:share:0").set_value(10.0).run()
    widget(app, "selectbox", ":prorate").select("months").run()
    widget(app, "toggle", ":leave:credit").set_value(False).run()
    assert "Joining, leaving, leave · ramp of 3 months" in labels(app)
    save(app, 2)
    plan = newest(PLAN)
    assert plan.ramp is not None
    assert plan.ramp.quota[0] == Decimal("0.1")
    assert (plan.prorate, plan.leave.credit_counts) == ("months", False)


def test_a_month_that_is_added_to_a_ramp_begins_no_lower_than_the_last() -> None:
    app = sales()
    widget(app, "number_input", ":ramp:months").set_value(2).run()
    widget(app, "number_input", ":ramp:share:1").set_value(60.0).run()
    save(app, 2)
    app = sales()
    widget(app, "number_input", ":ramp:months").set_value(4).run()
    save(app, 3)
    plan = newest(PLAN)
    assert plan.ramp is not None
    assert plan.ramp.quota == tuple(map(Decimal, ("0", "0.6", "0.6", "0.75")))


def test_a_kicker_begins_with_deals_that_there_are() -> None:
    app = sales()
    widget(app, "menu_button", ":add").set_value("kicker").run()
    save(app, 2)
    only = newest(PLAN).components[-1].deals.only
    assert only is not None
    assert only.min_term_months is None
    assert only.min_amount is not None


def test_the_label_of_a_part_follows_what_is_set_in_it() -> None:
    app = sales()
    widget(app, "selectbox", ":release:way").select("at_risk").run()
    assert "Release of pay, cancelled deals · At once, at risk until a deadline" in labels(app)
    widget(app, "number_input", ":only:term").set_value(12).run()
    assert "Which deals count, and for how much · 1" in labels(app)


def test_pay_on_what_others_are_paid_is_chosen_by_the_plans_own_words() -> None:
    app = sales()
    measure = widget(app, "selectbox", ":0:measure")
    assert any("pay from" in option.lower() for option in measure.options)
    measure.select("payouts:marketing_today").run()
    assert not app.exception
    assert "Marketing" in said(app)

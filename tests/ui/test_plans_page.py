"""The Plans page, driven: switch a team to the shared target, edit a table, break a text, copy a set."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from revplan.access import Viewer
from revplan.model.plan import Marginal, PaysIncentive, Plan
from revplan.service import drafts, plan_sets, plans, targets, workspace
from revplan.store.records import Stale
from tests.service.small_book import open_small

APP = Path(__file__).parents[2] / "app.py"
CRO, FINANCE = Viewer("cro"), Viewer("finance")


@pytest.fixture(autouse=True)
def _small(tmp_path: Path) -> Iterator[None]:
    open_small(tmp_path)
    yield
    workspace.reset()


def open_page(plan_set: str = "volume", plan: str = "marketing_today", **session: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120)
    for name, value in session.items():
        app.session_state[name] = value
    app.run()
    app.switch_page("pages/4_Plans.py")
    app.query_params["plans"], app.query_params["plan"] = plan_set, plan
    app.run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    shown = [*app.subheader, *app.markdown, *app.caption, *app.info, *app.success, *app.warning, *app.error]
    return "\n".join(each.value for each in shown).replace("\\", "")


def text_of(app: AppTest) -> str:
    """What stands in the plan as text."""
    return app.text_area[0].value or ""


def widget(app: AppTest, kind: str, ending: str) -> Any:
    (found,) = [each for each in getattr(app, kind) if (each.key or "").endswith(ending)]
    return found


def button(app: AppTest, label: str) -> Any:
    (found,) = [each for each in app.button if each.label == label]
    return found


def newest(plan_id: str) -> Plan:
    entry = plans.find_plan(CRO, plan_id)
    assert entry is not None
    return entry.plan


def share_with_marketing() -> None:
    version = next(each.version for each in targets.list_targets(CRO) if each.target.id == "revenue")
    targets.switch_team_to_shared(CRO, "marketing", "revenue", version)


# ---------------------------------------------------------------- reading


def test_the_page_opens_with_whom_the_plan_pays() -> None:
    app = open_page()
    assert app.subheader[0].value.replace("\\", "").startswith("Marketing today pays 2 people in Marketing")


def test_a_link_to_a_plan_of_another_set_opens_it() -> None:
    app = open_page(plan_set="shared", plan="marketing_today")
    assert app.selectbox(key="filter_plans").value == "volume"
    assert app.selectbox(key="filter_plan").value == "marketing_today"


@pytest.mark.parametrize("role", ["lead", "payee"])
def test_other_roles_do_not_open_the_editor(role: str) -> None:
    app = open_page(role=role)
    assert not app.text_input
    assert "other roles" in said(app)


def test_opening_a_plan_changes_nothing() -> None:
    app = open_page()
    assert button(app, "Save as version 2").disabled
    assert drafts.find_draft(CRO, "plan:marketing_today") is None


def test_the_plan_check_says_that_volume_is_paid() -> None:
    assert "is paid in Marketing, without a shared revenue target" in said(open_page())


# ---------------------------------------------------------------- changing


def test_a_team_is_switched_from_leads_to_the_shared_target_in_two_clicks() -> None:
    share_with_marketing()
    app = open_page()
    before = workspace.current().run("volume").lines["measure"].unique().to_pylist()
    button(app, "Pay it on the shared revenue target").click().run()
    assert not app.exception
    button(app, "Save as version 2").click().run()
    assert not app.exception
    plan = newest("marketing_today")
    assert (plan.version, plan.from_) == (2, date(2025, 1, 1))
    assert (plan.components[0].measure, plan.components[0].scope) == ("won_revenue", "shared")
    assert "is saved as version 2" in said(app)
    after = workspace.current().run("volume").lines["measure"].unique().to_pylist()
    assert "leads" in before
    assert "leads" not in after
    assert drafts.find_draft(CRO, "plan:marketing_today") is None


def test_a_team_that_does_not_share_the_target_cannot_be_switched_by_mistake() -> None:
    app = open_page()
    button(app, "Pay it on the shared revenue target").click().run()
    assert "Not among the teams that share Company revenue: Marketing." in said(app)
    assert button(app, "Save as version 2").disabled


def test_the_new_version_can_start_with_the_next_quarter() -> None:
    app = open_page("shared", "sales_shared")
    widget(app, "text_input", ":plan:name").input("Sales, renamed").run()
    widget(app, "radio", ":starts").set_value("next").run()
    button(app, "Save as version 2").click().run()
    assert not app.exception
    assert newest("sales_shared").from_ == date(2026, 7, 1)
    assert plans.find_plan(CRO, "sales_shared", 1) is not None


def test_marketing_is_credited_by_its_touches_with_anchors_of_its_own() -> None:
    app = open_page()
    widget(app, "selectbox", ":measure").select("won_revenue").run()
    widget(app, "selectbox", ":credit").select("w_shape").run()
    assert widget(app, "number_input", ":w_shape:lead").value == 30
    widget(app, "number_input", ":w_shape:lead").set_value(20.0).run()
    widget(app, "number_input", ":look_back").set_value(90).run()
    assert not app.exception
    assert "Lead created 20%" in said(app)
    button(app, "Save as version 2").click().run()
    credit = newest("marketing_today").components[0].credit
    assert (credit.rule, credit.look_back_days) == ("w_shape", 90)
    assert credit.shares == (Decimal("0.3"), Decimal("0.2"), Decimal("0.3"))


def test_a_rule_of_touches_takes_its_own_usual_anchors_when_it_is_changed() -> None:
    app = open_page()
    widget(app, "selectbox", ":measure").select("won_revenue").run()
    widget(app, "selectbox", ":credit").select("w_shape").run()
    widget(app, "number_input", ":w_shape:lead").set_value(20.0).run()
    widget(app, "selectbox", ":credit").select("time_decay").run()
    widget(app, "number_input", ":half_life").set_value(30).run()
    assert "half as much as one that is 30 days later" in said(app)
    widget(app, "selectbox", ":credit").select("full_path").run()
    assert not app.exception
    assert widget(app, "number_input", ":full_path:last").value == 22.5


def test_a_spiff_is_said_without_text() -> None:
    app = open_page("shared", "sales_shared")
    widget(app, "multiselect", ":only:kinds").select("new").run()
    widget(app, "number_input", ":only:term").set_value(36).run()
    widget(app, "date_input", ":only:from").set_value(date(2026, 3, 1)).run()
    widget(app, "number_input", ":at_most").set_value(3).run()
    assert not app.exception
    assert "Only these deals count: new business; a term of 36 months or more; from Mar 1, 2026 on." in said(
        app
    )
    button(app, "Save as version 2").click().run()
    deals = newest("sales_shared").components[0].deals
    assert (deals.only.kinds, deals.only.min_term_months, deals.at_most) == (("new",), 36, 3)
    assert deals.only.from_ == date(2026, 3, 1)


def test_the_grid_of_a_table_is_saved_exactly() -> None:
    app = open_page("shared", "sales_shared")
    widget(app, "selectbox", ":table:kind").select("marginal").run()
    assert not app.exception
    prefix = widget(app, "selectbox", ":table:kind").key.removesuffix(":kind")
    app.session_state[f"{prefix}:rows:marginal"] = {
        "edited_rows": {1: {"x": 100.0, "y": 1.333}},
        "added_rows": [],
        "deleted_rows": [],
    }
    app.run()
    button(app, "Save as version 2").click().run()
    table = newest("sales_shared").components[0].table
    assert isinstance(table, Marginal)
    assert [(str(tier.from_), str(tier.rate)) for tier in table.tiers] == [("0", "1"), ("1", "1.333")]


def test_a_number_not_filled_in_is_named_and_nothing_else_is_lost() -> None:
    app = open_page("shared", "sales_shared")
    widget(app, "text_input", ":plan:name").input("Kept").run()
    button(app, "Add a draw").click().run()
    widget(app, "number_input", ":draw:0:amount").set_value(None).run()
    assert not app.exception
    assert "needs an amount or a share of target incentive" in said(app)
    assert button(app, "Save as version 2").disabled
    widget(app, "number_input", ":draw:0:amount").set_value(2_000.0).run()
    assert not button(app, "Save as version 2").disabled
    assert widget(app, "text_input", ":plan:name").value == "Kept"


def test_weights_that_do_not_add_up_keep_the_plan_from_being_saved() -> None:
    app = open_page("shared", "sales_shared")
    widget(app, "number_input", ":weight").set_value(90.0).run()
    assert "add up to 90%" in said(app)
    assert button(app, "Save as version 2").disabled


def test_a_refresh_loses_nothing() -> None:
    app = open_page("shared", "sales_shared")
    widget(app, "number_input", ":weight").set_value(90.0).run()
    again = open_page("shared", "sales_shared")
    assert widget(again, "number_input", ":weight").value == 90.0
    assert "kept as a draft" in said(again)
    button(again, "Discard them").click().run()
    assert widget(again, "number_input", ":weight").value == 100.0
    assert drafts.find_draft(CRO, "plan:sales_shared") is None


def test_a_component_is_added_and_removed() -> None:
    app = open_page("shared", "sales_shared")
    widget(app, "menu_button", ":add").set_value("meetings").run()
    assert not app.exception
    assert widget(app, "selectbox", ":measure").value == "meetings"
    button(app, "Save as version 2").click().run()
    assert [part.id for part in newest("sales_shared").components] == ["revenue", "meetings"]
    widget(app, "button_group", ":component").set_value(1).run()
    button(app, "Remove this component").click().run()
    button(app, "Save as version 3").click().run()
    assert [part.id for part in newest("sales_shared").components] == ["revenue"]


def test_a_condition_is_added_and_taken_away() -> None:
    app = open_page("shared", "sales_shared")
    button(app, "Add a condition").click().run()
    assert not app.exception
    assert "Pays only if" in said(app)
    button(app, "Save as version 2").click().run()
    assert len(newest("sales_shared").components[0].gates) == 1
    button(app, "Remove").click().run()
    button(app, "Save as version 3").click().run()
    assert newest("sales_shared").components[0].gates == ()


def test_a_multiplier_and_a_cap_are_saved() -> None:
    app = open_page("shared", "sales_shared")
    widget(app, "toggle", ":multiplier:on").set_value(True).run()
    widget(app, "number_input", ":cap:of_incentive").set_value(150.0).run()
    assert not app.exception
    button(app, "Save as version 2").click().run()
    part = newest("sales_shared").components[0]
    assert part.multiplier is not None
    assert part.cap is not None
    assert str(part.cap.of_incentive) == "1.5"


# ---------------------------------------------------------------- as text


def as_text(app: AppTest) -> AppTest:
    widget(app, "button_group", ":mode").set_value("text").run()
    assert not app.exception
    return app


def test_the_text_is_the_plan_and_saves_it() -> None:
    app = as_text(open_page("shared", "sales_shared"))
    assert 'name = "Sales"' in text_of(app)
    ours = "# our own words\n" + text_of(app).replace('name = "Sales"', 'name = "Sales team"', 1)
    app.text_area[0].input(ours).run()
    button(app, "Save as version 2").click().run()
    assert not app.exception
    entry = plans.find_plan(CRO, "sales_shared")
    assert entry is not None
    assert entry.plan.name == "Sales team"


def test_a_broken_text_is_kept_and_each_problem_named_with_its_line() -> None:
    app = as_text(open_page("shared", "sales_shared"))
    broken = text_of(app).replace("measure =", "mesure =").replace("weight = 1", 'weight = "lots"')
    app.text_area[0].input(broken).run()
    text = said(app)
    assert "Did you mean measure?" in text
    assert "“lots” is not a number" in text
    assert "line " in text
    assert button(app, "Save as version 2").disabled
    again = open_page("shared", "sales_shared")
    assert again.text_area[0].value == broken


def test_what_the_text_says_the_form_shows() -> None:
    app = as_text(open_page("shared", "sales_shared"))
    app.text_area[0].input(text_of(app).replace('name = "Sales"', 'name = "From the text"', 1)).run()
    widget(app, "button_group", ":mode").set_value("form").run()
    assert widget(app, "text_input", ":plan:name").value == "From the text"


def test_after_an_edit_in_the_form_the_text_follows() -> None:
    app = as_text(open_page("shared", "sales_shared"))
    app.text_area[0].input(text_of(app).replace('name = "Sales"', 'name = "From the text"', 1)).run()
    widget(app, "button_group", ":mode").set_value("form").run()
    widget(app, "text_input", ":plan:name").input("From the form").run()
    app = as_text(app)
    assert 'name = "From the form"' in text_of(app)


# ---------------------------------------------------------------- somebody else


def test_the_second_of_two_editors_is_told_and_loses_nothing() -> None:
    app = open_page("shared", "sales_shared")
    widget(app, "number_input", ":weight").set_value(100.0).run()
    widget(app, "text_input", ":plan:name").input("Mine").run()
    entry = plans.find_plan(FINANCE, "sales_shared")
    assert entry is not None
    theirs = entry.plan.model_copy(update={"name": "Theirs"})
    plans.save_plan(FINANCE, theirs, entry)
    button(app, "Save as version 2").click().run()
    assert not app.exception
    assert "Finance saved this plan" in said(app)
    assert newest("sales_shared").name == "Theirs"
    assert widget(app, "text_input", ":plan:name").value == "Mine"
    app.run()
    button(app, "Keep mine, to save over theirs").click().run()
    button(app, "Save as version 3").click().run()
    assert not app.exception
    assert [each.plan.name for each in plans.plan_versions(CRO, "sales_shared")] == [
        "Mine",
        "Theirs",
        "Sales",
    ]


# ---------------------------------------------------------------- new plans and sets


def test_a_set_is_copied_and_opened() -> None:
    app = open_page()
    app.text_input(key="copy_set_name").input("trial").run()
    button(app, "Copy the whole set").click().run()
    assert not app.exception
    assert app.selectbox(key="filter_plans").value == "trial"
    assert "2 plans were copied" in said(app)
    assert len(plans.list_plans(CRO, "trial")) == 2


def test_a_set_without_a_name_of_its_own_is_refused_in_words() -> None:
    app = open_page()
    app.text_input(key="copy_set_name").input("volume").run()
    button(app, "Copy the whole set").click().run()
    assert not app.exception
    assert "A set needs a name of its own" in said(app)


def test_a_set_is_called_by_another_name_on_every_page() -> None:
    app = open_page()
    app.text_input(key="rename_set_Today's plans (volume)").input("Plans of 2026").run()
    button(app, "Rename the set").click().run()
    assert not app.exception
    assert "The set is called Plans of 2026 now." in said(app)
    assert "Plans of 2026" in app.selectbox(key="filter_plans").options
    button(app, "Retire the whole set").click().run()
    assert "is also part of: Shared revenue plans" in said(app)


def test_a_plan_without_a_name_says_why_it_cannot_be_saved() -> None:
    app = open_page()
    widget(app, "text_input", ":plan:name").input(" ").run()
    widget(app, "text_input", ":0:name").input("").run()
    assert "The plan has no name." in said(app)
    assert "A component has no name." in said(app)


def test_a_new_plan_is_made_and_opened() -> None:
    app = open_page()
    app.text_input(key="new_plan_name").input("Sales team bonus").run()
    app.selectbox(key="new_plan_team").select("sales").run()
    button(app, "Create the plan").click().run()
    assert not app.exception
    assert "is there" in said(app)
    assert app.selectbox(key="filter_plan").value == "sales-team-bonus"
    part = newest("sales-team-bonus").components[0]
    assert isinstance(part.pays, PaysIncentive)
    assert part.scope == "shared"


def test_an_empty_company_is_told_where_to_begin(tmp_path: Path) -> None:
    from tests.service.small_book import open_empty

    workspace.reset()
    open_empty(tmp_path / "empty")
    app = AppTest.from_file(APP, default_timeout=120).run()
    app.switch_page("pages/4_Plans.py").run()
    assert not app.exception
    assert "There is no plan yet" in said(app)


# ---------------------------------------------------------------- after the lines


def test_a_draw_and_a_clawback_are_added_and_removed() -> None:
    app = open_page()
    button(app, "Add a draw").click().run()
    button(app, "Add a clawback").click().run()
    widget(app, "selectbox", ":draw:0:kind").set_value("guarantee").run()
    widget(app, "number_input", ":draw:0:amount").set_value(1500.0).run()
    assert not app.exception
    assert "A guarantee: the months together pay at least $1,500 each" in said(app)
    button(app, "Remove this clawback").click().run()
    widget(app, "selectbox", ":below:way").set_value("deduct").run()
    kept = drafts.find_draft(CRO, "plan:marketing_today")
    assert kept is not None
    assert kept["document"]["draw"] == [
        {"id": "draw", "kind": "guarantee", "amount": "1500", "prorate": "days"}
    ]
    assert kept["document"]["clawback"] == []
    assert kept["document"]["below_zero"] == {"way": "deduct"}


def test_the_pay_of_a_component_is_released_in_instalments() -> None:
    app = open_page()
    widget(app, "selectbox", ":release:way").set_value("schedule").run()
    assert not app.exception
    assert "Paid in instalments: 50% at once; 50% after 12 months." in said(app)


# ---------------------------------------------------------------- the end of a plan


def test_a_new_plan_starts_with_the_template_that_is_chosen() -> None:
    app = open_page()
    app.text_input(key="new_plan_name").input("Meetings").run()
    app.selectbox(key="new_plan_team").select("marketing").run()
    app.selectbox(key="new_plan_template").select("meetings").run()
    button(app, "Create the plan").click().run()
    assert not app.exception
    assert newest("meetings").components[0].measure == "meetings"


def test_a_plan_is_retired_from_a_day_on() -> None:
    app = open_page("shared", "sales_shared")
    app.date_input(key="retire_plan_on").set_value(date(2026, 10, 1)).run()
    button(app, "Retire it").click().run()
    assert not app.exception
    assert "from then on it covers nobody" in said(app)
    plan = newest("sales_shared")
    assert (plan.version, plan.from_, plan.to) == (2, date(2025, 1, 1), date(2026, 10, 1))


def test_a_plan_that_somebody_saved_meanwhile_is_not_retired(monkeypatch: pytest.MonkeyPatch) -> None:
    def first(*_said: object) -> None:
        raise Stale("sales_shared", 1, 2)

    monkeypatch.setattr(plans, "retire_plan", first)
    monkeypatch.setattr(plan_sets, "retire_plan_set", first)
    for name in ("Retire it", "Retire the whole set"):
        app = open_page("shared", "sales_shared")
        button(app, name).click().run()
        assert not app.exception
        assert "Somebody else saved one of the plans meanwhile" in said(app)


def test_a_version_that_has_not_paid_is_removed() -> None:
    app = open_page("shared", "sales_shared")
    widget(app, "text_input", ":plan:name").input("Later").run()
    widget(app, "radio", ":starts").set_value("next").run()
    button(app, "Save as version 2").click().run()
    button(app, "Remove it for good").click().run()
    assert not app.exception
    assert "Version 2 of Later is removed" in said(app)
    assert newest("sales_shared").version == 1


def test_a_component_is_copied_under_an_id_of_its_own() -> None:
    app = open_page("shared", "sales_shared")
    button(app, "Copy this component").click().run()
    assert not app.exception
    kept = drafts.find_draft(CRO, "plan:sales_shared")
    assert kept is not None
    assert [part["id"] for part in kept["document"]["component"]] == ["revenue", "revenue-2"]


def test_a_way_of_paying_takes_the_numbers_along() -> None:
    """A pool begins with what everybody's incentive comes to, not with 1."""
    app = open_page("shared", "sales_shared")
    widget(app, "button_group", ":way").set_value("pool").run()
    assert not app.exception
    kept = drafts.find_draft(CRO, "plan:sales_shared")
    assert kept is not None
    table = kept["document"]["component"][0]["table"]
    assert float(table["points"][-1]["pays"]) >= 30_000


def test_what_stands_in_a_field_can_be_taken_out_again() -> None:
    app = open_page("shared", "sales_shared")
    widget(app, "number_input", ":cap:amount").set_value(20_000.0).run()
    widget(app, "number_input", ":cap:of_incentive").set_value(150.0).run()
    assert "Never more than $20,000 plus 150% of the period's target incentive." in said(app)
    button(app, "Save as version 2").click().run()
    cap = newest("sales_shared").components[0].cap
    assert cap is not None
    assert (cap.amount, cap.of_incentive) == (Decimal(20_000), Decimal("1.5"))
    field = widget(app, "number_input", ":cap:amount")
    assert not field.proto.HasField("default")  # with one, it goes back to it when it is emptied
    field.set_value(None).run()
    widget(app, "number_input", ":cap:of_incentive").set_value(None).run()
    button(app, "Save as version 3").click().run()
    assert newest("sales_shared").components[0].cap is None


def test_a_table_ends_where_it_is_told_to() -> None:
    app = open_page("shared", "sales_shared")
    widget(app, "selectbox", ":table:kind").select("marginal").run()
    widget(app, "number_input", ":table:to:100").set_value(200.0).run()
    widget(app, "selectbox", ":after_last").select("flat").run()
    assert not app.exception
    button(app, "Save as version 2").click().run()
    table = newest("sales_shared").components[0].table
    assert isinstance(table, Marginal)
    assert (table.tiers[-1].to, table.after_last) == (Decimal(2), "flat")

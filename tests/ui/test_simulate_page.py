"""The Simulate page: a lever moved is a scenario paid, kept, compared and made into plans."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from threading import Event
from time import sleep

import pyarrow.compute as pc
import pytest
from streamlit.testing.v1 import AppTest

from revplan.access import AccessDenied, Viewer
from revplan.model.question import LeverSaid
from revplan.model.scenario import Scenario
from revplan.rules.run import run
from revplan.service import adopting, facts, forecast, plans, scenario_words, scenarios, solving, workspace
from revplan.service.scenarios import Outcome
from revplan.service.solving import Aim
from revplan.simulate.scenario import apply
from revplan.store.records import Stale
from revplan.ui import simulate_trials
from tests.service.test_compare import open_book

APP = Path(__file__).parents[2] / "app.py"
CRO = Viewer("cro")


@pytest.fixture
def here(tmp_path: Path) -> Iterator[None]:
    workspace.reset()
    open_book(tmp_path)
    yield
    workspace.reset()


def scenario(*changes: dict[str, object], plan_set: str = "volume") -> Scenario:
    said = {"id": "s", "name": "S", "plan_set": plan_set, "change": changes}
    return Scenario.model_validate(said)


def paid(said: Scenario) -> Outcome:
    return scenarios.outcome(CRO, said, facts.windows(CRO, said.plan_set))


def opened(role: str = "cro") -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120)
    app.session_state["role"] = role
    app.run()
    return app.switch_page("pages/12_Simulate.py").run()


def settled(app: AppTest) -> AppTest:
    """The page once nothing goes on in the background any more."""
    for _look in range(600):
        if not any(button.label == "Stop" for button in app.button):
            return app
        sleep(0.1)
        app.run()
    raise AssertionError("the work did not end within a minute")


def texts(app: AppTest) -> str:
    written = [*app.title, *app.subheader, *app.markdown, *app.caption, *app.info, *app.success]
    return "\n".join(element.value for element in written).replace("\\", "")


# ---------------------------------------------------------------- the service


CHANGES = (
    {"kind": "rates", "factor": "130%"},
    {"kind": "incentive", "factor": "120%"},
    {"kind": "deal_size", "factor": "150%"},
    {"kind": "quota", "factor": "80%"},
)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change["kind"])
def test_an_outcome_is_what_a_run_of_the_changed_book_pays(here, change):
    said = scenario(change)
    changed, issues = apply(workspace.current().book(), said)
    if issues:  # nobody has a quota in the small book
        assert [issue.code for issue in paid(said).issues] == [issue.code for issue in issues]
        return
    lines = run(changed, "volume", with_parts=False).lines
    over = facts.windows(CRO, "volume")
    inside = pc.and_(
        pc.greater(lines["period_end"], over[0].start), pc.less_equal(lines["period_end"], over[-1].end)
    )
    assert paid(said).cost == pc.sum(lines.filter(inside)["payout"]).as_py() > 0


def test_an_outcome_adds_up_by_team_by_person_and_by_period(here):
    found = paid(scenario({"kind": "rates", "factor": "130%"}))
    assert sum(amount for *_who, amount in found.people) == found.cost == sum(found.by_window.values())


def test_a_plan_that_could_not_be_signed_says_why(here):
    book = workspace.current().book()
    part = next(plan for plan in book.plans if "shared" in plan.sets)
    weights = [{"component": part.components[0].id, "weight": "40%"}]
    said = scenario({"kind": "new_weights", "plan": part.id, "weights": weights}, plan_set="shared")
    assert "plan.weights" in {issue.code for issue in paid(said).issues}


def test_a_scenario_is_kept_changed_and_removed_with_one_editor_at_a_time(here):
    first = scenarios.save(CRO, scenario({"kind": "rates", "factor": "110%"}))
    assert [each.scenario for each in scenarios.saved(CRO)] == [first.scenario]
    second = scenarios.save(CRO, scenario({"kind": "rates", "factor": "120%"}), first.version)
    with pytest.raises(Stale):
        scenarios.save(CRO, first.scenario, first.version)
    scenarios.remove(CRO, second)
    assert scenarios.saved(CRO) == ()
    assert scenarios.new_id(CRO, "S") != "s"


def test_a_scenario_opens_with_every_change_that_it_was_saved_with(here):
    kinds: list[dict[str, object]] = [
        {"kind": "rates", "factor": "120%"},
        {"kind": "rates", "factor": "110%"},
        {"kind": "target_amounts", "target": "other", "factor": "90%"},
        {"kind": "target_amounts", "target": "revenue", "factor": "90%"},
    ]
    said = scenario(*kinds)

    def load(said: object) -> None:
        from revplan.ui import simulate_levers

        simulate_levers.load(said, "revenue")  # type: ignore[arg-type]  # its own module when it runs

    script = AppTest.from_function(load, args=(said,)).run()
    assert (script.session_state["sim_rates"], script.session_state["sim_target"]) == (120, 90)
    extra = [(each["kind"], str(each["factor"])) for each in script.session_state["sim_extra"]]
    assert extra == [("rates", "1.1"), ("target_amounts", "0.9")]


def test_a_scenario_becomes_the_next_versions_of_its_plans(here):
    workspace.current().run("volume")
    done = adopting.adopt(CRO, scenario({"kind": "rates", "factor": "200%"}), date(2026, 7, 1))
    assert done.issues == ()
    assert done.plans
    assert (done.targets, done.left) == ((), ())


def test_what_a_scenario_says_of_people_and_deals_stays_a_scenario(here):
    said = scenario({"kind": "rates", "factor": "200%"}, {"kind": "deal_size", "factor": "110%"})
    assert adopting.adopt(CRO, said, date(2026, 7, 1)).left == ("deal_size",)


def test_a_plan_that_a_scenario_goes_without_ends_on_the_day(here):
    (plan,) = {plan.id for plan in workspace.current().book().plans if plan.sets == ("volume",)}
    done = adopting.adopt(CRO, scenario({"kind": "without_plan", "plan": plan}), date(2026, 7, 1))
    assert (done.issues, done.left) == ((), ())
    versions = [each for each in workspace.current().book().plans if each.id == plan]
    assert max(versions, key=lambda each: each.version).to == date(2026, 7, 1)


def test_a_plan_of_other_sets_too_stays_and_that_is_said(here):
    (plan,) = {plan.id for plan in workspace.current().book().plans if len(plan.sets) == 2}
    done = adopting.adopt(CRO, scenario({"kind": "without_plan", "plan": plan}), date(2026, 7, 1))
    assert (done.plans, done.left) == ((), ("without_plan",))


def test_a_plan_that_has_ended_before_the_day_keeps_its_end(here):
    plan = next(p for p in workspace.current().book().plans if p.sets == ("volume",))
    opened = plans.find_plan(CRO, plan.id)
    assert opened is not None
    assert plans.retire_plan(CRO, opened, date(2026, 7, 1)).entry is not None
    done = adopting.adopt(CRO, scenario({"kind": "without_plan", "plan": plan.id}), date(2026, 10, 1))
    assert done == adopting.Adopted()
    after = plans.find_plan(CRO, plan.id)
    assert after is not None
    assert after.plan.to == date(2026, 7, 1)


def test_nothing_is_saved_where_one_plan_cannot_stand(here):
    book = workspace.current().book()
    part = next(plan for plan in book.plans if "shared" in plan.sets)
    weights = [{"component": part.components[0].id, "weight": "40%"}]
    said = scenario(
        {"kind": "rates", "factor": "110%"},
        {"kind": "new_weights", "plan": part.id, "weights": weights},
        {"kind": "target_amounts", "target": "revenue", "factor": "120%"},
        plan_set="shared",
    )
    for done in (adopting.adopt(CRO, said, date(2026, 7, 1)), adopting.as_plan_set(CRO, said, "other")):
        assert "plan.weights" in {issue.code for issue in done.issues}
        assert not done.plans
    after = workspace.current().book()
    assert (after.plans, after.targets) == (book.plans, book.targets)


def test_a_plan_that_would_end_before_its_next_version_starts_is_refused(here):
    plan = next(p for p in workspace.current().book().plans if p.sets == ("volume",))
    opened = plans.find_plan(CRO, plan.id)
    assert opened is not None
    plans.retire_plan(CRO, opened, date(2026, 7, 1))
    said = scenario({"kind": "rates", "factor": "110%", "plan": plan.id})
    done = adopting.adopt(CRO, said, date(2026, 10, 1))
    assert "plan.ends_before_start" in {issue.code for issue in done.issues}


def test_a_scenario_that_leaves_no_plan_makes_no_plan_set(here):
    gone = [plan.id for plan in workspace.current().book().plans if "shared" in plan.sets]
    said = scenario(*[dict[str, object](kind="without_plan", plan=each) for each in gone], plan_set="shared")
    assert [issue.code for issue in adopting.as_plan_set(CRO, said, "other").issues] == ["scenario_no_plans"]


def test_a_scenario_becomes_a_plan_set_that_pays_as_it_did(here):
    said = scenario({"kind": "rates", "factor": "130%"})
    expected = paid(said).cost
    assert adopting.as_plan_set(CRO, said, "richer").plans
    assert paid(replace_set(said, "richer")).cost == expected
    with pytest.raises(ValueError, match="volume"):
        adopting.as_plan_set(CRO, said, "volume")


def replace_set(said: Scenario, plan_set: str) -> Scenario:
    return said.model_copy(update={"changes": (), "plan_set": plan_set})


@pytest.mark.parametrize("role", ["lead", "payee", "none"])
def test_only_cro_and_finance_simulate(here, role):
    viewer = Viewer(role, "sales", "S1")
    with pytest.raises(AccessDenied):
        facts.windows(viewer, "volume")
    with pytest.raises(AccessDenied):
        scenarios.outcome(viewer, scenario(), ())
    with pytest.raises(AccessDenied):
        scenarios.saved(viewer)


def test_every_kind_of_change_has_a_line_in_words(here):
    book = workspace.current().book()
    plan = book.plans[0]
    part = plan.components[0].id
    table = plan.components[0].table.model_dump(mode="json", by_alias=True)
    said = scenario(
        {"kind": "rates", "factor": 2},
        {"kind": "thresholds", "plan": plan.id, "component": part, "factor": 2},
        {"kind": "new_table", "plan": plan.id, "component": part, "table": table},
        {"kind": "new_weights", "plan": plan.id, "weights": [{"component": part, "weight": 1}]},
        {"kind": "bounds", "remove": ["floor"], "cap": {"of_incentive": 2}},
        {"kind": "attribution", "credit": {"rule": "linear"}},
        {"kind": "new_plan", "plan": plan.model_dump(mode="json", by_alias=True)},
        {"kind": "without_plan", "plan": plan.id},
        {"kind": "target_amounts", "target": "t", "year": 2026, "total": 5},
        {"kind": "target_amounts", "target": "t", "factor": 2},
        {"kind": "quota", "who": {"roles": ["rep"]}, "factor": 2},
        {"kind": "joins", "name": "N", "team": "sales", "role": "rep", "on": "2026-01-01"},
        {"kind": "leaves", "payee": "S1", "on": "2026-01-01"},
        {"kind": "starts", "payee": "S1", "on": "2026-01-01"},
        {"kind": "pay_mix", "variable": "40%"},
        {"kind": "incentive", "factor": 2},
        {"kind": "deal_size", "factor": 2},
        {"kind": "win_rate", "factor": 2},
        {"kind": "new_business", "factor": 2},
        {"kind": "churn", "factor": 2},
    )
    lines = [scenario_words.change_text(change, book) for change in said.changes]
    assert len(set(lines)) == len(lines)
    assert all(lines)


# ---------------------------------------------------------------- the page


def test_moving_a_lever_shows_what_it_pays_against_what_it_is(here):
    app = opened()
    assert not app.exception
    assert "Move a lever to see what would change" in texts(app)
    before = app.metric[0].value
    app.slider(key="sim_rates").set_value(150).run()
    assert not app.exception
    assert app.metric[0].value != before
    assert "It would cost" in texts(app)


def test_a_scenario_is_saved_opened_and_compared(here):
    app = opened()
    app.slider(key="sim_rates").set_value(120).run()
    app.text_input(key="sim_name").set_value("A fifth more").run()
    next(button for button in app.button if button.label == "Save it").click().run()
    assert "“A fifth more” is saved." in texts(app)
    app.slider(key="sim_rates").set_value(100).run()
    next(button for button in app.button if button.label == "Open").click().run()
    assert app.slider(key="sim_rates").value == 120
    app.session_state["sim_tab"] = "Side by side"
    app.run()
    assert not app.exception
    assert app.multiselect(key="sim_compared").value


def test_a_change_is_added_and_taken_away(here):
    app = opened()
    app.selectbox(key="sim_kind").set_value("deal_size").run()
    app.button(key="sim_add").click().run()
    assert not app.exception
    assert "Deals of all teams × 110%" in texts(app)
    app.button(key="sim_remove_0").click().run()
    assert "Deals of all teams" not in texts(app)


@pytest.mark.parametrize(
    "kind", ["rates", "bounds", "attribution", "joins", "leaves", "pay_mix", "without_plan"]
)
def test_every_kind_of_change_can_be_added_in_the_form(here, kind):
    app = opened()
    app.selectbox(key="sim_kind").set_value(kind).run()
    assert not app.exception
    app.button(key="sim_add").click().run()
    assert not app.exception
    assert app.button(key="sim_remove_0").label == "Remove"


@pytest.mark.parametrize("role", ["lead", "payee"])
def test_the_page_is_not_for_other_roles(here, role):
    app = opened(role)
    assert not app.exception
    assert not app.metric


# ---------------------------------------------------------------- finding a plan


def test_a_search_finds_plans_that_cost_what_was_asked_and_the_engine_agrees(here):
    over = facts.windows(CRO, "volume")
    base = scenarios.outcome(CRO, scenarios.baseline("volume"), over)
    aim = Aim("cost", "exactly", Fraction(base.cost * 9, 10))
    levers = [LeverSaid.model_validate({"kind": "rates", "low": "50%", "high": "150%"})]
    found = solving.search(CRO, "volume", over, levers, [aim], 40)
    assert found.offered
    for each in found.tried:
        assert each.measured.cost == scenarios.outcome(CRO, each.scenario, over).cost


def test_figures_of_a_search_are_those_of_the_outcome(here):
    over = facts.windows(CRO, "volume")
    base = scenarios.outcome(CRO, scenarios.baseline("volume"), over)
    half = scenarios.outcome(CRO, scenario({"kind": "rates", "factor": "50%"}), over)
    told = solving.measured(base, half)
    assert told.cost == half.cost
    assert told.worst_loss >= Fraction(49, 100)
    assert solving.measured(base, base).worst_loss == 0


def test_the_page_searches_and_puts_what_it_found_on_the_levers(here):
    app = opened()
    app.session_state["sim_tab"] = "Find a plan"
    app.run()
    assert not app.exception
    settled(app.button(key="solve_go").click().run())
    assert not app.exception
    assert "These meet all that was asked" in texts(app) or "come nearest" in texts(app)
    app.button(key="solve_use_1").click().run()
    assert not app.exception


def test_the_page_says_what_a_team_must_close(here):
    app = opened()
    app.session_state["sim_tab"] = "What it takes"
    app.run()
    app.selectbox(key="reach_who").set_value("team:sales").run()
    settled(app.button(key="reach_go").click().run())
    assert not app.exception
    assert "Sales earns" in texts(app) or "Sales cannot earn" in texts(app)
    app.button(key="reach_use").click().run()
    assert not app.exception
    (change,) = app.session_state["sim_extra"]
    assert (change["kind"], change["teams"]) == ("deal_size", ["sales"])


# ---------------------------------------------------------------- trials


def test_the_rest_of_the_year_is_tried_out_on_the_page(sample: None) -> None:
    app = opened()
    app.session_state["sim_tab"] = "How sure"
    app.run()
    assert not app.exception
    app.number_input(key="trial_budget").set_value(1_800_000).run()
    app.select_slider(key="trial_number").set_value(500).run()
    settled(app.button(key="trial_go").click().run())
    assert not app.exception
    said = texts(app)
    assert "In eight of ten futures the plans pay between" in said
    assert "Will the targets be reached?" in said
    assert "How far will teams and people get?" in said
    assert "It hangs most on" in said
    assert "The budget of $1.8M" in said
    labels = [metric.label for metric in app.metric]
    assert labels == [
        "Payouts of the year",
        "Chance of Company revenue, Q4 2026",
        "Chance to go beyond the budget",
    ]


def test_trials_are_stopped_and_what_was_done_is_shown(here, monkeypatch):
    going, stopped = Event(), Event()

    def slow(viewer, plan_set, scenario, trials, watch, *, way):
        done = 0
        while watch(done, trials):
            done += 1
            going.set()
            sleep(0.01)
        stopped.set()
        return "stopped here"

    shown = []
    monkeypatch.setattr(forecast, "tried", slow)
    monkeypatch.setattr(simulate_trials, "_show", lambda viewer, result, budget: shown.append(result))
    app = opened()
    app.session_state["sim_tab"] = "How sure"
    app.run()
    app.button(key="trial_go").click().run()
    assert going.wait(5)
    app.run()
    assert "futures" in app.get("progress")[0].proto.text
    app.button(key="stop_trials").click().run()
    assert stopped.wait(5)
    settled(app)
    assert shown == ["stopped here"]


def test_where_nothing_can_be_forecast_the_page_says_so(here):
    app = opened()
    app.session_state["sim_tab"] = "How sure"
    app.run()
    settled(app.button(key="trial_go").click().run())
    assert not app.exception


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[None]:
    workspace.reset()
    workspace.open_at(tmp_path / "home", sample=Path(__file__).parents[2] / "sample_data")
    yield
    workspace.reset()


# ---------------------------------------------------------------- on which results


def test_the_page_pays_the_year_with_its_forecast_and_its_levers_act_on_what_is_open(sample: None) -> None:
    app = opened()
    before = app.metric[0].value
    app.radio(key="sim_facts").set_value("forecast").run()
    assert not app.exception
    assert app.selectbox(key="filter_until").value == "2026-Q4"
    middle = app.metric[0].value
    assert middle != before
    app.slider(key="sim_win_rate").set_value(50).run()
    assert not app.exception
    assert app.metric[0].value != middle


def test_a_future_written_by_hand_is_paid_and_kept_with_its_scenario(sample: None) -> None:
    app = opened()
    app.radio(key="sim_facts").set_value("written").run()
    assert not app.exception
    turn = app.session_state["sim_written_turn"]
    app.selectbox(key=f"sim_rest_{turn}").set_value("last_year")
    next(button for button in app.button if button.label == "Pay this future").click().run()
    assert not app.exception
    assert app.session_state["sim_written"].rest == "last_year"
    app.text_input(key="sim_name").set_value("As last year").run()
    next(button for button in app.button if button.label == "Save it").click().run()
    app.radio(key="sim_facts").set_value("happened").run()
    next(button for button in app.button if button.label == "Open").click().run()
    assert not app.exception
    assert app.radio(key="sim_facts").value == "written"

"""Scenarios on a future: their windows reach to its end, and they are paid as a run of that book."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest

from revplan.access import AccessDenied, Viewer
from revplan.model.facts import ToCome, Written
from revplan.model.scenario import Scenario
from revplan.rules.run import run
from revplan.service import facts, scenarios, workspace
from revplan.service.forecast import NotForecast, prepared
from revplan.service.scenarios import Outcome
from revplan.simulate.scenario import apply

CRO = Viewer("cro")


@pytest.fixture(scope="module", autouse=True)
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    workspace.reset()
    home = tmp_path_factory.mktemp("facts") / "home"
    workspace.open_at(home, sample=Path(__file__).parents[2] / "sample_data")
    yield
    workspace.reset()


MIDDLE = {"kind": "forecast"}
BY_HAND = {
    "kind": "written",
    "rest": "last_year",
    "deal": [{"team": "enterprise", "on": "2026-12-01", "amount": 90000, "number": 2}],
}


def on(said: dict[str, Any], *changes: dict[str, Any]) -> Scenario:
    document = {"id": "s", "name": "S", "plan_set": "shared", "facts": said, "change": changes}
    return Scenario.model_validate(document)


def paid(said: Scenario) -> Outcome:
    return scenarios.outcome(CRO, said, facts.windows(CRO, "shared", said.facts)[-4:])


def result(found: Outcome) -> int:
    assert found.result is not None
    return found.result


@pytest.mark.parametrize("said", [MIDDLE, BY_HAND], ids=lambda said: said["kind"])
def test_an_outcome_on_a_future_is_what_a_run_of_its_book_pays(said):
    changes = ({"kind": "rates", "factor": "130%"}, {"kind": "deal_size", "factor": "110%"})
    found = paid(on(said, *changes))
    assert found.issues == ()
    book, key = workspace.current().book_and_key()
    counted = facts.counted(book, key, on(said, *changes))
    assert counted.book.company.as_of.isoformat() == "2026-12-31"
    plans = apply(book, on(said, changes[0]))[0].plans
    lines = run(counted.book.with_plans(plans), "shared", with_parts=False).lines
    ends = pc.field("period_end")
    inside = (ends > found.windows[0].start) & (ends <= found.windows[-1].end)
    assert found.cost == pc.sum(lines.filter(inside)["payout"]).as_py() > 0
    assert found.result == sum(window.actual for window in found.windows)


def test_the_windows_of_a_future_are_over_at_its_end():
    happened, to_come = facts.windows(CRO, "shared"), facts.windows(CRO, "shared", ToCome())
    assert [window.label for window in happened] == [window.label for window in to_come]
    assert (happened[-1].final, to_come[-1].final) == (False, True)
    assert happened[:-1] == to_come[:-1]
    assert happened[-1].actual < to_come[-1].actual


def test_scenarios_on_one_luck_meet_the_same_future():
    base, same = paid(on(MIDDLE)), paid(on(MIDDLE, {"kind": "win_rate", "factor": 1}))
    assert (same.cost, same.result) == (base.cost, base.result)
    rarer = paid(on(MIDDLE, {"kind": "win_rate", "factor": "50%"}))
    assert result(rarer) < result(base)
    assert rarer.cost < base.cost


def test_a_poor_future_brings_less_than_a_good_one():
    poor, good = (paid(on({"kind": "forecast", "luck": luck})) for luck in ("poor", "good"))
    assert result(poor) < result(paid(on(MIDDLE))) < result(good)


def test_a_future_that_cannot_be_is_refused_and_one_deal_that_cannot_be_is_said():
    with pytest.raises(NotForecast):
        paid(on({"kind": "forecast", "until": "2026-11-15"}))
    wrong = [{"owner": "nobody", "on": "2026-12-01", "amount": 1}]
    found = paid(on({"kind": "written", "deal": wrong}, {"kind": "churn", "factor": 2}))
    assert [issue.code for issue in found.issues] == ["written_nobody", "scenario_needs_forecast"]


def test_trials_take_every_luck_of_a_forecast_and_refuse_a_written_future():
    book = workspace.current().book()
    assert prepared(book, "shared", [on(MIDDLE)]).certain.num_rows > 0
    with pytest.raises(NotForecast) as refused:
        prepared(book, "shared", [on(BY_HAND)])
    assert [issue.code for issue in refused.value.issues] == ["trials_on_written"]


def test_only_cro_and_finance_ask_of_a_future():
    with pytest.raises(AccessDenied):
        facts.windows(Viewer("payee", "sales", "S1"), "shared", Written())

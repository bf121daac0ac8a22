"""A replay pays what a run pays, whatever the terms."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from revplan.data.book_folder import read_book
from revplan.model.book import Book
from revplan.model.scenario import Scenario
from revplan.rules.run import run
from revplan.simulate.replay import Replay
from revplan.simulate.replayed import REPLAYED
from revplan.simulate.scenario import apply
from tests.laws.chance import Seeded
from tests.laws.strategies import PLAN_SET, draw_book

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"


def by_run(book: Book, plan_set: str) -> list[dict[str, object]]:
    lines = run(replace(book, closes=()), plan_set, with_parts=False).lines
    rows: list[dict[str, object]] = lines.select(REPLAYED.names).to_pylist()
    return rows


@pytest.fixture(scope="module")
def sample() -> Book:
    book, _ = read_book(SAMPLE)
    assert book is not None
    return book


@pytest.mark.parametrize("plan_set", ["shared", "volume"])
def test_the_sample_company_is_paid_as_by_a_run(sample, plan_set):
    with Replay(sample, plan_set) as replay:
        assert not replay.needs_run(sample)
        assert replay.lines(sample).to_pylist() == by_run(sample, plan_set)


RATES = (
    {"kind": "rates", "factor": "117.3%"},
    {"kind": "thresholds", "plan": "ae-shared", "factor": "90%"},
    {"kind": "bounds", "remove": ["cap", "floor"]},
    {
        "kind": "new_weights",
        "plan": "ae-shared",
        "weights": [
            {"component": "bookings", "weight": "60%"},
            {"component": "company-revenue", "weight": "40%"},
        ],
    },
)
GOALS = (
    {"kind": "target_amounts", "target": "company-revenue", "factor": "93%"},
    {"kind": "quota", "factor": "111%"},
    {"kind": "attribution", "credit": {"rule": "w_shape"}},
    {"kind": "without_plan", "plan": "csm-shared"},
)


@pytest.mark.parametrize("changes", [RATES, GOALS], ids=["rates", "goals"])
def test_a_scenario_is_paid_as_by_a_run_and_the_baseline_after_it(sample, changes):
    said = {"id": "s", "name": "S", "plan_set": "shared", "change": changes}
    changed, issues = apply(sample, Scenario.model_validate(said))
    assert issues == ()
    with Replay(sample, "shared") as replay:
        assert replay.lines(changed).to_pylist() == by_run(changed, "shared")
        assert replay.lines(sample).to_pylist() == by_run(sample, "shared")


def test_other_facts_need_a_replay_of_their_own(sample):
    with Replay(sample, "shared") as replay, pytest.raises(ValueError, match="of its own book"):
        replay.lines(replace(sample, tables=dict.fromkeys(sample.tables)))


@pytest.mark.parametrize("seed", range(12))
def test_drawn_books_are_paid_as_by_a_run(seed):
    book = draw_book(Seeded(Random(seed)))
    with Replay(book, PLAN_SET) as replay:
        assert replay.lines(book).to_pylist() == by_run(book, PLAN_SET)

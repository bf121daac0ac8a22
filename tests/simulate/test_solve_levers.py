"""Levers say changes of a scenario; what they cannot move is said; congruence is that of the pull map."""

from decimal import Decimal
from fractions import Fraction

import pytest

from revplan.data.book_folder import read_book
from revplan.model.book import Book
from revplan.model.question import LeverSaid
from revplan.model.scenario import Scenario
from revplan.simulate.pull import congruence, pull_map, worths
from revplan.simulate.scenario import apply
from revplan.simulate.solve import Lever
from revplan.simulate.solve_levers import levers_of
from revplan.simulate.solve_pull import Aligned
from tests.test_cli import write_book


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    found, _ = read_book(write_book(tmp_path_factory.mktemp("made") / "book"))
    assert found is not None
    return found


def lever(book: Book, **said: object) -> Lever:
    (found,), issues = levers_of(book, "shared", (LeverSaid.model_validate(said),), "revenue")
    assert issues == ()
    return found


def refused(book: Book, **said: object) -> str:
    found, (issue,) = levers_of(book, "shared", (LeverSaid.model_validate(said),), "")
    assert found == ()
    return issue.code


def scenario(changes: object) -> Scenario:
    return Scenario.model_validate({"id": "s", "name": "s", "plan_set": "shared", "change": changes})


def test_a_factor_is_written_exactly(book: Book) -> None:
    assert lever(book, kind="rates").at(Fraction(107, 100)) == ({"kind": "rates", "factor": "107%"},)


def test_a_shared_target_is_moved_unless_another_is_named(book: Book) -> None:
    (change,) = lever(book, kind="target").at(Fraction(1, 2))
    assert change["target"] == "revenue"
    assert refused(book, kind="target") == "solve_no_target"


def test_caps_are_a_multiple_of_target_incentive_and_as_it_is_lies_beyond(book: Book) -> None:
    caps = lever(book, kind="caps", low="100%", high="200%")
    assert caps.neutral > caps.high
    changed, issues = apply(book, scenario(caps.at(Fraction(3, 2))))
    assert issues == ()
    found = [c.cap.of_incentive for p in changed.plans if "shared" in p.sets for c in p.components if c.cap]
    assert found
    assert set(found) == {Decimal("1.5")}


def test_what_cannot_be_moved_is_said(book: Book) -> None:
    assert refused(book, kind="weights", plan="nobody", component="x") == "scenario_unknown_plan"
    assert refused(book, kind="weights") == "solve_no_weights"
    assert refused(book, kind="caps", plan="nobody") == "scenario_unknown_plan"
    assert refused(book, kind="attribution") == "solve_no_attribution"
    assert refused(book, kind="rates", low=2, high=1) == "solve_bounds"
    assert refused(book, kind="quota", team="nobody") in ("scenario_unknown_team", "scenario_no_quota")


def test_congruence_of_a_scenario_is_that_of_its_own_plans(book: Book) -> None:
    start, end = book.company.as_of.replace(month=1, day=1), book.company.as_of
    worth = {each.driver: each.value for each in worths(book, start, end)}
    aligned = Aligned(book, "shared", start, end)
    for changes in (
        (),
        ({"kind": "thresholds", "factor": "80%"},),
        ({"kind": "incentive", "factor": "50%"},),
    ):
        changed, issues = apply(book, scenario(changes))
        assert issues == ()
        expected = congruence(pull_map(changed, "shared", start, end), worth)
        assert aligned.congruence(scenario(changes)) == pytest.approx(expected)

"""Attainment and cost over trials."""

from dataclasses import replace

import numpy as np
import pytest

from revplan.data.book_folder import read_book
from revplan.metrics import alignment
from revplan.metrics.alignment import Window
from revplan.rules.covered import covered
from revplan.rules.run import run
from revplan.simulate.attained import attainment
from revplan.simulate.estimate import estimate
from revplan.simulate.future import future_of
from revplan.simulate.monte_carlo import Simulated, book_of_trial, simulate
from revplan.simulate.outcome import BINS, costs, year_totals
from revplan.simulate.stakes import stakes_of
from tests.simulate.test_monte_carlo import SAMPLE, whole


@pytest.fixture(scope="module")
def result() -> Simulated:
    book, _ = read_book(SAMPLE)
    assert book is not None
    stakes = stakes_of(future_of(replace(book, closes=()), whole(estimate(book))), "shared", people=True)
    return simulate(stakes, 1, 7)


def test_attainment_of_a_trial_is_that_of_a_run_of_its_book(result):
    book = book_of_trial(result, 0)
    calendar = book.company.calendar
    year = calendar.parse("2026")
    window = [Window(year.label, year.start, year.end, 0, 0, None, final=True)]
    lines = alignment.placed(run(book, "shared", with_parts=False).lines, window)
    people = alignment.target_pay(covered(book, ("shared",)), window, calendar, book.company.as_of)
    weighed = alignment.weigh(lines, people, calendar)
    said = [row for row in attainment(result).to_pylist() if row["period"] == "2026"]
    for level, columns in (("team", ("team_id",)), ("payee", ("payee_id",))):
        expected = {key[0]: value for key, value in alignment.measure_attainment(weighed, columns).items()}
        found = {row["id"]: row["p50"] for row in said if row["level"] == level}
        assert found.keys() == expected.keys()
        assert all(abs(found[who] - expected[who]) <= 1 for who in found)
    assert len({row["id"] for row in said if row["level"] == "payee"}) > 20


def test_without_people_nobody_has_an_attainment(result):
    bare = replace(result, stakes=replace(result.stakes, measured=[]))
    assert attainment(bare).num_rows == 0


@pytest.mark.parametrize("totals", [[5], [-3, 0, 7], [1_000_000_00, 1_234_567_89, 1_900_000_01] * 50])
def test_costs_count_every_trial_once_in_steps_that_are_easily_read(totals):
    found = costs(np.array(totals, np.int64)).to_pylist()
    assert sum(row["trials"] for row in found) == len(totals)
    assert len(found) <= BINS
    assert found[0]["from"] <= min(totals) < found[0]["to"]
    assert found[-1]["from"] <= max(totals) < found[-1]["to"]
    step = found[0]["to"] - found[0]["from"]
    assert str(step).rstrip("0") in ("1", "2", "5")
    assert all(row["from"] % step == 0 for row in found)


def test_costs_are_of_the_whole_year(result):
    (total,) = year_totals(result)
    (row,) = costs(year_totals(result)).to_pylist()
    assert row == {"from": int(total), "to": int(total) + 1, "trials": 1}

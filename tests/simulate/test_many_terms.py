"""Very many terms at once pay what a run of each pays, to the cent, whatever they change."""

import numpy as np
import pytest

from revplan.data.book_folder import read_book
from revplan.model.book import Book
from revplan.model.scenario import Scenario
from revplan.rules.run import run
from revplan.simulate.many_terms import ManyTerms
from revplan.simulate.replay import Replay
from revplan.simulate.scenario import apply
from tests.test_cli import write_book

CHANGES: tuple[tuple[dict[str, object], ...], ...] = (
    (),
    ({"kind": "rates", "factor": "90%"},),
    ({"kind": "rates", "factor": "133%"},),
    ({"kind": "thresholds", "factor": "80%"},),
    ({"kind": "rates", "factor": "70%"}, {"kind": "thresholds", "factor": "120%"}),
    ({"kind": "bounds", "cap": {"of_incentive": "50%"}},),
    ({"kind": "bounds", "floor": {"amount": 10}, "cap": {"amount": 900}},),
    ({"kind": "target_amounts", "target": "revenue", "factor": "80%"},),
    ({"kind": "without_plan", "plan": "marketing-volume"},),
)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    found, _ = read_book(write_book(tmp_path_factory.mktemp("made") / "book"))
    assert found is not None
    return found


@pytest.mark.parametrize("plan_set", ["volume", "shared"])
def test_every_set_of_terms_pays_each_payee_what_a_run_of_it_pays(book: Book, plan_set: str) -> None:
    payees = sorted(set(book.tables["payees"]["payee_id"].to_pylist()))
    places = {payee: place for place, payee in enumerate(payees)}
    books = []
    for changes in CHANGES:
        said = {"id": "s", "name": "s", "plan_set": plan_set, "change": changes}
        books.append(apply(book, Scenario.model_validate(said))[0])
    with Replay(book, plan_set) as replay:
        terms = ManyTerms(replay, book, len(payees), lambda payee, team, end: places[payee])
        found = terms.totals(books)
        assert np.array_equal(terms.totals(books[::-1]), found[::-1])
    for row, changed in enumerate(books):
        expected = dict.fromkeys(payees, 0)
        lines = run(changed, plan_set, with_parts=False).lines
        for payee, payout in zip(lines["payee_id"].to_pylist(), lines["payout"].to_pylist(), strict=True):
            expected[payee] += payout
        assert found[row].tolist() == list(expected.values()), CHANGES[row]


def test_lines_of_no_group_are_left_out(book: Book) -> None:
    def of_sales(payee: str, team: str, end: object) -> int:
        return 0 if team == "sales" else -1

    richer, _ = apply(book, Scenario.model_validate(
        {"id": "s", "name": "s", "plan_set": "volume", "change": [{"kind": "rates", "factor": 2}]}
    ))  # fmt: skip
    with Replay(book, "volume") as replay:
        found = ManyTerms(replay, book, 1, of_sales).totals([book, richer])
    for row, each in enumerate((book, richer)):
        lines = run(each, "volume", with_parts=False).lines.to_pylist()
        assert found[row, 0] == sum(line["payout"] for line in lines if line["team_id"] == "sales")


def test_other_people_need_a_replay_of_their_own(book: Book) -> None:
    said = {"id": "s", "name": "s", "plan_set": "shared", "change": [{"kind": "incentive", "factor": 2}]}
    changed, issues = apply(book, Scenario.model_validate(said))
    assert issues == ()
    with Replay(book, "shared") as replay:
        terms = ManyTerms(replay, book, 1, lambda payee, team, end: 0)
        with pytest.raises(ValueError, match="own book"):
            terms.totals([changed])

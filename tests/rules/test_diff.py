"""The difference between two runs: each moved line with its causes, which add up to it."""

from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest

from revplan.model.book import Book
from revplan.rules.explain.diff import Moved, moved_lines
from revplan.rules.run import run
from tests.laws.strategies import PLAN_SET, seeded_book
from tests.rules.written_book import ANN, BONUS, COMMISSION, book_of, deals, plan_of, quota

RATE = COMMISSION | {"input": "attainment", "target": "quota"}
WON = deals("d1, 2025-01-10, 60")
USUAL: dict[str, Any] = {"targets": (quota(),), "payees": ANN, "opportunities": WON}


def diff(old: Book, new: Book, plan_set: str = "set") -> tuple[Moved, ...]:
    return moved_lines(old, run(old, plan_set), new, run(new, plan_set))


def causes(
    component: dict[str, Any], other: dict[str, Any] | None = None, **changes: Any
) -> list[tuple[Any, ...]]:
    """(kind, effect, before, after) of the first line that moves."""
    old, new = book_of(plan_of(component), **USUAL), book_of(plan_of(other or component), **(USUAL | changes))
    first, *_ = diff(old, new)
    assert sum(cause.effect for cause in first.causes) == first.difference
    return [(cause.kind, cause.effect, cause.before, cause.after) for cause in first.causes]


def test_more_credit_pays_more() -> None:
    more = deals("d1, 2025-01-10, 60", "d2, 2025-01-11, 40")
    assert causes(COMMISSION, opportunities=more) == [("credit", 400, 6000, 10000)]


def test_a_higher_quota_and_more_credit_are_told_apart() -> None:
    """60 of 100 are 6.00 of 10; of 120 they are 5.00; 120 of 120 are 10.00."""
    more = deals("d1, 2025-01-10, 120")
    target = quota(year=[{"year": 2025, "total": 480}])
    found = causes(BONUS, opportunities=more, targets=(target,))
    assert found == [("quota", -100, 10000, 12000), ("credit", 500, 6000, 12000)]


def test_another_target_incentive_is_told() -> None:
    found = causes(BONUS, payees="payee_id, target_incentive\nann, 80")
    assert found == [("incentive", 600, 1000, 2000)]


def test_other_terms_are_told_after_the_inputs() -> None:
    other = COMMISSION | {"table": {"kind": "marginal", "tiers": [{"from": 0, "rate": "20%"}]}}
    more = deals("d1, 2025-01-10, 60", "d2, 2025-01-11, 40")
    assert causes(COMMISSION, other, opportunities=more) == [
        ("credit", 400, 6000, 10000),
        ("terms", 1000, None, None),
    ]


def test_a_gate_that_opens_is_told_with_what_it_counts() -> None:
    gate = [{"all_of": [{"measure": "won_deals", "scope": "shared", "at_least": 2}]}]
    component = COMMISSION | {"gate": gate, "measure": "won_revenue"}
    more = deals("d1, 2025-01-10, 60") + "\nbob, d2, 2025-01-11, 40"
    found = causes(component, opportunities=more)
    assert found == [("gate", 600, 1_000_000, 2_000_000)]


def test_lines_that_come_and_go_are_told() -> None:
    nobody = book_of(plan_of(COMMISSION), targets=(quota(),), payees=ANN, opportunities=WON)
    both = book_of(plan_of(COMMISSION, BONUS), **USUAL)
    assert [(m.component_id, [c.kind for c in m.causes]) for m in diff(nobody, both)] == [("bonus", ["new"])]
    assert [(m.component_id, [c.kind for c in m.causes]) for m in diff(both, nobody)] == [("bonus", ["gone"])]


@pytest.mark.parametrize("seed", range(16))
def test_causes_add_up_on_drawn_books(seed: int) -> None:
    """Every third deal is gone, and who is paid what a year is another."""
    book = seeded_book(seed)
    won, people = book.tables["opportunities"], book.tables["payees"]
    kept = won.filter(pa.array([i % 3 != 0 for i in range(won.num_rows)], pa.bool_()))
    column = people.column_names.index("target_incentive")
    richer = people.set_column(
        column,
        "target_incentive",
        pa.array([(v or 0) + 12_345 for v in people["target_incentive"].to_pylist()], pa.int64()),
    )
    other = replace(book, tables={**book.tables, "opportunities": kept, "payees": richer})
    for one in diff(book, other, PLAN_SET):
        if one.entry:
            continue  # an adjustment has no causes of its own
        assert sum(cause.effect for cause in one.causes) == one.difference, one


def test_the_same_book_moves_nothing() -> None:
    book = book_of(plan_of(RATE), **USUAL)
    assert diff(book, book) == ()


def test_a_correction_that_is_new_is_told_after_the_lines() -> None:
    entered = """
        adjustment_id, payee_id, adjusted_on, amount, reason,  author
        a1,            ann,      2025-02-03,  5,      a bonus, eve
    """
    old, new = (
        book_of(plan_of(COMMISSION), **USUAL),
        book_of(plan_of(COMMISSION), **USUAL, adjustments=entered),
    )
    (moved,) = diff(old, new)
    assert (moved.entry, moved.about, moved.period) == ("correction", "a1", "2025-02")
    assert (moved.before, moved.after, moved.causes) == (0, 500, ())


LONG = {"pays_on": {"factors": [{"min_term_months": 36, "factor": 2}]}}
TERMS = "owner_id, opportunity_id, closed_on, amount, term_months\nann, d1, 2025-01-10, 60,"


def test_a_deal_that_pays_on_more_than_before_is_told_apart_from_one_that_counts_more() -> None:
    found = causes(COMMISSION | LONG, opportunities=f"{TERMS}36")
    assert found == [("paid_on", 600, 6000, 12000)]
    more = causes(COMMISSION | LONG, opportunities=deals("d1, 2025-01-10, 60", "d2, 2025-01-11, 40"))
    assert more == [("credit", 400, 6000, 10000)]


def test_new_factors_are_new_terms() -> None:
    found = causes(COMMISSION, COMMISSION | LONG, opportunities=f"{TERMS}36")
    assert found == [("terms", 600, None, None)]

"""What comes after the lines, worked out by an independent calculator: the same entries, to the cent."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from revplan.model.adjustments import Clawback
from revplan.model.book import Book
from revplan.rules.run import run
from tests.laws.naive_adjustments import differing_entries
from tests.laws.records import table
from tests.laws.strategies import PLAN_SET, seeded_book


@pytest.mark.parametrize(("basis", "least"), [("part", 15), ("calculation_rate", 15), ("recompute", 1)])
def test_so_it_does_where_every_deal_is_cancelled(basis: str, least: int) -> None:
    taken = 0
    for seed in (1, 2, 17, 24) if basis != "recompute" else (2, 24):  # it works many lines out again
        book = cancelling(seeded_book(seed), basis, seed)
        result = run(book, PLAN_SET)
        assert not differing_entries(book, result), seed
        rows = result.adjustments.to_pylist()
        taken += sum(row["kind"] == "clawback" and row["amount"] != 0 for row in rows)
    assert taken >= least


def cancelling(book: Book, basis: str, seed: int) -> Book:
    """The book with every deal cancelled, in one or two steps, and all plans taking pay back for it."""
    chance = Random(seed)
    rows = [
        {"cancellation_id": f"{deal['opportunity_id']}-{step}", "transaction_id": deal["opportunity_id"]}
        | {"cancelled_on": deal["closed_on"] + timedelta(days=chance.choice((0, 20, 60, 200)))}
        | {"share": chance.choice((None, 333_333, 500_000))}
        for deal in book.tables["opportunities"].to_pylist()
        for step in range(chance.choice((1, 1, 2)))
    ]
    terms = (Clawback.model_validate({"basis": basis}),)
    plans = tuple(plan.model_copy(update={"clawbacks": terms}) for plan in book.plans)
    return replace(book, plans=plans, tables={**book.tables, "cancellations": table("cancellations", rows)})

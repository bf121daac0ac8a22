"""Deals walked through as arrays give the parts that SQL and fractions give, to the cent."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random

import numpy as np
import pyarrow as pa
import pytest

from revplan.formula import compiled, vector
from revplan.formula.compiled import Ints
from revplan.formula.exact import run_steps
from revplan.model.book import Book
from revplan.model.results import PARTS
from revplan.rules import in_order, parts, stretches
from revplan.rules.parts import walked_by_period
from revplan.rules.run import run
from revplan.rules.stretches import Stretch
from revplan.rules.walk import Cells, Whose, through
from tests.laws.cells import Cell, draw_cell, draw_formula
from tests.laws.chance import Seeded
from tests.laws.laws import ipc
from tests.laws.strategies import PLAN_SET, seeded_book
from tests.rules.written_book import ANN, BONUS, COMMISSION, book_of, deals, plan_of, quota, result_of


def array(values: Sequence[int | None]) -> Ints:
    return np.array([value or 0 for value in values], np.int64)


def inputs_of(cells: Sequence[Cell], reached: Sequence[int]) -> vector.Inputs:
    given = [cell.inputs for cell in cells]
    gates = [[*each.gates, (0, None), (0, None)][:2] for each in given]
    return vector.Inputs(
        array(reached),
        array([each.x_d for each in given]),
        array([each.incentive for each in given]),
        array([each.m_n for each in given]),
        array([each.m_d for each in given]),
        tuple((array([g[i][0] for g in gates]), array([g[i][1] for g in gates])) for i in range(2)),
        np.ones(len(given), np.bool_),
    )


def test_each_deal_adds_what_fractions_say_it_adds() -> None:
    """On hard cells: edges, ties, refunds and zeros between huge deals."""
    chance = Seeded(Random(20_261_125))
    walked = 0
    for _ in range(200):
        formula = draw_formula(chance)
        if formula.deal or vector.unfit(formula):
            continue
        cells = [draw_cell(chance, formula) for _ in range(20)]
        rows = [(i, chance.pick((1, -1, 0, 99, 10**6, -(10**6), cell.inputs.x_n // 2, -cell.inputs.x_n)))
                for _ in range(6) for i, cell in enumerate(cells)]  # fmt: skip
        reached = [
            cell.inputs.x_n + sum(credit for place, credit in rows if place == i)
            for i, cell in enumerate(cells)
        ]
        settled = vector.settle(formula, inputs_of(cells, reached))
        fits = vector.begin(settled, array(reached))
        for i, cell in enumerate(cells):
            whose = Whose.of(["one"], [i])
            credits = [credit for place, credit in rows if place == i]
            found = through(
                Cells(settled, array(reached), None),
                whose,
                np.zeros(6, np.int32),
                pa.chunked_array([credits]),
            )
            if not fits[i] or found is None:
                continue
            walked += 1
            amounts = [
                run_steps(formula.cell, replace(cell.inputs, x_n=cell.inputs.x_n + sum(credits[:n]))).payout
                for n in range(7)
            ]
            assert found[0].tolist() == [b - a for a, b in pairwise(amounts)]
    assert walked > 500


@pytest.fixture
def by_arrays(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Walk through as arrays however few the deals; whether each column could be."""
    told: list[bool] = []

    def watched(*of: object) -> object:
        found = walked_by_period(*of)  # type: ignore[arg-type]
        told.append(found is not None)
        return found

    monkeypatch.setattr(parts, "LEAST_ONCE_LOADED", 0)
    monkeypatch.setattr(compiled, "COMPILED", True)
    monkeypatch.setattr(parts, "walked_by_period", watched)
    return told


def test_parts_by_arrays_are_the_same_bytes_as_by_sql(by_arrays: list[bool]) -> None:
    for seed in range(0, 56, 5):
        book = seeded_book(seed)
        found = run(book, PLAN_SET)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(parts, "LEAST_ONCE_LOADED", 10**12)
            expected = run(book, PLAN_SET)
        for name in ("lines", "parts", "adjustments", "statements"):
            assert ipc(getattr(found, name)) == ipc(getattr(expected, name)), (seed, name)
    assert sum(by_arrays) > 6


WON = deals("d2, 2025-02-10, 50", "d1, 2025-02-10, 60", "d3, 2025-01-10, -30", "d4, 2025-05-05, 7")


@pytest.mark.parametrize("scope", ["own", "team", "shared"])
def test_deals_that_several_count_stand_in_each_one_s_lines(scope: str, by_arrays: list[bool]) -> None:
    two = ANN + "bob, 40\ncid, 0"
    book = book_of(plan_of(COMMISSION | {"scope": scope}), payees=two, opportunities=WON)
    found = result_of(book).parts
    assert by_arrays == [True]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "LEAST_ONCE_LOADED", 10**12)
        assert ipc(result_of(book).parts) == ipc(found)


def test_what_does_not_fit_64_bits_is_walked_through_by_sql(by_arrays: list[bool]) -> None:
    table = {"kind": "linear", "points": [{"at": 0, "pays": 0}, {"at": 1, "pays": "1.000000001"}]}
    people = "payee_id, target_incentive\nann, 80000000000000"
    won = deals("d1, 2025-01-10, 60", "d2, 2025-02-10, 50")
    plan = plan_of(BONUS | {"table": table})
    result = result_of(book_of(plan, targets=(quota(),), payees=people, opportunities=won))
    assert by_arrays == [False]
    assert result.parts["part"].to_pylist()[:2] == [1_200_000_001_200_000, 1_000_000_001_000_000]


def batches_of(book: Book) -> list[pa.RecordBatch]:
    """The parts of a run that keeps none, as they come."""
    found: list[pa.RecordBatch] = []

    def keep(_: str, stretches: Iterable[Stretch]) -> None:
        found.extend(batch for stretch in stretches for batch in stretch.rows())

    run(book, PLAN_SET, with_parts=False, trace=keep)
    return found


def test_parts_come_period_by_period_as_they_do_at_once(by_arrays: list[bool]) -> None:
    """By arrays and by SQL, of books with and without what needs all parts in memory."""
    for seed in range(1, 56, 8):
        book = seeded_book(seed)
        expected = run(book, PLAN_SET)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(parts, "LEAST_ONCE_LOADED", 0 if seed % 16 == 1 else 10**12)
            patch.setattr(stretches, "ROWS_IN_ALL", 3)
            patch.setattr(in_order, "ROWS_AT_ONCE", 2)
            traced = batches_of(book)
        rows = [row for batch in traced for row in batch.cast(PARTS).to_pylist()]
        assert sorted(rows, key=lambda row: (row["line_id"], row["position"])) == expected.parts.to_pylist()
        by_period = [row["period"] for row in rows]
        assert [a for a, b in pairwise(by_period) if a != b] == list(dict.fromkeys(by_period))[:-1]

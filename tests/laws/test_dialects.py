"""Every dialect of the formula gives the same cent, on generated tables, steps and cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from revplan.engine.duck import Session
from revplan.formula import sql, vector
from revplan.formula.compiled import Ints
from revplan.formula.exact import Trace, evaluate
from revplan.formula.kernels import UNFIT
from revplan.formula.steps import Formula, Multiply, PassGates
from tests.laws.cells import Cell, draw_cell, draw_formula
from tests.laws.chance import Drawn, Seeded

INPUTS = ("x_n", "x_d", "incentive", "m_n", "m_d", "g0_n", "g0_d", "g1_n", "g1_d", "p_n")

Finished = tuple[int, int, int | None, bool | None]
"""payout, table amount, multiplier, gate open."""


@dataclass(frozen=True)
class Sheet:
    """A formula and the cells that it finishes."""

    formula: Formula
    cells: Sequence[Cell]


def finished_exactly(sheet: Sheet) -> list[Finished]:
    return [_as_finished(evaluate(sheet.formula, cell.inputs, cell.deals)) for cell in sheet.cells]


def _as_finished(trace: Trace) -> Finished:
    """The trace as the query shows it; a table's amount is rounded for show."""
    table = Trace(trace.x, trace.table_value).payout
    return trace.payout, table, trace.multiplier, trace.gate_open


def finished_by_sql(sheets: Sequence[Sheet]) -> list[list[Finished]]:
    """All cells of a sheet in one query."""
    with Session() as session:
        session.bind("cells", _cells(sheets))
        session.bind("deals", _deals(sheets))
        tables = [_finish(session, number, sheet.formula) for number, sheet in enumerate(sheets)]
    return [[_read(row) for row in table.to_pylist()] for table in tables]


def finished_by_vector(sheet: Sheet) -> list[Finished | None]:
    """All cells of a sheet as arrays; None where the dialect says that it cannot: a number does not fit, or
    the formula pays on another amount than counts."""
    if vector.unfit(sheet.formula):
        return [None] * len(sheet.cells)
    given = [cell.inputs for cell in sheet.cells]
    if vector.unfit(sheet.formula):
        return [None] * len(given)
    gates = [[*each.gates, (0, None), (0, None)][:2] for each in given]
    inputs = vector.Inputs(
        _array([each.x_n for each in given]),
        _array([each.x_d for each in given]),
        _array([each.incentive for each in given]),
        _array([each.m_n for each in given]),
        _array([each.m_d for each in given]),
        tuple((_array([g[i][0] for g in gates]), _array([g[i][1] for g in gates])) for i in range(2)),
        np.ones(len(given), np.bool_),
    )
    summed, bad = None, np.zeros(len(given), np.bool_)
    if sheet.formula.deal:
        deals = [(i, credit) for i, cell in enumerate(sheet.cells) for credit, _ in cell.deals]
        of_cell = _array([i for i, _ in deals])
        amounts = vector.finish_deals(sheet.formula, inputs, of_cell, _array([credit for _, credit in deals]))
        bad[of_cell[amounts == UNFIT]] = True
        summed = np.zeros(len(given), np.int64)
        np.add.at(summed, of_cell, np.where(amounts == UNFIT, 0, amounts))
    found = vector.finish_cells(sheet.formula, inputs, summed)
    steps = {type(step) for step in sheet.formula.cell}
    return [
        None
        if not fits or wrong
        else (
            int(payout),
            int(table),
            int(times) if Multiply in steps else None,
            bool(is_open) if PassGates in steps else None,
        )
        for payout, table, times, is_open, fits, wrong in zip(
            found.payout, found.table_amount, found.multiplier, found.gate_open, found.fits, bad, strict=True
        )
    ]


def _array(values: Sequence[int | None]) -> Ints:
    return np.array([value or 0 for value in values], np.int64)


def _read(row: Mapping[str, Any]) -> Finished:
    multiplier = None if row["multiplier"] is None else int(row["multiplier"])
    return int(row["payout"]), int(row["table_amount"]), multiplier, row["gate_open"]


def _finish(session: Session, number: int, formula: Formula) -> pa.Table:
    wide = ", ".join(f"CAST({name} AS HUGEINT) AS {name}" for name in INPUTS)
    relation = f"SELECT cell, {wide} FROM cells WHERE sheet = {number}"
    if formula.deal:
        session.create(
            "deals_of_cells",
            "SELECT d.cell, CAST(d.x_n AS HUGEINT) AS x_n, CAST(d.p_n AS HUGEINT) AS p_n, "
            "c.x_d, c.incentive, c.m_n, c.m_d "
            f"FROM deals AS d JOIN ({relation}) AS c ON c.cell = d.cell WHERE d.sheet = {number}",
        )
        session.create("amounts", sql.finish_deals(formula, "SELECT * FROM deals_of_cells").text)
        relation = (
            f"SELECT c.*, coalesce(s.v, CAST(0 AS HUGEINT)) AS v FROM ({relation}) AS c LEFT JOIN "
            "(SELECT cell, CAST(sum(amount) AS HUGEINT) AS v FROM amounts GROUP BY cell) AS s USING (cell)"
        )
    cells = sql.finish_cells(formula, relation).text
    return session.run(
        f"SELECT payout, table_amount, multiplier, gate_open FROM ({cells}) AS f ORDER BY cell"
    )


def _cells(sheets: Sequence[Sheet]) -> pa.Table:
    rows = []
    for number, sheet in enumerate(sheets):
        for position, cell in enumerate(sheet.cells):
            given = cell.inputs
            gates = [*given.gates, (0, None), (0, None)][:2]
            row: dict[str, int | str | None] = {
                "sheet": number,
                "cell": position,
                "x_n": given.x_n,
                "x_d": given.x_d,
            }
            row |= {"p_n": str(given.p_n)}
            row |= {"incentive": given.incentive, "m_n": given.m_n, "m_d": given.m_d}
            row |= {"g0_n": gates[0][0], "g0_d": gates[0][1], "g1_n": gates[1][0], "g1_d": gates[1][1]}
            rows.append(row)
    return pa.Table.from_pylist(rows, _schema("sheet", "cell", *INPUTS))


def _schema(*names: str) -> pa.Schema:
    """Whole numbers; what a cell pays on may be longer than 18 digits."""
    return pa.schema([(name, pa.string() if name == "p_n" else pa.int64()) for name in names])


def _deals(sheets: Sequence[Sheet]) -> pa.Table:
    rows = [
        {"sheet": number, "cell": position, "x_n": x_n, "p_n": str(p_n)}
        for number, sheet in enumerate(sheets)
        for position, cell in enumerate(sheet.cells)
        for x_n, p_n in cell.deals
    ]
    return pa.Table.from_pylist(rows, _schema("sheet", "cell", "x_n", "p_n"))


def test_exact_and_sql_agree_on_twenty_four_thousand_hard_cells() -> None:
    chance = Seeded(Random(20_261_123))
    sheets = []
    for _ in range(160):
        formula = draw_formula(chance)
        sheets.append(Sheet(formula, [draw_cell(chance, formula) for _ in range(150)]))
    differing = [
        (sheet.formula, cell, exact, found)
        for sheet, by_sql in zip(sheets, finished_by_sql(sheets), strict=True)
        for cell, exact, found in zip(sheet.cells, finished_exactly(sheet), by_sql, strict=True)
        if exact != found
    ]
    assert not differing, f"{len(differing)} cells differ; the first: {differing[0]}"


@settings(max_examples=40)
@given(st.data())
def test_exact_and_sql_agree_to_the_cent_on_any_formula(data: st.DataObject) -> None:
    chance = Drawn(data.draw)
    formula = draw_formula(chance)
    sheet = Sheet(formula, [draw_cell(chance, formula) for _ in range(5)])
    assert finished_by_sql([sheet]) == [finished_exactly(sheet)]


def test_vector_agrees_to_the_cent_or_says_that_a_number_does_not_fit() -> None:
    """With quotas to 10^12, incentives to 10^9 and rates of many digits most cells fit, and none is wrong."""
    chance = Seeded(Random(20_261_124))
    fitting = differing = 0
    for _ in range(140):
        formula = draw_formula(chance)
        sheet = Sheet(formula, [draw_cell(chance, formula) for _ in range(100)])
        assert vector.unfit(formula) == ("" if formula.table.paid_unit is None else "payable")
        pairs = zip(finished_exactly(sheet), finished_by_vector(sheet), strict=True)
        found = [(exact, by_vector) for exact, by_vector in pairs if by_vector is not None]
        fitting += len(found)
        differing += sum(exact != by_vector for exact, by_vector in found)
    assert differing == 0
    assert fitting > 5_000


@settings(max_examples=40)
@given(st.data())
def test_exact_and_vector_agree_to_the_cent_on_any_formula(data: st.DataObject) -> None:
    chance = Drawn(data.draw)
    formula = draw_formula(chance)
    sheet = Sheet(formula, [draw_cell(chance, formula) for _ in range(5)])
    pairs = zip(finished_exactly(sheet), finished_by_vector(sheet), strict=True)
    assert [exact for exact, found in pairs if found is not None and found != exact] == []

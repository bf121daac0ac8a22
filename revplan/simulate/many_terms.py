"""Very many sets of terms on one book's facts: what each pays, added up by groups of cells, to the cent.

A replay has counted the facts; here the cells of each column are arrays that are made once. Where terms
differ from the book's own in what a table says (rates, thresholds) or in a floor or cap, a column is finished
under all of them in one pass over its cells, and columns that they leave alone are paid once. What arrays
cannot say, and terms that change more than that, are paid one at a time by the replay.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import numpy as np

from revplan.formula import kernels, vector
from revplan.formula.compiled import Ints
from revplan.formula.kernels import BY_X_D, CURVE, FIRST, LAST, REACHES, UNFIT
from revplan.formula.steps import ApplyTable, Formula
from revplan.issues import Unfit
from revplan.model.book import Book
from revplan.model.plan import Component, Plan, linked
from revplan.simulate.replay import Replay
from revplan.simulate.replayed import Paid, through_ledger

GroupOf = Callable[[str, str, date], int]
"""The group of a line by its payee, team and the (exclusive) end of its payment period; −1 for none."""

Key = tuple[str, int, str]
"""A component by its plan, the plan's version, and its own id."""

_ROOM = 2**62
"""Totals stay below this."""


@dataclass(frozen=True)
class _Cells:
    """The cells of a column that may pay something and are in a group, as arrays."""

    inputs: vector.Inputs
    group: Ints


@dataclass(frozen=True)
class _Column:
    """A column under the book's own terms: `totals` by group; `cells` where arrays can say it."""

    totals: Ints
    cells: _Cells | None


class ManyTerms:
    """The book of a replay (as it was given to it), its lines in groups 0 to `groups` − 1."""

    def __init__(self, replay: Replay, book: Book, groups: int, group_of: GroupOf) -> None:
        self._replay, self._book, self._groups, self._group_of = replay, book, groups, group_of
        self._given = {(plan.id, plan.version): plan for plan in book.plans}
        self._plans = {(plan.id, plan.version): plan for plan in replay.book.plans}
        self._columns: dict[Key, list[_Column]] = {}
        finished = replay.finished()
        payouts = through_ledger([paid for paid, _ in finished])
        for (paid, inputs), payout in zip(finished, payouts, strict=True):
            column = paid.column
            key = column.plan.id, column.plan.version, column.component.id
            self._columns.setdefault(key, []).append(self._column(paid, inputs, payout))
        every = [each.totals for columns in self._columns.values() for each in columns]
        self._own = sum(every, np.zeros(groups, np.int64))

    def _column(self, paid: Paid, inputs: vector.Inputs | None, payout: Ints) -> _Column:
        cells = paid.column.cells
        group = np.array([self._group_of(c.payee_id, c.team_id, c.paid.end) for c in cells], np.int64)
        totals = np.zeros(self._groups, np.int64)
        np.add.at(totals, group[group >= 0], payout[group >= 0])
        if inputs is None or paid.column.component.accumulation == "cumulative":
            return _Column(totals, None)
        kept = np.flatnonzero((group >= 0) & np.array([cell.excluded == "" for cell in cells], np.bool_))
        # Within a block in order of what the table reads: neighbours stand on the same line of it, and the
        # loop goes straight on. Blocks keep the order of payees, whose totals then stay at hand.
        reads = inputs.x_n[kept] / np.maximum(inputs.x_d[kept], 1)
        kept = kept[np.lexsort((reads, np.arange(len(kept)) // kernels.BLOCK))]
        taken = vector.Inputs(
            inputs.x_n[kept],
            inputs.x_d[kept],
            inputs.incentive[kept],
            inputs.m_n[kept],
            inputs.m_d[kept],
            tuple((n[kept], d[kept]) for n, d in inputs.gates),
            inputs.fits[kept],
        )
        return _Column(totals, _Cells(taken, group[kept]))

    def totals(self, books: Sequence[Book]) -> Ints:
        """What each book's terms pay each group, minor units: a row for each book, a column for each group.

        The books have the facts and people of the replay's; raises ValueError for one that does not.
        """
        found = np.tile(self._own, (len(books), 1))
        alone: set[int] = set()
        jobs: dict[tuple[Key, tuple[object, ...]], list[tuple[int, Formula]]] = {}
        for row, book in enumerate(books):
            changed = self._changed(book)
            if changed is None:
                alone.add(row)
                continue
            for key, formula in changed.items():
                jobs.setdefault((key, _without_curves(formula)), []).append((row, formula))
        for (key, _), of_terms in jobs.items():
            for column in self._columns.get(key, []):
                alone.update(_add(found, column, of_terms))
        for row in sorted(alone):
            found[row] = self._alone(books[row])
        return found

    def _alone(self, book: Book) -> Ints:
        """One book, by its lines."""
        totals = np.zeros(self._groups, np.int64)
        lines = self._replay.lines(book)
        columns = (lines[name].to_pylist() for name in ("payee_id", "team_id", "period_end", "payout"))
        for payee, team, end, payout in zip(*columns, strict=True):
            group = self._group_of(payee, team, end)
            if group >= 0:
                totals[group] += payout
        return totals

    # ------------------------------------------------------------ what terms change

    def _changed(self, book: Book) -> dict[Key, Formula] | None:
        """The formulas of components whose terms are not the book's own; None where more is different."""
        same = book.targets is self._book.targets or book.targets == self._book.targets
        same = same and all(book.tables.get(name) is table for name, table in self._book.tables.items())
        if not same or len(book.plans) != len(self._given) or self._replay.needs_run(book):
            return None
        found: dict[Key, Formula] = {}
        for plan in book.plans:
            given = self._given.get((plan.id, plan.version))
            if plan is given:
                continue
            changed = None if given is None else self._of_plan(linked(plan))
            if changed is None:
                return None
            found |= changed
        return found

    def _of_plan(self, plan: Plan) -> dict[Key, Formula] | None:
        own = self._plans[plan.id, plan.version]
        if len(plan.components) != len(own.components):
            return None
        if plan.model_copy(update={"components": own.components}) != own:
            return None
        found: dict[Key, Formula] = {}
        for component, before in zip(plan.components, own.components, strict=True):
            if component == before:
                continue
            if _counted_as(component, before) != before:
                return None
            try:
                formula = self._replay.formula_of(component)
            except (KeyError, Unfit, ArithmeticError):
                return None
            if formula.deal or vector.unfit(formula):
                return None
            found[plan.id, plan.version, component.id] = formula
        return found


def _counted_as(component: Component, own: Component) -> Component:
    """The component with its own tables, floor and cap: what is left decides its cells and inputs."""
    update: dict[str, object] = {"table": own.table, "floor": own.floor, "cap": own.cap}
    if len(component.when) == len(own.when):
        pairs = zip(component.when, own.when, strict=True)
        update["when"] = tuple(each.model_copy(update={"table": o.table}) for each, o in pairs)
    return component.model_copy(update=update)


def _without_curves(formula: Formula) -> tuple[object, ...]:
    """What formulas that differ in their curves alone have in common."""
    table = formula.table
    steps = tuple(step for step in formula.cell if not isinstance(step, ApplyTable))
    return table.base, tuple(each.conditions for each in table.instead), steps


# ---------------------------------------------------------------- one column under many terms


def _add(found: Ints, column: _Column, of_terms: list[tuple[int, Formula]]) -> list[int]:
    """Put what formulas (of books by row) pay in a column in the place of its own totals; gives the rows for
    which arrays cannot say it."""
    if column.cells is None:
        return [row for row, _ in of_terms]
    if not len(column.cells.group):
        return []
    inputs, group = column.cells.inputs, column.cells.group
    settled = vector.settle(of_terms[0][1], inputs)
    most_n, most_d = int(np.abs(inputs.x_n).max()), max(1, int(inputs.x_d.max()))
    reach = most_n, most_d, most_d if settled.terms[BY_X_D] else 1
    sets = [(row, _curves(formula)) for row, formula in of_terms]
    fit = [(row, tables) for row, tables in sets if _has_room(tables, reach)]
    if not fit or (settled.cells[:, CURVE] < 0).any():
        return [row for row, _ in of_terms]
    settled.terms[REACHES] = most_n  # every one of `fit` reaches that far
    totals = np.zeros((len(fit), found.shape[1]), np.int64)
    most = np.zeros(len(fit), np.int64)
    _finish(inputs.x_n, settled, [tables for _, tables in fit], group, totals, most)
    good = (most != UNFIT) & (most < _ROOM // len(group))
    rows = np.array([row for row, _ in fit])
    found[rows[good]] += totals[good] - column.totals
    done = set(rows[good].tolist())
    return [row for row, _ in of_terms if row not in done]


def _curves(formula: Formula) -> vector.Curves:
    return vector.arrays_of([formula.table.curve, *(each.curve for each in formula.table.instead)])


def _has_room(tables: vector.Curves, reach: tuple[int, int, int]) -> bool:
    return all(size <= room for size, room in zip(reach, vector.room_of(tables), strict=True))


def _finish(
    x_n: Ints, settled: vector.Settled, sets: Sequence[vector.Curves], group: Ints, totals: Ints, most: Ints
) -> None:
    """Fill `totals` and `most` of each set of curves; threads share the sets, so none waits for another."""
    many = len(sets[0].curves)
    size = -(-len(sets) // (os.cpu_count() or 1))

    def part(begin: int) -> None:
        own = sets[begin : begin + size]
        starts = np.cumsum([0, *(len(each.lines) for each in own[:-1])])
        curves = np.concatenate([each.curves for each in own])
        curves[:, [FIRST, LAST]] += np.repeat(starts, many)[:, None]
        lines = np.concatenate([each.lines for each in own])
        to = slice(begin, begin + size)
        kernels.finish_under_many(
            x_n, settled.cells, curves, lines, settled.terms, many, group, totals[to], most[to]
        )

    with ThreadPoolExecutor() as pool:
        list(pool.map(part, range(0, len(sets), size)))

"""From the stakes to arrays: what trials read, put in their order once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from revplan.formula import kernels, vector
from revplan.formula.compiled import Ints
from revplan.formula.curve import Curve
from revplan.formula.steps import Formula, Multiply, PassGates, Reach
from revplan.issues import Unfit
from revplan.model.plan import Component
from revplan.rules.cells import Cell, counted_of
from revplan.simulate.luck import luck_of
from revplan.simulate.moves import Measured, Moved, Moves, Reached, Stakes
from revplan.simulate.replayed import through_ledger
from revplan.simulate.trial_inputs import Cells, Conditions, Given, Line, Ratios, Ready

_Input = tuple[int, int, Moves]


def ready(stakes: Stakes) -> Ready:
    """The stakes as arrays, made once. Raises Unfit when a number does not fit."""
    try:
        stakes.ready = stakes.ready or _ready(stakes)
        return stakes.ready
    except OverflowError as wrong:  # an input that is certain, and larger than 64 bits
        raise Unfit("simulated_too_large") from wrong


def _ready(stakes: Stakes) -> Ready:
    maker = _Maker(stakes)
    cells, conditions = maker.cells()
    luck, adds, drivers = luck_of(stakes)
    measured: list[Reached | Measured] = [*stakes.reached, *stakes.measured]
    targets = _ints(maker.give(each.n, each.d, each.moves) for each in measured)
    standing, lines = maker.standing, tuple(maker.lines)
    return Ready(
        luck, adds, cells, maker.given(), conditions, maker.ratios(), standing, targets, lines, drivers
    )


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), np.int64)


class _Maker:
    def __init__(self, stakes: Stakes) -> None:
        self._stakes = stakes
        self._given: list[tuple[int, int, int, int, int, int]] = []
        self._known: dict[tuple[int, int, Moves], int] = {}
        self.lines: dict[Line, int] = {}
        self.standing: Ints = np.zeros(0, np.int64)

    def give(self, n: int, d: int, moves: Moves) -> int:
        """The number of an input; the same one has the same."""
        key = (n, d, moves)
        if key not in self._known:
            self._known[key] = len(self._given)
            self._given.append((n, d, moves.first, moves.last, moves.ratio, moves.times))
        return self._known[key]

    def given(self) -> Given:
        """All inputs so far."""
        return Given(*_columns(self._given, 6))

    # ------------------------------------------------------------ cells

    def cells(self) -> tuple[Cells, Conditions]:
        """The cells that move in the order of trials, and their conditions."""
        paid = self._stakes.paid
        due = through_ledger(paid)
        moved = {(each.column, each.cell): each for each in self._stakes.moved}
        tables, settled = self._settled()
        rows: list[list[int]] = []
        most: list[tuple[int, int]] = []
        conditions: list[tuple[int, int, int, int, int]] = []
        condition_at = [0]
        less: dict[int, int] = defaultdict(int)
        for chain in self._chains(moved):
            for place, (number, at) in enumerate(chain.cells):
                found, column = moved.get((number, at)), paid[number].column
                line = self._line(number, at)
                less[line] += int(due[number][at])
                kind_of = _kind(column.component)
                row = [-1, 0, 0, -1, 0, 0, line, kind_of, int(place == 0), chain.last, chain.highest]
                limits = (0, 0)
                if found is not None:
                    table = tables[number]
                    names = [name for name, _ in counted_of(column.component)]
                    inputs = dict(zip(names, found.inputs, strict=True))
                    row[:3] = table.row[at], table.number, self.give(*inputs["x"])
                    row[5] = table.curve
                    if "m" in inputs and inputs["m"][2].anything:
                        row[3], row[4], limits = self.give(*inputs["m"]), table.m_curve, table.most
                    conditions += self._conditions(table, inputs)
                rows.append([*row, int(paid[number].earned[at])])
                most.append(limits)
                condition_at.append(len(conditions))
        self.standing = self._standing(due, less)
        row_, component, x, m, m_curve, base, line_, kind, first, last, highest, earned = _columns(rows, 12)
        at_most = np.array(most, np.int64).reshape(-1, 2)
        cells = Cells(
            row_, component, x, m, m_curve, base, at_most, _ints(condition_at), line_, kind, first, last,
            highest, earned, *settled,
        )  # fmt: skip
        return cells, Conditions(*_columns(conditions, 5))

    def _conditions(self, table: "_Table", inputs: dict[str, _Input]) -> list[tuple[int, int, int, int, int]]:
        """Of each role whose conditions may move, all of them, in the order of the roles."""
        by_role = [(0, each) for each in _gates(table.formula)]
        instead = [(k, each.conditions) for k, each in enumerate(table.formula.table.instead, 1)]
        given = _given_to_conditions(inputs)
        some_move = any(_moves(each, given) for _, each in instead)
        wanted = [*(by_role if table.gates_move else []), *(instead if some_move else [])]
        return [
            (
                self.give(*given[each.number]),
                each.at_least.numerator,
                each.at_least.denominator,
                int(each.edge == "higher"),
                role,
            )
            for role, conditions in wanted
            for each in conditions
        ]

    def _settled(self) -> tuple[dict[int, "_Table"], tuple[Ints, Ints, Ints, Ints, Ints, Ints]]:
        """Each column's table among all, and the rows of its cells that move; gates that move stand open."""
        by_column: dict[int, list[Moved]] = defaultdict(list)
        for each in self._stakes.moved:
            by_column[each.column].append(each)
        curves: list[Curve] = []
        m_curves: list[Curve] = []
        tables: dict[int, _Table] = {}
        blocks: list[Ints] = []
        terms: list[Ints] = []
        rows = 0
        for number, cells in sorted(by_column.items()):
            formula, column = self._stakes.formulas[number], self._stakes.paid[number].column
            if formula is None:
                continue
            names = [name for name, _ in counted_of(column.component)]
            sides = {
                name: (_ints(c.inputs[i][0] for c in cells), _ints(c.inputs[i][1] for c in cells))
                for i, name in enumerate(names)
            }
            none = np.zeros(len(cells), np.int64)
            m = sides.get("m", (none, none))
            incentive = _ints(column.cells[c.cell].incentive for c in cells)
            gates = tuple(side for name, side in sides.items() if name.startswith("g"))
            fits = np.ones(len(cells), np.bool_)
            gates_move = any(
                _moves(conditions, _given_to_conditions(dict(zip(names, cell.inputs, strict=True))))
                for conditions in _gates(formula)
                for cell in cells
            )
            trials_formula = _with_gates_open(formula) if gates_move else formula
            done = vector.settle(trials_formula, vector.Inputs(*sides["x"], incentive, *m, gates, fits))
            block = done.cells
            block[block[:, kernels.CURVE] >= 0, kernels.CURVE] += len(curves)
            multiplier = next((s.curve for s in formula.cell if isinstance(s, Multiply)), None)
            multiplier = multiplier or next((s.curve for s in formula.deal if isinstance(s, Multiply)), None)
            most = vector.room_of_multiplier(vector.arrays_of([multiplier])) if multiplier else (0, 0)
            where = {c.cell: rows + i for i, c in enumerate(cells)}
            tables[number] = _Table(
                formula, where, len(terms), len(curves), len(m_curves), most, gates_move=gates_move
            )
            curves += [formula.table.curve, *(each.curve for each in formula.table.instead)]
            m_curves += [multiplier] if multiplier else []
            blocks.append(block)
            terms.append(done.terms)
            rows += len(cells)
        settled = np.concatenate([np.zeros((0, kernels.WIDTH), np.int64), *blocks])
        of_components = np.array(terms, np.int64).reshape(-1, kernels.TERMS)
        return tables, (settled, *_arrays(curves), of_components, *_arrays(m_curves))

    def _chains(self, moved: dict[tuple[int, int], Moved]) -> Iterable["_Chain"]:
        """Discrete cells one by one; cumulative lines whole, from the first period of the horizon on."""
        paid, start = self._stakes.paid, self._stakes.future.months[0]
        chains: dict[tuple[object, ...], list[tuple[Cell, int, int]]] = defaultdict(list)
        for number, each in enumerate(paid):
            column = each.column
            for at, cell in enumerate(column.cells):
                if cell.excluded:
                    continue
                if column.component.accumulation == "cumulative":
                    key = (cell.payee_id, column.plan.id, column.component.id, cell.measured, column.segment)
                    chains[key].append((cell, number, at))
                elif (number, at) in moved:
                    yield _Chain(0, 0, [(number, at)])
        for cells in chains.values():
            cells.sort(key=lambda each: (each[0].paid.start, each[1], each[2]))
            if not any((number, at) in moved for _, number, at in cells):
                continue
            before = [(number, at) for cell, number, at in cells if cell.paid.end <= start]
            after = [(number, at) for cell, number, at in cells if cell.paid.end > start]
            earned = [int(paid[number].earned[at]) for number, at in before]
            yield _Chain(earned[-1] if earned else 0, max([0, *earned]), after)

    def _line(self, number: int, at: int) -> int:
        column = self._stakes.paid[number].column
        cell = column.cells[at]
        line = Line(
            cell.payee_id, cell.payee_name, cell.team_id, column.plan.id, cell.paid.start, cell.paid.end
        )
        return self.lines.setdefault(line, len(self.lines))

    def _standing(self, due: list[Ints], less: dict[int, int]) -> Ints:
        """What each line pays besides the cells that move."""
        found = np.zeros(len(self.lines), np.int64)
        for number, each in enumerate(self._stakes.paid):
            for at, cell in enumerate(each.column.cells):
                line = Line(
                    cell.payee_id, cell.payee_name, cell.team_id, each.column.plan.id, cell.paid.start,
                    cell.paid.end,
                )  # fmt: skip
                if line in self.lines:
                    found[self.lines[line]] += due[number][at]
        for number, amount in less.items():
            found[number] -= amount
        return found

    def ratios(self) -> Ratios:
        """The accounts behind each ratio."""
        flat = [account for accounts in self._stakes.ratios for account in accounts]
        at = np.cumsum([0, *(len(accounts) for accounts in self._stakes.ratios)]).astype(np.int64)
        return Ratios(at, *_columns([(s, e, d, int(net)) for s, e, d, net in flat], 4))


@dataclass(frozen=True)
class _Table:
    """A column's formula, the settled row of each of its cells that moves, the row of its terms, its curves'
    first numbers, and whether trials move its gates."""

    formula: Formula
    row: dict[int, int]
    number: int
    curve: int
    m_curve: int
    most: tuple[int, int]
    gates_move: bool


@dataclass(frozen=True)
class _Chain:
    """Cells that follow one another on one line: (column, cell) each, and what was earned before them."""

    last: int
    highest: int
    cells: list[tuple[int, int]]


def _gates(formula: Formula) -> list[tuple[Reach, ...]]:
    return [step.conditions for step in formula.cell if isinstance(step, PassGates)]


def _with_gates_open(formula: Formula) -> Formula:
    return replace(formula, cell=tuple(step for step in formula.cell if not isinstance(step, PassGates)))


def _given_to_conditions(inputs: dict[str, _Input]) -> list[_Input]:
    """A cell's inputs that its conditions compare, by their numbers."""
    return [each for name, each in inputs.items() if name.startswith("g")]


def _moves(conditions: Sequence[Reach], given: Sequence[_Input]) -> bool:
    return any(given[each.number][2].anything for each in conditions)


def _arrays(curves: list[Curve]) -> tuple[Ints, Ints]:
    """Curves and their lines; arrays of the same shape where there are none."""
    if not curves:
        return np.zeros((0, 5), np.int64), np.zeros((0, 4), np.int64)
    made = vector.arrays_of(curves)
    return made.curves, made.lines


def _columns(rows: Sequence[Sequence[int]], width: int) -> tuple[Ints, ...]:
    array = np.array(rows, np.int64).reshape(-1, width)
    return tuple(np.ascontiguousarray(array[:, each]) for each in range(width))


def _kind(component: Component) -> int:
    """See `Cells.kind`; versions of a plan may differ in it along one line."""
    return 0 if component.accumulation != "cumulative" else 2 if component.recovers else 1

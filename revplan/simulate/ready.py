"""From the stakes to arrays: what trials read, put in their order once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from revplan.formula import kernels, vector
from revplan.formula.compiled import Ints
from revplan.formula.curve import Curve
from revplan.formula.steps import Formula, Multiply, PassGates, Reach
from revplan.issues import Unfit
from revplan.model.forecast import OpenDeal, Spread
from revplan.money import MILLION, round_half_away
from revplan.rules.cells import Cell, counted_of
from revplan.simulate.draws import AMOUNT, OTHER, SLIP, WIN, chances, streams
from revplan.simulate.replay import through_ledger
from revplan.simulate.room import within_room
from revplan.simulate.stakes import Measured, Moved, Moves, Reached, Stakes
from revplan.simulate.trials import Adds, Cells, Conditions, Given, Line, Luck, Ratios, Ready

SLIPPED, RENEWALS, PIPELINE, NEW, ACTIVITY = "slip", "renewals", "pipeline", "new", "activity"
"""Drivers: deals that slip out of the horizon, renewals; and, by team as `pipeline:<team>` and `new:<team>`,
open deals and business that is not there yet. `activity` is what goes on by itself; it brings no revenue."""


def ready(stakes: Stakes, seed: int) -> Ready:
    """The stakes as arrays. Raises Unfit when a number does not fit."""
    try:
        return _ready(stakes, seed)
    except OverflowError as wrong:  # an input that is certain, and larger than 64 bits
        raise Unfit("simulated_too_large") from wrong


def _ready(stakes: Stakes, seed: int) -> Ready:
    maker = _Maker(stakes)
    cells, conditions = maker.cells()
    luck, adds = maker.luck(seed)
    measured: list[Reached | Measured] = [*stakes.reached, *stakes.measured]
    targets = _ints(maker.give(each.n, each.d, each.moves) for each in measured)
    standing, lines = maker.standing, tuple(maker.lines)
    return Ready(
        luck, adds, cells, maker.given(), conditions, maker.ratios(), standing, targets, lines, maker.drivers
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
        self.drivers: tuple[str, ...] = ()

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
                row = [-1, 0, -1, 0, 0, line, chain.kind, int(place == 0), chain.last, chain.highest]
                limits = (0, 0)
                if found is not None:
                    table = tables[number]
                    names = [name for name, _ in counted_of(column.component)]
                    inputs = dict(zip(names, found.inputs, strict=True))
                    row[0], row[1], row[4] = table.row[at], self.give(*inputs["x"]), table.curve
                    if "m" in inputs and inputs["m"][2].anything:
                        row[2], row[3], limits = self.give(*inputs["m"]), table.m_curve, table.most
                    conditions += self._conditions(table.formula, inputs)
                rows.append([*row, int(paid[number].earned[at])])
                most.append(limits)
                condition_at.append(len(conditions))
        self.standing = self._standing(due, less)
        row_, x, m, m_curve, base, line_, kind, first, last, highest, earned = _columns(rows, 11)
        at_most = np.array(most, np.int64).reshape(-1, 2)
        cells = Cells(
            row_, x, m, m_curve, base, at_most, _ints(condition_at), line_, kind, first, last, highest,
            earned, *settled,
        )  # fmt: skip
        return cells, Conditions(*_columns(conditions, 5))

    def _conditions(
        self, formula: Formula, inputs: dict[str, tuple[int, int, Moves]]
    ) -> list[tuple[int, int, int, int, int]]:
        """Of each role whose conditions may move, all of them, in the order of the roles."""
        gates = [step.conditions for step in formula.cell if isinstance(step, PassGates)]
        by_role = [(0, each) for each in gates]
        instead = [(k, each.conditions) for k, each in enumerate(formula.table.instead, 1)]
        by_name = {name: each for name, each in inputs.items() if name.startswith("g")}
        given = list(by_name.values())

        def moves(conditions: Sequence[tuple[int, Sequence[Reach]]]) -> bool:
            return any(given[each.number][2].anything for _, of_role in conditions for each in of_role)

        wanted = [*(by_role if moves(by_role) else []), *(instead if moves(instead) else [])]
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

    def _settled(self) -> tuple[dict[int, "_Table"], tuple[Ints, Ints, Ints, Ints, Ints]]:
        """Each column's table among all, and the rows of its cells that move."""
        by_column: dict[int, list[Moved]] = defaultdict(list)
        for each in self._stakes.moved:
            by_column[each.column].append(each)
        curves: list[Curve] = []
        m_curves: list[Curve] = []
        tables: dict[int, _Table] = {}
        blocks: list[Ints] = []
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
            done = vector.settle(formula, vector.Inputs(*sides["x"], incentive, *m, gates, fits))
            block = done.cells
            block[:, kernels.CURVE] += len(curves)
            multiplier = next((s.curve for s in formula.cell if isinstance(s, Multiply)), None)
            multiplier = multiplier or next((s.curve for s in formula.deal if isinstance(s, Multiply)), None)
            most = vector.room_of_multiplier(vector.arrays_of([multiplier])) if multiplier else (0, 0)
            where = {c.cell: rows + i for i, c in enumerate(cells)}
            tables[number] = _Table(formula, where, len(curves), len(m_curves), most)
            curves += [formula.table.curve, *(each.curve for each in formula.table.instead)]
            m_curves += [multiplier] if multiplier else []
            blocks.append(block)
            rows += len(cells)
        width = kernels.WIDTH
        settled = np.concatenate(blocks) if blocks else np.zeros((0, width), np.int64)
        return tables, (settled, *_arrays(curves), *_arrays(m_curves))

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
                    yield _Chain(0, 0, 0, [(number, at)])
        for cells in chains.values():
            cells.sort(key=lambda each: (each[0].paid.start, each[1], each[2]))
            if not any((number, at) in moved for _, number, at in cells):
                continue
            before = [(number, at) for cell, number, at in cells if cell.paid.end <= start]
            after = [(number, at) for cell, number, at in cells if cell.paid.end > start]
            earned = [int(paid[number].earned[at]) for number, at in before]
            kind = 2 if paid[after[0][0]].column.component.recovers else 1
            yield _Chain(kind, earned[-1] if earned else 0, max([0, *earned]), after)

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

    # ------------------------------------------------------------ luck

    def luck(self, seed: int) -> tuple[Luck, Adds]:
        """What is drawn, and what comes with it: first the ways of winning, then the bundles of blocks."""
        stakes, future = self._stakes, self._stakes.future
        forecast, deals = future.forecast, future.deals
        bundles: list[list[tuple[int, int]]] = []
        fixed: list[list[tuple[int, int]]] = []
        worth: list[int] = []
        place: dict[tuple[int, int], int] = {}
        for key, won in sorted(future.won.items()):
            place[key] = len(bundles)
            bundles.append(stakes.adds.get(won.id, []))
            fixed.append(stakes.fixed.get(won.id, []))
            worth.append(stakes.worth.get(won.id, 0))
        way = np.full((len(deals), len(forecast.slip.days)), -1, np.int64)
        for number, lands in enumerate(future.lands):
            for outcome, month in enumerate(lands):
                if month >= 0:
                    way[number, outcome] = place[number, month]
        # What a deal that slips out of the horizon would have brought, were it won in its first month.
        in_first = {deal: worth[at] for (deal, _), at in sorted(place.items(), reverse=True)}
        drivers = {SLIPPED: 0}
        deal_driver = [drivers.setdefault(_driver(deal), len(drivers)) for deal in deals]
        names, first, many, block_driver = [], [], [], []
        for block in future.blocks:
            names.append(f"{NEW}:{block.team}:{future.months[block.month]}")
            first.append(len(bundles))
            many.append(len(block.pasts))
            block_driver.append(drivers.setdefault(f"{NEW}:{block.team}", len(drivers)))
            for past in block.pasts:
                added = [e for won in past for e in stakes.adds.get(won.id, [])]
                bundles.append([(slot, round_half_away(n * block.factor)) for slot, n in added])
                fixed.append([e for won in past for e in stakes.fixed.get(won.id, [])])
                total = sum(stakes.worth.get(won.id, 0) for won in past)
                worth.append(round_half_away(total * block.factor))
        for day, flows in zip(future.months, stakes.flows, strict=True):
            if any(flows):
                names.append(f"{ACTIVITY}:{day}")
                first.append(len(bundles))
                many.append(len(flows))
                block_driver.append(drivers.setdefault(ACTIVITY, len(drivers)))
                bundles += [[] for _ in flows]
                fixed += flows
                worth += [0] * len(flows)
        self.drivers = tuple(drivers)
        spreads = [_spread_of(forecast.spreads, deal) for deal in deals]
        factors, factor_at, among = _factors(spreads)
        bundles, fixed = [_merged(each) for each in bundles], [_merged(each) for each in fixed]
        choices = [[each for each in row if each >= 0] for row in way.tolist()]
        choices += [list(range(at, at + number)) for at, number in zip(first, many, strict=True)]
        of_ratios = [[slot for slot, *_ in accounts] for accounts in stakes.ratios]
        if not within_room(bundles, fixed, worth, choices, of_ratios, max(factors)):
            raise Unfit("simulated_too_large")
        parts = [part for pair in zip(bundles, fixed, strict=True) for part in pair]
        edges = np.cumsum([0, *(len(part) for part in parts)]).astype(np.int64)
        ids = [deal.id for deal in deals]
        luck = Luck(
            streams(seed, ids, WIN),
            chances(float(deal.probability) for deal in deals),
            streams(seed, ids, AMOUNT),
            streams(seed, ids, SLIP),
            _ints(factor_at),
            _ints(among),
            _ints(factors),
            way,
            _ints(deal_driver),
            0,
            _ints(in_first.get(number, 0) for number in range(len(deals))),
            streams(seed, names, OTHER),
            _ints(first),
            _ints(many),
            _ints(block_driver),
        )
        slot, amount = _columns([each for part in parts for each in part], 2)
        return luck, Adds(
            edges[::2].copy(), edges[1::2].copy(), slot, amount, _ints(worth), max(stakes.slots, 1)
        )


@dataclass(frozen=True)
class _Table:
    """A column's formula, the settled row of each of its cells that moves, and its curves' first numbers."""

    formula: Formula
    row: dict[int, int]
    curve: int
    m_curve: int
    most: tuple[int, int]


@dataclass(frozen=True)
class _Chain:
    """Cells that follow one another on one line: (column, cell) each, and what was earned before them."""

    kind: int
    last: int
    highest: int
    cells: list[tuple[int, int]]


def _arrays(curves: list[Curve]) -> tuple[Ints, Ints]:
    """Curves and their lines; arrays of the same shape where there are none."""
    if not curves:
        return np.zeros((0, 5), np.int64), np.zeros((0, 4), np.int64)
    made = vector.arrays_of(curves)
    return made.curves, made.lines


def _columns(rows: Sequence[Sequence[int]], width: int) -> tuple[Ints, ...]:
    array = np.array(rows, np.int64).reshape(-1, width)
    return tuple(np.ascontiguousarray(array[:, each]) for each in range(width))


def _driver(deal: OpenDeal) -> str:
    return RENEWALS if deal.kind == "renewal" else f"{PIPELINE}:{deal.team}"


def _merged(bundle: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Each slot once."""
    found: dict[int, int] = defaultdict(int)
    for slot, amount in bundle:
        found[slot] += amount
    return sorted(found.items())


def _spread_of(spreads: Sequence[Spread], deal: OpenDeal) -> Spread:
    """The narrowest spread: of its kind and segment, its kind, its segment, or of all."""
    for kind, segment in ((deal.kind, deal.segment), (deal.kind, ""), ("", deal.segment), ("", "")):
        for each in spreads:
            if (each.kind, each.segment) == (kind, segment):
                return each
    return Spread()


def _factors(spreads: Sequence[Spread]) -> tuple[list[int], list[int], list[int]]:
    """All factors in millionths, each spread's once; and where each deal's begin, and how many it has."""
    factors: list[int] = [MILLION]
    known: dict[Spread, int] = {}
    for each in spreads:
        if each not in known:
            known[each] = len(factors)
            factors += [round_half_away(Fraction(factor) * MILLION) for factor in each.factors]
    return factors, [known[each] for each in spreads], [len(each.factors) for each in spreads]

"""What one fact more pays a payee, as a function of its amount: a run with it, and the formula between."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from revplan.formula.exact import CellInputs, finish_sum, run_steps
from revplan.formula.steps import Formula
from revplan.metrics.measures import measure_of
from revplan.model.book import Book
from revplan.model.credit import Credit
from revplan.model.plan import Component, PaysPool
from revplan.model.results import RunResult
from revplan.rules.explain.hypothetical import PLAIN, Traits, with_fact
from revplan.rules.explain.line import EXCLUDED, Explainer, Row
from revplan.rules.run import run
from revplan.rules.some_payees import of_payees

LARGEST = 10**15
"""No amount of money is looked for beyond this, in minor units."""
MOST_THINGS = 10_000
"""Nor so many things to count."""
PROBE = 1_234_567
"""The money by which it is found out how inputs move: an amount that is unlikely to be met by chance."""

Key = tuple[str, str, str]
"""Plan, component and payment period: a line of one payee."""


@dataclass(frozen=True)
class Fact:
    """One thing more: of a measure, credited to a payee by a rule, on a day, and what is said of its deal."""

    payee_id: str
    measure: str
    credit: Credit
    on: date
    traits: Traits = PLAIN


@dataclass(frozen=True)
class Ground:
    """A book up to the day of a fact, and what the payee is paid without it."""

    book: Book
    plan_set: str
    fact: Fact
    base: RunResult

    @property
    def is_money(self) -> bool:
        """Whether the fact is an amount of money; else it is so many things."""
        return measure_of(self.book.company, self.fact.measure).unit == "money"

    def with_fact(self, amount: int, *, with_inputs: bool = False) -> RunResult:
        """The payee's lines and statements with the fact, by a run of the whole engine; `amount` as in
        `with_fact`. Inputs of the lines, which cost as much again, are there on request."""
        fact = self.fact
        measure = measure_of(self.book.company, fact.measure)
        book = with_fact(self.book, measure, fact.credit, fact.payee_id, amount, fact.on, fact.traits)
        return run(book, self.plan_set, with_parts=with_inputs, payees=frozenset({fact.payee_id}))

    def gain(self, amount: int) -> int:
        """What the fact pays more in all, in minor units."""
        return _total(self.with_fact(amount)) - _total(self.base)

    @cached_property
    def by_formula(self) -> "Callable[[int], int] | None":
        """The gain by the amount without a run, where the lines' own formula tells it: see `formula_gain`."""
        return formula_gain(self, PROBE if self.is_money else 1)


def ground_of(book: Book, plan_set: str, fact: Fact, known: Callable[[], RunResult] | None = None) -> Ground:
    """Facts count up to the fact's day where that is later than the book's own, in the base as well.

    `known` gives a run of the plan set on the book itself, with its inputs, where there is one already.
    """
    payees = frozenset({fact.payee_id})
    if known is not None and fact.on <= book.company.as_of:
        return Ground(book, plan_set, fact, _only(known(), payees))
    company = book.company.model_copy(update={"as_of": max(book.company.as_of, fact.on)})
    book = replace(book, company=company)
    return Ground(book, plan_set, fact, run(book, plan_set, payees=payees))


def _only(result: RunResult, payees: frozenset[str]) -> RunResult:
    """The payees' lines of a run, with what tells of them."""
    lines = of_payees(result.lines, payees)
    numbers = set(lines["line_id"].to_pylist())
    kept = pa.array(sorted(numbers), result.inputs.schema.field("line_id").type)
    inputs = result.inputs.filter(pc.is_in(result.inputs["line_id"], value_set=kept))
    return replace(result, lines=lines, inputs=inputs, statements=of_payees(result.statements, payees))


def needed(ground: Ground, earn: int) -> int | None:
    """The least amount of the fact that pays `earn` minor units more; None where none within bounds does.

    Looked for by halving: on the lines' own formula where the inputs move in step with the amount (found
    out by a run with the fact), else by running. Pay is taken to grow with the amount. The answer is run: it
    pays what the formula says, or, where that is more or less, as much as is asked for and one unit less
    does not.
    """
    most = LARGEST if ground.is_money else MOST_THINGS
    gain = ground.by_formula
    if gain is not None:
        found = _least(gain, earn, most)
        if found is None:
            return None
        paid = ground.gain(found)
        if paid == gain(found) or (paid >= earn and (found == 1 or ground.gain(found - 1) < earn)):
            return found
    return _least(ground.gain, earn, most)


def _least(gain: Callable[[int], int], earn: int, most: int) -> int | None:
    low, high = 0, 1
    while gain(high) < earn:
        if high == most:
            return None
        low, high = high, min(high * 4, most)
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (low, middle) if gain(middle) >= earn else (middle, high)
    return high


def _total(result: RunResult) -> int:
    return sum(result.lines["payout"].to_pylist())


# ---------------------------------------------------------------- by the formula alone


@dataclass(frozen=True)
class _Cell:
    """A line's cell without the fact, and how each input moves with it: by so much for each unit of the
    amount, and by so much whatever the amount."""

    chain: tuple[str, ...]
    excluded: bool
    component: Component
    formula: Formula
    inputs: CellInputs
    deals: int | None
    moves: tuple[tuple[int, int], ...]

    def earned(self, amount: int) -> int:
        """Minor units at an amount."""
        if self.excluded:
            return 0
        x, m, p, *gates = (each * amount + once for each, once in self.moves)
        old = self.inputs
        moved = tuple((n + more, d) for (n, d), more in zip(old.gates, gates, strict=True))
        now = replace(old, x_n=old.x_n + x, p_n=old.p_n + p, m_n=old.m_n + m, gates=moved)
        own = run_steps(self.formula.deal, replace(now, x_n=x, p_n=p)).payout if x else 0
        total = None if self.deals is None else self.deals + own
        return finish_sum(self.formula, now, total).payout


def formula_gain(ground: Ground, probe: int) -> Callable[[int], int] | None:
    """The gain by the amount (1 or more), by the exact dialect; None where inputs do not move in step."""
    base = _cells(ground.book, ground.base)
    probed = _cells(ground.book, ground.with_fact(probe, with_inputs=True))
    if base.keys() != probed.keys():
        return None
    chains: dict[tuple[str, ...], list[_Cell]] = {}
    for key, (line, component, formula, inputs, deals) in base.items():
        other = probed[key]
        moves = _moves(inputs, other[3], probe, ground.is_money)
        limited = component.deals.minimum_credit is not None or component.deals.credit_cap is not None
        if moves is None or (limited and any(map(any, moves))):
            return None  # a ratio, or a limit on a deal's credit
        if isinstance(component.pays, PaysPool) and any(map(any, moves)):
            return None  # others have a part of it
        if component.multiplier is not None and deals is not None and any(moves[1]):
            return None  # each earlier deal would be paid otherwise
        parted = line["period"] if component.accumulation == "discrete" else ""
        chain = (line["plan_id"], line["component_id"], line["measured_period"], parted)
        excluded = line["reason"] in EXCLUDED
        chains.setdefault(chain, []).append(_Cell(chain, excluded, component, formula, inputs, deals, moves))
    moving = [cells for cells in chains.values() if any(any(map(any, cell.moves)) for cell in cells)]
    before = sum(_paid(cells, None) for cells in moving)
    return lambda amount: sum(_paid(cells, amount) for cells in moving) - before


def _cells(
    book: Book, result: RunResult
) -> dict[Key, tuple[Row, Component, Formula, CellInputs, int | None]]:
    explainer = Explainer(book, result)
    found = (explainer.cell(line_id) for line_id in result.lines["line_id"].to_pylist())
    return {(cell[0]["plan_id"], cell[0]["component_id"], cell[0]["period"]): cell for cell in found}


_PAID = 2
"""The place of what x pays on among the moves."""


def _moves(
    before: CellInputs, after: CellInputs, probe: int, is_money: bool
) -> tuple[tuple[int, int], ...] | None:
    """For x, m, what x pays on, and each gate: how it moves by the amount, and whatever the amount.

    One amount of money is one fact, which counts by itself in full or once, and pays on so many times as
    much; things to count are as many facts, each of which counts the same.
    """
    pairs = [
        ((before.x_n, before.x_d), (after.x_n, after.x_d)),
        ((before.m_n, before.m_d), (after.m_n, after.m_d)),
        ((before.p_n, 1), (after.p_n, 1)),
        *zip(before.gates, after.gates, strict=True),
    ]
    if any(old[1] != new[1] for old, new in pairs):
        return None
    steps = [new[0] - old[0] for old, new in pairs]
    if is_money:
        found = [(1, 0) if step == probe else (0, step) for step in steps]
        paid = steps[_PAID]
        found[_PAID] = (paid // probe, 0) if paid % probe == 0 else (0, paid)
        return tuple(found)
    return None if any(step % probe for step in steps) else tuple((step // probe, 0) for step in steps)


def _paid(cells: list[_Cell], amount: int | None) -> int:
    """What a chain of lines pays in all: of a cumulative one that does not recover, the most it ever had."""
    component = cells[0].component
    earned = [
        cell.earned(amount) if amount is not None else _now(cell) for cell in cells if not cell.excluded
    ]
    if not earned:
        return 0
    if component.accumulation == "discrete" or component.recovers:
        return earned[-1]
    return max(0, *earned)


def _now(cell: _Cell) -> int:
    return replace(cell, moves=tuple((0, 0) for _ in cell.moves)).earned(0)

"""What moves in trials: cells, targets, what people measure, and the slots that each way of winning adds to.

`stakes.stakes_of` makes it, once; a trial only adds up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from revplan.formula.steps import Formula
from revplan.issues import Issue
from revplan.simulate.future import Future
from revplan.simulate.replayed import Paid
from revplan.simulate.trial_inputs import Ready

Entries = dict[str, list[tuple[int, int]]]
"""By the id of a way of winning: what it adds to which slots."""


@dataclass(frozen=True)
class Moves:
    """How an input of a cell moves: by slots [first, last) added up, and `times` × a `ratio` (−1: none)."""

    first: int = 0
    last: int = 0
    ratio: int = -1
    times: int = 1

    @property
    def anything(self) -> bool:
        """Whether anything at stake can move it."""
        return self.first < self.last or self.ratio >= 0


@dataclass(frozen=True)
class Moved:
    """A cell that something at stake moves: its column's place, its own in the column, and its inputs
    n / d at what is certain, each with how it moves."""

    column: int
    cell: int
    inputs: tuple[tuple[int, int, Moves], ...]


@dataclass(frozen=True)
class Reached:
    """A target of the company or a team in a period: n of what is certain over d, as a ratio of `quota`."""

    target: str
    name: str
    measure: str
    unit: str
    owner: str
    period: str
    start: date
    end: date
    quota: int
    n: int
    d: int
    moves: Moves


LineKey = tuple[str, str, int, str, int, str]
"""A line: payee, plan, version, component, segment and the label of its payment period."""


def line_key(row: Mapping[str, Any]) -> LineKey:
    """Which line a row of LINES is."""
    return (
        row["payee_id"],
        row["plan_id"],
        row["plan_version"],
        row["component_id"],
        row["segment"],
        row["period"],
    )


@dataclass(frozen=True)
class Measured:
    """What somebody's component measures in a period: n of what is certain over d, as a ratio of `quota`."""

    line: LineKey
    quota: int
    n: int
    d: int
    moves: Moves


@dataclass
class Stakes:
    """See `stakes.stakes_of`. `plan_set` is what is paid. `adds` and `flows` hold (slot, amount); a flow has
    one list for each of the forecast's months alike, for each coming month. `fixed` is what a way of
    winning adds however large the deal comes out: numbers of deals and customers, its leads and touches.
    `ratios` are the accounts behind each: (slot, end, start, net). `measured` is empty unless people are
    asked for. `ready` is all of it as arrays, once the first trial has asked for them."""

    future: Future
    plan_set: str
    paid: list[Paid]
    formulas: list[Formula | None]
    moved: list[Moved]
    reached: list[Reached]
    measured: list[Measured]
    adds: Entries
    fixed: Entries
    flows: list[list[list[tuple[int, int]]]]
    worth: dict[str, int]
    ratios: list[list[tuple[int, int, int, bool]]]
    slots: int
    certain: pa.Table
    issues: list[Issue] = field(default_factory=list)
    ready: Ready | None = field(default=None, init=False, repr=False)

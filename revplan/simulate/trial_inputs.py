"""What trials read, as arrays: `simulate.ready` makes them, `simulate.trials` goes through them."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Self

from revplan.formula.compiled import Ints
from revplan.simulate.draws import AMOUNT, OTHER, SLIP, WIN, Words, streams_of


class Luck(NamedTuple):
    """What is drawn. A deal is won by `chance`; then its amount is × one of the factors [factor_at,
    factor_at + factors), and what comes true is the bundle `way[deal, slip]`. Of each block one of the
    bundles [bundle_at, bundle_at + bundles) comes true, whatever it holds. `deal` and `block` are the keys
    of their streams."""

    deal: Words
    chance: Words
    factor_at: Ints
    factors: Ints
    factor: Ints
    way: Ints
    block: Words
    bundle_at: Ints
    bundles: Ints


class Streams(NamedTuple):
    """Where the numbers come from under a seed: of each deal, whether it is won, by how much it slips and
    for how much it is won; and of each block."""

    win: Words
    slip: Words
    amount: Words
    block: Words

    @classmethod
    def of(cls, luck: Luck, seed: int) -> Self:
        """The streams of a seed."""
        win, slip, amount = (streams_of(seed, luck.deal, lane) for lane in (WIN, SLIP, AMOUNT))
        return cls(win, slip, amount, streams_of(seed, luck.block, OTHER))


class Adds(NamedTuple):
    """What comes with each bundle: `slot` and `amount` from `at[bundle]` on, of which those from
    `fixed[bundle]` on stay whatever the deal's amount comes to; what it is worth in won revenue, and the
    driver that this counts for. A deal that slips out of the horizon is worth something to a driver of its
    own, and adds nothing."""

    at: Ints
    fixed: Ints
    slot: Ints
    amount: Ints
    worth: Ints
    driver: Ints
    slots: int


class Cells(NamedTuple):
    """The cells that move, those of one cumulative line after one another in order of their periods."""

    row: Ints  # of `settled`; −1 where only the line before it moves, and what it earned stands in `earned`
    component: Ints  # the row of `terms`
    x: Ints
    m: Ints  # −1 where the multiplier does not move
    m_curve: Ints
    base_curve: Ints  # of its component's own table among `lines`
    m_most: Ints  # [cell, (n, d)]
    condition_at: Ints
    line: Ints  # the column of the result
    kind: Ints  # 0 discrete, 1 cumulative, 2 cumulative that recovers
    first: Ints  # 1 for the first cell of a cumulative line
    last_earned: Ints
    highest: Ints
    earned: Ints
    settled: Ints  # where trials move the gates, as if they were open
    curves: Ints
    lines: Ints
    terms: Ints  # [component, term]
    m_curves: Ints
    m_lines: Ints


class Given(NamedTuple):
    """Inputs of cells and targets: n / d at what is certain, and how they move (`moves.Moves`)."""

    n: Ints
    d: Ints
    first: Ints
    last: Ints
    ratio: Ints
    times: Ints


class Conditions(NamedTuple):
    """Conditions of cells. `role` is 0 for a gate, and k for the k-th table that may apply instead."""

    given: Ints
    at_n: Ints
    at_d: Ints
    higher: Ints
    role: Ints


class Ratios(NamedTuple):
    """Accounts behind each ratio, from `at[ratio]` on."""

    at: Ints
    slot: Ints
    end: Ints
    start: Ints
    net: Ints


@dataclass(frozen=True)
class Line:
    """A column of the result: what a plan pays somebody for a payment period [start, end)."""

    payee: str
    payee_name: str
    team: str
    plan: str
    start: date
    end: date


@dataclass(frozen=True)
class Ready:
    """Everything that trials read, and what their columns mean. `standing` is what each line pays besides the
    cells that move; `drivers` names what the won revenue of a trial is added up by."""

    luck: Luck
    adds: Adds
    cells: Cells
    given: Given
    conditions: Conditions
    ratios: Ratios
    standing: Ints
    targets: Ints
    lines: tuple[Line, ...]
    drivers: tuple[str, ...]

    def arrays(self, seed: int) -> tuple[Streams, Luck, Adds, Cells, Given, Conditions, Ratios, Ints]:
        """As the loop over trials takes them."""
        given = (self.luck, self.adds, self.cells, self.given, self.conditions, self.ratios, self.targets)
        return (Streams.of(self.luck, seed), *given)

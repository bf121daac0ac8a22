"""The steps of a cell: small frozen records, evaluated by each dialect in the order they stand.

A cell's inputs, all whole: `x_n / x_d` (the table's input; undefined where x_d is null or ≤ 0),
`p_n` (what it pays on, in parts of `paid_unit` of x_n, where that is another amount),
`incentive` (minor units, the component's own part), `m_n / m_d` (the multiplier's input) and
`g<i>_n / g<i>_d` (one for each condition). Order: table (conditions choose which) → deal limit →
multiplier → round → floor → cap → gates. Floors, caps and gates act on whole minor units, so rounding
before them or after gives the same cent.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from revplan.formula.curve import Curve

Base = Literal["one", "quota", "incentive"]


@dataclass(frozen=True)
class Reach:
    """A condition: input `number` reaches `at_least`; edge = lower wants it exceeded."""

    number: int
    at_least: Fraction
    edge: Literal["higher", "lower"]


@dataclass(frozen=True)
class Instead:
    """Another curve, in force while all conditions hold."""

    conditions: tuple[Reach, ...]
    curve: Curve


@dataclass(frozen=True)
class ApplyTable:
    """base × curve(x): base is 1, the quota (x_d: a rate read by attainment) or the incentive.

    The curve is the first of `instead` whose conditions hold, else `curve`. With `paid_unit` the line in
    force at x is read at p_n / (paid_unit · x_d): what counts finds the rate, what it pays on earns it.
    Every line then goes through the origin, and its slope is per unit of what it pays on.
    """

    curve: Curve
    base: Base
    instead: tuple[Instead, ...] = ()
    paid_unit: int | None = None


@dataclass(frozen=True)
class LimitDeal:
    """A deal pays at most this, in minor units; on the negative side likewise."""

    at_most: int


@dataclass(frozen=True)
class Multiply:
    """× curve(m), rounded to millionths first. An undefined m multiplies by 0."""

    curve: Curve


@dataclass(frozen=True)
class Round:
    """To whole minor units, half away from zero."""


@dataclass(frozen=True)
class Floor:
    """At least `amount` minor units, plus `of_incentive` × incentive rounded to minor units."""

    amount: int
    of_incentive: Fraction


@dataclass(frozen=True)
class Cap:
    """At most, measured as in Floor."""

    amount: int
    of_incentive: Fraction


@dataclass(frozen=True)
class PassGates:
    """All conditions hold, or the cell pays 0. A condition with an undefined input does not hold."""

    conditions: tuple[Reach, ...]


@dataclass(frozen=True)
class Qualify:
    """Whether all conditions hold; the amount stays. Of a pool, a member who qualifies has a part."""

    conditions: tuple[Reach, ...]


Step = ApplyTable | LimitDeal | Multiply | Round | Floor | Cap | PassGates | Qualify


@dataclass(frozen=True)
class Formula:
    """A component's arithmetic.

    `cell` finishes a cell from its inputs. Where the table is read per transaction, `deal` makes each
    deal's own amount, and `cell` goes on from their sum; otherwise `deal` is empty.
    """

    cell: tuple[Step, ...]
    deal: tuple[Step, ...] = ()

    @property
    def table(self) -> ApplyTable:
        """The table step."""
        return next(step for step in (*self.deal, *self.cell) if isinstance(step, ApplyTable))

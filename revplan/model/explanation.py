"""Why a line is what it is, as a tree: what counted, what each step made of it, what is paid. No words.

Money is whole minor units, counts and ratios are millionths, as in `model.results`. A `Fraction` is exact: of
an attainment 1 is 100%, of an input without a target it is in the measure's stored units.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from revplan.model.plan import Component, Condition, Table
from revplan.model.results import Unit


@dataclass(frozen=True)
class Cut:
    """Why a quota is not the whole one: of its `days` the payee was on the plan on `on_plan`, of these away
    on `on_leave` (0 where a leave cuts nothing), and `counted` days make it (None where the plan counts
    none); `ramp` has the months whose share of it is not 1."""

    days: int
    on_plan: int
    on_leave: int
    counted: int | None
    ramp: tuple[tuple[date, Fraction], ...]


@dataclass(frozen=True)
class Given:
    """One input: what counted for whom over which dates, and against what.

    `end` and `quota_end` are exclusive. `quota` is what the input divides by, `nominal_quota` the same
    before proration and ramp, and `cut` why they differ. `value` is the input as the formula reads it, None
    where it is not defined.
    """

    name: str  # x, m, g0, g1, …
    measure: str
    unit: Unit
    scope: str
    target_id: str
    owner: str
    start: date
    end: date
    credit: int | None
    quota: int | None
    nominal_quota: int | None
    quota_end: date
    attainment: int | None
    value: Fraction | None
    cut: Cut | None = None


@dataclass(frozen=True)
class Stretch:
    """Days [start, end) of the measured period on the plan, in a team, on this target incentive a year."""

    start: date
    end: date
    team_id: str
    annual: int


@dataclass(frozen=True)
class Incentive:
    """The component's own part of the target incentive: `weight` of each stretch's for its days. `whole` is
    what that would be for all of the measured period; None where the annual amount changed within it."""

    amount: int
    whole: int | None
    weight: Decimal
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True)
class Slice:
    """What one rate of the table makes of the input from `start` to `end`: `earned`.

    `counted` is how much of what counted lies there, in stored units; None of an input that is a ratio
    without a quota. A slice to below its start takes back.
    """

    start: Fraction
    end: Fraction
    counted: Fraction | None
    rate: Decimal
    earned: int


@dataclass(frozen=True)
class PaidGroup:
    """Deals of this payment period with one factor (millionths, or a keyed rate; None where there is none):
    what they count, and what they pay on before the factor, in stored units."""

    factor: int | None
    deals: int
    credit: int
    paid_on: int


@dataclass(frozen=True)
class PaidOn:
    """What the line's deals pay on, where that is not what counts: `amount` of `measure` in stored units,
    rounded for show. `is_rate`: the factors are the rates of a keyed table, so that `amount` is the pay
    itself. The `groups`, largest factor first, are of this payment period; they make up all of it where
    `earlier` is False."""

    measure: str
    unit: Unit
    amount: int
    is_rate: bool
    groups: tuple[PaidGroup, ...]
    earlier: bool


Place = Literal["inside", "before_first", "after_last", "undefined"]


@dataclass(frozen=True)
class TableStep:
    """The rate table: where the input lies in it, and what it makes of it.

    `table` is the one that was read: the component's own, or number `other` of those that conditions
    choose (0 for its own); `checks` are the conditions asked, up to the one that held or all of them.
    `tier` counts the table's tiers, points or steps that were reached, of `tiers`. `slices` add up to
    `amount` (rounded for show) where the table pays by rates and the input lies inside of it; `between` are
    the two points beside the input in a table of points, as (at, pays). `read_at` is where the line in force
    at x was read, where the component pays on another amount than counts; slices then reach it.
    """

    x: Fraction | None
    place: Place
    tier: int
    tiers: int
    slices: tuple[Slice, ...]
    between: tuple[tuple[Decimal, Decimal], ...]
    value: Fraction
    amount: int
    table: Table
    other: int = 0
    checks: tuple["Checked", ...] = ()
    read_at: Fraction | None = None


@dataclass(frozen=True)
class DealTrace:
    """A deal that is read by itself: its table, and what it pays after the limit on a deal's pay (minor
    units, None without one) and the multiplier."""

    transaction_id: str
    credit: int
    table: TableStep
    limit: int | None
    amount: int


@dataclass(frozen=True)
class DealsStep:
    """Deals that are read one by one, added up: those of this payment period and the `earlier` ones."""

    deals: tuple[DealTrace, ...]
    earlier: int
    amount: int


@dataclass(frozen=True)
class MultiplyStep:
    """Multiplied by a table on another input: `multiplier` in millionths."""

    given: Given
    factor: int
    before: int
    amount: int


@dataclass(frozen=True)
class LimitStep:
    """A floor or a cap, `at` so many minor units; it changes the amount where `before` is not `amount`."""

    kind: Literal["floor", "cap"]
    at: int
    before: int
    amount: int


@dataclass(frozen=True)
class Checked:
    """A condition of a gate: what it needs (stored units; None where the input is not defined) and whether
    it was reached."""

    given: Given
    condition: Condition
    needed: int | None
    reached: bool


@dataclass(frozen=True)
class GateStep:
    """All conditions of all gates; one that is not reached closes them, and the line earns nothing. Of a
    pool they say who has a part, and leave its amount."""

    checks: tuple[Checked, ...]
    is_open: bool
    before: int
    amount: int


@dataclass(frozen=True)
class PoolStep:
    """A member's part of a pool: `claim` of the `claims` that it is divided by (of an equal pool 1 of so many
    members; minor units of target incentive; what `given` counts), by largest remainder."""

    by: Literal["equal", "target_incentive", "measure"]
    given: Given | None
    claim: int
    claims: int
    before: int
    amount: int


Step = TableStep | DealsStep | MultiplyStep | LimitStep | GateStep | PoolStep


@dataclass(frozen=True)
class Earlier:
    """An earlier line of the same measured period."""

    period: str
    payout: int


@dataclass(frozen=True)
class Part:
    """A row of `model.results.PARTS`."""

    kind: str
    transaction_id: str
    opportunity_id: str
    account_id: str
    on_date: date
    credit: int
    paid_on: int | None
    factor: int | None
    part: int


@dataclass(frozen=True)
class PaidIn:
    """What a payout is paid as in another currency: `amount` in its minor units, at `rate` of it for one of
    the company's, named `rate_name`, in force on `day`. Both are None where there is no such rate; the rate
    alone where a closed period has settled it."""

    currency: str
    amount: int | None
    rate_name: str
    day: date
    rate: Fraction | None


@dataclass(frozen=True)
class Explanation:
    """A line with everything behind it. `earned` is what the steps make of the inputs over the measured
    period so far; less the `earlier` lines (of a cumulative component) it is `before_limits`; less what
    limits of the payee and the plan's budget hold back it is `payout`. The parts add up to `payout`.
    """

    line_id: int
    payee_id: str
    payee_name: str
    team_id: str
    plan_id: str
    plan_name: str
    plan_version: int
    in_force_from: date
    component: Component
    measured_period: str
    period: str
    period_start: date
    period_end: date
    x: Given
    incentive: Incentive
    steps: tuple[Step, ...]
    earned: int
    earlier: tuple[Earlier, ...]
    before_limits: int
    payout: int
    reason: str
    status: str
    parts: tuple[Part, ...]
    paid_on: PaidOn | None = None
    paid_in: PaidIn | None = None

    @property
    def held_back(self) -> tuple[Part, ...]:
        """What limits on all of a payee's pay and the plan's budget took away, as parts below 0."""
        return tuple(part for part in self.parts if part.kind in ("payee_limit", "budget"))

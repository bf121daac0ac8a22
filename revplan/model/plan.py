"""A plan as data: who is paid for what, by which table, within which limits."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from revplan.model.adjustments import BelowZero, Booked, Clawback, Draw, OnCancel, Release
from revplan.model.credit import Credit
from revplan.model.deals import Deals, KeyedRate, PaysOn
from revplan.model.record import Number, Record, Slug
from revplan.periods import Grain

Edge = Literal["higher", "lower"]
Beyond = Literal["zero", "flat", "extend"]
OnNegative = Literal["extend", "zero"]
Scope = Literal["own", "team", "shared"]

# ---------------------------------------------------------------- tables


class Tier(Record):
    """A band from `from` (inclusive unless edge = lower) to the next tier; `to` may say it again."""

    from_: Number = Field(alias="from")
    to: Number | None = None
    rate: Number


class Point(Record):
    """At `at`, the table pays `pays`: a multiple of the incentive, or money."""

    at: Number
    pays: Number


class RatePoint(Record):
    """At `at`, the average rate from zero is `rate`."""

    at: Number
    rate: Number


class Bounded(Record):
    """What every table says about its ends: an edge belongs to the higher or lower band; what is paid
    before the first and after the last; and for a negative input."""

    edge: Edge = "higher"
    before_first: Beyond = "zero"
    after_last: Beyond = "extend"
    on_negative: OnNegative = "extend"


class Tiered(Bounded):
    """A table of tiers."""

    tiers: tuple[Tier, ...] = Field(min_length=1)


class Marginal(Tiered):
    """Each tier's rate on the slice inside the tier, as in income tax."""

    kind: Literal["marginal"] = "marginal"


class Whole(Tiered):
    """The reached tier's rate on everything, back to the first unit."""

    kind: Literal["whole"] = "whole"


class Overage(Tiered):
    """The first tier's rate up to `above`; the reached tier's rate on all that lies above it."""

    kind: Literal["overage"] = "overage"
    above: Number = Decimal(1)


class Linear(Bounded):
    """Straight lines between points."""

    kind: Literal["linear"] = "linear"
    points: tuple[Point, ...] = Field(min_length=2)


class AverageRate(Bounded):
    """Rates at points, turned into amounts (at × rate) that are joined by lines.

    Past the last point the slope is the last rate.
    """

    kind: Literal["average_rate"] = "average_rate"
    points: tuple[RatePoint, ...] = Field(min_length=2)


class Steps(Bounded):
    """An amount on reaching a step: the highest reached, or all reached added up."""

    kind: Literal["steps"] = "steps"
    steps: tuple[Point, ...] = Field(min_length=1)
    add_up: bool = False


class Keyed(Record):
    """A rate for each deal by what it is: of `rates` the most specific that it meets, else `otherwise`."""

    kind: Literal["keyed"] = "keyed"
    rates: tuple[KeyedRate, ...] = ()
    otherwise: Number = Decimal(0)


BoundedTable = Marginal | Whole | Overage | Linear | AverageRate | Steps
"""Tables that are read at an amount; `Keyed` is read by what a deal is."""

Table = Annotated[BoundedTable | Keyed, Field(discriminator="kind")]

# ---------------------------------------------------------------- ways to pay


class PaysRate(Record):
    """Money per unit of the measure: the table holds rates (8% of revenue, 250 per meeting)."""

    way: Literal["rate"] = "rate"


class PaysIncentive(Record):
    """weight × target incentive × table: the table holds multiples of the incentive."""

    way: Literal["incentive"] = "incentive"
    weight: Number


class PaysFixed(Record):
    """The table holds amounts of money."""

    way: Literal["fixed"] = "fixed"


# ---------------------------------------------------------------- what counts


class Counted(Record):
    """What is counted for whom against what: the input of a component, a gate or a multiplier.

    `target` names a target: attainment divides by the payee's portion of it (own), the team's (team)
    or the whole (shared). Without a target, the measure's own value is used: money in major units,
    a count, or a ratio.
    """

    measure: str
    scope: Scope = "own"
    target: Slug | None = None
    credit: Credit = Credit()
    per: Grain | None = None


class PaysPool(Record):
    """The table holds the pool's amount, or its rate of the amount counted; the members share it.

    Equally, by target incentive, or by what each one has of `claim` (a measure, such as credit or a score
    that says how many shares one holds). `in_all` claims exist, held or not; all that the members have
    when left out. The part of a member whose gate is closed, and claims that nobody holds, `lapse` or
    are shared by the others (`redistribute`).
    """

    way: Literal["pool"] = "pool"
    by: Literal["equal", "target_incentive", "measure"] = "equal"
    claim: Counted | None = None
    in_all: Number | None = None
    untaken: Literal["lapse", "redistribute"] = "lapse"


Pays = Annotated[PaysRate | PaysIncentive | PaysFixed | PaysPool, Field(discriminator="way")]


class Condition(Counted):
    """A condition: attainment (or value, without a target) reaches `at_least`.

    `component` names another component of the plan in place of a measure: what it counts, for whom and
    against what. edge = lower means that exactly `at_least` is not enough.
    """

    measure: str = ""
    component: Slug | None = None
    at_least: Number
    edge: Edge = "higher"


class Gate(Record):
    """All conditions hold, or the component pays 0 (a closed gate beats a floor)."""

    all_of: tuple[Condition, ...] = Field(min_length=1)


class Alternative(Record):
    """Another table, read in place of the component's while all conditions hold."""

    all_of: tuple[Condition, ...] = Field(min_length=1)
    table: Table


class Multiplier(Counted):
    """A table on another measure; its value, rounded to `places`, multiplies the payout."""

    table: Table
    places: Literal[6] = 6


class Limit(Record):
    """A floor or cap on a payout: money, or a multiple of the period's weighted target incentive."""

    amount: Number | None = None
    of_incentive: Number | None = None


class PayLimit(Limit):
    """The most that one payee is paid in each period of `per`, by `components` (all when none is named)."""

    per: Grain = "year"
    components: tuple[Slug, ...] = ()


class Budget(Record):
    """The most that the plan pays everybody together in each period of `per`."""

    amount: Number
    per: Grain = "year"


class Component(Counted):
    """One line of a plan: what it counts, how it pays, and within which limits.

    Of the tables in `when` the first whose conditions hold is read, in the order they stand; else `table`.
    What counts (`measure`) says where a table is read; what it makes is of what the deals pay on (`pays_on`).
    """

    id: Slug
    name: str
    input: Literal["attainment", "amount", "value", "growth"] = "attainment"
    pays: Pays
    table: Table
    when: tuple[Alternative, ...] = ()
    table_per: Literal["period", "transaction"] = "period"
    measured_per: Grain = "quarter"
    paid_per: Grain | None = None
    accumulation: Literal["discrete", "cumulative"] = "discrete"
    divides_by: Literal["full_period", "to_date"] = "full_period"
    recovers: bool = False
    eligibility: Literal["at_transaction", "at_period_end"] = "at_transaction"
    gates: tuple[Gate, ...] = Field(default=(), alias="gate")
    multiplier: Multiplier | None = None
    floor: Limit | None = None
    cap: Limit | None = None
    deals: Deals = Deals()
    pays_on: PaysOn = PaysOn()
    on_cancel: OnCancel = "claw_back"
    release: Release = Booked()

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All conditions: those of its gates, then those of its other tables."""
        of_gates = [condition for gate in self.gates for condition in gate.all_of]
        return (*of_gates, *(condition for other in self.when for condition in other.all_of))


class Assigned(Record):
    """Whom a plan covers: payees named, or every payee in one of `teams` and (if given) `roles`."""

    teams: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    payees: tuple[str, ...] = ()
    except_payees: tuple[str, ...] = ()


class Ramp(Record):
    """Shares of a joiner's quota, month by month since joining; the whole of it after the last one.

    The first share is for the month of joining, or, with `starts = first_full_month`, for the first
    month on all of whose days the joiner was there, and for the part of a month before it. With
    `incentive`, target incentive is cut to the same shares.
    """

    quota: tuple[Annotated[Number, Field(ge=0)], ...] = Field(min_length=1)
    starts: Literal["joining_month", "first_full_month"] = "joining_month"
    incentive: bool = False


class Leave(Record):
    """What a leave (table `leaves`) does: whether it cuts quota and target incentive, by the plan's
    `prorate`; and whether what is credited on its days still counts."""

    cuts_quota: bool = True
    cuts_incentive: bool = True
    credit_counts: bool = True


class Plan(Record):
    """One version of a plan, in force from `from` to `to` (exclusive, open when left out).

    A later `version` of the same id takes over from its own `from`. `sets` names the plan sets that
    it is part of; a run calculates one set. `prorate` cuts quota and target incentive of joiners,
    leavers, movers and people on leave to their active days or full months. `ramp` is for joiners.
    `accumulators = restart` (with proration by days) gives a new version, or another team within the
    plan, lines of its own from the day of the change.
    `fx_rate` names the rates that turn what counts into the company's currency; `pay_rate` those that turn
    what is paid into the payee's, without which everybody is paid in the company's.
    Limits act on the finished lines: each payee limit in the order they stand, then the budget; what
    lies above is cut from the lines pro rata. Draws, clawbacks and what happens below zero come after
    them, month by month: see `model.adjustments`.
    """

    format: Literal[1] = 1
    id: Slug
    name: str
    sets: tuple[Slug, ...] = Field(min_length=1)
    version: int = Field(default=1, ge=1)
    from_: date = Field(alias="from")
    to: date | None = None
    assigned: Assigned
    prorate: Literal["days", "months", "none"] = "days"
    ramp: Ramp | None = None
    leave: Leave = Leave()
    accumulators: Literal["carry", "restart"] = "carry"
    fx_rate: str = "plan"
    pay_rate: str | None = None
    notes: str = ""
    draws: tuple[Draw, ...] = Field(default=(), alias="draw")
    clawbacks: tuple[Clawback, ...] = Field(default=(), alias="clawback")
    below_zero: BelowZero = BelowZero()
    components: tuple[Component, ...] = Field(alias="component", min_length=1)
    payee_limits: tuple[PayLimit, ...] = Field(default=(), alias="payee_limit")
    budget: Budget | None = None


def linked(plan: Plan) -> Plan:
    """The plan with every condition that names another component counting what that component counts.

    A condition on a component that the plan does not have stays as it is; the plan check refuses it.
    """
    known = {component.id: component for component in plan.components}

    def settled(condition: Condition) -> Condition:
        of = known.get(condition.component or "")
        if of is None:
            return condition
        counted = {name: getattr(of, name) for name in ("measure", "scope", "target", "credit")}
        return condition.model_copy(update=counted | {"per": condition.per or of.per or of.measured_per})

    def all_settled(each: Gate | Alternative) -> Gate | Alternative:
        return each.model_copy(update={"all_of": tuple(map(settled, each.all_of))})

    components = tuple(
        component.model_copy(
            update={name: tuple(map(all_settled, getattr(component, name))) for name in ("gates", "when")}
        )
        for component in plan.components
    )
    return plan.model_copy(update={"components": components})

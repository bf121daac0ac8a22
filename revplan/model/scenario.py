"""A scenario as data: a named list of changes to a baseline, so that two futures differ by what they say."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from revplan.model.credit import Credit
from revplan.model.deals import Which
from revplan.model.facts import Facts, Happened
from revplan.model.plan import Limit, Plan, Table
from revplan.model.record import Number, Record, Slug

Factor = Annotated[Number, Field(ge=0)]
"""What something is multiplied by: 1.1 or "110%" for a tenth more."""


class Who(Record):
    """People who are in one of `teams`, have one of `roles` and are named in `payees`; what is not given
    asks nothing."""

    teams: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    payees: tuple[str, ...] = ()

    def meant(self, payee_id: str, team: str, role: str) -> bool:
        """Whether somebody with that id, team and role is meant."""
        return (
            (not self.teams or team in self.teams)
            and (not self.roles or role in self.roles)
            and (not self.payees or payee_id in self.payees)
        )


class OfPlans(Record):
    """Acts on the plans of the scenario's plan set: on all of them, one, or one component of one."""

    plan: Slug | None = None
    component: Slug | None = None


# ---------------------------------------------------------------- what the plans say


class Rates(OfPlans):
    """Everything that the tables pay × `factor`."""

    kind: Literal["rates"] = "rates"
    factor: Factor


class Thresholds(OfPlans):
    """Where tiers, points and steps stand × `factor`."""

    kind: Literal["thresholds"] = "thresholds"
    factor: Annotated[Number, Field(gt=0)]


class NewTable(OfPlans):
    """Another table in place of a component's own."""

    kind: Literal["new_table"] = "new_table"
    plan: Slug
    component: Slug
    table: Table


class Weight(Record):
    """A component's part of the target incentive."""

    component: Slug
    weight: Annotated[Number, Field(ge=0)]


class Weights(Record):
    """Other weights for a plan's components; a component that is not named keeps its own."""

    kind: Literal["new_weights"] = "new_weights"
    plan: Slug
    weights: tuple[Weight, ...] = Field(min_length=1)


class Bounds(OfPlans):
    """Another floor or cap, or none at all (`remove`)."""

    kind: Literal["bounds"] = "bounds"
    floor: Limit | None = None
    cap: Limit | None = None
    remove: tuple[Literal["floor", "cap"], ...] = ()


class Attribution(OfPlans):
    """Another rule of who is credited, for components whose own rule is marketing's (`attributed`), or for
    every component named."""

    kind: Literal["attribution"] = "attribution"
    credit: Credit


class WholePlan(Record):
    """A plan version as a whole: in place of the version of its id and number, or beside the others."""

    kind: Literal["new_plan"] = "new_plan"
    plan: Plan


class WithoutPlan(Record):
    """The plan set without one of its plans."""

    kind: Literal["without_plan"] = "without_plan"
    plan: Slug


# ---------------------------------------------------------------- what is to be reached


class TargetAmounts(Record):
    """A target × `factor`, or with another `total`, in one fiscal year or in all. Parts by share follow."""

    kind: Literal["target_amounts"] = "target_amounts"
    target: Slug
    year: int | None = None
    factor: Factor | None = None
    total: Annotated[Number, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.factor is None) == (self.total is None):
            raise PydanticCustomError("factor_or_total", "give either a factor or a total")
        if self.total is not None and self.year is None:
            raise PydanticCustomError("total_needs_year", "a total is of one year; give the year")
        return self


class QuotaFactor(Record):
    """Quotas of people × `factor`; the target itself, and what teams have of it, stay."""

    kind: Literal["quota"] = "quota"
    target: Slug | None = None
    who: Who = Who()
    factor: Factor


# ---------------------------------------------------------------- who works here


class Quota(Record):
    """A joiner's share of a target, or of the team's part of it."""

    target: Slug
    share: Annotated[Number, Field(ge=0)]
    of: str = "company"


class Joins(Record):
    """`number` people join on a day: their team, role, pay a year, and quotas."""

    kind: Literal["joins"] = "joins"
    name: str
    number: int = Field(default=1, ge=1, le=500)
    team: str
    role: str
    manager: str = ""
    on: date
    base_salary: Annotated[Number, Field(ge=0)] | None = None
    target_incentive: Annotated[Number, Field(ge=0)] | None = None
    quotas: tuple[Quota, ...] = ()


class LeavesOn(Record):
    """Somebody's last job ends: `on` is the first day without it."""

    kind: Literal["leaves"] = "leaves"
    payee: str
    on: date


class StartsOn(Record):
    """Somebody's first job starts on another day."""

    kind: Literal["starts"] = "starts"
    payee: str
    on: date


class PayMix(Record):
    """Another pay mix at the same OTE: `variable` is target incentive ÷ (base + target incentive)."""

    kind: Literal["pay_mix"] = "pay_mix"
    who: Who = Who()
    variable: Annotated[Number, Field(ge=0, le=1)]


class IncentiveFactor(Record):
    """Target incentives × `factor`; base salaries stay."""

    kind: Literal["incentive"] = "incentive"
    who: Who = Who()
    factor: Factor


# ---------------------------------------------------------------- what happens


class DealSize(Record):
    """Amounts of deals, and of what follows from them (orders, contracts, invoices, payments), × `factor`:
    of all owners, of those in one of `teams` on the day of the deal, of those named in `payees`."""

    kind: Literal["deal_size"] = "deal_size"
    which: Which = Which()
    teams: tuple[str, ...] = ()
    payees: tuple[str, ...] = ()
    factor: Factor


class WinRate(Record):
    """Chances of open deals to be won × `factor`, at most certain. Acts on forecasts."""

    kind: Literal["win_rate"] = "win_rate"
    which: Which = Which()
    teams: tuple[str, ...] = ()
    factor: Factor


class NewBusiness(Record):
    """Business that is not in the pipeline yet × `factor`, by team. Acts on forecasts."""

    kind: Literal["new_business"] = "new_business"
    teams: tuple[str, ...] = ()
    factor: Factor


class Churn(Record):
    """The share of renewals that is lost × `factor`, at most all. Acts on forecasts."""

    kind: Literal["churn"] = "churn"
    segments: tuple[str, ...] = ()
    factor: Factor


Change = Annotated[
    Rates
    | Thresholds
    | NewTable
    | Weights
    | Bounds
    | Attribution
    | WholePlan
    | WithoutPlan
    | TargetAmounts
    | QuotaFactor
    | Joins
    | LeavesOn
    | StartsOn
    | PayMix
    | IncentiveFactor
    | DealSize
    | WinRate
    | NewBusiness
    | Churn,
    Field(discriminator="kind"),
]

FORECAST_ONLY = ("win_rate", "new_business", "churn")
"""Kinds of changes that act on what is still open, never on what happened."""


class Scenario(Record):
    """Changes to a baseline, made one after the other in the order they stand; none is the baseline itself.

    The baseline is the plan set `plan_set` on the facts that `facts` names: the book as it stands, if none.
    A change that finds nothing to act on is said, never silent (`simulate.scenario.apply`).
    """

    format: Literal[1] = 1
    id: Slug
    name: str
    plan_set: Slug
    notes: str = ""
    facts: Facts = Happened()
    changes: tuple[Change, ...] = Field(default=(), alias="change")

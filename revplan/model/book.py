"""The book: everything that a run needs, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import pyarrow as pa
from pydantic import Field

from revplan.model.closes import Close
from revplan.model.plan import Plan
from revplan.model.record import Currency, Number, Record, Slug
from revplan.model.tables import TABLES
from revplan.model.targets import Target
from revplan.money import currency_digits
from revplan.periods import FiscalCalendar, Grain

TeamKind = Literal["marketing", "sales", "success", "other"]


class Team(Record):
    """A team and what it is for; the kind decides which default measures and colours it gets."""

    id: Slug
    name: str
    kind: TeamKind = "other"


class PlanSetName(Record):
    """What people call a plan set; plans, closed periods and links keep its id."""

    id: Slug
    name: str


class Where(Record):
    """A condition of a custom measure: a column compared with a value (or with another column)."""

    column: str
    is_: Literal["=", "!=", "<", "<=", ">", ">=", "in", "not in", "empty", "not empty"] = Field(alias="is")
    value: str | Number | tuple[str, ...] | None = None
    other: str | None = None


class ColumnFactor(Record):
    """What a column of a measure is multiplied by before it is added up or compared."""

    column: str
    factor: Number


class CustomMeasure(Record):
    """A measure of the company's own: a table, conditions, an amount and a date column. Never SQL.

    The amount of a row is the sum of `plus` columns less the sum of `minus` columns, kept between
    `at_least` and `at_most`; with no columns every row counts 1. `take` takes the smallest or largest of
    the `plus` columns in place of their sum; an empty cell is 0. With `first_of` only the earliest row
    of each account, deal or owner counts, in each fiscal period of `first_per` or ever. With
    `less_prior_year` each row counts again, less than 0, a year later: what is left is the growth.
    """

    id: Slug
    name: str
    table: str
    date: str
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    factors: tuple[ColumnFactor, ...] = ()
    take: Literal["sum", "smallest", "largest"] = "sum"
    at_least: Number | None = None
    at_most: Number | None = None
    first_of: Literal["account", "opportunity", "owner"] | None = None
    first_per: Grain | None = None
    less_prior_year: bool = False
    where: tuple[Where, ...] = ()
    better: Literal["higher", "lower"] = "higher"


class AcquisitionCost(Record):
    """What marketing and sales cost a month, all told, from the month of `from` until the next one stated."""

    from_: date = Field(alias="from")
    per_month: Number = Field(ge=0)


class GrossMargin(Record):
    """Which share of revenue is left after what it costs to deliver, from the month of `from` until the next
    one stated."""

    from_: date = Field(alias="from")
    share: Number = Field(gt=0, le=1)


class Costs(Record):
    """What no table holds and key figures need; nothing is assumed for what is not stated."""

    acquisition: tuple[AcquisitionCost, ...] = ()
    gross_margin: tuple[GrossMargin, ...] = ()


class Company(Record):
    """book.toml: the company, its calendar and money, and the date up to which facts count."""

    format: Literal[1] = 1
    name: str
    currency: Currency = "USD"
    minor_digits: int | None = Field(default=None, ge=0, le=9)
    fiscal_year_starts: int = Field(default=1, ge=1, le=12)
    time_zone: str = "UTC"
    as_of: date
    teams: tuple[Team, ...] = Field(alias="team", min_length=1)
    measures: tuple[CustomMeasure, ...] = Field(default=(), alias="measure")
    costs: Costs = Costs()
    plan_sets: tuple[PlanSetName, ...] = Field(default=(), alias="plan_set")

    @property
    def calendar(self) -> FiscalCalendar:
        """The fiscal calendar."""
        return FiscalCalendar(self.fiscal_year_starts)

    @property
    def digits(self) -> int:
        """Minor digits of the company's currency."""
        return currency_digits(self.currency) if self.minor_digits is None else self.minor_digits


@dataclass(frozen=True)
class Book:
    """The only input of the engine. `tables` maps a canonical table's name to its rows
    (`revplan.model.tables` has the columns); a table that is left out is empty. `closes` are the periods
    that are closed, with their results."""

    company: Company
    plans: tuple[Plan, ...]
    targets: tuple[Target, ...]
    tables: Mapping[str, pa.Table]
    closes: tuple[Close, ...] = ()

    def table(self, name: str) -> pa.Table:
        """The rows of a canonical table; without any where it is left out."""
        found = self.tables.get(name)
        return TABLES[name].empty() if found is None else found

    def plan_sets(self) -> tuple[str, ...]:
        """Names of the plan sets, in order of first appearance."""
        return tuple(dict.fromkeys(name for plan in self.plans for name in plan.sets))

    def with_plans(self, plans: tuple[Plan, ...]) -> "Book":
        """The same book with other plans."""
        return replace(self, plans=plans)

    def with_targets(self, targets: tuple[Target, ...]) -> "Book":
        """The same book with other targets."""
        return replace(self, targets=targets)

"""Targets: what a company, a team or a payee should reach, who shares it, and how it cascades."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from revplan.model.record import Number, Record, Slug
from revplan.periods import Grain

Owner = Annotated[str, StringConstraints(pattern=r"^(company|team:.+|payee:.+)$")]
"""company, team:<team id> or payee:<payee id>."""

PartOwner = Annotated[str, StringConstraints(pattern=r"^(company|team:.+|payee:.+|vacancy:.+)$")]
"""An owner, or vacancy:<name> for a seat that nobody holds yet: its quota counts, and pays nobody."""


class TargetYear(Record):
    """A fiscal year's amounts: typed per period, or a total by seasonal weights (equal when left out).

    Amounts are in the measure's unit: money in major units, counts, or a ratio (1.05 for 105%).
    `basis` says in words where they came from, such as "2025 × 1.15".
    """

    year: int
    amounts: tuple[Number, ...] = ()
    total: Number | None = None
    weights: tuple[Number, ...] = ()
    basis: str = ""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.amounts) == (self.total is not None):
            raise PydanticCustomError(
                "amounts_or_total", "give either amounts, one for each period, or a total"
            )
        if self.weights and self.total is None:
            raise PydanticCustomError("weights_need_total", "weights divide a total; give the total")
        return self


class Sharing(Record):
    """A team that shares the target, from `from` (always when left out) to `to` (exclusive)."""

    team: str
    from_: date | None = Field(default=None, alias="from")
    to: date | None = None


class Portion(Record):
    """A part of the target cascaded to a team, a payee or an open seat: a share of the whole (or of `of`'s
    portion), or typed amounts by year. Shares that add to more than 100% are over-assignment and stay so."""

    owner: PartOwner
    of: Owner = "company"
    share: Number | None = None
    years: tuple[TargetYear, ...] = Field(default=(), alias="year")
    from_: date | None = Field(default=None, alias="from")
    to: date | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.years) == (self.share is not None):
            raise PydanticCustomError("share_or_years", "give either a share or amounts by year")
        return self


class Target(Record):
    """One target: a measure, an owner, amounts by period, the teams that share it, its cascade.

    `of` of a portion is the target's own owner or the owner of another portion.
    """

    id: Slug
    name: str
    measure: str
    grain: Grain = "quarter"
    owner: Owner = "company"
    years: tuple[TargetYear, ...] = Field(alias="year", min_length=1)
    shared_with: tuple[Sharing, ...] = ()
    portions: tuple[Portion, ...] = Field(default=(), alias="portion")


class TargetsFile(Record):
    """targets.toml."""

    format: Literal[1] = 1
    targets: tuple[Target, ...] = Field(default=(), alias="target")

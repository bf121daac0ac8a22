"""Which facts a scenario stands on: what happened, the year with its forecast, or a future by hand."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from revplan.model.deals import DealKind
from revplan.model.record import Number, Record

Luck = Literal["poor", "middle", "good"]
"""How the company's won revenue comes out among futures drawn: 10, 50 or 90 in a hundred bring no more."""

Times = Annotated[Number, Field(ge=0)]


class Happened(Record):
    """The book up to its as-of date, and nothing after it."""

    kind: Literal["happened"] = "happened"


class ToCome(Record):
    """The book, and one drawn future of its forecast up to `until` (exclusive; the fiscal year's end)."""

    kind: Literal["forecast"] = "forecast"
    luck: Luck = "middle"
    until: date | None = None


class WrittenDeal(Record):
    """A deal that is won on a day.

    One of: an open deal of the book (`opportunity`), the renewal of a contract (`renewal`), or `number` new
    deals of a person (`owner`) or of a team, whose people have them in turn. `amount` is that of each deal,
    in the deal's or contract's currency, the company's for new ones; without one, what the book has.
    """

    opportunity: str = ""
    renewal: str = ""
    owner: str = ""
    team: str = ""
    on: date
    amount: Annotated[Number, Field(ge=0)] | None = None
    number: int = Field(default=1, ge=1, le=500)
    kind: DealKind = "new"
    account: str = ""
    source: str = ""

    @property
    def is_new(self) -> bool:
        """Whether the book does not have it yet."""
        return bool(self.owner or self.team)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(map(bool, (self.opportunity, self.renewal, self.owner, self.team))) != 1:
            raise PydanticCustomError("written_whose", "give one of opportunity, renewal, owner, team")
        if self.is_new and self.amount is None:
            raise PydanticCustomError("written_amount", "a new deal needs an amount")
        said = (self.number, self.kind, self.account, self.source)
        if not self.is_new and said != (1, "new", "", ""):
            raise PydanticCustomError("written_known", "the book says this of the deal already")
        return self


class Written(Record):
    """A future written by hand, up to `until` (exclusive; the fiscal year's end).

    The deals named are won, other open deals are not. `renewals` says whether open renewals and contracts
    that run out are all renewed as they are, or only those written. `rest` is what else there is: nothing;
    the business that was new in the same months last year; or all that was won then but renewals. With it
    comes the activity of those months, and its amounts are × `growth`.
    """

    kind: Literal["written"] = "written"
    until: date | None = None
    deals: tuple[WrittenDeal, ...] = Field(default=(), alias="deal")
    renewals: Literal["all", "written"] = "all"
    rest: Literal["nothing", "new_business", "last_year"] = "nothing"
    growth: Times = Decimal(1)

    @model_validator(mode="after")
    def _growth_of_something(self) -> Self:
        if self.growth != 1 and self.rest == "nothing":
            raise PydanticCustomError("written_growth", "growth is of the rest, and there is none")
        return self


Facts = Annotated[Happened | ToCome | Written, Field(discriminator="kind")]

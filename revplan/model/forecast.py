"""A forecast as data: what is not decided yet, how likely each outcome is, and where that was read from."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from revplan.model.deals import DealKind
from revplan.model.record import Number, Record
from revplan.model.scenario import Factor

Chance = Annotated[Number, Field(ge=0, le=1)]

ChanceFrom = Literal["entered", "kind", "segment", "all", "default", "edited"]
"""Where a chance was read: the deal's own probability, what deals of its kind or segment came to,
what all deals came to, nothing in the data (a default), or a person's hand."""

From = Literal["history", "default", "edited"]


class OpenDeal(Record):
    """A deal that is won or not, and when.

    `opportunity` says that it is in the book's table; otherwise it is the renewal of the contract
    `contract`, for which nobody has opened a deal. `expected_on` is the day on which it closes if nothing
    slips; its amount is the book's × `size`, × an outcome of the spread of its kind.
    """

    id: str
    opportunity: bool = True
    contract: str = ""
    kind: DealKind = "new"
    segment: str = ""
    team: str = ""
    probability: Chance
    probability_from: ChanceFrom = "edited"
    expected_on: date
    size: Factor = Decimal(1)


class Spread(Record):
    """Outcomes of an amount as multiples of it, each as likely. For deals of `kind` in `segment`; "" is for
    all that no other spread is for."""

    kind: DealKind | Literal[""] = ""
    segment: str = ""
    factors: tuple[Factor, ...] = Field(default=(Decimal(1),), min_length=1)
    source: From = "edited"
    samples: int = 0


class Slip(Record):
    """Days by which a deal closes later than expected (earlier when below 0), each as likely."""

    days: tuple[int, ...] = Field(default=(0,), min_length=1)
    source: From = "edited"
    samples: int = 0


class NewTeam(Record):
    """Business of a team that is not in the pipeline yet, × `factor`."""

    team: str
    factor: Factor = Decimal(1)


class NewMonth(Record):
    """The past days that tell of the h-th month (`month`) from now: what was won in the h-th month after one
    of them by deals created after it, and, `with_pipeline`, by older ones too. Each is as likely, and each
    team has a draw of its own."""

    month: int = Field(ge=1, le=12)
    after: tuple[date, ...] = Field(min_length=1)
    with_pipeline: bool = False


class Forecast(Record):
    """What is still open from `as_of` (the last day that is known) up to `until` (exclusive).

    `alike` are first days of past months: what is neither a deal nor a contract (leads, meetings, cash)
    goes on in each coming month as in one of them, drawn for everybody together; none lets it stand still.
    """

    format: Literal[1] = 1
    as_of: date
    until: date
    slip: Slip = Slip()
    alike: tuple[date, ...] = ()
    spreads: tuple[Spread, ...] = Field(default=(Spread(),), alias="spread")
    new_teams: tuple[NewTeam, ...] = Field(default=(), alias="new_team")
    new_months: tuple[NewMonth, ...] = Field(default=(), alias="new_month")
    deals: tuple[OpenDeal, ...] = Field(default=(), alias="deal")

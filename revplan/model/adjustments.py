"""Terms of a plan that act on finished lines: draws, clawbacks, release of pay, and accounts below zero."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from revplan.model.record import Number, Record, Slug

OnCancel = Literal["claw_back", "recompute"]
OnLeaving = Literal["keep", "forgive", "deduct"]
Event = Literal["invoiced", "collected"]

# ---------------------------------------------------------------- draws


class Draw(Record):
    """Money paid each month when the plan itself has earned less.

    `recoverable`: an advance; what was paid on top is owed, and comes back out of what later months
    earn above the draw. `non_recoverable`: each month pays at least the draw, and nothing is owed.
    `guarantee`: the least for the time as a whole: what was earned above it counts for later months.
    `recoverable_then_forgiven`: recoverable until it is forgiven; nothing is owed from then on.

    The draw is `amount` a month, or `of_incentive`, a share of the monthly target incentive. It runs
    from `from` to `to` (exclusive; the plan's own dates when left out), and only in the payee's first
    `months` since joining when they are given. Recovery starts on `recovery_starts`, or that many
    months after the payee's draw began; `forgiven_on` and `forgiven_after` likewise.
    """

    id: Slug
    name: str = ""
    kind: Literal["recoverable", "non_recoverable", "guarantee", "recoverable_then_forgiven"] = "recoverable"
    amount: Number | None = None
    of_incentive: Number | None = None
    from_: date | None = Field(default=None, alias="from")
    to: date | None = None
    months: int | None = Field(default=None, ge=1)
    prorate: Literal["days", "none"] = "days"
    recovery_starts: date | None = None
    recovery_after: int | None = Field(default=None, ge=0)
    forgiven_on: date | None = None
    forgiven_after: int | None = Field(default=None, ge=0)
    on_leaving: OnLeaving = "keep"


# ---------------------------------------------------------------- clawbacks


class Band(Record):
    """A share for deals whose age in completed months is at least `from` and less than `to`."""

    from_: int = Field(default=0, alias="from")
    to: int | None = None
    share: Number


class Clawback(Record):
    """What is taken back when a deal is cancelled, by the deal's age; nothing outside the bands.

    `components` are ids; all that claw back when left out. `basis` is the deal's own `part` of the
    pay; the `calculation_rate`: the deal's credit at the rate that the table alone gave; or `recompute`: what
    its line was paid, less what it would have come to had the deal never counted.
    """

    components: tuple[Slug, ...] = ()
    basis: Literal["part", "calculation_rate", "recompute"] = "part"
    bands: tuple[Band, ...] = (Band(share=Decimal(1)),)


# ---------------------------------------------------------------- release of pay


class Booked(Record):
    """Pay is released with the line that earned it."""

    way: Literal["booked"] = "booked"


class OnEvent(Record):
    """Each deal's pay is released as it is invoiced or as its cash comes in, in proportion; the share
    `at_booking` with the line itself."""

    way: Literal["on_event"] = "on_event"
    event: Event = "collected"
    at_booking: Number = Decimal(0)


class Instalment(Record):
    """A share of a line, released that many months after the line's own month."""

    months: int
    share: Number


class Scheduled(Record):
    """A line is released in instalments."""

    way: Literal["schedule"] = "schedule"
    schedule: tuple[Instalment, ...] = Field(min_length=1)


class AtRisk(Record):
    """Pay is released with the line; what a deal was not invoiced or paid for `months` after the line's
    own month is taken back, and released again as it is."""

    way: Literal["at_risk"] = "at_risk"
    event: Event = "collected"
    months: int


Release = Annotated[Booked | OnEvent | Scheduled | AtRisk, Field(discriminator="way")]

# ---------------------------------------------------------------- below zero


class BelowZero(Record):
    """What happens when a month's account of a payee is below zero.

    `carry`: the month pays 0, and what is owed comes out of later months: at most `share` of what a
    month pays, leaving at least `minimum_pay`. `deduct`: the account stays below zero. On leaving,
    what is still owed stays owed (`keep`), is forgiven, or is deducted from the last account.
    """

    way: Literal["carry", "deduct"] = "carry"
    share: Number = Decimal(1)
    minimum_pay: Number = Decimal(0)
    on_leaving: OnLeaving = "keep"

"""Which deals, and how much of each: what a component says about single transactions."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from revplan.model.record import Number, Record

DealKind = Literal["new", "expansion", "renewal"]


class Which(Record):
    """Deals that meet everything given; nothing given is every deal.

    `products`, `segments` and `kinds` name what is meant. A deal that does not say its product, term or
    discount meets no condition on it. `min_amount` is the whole deal's (a refund's likewise), before it is
    shared; `from` and `to` (exclusive) bound the counted date.
    """

    products: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    kinds: tuple[DealKind, ...] = ()
    min_term_months: int | None = Field(default=None, ge=0)
    max_discount: Number | None = None
    min_amount: Number | None = None
    from_: date | None = Field(default=None, alias="from")
    to: date | None = None

    @property
    def says_nothing(self) -> bool:
        """Whether every deal is meant."""
        return self == Which()


class Factor(Which):
    """Deals that meet the conditions pay on `factor` times what they count."""

    factor: Number


class KeyedRate(Which):
    """Deals that meet the conditions are paid at `rate`."""

    rate: Number


class PaysOn(Record):
    """What deals pay on, where that is not what they count.

    `measure` names another amount of the same transactions. Of `factors` the most specific that a deal
    meets multiplies it (see `rules.keys`); a deal that meets none pays on `otherwise` times it.
    """

    measure: str | None = None
    factors: tuple[Factor, ...] = ()
    otherwise: Number = Decimal(1)


class Deals(Record):
    """Limits per deal: `only` these count, the earliest `at_most` of a payee in a measured period (of refunds
    as many); credit below `minimum_credit` is not counted; caps cut what is above them."""

    only: Which = Which()
    at_most: int | None = Field(default=None, ge=1)
    minimum_credit: Number | None = None
    credit_cap: Number | None = None
    payout_cap: Number | None = None

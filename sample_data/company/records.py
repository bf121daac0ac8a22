"""The rows that the generator makes, before they get their ids and are written."""

from dataclasses import dataclass, field
from datetime import date

RATES = {2022: 105, 2023: 108, 2024: 108, 2025: 108, 2026: 112, 2027: 112}
"""Plan rate EUR → USD, in hundredths, by year."""


@dataclass(eq=False)
class Account:
    """A customer or prospect; `book` is the customer-success book it belongs to."""

    account_id: str
    name: str
    segment: str
    industry: str
    country: str
    currency: str
    book: int

    def dollars(self, amount: int, day: date) -> int:
        """An amount in the account's currency (cents) as dollars (cents) at that year's plan rate."""
        return amount * RATES[day.year] // 100 if self.currency == "EUR" else amount

    def own(self, dollars: float, day: date, step: int = 25) -> int:
        """Dollars as cents of the account's currency, to the next `step`."""
        major = dollars * 100 / RATES[day.year] if self.currency == "EUR" else dollars
        return max(step, round(major / step) * step) * 100


@dataclass(eq=False)
class Opportunity:
    """A deal; `amount` in cents of the account's currency, `probability` in percent."""

    account: Account
    kind: str
    owner_id: str
    outcome: str
    stage: str
    amount: int
    created_on: date
    closed_on: date
    source: str
    forecast: str = ""
    probability: int = 0
    splits: tuple[tuple[str, int], ...] = ()
    opportunity_id: str = ""

    @property
    def dollars(self) -> int:
        """The amount in dollars (cents) at the plan rate of the closing year."""
        return self.account.dollars(self.amount, self.closed_on)


@dataclass(eq=False)
class Contract:
    """An agreement that runs over [starts_on, ends_on); an expansion's ARR comes on top of the others."""

    account: Account
    kind: str
    owner_id: str
    signed_on: date
    starts_on: date
    ends_on: date
    arr: int
    prior_arr: int | None = None
    opportunity: Opportunity | None = None
    contract_id: str = ""


@dataclass(eq=False)
class Customer:
    """What runs at an account now: ARR in cents of its currency, until when, renewed for how many months."""

    account: Account
    arr: int
    ends_on: date
    months: int
    ae: str


@dataclass(eq=False)
class Lead:
    """A lead and how far it came."""

    created_on: date
    owner_id: str
    channel: str
    campaign: str
    status: str = "New"
    account: Account | None = None
    opportunity: Opportunity | None = None
    mql_on: date | None = None
    sql_on: date | None = None
    meeting_on: date | None = None
    lead_id: str = ""


@dataclass(eq=False)
class Touch:
    """One contact of a campaign with a prospect or customer."""

    touched_on: date
    channel: str
    campaign: str
    payee_id: str
    account: Account | None = None
    lead: Lead | None = None
    opportunity: Opportunity | None = None
    touch_id: str = ""


@dataclass
class Books:
    """All that happened, as it is made."""

    accounts: list[Account] = field(default_factory=list)
    opportunities: list[Opportunity] = field(default_factory=list)
    contracts: list[Contract] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    touches: list[Touch] = field(default_factory=list)
    due: list[tuple[int, date]] = field(default_factory=list)
    """Renewals that came or come due: the customer-success book, and the day."""

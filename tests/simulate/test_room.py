"""Trials take amounts of any ordinary size, and refuse what a product of 64 bits cannot hold."""

from datetime import date
from decimal import Decimal

import pytest

from revplan.issues import Unfit
from revplan.model.book import Book
from revplan.model.forecast import Forecast, OpenDeal, Spread
from revplan.simulate.future import future_of
from revplan.simulate.monte_carlo import Simulated, simulate
from revplan.simulate.stakes import stakes_of
from tests.rules.written_book import COMMISSION, book_of, plan_of, target_of

PER_LEAD = {
    "id": "leads",
    "name": "Leads",
    "measure": "leads",
    "input": "amount",
    "pays": {"way": "rate"},
    "credit": {"rule": "owner"},
    "table": {"kind": "marginal", "tiers": [{"from": 0, "rate": "1%"}]},
}
RETAINED = {"id": "nrr", "measure": "nrr", "year": [{"year": 2025, "total": 1}]}
ACCOUNTS = "account_id\na"


def book(amount: int, leads: int = 1, arr: int = 100) -> Book:
    """One open deal of an amount in November, and leads of last May."""
    return book_of(
        plan_of(COMMISSION, PER_LEAD),
        targets=(target_of(), target_of(**RETAINED)),
        company={"as_of": "2025-10-31"},
        payees="payee_id\nann",
        accounts=ACCOUNTS,
        opportunities=f"opportunity_id, owner_id, account_id, amount, created_on, closed_on, outcome, kind\n"
        f"o, ann, a, {amount}, 2025-09-01, 2025-11-10, open, expansion",
        contracts=f"contract_id, account_id, starts_on, ends_on, arr\nc, a, 2024-01-01, 2027-01-01, {arr}",
        leads="lead_id, owner_id, created_on\n" + "\n".join(f"l{n}, ann, 2025-05-06" for n in range(leads)),
    )


FORECAST = Forecast(
    as_of=date(2025, 10, 31),
    until=date(2026, 1, 1),
    alike=(date(2025, 5, 1),),
    spread=(Spread(factors=(Decimal("1.5"),)),),
    deal=(OpenDeal(id="o", probability=Decimal(1), expected_on=date(2025, 11, 10)),),
)


def tried(book: Book) -> Simulated:
    return simulate(stakes_of(future_of(book, FORECAST), "set"), 2, 1)


def paid_last_quarter(result: Simulated) -> int:
    return sum(
        int(amount)
        for line, amount in zip(result.ready.lines, result.paid[0], strict=True)
        if line.end == date(2026, 1, 1)
    )


def test_two_thousand_leads_a_month_are_paid():
    assert paid_last_quarter(tried(book(100, leads=2_000))) == 1500 + 2 * 2_000


def test_a_deal_of_twenty_million_is_paid():
    assert paid_last_quarter(tried(book(20_000_000))) == 3_000_000_00 + 2


def test_net_retention_of_twenty_million_is_reached():
    result = tried(book(20_000_000, arr=40_000_000))
    (nrr,) = [
        n for n, each in enumerate(result.stakes.reached) if each.measure == "nrr" and each.moves.anything
    ]
    found = result.stakes.reached[nrr]
    assert result.reached[0, nrr] == found.d * 1_750_000


@pytest.mark.parametrize("amount", [60_000_000_000, 10**15])
def test_a_deal_too_large_for_its_products_is_refused(amount: int):
    with pytest.raises(Unfit, match="simulated_too_large"):
        tried(book(amount))

"""What trials cannot move is held at what is certain, and said."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from revplan.model.book import Book
from revplan.model.forecast import Forecast, OpenDeal
from revplan.simulate.future import future_of
from revplan.simulate.moves import Stakes
from revplan.simulate.stakes import stakes_of
from tests.rules.written_book import COMMISSION, book_of, plan_of, target_of

KEPT = {
    "id": "kept",
    "name": "Kept",
    "measure": "nrr",
    "target": "nrr",
    "scope": "shared",
    "pays": {"way": "incentive", "weight": 1},
    "table": {"kind": "linear", "points": [{"at": 0, "pays": 0}, {"at": 1, "pays": 1}]},
}
RETAINED: dict[str, Any] = {
    "id": "nrr",
    "name": "NRR",
    "measure": "nrr",
    "year": [{"year": 2025, "total": 1}],
}


def book(component: dict[str, Any], as_of: str, **measure: Any) -> Book:
    own = {
        "id": "closed",
        "name": "Closed",
        "table": "opportunities",
        "date": "closed_on",
        "plus": ["amount"],
    }
    return book_of(
        plan_of(component),
        targets=(target_of(**RETAINED), target_of(id="closed", measure="closed")),
        company={"as_of": as_of, "measure": [own | measure]},
        payees="payee_id, target_incentive\nann, 40",
        accounts="account_id\na",
        opportunities="opportunity_id, owner_id, account_id, amount, created_on, closed_on, outcome\n"
        "o, ann, a, 100, 2025-05-01, 2025-08-10, open",
        contracts="contract_id, account_id, starts_on, ends_on, arr\nc, a, 2024-01-01, 2027-01-01, 100",
    )


def at_stake(book: Book) -> Stakes:
    deal = OpenDeal(id="o", probability=Decimal(1), expected_on=date(2025, 11, 10))
    return stakes_of(
        future_of(book, Forecast(as_of=book.company.as_of, until=date(2026, 1, 1), deal=(deal,))), "set"
    )


@pytest.mark.parametrize(("as_of", "held"), [("2025-07-31", ["opens"]), ("2025-09-30", [])])
def test_retention_from_a_day_to_come_is_held(as_of: str, held: list[str]):
    """A quarter that begins within the horizon begins with what is won before it."""
    stakes = at_stake(book(KEPT, as_of))
    assert [issue.parameters["why"] for issue in stakes.issues] == held
    tried = [each.start for each in stakes.reached if each.measure == "nrr"]
    assert tried == [date(2025, 7, 1)] if held else tried == [date(2025, 10, 1)]


WON = {"column": "outcome", "is": "=", "value": "won"}
NOT_LOST = {"column": "outcome", "is": "!=", "value": "lost"}


@pytest.mark.parametrize(("where", "held"), [((), True), ((NOT_LOST,), True), ((WON,), False)])
def test_a_measure_that_counts_open_deals_is_held(where: tuple[Any, ...], *, held: bool):
    """The open deal counts in it already, on the day on which it is expected to close."""
    stakes = at_stake(book(COMMISSION | {"measure": "closed"}, "2025-09-30", where=list(where)))
    assert [issue.parameters["why"] for issue in stakes.issues] == (["outcome"] if held else [])
    assert [each.measure for each in stakes.reached] == ["nrr"] + ["closed"] * (not held)

"""Pull is what one more unit of a driver pays each team, told by the engine on a book with more of it."""

from datetime import date
from fractions import Fraction

import pytest

from revplan.model.book import Book
from revplan.simulate.break_even import break_even
from revplan.simulate.drivers import Driver, more_of
from revplan.simulate.pull import Pull, congruence, pull_map, worths
from tests.rules.written_book import COMMISSION, book_of, plan_of

YEAR = (date(2025, 1, 1), date(2026, 1, 1))
PEOPLE = """
    payee_id, team
    ann,      sales
    mia,      marketing
    cem,      success
"""
DEALS = """
    opportunity_id, owner_id, amount, created_on, closed_on,  outcome, account_id
    o1,             ann,      8000,   2025-01-10, 2025-03-01, won,     a1
    o2,             ann,      2000,   2025-02-10, 2025-04-01, lost,    a2
"""
LEADS = "lead_id, owner_id, created_on, opportunity_id\n" + "\n".join(
    f"l{n:02d}, mia, 2025-01-{n % 28 + 1:02d}, {'o1' if n == 1 else ''}" for n in range(40)
)
ACCOUNTS = """
    account_id, csm_id
    a1,         cem
    a2,         cem
"""
CONTRACTS = """
    contract_id, account_id, starts_on,  ends_on,    arr, kind
    c1,          a1,         2024-01-01, 2026-06-01, 300, new
    c2,          a2,         2024-01-01, 2025-07-01, 100, new
"""
PAYMENTS = "payment_id, paid_on, amount\np1, 2025-05-05, 4000"
PER_LEAD = COMMISSION | {
    "id": "leads",
    "measure": "leads",
    "table": {"kind": "marginal", "tiers": [{"from": 0, "rate": 3}]},
    "credit": {"rule": "owner"},
}
RENEWED = COMMISSION | {"id": "kept", "measure": "renewal_arr", "credit": {"rule": "owner"}}


def book() -> Book:
    plans = (
        plan_of(id="sales"),
        plan_of(PER_LEAD, id="marketing", assigned={"teams": ["marketing"]}),
        plan_of(RENEWED, id="success", assigned={"teams": ["success"]}),
    )
    return book_of(
        *plans,
        payees=PEOPLE,
        opportunities=DEALS,
        leads=LEADS,
        accounts=ACCOUNTS,
        contracts=CONTRACTS,
        payments=PAYMENTS,
    )


def test_a_commission_pulls_a_tenth_of_each_thousand_won_and_nothing_else_does():
    pulls = {pull.driver: pull for pull in pull_map(book(), "set", *YEAR)}
    assert set(pulls) == {"lead", "pipeline", "won_revenue", "retention", "cash"}
    assert pulls["won_revenue"].per_unit("sales") == 100_00
    assert [pulls[name].per_unit("sales") for name in ("lead", "pipeline", "retention", "cash")] == [0] * 4


def test_pay_per_lead_pulls_its_rate_for_each_lead():
    (pull,) = pull_map(book(), "set", *YEAR, drivers=("lead",))
    assert [pull.units, pull.had] == [Fraction(2), Fraction(40)]
    assert {team: pull.per_unit(team) for team in ("sales", "marketing", "success")} == {
        "sales": 0,
        "marketing": 3_00,
        "success": 0,
    }


def test_a_customer_kept_is_a_renewal_of_whoever_looks_after_it():
    (pull,) = pull_map(book(), "set", *YEAR, drivers=("retention",))
    assert [pull.units, pull.had] == [Fraction(25), Fraction(75)]
    assert pull.pay["success"] == 10_00


def test_break_even_grows_what_was_won_alone():
    lost = plan_of(COMMISSION | {"measure": "closed"}, id="lost", sets=["other"])
    measure = {
        "id": "closed",
        "name": "Closed",
        "table": "opportunities",
        "date": "closed_on",
        "plus": ["amount"],
    }
    given = book_of(
        plan_of(id="sales"), lost, company={"measure": [measure]}, payees=PEOPLE, opportunities=DEALS
    )
    even = break_even(given, "set", "other", *YEAR, Fraction(3, 20))
    assert (even.cost_a, even.cost_b) == (800_00, 1000_00)
    # 200 more are paid. Of what is won more 15% is kept and 10% paid: 5% of 8,000, so 200 at 50% more.
    assert even.uplift is None
    even = break_even(given, "set", "other", *YEAR, Fraction(1, 5))
    assert even.uplift == Fraction(1, 4)


def test_only_payment_periods_that_end_in_the_window_count():
    (pull,) = pull_map(book(), "set", date(2025, 1, 1), date(2025, 3, 31), drivers=("won_revenue",))
    assert pull.per_unit("sales") == 0
    (pull,) = pull_map(book(), "set", date(2025, 1, 1), date(2025, 4, 1), drivers=("won_revenue",))
    assert pull.pay["sales"] == 40_00


@pytest.mark.parametrize("driver", ["lead", "pipeline", "won_revenue", "retention", "cash"])
def test_of_what_there_is_nothing_there_is_no_more(driver: Driver):
    empty = book_of(plan_of(), payees=PEOPLE)
    assert more_of(empty, driver, *YEAR, Fraction(1, 20)) is None


def test_more_pipeline_leaves_what_was_won_as_it_is():
    more = more_of(book(), "pipeline", *YEAR, Fraction(1, 20))
    assert more is not None
    assert more.book.tables["opportunities"]["amount"].to_pylist() == [8000_00, 2500_00]
    assert more.units == Fraction(1, 2)


def test_worth_is_estimated_from_what_became_of_leads_and_pipeline():
    worth = {each.driver: each.value for each in worths(book(), *YEAR, margin=Fraction(1, 2))}
    assert worth == {
        "lead": 100_00,  # half of 8,000 over 40 leads
        "pipeline": 400_00,  # half of eight tenths of 1,000
        "won_revenue": 500_00,
        "retention": 2_00,  # half of a hundredth of 400
        "cash": 0,
    }


def one(driver: Driver, pay: int) -> Pull:
    return Pull(driver, Fraction(1), Fraction(10), {"sales": pay})


def test_congruence_is_one_where_pull_and_worth_point_the_same_way():
    pulls = (one("lead", 3), one("won_revenue", 4))
    assert congruence(pulls, {"lead": Fraction(6), "won_revenue": Fraction(8)}, "sales") == pytest.approx(1)
    assert congruence(pulls, {"lead": Fraction(4), "won_revenue": Fraction(-3)}) == pytest.approx(0)
    assert congruence(pulls, {"lead": Fraction(3)}) == pytest.approx(0.6)


def test_congruence_is_undefined_where_nothing_pulls():
    assert congruence((one("lead", 0),), {"lead": Fraction(6)}) is None


def test_what_is_kept_is_measured_in_one_currency() -> None:
    contracts = """
        contract_id, account_id, starts_on,  ends_on,    arr, kind, currency
        c1,          a1,         2024-01-01, 2026-06-01, 300, new,  USD
        c2,          a2,         2024-01-01, 2025-07-01, 100, new,  EUR
    """
    rates = "name, from_currency, to_currency, starts_on, rate\nplan, EUR, USD, 2024-01-01, 3"
    more = more_of(
        book_of(accounts=ACCOUNTS, contracts=contracts, fx_rates=rates), "retention", *YEAR, Fraction(1, 100)
    )
    assert more is not None
    assert more.had == 50  # 300 dollars stayed; 100 euros, worth as much, did not
    assert more.units == 50

"""A scenario stands on what happened, on a drawn future or on one written by hand: each is a book."""

from datetime import date
from typing import Any

import pytest

from revplan.issues import Unfit
from revplan.model.book import Book
from revplan.model.plan_text import read_scenario, write_scenario
from revplan.model.scenario import Scenario
from revplan.simulate.facts import on_its_facts
from tests.rules.written_book import COMMISSION, book_of, pay, plan_of

DEALS = """
    opportunity_id, owner_id, amount, created_on, closed_on,  outcome, kind
    past,           ann,      100,    2025-01-10, 2025-02-01, won,     new
    lastyear,       bob,      50,     2024-10-20, 2024-11-05, won,     new
    older,          bob,      70,     2024-03-01, 2024-12-05, won,     new
    open1,          ann,      300,    2025-08-01, 2025-11-10, open,    new
    open2,          ann,      40,     2025-08-01, 2025-12-10, open,    expansion
"""
PEOPLE = """
    payee_id
    ann
    bob
"""
CONTRACTS = """
    contract_id, account_id, owner_id, starts_on,  ends_on,    arr, kind
    c1,          x,          bob,      2024-12-01, 2025-12-01, 80,  new
"""
LEADS = """
    lead_id, created_on, owner_id
    l1,      2024-11-05, ann
    l2,      2024-12-06, ann
    l3,      2025-02-01, ann
"""


def book(contracts: str = "contract_id, account_id, starts_on, arr") -> Book:
    return book_of(
        plan_of(COMMISSION),
        company={"as_of": "2025-09-30"},
        payees=PEOPLE,
        opportunities=DEALS,
        contracts=contracts,
    )


def on(facts: dict[str, Any], *changes: dict[str, Any]) -> Scenario:
    said = {"id": "s", "name": "S", "plan_set": "set", "facts": facts, "change": changes}
    return Scenario.model_validate(said)


def made(given: Book, said: Scenario) -> tuple[Book, list[str]]:
    found, issues = on_its_facts(given, said, lambda facts: 3)
    return found, [issue.code for issue in issues]


def written(*deals: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"kind": "written", "deal": deals} | fields


def last_quarter(book: Book) -> dict[str, str]:
    rows = pay(book, "payee_id period payout")
    return {who: payout for who, period, payout in rows if period == "2025-Q4"}


OPEN = {"opportunity": "open1", "on": "2025-11-20"}


def test_without_facts_a_scenario_stands_on_what_happened():
    said = Scenario.model_validate({"id": "s", "name": "S", "plan_set": "set"})
    assert said.facts.kind == "happened"
    assert "facts" not in write_scenario(said)
    assert made(book(), said)[0].tables["opportunities"] == book().tables["opportunities"]


def test_open_deals_are_won_on_their_days_at_their_amounts_and_others_are_not():
    found, issues = made(book(), on(written(OPEN)))
    assert (issues, found.company.as_of) == ([], date(2025, 12, 31))
    assert last_quarter(found) == {"ann": "30", "bob": "0"}
    dearer, _ = made(book(), on(written(OPEN | {"amount": 500})))
    assert last_quarter(dearer) == {"ann": "50", "bob": "0"}


def test_new_deals_go_to_their_owner_or_to_those_of_the_team_who_own_deals_in_turn():
    new = {"amount": 10, "on": "2025-10-01"}
    found, issues = made(book(), on(written(new | {"owner": "bob"}, new | {"team": "sales", "number": 3})))
    assert issues == []
    assert last_quarter(found) == {"ann": "2", "bob": "2"}


def test_the_rest_is_what_the_same_months_last_year_brought():
    facts = {"rest": "new_business", "growth": "200%"}
    assert last_quarter(made(book(), on(written(**facts)))[0]) == {"ann": "0", "bob": "10"}
    facts = {"rest": "last_year", "growth": "200%"}
    assert last_quarter(made(book(), on(written(**facts)))[0]) == {"ann": "0", "bob": "24"}
    assert last_quarter(made(book(), on(written()))[0]) == {"ann": "0", "bob": "0"}


def test_activity_goes_on_as_in_the_same_months_last_year_and_the_past_stays():
    leads = {"id": "leads", "name": "Leads", "measure": "leads", "input": "amount", "pays": {"way": "rate"}}
    plan = plan_of(leads | {"table": {"kind": "marginal", "tiers": [{"from": 0, "rate": 5}]}})
    until = {"as_of": "2025-09-30"}
    given = book_of(plan, company=until, payees=PEOPLE, opportunities=DEALS, leads=LEADS)
    found, _ = made(given, on(written(rest="last_year")))
    rows = [(period, payout) for who, period, payout in pay(found, "payee_id period payout") if who == "ann"]
    assert rows == [("2025-Q1", "5"), ("2025-Q2", "0"), ("2025-Q3", "0"), ("2025-Q4", "10")]


def test_contracts_that_run_out_are_renewed_all_or_as_written():
    given = book(contracts=CONTRACTS)

    def renewed(**facts: Any) -> list[int]:
        rows = made(given, on(written(*facts.pop("deals", ()), **facts)))[0].tables["contracts"].to_pylist()
        return [row["arr"] for row in rows if row["kind"] == "renewal"]

    assert renewed() == [8000]
    assert renewed(renewals="written") == []
    deal = {"renewal": "c1", "on": "2025-11-30", "amount": 60}
    assert renewed(renewals="written", deals=[deal]) == renewed(deals=[deal]) == [6000]


@pytest.mark.parametrize(
    ("deal", "code"),
    [
        ({"opportunity": "open1", "on": "2025-09-30"}, "written_day"),
        ({"opportunity": "open1", "on": "2026-01-01"}, "written_day"),
        ({"opportunity": "nowhere", "on": "2025-10-01"}, "written_unknown_deal"),
        ({"opportunity": "past", "on": "2025-10-01"}, "written_closed_deal"),
        ({"renewal": "nowhere", "on": "2025-10-01"}, "written_unknown_contract"),
        ({"team": "nowhere", "on": "2025-10-01", "amount": 1}, "written_unknown_team"),
        ({"owner": "nobody", "on": "2025-10-01", "amount": 1}, "written_nobody"),
        ({"owner": "ann", "on": "2025-10-01", "amount": 1, "account": "nowhere"}, "written_unknown_account"),
        (OPEN, "written_twice"),
    ],
)
def test_a_deal_that_cannot_be_won_is_left_out_and_said(deal, code):
    found, issues = made(book(), on(written(OPEN, deal)))
    assert issues == [code]
    assert last_quarter(found) == {"ann": "30", "bob": "0"}


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (written({"on": "2025-10-01"}), "text.written_whose"),
        (written({"on": "2025-10-01", "team": "sales"}), "text.written_amount"),
        (written(OPEN | {"number": 2}), "text.written_known"),
        (written(growth=2), "text.written_growth"),
        ({"kind": "hoped"}, "text.not_one_of"),
    ],
)
def test_badly_written_facts_are_refused_with_their_place(facts, code):
    lines = [f"{name} = {value!r}" for name, value in facts.items() if name != "deal"]
    for deal in facts.get("deal", ()):
        lines += ["[[facts.deal]]"] + [
            f"{name} = {value if name == 'on' else repr(value)}" for name, value in deal.items()
        ]
    text = "\n".join(['format = 1\nid = "s"\nname = "S"\nplan_set = "set"\n[facts]', *lines])
    scenario, issues = read_scenario(text)
    assert scenario is None
    assert [issue.code for issue in issues] == [code]
    assert issues[0].where.column.startswith("facts")


def test_an_end_that_no_forecast_can_have_is_refused():
    with pytest.raises(Unfit, match="forecast_until"):
        made(book(), on(written(until="2025-11-15")))


def test_a_future_reads_back_as_it_was_written():
    deals = (OPEN | {"amount": "12.5"}, {"team": "sales", "number": 3, "amount": 7, "on": "2025-10-01"})
    for facts in (written(*deals, rest="last_year", growth="90%"), {"kind": "forecast", "luck": "poor"}):
        said = on(facts, {"kind": "rates", "factor": 2})
        assert read_scenario(write_scenario(said))[0] == said


def test_on_a_written_future_deal_sizes_act_on_what_is_to_come_and_chances_on_nothing():
    changes = ({"kind": "win_rate", "factor": 2}, {"kind": "deal_size", "factor": 2})
    found, issues = made(book(), on(written(OPEN), *changes))
    assert issues == ["scenario_needs_forecast"]
    quarters = {
        period: payout for who, period, payout in pay(found, "payee_id period payout") if who == "ann"
    }
    assert quarters == {"2025-Q1": "10", "2025-Q2": "0", "2025-Q3": "0", "2025-Q4": "60"}


def test_on_a_forecast_certain_wins_are_won_and_what_is_won_stays():
    sure = {"kind": "win_rate", "factor": 100}
    found, issues = made(book(), on({"kind": "forecast"}, sure, {"kind": "deal_size", "factor": 0}))
    assert issues == []
    outcomes = {
        row["opportunity_id"]: (row["outcome"], row["amount"])
        for row in found.tables["opportunities"].to_pylist()
    }
    assert outcomes["past"] == ("won", 10000)
    assert {outcomes[name][1] for name in ("open1", "open2") if outcomes[name][0] == "won"} <= {0}

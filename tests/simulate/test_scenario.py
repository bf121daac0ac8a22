"""A scenario changes what it says and nothing else, and says what it could not do."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from revplan.model.book import Book
from revplan.model.plan_text import read_scenario, write_scenario
from revplan.model.scenario import Scenario
from revplan.simulate.scenario import apply
from tests.rules.written_book import ANN, BONUS, COMMISSION, book_of, pay, plan_of, target_of

DEALS = """
    opportunity_id, owner_id, amount, closed_on,  product
    o1,             ann,      100,    2025-02-01, gold
    o2,             ann,      300,    2025-05-01, tin
"""
PEOPLE = """
    payee_id, team,      role, base_salary, target_incentive
    ann,      sales,     rep,  60,          40
    bob,      marketing, lead, 90,          10
"""


def scenario(*changes: dict[str, Any]) -> Scenario:
    said = {"id": "s", "name": "S", "plan_set": "set", "change": changes}
    return Scenario.model_validate(said)


def book(payees: str = ANN, contracts: str = "", invoices: str = "", payments: str = "") -> Book:
    more = {"payees": payees, "contracts": contracts, "invoices": invoices, "payments": payments}
    tables = {"opportunities": DEALS} | {name: text for name, text in more.items() if text}
    return book_of(plan_of(COMMISSION), targets=(target_of(),), company=None, **tables)


def quarters(book: Book) -> list[str]:
    return [payout for (payout,) in pay(book, "payout")]


def components(book: Book) -> list[dict[str, Any]]:
    return [component.model_dump(by_alias=True) for component in book.plans[0].components]


def test_a_scenario_without_changes_is_the_baseline():
    given = book()
    assert apply(given, scenario()) == (replace(given, closes=()), ())


def test_scaled_rates_pay_in_proportion():
    changed, issues = apply(book(), scenario({"kind": "rates", "factor": "150%"}))
    assert issues == ()
    assert quarters(changed) == ["15", "45", "0", "0"]


def test_rates_scale_the_points_of_a_line_and_the_steps_too():
    line = plan_of(BONUS)
    changed, _ = apply(book_of(line, targets=(target_of(),)), scenario({"kind": "rates", "factor": 2}))
    assert [point["pays"] for point in components(changed)[0]["table"]["points"]] == [0, 2]


def test_thresholds_move_where_tiers_stand_and_nothing_of_what_they_pay():
    table = {"kind": "marginal", "tiers": [{"from": 0, "rate": "5%"}, {"from": 200, "rate": "10%"}]}
    given = book_of(plan_of(COMMISSION | {"table": table}), payees=ANN, opportunities=DEALS)
    changed, _ = apply(given, scenario({"kind": "thresholds", "factor": "50%"}))
    assert quarters(given) == ["5", "20", "0", "0"]
    assert quarters(changed) == ["5", "25", "0", "0"]


def test_a_change_can_name_one_component():
    given = book_of(plan_of(COMMISSION, COMMISSION | {"id": "second"}), payees=ANN, opportunities=DEALS)
    changed, _ = apply(given, scenario({"kind": "rates", "plan": "plan", "component": "second", "factor": 0}))
    rates = [component["table"]["tiers"][0]["rate"] for component in components(changed)]
    assert rates == [Decimal("0.1"), 0]


def test_plans_of_other_sets_stay_as_they_are():
    other = plan_of(id="other", sets=["other"])
    given = book_of(plan_of(), other)
    changed, _ = apply(given, scenario({"kind": "rates", "factor": 2}))
    assert changed.plans[1] == other
    assert changed.plans[0] != given.plans[0]


def test_weights_change_and_the_others_keep_theirs():
    half = BONUS | {"pays": {"way": "incentive", "weight": "50%"}}
    given = book_of(plan_of(half, half | {"id": "b"}), targets=(target_of(),))
    change = {"kind": "new_weights", "plan": "plan", "weights": [{"component": "b", "weight": "70%"}]}
    changed, issues = apply(given, scenario(change))
    assert issues == ()
    assert [component["pays"]["weight"] for component in components(changed)] == [
        Decimal("0.5"),
        Decimal("0.7"),
    ]


def test_caps_and_floors_are_set_and_removed():
    given = book_of(plan_of(COMMISSION | {"cap": {"amount": 20}}), payees=ANN, opportunities=DEALS)
    assert quarters(given) == ["10", "20", "0", "0"]
    changed, _ = apply(given, scenario({"kind": "bounds", "remove": ["cap"], "floor": {"amount": 12}}))
    assert quarters(changed) == ["12", "30", "12", "12"]


def test_attribution_changes_for_components_that_attribute():
    marketing = COMMISSION | {"id": "m", "credit": {"rule": "first_touch"}}
    given = book_of(plan_of(COMMISSION, marketing))
    changed, _ = apply(given, scenario({"kind": "attribution", "credit": {"rule": "linear"}}))
    assert [c.credit.rule for c in changed.plans[0].components] == ["splits", "linear"]


def test_a_target_grows_by_a_factor_with_the_amounts_typed_for_its_parts():
    parts = [{"owner": "payee:ann", "year": [{"year": 2025, "total": 200}]}]
    given = book_of(plan_of(), targets=(target_of(portion=parts),))
    changed, _ = apply(given, scenario({"kind": "target_amounts", "target": "quota", "factor": "120%"}))
    target = changed.targets[0]
    totals = [target.years[0].total, target.portions[0].years[0].total]
    assert totals == [Decimal(480), Decimal(240)]


def test_a_new_total_of_a_year_keeps_the_shape_of_typed_amounts():
    typed = target_of(year=[{"year": 2025, "amounts": [10, 20, 30, 40]}])
    change = {"kind": "target_amounts", "target": "quota", "year": 2025, "total": 200}
    changed, _ = apply(book_of(plan_of(), targets=(typed,)), scenario(change))
    assert changed.targets[0].years[0].amounts == tuple(map(Decimal, (20, 40, 60, 80)))


def test_quotas_of_people_grow_while_the_target_stays():
    parts = [{"owner": "payee:ann", "share": "50%"}, {"owner": "payee:bob", "share": "50%"}]
    given = book_of(plan_of(), targets=(target_of(portion=parts),), payees=PEOPLE)
    change = {"kind": "quota", "who": {"teams": ["sales"]}, "factor": "110%"}
    target = apply(given, scenario(change))[0].targets[0]
    assert [part.share for part in target.portions] == [Decimal("0.55"), Decimal("0.5")]
    assert target.years == given.targets[0].years


def test_joiners_are_paid_from_their_first_day_with_a_quota_of_their_own():
    change = {
        "kind": "joins",
        "name": "New rep",
        "number": 2,
        "team": "sales",
        "role": "rep",
        "on": "2025-04-01",
        "target_incentive": 50,
        "quotas": [{"target": "quota", "share": "25%"}],
    }
    changed, issues = apply(book(payees=PEOPLE), scenario(change))
    assert issues == ()
    rows = changed.tables["payees"].to_pylist()
    assert [row["payee_id"] for row in rows[2:]] == ["new-new-rep-1", "new-new-rep-2"]
    assert [row["target_incentive"] for row in rows[2:]] == [5000, 5000]
    assert {(p.owner, p.share, p.from_) for p in changed.targets[0].portions} == {
        (f"payee:new-new-rep-{n}", Decimal("0.25"), date(2025, 4, 1)) for n in (1, 2)
    }


def test_somebody_leaves_earlier_and_is_paid_no_more():
    changed, _ = apply(book(), scenario({"kind": "leaves", "payee": "ann", "on": "2025-04-01"}))
    assert quarters(changed) == ["10"]


def test_somebody_starts_later():
    changed, _ = apply(book(), scenario({"kind": "starts", "payee": "ann", "on": "2025-04-01"}))
    assert quarters(changed) == ["30", "0", "0"]


def test_another_pay_mix_keeps_what_somebody_earns_at_target():
    changed, _ = apply(book(payees=PEOPLE), scenario({"kind": "pay_mix", "variable": "50%"}))
    rows = changed.tables["payees"].to_pylist()
    assert [(row["base_salary"], row["target_incentive"]) for row in rows] == [(5000, 5000), (5000, 5000)]


def test_incentives_grow_for_those_who_are_meant():
    change = {"kind": "incentive", "who": {"roles": ["lead"]}, "factor": "125%"}
    rows = apply(book(payees=PEOPLE), scenario(change))[0].tables["payees"].to_pylist()
    assert [row["target_incentive"] for row in rows] == [4000, 1250]


def test_deals_grow_with_all_that_follows_from_them():
    follows = {
        "contracts": "contract_id, account_id, opportunity_id, starts_on, arr\nc1, a, o1, 2025-02-01, 100",
        "invoices": "invoice_id, contract_id, invoiced_on, amount\ni1, c1, 2025-02-02, 50\n"
        "i2,, 2025-02-02, 7",
        "payments": "payment_id, invoice_id, paid_on, amount\np1, i1, 2025-02-03, 50",
    }
    change = {"kind": "deal_size", "which": {"products": ["gold"]}, "factor": "120%"}
    tables = apply(book(**follows), scenario(change))[0].tables
    assert tables["opportunities"]["amount"].to_pylist() == [12000, 30000]
    assert tables["contracts"]["arr"].to_pylist() == [12000]
    assert tables["invoices"]["amount"].to_pylist() == [6000, 700]
    assert tables["payments"]["amount"].to_pylist() == [6000]


@pytest.mark.parametrize("of", ["o1", "c1", "i1", "p1", "r1"])
def test_a_cancellation_grows_with_its_deal_whatever_it_names(of: str):
    follows = {
        "orders": "order_id, opportunity_id, ordered_on, amount\nr1, o1, 2025-02-01, 100",
        "contracts": "contract_id, account_id, opportunity_id, starts_on, arr\nc1, a, o1, 2025-02-01, 100",
        "invoices": "invoice_id, contract_id, invoiced_on, amount\ni1, c1, 2025-02-02, 50",
        "payments": "payment_id, invoice_id, paid_on, amount\np1, i1, 2025-02-03, 50",
        "cancellations": f"cancellation_id, transaction_id, cancelled_on, amount\nx, {of}, 2025-03-01, 10",
    }
    given = book_of(plan_of(COMMISSION), targets=(), company=None, opportunities=DEALS, payees=ANN, **follows)
    change = {"kind": "deal_size", "which": {"products": ["gold"]}, "factor": "120%"}
    assert apply(given, scenario(change))[0].tables["cancellations"]["amount"].to_pylist() == [1200]


def test_deals_of_a_team_are_those_of_its_people_on_the_day():
    change = {"kind": "deal_size", "teams": ["marketing"], "factor": 2}
    _, issues = apply(book(), scenario(change))
    assert [issue.code for issue in issues] == ["scenario_no_deals"]


def test_a_whole_plan_takes_the_place_of_its_version_or_stands_beside_the_others():
    given = book()
    new = plan_of(COMMISSION | {"name": "Other"}).model_dump(by_alias=True)
    changed, _ = apply(given, scenario({"kind": "new_plan", "plan": new}))
    assert [plan.components[0].name for plan in changed.plans] == ["Other"]
    beside, _ = apply(given, scenario({"kind": "new_plan", "plan": new | {"id": "second", "sets": ["x"]}}))
    assert [(plan.id, plan.sets) for plan in beside.plans] == [("plan", ("set",)), ("second", ("x", "set"))]


def test_a_set_can_do_without_one_of_its_plans():
    changed, _ = apply(book(), scenario({"kind": "without_plan", "plan": "plan"}))
    assert changed.plans == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "rates", "plan": "none", "factor": 2}, "scenario_unknown_plan"),
        ({"kind": "rates", "component": "none", "factor": 2}, "scenario_unknown_component"),
        ({"kind": "rates", "factor": 1}, "scenario_changes_nothing"),
        ({"kind": "bounds", "remove": ["cap"]}, "scenario_changes_nothing"),
        (
            {"kind": "new_weights", "plan": "plan", "weights": [{"component": "commission", "weight": 1}]},
            "scenario_no_weight",
        ),
        ({"kind": "target_amounts", "target": "none", "factor": 2}, "scenario_unknown_target"),
        ({"kind": "target_amounts", "target": "quota", "year": 2030, "factor": 2}, "scenario_unknown_year"),
        ({"kind": "quota", "factor": 2}, "scenario_no_quota"),
        (
            {"kind": "joins", "name": "X", "team": "none", "role": "rep", "on": "2025-01-01"},
            "scenario_unknown_team",
        ),
        ({"kind": "leaves", "payee": "eve", "on": "2025-01-01"}, "scenario_unknown_payee"),
        ({"kind": "leaves", "payee": "ann", "on": "2019-01-01"}, "scenario_not_there"),
        ({"kind": "pay_mix", "variable": "50%"}, "scenario_changes_nobody"),
        ({"kind": "without_plan", "plan": "none"}, "scenario_unknown_plan"),
    ],
)
def test_a_change_that_finds_nothing_is_said_and_the_others_are_made(change, code):
    changed, issues = apply(book(), scenario(change, {"kind": "deal_size", "factor": 2}))
    assert [(issue.code, issue.severity, issue.where.row) for issue in issues] == [(code, "error", 1)]
    assert changed.tables["opportunities"]["amount"].to_pylist() == [20000, 60000]


def test_changes_are_made_in_the_order_they_stand():
    twice = scenario({"kind": "rates", "factor": 2}, {"kind": "rates", "factor": "150%"})
    assert quarters(apply(book(), twice)[0]) == ["30", "90", "0", "0"]


def test_a_scenario_is_written_and_read_without_loss():
    said = scenario(
        {"kind": "rates", "factor": "150%"},
        {"kind": "target_amounts", "target": "quota", "year": 2025, "total": 500},
        {"kind": "joins", "name": "X", "team": "sales", "role": "rep", "on": "2025-01-01"},
        {"kind": "new_plan", "plan": plan_of(BONUS).model_dump(by_alias=True)},
        {"kind": "win_rate", "which": {"products": ["gold"]}, "factor": "110%"},
    )
    assert read_scenario(write_scenario(said)) == (said, ())


def test_two_ways_to_say_an_amount_are_refused_with_the_line():
    text = 'id="s"\nname="S"\nplan_set="set"\n[[change]]\nkind="target_amounts"\ntarget="quota"\n'
    found, issues = read_scenario(text, "s.toml")
    assert found is None
    assert [(issue.code, issue.where.row) for issue in issues] == [("text.factor_or_total", 4)]

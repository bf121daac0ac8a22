"""Components paid on what others are paid: after them, in any depth, and never in a circle."""

from revplan.rules.run import run
from tests.rules.written_book import (
    COMMISSION,
    book_of,
    deals,
    pay,
    plan_of,
    result_of,
    target_of,
    told,
)

PEOPLE = """
    payee_id, role,    manager_id
    ann,      rep,     max
    bob,      rep,     max
    max,      manager, eve
    eve,      head,
"""
DEALS = """
    opportunity_id, owner_id, closed_on,  amount
    d1,             ann,      2025-02-01, 9000
    d2,             bob,      2025-03-01, 6000
"""
REPS = plan_of(COMMISSION, id="reps", assigned={"roles": ["rep"]})


def override(measure: str, rate: str, **more: object) -> dict[str, object]:
    table = {"kind": "marginal", "tiers": [{"from": 0, "rate": rate}]}
    pays = {"input": "amount", "pays": {"way": "rate"}, "table": table}
    credit = {"credit": {"rule": "owner", "roll_up": True}}
    return {"id": "override", "name": "Override", "measure": measure} | pays | credit | more


def test_a_manager_is_paid_on_what_the_team_is_paid() -> None:
    managers = plan_of(override("payouts:reps", "20%"), id="managers", assigned={"roles": ["manager"]})
    book = book_of(REPS, managers, payees=PEOPLE, opportunities=DEALS)
    assert pay(book, "payee_id credit payout", period="2025-Q1") == [
        ("ann", "9000", "900"),
        ("bob", "6000", "600"),
        ("max", "1500", "300"),
    ]


def test_an_override_can_be_paid_on_an_override() -> None:
    managers = plan_of(override("payouts:reps", "20%"), id="managers", assigned={"roles": ["manager"]})
    head = plan_of(override("payouts:managers/override", "50%"), id="a-head", assigned={"roles": ["head"]})
    book = book_of(REPS, managers, head, payees=PEOPLE, opportunities=DEALS)
    assert pay(book, "payee_id payout", period="2025-Q1", payee_id="eve") == [("eve", "150")]


def test_only_the_component_that_is_named_counts() -> None:
    second = COMMISSION | {"id": "second"}
    reps = plan_of(COMMISSION, second, id="reps", assigned={"roles": ["rep"]})
    for measure, paid in (("payouts:reps/second", "300"), ("payouts:reps", "600")):
        managers = plan_of(override(measure, "20%"), id="managers", assigned={"roles": ["manager"]})
        book = book_of(reps, managers, payees=PEOPLE, opportunities=DEALS)
        assert pay(book, "payout", period="2025-Q1", payee_id="max") == [(paid,)]


def test_a_month_counts_in_the_quarter_in_which_it_ends() -> None:
    monthly = plan_of(COMMISSION | {"measured_per": "month"}, id="reps", assigned={"roles": ["rep"]})
    managers = plan_of(override("payouts:reps", "20%"), id="managers", assigned={"roles": ["manager"]})
    book = book_of(monthly, managers, payees=PEOPLE, opportunities=DEALS)
    assert pay(book, "payout", payee_id="max", period="2025-Q1") == [("300",)]


def test_a_gate_can_ask_for_what_another_component_paid() -> None:
    """A kicker for whoever earned more than 700 in commission."""
    gate = {"all_of": [{"measure": "payouts:reps/commission", "credit": {"rule": "owner"}, "at_least": 700}]}
    kicker = override("won_revenue", "1%", credit={"rule": "owner"}, gate=[gate])
    reps = plan_of(kicker, COMMISSION, id="reps", assigned={"roles": ["rep"]})
    book = book_of(reps, payees=PEOPLE, opportunities=DEALS)
    assert pay(book, "payee_id payout reason", period="2025-Q1", component_id="override") == [
        ("ann", "90", ""),
        ("bob", "0", "gate_closed"),
    ]


def test_components_paid_on_each_other_are_left_out_and_named() -> None:
    one = plan_of(override("payouts:two", "10%"), id="one", assigned={"roles": ["rep"]})
    two = plan_of(override("payouts:one/override", "10%"), id="two", assigned={"roles": ["rep"]})
    result = run(book_of(REPS, one, two, payees=PEOPLE, opportunities=deals("d1, 2025-02-01, 100")), "set")
    found = [(issue.code, issue.where.plan) for issue in result.issues]
    assert found == [("payouts_in_circle", "one"), ("payouts_in_circle", "two")]
    assert set(result.lines["plan_id"].to_pylist()) == {"reps"}


def test_what_others_are_paid_is_told_neither_in_parts_nor_in_credits() -> None:
    managers = plan_of(override("payouts:reps", "20%"), id="managers", assigned={"roles": ["manager"]})
    result = result_of(book_of(REPS, managers, payees=PEOPLE, opportunities=DEALS))
    assert told(result, "parts", "kind transaction_id part", payee_id="max") == [("payouts", "", "300")]
    assert set(result.credits["measure"].to_pylist()) == {"won_revenue"}


def test_a_target_cannot_be_set_on_pay() -> None:
    target = target_of(measure="payouts:reps")
    result = run(book_of(REPS, targets=(target,), payees=PEOPLE, opportunities=DEALS), "set")
    assert [issue.code for issue in result.issues] == ["target_unknown_measure"]
    assert result.standings.num_rows == 0

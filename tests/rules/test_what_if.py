"""One thing more: the formula pays what a run of the engine pays, and the least amount is the least."""

from datetime import date
from typing import Any

import pytest

from revplan.metrics.measures import measure_of, measures
from revplan.model.credit import Credit
from revplan.rules.explain.hypothetical import Traits, can_add, with_fact
from revplan.rules.explain.what_if import Fact, Ground, formula_gain, ground_of, needed
from revplan.rules.run import run
from tests.rules.written_book import ANN, BONUS, COMMISSION, book_of, company_of, deals, plan_of, quota

WON = deals("d1, 2025-01-10, 60")
WHOLE = {"kind": "whole", "tiers": [{"from": 0, "rate": "10%"}, {"from": 1, "rate": "20%"}]}
RATE = COMMISSION | {"input": "attainment", "target": "quota"}


def ground(*components: dict[str, Any], measure: str = "won_revenue", **fields: Any) -> Ground:
    book = book_of(
        plan_of(*components, **fields),
        targets=(quota(),),
        payees=ANN,
        opportunities=WON,
        company={"as_of": "2025-02-15"},
    )
    return ground_of(book, "set", Fact("ann", measure, Credit(), date(2025, 2, 10)))


SHAPES = {
    "marginal": (COMMISSION,),
    "a tier that goes back": (RATE | {"table": WHOLE},),
    "with a cap and a gate": (
        RATE | {"table": WHOLE, "cap": {"amount": 15}},
        BONUS | {"gate": [{"all_of": [{"measure": "won_deals", "at_least": 2}]}]},
    ),
    "cumulative by month": (
        RATE | {"accumulation": "cumulative", "paid_per": "month", "table": WHOLE, "id": "other"},
    ),
    "each deal alone": (
        COMMISSION
        | {"table_per": "transaction", "deals": {"payout_cap": 5}}
        | {"table": {"kind": "marginal", "tiers": [{"from": 0, "rate": "10%"}, {"from": 30, "rate": "5%"}]}},
    ),
    "deals that pay on factors": (
        RATE
        | {"table": WHOLE, "id": "factors"}
        | {"pays_on": {"factors": [{"from": "2025-02-01", "factor": "175%"}], "otherwise": "50%"}},
        COMMISSION
        | {"table": {"kind": "keyed", "rates": [{"min_amount": 20, "rate": "7%"}], "otherwise": "7%"}},
    ),
    "each deal alone, by factors": (
        COMMISSION
        | {"table_per": "transaction", "table": {"kind": "whole", "tiers": [{"from": 0, "rate": "10%"}]}}
        | {"pays_on": {"otherwise": "33.3333%"}},
    ),
    "a multiplier that moves": (
        RATE
        | {
            "multiplier": {
                "measure": "won_revenue",
                "target": "quota",
                "table": {"kind": "linear", "points": [{"at": 0, "pays": 1}, {"at": 2, "pays": 2}]},
            }
        },
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_formula_pays_what_a_run_pays(shape: str) -> None:
    found = ground(*SHAPES[shape])
    gain = formula_gain(found, 1_234_567)
    assert gain is not None
    for amount in (1, 37, 2999, 3001, 3999, 4000, 4001, 25_000, 10**9):
        assert gain(amount) == found.gain(amount), amount


def test_the_least_amount_that_pays_is_found_to_the_cent() -> None:
    """60 won pay 6. Reaching 100 pays 20% of 100: 40 more earn 14, and 39.99 only 4."""
    found = ground(RATE | {"table": WHOLE})
    assert needed(found, 1400) == 4000
    assert found.gain(4000) == 1400
    assert found.gain(3999) == 400
    assert needed(found, 400) == 3995  # 3.995 rounds to 4.00


def test_nothing_is_enough_above_a_cap() -> None:
    assert needed(ground(COMMISSION | {"cap": {"amount": 10}}), 401) is None


def test_limits_on_a_deals_credit_are_run_and_not_guessed() -> None:
    found = ground(COMMISSION | {"deals": {"minimum_credit": 20, "credit_cap": 50}})
    assert formula_gain(found, 1_234_567) is None
    assert needed(found, 100) == 2000
    assert needed(found, 300) == 2995


def test_things_are_counted() -> None:
    meetings = COMMISSION | {
        "measure": "meetings",
        "credit": {"rule": "owner"},
        "table": {"kind": "marginal", "tiers": [{"from": 0, "rate": 250}]},
    }
    found = ground(meetings, measure="meetings")
    assert found.gain(3) == 75_000
    assert needed(found, 60_000) == 3


def test_a_limit_on_all_pay_is_run_too() -> None:
    found = ground(COMMISSION, payee_limit=[{"amount": 8, "per": "quarter"}])
    assert found.gain(10_000) == 200
    assert needed(found, 200) == 1995
    assert needed(found, 201) is None


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("won_revenue", "splits"),
        ("won_revenue", "csm"),
        ("sourced_revenue", "first_touch"),
        ("influenced_revenue", "position"),
        ("new_arr", "owner"),
        ("new_arr", "linear"),
        ("cash_collected", "splits"),
        ("invoiced_revenue", "csm"),
    ],
)
def test_what_is_added_is_credited_to_the_payee(name: str, rule: str) -> None:
    component = COMMISSION | {"measure": name, "credit": {"rule": rule}}
    book = book_of(plan_of(component), payees=ANN)
    measure = measure_of(book.company, name)
    credit = Credit.model_validate({"rule": rule})
    more = with_fact(book, measure, credit, "ann", 10_000, date(2025, 3, 1))
    assert run(more, "set").lines["payout"].to_pylist()[0] == 1000


def test_every_measure_that_adds_up_can_have_one_more_and_a_ratio_cannot() -> None:
    company = company_of()
    can = {name for name, measure in measures(company).items() if can_add(measure, company)}
    assert measures(company).keys() - can == {"nrr", "grr"}


KEYED = COMMISSION | {
    "table": {
        "kind": "keyed",
        "otherwise": "1%",
        "rates": [
            {"products": ["X"], "rate": "5%"},
            {"products": ["X"], "min_term_months": 36, "rate": "8%"},
            {"segments": ["Small"], "kinds": ["new"], "max_discount": "10%", "rate": "6%"},
        ],
    }
}


@pytest.mark.parametrize(
    ("traits", "gain"),
    [
        (Traits(), 10),
        (Traits(product="X"), 50),
        (Traits(product="X", term_months=36), 80),
        (Traits(segment="Small", kind="new", discount=50_000), 60),
        (Traits(segment="Small", kind="new", discount=500_000), 10),
    ],
)
def test_a_deal_is_paid_by_what_is_said_of_it(traits: Traits, gain: int) -> None:
    fact = Fact("ann", "won_revenue", Credit(), date(2025, 2, 10), traits)
    assert ground_of(ground(KEYED).book, "set", fact).gain(1000) == gain


@pytest.mark.parametrize("measure", ["contracted_arr", "cash_collected", "ordered_revenue"])
def test_traits_are_those_of_the_deal_behind_what_is_counted(measure: str) -> None:
    fact = Fact("ann", measure, Credit(), date(2025, 2, 10), Traits(product="X", segment="Small"))
    assert ground_of(ground(KEYED | {"measure": measure}).book, "set", fact).gain(1000) == 50

"""A component's terms in words."""

from revplan.model.plan import Component
from revplan.words.component_words import component_terms, how_it_pays
from revplan.words.table_words import Terms

TERMS = Terms(
    "USD",
    targets={"rev": "Company revenue"},
    units={"leads": "count", "nrr": "ratio", "won_revenue": "money"},
)


def component(**given: object) -> Component:
    made = {
        "id": "c",
        "name": "C",
        "measure": "won_revenue",
        "pays": {"way": "incentive", "weight": "60%"},
        "table": {"kind": "marginal", "tiers": [{"from": 0, "rate": 1}]},
    }
    return Component.model_validate(made | given)


def test_marginal_tiers_say_each_band_and_its_end() -> None:
    tiers = [
        {"from": 0, "rate": 1},
        {"from": "100%", "rate": "1.4"},
        {"from": "120%", "to": 2, "rate": 2},
    ]
    table = {"kind": "marginal", "tiers": tiers, "after_last": "flat"}
    assert how_it_pays(component(target="rev", table=table), TERMS) == (
        "Pays 60% of target incentive, times the table. Each part of the result pays its own rate: "
        "up to 100%, 1×; from 100% to 120%, 1.4×; from 120% to 200%, 2×. Above 200% nothing more is earned."
    )


def test_a_rate_is_a_share_of_money_and_money_for_a_thing() -> None:
    table = {"kind": "whole", "tiers": [{"from": 0, "rate": "0.08"}, {"from": 100, "rate": "12.5"}]}
    money = component(input="amount", pays={"way": "rate"}, table=table)
    assert "up to $100, 8%" in how_it_pays(money, TERMS)
    things = component(measure="leads", input="amount", pays={"way": "rate"}, table=table)
    assert "from 100, $12.50" in how_it_pays(things, TERMS)


def test_steps_say_whether_they_add_up() -> None:
    steps = {"kind": "steps", "steps": [{"at": 1, "pays": 500}, {"at": "105%", "pays": 1000}]}
    fixed = component(pays={"way": "fixed"}, table=steps)
    assert "The highest step reached pays: at 100%, $500; at 105%, $1,000." in how_it_pays(fixed, TERMS)
    added = component(pays={"way": "fixed"}, table=steps | {"add_up": True})
    assert "added up" in how_it_pays(added, TERMS)


def test_gates_limits_and_timing_have_sentences() -> None:
    told = component_terms(
        component(
            target="rev",
            scope="shared",
            measured_per="year",
            paid_per="quarter",
            accumulation="cumulative",
            gate=[{"all_of": [{"measure": "nrr", "at_least": "95%"}]}],
            cap={"of_incentive": 2},
            floor={"amount": 100},
            deals={"minimum_credit": 1000, "payout_cap": "2500.50"},
            multiplier={
                "measure": "nrr",
                "table": {"kind": "linear", "points": [{"at": 0.9, "pays": 0.8}, {"at": 1, "pays": 1}]},
            },
        ),
        TERMS,
    )
    text = " ".join(told)
    assert "against the target Company revenue" in text
    assert "Pays only if Net revenue retention (own result) reaches 95%." in text
    assert "Never less than $100." in text
    assert "Never more than 200% of the period's target incentive." in text
    assert "Deals below $1,000 do not count." in text
    assert "One deal pays at most $2,500.50." in text
    assert "at 90%, 0.8×; at 100%, 1×" in text
    assert "Measured over the year and paid each quarter, less what was already paid." in text


def test_the_deals_that_count_are_said() -> None:
    only = {
        "products": ["X", "Y"],
        "segments": ["Enterprise"],
        "kinds": ["new"],
        "min_term_months": 36,
        "max_discount": "10%",
        "min_amount": 5000,
        "from": "2026-03-01",
        "to": "2026-04-01",
    }
    told = " ".join(component_terms(component(deals={"only": only, "at_most": 2}), TERMS))
    assert "Only these deals count: product X or Y; segment Enterprise; new business; " in told
    assert "a term of 36 months or more; a discount of at most 10%; an amount of $5,000 or more; " in told
    assert "from Mar 1, 2026 on; before Apr 1, 2026." in told
    assert "At most 2 deals count in a quarter." in told


def test_credit_is_said_where_it_is_not_the_usual() -> None:
    def told(**credit: object) -> str:
        return " ".join(component_terms(component(credit=credit), TERMS))

    assert "Credit" not in told()
    assert "Credit goes to: the owner, and their managers." in told(rule="owner", roll_up=True)
    w_shape = told(rule="w_shape", look_back_days=1)
    assert "Touches count from 1 day before the deal." in w_shape
    assert "First touch 30%, Lead created 30%, Opportunity created 30%; the other touches" in w_shape
    assert "half as much as one that is 7 days later" in told(rule="time_decay")
    assert "Credit" not in " ".join(
        component_terms(component(credit={"rule": "owner"}, scope="shared"), TERMS)
    )

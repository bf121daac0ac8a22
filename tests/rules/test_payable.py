"""What deals pay on, where that is not what they count: factors, keyed rates, another measure."""

from collections.abc import Mapping
from typing import Any

import pytest

from revplan.model.deals import Factor
from revplan.rules.check.book import check_plan
from revplan.rules.explain.line import explain
from revplan.rules.keys import first_tie, ranked
from revplan.rules.run import run
from revplan.words import speaking
from revplan.words.component_words import component_terms
from revplan.words.story import story
from revplan.words.table_words import terms_for
from tests.rules.written_book import ANN, BONUS, COMMISSION, book_of, pay, plan_of, quota, result_of, told

DEALS = """
    opportunity_id, account_id, owner_id, closed_on,  amount, kind,    product, term_months, discount
    d1,             a1,         ann,      2025-02-28, 100,    new,     X,       12,          0%
    d2,             a1,         ann,      2025-03-01, 200,    renewal, X,       36,          10%
    d3,             a2,         ann,      2025-03-31, 400,    new,     Y,       24,          20%
"""
ACCOUNTS = """
    account_id, segment
    a1,         Enterprise
    a2,         Small
"""
LONG = {"factors": [{"min_term_months": 36, "factor": "175%"}]}


def whole(*rates: tuple[Any, Any]) -> dict[str, Any]:
    return {"table": {"kind": "whole", "tiers": [{"from": at, "rate": rate} for at, rate in rates]}}


def keyed(*rates: Mapping[str, Any], otherwise: Any = 0) -> dict[str, Any]:
    return {"table": {"kind": "keyed", "rates": list(rates), "otherwise": otherwise}}


def book(*components: Mapping[str, Any], **tables: Any) -> Any:
    usual = {"payees": ANN, "opportunities": DEALS, "accounts": ACCOUNTS}
    return book_of(plan_of(*components), **(usual | tables))


def of_first_quarter(component: Mapping[str, Any], columns: str = "payout", **tables: Any) -> tuple[str, ...]:
    return pay(book(component, **tables), columns, period="2025-Q1")[0]


def parts(component: Mapping[str, Any], columns: str = "transaction_id part", **tables: Any) -> list[Any]:
    return told(result_of(book(component, **tables)), "parts", columns, period="2025-Q1")


# ---------------------------------------------------------------- factors


def test_a_long_deal_counts_once_and_pays_on_more() -> None:
    line = of_first_quarter(COMMISSION | {"pays_on": LONG}, "credit payable payout")
    assert line == ("700", "850", "85")  # 100 + 1.75 × 200 + 400
    assert parts(COMMISSION | {"pays_on": LONG}, "transaction_id credit factor part") == [
        ("d1", "100", "1", "10"),
        ("d2", "200", "1.75", "35"),
        ("d3", "400", "1", "40"),
    ]


def test_what_counts_finds_the_tier_and_what_it_pays_on_earns_its_rate() -> None:
    tiers = whole((0, "10%"), (750, "20%"))
    assert of_first_quarter(COMMISSION | tiers | {"pays_on": LONG}) == ("85",)
    assert of_first_quarter(COMMISSION | whole((0, "10%"), (700, "20%")) | {"pays_on": LONG}) == ("170",)


def test_a_tier_that_goes_back_catches_up_on_what_earlier_deals_pay_on() -> None:
    tiers = whole((0, "10%"), (500, "20%"))
    assert parts(COMMISSION | tiers | {"pays_on": LONG}, "kind transaction_id part") == [
        ("deal", "d1", "10"),
        ("deal", "d2", "35"),
        ("deal", "d3", "80"),
        ("catch_up", "d3", "45"),
    ]


def test_an_incentive_is_paid_for_what_deals_pay_on_against_the_quota() -> None:
    table = {"table": {"kind": "marginal", "tiers": [{"from": 0, "rate": 1}]}}
    only = {"deals": {"only": {"products": ["X"]}}}
    found = book(BONUS | table | only | {"pays_on": LONG}, targets=(quota(),))
    assert pay(found, "attainment payout", period="2025-Q1") == [("3", "45")]  # 10 × (100 + 350) / 100


def test_each_deal_read_by_itself_pays_on_its_own_amount() -> None:
    by_deal = COMMISSION | whole((0, "10%"), (200, "20%")) | {"table_per": "transaction", "pays_on": LONG}
    assert parts(by_deal) == [("d1", "10"), ("d2", "70"), ("d3", "80")]


def test_what_a_deal_counts_after_its_limits_is_multiplied() -> None:
    capped = COMMISSION | {"deals": {"credit_cap": 150, "minimum_credit": 120}, "pays_on": LONG}
    assert parts(capped) == [("d2", "26.25"), ("d3", "15")]


def test_a_shared_deal_pays_each_on_the_same_factor() -> None:
    splits = """
        opportunity_id, payee_id, share
        d2,             ann,      0.25
        d2,             bob,      0.75
    """
    assert parts(COMMISSION | {"pays_on": LONG}, opportunity_splits=splits)[1] == ("d2", "8.75")


def test_nothing_is_rounded_between_a_deal_and_its_line() -> None:
    """Three deals of one cent at a third of a cent each make a cent, not three or none."""
    rows = "\n".join(f"d{n}, ann, 2025-02-0{n}, 0.01" for n in (1, 2, 3))
    found = f"opportunity_id, owner_id, closed_on, amount\n{rows}"
    rate = COMMISSION | whole((0, 1)) | {"pays_on": {"otherwise": "0.333333"}}
    assert of_first_quarter(rate, opportunities=found) == ("0.01",)


def test_deals_of_a_factor_of_0_count_and_pay_nothing() -> None:
    line = of_first_quarter(COMMISSION | {"pays_on": {"otherwise": 0}}, "credit payout reason")
    assert line == ("700", "0", "pays_on_nothing")


def test_a_cancelled_deal_takes_back_what_it_paid_on() -> None:
    cancelled = """
        cancellation_id, transaction_id, cancelled_on, share
        c1,              d2,             2025-05-05,   0.5
    """
    recomputing = COMMISSION | {"pays_on": LONG, "on_cancel": "recompute"}
    lines = pay(book(recomputing, cancellations=cancelled), "period credit payable payout")
    assert lines[1] == ("2025-Q2", "-100", "-175", "-17.5")


def test_a_clawback_at_the_lines_rate_takes_what_the_deal_paid_on() -> None:
    cancelled = "cancellation_id, transaction_id, cancelled_on\nc1, d2, 2025-05-05"
    clawback = {"clawback": [{"basis": "calculation_rate"}]}
    for component, taken in (
        (COMMISSION | whole((0, "10%"), (500, "20%")) | {"pays_on": LONG}, "-70"),
        (COMMISSION | keyed({"products": ["X"], "rate": "7%"}, otherwise="5%"), "-14"),
    ):
        made = book_of(
            plan_of(component, **clawback), payees=ANN, opportunities=DEALS, cancellations=cancelled
        )
        assert told(result_of(made), "adjustments", "cause amount", kind="clawback") == [("d2", taken)]


# ---------------------------------------------------------------- which entry wins


def test_the_most_specific_entry_wins_whatever_the_order() -> None:
    entries = [
        {"products": ["X"], "factor": 2},
        {"products": ["X"], "min_term_months": 24, "factor": 3},
        {"kinds": ["new"], "products": ["Y"], "max_discount": "20%", "factor": 4},
    ]
    for listed in (entries, entries[::-1]):
        assert parts(COMMISSION | {"pays_on": {"factors": listed}}) == [
            ("d1", "20"), ("d2", "60"), ("d3", "160"),
        ]  # fmt: skip


def factors(*entries: dict[str, Any]) -> list[Factor]:
    return [Factor.model_validate(entry | {"factor": 1}) for entry in entries]


def test_of_as_many_conditions_the_narrower_comes_first() -> None:
    terms = factors({"min_term_months": 12}, {"min_term_months": 36}, {"min_term_months": 24})
    assert ranked(terms) == [1, 2, 0]
    dates = factors({"from": "2025-01-01"}, {"from": "2025-03-01", "to": "2025-04-01"}, {"to": "2026-01-01"})
    assert ranked(dates)[0] == 1


@pytest.mark.parametrize(
    ("entries", "tie"),
    [
        ([{"products": ["X"]}, {"products": ["Y"]}], None),
        ([{"products": ["X"]}, {"segments": ["S"]}], (0, 1)),
        ([{"products": ["X"]}, {"segments": ["S"]}, {"products": ["X"], "segments": ["S"]}], None),
        ([{"products": ["X", "Y"]}, {"products": ["Y", "Z"]}], (0, 1)),
        ([{"products": ["X", "Y"]}, {"products": ["Y", "Z"]}, {"products": ["Y"]}], None),
        ([{"products": ["X"]}, {"products": ["X"]}], (0, 1)),
        ([{"from": "2025-01-01", "to": "2025-07-01"}, {"from": "2025-07-01"}], None),
        ([{"from": "2025-01-01", "to": "2025-07-02"}, {"from": "2025-07-01"}], (0, 1)),
        ([{"min_term_months": 12}, {"min_amount": 5}], (0, 1)),
        ([{"min_term_months": 12}, {"min_term_months": 36}], None),
        ([{"kinds": ["new"]}, {"kinds": ["renewal"], "products": ["X"]}], None),
    ],
)
def test_two_entries_that_one_deal_can_meet_alike_are_a_tie(
    entries: list[dict[str, Any]], tie: tuple[int, int] | None
) -> None:
    assert first_tie(factors(*entries)) == tie


# ---------------------------------------------------------------- keyed rates


def test_each_deal_has_the_rate_of_what_it_is() -> None:
    rates = keyed(
        {"products": ["X"], "rate": "5%"},
        {"products": ["X"], "min_term_months": 36, "rate": "8%"},
        {"products": ["Y"], "segments": ["Small"], "from": "2025-03-31", "rate": "6%"},
        otherwise="1%",
    )
    assert parts(COMMISSION | rates, "transaction_id factor part") == [
        ("d1", "0.05", "5"), ("d2", "0.08", "16"), ("d3", "0.06", "24"),
    ]  # fmt: skip


def test_a_keyed_rate_may_be_an_amount_for_each_thing() -> None:
    counted = COMMISSION | {"measure": "won_deals"}
    assert of_first_quarter(counted | keyed({"products": ["X"], "rate": 250}, otherwise=10)) == ("510",)


def test_keyed_rates_can_be_read_against_a_quota_for_the_attainment_beside_them() -> None:
    rates = keyed({"products": ["X"], "rate": "5%"}, otherwise="1%")
    component = COMMISSION | rates | {"input": "attainment", "target": "quota"}
    found = book(component, targets=(quota(),))
    assert pay(found, "attainment payout", period="2025-Q1") == [("7", "19")]


# ---------------------------------------------------------------- another measure

CONTRACTS = """
    contract_id, account_id, owner_id, kind,    signed_on,  starts_on,  arr, prior_arr
    k1,          a1,         ann,      renewal, 2025-02-01, 2025-02-01, 300, 200
    k2,          a2,         ann,      renewal, 2025-02-02, 2025-02-02, 500, 600
    k3,          a2,         ann,      new,     2025-02-03, 2025-02-03, 100,
"""
UPLIFT = {
    "id": "uplift", "name": "Uplift", "table": "contracts", "date": "starts_on", "plus": ["arr"],
    "minus": ["prior_arr"], "at_least": 0, "where": [{"column": "kind", "is": "=", "value": "renewal"}],
}  # fmt: skip


def test_deals_count_in_full_and_pay_on_another_amount_of_theirs() -> None:
    component = COMMISSION | {"measure": "contracted_arr", "pays_on": {"measure": "uplift"}}
    found = book(component, contracts=CONTRACTS, company={"measure": [UPLIFT]})
    columns = "credit payable payable_unit payout"
    assert pay(found, columns, period="2025-Q1") == [("900", "100", "money", "10")]
    by_deal = told(result_of(found), "parts", "transaction_id credit paid_on factor part")
    assert by_deal == [
        ("k1", "300", "10000", "null", "10"), ("k2", "500", "0", "null", "0"), ("k3", "100", "0", "null", "0")
    ]  # fmt: skip


def test_deals_may_count_by_number_and_pay_on_revenue() -> None:
    rate = whole((0, "2%"), (3, "3%"))
    component = COMMISSION | rate | {"measure": "won_deals", "pays_on": {"measure": "won_revenue"} | LONG}
    assert of_first_quarter(component, "credit payable payout") == ("3", "850", "25.5")


# ---------------------------------------------------------------- what is refused

REFUSED: dict[str, dict[str, Any]] = {
    "plan.key_tie": {
        "pays_on": {
            "factors": [{"products": ["X"], "factor": 2}, {"segments": ["Small"], "factor": 3}],
        }
    },
    "plan.key_says_nothing": {"pays_on": {"factors": [{"factor": 2}]}},
    "plan.factor_below_zero": {"pays_on": {"otherwise": -1}},
    "plan.factor_places": {"pays_on": {"otherwise": "1.0000001"}},
    "plan.pays_on_beside_keyed": keyed({"products": ["X"], "rate": 1}) | {"pays_on": LONG},
    "plan.pays_on_needs_one_rate": {
        "table": {"kind": "marginal", "tiers": [{"from": 0, "rate": 1}, {"from": 100, "rate": 2}]},
        "pays_on": LONG,
    },
    "plan.pays_on_fixed": {
        "pays": {"way": "fixed"},
        "table": {"kind": "steps", "steps": [{"at": 1, "pays": 1}]},
        "pays_on": LONG,
    },
    "plan.pays_on_needs_deals": {"input": "growth", "target": "quota", "pays_on": LONG},
    "plan.pays_on_other_deals": {"pays_on": {"measure": "contracted_arr"}},
    "plan.pays_on_other_unit": {
        "pays": {"way": "incentive", "weight": 1},
        "input": "attainment",
        "target": "quota",
        "pays_on": {"measure": "won_deals"},
    },
    "plan.pays_on_and_credit_cap": {
        "measure": "won_deals", "pays_on": {"measure": "won_revenue"}, "deals": {"credit_cap": 1},
    },
    "plan.keyed_needs_rate": keyed({"products": ["X"], "rate": 1})
    | {"pays": {"way": "incentive", "weight": 1}, "input": "attainment", "target": "quota"},
    "plan.keyed_elsewhere": {
        "multiplier": {"measure": "won_revenue"} | keyed({"products": ["X"], "rate": 1}),
    },
    "plan.keyed_beside_others": keyed({"products": ["X"], "rate": 1})
    | {"when": [{"all_of": [{"measure": "won_revenue", "at_least": 1}]} | whole((0, 1))]},
    "plan.unknown_measure": {"pays_on": {"measure": "margin"}},
}  # fmt: skip


@pytest.mark.parametrize("code", REFUSED)
def test_the_plan_check_refuses_what_cannot_be_paid_on(code: str) -> None:
    plan = plan_of(COMMISSION | REFUSED[code])
    made = book_of(plan, payees=ANN, opportunities=DEALS, accounts=ACCOUNTS, targets=(quota(),))
    assert code in {issue.code for issue in check_plan(plan, made) if issue.severity == "error"}


@pytest.mark.parametrize("code", sorted(REFUSED.keys() - {"plan.key_says_nothing", "plan.factor_below_zero"}))
def test_a_run_leaves_such_a_component_out_and_says_so(code: str) -> None:
    """One that a run would pay otherwise than it says; the other two it pays as they say."""
    plan = plan_of(COMMISSION | REFUSED[code])
    made = book_of(plan, payees=ANN, opportunities=DEALS, accounts=ACCOUNTS, targets=(quota(),))
    result = run(made, "set")
    assert code.removeprefix("plan.") in {issue.code.removeprefix("plan.") for issue in result.issues}
    assert result.lines.num_rows == 0


def test_a_product_that_no_deal_has_is_flagged_in_an_entry() -> None:
    plan = plan_of(COMMISSION | keyed({"products": ["Z"], "rate": 1}))
    made = book_of(plan, payees=ANN, opportunities=DEALS)
    assert "plan.unknown_product" in {issue.code for issue in check_plan(plan, made)}


# ---------------------------------------------------------------- in words


def sentences(component: Mapping[str, Any], **tables: Any) -> tuple[str, ...]:
    made = book(component, **tables)
    terms = terms_for(made.company, made.targets)
    with speaking("en"):
        return story(explain(made, result_of(made), 1), terms).sentences


def test_a_line_says_what_counts_and_what_it_pays_on() -> None:
    said = sentences(COMMISSION | whole((0, "10%"), (500, "20%")) | {"pays_on": LONG})
    assert "1 deal pays on 175% of $200.00." in said
    assert "What counts pays on $850.00 of Won revenue." in said
    assert "All of it, $850.00 at 20%, pays $170.00." in said


def test_a_line_of_keyed_rates_says_what_the_deals_of_each_rate_pay() -> None:
    said = sentences(COMMISSION | keyed({"products": ["X"], "rate": "5%"}, otherwise="1%"))
    assert "$300.00 of the deals, at 5%, pays $15.00." in said
    assert "$400.00 of the deals, at 1%, pays $4.00." in said
    assert "By their rates the deals pay $19.00 together." in said


def test_a_component_says_its_rates_and_factors() -> None:
    terms = terms_for(book(COMMISSION).company, ())
    with speaking("en"):
        (rates,) = component_terms(
            plan_of(COMMISSION | keyed({"products": ["X"], "rate": "5%"})).components[0], terms
        )[1:2]
        factors = component_terms(plan_of(COMMISSION | {"pays_on": LONG}).components[0], terms)[2]
    assert rates.endswith(
        "Each deal has the rate of what it is, the most specific first: product X: 5%; all others 0%."
    )
    assert factors == (
        "A deal counts in full and pays on a share of it: a term of 36 months or more: 175%; all others 100%."
    )

"""What a run cannot calculate is left out and named; the rest is calculated; nothing crashes."""

from typing import Any

import pytest

from revplan.issues import Issue
from revplan.model.book import Book
from revplan.rules.run import run
from revplan.words import sentences
from tests.rules.written_book import BONUS, COMMISSION, book_of, plan_of, result_of, target_of, told

ANN = """
    payee_id, target_incentive
    ann,      40
"""
DEAL = """
    opportunity_id, owner_id, closed_on,  amount
    d1,             ann,      2025-02-01, 100
"""
OTHER = COMMISSION | {"id": "other"}


def first_quarter(*components: Any, **book: Any) -> Book:
    tables = {"payees": ANN, "opportunities": DEAL, "company": {}} | book
    tables["company"] = {"as_of": "2025-03-31"} | tables["company"]
    return book_of(plan_of(*components), **tables)


def complaints(book: Book, *, paid: dict[str, str]) -> list[Issue]:
    """The issues of a run that pays those components, and leaves out the others."""
    result = run(book, "set")
    assert told(result, "lines", "component_id payout") == sorted(paid.items())
    return list(result.issues)


def test_an_unknown_plan_set_is_an_issue_and_pays_nothing() -> None:
    result = run(first_quarter(COMMISSION), "nobody's")
    assert [(issue.code, dict(issue.parameters)) for issue in result.issues] == [
        ("unknown_plan_set", {"plan_set": "nobody's"})
    ]
    assert result.lines.num_rows == result.statements.num_rows == 0


def test_an_empty_book_gives_empty_tables() -> None:
    result = result_of(book_of(plan_of()))
    assert [getattr(result, name).num_rows for name in ("lines", "parts", "credits", "standings")] == [0] * 4


@pytest.mark.parametrize(
    "wrong",
    [
        {"measure": "happiness"},
        {"gate": [{"all_of": [{"measure": "happiness", "at_least": 1}]}]},
        {"multiplier": {"measure": "happiness", "table": COMMISSION["table"]}},
    ],
)
def test_an_unknown_measure_is_an_issue_and_the_other_components_are_paid(wrong: Any) -> None:
    (issue,) = complaints(first_quarter(COMMISSION | wrong, OTHER), paid={"other": "10"})
    assert (issue.code, issue.parameters["measure"]) == ("unknown_measure", "happiness")
    assert (issue.where.plan, issue.where.component) == ("plan", "commission")


def test_a_table_that_cannot_be_read_is_an_issue_and_the_other_components_are_paid() -> None:
    overage = {"kind": "overage", "tiers": [{"from": 0, "rate": 1}, {"from": "0.5", "rate": 2}]}
    (issue,) = complaints(first_quarter(COMMISSION | {"table": overage}, OTHER), paid={"other": "10"})
    assert (issue.code, issue.where.component) == ("table_overage_starts_below", "commission")


def test_a_wrong_target_is_an_issue_and_what_counts_against_it_has_no_quota() -> None:
    wrong = target_of(measure="happiness", portion=[{"owner": "payee:ann", "share": 1}])
    (issue,) = complaints(first_quarter(BONUS, OTHER, targets=(wrong,)), paid={"bonus": "0", "other": "10"})
    assert (issue.code, issue.where.target) == ("target_unknown_measure", "quota")


# ---------------------------------------------------------------- too large

HUGE = "90_000_000_000_000_000"


def huge(*amounts: str) -> str:
    rows = [f"h{i}, ann, 2025-02-01, {amount}" for i, amount in enumerate(amounts)]
    return "\n".join(["opportunity_id, owner_id, closed_on, amount", *rows])


def test_an_amount_too_large_for_the_arithmetic_is_an_issue_and_the_other_components_are_paid() -> None:
    enormous = COMMISSION | {"table": {"kind": "marginal", "tiers": [{"from": 0, "rate": "1e36"}]}}
    (issue,) = complaints(first_quarter(enormous, OTHER), paid={"other": "10"})
    assert (issue.code, issue.where.component) == ("amount_too_large", "commission")


def test_a_payout_too_large_for_a_line_is_an_issue_and_the_other_components_are_paid() -> None:
    hundredfold = COMMISSION | {"table": {"kind": "marginal", "tiers": [{"from": 0, "rate": 1000}]}}
    book = first_quarter(hundredfold, OTHER, opportunities=huge(HUGE))
    (issue,) = complaints(book, paid={"other": "9000000000000000"})
    assert (issue.code, issue.where.component) == ("amount_too_large", "commission")


def test_a_sum_too_large_for_a_standing_is_an_issue() -> None:
    book = first_quarter(
        COMMISSION | {"measure": "leads"}, opportunities=huge(HUGE, HUGE), targets=(target_of(),)
    )
    (issue,) = complaints(book, paid={"commission": "0"})
    assert (issue.code, issue.where.target) == ("standing_too_large", "quota")


def test_a_target_too_large_to_be_kept_is_an_issue() -> None:
    book = first_quarter(BONUS, OTHER, targets=(target_of(year=[{"year": 2025, "total": "9e30"}]),))
    (issue,) = complaints(book, paid={"bonus": "0", "other": "10"})
    assert (issue.code, issue.where.target) == ("target_too_large", "quota")


# ---------------------------------------------------------------- the company's own measures


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"table": "happiness"}, "measure.unknown_table"),
        ({"date": "stage"}, "measure.not_a_date"),
        ({"plus": ["amount", "probability"]}, "measure.mixed_units"),
        ({"where": [{"column": "closed_on", "is": "=", "value": "soon"}]}, "measure.condition_value"),
    ],
)
def test_a_wrong_measure_of_the_companys_own_spoils_only_what_counts_it(wrong: Any, code: str) -> None:
    own = {"id": "own", "name": "Own", "table": "opportunities", "date": "closed_on", "plus": ["amount"]}
    book = first_quarter(COMMISSION | {"measure": "own"}, OTHER, company={"measure": [own | wrong]})
    issues = complaints(book, paid={"other": "10"})
    assert {issue.code for issue in issues} == {code, "unknown_measure"}
    assert {issue.parameters["measure"] for issue in issues} == {"own"}


# ---------------------------------------------------------------- currencies

EUROS = """
    opportunity_id, owner_id, closed_on,  amount, currency
    d1,             ann,      2025-02-01, 100,    USD
    d2,             ann,      2025-02-02, 200,    EUR
    d3,             ann,      2025-02-03, 300,    EUR
"""


def rates(*rows: str) -> str:
    return "\n".join(["name, from_currency, to_currency, starts_on, rate", *rows])


def test_a_deal_without_a_rate_on_its_day_is_left_out_and_named() -> None:
    book = first_quarter(COMMISSION, opportunities=EUROS, fx_rates=rates("plan, EUR, USD, 2025-02-03, 1.10"))
    (issue,) = complaints(book, paid={"commission": "43"})
    assert (issue.code, issue.severity) == ("no_fx_rate", "error")
    assert (issue.where.file, issue.where.table, issue.where.row) == ("opportunities.csv", "opportunities", 3)
    said = dict(issue.parameters)
    assert (said["transaction"], said["rows"], said["left_amount"]) == ("d2", 1, 200_00)
    assert (said["first"], said["last"]) == ("2025-02-02", "2025-02-02")
    assert sentences.sentence(issue, "USD") == (
        "opportunities.csv, row 3: There is no rate plan for EUR from Feb 2, 2025 to Feb 2, 2025. Rows of "
        "Opportunities without it: 1, €200.00 together, d2 among them. They are left out of every figure: "
        "amounts are never added across currencies. Upload an exchange rate named plan from EUR to USD that "
        "starts on Feb 2, 2025 or earlier (fx_rates.csv in a book folder)."
    )


def test_rows_without_a_rate_are_one_issue_for_each_currency_whoever_counts_them() -> None:
    deals = EUROS + "    d4,             ann,      2025-03-09, 5000,   JPY\n"
    count = COMMISSION | {"id": "again", "measure": "new_arr", "input": "value"}
    book = first_quarter(COMMISSION, OTHER, count, opportunities=deals)
    issues = complaints(book, paid={"commission": "10", "other": "10", "again": "0"})
    told = [(one.code, one.parameters["currency"], one.parameters["rows"]) for one in issues]
    assert told == [("no_fx_rate", "EUR", 2), ("no_fx_rate", "JPY", 1)]
    assert "¥5,000 together" in sentences.told(issues[1], "USD").what
    days = [(one.parameters["first"], one.parameters["last"]) for one in issues]
    assert days == [("2025-02-02", "2025-02-03"), ("2025-03-09", "2025-03-09")]


def test_a_plan_converts_at_the_rate_that_it_names() -> None:
    named = rates("plan, EUR, USD, 2025-01-01, 1.10", "budget, EUR, USD, 2025-01-01, 2")
    book = first_quarter(COMMISSION, opportunities=EUROS, fx_rates=named)
    assert told(result_of(book), "lines", "credit") == [("650",)]
    budget = book.with_plans((plan_of(COMMISSION, fx_rate="budget"),))
    assert told(result_of(budget), "lines", "credit") == [("1100",)]


ABROAD = """
    payee_id, target_incentive, currency
    ann,      40,               EUR
    jun,      4000,             JPY
    kim,      40,               USD
"""
SHARED = BONUS | {"scope": "shared"}


def test_a_target_incentive_in_another_currency_is_converted_into_the_companys() -> None:
    in_dollars = rates("plan, EUR, USD, 2020-01-01, 2", "plan, JPY, USD, 2020-01-01, 0.01")
    book = first_quarter(SHARED, payees=ABROAD, targets=(target_of(),), fx_rates=in_dollars)
    assert told(result_of(book), "lines", "payee_id target_incentive payout") == [
        ("ann", "20", "20"),
        ("jun", "10", "10"),
        ("kim", "10", "10"),
    ]


def test_a_target_incentive_without_a_rate_is_named_and_pays_nothing() -> None:
    in_dollars = rates("plan, EUR, USD, 2020-01-01, 2")
    result = run(first_quarter(SHARED, payees=ABROAD, targets=(target_of(),), fx_rates=in_dollars), "set")
    (issue,) = result.issues
    assert (issue.code, issue.where.table, issue.where.row) == ("no_fx_rate_for_incentive", "payees", 3)
    assert (issue.parameters["rows"], issue.parameters["left_amount"]) == (1, 4000)
    assert told(result, "lines", "payout reason", payee_id="jun") == [("0", "no_incentive")]


def test_a_contract_without_a_rate_is_named_where_retention_is_counted() -> None:
    retention = COMMISSION | {"measure": "nrr", "input": "value", "pays": {"way": "fixed"}}
    contracts = """
        contract_id, account_id, starts_on,  arr, currency
        k1,          a1,         2024-01-01, 100, USD
        k2,          a2,         2024-01-01, 100, EUR
    """
    accounts = """
        account_id, csm_id
        a1,         ann
        a2,         ann
    """
    (issue,) = complaints(
        first_quarter(retention, accounts=accounts, contracts=contracts), paid={"commission": "0.1"}
    )
    assert (issue.code, issue.parameters["transaction"]) == ("no_fx_rate", "k2")


def test_a_circle_of_managers_is_reported_and_everybody_is_paid() -> None:
    people = """
        payee_id, manager_id
        ann,      bob
        bob,      ann
    """
    result = run(
        first_quarter(COMMISSION | {"credit": {"rule": "owner", "roll_up": True}}, payees=people), "set"
    )
    assert {issue.code for issue in result.issues} == {"manager_circle"}
    assert told(result, "lines", "payee_id payout") == [("ann", "10"), ("bob", "10")]

"""Measures: the catalogue, which rows count and how much, custom conditions, and currencies."""

from datetime import date
from typing import Any

import pytest

from revplan.engine.duck import Session
from revplan.issues import Issue
from revplan.metrics.facts import bind_tables, create_facts
from revplan.metrics.left_out import left_out
from revplan.metrics.measures import measure_of, measures
from revplan.rules.check.measures import check_measures
from tests.rules.written_book import ANN, COMMISSION, book_of, company_of, pay, plan_of

Facts = list[tuple[Any, ...]]


def facts_of(measure: str, columns: str = "transaction_id, amount", **book: Any) -> tuple[Facts, list[Issue]]:
    """Rows of a measure's facts in order of transaction (amounts in stored units), and the issues."""
    written = book_of(**book)
    with Session() as session:
        bind_tables(session, written)
        made = create_facts(session, "facts", measure_of(written.company, measure), written.company)
        issues = left_out(session, [made] if made else [], written.company.currency)
        session.create("narrow", "SELECT * REPLACE (CAST(amount AS BIGINT) AS amount) FROM facts")
        rows = session.run(f"SELECT {columns} FROM narrow ORDER BY transaction_id").to_pylist()
    return [tuple(row.values()) for row in rows], issues


def counted(measure: str, columns: str = "transaction_id, amount", **book: Any) -> Facts:
    facts, issues = facts_of(measure, columns, **book)
    assert not issues
    return facts


def own(**measure: Any) -> dict[str, Any]:
    """A company whose one measure "own" adds up amounts of opportunities by the day they closed."""
    usual = {"id": "own", "name": "Own", "table": "opportunities", "date": "closed_on", "plus": ["amount"]}
    return {"measure": [usual | measure]}


# ---------------------------------------------------------------- built in

OPPORTUNITIES = """
    opportunity_id, outcome, source,    created_on, closed_on,  amount
    d1,             won,     marketing, 2025-01-05, 2025-02-01, 10
    d2,             won,     outbound,  2025-01-06, 2025-02-02, 20
    d3,             lost,    marketing, 2025-01-07, 2025-02-03, 40
    d4,             open,    ,          ,           2025-02-04, 80
"""
MILLION = 1_000_000


@pytest.mark.parametrize(
    ("measure", "found"),
    [
        ("won_revenue", [("d1", 1_000), ("d2", 2_000)]),
        ("won_deals", [("d1", MILLION), ("d2", MILLION)]),
        ("sourced_revenue", [("d1", 1_000)]),
        ("pipeline_created", [("d1", 1_000), ("d2", 2_000), ("d3", 4_000)]),
        ("qualified_opportunities", [("d1", MILLION), ("d2", MILLION), ("d3", MILLION)]),
    ],
)
def test_measures_of_opportunities_count_what_their_name_says(measure: str, found: Facts) -> None:
    assert counted(measure, opportunities=OPPORTUNITIES) == found


@pytest.mark.parametrize(
    ("measure", "found"),
    [
        ("leads", [("l1", date(2025, 1, 1)), ("l2", date(2025, 1, 2))]),
        ("mqls", [("l1", date(2025, 2, 1))]),
        ("sqls", [("l1", date(2025, 3, 1))]),
        ("meetings", [("l1", date(2025, 4, 1))]),
    ],
)
def test_a_lead_counts_on_the_day_on_which_it_reached_each_stage(measure: str, found: Any) -> None:
    leads = """
        lead_id, created_on, mql_on,     sql_on,     meeting_on
        l1,      2025-01-01, 2025-02-01, 2025-03-01, 2025-04-01
        l2,      2025-01-02, ,           ,
    """
    assert counted(measure, "transaction_id, on_date", leads=leads) == found


def test_contracts_count_by_kind_on_the_day_on_which_they_start() -> None:
    contracts = """
        contract_id, account_id, kind,      signed_on,  starts_on,  arr
        k1,          a1,         new,       2024-12-20, 2025-01-01, 10
        k2,          a1,         expansion, 2025-01-01, 2026-01-01, 20
        k3,          a1,         renewal,   ,           2025-03-01, 40
    """
    found = {name: counted(name, contracts=contracts) for name in ("new_arr", "expansion_arr", "renewal_arr")}
    assert found == {"new_arr": [("k1", 1_000)], "expansion_arr": [], "renewal_arr": [("k3", 4_000)]}
    assert counted("contracted_arr", contracts=contracts) == [("k1", 1_000), ("k3", 4_000)]
    assert counted("renewed_logos", contracts=contracts) == [("k3", MILLION)]


def test_a_payment_finds_its_deal_account_owner_and_currency_through_its_invoice() -> None:
    found = counted(
        "cash_collected",
        "transaction_id, opportunity_id, account_id, owner_id, amount",
        payments="""
            payment_id, invoice_id, paid_on,    amount
            p1,         i1,         2025-05-01, 10
        """,
        invoices="""
            invoice_id, contract_id, invoiced_on, amount, currency
            i1,         k1,          2025-04-01,  10,     EUR
        """,
        contracts="""
            contract_id, account_id, opportunity_id, starts_on,  arr
            k1,          a1,         d1,             2025-04-01, 10
        """,
        opportunities="""
            opportunity_id, owner_id, closed_on,  amount
            d1,             ann,      2025-03-31, 10
        """,
        fx_rates="""
            name, from_currency, to_currency, starts_on,  rate
            plan, EUR,           USD,         2025-01-01, 2
        """,
    )
    assert found == [("p1", "d1", "a1", "ann", 2_000)]


def test_every_measure_says_which_credit_rules_fit() -> None:
    catalogue = measures(company_of())
    assert catalogue["leads"].fits == {"owner", "splits"}
    assert {"csm", "linear", "owner"} <= catalogue["won_revenue"].fits
    assert not catalogue["nrr"].fits
    assert not catalogue["nrr"].additive


def test_measures_are_found_by_name_scores_by_their_kpi_and_others_not() -> None:
    assert measure_of(company_of(), "won_revenue").unit == "money"
    assert measure_of(company_of(), "score:quality").unit == "ratio"
    for name in ("happiness", "score:", ""):
        with pytest.raises(KeyError):
            measure_of(company_of(), name)


def test_a_built_in_measure_keeps_its_name() -> None:
    taken = own(id="won_revenue", plus=[])
    assert measure_of(company_of(**taken), "won_revenue").unit == "money"


# ---------------------------------------------------------------- the company's own

DEALS = """
    opportunity_id, outcome, kind,      owner_id, created_on, closed_on,  amount, probability
    d1,             won,     new,       ann,      2025-01-01, 2025-01-01, 10,     50%
    d2,             won,     renewal,   ,         2025-01-01, 2025-01-02, 20,
    d3,             won,     ,          ann,      2025-01-01, 2025-01-03, 40,     100%
"""


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"column": "kind", "is": "=", "value": "new"}, "d1"),
        ({"column": "kind", "is": "!=", "value": "new"}, "d2 d3"),  # an empty cell is not "new"
        ({"column": "kind", "is": "in", "value": ["new", "renewal"]}, "d1 d2"),
        ({"column": "kind", "is": "not in", "value": ["new", "expansion"]}, "d2 d3"),
        ({"column": "owner_id", "is": "empty"}, "d2"),
        ({"column": "owner_id", "is": "not empty"}, "d1 d3"),
        ({"column": "amount", "is": ">", "value": 20}, "d3"),
        ({"column": "amount", "is": ">=", "value": 20}, "d2 d3"),
        ({"column": "amount", "is": "in", "value": ["10", "40"]}, "d1 d3"),
        ({"column": "probability", "is": "<", "value": "80%"}, "d1"),
        ({"column": "closed_on", "is": "<=", "value": "2025-01-02"}, "d1 d2"),
        ({"column": "closed_on", "is": "in", "value": ["2025-01-02"]}, "d2"),
        ({"column": "closed_on", "is": "=", "other": "created_on"}, "d1"),
        ({"column": "closed_on", "is": ">", "other": "created_on"}, "d2 d3"),
    ],
)
def test_a_condition_compares_a_column_with_a_value_or_another_column(where: Any, found: str) -> None:
    rows = counted("own", opportunities=DEALS, company=own(where=[where]))
    assert [transaction for transaction, _ in rows] == found.split()


def test_all_conditions_must_hold() -> None:
    both = [{"column": "kind", "is": "not empty"}, {"column": "amount", "is": "<", "value": 20}]
    assert counted("own", opportunities=DEALS, company=own(where=both)) == [("d1", 1_000)]


def test_a_measure_adds_and_takes_away_columns_within_its_bounds() -> None:
    """C6: what a renewal adds to the year before, never below zero."""
    contracts = """
        contract_id, account_id, starts_on,  arr, prior_arr
        k1,          a1,         2025-01-01, 120, 100
        k2,          a2,         2025-01-01, 80,  100
        k3,          a3,         2025-01-01, 900,
    """
    uplift = own(
        table="contracts", date="starts_on", plus=["arr"], minus=["prior_arr"], at_least=0, at_most=500
    )
    assert counted("own", contracts=contracts, company=uplift) == [("k1", 2_000), ("k2", 0), ("k3", 50_000)]


def test_a_measure_without_columns_counts_rows() -> None:
    rows = counted("own", opportunities=DEALS, company=own(plus=[]))
    assert rows == [("d1", MILLION), ("d2", MILLION), ("d3", MILLION)]


def test_counts_and_fractions_add_up_in_millionths() -> None:
    seats = own(table="usage", date="used_on", plus=["seats"], minus=["active_users"])
    usage = """
        account_id, product, used_on,    active_users, seats
        a1,         crm,     2025-01-01, 3,            10
    """
    assert counted("own", usage=usage, company=seats) == [("a1/crm/2025-01-01", 7 * MILLION)]
    chance = own(plus=["probability"])
    assert counted("own", opportunities=DEALS, company=chance) == [
        ("d1", 500_000),
        ("d2", 0),
        ("d3", MILLION),
    ]


def test_money_and_counts_cannot_be_added() -> None:
    with pytest.raises(ValueError, match="cannot be added"):
        measures(company_of(**own(plus=["amount", "probability"])))


def test_a_row_counts_up_to_the_as_of_date_and_not_without_a_date() -> None:
    company = own(date="created_on", plus=[]) | {"as_of": "2025-01-06"}
    rows = counted("own", opportunities=OPPORTUNITIES, company=company)
    assert [transaction for transaction, _ in rows] == ["d1", "d2"]


# ---------------------------------------------------------------- currencies


def converted(currency: str, amount: str, rate: str, into: str = "USD") -> int:
    rates = f"""
        name, from_currency, to_currency, starts_on,  rate
        plan, {currency},    {into},      2025-01-01, {rate}
    """
    deal = f"""
        opportunity_id, closed_on,  amount,   currency
        d1,             2025-01-01, {amount}, {currency}
    """
    ((_, found),) = counted("won_revenue", opportunities=deal, fx_rates=rates, company={"currency": into})
    return found


@pytest.mark.parametrize(
    ("currency", "amount", "rate", "into", "found"),
    [
        ("EUR", "100", "1.0856", "USD", 10_856),
        ("EUR", "0.05", "0.5", "USD", 3),  # 2.5 cents, away from zero
        ("EUR", "-0.05", "0.5", "USD", -3),
        ("EUR", "0.05", "0.499999999", "USD", 2),
        ("JPY", "1000", "0.0067", "USD", 670),  # yen have no cents
        ("USD", "10.05", "150", "JPY", 1_508),  # 1507.5
        ("KWD", "1.005", "3.25", "USD", 327),  # 3.26625: three digits into two
        ("USD", "1", "0.3075", "KWD", 308),  # 307.5 fils
    ],
)
def test_an_amount_is_converted_once_and_rounded_half_away_from_zero(
    currency: str, amount: str, rate: str, into: str, found: int
) -> None:
    assert converted(currency, amount, rate, into) == found


def test_a_rate_holds_from_its_start_up_to_the_next_ones() -> None:
    rates = """
        name,  from_currency, to_currency, starts_on,  rate
        plan,  EUR,           USD,         2025-02-01, 2
        plan,  EUR,           USD,         2025-03-01, 3
        plan,  GBP,           USD,         2025-02-15, 9
        other, EUR,           USD,         2025-02-15, 9
        plan,  EUR,           GBP,         2025-02-15, 9
    """
    deals = """
        opportunity_id, closed_on,  amount, currency
        d1,             2025-01-31, 1,      EUR
        d2,             2025-02-01, 1,      eur
        d3,             2025-02-28, 1,      EUR
        d4,             2025-03-01, 1,      EUR
        d5,             2025-01-31, 1,
    """
    facts, issues = facts_of("won_revenue", opportunities=deals, fx_rates=rates)
    assert facts == [("d2", 200), ("d3", 200), ("d4", 300), ("d5", 100)]
    assert [issue.parameters["transaction"] for issue in issues] == ["d1"]


def test_counts_need_no_rate() -> None:
    deals = """
        opportunity_id, closed_on,  amount, currency
        d1,             2025-01-31, 1,      EUR
    """
    assert counted("won_deals", opportunities=deals) == [("d1", MILLION)]


# ---------------------------------------------------------------- derived

INVOICED = """
    contract_id, account_id, owner_id, kind,    starts_on,  arr, prior_arr
    k1,          a1,         ann,      renewal, 2024-05-01, 30,  20
    k2,          a1,         ann,      new,     2025-05-10, 50,
    k3,          a2,         ann,      new,     2025-05-20, 70,  80
    k4,          ,           ann,      new,     2025-06-01, 90,
    k5,          a1,         ann,      new,     2025-08-01, 10,
"""


def derived(**measure: Any) -> Facts:
    usual = {"id": "own", "name": "Own", "table": "contracts", "date": "starts_on", "plus": ["arr"]}
    found = counted("own", contracts=INVOICED, company={"measure": [usual | measure]})
    assert not check_measures(company_of(measure=[usual | measure]))
    return found


def test_each_column_has_a_factor_of_its_own() -> None:
    factors = [{"column": "arr", "factor": "0.5"}, {"column": "prior_arr", "factor": "0.333333"}]
    found = derived(minus=["prior_arr"], factors=factors)
    # 1500 - 666.666 and 3500 - 2666.664 cents, each rounded once
    assert found[:3] == [("k1", 833), ("k2", 2500), ("k3", 833)]


def test_bounds_hold_for_the_amount_after_factors() -> None:
    factors = [{"column": "arr", "factor": "0.333333"}]
    assert derived(factors=factors, at_most=10) == [
        ("k1", 1000), ("k2", 1000), ("k3", 1000), ("k4", 1000), ("k5", 333)
    ]  # fmt: skip


@pytest.mark.parametrize(("take", "found"), [("smallest", 2000), ("largest", 3000)])
def test_the_smallest_or_largest_of_columns(take: str, found: int) -> None:
    both = derived(plus=["arr", "prior_arr"], take=take)
    assert both[0] == ("k1", found)
    assert both[1] == ("k2", 0 if take == "smallest" else 5000)  # an empty cell is 0


def test_only_the_first_row_of_each_account_counts() -> None:
    """One without an account is nobody's first."""
    assert derived(plus=[], first_of="account") == [("k1", MILLION), ("k3", MILLION)]


def test_the_first_row_of_each_account_in_each_quarter_counts() -> None:
    found = derived(plus=[], first_of="account", first_per="quarter")
    assert [row[0] for row in found] == ["k1", "k2", "k3", "k5"]


def test_less_the_year_before_leaves_the_growth() -> None:
    contracts = {"contracts": INVOICED, "company": {"measure": [{
        "id": "own", "name": "Own", "table": "contracts", "date": "starts_on", "plus": ["arr"],
        "less_prior_year": True,
    }]}}  # fmt: skip
    found = counted("own", "transaction_id, on_date, amount, account_id, owner_id", **contracts)
    assert ("k1~year", date(2025, 5, 1), -3000, "a1", "ann") in found
    assert sum(row[2] for row in found if row[1].year == 2025) == 22000 - 3000
    assert not [row for row in found if row[0] == "k5~year"]  # its day has not come yet


def test_growth_has_the_traits_of_its_rows() -> None:
    """What is taken away a year later is of the same product."""
    contracts = """
        contract_id, account_id, owner_id, starts_on,  arr, product
        k1,          a1,         ann,      2024-05-01, 30,  X
        k2,          a1,         ann,      2025-05-10, 50,  X
        k3,          a1,         ann,      2025-05-20, 70,  Y
    """
    growth = {"id": "own", "name": "Own", "table": "contracts", "date": "starts_on", "plus": ["arr"]}
    component = COMMISSION | {"measure": "own", "deals": {"only": {"products": ["X"]}}}
    book = book_of(
        plan_of(component),
        contracts=contracts,
        payees=ANN,
        company={"measure": [growth | {"less_prior_year": True}]},
    )
    assert pay(book, "credit payout", period="2025-Q2") == [("20", "2")]


def test_what_is_cancelled_is_no_growth_and_is_not_taken_away_a_year_later_either() -> None:
    """A contract of 30 is cancelled by its own id: neither it nor its year before counts any more."""
    contracts = """
        contract_id, account_id, owner_id, starts_on,  arr
        k1,          a1,         ann,      2024-05-01, 30
        k2,          a1,         ann,      2025-05-10, 50
    """
    cancelled = "cancellation_id, transaction_id, cancelled_on\nc1, k1, 2024-09-01"
    growth = {"id": "own", "name": "Own", "table": "contracts", "date": "starts_on", "plus": ["arr"]}
    book = book_of(
        plan_of(COMMISSION | {"measure": "own", "on_cancel": "recompute"}),
        contracts=contracts,
        cancellations=cancelled,
        payees=ANN,
        company={"measure": [growth | {"less_prior_year": True}]},
    )
    assert pay(book, "credit payout", period="2025-Q2") == [("50", "5")]


def test_a_row_is_as_large_as_its_amount_whatever_factor_it_counts_with() -> None:
    """A least amount of 40 is compared with the 50 of the row itself, of which half counts."""
    contracts = """
        contract_id, account_id, owner_id, starts_on,  arr, prior_arr
        k1,          a1,         ann,      2025-05-01, 30,  80
        k2,          a1,         ann,      2025-05-10, 50,  10
    """
    component = COMMISSION | {"measure": "own", "deals": {"only": {"min_amount": 40}}}
    usual = {"id": "own", "name": "Own", "table": "contracts", "date": "starts_on", "plus": ["arr"]}
    for more, credit in (
        ({"factors": [{"column": "arr", "factor": "0.5"}]}, "25"),
        ({"plus": ["arr", "prior_arr"], "take": "largest"}, "50"),
    ):
        book = book_of(
            plan_of(component), contracts=contracts, payees=ANN, company={"measure": [usual | more]}
        )
        assert pay(book, "credit", period="2025-Q2") == [(credit,)]


@pytest.mark.parametrize(
    ("measure", "code"),
    [
        ({"factors": [{"column": "prior_arr", "factor": 2}]}, "factor_of_nothing"),
        ({"factors": [{"column": "arr", "factor": "0.0000001"}]}, "factor_places"),
        ({"take": "largest"}, "takes_of_one"),
        ({"first_per": "year"}, "first_of_nothing"),
    ],
)
def test_a_derived_measure_that_says_nothing_is_refused(measure: dict[str, Any], code: str) -> None:
    usual = {"id": "own", "name": "Own", "table": "contracts", "date": "starts_on", "plus": ["arr"]}
    found = check_measures(company_of(measure=[usual | measure]))
    assert [issue.code for issue in found] == [f"measure.{code}"]

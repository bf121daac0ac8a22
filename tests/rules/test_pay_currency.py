"""Pay in the payee's own currency: by a named rate of its day, once, and never added across currencies."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revplan.metrics.rates import PayRates
from revplan.model.book import Book
from revplan.model.closes import Close
from revplan.money import currency_digits, round_half_away, to_minor
from revplan.rules.check.book import check_plan
from revplan.rules.close.kept import close_of
from revplan.rules.explain.line import explain
from revplan.rules.run import run
from revplan.words import sentences
from revplan.words.story import story
from revplan.words.table_words import terms_for
from tests.rules.written_book import COMMISSION, book_of, plan_of, result_of, told

PEOPLE = """
    payee_id, currency
    ann,      USD
    eva,      EUR
    jun,      JPY
"""
RATES = """
    name,    from_currency, to_currency, starts_on,  rate
    payroll, USD,           EUR,         2025-01-01, 0.90
    payroll, USD,           EUR,         2025-03-01, 0.92
    payroll, USD,           JPY,         2025-01-01, 150.5
    other,   EUR,           USD,         2025-01-01, 1.25
    other,   JPY,           USD,         2025-01-01, 0.01
"""
DEALS = """
    opportunity_id, owner_id, closed_on,  amount
    d1,             ann,      2025-01-10, 80000
    d2,             eva,      2025-01-10, 80000
    d3,             jun,      2025-01-10, 80000.10
    d4,             eva,      2025-03-10, 1000
"""
MONTHLY = COMMISSION | {"measured_per": "month"}


def book(
    component: Any = COMMISSION, rates: str = RATES, pay_rate: str | None = "payroll", **more: Any
) -> Book:
    fields, tables = more.pop("fields", {}), {"payees": PEOPLE, "opportunities": DEALS, "fx_rates": rates}
    return book_of(plan_of(component, pay_rate=pay_rate, **fields), **(tables | more))


def paid(book: Book, table: str = "lines", **where: str) -> list[tuple[str, ...]]:
    """Payee, period, amount, what is paid (as if its currency had two digits) and in which currency."""
    what = "payout" if table == "lines" else "amount"
    return told(result_of(book), table, f"payee_id period {what} pay pay_currency", **where)


def test_each_payout_is_turned_into_the_payees_currency_at_the_last_days_rate() -> None:
    first = [row for row in paid(book()) if row[1] == "2025-Q1"]
    assert first == [
        ("ann", "2025-Q1", "8000", "8000", "USD"),
        ("eva", "2025-Q1", "8100", "7452", "EUR"),  # 0.92: that of 31 March
        ("jun", "2025-Q1", "8000.01", "12040.02", "JPY"),  # 1,204,002 yen, which have no smaller unit
    ]
    monthly = [row for row in paid(book(MONTHLY)) if row[0] == "eva" and row[1] < "2025-04"]
    assert [row[3] for row in monthly] == ["7200", "0", "92"]


def test_a_rate_the_other_way_round_is_turned_round_exactly() -> None:
    assert paid(book(pay_rate="other"))[4:5] == [("eva", "2025-Q1", "8100", "6480", "EUR")]
    rates = PayRates(book())
    assert rates.rate("EUR", date(2025, 2, 28), "other") == Fraction(4, 5)
    assert rates.rate("EUR", date(2024, 12, 31), "other") is None
    assert rates.rate("EUR", date(2025, 3, 1), "payroll") == Fraction(23, 25)


def test_without_a_pay_rate_all_are_paid_in_the_companys_currency_and_the_check_says_who_has_another() -> (
    None
):
    plain = book(pay_rate=None)
    assert {row[4] for row in paid(plain)} == {"USD"}
    (issue,) = [issue for issue in check_plan(plain.plans[0], plain) if issue.code == "plan.no_pay_rate"]
    assert issue.severity == "warning"
    assert issue.parameters["currencies"] == "EUR, JPY"
    assert "…" not in sentences.sentence(issue)


def test_a_pay_rate_changes_nothing_but_what_is_paid() -> None:
    with_rate, without = run(book(), "set"), run(book(pay_rate=None), "set")
    columns = [
        name for name in with_rate.lines.column_names if not name.startswith("pay_c") and name != "pay"
    ]
    assert with_rate.lines.select(columns).equals(without.lines.select(columns))
    for table in ("parts", "inputs", "credits", "standings"):
        assert getattr(with_rate, table).equals(getattr(without, table))


@pytest.mark.parametrize(
    "rates", [RATES.replace("payroll, USD,           EUR", "payroll, USD,           GBP")]
)
def test_pay_without_a_rate_is_unknown_and_said_once_and_not_taken_for_nothing(rates: str) -> None:
    result = run(book(rates=rates), "set")
    (issue,) = [issue for issue in result.issues if issue.code == "no_pay_rate"]
    assert (issue.severity, issue.parameters["currency"], issue.parameters["rows"]) == ("error", "EUR", 4)
    assert "…" not in sentences.sentence(issue)
    mine = told(result, "statements", "payee_id amount pay", payee_id="eva", entry="total")
    assert mine[0] == ("eva", "8100", "null")
    codes = [issue.code for issue in check_plan(book(rates=rates).plans[0], book(rates=rates))]
    assert "plan.unknown_pay_rate" in codes


def test_a_statement_adds_up_within_a_currency_and_never_across() -> None:
    rows = paid(book(), "statements", entry="total")
    assert [row for row in rows if row[1] == "2025-03"] == [
        ("ann", "2025-03", "8000", "8000", "USD"),
        ("eva", "2025-03", "8100", "7452", "EUR"),
        ("jun", "2025-03", "8000.01", "12040.02", "JPY"),
    ]
    two = book_of(
        plan_of(COMMISSION, pay_rate="payroll"),
        plan_of(COMMISSION | {"id": "more"}, id="second"),
        payees=PEOPLE,
        opportunities=DEALS,
        fx_rates=RATES,
    )
    (total,) = told(
        result_of(two),
        "statements",
        "amount pay pay_currency",
        payee_id="eva",
        period="2025-03",
        entry="total",
    )
    assert total == ("16200", "null", "")


CORRECTIONS = """
    adjustment_id, payee_id, adjusted_on, amount, currency, reason, author
    a1,            eva,      2025-03-05,  33.33,  EUR,      owed,   cleo
    a2,            eva,      2025-03-06,  10,     USD,      owed,   cleo
"""
PLAN_RATE = RATES + "    plan, EUR, USD, 2025-01-01, 1.07\n"


def test_a_correction_stated_in_the_payees_currency_is_paid_as_it_is_stated() -> None:
    rows = paid(book(rates=PLAN_RATE, adjustments=CORRECTIONS), "adjustments")
    assert rows == [("eva", "2025-03", "35.66", "33.33", "EUR"), ("eva", "2025-03", "10", "9.2", "EUR")]


def test_a_draw_is_paid_at_the_rate_of_its_own_month() -> None:
    draw = {"id": "draw", "name": "Draw", "kind": "recoverable", "amount": 100}
    rows = paid(book(MONTHLY, fields={"draw": [draw]}), "adjustments", payee_id="eva")
    assert rows[0] == ("eva", "2025-02", "100", "90", "EUR")
    assert {row[1]: row[3] for row in rows}["2025-04"] == "92"


def test_what_a_closed_month_paid_stays_when_its_rate_changes() -> None:
    open_ = book(MONTHLY)
    calendar = open_.company.calendar
    kept = close_of(
        open_, result_of(open_), calendar.parse("2025-01"), closed_on=date(2025, 2, 3), closed_by="Cleo"
    )
    assert isinstance(kept, Close)
    cheaper = replace(book(MONTHLY, rates=RATES.replace("0.90", "0.50")), closes=(kept,))
    rows = [row for row in paid(cheaper) if row[0] == "eva"]
    assert rows[0] == ("eva", "2025-01", "8000", "7200", "EUR")
    assert not told(result_of(cheaper), "adjustments", "kind", kind="true_up")


def test_a_closed_month_needs_no_rate_any_more() -> None:
    open_ = book(MONTHLY)
    calendar, day = open_.company.calendar, date(2025, 2, 3)
    kept = close_of(open_, result_of(open_), calendar.parse("2025-01"), closed_on=day, closed_by="Cleo")
    assert isinstance(kept, Close)
    recent = re.sub("2025-01-01", "2025-02-01", RATES)
    now = replace(book(MONTHLY, rates=recent), closes=(kept,))
    assert paid(now) == paid(open_)
    assert not any(issue.code == "no_pay_rate" for issue in run(now, "set").issues)


def test_a_line_says_what_it_is_paid_as_and_at_which_rate() -> None:
    made = book()
    result = result_of(made)
    line = next(row for row in result.lines.to_pylist() if row["payee_id"] == "eva" and row["payout"])
    said = " ".join(story(explain(made, result, line["line_id"]), terms_for(made.company, ())).sentences)
    assert "It is paid as €7,452.00: one USD is 0.92 EUR at the rate payroll of Mar 31, 2025." in said
    own = next(row for row in result.lines.to_pylist() if row["payee_id"] == "ann" and row["payout"])
    assert "It is paid as" not in " ".join(
        story(explain(made, result, own["line_id"]), terms_for(made.company, ())).sentences
    )


PAGE = Path(__file__).parents[2] / "docs" / "plan.md"
EXAMPLE = re.compile(r"^\| (\w{3}) \| (.*?) \| ([\d,.]+) USD \| ([\d,.]+) (\w{3}) \|$", re.MULTILINE)
RATE = re.compile(r"(\w{3} to USD )?([\d.]+) from 1 (January|March)")


def test_the_examples_of_the_docs_are_paid_as_the_page_says() -> None:
    found = EXAMPLE.findall(PAGE.read_text("utf-8").split("## Other currencies", 1)[1])
    assert len(found) == 3
    for currency, rates, line, pay, paid_in in found:
        rows = [
            f"x, {currency if turned else 'USD'}, {'USD' if turned else currency}, "
            f"2026-{'01' if month == 'January' else '03'}-01, {rate}"
            for turned, rate, month in RATE.findall(rates)
        ]
        made = book_of(fx_rates="\n".join(["name, from_currency, to_currency, starts_on, rate", *rows]))
        assert rows
        assert currency == paid_in
        minor = to_minor(Decimal(line.replace(",", "")), 2)
        wanted = to_minor(Decimal(pay.replace(",", "")), currency_digits(currency))
        assert PayRates(made).convert(minor, currency, date(2026, 3, 31), "x") == wanted


@given(
    amount=st.integers(-(10**15), 10**15),
    rate=st.integers(1, 10**13),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
    turned=st.booleans(),
)
def test_pay_is_the_rounded_amount_times_the_rate_rounded_once(
    amount: int, rate: int, currency: str, turned: bool
) -> None:
    pair = (currency, "USD") if turned else ("USD", currency)
    text = f"{rate // 10**9}.{rate % 10**9:09d}"
    head = "name, from_currency, to_currency, starts_on, rate"
    made = book_of(fx_rates=f"{head}\nx, {pair[0]}, {pair[1]}, 2025-01-01, {text}")
    exact = Fraction(10**9, rate) if turned else Fraction(rate, 10**9)
    wanted = round_half_away(amount * exact * Fraction(10) ** (currency_digits(currency) - 2))
    assert PayRates(made).convert(amount, currency, date(2025, 5, 1), "x") == wanted
    assert PayRates(made).convert(amount, "USD", date(2025, 5, 1), "x") == amount

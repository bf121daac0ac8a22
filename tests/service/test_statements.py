"""A person's statements: what was adjusted, why, and what they come to."""

from datetime import date

from revplan.access import EVERYONE, Scope
from revplan.metrics.alignment import Window
from revplan.rules.run import run
from revplan.service import statements
from tests.rules.written_book import COMMISSION, book_of, deals, plan_of

FIRST = Window("2025-Q1", date(2025, 1, 1), date(2025, 4, 1), 0, 0, None, True)
SECOND = Window("2025-Q2", date(2025, 4, 1), date(2025, 7, 1), 0, 0, None, True)
BOOK = book_of(
    plan_of(COMMISSION | {"measured_per": "month"}, clawback=[{}]),
    payees="payee_id\nann",
    opportunities="owner_id, opportunity_id, name, closed_on, amount\nann, d1, Big deal, 2025-01-10, 1000\n"
    "ann, d2, Next, 2025-05-10, 700",
    cancellations="cancellation_id, transaction_id, cancelled_on, cause\nc1, d1, 2025-05-10, went broke",
    adjustments="adjustment_id, payee_id, adjusted_on, amount, reason, author\n"
    "a1, ann, 2025-05-31, 5, forgotten, cleo",
)
RUN = run(BOOK, "set")


def test_a_statement_says_what_was_adjusted_and_why() -> None:
    rows = statements.account_of(BOOK, RUN, EVERYONE, "ann", SECOND).to_pylist()
    may = [row for row in rows if row["period"] == "2025-05"]
    columns = ("entry", "kind", "about", "amount", "balance", "reason", "note", "author")
    assert [tuple(row[name] for name in columns) for row in may] == [
        ("component", "", "2025-05", 7000, None, "", "", ""),
        ("adjustment", "clawback", "Big deal", -10000, None, "cancelled", "went broke", ""),
        ("adjustment", "correction", "a1", 500, None, "", "forgotten", "cleo"),
        ("adjustment", "carried", "", 2500, 2500, "below_zero", "", ""),
        ("total", "", "", 0, None, "", "", ""),
    ]
    assert statements.paid(RUN, EVERYONE, "ann", SECOND) == 0


def test_months_without_adjustments_show_no_statement() -> None:
    assert statements.account_of(BOOK, RUN, EVERYONE, "ann", FIRST).num_rows == 0
    assert statements.paid(RUN, EVERYONE, "ann", FIRST) == 10000


def test_a_statement_is_cut_to_what_the_viewer_sees() -> None:
    other = Scope(False, frozenset(), frozenset({"marketing"}))
    assert statements.account_of(BOOK, RUN, other, "ann", SECOND).num_rows == 0


def test_nobody_without_deals_is_asked_for_names() -> None:
    book = book_of(plan_of(COMMISSION), payees="payee_id\nann", opportunities=deals())
    assert statements.account_of(book, run(book, "set"), EVERYONE, "ann", FIRST).num_rows == 0


IN_EUROS = book_of(
    plan_of(COMMISSION | {"measured_per": "month"}, pay_rate="payroll"),
    payees="payee_id, currency\nann, EUR",
    opportunities="owner_id, opportunity_id, closed_on, amount\n"
    "ann, d1, 2025-01-10, 1000\nann, d2, 2025-02-10, 500",
    fx_rates="name, from_currency, to_currency, starts_on, rate\npayroll, USD, EUR, 2025-01-01, 0.9\n"
    "payroll, USD, EUR, 2025-02-15, 0.8",
)


def test_somebody_paid_in_another_currency_sees_what_each_entry_is_paid_as() -> None:
    result = run(IN_EUROS, "set")
    rows = statements.account_of(IN_EUROS, result, EVERYONE, "ann", FIRST).to_pylist()
    assert [(row["period"], row["amount"], row["pay"], row["pay_currency"]) for row in rows[:4]] == [
        ("2025-01", 10000, 9000, "EUR"),
        ("2025-01", 10000, 9000, "EUR"),
        ("2025-02", 5000, 4000, "EUR"),
        ("2025-02", 5000, 4000, "EUR"),
    ]
    assert statements.paid(result, EVERYONE, "ann", FIRST) == 15000
    assert statements.paid_out(result, EVERYONE, "ann", FIRST) == {"EUR": 13000}


def test_what_is_paid_is_added_up_by_currency_and_unknown_where_a_rate_is_missing() -> None:
    no_rate = book_of(
        plan_of(COMMISSION | {"measured_per": "month"}, pay_rate="payroll"),
        plan_of(COMMISSION | {"id": "more"}, id="second"),
        payees="payee_id, currency\nann, EUR",
        opportunities="owner_id, opportunity_id, closed_on, amount\nann, d1, 2025-01-10, 1000",
    )
    found = statements.paid_out(run(no_rate, "set"), EVERYONE, "ann", FIRST)
    assert found == {"EUR": None, "USD": 10000}

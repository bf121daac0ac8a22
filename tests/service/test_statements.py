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

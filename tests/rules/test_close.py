"""Closed periods: what they pay stands, and what came late is trued up once, naming its cause."""

from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from revplan.issues import Issue
from revplan.model.book import Book
from revplan.model.closes import Close
from revplan.model.plan import Plan
from revplan.model.targets import Target
from revplan.rules.close.kept import close_of
from revplan.rules.run import run
from tests.rules.written_book import ANN, BONUS, COMMISSION, book_of, deals, plan_of, quota, result_of, told

MONTHLY = COMMISSION | {"measured_per": "month"}
JANUARY = "2025-01"
TRUE_UP = "period kind cause component_id amount reason status"


def closed(book: Book, through: str = JANUARY) -> Book:
    """The book with its periods up to `through` closed."""
    kept = close_of(
        book,
        result_of(book),
        book.company.calendar.parse(through),
        closed_on=date(2025, 2, 3),
        closed_by="Cleo",
    )
    assert isinstance(kept, Close)
    return replace(book, closes=(*book.closes, kept))


def later(book: Book, other: Book) -> Book:
    """Another book with the closes of this one."""
    return replace(other, closes=book.closes)


def paid_by_month(book: Book) -> dict[str, str]:
    rows = told(result_of(book), "statements", "period amount", entry="total")
    return {row[0]: row[1] for row in rows}


def paid(book: Book) -> int:
    result = result_of(book)
    return sum(result.lines["payout"].to_pylist()) + sum(result.adjustments["amount"].to_pylist())


def true_ups(book: Book) -> list[tuple[str, ...]]:
    return told(result_of(book), "adjustments", TRUE_UP, kind="true_up")


def commissions(*rows: str, plan: Plan | None = None, **tables: Any) -> Book:
    return book_of(plan or plan_of(MONTHLY), payees=ANN, opportunities=deals(*rows), **tables)


FIRST = ("d1, 2025-01-15, 1000", "d2, 2025-02-15, 500")


def test_a_closed_period_pays_what_it_paid_when_nothing_has_changed() -> None:
    book = commissions(*FIRST)
    shut = closed(book)
    assert not true_ups(shut)
    assert paid_by_month(shut) == paid_by_month(book)
    found = told(result_of(shut), "lines", "period payout status")
    assert found[:2] == [("2025-01", "100", "locked"), ("2025-02", "50", "final")]


def test_a_late_deal_changes_no_closed_line_and_is_trued_up_in_the_first_open_month() -> None:
    shut = closed(commissions(*FIRST))
    late = later(shut, commissions(*FIRST, "d3, 2025-01-20, 200"))
    assert true_ups(late) == [("2025-02", "true_up", "2025-01", "commission", "20", "credit", "final")]
    before, after = result_of(shut), result_of(late)
    assert before.lines.slice(0, 1).equals(after.lines.slice(0, 1))
    assert paid_by_month(late)["2025-01"] == "100"
    assert paid_by_month(late)["2025-02"] == "70"


def test_a_deal_that_is_taken_out_is_taken_back() -> None:
    shut = closed(commissions(*FIRST))
    assert true_ups(later(shut, commissions("d1, 2025-01-15, 900", FIRST[1])))[0][4:6] == ("-10", "credit")


def test_a_true_up_is_paid_once_however_often_is_closed() -> None:
    first = (*FIRST, "d9, 2025-05-15, 1000")
    shut = later(closed(commissions(*first)), commissions(*first, "d3, 2025-01-20, 200"))
    twice = closed(shut, "2025-03")
    assert true_ups(twice) == [("2025-02", "true_up", "2025-01", "commission", "20", "credit", "locked")]
    assert paid_by_month(twice) == paid_by_month(shut)
    again = later(twice, commissions(*first, "d3, 2025-01-20, 300"))
    assert true_ups(again)[1:] == [("2025-04", "true_up", "2025-01", "commission", "10", "credit", "final")]
    assert paid(again) == paid(replace(again, closes=()))
    undone = later(twice, commissions(*first))
    assert true_ups(undone)[1:] == [("2025-04", "true_up", "2025-01", "commission", "-20", "undone", "final")]
    assert paid(undone) == paid(replace(undone, closes=()))


def test_what_the_parts_of_a_closed_line_are_stands_too() -> None:
    shut = closed(commissions(*FIRST))
    late = result_of(later(shut, commissions(*FIRST, "d3, 2025-01-20, 200")))
    assert told(late, "parts", "transaction_id part", period="2025-01") == [("d1", "100")]
    for line in late.lines.to_pylist():
        of_line = [row["part"] for row in late.parts.to_pylist() if row["line_id"] == line["line_id"]]
        assert sum(of_line) == line["payout"]


BONUS_MONTH = BONUS | {"measured_per": "month"}


def bonus(target: Target, *, incentive: int = 120, rows: tuple[str, ...] = FIRST) -> Book:
    people = f"payee_id, target_incentive\nann, {incentive}"
    return book_of(plan_of(BONUS_MONTH), targets=(target,), payees=people, opportunities=deals(*rows))


def monthly(amount: int) -> Target:
    return quota(grain="month", year=[{"year": 2025, "amounts": [amount] * 12}])


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (bonus(monthly(500)), "quota"),
        (bonus(monthly(1000), incentive=240), "incentive"),
        (bonus(monthly(500), incentive=240), "incentive+quota"),
    ],
)
def test_a_true_up_names_what_moved_the_line(now: Book, reason: str) -> None:
    shut = later(closed(bonus(monthly(1000))), now)
    assert [row[5] for row in true_ups(shut)] == [reason]
    assert paid(shut) == paid(replace(shut, closes=()))


OTHER_TERMS = MONTHLY | {"table": {"kind": "marginal", "tiers": [{"from": 0, "rate": "20%"}]}}


def test_other_terms_for_a_closed_period_are_trued_up() -> None:
    plans = plan_of(MONTHLY), plan_of(OTHER_TERMS, version=2)
    book = book_of(*plans, payees=ANN, opportunities=deals(*FIRST))
    shut = later(closed(commissions(*FIRST)), book)
    assert [row[4:6] for row in true_ups(shut)] == [("100", "terms")]
    assert paid(shut) == paid(replace(shut, closes=()))


def test_a_plan_that_paid_a_closed_period_cannot_be_written_over_or_taken_away() -> None:
    shut = closed(commissions(*FIRST))
    for plans in ((plan_of(OTHER_TERMS),), (plan_of(MONTHLY, version=2),)):
        issues = run(shut.with_plans(plans), "set").issues
        assert [(issue.code, issue.severity) for issue in issues] == [("close.plan_changed", "error")]


def test_a_closed_line_that_its_plan_no_longer_fits_is_trued_up_as_other_terms() -> None:
    """The version was written over, and now asks for what the close did not keep."""
    gate = {"all_of": [{"measure": "won_deals", "at_least": 5}]}
    shut = closed(commissions(*FIRST)).with_plans((plan_of(MONTHLY | {"gate": [gate]}),))
    rows = told(run(shut, "set"), "adjustments", TRUE_UP, kind="true_up")
    assert [row[4:6] for row in rows] == [("-100", "terms")]


def test_somebody_who_is_added_for_a_closed_period_is_paid_for_it_later() -> None:
    shut = closed(commissions(*FIRST))
    people = "payee_id, target_incentive\nann, 40\nbob, 40"
    now = book_of(
        plan_of(MONTHLY),
        payees=people,
        opportunities=deals(*FIRST) + "\nbob, d4, 2025-01-10, 300",
    )
    assert [row[4:6] for row in true_ups(later(shut, now))] == [("30", "new")]


def test_somebody_who_is_no_longer_there_keeps_the_closed_period_and_it_is_taken_back() -> None:
    people = "payee_id, target_incentive\nann, 40\nbob, 40"
    both = deals(*FIRST) + "\nbob, d4, 2025-01-10, 300"
    shut = closed(book_of(plan_of(MONTHLY), payees=people, opportunities=both))
    now = later(shut, commissions(*FIRST))
    assert told(result_of(now), "lines", "payee_id payout", payee_id="bob") == [("bob", "30")]
    assert [row[4:6] for row in true_ups(now)] == [("-30", "gone")]


def test_a_cumulative_line_goes_on_to_the_same_total() -> None:
    yearly = COMMISSION | {"measured_per": "year", "paid_per": "month", "accumulation": "cumulative"}
    plan = plan_of(yearly)
    shut = closed(commissions(*FIRST, plan=plan))
    now = later(shut, commissions("d1, 2025-01-15, 600", FIRST[1], plan=plan))
    assert paid_by_month(now)["2025-01"] == "100"
    assert paid_by_month(now)["2025-02"] == "10"
    assert paid(now) == paid(replace(now, closes=()))


def test_a_true_up_below_zero_is_carried_where_the_plan_carries() -> None:
    plan = plan_of(MONTHLY, below_zero={"way": "carry"})
    shut = closed(commissions("d1, 2025-01-15, 1000", "d2, 2025-03-15, 5000", plan=plan))
    now = later(shut, commissions("d1, 2025-01-15, 300", "d2, 2025-03-15, 5000", plan=plan))
    found = told(result_of(now), "adjustments", "period kind amount balance")
    assert found == [
        ("2025-02", "true_up", "-70", "null"),
        ("2025-02", "carried", "70", "70"),
        ("2025-03", "carried_recovered", "-70", "0"),
    ]
    assert paid(now) == paid(replace(now, closes=()))
    half_way = closed(now, "2025-02")
    assert told(result_of(half_way), "adjustments", "period kind amount balance") == found


def test_draws_of_closed_months_stand_and_their_difference_is_trued_up() -> None:
    draw = {"id": "draw", "kind": "recoverable", "amount": 80}
    plan = plan_of(MONTHLY, draw=[draw])
    first = commissions("d1, 2025-01-15, 500", FIRST[1], plan=plan)
    shut = closed(first)
    assert not true_ups(shut)
    assert paid_by_month(shut) == paid_by_month(first)
    now = later(shut, commissions("d1, 2025-01-15, 700", FIRST[1], plan=plan))
    assert [row[2:6] for row in true_ups(now)] == [
        ("2025-01", "commission", "20", "credit"),
        ("2025-01", "", "-20", "draw"),
    ]
    assert paid(now) == paid(replace(now, closes=()))


def test_a_correction_that_is_dated_back_counts_in_the_first_open_month() -> None:
    shut = closed(commissions(*FIRST))
    wrong = """
        adjustment_id, payee_id, adjusted_on, amount, reason, author
        a1,            ann,      2025-01-20,  -8,     Twice,  Cleo"""
    now = later(shut, commissions(*FIRST, adjustments=wrong))
    assert [(row[0], *row[2:6]) for row in true_ups(now)] == [("2025-02", "2025-01", "", "-8", "correction")]


def test_the_order_of_rows_changes_nothing() -> None:
    shut = closed(commissions(*FIRST))
    late = (*FIRST, "d3, 2025-01-20, 200", "d4, 2025-01-02, 100")
    one, other = (later(shut, commissions(*rows)) for rows in (late, late[::-1]))
    a, b = result_of(one), result_of(other)
    for name in ("lines", "parts", "inputs", "adjustments", "statements"):
        assert getattr(a, name).equals(getattr(b, name)), name


def test_a_run_without_parts_and_one_for_some_pay_the_same() -> None:
    shut = later(closed(commissions(*FIRST)), commissions(*FIRST, "d3, 2025-01-20, 200"))
    whole, quick = result_of(shut), run(shut, "set", with_parts=False)
    some = run(shut, "set", payees=frozenset({"ann"}))
    assert quick.lines.equals(whole.lines)
    assert quick.adjustments.equals(whole.adjustments)
    assert (quick.parts.num_rows, quick.inputs.num_rows) == (0, 0)
    assert some.lines.equals(whole.lines)
    assert some.adjustments.equals(whole.adjustments)


@pytest.mark.parametrize(
    ("through", "code"), [("2026-01", "close.not_over"), ("2025-01", "close.closed_before")]
)
def test_a_period_that_is_not_over_or_closed_is_refused(through: str, code: str) -> None:
    shut = closed(commissions(*FIRST))
    found = close_of(
        shut,
        result_of(shut),
        shut.company.calendar.parse(through),
        closed_on=date(2025, 2, 3),
        closed_by="Cleo",
    )
    assert isinstance(found, Issue)
    assert found.code == code


def test_a_period_ends_where_its_payment_ends() -> None:
    """A quarter is not closed with its first month."""
    shut = closed(book_of(plan_of(COMMISSION), payees=ANN, opportunities=deals(*FIRST)))
    assert not shut.closes[0].lines.num_rows
    assert shut.closes[0].end == date(2025, 2, 1)


def test_later_as_of_dates_leave_closed_periods_alone() -> None:
    early = commissions(*FIRST, company={"as_of": "2025-01-31"})
    shut = closed(early)
    assert not true_ups(later(shut, commissions(*FIRST)))


def test_equal_results_are_equal_bytes() -> None:
    shut = later(closed(commissions(*FIRST)), commissions(*FIRST, "d3, 2025-01-20, 200"))

    def ipc(table: pa.Table) -> bytes:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        return bytes(sink.getvalue())

    assert ipc(result_of(shut).lines) == ipc(result_of(shut).lines)

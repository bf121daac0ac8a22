"""What is true of closed periods on every drawn book, whatever comes late."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import cache
from random import Random

import pyarrow as pa
import pytest

from revplan.model.book import Book
from revplan.model.closes import Close
from revplan.model.results import RunResult
from revplan.periods import FiscalCalendar, Period
from revplan.rules.close.kept import close_of
from revplan.rules.run import run
from tests.laws.adjustment_laws import every_adjustment_stands_on_its_statement
from tests.laws.laws import (
    ipc,
    parts_add_up_to_their_line,
    parts_belong_to_lines_and_keep_their_order,
    statements_add_up_to_lines,
)
from tests.laws.strategies import PLAN_SET, seeded_book
from tests.laws.test_laws import result_of, shuffle

SEEDS = range(1)
STANDING = (
    "team_id",
    "plan_version",
    "credit",
    "quota",
    "earned_to_date",
    "before_limits",
    "payout",
    "reason",
)
CARRIED = ("carried", "carried_recovered", "carried_forgiven")


def ends(result: RunResult) -> list[Period]:
    """A month some way into the run, and a later one, both over."""
    days = sorted({*result.lines["period_end"].to_pylist()} - {None})
    days = [day for day in days if (day - result.as_of).days <= 1]
    chosen = [days[len(days) // 3], days[2 * len(days) // 3]] if len(days) > 2 else days[:1]
    return [FiscalCalendar().period_of(day - timedelta(days=1), "month") for day in dict.fromkeys(chosen)]


def closed(book: Book, period: Period) -> Book:
    kept = close_of(book, run(book, PLAN_SET), period, closed_on=period.end, closed_by="Cleo")
    assert isinstance(kept, Close)
    return replace(book, closes=(*book.closes, kept))


@cache
def late(seed: int) -> Book:
    """The book, with some deals and corrections gone and others worth more."""
    book, chance = seeded_book(seed), Random(seed)
    tables = dict(book.tables)
    for name in ("opportunities", "adjustments"):
        rows = [row for row in tables[name].to_pylist() if chance.random() < 0.7] if name in tables else []
        for row in rows:
            row["amount"] += chance.choice((0, 0, 12_345))
        if rows:
            tables[name] = pa.Table.from_pylist(rows, tables[name].schema)
    return replace(book, tables=tables)


def lines_of(result: RunResult, end: Period) -> list[tuple[object, ...]]:
    rows = [row for row in result.lines.to_pylist() if row["period_end"] <= end.end]
    return [tuple(row[name] for name in STANDING) for row in rows]


def entries_of(result: RunResult, end: Period) -> list[tuple[object, ...]]:
    columns = (
        "payee_id",
        "plan_id",
        "component_id",
        "period",
        "kind",
        "cause",
        "amount",
        "balance",
        "reason",
    )
    rows = result.adjustments.to_pylist()
    last = f"{end.end.year}-{end.end.month:02d}"
    return [tuple(row[name] for name in columns) for row in rows if row["period"] < last]


def earned(result: RunResult) -> Counter[tuple[str, str]]:
    """What each account comes to over all months; what is below zero only moves between them."""
    total: Counter[tuple[str, str]] = Counter()
    for row in result.lines.to_pylist():
        total[row["payee_id"], row["plan_id"]] += row["payout"]
    for row in result.adjustments.to_pylist():
        if row["kind"] not in CARRIED:
            total[row["payee_id"], row["plan_id"]] += row["amount"]
    return Counter({who: amount for who, amount in total.items() if amount})


def sound(book: Book, result: RunResult) -> None:
    for law in (
        parts_add_up_to_their_line,
        parts_belong_to_lines_and_keep_their_order,
        statements_add_up_to_lines,
        every_adjustment_stands_on_its_statement,
    ):
        assert not list(law(book, result)), law.__name__


@pytest.mark.parametrize("seed", SEEDS)
def test_without_a_change_a_close_changes_nothing(seed: int) -> None:
    book, before = seeded_book(seed), result_of(seed)
    for period in ends(before):
        book = closed(book, period)
        after = run(book, PLAN_SET)
        assert "true_up" not in after.adjustments["kind"].to_pylist()
        for name in ("lines", "parts", "inputs", "adjustments", "statements"):
            old, new = (getattr(result, name) for result in (before, after))
            same = [column for column in old.column_names if column != "status"]
            assert old.select(same).equals(new.select(same)), name


@pytest.mark.parametrize("seed", SEEDS)
def test_what_comes_late_changes_no_closed_period_and_is_paid_once(seed: int) -> None:
    book = seeded_book(seed)
    for period in ends(result_of(seed)):
        before = run(book, PLAN_SET)
        book = replace(closed(book, period), tables=late(seed).tables)
        after = run(book, PLAN_SET)
        assert lines_of(after, period) == lines_of(before, period)
        assert entries_of(after, period) == entries_of(before, period)
        assert earned(after) == earned(run(late(seed), PLAN_SET))
        sound(book, after)


def test_the_order_of_rows_and_closes_does_not_matter() -> None:
    trued_up = 0
    for seed in SEEDS[:2]:
        book = seeded_book(seed)
        for period in ends(result_of(seed)):
            book = replace(closed(book, period), tables=late(seed).tables)
        other = {name: shuffle(rows, seed) for name, rows in book.tables.items()}
        one, again = run(book, PLAN_SET), run(replace(book, tables=other, closes=book.closes[::-1]), PLAN_SET)
        trued_up += one.adjustments["kind"].to_pylist().count("true_up")
        for name in ("lines", "parts", "inputs", "adjustments", "statements"):
            assert ipc(getattr(one, name)) == ipc(getattr(again, name)), name
    assert trued_up


def test_closing_step_by_step_or_at_once_pays_the_same() -> None:
    for seed in SEEDS[:1]:
        book, periods = seeded_book(seed), ends(result_of(seed))
        stepwise = book
        for period in periods:
            stepwise = closed(stepwise, period)
        one, other = run(stepwise, PLAN_SET), run(closed(book, periods[-1]), PLAN_SET)
        for name in ("lines", "parts", "inputs", "adjustments", "statements"):
            assert ipc(getattr(one, name)) == ipc(getattr(other, name)), (seed, name)


def test_what_comes_late_before_a_close_or_after_it_is_paid_the_same_in_all() -> None:
    """Late deals come between two closes, or after both: over all months everybody is paid the same."""
    for seed in SEEDS[:1]:
        book, periods = seeded_book(seed), ends(result_of(seed))
        if len(periods) < 2:
            continue
        first, second = periods
        between = closed(replace(closed(book, first), tables=late(seed).tables), second)
        after = replace(closed(closed(book, first), second), tables=late(seed).tables)
        assert earned(run(between, PLAN_SET)) == earned(run(after, PLAN_SET)), seed


def test_a_close_that_is_taken_back_leaves_nothing_behind() -> None:
    """Opened again with no change, a book is run as before; closed again, it is as it was."""
    for seed in SEEDS[:1]:
        book, before = seeded_book(seed), result_of(seed)
        period = ends(before)[0]
        once = closed(book, period)
        opened = replace(once, closes=())
        assert run(opened, PLAN_SET).lines.equals(before.lines)
        assert run(opened, PLAN_SET).adjustments.equals(before.adjustments)
        again = closed(opened, period)
        assert "true_up" not in run(again, PLAN_SET).adjustments["kind"].to_pylist()
        assert again.closes[0].lines.equals(once.closes[0].lines)

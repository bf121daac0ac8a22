"""The per-deal trace: computed for everybody, written to Parquet, and one statement read back from it."""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from shutil import rmtree
from subprocess import run
from time import perf_counter

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from bench.company import large_book
from bench.deals import PAYEES, write_credits, year_bounds
from bench.timing import Measured, compare, compare_seconds
from revplan.data.trace_folder import read_statement, write_parts, write_result
from revplan.engine.duck import Session
from revplan.metrics.facts import bind_tables
from revplan.model.book import Book
from revplan.model.results import ADJUSTMENTS, CREDITS, INPUTS, PARTS, STANDINGS, RunResult
from revplan.rules.accounts import statements_table
from revplan.rules.cells import columns
from revplan.rules.feeds import Feeds
from revplan.rules.lines import Finished, finish_column
from revplan.rules.paid import create_due, create_lines
from revplan.rules.parts import payment_periods, walkable, whose
from revplan.rules.people import Span, hierarchy, people_tables, spans, stints
from revplan.rules.quotas import resolve_months
from revplan.rules.trace import Tracer
from revplan.rules.walk import through

GROUPED = """
    SELECT sum(n) AS n FROM (
        SELECT payee_id, date_trunc('month', on_date) AS month, sum(credit) AS n
        FROM {} GROUP BY payee_id, month
    ) AS g"""


@dataclass(frozen=True)
class Stored:
    """A session with credits as the app stores them, and the accelerated component finished on them."""

    session: Session
    book: Book
    feeds: Feeds
    finished: Finished
    on_plans: tuple[Span, ...]


@contextmanager
def stored_credits(path: Path, payees: int = PAYEES) -> Iterator[Stored]:
    """One component on the credits of a Parquet file; what only plan and roster decide is made before."""
    book = large_book(payees)
    plan = book.plans[0]
    book = replace(book, plans=(plan.model_copy(update={"components": plan.components[:1]}),))
    roster = stints(book)
    chain, _ = hierarchy(roster)
    quotas, _ = resolve_months(book.company, book.targets)
    on_plans = spans(book, "today", roster)
    (column,) = columns(book.company, quotas, on_plans)
    with Session() as session:
        bind_tables(session, book)
        for name, table in people_tables(roster, chain).items():
            session.bind(name, table)
        session.bind("stored", path)
        feeds = Feeds(session, book.company)
        feeds.credits[feeds.measure("won_revenue"), column.component.credit.as_used(), "plan"] = "stored"
        yield Stored(session, book, feeds, finish_column(feeds, column, 0, 0), on_plans)


def credits_by_month(folder: Path, deals: int) -> Path:
    """The same credits with a file for each month, in order of date as they were."""
    whole, months = folder / f"credits-{deals}.parquet", folder / f"credits-{deals}-by-month"
    write_credits(whole, deals)
    months.mkdir(exist_ok=True)
    for month in range(1, 13):
        start = date(year_bounds()[0].year, month, 1)
        file = months / f"{start:%Y-%m}.parquet"
        if not file.exists():
            end = (start + timedelta(days=31)).replace(day=1)
            _copy(
                f"SELECT * FROM '{whole}' WHERE on_date >= '{start}' AND on_date < '{end}'", months / "part"
            )
            (months / "part").rename(file)
    return months


def _copy(rows: str, file: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({rows}) TO '{file}' (FORMAT parquet)")


def trace_computed(folder: Path, deals: int) -> Measured:
    """What each of all deals adds, from credits stored by period in close order and finished cells."""
    months = credits_by_month(folder, deals)
    with computing_trace(folder, deals) as (stored, work):

        def base() -> str:
            return str(stored.session.run(GROUPED.format(f"read_parquet('{months}/*.parquet')"))["n"][0])

        return compare(base, work)


@contextmanager
def computing_trace(folder: Path, deals: int) -> Iterator[tuple[Stored, Callable[[], str]]]:
    """What computes the trace of all deals once and gives the sum of the parts, which is what is earned."""
    months = credits_by_month(folder, deals)
    with stored_credits(folder / f"credits-{deals}.parquet") as stored:
        column, cells = stored.finished.column, walkable(stored.feeds, stored.finished)
        assert cells is not None
        of_period = {paid: whose(column, paid) for paid in payment_periods(column)}
        earned = str(stored.session.run("SELECT sum(earned) AS n FROM cells_0")["n"][0])

        def month(paid: tuple[date, date]) -> int:
            file = months / f"{paid[0]:%Y-%m}.parquet"
            with pq.ParquetFile(file, read_dictionary=["payee_id"]) as opened:
                rows = opened.read(["payee_id", "credit"], use_threads=False)
            place, at = of_period[paid].places(rows["payee_id"])
            assert at is None
            found = through(cells, of_period[paid], place, rows["credit"])
            assert found is not None
            return int(found[0].sum())

        def work() -> str:
            with ThreadPoolExecutor(2) as threads:
                total = str(sum(threads.map(month, of_period)))
            assert total == earned, f"the parts make {total}, the cells {earned}"
            return total

        yield stored, work


def trace_to_parquet(folder: Path, deals: int) -> Measured:
    """The parts of all lines into a file for each period, sorted by payee, against a copy of the credits."""
    path = folder / f"credits-{deals}.parquet"
    write_credits(path, deals)
    kept, copy = folder / "trace", folder / "copy.parquet"
    with stored_credits(path) as stored:
        _lines(stored)

        def work() -> float:
            begun = perf_counter()
            _write_trace(stored, kept)
            return perf_counter() - begun

        measured = compare_seconds(lambda: _seconds_to_copy(path, copy), work, turns=3)
    rows = sum(pq.read_metadata(file).num_rows for file in (kept / "parts").glob("*/*.parquet"))
    assert rows == pq.read_metadata(copy).num_rows
    rmtree(kept)
    copy.unlink()
    return replace(measured, checksum=str(rows))


def _seconds_to_copy(path: Path, copy: Path) -> float:
    """In a process of its own: the copy takes two gigabytes, which would count as the work's."""
    program = """if True:
        import sys, duckdb
        from time import perf_counter
        begun = perf_counter()
        duckdb.connect().execute(f"COPY (SELECT * FROM '{sys.argv[1]}') TO '{sys.argv[2]}' (FORMAT parquet)")
        print(perf_counter() - begun)"""
    said = run([sys.executable, "-c", program, str(path), str(copy)], check=True, capture_output=True)
    return float(said.stdout.split()[-1])


def statement_read(folder: Path, deals: int, months: int) -> Measured:
    """Milliseconds to read one person's statement of some months with all its deals: the median of 25."""
    path, kept = folder / f"credits-{deals}.parquet", folder / f"trace-{deals}"
    write_credits(path, deals)
    if not (kept / "lines.parquet").exists():
        with stored_credits(path) as stored:
            lines = _lines(stored)
            _write_trace(stored, kept)
            write_result(kept, _result(stored, lines), 1)
    start, year_end = year_bounds()
    end = year_end if months == 12 else date(start.year, months + 1, 1)
    seconds, rows = [], 0
    for number in range(0, PAYEES, PAYEES // 25):
        begun = perf_counter()
        found = read_statement(kept, f"P{number:05d}", start, end)
        seconds.append(perf_counter() - begun)
        rows += found.parts.num_rows
        assert sum(found.parts["part"].to_pylist()) == sum(found.lines["payout"].to_pylist())
    return Measured(0.001, sorted(seconds)[len(seconds) // 2], str(rows))


def _lines(stored: Stored) -> pa.Table:
    dues = [create_due(stored.feeds, [stored.finished], "due_0")]
    return create_lines(stored.session, stored.feeds, [stored.finished], dues, stored.on_plans)


def _write_trace(stored: Stored, kept: Path) -> None:
    column = stored.finished.column
    for period in Tracer(stored.feeds, [stored.finished], {(column.plan.id, column.segment): 0}).periods():
        write_parts(kept, period.label, period.stretches)


def _result(stored: Stored, lines: pa.Table) -> RunResult:
    company, none = stored.book.company, ADJUSTMENTS.empty_table()
    statements = statements_table(stored.session, lines, none)
    empty = {"parts": PARTS, "inputs": INPUTS, "credits": CREDITS, "standings": STANDINGS}
    return RunResult(
        plan_set="today", as_of=company.as_of, currency=company.currency, digits=company.digits,
        engine_version="1", lines=lines, adjustments=none, statements=statements, issues=(),
        **{name: schema.empty_table() for name, schema in empty.items()},
    )  # fmt: skip

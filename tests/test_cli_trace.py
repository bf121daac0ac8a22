"""A run kept as Parquet, and one person's statement read from it."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from revplan.data.book_folder import read_book
from revplan.data.trace_folder import plan_sets, read_statement
from revplan.model.results import PARTS
from revplan.rules import stretches
from revplan.rules.run import run
from tests.test_cli import BOOK, Answer, rows, write_book


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Where a run of the small book has left its files."""
    answer = Answer("run", write_book(tmp_path / "book"), "--out", tmp_path / "out", "--trace")
    assert answer.code == 0, answer.err
    return tmp_path / "out"


def test_parts_are_kept_by_period_as_the_run_has_them(kept: Path) -> None:
    assert plan_sets(kept / "trace") == ("shared", "volume")
    files = sorted((kept / "trace" / "shared" / "parts").glob("*/*"))
    assert [file.parent.name for file in files] == ["2026-Q1", "2026-Q2"]
    found = pa.concat_tables([pq.read_table(file) for file in files]).cast(PARTS)
    book, _ = read_book(kept.parent / "book")
    assert book is not None
    expected = run(book, "shared").parts
    assert found.sort_by([("line_id", "ascending"), ("position", "ascending")]).equals(expected)


def test_the_other_files_are_the_same_and_parts_csv_is_left_out(kept: Path) -> None:
    Answer("run", kept.parent / "book", "--out", kept.parent / "usual")
    names = {file.name for file in (kept.parent / "usual").iterdir()}
    assert {file.name for file in kept.iterdir()} == names - {"parts.csv"} | {"trace"}
    for name in sorted(names - {"parts.csv"}):
        assert (kept / name).read_bytes() == (kept.parent / "usual" / name).read_bytes(), name


def test_a_statement_is_told_with_its_deals(kept: Path) -> None:
    answer = Answer("statement", kept, "--payee", "S1", "--period", "2026-Q2", "--plans", "shared")
    assert answer.code == 0, answer.err
    lines = [" ".join(line.split()) for line in answer.out.splitlines()]
    assert lines[0] == "Statement of Sam"
    assert "Jun 2026 Bookings Q2 2026 $9,600.00" in lines
    assert "Jun 2026 Total $9,600.00" in lines
    assert "May 1, 2026 D2 $120,000.00 $9,600.00" in lines


def test_a_period_in_many_files_reads_as_one(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stretches, "ROWS_IN_ALL", 1)
    many = kept.parent / "many"
    assert Answer("run", kept.parent / "book", "--out", many, "--trace").code == 0
    parts = "trace/shared/parts"
    assert len([*many.glob(f"{parts}/*/*")]) > len([*kept.glob(f"{parts}/*/*")])
    book, _ = read_book(kept.parent / "book")
    assert book is not None
    year = book.company.calendar.parse("2026")
    for payee in book.tables["payees"]["payee_id"].unique().to_pylist():
        one, other = (
            read_statement(folder / "trace" / "shared", payee, year.start, year.end)
            for folder in (kept, many)
        )
        assert one.parts.equals(other.parts)


def test_a_statement_has_nobody_else_s_rows(kept: Path) -> None:
    book, _ = read_book(kept.parent / "book")
    assert book is not None
    year = book.company.calendar.parse("2026")
    found = read_statement(kept / "trace" / "shared", "S1", year.start, year.end)
    for table in (found.entries, found.lines, found.parts):
        assert set(table["payee_id"].to_pylist()) == {"S1"}
    paid = [
        row["payout"]
        for row in rows(kept / "payouts.csv")
        if (row["plan_set"], row["payee"]) == ("shared", "S1")
    ]
    assert sum(found.parts["part"].to_pylist()) == sum(round(float(amount) * 100) for amount in paid)
    assert (found.currency, found.digits) == ("USD", 2)


def test_what_is_not_there_is_said(kept: Path, tmp_path: Path) -> None:
    for asked, said in (
        ((tmp_path / "book", "--payee", "S1", "--period", "2026"), "holds no trace of a run"),
        ((kept, "--payee", "S1", "--period", "2026"), "several plan sets (shared and volume)"),
        ((kept, "--payee", "S1", "--period", "2026", "--plans", "old"), "There is no plan set old"),
        ((kept, "--payee", "S9", "--period", "2026", "--plans", "shared"), "S9 has no statement in 2026"),
        ((kept, "--payee", "S1", "--period", "soon", "--plans", "shared"), "soon is no period"),
    ):
        answer = Answer("statement", *asked)
        assert answer.code == 2
        assert said in answer.err


def test_a_trace_that_is_damaged_is_said_to_be(kept: Path) -> None:
    trace = kept / "trace" / "shared"
    foreign = kept.parent / "foreign.parquet"
    pq.write_table(pa.table({"what": ["something else"]}), foreign)
    whole = (trace / "lines.parquet").read_bytes()
    for name in ("lines.parquet", "statements.parquet"):
        for content in (b"PAR1 cut off", b"", foreign.read_bytes()):
            (trace / name).write_bytes(content)
            answer = Answer("statement", kept, "--payee", "S1", "--period", "2026", "--plans", "shared")
            assert answer.code == 2
            assert "is no whole trace of a run" in answer.err
        (trace / "lines.parquet").write_bytes(whole)


def test_another_run_into_the_same_folder_leaves_nothing_of_the_one_before(kept: Path) -> None:
    assert (kept / "kpis.csv").exists()
    assert Answer("run", kept.parent / "book", "--out", kept, "--no-kpis").code == 0
    assert not (kept / "trace").exists()
    assert not (kept / "kpis.csv").exists()
    assert (kept / "parts.csv").exists()


def test_a_refused_run_leaves_the_earlier_trace_as_it_was(kept: Path) -> None:
    before = (kept / "trace" / "shared" / "lines.parquet").read_bytes()
    write_book(kept.parent / "book", **{"book.toml": BOOK.replace("USD", "nothing")})
    assert Answer("run", kept.parent / "book", "--out", kept, "--trace").code == 2
    assert (kept / "trace" / "shared" / "lines.parquet").read_bytes() == before
    assert not (kept / ".trace.part").exists()

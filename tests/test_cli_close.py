"""Closing periods from the command line, and published cases about what came late."""

import csv
import io
from pathlib import Path

import pytest
from typer.testing import CliRunner

from revplan import cli
from revplan.data.book_folder import find_book, read_book, write_book
from revplan.issues import has_errors
from tests.cases.case import Case

CASE = """
id = "C8"
payees = ["ann"]

[[plan]]
id = "commission"

[[plan.component]]
id = "commission"
measure = "won_revenue"
input = "amount"
pays = { way = "rate" }
table = { kind = "marginal", tiers = [{ from = 0, rate = "10%" }] }

[tables]
opportunities = '''
opportunity_id, owner_id, closed_on,  amount
d1,             ann,      2025-04-15, 50000
'''
"""
DEALS = "opportunity_id,owner_id,outcome,closed_on,amount\nd1,ann,won,2025-04-15,50000\n"
LATE = DEALS + "d2,ann,won,2025-06-27,100000\nd3,ann,won,2025-10-20,100000\n"
"""One deal closed on 15 July and effective 27 June; one closed on 29 September and effective 20 October."""


def close(folder: Path, *more: str, through: str = "2025-Q2", code: int = 0) -> str:
    arguments = ["close", str(folder), "--through", through, "--by", "Cleo", "--date", "2025-07-04", *more]
    result = CliRunner().invoke(cli.app, arguments)
    assert result.exit_code == code, result.output
    return result.output


def rows(folder: Path, name: str, out: Path) -> list[dict[str, str]]:
    result = CliRunner().invoke(cli.app, ["run", str(folder), "--out", str(out)])
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(io.StringIO((out / name).read_text("utf-8"))))


def errors(folder: Path) -> list[str]:
    return [issue.code for issue in find_book(folder).issues if issue.severity == "error"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "case.toml"
    path.write_text(CASE)
    return Case.read(path).write_book(tmp_path / "book")


def test_a_close_shows_what_it_keeps_and_keeps_it(folder: Path) -> None:
    assert "Nothing was closed" in close(folder, "--dry-run")
    assert not (folder / "closes").exists()
    told = close(folder)
    assert "closed up to Jun 30, 2025 by Cleo on Jul 4, 2025" in told
    assert "$5,000.00" in told
    kept = folder / "closes" / "case" / "2025-06"
    assert sorted(path.name for path in kept.iterdir()) == [
        "adjustments.csv", "close.toml", "commission-v1.toml", "inputs.csv", "lines.csv", "parts.csv",
    ]  # fmt: skip


def test_c8_a_deal_that_is_effective_in_a_closed_quarter_counts_in_the_next(
    folder: Path, tmp_path: Path
) -> None:
    """PostHog handbook: effective 27 June, with Q2 closed → Q3; effective 20 October → Q4."""
    close(folder)
    (folder / "opportunities.csv").write_text(LATE)
    (folder / "book.toml").write_text((folder / "book.toml").read_text().replace("2026-06-30", "2025-12-31"))
    paid = {row["period"]: row for row in rows(folder, "payouts.csv", tmp_path / "out")}
    assert (paid["2025-Q2"]["payout"], paid["2025-Q2"]["status"]) == ("5000.00", "locked")
    assert (paid["2025-Q3"]["payout"], paid["2025-Q4"]["payout"]) == ("0.00", "10000.00")
    entries = rows(folder, "adjustments.csv", tmp_path / "out")
    names = ("period", "kind", "component", "cause", "amount", "reason", "status")
    assert [tuple(row[name] for name in names) for row in entries] == [
        ("2025-07", "true_up", "commission", "2025-Q2", "10000.00", "credit", "final")
    ]
    assert entries[0]["reason_in_words"] == "What counts in the closed period has changed."
    totals = {
        row["period"]: row["amount"]
        for row in rows(folder, "statements.csv", tmp_path / "out")
        if row["entry"] == "total" and row["amount"] != "0.00"
    }
    assert totals == {"2025-06": "5000.00", "2025-07": "10000.00", "2025-12": "10000.00"}


def test_d12_a_paid_period_never_changes_and_its_error_is_booked_in_the_next(
    folder: Path, tmp_path: Path
) -> None:
    """PostHog handbook: a deal of the closed quarter was 8,000 too high."""
    close(folder)
    before = (folder / "closes" / "case" / "2025-06" / "lines.csv").read_bytes()
    (folder / "opportunities.csv").write_text(DEALS.replace("50000", "42000"))
    paid = {row["period"]: row["payout"] for row in rows(folder, "payouts.csv", tmp_path / "out")}
    assert paid["2025-Q2"] == "5000.00"
    entries = rows(folder, "adjustments.csv", tmp_path / "out")
    assert [(row["period"], row["kind"], row["amount"]) for row in entries[:1]] == [
        ("2025-07", "true_up", "-800.00")
    ]
    close(folder, through="2025-Q3")
    assert (folder / "closes" / "case" / "2025-06" / "lines.csv").read_bytes() == before
    again = rows(folder, "adjustments.csv", tmp_path / "out")
    assert [row["amount"] for row in again if row["kind"] == "true_up"] == ["-800.00"]


@pytest.mark.parametrize(
    ("through", "more", "why"),
    [
        ("2025-Q2", (), "is closed up to Jun 30, 2025 already"),
        ("2026-Q3", (), "cannot be closed"),
        ("soon", (), "soon is no period"),
        ("2025-Q3", ("--by", " "), "Say who closes"),
        ("2025-Q3", ("--date", "today"), "today is no date"),
    ],
)
def test_what_cannot_be_closed_is_refused_and_nothing_is_written(
    folder: Path, through: str, more: tuple[str, ...], why: str
) -> None:
    close(folder)
    assert why in close(folder, *more, through=through, code=2)
    assert [path.name for path in (folder / "closes" / "case").iterdir()] == ["2025-06"]


def test_a_book_with_errors_is_not_closed(folder: Path) -> None:
    (folder / "opportunities.csv").write_text(DEALS.replace("50000", "lots"))
    close(folder, code=2)
    assert not (folder / "closes").exists()


def test_a_book_with_closes_is_written_and_read_without_loss(folder: Path, tmp_path: Path) -> None:
    close(folder)
    close(folder, through="2025-Q3")
    book, issues = read_book(folder)
    assert book is not None
    assert not has_errors(issues)
    write_book(book, tmp_path / "copy")
    assert read_book(tmp_path / "copy")[0] == book
    write_book(book, tmp_path / "copy")
    for path in (folder / "closes").rglob("*.*"):
        assert (tmp_path / "copy" / path.relative_to(folder)).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("name", ["lines.csv", "adjustments.csv"])
def test_a_close_that_was_edited_is_refused(folder: Path, name: str) -> None:
    close(folder)
    path = folder / "closes" / "case" / "2025-06" / name
    path.write_bytes(path.read_bytes() + b"\n")
    assert errors(folder) == ["book.close_changed"]


def test_a_close_that_cannot_be_read_is_refused(folder: Path) -> None:
    close(folder)
    (folder / "closes" / "case" / "2025-06" / "close.toml").write_text("format = 2\n")
    assert errors(folder) == ["book.close_unreadable"]


def test_a_file_in_the_place_of_the_closes_is_refused(folder: Path) -> None:
    (folder / "closes").write_text("")
    assert errors(folder) == ["book.closes_not_a_folder"]

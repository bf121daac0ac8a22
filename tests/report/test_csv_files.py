"""CSV files: exact figures, and nothing that a spreadsheet would run."""

import csv
import io
from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

from revplan.issues import Issue, Where
from revplan.model.book import Book, Company, Team
from revplan.report.columns import Column, plain_text
from revplan.report.csv_files import csv_table
from revplan.report.run_files import RUN_FILES, run_files
from revplan.words import speaking
from tests.report.made import run_result


def book(digits: int | None = None) -> Book:
    teams = (Team(id="marketing", name="Marketing"), Team(id="sales", name="Sales"))
    return Book(Company(name="Acme", as_of=date(2026, 6, 30), team=teams, minor_digits=digits), (), (), {})


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode())))


@pytest.mark.parametrize(("digits", "text"), [(0, "-123456789"), (2, "-1234567.89"), (9, "-0.123456789")])
def test_money_has_exactly_the_digits_of_its_currency(digits: int, text: str) -> None:
    table = pa.table({"amount": pa.array([-123456789], pa.int64())})
    assert csv_table(table, [Column("amount", "amount", "money")], digits) == f"amount\n{text}\n".encode()


def test_the_smallest_amount_is_not_written_in_scientific_notation() -> None:
    table = pa.table({"amount": pa.array([1], pa.int64())})
    assert csv_table(table, [Column("amount", "amount", "money")], 9) == b"amount\n0.000000001\n"


@pytest.mark.parametrize(
    ("millionths", "text"),
    [
        (975_000, "0.975"),
        (12_000_000, "12"),
        (0, "0"),
        (-500_000, "-0.5"),
        (1, "0.000001"),
        (1_250_000, "1.25"),
    ],
)
def test_ratios_are_exact_decimals(millionths: int, text: str) -> None:
    assert plain_text(millionths) == text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_a_spreadsheet_would_run_is_kept_as_text(start: str) -> None:
    table = pa.table({"name": [f"{start}1+1"]})
    text = csv_table(table, [Column("name", "name")], 2).decode()
    assert list(csv.reader(io.StringIO(text, newline="")))[1:] == [[f"'{start}1+1".replace("\r", "\n")]]


def test_a_negative_amount_is_a_number_not_text() -> None:
    table = pa.table({"amount": pa.array([-5], pa.int64())})
    assert csv_table(table, [Column("amount", "amount", "money")], 2) == b"amount\n-0.05\n"


def test_what_a_measured_column_holds_follows_its_unit() -> None:
    table = pa.table({"credit": pa.array([5_000_000] * 3, pa.int64()), "unit": ["money", "count", "ratio"]})
    assert csv_table(table, [Column("credit", "credit", "measured")], 2) == b"credit\n50000.00\n5\n5\n"


def test_a_run_is_written_as_five_files_with_the_figures_of_the_run() -> None:
    result = run_result()
    files = run_files(book(), [result])
    assert tuple(files) == RUN_FILES
    payouts = rows(files["payouts.csv"])
    assert [row["payout"] for row in payouts] == ["1200.00", "1200.00", "900.00", "1100.01", "0.00"]
    assert payouts[1]["credit"] == "120.5"
    assert payouts[1]["attainment"] == "1.205"
    assert payouts[1]["team_name"] == "Marketing"
    assert (payouts[4]["payee"], payouts[4]["payee_name"]) == ("'=cmd()", '\'=HYPERLINK("x")')
    assert (payouts[4]["reason"], payouts[0]["reason"]) == ("no_credit", "")
    assert payouts[4]["reason_in_words"] == "Nothing was credited in this period."
    assert payouts[0]["period_end"] == "2026-04-01"


def test_parts_name_their_line_and_add_up_to_it() -> None:
    files = run_files(book(), [run_result()])
    parts = rows(files["parts.csv"])
    assert [(part["line"], part["part"], part["credit"]) for part in parts] == [
        ("3", "500.00", "50000.00"),
        ("3", "400.00", "40000.00"),
    ]
    assert parts[1]["transaction"] == "'-D2"
    line = next(row for row in rows(files["payouts.csv"]) if row["line"] == "3")
    assert line["payout"] == "900.00"


def test_standings_and_statements_are_written_whole() -> None:
    files = run_files(book(), [run_result()])
    attainment = rows(files["attainment.csv"])
    assert attainment[0]["shared_with"] == "marketing; sales"
    assert [row["actual"] for row in attainment[:2]] == ["180000.00", "220000.03"]
    assert [row["amount"] for row in rows(files["statements.csv"])][:2] == ["1200.00", "1200.00"]


def test_every_plan_set_is_in_the_same_files() -> None:
    files = run_files(book(), [run_result("volume"), run_result("shared")])
    sets = [row["plan_set"] for row in rows(files["payouts.csv"])]
    assert sets == ["volume"] * 5 + ["shared"] * 5


def test_files_are_the_same_bytes_in_every_language_with_plain_line_ends() -> None:
    files = run_files(book(), [run_result()])
    with speaking("tr"):
        assert run_files(book(), [run_result()]) == files
    assert not any(b"\r" in content for content in files.values())
    assert all(content.endswith(b"\n") for content in files.values())


def test_issues_have_code_sentence_and_place() -> None:
    reading = Issue(
        "unheard_of", "error", Where(file="=deals.csv", row=12, column="Amount"), {"value": "12,3x"}
    )
    (first, second) = rows(run_files(book(), [run_result()], [reading])["issues.csv"])
    assert (first["code"], first["file"], first["row"], first["column"]) == (
        "unheard_of",
        "'=deals.csv",
        "12",
        "Amount",
    )
    assert "12,3x" in first["what"]
    assert (first["plan_set"], second["plan_set"], second["payee"]) == ("", "volume", "mia")


def test_a_run_of_nothing_is_files_with_headings_alone() -> None:
    result = run_result()
    empty = {
        name: getattr(result, name).slice(0, 0) for name in ("lines", "parts", "standings", "statements")
    }
    files = run_files(book(), [replace(result, issues=(), **empty)])
    assert all(content.count(b"\n") == 1 for content in files.values())
    assert all(content.count(b"\n") == 1 for content in run_files(book(), []).values())

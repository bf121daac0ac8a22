"""Cases that others published come out as their authors printed them, and their mistakes do not."""

import csv
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from typer.testing import CliRunner

from revplan.cli import app
from revplan.data.book_folder import read_book
from revplan.model.book import Book
from revplan.model.results import RunResult
from revplan.rules.health import health_of_runs
from revplan.rules.run import run
from tests.cases.case import (
    PLAN_SET,
    Case,
    all_cases,
    column_values,
    differences,
    result_rows,
    smallest_unit,
    text_rows,
)

CASES = {case.id: case for case in all_cases()}
PROMISED = (
    *(f"T{number}" for number in range(1, 11)),
    *(f"P{number}" for number in range(1, 13)),  # P13 stands with P12, whose rule it is derived from
    *("C1", "C2", "C3", "C4", "C5", "C6", "C7", "C9", "C10", "C11", "C12", "C13", "C14"),
    *(f"Q{number}" for number in range(1, 7)),
    *(f"D{number}" for number in (*range(1, 8), "8a", "8b", *range(9, 14))),
    *(f"M{number}" for number in range(1, 7)),
)
COLUMNS = {
    "payee_id": "payee",
    "component_id": "component",
    "transaction_id": "transaction",
    "target": "target_value",
    "parts": "parts_add_up_to",
}
"""What the files call the columns whose name differs from the result's."""

every_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
measured = [case for case in CASES.values() if "kpis" in case.expected()]
mistaken = [case for case in CASES.values() if case.mistakes()]


def book_of(case: Case, folder: Path) -> Book:
    book, issues = read_book(case.write_book(folder / "book"))
    assert book is not None, [(issue.code, issue.where, dict(issue.parameters)) for issue in issues]
    return book


def result_of(case: Case, folder: Path) -> RunResult:
    result = run(book_of(case, folder), PLAN_SET)
    assert not result.issues
    return result


def test_every_promised_case_is_there() -> None:
    assert set(CASES) == set(PROMISED)
    assert all(case.content["source"] and case.content["rule"] for case in CASES.values())


@every_case
def test_a_case_comes_out_as_its_author_printed_it(case: Case, tmp_path: Path) -> None:
    result = result_of(case, tmp_path)
    for table, expected in case.expected().items():
        if table != "kpis":
            assert not differences(expected, result_rows(result, table), smallest_unit(result.digits))
    for column, total in case.totals().items():
        assert sum(column_values(result, column)) == total, column


def test_two_currencies_are_kept_apart_until_a_named_rate_converts_them(tmp_path: Path) -> None:
    """D13 without its rates: refused, with the rate that is missing, and nothing is written."""
    folder = CASES["D13"].write_book(tmp_path / "book")
    (folder / "fx_rates.csv").write_text("name,from_currency,to_currency,starts_on,rate\n", "utf-8")
    done = CliRunner().invoke(app, ["run", str(folder), "--out", str(tmp_path / "out")])
    assert done.exit_code == 2
    assert "EUR" in done.output
    assert not (tmp_path / "out").exists()


def test_a_printed_statement_says_what_each_amount_is_paid_as(tmp_path: Path) -> None:
    folder = CASES["D13"].write_book(tmp_path / "book")
    run_ = CliRunner().invoke(app, ["run", str(folder), "--out", str(tmp_path), "--trace", "--no-kpis"])
    assert run_.exit_code == 0, run_.output
    asked = ["statement", str(tmp_path), "--period", "2025-Q1", "--payee"]
    eva, ann = (CliRunner().invoke(app, [*asked, who]).output for who in ("eva", "ann"))
    assert "€101.20" in eva
    assert "Paid as" not in ann


@every_case
def test_a_case_comes_out_of_the_command_line_as_its_author_printed_it(case: Case, tmp_path: Path) -> None:
    folder = case.write_book(tmp_path / "book")
    done = CliRunner().invoke(app, ["run", str(folder), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    digits = case.content.get("book", {}).get("minor_digits", 2)
    files = {"lines": "payouts", "parts": "parts", "standings": "attainment"}
    files |= {name: name for name in ("adjustments", "statements", "kpis")}
    for table, name in files.items():
        expected = [renamed(row) for row in case.expected().get(table, [])]
        assert not differences(expected, csv_file(tmp_path / "out" / f"{name}.csv"), smallest_unit(digits))


@pytest.mark.parametrize("case", measured, ids=lambda case: case.id)
def test_a_key_figure_comes_out_as_its_author_printed_it(case: Case, tmp_path: Path) -> None:
    book = book_of(case, tmp_path)
    found = health_of_runs(book, [run(book, PLAN_SET)]).values()
    rows = [row for kpis, _ in found for row in text_rows(kpis, book.company.digits)]
    assert not differences(case.expected()["kpis"], rows, smallest_unit(book.company.digits))


def renamed(row: Mapping[str, str]) -> dict[str, str]:
    """An expected row under the names of the files, where nothing stands for null."""
    return {COLUMNS.get(name, name): "" if value == "null" else value for name, value in row.items()}


def csv_file(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("case", mistaken, ids=lambda case: case.id)
def test_a_published_mistake_is_not_made(case: Case, tmp_path: Path) -> None:
    result = result_of(case, tmp_path)
    for mistake in case.mistakes():
        values = column_values(result, mistake["column"])
        found = [sum(values)] if mistake.get("total") else values
        assert values
        assert Decimal(mistake["value"]) not in found, mistake["why"]


def test_a_case_that_is_off_by_a_cent_is_noticed(tmp_path: Path) -> None:
    result = result_of(CASES["T10"], tmp_path)
    expected = [dict(row) for row in CASES["T10"].expected()["lines"]]
    expected[2]["payout"] = "424.99"
    assert len(differences(expected, result_rows(result, "lines"), smallest_unit(2))) == 1


def test_a_journey_without_a_known_payee_is_unattributed_and_pays_nobody(tmp_path: Path) -> None:
    result = result_of(CASES["C14"], tmp_path)
    assert "" not in result.lines["payee_id"].to_pylist()
    credited = credits_by(result_rows(result, "credits"))
    assert credited["none", ""] == 6
    assert credited["blank", ""] == 6
    assert credited["gap", ""] == 2


def credits_by(rows: Iterable[Mapping[str, str]]) -> dict[tuple[str, str], Fraction]:
    return {(row["transaction_id"], row["payee_id"]): Fraction(row["credit"]) for row in rows}

"""docs/run.md names every column that is written, and no other."""

import re
from datetime import date
from pathlib import Path

import pytest

from revplan.model.book import Book, Company, Team
from revplan.report.health_files import KPI_FILES, health_files
from revplan.report.run_files import RUN_FILES, run_files
from revplan.rules.health import health_of_runs
from revplan.service.compare import compare_runs
from revplan.service.compare_words import comparison_files
from tests.report.made import run_result

PAGE = (Path(__file__).parents[2] / "docs" / "run.md").read_text(encoding="utf-8")
BOOK = Book(Company(name="A", as_of=date(2026, 6, 30), team=(Team(id="sales", name="Sales"),)), (), (), {})


def section(heading: str) -> str:
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, heading
    return found[1]


def first_cells(text: str) -> set[str]:
    cells = re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}


def columns(data: bytes) -> set[str]:
    return set(data.decode().splitlines()[0].split(","))


@pytest.mark.parametrize("name", [name for name in RUN_FILES if name != "issues.csv"])
def test_every_column_of_a_run_is_explained(name: str) -> None:
    assert first_cells(section(name)) == columns(run_files(BOOK, [run_result()])[name])


@pytest.mark.parametrize("name", KPI_FILES)
def test_every_column_of_the_key_figures_is_explained(name: str) -> None:
    files = health_files(BOOK.company, health_of_runs(BOOK, []))
    assert first_cells(section(name)) == columns(files[name])


def test_every_column_of_the_issues_is_named() -> None:
    named = set(re.findall(r"`([a-z_]+)`", section("issues.csv"))) - {"warning", "note"}
    assert named == columns(run_files(BOOK, [run_result()])["issues.csv"])


def test_every_column_of_a_comparison_is_explained() -> None:
    files = comparison_files(compare_runs(BOOK, run_result("a"), run_result("b")))
    assert first_cells(section("compare")) == set().union(*map(columns, files.values()))
    assert all(name in PAGE for name in files)

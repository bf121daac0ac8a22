"""docs/book.md says what the code does: its column tables are the canonical ones, and its example runs."""

import re
from pathlib import Path

import pytest

from revplan.data.book_folder import read_book
from revplan.data.targets_csv import COLUMNS
from revplan.model.book import Company
from revplan.model.tables import ARROW, TABLES, Column, TableSpec
from revplan.rules.run import run

TEXT = (Path(__file__).parent.parent / "docs" / "book.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    level = title.split(" ")[0]
    found = re.search(
        rf"^{re.escape(title)}\n(.*?)(?=^#{{2,{len(level)}}} |\Z)", TEXT, re.MULTILINE | re.DOTALL
    )
    assert found, f"no section {title}"
    return found[1]


def rows(title: str) -> list[list[str]]:
    """The cells of the first table of a section, without its head."""
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def described(column: Column) -> list[str]:
    kind = f"{column.kind} of {column.refers_to}" if column.refers_to else column.kind
    return [f"`{column.name}`", kind, "yes" if column.required else ""]


@pytest.mark.parametrize("spec", TABLES.values(), ids=lambda spec: spec.name)
def test_every_column_is_described_as_it_is(spec: TableSpec):
    assert [row[:3] for row in rows(f"### {spec.name}")] == [described(column) for column in spec.columns]


@pytest.mark.parametrize("spec", TABLES.values(), ids=lambda spec: spec.name)
def test_every_key_is_named(spec: TableSpec):
    text = " ".join(section(f"### {spec.name}").split())
    assert f"Key: {', '.join(f'`{name}`' for name in spec.key)}." in text


def test_every_choice_is_listed():
    for spec in TABLES.values():
        for column, row in zip(spec.columns, rows(f"### {spec.name}"), strict=True):
            assert set(re.findall(r"`(\w+)`", row[3])) >= set(column.choices), (spec.name, column.name)


def test_no_table_is_described_that_is_not_there():
    assert re.findall(r"^### (.*)$", TEXT, re.MULTILINE) == list(TABLES)


def test_every_kind_is_explained():
    explained = {kind for row in rows("## How tables are written") for kind in row[0].split(", ")}
    assert explained == set(ARROW)


def test_every_field_of_book_toml_is_described():
    fields = {re.sub(r"[`\[\]]", "", row[0]) for row in rows("## book.toml")}
    assert fields == {field.alias or name for name, field in Company.model_fields.items()}


def test_the_columns_of_targets_csv_are_described():
    assert [row[0].strip("`") for row in rows("## targets.csv")] == list(COLUMNS)


def test_the_example_is_a_book_that_pays(tmp_path: Path):
    for name, text in re.findall(r"^`([\w/.]+)`\n```\w+\n(.*?)```", TEXT, re.MULTILINE | re.DOTALL):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    book, issues = read_book(tmp_path)
    assert issues == ()
    assert book is not None
    paid = {(row["payee_id"], row["period"]): row["payout"] for row in run(book, "shared").lines.to_pylist()}
    # Q1: 120,000 of 100,000 is 120%, which pays 1.4 times a quarter of the target incentive.
    assert paid[("P-1", "2026-Q1")] == 21_000_00
    assert paid[("P-2", "2026-Q1")] == 7_000_00
    # Q2: 80% of the target lies 60% of the way from 50% to 100%.
    assert paid[("P-1", "2026-Q2")] == 9_000_00

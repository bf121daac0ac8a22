"""Every code of the data's issues has its sentences, and they fit its parameters."""

import re
from pathlib import Path

import pytest

import revplan
from revplan.model.tables import TABLES
from revplan.words import data_names
from revplan.words.sentences import book, data

SENTENCES = {**data.SENTENCES, **book.SENTENCES}
ROOT = Path(revplan.__file__).parent
SOURCES = [
    *sorted((ROOT / "data").glob("*.py")),
    ROOT / "service" / "preview.py",
    ROOT / "service" / "uploads.py",
]
CODE = re.compile(r'"((?:data|book)\.(?!toml)[a-z_0-9]+)"')
FILLED_IN = {
    f"data.{name}"
    for name in (
        *("decimal_mark_likely", "decimal_mark_mixed", "percents_likely"),
        *(f"date_order_likely_{order}" for order in ("dmy", "mdy")),
        *(f"date_order_mixed_{order}" for order in ("dmy", "mdy", "ymd")),
        *(f"unknown_{table}" for table in ("payees", "accounts", "contacts")),
        *(
            f"refers_to_no_{column.refers_to}"
            for spec in TABLES.values()
            for column in spec.columns
            if column.refers_to
        ),
    )
}
"""Codes that are put together from parts."""

PARTS = {"data.decimal_mark", "data.percents"}  # the beginnings of such codes


def used() -> set[str]:
    found = {code for path in SOURCES for code in CODE.findall(path.read_text(encoding="utf-8"))}
    return (found - PARTS) | FILLED_IN


def test_every_code_has_its_sentences():
    assert used() - set(SENTENCES) == set()


def test_no_sentence_is_left_over():
    assert set(SENTENCES) - used() == set()


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_sentences_end_as_sentences_do(code):
    for text in SENTENCES[code]:
        assert not text or text.rstrip("”").endswith((".", "?")), text


def test_every_table_column_and_choice_has_a_name():
    columns = [column for spec in TABLES.values() for column in spec.columns]
    assert set(data_names.TABLES) == set(data_names.HOLDS) == set(TABLES)
    assert set(data_names.COLUMNS) == {column.name for column in columns}
    assert set(data_names.CHOICES) == {choice for column in columns for choice in column.choices}

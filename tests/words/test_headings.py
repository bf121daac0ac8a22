"""Two headings of one table never read the same: a table's columns are told apart by their headings."""

import ast
from pathlib import Path

import pytest

from revplan.words import LANGUAGES, data_names, gettext, speaking

ROOT = Path(__file__).parents[2]


def headings() -> dict[str, set[str]]:
    """The titles of the columns that each function names, by the function's place."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "revplan").rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef):
                titles = {text for call in ast.walk(function) if (text := title(call))}
                if len(titles) > 1:
                    found[f"{path.relative_to(ROOT)}:{function.name}"] = titles
    return found


def title(node: ast.AST) -> str:
    """What `Column("code", _("Title"))` is called; "" for any other call."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Column" and len(node.args) > 1:
        marked = node.args[1]
        if isinstance(marked, ast.Call) and marked.args and isinstance(marked.args[0], ast.Constant):
            return str(marked.args[0].value)
    return ""


def same(titles: set[str]) -> set[str]:
    """The words that stand for more than one of the titles."""
    words = [gettext(text) for text in titles]
    return {word for word in words if words.count(word) > 1}


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
def test_columns_of_one_table_have_headings_of_their_own(language: str) -> None:
    found = headings()
    assert len(found) > 10
    with speaking(language):
        assert {place: doubles for place, titles in found.items() if (doubles := same(titles))} == {}


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
@pytest.mark.parametrize("names", [data_names.TABLES, data_names.COLUMNS, data_names.CHOICES])
def test_tables_columns_and_choices_keep_their_names_apart(names: dict[str, str], language: str) -> None:
    with speaking(language):
        assert same(set(names.values())) == set()

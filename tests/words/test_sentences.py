"""Every code that the program can emit has its sentences."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from revplan.issues import Issue, Where
from revplan.model import plan_text
from revplan.words import sentences, speaking, toml_problems
from revplan.words.reasons import REASONS, reason

SOURCE = Path(__file__).parents[2] / "revplan"
TREES = {path: ast.parse(path.read_text()) for path in SOURCE.rglob("*.py") if "words" not in path.parts}


def prefix(function: ast.FunctionDef) -> str:
    """What the function puts before the code that it is given: Issue(f"measure.{code}", ...)."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Issue" and node.args:
            code = node.args[0]
            if isinstance(code, ast.JoinedStr) and isinstance(code.values[0], ast.Constant):
                return str(code.values[0].value)
    return ""


def functions_with_code(tree: ast.Module) -> dict[str, tuple[int, str]]:
    """A file's functions that take an issue's code: its place in a call, and what they put before it."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = [arg.arg for arg in (*node.args.posonlyargs, *node.args.args)]
            names = names[1:] if names[:1] == ["self"] else names
            if "code" in names:
                found[node.name] = names.index("code"), prefix(node)
    return found


def emitted() -> Iterator[tuple[str, str]]:
    own = {path: functions_with_code(tree) for path, tree in TREES.items()}
    everywhere = {name: place for found in own.values() for name, place in found.items()}
    for path, tree in TREES.items():
        functions = {"Issue": (0, ""), "Unfit": (0, "")} | everywhere | own[path]
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in functions:
                place, before = functions[name]
                given = {keyword.arg: keyword.value for keyword in node.keywords}
                code = node.args[place] if len(node.args) > place else given.get("code")
                for literal in (code.body, code.orelse) if isinstance(code, ast.IfExp) else (code,):
                    if isinstance(literal, ast.Constant) and isinstance(literal.value, str):
                        yield before + literal.value, f"{path.relative_to(SOURCE)}:{node.lineno}"


def test_every_emitted_code_has_a_sentence() -> None:
    found = dict(emitted())
    assert len(found) > 60
    assert {code: at for code, at in found.items() if code not in sentences.known()} == {}


def test_every_reason_of_the_engine_has_a_sentence() -> None:
    rules = [SOURCE / "rules" / name for name in ("lines.py", "ledger.py", "cells.py")]
    text = "\n".join(path.read_text() for path in rules)
    codes = set(re.findall(r"THEN '([a-z_]+)'|ELSE '([a-z_]+)'|return \"([a-z_]+)\"", text))
    found = {code for group in codes for code in group if code}
    assert {"no_credit", "gate_closed", "not_employed", "already_paid"} <= found
    assert found - REASONS.keys() == set()


@pytest.mark.parametrize("code", sorted(sentences.known()))
def test_sentences_say_what_and_end_as_sentences(code: str) -> None:
    for text in filter(None, sentences.known()[code]):
        assert text[0] == "{" or text[0] == text[0].upper(), text
        assert text.rstrip()[-1] in ".!?:", text


def test_an_unknown_code_still_reads() -> None:
    issue = Issue("data.strange_thing", "error", Where("deals.csv", row=12), {"value": "{x}", "count": 3})
    assert sentences.sentence(issue) == "deals.csv, row 12: Data strange thing: count 3, value {x}."


def test_parameters_are_written_as_people_write_them() -> None:
    issue = Issue("home.paid_while_missing", "note", Where(), {"paid_amount": 123456789, "periods": 2})
    assert sentences.told(issue, "USD").what.startswith("$1,234,567.89 was paid for periods")
    with speaking("tr"):
        assert "1.234.567,89" in sentences.told(issue, "USD").what


def test_a_missing_parameter_never_fails() -> None:
    assert "…" in sentences.told(Issue("home.no_quota", "warning")).what


def test_an_unknown_reason_still_reads() -> None:
    assert reason("moon_too_full") == "Moon too full."
    assert reason("") == ""


def test_no_word_hides_inside_an_f_string() -> None:
    """Words there are not collected on Python 3.11, and so never translated."""
    pages = {path: ast.parse(path.read_text()) for path in (SOURCE.parent / "pages").glob("*.py")}
    found = [
        f"{path.name}:{node.lineno}"
        for path, tree in (TREES | pages).items()
        for text in ast.walk(tree)
        if isinstance(text, ast.JoinedStr)
        for node in ast.walk(text)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "ngettext", "pgettext", "N_")
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "a", "a = ", "= 1", "a = [1", "a = {b = 1", 'a = "x', 'a = "\\q"', "a = 1\na = 2", "[a]\n[a]", "[a",
        "a = 1 2", "a = 2026-13-01", "a = {}\na.b = 1", 'a = "x\ny"', "!", "[[a]", "a = {b = 1, b = 2}",
    ],
)  # fmt: skip
def test_a_text_that_is_no_toml_is_explained_in_the_readers_language(text: str) -> None:
    (issue,) = plan_text.read_plan(text)[1]
    assert toml_problems.syntax(str(issue.parameters["detail"])) != issue.parameters["detail"]
    english = sentences.told(issue).what
    with speaking("tr"):
        assert sentences.told(issue).what.partition(": ")[2] != english.partition(": ")[2]


def test_no_sentence_repeats_an_english_problem() -> None:
    assert not [code for code, form in sentences.known().items() if "{problem}" in " ".join(form)]

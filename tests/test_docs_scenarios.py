"""docs/scenarios.md: its example is a scenario of the sample company, and it names every kind of change."""

import re
from pathlib import Path
from typing import get_args

from revplan.data.book_folder import read_book
from revplan.model.facts import ToCome, Written, WrittenDeal
from revplan.model.plan_text import read_scenario
from revplan.model.question import KINDS, Aimed, Question
from revplan.model.record_text import read_record
from revplan.model.scenario import Change
from revplan.simulate.facts import on_its_facts
from revplan.simulate.scenario import apply
from revplan.simulate.solve_levers import levers_of

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")


def test_the_example_changes_the_sample_company():
    example = re.search(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    assert example is not None
    scenario, issues = read_scenario(example.group(1))
    assert scenario is not None, issues
    book, _ = read_book(ROOT / "sample_data")
    assert book is not None
    changed, problems = apply(book, scenario)
    assert problems == ()
    assert changed.tables["payees"].num_rows == book.tables["payees"].num_rows + 1


def test_the_question_can_be_asked_of_the_sample_company():
    _, example, *_ = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    asked, issues = read_record(Question, example)
    assert asked is not None, issues
    book, _ = read_book(ROOT / "sample_data")
    assert book is not None
    levers, problems = levers_of(book, "shared", asked.levers, "company-revenue")
    assert problems == ()
    assert len(levers) == len(asked.levers)


def test_every_aim_and_lever_is_named():
    rows = [line.split("|")[1] for line in TEXT.splitlines() if line.startswith("| `")]
    for name in (*get_args(Aimed), *KINDS):
        assert any(f"`{name}`" in row for row in rows), name


def test_the_written_future_is_one_of_the_sample_company_and_names_every_field():
    example = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)[-1]
    scenario, issues = read_scenario(example)
    assert scenario is not None, issues
    book, _ = read_book(ROOT / "sample_data")
    assert book is not None
    future, problems = on_its_facts(book, scenario, lambda facts: 0)
    assert problems == ()
    won = {row["opportunity_id"]: row for row in future.tables["opportunities"].to_pylist()}
    assert (won["O-01547"]["outcome"], won["O-01547"]["amount"]) == ("won", 9_000_000)
    assert [won[f"written-2.{n}"]["amount"] for n in (1, 2)] == [6_000_000, 6_000_000]
    fields = {*WrittenDeal.model_fields, *Written.model_fields, *ToCome.model_fields} - {"deals"}
    assert [
        field for field in sorted(fields) if f"`{field}`" not in TEXT.replace("`kind = ", "`kind` ")
    ] == []


def test_every_kind_of_change_and_each_of_its_fields_is_named():
    union, _discriminator = get_args(Change)
    rows = [line for line in TEXT.splitlines() if line.startswith("| `")]
    for kind in get_args(union):
        name = kind.model_fields["kind"].default
        row = next((line for line in rows if f"`{name}`" in line.split("|")[1]), "")
        assert row, name
        fields = {field for field in kind.model_fields if field not in ("kind", "name")}
        assert [field for field in sorted(fields) if f"`{field}`" not in row] == [], name

"""Every value of a TOML text is found on its line, however it is written."""

import tomllib
from typing import Any

from hypothesis import given

from revplan.model.plan import Plan
from revplan.model.plan_text import write_plan
from revplan.model.toml_lines import Place, line_numbers
from tests.test_model_plan_text import plans

TEXT = '''\
# a comment with a "quote" and a [bracket]
title = "one # not a comment"
"quoted key" = 'C:\\path'
owner.name = "dotted" # the end
notes = """
several
lines ""quoted"" \\""" here"""
raw = \'\'\'
a "raw" \'\'text\'\'
\'\'\'
list = [
  1, # one
  [2, 3],
  { x = 4, y = [5,
    6] },
]

[table]
a = 1979-05-27T07:32:00Z

[[rows]]
id = 1
[rows.inner]
b = {}

[[rows]]
id = 2
  [[rows.parts]]
  c = []
  [[rows.parts]]
  c = 7.5
[table.deeper]
d = true'''


def test_every_value_is_on_its_line() -> None:
    found = line_numbers(TEXT)
    assert {place: line for place, line in found.items() if line != 0} == {
        ("title",): 2,
        ("quoted key",): 3,
        ("owner", "name"): 4,
        ("notes",): 5,
        ("raw",): 8,
        ("list",): 11,
        ("list", 0): 12,
        ("list", 1): 13,
        ("list", 1, 0): 13,
        ("list", 1, 1): 13,
        ("list", 2): 14,
        ("list", 2, "x"): 14,
        ("list", 2, "y"): 14,
        ("list", 2, "y", 0): 14,
        ("list", 2, "y", 1): 15,
        ("table",): 18,
        ("table", "a"): 19,
        ("rows", 0): 21,
        ("rows", 0, "id"): 22,
        ("rows", 0, "inner"): 23,
        ("rows", 0, "inner", "b"): 24,
        ("rows", 1): 26,
        ("rows", 1, "id"): 27,
        ("rows", 1, "parts", 0): 28,
        ("rows", 1, "parts", 0, "c"): 29,
        ("rows", 1, "parts", 1): 30,
        ("rows", 1, "parts", 1, "c"): 31,
        ("table", "deeper"): 32,
        ("table", "deeper", "d"): 33,
    }


def places(value: Any, place: Place = ()) -> set[Place]:
    """Places of the plain values of a document."""
    if isinstance(value, dict) and value:
        return set().union(*(places(inner, (*place, key)) for key, inner in value.items()))
    if isinstance(value, list) and value:
        return set().union(*(places(inner, (*place, index)) for index, inner in enumerate(value)))
    return {place}


def test_the_text_is_what_tomllib_reads() -> None:
    assert places(tomllib.loads(TEXT)) <= set(line_numbers(TEXT))


@given(plans)
def test_no_value_of_a_plan_is_left_out(plan: Plan) -> None:
    text = write_plan(plan)
    lines = line_numbers(text)
    assert places(tomllib.loads(text)) <= set(lines)
    assert max(lines.values()) <= text.count("\n") + 1


def test_an_empty_text_has_no_lines() -> None:
    assert line_numbers("") == {}
    assert line_numbers("# nothing\n\n") == {}

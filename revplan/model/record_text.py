"""Records as TOML: reading with every problem listed and placed, writing so that people like to read it."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, TypeVar, get_args

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from revplan.issues import Issue, Where
from revplan.model.record import Record
from revplan.model.toml_lines import Place, line_numbers

R = TypeVar("R", bound=Record)
Document = dict[str, Any]

# ---------------------------------------------------------------- reading


def read_record(model: type[R], text: str, file: str = "") -> tuple[R | None, tuple[Issue, ...]]:
    """The record that a TOML text holds, or None and every problem that it has.

    Numbers are read exactly. Each issue says where: the line in `row`, the path in `column`
    ("component[2].table.tiers[1].rate", counted from 1), and the plan, component or target.
    """
    text = text.removeprefix("\ufeff")
    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return None, (_syntax_issue(str(error), text, file),)
    return read_document(model, document, file, text)


def read_document(
    model: type[R], document: Document, file: str = "", text: str = ""
) -> tuple[R | None, tuple[Issue, ...]]:
    """As `read_record`, from a document that has been read already; `text`, when given, tells the lines."""
    try:
        return model.model_validate(document), ()
    except ValidationError as error:
        lines = line_numbers(text) if text else {}
        details = [detail for detail in error.errors(include_url=False) if not _is_echo(detail)]
    found = [_issue(model, document, detail, lines, file) for detail in details]
    return None, tuple({(issue.where.column, issue.code): issue for issue in reversed(found)}.values())[::-1]


def _is_echo(error: ErrorDetails) -> bool:
    """A list that is long enough is called too short when its elements were refused: say only those."""
    return error["type"] == "too_short" and len(error["input"]) >= error.get("ctx", {})["min_length"]


def _syntax_issue(message: str, text: str, file: str) -> Issue:
    match = re.search(r"^(.*?) \(at (?:line (\d+), column (\d+)|end of document)\)$", message)
    detail, line, column = match.groups() if match else (message, None, None)
    row = int(line) if line else text.count("\n") + 1
    return Issue(
        "text.syntax", "error", Where(file=file, row=row), {"detail": detail, "position": int(column or 0)}
    )


def _issue(
    model: type[Record], document: Document, error: ErrorDetails, lines: Mapping[Place, int], file: str
) -> Issue:
    place = _place(document, error)
    code, parameters = _what(model, error, place)
    if "tag" in parameters:  # the union's own field is at fault, not the table that holds it
        place = (*place, str(parameters.pop("tag")))
    where = Where(
        file=file,
        row=_row(lines, place),
        column=path_text(place),
        plan=str(document.get("id", "")),
        component=_named(document, place, "component"),
        target=_named(document, place, "target"),
    )
    return Issue(code, "error", where, parameters)


def _what(model: type[Record], error: ErrorDetails, place: Place) -> tuple[str, dict[str, str | int]]:
    """Code and parameters of a pydantic error."""
    kind, context = error["type"], error.get("ctx", {})
    value = _shown(error["input"])
    name = str(place[-1]) if place else ""
    if kind == "missing":
        return "text.missing_field", {"field": name}
    if kind == "extra_forbidden":
        known = known_fields(model, error["loc"][:-1])
        close = get_close_matches(name, known, n=1, cutoff=0.6)
        if close:
            return "text.misspelt_field", {"field": name, "suggestion": close[0]}
        return "text.unknown_field", {"field": name, "known": ", ".join(known)}
    if kind == "union_tag_not_found":
        tag = str(context["discriminator"]).strip("'")
        return "text.missing_field", {"field": tag, "tag": tag}
    if kind == "union_tag_invalid":
        tag = str(context["discriminator"]).strip("'")
        return "text.not_one_of", {
            "value": str(context["tag"]),
            "choices": _plain(str(context["expected_tags"])),
            "tag": tag,
        }
    if kind == "literal_error" and name == "format":
        return "text.other_format", {"value": value}
    if kind == "literal_error":
        return "text.not_one_of", {"value": value, "choices": _plain(str(context["expected"]))}
    if kind == "value_error" and error["input"] is None:
        return "text.no_number", {"field": name}
    if kind in ("value_error", "finite_number") or kind.startswith("decimal"):
        return "text.not_number", {"value": value}
    if kind.startswith(("date", "datetime")):
        return "text.not_date", {"value": value}
    if kind == "string_pattern_mismatch":
        return ("text.bad_owner" if name in ("owner", "of") else "text.bad_id"), {"value": value}
    if kind == "too_short":
        return "text.empty_list", {"field": name, "least": int(context["min_length"])}
    if kind in ("greater_than_equal", "less_than_equal"):
        return "text.out_of_range", {"value": value, "bound": str(context.get("ge", context.get("le")))}
    if f"text.{kind}" in OWN_KINDS:
        return f"text.{kind}", {}
    return "text.wrong_type", {"value": value, "expected": _EXPECTED.get(kind, kind)}


OWN_KINDS = (
    "text.amounts_or_total",
    "text.weights_need_total",
    "text.share_or_years",
    "text.anchors_number",
    "text.factor_or_total",
    "text.total_needs_year",
    "text.written_whose",
    "text.written_amount",
    "text.written_known",
    "text.written_growth",
)
"""Codes of what the records' own validators refuse."""

_EXPECTED = {
    "string_type": "text in quotes",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "tuple_type": "a list in square brackets",
    "model_type": "a table",
    "model_attributes_type": "a table",
}


def _place(document: Document, error: ErrorDetails) -> Place:
    """The error's place in the document: pydantic's, without the tags of the unions it went through."""
    place: list[str | int] = []
    here: Any = document
    steps = error["loc"]
    for position, step in enumerate(steps):
        last = position == len(steps) - 1
        inside = (isinstance(here, dict) and step in here) or (
            isinstance(here, list) and isinstance(step, int) and step < len(here)
        )
        if inside:
            here = here[step]
            place.append(step)
        elif last and error["type"] == "missing":
            place.append(step)
    return tuple(place)


def path_text(place: Place) -> str:
    """A place as people write it, counted from 1: component[2].table.tiers[1].rate."""
    text = ""
    for step in place:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


def _row(lines: Mapping[Place, int], place: Place) -> int:
    """Line of the place, or of the nearest thing around it that has one."""
    around = (place[:end] for end in range(len(place), 0, -1))
    return next((lines[each] for each in around if each in lines), 1 if lines else 0)


def _named(document: Document, place: Place, key: str) -> str:
    """Id of the component or target that the place is in; "" when it is in none."""
    if len(place) > 1 and place[0] == key and isinstance(place[1], int):
        entry = document[key][place[1]]
        return str(entry.get("id", "")) if isinstance(entry, dict) else ""
    return ""


def known_fields(model: type[Record], steps: Place) -> list[str]:
    """Names, as a document writes them, of the fields allowed at a place of a record."""
    models = [model]
    for step in steps:
        if isinstance(step, int):
            continue
        fields = [field for each in models for name, field in _fields(each) if name == step]
        if fields:
            models = [inner for field in fields for inner in _models(field.annotation)]
        else:  # the tag of a union
            models = [each for each in models if step in _tags(each)]
    return list(dict.fromkeys(name for each in models for name, _ in _fields(each)))


def _fields(model: type[Record]) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        yield field.alias or name, field


def _models(annotation: Any) -> Iterator[type[Record]]:
    if isinstance(annotation, type) and issubclass(annotation, Record):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


def _tags(model: type[Record]) -> set[Any]:
    return {field.default for name, field in _fields(model) if name in ALWAYS}


def _shown(value: object) -> str:
    text = value.isoformat() if isinstance(value, date | datetime) else str(value)
    return text if len(text) <= 80 else text[:79] + "…"


def _plain(choices: str) -> str:
    return choices.replace("'", "").replace(" or ", ", ")


# ---------------------------------------------------------------- writing

ALWAYS = ("format", "kind", "way", "version")
"""Fields that are written even when they hold their default: what the document is."""

_FIRST = ("format", "id", "name", "kind", "way")
_REPEATED = (
    "change",
    "component",
    "draw",
    "clawback",
    "gate",
    "target",
    "portion",
    "year",
    "team",
    "measure",
)
_WIDTH = 100


def write_record(record: Record) -> str:
    """The record as TOML: ids first, then fields in their stated order; what is at its default is left out.

    Reading it back gives an equal record. Numbers are written in full: no exponent, nothing rounded.
    """
    return "\n".join(_table_lines(record, "")).strip("\n") + "\n"


def _table_lines(record: Record, path: str) -> Iterator[str]:
    """Lines of a table: plain values first, since TOML gives what follows a header to that header."""
    later: list[tuple[str, Any]] = []
    for name, value in written_fields(record):
        inline = f"{name} = {_inline(value)}"
        wide = len(inline) > _WIDTH
        if _is_list_of_tables(name, value) or (isinstance(value, Record) and (wide or _is_wide(value))):
            later.append((name, value))
        elif isinstance(value, tuple) and (wide or _holds_records(value)):
            yield from (f"{name} = [", *(f"  {_inline(each)}," for each in value), "]")
        else:
            yield inline
    for name, value in later:
        inner = f"{path}.{name}".removeprefix(".")
        for each in value if isinstance(value, tuple) else (value,):
            yield from ("", f"[[{inner}]]" if isinstance(value, tuple) else f"[{inner}]")
            yield from _table_lines(each, inner)


def written_fields(record: Record) -> list[tuple[str, Any]]:
    """The fields that a document needs to say, in the order in which it says them."""
    kept = []
    for name, field in type(record).model_fields.items():
        value = getattr(record, name)
        if name in ALWAYS or not (value is None or (not field.is_required() and value == field.default)):
            kept.append((field.alias or name, value))
    return sorted(kept, key=lambda item: _FIRST.index(item[0]) if item[0] in _FIRST else len(_FIRST))


def to_document(record: Record) -> Document:
    """The record as a document of plain values (text, whole numbers, true and false, lists, tables).

    Numbers and dates are text, so that JSON keeps them exactly; `read_document` gives an equal record.
    """
    return {name: _plain_value(value) for name, value in written_fields(record)}


def _plain_value(value: object) -> Any:
    if isinstance(value, Record):
        return to_document(value)
    if isinstance(value, tuple):
        return [_plain_value(each) for each in value]
    if isinstance(value, Decimal):
        return number_text(value)
    return value.isoformat() if isinstance(value, date) else value


def _is_list_of_tables(name: str, value: object) -> bool:
    """Lists that a document repeats as [[component]]; shorter records stay in one list."""
    return _holds_records(value) and name in _REPEATED


def _holds_records(value: object) -> bool:
    return isinstance(value, tuple) and any(isinstance(each, Record) for each in value)


def _is_wide(record: Record) -> bool:
    """Whether a record holds lists of records (a rate table), which read better on lines of their own."""
    return any(
        _holds_records(value) or (isinstance(value, Record) and _is_wide(value))
        for _, value in written_fields(record)
    )


def _inline(value: object) -> str:
    if isinstance(value, Record):
        inner = ", ".join(f"{name} = {_inline(each)}" for name, each in written_fields(value))
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_inline, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return _quoted(str(value))


def number_text(value: Decimal) -> str:
    """A decimal in full: 0.08, 250000, never 2.5E+5; without zeros that say nothing."""
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _quoted(text: str) -> str:
    """A basic string, over several lines when the text has several."""
    escapes = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
    several = "\n" in text
    if several:
        del escapes["\n"]
    written = "".join(
        escapes.get(mark)
        or (mark if mark == "\n" or (mark >= " " and mark != "\x7f") else f"\\u{ord(mark):04X}")
        for mark in text
    )
    return f'"""\n{written}"""' if several else f'"{written}"'

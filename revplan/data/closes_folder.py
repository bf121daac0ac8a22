"""The closes of a book folder: `closes/<plan set>/<last month>/`, written once and never changed."""

import io
import shutil
import tomllib
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import tomlkit
from pyarrow import csv

from revplan.issues import Issue, Where
from revplan.model import plan_text
from revplan.model.closes import KEPT, Close
from revplan.model.plan import Plan
from revplan.periods import add_months

_FOLDER = "closes"
_ABOUT = "close.toml"


def write_close(close: Close, folder: Path) -> Path:
    """Add a close to a book folder, whole or not at all; where it lies. FileExistsError when it is there.

    Tables are CSV in whole minor units (counts and ratios in millionths) with the columns of
    `model.results`; an empty text is quoted, what there is none of is not. Plans are TOML. close.toml
    holds who closed what and the SHA-256 of each table, so that a changed one is refused.
    """
    place = folder / _FOLDER / close.plan_set / _month(close.end)
    if place.exists():
        raise FileExistsError(place)
    aside = place.with_name(f".{place.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    contents = {name: _csv(getattr(close, name)) for name in KEPT}
    about = {
        "format": 1,
        "plan_set": close.plan_set,
        "end": close.end,
        "closed_on": close.closed_on,
        "closed_by": close.closed_by,
        "engine_version": close.engine_version,
        "sha256": {name: sha256(content).hexdigest() for name, content in contents.items()},
    }
    for name, content in contents.items():
        (aside / f"{name}.csv").write_bytes(content)
    for plan in close.plans:
        text = plan_text.write_plan(plan)
        (aside / f"{plan.id}-v{plan.version}.toml").write_text(text, encoding="utf-8", newline="")
    (aside / _ABOUT).write_text(tomlkit.dumps(about), encoding="utf-8", newline="")
    aside.rename(place)
    return place


def read_closes(folder: Path, issues: list[Issue]) -> tuple[Close, ...]:
    """Every close of a book folder, by plan set and date; what cannot be read goes to `issues`."""
    found = []
    for place in _places(folder):
        name = place.relative_to(folder).as_posix()
        try:
            found.append(_read(place))
        except _Changed as changed:
            where = Where(file=f"{name}/{changed.args[0]}")
            issues.append(Issue("book.close_changed", "error", where))
        except (OSError, ValueError, TypeError, KeyError, pa.ArrowException):
            issues.append(Issue("book.close_unreadable", "error", Where(file=name)))
    return tuple(sorted(found, key=lambda close: (close.plan_set, close.end)))


def remove_closes(folder: Path) -> None:
    """Take all closes out of a folder, for another book to be written there."""
    for place in [*_places(folder)]:
        shutil.rmtree(place)


class _Changed(Exception):
    """A table is not what was closed."""


def _places(folder: Path) -> Iterator[Path]:
    closes = folder / _FOLDER
    if closes.is_dir():
        for plan_set in sorted(closes.iterdir()):
            if plan_set.is_dir() and not plan_set.name.startswith("."):
                for place in sorted(plan_set.iterdir()):
                    if place.is_dir() and not place.name.startswith("."):
                        yield place


def _read(place: Path) -> Close:
    about: dict[str, Any] = tomllib.loads((place / _ABOUT).read_text("utf-8"))
    if about["format"] != 1:
        raise ValueError("written by a later version")
    tables = {}
    for name, schema in KEPT.items():
        content = (place / f"{name}.csv").read_bytes()
        if sha256(content).hexdigest() != about["sha256"][name]:
            raise _Changed(f"{name}.csv")
        tables[name] = _table(content, schema)
    close = Close(
        str(about["plan_set"]),
        _day(about["end"]),
        _day(about["closed_on"]),
        str(about["closed_by"]),
        str(about["engine_version"]),
        _plans(place),
        **tables,
    )
    if (place.parent.name, place.name) != (close.plan_set, _month(close.end)):
        raise ValueError("lies in another place than it was written to")
    return close


def _plans(place: Path) -> tuple[Plan, ...]:
    plans = []
    for path in sorted(place.glob("*.toml")):
        if path.name != _ABOUT:
            plan, _ = plan_text.read_plan(path.read_text("utf-8"), path.name)
            if plan is None:
                raise ValueError("no plan")
            plans.append(plan)
    return tuple(plans)


def _day(value: object) -> date:
    if type(value) is not date:
        raise TypeError("not a date")
    return value


def _csv(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    csv.write_csv(table, sink, csv.WriteOptions(quoting_style="needed"))
    return sink.getvalue()


def _table(content: bytes, schema: pa.Schema) -> pa.Table:
    convert = csv.ConvertOptions(
        column_types=schema,
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
        true_values=["true"],
        false_values=["false"],
    )
    table = csv.read_csv(
        io.BytesIO(content),
        read_options=csv.ReadOptions(use_threads=False),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=convert,
    )
    if table.schema.names != schema.names:
        raise ValueError("other columns")
    return table.cast(schema).combine_chunks()


def _month(end: date) -> str:
    last = add_months(end, -1)
    return f"{last.year}-{last.month:02d}"

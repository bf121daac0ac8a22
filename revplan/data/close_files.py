"""A close as files: tables as CSV, plans as TOML, and close.toml, which says who closed what."""

import io
import tomllib
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

import pyarrow as pa
import tomlkit
from pyarrow import csv

from revplan.model import plan_text
from revplan.model.closes import KEPT, Close
from revplan.model.plan import Plan

ABOUT = "close.toml"


class Changed(Exception):
    """A table is not what was closed; the file's name is the argument."""


class NoClose(ValueError):
    """The files are no close, or one of a later version."""


def close_files(close: Close) -> dict[str, bytes]:
    """The files of a close by name; the same close gives the same bytes.

    Tables are CSV in whole minor units (counts and ratios in millionths) with the columns of
    `model.results`; an empty text is quoted, what there is none of is not. Plans are TOML. close.toml
    holds who closed what and the SHA-256 of each table, so that a changed one is refused.
    """
    tables = {name: _csv(getattr(close, name)) for name in KEPT}
    about = {
        "format": 1,
        "plan_set": close.plan_set,
        "end": close.end,
        "closed_on": close.closed_on,
        "closed_by": close.closed_by,
        "engine_version": close.engine_version,
        "sha256": {name: sha256(content).hexdigest() for name, content in tables.items()},
    }
    plans = {
        f"{plan.id}-v{plan.version}.toml": plan_text.write_plan(plan).encode("utf-8") for plan in close.plans
    }
    return {
        **{f"{name}.csv": content for name, content in tables.items()},
        **plans,
        ABOUT: tomlkit.dumps(about).encode("utf-8"),
    }


def close_from(files: Mapping[str, bytes]) -> Close:
    """The close of `close_files`, without loss.

    Raises Changed for a table that is not what was closed, and NoClose for anything else that is wrong.
    """
    try:
        return _close(files)
    except (ValueError, TypeError, KeyError, pa.ArrowException) as error:
        raise NoClose(str(error)) from error


def _close(files: Mapping[str, bytes]) -> Close:
    about: dict[str, Any] = tomllib.loads(files[ABOUT].decode("utf-8"))
    if about["format"] != 1:
        raise ValueError("written by a later version")
    tables = {}
    for name, schema in KEPT.items():
        content = files[f"{name}.csv"]
        if sha256(content).hexdigest() != about["sha256"][name]:
            raise Changed(f"{name}.csv")
        tables[name] = _table(content, schema)
    return Close(
        str(about["plan_set"]),
        _day(about["end"]),
        _day(about["closed_on"]),
        str(about["closed_by"]),
        str(about["engine_version"]),
        _plans(files),
        **tables,
    )


def _plans(files: Mapping[str, bytes]) -> tuple[Plan, ...]:
    plans = []
    for name in sorted(files):
        if name.endswith(".toml") and name != ABOUT:
            plan, _ = plan_text.read_plan(files[name].decode("utf-8"), name)
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

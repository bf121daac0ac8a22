"""Columns of a table that leaves the app: what they are called, and each cell's exact value."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import pyarrow as pa

from revplan.money import MILLION

Kind = Literal["text", "date", "whole", "money", "number", "percent", "measured"]
"""text; date; a whole number as it is; money in minor units; millionths shown as a number or as a percentage;
measured: money or millionths by the row's own `unit` column."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes text that starts so for a formula."""

Cell = str | date | int | Decimal | bool | None


@dataclass(frozen=True)
class Column:
    """A column: its name in the table, its title in the file, and what its values are.

    `unit` names the column that holds the unit of a measured one ("money", "count" or "ratio");
    `adds_up` says that a workbook may add a money column up.
    """

    name: str
    title: str
    kind: Kind = "text"
    unit: str = "unit"
    adds_up: bool = False


def money_text(minor: int, digits: int) -> str:
    """Minor units in major units with exactly `digits` places, never in scientific notation."""
    if not digits:
        return str(minor)
    whole, rest = divmod(abs(minor), 10**digits)
    return f"{'-' if minor < 0 else ''}{whole}.{rest:0{digits}d}"


def plain_text(millionths: int) -> str:
    """Millionths as an exact decimal without trailing zeros (975,000 → 0.975; 12,000,000 → 12)."""
    whole, rest = divmod(abs(millionths), MILLION)
    text = f"{'-' if millionths < 0 else ''}{whole}"
    return f"{text}.{rest:06d}".rstrip("0") if rest else text


def column_kinds(column: Column, table: pa.Table) -> list[Kind]:
    """The kind of each cell: one for all, but a measured one goes by its row's unit."""
    if column.kind != "measured":
        return [column.kind] * table.num_rows
    kinds: dict[str, Kind] = {"money": "money", "ratio": "percent"}
    return [kinds.get(unit, "number") for unit in table[column.unit].to_pylist()]


def column_values(column: Column, table: pa.Table, digits: int) -> list[Cell]:
    """The exact value of each cell: amounts and millionths as decimals, lists as text; None stays None."""
    return [
        Decimal(text) if kind in _DECIMALS and text is not None else value
        for text, kind, value in _told(column, table, digits)
    ]


def column_texts(column: Column, table: pa.Table, digits: int) -> list[str | None]:
    """The exact text of each cell: decimals written out, dates as ISO, yes and no; None stays None."""
    return [text for text, _kind, _value in _told(column, table, digits)]


_DECIMALS = frozenset({"money", "number", "percent"})


def _told(column: Column, table: pa.Table, digits: int) -> list[tuple[str | None, Kind, Any]]:
    """Each cell's text, kind and value (lists already joined)."""
    found: list[tuple[str | None, Kind, Any]] = []
    for value, kind in zip(table[column.name].to_pylist(), column_kinds(column, table), strict=True):
        if value is None:
            found.append((None, kind, None))
        elif kind == "money":
            found.append((money_text(value, digits), kind, value))
        elif kind in _DECIMALS:
            found.append((plain_text(value), kind, value))
        elif isinstance(value, bool):
            found.append(("yes" if value else "no", kind, value))
        elif isinstance(value, list):
            found.append(("; ".join(map(str, value)), kind, "; ".join(map(str, value))))
        else:
            found.append((value.isoformat() if isinstance(value, date) else str(value), kind, value))
    return found


def batches_of(table: pa.Table, rows: int = 10_000) -> Iterator[pa.Table]:
    """The table a part at a time, so that a long one stays small in memory."""
    for start in range(0, table.num_rows, rows):
        yield table.slice(start, rows)


def names_of(columns: Sequence[Column]) -> list[str]:
    """Names of the table's columns that are read, units of measured ones among them."""
    own = [column.name for column in columns]
    return [*own, *dict.fromkeys(c.unit for c in columns if c.kind == "measured" and c.unit not in own)]

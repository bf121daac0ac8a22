"""Columns of a table that leaves the app: what they are called, and each cell's exact value."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

import pyarrow as pa

from revplan.money import MILLION, to_major

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


def plain_decimal(millionths: int) -> Decimal:
    """Millionths as an exact decimal without trailing zeros (975,000 → 0.975; 12,000,000 → 12)."""
    whole, rest = divmod(abs(millionths), MILLION)
    digits = f"{whole}.{rest:06d}".rstrip("0").rstrip(".")
    return Decimal(digits if millionths >= 0 else f"-{digits}")


def cell_kind(column: Column, row: Mapping[str, object]) -> Kind:
    """The kind of one cell: a measured one is money, a number or a percentage by its row's unit."""
    if column.kind != "measured":
        return column.kind
    unit = row.get(column.unit)
    return "money" if unit == "money" else "percent" if unit == "ratio" else "number"


def cell_value(column: Column, row: Mapping[str, object], digits: int) -> Cell:
    """The exact value of one cell: money in major units with `digits` places, ratios as decimals.

    A list becomes its items joined by "; ". None stays None.
    """
    value = row[column.name]
    kind = cell_kind(column, row)
    if value is None:
        return None
    if isinstance(value, bool):
        return value
    if kind == "money" and isinstance(value, int):
        return to_major(value, digits)
    if kind in ("number", "percent") and isinstance(value, int):
        return plain_decimal(value)
    if isinstance(value, int | Decimal | date):
        return value
    if isinstance(value, list | tuple):
        return "; ".join(str(item) for item in value)
    return str(value)


def rows_of(table: pa.Table, batch: int = 10_000) -> Iterator[dict[str, object]]:
    """Rows of a table as dicts, converted a batch at a time, so that a long table stays small in memory."""
    for part in table.to_batches(max_chunksize=batch):
        yield from part.to_pylist()


def names_of(columns: Sequence[Column]) -> list[str]:
    """Names of the table's columns that are read, units of measured ones among them."""
    own = [column.name for column in columns]
    return [*own, *dict.fromkeys(c.unit for c in columns if c.kind == "measured" and c.unit not in own)]

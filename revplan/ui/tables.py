"""Tables: figures as the reader writes them, sorted by value, with a way to take them along."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import streamlit as st

from revplan.money import MILLION
from revplan.words import formats

Kind = Literal["text", "date", "period", "whole", "money", "number", "percent", "multiple", "measured"]
"""text; date; a period's label; a whole number; money in minor units; millionths shown as a number, as a
percentage or as a multiple; measured: money or millionths by the row's own `unit` column."""

FITTING = 9
"""As many columns fit a desk: only in wider tables is one pinned, since the browser greys a pinned one."""
STYLED_ROWS = 2_000
"""Up to here cells are written by Babel, one by one; longer tables by the browser, which is faster."""


@dataclass(frozen=True)
class Column:
    """A column: its name in the table, its heading, what its values are, a help text, and whether it
    stays in view while the others scroll. `unit` names the column with the unit of a measured one."""

    name: str
    label: str
    kind: Kind = "text"
    help: str = ""
    pinned: bool = False
    unit: str = "unit"


def show_table(
    table: pa.Table,
    columns: Sequence[Column],
    key: str,
    *,
    currency: str = "",
    digits: int = 2,
    selectable: bool = False,
    required: bool = False,
    on_pick: Callable[[int], None] | None = None,
    height: int | Literal["auto", "content"] = "auto",
    alt: str = "",
) -> int | None:
    """Draw a table; its own toolbar sorts, searches and hides columns. Money is shown with `digits`.

    With `selectable` a row can be picked: its position in `table` is returned, else None; `required` picks
    the first one to begin with. `on_pick` is called with it before the page is drawn again.
    """
    columns = distinct(columns)
    frame = display_frame(table, columns, digits)
    styled = table.num_rows <= STYLED_ROWS
    options: dict[str, Any] = {}
    if selectable:
        options["on_select"] = _picked(key, on_pick) if on_pick else "rerun"
        options["selection_mode"] = "single-row-required" if required else "single-row"
    state = st.dataframe(
        styled_frame(frame, table, columns, currency, digits) if styled else frame,
        key=key,
        hide_index=True,
        height=height,
        column_config={
            column.label: _config(column, styled, digits, pinning=len(columns) > FITTING)
            for column in columns
        },
        alt=alt or None,
        placeholder=formats.NOTHING,
        **options,
    )
    rows = state["selection"]["rows"] if selectable else []
    return rows[0] if rows else None


def _picked(key: str, on_pick: Callable[[int], None]) -> Callable[[], None]:
    def picked() -> None:
        if rows := st.session_state[key]["selection"]["rows"]:
            on_pick(rows[0])

    return picked


def distinct(columns: Sequence[Column]) -> list[Column]:
    """The columns with headings that differ: two words may be one in another language, and a frame knows
    its columns by their headings. A repeated one gets a space of no width."""
    found: dict[str, Column] = {}
    for column in columns:
        label = column.label
        while label in found:
            label += "\u200b"
        found[label] = replace(column, label=label)
    return list(found.values())


def filled(table: pa.Table, columns: Sequence[Column]) -> list[Column]:
    """The columns in which something stands: an empty one says nothing. Without rows, all of them."""
    return [
        c
        for c in columns
        if not table.num_rows or any(v not in (None, "") for v in table[c.name].to_pylist())
    ]


def display_frame(table: pa.Table, columns: Sequence[Column], digits: int) -> pd.DataFrame:
    """The frame that is drawn: headings as column names, values that sort as they should.

    Floats appear here and only here, to sort by on the screen; whole minor units up to 2^53 come back
    from them exactly.
    """
    data = {}
    for column in columns:
        units = _units(table, column)
        values = table[column.name].to_pylist()
        data[column.label] = [
            _sortable(value, column.kind, digits, unit) for value, unit in zip(values, units, strict=True)
        ]
    return pd.DataFrame(data, columns=[column.label for column in columns])


def styled_frame(
    frame: pd.DataFrame, table: pa.Table, columns: Sequence[Column], currency: str, digits: int
) -> Any:
    """The frame with the text of every figure and date as the reader writes it."""
    written: dict[str, Any] = {}
    mixed = []
    for column in columns:
        units = set(_units(table, column))
        if column.kind in ("text", "period") or not units:
            continue
        if len(units) > 1:
            mixed.append(column)
        else:
            written[column.label] = _writer(column, currency, digits, units.pop())
    style = frame.style.format(written, na_rep=formats.NOTHING)  # at once: each call is dear
    for column in mixed:
        units_of = _units(table, column)
        for unit in dict.fromkeys(units_of):
            rows = [position for position, other in enumerate(units_of) if other == unit]
            writer = _writer(column, currency, digits, unit)
            style = style.format(writer, subset=(rows, [column.label]), na_rep=formats.NOTHING)
    return style


def _writer(column: Column, currency: str, digits: int, unit: str) -> Callable[[Any], str]:
    return partial(_written, kind=column.kind, currency=currency, digits=digits, unit=unit)


def _units(table: pa.Table, column: Column) -> list[str]:
    return table[column.unit].to_pylist() if column.kind == "measured" else [""] * table.num_rows


def _scale(kind: Kind, digits: int, unit: str) -> int:
    if kind == "money" or (kind == "measured" and unit == "money"):
        return int(10**digits)
    return MILLION if kind in ("number", "percent", "multiple", "measured") else 1


def _sortable(value: Any, kind: Kind, digits: int, unit: str) -> Any:
    if value is None:
        return None
    if kind == "period":
        return formats.period(value)
    if kind == "text":
        return "; ".join(map(str, value)) if isinstance(value, list) else str(value)
    return value if kind in ("date", "whole") else value / _scale(kind, digits, unit)


def _written(value: Any, kind: Kind, currency: str, digits: int, unit: str) -> str:
    if value is None or value != value:  # NaN: pandas' nothing
        return formats.NOTHING
    exact = value if kind == "date" else round(value * _scale(kind, digits, unit))
    return cell_text(exact, kind, currency, digits, unit)


def cell_text(value: Any, kind: Kind, currency: str = "", digits: int = 2, unit: str = "") -> str:
    """One cell as the reader writes it; nothing is an en dash."""
    if value is None:
        return formats.NOTHING
    match kind:
        case "money":
            return formats.money(value, currency, digits)
        case "percent":
            return formats.percent(value)
        case "number":
            return formats.count(value, 2)
        case "multiple":
            return formats.multiple(value)
        case "measured":
            return formats.amount(value, unit, currency, digits)
        case "whole":
            return formats.number(value)
        case "date":
            return formats.day(value) if isinstance(value, date) else str(value)
        case "period":
            return formats.period(value)
        case _:
            return str(value)


def _config(column: Column, styled: bool, digits: int, *, pinning: bool) -> Any:
    common: dict[str, Any] = {"help": column.help or None, "pinned": (pinning and column.pinned) or None}
    if column.kind in ("text", "period"):
        return st.column_config.TextColumn(column.label, **common)
    if column.kind == "date":
        return st.column_config.DateColumn(column.label, **common)
    if styled:
        return st.column_config.NumberColumn(column.label, **common)
    form = {"money": f"%,.{digits}f", "percent": "percent", "whole": "localized", "multiple": "%.4f×"}
    return st.column_config.NumberColumn(column.label, format=form.get(column.kind, "localized"), **common)

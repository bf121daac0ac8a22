"""Sheets of a workbook: styles, blocks and tables, written from the top row down.

Text is always written as text, whatever it begins with; every total is a live formula whose right value is
stored with it, so that a reader that does not calculate shows it too.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from math import ceil
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name

from revplan.money import to_major
from revplan.report.columns import (
    FORMULA_STARTS,
    Cell,
    Column,
    Kind,
    batches_of,
    column_kinds,
    column_values,
    names_of,
    plain_text,
)
from revplan.words import _

MOST_ROWS = 1_000_000
"""Rows of one table that fit a sheet beside its headings; the CSV files hold all."""

MOST_CHARACTERS = 32_767
"""Characters that Excel takes in one cell."""

_WIDTHS: dict[Kind, int] = {
    "text": 14,
    "date": 12,
    "whole": 10,
    "money": 16,
    "number": 12,
    "percent": 12,
    "measured": 16,
}
_HEAD, _QUIET, _ACCENT = "#E9EEF0", "#5C6B73", "#0F6E84"


class Book:
    """A workbook being written. `created_on` is stored as its date, so that the same content is the
    same bytes; `digits` are the minor digits of its money."""

    def __init__(self, created_on: date, digits: int, title: str) -> None:
        self.digits = digits
        self._file = io.BytesIO()
        self.workbook = Workbook(self._file, {"constant_memory": True, "strings_to_formulas": False})
        self.workbook.set_properties({"title": title, "created": datetime.combine(created_on, time(), UTC)})
        self._names: set[str] = set()
        self._formats: dict[tuple[tuple[str, object], ...], Format] = {}

    def sheet(self, name: str, widths: Sequence[int] = ()) -> "Sheet":
        """A new sheet; its name is cut and changed as far as Excel asks."""
        return Sheet(self, self.sheet_name(name), widths)

    def sheet_name(self, wanted: str) -> str:
        """A name that Excel takes: 31 characters, none of []:*?/\\, no apostrophe at an end, used once."""
        clean = "".join(" " if char in "[]:*?/\\" or ord(char) < 32 else char for char in wanted)
        clean = " ".join(clean.split()).strip("'")
        clean = clean[:31].rstrip(" '") or "-"
        name, number = clean, 1
        while name.lower() in self._names | {"history"}:
            number += 1
            name = f"{clean[: 31 - len(f' {number}')]} {number}"
        self._names.add(name.lower())
        return name

    def style(self, **properties: Any) -> Format:
        """A cell format of these properties, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format({"valign": "top", **properties})
        return self._formats[key]

    def number_format(self, kind: Kind, value: Cell = None) -> str:
        """Excel's number format of a kind; whole counts show no decimals."""
        if kind == "money":
            return amount_format(self.digits)
        if kind == "percent":
            return "0.0%"
        if kind == "date":
            return "yyyy-mm-dd"
        return (
            "#,##0"
            if not isinstance(value, Decimal) or value == value.to_integral_value()
            else "#,##0.0#####"
        )

    def close(self) -> bytes:
        """The finished file."""
        self.workbook.close()
        return self._file.getvalue()


def amount_format(digits: int) -> str:
    """Excel's number format of an amount with so many minor digits."""
    return "#,##0" + ("." + "0" * digits if digits else "")


class Sheet:
    """One sheet, written downwards: `row` is the next free row, from 0."""

    def __init__(self, book: Book, name: str, widths: Sequence[int]) -> None:
        self.book = book
        self.name = name
        self.row = 0
        self.page = book.workbook.add_worksheet(name)
        self.page.hide_gridlines(2)
        self.page.set_landscape()
        self.page.set_paper(9)
        self.page.fit_to_pages(1, 0)
        self.page.set_footer(f"&L{name.replace('&', '&&')}&R&P / &N")
        for column, width in enumerate(widths):
            self.page.set_column(column, column, width)

    @property
    def quoted(self) -> str:
        """The sheet's name as a formula writes it."""
        return "'" + self.name.replace("'", "''") + "'"

    def put(self, column: int, value: Cell, kind: Kind = "text", **properties: Any) -> None:
        """One cell in the current row."""
        if value is None:
            if properties:
                self.page.write_blank(self.row, column, None, self.book.style(**properties))
        elif isinstance(value, bool):
            self.put(column, _("yes") if value else _("no"), "text", **properties)
        elif isinstance(value, str):
            if column and properties.get("align") != "right":
                properties |= {"align": "left", "indent": 1}  # air between a number and the text beside it
            if value.startswith(FORMULA_STARTS):
                properties["quote_prefix"] = True
            self.page.write_string(self.row, column, value[:MOST_CHARACTERS], self.book.style(**properties))
        else:
            style = self.book.style(num_format=self.book.number_format(kind, value), **properties)
            if isinstance(value, date):
                self.page.write_datetime(self.row, column, value, style)
            else:
                self.page.write_number(self.row, column, value, style)

    def formula(self, column: int, formula: str, value: Decimal, kind: Kind, **properties: Any) -> None:
        """A live formula with its right value stored."""
        style = self.book.style(num_format=self.book.number_format(kind, value), **properties)
        self.page.write_formula(self.row, column, formula, style, value)

    def title(self, text: str, note: str = "") -> None:
        """The sheet's heading and, under it, a quiet line that says what it shows."""
        self.page.set_row(self.row, 24)
        self.put(0, text, bold=True, font_size=15, font_color=_ACCENT)
        self.row += 1
        if note:
            self.page.set_row(self.row, 20)
            self.put(0, note, font_color=_QUIET)
            self.row += 1

    def heading(self, text: str) -> None:
        """The heading of a block, after an empty row."""
        self.row += 1
        self.page.set_row(self.row, 20)
        self.put(0, text, bold=True, font_size=12, font_color=_ACCENT)
        self.row += 1

    def header(self, titles: Sequence[str], numbers: frozenset[int] = frozenset()) -> None:
        """A row of column headings; those of number columns stand on the right."""
        self.page.set_row(self.row, 18)
        for column, title in enumerate(titles):
            side = "right" if column in numbers else "left"
            self.put(column, title, bold=True, bg_color=_HEAD, bottom=1, align=side)
        self.row += 1

    def wrapped(self, texts: Mapping[int, tuple[str, int]], **properties: Any) -> None:
        """Wrapped text in columns of the current row, each with its column's width in characters. The row is
        made high enough for the longest, since not every program does so by itself."""
        lines = max(ceil(len(text) / (width * 1.08)) for text, width in texts.values())
        self.page.set_row(self.row, 15 * max(1, lines) + 1)
        for column, (text, _width) in texts.items():
            self.put(column, text, text_wrap=True, **properties)

    def paragraph(self, text: str, last_column: int, lines: int, **properties: Any) -> None:
        """A sentence over several columns, wrapped to `lines`."""
        self.page.set_row(self.row, 17 * lines)
        self.page.merge_range(
            self.row, 0, self.row, last_column, "", self.book.style(text_wrap=True, **properties)
        )
        self.put(0, text, text_wrap=True, **properties)
        self.row += 1

    def table(self, table: pa.Table, columns: Sequence[Column], fixed: int = 1) -> int:
        """A filterable table, with totals of the columns that add up above the headings.

        A total is a SUBTOTAL of the rows that the filter leaves. The panes freeze under the headings and
        after `fixed` columns; the headings repeat in print. Returns the first row of data, from 0.
        """
        shown = table.select(names_of(columns)).slice(0, MOST_ROWS)
        if shown.num_rows < table.num_rows:
            note = _("The first {shown} of {all} rows; the CSV files hold all of them.")
            self.put(0, note.format(shown=shown.num_rows, all=table.num_rows), font_color=_QUIET)
            self.row += 1
        self._set_widths(shown, columns)
        totals = [place for place, column in enumerate(columns) if column.adds_up]
        head = self.row + bool(totals)
        last = head + max(shown.num_rows, 1)
        if totals:
            self.put(0, _("Total of the rows shown"), bold=True)
            for place in totals:
                letter = xl_col_to_name(place)
                total = to_major(pc.sum(shown[columns[place].name]).as_py() or 0, self.book.digits)
                formula = f"=SUBTOTAL(109,{letter}{head + 2}:{letter}{last + 1})"
                self.formula(place, formula, total, "money", bold=True)
            self.row += 1
        numbers = frozenset(place for place, c in enumerate(columns) if c.kind not in ("text", "date"))
        self.header([column.title for column in columns], numbers)
        for batch in batches_of(shown):
            self._rows(batch, columns)
        self.page.autofilter(head, 0, last, len(columns) - 1)
        self.page.freeze_panes(head + 1, fixed)
        self.page.repeat_rows(head)
        return head + 1

    def _rows(self, table: pa.Table, columns: Sequence[Column]) -> None:
        """The rows of a table, from the current row on."""
        cells = [
            list(
                zip(column_values(column, table, self.book.digits), column_kinds(column, table), strict=True)
            )
            for column in columns
        ]
        for row in zip(*cells, strict=True):
            for place, (value, kind) in enumerate(row):
                self.put(place, value, kind)
            self.row += 1

    def _set_widths(self, table: pa.Table, columns: Sequence[Column]) -> None:
        """Widths from the headings and the first rows' text."""
        start = table.slice(0, 200)
        for place, column in enumerate(columns):
            width = max(_WIDTHS[column.kind], min(len(column.title) + 2, 22))
            if column.kind == "text" and start.num_rows:
                longest = max(len(str(value or "")) for value in start[column.name].to_pylist())
                width = max(width, min(longest + 2, 44))
            self.page.set_column(place, place, width)


def in_units(value: int | None, unit: str, digits: int) -> Decimal | None:
    """A figure of a measure as an exact decimal: money in major units, the rest from millionths."""
    if value is None:
        return None
    return to_major(value, digits) if unit == "money" else Decimal(plain_text(value))


def unit_kind(unit: str) -> Kind:
    """The kind of cell that a measure's unit asks for."""
    return "money" if unit == "money" else "percent" if unit == "ratio" else "number"


def table_book(
    title: str, table: pa.Table, columns: Sequence[Column], digits: int, created_on: date
) -> bytes:
    """One table as a workbook of its own; the columns that add up do so above their headings."""
    book = Book(created_on, digits, title)
    sheet = book.sheet(title)
    sheet.title(title)
    sheet.table(table, columns)
    return book.close()

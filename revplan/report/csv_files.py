"""CSV files: UTF-8, LF, exact decimals, and no text that a spreadsheet would run as a formula."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

import pyarrow as pa

from revplan.report.columns import FORMULA_STARTS, Cell, Column, cell_value, names_of, rows_of


def safe_text(text: str) -> str:
    """Text that a spreadsheet opens as text: an apostrophe goes before one that would be a formula, and a
    carriage return, which some readers take for the end of a row, becomes a line feed.

    Source: OWASP, "CSV Injection".
    """
    guarded = f"'{text}" if text.startswith(FORMULA_STARTS) else text
    return guarded.replace("\r\n", "\n").replace("\r", "\n")


def csv_cell(value: Cell) -> str:
    """A cell's text: decimals written out (never 1E-9), dates as ISO, yes and no, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    return safe_text(value) if isinstance(value, str) else str(value)


def csv_rows(columns: Sequence[Column], rows: Iterable[Mapping[str, object]], digits: int) -> bytes:
    """A CSV file with a header row of the columns' titles; `digits` are the currency's."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([safe_text(column.title) for column in columns])
    for row in rows:
        writer.writerow([csv_cell(cell_value(column, row, digits)) for column in columns])
    return text.getvalue().encode()


def csv_table(table: pa.Table, columns: Sequence[Column], digits: int) -> bytes:
    """A table as a CSV file: the given columns in their order, all rows in theirs."""
    return csv_rows(columns, rows_of(table.select(names_of(columns))), digits)

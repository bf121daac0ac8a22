"""CSV files: UTF-8, LF, exact decimals, and no text that a spreadsheet would run as a formula."""

import csv
import io
from collections.abc import Callable, Sequence

import pyarrow as pa

from revplan.report.columns import FORMULA_STARTS, Column, batches_of, column_texts, names_of
from revplan.words import speaking


def safe_text(text: str) -> str:
    """Text that a spreadsheet opens as text: an apostrophe goes before one that would be a formula, and a
    carriage return, which some readers take for the end of a row, becomes a line feed.

    Source: OWASP, "CSV Injection".
    """
    guarded = f"'{text}" if text.startswith(FORMULA_STARTS) else text
    return guarded.replace("\r\n", "\n").replace("\r", "\n")


def in_english(codes: pa.ChunkedArray, word: Callable[[str], str]) -> list[str]:
    """A word for each code, looked up once each, in English."""
    each = codes.to_pylist()
    with speaking("en"):
        words = {code: word(code) for code in set(each)}
    return [words[code] for code in each]


def with_text(table: pa.Table, name: str, text: str | Sequence[str | None]) -> pa.Table:
    """The table with a column of text: of each row, or the same in all."""
    texts = [text] * table.num_rows if isinstance(text, str) else list(text)
    return table.append_column(name, pa.array(texts, pa.string()))


def csv_table(table: pa.Table, columns: Sequence[Column], digits: int) -> bytes:
    """A table as a CSV file: a header row of the columns' titles, then all rows in their order.

    Decimals are written out, with the currency's `digits` for money; nothing is nothing.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([safe_text(column.title) for column in columns])
    for batch in batches_of(table.select(names_of(columns))):
        writer.writerows(zip(*(_cells(column, batch, digits) for column in columns), strict=True))
    return text.getvalue().encode()


def _cells(column: Column, table: pa.Table, digits: int) -> list[str]:
    texts = column_texts(column, table, digits)
    if column.kind == "text":
        return ["" if text is None else safe_text(text) for text in texts]
    return ["" if text is None else text for text in texts]

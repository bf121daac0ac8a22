"""Files as sheets: bytes → a header and rows of cells, by a reading that is proposed and can be changed."""

from collections import Counter
from dataclasses import dataclass, replace
from statistics import median
from typing import Literal

from revplan.data import text_files, workbooks
from revplan.data.notation import looks_like_value
from revplan.data.workbooks import Cell
from revplan.issues import Issue, Where

MOST_BYTES = 200_000_000
MOST_ROWS = 2_000_000
MOST_COLUMNS = 500
_HEADER_WITHIN = 30

FileKind = Literal["text", "workbook", "parquet"]


@dataclass(frozen=True)
class Reading:
    """How a file is read. What is left empty (or 0) is proposed from the content.

    `header_row` counts from 1. `decimal_mark`, `date_order` (YMD, DMY, MDY) and `percents` (marked: only
    a % sign means hundredths; all: 50 is 50%) are judged column by column when they are left empty.
    """

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_row: int = 0
    decimal_mark: str = ""
    date_order: str = ""
    percents: str = ""


@dataclass(frozen=True)
class Sheet:
    """One table of a file as it stands there: nothing is changed but the width of its rows.

    `rows` are as wide as `header`; `numbers` are their row numbers in the file, counted from 1;
    `too_long` holds the numbers of rows with more cells than the header. `top` are the first rows of the
    file, for choosing the header row.
    """

    file: str
    kind: FileKind
    reading: Reading
    header: tuple[str, ...]
    rows: list[list[Cell]]
    numbers: list[int]
    too_long: frozenset[int]
    sheets: tuple[str, ...]
    top: tuple[tuple[Cell, ...], ...]

    def column(self, name: str) -> list[Cell]:
        """All cells of the column with that header."""
        at = self.header.index(name)
        return [row[at] for row in self.rows]


def read_file(
    file: str, content: bytes, reading: Reading = Reading(), *, rowless: bool = False
) -> tuple[Sheet | None, tuple[Issue, ...]]:
    """Read CSV, TSV, XLSX, XLS, ODS or Parquet bytes.

    The sheet's `reading` says what was used, proposals included. A file that cannot be read gives None and
    an error that says why; never an exception. Column names without rows are such an error unless
    `rowless` lets them pass.
    """
    where = Where(file=file)
    if not content.strip():
        return None, (Issue("data.empty_file", "error", where),)
    if len(content) > MOST_BYTES:
        return None, (Issue("data.file_too_large", "error", where),)
    kind = kind_of(content)
    rows: list[list[Cell]] | None
    sheets: tuple[str, ...] = ()
    if kind == "workbook":
        rows, name, sheets, issues = workbooks.read_workbook(file, content, reading.sheet, MOST_ROWS)
        reading = replace(reading, sheet=name, encoding="", delimiter="")
    elif kind == "parquet":
        rows, issues = workbooks.read_parquet(file, content, MOST_ROWS)
        reading = replace(reading, sheet="", encoding="", delimiter="", header_row=1)
    else:
        rows, reading, issues = _read_text(file, content, reading)
    if rows is None:
        return None, issues
    return _shape(file, kind, reading, rows, sheets, issues, rowless)


def kind_of(content: bytes) -> FileKind:
    """What the first bytes say; a file's name does not matter."""
    if content.startswith(b"PAR1"):
        return "parquet"
    if content.startswith((b"PK\x03\x04", workbooks.COMPOUND)):
        return "workbook"
    return "text"


def propose_header_row(rows: list[list[Cell]]) -> int:
    """The header among the first 30 rows, counted from 1: the first row that is nearly as full as the rows
    usually are and holds words only. Titles above it are emptier; data holds numbers and dates."""
    top = rows[:_HEADER_WITHIN]
    filled = [sum(not _is_empty(cell) for cell in row) for row in top]
    usual = median([count for count in filled if count] or [0])
    for number, (row, count) in enumerate(zip(top, filled, strict=True), 1):
        words = [cell for cell in row if not _is_empty(cell)]
        if count and count >= 0.75 * usual and not any(looks_like_value(cell) for cell in words):
            return number
    return next((number for number, count in enumerate(filled, 1) if count), 1)


def column_letter(position: int) -> str:
    """A column's letter in a spreadsheet, counted from 0: A, B … Z, AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _read_text(
    file: str, content: bytes, reading: Reading
) -> tuple[list[list[Cell]] | None, Reading, tuple[Issue, ...]]:
    encoding = reading.encoding or text_files.propose_encoding(content)
    guessed = not reading.encoding and encoding == "cp1252"
    reading = replace(reading, encoding=encoding, sheet="")
    text, issues = text_files.decode(file, content, encoding)
    if text is None:
        return None, reading, issues
    delimiter = reading.delimiter or text_files.propose_delimiter(file, text)
    reading = replace(reading, delimiter=delimiter)
    records, issues = text_files.read_records(file, text, delimiter, MOST_ROWS)
    if records is None:
        return None, reading, issues
    rows: list[list[Cell]] = [[cell or None for cell in record] for record in records]
    told = (
        (Issue("data.encoding_likely", "note", Where(file=file), {"encoding": encoding}),) if guessed else ()
    )
    return rows, reading, (*issues, *told)


def _shape(
    file: str,
    kind: FileKind,
    reading: Reading,
    rows: list[list[Cell]],
    sheets: tuple[str, ...],
    issues: tuple[Issue, ...],
    rowless: bool,
) -> tuple[Sheet | None, tuple[Issue, ...]]:
    """Cut the header off and make every row as wide as it."""
    where = Where(file=file)
    header_row = reading.header_row or propose_header_row(rows)
    reading = replace(reading, header_row=header_row)
    body = [
        (number, row)
        for number, row in enumerate(rows[header_row:], header_row + 1)
        if any(not _is_empty(cell) for cell in row)
    ]
    if header_row > len(rows) or all(_is_empty(cell) for cell in rows[header_row - 1]):
        return None, (*issues, Issue("data.no_header", "error", where, {"header_row": header_row}))
    header, notes = _name_columns(file, header_row, rows[header_row - 1], body)
    if len(header) > MOST_COLUMNS:
        return None, (*issues, Issue("data.too_many_columns", "error", where, {"most": MOST_COLUMNS}))
    if not body and not rowless:
        return None, (*issues, *notes, Issue("data.header_only", "error", where))
    width = len(header)
    sheet = Sheet(
        file,
        kind,
        reading,
        tuple(header),
        [(row + [None] * (width - len(row)))[:width] for _, row in body],
        [number for number, _ in body],
        frozenset(number for number, row in body if any(not _is_empty(cell) for cell in row[width:])),
        sheets,
        tuple(tuple(row) for row in rows[:_HEADER_WITHIN]),
    )
    return sheet, (*issues, *notes)


def _name_columns(
    file: str, header_row: int, cells: list[Cell], body: list[tuple[int, list[Cell]]]
) -> tuple[list[str], list[Issue]]:
    """A distinct name for every column: its header; its letter where the header is empty; "Amount (2)" for
    the second of two. Empty cells at the right end of the header are not columns."""
    last = max(position for position, cell in enumerate(cells) if not _is_empty(cell))
    names: list[str] = []
    issues: list[Issue] = []
    seen: Counter[str] = Counter()
    for position, cell in enumerate(cells[: last + 1]):
        name = " ".join(str(cell).split()) if not _is_empty(cell) else ""
        if not name:
            name = f"[{column_letter(position)}]"
            if any(position < len(row) and not _is_empty(row[position]) for _, row in body):
                where = Where(file=file, row=header_row, column=name)
                issues.append(Issue("data.unnamed_column", "warning", where))
        seen[name] += 1
        if seen[name] > 1:
            where = Where(file=file, row=header_row, column=name)
            name = f"{name} ({seen[name]})"
            issues.append(Issue("data.duplicate_header", "warning", where, {"renamed": name}))
            seen[name] += 1
        names.append(name)
    return names, issues


def _is_empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())

"""Workbooks and Parquet: bytes → rows of cells, with real dates and numbers where the file has them."""

import io
import math
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from revplan.issues import Issue, Where

Cell = str | int | Decimal | datetime | date | None
"""Text as it stands in the file, or a real number or date of a workbook; None is an empty cell."""

Rows = list[list[Cell]]

COMPOUND = b"\xd0\xcf\x11\xe0"
"""How old workbooks begin, and the container around a new one that has a password."""

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MOST_UNPACKED = 2_000_000_000


def read_workbook(
    file: str, content: bytes, sheet: str, most_rows: int
) -> tuple[Rows | None, str, tuple[str, ...], tuple[Issue, ...]]:
    """Rows of one sheet, its name, the names of all sheets to choose from, and issues.

    Without a name the sheet with the most cells is taken. Formulas give the value last calculated.
    """
    if content.startswith(COMPOUND) and _ENCRYPTED in content:
        return None, "", (), (Issue("data.password", "error", Where(file=file)),)
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(item.file_size for item in packed.infolist()) > _MOST_UNPACKED:
                return None, "", (), (Issue("data.file_too_large", "error", Where(file=file)),)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            names = tuple(
                item.name
                for item in workbook.sheets_metadata
                if item.typ == SheetTypeEnum.WorkSheet and item.visible == SheetVisibleEnum.Visible
            )
            if not names:
                return None, "", (), (Issue("data.no_sheet", "error", Where(file=file)),)
            if sheet and sheet not in names:
                issue = Issue("data.unknown_sheet", "error", Where(file=file), {"sheet": sheet})
                return None, "", names, (issue,)
            opened = {name: workbook.get_sheet_by_name(name) for name in ((sheet,) if sheet else names)}
            chosen = max(opened, key=lambda name: opened[name].height * opened[name].width)
            if opened[chosen].total_height > most_rows:
                issue = Issue("data.too_many_rows", "error", Where(file=file), {"most": most_rows})
                return None, chosen, names, (issue,)
            raw = opened[chosen].to_python(skip_empty_area=False)
    except PasswordError:
        return None, "", (), (Issue("data.password", "error", Where(file=file)),)
    except (CalamineError, OSError, ValueError):
        return None, "", (), (Issue("data.damaged_file", "error", Where(file=file)),)
    return [[_cell(value) for value in row] for row in raw], chosen, names, ()


def read_parquet(file: str, content: bytes, most_rows: int) -> tuple[Rows | None, tuple[Issue, ...]]:
    """A Parquet file as rows, the first of them its column names."""
    try:
        opened = pq.ParquetFile(io.BytesIO(content))
        if opened.metadata.num_rows > most_rows:
            return None, (Issue("data.too_many_rows", "error", Where(file=file), {"most": most_rows}),)
        table = opened.read()
    except (pa.ArrowException, OSError, ValueError):
        return None, (Issue("data.damaged_file", "error", Where(file=file)),)
    nested = [field.name for field in table.schema if pa.types.is_nested(field.type)]
    if nested:
        where = Where(file=file, column=nested[0])
        return None, (Issue("data.nested_column", "error", where),)
    columns = [[_cell(value) for value in column.to_pylist()] for column in table.columns]
    rows: Rows = [list(table.column_names)]
    rows.extend(list(row) for row in zip(*columns, strict=True))
    return rows, ()


def _cell(value: object) -> Cell:
    """A workbook's value without its float: 15 significant digits are all that a spreadsheet holds."""
    match value:
        case None | "":
            return None
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            if not math.isfinite(value):
                return None
            return int(value) if value.is_integer() and abs(value) < 1e15 else Decimal(format(value, ".15g"))
        case int() | Decimal() | date():
            return value
        case time() | timedelta() | _:
            return str(value)

"""Rejected rows as a file: fixed and uploaded again, it reads as the original would have."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from revplan.data.files import Sheet
from revplan.data.notation import looks_like_value
from revplan.data.workbooks import Cell

ROW = "rejected_row"
WHY = "rejected_because"
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def write_rejected(sheet: Sheet, reasons: Mapping[int, Sequence[str]]) -> bytes:
    """CSV (UTF-8 with a mark, so that spreadsheets read it) of the rows at those positions: the original
    cells, then the row number and the reasons.

    A text that a spreadsheet would run as a formula gets an apostrophe before it; numbers stay.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=sheet.reading.delimiter or ",", lineterminator="\r\n")
    kept = [at for at, name in enumerate(sheet.header) if name not in (ROW, WHY)]
    writer.writerow([_safe(_title(sheet.header[at])) for at in kept] + [ROW, WHY])
    for position, why in sorted(reasons.items()):
        cells = [_safe(_plain(sheet.rows[position][at])) for at in kept]
        writer.writerow([*cells, str(sheet.numbers[position]), _safe(" ".join(why))])
    return out.getvalue().encode("utf-8-sig")


def undo_marks(sheet: Sheet) -> Sheet:
    """A sheet that `write_rejected` wrote, with its apostrophes taken away again; any other as it is."""
    if WHY not in sheet.header:
        return sheet
    rows = [[_unmarked(cell) for cell in row] for row in sheet.rows]
    return replace(sheet, header=tuple(str(_unmarked(name)) for name in sheet.header), rows=rows)


def _title(name: str) -> str:
    return "" if re.fullmatch(r"\[[A-Z]+\]", name) else name


def _plain(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def _safe(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) and not looks_like_value(text) else text


def _unmarked(cell: Cell) -> Cell:
    return cell[1:] if isinstance(cell, str) and cell.startswith("'") and _FORMULA.match(cell) else cell

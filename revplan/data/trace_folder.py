"""A run kept as Parquet, so that one person's statement is read with its deals and nothing else is.

`lines.parquet` and `statements.parquet` hold a plan set's lines and statements, `parts/<period>.parquet` what
the lines of one payment period are made of; all sorted by payee. Amounts are whole minor units, counts and
ratios millionths, as in `model.results`; the currency and its digits stand in the files' metadata.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from revplan.model.results import LINES, PARTS, STATEMENTS, RunResult
from revplan.periods import FiscalCalendar

_AT_ONCE = 8_192
"""Rows of lines and statements in a row group."""

_REPEATED = [
    *("payee_id", "team_id", "component_id", "period", "kind", "opportunity_id", "account_id", "on_date"),
    *("paid_on", "factor"),
]
"""Columns of parts that repeat their values; a transaction stands once in a period or a few times."""

_NUMBERS = ("line_id", "position", "credit", "part")

_LAYOUT = {
    "use_dictionary": _REPEATED,
    "column_encoding": dict.fromkeys(_NUMBERS, "DELTA_BINARY_PACKED"),
    "compression": {name: "SNAPPY" if name == "transaction_id" else "NONE" for name in PARTS.names},
    "write_statistics": ["payee_id"],
    "store_schema": False,
}
"""How parts are written: what is small by its encoding is not compressed again, only payees are looked for,
and texts that are dictionaries in batches are text for who reads them."""


class NoTrace(Exception):
    """The folder holds no trace, or none of that plan set; `known` are those that it has."""

    def __init__(self, folder: Path, known: tuple[str, ...]) -> None:
        super().__init__(str(folder))
        self.folder = folder
        self.known = known


@dataclass(frozen=True)
class Statement:
    """One payee's account of some months: statement rows, the lines paid in them, what those are made of."""

    currency: str
    digits: int
    entries: pa.Table
    lines: pa.Table
    parts: pa.Table


def write_parts(folder: Path, period: str, rows: Iterable[pa.RecordBatch]) -> None:
    """The file of a payment period from its batches (see `rules.run.Trace`), complete or not at all."""
    place = folder / "parts" / f"{period}.parquet"
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = place.with_suffix(".part")
    with ExitStack() as stack:
        writer: pq.ParquetWriter | None = None
        for batch in _one_ahead(rows):
            if writer is None:
                writer = stack.enter_context(pq.ParquetWriter(aside, batch.schema, **_LAYOUT))
            writer.write_batch(batch)
    if writer is not None:
        aside.replace(place)


def _one_ahead(rows: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The batches, each made while the one before it is written."""
    left = iter(rows)
    with ThreadPoolExecutor(1) as maker:
        coming = maker.submit(next, left, None)
        while (batch := coming.result()) is not None:
            coming = maker.submit(next, left, None)
            yield batch


def write_result(folder: Path, result: RunResult, fiscal_year_starts: int) -> None:
    """Lines and statements of the run, which say what they are in and in which month a year starts."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {
        "plan_set": result.plan_set,
        "currency": result.currency,
        "digits": str(result.digits),
        "fiscal_year_starts": str(fiscal_year_starts),
        "as_of": result.as_of.isoformat(),
        "engine_version": result.engine_version,
    }
    for name, table in (("lines", result.lines), ("statements", result.statements)):
        place = folder / f"{name}.parquet"
        aside = place.with_suffix(".part")
        pq.write_table(table.replace_schema_metadata(told), aside, row_group_size=_AT_ONCE)
        aside.replace(place)


def plan_sets(folder: Path) -> tuple[str, ...]:
    """The plan sets that a folder holds a trace of, sorted."""
    return tuple(sorted(found.parent.name for found in folder.glob("*/lines.parquet")))


def read_calendar(folder: Path) -> FiscalCalendar:
    """The calendar by which a plan set's run was made."""
    told = pq.read_metadata(folder / "lines.parquet").metadata
    return FiscalCalendar(int(told[b"fiscal_year_starts"]))


def read_statement(folder: Path, payee: str, start: date, end: date) -> Statement:
    """One payee's statement of the months from start to before end, read without the others' rows.

    The lines are those whose payment period ends in these months, as in statements. Raises NoTrace.
    """
    try:
        entries = _of_payee(folder / "statements.parquet", STATEMENTS, payee)
        lines = _of_payee(folder / "lines.parquet", LINES, payee)
        told = pq.read_metadata(folder / "lines.parquet").metadata
    except FileNotFoundError as error:
        raise NoTrace(folder, plan_sets(folder.parent)) from error
    months = pc.and_(
        pc.greater_equal(entries["period"], f"{start:%Y-%m}"), pc.less(entries["period"], f"{end:%Y-%m}")
    )
    within = pc.and_(pc.greater(lines["period_end"], start), pc.less_equal(lines["period_end"], end))
    lines = lines.filter(within)
    files = (folder / "parts" / f"{period}.parquet" for period in pc.unique(lines["period"]).to_pylist())
    with ThreadPoolExecutor() as readers:
        found = readers.map(lambda file: _of_payee(file, PARTS, payee), filter(Path.exists, files))
        parts = [PARTS.empty_table(), *found]
    by_line = [("line_id", "ascending"), ("position", "ascending")]
    return Statement(
        told[b"currency"].decode(),
        int(told[b"digits"]),
        entries.filter(months),
        lines,
        pa.concat_tables(parts).sort_by(by_line),
    )


def _of_payee(file: Path, schema: pa.Schema, payee: str) -> pa.Table:
    """A payee's rows of a file that is sorted by payee."""
    texts = [field.name for field in schema if field.name in _REPEATED and pa.types.is_string(field.type)]
    with pq.ParquetFile(file, read_dictionary=texts) as opened:
        column = opened.schema_arrow.get_field_index("payee_id")
        groups = list(_groups_of(opened.metadata, column, payee))
        rows = opened.read_row_groups(groups, use_threads=False)
    return rows.filter(pc.equal(rows["payee_id"], payee)).cast(schema)


def _groups_of(metadata: pq.FileMetaData, column: int, payee: str) -> Iterator[int]:
    for number in range(metadata.num_row_groups):
        told = metadata.row_group(number).column(column).statistics
        if told is None or not told.has_min_max or told.min <= payee <= told.max:
            yield number

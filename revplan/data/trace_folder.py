"""A run kept as Parquet, so that one person's statement is read with its deals and nothing else is.

`lines.parquet` and `statements.parquet` hold a plan set's lines and statements, `parts/<period>/` what the
lines of one payment period are made of, in files that are named by the first line in each; all sorted by
payee. Amounts are whole minor units, counts and ratios millionths, as in `model.results`; the currency and
its digits stand in the files' metadata.
"""

import shutil
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from revplan.model.results import LINES, PARTS, STATEMENTS, RunResult, paid_in
from revplan.periods import FiscalCalendar
from revplan.rules.stretches import Stretch

_WRITERS = 2
"""How many files of parts are made and written at a time: each takes about ten megabytes."""

_AT_ONCE = 4_096
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
    "write_batch_size": 16_384,
}
"""How parts are written: what is small by its encoding is not compressed again, only payees are looked for,
and texts that are dictionaries in batches are text for who reads them."""


class NoTrace(Exception):
    """The folder holds no whole trace of a plan set: files are not there, cut off, or of something else."""


@dataclass(frozen=True)
class Statement:
    """One payee's account of some months: statement rows, the lines paid in them, what those are made of."""

    currency: str
    digits: int
    entries: pa.Table
    lines: pa.Table
    parts: pa.Table


def write_parts(folder: Path, period: str, stretches: Iterable[Stretch]) -> None:
    """A payment period's files, one for each stretch of lines (see `rules.stretches`): all or none.

    Several are made and written at a time; the same stretches give the same bytes.
    """
    place = folder / "parts" / period
    aside = place.with_name(f"{period}.part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    with ThreadPoolExecutor(_WRITERS) as writers:
        # Taken to the end, since what went wrong in a writer is told then.
        list(writers.map(partial(_write_stretch, aside), stretches))
    shutil.rmtree(place, ignore_errors=True)
    aside.replace(place)


def _write_stretch(place: Path, stretch: Stretch) -> None:
    rows = stretch.rows()
    head = next(rows)
    with pq.ParquetWriter(place / f"{stretch.first_line:010}.parquet", head.schema, **_LAYOUT) as writer:
        writer.write_batch(head)
        del head
        for batch in rows:
            writer.write_batch(batch)


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
        layout = {"write_statistics": ["payee_id"], "store_schema": False}
        with pq.ParquetWriter(aside, table.schema, **layout) as writer:
            writer.add_key_value_metadata(told)
            writer.write_table(table, row_group_size=_AT_ONCE)
        aside.replace(place)


def plan_sets(folder: Path) -> tuple[str, ...]:
    """The plan sets that a folder holds a trace of, sorted."""
    return tuple(sorted(found.parent.name for found in folder.glob("*/lines.parquet")))


def read_calendar(folder: Path) -> FiscalCalendar:
    """The calendar by which a plan set's run was made. Raises NoTrace."""
    with _whole(folder):
        return FiscalCalendar(int(_told(folder)["fiscal_year_starts"]))


def read_statement(folder: Path, payee: str, start: date, end: date) -> Statement:
    """One payee's statement of the months from start to before end, read without the others' rows.

    The lines are those whose payment period ends in these months, as in statements. Raises NoTrace.
    """
    with _whole(folder):
        told = _told(folder)
        entries = _of_payee(folder / "statements.parquet", STATEMENTS, payee)
        lines = paid_in(_of_payee(folder / "lines.parquet", LINES, payee), start, end)
        files = [
            file
            for period in pc.unique(lines["period"]).to_pylist()
            for file in _files(folder, period, lines)
        ]
        with ThreadPoolExecutor() as readers:
            parts = [PARTS.empty_table(), *readers.map(lambda file: _of_payee(file, PARTS, payee), files)]
        currency, digits = told["currency"], int(told["digits"])
    months = pc.and_(
        pc.greater_equal(entries["period"], f"{start:%Y-%m}"), pc.less(entries["period"], f"{end:%Y-%m}")
    )
    by_line = [("line_id", "ascending"), ("position", "ascending")]
    return Statement(
        currency, digits, entries.filter(months), lines, pa.concat_tables(parts).sort_by(by_line)
    )


@contextmanager
def _whole(folder: Path) -> Iterator[None]:
    """Raises NoTrace for what reading files that are damaged, or are something else, goes wrong with."""
    try:
        yield
    except PermissionError:
        raise
    except (OSError, ValueError, KeyError) as error:
        raise NoTrace(str(folder)) from error


def _told(folder: Path) -> dict[str, str]:
    """What a run says of itself beside its lines; nothing in a file of something else."""
    said = pq.read_metadata(folder / "lines.parquet").metadata or {}
    return {key.decode(): value.decode() for key, value in said.items()}


def _files(folder: Path, period: str, lines: pa.Table) -> list[Path]:
    """Which of a period's files hold parts of those lines that are paid in it."""
    found = sorted((folder / "parts" / period).glob("*.parquet"))
    first = [int(file.stem) for file in found]
    ids = lines.filter(pc.equal(lines["period"], period))["line_id"].to_pylist()
    places = sorted({bisect_right(first, line_id) - 1 for line_id in ids} - {-1})
    return [found[place] for place in places]


def _of_payee(file: Path, schema: pa.Schema, payee: str) -> pa.Table:
    """A payee's rows of a file that is sorted by payee."""
    texts = [field.name for field in schema if field.name in _REPEATED and pa.types.is_string(field.type)]
    with pq.ParquetFile(file, read_dictionary=texts, pre_buffer=False) as opened:
        groups = _groups_of(opened.metadata, opened.schema_arrow.get_field_index("payee_id"), payee)
        rows = opened.read_row_groups(groups, use_threads=False)
    return rows.filter(pc.equal(rows["payee_id"], payee)).cast(schema)


def _groups_of(metadata: pq.FileMetaData, column: int, payee: str) -> range:
    """The row groups that may have the payee; all of them where ids are too long to be told of."""
    numbers = range(metadata.num_row_groups)
    bounds = [metadata.row_group(number).column(column).statistics for number in numbers]
    if any(told is None or not told.has_min_max for told in bounds):
        return numbers
    first = bisect_left(numbers, payee, key=lambda number: bounds[number].max)
    return numbers[first : bisect_right(numbers, payee, lo=first, key=lambda number: bounds[number].min)]

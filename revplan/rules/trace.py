"""What each line is made of, one payment period after the other, for books too large to hold it all at once.

The rows are those of `accounts.parts_table`, in its order. Deals that can be walked through as arrays are
read, walked and put in order a period at a time; the others come from SQL.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from revplan.formula.compiled import Ints, Places
from revplan.formula.kernels import add_up, put_in_order
from revplan.model.results import PARTS
from revplan.rules.accounts import rest_of_lines
from revplan.rules.feeds import Feeds
from revplan.rules.lines import Finished, deal_parts
from revplan.rules.parts import has_deals, walk_period, walkable
from revplan.rules.walk import Cells

ROWS_AT_ONCE = 32_768
"""How many rows are put together at a time: the row groups of a file that is sorted by payee."""

_TEXT = pa.string()
_KIND = pa.dictionary(pa.int32(), pa.string())
_TEXTS = "transaction_id, opportunity_id, account_id, kind"
_OF_PARTS = [
    "kind",
    "transaction_id",
    "opportunity_id",
    "account_id",
    "on_date",
    "credit",
    "paid_on",
    "factor",
    "part",
]
_NUMBERS = """CAST(position AS BIGINT) AS position, CAST(credit AS BIGINT) AS credit,
    CAST(paid_on AS BIGINT) AS paid_on, CAST({} AS BIGINT) AS factor, CAST(part AS BIGINT) AS part"""


@dataclass(frozen=True)
class Period:
    """The parts of the lines of one payment period: rows as `PARTS`, by line and position, in batches."""

    label: str
    rows: Iterator[pa.RecordBatch]


class Tracer:
    """Makes the parts of a run's lines by period. Needs the table `lines` of the run."""

    def __init__(
        self, feeds: Feeds, finished: list[Finished], plan_numbers: dict[tuple[str, int], int]
    ) -> None:
        self._feeds = feeds
        self._finished = finished
        self._plan_numbers = plan_numbers
        self._cells: dict[int, Cells | None] = {}  # None: SQL walks
        self._by_sql: set[int] = set()

    def periods(self) -> Iterator[Period]:
        """Each payment period that has lines, in order of its start, then its end."""
        if not self._finished:
            return
        found = self._feeds.session.run(
            "SELECT DISTINCT period, period_start, period_end FROM lines ORDER BY period_start, period_end"
        )
        for row in found.to_pylist():
            yield self._period(row["period"], (row["period_start"], row["period_end"]))

    def _period(self, label: str, paid: tuple[date, date]) -> Period:
        session = self._feeds.session
        of_period = f"(SELECT * FROM lines WHERE period = '{label}')"
        lines = session.run(
            "SELECT line_id, number, cell_id, payee_id, team_id, component_id, period "
            f"FROM {of_period} AS l ORDER BY line_id"
        )
        deals, count, total = [], np.zeros(lines.num_rows, np.int64), np.zeros(lines.num_rows, np.int64)
        number, cell = lines["number"].to_numpy(), lines["cell_id"].to_numpy()
        for finished in self._finished:
            at = np.flatnonzero(number == finished.number)
            if len(at) and has_deals(self._feeds, finished):
                rows = self._deals(finished, paid)
                of_cell = np.full(len(finished.column.cells), -1, np.int32)
                of_cell[cell[at]] = at
                found = _Rows.of(rows, of_cell[rows["cell_id"].to_numpy()])
                add_up(found.line, found.numbers("part"), count, total)
                deals.append(found)
        sums = {"line_id": lines["line_id"], "deals": pa.array(count), "part": pa.array(total)}
        session.bind("sums_of_period", pa.table(sums))
        others = rest_of_lines(self._feeds, self._finished, of_period, "SELECT * FROM sums_of_period")
        rests = session.run(
            f"SELECT line_id, {_NUMBERS.format('factor')}, {_TEXTS}, on_date FROM ({others}) AS o"
        )
        if rests.num_rows:
            of_line = np.searchsorted(lines["line_id"].to_numpy(), rests["line_id"].to_numpy())
            deals.append(_Rows.of(rests, of_line.astype(np.int32)))
        return Period(label, _in_order(lines, deals))

    def _deals(self, finished: Finished, paid: tuple[date, date]) -> pa.Table:
        """Rows of `parts_<n>` of one period, in no order."""
        number, column = finished.number, finished.column
        plan_number = self._plan_numbers[column.plan.id, column.segment]
        if number not in self._cells:
            self._cells[number] = walkable(self._feeds, finished)
        if (cells := self._cells[number]) is not None:
            walked = walk_period(self._feeds, finished, plan_number, cells, paid)
            if walked is not None:
                return walked.parts()
            self._cells[number] = None
        session = self._feeds.session
        if number not in self._by_sql:
            deal_parts(self._feeds, finished, plan_number)
            self._by_sql.add(number)
        start, end = (f"DATE '{day.isoformat()}'" for day in paid)
        return session.run(
            f"""
            SELECT p.cell_id, {_NUMBERS.format("factor_shown")}, {_TEXTS}, p.on_date
            FROM parts_{number} AS p JOIN column_{number} AS c ON c.cell_id = p.cell_id
            WHERE c.p_start = {start} AND c.p_end = {end}"""
        )


@dataclass(frozen=True)
class _Rows:
    """Parts of one source, each with the place of its line among those of the period."""

    line: Places
    rows: pa.Table

    @classmethod
    def of(cls, rows: pa.Table, line: Places) -> "_Rows":
        names = ["factor" if name == "factor_shown" else name for name in rows.column_names]
        kind = rows.column_names.index("kind")
        encoded = (
            rows["kind"] if pa.types.is_dictionary(rows["kind"].type) else rows["kind"].dictionary_encode()
        )
        rows = rows.rename_columns(names).set_column(kind, "kind", encoded.cast(_KIND))
        return cls(line, rows.select(["position", *_OF_PARTS]))

    def numbers(self, name: str) -> Ints:
        """A column of whole numbers."""
        return np.concatenate([np.empty(0, np.int64), *(c.to_numpy() for c in self.rows[name].chunks)])


def _in_order(lines: pa.Table, sources: list[_Rows]) -> Iterator[pa.RecordBatch]:
    """The rows of all sources by line and position, a batch at a time."""
    count = np.zeros(lines.num_rows + 1, np.int64)
    for source in sources:
        count[1:] += np.bincount(source.line, minlength=lines.num_rows)
    first = np.cumsum(count)
    order, begin = np.empty(first[-1], np.int64), 0
    for source in sources:
        put_in_order(source.line, source.numbers("position"), first, begin, order)
        begin += len(source.line)
    if not begin:
        return
    rows = pa.concat_tables([source.rows for source in sources]).unify_dictionaries()
    same = {name: value for name in _OF_PARTS if (value := _only_value(rows[name])) is not None}
    rows = rows.select([name for name in _OF_PARTS if name not in same])
    for start in range(0, begin, ROWS_AT_ONCE):
        end = min(start + ROWS_AT_ONCE, begin)
        taken = rows.take(pa.array(order[start:end])).combine_chunks()
        columns = {name: taken[name].combine_chunks() for name in taken.column_names}
        columns |= {name: _repeated(value, end - start) for name, value in same.items()}
        yield _batch(lines, first, start, end, columns)


def _only_value(column: pa.ChunkedArray) -> pa.Scalar | None:
    """What every row of a column has, where that is nothing, empty text or one kind, as is usual."""
    kind = column.type
    if len(column) == column.null_count:
        return pa.scalar(None, kind)
    if pa.types.is_string(kind) and not pc.sum(pc.binary_length(column)).as_py() and not column.null_count:
        return pa.scalar("", _TEXT)
    if pa.types.is_dictionary(kind) and len(column.chunk(0).dictionary) == 1:
        return pa.scalar(column[0].as_py(), _TEXT)
    return None


def _repeated(value: pa.Scalar, times: int) -> pa.Array:
    if not value.is_valid:
        return pa.nulls(times, value.type)
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(times, np.int32)), pa.array([value.as_py()]))


def _batch(
    lines: pa.Table, first: Ints, start: int, end: int, columns: dict[str, pa.Array]
) -> pa.RecordBatch:
    """Rows start to end of a period, with what they have of their lines; line i begins at row first[i].

    Texts that repeat are dictionaries.
    """
    from_line, to_line = np.searchsorted(first, [start, end - 1], side="right") - 1
    bounds = np.clip(first[from_line : to_line + 2], start, end)
    place = np.repeat(np.arange(to_line - from_line + 1), np.diff(bounds))
    own = lines.slice(from_line, to_line - from_line + 1).combine_chunks()
    position = np.arange(start, end) - first[from_line + place] + 1
    columns |= {"line_id": pa.array(own["line_id"].to_numpy()[place]), "position": pa.array(position)}
    for name in ("payee_id", "team_id", "component_id", "period"):
        encoded = own[name].combine_chunks().dictionary_encode()
        codes = encoded.indices.to_numpy()[place]
        columns[name] = pa.DictionaryArray.from_arrays(pa.array(codes), encoded.dictionary)
    return pa.RecordBatch.from_pydict({name: columns[name] for name in PARTS.names})

"""Parts of a payment period from several sources, put in order by line and position, a stretch at a time.

There may be millions of them: each column is held once, in one chunk, and what all rows have in common only
once for all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from revplan.formula.compiled import Ints, Places
from revplan.formula.kernels import put_in_order
from revplan.model.results import PARTS
from revplan.rules.stretches import ROWS_AT_ONCE, Stretch, cuts

_OF_LINES = ("payee_id", "team_id", "component_id", "period")
_KIND = pa.dictionary(pa.int32(), pa.string())
_TYPES = {
    field.name: _KIND if field.name == "kind" else field.type
    for field in PARTS
    if field.name not in ("line_id", "position", *_OF_LINES)
}
"""The columns that sources bring, in their own type."""

_Column: TypeAlias = pa.Array | pa.ChunkedArray | pa.Scalar
"""A value for each row, in one chunk as far as texts fit in one; or the only value of all."""


@dataclass
class Source:
    """Parts of one source, each with the place of its line among those of the period, and its position there.

    Whoever puts them in order takes the columns away.
    """

    line: Places
    position: Ints
    part: Ints
    columns: dict[str, _Column]

    @classmethod
    def of(cls, rows: pa.Table, key: str, line_of: Places) -> "Source":
        """Rows of `PARTS` or of `parts_<n>`; `line_of` says which line a row has by its `key`."""
        names = ["factor" if name == "factor_shown" else name for name in rows.column_names]
        given = dict(zip(names, rows.columns, strict=True))
        del rows  # so that each column is let go once its chunks are put together
        line, position = line_of[_numbers(given.pop(key))], _numbers(given.pop("position"))
        part = _numbers(given["part"])
        return cls(line, position, part, {name: _in_one(given.pop(name), _TYPES[name]) for name in _TYPES})


def stretches(lines: pa.Table, sources: Sequence[Source]) -> Iterator[Stretch]:
    """The parts of all sources. `lines` has line_id and what parts say of their lines, by line_id.

    The positions of a line's parts are 1, 2, … over all sources.
    """
    first = np.zeros(lines.num_rows + 1, np.int64)
    for source in sources:
        first[1:] += np.bincount(source.line, minlength=lines.num_rows)
    first = np.cumsum(first)
    order, begin = np.empty(first[-1], np.int32), 0
    for source in sources:
        put_in_order(source.line, source.position, first, begin, order)
        begin += len(source.line)
        source.position = source.part = np.empty(0, np.int64)
    rows = _Rows(lines, first, order, {name: _joined(sources, name, kind) for name, kind in _TYPES.items()})
    ids = lines["line_id"].to_numpy()
    for begin, end in cuts(first):
        yield Stretch(int(ids[begin]), partial(rows.batches, begin, end))


@dataclass(frozen=True)
class _Rows:
    """The rows of a period: the nth in order is that of number order[n]; line i begins with row first[i]."""

    lines: pa.Table
    first: Ints
    order: Places
    columns: dict[str, _Column]

    def batches(self, begin: int, end: int) -> Iterator[pa.RecordBatch]:
        """The rows of the lines from `begin` to before `end`, by their place among the lines."""
        stop = int(self.first[end])
        for start in range(int(self.first[begin]), stop, ROWS_AT_ONCE):
            yield self._batch(start, min(start + ROWS_AT_ONCE, stop))

    def _batch(self, start: int, end: int) -> pa.RecordBatch:
        """Rows start to end, with what they have of their lines. Texts that repeat are dictionaries."""
        at = pa.array(self.order[start:end])
        columns = {
            name: _repeated(value, end - start) if isinstance(value, pa.Scalar) else _taken(value, at)
            for name, value in self.columns.items()
        }
        from_line, to_line = np.searchsorted(self.first, [start, end - 1], side="right") - 1
        bounds = np.clip(self.first[from_line : to_line + 2], start, end)
        place = np.repeat(np.arange(to_line - from_line + 1), np.diff(bounds))
        own = self.lines.slice(from_line, to_line - from_line + 1)
        position = np.arange(start, end) - self.first[from_line + place] + 1
        columns |= {"line_id": pa.array(own["line_id"].to_numpy()[place]), "position": pa.array(position)}
        for name in _OF_LINES:
            encoded = own[name].combine_chunks().dictionary_encode()
            codes = pa.array(encoded.indices.to_numpy()[place])
            columns[name] = pa.DictionaryArray.from_arrays(codes, encoded.dictionary)
        return pa.RecordBatch.from_pydict({name: columns[name] for name in PARTS.names})


def _numbers(column: pa.ChunkedArray) -> Ints:
    """A column of whole numbers; an array of its own, as compiled loops take it."""
    return np.concatenate([np.empty(0, np.int64), *(chunk.to_numpy() for chunk in column.chunks)])


def _in_one(column: pa.ChunkedArray, kind: pa.DataType) -> _Column:
    if pa.types.is_dictionary(kind) and not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    if (value := _only_value(column)) is not None:
        return value
    if pa.types.is_dictionary(kind):
        column = column.cast(kind).unify_dictionaries()
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _only_value(column: pa.ChunkedArray) -> pa.Scalar | None:
    """What every row of a column has, where that is nothing, empty text or one kind, as is usual."""
    if len(column) == column.null_count:
        return pa.scalar(None, column.type)
    if column.null_count:
        return None
    if pa.types.is_string(column.type):
        return None if pc.sum(pc.binary_length(column)).as_py() else pa.scalar("")
    if pa.types.is_dictionary(column.type):
        values = {value for chunk in column.chunks for value in chunk.dictionary.to_pylist()}
        return pa.scalar(values.pop()) if len(values) == 1 else None
    return None


def _joined(sources: Sequence[Source], name: str, kind: pa.DataType) -> _Column:
    """A column of all sources that have rows, one after the other; it is taken away from them."""
    given = [(source.columns.pop(name), len(source.line)) for source in sources]
    given = [(column, rows) for column, rows in given if rows]
    if not given:
        return pa.scalar(None, kind)
    first = given[0][0]
    if all(isinstance(column, pa.Scalar) and column.equals(first) for column, _ in given):
        return first
    chunks = [chunk for column, rows in given for chunk in _chunks(column, rows, kind)]
    return _in_one(pa.chunked_array(chunks, kind), kind)


def _chunks(column: _Column, rows: int, kind: pa.DataType) -> list[pa.Array]:
    """A column of so many rows, as arrays."""
    if isinstance(column, pa.ChunkedArray):
        return list(column.chunks)
    if isinstance(column, pa.Array):
        return [column]
    if not column.is_valid:
        return [pa.nulls(rows, kind)]
    if not pa.types.is_dictionary(kind):
        return [pa.repeat(column, rows)]
    return [_repeated(column, rows)]


def _taken(column: pa.Array | pa.ChunkedArray, at: pa.Array) -> pa.Array:
    """The rows at those numbers, which there are."""
    found = pc.take(column, at, boundscheck=False)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _repeated(value: pa.Scalar, times: int) -> pa.Array:
    if not value.is_valid:
        return pa.nulls(times, value.type)
    return pa.DictionaryArray.from_arrays(np.zeros(times, np.int32), pa.array([value.as_py()]))

"""The content hash of an Arrow table: the same name, columns and rows give the same hash everywhere."""

import hashlib
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def table_hash(name: str, table: pa.Table) -> str:
    """SHA-256 (64 hex digits) of a table's name, columns, types and rows, in their order.

    Chunks, offsets into a parent table, what lies under a null, and schema metadata do not count;
    neither does any file format or library version. Types: text, whole numbers, dates, times, booleans,
    floats and lists of them; any other raises TypeError.
    """
    digest = hashlib.sha256()
    _add(digest, name.encode(), str(table.num_rows).encode())
    for field, column in zip(table.schema, table.columns, strict=True):
        _add(digest, field.name.encode(), str(field.type).encode())
        for piece in _pieces(_whole(column)):
            _add(digest, piece)
    return digest.hexdigest()


def _add(digest: "hashlib._Hash", *pieces: bytes) -> None:
    """Each piece with its length before it, so that no two lists of pieces read the same."""
    for piece in pieces:
        digest.update(len(piece).to_bytes(8, "little"))
        digest.update(piece)


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _pieces(values: pa.Array) -> Iterator[bytes]:
    """What a column says, as bytes: which values are missing, then the values."""
    kind = values.type
    yield np.packbits(values.is_null().to_numpy(zero_copy_only=False)).tobytes()
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        text = values.fill_null("").cast(pa.large_string())
        yield _numbers(pc.binary_length(text).cast(pa.int64()))
        _, offsets, data = text.buffers()
        ends = np.frombuffer(offsets, "<i8", count=len(text) + 1, offset=8 * text.offset)
        yield memoryview(data)[ends[0] : ends[-1]].tobytes() if data is not None else b""
    elif pa.types.is_list(kind):
        yield _numbers(pc.list_value_length(values).fill_null(0).cast(pa.int64()))
        yield from _pieces(pc.list_flatten(values))
    elif pa.types.is_boolean(kind):
        yield np.packbits(values.fill_null(False).to_numpy(zero_copy_only=False)).tobytes()
    elif pa.types.is_date32(kind):
        yield _numbers(values.cast(pa.int32()).fill_null(0))
    elif pa.types.is_timestamp(kind):
        yield _numbers(values.cast(pa.int64()).fill_null(0))
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind):
        yield _numbers(values.fill_null(0))
    else:
        raise TypeError(f"a snapshot cannot hold a column of type {kind}")


def _numbers(values: pa.Array) -> bytes:
    array = values.to_numpy(zero_copy_only=False)
    return bytes(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes())

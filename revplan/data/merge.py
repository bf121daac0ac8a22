"""Merging: the rows of an accepted upload into the table that is there, by key."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from revplan.model.tables import PROVENANCE, TableSpec

Became = Literal["new", "changed", "unchanged"]


@dataclass(frozen=True)
class Merged:
    """The whole table after merging, sorted by key, and what became of the incoming rows.

    `became` says it of each, in their order; `removed` counts rows that a replacing upload no longer has.
    """

    table: pa.Table
    new: int
    changed: int
    unchanged: int
    became: tuple[Became, ...]
    removed: int = 0


def merge(
    current: pa.Table,
    incoming: pa.Table,
    spec: TableSpec,
    columns: Collection[str] | None = None,
    *,
    replace: bool = False,
) -> Merged:
    """Let incoming rows take the place of current ones with the same key; keys are unique in each.

    Of `columns` (all when None) the incoming values count, empty ones too; the other columns, which
    the file did not have, keep what they hold. A row that says nothing new keeps its provenance, so
    that the same file twice changes nothing. With `replace`, rows that are not incoming are removed.
    """
    current = current.select(spec.schema.names).cast(spec.schema)
    incoming = incoming.select(spec.schema.names).cast(spec.schema)
    place = {key: position for position, key in enumerate(_keys(current, spec))}
    found = [place.get(key) for key in _keys(incoming, spec)]
    at = pa.array(found, pa.int64())
    before = current.take(at)
    counted = {column.name for column in spec.columns} if columns is None else {*columns, *spec.key}
    known = pc.is_valid(at)
    same = known
    merged = []
    for name in incoming.schema.names:
        new, old = incoming[name].combine_chunks(), before[name].combine_chunks()
        if name not in counted and name not in _PROVENANCE:
            new = pc.if_else(known, old, new)
        elif name in counted:
            same = pc.and_(same, _equal(new, old))
        merged.append(new)
    rows = [
        pc.if_else(same, before[name].combine_chunks(), column) if name in _PROVENANCE else column
        for name, column in zip(incoming.schema.names, merged, strict=True)
    ]
    updated = pa.Table.from_arrays(rows, schema=spec.schema)
    taken = {position for position in found if position is not None}
    rest = [position for position in range(current.num_rows) if position not in taken]
    kept = spec.empty() if replace else current.take(pa.array(rest, pa.int64()))
    table = pa.concat_tables([kept, updated]).combine_chunks()
    unchanged = pc.sum(same).as_py() or 0
    became: list[Became] = [
        "new" if position is None else "unchanged" if equal else "changed"
        for position, equal in zip(found, same.to_pylist(), strict=True)
    ]
    return Merged(
        table.sort_by([(name, "ascending") for name in spec.key]),
        new=len(found) - len(taken),
        changed=len(taken) - unchanged,
        unchanged=unchanged,
        became=tuple(became),
        removed=len(rest) if replace else 0,
    )


_PROVENANCE = frozenset(part.name for part in PROVENANCE)


def _keys(table: pa.Table, spec: TableSpec) -> list[tuple[object, ...]]:
    return list(zip(*(table[name].to_pylist() for name in spec.key), strict=True))


def _equal(new: pa.Array, old: pa.Array) -> pa.Array:
    """Row by row whether two columns say the same; two empty cells do."""
    both_empty = pc.and_(pc.is_null(new), pc.is_null(old))
    return pc.or_(pc.fill_null(pc.equal(new, old), False), both_empty)

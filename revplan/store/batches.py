"""Batches of uploaded rows, and the data snapshots that they lead to: which table is which file, now."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from revplan.store.records import Stale
from revplan.store.schema import batches, data_moves, data_snapshots


@dataclass(frozen=True)
class Batch:
    """One accepted upload: the raw bytes, how they were read, and what came of their rows."""

    batch_id: str
    table_name: str
    file_name: str
    file_key: str
    mapping: Mapping[str, Any]
    rows_read: int
    rows_accepted: int
    rows_rejected: int
    accepted_key: str
    rejected_key: str
    accepted_by: str
    accepted_at: datetime
    rolled_back_by: str | None = None
    rolled_back_at: datetime | None = None


@dataclass(frozen=True)
class DataSnapshot:
    """Which snapshot each table is, at one position of the history; position 0 is before any data."""

    position: int = 0
    snapshot_id: str = ""
    tables: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    moved_by: str = ""
    moved_at: datetime | None = None


def next_batch_id(connection: Connection) -> str:
    """The id that the next batch will have: B0001, B0002 …"""
    taken = connection.execute(sa.select(sa.func.count()).select_from(batches)).scalar_one()
    return f"B{taken + 1:04d}"


def add_batch(connection: Connection, batch: Batch) -> None:
    """Keep a batch under the id that `next_batch_id` gave. Raises Stale when that was taken since."""
    try:
        with connection.begin_nested():
            connection.execute(batches.insert().values(**vars(batch)))
    except sa.exc.IntegrityError:
        number = int(batch.batch_id[1:])
        raise Stale("batches", number - 1, number) from None


def list_batches(connection: Connection) -> tuple[Batch, ...]:
    """Every batch, the oldest first."""
    rows = connection.execute(sa.select(batches).order_by(batches.c.accepted_at, batches.c.batch_id))
    return tuple(Batch(**row._mapping) for row in rows)


def mark_rolled_back(connection: Connection, batch_id: str, *, by: str, at: datetime) -> None:
    """Note that a batch no longer counts. The first note stays."""
    this = (batches.c.batch_id == batch_id) & batches.c.rolled_back_at.is_(None)
    connection.execute(batches.update().where(this).values(rolled_back_by=by, rolled_back_at=at))


def current_data(connection: Connection) -> DataSnapshot:
    """The data snapshot that counts now."""
    history = data_history(connection, limit=1)
    return history[0] if history else DataSnapshot()


def data_history(connection: Connection, limit: int = 100) -> tuple[DataSnapshot, ...]:
    """Every move of the current pointer, the newest first."""
    moves = connection.execute(
        sa.select(data_moves).order_by(data_moves.c.position.desc()).limit(limit)
    ).all()
    wanted = {move.snapshot_id for move in moves}
    tables: dict[str, dict[str, str]] = {name: {} for name in wanted}
    query = sa.select(data_snapshots).where(data_snapshots.c.snapshot_id.in_(wanted))
    for row in connection.execute(query.order_by(data_snapshots.c.table_name)):
        tables[row.snapshot_id][row.table_name] = row.table_key
    return tuple(
        DataSnapshot(
            position=move.position,
            snapshot_id=move.snapshot_id,
            tables=tables[move.snapshot_id],
            reason=move.reason,
            moved_by=move.moved_by,
            moved_at=move.moved_at,
        )
        for move in moves
    )


def switch_data(
    connection: Connection,
    tables: Mapping[str, str],
    *,
    expected_position: int,
    reason: str,
    by: str,
    at: datetime,
) -> DataSnapshot:
    """Let `tables` (name → snapshot key, all of them) count from now on; rolling back points back.

    `expected_position` is the position whose tables the caller built on. Raises Stale, and changes
    nothing, when somebody switched since.
    """
    current = current_data(connection)
    if current.position != expected_position:
        raise Stale("data", expected_position, current.position, current.moved_by, current.moved_at)
    listing = "\n".join(f"{name} {key}" for name, key in sorted(tables.items()))
    moved = DataSnapshot(
        expected_position + 1, hashlib.sha256(listing.encode()).hexdigest(), dict(tables), reason, by, at
    )
    try:
        with connection.begin_nested():
            _keep_snapshot(connection, moved)
            connection.execute(
                data_moves.insert().values(
                    position=moved.position,
                    snapshot_id=moved.snapshot_id,
                    reason=reason,
                    moved_by=by,
                    moved_at=at,
                )
            )
    except sa.exc.IntegrityError:
        raise Stale("data", expected_position, expected_position + 1) from None
    return moved


def _keep_snapshot(connection: Connection, snapshot: DataSnapshot) -> None:
    known = sa.select(data_snapshots.c.table_name).where(data_snapshots.c.snapshot_id == snapshot.snapshot_id)
    if snapshot.tables and connection.execute(known.limit(1)).first() is None:
        rows = [
            {"snapshot_id": snapshot.snapshot_id, "table_name": name, "table_key": key}
            for name, key in snapshot.tables.items()
        ]
        connection.execute(data_snapshots.insert(), rows)

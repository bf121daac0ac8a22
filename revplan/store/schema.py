"""The tables of the records database, as the newest migration leaves them."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect


class Moment(sa.types.TypeDecorator[datetime]):
    """A moment in UTC: kept without a zone, always given back with one."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone: nobody could say when it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Say that it is UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


metadata = sa.MetaData()

documents = sa.Table(
    "documents",
    metadata,
    sa.Column("kind", sa.String(16), primary_key=True),  # plan, target, company
    sa.Column("document_id", sa.String(64), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),  # from 1
    sa.Column("revision", sa.Integer, nullable=False),  # of this version, from 1: the optimistic lock
    sa.Column("text", sa.Text, nullable=False),  # TOML
    sa.Column("saved_by", sa.String(160), nullable=False),
    sa.Column("saved_at", Moment, nullable=False),
    sa.Column("used", sa.Boolean, nullable=False),  # a used version never changes
    sa.Column("removed", sa.Boolean, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
)

batches = sa.Table(
    "batches",
    metadata,
    sa.Column("batch_id", sa.String(16), primary_key=True),  # B0001
    sa.Column("table_name", sa.String(64), nullable=False),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("file_key", sa.String(64), nullable=False),  # raw bytes in the file store
    sa.Column("mapping", sa.JSON, nullable=False),  # columns and reading choices
    sa.Column("rows_read", sa.BigInteger, nullable=False),
    sa.Column("rows_accepted", sa.BigInteger, nullable=False),
    sa.Column("rows_rejected", sa.BigInteger, nullable=False),
    sa.Column("accepted_key", sa.String(140), nullable=False),  # table snapshot; "" for none
    sa.Column("rejected_key", sa.String(140), nullable=False),
    sa.Column("accepted_by", sa.String(160), nullable=False),
    sa.Column("accepted_at", Moment, nullable=False),
    sa.Column("rolled_back_by", sa.String(160)),
    sa.Column("rolled_back_at", Moment),
)

data_snapshots = sa.Table(
    "data_snapshots",
    metadata,
    sa.Column("snapshot_id", sa.String(64), primary_key=True),  # hash of its tables
    sa.Column("table_name", sa.String(64), primary_key=True),
    sa.Column("table_key", sa.String(140), nullable=False),
)

data_moves = sa.Table(
    "data_moves",
    metadata,
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),  # from 1; the last is current
    sa.Column("snapshot_id", sa.String(64), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),  # batch ids, or "rollback"
    sa.Column("moved_by", sa.String(160), nullable=False),
    sa.Column("moved_at", Moment, nullable=False),
)

access_log = sa.Table(
    "access_log",
    metadata,
    sa.Column("entry_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("viewer", sa.String(160), nullable=False),
    sa.Column("action", sa.String(16), nullable=False),  # saw, exported
    sa.Column("what", sa.Text, nullable=False),
)

drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("viewer", sa.String(160), primary_key=True),
    sa.Column("draft_key", sa.String(160), primary_key=True),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("saved_at", Moment, nullable=False),
)

close_steps = sa.Table(
    "close_steps",
    metadata,
    sa.Column("plan_set", sa.String(160), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),  # from 1 in each plan set
    sa.Column("step", sa.String(16), nullable=False),  # submitted, reviewed, objected, sent_back …
    sa.Column("end", sa.Date, nullable=False),  # the first day after the last month that it is about
    sa.Column("done_by", sa.String(160), nullable=False),
    sa.Column("done_at", Moment, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("team_id", sa.String(64), nullable=False),  # whose lead reviewed; "" for the other steps
    sa.Column("paid_on", sa.Date),
    sa.Column("files", sa.JSON, nullable=False),  # of the close: name → key in the file store
)

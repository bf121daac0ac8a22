"""Documents, batches, data snapshots, access log, drafts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("document_id", sa.String(64), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("saved_by", sa.String(160), nullable=False),
        sa.Column("saved_at", sa.DateTime, nullable=False),
        sa.Column("used", sa.Boolean, nullable=False),
        sa.Column("removed", sa.Boolean, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_table(
        "batches",
        sa.Column("batch_id", sa.String(16), primary_key=True),
        sa.Column("table_name", sa.String(64), nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("file_key", sa.String(64), nullable=False),
        sa.Column("mapping", sa.JSON, nullable=False),
        sa.Column("rows_read", sa.BigInteger, nullable=False),
        sa.Column("rows_accepted", sa.BigInteger, nullable=False),
        sa.Column("rows_rejected", sa.BigInteger, nullable=False),
        sa.Column("accepted_key", sa.String(140), nullable=False),
        sa.Column("rejected_key", sa.String(140), nullable=False),
        sa.Column("accepted_by", sa.String(160), nullable=False),
        sa.Column("accepted_at", sa.DateTime, nullable=False),
        sa.Column("rolled_back_by", sa.String(160)),
        sa.Column("rolled_back_at", sa.DateTime),
    )
    op.create_table(
        "data_snapshots",
        sa.Column("snapshot_id", sa.String(64), primary_key=True),
        sa.Column("table_name", sa.String(64), primary_key=True),
        sa.Column("table_key", sa.String(140), nullable=False),
    )
    op.create_table(
        "data_moves",
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("snapshot_id", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("moved_by", sa.String(160), nullable=False),
        sa.Column("moved_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "access_log",
        sa.Column("entry_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("viewer", sa.String(160), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("what", sa.Text, nullable=False),
    )
    op.create_table(
        "drafts",
        sa.Column("viewer", sa.String(160), primary_key=True),
        sa.Column("draft_key", sa.String(160), primary_key=True),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("saved_at", sa.DateTime, nullable=False),
    )

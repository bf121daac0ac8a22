"""The steps of closing periods."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "close_steps",
        sa.Column("plan_set", sa.String(160), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("end", sa.Date, nullable=False),
        sa.Column("done_by", sa.String(160), nullable=False),
        sa.Column("done_at", sa.DateTime, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("paid_on", sa.Date),
        sa.Column("files", sa.JSON, nullable=False),
    )

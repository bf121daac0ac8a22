"""What people did: the access log (who saw or exported whose; never pay) and unfinished drafts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from revplan.store.schema import access_log, drafts


@dataclass(frozen=True)
class Access:
    """One look at, or export of, what belongs to somebody. `what` names it and never holds amounts."""

    at: datetime
    viewer: str
    action: str
    what: str


def log_access(connection: Connection, entry: Access) -> None:
    """Add to the access log."""
    connection.execute(access_log.insert().values(**vars(entry)))


def list_access(connection: Connection, limit: int = 1000) -> tuple[Access, ...]:
    """The newest entries first."""
    rows = connection.execute(sa.select(access_log).order_by(access_log.c.entry_id.desc()).limit(limit))
    return tuple(Access(row.at, row.viewer, row.action, row.what) for row in rows)


def save_draft(connection: Connection, viewer: str, key: str, content: Any, *, at: datetime) -> None:
    """Keep a viewer's unfinished work (JSON values) under `key`, in place of what was there."""
    mine = (drafts.c.viewer == viewer) & (drafts.c.draft_key == key)
    change = drafts.update().where(mine).values(content=content, saved_at=at)
    if connection.execute(change).rowcount:
        return
    try:
        with connection.begin_nested():
            row = {"viewer": viewer, "draft_key": key, "content": content, "saved_at": at}
            connection.execute(drafts.insert().values(**row))
    except sa.exc.IntegrityError:  # the viewer's other window was first
        connection.execute(change)


def find_draft(connection: Connection, viewer: str, key: str) -> Any | None:
    """The viewer's draft under `key`, or None."""
    query = sa.select(drafts.c.content).where(drafts.c.viewer == viewer, drafts.c.draft_key == key)
    return connection.scalar(query)


def drop_draft(connection: Connection, viewer: str, key: str) -> None:
    """Forget a draft, if there is one."""
    connection.execute(drafts.delete().where(drafts.c.viewer == viewer, drafts.c.draft_key == key))

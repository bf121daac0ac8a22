"""Unfinished work of a viewer, kept so that a refreshed page or a lost connection loses nothing."""

from typing import Any

from revplan.access import Viewer
from revplan.service import workspace
from revplan.store import activity


def keep_draft(viewer: Viewer, key: str, content: Any) -> None:
    """Keep JSON values under `key`, in place of what the viewer had there."""
    here = workspace.current()
    with here.records.write() as connection:
        activity.save_draft(connection, viewer.name, key, content, at=here.now())


def find_draft(viewer: Viewer, key: str) -> Any | None:
    """The viewer's own draft under `key`, or None."""
    with workspace.current().records.read() as connection:
        return activity.find_draft(connection, viewer.name, key)


def drop_draft(viewer: Viewer, key: str) -> None:
    """Forget the viewer's draft under `key`: it was saved, or is not wanted."""
    with workspace.current().records.write() as connection:
        activity.drop_draft(connection, viewer.name, key)

"""A grid that people type in: it begins with a draft or with what is kept, and loses nothing on the way.

A data editor that is fed its own output loses every second edit, and the session forgets it when the page is
left. So it keeps the frame that it began with, and what was typed is a draft in the store.
"""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from revplan.access import Viewer
from revplan.service import drafts


@dataclass(frozen=True)
class Grid:
    """A grid of one viewer: `key` of its widget, what was saved when it was opened, and the values that it
    began with (JSON values)."""

    viewer: Viewer
    name: str
    key: str
    saved: Any
    start: Any
    unsaved: bool


@dataclass(frozen=True)
class _Opened:
    number: int
    saved: Any
    start: Any
    unsaved: bool


def open_grid(viewer: Viewer, name: str, saved: Any) -> Grid:
    """The grid `name`, which begins with the viewer's draft, else with what is `saved`.

    It begins anew when the page was left meanwhile, and when somebody saved and nothing was typed here.
    """
    state = f"grid:{viewer.name}:{name}"
    opened: _Opened | None = st.session_state.get(state)
    if opened is None or _is_to_begin_anew(state, opened, saved):
        draft = drafts.find_draft(viewer, name)
        number = opened.number + 1 if opened else 0
        opened = _Opened(number, saved, saved if draft is None else draft, draft is not None)
        st.session_state[state] = opened
    return Grid(viewer, name, f"{state}:{opened.number}", opened.saved, opened.start, opened.unsaved)


def _is_to_begin_anew(state: str, opened: _Opened, saved: Any) -> bool:
    widget = st.session_state.get(f"{state}:{opened.number}")
    if widget is None:
        return True  # the page was left
    typed_just_now = any(widget.values())  # edited, added or deleted rows
    return not opened.unsaved and not typed_just_now and bool(opened.saved != saved)


def keep(grid: Grid, values: Any) -> bool:
    """Keep what the grid holds as a draft where it is another than before; whether anything is unsaved."""
    state = grid.key.rpartition(":")[0]
    opened: _Opened = st.session_state[state]
    if values != st.session_state.get(f"{grid.key}:kept", opened.start):
        st.session_state[f"{grid.key}:kept"] = values
        unsaved = values != opened.saved
        st.session_state[state] = _Opened(opened.number, opened.saved, opened.start, unsaved)
        if unsaved:
            drafts.keep_draft(grid.viewer, grid.name, values)
        else:
            drafts.drop_draft(grid.viewer, grid.name)
        return unsaved
    return opened.unsaved


def begin_anew(grid: Grid) -> None:
    """Forget what was typed: it was saved, or is not wanted."""
    drafts.drop_draft(grid.viewer, grid.name)
    state = grid.key.rpartition(":")[0]
    opened: _Opened = st.session_state[state]
    st.session_state[state] = _Opened(
        opened.number, None, None, unsaved=False
    )  # differs from all that is saved
    st.session_state.pop(grid.key, None)

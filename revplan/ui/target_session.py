"""The editor's session: what its widgets began with, and the draft that survives a refresh."""

from dataclasses import dataclass, replace

import streamlit as st

from revplan.access import Viewer
from revplan.service import drafts, target_form, targets
from revplan.service.target_form import TargetForm
from revplan.words import _


@dataclass(frozen=True)
class Editor:
    """One editor in one session: `start` is what its widgets began with, `key` prefixes their keys.

    A widget keeps what was typed over the `start` of its own key: another start comes with another key.
    """

    viewer: Viewer
    draft_key: str
    key: str
    start: TargetForm


@dataclass(frozen=True)
class _Opened:
    """What the session remembers: how often it began anew, from what, and whether that is unsaved."""

    number: int
    start: TargetForm
    unsaved: bool


def open_editor(viewer: Viewer, target_id: str, year: int) -> Editor:
    """The editor of a saved target's year, or (with an empty id) of a new target.

    It begins with the viewer's draft, else with what is saved: on its first draw, when the page was left
    meanwhile (its widgets forgot what was typed), and when somebody saved and nothing was typed here.
    """
    draft_key = f"target:{target_id}:{year}"
    name = f"editor:{viewer.name}:{draft_key}"
    opened: _Opened | None = st.session_state.get(name)
    if (
        opened is None
        or _is_forgotten(name, opened)
        or (not opened.unsaved and _is_old(viewer, opened.start))
    ):
        number = opened.number + 1 if opened else 0
        draft = target_form.read_draft(drafts.find_draft(viewer, draft_key))
        opened = _Opened(number, draft or _saved(viewer, target_id, year), draft is not None)
        st.session_state[name] = opened
    return Editor(viewer, draft_key, f"{name}:{opened.number}", opened.start)


def restart(editor: Editor, form: TargetForm | None) -> None:
    """Begin again from `form` (as a draft), or from what is saved when it is None."""
    if form is None:
        drafts.drop_draft(editor.viewer, editor.draft_key)
    else:
        _keep_draft(editor, form)
    st.session_state.pop(f"{editor.key}:name", None)


def keep(editor: Editor, form: TargetForm) -> bool:
    """Keep the form as a draft when it changed; whether there is anything unsaved."""
    name = editor.key.rpartition(":")[0]
    opened: _Opened = st.session_state[name]
    if form != st.session_state.get(f"{editor.key}:kept", opened.start):
        _keep_draft(editor, form)
        st.session_state[f"{editor.key}:kept"] = form
        st.session_state[name] = opened = replace(opened, unsaved=True)
    return opened.unsaved


def draft_of(editor: Editor) -> TargetForm | None:
    """The draft that is kept for this editor, if any."""
    return target_form.read_draft(drafts.find_draft(editor.viewer, editor.draft_key))


def _keep_draft(editor: Editor, form: TargetForm) -> None:
    drafts.keep_draft(editor.viewer, editor.draft_key, form.model_dump(mode="json"))


def _is_forgotten(name: str, opened: _Opened) -> bool:
    return f"{name}:{opened.number}:name" not in st.session_state


def _is_old(viewer: Viewer, start: TargetForm) -> bool:
    entry = targets.find_target(viewer, start.target_id) if start.target_id else None
    return entry is not None and entry.version != start.version


def _saved(viewer: Viewer, target_id: str, year: int) -> TargetForm:
    form = target_form.open_form(viewer, target_id, year)
    return form if form.name else form.model_copy(update={"name": _("Company revenue")})

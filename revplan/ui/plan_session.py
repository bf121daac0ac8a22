"""The plan editor's session: what its widgets began with, what they hold, and the draft of it."""

import copy
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from revplan.access import Viewer
from revplan.model.plan import Plan
from revplan.model.record_text import read_document, to_document
from revplan.service import drafts, plans
from revplan.service.plans import PlanEntry
from revplan.ui.plan_table import Document


@dataclass(frozen=True)
class Work:
    """A plan being edited.

    `start` is what the widgets of this `number` began with, and `document` what they hold now: a widget
    keeps what was typed over the start of its own key, so another start comes with another number.
    `text` is TOML as it was typed, "" while the form says it all. `version` and `revision` are those
    that were opened; `component` is the position of the one in view.
    """

    name: str
    draft_key: str
    number: int
    start: Document
    document: Document
    text: str
    version: int
    revision: int
    component: int
    changed: bool

    @property
    def key(self) -> str:
        """Prefix of the widgets' keys."""
        return f"{self.name}:{self.number}"


def open_work(viewer: Viewer, entry: PlanEntry) -> Work:
    """The session's work on a plan; begun from the viewer's draft, else from what is saved.

    Work without changes follows what others save.
    """
    draft_key = f"plan:{entry.plan.id}"
    name = f"plan_editor:{viewer.name}:{entry.plan.id}"
    work: Work | None = st.session_state.get(name)
    saved = (entry.plan.version, entry.revision)
    if work is not None and (work.changed or (work.version, work.revision) == saved):
        return work
    number = work.number + 1 if work else 0
    draft = _draft(drafts.find_draft(viewer, draft_key)) if work is None else None
    if draft is not None:
        text, version, revision = draft["text"], draft["version"], draft["revision"]
        start = draft["document"]
    else:
        text, (version, revision), start = "", saved, to_document(entry.plan)
    made = Work(
        name, draft_key, number, start, copy.deepcopy(start), text, version, revision, 0, draft is not None
    )
    return put(made)


def put(work: Work) -> Work:
    """Keep the work in the session."""
    st.session_state[work.name] = work
    return work


def keep(viewer: Viewer, work: Work, document: Document, text: str = "") -> Work:
    """Take what the widgets hold; what changed in meaning is a draft from now on."""
    if document == work.document and text == work.text:
        return work
    if text == work.text and _same(document, work.document):
        return put(replace(work, document=document))
    drafts.keep_draft(
        viewer,
        work.draft_key,
        {"document": document, "text": text, "version": work.version, "revision": work.revision},
    )
    return put(replace(work, document=document, text=text, changed=True))


def begin_again(
    viewer: Viewer, work: Work, document: Document | None = None, component: int | None = None
) -> Work:
    """Draw the widgets anew from `document` (as a change), or from what they hold when it is None."""
    if document is not None:
        work = keep(viewer, work, document)
    place = work.component if component is None else component
    fresh = copy.deepcopy(work.document)
    return put(replace(work, number=work.number + 1, start=fresh, component=place))


def discard(viewer: Viewer, work: Work) -> None:
    """Forget the changes."""
    drafts.drop_draft(viewer, work.draft_key)
    st.session_state[work.name] = replace(work, changed=False, revision=-1)


def follow(viewer: Viewer, work: Work, entry: PlanEntry) -> None:
    """Go on with these changes on top of what somebody else has saved."""
    document = work.document | {"version": entry.plan.version}
    moved = replace(work, version=entry.plan.version, revision=entry.revision)
    keep(viewer, moved, document, work.text)


def opened(viewer: Viewer, work: Work, plan_id: str) -> PlanEntry | None:
    """The saved version that the work began from, with the revision that was seen then."""
    found = plans.find_plan(viewer, plan_id, work.version)
    return None if found is None else replace(found, revision=work.revision)


def _same(one: Document, other: Document) -> bool:
    """Whether two documents say one plan: a form also says what stands at its default."""
    plan, _ = read_document(Plan, one)
    return plan is not None and plan == read_document(Plan, other)[0]


def _draft(kept: Any) -> dict[str, Any] | None:
    """A draft as it was kept; None when there is none, or another version of the program kept it."""
    if not isinstance(kept, dict) or not isinstance(kept.get("document"), dict):
        return None
    if not isinstance(kept.get("text"), str) or not isinstance(kept.get("version"), int):
        return None
    components = kept["document"].get("component")
    if not isinstance(components, list) or not all(_drawable(each) for each in components):
        return None
    return {"revision": 0, **kept}


def _drawable(component: Any) -> bool:
    return (
        isinstance(component, dict)
        and isinstance(component.get("pays"), dict)
        and isinstance(component.get("table"), dict)
    )

"""Long work on a page: a bar with a Stop button while it goes on, and what it did once it is over."""

from collections.abc import Callable, Hashable

import streamlit as st

from revplan.access import Role, Viewer
from revplan.service.jobs import Job, Jobs, Seen, Work
from revplan.ui.frame import guard
from revplan.words import _

EVERY = 0.5
"""Seconds between two looks at work that goes on."""

AT_ONCE = 0.4
"""Seconds that a page waits for work before it shows a bar: what is quick needs none."""

Said = Callable[[int, int], str]
"""How far the work is, in words: so many of so many."""


def start(viewer: Viewer, kind: str, question: Hashable, work: Work, roles: tuple[Role, ...]) -> None:
    """Start work on a question in the background, instead of what this session did of its kind."""
    _jobs().start(viewer, kind, question, work, roles).wait(AT_ONCE)


def follow(viewer: Viewer, kind: str, question: Hashable, said: Said, before: str) -> Seen | None:
    """The work on a question once it is over; None when nobody asked, or while a bar shows how far it is.

    `before` says what is done before the first step. Work that failed raises its error here; of one that was
    stopped the page says how far it came.
    """
    job = _jobs().find(viewer, kind, question)
    if job is None:
        return None
    seen = job.seen()
    if not seen.is_over:
        st.fragment(_watched, run_every=EVERY)(viewer, kind, question, said, before)
        return None
    if seen.error is not None:
        raise seen.error
    return seen


def is_going_on(viewer: Viewer, kind: str, question: Hashable) -> bool:
    """Whether a bar stands where the result will be."""
    job = _jobs().find(viewer, kind, question)
    return job is not None and not job.seen().is_over


def _watched(viewer: Viewer, kind: str, question: Hashable, said: Said, before: str) -> None:
    """The bar and the button; once the work is over, the whole page is drawn with what it did."""
    with guard():
        job = _jobs().find(viewer, kind, question)
        seen = job.seen() if job else None
        if job is None or seen is None or seen.is_over:
            st.rerun()
        _bar(job, seen, kind, said, before)


def _bar(job: Job, seen: Seen, kind: str, said: Said, before: str) -> None:
    if seen.state == "waiting":
        text = _("Waiting until other long work is done")
    elif not seen.of:
        text = before
    else:
        text = said(seen.done, seen.of)
    if seen.stopping:
        text = _("Stopping: {done}").format(done=text)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(seen.done / seen.of if seen.of else 0.0, text, width="stretch")
        st.button(_("Stop"), key=f"stop_{kind}", on_click=job.stop, disabled=seen.stopping)


def _jobs() -> Jobs:
    """This session's jobs. They end with it: nobody would see what they find."""
    jobs: Jobs = st.session_state.setdefault("jobs", Jobs())
    _until_the_session_ends(jobs)
    return jobs


@st.cache_resource(scope="session", show_spinner=False, on_release=Jobs.stop_all)
def _until_the_session_ends(_held: Jobs) -> Jobs:
    """Streamlit gives a session's resources back when its browser has gone; `on_release` hears of it."""
    return _held

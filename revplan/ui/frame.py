"""The frame around every page: settings, navigation, who is looking, and what happens when it fails."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from revplan.access import AccessDenied, Role, Viewer
from revplan.service import plan_sets, slow_work, workspace
from revplan.service.kept_closes import BrokenClose
from revplan.service.people import current_people
from revplan.service.slow_work import Work
from revplan.store.records import NoDriver
from revplan.ui import navigation, session
from revplan.ui.navigation import EVERYONE, LEADERS, PLANNERS
from revplan.ui.text import plain
from revplan.words import N_, _, gettext, names, sentences, speaking
from revplan.words.texts import no_driver

__all__ = ["EVERYONE", "LEADERS", "PLANNERS", "frame", "guard", "page"]

ICON = "🧭"
WORK = {
    "opening": N_(
        "Opening your company's data. The first start loads the sample company: up to half a minute."
    ),
    "calculating": N_("Calculating everybody's pay"),
}
"""What a reader is told while something takes more than a moment."""
_log = logging.getLogger("revplan")


def frame(title: str, roles: tuple[Role, ...] = EVERYONE) -> Viewer:
    """Draw the sidebar and the page's title; return who is looking.

    A role that may not open this page sees a sentence with a way on, and the page stops here.
    """
    st.set_page_config(page_title=f"{title} · revplan", page_icon=ICON, layout="wide")
    st.title(title, anchor=False)
    with guard():
        workspace.current()  # opened here, where a reader sees what the wait is for
        viewer = _sidebar()
    if viewer.role not in roles:
        _not_for(viewer)
    return viewer


def _waiting(work: Work) -> AbstractContextManager[object]:
    """A line beneath what is drawn so far, and for how long it has been going on."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return nullcontext()  # a download is made outside of a page
    return st.spinner(gettext(WORK[work]), show_time=True)


slow_work.tell_with(_waiting)
names.ask_plan_sets(plan_sets.given_names)


@contextmanager
def page(title: str, roles: tuple[Role, ...] = EVERYONE) -> Iterator[Viewer]:
    """`frame`, and a friendly end to whatever goes wrong in the page's body."""
    # The language is asked for once: a page says thousands of words, and the session is slow to answer.
    with guard(), speaking(session.session_language()):
        yield frame(title, roles)


@contextmanager
def guard() -> Iterator[None]:
    """Show what goes wrong inside as a sentence with a reference, written to the log with the details.

    For fragments and callbacks, which run outside of their page's body.
    """
    try:
        yield
    except AccessDenied:
        st.info(_("Your role does not show this. What you may see is in the list on the left."))
        st.stop()
    except (workspace.Unreadable, BrokenClose) as error:
        problems = "\n".join(f"- {plain(sentences.sentence(issue))}" for issue in error.issues)
        st.error(problems, title=_("What is stored cannot be read by this version"))
        st.stop()
    except NoDriver as error:
        st.error(plain(no_driver(error.package, error.install)))
        st.stop()
    except Exception as error:  # the last door: nothing behind it may reach a reader as a traceback
        reference = secrets.token_hex(4)
        _log.exception("reference %s: %s", reference, type(error).__name__)
        st.error(
            _(
                "This page could not be drawn. Nothing was changed or lost. "
                "Try again; if it happens again, give your administrator the reference {reference}."
            ).format(reference=reference),
            title=_("Something went wrong"),
        )
        st.stop()


def _sidebar() -> Viewer:
    with st.sidebar:
        brand, links, who = st.container(), st.container(gap="xxsmall"), st.container()
        everybody = current_people()
        with who:
            st.divider()
            viewer = session.choose_viewer(everybody)
            session.choose_language()
        with brand:
            st.markdown(f"### {plain(everybody.company) or 'revplan'}")
        with links:
            navigation.draw(viewer.role)
    return viewer


def _not_for(viewer: Viewer) -> None:
    if viewer.role == "none":
        st.info(_("Choose who you are in the list on the left to see your pages."))
    else:
        st.info(
            _("This page is for other roles. Yours sees its figures on the pages in the list on the left.")
        )
        navigation.link("Home", _("Go to Home"))
    st.stop()

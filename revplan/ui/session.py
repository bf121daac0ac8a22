"""Who is looking and in which language: kept in the session, never in the URL."""

from collections.abc import Callable

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from revplan.access import Role, Viewer
from revplan.service.people import People
from revplan.words import LANGUAGES, _, ask_language, closest, names

ROLES: tuple[Role, ...] = ("cro", "finance", "lead", "payee")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def session_language() -> str:
    """The session's language: the one chosen, else the browser's; "" outside of a session."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return ""
    return str(st.session_state.get("language") or closest(st.context.locale))


ask_language(session_language)


def is_local() -> bool:
    """Whether the app listens to this machine only: the role switch stands in for sign-in only then."""
    return st.get_option("server.address") in LOOPBACK


def choose_language() -> None:
    """The language switch."""
    _kept("language", session_language())
    st.selectbox(
        _("Language"),
        list(LANGUAGES),
        format_func=lambda code: LANGUAGES[code],
        key="_language",
        on_change=_keep("language"),
    )


def choose_viewer(people: People) -> Viewer:
    """The role switch: CRO, finance, lead of a team, payee. Whoever is not in the book has no access.

    On an address that others can reach there is no switch and no access, until there is sign-in.
    """
    if not is_local():
        st.caption(_("Sign-in is needed to open this app from another computer."))
        return Viewer()
    role = _choose("role", _("Viewing as"), {role: names.role(role) for role in ROLES})
    if role == "lead":
        team_id = _choose("team", _("Team"), people.teams)
        return Viewer("lead", team_id, people.leads.get(team_id, "")) if team_id else Viewer()
    if role == "payee":
        payee_id = _choose("payee", _("Person"), people.payees)
        return Viewer("payee", "", payee_id) if payee_id else Viewer()
    return {"cro": Viewer("cro"), "finance": Viewer("finance")}.get(role, Viewer())


def _choose(name: str, label: str, known: dict[str, str]) -> str:
    """One of `known` ids, shown by name; the first one in a new session.

    What the session keeps and is not known any more leaves nothing chosen: "", never somebody else.
    """
    if not known:
        st.caption(_("Nobody to choose yet: upload people on the Data page first."))
        return ""
    _kept(name, next(iter(known)))
    kept = st.session_state[name]
    if kept not in known:
        st.session_state[f"_{name}"] = None
    chosen = st.selectbox(
        label,
        list(known),
        index=0 if kept in known else None,
        format_func=lambda key: known.get(key, key),
        key=f"_{name}",
        on_change=_keep(name),
    )
    return str(chosen) if chosen in known else ""


def _kept(name: str, default: str) -> None:
    """Give the widget `_name` what the session keeps: a widget's own state is lost between pages."""
    value = st.session_state.get(name, default)
    st.session_state[name] = st.session_state[f"_{name}"] = value


def _keep(name: str) -> Callable[[], None]:
    def keep() -> None:
        st.session_state[name] = st.session_state[f"_{name}"]

    return keep

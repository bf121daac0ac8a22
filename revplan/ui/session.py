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
    """The role switch: CRO, finance, lead of a team, payee. What is not in the book has no access.

    On an address that others can reach there is no switch and no access, until there is sign-in.
    """
    if not is_local():
        st.caption(_("Sign-in is needed to open this app from another computer."))
        return Viewer()
    _kept("role", "cro")
    role: Role = st.selectbox(
        _("Viewing as"), ROLES, format_func=names.role, key="_role", on_change=_keep("role")
    )
    if role == "lead":
        team_id = _choose("team", _("Team"), people.teams)
        return Viewer(role, team_id, people.leads.get(team_id, "")) if team_id else Viewer()
    if role == "payee":
        payee_id = _choose("payee", _("Person"), people.payees)
        return Viewer(role, "", payee_id) if payee_id else Viewer()
    return Viewer(role) if role in ROLES else Viewer()


def _choose(name: str, label: str, known: dict[str, str]) -> str:
    """One of `known` ids by name; "" when there are none or the session holds another."""
    if not known:
        st.caption(_("Nobody to choose yet: upload people on the Data page first."))
        return ""
    _kept(name, next(iter(known)), known)
    chosen = st.selectbox(
        label,
        list(known),
        format_func=lambda key: known.get(key, key),
        key=f"_{name}",
        on_change=_keep(name),
    )
    return chosen if chosen in known else ""


def _kept(name: str, default: str, allowed: dict[str, str] | None = None) -> None:
    """Give the widget `_name` what the session keeps: a widget's own state is lost between pages."""
    value = st.session_state.get(name, default)
    if allowed is not None and value not in allowed:
        value = default
    st.session_state[name] = st.session_state[f"_{name}"] = value


def _keep(name: str) -> Callable[[], None]:
    def keep() -> None:
        st.session_state[name] = st.session_state[f"_{name}"]

    return keep

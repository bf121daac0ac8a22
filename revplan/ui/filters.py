"""Filters that can be shared by URL: plan set and period. The URL holds codes, never words or roles."""

from collections.abc import Callable, Sequence

import streamlit as st

from revplan.words import _, formats


def choose(
    name: str,
    label: str,
    options: Sequence[str],
    default: str = "",
    shown: Callable[[str], str] = str,
    help: str | None = None,
) -> str:
    """A filter kept in the URL as `name=<option>`; "" when there is nothing to choose.

    What the URL asks for counts if it is an option, else `default`, else the first one.
    """
    if not options:
        return ""
    key = f"filter_{name}"
    kept = st.session_state.get(key)
    if kept not in options:
        wanted = st.query_params.get(name, "")
        kept = wanted if wanted in options else default if default in options else options[0]
    # Said on every run: the widget of another page leaves its value behind, but not its choice.
    st.session_state[key] = kept
    chosen = st.selectbox(label, list(options), key=key, format_func=shown, help=help)
    if not chosen:
        st.query_params.pop(name, None)
    elif chosen != st.query_params.get(name):
        st.query_params[name] = chosen
    return str(chosen)


def asked(name: str) -> str:
    """What a filter will stand at, before it is drawn: as chosen, else as the URL asks; "" for neither."""
    return str(st.session_state.get(f"filter_{name}") or st.query_params.get(name, ""))


def plan_set_filter(plan_sets: Sequence[str], default: str = "") -> str:
    """Which set of plans the figures are of."""
    return choose("plans", _("Plans"), plan_sets, default, plan_set_name)


def plan_set_name(name: str) -> str:
    """A plan set as a reader knows it: the two of the sample in words, any other as it is named."""
    known = {"volume": _("Today's plans (volume)"), "shared": _("Shared revenue plans")}
    return known.get(name, name)


def period_filter(labels: Sequence[str], default: str = "") -> str:
    """Which period the figures are of: labels such as 2026-Q3, the newest one unless told otherwise."""
    return choose("period", _("Period"), labels, default or _last(labels), formats.period)


def _last(options: Sequence[str]) -> str:
    return options[-1] if options else ""

"""Filters that can be shared by URL: plan set and period. The URL holds codes, never words or roles."""

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from revplan.service.standing import TODAY
from revplan.words import _, formats, names


def choose(
    name: str,
    label: str,
    options: Sequence[str],
    default: str = "",
    shown: Callable[[str], str] = str,
    help: str | None = None,
) -> str:
    """A filter kept in the session and in the URL as `name=<option>`; "" when there is nothing to choose.

    What was asked for counts if it is an option, else `default`, else the first one.
    """
    if not options:
        return ""
    wanted = asked(name)
    key = f"filter_{name}"
    # Said on every run: the widget of another page leaves its value behind, but not its choice.
    st.session_state[key] = wanted if wanted in options else default if default in options else options[0]
    chosen = str(st.selectbox(label, list(options), key=key, format_func=shown, help=help) or "")
    if not chosen:
        st.query_params.pop(name, None)
    elif chosen != st.query_params.get(name):
        st.query_params[name] = chosen
    st.session_state[_kept(name)] = chosen
    return chosen


def asked(name: str) -> str:
    """What a filter will stand at, before it is drawn; "" for the page's default.

    A link that was followed wins, then what was chosen, on this page or, since a page without the filter
    loses the widget, on an earlier one.
    """
    kept = str(st.session_state.get(_kept(name), ""))
    linked = st.query_params.get(name, "")
    chosen = st.session_state.get(f"filter_{name}", kept)
    return str(linked if linked and linked != kept and chosen == kept else chosen or "")


def _kept(name: str) -> str:
    return f"kept_{name}"


def pairs(number: int = 2) -> list[DeltaGenerator]:
    """Room for two filters each: beside one another on a desk, one pair below the other on a phone, where
    all in one row would be cut."""
    return [column.container(horizontal=True) for column in st.columns(number)]


def two_plan_sets(plan_sets: Sequence[str]) -> tuple[str, str]:
    """Two different sets of two or more: as it is today, and what might be instead."""
    first = choose("before", _("Today"), plan_sets, plan_sets[0], names.plan_set)
    others = [name for name in plan_sets if name != first]
    return first, choose("after", _("Instead"), others, others[-1], names.plan_set)


def span(labels: Sequence[str], first: str = "", last: str = "") -> tuple[str, str]:
    """From which period up to which, both of `labels` in order of time; ("", "") where there are none."""
    since = choose("since", _("From"), labels, first, formats.period)
    later = [label for label in labels if label >= since]
    return since, choose("until", _("Up to"), later, last or _last(later), formats.period)


def plan_set_filter(plan_sets: Sequence[str], default: str = "") -> str:
    """Which set of plans the figures are of: today's stand first, on every page."""
    ordered = sorted(plan_sets, key=lambda name: name != TODAY)
    return choose("plans", _("Plans"), ordered, default, names.plan_set)


def period_filter(labels: Sequence[str], default: str = "") -> str:
    """Which period the figures are of: labels such as 2026-Q3, the newest one unless told otherwise."""
    return choose("period", _("Period"), labels, default or _last(labels), formats.period)


def _last(options: Sequence[str]) -> str:
    return options[-1] if options else ""

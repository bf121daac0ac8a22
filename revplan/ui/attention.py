"""What needs attention and what to do next, as lists with a link to where it is done."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import streamlit as st

from revplan.issues import Severity
from revplan.service.attention import Attention
from revplan.service.home import Step
from revplan.ui import home, navigation
from revplan.ui.text import heading, plain
from revplan.words import _, names, ngettext, sentences

FIRST = 5
"""How many problems are shown before the rest folds away."""

_COLOURS: dict[Severity, Literal["red", "orange", "gray"]] = {
    "error": "red",
    "warning": "orange",
    "note": "gray",
}


def draw(found: Sequence[Attention], currency: str, digits: int, title: str = "") -> None:
    """The problems under a title, worst first: what and why, what to do, and where."""
    if not found:
        return
    heading(title or _("What needs attention"))
    for item in found[:FIRST]:
        _draw(item, currency, digits)
    if rest := found[FIRST:]:
        label = ngettext("{number} more", "{number} more", len(rest)).format(number=len(rest))
        with st.expander(label):
            for item in rest:
                _draw(item, currency, digits)


def _draw(item: Attention, currency: str, digits: int) -> None:
    issue = item.issue
    told = sentences.told(issue, currency, digits)
    # Who is named in the sentence is not told once more by id.
    where = replace(issue.where, payee="") if "who" in issue.parameters else issue.where
    place = sentences.place(where)
    what = f"{place}: {told.what}" if place else told.what
    more = ""
    if item.more:
        text = ngettext("({number} more like it)", "({number} more like it)", item.more)
        more = " " + text.format(number=item.more)
    with st.container(border=True):
        badge, words, way = st.columns([2, 12, 2], vertical_alignment="center")
        badge.badge(names.named(names.SEVERITIES, issue.severity), color=_COLOURS[issue.severity])
        words.markdown(f"**{plain(what)}**{more} {plain(' '.join(filter(None, (told.why, told.fix))))}")
        if item.page:
            with way:
                navigation.link(item.page)


def draw_steps(steps: Sequence[Step]) -> None:
    """The way to a plan that teams share: numbered, with what is done."""
    if not steps:
        return
    heading(_("What to do next"))
    with st.container(border=True):
        for number, step in enumerate(steps, 1):
            name, about = home.step_words(step.code)
            with st.container(horizontal=True, vertical_alignment="center"):
                mark = ":green[✓]" if step.done else f"{number}."
                st.markdown(f"{mark} **{plain(name)}** :gray[{plain(about)}]", width="stretch")
                if not step.done:
                    navigation.link(step.page)

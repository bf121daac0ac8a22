"""The pages, in the order of the sidebar, and who may open each."""

from dataclasses import dataclass

import streamlit as st

from revplan.access import Role
from revplan.ui.filters import asked
from revplan.ui.text import plain
from revplan.words import N_, gettext

EVERYONE: tuple[Role, ...] = ("cro", "finance", "lead", "payee")
LEADERS: tuple[Role, ...] = ("cro", "finance", "lead")
PLANNERS: tuple[Role, ...] = ("cro", "finance")

SHARED_FILTERS = ("plans", "period")
"""Filters that a link in the sidebar carries from page to page."""


@dataclass(frozen=True)
class PageLink:
    """A page's file, the word for it, and the roles that may open it."""

    file: str
    label: str
    roles: tuple[Role, ...]


PAGES = (
    PageLink("pages/1_Home.py", N_("Home"), EVERYONE),
    PageLink("pages/2_Data.py", N_("Data"), PLANNERS),
    PageLink("pages/3_Targets.py", N_("Targets"), EVERYONE),
    PageLink("pages/4_Plans.py", N_("Plans"), PLANNERS),
    PageLink("pages/10_Scores.py", N_("Scores"), LEADERS),
    PageLink("pages/5_Attainment.py", N_("Attainment"), EVERYONE),
    PageLink("pages/11_Health.py", N_("Health"), EVERYONE),
    PageLink("pages/6_Compare.py", N_("Compare"), LEADERS),
    PageLink("pages/12_Simulate.py", N_("Simulate"), PLANNERS),
    PageLink("pages/11_Alignment.py", N_("Alignment"), PLANNERS),
    PageLink("pages/9_Changes.py", N_("Changes"), EVERYONE),
    PageLink("pages/8_Close.py", N_("Close"), EVERYONE),
    PageLink("pages/7_Export.py", N_("Export"), EVERYONE),
)


def page(name: str) -> PageLink:
    """The page whose file is named so: page("Targets"). KeyError when there is none."""
    return {entry.file.split("_", 1)[1].removesuffix(".py"): entry for entry in PAGES}[name]


def link(name: str, label: str = "", **params: str) -> None:
    """Draw a link to a page ("Targets"), carrying the shared filters and `params` along.

    It stands in the page's accent with an arrow: drawn as Streamlit draws it, it looks like text.
    """
    entry = page(name)
    words = plain(label or gettext(entry.label))
    st.page_link(entry.file, label=f":primary[{words} →]", query_params=_carried() | params)


def draw(role: Role) -> None:
    """Links to the pages that `role` may open."""
    for entry in PAGES:
        if role in entry.roles:
            st.page_link(entry.file, label=gettext(entry.label), width="stretch", query_params=_carried())


def _carried() -> dict[str, str]:
    return {name: value for name in SHARED_FILTERS if (value := asked(name))}

"""The Simulate page's reverse question: what must be closed for somebody, or a team, to earn so much."""

from functools import partial

import streamlit as st

from revplan.access import Viewer
from revplan.metrics.alignment import Window
from revplan.service import needed, workspace
from revplan.service.needed import Asked, Needed
from revplan.service.solving import Ground, NotSolved
from revplan.simulate.needed import Grows
from revplan.ui import formats, long_work, simulate_levers
from revplan.ui.tables import Column, show_table
from revplan.ui.text import opening, plain
from revplan.words import _, sentences

_KIND = "reach"


def draw(viewer: Viewer, plan_set: str, over: tuple[Window, ...]) -> None:
    """Who, how much, and what grows; then the answer with each component."""
    book = workspace.current().book()
    company = book.company
    st.caption(
        _("The deals that close in these periods grow, with what follows from them, until the plans pay as "
          "much. Every try is counted and paid by the engine.")
    )  # fmt: skip
    teams = {f"team:{team.id}": team.name for team in company.teams}
    rows = book.tables["payees"].select(["payee_id", "name"]).to_pylist()
    people = {f"payee:{row['payee_id']}": row["name"] for row in rows}
    known = {**teams, **dict(sorted(people.items(), key=lambda each: (each[1], each[0])))}
    who_at, earn_at, grow_at = st.columns([2, 1, 2])
    with who_at:
        # A sales team first: it owns deals, so the question has an answer.
        first = next((place for place, team in enumerate(company.teams) if team.kind == "sales"), 0)
        who = st.selectbox(
            _("Who"),
            list(known),
            first,
            format_func=lambda each: known[each],
            key="reach_who",
            persist_state="session",
        )
    with earn_at:
        share = st.number_input(
            _("Percent of target pay"), 1, 1000, 120, 5, key="reach_share", persist_state="session"
        )
    with grow_at:
        grows: Grows = "all" if st.radio(
            _("What grows"),
            ["own", "all"],
            format_func=lambda each: {"own": _("Own deals"), "all": _("All deals of the company")}[each],
            horizontal=True,
            key="reach_grows", persist_state="session",
            help=_("Whoever owns no deals, as in marketing or success, is paid on those of others."),
        ) == "all" else "own"  # fmt: skip
    kind, _colon, identity = str(who).partition(":")
    try:
        ground, asked = needed.ask(
            viewer, plan_set, over, earns=f"{share}%", grows=grows,
            team=identity if kind == "team" else "", payee=identity if kind == "payee" else "",
        )  # fmt: skip
    except NotSolved:
        st.info(_("{name} has no target pay in these periods.").format(name=plain(known[str(who)])))
        return
    question = (workspace.current().fingerprint(), asked.goal)
    if st.button(_("Work it out"), type="primary", key="reach_go"):
        work = partial(needed.answer, ground, asked)
        long_work.start(viewer, _KIND, question, work, ("cro", "finance"))
    try:
        seen = long_work.follow(viewer, _KIND, question, _how_far, _("Counting the deals"))
    except NotSolved as wrong:
        for issue in wrong.issues:
            st.warning(plain(sentences.sentence(issue, company.currency, company.digits)))
        return
    if seen is None:
        return
    if seen.result is None:
        st.info(_("You stopped it before there was an answer."))
        return
    _answer(ground, asked, seen.result)


def _how_far(done: int, of: int) -> str:
    text = _("{done} of at most {of} books paid")
    return text.format(done=formats.number(done), of=formats.number(of))


def _answer(ground: Ground, asked: Asked, found: Needed) -> None:
    company = ground.book.company
    opening(needed.sentence(ground, asked, found))
    columns = [
        Column("component_name", _("Component"), pinned=True),
        Column("attainment", _("Reached"), "percent"),
        Column("attainment_then", _("Reached then"), "percent"),
        Column("payout", _("Pays"), "money"),
        Column("payout_then", _("Pays then"), "money"),
    ]
    show_table(
        needed.components(ground, found), columns, "reach_table", currency=company.currency,
        digits=company.digits, alt=_("What each component reaches and pays"),
    )  # fmt: skip
    if found.factor is not None and found.factor != 1:
        st.button(
            _("Try it on the levers"),
            key="reach_use",
            on_click=simulate_levers.load,
            args=(found.scenario, ground.target),
        )

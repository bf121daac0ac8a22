"""Simulate: move a lever and see at once what it pays, whom, and against what it is now."""

import streamlit as st

from revplan.ui import (
    navigation,
    simulate_levers,
    simulate_page,
    simulate_reach,
    simulate_solve,
    simulate_trials,
)
from revplan.ui.empty import empty
from revplan.ui.frame import PLANNERS, page
from revplan.words import _

with page(_("Simulate"), PLANNERS) as viewer:
    chosen = simulate_page.choose(viewer)
    if chosen is None:
        empty(
            _("It takes plans, and a revenue target that the teams share, to simulate what they pay."),
            "Targets",
            _("Go to Targets"),
        )
    else:
        plan_set, facts, over = chosen.plan_set, chosen.facts, chosen.over
        titles = [_("What if"), _("Side by side"), _("Find a plan"), _("What it takes"), _("How sure")]
        if st.session_state.pop(simulate_levers.LOADED, False):
            st.session_state["sim_tab"] = titles[0]
        levers, beside, find, takes, sure = st.tabs(titles, key="sim_tab", on_change="rerun")
        if levers.open:
            with levers:
                simulate_page.what_if(viewer, plan_set, facts, over)
        if beside.open:
            with beside:
                simulate_page.side_by_side(viewer, plan_set, facts, over)
        if find.open:
            with find:
                simulate_solve.draw(viewer, plan_set, chosen.today)
        if takes.open:
            with takes:
                simulate_reach.draw(viewer, plan_set, chosen.today)
        if sure.open:
            with sure:
                simulate_trials.draw(viewer, plan_set)
        st.divider()
        with st.container(horizontal=True):
            navigation.link("Alignment")
            navigation.link("Compare")
            navigation.link("Plans")

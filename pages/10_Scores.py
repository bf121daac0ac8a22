"""Scores: a lead, or finance, enters how far people reached the goals that are scored by hand."""

import streamlit as st

from revplan.service import scores
from revplan.ui import empty, flash, scores_page, text
from revplan.ui.filters import choose
from revplan.ui.frame import LEADERS, page
from revplan.words import _, formats

with page(_("Scores"), LEADERS) as viewer:
    periods = scores.score_periods(viewer)
    if not periods:
        empty.empty(_("No plan of people whom you score counts a goal that is scored by hand."))
        st.stop()
    top = st.container()
    with st.container(horizontal=True):
        period = choose("scored", _("Period"), periods, scores_page.default(viewer, periods), formats.period)
        team = scores_page.choose_team(viewer)
    sheet = scores.score_sheet(viewer, period, team)
    with top:
        text.opening(scores_page.opening(sheet))
        flash.draw(scores_page.FLASH)
    scores_page.draw(viewer, sheet)
    scores_page.draw_history(viewer, sheet)

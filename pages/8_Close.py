"""Close: submit, approve and lock what a period pays, and see what came late for a closed one."""

import streamlit as st

from revplan.service import closes, export
from revplan.ui import close_corrections, close_page, close_steps, close_tables, empty, flash, text
from revplan.ui.filters import asked, plan_set_filter
from revplan.ui.frame import page
from revplan.words import _

with page(_("Close")) as viewer:
    sets = export.plan_sets(viewer)
    if not sets:
        empty.empty(_("There are no plans yet, so there is no pay to close."), "Home", _("Go to Home"))
        st.stop()
    top = st.container()
    with st.container(horizontal=True):
        plan_set = plan_set_filter(sets)
        closing = closes.closing(viewer, plan_set, asked("through"))
        close_page.choose_months(closing)
    with top:
        text.opening(close_page.opening(viewer, closing))
        flash.draw(close_steps.FLASH)
    close_page.timeline(closing)
    if closing.figures is not None and closing.shown is not None:
        close_steps.draw_actions(viewer, closing)
        close_page.draw_cards(closing)
        close_page.draw_checks(viewer, closing)
        close_tables.people(viewer, closing)
        close_tables.true_ups(viewer, closing)
        close_corrections.draw(viewer)
        close_tables.files(viewer, closing)
        close_page.draw_history(closing)

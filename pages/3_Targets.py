"""Targets: one target that teams share, by period, by team and by person."""

import streamlit as st

from revplan.service import target_amounts, targets
from revplan.service.cascade import saved_cascade
from revplan.ui import empty, flash, target_editor, target_goals, targets_page, text
from revplan.ui.frame import PLANNERS, page
from revplan.words import _

with page(_("Targets")) as viewer:
    editor = viewer.role in PLANNERS
    entries = targets.list_targets(viewer)
    top = st.container()
    if not entries and not editor:
        empty.empty(_("There is no target yet. The chief revenue officer or finance sets it on this page."))
        st.stop()
    with st.container(horizontal=True):
        chosen = targets_page.choose_target(entries, editor=editor)
        entry = next((each for each in entries if each.target.id == chosen), None)
        year = targets_page.choose_year(entry)
    stand = target_amounts.target_stand(viewer, entry.target, year) if entry else None
    with top:
        text.opening(targets_page.opening(entry, stand, year))
        flash.draw(targets_page.FLASH)
    if editor:
        target_editor.edit(viewer, entry.target.id if entry else "", year)
    elif entry and stand:
        targets_page.draw_by_period(stand, "by_period")
        cascade = saved_cascade(viewer, entry.target.id, year)
        targets_page.draw_cascade(viewer, f"{entry.target.name}, {year}", cascade, "cascade")
        target_goals.draw_to_read(viewer)
    if editor and entry:
        targets_page.draw_history(viewer, entry)

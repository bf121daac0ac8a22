"""Plans: who is paid for what, with the curve and the plan check beside the form."""

import streamlit as st

from revplan.service import plans
from revplan.ui import empty, flash, plan_editor, plan_save, plans_page, text
from revplan.ui.frame import PLANNERS, page
from revplan.words import _

with page(_("Plans"), PLANNERS) as viewer:
    sets = plans.plan_sets(viewer)
    top = st.container()
    chosen, new = st.columns([5, 3], vertical_alignment="bottom")
    with chosen.container(horizontal=True):
        plan_set = plans_page.choose_set(viewer, sets)
        plan_id = plans_page.choose_plan(viewer, plan_set)
    entry = plans.find_plan(viewer, plan_id) if plan_id else None
    with new.container(horizontal=True):
        plans_page.draw_new(viewer, plan_set, entry, sets)
    with top:
        if entry:
            text.opening(plans_page.opening(viewer, entry.plan))
        flash.draw(plan_save.FLASH)
    if entry:
        plan_editor.edit(viewer, entry)
        plans_page.draw_versions(viewer, plan_id)
    else:
        empty.empty(
            _("There is no plan yet. Create the first one, or bring a book folder on the Data page."), "Data"
        )

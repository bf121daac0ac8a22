"""Changes: what is paid otherwise than before, and which inputs moved each figure, to the deal."""

import streamlit as st

from revplan.ui import changes_page, empty, text
from revplan.ui.frame import page
from revplan.words import _

with page(_("Changes")) as viewer:
    top = st.container()
    plan_set, since = changes_page.choose(viewer)
    if since is None:
        empty.empty(
            _("There is nothing to compare with yet: figures move when data come, or a period is submitted."),
            "Home",
            _("Go to Home"),
        )
    else:
        changes = changes_page.found(viewer, plan_set, since)
        if changes is not None:
            with top:
                text.opening(changes_page.opening(changes, viewer))
            changes_page.draw_cards(changes)
            moved = changes_page.draw_table(viewer, changes)
            if moved is not None:
                changes_page.draw_story(viewer, plan_set, changes, moved)

"""Compare: today's plans beside others on the same data, and whether pay moves with the company's result."""

import streamlit as st

from revplan.service.compare_words import opening_sentence
from revplan.ui import compare_page, compare_tables, navigation
from revplan.ui.empty import empty
from revplan.ui.frame import LEADERS, page
from revplan.ui.text import opening
from revplan.words import _

with page(_("Compare"), LEADERS) as viewer:
    comparison = compare_page.choose_comparison(viewer)
    if comparison is None:
        empty(
            _("There is nothing to compare yet: it takes two plan sets. Write the plans of a second one."),
            "Plans",
            _("Go to Plans"),
        )
    elif not comparison.windows:
        opening(opening_sentence(comparison))
        empty(_("Set a revenue target that the teams share."), "Targets", _("Go to Targets"))
    elif not comparison.people.num_rows:
        opening(opening_sentence(comparison))
        empty(_("Nobody whom you may see is covered by these plans."), "Home", _("Go to Home"))
    else:
        opening(opening_sentence(comparison))
        compare_page.draw_cards(comparison)
        compare_page.draw_missed(comparison)
        compare_page.draw_windows(comparison)
        compare_page.draw_together(comparison)
        compare_page.draw_moves(comparison)
        compare_tables.draw_tables(viewer, comparison)
        if viewer.role != "lead":
            st.divider()
            st.markdown(
                _("Next: change what the teams share, or what a plan pays, and see this page change.")
            )
            with st.container(horizontal=True):
                navigation.link("Targets")
                navigation.link("Plans")
                navigation.link("Export")

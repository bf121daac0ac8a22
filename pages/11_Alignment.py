"""Alignment: what two plan sets ask each team to do, and whether that is what the company wants."""

import streamlit as st

from revplan.service.alignment_words import opening_sentence
from revplan.ui import alignment_page, navigation
from revplan.ui.empty import empty
from revplan.ui.frame import PLANNERS, page
from revplan.ui.text import opening
from revplan.words import _

with page(_("Alignment"), PLANNERS) as viewer:
    report = alignment_page.choose(viewer)
    if report is None:
        empty(
            _("It takes two plan sets, and a shared revenue target with a period that is over, to tell what "
              "plans ask of the teams."),
            "Targets",
            _("Go to Targets"),
        )  # fmt: skip
    else:
        opening(opening_sentence(report))
        cards = st.container()
        alignment_page.draw_map(report)
        worth = alignment_page.choose_worth(viewer, report)
        with cards:
            alignment_page.draw_cards(report, worth)
        alignment_page.draw_fit(report, worth)
        alignment_page.draw_health(viewer, report)
        st.divider()
        st.markdown(_("Next: look at what each person would be paid, or change what the plans pay for."))
        with st.container(horizontal=True):
            navigation.link("Compare")
            navigation.link("Plans")

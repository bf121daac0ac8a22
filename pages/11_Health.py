"""Health: the company's key figures in a period, each with what it is made of, and over time."""

import streamlit as st

from revplan.ui import health, health_costs, health_page, text
from revplan.ui.frame import page
from revplan.words import _

with page(_("Health")) as viewer:
    top = st.container()
    view = health_page.choose(viewer)
    with top:
        text.opening(health.opening(view))
    health_page.draw_figures(view)
    health_page.draw_trend(view)
    health_page.draw_tables(viewer, view)
    health_costs.draw(viewer, view)

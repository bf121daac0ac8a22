"""Attainment: team, person, component, and the deals behind each."""

import streamlit as st

from revplan.service import attainment as service
from revplan.ui import attainment_page as draw
from revplan.ui import empty, estimate
from revplan.ui.colours import GAIN, team_colours
from revplan.ui.filters import asked, choose, pairs, period_filter, plan_set_filter
from revplan.ui.frame import page
from revplan.words import _

with page(_("Attainment")) as viewer:
    choices = service.choices(viewer, asked("plans"), asked("period"))
    names, colours = choices.teams, team_colours(choices.team_list)
    person, team, view = choices.own_payee, "", None
    if not choices.periods:
        empty.empty(_("There is no pay to show yet. Upload people and deals, and write a plan first."))
        st.stop()
    figures, *whose = pairs(2 if names else 1)
    with figures:
        plan_set_filter(choices.plan_sets, choices.plan_set)
        period_filter(choices.periods, choices.period)
    if whose:
        with whose[0]:
            team = choose("team", _("Team"), list(names), shown=lambda key: names.get(key, key))
            view = service.team_view(viewer, choices.plan_set, team, choices.period)
            person = draw.person_filter(view)
    colour = colours.get(team or choices.own_team, GAIN)
    if person:
        shown = service.person_view(viewer, choices.plan_set, person, choices.period)
        line = draw.person(viewer, shown, choices, way_back=bool(view))
        if line is not None:
            draw.line(viewer, service.line_view(viewer, choices.plan_set, line), choices)
        draw.account(viewer, shown, choices)
        draw.over_time(shown, colour)
        estimate.section(viewer, choices.plan_set, person)
    elif view:
        draw.team(viewer, view, choices, colour)
    else:
        empty.empty(_("You are not on a plan in this period."))

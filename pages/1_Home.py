"""Home: where everybody stands, what it costs, what needs attention, what to do next."""

import streamlit as st

from revplan.service import home as service
from revplan.ui import attention, cards, charts, colours, empty, home, navigation, text
from revplan.ui.downloads import download_table
from revplan.ui.filters import asked, period_filter, plan_set_filter
from revplan.ui.frame import page
from revplan.ui.tables import show_table
from revplan.ui.text import heading
from revplan.words import _

with page(_("Home")) as viewer:
    figures = service.home(viewer, asked("plans"), asked("period"))
    if not figures.window:
        empty.empty(_("There are no figures yet. Upload your data and set a target to see them."))
    else:
        with st.container(horizontal=True):
            plan_set_filter(figures.plan_sets, figures.plan_set)
            period_filter(figures.periods, figures.window.label)
        text.opening(home.opening(figures))
        cards.cards(home.cards(figures))
        colour = colours.team_colours(figures.team_list)
        to_date = figures.cost is not None and home.choose_span()
        reached, paid = (make(figures, colour, to_date) for make in (home.reached_bars, home.paid_bars))
        reach = max((bar.value or 0 for bar in (*reached, *paid)), default=0)
        left, right = st.columns(2, gap="large")
        with left:
            heading(_("What was reached"))
            figure = charts.attainment_bars(reached, reach=reach)
            charts.show(figure, "reached", _("Attainment of the company and of each team against 100%"))
        with right:
            if paid:
                heading(_("What was paid for it"))
                figure = charts.attainment_bars(paid, reach=reach)
                charts.show(figure, "paid", _("Pay as a share of target pay"))
        if figures.teams:
            table = home.team_table(figures, to_date)
            columns = home.team_columns(table)
            show_table(table, columns, "teams", currency=figures.currency, digits=figures.digits)
            download_table(
                viewer, _("Teams, {period}").format(period=figures.window.label), table, columns, "teams"
            )
        labels, layers = home.cost_series(figures, colour)
        if len(labels) > 1:
            heading(_("Pay over the year"))
            figure = charts.stacked_bars(labels, layers, figures.currency, figures.digits)
            charts.show(figure, "cost", _("Pay by period and team"))
        if figures.cost and viewer.role in ("lead", "payee"):
            navigation.link("Attainment", _("See the deals behind it"))
        if figures.others:
            heading(_("Other targets"))
            cards.cards(home.others(figures))
    if figures.window:
        navigation.link("Health", _("See the health of the company"))
    attention.draw(figures.attention, figures.currency, figures.digits)
    attention.draw_steps(figures.steps)

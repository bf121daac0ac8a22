"""What the Health page draws: filters, cards by family, a figure over time, teams, and the costs stated."""

import streamlit as st

from revplan.access import Viewer
from revplan.metrics.health.figures import KPIS_BY_ID
from revplan.service import health as service
from revplan.service.health import HealthView
from revplan.ui import charts, filters, health, health_chart, navigation
from revplan.ui.cards import cards
from revplan.ui.downloads import download_table
from revplan.ui.frame import guard
from revplan.ui.tables import show_table
from revplan.ui.text import heading, plain
from revplan.words import N_, _, formats, gettext, kpi_words

BY = {"month": N_("Month"), "quarter": N_("Quarter"), "year": N_("Year")}


def choose(viewer: Viewer) -> HealthView:
    """The view of the grain, period and plan set that are asked for, with the filters drawn."""
    asked = tuple(filters.asked(name) for name in ("by", "period", "plans"))
    view = service.health(viewer, *asked)
    with st.container(horizontal=True):
        filters.choose("by", _("By"), list(BY), view.grain, lambda grain: gettext(BY[grain]))
        filters.period_filter(view.periods, view.period)
        if view.plan_sets:
            filters.plan_set_filter(view.plan_sets, view.plan_set)
    return view


def draw_figures(view: HealthView) -> None:
    """The figures as cards; why others are not there, and where that is put right, below."""
    for name, figures in health.groups(view):
        heading(name)
        cards(health.cards(view, figures))
        for names, reason in health.missing(figures):
            st.caption(f"**{plain(names)}**: {plain(reason)}")


@st.fragment
def draw_trend(view: HealthView) -> None:
    """One figure over all periods of the grain."""
    with guard():
        _draw_trend(view)


def _draw_trend(view: HealthView) -> None:
    known = health.trends(view)
    if not known:
        return
    heading(_("Over time"))
    kpi = st.selectbox(_("Figure"), known, format_func=kpi_words.name, key="health_trend")
    st.caption(plain(kpi_words.formula(kpi)))
    series = view.series[kpi]
    figure = health_chart.trend(
        [formats.period(one.period) for one in series],
        [one.value for one in series],
        "count" if kpi in kpi_words.MULTIPLES else KPIS_BY_ID[kpi].unit,
        view.currency,
        view.digits,
        health.told(view, kpi),
    )
    charts.show(figure, "health_over_time", kpi_words.name(kpi))


def draw_tables(viewer: Viewer, view: HealthView) -> None:
    """Selling by team, and every figure with what it is made of, to take along."""
    if view.teams:
        heading(_("Selling by team"))
        table, columns = health.team_table(view), health.team_columns()
        show_table(table, columns, "health_teams", height="content")
        title = _("Selling by team, {period}").format(period=formats.period(view.period))
        download_table(viewer, title, table, columns, f"selling-{view.period}")
    with st.expander(_("Every figure, and what it is made of")):
        table, columns = health.figure_table(view), health.figure_columns(view)
        show_table(table, columns, "health_figures", height="content")
        title = _("Key figures, {period}").format(period=formats.period(view.period))
        download_table(viewer, title, table, columns, f"health-{view.period}")
    if viewer.role in ("cro", "finance"):
        navigation.link("Data", _("Upload what is missing"))

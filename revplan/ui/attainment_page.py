"""Attainment's parts: the team with its people, a person with the components, a line with its deals."""

import streamlit as st

from revplan.access import Viewer
from revplan.service.attainment import Choices, Line, LineView, PersonView, TeamView
from revplan.service.plan_curves import CurvePoints
from revplan.ui import attainment, cards, charts, empty, payout_curve, text
from revplan.ui.downloads import download_table
from revplan.ui.filters import choose
from revplan.ui.tables import show_table
from revplan.ui.text import heading, plain
from revplan.words import _, formats
from revplan.words.component_words import component_terms
from revplan.words.story import Story, story


def person_filter(view: TeamView) -> str:
    """Whom of the team to look at; "" for the whole team."""
    columns = (view.people[name].to_pylist() for name in ("payee_id", "payee_name"))
    people = dict(zip(*columns, strict=True))
    names = {"": _("The whole team")} | dict(sorted(people.items(), key=lambda item: item[1]))
    return choose("person", _("Person"), list(names), shown=lambda key: names.get(key, key))


def team(viewer: Viewer, view: TeamView, choices: Choices, colour: str) -> None:
    """The team: its people against 100%, its story over time, the ranking. A row opens its person."""
    text.opening(attainment.opening(view, choices))
    cards.cards(attainment.cards(view, choices))
    if not view.people.num_rows:
        empty.empty(_("Nobody in this team was on a plan in this period."))
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        heading(_("People"))
        figure = charts.attainment_bars(attainment.people_bars(view, choices, colour))
        charts.show(figure, "people", _("Attainment of each person of the team against 100%"))
    with right:
        over_time(view, colour)
    heading(_("Ranking in the team"))
    st.caption(_("Choose a row to see the person's components and the deals behind them."))
    table = attainment.with_reasons(view.people)
    columns = attainment.people_columns(table)
    ids = view.people["payee_id"].to_pylist()

    def open_person(row: int) -> None:
        st.session_state["filter_person"] = ids[row]

    show_table(
        table, columns, "ranking", currency=choices.currency, digits=choices.digits,
        selectable=True, on_pick=open_person, height="content",
    )  # fmt: skip
    title = _("{team}, {period}").format(team=view.name, period=formats.period(view.window.label))
    download_table(viewer, title, table, columns, f"{view.team_id}-{view.window.label}")


def person(viewer: Viewer, view: PersonView, choices: Choices, *, way_back: bool) -> int | None:
    """The person: components, and the story over time. Returns the line that is picked, None without any."""
    if way_back:
        st.button("← " + _("Back to the whole team"), on_click=_whole_team, type="tertiary")
    text.opening(attainment.opening(view, choices))
    cards.cards(attainment.cards(view, choices))
    if view.components.num_rows:
        heading(_("Components"))
        st.caption(_("Choose a row to see how it was worked out."))
        table = attainment.component_table(view)
        columns = attainment.component_columns(table)
        row = show_table(
            table, columns, f"components_{view.payee_id}_{view.window.label}", currency=choices.currency,
            digits=choices.digits, selectable=True, required=True, height="content",
        )  # fmt: skip
        title = _("{team}, {period}").format(team=view.name, period=formats.period(view.window.label))
        download_table(viewer, title, table, columns, f"{view.payee_id}-{view.window.label}")
        return int(view.components["line_id"][row or 0].as_py())
    empty.empty(_("Nothing is paid for this period: no plan covers it."))
    return None


def account(viewer: Viewer, view: PersonView, choices: Choices) -> None:
    """The statements of the period: what each entry adds, why, and what is held, owed or carried after it."""
    if not view.account.num_rows:
        return
    heading(_("Statements"))
    currency, digits = choices.currency, choices.digits
    told = attainment.account_sentence(view, currency, digits)
    st.caption(plain(told))
    table = attainment.account_table(view, currency, digits)
    columns = attainment.account_columns(table, currency)
    key = f"account_{view.payee_id}_{view.window.label}"
    show_table(table, columns, key, currency=currency, digits=digits, height="content")
    title = _("Statements of {who}, {period}").format(who=view.name, period=formats.period(view.window.label))
    download_table(viewer, title, table, columns, f"statements-{view.payee_id}-{view.window.label}")


def line(viewer: Viewer, view: LineView, choices: Choices) -> None:
    """One line: how it was worked out in words, then what it is made of."""
    one = view.line
    paid = formats.money(one.payout, choices.currency, choices.digits)
    heading(f"{one.component_name}, {formats.period(one.period)}: {paid}")
    with st.container(border=True):
        left, right = st.columns([3, 2], gap="large") if view.curve else (st.container(), None)
        with left:
            _story(story(view.told, view.terms))
        if right and view.curve:
            with right:
                _curve(view.curve, one)
    with st.expander(_("The plan's terms in words")):
        for sentence in component_terms(view.component, view.terms):
            st.markdown(f"- {plain(sentence)}")
    if not view.parts.num_rows:
        return
    table = attainment.deal_table(view)
    columns = attainment.deal_columns(view, table)
    heading(_("What it is made of"))
    st.caption(_("The parts add up to {amount} exactly.").format(amount=plain(paid)))
    show_table(table, columns, f"deals_{one.line_id}", currency=choices.currency, digits=choices.digits)
    title = _("{who}, {component}, {period}").format(
        who=one.payee_name, component=one.component_name, period=formats.period(one.period)
    )
    download_table(viewer, title, table, columns, f"line-{one.line_id}")


def _story(told: Story) -> None:
    """What counted, what the plan makes of it, what is paid; numbered through."""
    number = 0
    parts = (
        (_("What counted"), told.counted),
        (_("What the plan makes of it"), told.worked_out),
        (_("What is paid"), told.paid),
    )
    for title, sentences in parts:
        if sentences:
            st.caption(title)
        for sentence in sentences:
            number += 1
            st.markdown(f"{number}. {plain(sentence)}")


def _curve(points: CurvePoints, line: Line) -> None:
    """The payout curve of the line's own quota and incentive, with the line's place on it."""
    payout_curve.show(points, line.component_name, f"curve_{line.line_id}")
    if line.gate_open is False:
        st.caption(_("The dot is what this line would pay if every condition were met."))
    else:
        st.caption(_("The dot is where this line stands."))


def over_time(view: TeamView | PersonView, colour: str) -> None:
    """Attainment over the periods, beside the company's."""
    heading(_("Over time"))
    labels, series = attainment.over_time(view.over_time, view.name, view.target_name, colour)
    figure = charts.attainment_over_periods(labels, series)
    charts.show(figure, "over_time", _("Attainment by period beside the company's"))


def _whole_team() -> None:
    st.session_state["filter_person"] = ""

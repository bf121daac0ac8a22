"""The Simulate page: levers beside what they pay, and scenarios beside each other."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import streamlit as st

from revplan.access import Viewer
from revplan.metrics.alignment import Window
from revplan.model.book import Company
from revplan.model.facts import Facts, Happened, ToCome
from revplan.service import plans, scenario_words, scenarios, workspace
from revplan.service.facts import windows
from revplan.service.forecast import NotForecast
from revplan.service.scenarios import Outcome
from revplan.ui import (
    charts,
    downloads,
    filters,
    flash,
    formats,
    simulate_charts,
    simulate_facts,
    simulate_keep,
    simulate_levers,
)
from revplan.ui.cards import Card, cards
from revplan.ui.colours import team_colours
from revplan.ui.frame import guard
from revplan.ui.simulate_charts import Group
from revplan.ui.tables import Column, show_table
from revplan.ui.text import opening, plain
from revplan.words import _, names, sentences

_FACTS_BEFORE = "sim_facts_before"


@dataclass(frozen=True)
class Chosen:
    """What the filters above the page say: a plan set, the facts that it is paid on, and a span of the
    company's periods: `over` as far as the facts reach, `today` as far as it has begun, as it stands (the
    last period where it has not)."""

    plan_set: str
    facts: Facts
    over: tuple[Window, ...]
    today: tuple[Window, ...]


def choose(viewer: Viewer) -> Chosen | None:
    """Draw the filters; None without plans, or without a target that the teams share."""
    sets = plans.plan_sets(viewer)
    if not sets:
        return None
    first, second = filters.pairs()
    with first:
        plan_set = filters.plan_set_filter(sets)
    begun = windows(viewer, plan_set)
    if not begun:
        return None
    facts, every = simulate_facts.choose(viewer), begun
    if not isinstance(facts, Happened):
        try:
            every = windows(viewer, plan_set, facts)
        except NotForecast as refused:
            for issue in refused.issues:
                st.error(plain(sentences.sentence(issue)))
            facts = Happened()
    labels = [window.label for window in every]
    finished = [window.label for window in every if window.final] or labels
    first_label, last_label = finished[max(0, len(finished) - 4)], finished[-1]
    if st.session_state.get(_FACTS_BEFORE, "happened") != facts.kind:
        # Other facts reach elsewhere: show their last year, not the span of the ones before.
        st.session_state["filter_since"], st.session_state["filter_until"] = first_label, last_label
    st.session_state[_FACTS_BEFORE] = facts.kind
    with second:
        since, until = filters.span(labels, first_label, last_label)
    over, today = (
        tuple(window for window in each if since <= window.label <= until) for each in (every, begun)
    )
    return Chosen(plan_set, facts, over, today or begun[-1:])


@st.fragment
def what_if(viewer: Viewer, plan_set: str, facts: Facts, over: tuple[Window, ...]) -> None:
    """Levers and their figures: a lever redraws these alone."""
    with guard():
        flash.draw(simulate_keep.FLASH)
        before = scenarios.outcome(viewer, scenarios.baseline(plan_set, facts), over)
        top = st.container()
        left, right = st.columns([1, 2], gap="large")
        with left:
            st.subheader(_("Levers"), anchor=False)
            target = scenarios.shared_target(viewer, plan_set)
            book, forecast = workspace.current().book(), isinstance(facts, ToCome)
            scenario = simulate_levers.draw(book, plan_set, target, forecast=forecast)
            scenario = scenario.model_copy(update={"facts": facts})
        after = scenarios.outcome(viewer, scenario, over)
        company = workspace.current().book().company
        with top:
            opening(scenario_words.opening_sentence(before, after, company.currency, company.digits))
            _cards(before, after, company)
        with right:
            _pictures(before, after, company)
            for issue in after.issues:
                st.warning(plain(sentences.sentence(issue, company.currency, company.digits)))
        _people(viewer, before, after, company)
        simulate_keep.draw(viewer, scenario)


def _cards(before: Outcome, after: Outcome, company: Company) -> None:
    was = _("{figure} as it is")

    def money(amount: int) -> str:
        return formats.compact_money(amount, company.currency, company.digits)

    gap = formats.compact_money(after.cost - before.cost, company.currency, company.digits, sign=True)
    shares = [formats.percent(each.share) for each in (before, after)]
    cards([
        Card(_("Cost of the plans"), money(after.cost),
             formats.money(after.cost, company.currency, company.digits),
             was.format(figure=money(before.cost))),
        Card(_("Difference"), gap,
             formats.money(after.cost - before.cost, company.currency, company.digits, sign=True)),
        Card(_("Share of target pay"), shares[1], context=was.format(figure=shares[0])),
        Card(_("Cost against the result"), formats.percent(after.cost_share, 2, padded=True),
             context=was.format(figure=formats.percent(before.cost_share, 2, padded=True)),
             help=_("All variable pay, divided by what the company reached. Not told where deal sizes "
                    "change.")),
    ])  # fmt: skip


def _pictures(before: Outcome, after: Outcome, company: Company) -> None:
    """Pay by team and by period, as it is and as it would be."""
    colours = team_colours(company.teams)
    called = {team.id: team.name for team in company.teams}
    was = {team.team_id: team for team in before.teams}
    now = {team.team_id: team for team in after.teams}
    groups = [
        Group(
            called.get(team, team),
            was[team].payout if team in was else 0,
            now[team].payout if team in now else 0,
            colours.get(team, ""),
            _hover(called.get(team, team), was.get(team), now.get(team), company),
        )
        for team in dict.fromkeys([*was, *now])
    ]
    st.subheader(_("Pay by team"), anchor=False)
    figure = simulate_charts.beside(groups, company.currency, company.digits)
    charts.show(figure, "sim_teams", _("Pay of each team as it is and as it would be"))
    st.subheader(_("Pay by period"), anchor=False)
    periods = [
        Group(
            formats.period(window.label),
            before.by_window.get(window.label, 0),
            after.by_window.get(window.label, 0),
            "",
            "",
        )
        for window in after.windows
    ]
    figure = simulate_charts.over_time(periods, company.currency, company.digits)
    charts.show(figure, "sim_periods", _("Cost of the plans by period"))


def _hover(
    name: str, before: scenarios.TeamOutcome | None, after: scenarios.TeamOutcome | None, company: Company
) -> str:
    lines = [name]
    for label, each in ((_("As it is"), before), (_("As it would be"), after)):
        if each is not None:
            text = _("{label}: {pay}, {share} of target pay, attainment {attainment}")
            lines.append(
                text.format(
                    label=label,
                    pay=formats.money(each.payout, company.currency, company.digits),
                    share=formats.percent(each.share),
                    attainment=formats.percent(each.attainment),
                )
            )
    return "\n".join(lines)


def _people(viewer: Viewer, before: Outcome, after: Outcome, company: Company) -> None:
    """Everybody's pay, the greatest moves first: made when it is looked at, since everybody may be many."""
    shown = st.expander(_("Person by person"), key="sim_people_open", on_change="rerun")
    if not shown.open:
        return
    called = {team.id: team.name for team in company.teams}
    was = {(payee, team): (name, amount) for payee, name, team, amount in before.people}
    now = {(payee, team): (name, amount) for payee, name, team, amount in after.people}
    moves = [
        ((now.get(key) or was[key])[0], called.get(key[1], key[1]), was[key][1] if key in was else 0,
         now[key][1] if key in now else 0)
        for key in was.keys() | now.keys()
    ]  # fmt: skip
    moves.sort(key=lambda move: (-abs(move[3] - move[2]), move))
    rows = [
        {"name": name, "team": team, "before": a, "after": b, "difference": b - a}
        for name, team, a, b in moves
    ]
    text, whole = pa.string(), pa.int64()
    schema = pa.schema(
        [("name", text), ("team", text), ("before", whole), ("after", whole), ("difference", whole)]
    )
    columns = [
        Column("name", _("Name"), pinned=True),
        Column("team", _("Team")),
        Column("before", _("As it is"), "money"),
        Column("after", _("As it would be"), "money"),
        Column("difference", _("Difference"), "money"),
    ]
    table = pa.Table.from_pylist(rows, schema)
    with shown:
        show_table(
            table,
            columns,
            "sim_people",
            currency=company.currency,
            digits=company.digits,
            alt=_("Pay by person"),
        )
        downloads.download_table(viewer, _("Pay under the scenario"), table, columns, "scenario")


def side_by_side(viewer: Viewer, plan_set: str, facts: Facts, over: tuple[Window, ...]) -> None:
    """Up to five kept scenarios beside the baseline, all on the same facts."""
    kept = [each.scenario for each in scenarios.saved(viewer)]
    if not kept:
        st.info(_("Save a scenario, and it can be compared here with up to four others."))
        return
    named = {each.id: each for each in kept}
    chosen = st.multiselect(
        _("Scenarios"),
        list(named),
        list(named)[:3],
        format_func=lambda each: named[each].name,
        max_selections=scenarios.MOST_COMPARED,
        key="sim_compared",
        persist_state="session",
    )
    company = workspace.current().book().company
    text = _("All are paid on {facts}.").format(facts=simulate_facts.in_words(facts))
    others = [named[each].name for each in chosen if named[each].facts != facts]
    if others:
        more = _("Saved on other results than these: {names}.").format(names=formats.listed(others))
        text = f"{text} {more}"
    st.caption(plain(text))
    same = {"facts": facts}
    found = [scenarios.outcome(viewer, scenarios.baseline(plan_set, facts), over)]
    found += [scenarios.outcome(viewer, named[each].model_copy(update=same), over) for each in chosen]
    titles = [names.plan_set(plan_set), *(named[each].name for each in chosen)]
    _beside(viewer, titles, found, company)


def _beside(viewer: Viewer, titles: Sequence[str], found: Sequence[Outcome], company: Company) -> None:
    teams = list(dict.fromkeys(team.team_id for each in found for team in each.teams))
    called = {team.id: team.name for team in company.teams}
    paid = [{team.team_id: team.payout for team in each.teams} for each in found]
    figure = simulate_charts.many(
        titles,
        [(called.get(team, team), [each.get(team, 0) for each in paid]) for team in teams],
        [team_colours(company.teams).get(team, "") for team in teams],
        company.currency,
        company.digits,
    )
    charts.show(figure, "sim_beside", _("Pay by team under each scenario"))
    base = found[0].cost
    rows = [
        {
            "title": title,
            "changes": "; ".join(
                scenario_words.change_text(change, workspace.current().book())
                for change in each.scenario.changes
            ),
            "cost": each.cost,
            "difference": each.cost - base,
            "share": each.cost_share,
            **{team: each_paid.get(team, 0) for team in teams},
        }
        for title, each, each_paid in zip(titles, found, paid, strict=True)
    ]
    text, whole = pa.string(), pa.int64()
    schema = pa.schema(
        [("title", text), ("changes", text), ("cost", whole), ("difference", whole), ("share", whole)]
        + [(team, whole) for team in teams]
    )
    columns = [
        Column("title", _("Scenario"), pinned=True),
        Column("cost", _("Cost"), "money"),
        Column("difference", _("Difference"), "money"),
        Column("share", _("Against the result"), "percent"),
        *(Column(team, called.get(team, team), "money") for team in teams),
        Column("changes", _("What changes")),
    ]
    table = pa.Table.from_pylist(rows, schema)
    show_table(
        table, columns, "sim_table", currency=company.currency, digits=company.digits, alt=_("Scenarios")
    )
    downloads.download_table(viewer, _("Scenarios side by side"), table, columns, "scenarios")

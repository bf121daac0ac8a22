"""The Simulate page: levers beside what they pay; scenarios kept, compared, and made into plans."""

from collections.abc import Sequence
from datetime import date

import pyarrow as pa
import streamlit as st

from revplan.access import Viewer
from revplan.metrics.alignment import Window
from revplan.model.book import Company
from revplan.model.facts import Facts, Happened, ToCome
from revplan.model.scenario import Scenario
from revplan.service import adopting, plans, scenario_words, scenarios, workspace
from revplan.service.adopting import Adopted
from revplan.service.forecast import NotForecast
from revplan.service.scenarios import Kept, Outcome
from revplan.store.records import Stale
from revplan.ui import (
    charts,
    downloads,
    filters,
    flash,
    formats,
    simulate_charts,
    simulate_facts,
    simulate_levers,
)
from revplan.ui.cards import Card, cards
from revplan.ui.colours import team_colours
from revplan.ui.frame import guard
from revplan.ui.simulate_charts import Group
from revplan.ui.tables import Column, show_table
from revplan.ui.text import opening, plain
from revplan.words import _, names, ngettext, sentences

FLASH = "simulate"
_FACTS_BEFORE = "sim_facts_before"
_OPENED = "sim_opened"
"""The id and version of the scenario that was opened: the version that saving goes over."""


def choose(viewer: Viewer) -> tuple[str, Facts, tuple[Window, ...]] | None:
    """The filters above the page: a plan set, the facts it is paid on, and a span of the company's periods
    that they reach into; None without any."""
    sets = plans.plan_sets(viewer)
    if not sets:
        return None
    first, second = filters.pairs()
    with first:
        plan_set = filters.plan_set_filter(sets)
    if not scenarios.windows(viewer, plan_set):
        return None
    facts = simulate_facts.choose(viewer)
    try:
        over = scenarios.windows(viewer, plan_set, facts)
    except NotForecast as refused:
        for issue in refused.issues:
            st.error(plain(sentences.sentence(issue)))
        facts, over = Happened(), scenarios.windows(viewer, plan_set)
    labels = [window.label for window in over]
    finished = [window.label for window in over if window.final] or labels
    first_label, last_label = finished[max(0, len(finished) - 4)], finished[-1]
    if st.session_state.get(_FACTS_BEFORE, "happened") != facts.kind:
        # Other facts reach elsewhere: show their last year, not the span of the ones before.
        st.session_state["filter_since"], st.session_state["filter_until"] = first_label, last_label
    st.session_state[_FACTS_BEFORE] = facts.kind
    with second:
        since, until = filters.span(labels, first_label, last_label)
    return plan_set, facts, tuple(window for window in over if since <= window.label <= until)


def happened(viewer: Viewer, plan_set: str, over: tuple[Window, ...]) -> tuple[Window, ...]:
    """The same span as far as it has begun, as it stands today; the last period where it has not."""
    known = scenarios.windows(viewer, plan_set)
    labels = {window.label for window in over}
    return tuple(window for window in known if window.label in labels) or known[-1:]


@st.fragment
def what_if(viewer: Viewer, plan_set: str, facts: Facts, over: tuple[Window, ...]) -> None:
    """Levers and their figures: a lever redraws these alone."""
    with guard():
        flash.draw(FLASH)
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
        _keep(viewer, scenario)


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
    """Everybody's pay, the greatest moves first."""
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
    with st.expander(_("Person by person")):
        show_table(
            table,
            columns,
            "sim_people",
            currency=company.currency,
            digits=company.digits,
            alt=_("Pay by person"),
        )
        downloads.download_table(viewer, _("Pay under the scenario"), table, columns, "scenario")


# ---------------------------------------------------------------- keeping and adopting


def _keep(viewer: Viewer, scenario: Scenario) -> None:
    """Keep what the levers say, or open, copy and remove what was kept."""
    with st.container(border=True):
        kept = {each.scenario.id: each for each in scenarios.saved(viewer)}
        said = scenario.changes or not isinstance(scenario.facts, Happened)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = st.text_input(_("Name of the scenario"), key="sim_name", max_chars=80)
            if st.button(_("Save it"), type="primary", disabled=not name.strip() or not said):
                _save(viewer, scenario, name.strip())
            if kept:
                chosen = st.selectbox(
                    _("Saved ones"),
                    list(kept),
                    format_func=lambda each: kept[each].scenario.name,
                    key="sim_saved",
                )
                opened = kept[str(chosen)]
                if st.button(_("Open"), on_click=_open, args=(viewer, opened)):
                    st.rerun()  # the filters above the levers follow it
                st.button(_("Remove"), on_click=_remove, args=(viewer, opened), key="sim_drop")
        if not scenario.changes:
            st.caption(
                _("Move a lever or add a change; then the scenario can be saved, compared and adopted.")
            )
            return
        _adopt(viewer, scenario)


def _save(viewer: Viewer, scenario: Scenario, name: str) -> None:
    """Keep under a name: over the scenario that was opened, when it is still called so, else as a new one."""
    opened = st.session_state.get(_OPENED, ("", 0))
    same = next((each for each in scenarios.saved(viewer) if each.scenario.name == name), None)
    if same is not None and same.scenario.id != opened[0]:
        st.error(_("There is one of that name. Open it to change it, or choose another name."))
        return
    identity, version = opened if same else (scenarios.new_id(viewer, name), 0)
    try:
        kept = scenarios.save(viewer, scenario.model_copy(update={"id": identity, "name": name}), version)
    except Stale:
        st.error(_("Somebody else saved it meanwhile. Open theirs, or save yours under another name."))
        return
    st.session_state[_OPENED] = (identity, kept.version)
    flash.say(FLASH, _("“{name}” is saved.").format(name=name))
    st.rerun()


def _open(viewer: Viewer, kept: Kept) -> None:
    plan_set = kept.scenario.plan_set
    simulate_levers.load(kept.scenario, scenarios.shared_target(viewer, plan_set))
    simulate_facts.load(kept.scenario.facts)
    st.session_state[_OPENED] = (kept.scenario.id, kept.version)
    st.session_state["sim_name"] = kept.scenario.name
    st.session_state["filter_plans"] = plan_set


def _remove(viewer: Viewer, kept: Kept) -> None:
    try:
        scenarios.remove(viewer, kept)
        flash.say(FLASH, _("“{name}” is removed.").format(name=kept.scenario.name))
    except Stale:
        flash.say(
            FLASH, _("Somebody else changed “{name}” meanwhile; it stays.").format(name=kept.scenario.name)
        )


def _adopt(viewer: Viewer, scenario: Scenario) -> None:
    """Two ways out: the next versions of the plans, or a plan set of its own."""
    with st.expander(_("Make plans of it")):
        start = st.date_input(
            _("Next versions of the plans hold from"), plans.next_period_start(viewer), key="sim_from"
        )
        if st.button(_("Make it the next version of the plans"), key="sim_adopt"):
            _make_versions(viewer, scenario, start)
        name = st.text_input(_("Or a plan set of its own, named"), key="sim_set", placeholder="shared-2027")
        if st.button(_("Make a plan set of it"), key="sim_make_set", disabled=not name.strip()):
            _make_set(viewer, scenario, name.strip())


def _make_versions(viewer: Viewer, scenario: Scenario, start: date) -> None:
    try:
        done = adopting.adopt(viewer, scenario, start)
    except Stale:
        st.error(_("Somebody else saved one of the plans meanwhile, so nothing was saved. Try it again."))
        return
    if _refused(done):
        return
    saved = formats.listed([*done.plans, *done.targets])
    text = _("Saved: {names}.").format(names=saved) if saved else _("There was nothing to save.")
    if any(kind != "without_plan" for kind in done.left):
        text += " " + _("What it says of people and deals stays a scenario.")
    if "without_plan" in done.left:
        text += " " + _("A plan that other plan sets have too stays: change it on Plans.")
    flash.say(FLASH, text)
    st.rerun()


def _make_set(viewer: Viewer, scenario: Scenario, name: str) -> None:
    try:
        made = adopting.as_plan_set(viewer, scenario, name)
    except ValueError:
        st.error(_("Choose another name: letters, digits and dashes, and not one that is taken."))
        return
    if _refused(made):
        return
    number = len(made.plans)
    text = ngettext("“{set}” has {count} plan now.", "“{set}” has {count} plans now.", number)
    flash.say(FLASH, text.format(set=name, count=formats.number(number)))
    st.rerun()


def _refused(done: Adopted) -> bool:
    for issue in done.issues:
        st.error(plain(sentences.sentence(issue)))
    return bool(done.issues)


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

"""The Simulate page's trials: what the rest of the year may pay, how likely, and what it hangs on."""

import pyarrow as pa
import streamlit as st

from revplan.access import Viewer
from revplan.model.book import Company
from revplan.service import forecast, scenarios, trial_words, workspace
from revplan.service.forecast import NotForecast, Tried, Way
from revplan.ui import charts, formats, long_work, trial_charts, trial_tables
from revplan.ui.cards import Card, cards
from revplan.ui.text import opening, plain
from revplan.words import _, names, sentences

_KIND = "trials"
_FAST = ([500, 2_000, 10_000], 2_000, "trial_number")
_WHOLE = ([25, 100, 250, 1_000], 100, "trial_books")
"""How many futures can be asked for, how many usually are, and the slider's key."""


def draw(viewer: Viewer, plan_set: str) -> None:
    """What to try, the trials with their progress, and what they say."""
    st.caption(
        _("The open pipeline, renewals and business that is still to come, drawn from your own history and "
          "tried out many times; each time paid by the plans. Payouts are before draws, clawbacks and "
          "corrections.")
    )  # fmt: skip
    kept = {
        each.scenario.id: each.scenario
        for each in scenarios.saved(viewer)
        if each.scenario.plan_set == plan_set
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            _("Under"),
            ["", *kept],
            format_func=lambda each: kept[each].name if each else names.plan_set(plan_set),
            key="trial_scenario",
            persist_state="session",
        )
        under = kept.get(str(chosen))
        not_moved = forecast.not_moved(viewer, plan_set, under)
        way = _way() if not_moved else "auto"
        is_whole = bool(not_moved) and way == "auto"
        many, usual, key = _WHOLE if is_whole else _FAST
        trials = int(
            st.select_slider(
                _("How many futures"),
                many,
                usual,
                format_func=formats.number,
                key=key,
                persist_state="session",
            )
        )
        budget = st.number_input(
            _("Budget for the year (0 for none)"),
            0,
            None,
            0,
            10_000,
            key="trial_budget",
            persist_state="session",
        )
        wanted = st.button(_("Try it out"), type="primary", key="trial_go")
    if is_whole:
        st.caption(
            _("Some of these plans divide pools, have limits or budgets, or read each deal by itself. Each "
              "future is therefore paid by the engine as a whole book: to the cent, and slower. You can stop "
              "it at any time and keep what is done.")
        )  # fmt: skip
    question = (workspace.current().fingerprint(), plan_set, chosen, trials, way)
    if wanted:
        long_work.start(
            viewer,
            _KIND,
            question,
            lambda tell: forecast.tried(viewer, plan_set, under, trials, tell, way=way),
            ("cro", "finance"),
        )
    try:
        seen = long_work.follow(viewer, _KIND, question, _how_far, _("Reading the pipeline and the history"))
    except NotForecast as wrong:
        for issue in wrong.issues:
            st.error(plain(sentences.sentence(issue)))
        return
    if seen is None:
        if not long_work.is_going_on(viewer, _KIND, question):
            st.info(
                _("Press “Try it out”: each whole book takes about as long as calculating everybody's pay.")
                if is_whole
                else _("Press “Try it out”: two thousand futures take some seconds.")
            )
        return
    if seen.result is None:
        st.info(_("Stopped before the first future was tried."))
        return
    _show(viewer, seen.result, budget)


def _way() -> Way:
    """How plans are paid that arrays cannot say."""
    ways: dict[Way, str] = {
        "auto": _("As whole books"),
        "fast": _("Fast, less exact"),
    }
    chosen = st.selectbox(
        _("How it is paid"),
        list(ways),
        format_func=lambda way: ways[way],
        key="trial_way",
        persist_state="session",
    )
    return "fast" if chosen == "fast" else "auto"


def _how_far(done: int, of: int) -> str:
    return _("{done} of {of} futures").format(done=formats.number(done), of=formats.number(of))


def _show(viewer: Viewer, result: Tried, budget: int) -> None:
    company = workspace.current().book().company
    fan, targets = result.tables["fan"], result.tables["targets"]
    year = fan.slice(fan.num_rows - 1).to_pylist()[0]
    if result.trials < result.asked:
        st.info(
            _("You stopped it: all figures are of {how_far}. “Try it out” tries all of them.").format(
                how_far=_how_far(result.trials, result.asked)
            )
        )
    opening(trial_words.opening_sentence(year, company))
    _cards(result, targets, year, budget, company)
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(_("The year so far, and how it may end"), anchor=False)
        figure = trial_charts.fan(fan.to_pylist(), company.currency, company.digits)
        charts.show(figure, "trial_fan", trial_words.opening_sentence(year, company))
    with right:
        st.subheader(_("What the year may cost"), anchor=False)
        figure = trial_charts.costs(
            result.tables["costs"].to_pylist(), result.trials, budget, company.currency, company.digits
        )
        charts.show(figure, "trial_costs", _("How many futures pay how much in the year"))
    _hangs_on(result, company)
    trial_tables.targets(viewer, targets, company)
    trial_tables.attainment(viewer, result.tables["attainment"], company)
    trial_tables.payouts(viewer, result.tables["payouts"], company)
    trial_tables.accruals(viewer, result.tables["accruals"], company)
    trial_tables.drivers(viewer, result.tables["drivers"], company)
    if result.whole:
        st.caption(plain(_("Paid as whole books: {plans}.").format(plans=formats.listed(result.whole))))
    for issue in result.issues:
        if issue.severity == "warning":
            st.warning(plain(sentences.sentence(issue, company.currency, company.digits)))


def _hangs_on(result: Tried, company: Company) -> None:
    """What drives the spread: a sentence about the strongest, and the picture of all."""
    st.subheader(_("What it hangs on"), anchor=False)
    rows = [row for row in result.tables["drivers"].to_pylist() if row["low"] != row["high"]][:8]
    if not rows:
        st.info(_("Nothing that is still open moves what the plans pay."))
        return
    said = [trial_words.driver(row, company) for row in rows]
    st.markdown(plain(trial_words.driver_sentence(rows[0], company)))
    figure = trial_charts.drivers(said, rows, company.currency, company.digits)
    alt = _("Mean payout in the fifths of futures with the least and the most of each")
    charts.show(figure, "trial_drivers", alt)


def _cards(result: Tried, targets: pa.Table, year: dict[str, int], budget: int, company: Company) -> None:
    def money(minor: int) -> str:
        return formats.compact_money(minor, company.currency, company.digits, places=2)

    found = [
        Card(_("Payouts of the year"), money(year["p50"]),
             formats.money(year["p50"], company.currency, company.digits),
             _("{low} to {high}").format(low=money(year["p10"]), high=money(year["p90"]))),
    ]  # fmt: skip
    of_company = [row for row in targets.to_pylist() if row["owner"] == "company"]
    for row in of_company[:2]:
        found.append(
            Card(
                _("Chance of {target}, {period}").format(
                    target=row["target_name"], period=formats.period(row["period"])
                ),
                formats.percent(row["chance"], 0),
                context=_("{low} to {high}").format(
                    low=formats.percent(row["p10"], 0), high=formats.percent(row["p90"], 0)
                ),
            )
        )
    if budget:
        risk = forecast.with_budget(result, forecast.budget_of(company, budget))
        found.append(
            Card(
                _("Chance to go beyond the budget"),
                formats.percent(risk.chance),
                help=trial_words.risk_sentence(risk, company),
            )
        )
    cards(found)
    if budget:
        st.markdown(plain(trial_words.risk_sentence(risk, company)))

"""What Home says and draws, made from its figures."""

import pyarrow as pa
import streamlit as st

from revplan.money import MILLION
from revplan.service.home import Home, TeamFigures
from revplan.service.standing import Earned, Reached, Standing
from revplan.ui.cards import Card, money_card
from revplan.ui.charts import Bar, Series
from revplan.ui.colours import COMPANY, GAIN
from revplan.ui.tables import Column, filled
from revplan.words import N_, _, formats, gettext

STEPS = {
    "upload": (
        N_("Upload your data"),
        N_("Deals, leads, contracts and people, as your systems export them."),
    ),
    "target": (N_("Set a revenue target"), N_("One target for the company, by quarter or month.")),
    "share": (N_("Share it with every team"), N_("Each team's pay can then count the same result.")),
    "plans": (N_("Write the plans that follow it"), N_("A second set of plans beside today's.")),
    "compare": (
        N_("Compare both sets of plans"),
        N_("The same data under both: who is paid what."),
    ),
    "export": (N_("Take the plan along"), N_("Targets, terms, statements and the deals behind them.")),
}
"""Each step's name and what it is about."""


def opening(home: Home) -> str:
    """The one plain sentence of what the figures say."""
    if home.window is None or home.cost is None:
        return _("There are no figures for you in this period.")
    who, earned = _subject(home)
    attained = home.main.period.attainment if home.main else None
    said = {
        "who": who,
        "pay": _pay(home, earned),
        "target": home.main.name if home.main else "",
        "attained": formats.percent(attained),
        "period": formats.period(home.window.label),
    }
    own = home.cost.kind == "own"
    if attained is None:
        text = _("You earned {pay} in {period}.") if own else _("{who} earned {pay} in {period}.")
    elif not home.window.final:
        text = (
            _("So far in {period}, you earned {pay}; the company stands at {attained} of {target}.")
            if own
            else _(
                "So far in {period}, {who} has earned {pay} and the company stands at {attained} of {target}."
            )
        )
    elif attained < MILLION and (earned.share or 0) >= MILLION:
        text = (
            _("You earned {pay} in {period} while the company reached {attained} of {target}.")
            if own
            else _("{who} earned {pay} in {period} while the company reached {attained} of {target}.")
        )
    else:
        text = (
            _("The company reached {attained} of {target} in {period}, and you earned {pay}.")
            if own
            else _("The company reached {attained} of {target} in {period}, and {who} earned {pay}.")
        )
    return text.format(**said)


def _subject(home: Home) -> tuple[str, Earned]:
    """Whose pay the sentence is about: the best paid team for its target, the lead's team, or the payee."""
    best = max(home.teams, key=lambda team: team.earned.share or 0, default=None)
    if best is not None:
        return best.name, best.earned
    earned = home.cost.earned if home.cost else Earned()
    return "", earned


def _pay(home: Home, earned: Earned) -> str:
    if earned.share is None:
        return formats.compact_money(earned.payout, home.currency, home.digits)
    return _("{share} of target pay").format(share=formats.percent(earned.share))


def cards(home: Home) -> list[Card]:
    """The company's result and the pay that the viewer may see, this period and to date."""
    found = []
    if home.main:
        found.append(_result(home, home.main, formats.period(home.main.label), home.main.period))
        found.append(_result(home, home.main, _year(home), home.main.to_date))
    if home.cost and home.window:
        label = {
            "company": _("Pay, {period}"),
            "team": _("Pay of your team, {period}"),
            "own": _("Your pay, {period}"),
        }[home.cost.kind]
        for period, earned in (
            (formats.period(home.window.label), home.cost.earned),
            (_year(home), home.cost.to_date),
        ):
            context = _of_target_pay(earned)
            found.append(
                money_card(label.format(period=period), earned.payout, home.currency, home.digits, context)
            )
    return found


def _year(home: Home) -> str:
    return _("{year} to date").format(year=home.window.label[:4] if home.window else "")


def _result(home: Home, standing: Standing, period: str, reached: Reached) -> Card:
    value = formats.amount(reached.actual, standing.unit, home.currency, home.digits, compact=True)
    exact = _("{actual} of {target}").format(
        actual=formats.amount(reached.actual, standing.unit, home.currency, home.digits),
        target=formats.amount(reached.target, standing.unit, home.currency, home.digits),
    )
    context = _("{share} of target").format(share=formats.percent(reached.attainment))
    return Card(f"{standing.name}, {period}", value, exact, context)


def _of_target_pay(earned: Earned) -> str:
    if earned.share is None:
        return ""
    return _("{share} of target pay").format(share=formats.percent(earned.share))


def reached_bars(home: Home, colours: dict[str, str], to_date: bool = False) -> list[Bar]:
    """The company on the shared target, then each team (or the payee) on what its own plan counts."""
    bars = []
    if home.main:
        reached = home.main.to_date if to_date else home.main.period
        hover = f"{home.main.name}\n" + _("{actual} of {target}").format(
            actual=formats.amount(reached.actual, home.main.unit, home.currency, home.digits),
            target=formats.amount(reached.target, home.main.unit, home.currency, home.digits),
        )
        bars.append(
            Bar(_("Company"), reached.attainment, COMPANY, formats.percent(reached.attainment), hover)
        )
    for name, colour, earned in _earners(home, colours, to_date):
        share = formats.percent(earned.attainment, 2)
        hover = f"{name}\n" + _("{share} of what the plan counts").format(share=share)
        bars.append(Bar(name, earned.attainment, colour, formats.percent(earned.attainment), hover))
    return bars


def paid_bars(home: Home, colours: dict[str, str], to_date: bool = False) -> list[Bar]:
    """Everybody's pay against what 100% would have paid, then each team's; or the payee's."""
    bars = []
    if home.cost and home.cost.kind == "company":
        everybody = home.cost.to_date if to_date else home.cost.earned
        bars.append(_paid_bar(home, _("All teams"), everybody, COMPANY))
    found = _earners(home, colours, to_date)
    return bars + [_paid_bar(home, name, earned, colour) for name, colour, earned in found]


def _earners(home: Home, colours: dict[str, str], to_date: bool) -> list[tuple[str, str, Earned]]:
    """Name, colour and pay of each team that is seen; of the payee, when that is all that is seen."""
    if home.cost and home.cost.kind == "own":
        _label, latest = max(home.cost.series)  # the payee's team at last: its colour is the payee's
        earned = home.cost.to_date if to_date else home.cost.earned
        return [(_("You"), colours.get(latest, GAIN), earned)]
    return [(team.name, colours[team.team_id], _earned(team, to_date)) for team in home.teams]


def _paid_bar(home: Home, name: str, earned: Earned, colour: str) -> Bar:
    hover = f"{name}\n" + _("{payout} paid, {target_pay} at 100%").format(
        payout=formats.money(earned.payout, home.currency, home.digits),
        target_pay=formats.money(earned.target_pay, home.currency, home.digits),
    )
    paid = formats.compact_money(earned.payout, home.currency, home.digits)
    return Bar(name, earned.share, colour, f"{formats.percent(earned.share)} · {paid}", hover)


def _earned(team: TeamFigures, to_date: bool) -> Earned:
    return team.to_date if to_date else team.earned


def cost_series(home: Home, colours: dict[str, str]) -> tuple[list[str], list[Series]]:
    """Labels and layers of pay by period and team over the year to date."""
    series = home.cost.series if home.cost else {}
    labels = sorted({label for label, _team in series})
    teams = [team for team in home.team_list if any(key[1] == team.id for key in series)]
    layers = [
        Series(team.name, colours[team.id], tuple(series.get((label, team.id)) for label in labels))
        for team in teams
    ]
    return [formats.period(label) for label in labels], layers


TEAM_ROWS = pa.schema(
    [
        ("team", pa.string()),
        ("unit", pa.string()),
        ("target", pa.int64()),
        ("actual", pa.int64()),
        ("portion_attainment", pa.int64()),
        ("attainment", pa.int64()),
        ("payout", pa.int64()),
        ("target_pay", pa.int64()),
        ("share", pa.int64()),
        ("shares", pa.string()),
    ]
)


def team_columns(table: pa.Table) -> list[Column]:
    """The columns of the table of teams; the parts of the target only when a team has one."""
    columns = [
        Column("team", _("Team"), pinned=True),
        Column("share", _("Share of target pay"), "percent"),
        Column("payout", _("Pay"), "money"),
        Column("target_pay", _("Target pay"), "money"),
        Column("attainment", _("Attainment of its plans"), "percent"),
        Column("target", _("Its part of the target"), "measured"),
        Column("actual", _("Reached of its part"), "measured"),
        Column("portion_attainment", _("Attainment of its part"), "percent"),
        Column("shares", _("Shares the target")),
    ]
    return filled(table, columns)


def team_table(home: Home, to_date: bool = False) -> pa.Table:
    """The table of teams (schema TEAM_ROWS); see `team_columns`."""
    rows: list[dict[str, object]] = []
    for team in home.teams:
        earned = _earned(team, to_date)
        reached = None
        if team.portion:
            reached = team.portion.to_date if to_date else team.portion.period
        rows.append(
            {
                "team": team.name,
                "unit": home.main.unit if home.main else "money",
                "target": reached.target if reached else None,
                "actual": reached.actual if reached else None,
                "portion_attainment": reached.attainment if reached else None,
                "attainment": earned.attainment,
                "payout": earned.payout,
                "target_pay": earned.target_pay,
                "share": earned.share,
                "shares": _("Yes") if team.shares_target else _("No"),
            }
        )
    return pa.Table.from_pylist(rows, TEAM_ROWS)


def others(home: Home) -> list[Card]:
    """The company's other targets in the period."""
    return [_result(home, one, formats.period(one.label), one.period) for one in home.others]


def step_words(code: str) -> tuple[str, str]:
    """A step's name and what it is about, in the reader's language."""
    name, about = STEPS[code]
    return gettext(name), gettext(about)


def choose_span() -> bool:
    """The switch between the period and the year to date: True for the latter."""
    spans = {False: _("This period"), True: _("Year to date")}
    chosen = st.segmented_control(
        _("Period shown"),
        list(spans),
        default=False,
        format_func=lambda key: spans[key],
        key="home_span",
        label_visibility="collapsed",
        required=True,
    )
    return bool(chosen)

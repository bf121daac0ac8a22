"""The Compare page's parts: what is compared, the picture of missed quarters, who gains, the tables."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from revplan.access import Viewer
from revplan.metrics.alignment import Together, ratio
from revplan.money import MILLION
from revplan.service import compare_words
from revplan.service.compare import Comparison, Totals, compare, plan_sets
from revplan.ui import charts, compare_charts, filters, formats
from revplan.ui.cards import Card, cards
from revplan.ui.colours import team_colours
from revplan.ui.compare_charts import Move, Pair
from revplan.ui.text import plain
from revplan.words import _, names

Row = Mapping[str, Any]


def choose_comparison(viewer: Viewer) -> Comparison | None:
    """The filters above the page: two plan sets and a span of quarters. None with fewer than two sets."""
    sets = plan_sets(viewer)
    if len(sets) < 2:
        return None
    compared, over = filters.pairs()
    with compared:
        a, b = filters.two_plan_sets(sets)
    default = compare(viewer, a, b)
    ends = [window.label for window in default.windows]
    with over:
        first, last = filters.span(default.choices, *([ends[0], ends[-1]] if ends else []))
    if not ends or (first, last) == (ends[0], ends[-1]):
        return default
    return compare(viewer, a, b, first, last)


def draw_cards(c: Comparison) -> None:
    """What changes, in four figures: pay while missing, cost, cost against the result, together."""
    if c.totals is None:
        cards(_own_cards(c))
        return
    cards(_company_cards(c, c.totals))


def _company_cards(c: Comparison, totals: Totals) -> list[Card]:
    was = _("{figure} today")
    shares = [formats.percent(share, 2, padded=True) for share in (totals.share_a, totals.share_b)]
    return [
        _money_card(_("Paid while the company missed"), c, totals.missing_a, totals.missing_b),
        _money_card(_("Cost of the plans"), c, totals.cost_a, totals.cost_b),
        Card(
            _("Cost against the result"),
            shares[1],
            context=was.format(figure=shares[0]),
            help=_("All variable pay, divided by what the company reached on {target}.").format(
                target=c.target_name
            ),
        ),
        Card(
            _("Teams on one side of target"),
            _times(totals.together_b),
            context=was.format(figure=_times(totals.together_a)),
            help=_together_help(c, totals),
        ),
    ]


def _own_cards(c: Comparison) -> list[Card]:
    """A lead's figures: the own team's pay, and what of it was paid while the company missed."""
    found = []
    for row in c.teams.to_pylist():
        found.append(_money_card(_("Pay"), c, row["payout_a"], row["payout_b"]))
        share = formats.percent(row["share_b"])
        context = _("{figure} today").format(figure=formats.percent(row["share_a"]))
        found.append(Card(_("Share of target pay"), share, context=context))
    for row in c.missing.to_pylist():
        found.append(_money_card(_("Paid while the company missed"), c, row["payout_a"], row["payout_b"]))
    return found


def _money_card(label: str, c: Comparison, a: int, b: int) -> Card:
    """An amount under set b, and by how much it differs from set a."""
    exact = [formats.money(amount, c.currency, c.digits) for amount in (a, b)]
    text = _("{set_b}: {b}. {set_a}: {a}.").format(
        set_a=names.plan_set(c.a), set_b=names.plan_set(c.b), a=exact[0], b=exact[1]
    )
    change = _("{difference} against today").format(
        difference=formats.compact_money(b - a, c.currency, c.digits, sign=True)
    )
    return Card(label, formats.compact_money(b, c.currency, c.digits), text, change)


def _times(together: Together) -> str:
    if not together.periods:
        return formats.NOTHING
    return _("{together} of {count}").format(together=together.together, count=together.periods)


def _together_help(c: Comparison, totals: Totals) -> str:
    text = _(
        "Finished periods in which all teams reached what their plans count, or all fell short. "
        "Correlation of their attainment: {a} under {set_a}, {b} under {set_b}."
    )
    a, b = (
        formats.NOTHING if x.correlation is None else formats.count(round(x.correlation * MILLION), 2)
        for x in (totals.together_a, totals.together_b)
    )
    return text.format(a=a, b=b, set_a=names.plan_set(c.a), set_b=names.plan_set(c.b))


def draw_missed(c: Comparison) -> None:
    """Pay of each team in the quarters that the company missed, under both sets, beside the company."""
    if not c.missed or not c.missing.num_rows:
        return
    spell = compare_words.periods_in_words(c.missed)
    st.subheader(_("Pay in the {periods} that the company missed").format(periods=spell), anchor=False)
    labels = formats.listed([formats.period(window.label) for window in c.missed])
    reached = ratio(sum(w.actual for w in c.missed), sum(w.target for w in c.missed))
    text = _("Share of target pay in {periods}, when the company reached {share} of {target}.")
    st.caption(text.format(periods=labels, share=formats.percent(reached), target=c.target_name))
    colours = team_colours(c.company.teams)
    rows = sorted(c.missing.to_pylist(), key=lambda row: (row["share_b"] or 0) - (row["share_a"] or 0))
    pairs = [
        Pair(
            c.team_name(row["team_id"]),
            row["share_a"],
            row["share_b"],
            colours.get(row["team_id"], ""),
            _pay_hover(c, row),
        )
        for row in rows
    ]
    sets = (names.plan_set(c.a), names.plan_set(c.b))
    charts.show(
        compare_charts.missed_pay(pairs, reached, *sets), "missed_pay", compare_words.opening_sentence(c)
    )


def _pay_hover(c: Comparison, row: Row, person: str = "") -> str:
    team = c.team_name(row["team_id"])
    lines = [f"{person} · {team}" if person else team]
    for name, pay, share in ((c.a, "payout_a", "share_a"), (c.b, "payout_b", "share_b")):
        text = _("{set}: {pay}, {share} of target pay")
        paid = formats.money(row[pay], c.currency, c.digits)
        lines.append(text.format(set=names.plan_set(name), pay=paid, share=formats.percent(row[share])))
    return "\n".join(lines)


def draw_windows(c: Comparison) -> None:
    """A small chart for each team: its pay quarter by quarter under both sets, before the company's bars."""
    if not c.windows:
        return
    st.subheader(_("Quarter by quarter"), anchor=False)
    st.caption(
        _("Bars: the company against its target, missed periods hatched. Lines: each team's pay as a share "
          "of target pay, dotted today, solid instead.")
    )  # fmt: skip
    series = {(row["team_id"], row["window"]): row for row in c.series.to_pylist()}
    shares = [row[name] or 0 for row in series.values() for name in ("share_a", "share_b")]
    top = max([MILLION, *shares, *(window.attainment or 0 for window in c.windows)])
    teams = _teams_in_order(c)
    colours = team_colours(c.company.teams)
    sets = (names.plan_set(c.a), names.plan_set(c.b))
    across = min(2, len(teams))
    for start in range(0, len(teams), across or 1):
        for column, team in zip(st.columns(across), teams[start : start + across], strict=False):
            a, b = (
                [series.get((team, window.label), {}).get(name) for window in c.windows]
                for name in ("share_a", "share_b")
            )
            with column:
                st.markdown(f"**{plain(c.team_name(team))}**")
                figure = compare_charts.pay_by_window(c.windows, a, b, colours[team], sets, top)
                charts.show(
                    figure, f"pay_{team}", _("Pay of {team} by period").format(team=c.team_name(team))
                )


def draw_together(c: Comparison) -> None:
    """On which side of target the teams stood, under each set; only for those who see all teams."""
    if c.totals is None or c.totals.together_b.periods == 0:
        return
    st.subheader(_("Do the teams win and lose together?"), anchor=False)
    text = _("Under “{set_b}” all teams stand on one side of target {b}; under “{set_a}” {a}.")
    a, b = (compare_words.together_words(x) for x in (c.totals.together_a, c.totals.together_b))
    st.caption(
        text.format(set_a=names.plan_set(c.a), set_b=names.plan_set(c.b), a=a, b=b)
        + " "
        + _("Attainment of what each team's own plans count; periods on one side are framed and ticked.")
    )
    series = {(row["team_id"], row["window"]): row for row in c.series.to_pylist()}
    teams = _teams_in_order(c)
    for column, name, key in zip(st.columns(2), (c.a, c.b), ("attainment_a", "attainment_b"), strict=True):
        values = [
            (c.team_name(team), [series.get((team, w.label), {}).get(key) for w in c.windows])
            for team in teams
        ]
        with column:
            st.markdown(f"**{plain(names.plan_set(name))}**")
            charts.show(compare_charts.sides_of_target(c.windows, values), f"sides_{key}", text)


def _teams_in_order(c: Comparison) -> list[str]:
    """The teams of the comparison in the company's order."""
    found = set(c.series["team_id"].to_pylist())
    return [team.id for team in c.company.teams if team.id in found]


MOST_MOVES = 16
"""Bars shown before the rest is asked for: the greatest gains and losses, as many of each."""


def draw_moves(c: Comparison) -> None:
    """Who gains and who loses: a bar for each person in the team's colour, the greatest first."""
    people = sorted(c.people.to_pylist(), key=lambda row: (-row["difference"], row["payee_name"]))
    moved = [row for row in people if row["difference"]]
    st.subheader(_("Who gains, who loses"), anchor=False)
    if not moved:
        st.info(_("Everybody would be paid the same."))
        return
    st.caption(_moved_words(c))
    colours = team_colours(c.company.teams)
    bars = [
        Move(
            _person(c, row, people),
            c.team_name(row["team_id"]),
            colours.get(row["team_id"], ""),
            row["difference"],
            formats.compact_money(row["difference"], c.currency, c.digits, sign=True),
            _pay_hover(c, row, row["payee_name"]),
        )
        for row in moved
    ]
    half = MOST_MOVES // 2
    if len(bars) > MOST_MOVES and not st.toggle(_("Show everybody"), key="everybody"):
        bars = [*bars[:half], *bars[-half:]]
    charts.show(compare_charts.moves_by_person(bars), "moves", _moved_words(c))


def _person(c: Comparison, row: Row, people: Sequence[Row]) -> str:
    """A person's name; with the team where the name stands on more than one row."""
    same = sum(other["payee_name"] == row["payee_name"] for other in people)
    return f"{row['payee_name']} ({c.team_name(row['team_id'])})" if same > 1 else row["payee_name"]


def _moved_words(c: Comparison) -> str:
    gain, lose, _same = map(formats.number, c.moves)
    text = _("{gain} would be paid more under “{set}”, {lose} less, over the periods above.")
    return text.format(gain=gain, lose=lose, set=names.plan_set(c.b))

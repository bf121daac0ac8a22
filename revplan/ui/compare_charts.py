"""Figures of the Compare page: pay in missed quarters, pay quarter by quarter, who gains and loses."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from revplan.metrics.alignment import Window
from revplan.money import MILLION
from revplan.ui.chart_style import (
    Part,
    drawn,
    hover,
    level,
    on_top,
    percent_axis,
    row,
    safe,
    short_periods,
    upright,
)
from revplan.ui.colours import COMPANY, QUIET
from revplan.words import _, formats

BEFORE = "#8f9aa1"
"""Today's plans: quiet, so that the colour is the change."""

MISSED = "#b5485a"
"""A missed period: no team's colour, and hatched, so that it reads without colour too."""


@dataclass(frozen=True)
class Pair:
    """A team's pay under both sets as shares of target pay (millionths; None where undefined)."""

    label: str
    a: int | None
    b: int | None
    colour: str
    hover: str = ""


def missed_pay(pairs: Sequence[Pair], company: int | None, a: str, b: str) -> go.Figure:
    """Pay in the windows that the company missed: a hollow dot under set a, a full one under set b, joined.

    The dotted line is pay in full; the shaded band ends where the company itself ended (`company`,
    millionths): pay to the right of the band is more than the company earned.
    """
    rows = list(reversed(pairs))
    joined = [
        {
            "type": "scatter",
            "x": [pair.a / MILLION, pair.b / MILLION],
            "y": [row(pair.label)] * 2,
            "mode": "lines",
            "line": {"color": pair.colour, "width": 4},
            "opacity": 0.35,
            "hoverinfo": "skip",
            "showlegend": False,
        }
        for pair in rows
        if pair.a is not None and pair.b is not None
    ]
    values = [value for pair in pairs for value in (pair.a, pair.b) if value is not None]
    low, high = min([MILLION // 2, company or MILLION, *values]), max([MILLION, *values])
    left, right = max(0.0, low / MILLION - 0.15), high / MILLION + 0.15
    notes, lines = [on_top(1, _("paid in full"), "left")], [upright(1)]
    if company is not None:
        share = _("the company: {share}").format(share=formats.percent(company, 0))
        notes.append(on_top(company / MILLION, share, "right"))
        lines.append(_band(left, company / MILLION))
    return drawn(
        [*joined, _dots(rows, a, before=True), _dots(rows, b, before=False)],
        height=len(rows) * 58 + 126,
        x=percent_axis(round(left * MILLION), round(right * MILLION))
        | {"range": [left, right], "showgrid": False},
        y={"automargin": True, "showgrid": False, "type": "category"},
        lines=lines,
        notes=notes,
        legend="below",
    )


def _band(start: float, end: float) -> Part:
    """A shade from one share to another."""
    return {
        "type": "rect", "x0": start, "x1": end, "yref": "y domain", "y0": 0, "y1": 1,
        "fillcolor": COMPANY, "opacity": 0.1, "line": {"width": 0}, "layer": "below",
    }  # fmt: skip


def _dots(rows: Sequence[Pair], name: str, *, before: bool) -> Part:
    """One set's dots, with its figure above (before) or below (after): near ones stay legible."""
    shown = [pair for pair in rows if (pair.a if before else pair.b) is not None]
    values = [(pair.a if before else pair.b) or 0 for pair in shown]
    marker: Part = {"size": 13, "color": BEFORE if before else [pair.colour for pair in shown]}
    if before:
        marker |= {"symbol": "circle-open", "line": {"width": 3, "color": BEFORE}}
    return {
        "type": "scatter",
        "x": [value / MILLION for value in values],
        "y": [row(pair.label) for pair in shown],
        "name": safe(name),
        "mode": "markers+text",
        "marker": marker,
        "text": [formats.percent(value, 0) for value in values],
        "textposition": [f"{'top' if before else 'bottom'} {_clear_of_the_line(value)}" for value in values],
        "textfont": {"size": 12, "color": BEFORE} if before else {"size": 12},
        "cliponaxis": False,
        **hover([pair.hover for pair in shown]),
    }


def _clear_of_the_line(value: int) -> str:
    """To which side of its dot a figure is written: near 100% away from the line that stands there."""
    if abs(value - MILLION) > MILLION // 8:
        return "center"
    return "right" if value >= MILLION else "left"


@dataclass(frozen=True)
class Move:
    """What one person would gain (or lose), in minor units, with the words for it."""

    label: str
    team: str
    colour: str
    amount: int
    note: str
    hover: str


def moves_by_person(moves: Sequence[Move]) -> go.Figure:
    """A bar for each person, in the given order from the top, gains to the right; a legend of the teams."""
    teams = list(dict.fromkeys(move.team for move in moves))
    amounts = [move.amount for move in moves]
    low, high = min([0, *amounts]), max([0, *amounts])
    # Room for the amounts at the bars' ends, by how long they are written.
    room = (max(high, -low) or 1) * 0.06 * max((len(move.note) for move in moves), default=0)
    return drawn(
        [_moves_of([move for move in moves if move.team == team]) for team in teams],
        height=len(moves) * 27 + 70,
        x={
            "showticklabels": False,
            "showgrid": False,
            "range": [low - room, high + room],
        },
        y={
            "automargin": True,
            "showgrid": False,
            "categoryorder": "array",
            "categoryarray": [row(move.label) for move in reversed(moves)],
        },
        lines=[upright(0, dotted=False)],
        legend="above" if len(teams) > 1 else "",
        barmode="overlay",
    )


def _moves_of(members: Sequence[Move]) -> Part:
    """The bars of one team."""
    return {
        "type": "bar",
        "x": [move.amount for move in members],
        "y": [row(move.label) for move in members],
        "name": safe(members[0].team),
        "orientation": "h",
        "marker": {"color": members[0].colour, "cornerradius": 3},
        "text": [safe(move.note) for move in members],
        "textposition": "outside",
        "cliponaxis": False,
        "width": 0.66,
        **hover([move.hover for move in members]),
    }


def sides_of_target(
    windows: Sequence[Window], teams: Sequence[tuple[str, Sequence[int | None]]]
) -> go.Figure:
    """A grid of teams by window: on which side of target each stood. Windows in which all stood on one side
    are framed and ticked. Attainments are millionths in the windows' order; None leaves a gap."""
    labels = [formats.period(window.label) for window in windows]
    # Only which side counts: how far is in the words, and the colour says no more than that.
    sides = [[None if v is None else int(v >= MILLION) for v in values] for _name, values in teams]
    cells = {
        "type": "heatmap",
        "z": sides,
        "x": labels,
        "y": [row(name) for name, _values in teams],
        "text": [[formats.percent(value, 0) for value in values] for _name, values in teams],
        "texttemplate": "%{text}",
        "textfont": {"size": 10, "color": "#ffffff"},
        "customdata": [
            [
                safe(f"{name} · {label}: {formats.percent(value)}")
                for label, value in zip(labels, values, strict=True)
            ]
            for name, values in teams
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
        "colorscale": [[0, MISSED], [1, COMPANY]],
        "zmin": 0,
        "zmax": 1,
        "showscale": False,
        "xgap": 3,
        "ygap": 3,
    }
    frames, ticks = [], []
    for place, window in enumerate(windows):
        column = [values[place] for values in sides if values[place] is not None]
        if window.final and len(column) > 1 and len(set(column)) == 1:
            frames.append(_frame(place, len(teams)))
            ticks.append(on_top(place, "✓"))
    return drawn(
        [cells],
        height=len(teams) * 40 + 76,
        x={"type": "category", "showgrid": False, "tickmode": "array", "tickvals": labels}
        | {"ticktext": short_periods([window.label for window in windows])},
        y={"automargin": True, "showgrid": False, "autorange": "reversed"},
        lines=frames,
        notes=ticks,
    )


def _frame(place: int, teams: int) -> Part:
    """A frame around a window's cells."""
    return {
        "type": "rect", "x0": place - 0.5, "x1": place + 0.5, "y0": -0.5, "y1": teams - 0.5,
        "line": {"color": QUIET, "width": 3}, "fillcolor": "rgba(0,0,0,0)",
    }  # fmt: skip


def pay_by_window(
    windows: Sequence[Window], pay_a: Sequence[int | None], pay_b: Sequence[int | None], colour: str,
    names: tuple[str, str], top: int,
) -> go.Figure:  # fmt: skip
    """One team's pay, as a share of target pay, window by window under both sets, against the company.

    Bars are the company's attainment, those of missed windows hatched; `top` (millionths)
    is the axis' end, the same for all teams.
    """
    labels = [formats.period(window.label) for window in windows]
    company = {
        "type": "bar",
        "x": labels,
        "y": [None if window.attainment is None else window.attainment / MILLION for window in windows],
        "name": _("Company"),
        "marker": {
            "color": [MISSED if window.missed else COMPANY for window in windows],
            "opacity": 0.28,
            "pattern": {
                "shape": ["/" if window.missed else "" for window in windows],
                "fillmode": "overlay",
                "size": 7,
                "solidity": 0.25,
                "fgcolor": MISSED,
            },
        },
        "width": 0.8,
        **hover([_company_hover(label, window) for label, window in zip(labels, windows, strict=True)]),
    }
    lines = (
        _pay_line(labels, names[0], pay_a, {"color": BEFORE, "width": 2.5, "dash": "dot"}),
        _pay_line(labels, names[1], pay_b, {"color": colour, "width": 3}),
    )
    return drawn(
        [company, *lines],
        height=250,
        x={"showgrid": False, "type": "category", "tickangle": 0, "tickmode": "array", "tickvals": labels}
        | {"ticktext": short_periods([window.label for window in windows])},
        y=percent_axis(0, top) | {"range": [0, top / MILLION * 1.05]},
        lines=[level(1)],
    )


def _pay_line(labels: Sequence[str], name: str, shares: Sequence[int | None], line: Part) -> Part:
    """A team's pay under one set, as a share of target pay."""
    told = [_("{share} of target pay").format(share=formats.percent(share)) for share in shares]
    return {
        "type": "scatter",
        "x": list(labels),
        "y": [None if share is None else share / MILLION for share in shares],
        "name": safe(name),
        "mode": "lines+markers",
        "line": line,
        "marker": {"size": 7},
        **hover([f"{label} · {name}\n{text}" for label, text in zip(labels, told, strict=True)]),
    }


def _company_hover(label: str, window: Window) -> str:
    told = _("missed") if window.missed else _("reached") if window.final else _("open")
    text = _("{period} · the company stands at {share} of its target ({verdict})")
    return text.format(period=label, share=formats.percent(window.attainment), verdict=told)

"""Figures of the Compare page: pay in missed quarters, pay quarter by quarter, who gains and loses."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from revplan.metrics.alignment import Window
from revplan.money import MILLION
from revplan.ui import charts
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
    figure = go.Figure()
    for pair in rows:
        if pair.a is not None and pair.b is not None:
            figure.add_scatter(
                x=[pair.a / MILLION, pair.b / MILLION], y=[charts.row(pair.label)] * 2, mode="lines",
                line={"color": pair.colour, "width": 4}, opacity=0.35, hoverinfo="skip", showlegend=False,
            )  # fmt: skip
    _dots(figure, rows, a, before=True)
    _dots(figure, rows, b, before=False)
    values = [value for pair in pairs for value in (pair.a, pair.b) if value is not None]
    low, high = min([MILLION // 2, company or MILLION, *values]), max([MILLION, *values])
    left, right = max(0.0, low / MILLION - 0.15), high / MILLION + 0.15
    if company is not None:
        figure.add_vrect(
            x0=left, x1=company / MILLION, fillcolor=COMPANY, opacity=0.1, line_width=0, layer="below"
        )
        figure.add_annotation(
            x=company / MILLION, y=1, yref="paper", yanchor="bottom", xanchor="right", showarrow=False,
            text=_("the company: {share}").format(share=formats.percent(company, 0)),
            font={"color": QUIET, "size": 12},
        )  # fmt: skip
    figure.add_vline(x=1, line={"color": QUIET, "width": 1.5, "dash": "dot"})
    figure.add_annotation(
        x=1, y=1, yref="paper", yanchor="bottom", xanchor="left", showarrow=False,
        text=_("paid in full"), font={"color": QUIET, "size": 12},
    )  # fmt: skip
    figure.update_xaxes(
        **charts.percent_axis(round(left * MILLION), round(right * MILLION)),
        range=[left, right], fixedrange=True, showgrid=False,
    )  # fmt: skip
    figure.update_yaxes(automargin=True, showgrid=False, fixedrange=True, type="category")
    figure = charts.styled(figure, height=len(rows) * 58 + 110, legend=True)
    figure.update_layout(legend={"y": -0.12, "yanchor": "top"}, margin={"t": 30})
    return figure


def _dots(figure: go.Figure, rows: Sequence[Pair], name: str, *, before: bool) -> None:
    """One set's dots, with its figure above (before) or below (after): near ones stay legible."""
    shown = [pair for pair in rows if (pair.a if before else pair.b) is not None]
    values = [(pair.a if before else pair.b) or 0 for pair in shown]
    marker: dict[str, object] = {"size": 13, "color": BEFORE if before else [pair.colour for pair in shown]}
    if before:
        marker |= {"symbol": "circle-open", "line": {"width": 3, "color": BEFORE}}
    figure.add_scatter(
        x=[value / MILLION for value in values],
        y=[charts.row(pair.label) for pair in shown],
        name=charts.safe(name),
        mode="markers+text",
        marker=marker,
        text=[formats.percent(value, 0) for value in values],
        textposition="top center" if before else "bottom center",
        textfont={"size": 12, "color": BEFORE} if before else {"size": 12},
        cliponaxis=False,
        customdata=[charts.safe(pair.hover) for pair in shown],
        hovertemplate="%{customdata}<extra></extra>",
    )


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
    figure = go.Figure()
    for team in dict.fromkeys(move.team for move in moves):
        members = [move for move in moves if move.team == team]
        figure.add_bar(
            x=[move.amount for move in members],
            y=[charts.row(move.label) for move in members],
            name=charts.safe(team),
            orientation="h",
            marker={"color": members[0].colour, "cornerradius": 3},
            text=[charts.safe(move.note) for move in members],
            textposition="outside",
            cliponaxis=False,
            customdata=[charts.safe(move.hover) for move in members],
            hovertemplate="%{customdata}<extra></extra>",
            width=0.66,
        )
    amounts = [move.amount for move in moves]
    low, high = min([0, *amounts]), max([0, *amounts])
    reach = max(high, -low) or 1
    figure.add_vline(x=0, line={"color": QUIET, "width": 1})
    figure.update_xaxes(
        showticklabels=False, showgrid=False, zeroline=False, fixedrange=True,
        range=[low - 0.42 * reach, high + 0.42 * reach],
    )  # fmt: skip
    order = [charts.row(move.label) for move in reversed(moves)]
    figure.update_yaxes(
        automargin=True, showgrid=False, fixedrange=True, categoryorder="array", categoryarray=order
    )
    figure.update_layout(barmode="overlay")
    return charts.styled(figure, height=len(moves) * 27 + 70, legend=True)


def sides_of_target(
    windows: Sequence[Window], teams: Sequence[tuple[str, Sequence[int | None]]]
) -> go.Figure:
    """A grid of teams by window: on which side of target each stood. Windows in which all stood on one side
    are framed. Attainments are millionths in the windows' order; None leaves a gap."""
    labels = [formats.period(window.label) for window in windows]
    names = [charts.row(name) for name, _values in teams]
    # Only which side counts: how far is in the words, and the colour says no more than that.
    sides = [[None if v is None else int(v >= MILLION) for v in values] for _name, values in teams]
    figure = go.Figure(
        go.Heatmap(
            z=sides,
            x=labels,
            y=names,
            text=[[formats.percent(value, 0) for value in values] for _name, values in teams],
            texttemplate="%{text}",
            textfont={"size": 11},
            customdata=[
                [
                    charts.safe(f"{name} · {label}: {formats.percent(value)}")
                    for label, value in zip(labels, values, strict=True)
                ]
                for name, values in teams
            ],
            hovertemplate="%{customdata}<extra></extra>",
            colorscale=[[0, MISSED], [1, COMPANY]],
            zmin=0,
            zmax=1,
            opacity=0.55,
            showscale=False,
            xgap=3,
            ygap=3,
        )
    )
    for place, window in enumerate(windows):
        column = [row[place] for row in sides if row[place] is not None]
        if window.final and len(column) > 1 and len(set(column)) == 1:
            figure.add_shape(
                type="rect", x0=place - 0.5, x1=place + 0.5, y0=-0.5, y1=len(teams) - 0.5,
                line={"color": QUIET, "width": 2.5}, fillcolor="rgba(0,0,0,0)",
            )  # fmt: skip
    ticks = [_short(place, windows) for place in range(len(windows))]
    figure.update_xaxes(
        type="category", showgrid=False, fixedrange=True, tickmode="array", tickvals=labels, ticktext=ticks
    )
    figure.update_yaxes(automargin=True, showgrid=False, fixedrange=True, autorange="reversed")
    return charts.styled(figure, height=len(teams) * 40 + 80)


def pay_by_window(
    windows: Sequence[Window], pay_a: Sequence[int | None], pay_b: Sequence[int | None], colour: str,
    names: tuple[str, str], top: int,
) -> go.Figure:  # fmt: skip
    """One team's pay, as a share of target pay, window by window under both sets, against the company.

    Bars are the company's attainment, those of missed windows hatched; `top` (millionths)
    is the axis' end, the same for all teams.
    """
    labels = [formats.period(window.label) for window in windows]
    figure = go.Figure()
    figure.add_bar(
        x=labels,
        y=[None if window.attainment is None else window.attainment / MILLION for window in windows],
        name=_("Company"),
        marker={
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
        customdata=[_company_hover(label, window) for label, window in zip(labels, windows, strict=True)],
        hovertemplate="%{customdata}<extra></extra>",
        width=0.8,
    )
    for name, values, line in (
        (names[0], pay_a, {"color": BEFORE, "width": 2.5, "dash": "dot"}),
        (names[1], pay_b, {"color": colour, "width": 3}),
    ):
        figure.add_scatter(
            x=labels,
            y=[None if value is None else value / MILLION for value in values],
            name=charts.safe(name),
            mode="lines+markers",
            line=line,
            marker={"size": 7},
            customdata=[
                charts.safe(
                    f"{label} · {name}\n" + _("{share} of target pay").format(share=formats.percent(value))
                )
                for label, value in zip(labels, values, strict=True)
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    figure.add_hline(y=1, line={"color": QUIET, "width": 1.5, "dash": "dot"})
    figure.update_yaxes(**charts.percent_axis(0, top), range=[0, top / MILLION * 1.05], fixedrange=True)
    figure.update_xaxes(showgrid=False, fixedrange=True, type="category", tickangle=0)
    short = [_short(place, windows) for place in range(len(windows))]
    figure.update_xaxes(tickmode="array", tickvals=labels, ticktext=short)
    return charts.styled(figure, height=250, legend=False)


def _short(place: int, windows: Sequence[Window]) -> str:
    """A period's tick: Q3, and its year under the first one of each."""
    label = windows[place].label
    year, rest = label[:4], formats.within_year(label)
    first = place == 0 or windows[place - 1].label[:4] != year
    return "<br>".join(part for part in (rest, year if first or not rest else "") if part)


def _company_hover(label: str, window: Window) -> str:
    told = _("missed") if window.missed else _("reached") if window.final else _("open")
    text = _("{period} · the company stands at {share} of its target ({verdict})")
    return charts.safe(text.format(period=label, share=formats.percent(window.attainment), verdict=told))

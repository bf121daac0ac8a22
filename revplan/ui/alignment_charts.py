"""Figures of the Alignment page: the pull map, how well it fits, pay against performance."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from revplan.money import MILLION
from revplan.ui.chart_style import drawn, hover, level, percent_axis, row, safe, upright
from revplan.ui.colours import QUIET
from revplan.words import _, formats

_FADE = [[0.0, "rgba(31,134,160,0)"], [1.0, "rgba(31,134,160,0.55)"]]
"""From nothing to a light accent, so that the theme's own text is legible on it, light and dark."""


@dataclass(frozen=True)
class Square:
    """One figure of the map: its text, how strong it is against the strongest (0 to 1), and its reason."""

    text: str
    strength: float
    hover: str


def pull_map(teams: Sequence[str], drivers: Sequence[str], squares: Sequence[Sequence[Square]]) -> go.Figure:
    """Teams by drivers, in order from the top left; the stronger the pull, the deeper the colour."""
    order = range(len(teams) - 1, -1, -1)
    # Written as notes: a heat map writes in black or white by its own guess, unreadable on a dark page.
    notes = [
        {"x": column, "y": height, "text": square.text}
        for height, place in enumerate(order)
        for column, square in enumerate(squares[place])
    ]
    trace = {
        "type": "heatmap",
        "x": [safe(driver).replace(" ", "<br>", 2) for driver in drivers],
        "y": [row(teams[place]) for place in order],
        "z": [[square.strength for square in squares[place]] for place in order],
        "zmin": 0,
        "zmax": 1,
        "colorscale": _FADE,
        "showscale": False,
        "xgap": 3,
        "ygap": 3,
        "customdata": [[safe(square.hover) for square in squares[place]] for place in order],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    return drawn(
        [trace],
        height=len(teams) * 52 + 90,
        x={"side": "top", "showgrid": False, "tickangle": 0, "type": "category"},
        y={"automargin": True, "showgrid": False, "type": "category"},
        notes=notes,
    )


@dataclass(frozen=True)
class Fit:
    """A team's congruence under both sets (−1 to 1; None where nothing pulls)."""

    label: str
    a: float | None
    b: float | None
    colour: str


def fits(teams: Sequence[Fit], a: str, b: str) -> go.Figure:
    """Two bars a team, from 0 to 100: quiet under set a, in the team's colour under set b."""
    order = list(reversed(teams))
    low = min([0.0, *(value for team in teams for value in (team.a, team.b) if value is not None)])

    def bars(
        name: str, values: list[float | None], colours: list[str] | str, pattern: str
    ) -> dict[str, object]:
        texts = [formats.NOTHING if value is None else formats.number(round(value * 100)) for value in values]
        return {
            "type": "bar",
            "orientation": "h",
            "name": safe(name),
            "y": [row(team.label) for team in order],
            "x": [100 * (value or 0) for value in values],
            "marker": {"color": colours, "cornerradius": 3, "pattern": {"shape": pattern}},
            "text": texts,
            "textposition": "outside",
            "cliponaxis": False,
            **hover([f"{team.label} · {name}: {text}" for team, text in zip(order, texts, strict=True)]),
        }

    return drawn(
        [
            bars(b, [team.b for team in order], [team.colour for team in order], ""),
            bars(a, [team.a for team in order], QUIET, "/"),
        ],
        height=len(teams) * 64 + 110,
        x={"range": [min(0.0, low * 100 - 10), 112], "tickvals": [0, 25, 50, 75, 100], "showgrid": False},
        y={"automargin": True, "showgrid": False, "type": "category"},
        lines=[upright(100), upright(0, dotted=False)],
        legend="below",
        barmode="group",
        bargap=0.32,
    )


@dataclass(frozen=True)
class Dot:
    """One person: attainment and pay share in millionths, the team, and the reason."""

    attainment: int
    pay_share: int
    team: str
    colour: str
    hover: str


def pay_against_performance(dots: Sequence[Dot], most: tuple[int, int]) -> go.Figure:
    """A dot a person: the farther right the more was reached, the higher the more was paid.

    `most` are the highest attainment and pay share that the axes show, so that two charts compare. On the
    dotted diagonal pay follows attainment one to one.
    """
    teams = list(dict.fromkeys(dot.team for dot in dots))
    end = [max(MILLION, round(value * 1.08)) for value in most]
    traces = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": safe(team),
            "x": [dot.attainment / MILLION for dot in dots if dot.team == team],
            "y": [dot.pay_share / MILLION for dot in dots if dot.team == team],
            "marker": {
                "size": 10,
                "opacity": 0.8,
                "symbol": ("circle", "square", "diamond", "triangle-up", "cross", "star")[place % 6],
                "color": next(dot.colour for dot in dots if dot.team == team),
            },
            **hover([dot.hover for dot in dots if dot.team == team]),
        }
        for place, team in enumerate(teams)
    ]
    along = min(end) / MILLION
    diagonal = {
        "type": "line", "x0": 0, "y0": 0, "x1": along, "y1": along,
        "line": {"color": QUIET, "width": 1, "dash": "dot"},
    }  # fmt: skip
    return drawn(
        traces,
        height=380,
        x=percent_axis(0, end[0]) | {"range": [0, end[0] / MILLION], "title": {"text": _("Attainment")}},
        y=percent_axis(0, end[1])
        | {"range": [0, end[1] / MILLION], "title": {"text": _("Share of target pay")}},
        lines=[diagonal, upright(1), level(1)],
        legend="below",
    )

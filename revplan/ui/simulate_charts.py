"""Figures of the Simulate page: as it is beside as it would be."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from revplan.money import to_major
from revplan.ui.chart_style import Part, drawn, hover, money_axis, periods_axis, row, safe
from revplan.ui.colours import COMPANY, PALETTE, QUIET
from revplan.words import _, formats


@dataclass(frozen=True)
class Group:
    """A team or period: pay as it is and as it would be, minor units, and the reason on hover."""

    label: str
    before: int
    after: int
    colour: str
    hover: str


def beside(groups: Sequence[Group], currency: str, digits: int) -> go.Figure:
    """Two bars for each team: hatched as it is, in the team's colour as it would be, with the difference."""
    order = list(reversed(groups))
    highest = max([1, *(value for group in groups for value in (group.before, group.after))])
    notes = [
        formats.compact_money(group.after, currency, digits)
        + (
            ""
            if group.after == group.before
            else f" ({formats.compact_money(group.after - group.before, currency, digits, sign=True)})"
        )
        for group in order
    ]
    labels = [row(group.label) for group in order]
    after: Part = {
        "type": "bar",
        "orientation": "h",
        "name": _("As it would be"),
        "y": labels,
        "x": [float(to_major(group.after, digits)) for group in order],
        "marker": {"color": [group.colour for group in order], "cornerradius": 3},
        "text": notes,
        "textposition": "outside",
        "cliponaxis": False,
        **hover([group.hover for group in order]),
    }
    before: Part = {
        "type": "bar",
        "orientation": "h",
        "name": _("As it is"),
        "y": labels,
        "x": [float(to_major(group.before, digits)) for group in order],
        "marker": {"color": QUIET, "pattern": {"shape": "/"}, "cornerradius": 3},
        **hover([group.hover for group in order]),
    }
    top = float(to_major(highest, digits))
    return drawn(
        [after, before],
        height=len(groups) * 62 + 110,
        x=money_axis(0, top, currency) | {"range": [0, top * 1.35]},
        y={"automargin": True, "showgrid": False, "type": "category"},
        legend="below",
        barmode="group",
        bargap=0.3,
    )


def over_time(groups: Sequence[Group], currency: str, digits: int) -> go.Figure:
    """Cost by period: a dotted line as it is, a solid one as it would be."""
    labels = [group.label for group in groups]

    def line(name: str, values: Sequence[int], colour: str, dash: str) -> Part:
        said = [
            f"{label} · {name}: {formats.money(value, currency, digits)}"
            for label, value in zip(labels, values, strict=True)
        ]
        return {
            "type": "scatter",
            "mode": "lines+markers",
            "name": name,
            "x": labels,
            "y": [float(to_major(value, digits)) for value in values],
            "line": {"color": colour, "width": 3, "dash": dash},
            "marker": {"size": 8},
            **hover(said),
        }

    highest = max([1, *(value for group in groups for value in (group.before, group.after))])
    return drawn(
        [
            line(_("As it is"), [group.before for group in groups], COMPANY, "dot"),
            line(_("As it would be"), [group.after for group in groups], PALETTE[0], "solid"),
        ],
        height=280,
        x=periods_axis(labels),
        y=money_axis(0, float(to_major(highest, digits)), currency) | {"rangemode": "tozero"},
        legend="below",
    )


def many(
    titles: Sequence[str],
    teams: Sequence[tuple[str, Sequence[int]]],
    colours: Sequence[str],
    currency: str,
    digits: int,
) -> go.Figure:
    """A bar for each scenario, of the teams' pay on top of each other."""
    totals = [sum(values[place] for _name, values in teams) for place in range(len(titles))]
    top = float(to_major(max([1, *totals]), digits))
    traces: list[Part] = [
        {
            "type": "bar",
            "orientation": "h",
            "name": safe(name),
            "y": list(range(len(titles)))[::-1],
            "x": [float(to_major(value, digits)) for value in values],
            "marker": {"color": colour},
            **hover(
                [
                    f"{title} · {name}: {formats.money(value, currency, digits)}"
                    for title, value in zip(titles, values, strict=True)
                ]
            ),
        }
        for (name, values), colour in zip(teams, colours, strict=True)
    ]
    notes = [
        {"x": float(to_major(total, digits)), "y": len(titles) - 1 - place, "xanchor": "left",
         "text": "  " + formats.compact_money(total, currency, digits)}
        for place, total in enumerate(totals)
    ]  # fmt: skip
    return drawn(
        traces,
        height=len(titles) * 52 + 120,
        x=money_axis(0, top, currency) | {"range": [0, top * 1.2]},
        y={
            "tickmode": "array",
            "tickvals": list(range(len(titles)))[::-1],
            "ticktext": [row(title) for title in titles],
            "automargin": True,
            "showgrid": False,
        },
        notes=notes,
        legend="below",
        barmode="stack",
    )

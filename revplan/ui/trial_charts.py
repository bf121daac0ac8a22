"""Figures of trials: the fan over the year, and what the spread hangs on."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import plotly.graph_objects as go

from revplan.money import MILLION, to_major
from revplan.ui.chart_style import (
    Part,
    drawn,
    hover,
    money_axis,
    on_top,
    percent_axis,
    periods_axis,
    row,
    rows_axis,
    upright,
)
from revplan.ui.colours import GAIN, LOSS, PALETTE
from revplan.words import _, formats

Row = Mapping[str, Any]


def fan(months: Sequence[Row], currency: str, digits: int) -> go.Figure:
    """Payouts so far by month: a line through the middles, and the band of eight in ten futures."""
    labels = [formats.period(f"{each['month']:%Y-%m}") for each in months]

    def major(name: str) -> list[float]:
        return [float(to_major(each[name], digits)) for each in months]

    said = [
        _("{month}: {middle}, in eight of ten futures {low} to {high}").format(
            month=label,
            middle=formats.money(each["p50"], currency, digits),
            low=formats.money(each["p10"], currency, digits),
            high=formats.money(each["p90"], currency, digits),
        )
        for label, each in zip(labels, months, strict=True)
    ]
    clear: Part = {"type": "scatter", "mode": "lines", "x": labels, "hoverinfo": "skip", "line": {"width": 0}}
    band = _("Eight in ten futures")
    return drawn(
        [
            clear | {"y": major("p90"), "showlegend": False},
            clear
            | {"y": major("p10"), "fill": "tonexty", "fillcolor": "rgba(31,134,160,0.25)", "name": band},
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": _("Middle"),
                "x": labels,
                "y": major("p50"),
                "line": {"color": PALETTE[0], "width": 3},
                "marker": {
                    "size": 7,
                    "symbol": ["circle" if each["known"] else "circle-open" for each in months],
                },
                **hover(said),
            },
        ],
        height=360,
        x=periods_axis(labels),
        y=money_axis(0, max([1.0, *major("p90")]), currency) | {"rangemode": "tozero"},
        legend="below",
    )


def drivers(labels: Sequence[str], rows: Sequence[Row], currency: str, digits: int) -> go.Figure:
    """For each driver the mean payout in the futures with the least of it and with the most, joined."""
    order = list(reversed(range(len(rows))))

    def major(name: str) -> list[float]:
        return [float(to_major(rows[place][name], digits)) for place in order]

    low, high = major("low"), major("high")
    names = [row(labels[place]) for place in order]
    joined: list[Part] = [
        {"type": "scatter", "mode": "lines", "x": [a, b], "y": [name] * 2, "hoverinfo": "skip",
         "showlegend": False,
         "line": {"color": "rgba(138,151,158,0.5)", "width": 4}}
        for a, b, name in zip(low, high, names, strict=True)
    ]  # fmt: skip

    def dots(name: str, values: list[float], field: str, colour: str, symbol: str) -> Part:
        said = [
            f"{labels[place]} · {name}: {formats.money(rows[place][field], currency, digits)}"
            for place in order
        ]
        return {
            "type": "scatter", "mode": "markers", "name": name, "x": values, "y": names,
            "marker": {"size": 12, "color": colour, "symbol": symbol}, **hover(said),
        }  # fmt: skip

    both = [*low, *high] or [0.0, 1.0]
    room = (max(both) - min(both)) * 0.08 or 1.0
    return drawn(
        [
            *joined,
            dots(_("with the least of it"), low, "low", LOSS, "circle-open"),
            dots(_("with the most of it"), high, "high", GAIN, "circle"),
        ],
        height=len(rows) * 40 + 130,
        x=money_axis(min(both) - room, max(both) + room, currency)
        | {"range": [min(both) - room, max(both) + room]},
        y={"automargin": True, "showgrid": False, "type": "category"},
        legend="below",
    )


def costs(bins: Sequence[Row], trials: int, budget: int, currency: str, digits: int) -> go.Figure:
    """How many futures pay how much: a bar for each step of the amount, against the budget (0 for none).

    `budget` is in whole units of the currency, amounts in minor units.
    """

    def money(minor: int) -> str:
        return formats.compact_money(minor, currency, digits, places=2)

    shares = [Fraction(each["trials"] * MILLION, trials) for each in bins]
    said = [
        _("{low} to {high}: {share} of futures").format(
            low=money(each["from"]), high=money(each["to"]), share=formats.percent(round(share))
        )
        for each, share in zip(bins, shares, strict=True)
    ]
    edges = [float(to_major(each["from"], digits)) for each in bins]
    last = float(to_major(bins[-1]["to"], digits))
    step = last - edges[-1]
    low, high = (min(edges[0], budget), max(last, budget)) if budget else (edges[0], last)
    room = (high - low) * 0.04
    bars: Part = {
        "type": "bar",
        "x": [edge + step / 2 for edge in edges],
        "y": [float(share / MILLION) for share in shares],
        "width": [step * 0.94] * len(edges),
        "marker": {"color": PALETTE[0]},
        **hover(said),
    }
    return drawn(
        [bars],
        height=360,
        x=money_axis(low, high, currency) | {"range": [low - room, high + room], "showgrid": False},
        y=percent_axis(0, round(max(shares))) | {"rangemode": "tozero"},
        lines=[upright(budget)] if budget else [],
        notes=[on_top(budget, _("Budget"))] if budget else [],
    )


def spreads(rows: Sequence[Row], colours: Sequence[str]) -> go.Figure:
    """Attainment by row, from the top: a thin line from least to most, a thick one over eight in ten futures,
    and a dot in the middle, against a line at 100%."""
    order = list(reversed(range(len(rows))))
    traces: list[Part] = []
    for at, place in enumerate(order):
        each, colour = rows[place], colours[place] or PALETTE[0]
        said = _("{who}: {middle}, in eight of ten futures {low} to {high}").format(
            who=each["name"],
            middle=formats.percent(each["p50"]),
            low=formats.percent(each["p10"]),
            high=formats.percent(each["p90"]),
        )
        for ends, width in ((("least", "most"), 2), (("p10", "p90"), 12)):
            traces.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "x": [each[end] / MILLION for end in ends],
                    "y": [at, at],
                    "line": {"color": colour, "width": width},
                    "opacity": 0.5,
                    "hoverinfo": "skip",
                }
            )
        marker = {"size": 13, "color": colour}
        middle = [each["p50"] / MILLION]
        traces.append(
            {"type": "scatter", "mode": "markers", "x": middle, "y": [at], "marker": marker} | hover([said])
        )
    low = min([MILLION, *(each["least"] for each in rows)])
    high = max([MILLION, *(each["most"] for each in rows)])
    room = (high - low) / MILLION * 0.04 or 0.05
    return drawn(
        traces,
        height=len(rows) * 44 + 60,
        x=percent_axis(low, high) | {"range": [low / MILLION - room, high / MILLION + room]},
        y=rows_axis([rows[place]["name"] for place in order]),
        lines=[upright(1.0)],
        notes=[on_top(1.0, formats.percent(MILLION, 0))],
    )

"""Figures of trials: the fan over the year, and what the spread hangs on."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from revplan.money import to_major
from revplan.ui.chart_style import Part, drawn, hover, money_axis, periods_axis, row
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

"""A key figure over time, as a picture."""

from collections.abc import Sequence

import plotly.graph_objects as go

from revplan.metrics.health.figures import KpiUnit
from revplan.money import MILLION
from revplan.ui.chart_style import drawn, hover, periods_axis, unit_axis
from revplan.ui.colours import COMPANY


def trend(
    labels: Sequence[str],
    values: Sequence[int | None],
    unit: KpiUnit,
    currency: str,
    digits: int,
    hovers: Sequence[str],
) -> go.Figure:
    """A line over the periods in `labels`; a value of None leaves a gap. Values are minor units of money,
    else millionths."""
    scale = 10**digits if unit == "money" else MILLION
    points = [None if value is None else value / scale for value in values]
    known = [point for point in points if point is not None]
    line = {
        "type": "scatter",
        "x": list(labels),
        "y": points,
        "mode": "lines+markers",
        "line": {"color": COMPANY, "width": 2.5},
        "marker": {"size": 7},
        "connectgaps": False,
        **hover(hovers),
    }
    shown = unit if unit in ("money", "ratio") else "count"
    return drawn(
        [line],
        height=300,
        x=periods_axis(labels),
        y=unit_axis([*known, 0], shown, currency) | {"rangemode": "tozero"},
    )

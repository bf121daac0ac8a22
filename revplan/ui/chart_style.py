"""How every chart looks: one quiet style, axes with round ticks written as the reader writes numbers."""

from collections.abc import Callable, Sequence
from math import floor, log10
from typing import Any, Literal

import plotly.graph_objects as go

from revplan.money import MILLION
from revplan.ui.colours import QUIET
from revplan.words import formats

Part = dict[str, Any]
"""A trace, a line, a note or an axis, as Plotly names its settings."""


def drawn(
    traces: Sequence[Part],
    *,
    height: int,
    x: Part,
    y: Part,
    lines: Sequence[Part] = (),
    notes: Sequence[Part] = (),
    legend: Literal["", "above", "below"] = "",
    **layout: Any,
) -> go.Figure:
    """A figure in the one style: no frame, quiet grid, a legend only where there is more than one thing.

    It is made at once: each later change to a figure is checked anew, which took ten times as long.
    """
    # Below, the legend stands at the picture's lower edge, however many rows its names need there.
    place = {"yref": "container", "y": 0} if legend == "below" else {"y": 1.04}
    style: Part = {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 40 if legend == "above" else 24, "b": 72 if legend == "below" else 8},
        "showlegend": bool(legend),
        "legend": {"orientation": "h", "x": 0, "yanchor": "bottom", "title": None, **place},
        "hovermode": "closest",
        "hoverlabel": {"align": "left"},
        "dragmode": False,
        "separators": ".," if formats.locale().language == "en" else ",.",
        "font": {"size": 13},
        "xaxis": {"automargin": True, "zeroline": False, "fixedrange": True, **x},
        "yaxis": {"zeroline": False, "gridcolor": "rgba(138,151,158,0.22)", "fixedrange": True, **y},
        "shapes": list(lines),
        "annotations": [{"showarrow": False, **note} for note in notes],
    }
    return go.Figure(list(traces), style | layout)


def hover(texts: Sequence[str]) -> Part:
    """What a trace says on hover, point by point. Names in it are shown as written."""
    return {"customdata": [safe(text) for text in texts], "hovertemplate": "%{customdata}<extra></extra>"}


def upright(at: float, *, dotted: bool = True) -> Part:
    """A quiet line from the bottom to the top."""
    return {"type": "line", "x0": at, "x1": at, "yref": "y domain", "y0": 0, "y1": 1, "line": _line(dotted)}


def level(at: float) -> Part:
    """A quiet dotted line from side to side."""
    return {"type": "line", "y0": at, "y1": at, "xref": "x domain", "x0": 0, "x1": 1, "line": _line(True)}


def _line(dotted: bool) -> Part:
    return {"color": QUIET, "width": 1.5 if dotted else 1, "dash": "dot" if dotted else "solid"}


def on_top(at: float, text: str, anchor: str = "center") -> Part:
    """A quiet note above the picture at `at`."""
    return {
        "x": at, "y": 1, "yref": "y domain", "xanchor": anchor, "yanchor": "bottom", "text": text,
        "font": {"color": QUIET, "size": 12},
    }  # fmt: skip


def safe(text: str) -> str:
    """Names are user data, and Plotly reads tags: show them as written. A line break stays one."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")


def row(label: str) -> str:
    """A label of a horizontal bar, as it stands on the axis."""
    return safe(label) + "  "  # a little air before the bar


def rows_axis(labels: Sequence[str]) -> Part:
    """An axis of rows by place: two people of one name are two rows."""
    return {
        "tickmode": "array",
        "tickvals": list(range(len(labels))),
        "ticktext": [row(label) for label in labels],
        "automargin": True,
        "showgrid": False,
    }


def short_periods(codes: Sequence[str]) -> list[str]:
    """Ticks of periods such as 2026-Q3: Q3, and the year under the first one of each."""
    ticks = []
    for place, code in enumerate(codes):
        year, rest = code[:4], formats.within_year(code)
        first = place == 0 or codes[place - 1][:4] != year
        ticks.append("<br>".join(part for part in (rest, year if first or not rest else "") if part))
    return ticks


def periods_axis(labels: Sequence[str]) -> Part:
    """An axis of periods, each label broken into short lines so that it stands upright."""
    return {
        "type": "category",
        "tickmode": "array",
        "tickvals": list(labels),
        "ticktext": [safe(label.replace(" ", "\n", 2)) for label in labels],
        "tickangle": 0,
        "showgrid": False,
    }


def _ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Round numbers that cover [low, high]: steps of 1, 2 or 5 times a power of ten."""
    span = (high - low) or 1
    rough = span / wanted
    power = 10.0 ** floor(log10(rough))
    step = next(power * m for m in (1, 2, 5, 10) if power * m >= rough)
    first = floor(low / step)
    return [round(n * step, 10) for n in range(first, floor(high / step) + 2)]


def _axis(values: list[float], text: Callable[[float], str]) -> Part:
    return {"tickmode": "array", "tickvals": values, "ticktext": [text(value) for value in values]}


def percent_axis(low: int, high: int) -> Part:
    """Round ticks in percent that cover [low, high], millionths: the settings of a Plotly axis."""
    return _ratio_axis(low / MILLION, high / MILLION)


def _ratio_axis(low: float, high: float) -> Part:
    ticks = _ticks(low, high)
    places = 0 if ticks[1] - ticks[0] >= 0.01 else 2
    return _axis(ticks, lambda value: formats.percent(round(value * MILLION), places))


def money_axis(low: float, high: float, currency: str) -> Part:
    """Round ticks of money in major units that cover [low, high]."""
    ticks = _ticks(low, high)
    # Ticks closer than a tenth of their unit would read alike.
    unit = next((unit for unit in (10**9, 10**6, 10**3) if max(map(abs, ticks)) >= unit), 1)
    places = 1 if ticks[1] - ticks[0] >= unit / 10 else 2
    return _axis(ticks, lambda value: formats.compact_money(round(value), currency, 0, places=places))


def unit_axis(values: list[float], unit: str, currency: str) -> Part:
    """Round ticks over values in a measure's unit: money in major units, counts and ratios as they are."""
    low, high = min(values, default=0), max(values, default=1)
    if unit == "money":
        return money_axis(low, high, currency)
    if unit == "ratio":
        return _ratio_axis(low, high)
    return _axis(_ticks(low, high), lambda value: formats.compact_count(round(value * MILLION)))

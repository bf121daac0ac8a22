"""How every chart looks: one quiet style, axes with round ticks written as the reader writes numbers."""

from collections.abc import Callable, Sequence
from math import floor, log10

import plotly.graph_objects as go

from revplan.money import MILLION
from revplan.ui.colours import QUIET
from revplan.words import formats


def styled(figure: go.Figure, *, height: int, legend: bool = False) -> go.Figure:
    """The one style: no frame, quiet grid, a legend above only where there is more than one thing."""
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 40 if legend else 24, "b": 8},
        showlegend=legend,
        legend={"orientation": "h", "y": 1.04, "yanchor": "bottom", "x": 0, "title": None},
        hovermode="closest",
        hoverlabel={"align": "left"},
        dragmode=False,
        separators=".," if formats.locale().language == "en" else ",.",
        font={"size": 13},
    )
    figure.update_xaxes(automargin=True, zeroline=False)
    figure.update_yaxes(zeroline=False, gridcolor="rgba(138,151,158,0.22)")
    return figure


def safe(text: str) -> str:
    """Names are user data, and Plotly reads tags: show them as written. A line break stays one."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")


def row(label: str) -> str:
    """A label of a horizontal bar, as it stands on the axis."""
    return safe(label) + "  "  # a little air before the bar


def rows_axis(labels: Sequence[str]) -> dict[str, object]:
    """An axis of rows by place: two people of one name are two rows."""
    return {
        "tickmode": "array",
        "tickvals": list(range(len(labels))),
        "ticktext": [row(label) for label in labels],
        "automargin": True,
        "showgrid": False,
        "fixedrange": True,
    }


def periods_axis(labels: Sequence[str]) -> dict[str, object]:
    """An axis of periods, each label broken into short lines so that it stands upright."""
    return {
        "type": "category",
        "tickmode": "array",
        "tickvals": list(labels),
        "ticktext": [safe(label.replace(" ", "\n", 2)) for label in labels],
        "tickangle": 0,
        "showgrid": False,
        "fixedrange": True,
    }


def goal_line(figure: go.Figure, at: float, *, across: bool = False) -> None:
    """The goal as a dotted line: upright with its figure above it, or across the periods."""
    style = {"color": QUIET, "width": 1.5, "dash": "dot"}
    if across:
        figure.add_hline(y=at, line=style)
        return
    figure.add_vline(
        x=at, line=style, annotation_text=formats.percent(round(at * MILLION), 0),
        annotation_position="top", annotation_font={"color": QUIET, "size": 12},
    )  # fmt: skip


def _ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Round numbers that cover [low, high]: steps of 1, 2 or 5 times a power of ten."""
    span = (high - low) or 1
    rough = span / wanted
    power = 10.0 ** floor(log10(rough))
    step = next(power * m for m in (1, 2, 5, 10) if power * m >= rough)
    first = floor(low / step)
    return [round(n * step, 10) for n in range(first, floor(high / step) + 2)]


def _axis(values: list[float], text: Callable[[float], str]) -> dict[str, object]:
    return {"tickmode": "array", "tickvals": values, "ticktext": [text(value) for value in values]}


def percent_axis(low: int, high: int) -> dict[str, object]:
    """Round ticks in percent that cover [low, high], millionths: the settings of a Plotly axis."""
    return _ratio_axis(low / MILLION, high / MILLION)


def _ratio_axis(low: float, high: float) -> dict[str, object]:
    ticks = _ticks(low, high)
    places = 0 if ticks[1] - ticks[0] >= 0.01 else 2
    return _axis(ticks, lambda value: formats.percent(round(value * MILLION), places))


def money_axis(low: float, high: float, currency: str) -> dict[str, object]:
    """Round ticks of money in major units that cover [low, high]."""
    return _axis(_ticks(low, high), lambda value: formats.compact_money(round(value), currency, 0))


def unit_axis(values: list[float], unit: str, currency: str) -> dict[str, object]:
    """Round ticks over values in a measure's unit: money in major units, counts and ratios as they are."""
    low, high = min(values, default=0), max(values, default=1)
    if unit == "money":
        return money_axis(low, high, currency)
    if unit == "ratio":
        return _ratio_axis(low, high)
    return _axis(_ticks(low, high), lambda value: formats.compact_count(round(value * MILLION)))

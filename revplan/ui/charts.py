"""Charts: plain data in, a Plotly figure out. Streamlit is only needed to `show` one.

Ratios are millionths and money is minor units, as in the tables; the text on a chart is made by
`words.formats`, so that it reads as the rest of the page does. Backgrounds and text colours are left
to the theme: a figure is right in light and in dark. A hover's lines are parted by line breaks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import streamlit as st

from revplan.money import MILLION
from revplan.ui.chart_style import (
    Part,
    drawn,
    hover,
    level,
    money_axis,
    on_top,
    percent_axis,
    periods_axis,
    rows_axis,
    safe,
    unit_axis,
    upright,
)
from revplan.ui.colours import GAIN, LOSS
from revplan.words import _, formats

__all__ = [
    "Bar",
    "Jump",
    "Series",
    "attainment_bars",
    "attainment_over_periods",
    "payout_curve",
    "show",
    "stacked_bars",
]

ROW = 44
"""Height of one horizontal bar with its gap, in pixels."""


@dataclass(frozen=True)
class Bar:
    """A bar: its label, value (millionths or minor units; None draws none), colour, and words.

    `note` stands at its end, `hover` says the exact figures.
    """

    label: str
    value: int | None
    colour: str
    note: str = ""
    hover: str = ""


@dataclass(frozen=True)
class Series:
    """A line, or the layer of a stack: a value for each label of the axis (None leaves a gap)."""

    label: str
    colour: str
    values: tuple[int | None, ...]
    hovers: tuple[str, ...] = ()
    dashed: bool = False


@dataclass(frozen=True)
class Jump:
    """Where a payout curve jumps: at `x`, from `before` to `after`."""

    x: int
    before: int
    after: int


def show(figure: go.Figure, key: str, alt: str) -> None:
    """Draw a figure over the full width; `alt` says in a sentence what it shows."""
    st.plotly_chart(
        figure, key=key, alt=alt, config={"displayModeBar": False, "scrollZoom": False, "locale": "en"}
    )


def attainment_bars(bars: Sequence[Bar], goal: int = MILLION, reach: int = 0) -> go.Figure:
    """Horizontal bars of attainment, in the given order from the top, against a line at the goal.

    The notes stand in a column at the right. `reach` is the least that the axis shows, so that two charts
    side by side can be compared.
    """
    rows = list(reversed(bars))
    values = [bar.value for bar in rows if bar.value is not None]
    low, high = min([0, *values]), max([goal, reach, *values])
    texts = [bar.note or formats.percent(bar.value) for bar in rows]
    notes = [
        {"x": 1, "xref": "paper", "xanchor": "right", "y": place, "text": safe(text), "font": {"size": 13}}
        for place, text in enumerate(texts)
    ]
    room = 1.06 + 0.03 * max(map(len, texts), default=0)
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": [_ratio(bar.value) for bar in rows],
        "y": list(range(len(rows))),
        "marker": {"color": [bar.colour for bar in rows], "cornerradius": 3},
        "width": 0.62,
        **hover([bar.hover or bar.note for bar in rows]),
    }
    return drawn(
        [trace],
        height=len(rows) * ROW + 60,
        x=percent_axis(low, high) | {"range": [low / MILLION, high / MILLION * room]},
        y=rows_axis([bar.label for bar in rows]),
        lines=[upright(goal / MILLION)],
        notes=[*notes, on_top(goal / MILLION, formats.percent(goal, 0))],
    )


def attainment_over_periods(
    labels: Sequence[str], series: Sequence[Series], goal: int = MILLION
) -> go.Figure:
    """Lines of attainment over the periods in `labels`, against a line at the goal."""
    traces = [
        {
            "type": "scatter",
            "x": list(labels),
            "y": [_ratio(value) for value in line.values],
            "name": safe(line.label),
            "mode": "lines+markers",
            "line": {"color": line.colour, "width": 2.5, "dash": "dot" if line.dashed else "solid"},
            "marker": {"size": 7},
            "connectgaps": False,
            **hover(line.hovers or [f"{line.label}: {formats.percent(value)}" for value in line.values]),
        }
        for line in series
    ]
    values = [value for line in series for value in line.values if value is not None]
    low, high = min([0, *values]), max([goal, *values])
    return drawn(
        traces,
        height=320,
        x=periods_axis(labels),
        y=percent_axis(low, high) | {"range": [low / MILLION, high / MILLION * 1.1]},
        lines=[level(goal / MILLION)],
        legend="above" if len(series) > 1 else "",
    )


def stacked_bars(
    labels: Sequence[str], series: Sequence[Series], currency: str, digits: int, height: int = 320
) -> go.Figure:
    """Money by period, stacked: payout cost by team, say. Values are minor units."""
    traces = []
    for layer in series:
        hovers = layer.hovers or tuple(
            f"{label} · {layer.label}: {formats.money(value, currency, digits)}"
            for label, value in zip(labels, layer.values, strict=True)
        )
        traces.append(
            {
                "type": "bar",
                "x": list(labels),
                "y": [None if value is None else value / 10**digits for value in layer.values],
                "name": safe(layer.label),
                "marker": {"color": layer.colour},
                **hover(hovers),
            }
        )
    totals = [sum(max(layer.values[i] or 0, 0) for layer in series) / 10**digits for i in range(len(labels))]
    lows = [sum(min(layer.values[i] or 0, 0) for layer in series) / 10**digits for i in range(len(labels))]
    return drawn(
        traces,
        height=height,
        x=periods_axis(labels),
        y=money_axis(min([0, *lows]), max([1, *totals]), currency),
        legend="above" if len(series) > 1 else "",
        barmode="relative",
        bargap=0.35,
    )


def payout_curve(
    points: Sequence[tuple[int, int]],
    jumps: Sequence[Jump] = (),
    *,
    x_unit: str = "ratio",
    y_unit: str = "money",
    currency: str = "",
    digits: int = 2,
    here: tuple[int, int] | None = None,
    colour: str = GAIN,
) -> go.Figure:
    """What a component pays over what is reached: lines between `points`, jumps marked with their size.

    x is in `x_unit` (ratio and count: millionths; money: minor units), y likewise (ratio: a multiple of
    the incentive). Two points at one x are the two sides of a jump: the line breaks there. `here` marks
    where somebody stands.
    """
    xs: list[float | None] = []
    ys: list[float | None] = []
    hovers: list[str] = []
    for index, (x, y) in enumerate(points):
        if index and points[index - 1][0] == x:
            xs.append(None)
            ys.append(None)
            hovers.append("")
        xs.append(_plain_value(x, x_unit, digits))
        ys.append(_plain_value(y, y_unit, digits))
        hovers.append(_pays(x, y, x_unit, y_unit, currency, digits))
    curve = {"x": xs, "y": ys, "mode": "lines", "line": {"color": colour, "width": 3}, **hover(hovers)}
    risers = [_riser(jump, x_unit, y_unit, currency, digits) for jump in jumps]
    traces = [curve, *(riser for riser, _note in risers)]
    if here:
        traces.append(
            {
                "x": [_plain_value(here[0], x_unit, digits)],
                "y": [_plain_value(here[1], y_unit, digits)],
                "mode": "markers",
                "marker": {"color": colour, "size": 12, "line": {"color": "#ffffff", "width": 2}},
                **hover([_pays(*here, x_unit, y_unit, currency, digits)]),
            }
        )
    x_values, y_values = [x for x in xs if x is not None], [y for y in ys if y is not None]
    at_target = x_unit == "ratio" and x_values and min(x_values) <= 1 <= max(x_values)
    return drawn(
        [{"type": "scatter", **trace} for trace in traces],
        height=340,
        x=unit_axis(x_values, x_unit, currency) | {"showgrid": False},
        y=unit_axis(y_values, y_unit, currency) | {"rangemode": "tozero"},
        lines=[upright(1)] if at_target else [],
        notes=[note for _riser, note in risers],
    )


def _ratio(value: int | None) -> float | None:
    return None if value is None else value / MILLION


def _plain_value(value: int, unit: str, digits: int) -> float:
    return float(value / 10**digits if unit == "money" else value / MILLION)


def _pays(x: int, y: int, x_unit: str, y_unit: str, currency: str, digits: int) -> str:
    return _("At {reached}: {pays}").format(
        reached=formats.amount(x, x_unit, currency, digits), pays=formats.amount(y, y_unit, currency, digits)
    )


def _riser(jump: Jump, x_unit: str, y_unit: str, currency: str, digits: int) -> tuple[Part, Part]:
    """A jump as a dotted riser, and its size as a note beside it."""
    size = jump.after - jump.before
    words = (
        formats.compact_money(size, currency, digits, sign=True)
        if y_unit == "money"
        else formats.percent(size, sign=True)
    )
    x = _plain_value(jump.x, x_unit, digits)
    ends = [_plain_value(jump.before, y_unit, digits), _plain_value(jump.after, y_unit, digits)]
    told = _("Jump at {reached}: {size}").format(
        reached=formats.amount(jump.x, x_unit, currency, digits),
        size=formats.amount(size, y_unit, currency, digits),
    )
    riser = {
        "x": [x, x],
        "y": ends,
        "mode": "lines+markers",
        "line": {"color": LOSS, "width": 2, "dash": "dot"},
        "marker": {"size": [6, 9], "color": LOSS},
        **hover([told] * 2),
    }
    note = {
        "x": x, "y": max(ends), "text": words, "xanchor": "right", "yanchor": "bottom", "xshift": -4,
        "font": {"color": LOSS, "size": 12},
    }  # fmt: skip
    return riser, note

"""Pictures of a target: its periods beside last year's, and what its parts add up to."""

from collections.abc import Sequence

import plotly.graph_objects as go

from revplan.model.results import Unit
from revplan.money import MILLION
from revplan.periods import Period
from revplan.service.cascade import Level
from revplan.ui.chart_style import drawn, hover, periods_axis, safe, short_periods
from revplan.ui.charts import Bar, attainment_bars
from revplan.ui.colours import COMPANY, GAIN
from revplan.words import _, formats

FAINT = "rgba(138,151,158,0.5)"
"""Last year: there to compare with."""

GAP = 0.25
"""What of a period's width stays empty between its bars and the next period's."""

QUARTERS = 4
"""Up to so many periods there is room for figures on the bars; months have them on hover and in the table."""

FIGURE_SPACE = "\u2007"
"""A space as wide as a digit."""


def target_by_period(
    periods: Sequence[Period],
    last_year: Sequence[int],
    targets: Sequence[int],
    actuals: Sequence[int | None],
    unit: Unit,
    currency: str,
    digits: int,
) -> go.Figure:
    """Each period's target beside what was reached in the same period last year, and this year so far.

    All in stored units; what is 0 everywhere, or has not begun, is not drawn.
    """
    labels = [formats.period(period.label) for period in periods]
    few = len(periods) <= QUARTERS
    layers: list[tuple[str, str, Sequence[int | None]]] = []
    if any(last_year):
        layers.append((_("Last year"), FAINT, last_year))
    place = len(layers)
    layers.append((_("Target"), GAIN, targets))
    if any(actuals):
        layers.append((_("Reached so far"), COMPANY, actuals))
    bars = [
        {
            "type": "bar",
            "x": labels,
            "y": [_plotted(value, unit, digits) for value in values],
            "name": safe(name),
            "marker": {"color": colour, "cornerradius": 3},
            "textposition": "outside",
            "textfont": {"size": 11},
            "textangle": 0,
            "cliponaxis": False,
            # The targets' own figures are notes, which no narrow bar hides.
            "text": ""
            if number == place or not few
            else _alike([_short(v, unit, currency, digits) for v in values]),
            **hover(
                [
                    f"{label}, {name}: {formats.amount(value, unit, currency, digits)}"
                    for label, value in zip(labels, values, strict=True)
                ]
            ),
        }
        for number, (name, colour, values) in enumerate(layers)
    ]
    aside = (place - (len(layers) - 1) / 2) * (1 - GAP) / len(layers)
    notes = [
        {
            "x": index + aside,
            # Above all bars of the period: beside a taller one it could not be read.
            "y": _plotted(max(layer[2][index] or 0 for layer in layers), unit, digits),
            "yanchor": "bottom",
            "text": _short(value, unit, currency, digits),
            "font": {"size": 11, "color": GAIN},
        }
        for index, value in enumerate(targets)
        if value and few
    ]
    return drawn(
        bars,
        height=330,
        x=periods_axis(labels) | {"ticktext": short_periods([period.label for period in periods])},
        y={"showticklabels": False, "showgrid": False, "rangemode": "tozero"},
        notes=notes,
        legend="above" if len(layers) > 1 else "",
        barmode="group",
        bargap=GAP,
        bargroupgap=0.06,
        uniformtext={"minsize": 10, "mode": "hide"},
    )


def _plotted(value: int | None, unit: Unit, digits: int) -> float | None:
    return None if value is None else value / (10**digits if unit == "money" else MILLION)


def _alike(texts: Sequence[str]) -> list[str]:
    """Texts made equally wide, so that where bars are narrow all of them are hidden, or none."""
    longest = max(map(len, texts), default=0)
    return [text.center(longest, FIGURE_SPACE) if text else "" for text in texts]


def assigned_bars(
    levels: Sequence[Level],
    named: dict[str, str],
    colours: dict[str, str],
    unit: Unit,
    currency: str,
    digits: int,
) -> go.Figure:
    """What the parts below each level add up to, against its own target at 100%."""
    bars = []
    for level in levels:
        if level.below is None or not level.total:
            continue
        name = named.get(level.owner, level.owner)  # an open seat has no parts
        share = (level.over or 0) + MILLION
        below = formats.amount(level.below, unit, currency, digits, compact=True)
        said = f"{formats.percent(share)} · {below}"  # short, for a phone; the whole of it on hover
        exact = _("{name}: parts of {below} against a target of {total}").format(
            name=name,
            below=formats.amount(level.below, unit, currency, digits),
            total=formats.amount(level.total, unit, currency, digits),
        )
        bars.append(Bar(name, share, colours.get(level.team_id, COMPANY), said, exact))
    return attainment_bars(bars)


def _short(value: int | None, unit: Unit, currency: str, digits: int) -> str:
    return "" if not value else safe(formats.amount(value, unit, currency, digits, compact=True))

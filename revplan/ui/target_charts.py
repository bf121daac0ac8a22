"""Pictures of a target: its periods beside last year's, and what its parts add up to."""

from collections.abc import Sequence

import plotly.graph_objects as go

from revplan.model.results import Unit
from revplan.money import MILLION
from revplan.periods import Period
from revplan.service.cascade import Level
from revplan.ui.charts import Bar, attainment_bars, safe, styled
from revplan.ui.colours import COMPANY, GAIN
from revplan.words import _, formats

FAINT = "rgba(138,151,158,0.5)"
"""Last year: there to compare with."""


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
    layers: list[tuple[str, str, Sequence[int | None]]] = []
    if any(last_year):
        layers.append((_("Last year"), FAINT, last_year))
    layers.append((_("Target"), GAIN, targets))
    if any(actuals):
        layers.append((_("Reached so far"), COMPANY, actuals))
    figure = go.Figure()
    for name, colour, values in layers:
        figure.add_bar(
            x=labels,
            y=[
                None if value is None else value / (10**digits if unit == "money" else MILLION)
                for value in values
            ],
            name=safe(name),
            marker={"color": colour, "cornerradius": 3},
            text=[_short(value, unit, currency, digits) for value in values],
            textposition="outside",
            textfont={"size": 11},
            textangle=0,
            cliponaxis=False,
            customdata=[
                safe(f"{label}, {name}: {formats.amount(value, unit, currency, digits)}")
                for label, value in zip(labels, values, strict=True)
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    figure.update_layout(
        barmode="group", bargap=0.25, bargroupgap=0.06, uniformtext={"minsize": 9, "mode": "hide"}
    )
    figure.update_yaxes(showticklabels=False, showgrid=False, fixedrange=True, rangemode="tozero")
    figure.update_xaxes(showgrid=False, fixedrange=True, type="category")
    return styled(figure, height=330, legend=len(layers) > 1)


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
        name = named.get(level.owner, level.owner)
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

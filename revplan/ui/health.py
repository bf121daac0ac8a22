"""What the Health page says: the sentence, cards of each family, what is missing, the trend, the teams."""

from collections.abc import Sequence

import pyarrow as pa

from revplan.metrics.health.figures import KPIS_BY_ID, Family
from revplan.service.health import Figure, HealthView
from revplan.ui.cards import Card
from revplan.ui.tables import Column
from revplan.words import N_, _, formats, gettext, kpi_words

GROUPS: tuple[tuple[tuple[Family, ...], str], ...] = (
    (("retention",), N_("Customers kept")),
    (("selling",), N_("Selling")),
    (("customers",), N_("What a customer is worth and costs")),
    (("funnel",), N_("From leads to deals")),
    (("cash", "usage", "pay"), N_("Cash, use and pay")),
)
"""Which families of figures stand together, and under which heading."""


def opening(view: HealthView) -> str:
    """The one plain sentence of what the figures say: what is kept, what is won, and how fast."""
    kept, won, cycle = (view.figures.get(name) for name in ("nrr", "win_rate", "sales_cycle"))
    said = {"period": formats.period(view.period)}
    texts = []
    if kept and kept.value is not None:
        said["kept"] = formats.percent(kept.value)
        texts.append(_("In {period} the customers of a year before bring {kept} of what they brought then."))
    if won and won.value is not None:
        said["won"] = formats.percent(won.value)
        if cycle and cycle.value is not None:
            said["days"] = formats.number(round(cycle.value / 10**6))
            texts.append(_("{won} of the deals that were decided were won, in {days} days on average."))
        else:
            texts.append(_("{won} of the deals that were decided were won."))
    return " ".join(texts).format(**said) or _("There are no figures for {period}.").format(**said)


def groups(view: HealthView) -> list[tuple[str, list[Figure]]]:
    """The headings under which the viewer sees something, with their figures in order."""
    found: list[tuple[str, list[Figure]]] = []
    for families, name in GROUPS:
        figures = [view.figures[kpi] for kpi in KPIS_BY_ID if kpi in view.figures]
        mine = [one for one in figures if one.family in families]
        if mine:
            found.append((gettext(name), mine))
    return found


def cards(view: HealthView, figures: Sequence[Figure]) -> list[Card]:
    """A card for each figure that is defined: its definition and parts on hover, the period before below."""
    return [
        Card(
            kpi_words.name(one.kpi),
            kpi_words.value(one.kpi, one.value, view.currency, view.digits, compact=True),
            exact=kpi_words.value(one.kpi, one.value, view.currency, view.digits),
            context=_before(view, one),
            help=kpi_words.formula(one.kpi),
            made_of=tuple(_made_of(view, one)),
        )
        for one in figures
        if one.value is not None
    ]


def _before(view: HealthView, one: Figure) -> str:
    before = view.before.get(one.kpi)
    if before is None or before.value is None:
        return ""
    value = kpi_words.value(one.kpi, before.value, view.currency, view.digits, compact=True)
    return _("{period}: {value}").format(period=formats.period(before.period), value=value)


def _made_of(view: HealthView, one: Figure) -> list[str]:
    """Each part with its amount."""
    return [
        f"{kpi_words.part(name)}: {kpi_words.amount(amount, unit, view.currency, view.digits)}"
        for name, unit, amount in one.parts
    ]


def missing(figures: Sequence[Figure]) -> list[tuple[str, str]]:
    """Reasons why figures are not defined, each once, with the names of those it is about."""
    by_reason: dict[str, list[str]] = {}
    for one in figures:
        if one.value is None:
            by_reason.setdefault(one.reason, []).append(kpi_words.name(one.kpi))
    return [(formats.listed(names), kpi_words.reason(reason)) for reason, names in by_reason.items()]


def told(view: HealthView, kpi: str) -> tuple[str, ...]:
    """What each point of a figure's trend says."""
    return tuple(
        f"{formats.period(one.period)}: "
        + (
            kpi_words.value(kpi, one.value, view.currency, view.digits)
            if one.value is not None
            else kpi_words.reason(one.reason)
        )
        for one in view.series[kpi]
    )


def trends(view: HealthView) -> list[str]:
    """Figures that are defined in two periods or more."""
    return [kpi for kpi in KPIS_BY_ID if sum(one.value is not None for one in view.series.get(kpi, ())) > 1]


FIGURES = pa.schema(
    [
        ("kpi", pa.string()),
        ("value", pa.string()),
        ("before", pa.string()),
        ("formula", pa.string()),
        ("parts", pa.string()),
        ("why", pa.string()),
    ]
)


def figure_table(view: HealthView) -> pa.Table:
    """Every figure in words (schema FIGURES), in the order of the page."""
    rows = []
    for _name, figures in groups(view):
        for one in figures:
            before = view.before.get(one.kpi)
            rows.append(
                {
                    "kpi": kpi_words.name(one.kpi),
                    "value": kpi_words.value(one.kpi, one.value, view.currency, view.digits),
                    "before": kpi_words.value(
                        one.kpi, before.value if before else None, view.currency, view.digits
                    ),
                    "formula": kpi_words.formula(one.kpi),
                    "parts": "; ".join(_made_of(view, one)),
                    "why": kpi_words.reason(one.reason),
                }
            )
    return pa.Table.from_pylist(rows, FIGURES)


def figure_columns(view: HealthView) -> list[Column]:
    """The columns of the table of figures."""
    label = formats.period(next(iter(view.before.values())).period) if view.before else ""
    return [
        Column("kpi", _("Figure"), pinned=True),
        Column("value", formats.period(view.period)),
        *([Column("before", label)] if label else []),
        Column("formula", _("How it is worked out")),
        Column("parts", _("Made of")),
        Column("why", _("Why there is none")),
    ]


TEAM_KPIS = ("win_rate", "sales_cycle", "average_deal", "pipeline_velocity")


def team_table(view: HealthView) -> pa.Table:
    """Selling by team, in words: a column for each of TEAM_KPIS, and the team."""
    names = {team.id: team.name for team in view.team_list}
    rows = [
        {"team": names.get(team, team)}
        | {
            kpi: kpi_words.value(
                kpi, figures[kpi].value if kpi in figures else None, view.currency, view.digits
            )
            for kpi in TEAM_KPIS
        }
        for team, figures in view.teams.items()
    ]
    return pa.Table.from_pylist(rows, pa.schema([(name, pa.string()) for name in ("team", *TEAM_KPIS)]))


def team_columns() -> list[Column]:
    """The columns of selling by team."""
    shown = (Column(kpi, kpi_words.name(kpi), help=kpi_words.formula(kpi)) for kpi in TEAM_KPIS)
    return [Column("team", _("Team"), pinned=True), *shown]

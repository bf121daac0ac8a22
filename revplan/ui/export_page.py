"""The Export page's parts: which plan set, what is inside, and the files."""

from functools import partial

import streamlit as st

from revplan.access import Viewer
from revplan.service import export
from revplan.ui import charts, downloads, filters, formats
from revplan.ui.charts import Series
from revplan.ui.colours import team_colours
from revplan.ui.text import heading, opening, plain
from revplan.words import _, names, ngettext


def choose_plan_set(viewer: Viewer) -> str:
    """The plan set to take along; "" when there is none."""
    sets = export.plan_sets(viewer)
    with st.container(horizontal=True):
        return filters.plan_set_filter(sets) if sets else ""


def draw_contents(preview: export.Preview, plan_set: str) -> None:
    """One sentence, the pay inside by quarter and team, then what each sheet holds."""
    people = ngettext("{count} person", "{count} people", preview.people)
    text = _("The plan workbook of “{set}” holds {people} and {lines} payout lines, with live totals.")
    opening(
        text.format(
            set=names.plan_set(plan_set),
            people=people.format(count=formats.number(preview.people)),
            lines=formats.number(preview.lines),
        )
    )
    left, right = st.columns([3, 2], gap="large")
    with left:
        _draw_pay(preview)
    with right, st.container(border=True):
        st.markdown("\n".join(f"- **{plain(name)}** · {plain(text)}" for name, text in sheets(preview)))


def _draw_pay(preview: export.Preview) -> None:
    """Pay by quarter, stacked by team: what the workbook's summary adds up."""
    quarters = list(dict.fromkeys(preview.pay["quarter"].to_pylist()))
    if not quarters:
        return
    paid = {(row["team_id"], row["quarter"]): row["payout"] for row in preview.pay.to_pylist()}
    colours = team_colours(preview.team_list)
    layers = [
        Series(team.name, colours[team.id], tuple(paid.get((team.id, quarter)) for quarter in quarters))
        for team in preview.team_list
        if any((team.id, quarter) in paid for quarter in quarters)
    ]
    heading(_("Pay by quarter"))
    labels = [formats.period(quarter) for quarter in quarters]
    figure = charts.stacked_bars(labels, layers, preview.currency, preview.digits, height=360)
    charts.show(figure, "export_pay", _("Pay by quarter and team in the workbook"))


def sheets(preview: export.Preview) -> tuple[tuple[str, str], ...]:
    """The sheets of the workbook in their order: name, and what it holds, in words."""
    plans = ngettext("{count} plan version in words", "{count} plan versions in words", preview.plans)
    lines = ngettext("{count} line", "{count} lines", preview.lines).format(
        count=formats.number(preview.lines)
    )
    return (
        (_("Summary"), _("the company against its target, payout by team and quarter")),
        (_("Targets"), _("the whole and the parts handed down, by period")),
        (_("Plan terms"), plans.format(count=formats.number(preview.plans))),
        (
            _("Attainment"),
            _("{count} targets and parts by period").format(count=formats.number(preview.standings)),
        ),
        (_("Payouts"), _("{lines}, with the reason where one is 0").format(lines=lines)),
        (_("Statements"), _("a sheet for each team: {teams}").format(teams=formats.listed([*preview.teams]))),
        (_("Explanations"), _("how each line was worked out, step by step")),
        (_("Credits"), _("{count} credits").format(count=formats.number(preview.credits))),
        (_("Notes"), _("data, versions, engine, who exported it and when; what to look at")),
    )


def draw_files(viewer: Viewer, preview: export.Preview, plan_set: str) -> None:
    """The files, each made when its button is pressed."""
    with st.container(horizontal=True):
        downloads.button(
            _("Plan workbook (Excel)"),
            partial(export.plan_workbook, viewer, plan_set),
            f"revplan-{plan_set}.xlsx",
            downloads.XLSX,
        )
        downloads.button(
            _("All tables (CSV, zipped)"),
            partial(export.csv_archive, viewer, plan_set),
            f"revplan-{plan_set}.zip",
            "application/zip",
        )
    text = _(
        "The CSV files add the {count} deals behind the payouts. "
        "What you take along is noted in the access log."
    )
    st.caption(text.format(count=formats.number(preview.parts)))

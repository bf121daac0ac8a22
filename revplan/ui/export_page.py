"""The Export page's parts: which plan set, what is inside, and the files."""

from functools import partial

import streamlit as st

from revplan.access import Viewer
from revplan.service import export
from revplan.ui import downloads, filters, formats
from revplan.ui.text import opening, plain
from revplan.words import _, ngettext


def choose_plan_set(viewer: Viewer) -> str:
    """The plan set to take along; "" when there is none."""
    sets = export.plan_sets(viewer)
    with st.container(horizontal=True):
        return filters.plan_set_filter(sets) if sets else ""


def draw_contents(preview: export.Preview, plan_set: str) -> None:
    """One sentence, then what each sheet holds."""
    people = ngettext("{count} person", "{count} people", preview.people)
    text = _("The plan workbook of “{set}” holds {people} and {lines} payout lines, with live totals.")
    opening(
        text.format(
            set=filters.plan_set_name(plan_set),
            people=people.format(count=formats.number(preview.people)),
            lines=formats.number(preview.lines),
        )
    )
    sheets = (
        (_("Summary"), _("the company against its target, payout by team and quarter")),
        (_("Targets"), _("the whole and the parts handed down, by period")),
        (_("Plan terms"), _("{count} plan versions in words").format(count=formats.number(preview.plans))),
        (_("Attainment"), _("{count} standings").format(count=formats.number(preview.standings))),
        (_("Payouts"), _("{count} lines, each with its reason where it is 0").format(
            count=formats.number(preview.lines))),
        (_("Statements"), _("a sheet for each team: {teams}").format(teams=formats.listed([*preview.teams]))),
        (_("Credits"), _("{count} credits").format(count=formats.number(preview.credits))),
        (_("Notes"), _("data, versions, engine, who exported it and when; what to look at")),
    )  # fmt: skip
    with st.container(border=True):
        st.markdown("\n".join(f"- **{plain(name)}** · {plain(text)}" for name, text in sheets))


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

"""The tables of trials: targets, attainment, payouts, accruals and what drives them, each to take along."""

from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from revplan.access import Viewer
from revplan.model.book import Company
from revplan.service import trial_words
from revplan.ui import charts, downloads, trial_charts
from revplan.ui.colours import team_colours
from revplan.ui.tables import Column, show_table
from revplan.words import _


def _spread(kind: Literal["money", "percent"]) -> list[Column]:
    heads = [
        ("p10", _("One in ten is below")),
        ("p50", _("Middle")),
        ("p90", _("One in ten is above")),
        ("mean", _("Mean")),
    ]
    return [Column(name, label, kind) for name, label in heads]


def _show(
    viewer: Viewer, table: pa.Table, columns: list[Column], company: Company, title: str, name: str
) -> None:
    """A table to read and to take along."""
    key = f"trial_{name.replace('-', '_')}"
    show_table(table, columns, key, currency=company.currency, digits=company.digits, alt=title)
    downloads.download_table(viewer, title, table, columns, f"simulation-{name}")


def targets(viewer: Viewer, found: pa.Table, company: Company) -> None:
    """The chance to reach each target of the company and the teams."""
    st.subheader(_("Will the targets be reached?"), anchor=False)
    if not found.num_rows:
        st.info(_("No target of the company or a team is open."))
        return
    owners = [trial_words.owner(row, company) for row in found["owner"].to_pylist()]
    table = found.append_column("whose", pa.array(owners, pa.string()))
    columns = [
        Column("target_name", _("Target"), pinned=True),
        Column("whose", _("Whose")),
        Column("period", _("Period"), "period"),
        Column("chance", _("Chance"), "percent"),
        Column("certain", _("If nothing more happens"), "percent"),
        *_spread("percent"),
    ]
    _show(viewer, table, columns, company, _("Chances of targets"), "targets")


def attainment(viewer: Viewer, found: pa.Table, company: Company) -> None:
    """How far teams and people get on what their plans count: a picture of the teams, a table of each."""
    st.subheader(_("How far will teams and people get?"), anchor=False)
    of_year = found.filter(pc.match_substring_regex(found["period"], r"^\d{4}$"))
    if not of_year.num_rows:
        st.info(_("No component of these plans is measured against a quota."))
        return
    st.caption(
        _("Attainment of what the plans of each count, weighted by what every component is worth, as on "
          "Health; the chance is to be at or above 100%.")
    )  # fmt: skip
    teams = of_year.filter(pc.equal(of_year["level"], "team")).to_pylist()
    colours = team_colours(company.teams)
    figure = trial_charts.spreads(teams, [colours.get(row["id"], "") for row in teams])
    charts.show(figure, "trial_spreads", _("Attainment of each team over the futures: least, middle, most"))
    columns = [
        Column("name", _("Who"), pinned=True),
        Column("period", _("Period"), "period"),
        Column("chance", _("Chance of 100%"), "percent"),
        Column("near", _("At 80 to 120%"), "percent"),
        Column("certain", _("If nothing more happens"), "percent"),
        *_spread("percent"),
    ]
    views = ((_("Teams"), "team", found), (_("People"), "payee", of_year))
    for tab, (label, level, table) in zip(st.tabs([view[0] for view in views]), views, strict=True):
        with tab:
            shown = table.filter(pc.equal(table["level"], level))
            title = _("Attainment: {what}").format(what=label)
            _show(viewer, shown, columns, company, title, f"attainment-{level}")


def payouts(viewer: Viewer, found: pa.Table, company: Company) -> None:
    """What is paid in all by month, quarter and year, and in the year by team, person and plan."""
    st.subheader(_("Payouts by period, team and person"), anchor=False)
    of_year = found.filter(pc.match_substring_regex(found["period"], r"^\d{4}$"))
    whole = found.filter(pc.equal(found["level"], "company"))
    figures = [
        Column("period", _("Period"), "period"),
        Column("certain", _("If nothing more happens"), "money"),
        *_spread("money"),
    ]
    who = Column("name", _("Who"), pinned=True)
    views = (
        (_("In all, by period"), "company", figures),
        (_("Teams"), "team", [who, *figures]),
        (_("People"), "payee", [who, *figures]),
        (_("Plans"), "plan", [who, *figures]),
    )
    for tab, (label, level, columns) in zip(st.tabs([view[0] for view in views]), views, strict=True):
        with tab:
            table = whole if level == "company" else of_year.filter(pc.equal(of_year["level"], level))
            _show(viewer, table, columns, company, _("Payouts: {what}").format(what=label), level)


def accruals(viewer: Viewer, table: pa.Table, company: Company) -> None:
    """What each month should set aside."""
    with st.expander(_("What to set aside each month")):
        columns = [Column("month", _("Month"), "date"), *_spread("money")]
        _show(viewer, table, columns, company, _("Accruals"), "accruals")


def drivers(viewer: Viewer, found: pa.Table, company: Company) -> None:
    """Each input: what it brings, and how the whole payout goes with it."""
    with st.expander(_("Each input in figures")):
        called = [trial_words.driver(row, company) for row in found.to_pylist()]
        table = found.append_column("called", pa.array(called, pa.string()))
        columns = [
            Column("called", _("Input"), pinned=True),
            Column("p10", _("Brings in one of ten at most"), "money"),
            Column("mean", _("Brings on average"), "money"),
            Column("p90", _("Brings in nine of ten at most"), "money"),
            Column("correlation", _("Goes with the payout"), "percent"),
            Column("low", _("Paid with least of it"), "money"),
            Column("high", _("Paid with most of it"), "money"),
        ]
        _show(viewer, table, columns, company, _("Inputs of the trials"), "drivers")

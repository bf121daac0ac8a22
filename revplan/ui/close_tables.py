"""The Close page's tables: pay by team and person, true-ups with what moved them, and the files."""

from functools import partial

import pyarrow as pa
import streamlit as st

from revplan.access import Viewer
from revplan.metrics.alignment import total_by
from revplan.service import export_close
from revplan.service.closes import Closing
from revplan.ui import downloads, navigation
from revplan.ui.changes_parts import true_up_story
from revplan.ui.close_page import named
from revplan.ui.downloads import download_table
from revplan.ui.tables import Column, show_table
from revplan.ui.text import heading
from revplan.words import _, formats, reasons


def people(viewer: Viewer, closing: Closing) -> None:
    """Pay by team, then by person; beside what was submitted, what it would be now."""
    found, shown = closing.figures, closing.shown
    if found is None or shown is None or not found.people.num_rows:
        return
    heading(_("Who is paid what"))
    going = shown.state in ("submitted", "approved") and found.changed > 0
    if len(set(found.people["team_id"].to_pylist())) > 1:
        teams = _by_team(found.people, going)
        show_table(
            teams,
            _columns(going, team_only=True),
            "close_teams",
            currency=closing.currency,
            digits=closing.digits,
            alt=_("Pay by team"),
        )
    columns = _columns(going)
    show_table(
        found.people,
        columns,
        "close_people",
        currency=closing.currency,
        digits=closing.digits,
        alt=_("Pay by person"),
    )
    title = _("Pay by person, {period}").format(period=named(shown))
    download_table(viewer, title, found.people, columns, f"close-{shown.through}")


def _columns(going: bool, *, team_only: bool = False) -> list[Column]:
    names = (
        [Column("team", _("Team"))]
        if team_only
        else [Column("payee_name", _("Person")), Column("team", _("Team"))]
    )
    figures = [
        Column("components", _("Components"), "money"),
        Column("adjustments", _("Adjustments"), "money"),
        Column("pay", _("Pay"), "money"),
    ]
    later = [Column("now", _("It would be now"), "money"), Column("change", _("Change"), "money")]
    return [*names, *figures, *(later if going else [])]


def _by_team(table: pa.Table, going: bool) -> pa.Table:
    names = ["components", "adjustments", "pay", *(["now", "change"] if going else [])]
    teams = total_by(table, ["team"], names[0])
    for name in names[1:]:
        teams = teams.append_column(name, total_by(table, ["team"], name)[name])
    return teams


def true_ups(viewer: Viewer, closing: Closing) -> None:
    """What came late for closed periods, each with its cause; a picked one down to the deal."""
    found = closing.figures
    if found is None or not found.true_ups.num_rows:
        return
    heading(_("True-ups of closed periods"))
    table = found.true_ups
    why = [reasons.adjustment_reason(code) for code in table["reason"].to_pylist()]
    about = [formats.period(cause) for cause in table["cause"].to_pylist()]
    table = table.append_column("why", pa.array(why, pa.string()))
    table = table.append_column("about", pa.array(about, pa.string()))
    columns = [
        Column("payee_name", _("Person")),
        Column("component", _("Component")),
        Column("about", _("Closed period")),
        Column("period", _("Paid with"), "period"),
        Column("amount", _("Amount"), "money"),
        Column("why", _("Why")),
    ]
    picked = show_table(
        table,
        columns,
        "close_true_ups",
        currency=closing.currency,
        digits=closing.digits,
        selectable=True,
        alt=_("True-ups of closed periods"),
    )
    if picked is None:
        st.caption(_("Choose a row to see what moved it, to the deal."))
    else:
        row = table.slice(picked, 1).to_pylist()[0]
        who = (row[name] for name in ("payee_id", "plan_id", "component_id", "cause"))
        true_up_story(viewer, closing.plan_set, *who)


def files(viewer: Viewer, closing: Closing) -> None:
    """Of a locked period the pay file for payroll and its own workbook."""
    shown = closing.shown
    if shown is None or shown.state not in ("locked", "paid"):
        navigation.link("Export", _("Take the figures so far along"))
        return
    heading(_("What was locked, to take along"))
    name = f"{closing.plan_set}-{shown.through}"
    with st.container(horizontal=True):
        downloads.button(
            _("Pay file (CSV)"),
            partial(export_close.pay_file, viewer, closing.plan_set, shown.through),
            f"pay-{name}.csv",
            "text/csv",
        )
        downloads.button(
            _("Workbook (Excel)"),
            partial(export_close.locked_workbook, viewer, closing.plan_set, shown.through),
            f"locked-{name}.xlsx",
            downloads.XLSX,
        )

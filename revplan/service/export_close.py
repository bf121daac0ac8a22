"""What was locked, to take along: the pay file for payroll and the workbook of exactly those months."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pyarrow as pa
import pyarrow.compute as pc

from revplan.access import Scope, Viewer, require
from revplan.model.closes import Close
from revplan.model.results import RunResult, paid_in
from revplan.report.columns import Column
from revplan.report.csv_files import csv_table
from revplan.report.run_files import with_pay_text
from revplan.service import workspace
from revplan.service.close_steps import Stretch
from revplan.service.closes import kept_close, kept_stretches, read_ledger
from revplan.service.export import run_notes, workbook_of
from revplan.service.workspace import Workspace, scoped

PAY_FILE = (
    Column("payee_id", "payee"),
    Column("payee_name", "payee_name"),
    Column("team", "team"),
    Column("from", "from", "date"),
    Column("to", "to", "date"),
    Column("pay", "amount"),
    Column("pay_currency", "currency"),
    Column("paid_on", "paid_on", "date"),
)
"""The columns of a pay file, in code and English for payroll programs."""

_PAID = ("team_id", "payee_id", "payee_name", "pay", "pay_currency")


def pay_file(viewer: Viewer, plan_set: str, through: str) -> bytes:
    """Who is paid how much for a locked stretch, as CSV: a row for each person, team and currency of pay, cut
    to the viewer. Somebody whom a plan pays in their own currency has the amount in it, with its digits.

    `from` and `to` are the stretch's first and last day; `paid_on` is empty until it is marked paid. Raises
    AccessDenied for payees, KeyError for months that are not locked. Logged as an export.
    """
    here, stretch = _locked(viewer, plan_set, through, "pay file")
    close = kept_close(here, stretch)
    if close is None:
        raise KeyError(through)
    company, paid = here.book().company, stretch.did("paid")
    table = _pay_of(close, here.scope(viewer), {team.id: team.name for team in company.teams})
    of_stretch = {
        "from": stretch.start,
        "to": close.end - timedelta(days=1),
        "paid_on": paid.paid_on if paid else None,
    }
    for name, day in of_stretch.items():
        table = table.append_column(name, pa.array([day] * table.num_rows, pa.date32()))
    return csv_table(with_pay_text(table, company.currency, company.digits), PAY_FILE, company.digits)


def _pay_of(close: Close, scope: Scope, teams: dict[str, str]) -> pa.Table:
    """Minor units of each currency by person and team, in order of team, name and currency."""
    pay: Counter[tuple[str, str, str]] = Counter()
    names: dict[str, str] = {}
    for table in (scoped(close.lines, scope), scoped(close.adjustments, scope)):
        for row in table.select(list(_PAID)).to_pylist():
            names[row["payee_id"]] = row["payee_name"]
            pay[row["team_id"], row["payee_id"], row["pay_currency"]] += row["pay"]
    rows = [
        {
            "team": teams.get(team, team),
            "payee_id": payee,
            "payee_name": names[payee],
            "pay": amount,
            "pay_currency": currency,
        }
        for (team, payee, currency), amount in pay.items()
    ]
    rows.sort(key=lambda row: (row["team"], row["payee_name"], row["payee_id"], row["pay_currency"]))
    text = pa.string()
    schema = [("team", text), ("payee_id", text), ("payee_name", text), ("pay", pa.int64())]
    return pa.Table.from_pylist(rows, pa.schema([*schema, ("pay_currency", text)]))


def locked_workbook(viewer: Viewer, plan_set: str, through: str) -> bytes:
    """The plan workbook of a locked stretch alone: its lines, adjustments and statements. Raises and logs as
    `pay_file`."""
    here, stretch = _locked(viewer, plan_set, through, "workbook")
    result = _months_of(here.run(plan_set), stretch)
    return workbook_of(here.book(), result, here.scope(viewer), run_notes(here, viewer))


def _locked(viewer: Viewer, plan_set: str, through: str, what: str) -> tuple[Workspace, Stretch]:
    require(viewer, "cro", "finance", "lead")
    here = workspace.current()
    found = {stretch.through: stretch for stretch in kept_stretches(here, read_ledger(here, plan_set))}
    stretch = found[through]
    if stretch.state not in ("locked", "paid"):
        raise KeyError(through)
    here.log_access(viewer, f"{what} of plan set {plan_set}, locked through {through}", "exported")
    return here, stretch


def _months_of(run: RunResult, stretch: Stretch) -> RunResult:
    """A run cut to what was locked in a stretch."""
    lines = paid_in(run.lines, stretch.start, stretch.end)
    lines = lines.filter(pc.equal(lines["status"], "locked"))
    ids = pa.array(lines["line_id"].to_pylist(), pa.int64())
    first = f"{stretch.start.year}-{stretch.start.month:02d}"

    def in_months(table: pa.Table) -> pa.Table:
        inside = pc.and_(
            pc.greater_equal(table["period"], first), pc.less_equal(table["period"], stretch.through)
        )
        return table.filter(inside)

    def of_lines(table: pa.Table) -> pa.Table:
        return table.filter(pc.is_in(table["line_id"], value_set=ids))

    dates, ends = run.credits["on_date"], run.standings["period_end"]
    return replace(
        run,
        lines=lines,
        parts=of_lines(run.parts),
        inputs=of_lines(run.inputs),
        adjustments=in_months(run.adjustments),
        statements=in_months(run.statements),
        credits=run.credits.filter(
            pc.and_(pc.greater_equal(dates, stretch.start), pc.less(dates, stretch.end))
        ),
        standings=run.standings.filter(
            pc.and_(pc.greater(ends, stretch.start), pc.less_equal(ends, stretch.end))
        ),
        issues=(),
    )

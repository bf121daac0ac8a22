"""Taking figures along: the plan workbook, single tables, and a run's CSV files, each cut to the viewer."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pyarrow as pa
import pyarrow.compute as pc

from revplan.access import EVERYONE, AccessDenied, Scope, Viewer
from revplan.issues import Issue
from revplan.metrics.alignment import total_by
from revplan.model.book import Book, Team
from revplan.model.plan import Plan
from revplan.model.results import RunResult
from revplan.periods import FiscalCalendar
from revplan.report.columns import Column
from revplan.report.contents import Contents
from revplan.report.csv_files import csv_table
from revplan.report.explanations import stories
from revplan.report.health_files import health_files
from revplan.report.run_files import run_files
from revplan.report.sheets import table_book
from revplan.report.workbook import plan_workbook as write_workbook
from revplan.rules.people import versions_in_force
from revplan.service import workspace
from revplan.service.health import tables_of
from revplan.service.workspace import Workspace, scoped, whose
from revplan.store import batches, documents
from revplan.words import _, formats
from revplan.words.names import role


@dataclass(frozen=True)
class Preview:
    """What an export of a plan set would hold, counted, and its pay by quarter and team; `teams` are
    the names of the teams that have statements, `team_list` all teams of the company."""

    lines: int
    people: int
    plans: int
    standings: int
    credits: int
    parts: int
    teams: tuple[str, ...]
    currency: str
    digits: int
    team_list: tuple[Team, ...]
    pay: pa.Table  # quarter, team_id, payout (minor units), sorted so


def plan_sets(viewer: Viewer) -> tuple[str, ...]:
    """The plan sets that can be exported. Raises AccessDenied for a viewer without a role."""
    _require_any(viewer)
    return workspace.current().book().plan_sets()


def preview(viewer: Viewer, plan_set: str) -> Preview:
    """What is inside, without making it. Raises AccessDenied for a viewer without a role."""
    _require_any(viewer)
    opened = workspace.current()
    scope = opened.scope(viewer)
    opened.log_access(viewer, f"what an export of plan set {plan_set} holds: {whose(scope)}")
    company = opened.book().company
    result = cut(opened.run(plan_set), scope)
    names = {team.id: team.name for team in company.teams}
    return Preview(
        lines=result.lines.num_rows,
        people=len(set(result.lines["payee_id"].to_pylist())),
        plans=len(_plans_of(opened.book(), result, scope)),
        standings=result.standings.num_rows,
        credits=result.credits.num_rows,
        parts=result.parts.num_rows,
        teams=tuple(sorted(names.get(team, team) for team in set(result.statements["team_id"].to_pylist()))),
        currency=result.currency,
        digits=result.digits,
        team_list=company.teams,
        pay=_pay_by_quarter(result.lines, company.calendar),
    )


def _pay_by_quarter(lines: pa.Table, calendar: FiscalCalendar) -> pa.Table:
    """Pay by the quarter in which each payment period ends, and team."""
    ends = lines["period_end"].to_pylist()
    labels = {end: calendar.period_of(end - timedelta(days=1), "quarter").label for end in set(ends)}
    quarters = pa.array([labels[end] for end in ends], pa.string())
    return total_by(lines.append_column("quarter", quarters), ["quarter", "team_id"], "payout")


def plan_workbook(viewer: Viewer, plan_set: str) -> bytes:
    """The plan workbook (XLSX) of what the viewer may see, in the language spoken now; logged.

    Raises AccessDenied for a viewer without a role, KeyError for a plan set that is not in the book.
    """
    opened, scope = _start(viewer, plan_set, "plan workbook")
    result = opened.run(plan_set)
    _mark_used(opened, viewer, result)
    return workbook_of(opened.book(), result, scope, run_notes(opened, viewer))


def csv_archive(viewer: Viewer, plan_set: str) -> bytes:
    """The run's CSV files in one ZIP, cut to what the viewer may see; logged. Raises as `plan_workbook`."""
    opened, scope = _start(viewer, plan_set, "CSV files")
    book, whole = opened.book(), opened.run(plan_set)
    _mark_used(opened, viewer, whole)
    result = cut(whole, scope)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        figures = health_files(book.company, tables_of(opened, plan_set, scope))
        for name, content in (run_files(book, [result]) | figures).items():
            stamp = zipfile.ZipInfo(name, (*result.as_of.timetuple()[:3], 0, 0, 0))
            stamp.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(stamp, content)
    return archive.getvalue()


def table_xlsx(viewer: Viewer, title: str, table: pa.Table, columns: Sequence[Column]) -> bytes:
    """A table that the viewer sees on a page, as a workbook; logged under its title. The table comes from a
    service function and is in the viewer's scope already."""
    company = _log_table(viewer, title).company
    return table_book(title, table, columns, company.digits, company.as_of)


def table_csv(viewer: Viewer, title: str, table: pa.Table, columns: Sequence[Column]) -> bytes:
    """A table that the viewer sees on a page, as a CSV file; logged under its title."""
    return csv_table(table, columns, _log_table(viewer, title).company.digits)


def workbook_of(
    book: Book, result: RunResult, scope: Scope = EVERYONE, notes: tuple[tuple[str, str], ...] = ()
) -> bytes:
    """The workbook of a run, cut to `scope`, in the language spoken now; `notes` name the run."""
    seen = cut(result, scope)
    payees = dict(zip(seen.lines["payee_id"].to_pylist(), seen.lines["payee_name"].to_pylist(), strict=True))
    roster = book.tables.get("payees")
    if scope.everyone and roster is not None:
        payees |= dict(zip(roster["payee_id"].to_pylist(), roster["name"].to_pylist(), strict=True))
    plans = _plans_of(book, seen, scope)
    told = stories(book, seen)
    return write_workbook(Contents(book.company, plans, seen, payees, notes, told, _accounts(book, seen)))


def _accounts(book: Book, seen: RunResult) -> dict[str, str]:
    """Names of the accounts that credits are about."""
    accounts = book.tables.get("accounts")
    if accounts is None:
        return {}
    kept = accounts.filter(pc.is_in(accounts["account_id"], pc.unique(seen.credits["account_id"])))
    return dict(zip(kept["account_id"].to_pylist(), kept["name"].to_pylist(), strict=True))


def cut(result: RunResult, scope: Scope) -> RunResult:
    """A run cut to a scope: its own rows, the company's standings, issues about its people."""
    if scope.everyone:
        return result
    tables = {
        name: scoped(getattr(result, name), scope)
        for name in ("lines", "parts", "inputs", "credits", "standings", "adjustments", "statements")
    }
    people = set(tables["lines"]["payee_id"].to_pylist())
    issues = tuple(issue for issue in result.issues if _concerns(issue, people))
    return replace(result, issues=issues, **tables)


def _concerns(issue: Issue, people: set[str]) -> bool:
    return issue.where.payee in people


def _plans_of(book: Book, result: RunResult, scope: Scope) -> tuple[Plan, ...]:
    """Plan versions in force in the set, each once; for a narrower scope only those that pay its people, and
    naming only them."""
    plans = tuple(dict.fromkeys(plan for plan, *_dates in versions_in_force(book.plans, result.plan_set)))
    if scope.everyone:
        return plans
    people = set(result.lines["payee_id"].to_pylist())
    paying = set(
        zip(result.lines["plan_id"].to_pylist(), result.lines["plan_version"].to_pylist(), strict=True)
    )
    return tuple(_naming(plan, people) for plan in plans if (plan.id, plan.version) in paying)


def _naming(plan: Plan, people: set[str]) -> Plan:
    assigned = plan.assigned
    named = {
        "payees": tuple(payee for payee in assigned.payees if payee in people),
        "except_payees": tuple(payee for payee in assigned.except_payees if payee in people),
    }
    return plan.model_copy(update={"assigned": assigned.model_copy(update=named)})


def run_notes(opened: Workspace, viewer: Viewer) -> tuple[tuple[str, str], ...]:
    """What names the run: the data snapshot, the plans' and targets' versions as one fingerprint, and who
    exported it when."""
    with opened.records.read() as connection:
        data = batches.current_data(connection)
    return (
        (_("Version of the data"), f"{data.position} · {data.snapshot_id[:12]}"),
        (_("Data, plans and targets"), opened.fingerprint()[:16]),
        (_("Exported by"), _who(viewer)),
        (_("Exported at"), formats.moment(opened.now(), opened.book().company.time_zone)),
    )


def _who(viewer: Viewer) -> str:
    return " · ".join(part for part in (role(viewer.role), viewer.team_id, viewer.payee_id) if part)


def _start(viewer: Viewer, plan_set: str, what: str) -> tuple[Workspace, Scope]:
    _require_any(viewer)
    opened = workspace.current()
    if plan_set not in opened.book().plan_sets():
        raise KeyError(plan_set)
    scope = opened.scope(viewer)
    opened.log_access(viewer, f"{what} of plan set {plan_set}: {whose(scope)}", "exported")
    return opened, scope


def _mark_used(opened: Workspace, viewer: Viewer, result: RunResult) -> None:
    """What a planner takes out of the app is what people are paid by: the plan versions behind its final
    lines never change from now on, even if the as-of date goes back."""
    if viewer.role not in ("cro", "finance"):
        return
    final = result.lines.filter(pc.not_equal(result.lines["status"], "open"))
    pairs = zip(final["plan_id"].to_pylist(), final["plan_version"].to_pylist(), strict=True)
    with opened.writing, opened.records.write() as connection:
        for plan_id, version in sorted(set(pairs)):
            documents.mark_used(connection, "plan", plan_id, version)


def _log_table(viewer: Viewer, title: str) -> Book:
    _require_any(viewer)
    opened = workspace.current()
    opened.log_access(viewer, title, "exported")
    return opened.book()


def _require_any(viewer: Viewer) -> None:
    if viewer.role == "none":
        raise AccessDenied(viewer.role)

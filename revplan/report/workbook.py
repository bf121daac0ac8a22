"""The plan workbook: targets, plan terms in words, attainment, payouts, statements by team, explanations,
credits."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from revplan.model.plan import Plan
from revplan.report.columns import Column
from revplan.report.contents import Contents
from revplan.report.explanations import write_explanations
from revplan.report.sheets import Book, Sheet
from revplan.report.statement_sheets import write_statements
from revplan.report.summary_sheet import write_summary
from revplan.report.target_sheet import write_targets
from revplan.report.terms_sheet import write_terms
from revplan.words import _, formats, names, reasons, sentences

NOTE = 58
"""Width of the notes' columns, in characters."""


def plan_workbook(contents: Contents) -> bytes:
    """The workbook of one run, in the reader's language; the same contents give the same bytes.

    Its totals are live formulas with their right values stored. Text from the data is written as text.
    """
    result = contents.result
    book = Book(result.as_of, result.digits, f"{contents.company_label} · {result.plan_set}")
    summary = book.sheet(_("Summary"))
    targets = book.sheet(_("Targets"))
    terms = book.sheet(_("Plan terms"))
    attainment = book.sheet(_("Attainment"))
    payouts = book.sheet(_("Payouts"))
    teams = sorted(set(result.statements["team_id"].to_pylist()), key=contents.team_label)
    statements = [book.sheet(_("Statements {team}").format(team=contents.team_label(team))) for team in teams]
    explanations = book.sheet(_("Explanations")) if contents.stories else None
    credits = book.sheet(_("Credits"))
    notes = book.sheet(_("Notes"), (24, NOTE, NOTE, NOTE))

    lines = payout_table(contents)
    first = _write_payouts(payouts, lines)
    write_summary(summary, contents, lines, f"{payouts.quoted}!", first)
    write_targets(targets, contents)
    write_terms(terms, contents)
    _write_attainment(attainment, contents)
    for team, sheet in zip(teams, statements, strict=True):
        write_statements(sheet, contents, team)
    if explanations is not None:
        write_explanations(explanations, contents)
    _write_credits(credits, contents)
    _write_notes(notes, contents)
    return book.close()


def payout_table(contents: Contents) -> pa.Table:
    """The payout lines with their words: team, quarter that the pay counts in, measure, reason, status."""
    calendar = contents.company.calendar
    lines = contents.result.lines
    last_days = {end: end - timedelta(days=1) for end in set(lines["period_end"].to_pylist())}
    quarters = {
        end: formats.period(calendar.period_of(day, "quarter").label) for end, day in last_days.items()
    }
    said = {
        "team": ("team_id", contents.team_label),
        "paid_for": ("period", formats.period),
        "quarter": ("period_end", quarters.__getitem__),
        "measure_name": ("measure", contents.measure_label),
        "plan_name": ("plan_id", contents.plan_label),
        "reason_name": ("reason", reasons.reason),
        "status_name": ("status", names.status),
    }
    return _said(lines, said)


def _said(table: pa.Table, said: dict[str, tuple[str, Callable[[Any], str]]]) -> pa.Table:
    """The table with columns of words added: new column → (column it is said from, how)."""
    for name, (source, say) in said.items():
        values = table[source].to_pylist()
        words = {value: say(value) for value in dict.fromkeys(values)}
        table = table.append_column(name, pa.array([words[value] for value in values], pa.string()))
    return table


def _write_payouts(sheet: Sheet, lines: pa.Table) -> int:
    """Returns the first row of data, from 0."""
    sheet.title(_("Payouts"), _("Who is paid what, for which component and period, and why where it is 0."))
    cut = pc.any(pc.not_equal(lines["quota"], lines["nominal_quota"])).as_py()
    pays_on = lines["payable"].null_count < lines.num_rows
    columns = (
        Column("team", _("Team")),
        Column("payee_name", _("Name")),
        Column("plan_name", _("Plan")),
        Column("component_name", _("Component")),
        Column("paid_for", _("Paid for")),
        Column("quarter", _("Quarter")),
        Column("measure_name", _("Counts")),
        Column("credit", _("Credit"), "measured"),
        *([Column("payable", _("Pays on"), "measured", unit="payable_unit")] if pays_on else []),
        Column("quota", _("Quota"), "measured"),
        *([Column("nominal_quota", _("Whole quota"), "measured")] if cut else []),
        Column("attainment", _("Attainment"), "percent"),
        Column("target_incentive", _("Target incentive"), "money"),
        Column("payout", _("Payout"), "money", adds_up=True),
        Column("reason_name", _("Why it is 0")),
        Column("status_name", _("Status")),
    )
    return sheet.table(lines, columns, fixed=2)


def _write_attainment(sheet: Sheet, contents: Contents) -> None:
    sheet.title(_("Attainment"), _("Where each target stands: the whole of it, and the parts handed down."))
    said = {
        "owner_name": ("owner", contents.owner_label),
        "period_name": ("period", formats.period),
        "measure_name": ("measure", contents.measure_label),
        "status_name": ("status", names.status),
    }
    columns = (
        Column("target_name", _("Target")),
        Column("owner_name", _("Whose")),
        Column("measure_name", _("Counts")),
        Column("period_name", _("Period")),
        Column("period_start", _("From"), "date"),
        Column("target", _("Target amount"), "measured"),
        Column("effective", _("Effective"), "measured"),
        Column("parts", _("Parts add up to"), "measured"),
        Column("actual", _("Reached"), "measured"),
        Column("attainment", _("Attainment"), "percent"),
        Column("status_name", _("Status")),
    )
    sheet.table(_said(contents.result.standings, said), columns, fixed=2)


def _write_credits(sheet: Sheet, contents: Contents) -> None:
    sheet.title(_("Credits"), _("Who is credited with which part of each transaction, by which rule."))
    said = {
        "measure_name": ("measure", contents.measure_label),
        "rule_name": ("rule", _rule_name),
        "team": ("team_id", contents.team_label),
        "account": ("account_id", lambda account: contents.account_names.get(account, "")),
        "name": ("payee_id", lambda payee: contents.payee_label(payee) if payee else _("Nobody")),
    }
    columns = (
        Column("measure_name", _("Counts")),
        Column("transaction_id", _("Transaction")),
        Column("on_date", _("Date"), "date"),
        Column("opportunity_id", _("Opportunity")),
        Column("account", _("Account")),
        Column("account_id", _("Account id")),
        Column("team", _("Team")),
        Column("name", _("Name")),
        Column("credit", _("Credit"), "measured"),
        Column("rule_name", _("Credited by")),
    )
    sheet.table(_said(contents.result.credits, said), columns, fixed=2)


def _rule_name(rule: str) -> str:
    """How a rule credits: its name is a code, then days to look back, then whether managers roll up."""
    plain, __, roll_up = rule.partition("+")
    name = names.named(names.CREDIT_RULES, plain.partition("/")[0])
    return _("{rule}, and their managers").format(rule=name) if roll_up else name


def _plan_version(plan: Plan) -> str:
    return _("{plan} (version {version})").format(plan=plan.name, version=plan.version)


def _write_notes(sheet: Sheet, contents: Contents) -> None:
    """What was calculated, from what; then every issue of the run."""
    result = contents.result
    sheet.title(_("Notes"), _("The same data, plans, targets and as-of date give the same figures again."))
    sheet.row += 1
    run = (
        (_("Company"), contents.company_label),
        (_("Plan set"), result.plan_set),
        (_("Facts up to"), formats.day(result.as_of)),
        (_("Currency"), result.currency),
        (_("Engine version"), result.engine_version),
        (_("Plans"), formats.listed([_plan_version(plan) for plan in contents.plans])),
    )
    for label, value in (*run, *contents.notes):
        sheet.put(0, label, bold=True)
        sheet.wrapped({1: (value, NOTE)})
        sheet.row += 1
    if result.issues:
        sheet.heading(_("What to look at"))
        sheet.header([_("How serious"), _("What"), _("Why it matters"), _("What to do")])
    for issue in result.issues:
        told = sentences.told(issue, result.currency, result.digits)
        where = sentences.place(issue.where)
        sheet.put(0, names.named(names.SEVERITIES, issue.severity))
        said = (f"{where}: {told.what}" if where else told.what, told.why, told.fix)
        sheet.wrapped({column: (text, NOTE) for column, text in enumerate(said, 1)})
        sheet.row += 1

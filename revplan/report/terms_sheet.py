"""The workbook's plan terms: who is covered from when to when, and each component in words."""

from dataclasses import replace

from revplan.model.plan import Assigned, Plan, linked
from revplan.report.contents import Contents
from revplan.report.sheets import Sheet
from revplan.words import _, formats
from revplan.words.adjustment_words import adjustment_terms
from revplan.words.component_words import component_terms, plan_limits
from revplan.words.presence_words import plan_terms
from revplan.words.table_words import Terms, terms_for

NAME, TEXT = 38, 105
"""Widths of the two columns, in characters."""


def write_terms(sheet: Sheet, contents: Contents) -> None:
    """A block for each plan version: whom it covers and when, then a row for each sentence of its terms."""
    sheet.page.set_column(0, 0, NAME)
    sheet.page.set_column(1, 1, TEXT)
    sheet.title(_("Plan terms"), _("What each plan pays for, in words."))
    terms = _terms(contents)
    for plan in contents.plans:
        sheet.heading(f"{plan.name} · " + _("version {version}").format(version=plan.version))
        limits = [(_("Limits"), text) for text in plan_limits(plan, terms)]
        for label, text in [*_scope(plan, contents), *limits]:
            sheet.put(0, label, font_color="#5C6B73")
            sheet.wrapped({1: (text, TEXT)})
            sheet.row += 1
        for component in linked(plan).components:
            for place, text in enumerate(component_terms(component, terms)):
                sheet.wrapped({1: (text, TEXT)})
                sheet.put(0, component.name if place == 0 else None, bold=True, text_wrap=True)
                sheet.row += 1
        for place, text in enumerate(adjustment_terms(plan, terms)):
            sheet.wrapped({1: (text, TEXT)})
            sheet.put(0, _("After the lines") if place == 0 else None, bold=True, text_wrap=True)
            sheet.row += 1
    if not contents.plans:
        sheet.row += 1
        sheet.put(0, _("No plan of this set covers anybody here."))


def _terms(contents: Contents) -> Terms:
    """The words of the company; targets are named as far as the reader sees where they stand."""
    rows = contents.result.standings.select(["target_id", "target_name"]).to_pylist()
    targets = {row["target_id"]: row["target_name"] for row in rows}
    return replace(terms_for(contents.company, (), contents.plans), targets=targets)


def _scope(plan: Plan, contents: Contents) -> list[tuple[str, str]]:
    until = _("open") if plan.to is None else formats.day(plan.to)
    dates = _("from {start} until {end}").format(start=formats.day(plan.from_), end=until)
    rows = [(_("In force"), dates), (_("Covers"), _assigned(plan.assigned, contents))]
    rows += [(_("Joining, leaving, leave"), " ".join(plan_terms(plan)))]
    return [*rows, (_("Notes"), plan.notes)] if plan.notes else rows


def _assigned(assigned: Assigned, contents: Contents) -> str:
    """Whom a plan covers, in words."""
    parts = [contents.team_label(team) for team in assigned.teams]
    if assigned.roles:
        parts.append(_("in the roles {roles}").format(roles=formats.listed(list(assigned.roles))))
    parts += [contents.payee_label(payee) for payee in assigned.payees]
    text = ", ".join(parts) or _("nobody")
    if assigned.except_payees:
        names = formats.listed([contents.payee_label(payee) for payee in assigned.except_payees])
        return _("{people}, except {names}").format(people=text, names=names)
    return text

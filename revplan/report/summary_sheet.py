"""The workbook's first sheet: one sentence, the company against its target, payout by team and quarter."""

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from xlsxwriter.utility import xl_rowcol_to_cell

from revplan.metrics import alignment
from revplan.metrics.alignment import Window
from revplan.money import to_major
from revplan.report.contents import Contents
from revplan.report.sheets import Sheet
from revplan.words import _, formats, names, ngettext

TEAM, QUARTER, AMOUNT = "A", "F", "L"
"""Columns of the payouts sheet that the summary adds up."""


def write_summary(sheet: Sheet, contents: Contents, payouts: pa.Table, payout_sheet: str, first: int) -> None:
    """`payouts` is the payouts sheet's table (team, quarter, payout); its data begin in row `first`, from 0,
    of `payout_sheet` ("'Payouts'!")."""
    result = contents.result
    target_id = alignment.shared_target(result.standings)
    windows = alignment.company_windows(result.standings, target_id, contents.company.calendar)
    sheet.page.set_column(0, 0, 26)
    sheet.page.set_column(1, 40, 17)
    sheet.title(contents.company_label)
    told = _("Plan set {plan_set} · facts up to {day} · amounts in {currency}")
    day = formats.day(result.as_of)
    sheet.put(
        0, told.format(plan_set=result.plan_set, day=day, currency=result.currency), font_color="#5C6B73"
    )
    sheet.row += 2
    sheet.paragraph(summary_sentence(contents, windows), 6, 2, font_size=12)
    if windows:
        _write_company(sheet, contents, target_id, windows)
    _write_pay(sheet, payouts, payout_sheet, first)


def summary_sentence(contents: Contents, windows: tuple[Window, ...]) -> str:
    """What the figures say: pay by whom, and where the company stands."""
    lines, result = contents.result.lines, contents.result
    people = len(set(lines["payee_id"].to_pylist()))
    paid = formats.money(pc.sum(lines["payout"]).as_py() or 0, result.currency, result.digits)
    text = ngettext(
        "Under the plan set {plan_set}, {count} person earns {paid}.",
        "Under the plan set {plan_set}, {count} people earn {paid}.",
        people,
    ).format(plan_set=result.plan_set, count=formats.number(people), paid=paid)
    final = [window for window in windows if window.final]
    if not final:
        return text
    missed = sum(window.missed for window in final)
    more = ngettext(
        "The company missed its target in {missed} of {count} finished period.",
        "The company missed its target in {missed} of {count} finished periods.",
        len(final),
    )
    return f"{text} {more.format(missed=formats.number(missed), count=formats.number(len(final)))}"


def _write_company(sheet: Sheet, contents: Contents, target_id: str, windows: tuple[Window, ...]) -> None:
    standings = contents.result.standings
    row = standings.filter(pc.equal(standings["target_id"], target_id)).slice(0, 1).to_pylist()[0]
    digits = contents.result.digits
    sheet.heading(_("{target}: the company's result").format(target=row["target_name"]))
    sheet.header(
        [_("Period"), _("Target"), _("Reached"), _("Attainment"), _("Status")], numbers=frozenset({1, 2, 3})
    )
    first = sheet.row
    for window in windows:
        sheet.put(0, formats.period(window.label))
        sheet.put(1, to_major(window.target, digits), "money")
        sheet.put(2, to_major(window.actual, digits), "money")
        _write_attainment(sheet, window.actual, window.target)
        sheet.put(4, names.status("final" if window.final else "open"))
        sheet.row += 1
    sheet.put(0, _("Total"), bold=True, top=1)
    for column, total in ((1, sum(w.target for w in windows)), (2, sum(w.actual for w in windows))):
        _write_sum(sheet, column, first, to_major(total, digits))
    _write_attainment(sheet, sum(w.actual for w in windows), sum(w.target for w in windows), bold=True, top=1)
    sheet.row += 1


def _write_attainment(sheet: Sheet, actual: int, target: int, **properties: Any) -> None:
    """Reached ÷ target of the current row; nothing where the target is 0."""
    if target:
        reached, whole = xl_rowcol_to_cell(sheet.row, 2), xl_rowcol_to_cell(sheet.row, 1)
        sheet.formula(3, f"={reached}/{whole}", Decimal(actual) / Decimal(target), "percent", **properties)
    else:
        sheet.put(3, None, **properties)


def _write_sum(sheet: Sheet, column: int, first: int, total: Decimal) -> None:
    """The sum of a column's rows from `first` down to the current row, which holds the sum."""
    if sheet.row > first:
        block = f"{xl_rowcol_to_cell(first, column)}:{xl_rowcol_to_cell(sheet.row - 1, column)}"
        sheet.formula(column, f"=SUM({block})", total, "money", bold=True, top=1)
    else:
        sheet.put(column, total, "money", bold=True, top=1)


def _write_pay(sheet: Sheet, payouts: pa.Table, payout_sheet: str, first: int) -> None:
    """A team × quarter table: each figure adds up the lines of the payouts sheet, compared by EXACT, since
    SUMIFS would take a team called "A*" for a pattern."""
    sheet.heading(_("Payout by team and quarter"))
    totals = alignment.total_by(payouts, ["team", "quarter"], "payout").to_pylist()
    pay = {(row["team"], row["quarter"]): row["payout"] for row in totals}
    in_time = sorted(zip(payouts["period_end"].to_pylist(), payouts["quarter"].to_pylist(), strict=True))
    teams, quarters = sorted({team for team, _quarter in pay}), list(dict.fromkeys(q for _end, q in in_time))
    digits = sheet.book.digits
    if not pay:
        sheet.put(0, _("Nobody is covered by a plan of this set."))
        return
    rows = f"{first + 1}:${{}}${first + payouts.num_rows}"
    ranges = {name: f"{payout_sheet}${name}${rows.format(name)}" for name in (TEAM, QUARTER, AMOUNT)}
    head, last = sheet.row, len(quarters) + 1
    sheet.header([_("Team"), *quarters, _("Total")], numbers=frozenset(range(1, last + 1)))
    for team in teams:
        sheet.put(0, team)
        for column, quarter in enumerate(quarters, 1):
            above = xl_rowcol_to_cell(head, column, row_abs=True)
            same = f"EXACT({ranges[TEAM]},$A{sheet.row + 1})*EXACT({ranges[QUARTER]},{above})"
            total = to_major(pay.get((team, quarter), 0), digits)
            sheet.formula(column, f"=SUMPRODUCT({same}*{ranges[AMOUNT]})", total, "money")
        block = f"{xl_rowcol_to_cell(sheet.row, 1)}:{xl_rowcol_to_cell(sheet.row, last - 1)}"
        total = to_major(sum(pay.get((team, quarter), 0) for quarter in quarters), digits)
        sheet.formula(last, f"=SUM({block})", total, "money", bold=True)
        sheet.row += 1
    sheet.put(0, _("Total"), bold=True, top=1)
    for column, quarter in enumerate(quarters, 1):
        _write_sum(
            sheet, column, head + 1, to_major(sum(pay.get((team, quarter), 0) for team in teams), digits)
        )
    _write_sum(sheet, last, head + 1, to_major(sum(pay.values()), digits))
    sheet.row += 1

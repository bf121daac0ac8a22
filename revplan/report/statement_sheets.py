"""A team's statements: for each person and month, what each component earned and what was adjusted."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import pyarrow.compute as pc
from xlsxwriter.utility import xl_col_to_name

from revplan.money import currency_digits, to_major
from revplan.report.contents import Contents
from revplan.report.sheets import Sheet, amount_format
from revplan.words import _, formats, names

Row = Mapping[str, object]
AMOUNT = 4
PAY = 7
"""Where a team is paid in several currencies: what each entry is paid as. No total adds them up."""


def write_statements(sheet: Sheet, contents: Contents, team_id: str) -> None:
    """Entries fold away under their person and month. Every total is a SUBTOTAL of the rows under it, which
    leaves out the subtotals among them, so none counts twice."""
    statements = contents.result.statements
    own = statements.filter(pc.equal(statements["team_id"], team_id))
    entries = [row for row in own.to_pylist() if row["entry"] != "total"]
    entries.sort(key=lambda row: (str(row["payee_name"]), str(row["payee_id"]), str(row["period"])))
    sheet.page.outline_settings(symbols_below=False)
    own = contents.company.currency
    in_others = any(row["pay_currency"] != own for row in entries)
    for column, width in enumerate((28, 14, 14, 34, 18, 14, 18, 16, 10)):
        sheet.page.set_column(column, column, width)
    team = contents.team_label(team_id)
    sheet.title(_("{team} statements").format(team=team), _("What each person earned, by month of payment."))
    titles = [
        _("Name"),
        _("Statement"),
        _("Paid for"),
        _("Component"),
        _("Amount"),
        _("Status"),
        _("Held, owed or carried"),
        *([_("Paid as"), _("Currency")] if in_others else []),
    ]
    people = [list(rows) for __, rows in groupby(entries, key=lambda row: row["payee_id"])]
    months = {id(rows): _by_month(rows) for rows in people}
    length = sum(1 + sum(1 + len(month) for month in months[id(rows)]) for rows in people)
    sheet.put(0, _("Total"), bold=True)
    _write_total(sheet, entries, sheet.row + 2, length)
    sheet.row += 1
    head = sheet.row
    sheet.header(titles, numbers=frozenset({AMOUNT, 6, PAY}))
    sheet.page.freeze_panes(head + 1, 1)
    sheet.page.repeat_rows(head)
    for rows in people:
        _write_person(sheet, rows, months[id(rows)], own, in_others=in_others)


def _by_month(rows: Sequence[Row]) -> list[list[Row]]:
    return [list(month) for __, month in groupby(rows, key=lambda row: row["period"])]


def _write_person(
    sheet: Sheet, rows: Sequence[Row], months: Sequence[Sequence[Row]], own: str, *, in_others: bool
) -> None:
    sheet.put(0, str(rows[0]["payee_name"]), bold=True, bg_color="#E9EEF0")
    for column in (1, 2, 3, 5, 6, *((PAY, PAY + 1) if in_others else ())):
        sheet.put(column, None, bg_color="#E9EEF0")
    _write_total(sheet, rows, sheet.row + 1, len(months) + len(rows), bg_color="#E9EEF0")
    sheet.row += 1
    for month in months:
        sheet.page.set_row(sheet.row, None, None, {"level": 1})
        sheet.put(1, formats.period(str(month[0]["period"])), italic=True)
        _write_total(sheet, month, sheet.row + 1, len(month), bold=False, italic=True)
        sheet.row += 1
        for row in month:
            sheet.page.set_row(sheet.row, None, None, {"level": 2})
            adjusts = row["entry"] == "adjustment"
            sheet.put(2, str(row["paid_for"]) if adjusts else formats.period(str(row["paid_for"])))
            sheet.put(3, _told(row))
            sheet.put(AMOUNT, to_major(_minor(row), sheet.book.digits), "money")
            sheet.put(5, names.status(str(row["status"])))
            balance = row["balance"]
            sheet.put(6, None if balance is None else to_major(int(str(balance)), sheet.book.digits), "money")
            if in_others:
                _write_pay(sheet, row, own)
            sheet.row += 1


def _write_pay(sheet: Sheet, row: Row, own: str) -> None:
    """What an entry is paid as, in the digits of its currency; those of `own` are the sheet's."""
    currency = str(row["pay_currency"])
    digits = sheet.book.digits if currency == own else currency_digits(currency)
    if row["pay"] is not None:
        amount = to_major(int(str(row["pay"])), digits)
        sheet.page.write_number(sheet.row, PAY, amount, sheet.book.style(num_format=amount_format(digits)))
    sheet.put(PAY + 1, currency)


def _told(row: Row) -> str:
    """What an entry is: a component, or an adjustment with the component that it is about."""
    name = str(row["component_name"])
    kind = names.adjustment(str(row["kind"])) if row["entry"] == "adjustment" else ""
    return " · ".join(filter(None, (kind, name)))


def _write_total(sheet: Sheet, rows: Sequence[Row], first: int, length: int, **properties: Any) -> None:
    """A SUBTOTAL of `length` rows from `first` (from 0) in the current row's amount column."""
    letter = xl_col_to_name(AMOUNT)
    total = to_major(sum(map(_minor, rows)), sheet.book.digits)
    if length:
        formula = f"=SUBTOTAL(9,{letter}{first + 1}:{letter}{first + length})"
        sheet.formula(AMOUNT, formula, total, "money", **{"bold": True, **properties})
    else:
        sheet.put(AMOUNT, total, "money", bold=True)


def _minor(row: Row) -> int:
    return int(str(row["amount"] or 0))

"""The workbook's statements where a team is paid in several currencies."""

import io
from typing import Any

from openpyxl import load_workbook

from revplan.report.contents import Contents
from revplan.report.workbook import plan_workbook
from revplan.rules.run import run
from tests.rules.test_pay_currency import DEALS, PEOPLE, RATES
from tests.rules.written_book import COMMISSION, book_of, plan_of


def statement_rows(pay_rate: str | None) -> list[tuple[Any, ...]]:
    book = book_of(plan_of(COMMISSION, pay_rate=pay_rate), payees=PEOPLE, opportunities=DEALS, fx_rates=RATES)
    contents = Contents(book.company, book.plans, run(book, "set"))
    sheet = load_workbook(io.BytesIO(plan_workbook(contents)))["Statements Sales"]
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


def test_each_entry_says_what_it_is_paid_as_and_no_total_adds_currencies_up() -> None:
    rows = statement_rows("payroll")
    head = next(row for row in rows if row[0] == "Name")
    assert head[7:9] == ("Paid as", "Currency")
    paid = [row[7:9] for row in rows if row[8] and row[0] != "Name" and row[7]]
    assert paid == [(8000, "USD"), (7452, "EUR"), (1204002, "JPY")]
    totals = [row for row in rows if isinstance(row[4], str) and row[4].startswith("=SUBTOTAL")]
    assert totals
    assert all(row[7] is None for row in totals)


def test_a_team_that_is_paid_in_the_companys_currency_has_no_more_columns() -> None:
    head = next(row for row in statement_rows(None) if row[0] == "Name")
    assert "Paid as" not in head

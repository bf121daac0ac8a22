"""A person's statement as text, from a run kept as Parquet: the account by month, then the deals of lines."""

from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from revplan.data.trace_folder import Statement
from revplan.model.results import LINES, PARTS, RunResult
from revplan.money import currency_digits
from revplan.report.plain_text import printable, table_text
from revplan.words import _, formats, names


def account_text(result: RunResult, payee: str, start: date, end: date) -> str:
    """A payee's account of the months from start to before end, where it has more than lines (draws,
    clawbacks, corrections, pay held or released); "" otherwise: what lines say is all there is."""
    rows = result.statements.filter(pc.equal(result.statements["payee_id"], payee))
    inside = pc.and_(
        pc.greater_equal(rows["period"], f"{start:%Y-%m}"), pc.less(rows["period"], f"{end:%Y-%m}")
    )
    entries = rows.filter(inside)
    if "adjustment" not in entries["entry"].to_pylist():
        return ""
    nothing = Statement(result.currency, result.digits, entries, LINES.empty_table(), PARTS.empty_table())
    return statement_text(nothing)


def statement_text(statement: Statement) -> str:
    """The statement's rows with their amounts, then the parts of each line that it pays."""
    lines = statement.lines.to_pylist()
    whose = [name for name in pc.unique(statement.entries["payee_name"]).to_pylist() if name]
    columns, right = [_("Month"), _("For"), _("Period"), _("Amount")], [3]
    if _in_others(statement):
        columns, right = [*columns, _("Paid as")], [3, 4]
    account = table_text(columns, _entries(statement), right=right)
    title = _("Statement of {name}").format(name=printable(formats.listed(whose)))
    parts = [f"{title}\n\n{account}"]
    for line in lines:
        of_line = statement.parts.filter(pc.equal(statement.parts["line_id"], line["line_id"]))
        if of_line.num_rows:
            head = f"{printable(line['component_name'])}, {formats.period(line['period'])}"
            columns = [_("Date"), _("Deal"), _("Credit"), _("Adds")]
            rows = _parts(statement, line["unit"], of_line)
            parts.append(f"{head}\n\n{table_text(columns, rows, right=[2, 3])}")
    return "\n\n".join(parts)


def _entries(statement: Statement) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for row in statement.entries.to_pylist():
        name = _("Total") if row["entry"] == "total" else printable(row["component_name"])
        if row["entry"] == "adjustment":
            name = " · ".join(filter(None, (names.adjustment(row["kind"]), name)))
        paid_for = (
            formats.period(row["paid_for"]) if row["entry"] == "component" else printable(row["paid_for"])
        )
        amount = formats.money(row["amount"], statement.currency, statement.digits)
        paid = (_paid_as(statement, row),) if _in_others(statement) else ()
        rows.append((formats.period(row["period"]), name, paid_for, amount, *paid))
    return rows


def _in_others(statement: Statement) -> bool:
    """Whether something is paid in another currency than the company's."""
    return bool({*statement.entries["pay_currency"].to_pylist()} - {statement.currency})


def _paid_as(statement: Statement, row: dict[str, Any]) -> str:
    """An entry in the currency that it is paid in; "" of a total over several."""
    currency = row["pay_currency"]
    digits = statement.digits if currency == statement.currency else currency_digits(currency)
    return formats.money(row["pay"], currency, digits) if currency else ""


def _parts(statement: Statement, unit: str, parts: pa.Table) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for part in parts.to_pylist():
        is_deal = part["kind"] == "deal"
        named = [] if is_deal else [names.part_kind(part["kind"])]
        what = " · ".join([*named, *filter(None, [printable(part["transaction_id"])])])
        credit = formats.amount(part["credit"], unit, statement.currency, statement.digits) if is_deal else ""
        day = formats.day(part["on_date"]) if part["transaction_id"] else ""
        rows.append((day, what, credit, formats.money(part["part"], statement.currency, statement.digits)))
    return rows

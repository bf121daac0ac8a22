"""A person's statement as text, from a run kept as Parquet: the account by month, then the deals of lines."""

import pyarrow as pa
import pyarrow.compute as pc

from revplan.data.trace_folder import Statement
from revplan.report.plain_text import printable, table_text
from revplan.words import _, formats, names


def statement_text(statement: Statement) -> str:
    """The statement's rows with their amounts, then the parts of each line that it pays."""
    lines = statement.lines.to_pylist()
    whose = [name for name in pc.unique(statement.entries["payee_name"]).to_pylist() if name]
    account = table_text([_("Month"), _("For"), _("Period"), _("Amount")], _entries(statement), right=[3])
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
        rows.append((formats.period(row["period"]), name, paid_for, amount))
    return rows


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

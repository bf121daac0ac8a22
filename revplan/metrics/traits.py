"""Traits of the deal behind each fact: product, segment, kind, term, discount, amount."""

from revplan.engine.duck import Session
from revplan.metrics.facts import row_id
from revplan.metrics.measures import Measure
from revplan.model.tables import TABLES

_MONTHS = "(extract(year FROM {0}) * 12 + extract(month FROM {0}))"
_CONTRACT_TERM = (
    f"({_MONTHS.format('c.ends_on')} - {_MONTHS.format('c.starts_on')}"
    " - CASE WHEN extract(day FROM c.ends_on) < extract(day FROM c.starts_on)"
    " AND extract(day FROM c.ends_on + 1) > 1 THEN 1 ELSE 0 END)"
)
"""Completed months from a contract's first day to the day after its last."""

# How a fact's transaction leads to its own row `t` and to the contract `c` behind it.
_CONTRACT = {
    "contracts": "LEFT JOIN contracts AS c ON c.contract_id = f.transaction_id",
    "invoices": "LEFT JOIN invoices AS t ON t.invoice_id = f.transaction_id "
    "LEFT JOIN contracts AS c ON c.contract_id = t.contract_id",
    "payments": "LEFT JOIN payments AS t ON t.payment_id = f.transaction_id "
    "LEFT JOIN invoices AS i ON i.invoice_id = t.invoice_id "
    "LEFT JOIN contracts AS c ON c.contract_id = i.contract_id",
}
_OWN = {
    "quotes": "LEFT JOIN quotes AS t ON t.quote_id = f.transaction_id",
    "orders": "LEFT JOIN orders AS t ON t.order_id = f.transaction_id",
}


def money_column(table: str) -> str | None:
    """The column that says what a row of the table is worth; None where none does."""
    known = {column.name for column in TABLES[table].columns}
    return next((name for name in ("amount", "arr") if name in known), None)


def create_traits(session: Session, name: str, measure: Measure, facts: str, amounts: str | None) -> None:
    """Make the table `name`, one row for each fact: transaction_id, product, segment, kind, term_months,
    discount (millionths), amount (minor units of the company's currency); null where not known.

    A trait is the row's own, else that of the contract behind it, else that of its opportunity; the
    segment is the account's. The term of a contract is its completed months. `amounts` is a table of
    facts that holds what each transaction is worth.
    """
    table = measure.definition.table if measure.definition else ""
    row, joins = row_id("f", measure), ""
    found: dict[str, list[str]] = {trait: [] for trait in ("product", "kind", "term_months", "discount")}
    if table in _OWN:
        joins = _OWN[table].replace("f.transaction_id", row)
        for trait in ("product", "term_months", "discount"):
            found[trait].append(f"t.{trait}")
    if table in _CONTRACT:
        joins = _CONTRACT[table].replace("f.transaction_id", row)
        for trait in ("product", "kind", "discount"):
            found[trait].append(f"c.{trait}")
        found["term_months"].append(_CONTRACT_TERM)
    columns = ", ".join(
        f"coalesce({', '.join([*own, f'o.{trait}'])}) AS {trait}" for trait, own in found.items()
    )
    worth = "CAST(NULL AS HUGEINT)"
    if amounts is not None:
        joins += f" LEFT JOIN {amounts} AS w ON w.transaction_id = f.transaction_id"
        worth = "w.amount"
    session.create(
        name,
        f"""
        SELECT f.transaction_id, a.segment, {columns}, {worth} AS amount
        FROM {facts} AS f
        LEFT JOIN opportunities AS o ON o.opportunity_id = f.opportunity_id
        LEFT JOIN accounts AS a ON a.account_id = f.account_id
        {joins}""",
    )

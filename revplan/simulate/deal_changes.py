"""Changes to what happened: deals that are larger or smaller, and all that follows from them."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pyarrow as pa

from revplan.engine.duck import Session
from revplan.issues import Unfit
from revplan.metrics.facts import bind_tables
from revplan.model.book import Book
from revplan.model.deals import Which
from revplan.model.scenario import DealSize, Scenario
from revplan.money import round_half_away
from revplan.rules.people import PAY_RATE, stints
from revplan.rules.which import condition, names_table

_MONEY: Mapping[str, str] = {
    "opportunities": "amount",
    "quotes": "amount",
    "orders": "amount",
    "contracts": "arr",
    "invoices": "amount",
    "payments": "amount",
    "cancellations": "amount",
}
"""The amount that follows from a deal, by table.

A contract's `prior_arr` stays: no id says which contract it was the ARR of. So where that one grew too,
growth that is measured against it takes the factor in.
"""

_DEAL_OF: Mapping[str, tuple[str, str]] = {
    "opportunities": ("t.opportunity_id", ""),
    "quotes": ("t.opportunity_id", ""),
    "orders": ("t.opportunity_id", ""),
    "contracts": ("t.opportunity_id", ""),
    "invoices": (
        "coalesce(t.opportunity_id, c.opportunity_id)",
        "LEFT JOIN contracts AS c ON c.contract_id = t.contract_id",
    ),
    "payments": (
        "coalesce(t.opportunity_id, i.opportunity_id, c.opportunity_id)",
        """LEFT JOIN invoices AS i ON i.invoice_id = t.invoice_id
        LEFT JOIN contracts AS c ON c.contract_id = i.contract_id""",
    ),
    "cancellations": (
        """coalesce(o.opportunity_id, r.opportunity_id, c.opportunity_id, i.opportunity_id, ic.opportunity_id,
            p.opportunity_id, pi.opportunity_id, pc.opportunity_id)""",
        """LEFT JOIN opportunities AS o ON o.opportunity_id = t.transaction_id
        LEFT JOIN orders AS r ON r.order_id = t.transaction_id
        LEFT JOIN contracts AS c ON c.contract_id = t.transaction_id
        LEFT JOIN invoices AS i ON i.invoice_id = t.transaction_id
        LEFT JOIN contracts AS ic ON ic.contract_id = i.contract_id
        LEFT JOIN payments AS p ON p.payment_id = t.transaction_id
        LEFT JOIN invoices AS pi ON pi.invoice_id = p.invoice_id
        LEFT JOIN contracts AS pc ON pc.contract_id = pi.contract_id""",
    ),
}
"""The deal behind each row t of a table, and what has to be joined to tell."""


def deal_size(book: Book, scenario: Scenario, change: DealSize, *, only_won: bool = False) -> Book:
    """Amounts of the deals meant, and of what follows from them, × factor, each rounded to its minor unit.

    A deal's team is its owner's on the day on which it closes. With `only_won`, open and lost deals stay as
    they are. Raises Unfit when no deal is meant.
    """
    with Session() as session:
        bind_tables(session, book)
        meant = deals_meant(session, book, change.which, change.teams, change.payees, only_won=only_won)
        if not meant:
            raise Unfit("scenario_no_deals")
        deals = {name: _deals(session, name, book.tables[name]) for name in _MONEY if name in book.tables}
    tables = dict(book.tables)
    for name, of_rows in deals.items():
        rows = [deal in meant for deal in of_rows]
        tables[name] = _scaled(tables[name], _MONEY[name], rows, Fraction(change.factor))
    return replace(book, tables=tables)


def deals_meant(
    session: Session,
    book: Book,
    which: Which,
    teams: tuple[str, ...],
    payees: tuple[str, ...] = (),
    *,
    only_won: bool = False,
) -> frozenset[str]:
    """Ids of the opportunities, open and lost ones too unless `only_won`, that `which` means; where they are
    named, with an owner who is in one of `teams` and is one of `payees`."""
    roster = stints(book)
    session.bind("which_names", names_table([which]))
    session.bind(
        "deal_teams",
        pa.table(
            {
                "payee_id": pa.array([stint.payee_id for stint in roster], pa.string()),
                "team_id": pa.array([stint.team_id for stint in roster], pa.string()),
                "start": pa.array([stint.start for stint in roster], pa.date32()),
                "end_": pa.array([stint.end for stint in roster], pa.date32()),
            }
        ),
    )
    session.create(
        "deal_traits",
        """
        SELECT o.opportunity_id, o.outcome, o.owner_id, o.closed_on AS on_date, a.segment,
            o.product, o.kind, o.term_months, o.discount,
            CAST(o.amount AS HUGEINT) * x.rate_n // x.rate_d AS amount
        FROM opportunities AS o
        LEFT JOIN accounts AS a ON a.account_id = o.account_id
        LEFT JOIN rates AS x ON x.currency = upper(coalesce(o.currency, ?)) AND x.name IN (?, '')
            AND o.closed_on >= x.starts_on AND o.closed_on < x.ends_on""",
        [book.company.currency.upper(), PAY_RATE],
    )
    found = session.run(
        f"""
        SELECT t.opportunity_id, s.team_id, t.owner_id
        FROM deal_traits AS t
        JOIN deal_traits AS r ON r.opportunity_id = t.opportunity_id
        LEFT JOIN deal_teams AS s ON s.payee_id = t.owner_id AND t.on_date >= s.start AND t.on_date < s.end_
        WHERE {condition(which, 0, "which_names", book.company.digits)}
            AND (t.outcome = 'won' OR NOT {only_won})"""
    )
    columns = (found[name].to_pylist() for name in ("opportunity_id", "team_id", "owner_id"))
    return frozenset(
        deal
        for deal, team, owner in zip(*columns, strict=True)
        if (not teams or team in teams) and (not payees or owner in payees)
    )


def _deals(session: Session, name: str, table: pa.Table) -> list[str | None]:
    """The deal behind each row, in the table's order."""
    session.bind("numbered", table.append_column("place", pa.array(range(table.num_rows), pa.int64())))
    deal, joins = _DEAL_OF[name]
    rows = session.run(f"SELECT {deal} AS deal FROM numbered AS t {joins} ORDER BY t.place")
    found: list[str | None] = rows["deal"].to_pylist()
    return found


def _scaled(table: pa.Table, column: str, rows: list[bool], factor: Fraction) -> pa.Table:
    before = table[column].to_pylist()
    after = [
        round_half_away(amount * factor) if meant and amount is not None else amount
        for amount, meant in zip(before, rows, strict=True)
    ]
    place = table.column_names.index(column)
    return table.set_column(place, table.schema.field(place), pa.array(after, pa.int64()))

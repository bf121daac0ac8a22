"""What rows refer to, by name: the person, account, deal or team behind each id of a table."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from revplan.model.book import Book
from revplan.model.tables import TABLES, TableSpec

_NAMED = ("payees", "accounts", "contacts", "opportunities")
"""Tables whose rows have a name besides their id."""


def names_of(book: Book, spec: TableSpec, rows: pa.Table, own: pa.Table) -> Mapping[str, Mapping[str, str]]:
    """For each column of `rows` that refers to something with a name, the names of the ids in it.

    `own` is the whole table that the rows are from: it may hold what they refer to, as a list of people
    holds their managers. Only ids that stand in `rows` are looked up, so that a large book costs nothing.
    """
    found: dict[str, Mapping[str, str]] = {}
    for column in spec.columns:
        if (spec.name, column.name) == ("payees", "team"):
            found[column.name] = {team.id: team.name for team in book.company.teams}
        elif column.refers_to in _NAMED:
            tables = [book.tables[column.refers_to]] + ([own] if column.refers_to == spec.name else [])
            wanted = pc.unique(rows[column.name]).drop_null()
            found[column.name] = {
                identity: name
                for table in tables
                for identity, name in _names(column.refers_to, table, wanted)
            }
    return found


def _names(name: str, table: pa.Table, wanted: pa.Array) -> list[tuple[str, str]]:
    id_column = TABLES[name].key[0]
    kept = table.filter(pc.is_in(table[id_column], wanted))
    pairs = zip(kept[id_column].to_pylist(), kept["name"].to_pylist(), strict=True)
    return [(identity, called) for identity, called in pairs if called]

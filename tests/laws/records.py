"""Canonical tables and targets for a test, written as rows: what a row leaves out is empty."""

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from revplan.model.tables import TABLES


def table(name: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """A canonical table. Money is in minor units, fractions in millionths, dates are dates."""
    schema = TABLES[name].schema
    own = {"source_file": f"{name}.csv", "source_batch": "test"}
    full = [{**own, "source_row": number, **row} for number, row in enumerate(rows, start=2)]
    unknown = {key for row in full for key in row} - set(schema.names)
    assert not unknown, f"{name} has no column {sorted(unknown)}"
    return pa.Table.from_pylist(full, schema)

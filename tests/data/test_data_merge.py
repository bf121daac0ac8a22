"""Merging uploads into the table that is there."""

from datetime import date

import pyarrow as pa

from revplan.data.merge import Merged, merge
from revplan.model.tables import TABLES

SPEC = TABLES["opportunities"]
EVERY = {"closed_on": date(2026, 1, 1), "outcome": "won", "currency": None}


def table(*rows: dict, file: str = "a.csv") -> pa.Table:
    given = [
        {**EVERY, "source_file": file, "source_row": number, **row} for number, row in enumerate(rows, 2)
    ]
    return pa.Table.from_pylist(given, schema=SPEC.schema)


def counts(merged: Merged) -> tuple[int, int, int, int]:
    return merged.new, merged.changed, merged.unchanged, merged.removed


def column(merged: Merged, name: str) -> dict[str, object]:
    ids = merged.table["opportunity_id"].to_pylist()
    return dict(zip(ids, merged.table[name].to_pylist(), strict=True))


def test_newer_rows_take_the_place_of_older_ones():
    before = table({"opportunity_id": "1", "amount": 5}, {"opportunity_id": "2", "amount": 6})
    after = merge(
        before, table({"opportunity_id": "2", "amount": 7}, {"opportunity_id": "3", "amount": 8}), SPEC
    )
    assert counts(after) == (1, 1, 0, 0)
    assert column(after, "amount") == {"1": 5, "2": 7, "3": 8}


def test_the_same_file_twice_changes_nothing():
    first = merge(
        SPEC.empty(), table({"opportunity_id": "2", "amount": 6}, {"opportunity_id": "1", "amount": 5}), SPEC
    )
    again = merge(
        first.table,
        table({"opportunity_id": "1", "amount": 5}, {"opportunity_id": "2", "amount": 6}, file="b.csv"),
        SPEC,
    )
    assert counts(again) == (0, 0, 2, 0)
    assert again.table.equals(first.table)


def test_changed_rows_carry_their_new_file():
    before = table({"opportunity_id": "1", "amount": 5}, {"opportunity_id": "2", "amount": 6})
    incoming = table({"opportunity_id": "1", "amount": 5}, {"opportunity_id": "2", "amount": 7}, file="b.csv")
    assert column(merge(before, incoming, SPEC), "source_file") == {"1": "a.csv", "2": "b.csv"}


def test_columns_that_the_file_does_not_have_stay():
    before = table({"opportunity_id": "1", "amount": 5, "owner_id": "P1", "stage": "Demo"})
    incoming = table({"opportunity_id": "1", "amount": 9, "stage": None})
    after = merge(before, incoming, SPEC, {"opportunity_id", "amount", "closed_on", "outcome", "stage"})
    assert column(after, "owner_id") == {"1": "P1"}
    assert column(after, "amount") == {"1": 9}
    assert column(after, "stage") == {"1": None}  # the file has the column, and it is empty there


def test_empty_cells_that_stay_empty_change_nothing():
    before = table({"opportunity_id": "1", "amount": 5, "stage": None})
    assert counts(merge(before, table({"opportunity_id": "1", "amount": 5, "stage": None}), SPEC)) == (
        0,
        0,
        1,
        0,
    )


def test_a_cell_that_becomes_empty_is_a_change():
    before = table({"opportunity_id": "1", "amount": 5, "stage": "Demo"})
    after = merge(before, table({"opportunity_id": "1", "amount": 5, "stage": None}), SPEC)
    assert counts(after) == (0, 1, 0, 0)
    assert column(after, "stage") == {"1": None}


def test_replacing_removes_what_the_file_does_not_have():
    before = table({"opportunity_id": "1", "amount": 5}, {"opportunity_id": "2", "amount": 6})
    after = merge(before, table({"opportunity_id": "2", "amount": 6}), SPEC, replace=True)
    assert counts(after) == (0, 0, 1, 1)
    assert column(after, "amount") == {"2": 6}


def test_the_order_of_uploads_of_different_rows_does_not_matter():
    one, two = (
        table({"opportunity_id": "1", "amount": 5}),
        table({"opportunity_id": "2", "amount": 6}, file="b.csv"),
    )
    forth = merge(merge(SPEC.empty(), one, SPEC).table, two, SPEC)
    back = merge(merge(SPEC.empty(), two, SPEC).table, one, SPEC)
    assert forth.table.equals(back.table)


def test_a_payee_is_one_row_for_each_start():
    spec = TABLES["payees"]
    row = {"payee_id": "P1", "name": "Ann", "team": "sales", "role": "AE"}
    before = pa.Table.from_pylist([{**row, "starts_on": date(2025, 1, 1)}], schema=spec.schema)
    move = pa.Table.from_pylist([{**row, "team": "cs", "starts_on": date(2026, 1, 1)}], schema=spec.schema)
    after = merge(before, move, spec)
    assert after.table["team"].to_pylist() == ["sales", "cs"]
    assert (after.new, after.changed) == (1, 0)


def test_nothing_merged_into_nothing_is_nothing():
    assert counts(merge(SPEC.empty(), SPEC.empty(), SPEC)) == (0, 0, 0, 0)

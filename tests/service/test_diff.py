"""What changed since an earlier state of the data, each viewer's own lines only."""

from pathlib import Path

import pyarrow as pa
import pytest

from revplan.access import Viewer
from revplan.service import diff, workspace
from revplan.store import batches
from tests.service.small_book import NOW, open_small, opportunities


def test_a_changed_deal_moves_the_lines_of_those_who_see_them(tmp_path: Path) -> None:
    here = open_small(tmp_path)
    try:
        won = opportunities()
        column = won.column_names.index("amount")
        doubled = won.set_column(
            column, "amount", pa.array([2 * value for value in won["amount"].to_pylist()])
        )
        with here.records.write() as connection:
            now = batches.current_data(connection)
            tables = {**now.tables, "opportunities": here.snapshots.write_table("opportunities", doubled)}
            batches.switch_data(
                connection, tables, expected_position=now.position, reason="B2", by="cro", at=NOW
            )
        moved = diff.since_data(Viewer("cro"), "shared", now.position)
        assert {(one.payee_id, one.period) for one in moved} == {("P1", "2026-Q1"), ("P2", "2026-Q2")}
        assert all([cause.kind for cause in one.causes] == ["credit"] for one in moved)
        own = diff.since_data(Viewer("payee", "", "P1"), "shared", now.position)
        assert {one.payee_id for one in own} == {"P1"}
        assert diff.since_data(Viewer("lead", "marketing", "P5"), "shared", now.position) == ()
        with pytest.raises(KeyError):
            diff.since_data(Viewer("cro"), "shared", 99)
    finally:
        workspace.reset()

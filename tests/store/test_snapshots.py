import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from revplan.model.tables import TABLES
from revplan.store import snapshots
from revplan.store.content import table_hash
from revplan.store.files import FileStore, put_file
from revplan.store.snapshots import SnapshotStore

SCHEMA = pa.schema([("id", pa.string()), ("on", pa.date32()), ("amount", pa.int64()), ("ok", pa.bool_())])
ROWS: list[dict[str, Any]] = [
    {"id": "a", "on": date(2026, 1, 1), "amount": 5, "ok": True},
    {"id": None, "on": None, "amount": None, "ok": None},
    {"id": "çğ", "on": date(2026, 2, 1), "amount": -(2**62), "ok": False},
    {"id": "", "on": date(1969, 12, 31), "amount": 0, "ok": True},
]


def table(rows=ROWS) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    key = store.write_table("orders", table())
    assert store.read_table(key).equals(table())
    assert store.keys() == [key]


def test_same_rows_have_the_same_name_however_they_lie_in_memory() -> None:
    one = table_hash("orders", table())
    chunked = pa.concat_tables([table(ROWS[:1]), table([]), table(ROWS[1:])])
    sliced = table([ROWS[2], *ROWS, ROWS[0]]).slice(1, len(ROWS))
    tagged = table().replace_schema_metadata({"made": "today"})
    garbage = pa.array([5, 99, -(2**62), 0], mask=np.array([False, True, False, False]))
    garbage_under_null = table().set_column(2, "amount", garbage)
    assert {table_hash("orders", each) for each in (chunked, sliced, tagged, garbage_under_null)} == {one}


def test_any_difference_changes_the_name() -> None:
    different = [
        table([*ROWS[:3], {**ROWS[3], "id": None}]),
        table([*ROWS[:3], {**ROWS[3], "amount": 1}]),
        table([*ROWS[:3], {**ROWS[3], "amount": None}]),
        table([ROWS[1], ROWS[0], *ROWS[2:]]),
        table(ROWS[:3]),
        table([*ROWS, ROWS[3]]),
        table().rename_columns(["id", "on", "total", "ok"]),
        table().set_column(2, "amount", table()["amount"].cast(pa.float64(), safe=False)),
    ]
    names = {table_hash("orders", each) for each in [table(), *different]}
    assert len(names) == len(different) + 1
    assert table_hash("quotes", table()) not in names


def test_text_cannot_flow_from_one_row_into_the_next() -> None:
    ab, a_b = (pa.table({"x": pa.array(each)}) for each in (["ab", "c"], ["a", "bc"]))
    assert table_hash("t", ab) != table_hash("t", a_b)


def test_lists_are_told_apart_by_where_they_end() -> None:
    kind = pa.list_(pa.string())
    lists = ([["a", "b"], []], [["a"], ["b"]], [["a", "b"], None], [["a", None], []])
    assert len({table_hash("t", pa.table({"x": pa.array(each, kind)})) for each in lists}) == len(lists)


def test_a_column_that_no_hash_is_defined_for_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="decimal128"):
        SnapshotStore(tmp_path).write_table("t", pa.table({"x": pa.array([1], pa.decimal128(9, 2))}))
    assert SnapshotStore(tmp_path).keys() == []


def test_the_bytes_are_the_same_wherever_they_are_written(tmp_path: Path) -> None:
    first, second = SnapshotStore(tmp_path / "1"), SnapshotStore(tmp_path / "2")
    key = first.write_table("orders", table())
    assert second.write_table("orders", pa.concat_tables([table(ROWS[:2]), table(ROWS[2:])])) == key
    assert first.path(key).read_bytes() == second.path(key).read_bytes()


def test_a_snapshot_is_never_written_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SnapshotStore(tmp_path)
    key = store.write_table("orders", table())
    before = store.path(key).stat()
    monkeypatch.setattr(snapshots, "_write", lambda *_: pytest.fail("written again"))
    assert store.write_table("orders", table()) == key
    assert store.path(key).stat() == before


WRITES_HALF = """
import sys, time
from pathlib import Path
from revplan.store.files import put_file

def write(path):
    path.write_bytes(b"PAR1 and then the light")
    print("half", flush=True)
    time.sleep(600)

put_file(Path(sys.argv[1]) / "orders-half.parquet", write)
"""


def test_a_writer_killed_half_way_leaves_nothing_that_can_be_seen(tmp_path: Path) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITES_HALF, str(tmp_path)], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    assert writer.stdout.readline() == b"half\n"
    writer.kill()
    writer.communicate()
    assert [path.name[:9] for path in tmp_path.iterdir()] == [".writing-"]
    store = SnapshotStore(tmp_path)
    assert store.keys() == []
    assert store.read_table(store.write_table("orders", table())).equals(table())


def test_a_failed_write_cleans_up_after_itself(tmp_path: Path) -> None:
    def write(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        put_file(tmp_path / "x.parquet", write)
    assert list(tmp_path.iterdir()) == []


def test_eight_threads_writing_the_same_table_make_one_whole_file(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: store.write_table("orders", table(ROWS * 500)), range(32)))
    assert len(keys) == 1
    assert store.keys() == list(keys)
    assert len(list(tmp_path.iterdir())) == 1
    assert store.read_table(*keys).num_rows == 2000


@pytest.mark.parametrize("key", ["../orders", "orders", "orders-" + "g" * 64, "Orders-" + "a" * 64])
def test_a_key_cannot_point_outside_the_store(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="not the key"):
        SnapshotStore(tmp_path).read_table(key)


def test_an_unknown_key_is_a_key_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        SnapshotStore(tmp_path).read_table("orders-" + "a" * 64)
    with pytest.raises(KeyError):
        FileStore(tmp_path).get("a" * 64)


def test_raw_uploads_come_back_byte_for_byte(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    key = store.put(b"\xff\xfea;b\r\n")
    assert store.put(b"\xff\xfea;b\r\n") == key
    assert store.get(key) == b"\xff\xfea;b\r\n"
    with pytest.raises(ValueError, match="not the key"):
        store.path("../records.db")


def test_a_table_kept_before_a_column_was_known_has_it_empty(tmp_path: Path) -> None:
    spec = TABLES["opportunities"]
    old = spec.empty().drop_columns(["product", "term_months", "discount"])
    row = {"opportunity_id": "d1", "outcome": "won", "amount": 5, "closed_on": date(2026, 1, 1)}
    kept = pa.Table.from_pylist([row], schema=old.schema)
    store = SnapshotStore(tmp_path)
    read = spec.fitted(store.read_table(store.write_table("opportunities", kept)))
    assert read.schema.equals(spec.schema)
    assert read.to_pylist()[0] == dict.fromkeys(spec.schema.names) | row
    assert spec.fitted(read) is read

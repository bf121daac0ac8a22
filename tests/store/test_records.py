import io
import sqlite3
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from revplan.store import activity, batches, documents, schema
from revplan.store.batches import Batch
from revplan.store.documents import Used
from revplan.store.records import MIGRATIONS, NoDriver, RecordStore, Stale

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RecordStore]:
    store = RecordStore(f"sqlite:///{tmp_path / 'records.db'}")
    yield store
    store.close()


def save_target(store: RecordStore, text: str, expected: int, by: str = "cro") -> documents.Document:
    with store.write() as connection:
        return documents.add_version(
            connection, "target", "arr", text, expected_version=expected, saved_by=by, saved_at=NOON
        )


def save_plan(store: RecordStore, text: str, expected: int, by: str = "cro") -> documents.Document:
    with store.write() as connection:
        return documents.save_version(
            connection, "plan", "ae", 1, text, expected_revision=expected, saved_by=by, saved_at=NOON
        )


def test_the_second_of_two_editors_is_told_who_was_first(store: RecordStore) -> None:
    save_target(store, "first", 0, by="cro")
    save_target(store, "anna's", 1, by="finance")
    with pytest.raises(Stale) as stale:
        save_target(store, "ben's", 1, by="cro")
    assert (stale.value.saved_by, stale.value.saved_at, stale.value.found) == ("finance", NOON, 2)
    assert "finance" in str(stale.value)
    assert "2026-03-01 12:00" in str(stale.value)
    with store.read() as connection:
        assert [version.text for version in documents.versions(connection, "target")] == ["first", "anna's"]


def test_of_eight_editors_at_once_one_is_first_and_seven_are_told(store: RecordStore) -> None:
    save_target(store, "before", 0)

    def edit(number: int) -> str:
        try:
            save_target(store, f"editor {number}", 1, by=f"lead:{number}")
        except Stale as stale:
            return stale.saved_by
        return ""

    with ThreadPoolExecutor(8) as threads:
        told = sorted(threads.map(edit, range(8)))
    with store.read() as connection:
        (winner,) = documents.latest(connection, "target")
    assert winner.version == 2
    assert told == ["", *[winner.saved_by] * 7]


def test_a_plan_version_is_saved_again_until_it_has_been_used(store: RecordStore) -> None:
    assert save_plan(store, "a", 0).revision == 1
    assert save_plan(store, "b", 1).revision == 2
    with pytest.raises(Stale, match="ae was saved by cro"):
        save_plan(store, "c", 1)
    with store.write() as connection:
        documents.mark_used(connection, "plan", "ae", 1)
    with pytest.raises(Used):
        save_plan(store, "d", 2)
    with pytest.raises(Used), store.write() as connection:
        documents.remove_version(connection, "plan", "ae", 1)
    with store.read() as connection:
        found = documents.find(connection, "plan", "ae")
    assert found is not None
    assert (found.text, found.used) == ("b", True)


def test_an_unused_version_can_be_taken_away(store: RecordStore) -> None:
    save_plan(store, "a", 0)
    with store.write() as connection:
        documents.remove_version(connection, "plan", "ae", 1)
    with store.read() as connection:
        assert documents.find(connection, "plan", "ae", 1) is None


def test_a_removed_target_is_no_longer_listed_and_keeps_its_history(store: RecordStore) -> None:
    save_target(store, "first", 0)
    with store.write() as connection:
        documents.add_version(
            connection,
            "target",
            "arr",
            "first",
            expected_version=1,
            saved_by="cro",
            saved_at=NOON,
            removed=True,
        )
    with store.read() as connection:
        assert documents.latest(connection, "target") == ()
        assert len(documents.versions(connection, "target", "arr")) == 2
    assert save_target(store, "again", 2).version == 3


def test_nothing_of_a_failed_transaction_is_kept(store: RecordStore) -> None:
    def save_and_fail() -> None:
        with store.write() as connection:
            documents.add_version(
                connection, "company", "company", "x", expected_version=0, saved_by="cro", saved_at=NOON
            )
            switch(connection, {"orders": "orders-1"}, 0)
            raise RuntimeError("the light goes out")

    with pytest.raises(RuntimeError):
        save_and_fail()
    with store.read() as connection:
        assert documents.versions(connection, "company") == ()
        assert batches.current_data(connection).position == 0


def switch(connection: sa.Connection, tables: dict[str, str], expected: int) -> batches.DataSnapshot:
    return batches.switch_data(
        connection, tables, expected_position=expected, reason="B0001", by="cro", at=NOON
    )


def test_rolling_back_points_back_and_the_history_says_so(store: RecordStore) -> None:
    with store.write() as connection:
        first = switch(connection, {"orders": "orders-1", "leads": "leads-1"}, 0)
        switch(connection, {"orders": "orders-2", "leads": "leads-1"}, 1)
    with store.write() as connection:
        back = switch(connection, dict(first.tables), 2)
    with store.read() as connection:
        current = batches.current_data(connection)
        history = batches.data_history(connection)
    assert current == back
    assert current.snapshot_id == first.snapshot_id
    assert current.tables == {"leads": "leads-1", "orders": "orders-1"}
    assert [move.position for move in history] == [3, 2, 1]
    assert history[1].tables["orders"] == "orders-2"


def test_going_back_to_no_data_at_all_is_possible(store: RecordStore) -> None:
    with store.write() as connection:
        switch(connection, {"orders": "orders-1"}, 0)
        switch(connection, {}, 1)
    with store.read() as connection:
        assert batches.current_data(connection).tables == {}


def test_two_uploads_that_built_on_the_same_data_do_not_lose_one(store: RecordStore) -> None:
    with store.write() as connection:
        switch(connection, {"orders": "orders-1"}, 0)
    with pytest.raises(Stale, match="data was saved by cro"), store.write() as connection:
        switch(connection, {"leads": "leads-1"}, 0)
    with store.read() as connection:
        assert batches.current_data(connection).tables == {"orders": "orders-1"}


def make_batch(batch_id: str) -> Batch:
    mapping = {"columns": {"Deal Name": "name"}, "decimal": ","}
    return Batch(batch_id, "orders", "deals.csv", "f" * 64, mapping, 10, 9, 1, "", "", "cro", NOON)


def test_a_batch_keeps_how_it_was_read_and_that_it_was_rolled_back(store: RecordStore) -> None:
    with store.write() as connection:
        assert batches.next_batch_id(connection) == "B0001"
        batches.add_batch(connection, make_batch("B0001"))
        assert batches.next_batch_id(connection) == "B0002"
    with store.write() as connection:
        batches.mark_rolled_back(connection, "B0001", by="finance", at=NOON)
        batches.mark_rolled_back(connection, "B0001", by="cro", at=NOON + timedelta(days=1))
    with store.read() as connection:
        (kept,) = batches.list_batches(connection)
    assert kept.mapping == {"columns": {"Deal Name": "name"}, "decimal": ","}
    assert (kept.rolled_back_by, kept.rolled_back_at) == ("finance", NOON)


def test_a_batch_id_is_given_once(store: RecordStore) -> None:
    with store.write() as connection:
        batches.add_batch(connection, make_batch("B0001"))
    with pytest.raises(Stale), store.write() as connection:
        batches.add_batch(connection, make_batch("B0001"))


def test_a_draft_survives_and_belongs_to_one_viewer(store: RecordStore) -> None:
    with store.write() as connection:
        activity.save_draft(connection, "cro", "target", {"amounts": ["1"]}, at=NOON)
        activity.save_draft(connection, "cro", "target", {"amounts": ["2", None]}, at=NOON)
    with store.write() as connection:
        assert activity.find_draft(connection, "cro", "target") == {"amounts": ["2", None]}
        assert activity.find_draft(connection, "finance", "target") is None
        activity.drop_draft(connection, "cro", "target")
        assert activity.find_draft(connection, "cro", "target") is None


def test_the_access_log_lists_the_newest_first(store: RecordStore) -> None:
    with store.write() as connection:
        for what in ("team sales", "payee P7"):
            activity.log_access(connection, activity.Access(NOON, "lead:sales", "saw", what))
    with store.read() as connection:
        assert [entry.what for entry in activity.list_access(connection)] == ["payee P7", "team sales"]


def test_a_moment_comes_back_in_utc_and_one_without_a_zone_is_refused(store: RecordStore) -> None:
    istanbul = NOON.astimezone(timezone(timedelta(hours=3)))
    with store.write() as connection:
        activity.log_access(connection, activity.Access(istanbul, "cro", "saw", "x"))
        assert activity.list_access(connection)[0].at == NOON
    naive = activity.Access(NOON.replace(tzinfo=None), "cro", "saw", "x")
    with pytest.raises(sa.exc.StatementError, match="time zone"), store.write() as connection:
        activity.log_access(connection, naive)


def test_readers_are_not_held_up_by_a_writer(store: RecordStore) -> None:
    save_target(store, "before", 0)
    with store.write() as writer, store.read() as reader:
        documents.add_version(
            writer, "target", "arr", "after", expected_version=1, saved_by="cro", saved_at=NOON
        )
        assert [found.text for found in documents.latest(reader, "target")] == ["before"]


def test_opening_again_keeps_everything_and_the_journal_is_wal(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'records.db'}"
    first = RecordStore(url)
    save_target(first, "kept", 0)
    first.close()
    second = RecordStore(url)
    with second.read() as connection:
        assert documents.latest(connection, "target")[0].text == "kept"
    second.close()
    plain = sqlite3.connect(tmp_path / "records.db")
    assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    plain.close()


def test_the_migrations_lead_to_the_tables_that_the_code_uses(store: RecordStore) -> None:
    with store.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []


def test_the_migrations_can_be_written_for_postgresql() -> None:
    text = io.StringIO()
    config = Config(output_buffer=text)
    config.set_main_option("script_location", str(MIGRATIONS))
    command.upgrade(config, "head", sql=True)
    for table in schema.metadata.tables:
        assert f"CREATE TABLE {table}" in text.getvalue()


def test_a_database_without_its_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(NoDriver, match=r"pip install 'psycopg\[binary\]'"):
        RecordStore("postgresql://nobody@127.0.0.1:1/revplan")


def test_a_new_database_may_be_opened_by_four_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'records.db'}"
    with ThreadPoolExecutor(4) as threads:
        stores = list(threads.map(lambda _: RecordStore(url), range(4)))
    for store in stores:
        assert save_target(store, "x", len(documents_of(store))).text == "x"
        store.close()


def documents_of(store: RecordStore) -> tuple[documents.Document, ...]:
    with store.read() as connection:
        return documents.versions(connection, "target")

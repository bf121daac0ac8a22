import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import pyarrow as pa
import pytest

from revplan.access import EVERYONE, NOBODY, Scope, Viewer
from revplan.rules import run as engine
from revplan.service import workspace
from revplan.service.once import Once
from revplan.service.workspace import Workspace, scoped
from revplan.store import activity, batches, documents
from tests.service.small_book import COMPANY, NOW, open_empty, open_small, payees

CRO, LEAD = Viewer("cro"), Viewer("lead", "sales", "P3")


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Workspace]:
    yield open_small(tmp_path)
    workspace.reset()


def test_an_empty_workspace_has_a_book_that_counts_up_to_today(tmp_path: Path) -> None:
    here = open_empty(tmp_path)
    book = here.book()
    assert here.is_empty()
    assert (book.plans, book.targets, book.company.as_of) == ((), (), NOW.date())
    assert [team.id for team in book.company.teams] == ["marketing", "sales", "success"]
    assert all(table.num_rows == 0 for table in book.tables.values())
    assert here.scope(Viewer("payee", payee_id="P1")) == NOBODY
    workspace.reset()


def test_the_book_is_the_same_object_until_something_changes(small: Workspace) -> None:
    before = small.book()
    assert small.book() is before
    with small.records.write() as connection:
        leads = small.snapshots.write_table("payees", payees().slice(0, 2))
        tables = dict(batches.current_data(connection).tables) | {"payees": leads}
        batches.switch_data(connection, tables, expected_position=1, reason="B0002", by="cro", at=NOW)
    assert small.book().tables["payees"].num_rows == 2
    assert small.book().tables["leads"] is before.tables["leads"]


def test_rolling_the_data_back_brings_the_old_fingerprint_back(small: Workspace) -> None:
    first = small.fingerprint()
    with small.records.write() as connection:
        old = batches.current_data(connection)
        batches.switch_data(connection, {}, expected_position=1, reason="B0002", by="cro", at=NOW)
    assert small.fingerprint() != first
    with small.records.write() as connection:
        batches.switch_data(connection, old.tables, expected_position=2, reason="rollback", by="cro", at=NOW)
    assert small.fingerprint() == first


def test_every_plan_version_is_in_the_book_and_only_the_newest_target(small: Workspace) -> None:
    with small.records.write() as connection:
        plan = documents.find(connection, "plan", "sales_shared")
        target = documents.find(connection, "target", "revenue")
        assert plan is not None
        assert target is not None
        text = plan.text.replace("from = 2025-01-01", "from = 2026-07-01\nversion = 2")
        documents.add_version(
            connection, "plan", "sales_shared", text, expected_version=1, saved_by="cro", saved_at=NOW
        )
        text = target.text.replace("4000", "9000")
        documents.add_version(
            connection, "target", "revenue", text, expected_version=1, saved_by="cro", saved_at=NOW
        )
    book = small.book()
    assert [plan.version for plan in book.plans if plan.id == "sales_shared"] == [1, 2]
    assert [str(target.years[0].amounts[3]) for target in book.targets] == ["9000"]


def test_a_run_is_made_once_for_eight_sessions(small: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    real, made, gate = engine.run, [], threading.Barrier(8)

    def counting(book, plan_set):
        made.append(plan_set)
        return real(book, plan_set)

    def ask(_: int) -> object:
        gate.wait()
        return small.run("volume")

    monkeypatch.setattr(engine, "run", counting)
    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(ask, range(8)))
    assert made == ["volume"]
    assert all(result is results[0] for result in results)
    assert small.run("shared").plan_set == "shared"
    assert made == ["volume", "shared"]


def test_a_changed_target_is_run_anew_and_the_old_run_is_still_kept(small: Workspace) -> None:
    def save_target(text: str, expected: int) -> None:
        with small.records.write() as connection:
            documents.add_version(
                connection, "target", "revenue", text, expected_version=expected, saved_by="cro", saved_at=NOW
            )

    before = small.run("volume")
    with small.records.read() as connection:
        (found,) = documents.latest(connection, "target")
    save_target(found.text.replace("1000,", "1800,"), 1)
    assert small.run("volume").standings["target"][0].as_py() == 180_000
    save_target(found.text, 2)
    assert small.run("volume") is before


def test_eight_threads_read_while_another_saves(small: Workspace) -> None:
    def read(_: int) -> int:
        return len(small.book().targets) + len(small.scope(LEAD).team_ids)

    def write(number: int) -> None:
        with small.records.write() as connection:
            activity.save_draft(connection, "cro", "key", {"number": number}, at=NOW)

    with ThreadPoolExecutor(9) as threads:
        writes = [threads.submit(write, number) for number in range(20)]
        assert set(threads.map(read, range(80))) == {2}
        for each in writes:
            each.result()


def test_what_fails_is_not_kept_and_the_next_one_may_try() -> None:
    once: Once[int] = Once(2)
    with pytest.raises(ZeroDivisionError):
        once.get("a", lambda: 1 // 0)
    assert once.get("a", lambda: 7) == 7
    assert once.get("a", lambda: pytest.fail("made again")) == 7


def test_the_value_that_was_not_used_longest_makes_room() -> None:
    once: Once[int] = Once(2)
    for key in ("a", "b", "a", "c"):
        once.get(key, partial(ord, key))
    assert once.get("a", lambda: 0) == ord("a")
    assert once.get("b", lambda: 0) == 0


# ---------------------------------------------------------------- scope

RESULTS = ("lines", "parts", "inputs", "credits", "standings", "adjustments", "statements")


def is_companys(row: dict) -> bool:
    """Whether a row is the company's own standing, and nobody's input of a shared target."""
    return row.get("owner") == "company" and not row["payee_id"]


@pytest.mark.parametrize("name", RESULTS)
@pytest.mark.parametrize("plan_set", ["volume", "shared"])
def test_no_result_shows_a_lead_anything_of_another_team(small: Workspace, name: str, plan_set: str) -> None:
    whole = getattr(small.run(plan_set), name)
    mine = scoped(whole, small.scope(LEAD))
    for row in mine.to_pylist():
        assert row["team_id"] == "sales" or is_companys(row)
    expected = [row for row in whole.to_pylist() if row["team_id"] == "sales" or is_companys(row)]
    if name == "standings":  # less the own team's part, what all parts add up to would tell the others'
        assert any(row["parts"] for row in expected if is_companys(row))
        expected = [row | ({"parts": None} if is_companys(row) else {}) for row in expected]
    assert mine.to_pylist() == expected
    assert mine.num_rows < whole.num_rows or not {"marketing", ""} & set(whole["team_id"].to_pylist())


@pytest.mark.parametrize("name", RESULTS)
def test_a_payee_sees_own_rows_only(small: Workspace, name: str) -> None:
    mine = scoped(getattr(small.run("volume"), name), small.scope(Viewer("payee", payee_id="P1")))
    assert {row["payee_id"] for row in mine.to_pylist() if not is_companys(row)} <= {"P1"}


def test_a_team_or_person_who_is_not_in_the_book_sees_nothing(small: Workspace) -> None:
    for viewer in (Viewer("lead", "finance", "P9"), Viewer("lead"), Viewer("payee"), Viewer()):
        scope = small.scope(viewer)
        assert scope == NOBODY
        assert scoped(small.run("volume").lines, scope).num_rows == 0


def test_unattributed_credit_belongs_to_nobody() -> None:
    table = pa.table({"team_id": ["", None, "sales"], "payee_id": ["", None, None]})
    assert scoped(table, Scope(False, frozenset({""}), frozenset({""}))).num_rows == 0
    assert scoped(table, Scope(False, frozenset(), frozenset({"sales"}))).num_rows == 1
    assert scoped(table, EVERYONE) is table


def test_a_lead_keeps_own_rows_earned_in_another_team() -> None:
    table = pa.table({"team_id": ["success", "success"], "payee_id": ["P3", "P4"]})
    kept = scoped(table, Scope(False, frozenset({"P3"}), frozenset({"sales"})))
    assert kept["payee_id"].to_pylist() == ["P3"]


def test_a_table_that_cannot_be_scoped_is_refused() -> None:
    with pytest.raises(ValueError, match="team_id and payee_id"):
        scoped(pa.table({"payee_id": ["P1"]}), EVERYONE)


# ---------------------------------------------------------------- opening


def test_the_process_has_one_workspace_and_it_is_opened_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.reset()
    monkeypatch.setenv("REVPLAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("REVPLAN_SAMPLE", "none")
    with ThreadPoolExecutor(8) as threads:
        opened = set(threads.map(lambda _: id(workspace.current()), range(16)))
    assert opened == {id(workspace.current())}
    assert (tmp_path / "home" / "records.db").exists()
    workspace.reset()


def test_another_process_sees_what_was_saved(small: Workspace) -> None:
    key = small.fingerprint()
    home = small.home
    workspace.reset()
    again = workspace.open_at(home, now=lambda: NOW)
    assert again.fingerprint() == key
    assert again.run("volume").lines.num_rows > 0


def test_who_looked_is_logged_with_time_and_without_amounts(small: Workspace) -> None:
    small.log_access(LEAD, "team sales, 2026-Q1", "exported")
    with small.records.read() as connection:
        (entry,) = activity.list_access(connection)
    assert (entry.viewer, entry.action, entry.what) == ("lead:sales:P3", "exported", "team sales, 2026-Q1")
    assert abs(entry.at - NOW) < timedelta(seconds=1)


def write_book(folder: Path) -> Path:
    folder.mkdir()
    (folder / "book.toml").write_text(COMPANY)
    (folder / "payees.csv").write_text(
        "payee_id,name,team,role,starts_on\nP1,Person P1,sales,rep,2025-01-01\n"
    )
    return folder


def test_the_first_start_imports_the_sample_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace.reset()
    monkeypatch.setenv("REVPLAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("REVPLAN_SAMPLE", str(write_book(tmp_path / "book")))
    with ThreadPoolExecutor(8) as threads:
        books = list(threads.map(lambda _: workspace.current().book(), range(8)))
    assert all(book is books[0] for book in books)
    assert books[0].company.name == "Small"
    assert books[0].tables["payees"]["payee_id"].to_pylist() == ["P1"]
    with workspace.current().records.read() as connection:
        assert len(batches.list_batches(connection)) == 1
    workspace.reset()
    with workspace.current().records.read() as connection:  # the second start imports nothing
        assert len(batches.list_batches(connection)) == 1
    workspace.reset()


def test_a_sample_with_errors_leaves_the_workspace_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    book = write_book(tmp_path / "book")
    (book / "book.toml").write_text("format = 1\nname = 3\n")
    workspace.reset()
    monkeypatch.setenv("REVPLAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("REVPLAN_SAMPLE", str(book))
    assert workspace.current().is_empty()
    assert "was not imported" in caplog.text
    workspace.reset()

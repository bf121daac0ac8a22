"""Closes go between book folder and workspace without loss, and what is locked is in every book."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from revplan.access import Viewer
from revplan.data.book_folder import read_book, write_book
from revplan.issues import Issue
from revplan.model.book import Book
from revplan.model.closes import Close
from revplan.rules.close.kept import close_of
from revplan.rules.run import run
from revplan.service import workspace
from revplan.service.data import import_book_folder
from revplan.service.kept_closes import BrokenClose
from revplan.service.workspace import Workspace
from revplan.store import closes, documents
from revplan.store.closes import CloseStep
from revplan.store.records import Stale
from tests.service.small_book import NOW, open_empty, open_small

CRO = Viewer("cro")


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Workspace]:
    yield open_small(tmp_path / "home")
    workspace.reset()


def closed(book: Book, label: str) -> Close:
    period = book.company.calendar.parse(label)
    found = close_of(book, run(book, "shared"), period, closed_on=date(2026, 4, 3), closed_by="Cleo")
    assert not isinstance(found, Issue)
    return found


def test_a_book_folder_with_closes_comes_in_and_goes_out_without_loss(
    small: Workspace, tmp_path: Path
) -> None:
    book = small.book()
    for label in ("2025-Q4", "2026-Q1"):
        book = replace(book, closes=(*book.closes, closed(book, label)))
    write_book(book, tmp_path / "one")
    open_empty(tmp_path / "other")
    imported = import_book_folder(CRO, tmp_path / "one")
    assert imported.accepted, imported.issues
    here = workspace.current()
    assert here.book().closes == book.closes
    write_book(here.book(), tmp_path / "two")
    again = read_book(tmp_path / "two")[0]
    assert again is not None
    assert again.closes == book.closes
    for path in (tmp_path / "one" / "closes").rglob("*.*"):
        assert (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes() == path.read_bytes()
    with here.records.read() as connection:
        plan = documents.find(connection, "plan", "sales_shared")
    assert plan is not None
    assert plan.used


def test_the_same_folder_again_closes_nothing_twice_and_a_longer_one_goes_on(
    small: Workspace, tmp_path: Path
) -> None:
    book = small.book()
    book = replace(book, closes=(closed(book, "2025-Q4"),))
    write_book(book, tmp_path / "one")
    for _time in range(2):
        import_book_folder(CRO, tmp_path / "one")
        assert small.book().closes == book.closes
    longer = replace(book, closes=(*book.closes, closed(book, "2026-Q1")))
    write_book(longer, tmp_path / "two")
    import_book_folder(CRO, tmp_path / "two")
    assert small.book().closes == longer.closes
    import_book_folder(CRO, tmp_path / "one")
    assert small.book().closes == longer.closes


def test_a_folder_that_closed_otherwise_is_refused_and_changes_nothing(
    small: Workspace, tmp_path: Path
) -> None:
    book = small.book()
    close = closed(book, "2025-Q4")
    write_book(replace(book, closes=(close,)), tmp_path / "one")
    import_book_folder(CRO, tmp_path / "one")
    write_book(replace(book, closes=(replace(close, closed_by="Max"),)), tmp_path / "two")
    refused = import_book_folder(CRO, tmp_path / "two")
    assert [issue.code for issue in refused.issues if issue.severity == "error"] == ["close.closed_otherwise"]
    assert small.book().closes == (close,)


def test_a_book_with_other_closes_has_another_fingerprint(small: Workspace, tmp_path: Path) -> None:
    book, before = small.book(), small.fingerprint()
    write_book(replace(book, closes=(closed(book, "2025-Q4"),)), tmp_path / "one")
    import_book_folder(CRO, tmp_path / "one")
    assert small.fingerprint() != before
    assert set(small.run("shared").lines["status"].to_pylist()) == {"final", "locked"}


def test_a_close_whose_files_were_touched_is_told_and_never_read(small: Workspace, tmp_path: Path) -> None:
    book = small.book()
    write_book(replace(book, closes=(closed(book, "2025-Q4"),)), tmp_path / "one")
    import_book_folder(CRO, tmp_path / "one")
    with small.records.read() as connection:
        (step,) = closes.list_steps(connection)
    small.closes.path(step.files["lines.csv"]).write_bytes(b"nothing")
    workspace.reset()
    here = workspace.open_at(tmp_path / "home", now=lambda: NOW)
    with pytest.raises(BrokenClose) as told:
        here.book()
    assert [issue.code for issue in told.value.issues] == ["book.close_changed"]


def test_the_second_of_two_who_act_is_told_who_was_first(small: Workspace) -> None:
    step = CloseStep("shared", 1, "submitted", date(2026, 4, 1), "finance", NOW)
    with small.records.write() as connection:
        closes.add_step(connection, step)
    with pytest.raises(Stale, match="by finance"), small.records.write() as connection:
        closes.add_step(connection, replace(step, done_by="cro"))
    with small.records.read() as connection:
        assert closes.list_steps(connection, "shared") == (step,)
        assert closes.list_steps(connection, "volume") == ()


def test_closes_compare_table_by_table(small: Workspace) -> None:
    close = closed(small.book(), "2025-Q4")
    assert close == replace(close, lines=pa.concat_tables([close.lines]).combine_chunks())
    assert close != replace(close, lines=close.lines.slice(1))

"""The data that all rests on: what is loaded, accepting an upload, undoing it; loading a book folder."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from revplan.access import Viewer, require
from revplan.data.book_folder import read_book
from revplan.data.book_places import table_files
from revplan.data.checks import check_tables
from revplan.data.files import Sheet
from revplan.issues import Issue
from revplan.model.tables import TABLES
from revplan.service import kept_closes
from revplan.service import workspace as workspaces
from revplan.service.once import Once
from revplan.service.preview import Preview, rejected_file
from revplan.service.uploads import (
    Accepted,
    Upload,
    add_upload,
    enter_rows,
    merge_batch,
    save_documents,
    used_otherwise,
    write_once,
)
from revplan.store import batches as store
from revplan.store.batches import Batch

_log = logging.getLogger("revplan")
_CHECKS: Once[tuple[Issue, ...]] = Once(4)


@dataclass(frozen=True)
class Imported:
    """What came of a book folder: the uploads it made, or, with errors among the issues, nothing."""

    accepted: tuple[Accepted, ...]
    issues: tuple[Issue, ...]


@dataclass(frozen=True)
class TableCount:
    """A canonical table as it stands: how many rows, and the last upload that counts."""

    table: str
    rows: int
    last: Batch | None


# ---------------------------------------------------------------- what is there


def rejected_of(viewer: Viewer, batch: Batch) -> bytes:
    """The rejected rows of an accepted upload, as `rejected_file` wrote them then. KeyError without any."""
    require(viewer, "cro", "finance")
    if not batch.rejected_key:
        raise KeyError(f"{batch.batch_id} has no rejected rows")
    return workspaces.current().files.get(batch.rejected_key)


def batches(viewer: Viewer) -> tuple[Batch, ...]:
    """Every upload that was accepted, the newest first, those rolled back too."""
    require(viewer, "cro", "finance")
    with workspaces.current().records.read() as connection:
        return store.list_batches(connection)[::-1]


def table_counts(viewer: Viewer) -> tuple[TableCount, ...]:
    """Every canonical table, with its rows and its last upload."""
    require(viewer, "cro", "finance")
    last = {batch.table_name: batch for batch in reversed(batches(viewer)) if batch.rolled_back_at is None}
    tables = workspaces.current().book().tables
    return tuple(TableCount(name, tables[name].num_rows, last.get(name)) for name in TABLES)


def checks(viewer: Viewer) -> tuple[Issue, ...]:
    """What is wrong between the rows that are loaded, errors first."""
    require(viewer, "cro", "finance")
    workspace = workspaces.current()
    today = workspace.today()
    key = f"{workspace.fingerprint()} {today}"
    return _CHECKS.get(key, lambda: check_tables(workspace.book(), today=today))


# ---------------------------------------------------------------- accepting and undoing


def accept(viewer: Viewer, preview: Preview) -> Accepted:
    """Keep the good rows of a preview as a batch and let them count, all in one transaction.

    They are merged into the table as it is now, which may be newer than the preview.
    """
    require(viewer, "cro", "finance")
    if preview.cleaned is None or preview.sheet is None or not preview.acceptable:
        raise ValueError("this upload has no rows to accept")
    workspace = workspaces.current()
    upload = Upload(
        preview.table,
        preview.file,
        preview.content,
        preview.cleaned.table,
        _mapping(preview, preview.sheet),
        len(preview.sheet.rows),
        preview.rejected,
        rejected_file(preview) if preview.rejected else b"",
    )

    return write_once(workspace, lambda connection: enter_rows(workspace, connection, upload, viewer))


def roll_back(viewer: Viewer, batch_id: str) -> None:
    """Let an upload no longer count: its table is what the other uploads make it, in their order."""
    require(viewer, "cro", "finance")
    workspace = workspaces.current()

    def undo(connection: sa.Connection) -> None:
        now = workspace.now()
        known = {batch.batch_id: batch for batch in store.list_batches(connection)}
        batch = known[batch_id]
        if batch.rolled_back_at is not None:
            return
        store.mark_rolled_back(connection, batch_id, by=viewer.name, at=now)
        spec = TABLES[batch.table_name]
        table = spec.empty()
        for other in known.values():
            if other.table_name == spec.name and other.batch_id != batch_id and other.rolled_back_at is None:
                table = merge_batch(workspace, table, other)
        current = store.current_data(connection)
        tables = {**current.tables, spec.name: workspace.snapshots.write_table(spec.name, table)}
        reason = f"rollback {batch_id}"
        store.switch_data(
            connection, tables, expected_position=current.position, reason=reason, by=viewer.name, at=now
        )

    write_once(workspace, undo)


def import_book_folder(viewer: Viewer, folder: Path) -> Imported:
    """Take over a book folder: its company, plans, targets, tables and closes, in one transaction.

    A table with a file replaces the one that is loaded. A book with errors changes nothing, and neither does
    one that has closed what is closed here, but otherwise.
    """
    require(viewer, "cro", "finance")
    book, issues = read_book(folder)
    if book is None:
        errors = sorted({issue.code for issue in issues if issue.severity == "error"})
        _log.error("%s was not imported (`revplan check` tells all): %s", folder, ", ".join(errors))
        return Imported((), issues)
    workspace = workspaces.current()
    with workspace.writing, workspace.records.write() as connection:
        refused = used_otherwise(connection, book)
        refused += kept_closes.closed_otherwise(connection, workspace.closes, book)
        if refused:
            return Imported((), (*refused, *issues))
        save_documents(connection, book, viewer, workspace.now())
        kept_closes.take_over(connection, workspace.closes, book, viewer, workspace.now())
        accepted = []
        tables: Mapping[str, str] | None = None
        position = store.current_data(connection).position
        for name in TABLES:
            if files := table_files(folder, name):
                table = book.tables[name]
                mapping = {"columns": None, "replace": True}
                upload = Upload(name, files[0].name, files[0].read_bytes(), table, mapping, table.num_rows)
                one, tables, position = add_upload(workspace, connection, upload, viewer, tables)
                accepted.append(one)
        if tables is not None:
            batch_ids = f"{accepted[0].batch.batch_id} to {accepted[-1].batch.batch_id}"
            store.switch_data(
                connection, tables, expected_position=position, reason=batch_ids,
                by=viewer.name, at=workspace.now(),
            )  # fmt: skip
    return Imported(tuple(accepted), issues)


# ---------------------------------------------------------------- parts


def _mapping(preview: Preview, sheet: Sheet) -> dict[str, Any]:
    """How an upload was read, as JSON values: enough to read it again."""
    return {
        "columns": dict(preview.columns),
        "meanings": {column: dict(words) for column, words in preview.choices.meanings.items()},
        "reading": vars(sheet.reading),
        "replace": preview.choices.replace_table,
    }

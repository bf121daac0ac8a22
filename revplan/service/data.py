"""The data that all rests on: looking at an upload, accepting it, undoing it; loading a book folder."""

import contextlib
import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from revplan.access import Viewer, require
from revplan.data.book_folder import company_setting, read_book
from revplan.data.book_places import table_files
from revplan.data.checks import check_tables
from revplan.data.clean import Cleaned, clean
from revplan.data.files import Reading, Sheet, read_file
from revplan.data.meanings import Meaning
from revplan.data.merge import merge
from revplan.data.people import SEARCHED_BY, Directory, directory_of
from revplan.data.recognise import Guess, TableGuess, guess_columns, missing_columns, rank_tables
from revplan.data.rejects import undo_marks, write_rejected
from revplan.issues import Issue, Where
from revplan.model.book import Book
from revplan.model.tables import TABLES
from revplan.service import workspace as workspaces
from revplan.service.once import Once
from revplan.service.uploads import (
    Accepted,
    Upload,
    add_upload,
    carried_columns,
    merge_batch,
    save_documents,
    used_otherwise,
)
from revplan.service.workspace import Workspace
from revplan.store import batches as store
from revplan.store.batches import Batch
from revplan.store.records import Stale
from revplan.words import sentences, speaking

T = TypeVar("T")

_log = logging.getLogger("revplan")
_SAMPLED = 300
_ATTEMPTS = 3
_CHECKS: Once[tuple[Issue, ...]] = Once(4)


@dataclass(frozen=True)
class Choices:
    """What a person chose about an upload; what is left out is proposed.

    `columns` maps canonical columns to headers ("" for none) where the sure proposals are not taken.
    `meanings` holds, by column, what a text stands for. `replace_table` removes rows that the file does
    not have.
    """

    reading: Reading = field(default_factory=Reading)
    columns: Mapping[str, str] = field(default_factory=dict)
    meanings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    replace_table: bool = False


@dataclass(frozen=True)
class Preview:
    """An upload as it would be accepted. Nothing is kept yet.

    `sheet` is None when the file cannot be read, `table` empty when nobody can tell which it is;
    `columns` are the ones in effect, proposals and choices together. `new`, `changed`, `unchanged` and
    `removed` count rows of the table; `good`, `rejected` and `repeated` rows of the file.
    """

    file: str
    content: bytes
    table: str
    choices: Choices
    issues: tuple[Issue, ...]
    sheet: Sheet | None = None
    tables: tuple[TableGuess, ...] = ()
    guesses: tuple[Guess, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    cleaned: Cleaned | None = None
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0

    @property
    def good(self) -> int:
        """Rows that would be accepted."""
        return self.cleaned.table.num_rows if self.cleaned else 0

    @property
    def rejected(self) -> int:
        """Rows that would come back with their reasons."""
        return len(self.cleaned.rejected) if self.cleaned else 0

    @property
    def repeated(self) -> int:
        """Rows that say the same as an earlier one of the file."""
        return self.cleaned.repeated if self.cleaned else 0

    @property
    def meanings(self) -> tuple[Meaning, ...]:
        """What the words of the file stand for, the unknown ones first."""
        found = self.cleaned.meanings if self.cleaned else ()
        order = {"unknown": 0, "default": 1, "chosen": 2, "known": 3}
        return tuple(sorted(found, key=lambda one: (one.column, order[one.by], -one.rows, one.text)))

    @property
    def acceptable(self) -> bool:
        """Whether there is anything to accept."""
        return self.good > 0


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


# ---------------------------------------------------------------- looking


def preview(
    viewer: Viewer, file: str, content: bytes, table: str | None = None, choices: Choices | None = None
) -> Preview:
    """Read an upload by `choices` and proposals, and compare it with what is loaded. Keeps nothing."""
    require(viewer, "cro", "finance")
    choices = choices or Choices()
    workspace = workspaces.current()
    sheet, issues = read_file(file, content, choices.reading)
    if sheet is None:
        return Preview(file, content, table or "", choices, issues)
    sheet = undo_marks(sheet)
    ranked = rank_tables(f"{file} {sheet.reading.sheet}", sheet.header)
    name = table or (ranked[0].table if ranked else "")
    if not name:
        issues = (*issues, Issue("data.unknown_table", "error", Where(file=file)))
        return Preview(file, content, "", choices, issues, sheet, ranked)
    spec, book = TABLES[name], workspace.book()
    known = _directories(book)
    guesses = guess_columns(
        spec, sheet.header, lambda column, header: _share(sheet, name, column, header, known)
    )
    chosen = {column: header for column, header in choices.columns.items() if header in ("", *sheet.header)}
    proposed = {guess.column: guess.header for guess in guesses if guess.sure}
    columns = {column: header for column, header in {**proposed, **chosen}.items() if header}
    missing = missing_columns(spec, columns)
    found = Preview(file, content, name, choices, issues, sheet, ranked, guesses, columns, missing)
    if missing:
        told = [
            Issue("data.column_missing", "error", Where(file=file, table=name), {"field": m}) for m in missing
        ]
        return replace(found, issues=(*issues, *told))
    cleaned = clean(sheet, spec, columns, choices.meanings, company_setting(book.company, known))
    merged = merge(
        book.tables[name], cleaned.table, spec, carried_columns(spec, columns), replace=choices.replace_table
    )
    return replace(
        found,
        cleaned=cleaned,
        new=merged.new,
        changed=merged.changed,
        unchanged=merged.unchanged,
        removed=merged.removed,
        issues=(*issues, *_same_file(workspace, name, file, content), *cleaned.issues),
    )


def rejected_file(preview: Preview) -> bytes:
    """The rejected rows as a CSV with their reasons in English, to be fixed and uploaded again."""
    if preview.sheet is None or preview.cleaned is None:
        raise ValueError("nothing was read from this upload")
    with speaking("en"):
        reasons = {
            position: [sentences.told(issue).what for issue in issues]
            for position, issues in preview.cleaned.rejected.items()
        }
    return write_rejected(preview.sheet, reasons)


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
    return _CHECKS.get(workspace.fingerprint(), lambda: check_tables(workspace.book()))


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

    def keep(connection: sa.Connection) -> Accepted:
        accepted, tables, position = add_upload(workspace, connection, upload, viewer, None)
        reason = accepted.batch.batch_id
        store.switch_data(
            connection, tables, expected_position=position, reason=reason, by=viewer.name, at=workspace.now()
        )
        return accepted

    return _write(workspace, keep)


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

    _write(workspace, undo)


def import_book_folder(viewer: Viewer, folder: Path) -> Imported:
    """Take over a book folder: its company, plans, targets and tables, in one transaction.

    A table with a file replaces the one that is loaded. A book with errors changes nothing.
    """
    require(viewer, "cro", "finance")
    book, issues = read_book(folder)
    if book is None:
        errors = sorted({issue.code for issue in issues if issue.severity == "error"})
        _log.error("%s was not imported (`revplan check` tells all): %s", folder, ", ".join(errors))
        return Imported((), issues)
    workspace = workspaces.current()
    with workspace.writing, workspace.records.write() as connection:
        if refused := used_otherwise(connection, book):
            return Imported((), (*refused, *issues))
        save_documents(connection, book, viewer, workspace.now())
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


def _write(workspace: Workspace, change: Callable[[sa.Connection], T]) -> T:
    """Make a change in one transaction; again when another process was first, since it builds on what is
    there then."""
    with workspace.writing:
        for _attempt in range(_ATTEMPTS - 1):
            with contextlib.suppress(Stale), workspace.records.write() as connection:
                return change(connection)
        with workspace.records.write() as connection:
            return change(connection)


def _mapping(preview: Preview, sheet: Sheet) -> dict[str, Any]:
    """How an upload was read, as JSON values: enough to read it again."""
    return {
        "columns": dict(preview.columns),
        "meanings": {column: dict(words) for column, words in preview.choices.meanings.items()},
        "reading": vars(sheet.reading),
        "replace": preview.choices.replace_table,
    }


def _directories(book: Book) -> dict[str, Directory]:
    return {name: directory_of(name, (book.tables[name],)) for name in SEARCHED_BY}


def _share(sheet: Sheet, table: str, column: str, header: str, known: Mapping[str, Directory]) -> float:
    """The share of a header's first values that the directory behind the column knows."""
    directory = known.get(TABLES[table].column(column).refers_to)
    texts = [cell for cell in sheet.column(header)[:_SAMPLED] if isinstance(cell, str) and cell.strip()]
    if directory is None or not texts:
        return 0.0
    return sum(directory.find(text.strip()) is not None for text in texts) / len(texts)


def _same_file(workspace: Workspace, table: str, file: str, content: bytes) -> tuple[Issue, ...]:
    key = hashlib.sha256(content).hexdigest()
    with workspace.records.read() as connection:
        for batch in store.list_batches(connection):
            if (batch.file_key, batch.table_name) == (key, table) and batch.rolled_back_at is None:
                said = {"batch": batch.batch_id, "day": batch.accepted_at.date().isoformat()}
                return (Issue("data.same_file", "note", Where(file=file), said),)
    return ()

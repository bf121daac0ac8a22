"""Uploads: keeping one as a batch, merging it into its table, and saving a book's documents."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import pyarrow as pa
import sqlalchemy as sa

from revplan.access import Viewer
from revplan.data.book_folder import table_csv
from revplan.data.merge import Merged, merge
from revplan.issues import Issue, Where
from revplan.model import plan_text
from revplan.model.book import Book, Company
from revplan.model.tables import TABLES, TableSpec
from revplan.model.targets import TargetsFile
from revplan.service.workspace import Workspace
from revplan.store import batches as store
from revplan.store import documents
from revplan.store.batches import Batch
from revplan.store.records import Stale

T = TypeVar("T")

_ATTEMPTS = 3


@dataclass(frozen=True)
class Accepted:
    """What an accepted upload did to its table."""

    batch: Batch
    new: int
    changed: int
    unchanged: int
    removed: int


@dataclass(frozen=True)
class Upload:
    """What becomes a batch. `rejected_file` holds its rejected rows with their reasons, to be corrected."""

    table: str
    file: str
    content: bytes
    rows: pa.Table
    mapping: Mapping[str, Any]
    rows_read: int
    rows_rejected: int = 0
    rejected_file: bytes = b""


def add_upload(
    workspace: Workspace,
    connection: sa.Connection,
    upload: Upload,
    viewer: Viewer,
    tables: Mapping[str, str] | None,
) -> tuple[Accepted, Mapping[str, str], int]:
    """Keep a batch and merge it into `tables` (the current ones when None); returns what they become.

    Files are written first: a transaction that fails leaves only files that nobody refers to.
    """
    spec = TABLES[upload.table]
    current = store.current_data(connection)
    tables = current.tables if tables is None else tables
    batch_id = store.next_batch_id(connection)
    rows = _with_batch(upload.rows, batch_id)
    kept = tables.get(spec.name)
    before = spec.fitted(workspace.snapshots.read_table(kept)) if kept else spec.empty()
    merged = _merge(before, rows, spec, upload.mapping)
    batch = Batch(
        batch_id,
        spec.name,
        upload.file,
        workspace.files.put(upload.content),
        upload.mapping,
        upload.rows_read,
        rows.num_rows,
        upload.rows_rejected,
        workspace.snapshots.write_table(spec.name, rows),
        workspace.files.put(upload.rejected_file) if upload.rejected_file else "",
        viewer.name,
        workspace.now(),
    )
    store.add_batch(connection, batch)
    key = workspace.snapshots.write_table(spec.name, merged.table)
    counts = Accepted(batch, merged.new, merged.changed, merged.unchanged, merged.removed)
    return counts, {**tables, spec.name: key}, current.position


def write_once(workspace: Workspace, change: Callable[[sa.Connection], T]) -> T:
    """Make a change in one transaction; again when another process was first, since it builds on what is
    there then. Raises Stale when others were first each time."""
    with workspace.writing:
        for _attempt in range(_ATTEMPTS - 1):
            with contextlib.suppress(Stale), workspace.records.write() as connection:
                return change(connection)
        with workspace.records.write() as connection:
            return change(connection)


def enter_rows(workspace: Workspace, connection: sa.Connection, upload: Upload, viewer: Viewer) -> Accepted:
    """Keep rows that were typed as a batch, like an upload, and let them count."""
    accepted, tables, position = add_upload(workspace, connection, upload, viewer, None)
    reason = accepted.batch.batch_id
    store.switch_data(
        connection, tables, expected_position=position, reason=reason, by=viewer.name, at=workspace.now()
    )
    return accepted


def typed_rows(spec: TableSpec, rows: Sequence[Mapping[str, Any]], file: str, company: Company) -> Upload:
    """Rows that were typed, as an upload: a CSV of that name with a row for each, from row 2 on."""
    filled = [
        {**dict.fromkeys(spec.schema.names), **row, "source_file": file, "source_row": number}
        for number, row in enumerate(rows, 2)
    ]
    table = pa.Table.from_pylist(filled, spec.schema)
    content = table_csv(table, spec, company).encode()
    mapping = {"columns": None, "replace": False, "typed": True}
    return Upload(spec.name, file, content, table, mapping, len(rows))


def merge_batch(workspace: Workspace, table: pa.Table, batch: Batch) -> pa.Table:
    """The table after a batch, once more as when it was accepted."""
    spec = TABLES[batch.table_name]
    rows = spec.fitted(workspace.snapshots.read_table(batch.accepted_key))
    return _merge(table, rows, spec, batch.mapping).table


def _merge(table: pa.Table, rows: pa.Table, spec: TableSpec, mapping: Mapping[str, Any]) -> Merged:
    columns = mapping["columns"]
    carried = carried_columns(spec, columns) if columns is not None else None
    return merge(table, rows, spec, carried, replace=mapping["replace"])


def _with_batch(table: pa.Table, batch_id: str) -> pa.Table:
    at = table.schema.get_field_index("source_batch")
    column = pa.array([batch_id] * table.num_rows, pa.string())
    return table.set_column(at, table.schema.field(at), column)


def carried_columns(spec: TableSpec, columns: Mapping[str, str]) -> set[str]:
    """The canonical columns that a file with these columns fills: derived ones too, and the currency of
    its amounts, which is the company's when the file does not say."""
    carried = {column for column, header in columns.items() if header}
    if "stage" in carried:
        carried.add("outcome")
    if any(column.kind == "money" and column.name in carried for column in spec.columns):
        carried.add("currency")
    return carried


def used_otherwise(connection: sa.Connection, book: Book) -> tuple[Issue, ...]:
    """Plan versions of a book that have been used in other words here: a used version never changes."""
    found = []
    for plan in book.plans:
        kept = documents.find(connection, "plan", plan.id, plan.version)
        if kept is not None and kept.used and kept.text != plan_text.write_plan(plan):
            found.append(Issue("book.plan_used", "error", Where(plan=plan.id), {"version": plan.version}))
    return tuple(found)


def save_documents(connection: sa.Connection, book: Book, viewer: Viewer, at: datetime) -> None:
    """The company, plans and targets as documents; what is kept already in the same words stays."""
    note = "book folder"

    def add(kind: documents.Kind, identity: str, text: str) -> None:
        kept = documents.find(connection, kind, identity)
        if kept is None or kept.text != text or kept.removed:
            version = kept.version if kept else 0
            documents.add_version(
                connection, kind, identity, text, expected_version=version,
                saved_by=viewer.name, saved_at=at, note=note,
            )  # fmt: skip

    add("company", documents.COMPANY, plan_text.write_company(book.company))
    for target in book.targets:
        add("target", target.id, plan_text.write_targets(TargetsFile(target=(target,))))
    for plan in book.plans:
        text = plan_text.write_plan(plan)
        kept = documents.find(connection, "plan", plan.id, plan.version)
        if kept is None or kept.text != text:
            documents.save_version(
                connection, "plan", plan.id, plan.version, text,
                expected_revision=kept.revision if kept else 0, saved_by=viewer.name, saved_at=at, note=note,
            )  # fmt: skip

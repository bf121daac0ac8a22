"""Rows of uploads that could not be read: which of them still wait, since no later upload brought them."""

import csv
import io
from collections.abc import Sequence
from functools import partial

from revplan.data.rejects import ROW, WHY
from revplan.model.tables import TABLES, TableSpec
from revplan.service.once import Once
from revplan.service.workspace import Workspace
from revplan.store.batches import Batch

_waiting: Once[int] = Once(256)


def waiting(workspace: Workspace, known: Sequence[Batch]) -> list[tuple[Batch, int]]:
    """Uploads with rejected rows that no later upload of their table has brought, with how many, in order.

    A row is known again by the ids in its key. One without them, whose id was what was wrong, is put right by
    a later upload of the file of rejected rows, if nothing of that was rejected.
    """
    found = []
    counting = [batch for batch in known if batch.rolled_back_at is None]
    for place, batch in enumerate(counting):
        if not batch.rows_rejected:
            continue
        later = [each for each in counting[place + 1 :] if each.table_name == batch.table_name]
        key = (batch.rejected_key, tuple(each.accepted_key for each in later))
        left = _waiting.get(key, partial(_left, workspace, batch, later))
        if left:
            found.append((batch, left))
    return found


def _left(workspace: Workspace, batch: Batch, later: Sequence[Batch]) -> int:
    """How many rejected rows of a batch wait after the later ones."""
    headers = _key_headers(batch)
    if not later or not batch.rejected_key or not headers:
        return batch.rows_rejected
    text = workspace.files.get(batch.rejected_key).decode("utf-8-sig")
    delimiter = "," if ROW in text.splitlines()[0].split(",") else ";"
    rows = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    brought = {ids for each in later for ids in _accepted(workspace, each)}
    left, nameless = 0, 0
    for row in rows:
        ids = tuple((row.get(header) or "").strip().lstrip("'") for header in headers)
        nameless += not all(ids)
        left += all(ids) and ids not in brought
    corrected = any(_corrects(workspace, each) and each.rows_read >= nameless for each in later)
    return left + (0 if corrected else nameless)


def _ids(spec: TableSpec) -> list[str]:
    return [name for name in spec.key if spec.column(name).kind == "id"]


def _key_headers(batch: Batch) -> list[str]:
    """The file's headers of the ids in the table's key; none where the file does not have them all."""
    columns = batch.mapping.get("columns") or {}
    headers = [str(columns.get(name) or "") for name in _ids(TABLES[batch.table_name])]
    return headers if all(headers) else []


def _accepted(workspace: Workspace, batch: Batch) -> list[tuple[str, ...]]:
    names = _ids(TABLES[batch.table_name])
    table = workspace.snapshots.read_table(batch.accepted_key)
    return list(zip(*(map(str, table[name].to_pylist()) for name in names), strict=True))


def _corrects(workspace: Workspace, batch: Batch) -> bool:
    """Whether a batch came from a file of rejected rows, with none rejected again."""
    if batch.rows_rejected:
        return False
    head = workspace.files.get(batch.file_key)[:65_536]
    return WHY.encode() in head.split(b"\n", 1)[0]

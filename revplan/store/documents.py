"""Documents kept as their TOML text: plans, targets and the company, each version with who and when.

A plan's version is the plan's own `version`; it may be saved again until it has been used, and its
`revision` counts the saves. Each save of a target or of the company makes a new version.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from revplan.store.records import Stale
from revplan.store.schema import documents

Kind = Literal["plan", "target", "company", "scenario"]
COMPANY = "company"
"""The document id of the company's one document."""


@dataclass(frozen=True)
class Document:
    """One version of a document; `text` is TOML. `note` says in words what changed."""

    kind: Kind
    document_id: str
    version: int
    revision: int
    text: str
    saved_by: str
    saved_at: datetime
    used: bool = False
    removed: bool = False
    note: str = ""


class Used(Exception):
    """The version has been used and never changes: make a new version."""


def latest(connection: Connection, kind: Kind) -> tuple[Document, ...]:
    """The newest version of every document of that kind that is not removed, in order of id."""
    newest: dict[str, Document] = {}
    for document in versions(connection, kind):
        newest[document.document_id] = document
    return tuple(document for document in newest.values() if not document.removed)


def versions(connection: Connection, kind: Kind, document_id: str = "") -> tuple[Document, ...]:
    """Every version (of one document, or of all of the kind), removed ones too, by id and version."""
    query = sa.select(documents).where(documents.c.kind == kind)
    if document_id:
        query = query.where(documents.c.document_id == document_id)
    query = query.order_by(documents.c.document_id, documents.c.version)
    return tuple(_document(row) for row in connection.execute(query))


def find(connection: Connection, kind: Kind, document_id: str, version: int = 0) -> Document | None:
    """That version, or the newest one when `version` is 0; None when there is none."""
    found = versions(connection, kind, document_id)
    if version:
        found = tuple(document for document in found if document.version == version)
    return found[-1] if found else None


def add_version(
    connection: Connection,
    kind: Kind,
    document_id: str,
    text: str,
    *,
    expected_version: int,
    saved_by: str,
    saved_at: datetime,
    note: str = "",
    removed: bool = False,
) -> Document:
    """Save as the version after `expected_version`, the newest one the editor has seen (0 for none).

    Raises Stale, and writes nothing, when there is a newer one already.
    """
    _expect(connection, kind, document_id, expected_version)
    document = Document(
        kind, document_id, expected_version + 1, 1, text, saved_by, saved_at, removed=removed, note=note
    )
    try:
        with connection.begin_nested():
            connection.execute(documents.insert().values(**vars(document)))
    except sa.exc.IntegrityError:  # another process was first, by a hair
        _expect(connection, kind, document_id, expected_version)
        raise
    return document


def save_version(
    connection: Connection,
    kind: Kind,
    document_id: str,
    version: int,
    text: str,
    *,
    expected_revision: int,
    saved_by: str,
    saved_at: datetime,
    note: str = "",
) -> Document:
    """Save a version that has not been used: for the first time (`expected_revision` 0) or again.

    Raises Used when it has been used, and Stale when somebody saved it after `expected_revision`.
    """
    before = find(connection, kind, document_id, version)
    if before is not None and before.used:
        raise Used(f"{document_id} version {version}")
    found = before.revision if before else 0
    who = (before.saved_by, before.saved_at) if before else ("", None)
    if found != expected_revision:
        raise Stale(document_id, expected_revision, found, *who)
    document = Document(
        kind, document_id, version, expected_revision + 1, text, saved_by, saved_at, note=note
    )
    this = (
        (documents.c.kind == kind)
        & (documents.c.document_id == document_id)
        & (documents.c.version == version)
    )
    try:
        with connection.begin_nested():
            if before is None:
                connection.execute(documents.insert().values(**vars(document)))
                return document
            same = this & (documents.c.revision == expected_revision) & ~documents.c.used
            if connection.execute(documents.update().where(same).values(**vars(document))).rowcount == 1:
                return document
    except sa.exc.IntegrityError:
        pass
    raise Stale(document_id, expected_revision, expected_revision + 1)


def mark_used(connection: Connection, kind: Kind, document_id: str, version: int) -> None:
    """From now on this version never changes."""
    this = (documents.c.kind == kind) & (documents.c.document_id == document_id)
    connection.execute(documents.update().where(this & (documents.c.version == version)).values(used=True))


def remove_version(connection: Connection, kind: Kind, document_id: str, version: int) -> None:
    """Take an unused version away for good. Raises Used when it has been used."""
    document = find(connection, kind, document_id, version)
    if document is not None and document.used:
        raise Used(f"{document_id} version {version}")
    this = (documents.c.kind == kind) & (documents.c.document_id == document_id)
    connection.execute(documents.delete().where(this & (documents.c.version == version)))


def _expect(connection: Connection, kind: Kind, document_id: str, version: int) -> None:
    newest = find(connection, kind, document_id)
    found = newest.version if newest else 0
    if found != version:
        who = (newest.saved_by, newest.saved_at) if newest else ("", None)
        raise Stale(document_id, version, found, *who)


def _document(row: Row[Any]) -> Document:
    return Document(**row._mapping)

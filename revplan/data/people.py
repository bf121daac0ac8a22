"""Directories: a payee, account or team by id, e-mail or exact name; what is only near is suggested."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import pyarrow as pa
from rapidfuzz import fuzz, process

from revplan.data.fold import fold

_CLOSE_ENOUGH = 78
_NAME_AND_EMAIL = re.compile(r"([^()<>]+)[(<]([^()<>]+@[^()<>]+)[)>]")  # Ann Lee (ann@acme.example)

SEARCHED_BY = {
    "payees": ("payee_id", ("email", "name")),
    "accounts": ("account_id", ("name",)),
    "contacts": ("contact_id", ("email",)),
}
"""Table → its id column, and the columns by which a row may be named instead."""


@dataclass
class Directory:
    """Who or what can be referred to: ids, and what each is called."""

    ids: dict[str, str] = field(default_factory=dict)  # id → a name to show
    called: dict[str, set[str]] = field(default_factory=dict)  # folded name → ids

    def add(self, identity: str, *names: str | None) -> None:
        """Add one, called by any of `names`."""
        given = [name for name in names if name]
        self.ids.setdefault(identity, given[-1] if given else identity)
        for name in (identity, *given):
            self.called.setdefault(fold(name), set()).add(identity)

    def find(self, text: str) -> str | None:
        """The id that a text means: the id itself, or a name that only one has (case and spaces aside)."""
        if text in self.ids:
            return text
        ids = self.called.get(fold(text), ())
        if not ids and (both := _NAME_AND_EMAIL.fullmatch(text)):
            return self.find(both[2].strip()) or self.find(both[1].strip())
        return next(iter(ids)) if len(ids) == 1 else None

    def suggest(self, text: str) -> tuple[str, str] | None:
        """The nearest (id, name) by spelling, for a person to confirm; None when nothing is near."""
        found = process.extractOne(
            fold(text), self.called.keys(), scorer=fuzz.WRatio, score_cutoff=_CLOSE_ENOUGH
        )
        if found is None or len(self.called[found[0]]) != 1:
            return None
        identity = next(iter(self.called[found[0]]))
        return identity, self.ids[identity]


def directory_of(name: str, tables: Iterable[pa.Table]) -> Directory:
    """The directory of a canonical table's rows; later tables add to earlier ones."""
    id_column, named_by = SEARCHED_BY[name]
    directory = Directory()
    for table in tables:
        columns = [table[column].to_pylist() for column in (id_column, *named_by)]
        for identity, *names in zip(*columns, strict=True):
            if identity is not None:
                directory.add(identity, *names)
    return directory

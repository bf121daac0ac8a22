"""An upload before it is accepted: how it is read, what it would change, and what is worth knowing."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from revplan.access import Viewer, require
from revplan.data.book_folder import company_setting
from revplan.data.clean import Cleaned, clean
from revplan.data.files import Reading, Sheet, read_file
from revplan.data.meanings import Meaning
from revplan.data.merge import Became, merge
from revplan.data.people import SEARCHED_BY, Directory, directory_of
from revplan.data.recognise import Guess, TableGuess, guess_columns, missing_columns, rank_tables
from revplan.data.rejects import undo_marks, write_rejected
from revplan.issues import Issue, Severity, Where
from revplan.model.book import Book
from revplan.model.tables import TABLES, TableSpec
from revplan.service import workspace as workspaces
from revplan.service.uploads import carried_columns
from revplan.service.workspace import Workspace
from revplan.store import batches as store
from revplan.words import sentences, speaking

_SAMPLED = 300


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
    `removed` count rows of the table; `good`, `rejected` and `repeated` rows of the file. `became` says
    what each good row would be, in the order of `cleaned`.
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
    became: tuple[Became, ...] = ()

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
        where = Where(file=file, table=name)
        told = [Issue("data.column_missing", "error", where, {"fields": column}) for column in missing]
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
        became=merged.became,
        issues=(
            *issues,
            *_same_file(workspace, name, file, content),
            *_doubtful_columns(file, spec, columns, guesses, chosen),
            *cleaned.issues,
        ),
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


def _directories(book: Book) -> dict[str, Directory]:
    return {name: directory_of(name, (book.tables[name],)) for name in SEARCHED_BY}


def _share(sheet: Sheet, table: str, column: str, header: str, known: Mapping[str, Directory]) -> float:
    """The share of a header's first values that the directory behind the column knows."""
    directory = known.get(TABLES[table].column(column).refers_to)
    texts = [cell for cell in sheet.column(header)[:_SAMPLED] if isinstance(cell, str) and cell.strip()]
    if directory is None or not texts:
        return 0.0
    return sum(directory.find(text.strip()) is not None for text in texts) / len(texts)


def _doubtful_columns(
    file: str,
    spec: TableSpec,
    columns: Mapping[str, str],
    guesses: tuple[Guess, ...],
    chosen: Mapping[str, str],
) -> list[Issue]:
    """Columns that nobody chose though another would fit as well, and columns used for two things.

    Among amounts and dates a wrong choice changes what is paid: a warning. Among names it is a note, since
    the ones that are known here were taken.
    """
    found = []
    for guess in guesses:
        left = [other for other in guess.others if other not in columns.values()]
        if left and guess.column not in chosen:
            weighty = spec.column(guess.column).kind in ("money", "date", "currency")
            severity: Severity = "warning" if weighty else "note"
            where = Where(file=file, table=spec.name, column=guess.header)
            said = {"fields": guess.column, "others": "”, “".join(left)}
            found.append(Issue("data.other_columns_fit", severity, where, said))
    for header in dict.fromkeys(columns.values()):
        fields = [column for column, used in columns.items() if used == header]
        if len(fields) > 1:
            where = Where(file=file, table=spec.name, column=header)
            found.append(Issue("data.column_used_twice", "warning", where, {"fields": ", ".join(fields)}))
    return found


def _same_file(workspace: Workspace, table: str, file: str, content: bytes) -> tuple[Issue, ...]:
    key = hashlib.sha256(content).hexdigest()
    with workspace.records.read() as connection:
        for batch in store.list_batches(connection):
            if (batch.file_key, batch.table_name) == (key, table) and batch.rolled_back_at is None:
                said = {"batch": batch.batch_id, "day": batch.accepted_at.date().isoformat()}
                return (Issue("data.same_file", "note", Where(file=file), said),)
    return ()

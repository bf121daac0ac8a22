"""The workspace: one company's records and snapshots, its book, and the runs made from them."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from threading import RLock

import pyarrow as pa
import pyarrow.compute as pc

import revplan
from revplan import access
from revplan.access import Scope, Viewer
from revplan.data.book_folder import zone_of
from revplan.issues import Issue
from revplan.model import plan_text
from revplan.model.book import Book, Company, Team
from revplan.model.closes import Close
from revplan.model.plan import Plan
from revplan.model.results import RunResult
from revplan.model.tables import TABLES
from revplan.model.targets import Target
from revplan.service import slow_work
from revplan.service.kept_closes import close_of_step, locked
from revplan.service.once import Once
from revplan.store import activity, batches, closes, documents
from revplan.store.activity import Access
from revplan.store.batches import DataSnapshot
from revplan.store.closes import CloseStep
from revplan.store.documents import Document
from revplan.store.files import FileStore
from revplan.store.records import RecordStore, Stale, check_driver
from revplan.store.snapshots import SnapshotStore

OPENER = Viewer("cro")
"""Who imports the sample company on first start."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, eq=False)
class Workspace:
    """A handle on everything kept under `home`; safe to use from many threads at once.

    Use cases that read, work and then write hold `writing` meanwhile; what another process does in
    between ends in `Stale`. `now` is the clock. Results of `run` are unscoped: a page never gets one.
    """

    home: Path
    records: RecordStore
    snapshots: SnapshotStore
    files: FileStore
    closes: FileStore
    now: Callable[[], datetime] = _now
    writing: RLock = field(default_factory=RLock)
    _tables: Once[pa.Table] = field(default_factory=lambda: Once(64))
    _closes: Once[Close] = field(default_factory=lambda: Once(256))
    _books: Once[Book] = field(default_factory=lambda: Once(4))
    _runs: Once[RunResult] = field(default_factory=lambda: Once(8))

    def book(self) -> Book:
        """The book as it stands now. The same object until something in it changes."""
        return self.book_and_key()[0]

    def fingerprint(self) -> str:
        """What the book is made of, as a hash: goes into the key of everything derived from it."""
        return self.book_and_key()[1]

    def run(self, plan_set: str) -> RunResult:
        """One calculation of a plan set on the book as it stands now, unscoped; kept in memory."""
        from revplan.rules.run import run  # loads the engine: only when something is to be calculated

        book, key = self.book_and_key()
        if self._runs.holds((key, plan_set)):
            return self._runs.get((key, plan_set), lambda: run(book, plan_set))
        with slow_work.told("calculating"):
            return self._runs.get((key, plan_set), lambda: run(book, plan_set))

    def scope(self, viewer: Viewer) -> Scope:
        """What the viewer may see of the book as it stands now."""
        book = self.book()
        payees = book.tables["payees"]
        teams = {team.id for team in book.company.teams} | set(payees["team"].to_pylist())
        return access.scope(viewer, frozenset(teams), frozenset(payees["payee_id"].to_pylist()))

    def log_access(self, viewer: Viewer, what: str, action: str = "saw") -> None:
        """Note who saw (or `exported`) whose; `what` names people, teams and periods, never amounts."""
        with self.records.write() as connection:
            activity.log_access(connection, Access(self.now(), viewer.name, action, what))

    def is_empty(self) -> bool:
        """Whether there are neither documents nor data yet."""
        with self.records.read() as connection:
            kinds: tuple[documents.Kind, ...] = ("company", "plan", "target")
            return batches.current_data(connection).position == 0 and not any(
                documents.versions(connection, kind) for kind in kinds
            )

    def today(self) -> date:
        """The day in the company's time zone."""
        return self.now().astimezone(zone_of(self.book().company)).date()

    def close(self) -> None:
        """Give the database connections back."""
        self.records.close()

    def book_and_key(self) -> tuple[Book, str]:
        """The book and its fingerprint, of one moment."""
        with self.records.read() as connection:
            kept = documents.find(connection, "company", documents.COMPANY)
            plans = tuple(plan for plan in documents.versions(connection, "plan") if not plan.removed)
            targets = documents.latest(connection, "target")
            tables = batches.current_data(connection).tables
            kept_closes = locked(closes.list_steps(connection))
        company = _company(kept) if kept else _new_company(self.now())
        texts = [(found.kind, found.document_id, found.text) for found in (*plans, *targets)]
        files = [(step.plan_set, sorted(step.files.items())) for step in kept_closes]
        said = (revplan.__version__, company.model_dump_json(), texts, sorted(tables.items()), files)
        key = hashlib.sha256(repr(said).encode()).hexdigest()

        def make() -> Book:
            return Book(
                company,
                tuple(_plan(plan) for plan in plans),
                tuple(target for found in targets for target in _targets(found)),
                {name: self._table(name, tables.get(name)) for name in TABLES},
                tuple(self.close_of(step) for step in kept_closes),
            )

        return self._books.get(key, make), key

    def close_of(self, step: CloseStep) -> Close:
        """What a step of closing kept. Raises BrokenClose when that cannot be read any more."""
        return self._closes.get(tuple(sorted(step.files.items())), lambda: close_of_step(self.closes, step))

    def book_with_data(self, snapshot: DataSnapshot) -> Book:
        """The book as it stands now, but with the data of an earlier snapshot."""
        tables = {name: self._table(name, snapshot.tables.get(name)) for name in TABLES}
        return replace(self.book(), tables=tables)

    def _table(self, name: str, key: str | None) -> pa.Table:
        if key is None:
            return TABLES[name].empty()
        return self._tables.get(key, lambda: TABLES[name].fitted(self.snapshots.read_table(key)))


class Unreadable(Exception):
    """A document kept by another version of the program cannot be read; `issues` say why."""

    def __init__(self, document: Document, issues: tuple[Issue, ...]) -> None:
        super().__init__(f"{document.kind} {document.document_id}, version {document.version}")
        self.issues = issues


def _company(document: Document) -> Company:
    company, issues = plan_text.read_company(document.text, "book.toml")
    if company is None:
        raise Unreadable(document, issues)
    return company


def _plan(document: Document) -> Plan:
    plan, issues = plan_text.read_plan(document.text, f"{document.document_id}.toml")
    if plan is None:
        raise Unreadable(document, issues)
    return plan


def _targets(document: Document) -> tuple[Target, ...]:
    file, issues = plan_text.read_targets(document.text, "targets.toml")
    if file is None:
        raise Unreadable(document, issues)
    return file.targets


def _new_company(now: datetime) -> Company:
    """What holds until the company says otherwise: three teams, and facts count up to today."""
    teams = (
        Team(id="marketing", name="Marketing", kind="marketing"),
        Team(id="sales", name="Sales", kind="sales"),
        Team(id="success", name="Customer Success", kind="success"),
    )
    return Company(name="", as_of=now.date(), team=teams)


def whose(scope: Scope) -> str:
    """Whose figures a scope holds, for the access log."""
    return "everyone" if scope.everyone else ", ".join(sorted(scope.team_ids | scope.payee_ids)) or "nobody"


def scoped(table: pa.Table, scope: Scope) -> pa.Table:
    """The rows of a result that the scope sees: those of its teams or of its payees, in their order.

    The company's own standings are visible to everybody, but for what their parts add up to. A table
    without `team_id` and `payee_id` cannot be scoped: ValueError, so that nothing slips through.
    """
    names = {"team_id", "payee_id"}
    if not names <= set(table.column_names):
        raise ValueError(f"a result needs team_id and payee_id to be shown; it has {table.column_names}")
    if scope.everyone:
        return table
    mine = pc.or_(_among(table, "team_id", scope.team_ids), _among(table, "payee_id", scope.payee_ids))
    if "owner" not in table.column_names:
        return table.filter(mine)
    nobodys = pc.and_(pc.equal(table["team_id"], ""), pc.equal(table["payee_id"], ""))
    of_company = pc.fill_null(pc.and_(nobodys, pc.equal(table["owner"], "company")), False)
    found = table.filter(pc.or_(mine, of_company))
    return _without_sums(found, pc.filter(of_company, pc.or_(mine, of_company)))


def _without_sums(table: pa.Table, of_company: pa.ChunkedArray) -> pa.Table:
    """Without what the company's parts add up to: less one's own, it would tell the others'."""
    if "parts" not in table.column_names:
        return table
    nothing = pa.scalar(None, table.schema.field("parts").type)
    place = table.column_names.index("parts")
    return table.set_column(place, table.schema.field(place), pc.if_else(of_company, nothing, table["parts"]))


def _among(table: pa.Table, column: str, ids: frozenset[str]) -> pa.ChunkedArray:
    # An empty id is no id: a row without a team or payee belongs to nobody, whatever the scope holds.
    return pc.is_in(table[column], value_set=pa.array(sorted(ids - {""}), pa.string()))


# ---------------------------------------------------------------- the process's own workspace

_opened: dict[Path, Workspace] = {}
_ready: dict[Path, Workspace] = {}  # those opened that are filled: nobody waits for them
_opening = RLock()
_chosen: Path | None = None


def current() -> Workspace:
    """The workspace of this process, under REVPLAN_HOME (`.revplan` when left out).

    The first start imports the sample company: the book folder REVPLAN_SAMPLE (`none` for an empty
    workspace), else `sample_data` beside the package, when there is one.
    """
    home = _chosen or Path(os.environ.get("REVPLAN_HOME") or ".revplan").absolute()
    if (ready := _ready.get(home)) is not None:
        return ready
    with slow_work.told("opening"), _opening:
        if home not in _opened:
            _opened[home] = _open(home)
            try:
                _fill(_opened[home])
            except BaseException:
                _opened.pop(home).close()
                raise
            _ready[home] = _opened[home]
        return _opened[home]


def is_open() -> bool:
    """Whether the workspace of this process is open already, so that asking it takes no moment."""
    home = _chosen or Path(os.environ.get("REVPLAN_HOME") or ".revplan").absolute()
    return home in _ready


def open_at(home: Path, *, sample: Path | None = None, now: Callable[[], datetime] = _now) -> Workspace:
    """Open a workspace and make it the current one, until `reset`: for tests and the command line.

    It is filled from the book folder `sample` when it is empty; without one it stays as it is.
    """
    global _chosen
    with _opening:
        home = home.absolute()
        _chosen = home
        if home not in _opened:
            _opened[home] = _open(home, now)
        workspace = _opened[home]
        if sample is not None:
            _import_into(workspace, sample)
        _ready[home] = workspace
        return workspace


def reset() -> None:
    """Close every workspace; `current` reads its settings anew."""
    global _chosen
    with _opening:
        _chosen = None
        _ready.clear()
        while _opened:
            _opened.popitem()[1].close()


def check_database() -> None:
    """Raise NoDriver where the records' database needs a package that is not installed."""
    if url := os.environ.get("REVPLAN_DATABASE_URL"):
        check_driver(url)


def _open(home: Path, now: Callable[[], datetime] = _now) -> Workspace:
    home.mkdir(parents=True, exist_ok=True)
    url = os.environ.get("REVPLAN_DATABASE_URL") or f"sqlite:///{home / 'records.db'}"
    return Workspace(
        home,
        RecordStore(url),
        SnapshotStore(home / "tables"),
        FileStore(home / "uploads"),
        FileStore(home / "closes"),
        now,
    )


def _fill(workspace: Workspace) -> None:
    named = os.environ.get("REVPLAN_SAMPLE", "")
    if named.lower() == "none":
        return
    sample = Path(named) if named else Path(revplan.__file__).parent.parent / "sample_data"
    if named or (sample / "book.toml").exists():
        _import_into(workspace, sample)


def _import_into(workspace: Workspace, folder: Path) -> None:
    from revplan.service.data import import_book_folder  # which itself asks for the current workspace

    with workspace.writing:
        if not workspace.is_empty():
            return
        try:
            import_book_folder(OPENER, folder)
        except Stale:  # another process was first
            if workspace.is_empty():
                raise

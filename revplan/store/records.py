"""The records database: opened by URL, brought to the newest form, read and written in transactions."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

MIGRATIONS = Path(__file__).parent / "migrations"
_WRITES = "revplan_writes"
_MIGRATING = 7_385_265  # the lock of two processes that open a new database at once


@dataclass(eq=False)
class Stale(Exception):
    """Somebody else saved in between: nothing was written. Read again, then decide.

    `what` is what was to be saved (such as a target's id); `expected` and `found` are the versions;
    `saved_by` and `saved_at` say who was first (empty when that cannot be known).
    """

    what: str
    expected: int
    found: int
    saved_by: str = ""
    saved_at: datetime | None = None

    def __str__(self) -> str:
        who = f" by {self.saved_by}" if self.saved_by else ""
        when = f" at {self.saved_at:%Y-%m-%d %H:%M} UTC" if self.saved_at else ""
        return f"{self.what} was saved{who}{when} after it was opened (version {self.found})"


class NoDriver(Exception):
    """The database of the URL needs a package that is not installed; `install` brings it."""

    def __init__(self, database: str, package: str) -> None:
        wanted = "psycopg[binary]" if database == "postgresql" else package
        self.database, self.package, self.install = database, package, f"pip install '{wanted}'"
        super().__init__(f"{database} needs the Python package {package}: {self.install}")


def check_driver(url: str) -> None:
    """Raise NoDriver where the package is missing that the URL's database needs. Connects to nothing."""
    parsed = _with_driver(sa.make_url(url))
    try:
        parsed.get_dialect().import_dbapi()
    except ImportError as error:  # also a package without the library that it needs in turn
        raise NoDriver(parsed.get_backend_name(), error.name or parsed.get_driver_name()) from None


class RecordStore:
    """One records database. Threads and processes may share it; each transaction has a connection."""

    def __init__(self, url: str) -> None:
        """Open `url` (SQLite, PostgreSQL) and run the migrations that it has not had yet."""
        self.engine = _engine(url)
        whole = {} if self.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        self._reader = self.engine.execution_options(**whole)
        with self.write() as connection:
            if connection.dialect.name == "postgresql":  # SQLite's writers wait for one another anyway
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATING)))
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads, and sees one state of everything."""
        with self._reader.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes: all of it is kept, or, on any error, none of it.

        On SQLite writers wait for one another (up to 30 seconds).
        """
        with self.engine.execution_options(**{_WRITES: True}).begin() as connection:
            yield connection

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def _with_driver(url: sa.URL) -> sa.URL:
    return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url


def _engine(url: str) -> Engine:
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        check_driver(url)
        # Writers see what others have committed: the second of two finds out who was first.
        return sa.create_engine(_with_driver(parsed), isolation_level="READ COMMITTED", pool_pre_ping=True)
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(parsed, connect_args={"timeout": 30, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection, _record):  # type: ignore[no-untyped-def]
        connection.isolation_level = None  # sqlite3 opens no transactions of its own: `begin` below does
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer takes the lock first: upgrading a read lock half-way could only fail.
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine

"""DuckDB as pure compute: one database in memory per process, one cursor per calculation."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import pyarrow as pa

Value = str | int | bool | None
_lock = threading.Lock()
_database: duckdb.DuckDBPyConnection | None = None


class TooLarge(ArithmeticError):
    """A number does not fit the engine's 38 digits, or an amount its 18; nothing was cut."""


class Session:
    """A cursor with its own temporary tables, which end with it."""

    def __init__(self) -> None:
        global _database
        with _lock:
            if _database is None:
                _database = duckdb.connect(":memory:", config={"autoinstall_known_extensions": False})
            self._cursor = _database.cursor()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cursor.close()

    def bind(self, name: str, relation: pa.Table | Path) -> None:
        """Make an Arrow table or a Parquet file readable under a name that code has made."""
        if isinstance(relation, Path):
            # A temporary view is the cursor's own; an ordinary one would be shared by all sessions.
            file = str(relation).replace("'", "''")
            self._cursor.execute(
                f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM read_parquet('{file}')"
            )
        else:
            self._cursor.register(name, relation)

    def create(self, name: str, sql: str, parameters: Sequence[Value] = ()) -> None:
        """A temporary table from a SELECT."""
        with _plain_errors():
            self._cursor.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}", list(parameters))

    def view(self, name: str, sql: str) -> None:
        """A name for a SELECT, which each reader works out again, as far as it reads its columns."""
        with _plain_errors():
            self._cursor.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {sql}")

    def run(self, sql: str, parameters: Sequence[Value] = ()) -> pa.Table:
        """The rows of a SELECT as an Arrow table, exact."""
        with _plain_errors():
            return self._cursor.sql(sql, params=list(parameters)).to_arrow_table()


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
        raise TooLarge(str(error)) from error

"""Table snapshots: whole tables as Parquet files that never change, named by their content."""

import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from revplan.store.content import table_hash
from revplan.store.files import put_file


class SnapshotStore:
    """A folder of table snapshots. Safe to use from many threads and processes at once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)

    def write_table(self, name: str, table: pa.Table) -> str:
        """Keep a whole table; returns its key, `<name>-<64 hex digits>`.

        The same name, columns and rows give the same key and the same bytes; a table that is kept
        already is not written again. `name` is a canonical table's name.
        """
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise ValueError(f"{name!r} is not the name of a table")
        plain = table.replace_schema_metadata(None).combine_chunks()
        key = f"{name}-{table_hash(name, plain)}"
        put_file(self.path(key), lambda aside: _write(plain, aside))
        return key

    def read_table(self, key: str) -> pa.Table:
        """The table of that key; KeyError when there is none."""
        try:
            with pq.ParquetFile(self.path(key)) as file:
                return file.read()
        except FileNotFoundError:
            raise KeyError(key) from None

    def path(self, key: str) -> Path:
        """Where the table of `key` lies (whether or not it does). ValueError for what is no key."""
        if not re.fullmatch(r"[a-z][a-z0-9_]*-[0-9a-f]{64}", key):
            raise ValueError(f"{key!r} is not the key of a table")
        return self.root / f"{key}.parquet"

    def keys(self) -> list[str]:
        """Keys of the finished snapshots, sorted."""
        return sorted(path.stem for path in self.root.glob("[a-z]*.parquet"))


def _write(table: pa.Table, path: Path) -> None:
    # Every setting that shapes the bytes is said here, so that a new default does not change them.
    pq.write_table(
        table,
        path,
        version="2.6",
        data_page_version="1.0",
        compression="zstd",
        compression_level=3,
        use_dictionary=True,
        write_statistics=True,
        row_group_size=1_048_576,
        data_page_size=1_048_576,
    )

"""Files that never change: written aside, synced to the disk, then given their name in one step."""

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

_ASIDE = ".writing-"


def put_file(target: Path, write: Callable[[Path], None]) -> bool:
    """Make `target` by `write(path)` unless it exists; returns whether it was made.

    Until everything is on the disk the file has another name, so nobody ever sees half of it: a process
    killed on the way leaves a `.writing-…` file that is never read. Two writers of the same name write
    the same content, and the last one to finish replaces the file by its equal.
    """
    if target.exists():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=_ASIDE, suffix=target.suffix, dir=target.parent)
    os.close(handle)
    aside = Path(name)
    try:
        write(aside)
        _sync(aside)
        aside.replace(target)
        _sync(target.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            aside.unlink()
        raise
    return True


def _write(content: bytes, path: Path) -> None:
    path.write_bytes(content)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class FileStore:
    """Raw uploads by the hash of their bytes: put in once, never changed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)

    def put(self, content: bytes) -> str:
        """Keep the bytes; returns their key (SHA-256, 64 hex digits)."""
        key = hashlib.sha256(content).hexdigest()
        put_file(self.path(key), partial(_write, content))
        return key

    def get(self, key: str) -> bytes:
        """The bytes kept under `key`; KeyError when there are none."""
        try:
            return self.path(key).read_bytes()
        except FileNotFoundError:
            raise KeyError(key) from None

    def path(self, key: str) -> Path:
        """Where the bytes of `key` lie (whether or not they do). ValueError for what is no key."""
        if not re.fullmatch(r"[0-9a-f]{64}", key):
            raise ValueError(f"{key!r} is not the key of a file")
        return self.root / key

"""A small cache of what is dear to make: many threads may ask, one of them makes it."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Generic, TypeVar

V = TypeVar("V")


@dataclass
class _Entry:
    lock: Lock = field(default_factory=Lock)
    made: bool = False
    value: Any = None


class Once(Generic[V]):
    """Keeps the `size` values used last. While one thread makes a value, others wanting it wait."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._entries: OrderedDict[Hashable, _Entry] = OrderedDict()
        self._lock = Lock()

    def holds(self, key: Hashable) -> bool:
        """Whether the value of `key` is there, so that nobody waits for it."""
        with self._lock:
            return key in self._entries and self._entries[key].made

    def find(self, key: Hashable) -> V | None:
        """The value of `key` if it is there, else None; nobody waits."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None or not entry.made:
                return None
            self._entries.move_to_end(key)
            found: V = entry.value
            return found

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """The value of `key`, made by `make()` unless it is kept. What `make` raises is not kept."""
        with self._lock:
            entry = self._entries.setdefault(key, _Entry())
            self._entries.move_to_end(key)
            while len(self._entries) > self._size:
                self._entries.popitem(last=False)
        with entry.lock:
            if not entry.made:
                entry.value = make()
                entry.made = True
            value: V = entry.value
            return value

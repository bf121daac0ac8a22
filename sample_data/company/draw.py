"""Chance that is the same on every machine and Python version: splitmix64, and plain IEEE arithmetic."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from math import fsum
from typing import TypeVar

T = TypeVar("T")
_MASK = (1 << 64) - 1


class Draw:
    """A stream of draws named by what it is for, so that tuning one part leaves the others alone.

    No logarithm or power is taken: their last bit differs between C libraries. Numbers are added with
    `fsum`: the last bit of `sum` changed in Python 3.12.
    """

    def __init__(self, name: str) -> None:
        self._state = int.from_bytes(sha256(f"larkfield/{name}".encode()).digest()[:8], "big")

    def bits(self) -> int:
        """64 bits."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        z = self._state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
        return z ^ (z >> 31)

    def share(self) -> float:
        """A number from 0 (inclusive) to 1 (exclusive)."""
        return (self.bits() >> 11) / (1 << 53)

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both inclusive."""
        return low + self.bits() % (high - low + 1)

    def between(self, low: float, high: float) -> float:
        """A number from `low` to `high`."""
        return low + (high - low) * self.share()

    def chance(self, probability: float) -> bool:
        """True that often."""
        return self.share() < probability

    def bell(self, centre: float, spread: float) -> float:
        """Nearly normal: twelve uniform draws added up."""
        total = 0.0
        for _ in range(12):
            total += self.share()
        return centre + spread * (total - 6.0)

    def pick(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[self.bits() % len(items)]

    def weighted(self, weights: Mapping[T, float]) -> T:
        """One of the keys, as often as its weight says."""
        left = self.share() * fsum(weights.values())
        for item, weight in weights.items():
            left -= weight
            if left < 0:
                return item
        return list(weights)[-1]

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """`count` different items (all of them when there are fewer), in their own order."""
        left = list(range(len(items)))
        while len(left) > count:
            left.pop(self.bits() % len(left))
        return [items[i] for i in left]

"""Where a test's choices come from: hypothesis, which shrinks them, or a seeded generator for wide sweeps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Protocol

from hypothesis import strategies as st


class Chance(Protocol):
    """A source of choices; simpler choices are the earlier options and the numbers nearer `low`."""

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both inclusive."""
        ...

    def pick(self, options: Sequence[Any]) -> Any:
        """One of the options."""
        ...


@dataclass(frozen=True)
class Drawn:
    """Choices drawn by hypothesis."""

    draw: Callable[[st.SearchStrategy[Any]], Any]

    def whole(self, low: int, high: int) -> int:
        return int(self.draw(st.integers(low, high)))

    def pick(self, options: Sequence[Any]) -> Any:
        return self.draw(st.sampled_from(options))


@dataclass(frozen=True)
class Seeded:
    """Choices of a seeded generator: the same seed, the same sweep."""

    random: Random

    def whole(self, low: int, high: int) -> int:
        return self.random.randint(low, high)

    def pick(self, options: Sequence[Any]) -> Any:
        return self.random.choice(options)


def maybe(chance: Chance, one_in: int = 2) -> bool:
    """Yes, one time in `one_in`; the simpler choice is no."""
    return chance.whole(0, one_in - 1) == one_in - 1

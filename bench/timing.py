"""Ratios measured in one run: the work and its base take turns, so that a busy machine slows both."""

import resource
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter


class Missing(Exception):
    """What a row compares with cannot be had here; the row is skipped, and says so."""


@dataclass(frozen=True)
class Measured:
    """Seconds of the base and of the work (medians), their ratio, and a checksum of what was computed."""

    base_seconds: float
    work_seconds: float
    checksum: str

    @property
    def ratio(self) -> float:
        """Work ÷ base."""
        return self.work_seconds / self.base_seconds


def compare(
    base: Callable[[], str], work: Callable[[], str], share: float = 1.0, *, turns: int = 7
) -> Measured:
    """Time both in turns after one warm-up of each. `share` is the part of the work that one unit takes.

    Each must compute the same thing every time; otherwise the figure means nothing and this raises.
    """
    checksums = {(base(), work())}
    base_seconds: list[float] = []
    work_seconds: list[float] = []
    for _ in range(turns):
        checksums.add((_timed(base, base_seconds), _timed(work, work_seconds)))
    if len(checksums) != 1:
        raise AssertionError(f"results differ from turn to turn: {sorted(checksums)}")
    return Measured(median(base_seconds), median(work_seconds) * share, " / ".join(checksums.pop()))


def compare_seconds(base: Callable[[], float], work: Callable[[], float], *, turns: int = 7) -> Measured:
    """The same for things that time themselves, such as a page in a browser."""
    base(), work()
    pairs = [(base(), work()) for _ in range(turns)]
    return Measured(median(pair[0] for pair in pairs), median(pair[1] for pair in pairs), "")


def _timed(function: Callable[[], str], seconds: list[float]) -> str:
    start = perf_counter()
    result = function()
    seconds.append(perf_counter() - start)
    return result


def peak_mb() -> int:
    """The most memory that this process has held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

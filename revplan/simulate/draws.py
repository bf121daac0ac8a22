"""Draws by counting: a number from (seed, trial, deal, lane), whoever asks for it and in whatever order.

Nothing is kept between draws. So a result does not depend on threads or on how trials are cut into pieces,
and two scenarios meet the same luck: a deal that is won by 61% of luck in one is won by 61% in the other.
Each (seed, deal, lane) is a stream of the splitmix64 generator, and the trial is the place in it.
"""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from revplan.formula.compiled import Int, inlined

Words: TypeAlias = npt.NDArray[np.uint64]

WIN, AMOUNT, SLIP, OTHER = range(4)
"""The lanes: what a number decides, so that no two decisions about a deal share one."""

CERTAIN = 2**53
"""A chance is a whole number of 2^-53: 0 never comes true, and this one always does."""

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def _mix(word: Any) -> Any:
    """64 bits, each of which depends on all bits of `word` (or each of an array of words): the finish of
    splitmix64."""
    word = (word ^ (word >> np.uint64(30))) * _FIRST
    word = (word ^ (word >> np.uint64(27))) * _SECOND
    return word ^ (word >> np.uint64(31))


mixed = inlined(_mix)


@inlined
def mix64(stream: np.uint64, trial: Int) -> np.uint64:
    """The stream's 64 bits for a trial (0 or more)."""
    word: np.uint64 = mixed(stream + (np.uint64(trial) + np.uint64(1)) * _GOLDEN)
    return word


@inlined
def comes_true(word: np.uint64, chance: np.uint64) -> np.bool_:
    """Whether something comes true that has that chance, in 2^-53."""
    return (word >> np.uint64(11)) < chance


@inlined
def below(word: np.uint64, number: Int) -> np.int64:
    """A whole number from 0 to `number` − 1, each as likely (to number · 2^-32)."""
    return np.int64(((word >> np.uint64(32)) * np.uint64(number)) >> np.uint64(32))


def streams(seed: int, ids: Iterable[str], lane: int) -> Words:
    """The stream of each id in a lane; an id has the same whatever others there are."""
    return streams_of(seed, keys(ids), lane)


def keys(ids: Iterable[str]) -> Words:
    """What each id is known by in every lane."""
    return np.array([_key(each) for each in ids], np.uint64)


def streams_of(seed: int, known_by: Words, lane: int) -> Words:
    """The same of ids by their keys."""
    start = np.array([seed % 2**64], np.uint64)
    with np.errstate(over="ignore"):
        salted: Words = _mix(start + np.uint64(lane + 1) * _GOLDEN)
        found: Words = _mix(known_by ^ salted)
    return found


def chances(probabilities: Iterable[float]) -> Words:
    """Probabilities from 0 to 1 as `comes_true` takes them."""
    found: Words = np.rint(np.clip(np.fromiter(probabilities, float), 0, 1) * CERTAIN).astype(np.uint64)
    return found


def _key(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")

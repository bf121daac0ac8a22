"""Whole-number arithmetic for loops over arrays, compiled where numba is installed.

The same functions run uncompiled, slowly, where it is not (it has no wheels for some platforms): the tests
hold there too, and whoever has many rows asks `COMPILED` first.
"""

from collections.abc import Callable
from typing import TypeAlias, TypeVar, cast

import numpy as np
import numpy.typing as npt

Int: TypeAlias = int | np.int64
Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]

_F = TypeVar("_F", bound=Callable[..., object])

try:
    import numba
except ImportError:  # no wheel for this platform
    COMPILED = False
    """Whether loops run as machine code."""

    def compiled(function: _F) -> _F:
        """The function as it is; numbers wrap silently, as they do in machine code."""
        wrapping: _F = np.errstate(over="ignore")(function)
        return wrapping

else:
    COMPILED = True

    def compiled(function: _F) -> _F:
        """The function as machine code, kept on disk; it lets other threads run meanwhile."""
        return cast(_F, numba.njit(cache=True, nogil=True)(function))


MOST_DIVISOR = 2**61
"""Divisors of `quotient` are below this."""

MOST_QUOTIENT = 2.0**50
"""Quotients of `quotient` are below this: 11 million million in cents."""


@compiled
def quotient(a: Int, b: Int, d: Int) -> tuple[Int, Int]:
    """a·b / d as (whole quotient, remainder); (−1, 0) where the quotient would reach 2^50.

    a, b are int64 of 0 or more, 0 < d < 2^61; a·b may have 126 bits. A float only guesses the quotient: four
    roundings and a division of 2^-53 each leave it less than 1 off below 2^50. The remainder is then exact,
    since a·b − q·d wraps at 2^64 and lies between −d and 2·d, and it corrects the guess.
    """
    guess = float(a) * float(b) / float(d)
    if guess >= MOST_QUOTIENT:
        return np.int64(-1), np.int64(0)
    q = np.int64(guess)
    r = np.int64(a) * np.int64(b) - q * np.int64(d)
    if r < 0:
        q -= 1
        r += d
    elif r >= d:
        q += 1
        r -= d
    return q, r


@compiled
def rounded(a: Int, b: Int, d: Int) -> Int:
    """a·b / d rounded to a whole number, half away from zero, of what `quotient` takes; −1 as there."""
    q, r = quotient(a, b, d)
    return q + 1 if q >= 0 and r >= d - r else q

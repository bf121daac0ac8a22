"""Whole-number arithmetic for loops over arrays, compiled where numba is installed.

The same functions run uncompiled, slowly, where it is not (it has no wheels for some platforms): the tests
hold there too, and whoever has many rows asks `COMPILED` first.
"""

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar, cast

import numpy as np
import numpy.typing as npt

Int: TypeAlias = int | np.int64
Ints: TypeAlias = npt.NDArray[np.int64]
Places: TypeAlias = npt.NDArray[np.int32]
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

    def inlined(function: _F) -> _F:
        """The function as it is."""
        return function

    called = compiled

else:
    COMPILED = True
    _OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}

    def compiled(function: _F) -> _F:
        """The function as machine code, kept on disk; it lets other threads run meanwhile.

        It fills arrays that it is given: without counting references to arrays (`_nrt`), of which numba
        counts every mention, the loops take two thirds of the time.
        """
        return cast(_F, numba.njit(**_OPTIONS)(function))

    def inlined(function: _F) -> _F:
        """A function that becomes part of the loop that calls it: a call would cost more than it does."""
        return cast(_F, numba.njit(inline="always", error_model="numpy")(function))

    def called(function: _F) -> _F:
        """A function that compiled ones call; its machine code is kept with theirs."""
        return cast(_F, numba.njit(**{**_OPTIONS, "cache": False})(function))

"""Work that keeps a reader waiting: whoever draws for readers says here how they are told of it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Literal

Work = Literal["opening", "calculating"]
"""opening: the workspace, which the first start fills with the sample company; calculating: pay."""

Telling = Callable[[Work], AbstractContextManager[object]]

_telling: list[Telling] = []
_is_told: ContextVar[bool] = ContextVar("is_told", default=False)


def tell_with(telling: Telling) -> None:
    """From now on `telling(work)` is open while work goes on; before that, nobody is told."""
    _telling[:] = [telling]


@contextmanager
def told(work: Work) -> Iterator[None]:
    """To be open while `work` goes on. Work inside of other work is not told of by itself."""
    silent = _is_told.get() or not _telling
    token = _is_told.set(True)
    try:
        with nullcontext() if silent else _telling[0](work):
            yield
    finally:
        _is_told.reset(token)

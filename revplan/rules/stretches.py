"""The parts of one payment period as stretches of whole lines, so that several can be made at a time."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:  # which loads the compiler
    from revplan.formula.compiled import Ints

ROWS_IN_ALL = 131_072
"""About how many rows a stretch has: more where a single line has them."""

ROWS_AT_ONCE = 16_384
"""How many of them are put together at a time."""


@dataclass(frozen=True)
class Stretch:
    """Lines from `first_line` (a line_id) up to where the next stretch begins.

    `rows` makes their parts, as `PARTS` by line and position, in batches; from any thread.
    """

    first_line: int
    rows: Callable[[], Iterator[pa.RecordBatch]]


TakeParts = Callable[[str, Iterable[Stretch]], None]
"""Takes the parts of one payment period: its label, and its lines that have parts, in order."""


def cuts(first: "Ints") -> Iterator[tuple[int, int]]:
    """Where stretches begin and end, as places of lines: line i has the rows from first[i] to first[i + 1].

    Depends on nothing else, so that the same parts are cut in the same places. None is without rows.
    """
    begins = np.flatnonzero(np.diff(first[:-1] // ROWS_IN_ALL, prepend=-1))
    ends = np.append(begins[1:], len(first) - 1)
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        if first[begin] < first[end]:
            yield begin, end


def stretches_of(parts: pa.Table) -> Iterator[Stretch]:
    """The stretches of a period's parts that are held at once, by line and position."""
    ids, counts = np.unique(parts["line_id"].to_numpy(), return_counts=True)
    first = np.append(0, np.cumsum(counts))
    for begin, end in cuts(first):
        rows = parts.slice(first[begin], first[end] - first[begin])
        yield Stretch(int(ids[begin]), partial(_batches, rows))


def _batches(rows: pa.Table) -> Iterator[pa.RecordBatch]:
    yield from rows.combine_chunks().to_batches(ROWS_AT_ONCE)

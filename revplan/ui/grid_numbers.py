"""Numbers in grids and number fields: what is shown is a float, what comes back is exact."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd


def padded(values: Sequence[Decimal | None], size: int) -> pd.Series:
    """A grid's column of `size` numbers; an empty cell where there is none."""
    numbers = [shown(value) for value in values][:size]
    return pd.Series([*numbers, *[None] * (size - len(numbers))], dtype="float64")


def shown(value: Decimal | None, scale: int = 1) -> float | None:
    """For the screen only: what is typed over it comes back through `typed`."""
    return None if value is None else float(value * scale)


def typed(value: Any) -> Decimal | None:
    """What a grid or a number field holds, exactly as it reads there; None for an empty cell."""
    if value is None or value != value:  # NaN: pandas' nothing
        return None
    return Decimal(repr(float(value))).normalize() + 0

"""Numbers of a plan's document, which holds them as text: read exactly, written exactly."""

from decimal import Decimal, InvalidOperation
from typing import Any

from revplan.model.record_text import number_text
from revplan.ui.grid_numbers import typed


def number(value: Any) -> Decimal | None:
    """A number of a document, None where it has none that can be read."""
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None


def as_text(value: Any, scale: int) -> str | None:
    """What a grid or a number field holds, exactly, as a document keeps it: divided by the scale shown."""
    found = typed(value)
    return None if found is None else number_text(found / scale)

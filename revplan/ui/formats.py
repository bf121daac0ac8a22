"""Numbers, money, dates and periods for pages, by the reader's language: those of `words.formats`."""

from revplan.words.formats import (
    NOTHING,
    amount,
    compact_count,
    compact_money,
    count,
    day,
    listed,
    moment,
    money,
    multiple,
    number,
    percent,
    period,
)

__all__ = [
    "NOTHING",
    "amount",
    "compact_count",
    "compact_money",
    "count",
    "day",
    "listed",
    "moment",
    "money",
    "multiple",
    "number",
    "percent",
    "period",
]

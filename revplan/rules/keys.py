"""Conditions on deals in order of precedence: the most specific that a deal meets wins, a tie is refused.

More conditions are more specific than fewer (`from` and `to` together are one). Of as many, those that
lie within the others are. Where neither holds and a deal can meet both, it is a tie, unless an entry
that is more specific than both takes every such deal.
"""

from collections.abc import Sequence
from typing import Any

from revplan.model.deals import Which

_LISTS = ("products", "segments", "kinds")
_LEAST = ("min_term_months", "min_amount")


def conditions_of(which: Which) -> int:
    """How many conditions there are."""
    given = sum(bool(getattr(which, name)) for name in _LISTS)
    given += sum(getattr(which, name) is not None for name in (*_LEAST, "max_discount"))
    return given + (which.from_ is not None or which.to is not None)


def within(which: Which, other: Which) -> bool:
    """Whether every deal that meets the one meets the other too, by their conditions alone."""
    for name in _LISTS:
        mine, theirs = getattr(which, name), getattr(other, name)
        if theirs and (not mine or not set(mine) <= set(theirs)):
            return False
    for name in (*_LEAST, "from_"):
        mine, theirs = getattr(which, name), getattr(other, name)
        if theirs is not None and (mine is None or mine < theirs):
            return False
    for name in ("max_discount", "to"):
        mine, theirs = getattr(which, name), getattr(other, name)
        if theirs is not None and (mine is None or mine > theirs):
            return False
    return True


def both(which: Which, other: Which) -> Which | None:
    """The conditions of deals that meet the one and the other; None where no deal can."""
    met: dict[str, Any] = {}
    for name in _LISTS:
        mine, theirs = getattr(which, name), getattr(other, name)
        met[name] = tuple(each for each in mine if each in theirs) if mine and theirs else mine or theirs
        if (mine or theirs) and not met[name]:
            return None
    for names, narrower in (((*_LEAST, "from_"), max), (("max_discount", "to"), min)):
        for name in names:
            given = [value for value in (getattr(which, name), getattr(other, name)) if value is not None]
            met[name] = narrower(given) if given else None
    start, end = met["from_"], met["to"]
    if start is not None and end is not None and start >= end:
        return None
    return Which(**met)


def ranked(entries: Sequence[Which]) -> list[int]:
    """The places of the entries, from 0, most specific first."""

    def rank(place: int) -> tuple[int, int, int]:
        mine = entries[place]
        wider = sum(within(mine, other) and not within(other, mine) for other in entries)
        return -conditions_of(mine), -wider, place

    return sorted(range(len(entries)), key=rank)


def first_tie(entries: Sequence[Which]) -> tuple[int, int] | None:
    """The places, from 0, of two entries of which neither wins a deal that meets both; None without any."""
    for one, mine in enumerate(entries):
        for two in range(one + 1, len(entries)):
            other = entries[two]
            shared = both(mine, other)
            if shared is None or _wins(mine, other) or _wins(other, mine):
                continue
            if not any(_wins(e, mine) and _wins(e, other) and within(shared, e) for e in entries):
                return one, two
    return None


def _wins(which: Which, other: Which) -> bool:
    """Whether an entry is more specific than another."""
    mine, theirs = conditions_of(which), conditions_of(other)
    return mine > theirs or (mine == theirs and within(which, other) and not within(other, which))

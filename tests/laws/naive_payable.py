"""What a deal pays on, worked out entry by entry: the independent calculator's own way."""

from collections.abc import Callable
from fractions import Fraction

from revplan.model.deals import Factor, KeyedRate, PaysOn
from revplan.model.plan import Component, Keyed

Entry = Factor | KeyedRate


def pays_on_another(component: Component) -> bool:
    """Whether deals pay on anything but what they count."""
    return component.pays_on != PaysOn() or isinstance(component.table, Keyed)


def factor_of(component: Component, meets: Callable[[Entry], bool]) -> Fraction:
    """Of the entries that a deal meets, that with most conditions; of as many, the narrowest."""
    table, pays_on = component.table, component.pays_on
    entries: tuple[Entry, ...] = table.rates if isinstance(table, Keyed) else pays_on.factors
    met = [entry for entry in entries if meets(entry)]
    if not met:
        return Fraction(table.otherwise if isinstance(table, Keyed) else pays_on.otherwise)
    most = max(map(_number, met))
    best = [entry for entry in met if _number(entry) == most]
    narrowest = [one for one in best if all(one is other or _is_narrower(one, other) for other in best)]
    assert len(narrowest) == 1, f"a tie of {best}"
    won = narrowest[0]
    return Fraction(won.rate if isinstance(won, KeyedRate) else won.factor)


def _number(entry: Entry) -> int:
    """How many conditions an entry has; its dates are one."""
    said = entry.model_dump(exclude={"rate", "factor"}, exclude_defaults=True).keys()
    return len(said) - ({"from_", "to"} <= said)


def _is_narrower(one: Entry, other: Entry) -> bool:
    """Whether every condition of the other holds wherever the one does, but not the other way round."""
    return _implies(one, other) and not _implies(other, one)


def _implies(one: Entry, other: Entry) -> bool:
    for name in ("products", "segments", "kinds"):
        mine, theirs = set(getattr(one, name)), set(getattr(other, name))
        if theirs and not (mine and mine <= theirs):
            return False
    for name, sign in (
        ("min_term_months", 1), ("min_amount", 1), ("from_", 1), ("max_discount", -1), ("to", -1)
    ):  # fmt: skip
        mine, theirs = getattr(one, name), getattr(other, name)
        if theirs is None:
            continue
        if mine is None or (mine < theirs if sign > 0 else mine > theirs):
            return False
    return True

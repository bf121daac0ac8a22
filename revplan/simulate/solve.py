"""Which levers, and how far, meet an aim: a few good scenarios on the frontier of what can be had at once.

Each try is a scenario paid by the engine, so what is found is what would be paid. The search is the same
every time: first each lever by itself and points spread evenly over all of them (Halton's sequence), then
small steps around the best ones, halved when nothing gets better. It proves nothing beyond what it tried.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from revplan.model.scenario import Scenario

Aimed = Literal["cost_share", "cost", "near_quota", "at_quota", "worst_loss", "missing_share"]
"""What an aim is about: cost ÷ result; cost (minor units); people at 80-120% of quota, and at or above it,
÷ people; one person's greatest loss against the baseline ÷ what that was; cost while the company missed its
target ÷ cost."""


How = Literal["at_least", "at_most", "exactly"]


@dataclass(frozen=True)
class Lever:
    """A change with one number, as a scenario's document says it: `at(value)`, `low` to `high` by `step`.
    `neutral` is the value at which it changes nothing.
    """

    key: str
    at: Callable[[Fraction], Mapping[str, Any]]
    low: Fraction
    high: Fraction
    step: Fraction
    neutral: Fraction = Fraction(1)

    def snapped(self, value: Fraction) -> Fraction:
        """The nearest value that the lever can take."""
        steps = round((value - self.low) / self.step)
        return min(self.high, max(self.low, self.low + steps * self.step))


@dataclass(frozen=True)
class Aim:
    """`of` is to be at least or at most `value`, or exactly it (as near as can be)."""

    of: Aimed
    how: How
    value: Fraction

    def missed_by(self, measured: "Measured") -> Fraction:
        """How far off, as a part of the value (or of 1, where that is 0); 0 when it is met."""
        found = measured.of(self.of)
        if found is None:
            return Fraction(10)
        gap = found - self.value
        if (self.how == "at_least" and gap >= 0) or (self.how == "at_most" and gap <= 0):
            return Fraction(0)
        return abs(gap) / (abs(self.value) or 1)


@dataclass(frozen=True)
class Measured:
    """What a scenario comes to; None where it is not defined."""

    cost: int
    cost_share: Fraction | None
    near_quota: Fraction | None
    at_quota: Fraction | None
    worst_loss: Fraction
    missing_share: Fraction

    def of(self, aimed: Aimed) -> Fraction | None:
        """The figure that an aim is about."""
        found: Fraction | int | None = getattr(self, aimed)
        return None if found is None else Fraction(found)


@dataclass(frozen=True)
class Found:
    """A try: each lever's value by key, the scenario, what it comes to, by how much it misses the aims."""

    values: Mapping[str, Fraction]
    scenario: Scenario
    measured: Measured
    missed_by: Fraction
    moved: Fraction  # how far the levers are from neutral, as parts of their ranges, added

    @property
    def scores(self) -> tuple[Fraction, ...]:
        """Less is better in each: the aims, pay while missing, the greatest loss, how much changes."""
        return (self.missed_by, self.measured.missing_share, self.measured.worst_loss, self.moved)


_FINEST = Fraction(1, 256)
"""The smallest step around what is best, as a part of a lever's range."""

TOLERANCE = Fraction(1, 200)
"""An exact aim is met within half a percent of its value: levers move in steps."""


def solve(
    plan_set: str,
    levers: Sequence[Lever],
    aims: Sequence[Aim],
    measure: Callable[[Scenario], Measured],
    tries: int = 160,
    told: Callable[[int, int], bool] = lambda done, of: True,
) -> tuple[Found, ...]:
    """The frontier of what was found, best first: at most five tries, none better than another in all scores.

    Where some try meets all aims, only those that do are offered; else those that come nearest. `told` hears
    how many tries are done, and of how many; when it says False the search ends with what it has.
    """
    search = _Search(plan_set, tuple(levers), tuple(aims), measure, tries, told)
    for values in _starts(levers):
        search.look(values)
    size = Fraction(1, 4)
    while search.goes_on and size >= _FINEST:
        before = search.best()
        for centre in search.frontier()[:3]:
            for lever in levers:
                for sign in (1, -1):
                    value = centre.values[lever.key] + sign * size * (lever.high - lever.low)
                    search.look({**centre.values, lever.key: lever.snapped(value)})
        if search.best() == before:
            size /= 2
    return search.frontier()


class _Search:
    """What has been tried; nothing is tried twice."""

    def __init__(
        self,
        plan_set: str,
        levers: tuple[Lever, ...],
        aims: tuple[Aim, ...],
        measure: Callable[[Scenario], Measured],
        tries: int,
        told: Callable[[int, int], bool],
    ) -> None:
        self._plan_set, self._levers, self._aims = plan_set, levers, aims
        self._measure, self._tries, self._told = measure, tries, told
        self._found: dict[tuple[Fraction, ...], Found] = {}
        self._stopped = False

    @property
    def goes_on(self) -> bool:
        """Whether there are tries left, and somebody still waits."""
        return not self._stopped and len(self._found) < self._tries

    def look(self, values: Mapping[str, Fraction]) -> None:
        """Try these values, unless they have been tried or the search has ended."""
        key = tuple(values[lever.key] for lever in self._levers)
        if key in self._found or not self.goes_on:
            return
        moved = [lever for lever in self._levers if values[lever.key] != lever.neutral]
        changes = [lever.at(values[lever.key]) for lever in moved]
        said = {"id": "solved", "name": "solved", "plan_set": self._plan_set, "change": changes}
        scenario = Scenario.model_validate(said)
        measured = self._measure(scenario)
        missed = sum((aim.missed_by(measured) for aim in self._aims), Fraction(0))
        missed = Fraction(0) if missed <= TOLERANCE else missed
        far = sum(
            (abs(values[lever.key] - lever.neutral) / (lever.high - lever.low) for lever in moved),
            Fraction(0),
        )
        self._found[key] = Found(dict(values), scenario, measured, missed, far)
        self._stopped = not self._told(len(self._found), self._tries)

    def best(self) -> Found | None:
        """The try that misses least, then changes least."""
        return min(self._found.values(), key=lambda each: (each.missed_by, each.moved), default=None)

    def frontier(self) -> tuple[Found, ...]:
        """Up to five tries that nothing beats in every score, the least missed first."""
        tried = sorted(self._found.values(), key=lambda each: (*each.scores, sorted(each.values.items())))
        if any(not each.missed_by for each in tried):
            tried = [each for each in tried if not each.missed_by]
        kept: list[Found] = []
        for each in tried:
            equal = any(other.scores == each.scores for other in kept)
            if not equal and not any(_beats(other, each) for other in tried):
                kept.append(each)
        return tuple(kept[:5])


def _beats(one: Found, other: Found) -> bool:
    pairs = list(zip(one.scores, other.scores, strict=True))
    return all(a <= b for a, b in pairs) and any(a < b for a, b in pairs)


def _starts(levers: Sequence[Lever]) -> Iterator[dict[str, Fraction]]:
    """Nothing moved; each lever at five places by itself; then points spread over all of them."""
    neutral = {lever.key: lever.neutral for lever in levers}
    yield neutral
    for lever in levers:
        for part in (Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(1)):
            yield {**neutral, lever.key: lever.snapped(lever.low + part * (lever.high - lever.low))}
    for number in range(1, 17):
        yield {
            lever.key: lever.snapped(lever.low + _halton(number, base) * (lever.high - lever.low))
            for lever, base in zip(levers, (2, 3, 5, 7, 11, 13, 17, 19, 23, 29), strict=False)
        }


def _halton(number: int, base: int) -> Fraction:
    """The number-th member of Halton's sequence of a base, in (0, 1)."""
    found, part = Fraction(0), Fraction(1)
    while number:
        part /= base
        number, digit = divmod(number, base)
        found += digit * part
    return found

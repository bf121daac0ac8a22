"""Which levers, and how far, meet an aim: a few good scenarios on the frontier of what can be had at once.

Each try is a scenario paid by the engine, so what is found is what would be paid. The search is the same
every time: first each lever by itself and points spread evenly over all of them (Halton's sequence), then
small steps around the best ones, halved when nothing gets better. It proves nothing beyond what it tried.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import cycle
from math import dist
from typing import Any

from revplan.model.question import Aimed, How
from revplan.model.scenario import Scenario

Changes = Sequence[Mapping[str, Any]]
"""Changes as a scenario's document says them."""


@dataclass(frozen=True)
class Lever:
    """Changes by one number: `at(value)`, `low` to `high` by `step`, both included.

    `neutral` is the value at which it changes nothing; it may lie outside, and `at` is not asked for it.
    The values of a choice stand for things that are not more or less of each other.
    """

    key: str
    at: Callable[[Fraction], Changes]
    low: Fraction
    high: Fraction
    step: Fraction
    neutral: Fraction = Fraction(1)
    is_choice: bool = False

    def snapped(self, value: Fraction) -> Fraction:
        """The nearest value that the lever can take."""
        steps = round((value - self.low) / self.step)
        return min(self.high, max(self.low, self.low + steps * self.step))

    def places(self) -> list[Fraction]:
        """Where to look first: every choice, or five places from end to end."""
        if self.is_choice:
            return [self.low + n for n in range(int(self.high - self.low) + 1)]
        quarters = (self.low + Fraction(n, 4) * (self.high - self.low) for n in range(5))
        return [self.snapped(value) for value in quarters]

    def moved(self, value: Fraction) -> Fraction:
        """How far a value is from what is, as a part of the range; a choice is moved wholly or not."""
        if value == self.neutral:
            return Fraction(0)
        return Fraction(1) if self.is_choice else abs(value - self.neutral) / (self.high - self.low)


TOLERANCE = Fraction(1, 200)
"""An exact aim is met within half a percent of its value: levers move in steps."""


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
        missed = abs(gap) / (abs(self.value) or 1)
        return Fraction(0) if self.how == "exactly" and missed <= TOLERANCE else missed


@dataclass(frozen=True)
class Measured:
    """What a scenario comes to; None where it is not defined, or was not asked for. `fits` is False for
    plans that the plan check refuses: nobody could sign them."""

    cost: int
    cost_share: Fraction | None
    near_quota: Fraction | None
    at_quota: Fraction | None
    worst_loss: Fraction
    missing_share: Fraction
    together: Fraction | None = None
    congruence: Fraction | None = None
    fits: bool = True

    def of(self, aimed: Aimed) -> Fraction | None:
        """The figure that an aim is about."""
        found: Fraction | int | None = getattr(self, aimed)
        return None if found is None else Fraction(found)

    @property
    def pulled_aside(self) -> Fraction:
        """What alignment lacks: 1 − congruence where that was asked for, else what is paid while missing."""
        return self.missing_share if self.congruence is None else 1 - self.congruence


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
        """Less is better in each: the aims missed, cost, alignment lacking, the greatest loss, how much
        changes."""
        measured = self.measured
        return (
            self.missed_by,
            Fraction(measured.cost),
            measured.pulled_aside,
            measured.worst_loss,
            self.moved,
        )


@dataclass(frozen=True)
class Solved:
    """`offered` are at most MOST_OFFERED of the `frontier`, best first; `frontier` is what nothing beats in
    every score among the tries that meet the aims (or, where none does, among all); `tried` are all.
    """

    offered: tuple[Found, ...]
    frontier: tuple[Found, ...]
    tried: tuple[Found, ...]


MOST_OFFERED = 5

_ALIKE = 0.02
"""Two plans nearer than this, as a part of the frontier's own ranges, are offered as one."""

_FINEST = Fraction(1, 256)
"""The smallest step around what is best, as a part of a lever's range."""


def solve(
    plan_set: str,
    levers: Sequence[Lever],
    aims: Sequence[Aim],
    measure: Callable[[Scenario], Measured],
    tries: int = 160,
    told: Callable[[int, int], bool] = lambda done, of: True,
) -> Solved:
    """What was found, and what was tried on the way.

    Where some try meets all aims, only those that do are on the frontier; else it is what can be had at all,
    those that come nearest first. Plans that the plan check refuses are never on it. `told` hears how many
    tries are done, and of how many; when it says False the search ends with what it has.
    """
    search = _Search(plan_set, tuple(levers), tuple(aims), measure, tries, told)
    for values in _starts(levers):
        search.look(values)
    size = Fraction(1, 4)
    while search.goes_on and size >= _FINEST:
        before = search.best()
        for centre in offered(search.frontier())[:3]:
            for lever in levers:
                for sign in (1, -1):
                    value = centre.values[lever.key] + sign * size * (lever.high - lever.low)
                    search.look({**centre.values, lever.key: lever.snapped(value)})
        if search.best() == before:
            size /= 2
    frontier = search.frontier()
    return Solved(offered(frontier), frontier, search.tried())


def offered(frontier: Sequence[Found]) -> tuple[Found, ...]:
    """Of a frontier: of what misses least the one that changes least; then, one at a time, what is least like
    those in cost, alignment and loss. At most MOST_OFFERED, what misses least first."""
    if not frontier:
        return ()
    sides = [[float(each.scores[n]) for each in frontier] for n in (1, 2, 3)]
    spans = [max(side) - min(side) or 1.0 for side in sides]
    places = [
        [value / span for value, span in zip(at, spans, strict=True)] for at in zip(*sides, strict=True)
    ]
    first = min(range(len(frontier)), key=lambda n: (frontier[n].missed_by, frontier[n].moved))
    chosen = [first]
    while len(chosen) < min(MOST_OFFERED, len(frontier)):
        apart = [min(dist(place, places[n]) for n in chosen) for place in places]
        most = max(apart)
        if most < _ALIKE:
            break
        chosen.append(apart.index(most))
    return tuple(sorted((frontier[n] for n in chosen), key=lambda each: (each.missed_by, each.moved)))


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

    def tried(self) -> tuple[Found, ...]:
        """Every try, in the order in which they were made."""
        return tuple(self._found.values())

    def look(self, values: Mapping[str, Fraction]) -> None:
        """Try these values, unless they have been tried or the search has ended."""
        key = tuple(values[lever.key] for lever in self._levers)
        if key in self._found or not self.goes_on:
            return
        moved = [lever for lever in self._levers if values[lever.key] != lever.neutral]
        changes = [change for lever in moved for change in lever.at(values[lever.key])]
        said = {"id": "solved", "name": "solved", "plan_set": self._plan_set, "change": changes}
        scenario = Scenario.model_validate(said)
        measured = self._measure(scenario)
        missed = sum((aim.missed_by(measured) for aim in self._aims), Fraction(0))
        far = sum((lever.moved(values[lever.key]) for lever in moved), Fraction(0))
        self._found[key] = Found(dict(values), scenario, measured, missed, far)
        self._stopped = not self._told(len(self._found), self._tries)

    def best(self) -> Found | None:
        """The try that misses least, then changes least."""
        usable = (each for each in self._found.values() if each.measured.fits)
        return min(usable, key=lambda each: (each.missed_by, each.moved), default=None)

    def frontier(self) -> tuple[Found, ...]:
        """What nothing beats in every score, the least missed first; one of those with the same scores."""
        usable = [each for each in self._found.values() if each.measured.fits]
        tried = sorted(usable, key=lambda each: (*each.scores, sorted(each.values.items())))
        if any(not each.missed_by for each in tried):
            tried = [each for each in tried if not each.missed_by]
        kept: dict[tuple[Fraction, ...], Found] = {}
        for each in tried:
            # In this order nothing that comes later can beat what came before.
            if each.scores not in kept and not any(_beats(other, each) for other in kept.values()):
                kept[each.scores] = each
        return tuple(kept.values())


def _beats(one: Found, other: Found) -> bool:
    pairs = list(zip(one.scores, other.scores, strict=True))
    return all(a <= b for a, b in pairs) and any(a < b for a, b in pairs)


def _starts(levers: Sequence[Lever]) -> Iterator[dict[str, Fraction]]:
    """Nothing moved; each lever at a few places by itself; then points spread over all of them."""
    neutral = {lever.key: lever.neutral for lever in levers}
    yield neutral
    for lever in levers:
        for value in lever.places():
            yield {**neutral, lever.key: value}
    for number in range(1, 17):
        yield {
            lever.key: lever.snapped(lever.low + _halton(number, base) * (lever.high - lever.low))
            for lever, base in zip(levers, cycle(_BASES), strict=False)
        }


_BASES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71)
"""A prime for each lever, so that no two move in step; beyond twenty levers some do."""


def _halton(number: int, base: int) -> Fraction:
    """The number-th member of Halton's sequence of a base, in (0, 1)."""
    found, part = Fraction(0), Fraction(1)
    while number:
        part /= base
        number, digit = divmod(number, base)
        found += digit * part
    return found

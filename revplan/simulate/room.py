"""Whether the numbers of trials fit 64 bits: bounded before the first trial, so that none is cut in any.

Only what a trial really multiplies is held against its factor: what deals are credited with and worth comes
out × a factor of their spread, and the ARR that accounts gain × a million. All else is only added up.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from revplan.formula.kernels import ROOM
from revplan.money import MILLION

Bundle = Sequence[tuple[int, int]]
"""What comes true together: (slot, amount)."""


def within_room(
    scaled: Sequence[Bundle],
    fixed: Sequence[Bundle],
    worth: Sequence[int],
    choices: Iterable[Sequence[int]],
    ratios: Iterable[Iterable[int]],
    factor: int,
) -> bool:
    """Whether all products and sums of a trial are below ROOM.

    One at most of each of `choices` comes true: numbers of bundles, each with amounts and a `worth` that are
    scaled by up to `factor` millionths (a million or more), and `fixed` ones. `ratios` are the slots of the
    accounts behind each ratio.
    """
    everything = [*worth, *(n for bundles in (scaled, fixed) for bundle in bundles for _, n in bundle)]
    if (sum(map(abs, everything)) + len(everything)) * factor < ROOM:
        return True  # even if all came true at once
    sums: dict[int, int] = defaultdict(int)
    revenue = 0
    for among in choices:
        most: dict[int, int] = defaultdict(int)
        for bundle in among:
            if max(abs(n) for n in (worth[bundle], *(n for _, n in scaled[bundle]))) * factor >= ROOM:
                return False
            here: dict[int, int] = defaultdict(int)
            for slot, amount in scaled[bundle]:
                here[slot] += -(-abs(amount) * factor // MILLION)
            for slot, amount in fixed[bundle]:
                here[slot] += abs(amount)
            for slot, amount in here.items():
                most[slot] = max(most[slot], amount)
        revenue += max((-(-abs(worth[each]) * factor // MILLION) for each in among), default=0)
        for slot, amount in most.items():
            sums[slot] += amount
    of_ratios = max((sum(sums[slot] for slot in slots) for slots in ratios), default=0)
    return max(revenue, sum(sums.values()), of_ratios * MILLION) < ROOM

"""What trials draw, and what comes with it: each way of winning a deal, and what goes on by itself."""

from collections.abc import Iterable, Sequence

import numpy as np

from revplan.formula.compiled import Ints
from revplan.issues import Unfit
from revplan.model.forecast import OpenDeal, Spread
from revplan.money import MILLION, round_half_away
from revplan.simulate.drawn import activity_name, block_name, factors_of, spread_of
from revplan.simulate.draws import chances, keys
from revplan.simulate.moves import Stakes
from revplan.simulate.room import Bundle, within_room
from revplan.simulate.trial_inputs import Adds, Luck

Entries = Sequence[tuple[int, int]]
"""(slot, amount)"""

SLIPPED, RENEWALS, PIPELINE, NEW, ACTIVITY = "slip", "renewals", "pipeline", "new", "activity"
"""Drivers: deals that slip out of the horizon, renewals; and, by team as `pipeline:<team>` and `new:<team>`,
open deals and business that is not there yet. `activity` is what goes on by itself; it brings no revenue."""


def luck_of(stakes: Stakes) -> tuple[Luck, Adds, tuple[str, ...]]:
    """What is drawn, what comes with it, and the drivers. Raises Unfit when a number does not fit."""
    future = stakes.future
    forecast, deals, bundles = future.forecast, future.deals, _Bundles()
    way: list[list[int]] = []
    bundles.driver_of(SLIPPED)
    for number, (deal, lands) in enumerate(zip(deals, future.lands, strict=True)):
        months = {month: future.won[number, month].id for month in sorted(set(lands)) if month >= 0}
        driver = bundles.driver_of(_driver(deal))
        ways = {
            month: bundles.add(
                stakes.adds.get(won, ()), stakes.fixed.get(won, ()), stakes.worth.get(won, 0), driver
            )
            for month, won in months.items()
        }
        if -1 in lands:
            # What it would have brought, were it won in its first month.
            worth = next((stakes.worth.get(won, 0) for won in months.values()), 0)
            ways[-1] = bundles.add((), (), worth, bundles.driver_of(SLIPPED))
        bundles.choices.append(list(ways.values()))
        way.append([ways[month] for month in lands])
    names = []
    for block in future.blocks:
        names.append(block_name(future, block))
        driver = bundles.driver_of(f"{NEW}:{block.team}")
        drawn = []
        for past in block.pasts:
            added = [entry for won in past for entry in stakes.adds.get(won.id, ())]
            fixed = [entry for won in past for entry in stakes.fixed.get(won.id, ())]
            total = sum(stakes.worth.get(won.id, 0) for won in past)
            scaled = [(slot, round_half_away(n * block.factor)) for slot, n in added]
            drawn.append(bundles.add(scaled, fixed, round_half_away(total * block.factor), driver))
        bundles.choices.append(drawn)
    for month, flows in enumerate(stakes.flows):
        if any(flows):
            names.append(activity_name(future, month))
            driver = bundles.driver_of(ACTIVITY)
            bundles.choices.append([bundles.add((), flow, 0, driver) for flow in flows])
    factors, factor_at, among = _factors(forecast.spreads, deals)
    if not bundles.fit(stakes, max(factors)):
        raise Unfit("simulated_too_large")
    of_blocks = bundles.choices[len(deals) :]
    luck = Luck(
        keys(deal.id for deal in deals),
        chances(float(deal.probability) for deal in deals),
        _ints(factor_at),
        _ints(among),
        _ints(factors),
        np.array(way, np.int64).reshape(len(deals), len(forecast.slip.days)),
        keys(names),
        _ints(drawn[0] for drawn in of_blocks),
        _ints(len(drawn) for drawn in of_blocks),
    )
    return luck, bundles.adds(max(stakes.slots, 1)), tuple(bundles.drivers)


class _Bundles:
    """What comes true together, one bundle after the other; and of which `choices` one comes true each."""

    def __init__(self) -> None:
        self.drivers: dict[str, int] = {}
        self.choices: list[list[int]] = []
        self._scaled: list[Bundle] = []
        self._fixed: list[Bundle] = []
        self._worth: list[int] = []
        self._driver: list[int] = []

    def driver_of(self, name: str) -> int:
        """The number of a driver."""
        return self.drivers.setdefault(name, len(self.drivers))

    def add(self, scaled: Entries, fixed: Entries, worth: int, driver: int) -> int:
        """The number of a new bundle of (slot, amount), each slot once."""
        self._scaled.append(_merged(scaled))
        self._fixed.append(_merged(fixed))
        self._worth.append(worth)
        self._driver.append(driver)
        return len(self._worth) - 1

    def fit(self, stakes: Stakes, factor: int) -> bool:
        """Whether all that trials make of them fits (see `room.within_room`)."""
        of_ratios = [[slot for slot, *_ in accounts] for accounts in stakes.ratios]
        return within_room(self._scaled, self._fixed, self._worth, self.choices, of_ratios, factor)

    def adds(self, slots: int) -> Adds:
        """All bundles as arrays, with so many slots."""
        parts = [part for pair in zip(self._scaled, self._fixed, strict=True) for part in pair]
        edges = np.cumsum([0, *map(len, parts)]).astype(np.int64)
        entries = np.array([entry for part in parts for entry in part], np.int64).reshape(-1, 2)
        slot, amount = (np.ascontiguousarray(entries[:, side]) for side in (0, 1))
        at, fixed = edges[::2].copy(), edges[1::2].copy()
        return Adds(at, fixed, slot, amount, _ints(self._worth), _ints(self._driver), slots)


def _merged(entries: Entries) -> Bundle:
    """Each slot once."""
    if len(dict(entries)) == len(entries):
        return tuple(entries)
    found: dict[int, int] = {}
    for slot, amount in entries:
        found[slot] = found.get(slot, 0) + amount
    return tuple(found.items())


def _driver(deal: OpenDeal) -> str:
    return RENEWALS if deal.kind == "renewal" else f"{PIPELINE}:{deal.team}"


def _factors(spreads: Sequence[Spread], deals: Sequence[OpenDeal]) -> tuple[list[int], list[int], list[int]]:
    """Factors in millionths, by kind and segment; and where each deal's begin, and how many it has."""
    factors: list[int] = [MILLION]
    known: dict[tuple[str, str], tuple[int, int]] = {}
    for deal in deals:
        if (deal.kind, deal.segment) not in known:
            outcomes = factors_of(spread_of(spreads, deal))
            known[deal.kind, deal.segment] = len(factors), len(outcomes)
            factors += outcomes
    each = [known[deal.kind, deal.segment] for deal in deals]
    return factors, [at for at, _ in each], [count for _, count in each]


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, np.int64)

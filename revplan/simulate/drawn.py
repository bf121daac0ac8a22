"""One trial's draws: what comes true in it. Which plans pay it plays no part."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from revplan.model.forecast import OpenDeal, Spread
from revplan.money import MILLION, round_half_away
from revplan.simulate.draws import (
    AMOUNT,
    OTHER,
    SLIP,
    WIN,
    below,
    chances,
    comes_true,
    mix64,
    streams,
)
from revplan.simulate.future import CameTrue, Future
from revplan.simulate.ways import NewBlock, Won


def drawn(future: Future, seed: int, trial: int) -> CameTrue:
    """What comes true in a trial (0 or more) of a future under a seed, as `monte_carlo.simulate` draws it."""
    deals, forecast = future.deals, future.forecast
    ids = [deal.id for deal in deals]
    win, amount, slip = (streams(seed, ids, lane) for lane in (WIN, AMOUNT, SLIP))
    chance = chances(float(deal.probability) for deal in deals)

    def word(stream: np.uint64) -> np.uint64:
        return np.uint64(mix64(stream, trial))  # compiled functions give Python's own numbers

    def place(stream: np.uint64, number: int) -> int:
        return int(below(word(stream), number)) if number > 1 else 0

    won: list[tuple[Won, Fraction]] = []
    for at, deal in enumerate(deals):
        if comes_true(word(win[at]), chance[at]):
            month = future.lands[at][place(slip[at], len(future.lands[at]))]
            factors = factors_of(spread_of(forecast.spreads, deal))
            factor = factors[place(amount[at], len(factors))]
            if month >= 0:
                won.append((future.won[at, month], Fraction(factor, MILLION)))
    names = [block_name(future, block) for block in future.blocks]
    for block, stream in zip(future.blocks, streams(seed, names, OTHER), strict=True):
        past = block.pasts[place(stream, len(block.pasts))]
        won += [(each, block.factor) for each in past]
    months = streams(seed, [activity_name(future, month) for month in range(len(future.months))], OTHER)
    alike = len(forecast.alike)
    return CameTrue(tuple(won), tuple(place(each, alike) if alike else -1 for each in months))


def block_name(future: Future, block: NewBlock) -> str:
    """The name under which a block of new business is drawn."""
    return f"new:{block.team}:{future.months[block.month]}"


def activity_name(future: Future, month: int) -> str:
    """The name under which the activity of a coming month is drawn."""
    return f"activity:{future.months[month]}"


def spread_of(spreads: Sequence[Spread], deal: OpenDeal) -> Spread:
    """The narrowest spread: of its kind and segment, its kind, its segment, or of all."""
    for kind, segment in ((deal.kind, deal.segment), (deal.kind, ""), ("", deal.segment), ("", "")):
        for each in spreads:
            if (each.kind, each.segment) == (kind, segment):
                return each
    return Spread()


def factors_of(spread: Spread) -> list[int]:
    """The outcomes of a spread in millionths."""
    return [round_half_away(Fraction(factor) * MILLION) for factor in spread.factors]

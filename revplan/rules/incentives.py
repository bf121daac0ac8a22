"""A component's part of a target incentive, period by period."""

from datetime import date
from fractions import Fraction

from revplan.model.book import Company
from revplan.model.plan import Component
from revplan.money import round_half_away
from revplan.periods import Period
from revplan.rules.presence import Presence


def weight_of(component: Component) -> Fraction:
    """Its weight in the plan, or 1 where it is not paid from the target incentive."""
    return Fraction(component.pays.weight) if component.pays.way == "incentive" else Fraction(1)


class Incentives:
    """A component's part of a target incentive by measured period, for one pattern of spans.

    A period's exact incentive is the component's weight × what `Presence` says of the period. It
    is rounded once, on the running total of the fiscal year, so that twelve months of 60% of 20,000 a
    year add up to 12,000.00. For a component that pays in another way it is the whole incentive, of
    which a floor or cap may be a multiple.
    """

    def __init__(self, company: Company, weight: Fraction, presence: Presence) -> None:
        self._weight = weight
        self._calendar = company.calendar
        self._presence = presence
        self._found: dict[tuple[Period, date], int] = {}

    def of(self, measured: Period, end: date) -> int:
        """Minor units for a measured period, or for its months up to `end`."""
        if (measured, end) not in self._found:
            whole = end == measured.end
            periods = [measured] if whole else list(self._calendar.periods(measured.start, end, "month"))
            self._found[measured, end] = sum(self._rounded(period) for period in periods)
        return self._found[measured, end]

    def _rounded(self, period: Period) -> int:
        year = self._calendar.period_of(period.start, "year")
        earlier = self._calendar.periods(year.start, period.start, period.grain)
        before = sum((self._exact(p) for p in earlier if p.start < period.start), Fraction(0))
        return round_half_away(before + self._exact(period)) - round_half_away(before)

    def _exact(self, period: Period) -> Fraction:
        return self._weight * self._presence.incentive(period)

"""What a plan means in money for the people on it: a typical incentive and a typical quota."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from statistics import median_low

from revplan.issues import Issue
from revplan.metrics.measures import Measure, measure_of, measures
from revplan.model.book import Book
from revplan.model.plan import Component, Counted, PaysIncentive, Plan
from revplan.money import round_half_away
from revplan.periods import MONTHS, Period
from revplan.rules.people import Stint, covers, stints
from revplan.rules.quotas import Quotas, resolve_months


@dataclass(frozen=True)
class Ground:
    """A book with what every check needs of it, worked out once."""

    book: Book

    @cached_property
    def roster(self) -> tuple[Stint, ...]:
        """Everybody in time."""
        return stints(self.book)

    @cached_property
    def _resolved(self) -> tuple[Quotas, list[Issue]]:
        return resolve_months(self.book.company, self.book.targets)

    @property
    def quotas(self) -> Quotas:
        """Every target and portion by month."""
        return self._resolved[0]

    @property
    def target_issues(self) -> list[Issue]:
        """Targets that cannot be resolved."""
        return self._resolved[1]

    @cached_property
    def catalogue(self) -> Mapping[str, Measure]:
        """Measures by name, without manual scores, which any name can have."""
        return measures(self.book.company)

    def measure(self, name: str) -> Measure | None:
        """The measure of that name, or None."""
        try:
            return measure_of(self.book.company, name)
        except KeyError:
            return None

    def covered(self, plan: Plan) -> tuple[Stint, ...]:
        """Stints that the plan covers on at least one day, later versions aside."""
        end = plan.to or date.max
        return tuple(
            stint
            for stint in self.roster
            if max(stint.start, plan.from_) < min(stint.end, end) and covers(plan.assigned, stint)
        )

    def quota(self, counted: Counted, stint: Stint, period: Period) -> int | None:
        """The whole quota of a period, before proration, in stored units; None where there is none."""
        if counted.target is None:
            return None
        owner = self.owner(counted, stint)
        return self.quotas.amount(counted.target, owner, period.start, period.end)

    def owner(self, counted: Counted, stint: Stint) -> str:
        """Whose portion of the target attainment divides by."""
        target = self.quotas.targets.get(counted.target or "")
        return {
            "own": f"payee:{stint.payee_id}",
            "team": f"team:{stint.team_id}",
            "shared": target.owner if target else "company",
        }[counted.scope]

    def typical_quota(self, plan: Plan, component: Component) -> int | None:
        """The middle one of the quotas above 0 in the period of `as_of`, else in the latest with any."""
        target = self.quotas.targets.get(component.target or "")
        if target is None:
            return None
        people = latest(self.covered(plan))
        calendar = self.book.company.calendar
        years = {year.year for year in target.years}
        years |= {year.year for portion in target.portions for year in portion.years}
        ends = [calendar.year(year).end for year in years]
        days = [self.book.company.as_of, *(_day_before(end) for end in sorted(ends, reverse=True))]
        for day in days:
            period = calendar.period_of(day, component.measured_per)
            found = [q for stint in people if (q := self.quota(component, stint, period))]
            if found:
                return median_low(found)
        return None

    def typical_incentive(self, plan: Plan, component: Component) -> int:
        """The middle one of the incentives above 0, of one measured period and by weight; 0 without any."""
        found = [stint.incentive for stint in latest(self.covered(plan)) if stint.incentive > 0]
        return period_incentive(component, median_low(found)) if found else 0


def latest(covered: Iterable[Stint]) -> list[Stint]:
    """Each payee's last stint."""
    return list({stint.payee_id: stint for stint in covered}.values())


def period_incentive(component: Component, annual: int) -> int:
    """The weighted target incentive of one measured period, in minor units, before proration."""
    weight = component.pays.weight if isinstance(component.pays, PaysIncentive) else 0
    return round_half_away(Fraction(weight) * annual * MONTHS[component.measured_per] / 12)


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)

"""How much of a quota and a target incentive holds for who joins, leaves, moves, is away or ramps up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from revplan.model.plan import Plan, Ramp
from revplan.periods import Period, add_months, months_apart
from revplan.rules.people import Span
from revplan.rules.quotas import months_between


def days_in(month: date) -> int:
    """Calendar days of the month that starts on that day."""
    return (add_months(month, 1) - month).days


def employed_days(spans: Sequence[Span], start: date, end: date) -> int:
    """Days of [start, end) that the spans cover; spans of one payee do not overlap."""
    return sum(max(0, (min(span.end, end) - max(span.start, start)).days) for span in spans)


def leave_days(spans: Sequence[Span], start: date, end: date) -> int:
    """Days of [start, end) that the spans cover and on which the payee was on leave."""
    return sum(
        max(0, (min(last, end) - max(first, start)).days) for span in spans for first, last in span.leave
    )


def ramp_share(ramp: Ramp | None, joined: date, month: date) -> Fraction:
    """The share of a month's quota for somebody who joined on a day: 1 without a ramp, or once it is over.

    A month before the ramp starts has its first share.
    """
    if ramp is None:
        return Fraction(1)
    first = joined.replace(day=1)
    if ramp.starts == "first_full_month" and joined.day > 1:
        first = add_months(first, 1)
    number = max(0, months_apart(first, month))
    return Fraction(ramp.quota[number]) if number < len(ramp.quota) else Fraction(1)


@dataclass(frozen=True)
class Presence:
    """A payee's spans on one plan (of any version), read by the rules of the version `plan`."""

    plan: Plan
    spans: tuple[Span, ...]

    def ramped(self, month: date) -> Fraction:
        """The ramp's share of a month, by the day on which the payee had joined by then."""
        following = add_months(month, 1)
        begun = [span for span in self.spans if span.start < following]
        return ramp_share(self.plan.ramp, (begun or self.spans)[-1 if begun else 0].stint.joined, month)

    def quota_share(self, month: date) -> Fraction:
        """The share of a month's quota that is effective: presence × ramp."""
        return self.ramped(month) * self._present(month, leave=self.plan.leave.cuts_quota)

    def quota_is_whole(self, start: date, end: date) -> bool:
        """Whether nothing is cut from a quota in [start, end): the usual case, and quick to tell."""
        if self.plan.ramp is not None:
            return all(self.quota_share(month) == 1 for month in months_between(start, end))
        if self.plan.prorate == "none":
            return True
        whole = employed_days(self.spans, start, end) == (end - start).days
        return whole and not (self.plan.leave.cuts_quota and leave_days(self.spans, start, end))

    def active_days(self, start: date, end: date) -> int | None:
        """Days of the months of [start, end) that count toward the quota; None when a plan counts no days."""
        if self.plan.prorate == "none":
            return None
        leave = self.plan.leave.cuts_quota
        if self.plan.prorate == "days":
            return employed_days(self.spans, start, end) - leave * leave_days(self.spans, start, end)
        months = months_between(start, end)
        return sum(days_in(month) for month in months if self._present(month, leave=leave))

    def incentive(self, period: Period) -> Fraction:
        """The target incentive of a period, not rounded, in minor units.

        By days: each day's annual amount × active days ÷ days of the period. By months: each counted
        month's part of the year, at the average of its days. Not at all: the last amount in the period.
        The ramp, if it cuts the incentive, cuts each month's.
        """
        plan, months = self.plan, months_between(period.start, period.end)
        ramps = plan.ramp is not None and plan.ramp.incentive
        year_share = Fraction(len(months), 12)
        if plan.prorate == "none":
            present = [s for s in self.spans if s.start < period.end and s.end > period.start]
            if not present:
                return Fraction(0)
            share = sum((self.ramped(m) for m in months), Fraction(0)) / len(months) if ramps else 1
            return year_share * present[-1].stint.incentive * share
        if plan.prorate == "months":
            return sum((self._month_incentive(month, ramps) for month in months), Fraction(0)) / 12
        if not ramps:
            return year_share * Fraction(self._incentive_days(period.start, period.end), period.days)
        weighted = sum(
            (self.ramped(month) * self._incentive_days(month, add_months(month, 1)) for month in months),
            Fraction(0),
        )
        return year_share * weighted / period.days

    def _present(self, month: date, *, leave: bool) -> Fraction | int:
        """The share of a month by the plan's proration; `leave` says whether days on leave are cut."""
        if self.plan.prorate == "none":
            return 1
        following, days = add_months(month, 1), days_in(month)
        there = employed_days(self.spans, month, following)
        away = leave_days(self.spans, month, following) if leave else 0
        if self.plan.prorate == "days":
            return Fraction(there - away, days)
        return int(there == days and away < days)  # full months only, of work and of leave

    def _month_incentive(self, month: date, ramps: bool) -> Fraction:
        """A counted month's annual amount; 0 for one that does not count."""
        if not self._present(month, leave=self.plan.leave.cuts_incentive):
            return Fraction(0)
        following = add_months(month, 1)
        weighted = sum(s.stint.incentive * employed_days([s], month, following) for s in self.spans)
        return Fraction(weighted, days_in(month)) * (self.ramped(month) if ramps else 1)

    def _incentive_days(self, start: date, end: date) -> int:
        """Annual amount × active days, added over the spans."""
        leave = self.plan.leave.cuts_incentive
        return sum(
            span.stint.incentive
            * (employed_days([span], start, end) - leave * leave_days([span], start, end))
            for span in self.spans
            if span.start < end and span.end > start
        )

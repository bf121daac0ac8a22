"""The cells of a plan set: payee × component × payment period, with quotas and incentives in force."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby

from revplan.model.book import Company
from revplan.model.plan import Component, Counted, Plan
from revplan.money import round_half_away
from revplan.periods import MONTHS, Period
from revplan.rules.compile import conditions_of
from revplan.rules.people import Span
from revplan.rules.quotas import Quotas

OWNER_OF_ALL = "company"


@dataclass(frozen=True)
class Input:
    """What one input of a cell counts: for whom (an owner as in targets), from when, against what.

    `quota` is effective (stored units, null where there is none), `nominal` before proration.
    """

    owner: str
    start: date
    nominal: int | None
    quota: int | None


@dataclass(frozen=True)
class Cell:
    """One payee's component in one payment period.

    `inputs` follows `counted_of`: the table's input, the multiplier's (if any), then each condition's.
    `excluded` is the reason why the cell pays 0 whatever was credited; "" when it may pay.
    """

    payee_id: str
    payee_name: str
    team_id: str
    measured: Period
    paid: Period
    incentive: int
    excluded: str
    status: str
    inputs: tuple[Input, ...]


@dataclass(frozen=True)
class Column:
    """A component of one plan version, with its cells in order of payee and period."""

    plan: Plan
    component: Component
    cells: tuple[Cell, ...] = field(repr=False)


def counted_of(component: Component) -> tuple[tuple[str, Counted], ...]:
    """A component's inputs under the names that the formula reads: x, m, g0, g1, …"""
    multiplier = [("m", component.multiplier)] if component.multiplier else []
    gates = [(f"g{i}", condition) for i, condition in enumerate(conditions_of(component))]
    return (("x", component), *multiplier, *gates)


def columns(company: Company, quotas: Quotas, spans: tuple[Span, ...]) -> Iterator[Column]:
    """Every component of every plan version that is in force in some payment period.

    A payment period belongs to the version, team and name of its last active day up to its end.
    """
    by_plan = groupby(spans, key=lambda span: span.plan.id)
    for _, of_plan in by_plan:
        by_payee = [list(group) for _, group in groupby(of_plan, key=lambda span: span.stint.payee_id)]
        plans = {span.plan.version: span.plan for payee in by_payee for span in payee}
        for version in sorted(plans):
            plan = plans[version]
            for component in plan.components:
                cells = [
                    cell
                    for payee in by_payee
                    if any(span.plan.version == version for span in payee)
                    for cell in _cells(company, quotas, plan, component, payee)
                ]
                yield Column(plan, component, tuple(cells))


def _cells(
    company: Company, quotas: Quotas, plan: Plan, component: Component, spans: list[Span]
) -> Iterator[Cell]:
    """The cells of one payee. `spans` are all of the payee's under this plan, of any version."""
    calendar = company.calendar
    horizon = company.as_of + timedelta(days=1)
    first, last = spans[0].start, min(max(span.end for span in spans), horizon)
    incentives = _Incentives(plan, spans)
    for paid in (
        calendar.periods(first, last, component.paid_per or component.measured_per) if first < last else ()
    ):
        present = [span for span in spans if span.start < paid.end and span.end > paid.start]
        if not present or present[-1].plan.version != plan.version:
            continue
        stint = present[-1].stint
        measured = calendar.period_of(paid.start, component.measured_per)
        to_date = component.divides_by == "to_date"
        window = Period(measured.start, paid.end, measured.grain, measured.label) if to_date else measured
        yield Cell(
            stint.payee_id,
            stint.name,
            stint.team_id,
            measured,
            paid,
            incentives.of(company, measured, window),
            _excluded(component, quotas, present[-1], paid, company.as_of),
            "final" if paid.end <= horizon else "open",
            tuple(
                _input(company, quotas, plan, component, counted, spans, present[-1], paid)
                for _, counted in counted_of(component)
            ),
        )


def _excluded(component: Component, quotas: Quotas, span: Span, paid: Period, as_of: date) -> str:
    last_day = min(paid.end - timedelta(days=1), as_of)
    if component.eligibility == "at_period_end" and not span.start <= last_day < span.end:
        return "not_employed"
    if component.scope == "shared" and component.target and component.target in quotas.targets:
        day = min(last_day, span.end - timedelta(days=1))
        if not quotas.shares(component.target, span.stint.team_id, day):
            return "not_shared"
    return ""


def _input(
    company: Company,
    quotas: Quotas,
    plan: Plan,
    component: Component,
    counted: Counted,
    spans: list[Span],
    span: Span,
    paid: Period,
) -> Input:
    last_day = paid.end - timedelta(days=1)
    per = company.calendar.period_of(last_day, counted.per or component.measured_per)
    target = quotas.targets.get(counted.target or "")
    owner = {
        "own": f"payee:{span.stint.payee_id}",
        "team": f"team:{span.stint.team_id}",
        "shared": target.owner if target else OWNER_OF_ALL,
    }[counted.scope]
    if target is None:
        return Input(owner, per.start, None, None)
    end = paid.end if component.divides_by == "to_date" else per.end
    nominal = quotas.amount(target.id, owner, per.start, end)
    quota = nominal
    if (
        nominal is not None
        and counted.scope == "own"
        and plan.prorate == "days"
        and quotas.units[target.id] != "ratio"
    ):
        quota = round_half_away(
            Fraction(nominal * active_days(spans, per.start, end), (end - per.start).days)
        )
    return Input(owner, per.start, nominal, quota)


def active_days(spans: Iterable[Span], start: date, end: date) -> int:
    """Days of [start, end) that the spans cover; spans of one payee do not overlap."""
    return sum(max(0, (min(span.end, end) - max(span.start, start)).days) for span in spans)


class _Incentives:
    """A payee's target incentive by measured period under one plan.

    A period's exact incentive is its share of the year × each stint's annual amount × active days ÷
    days (without proration: the last stint's amount). It is rounded on the running total of the fiscal
    year, so that twelve months of 50,000 a year add up to 50,000.00.
    """

    def __init__(self, plan: Plan, spans: list[Span]) -> None:
        self._plan = plan
        self._spans = spans
        self._totals: dict[tuple[date, str], Fraction] = {}

    def of(self, company: Company, measured: Period, window: Period) -> int:
        """Minor units for `measured`, or for its part `window` that begins with it."""
        if window.end < measured.end:
            months = list(company.calendar.periods(window.start, window.end, "month"))
            return sum(self._rounded(company, month) for month in months)
        return self._rounded(company, measured)

    def _rounded(self, company: Company, period: Period) -> int:
        year = company.calendar.period_of(period.start, "year")
        before = self._total(company, year, period.start, period)
        return round_half_away(before + self._exact(period)) - round_half_away(before)

    def _total(self, company: Company, year: Period, end: date, like: Period) -> Fraction:
        """The exact incentive of the year's periods before `end`, of the same grain as `like`."""
        key = (end, like.grain)
        if key not in self._totals:
            earlier = company.calendar.periods(year.start, end, like.grain) if year.start < end else ()
            self._totals[key] = sum((self._exact(period) for period in earlier), Fraction(0))
        return self._totals[key]

    def _exact(self, period: Period) -> Fraction:
        share = Fraction(MONTHS[period.grain], 12)
        if self._plan.prorate == "none":
            present = [s for s in self._spans if s.start < period.end and s.end > period.start]
            return share * present[-1].stint.incentive if present else Fraction(0)
        weighted = sum(
            span.stint.incentive * active_days([span], period.start, period.end) for span in self._spans
        )
        return share * Fraction(weighted, period.days)

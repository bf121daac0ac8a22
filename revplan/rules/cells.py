"""The cells of a plan set: payee × component × payment period, with quotas and incentives in force."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

import pyarrow as pa

from revplan.metrics.measures import measure_of
from revplan.model.book import Company
from revplan.model.plan import Component, Counted, PaysPool, Plan
from revplan.money import MILLION, round_half_away
from revplan.periods import Grain, Period
from revplan.rules.incentives import Incentives, weight_of
from revplan.rules.people import WHOLE, Span, Stint
from revplan.rules.presence import Presence
from revplan.rules.quotas import Quotas, months_between

OWNER_OF_ALL = "company"


class Input(NamedTuple):
    """What one input of a cell counts: for whom (an owner as in targets), from when, against what.

    It counts up to the end of the cell's payment period; the quota is that of [start, end).
    `quota` is effective (stored units, null where there is none), `nominal` before proration and ramp.
    Somebody's own quota is each month's amount × the share of that month (`Presence`), added and rounded
    once: so a season counts as it is, and a portion that is dated itself is not cut twice.
    """

    owner: str
    start: date
    end: date
    nominal: int | None
    quota: int | None

    @property
    def days(self) -> int:
        """Days of [start, end)."""
        return (self.end - self.start).days


class Cell(NamedTuple):
    """One payee's component in one payment period.

    `inputs` follows `counted_of`: the table's input, the multiplier's (if any), then each condition's.
    `active_days` are those of the first input's quota period (None without proration), `ramp_share` is the
    ramp's part of its nominal quota in millionths (None where no ramp acts).
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
    active_days: int | None
    ramp_share: int | None


class _Slot(NamedTuple):
    """What a cell has in common with those of all payees who were on the plan on the same days.

    `span` is the place of its span among the payee's, `incentive_end` where its target incentive ends;
    `windows` are the start and end of each input's quota, and whether nothing is cut from it.
    """

    span: int
    measured: Period
    paid: Period
    incentive_end: date
    excluded: str
    status: str
    windows: tuple[tuple[date, date, bool], ...]
    active_days: int | None


@dataclass(frozen=True)
class Column:
    """A component of one plan version, with its cells in order of payee and period."""

    plan: Plan
    component: Component
    cells: tuple[Cell, ...] = field(repr=False)
    segment: int = WHOLE  # WHOLE where nothing restarts

    @cached_property
    def table(self) -> pa.Table:
        """The cells as rows: who and when, then each input's who, start, end and quota."""
        cells, pays_share = self.cells, self.component.pays.way == "incentive"
        day, text, whole_number = pa.date32(), pa.string(), pa.int64()
        columns: dict[str, pa.Array] = {
            "cell_id": pa.array(range(len(cells)), whole_number),
            "payee_id": pa.array([cell.payee_id for cell in cells], text),
            "payee_name": pa.array([cell.payee_name for cell in cells], text),
            "team_id": pa.array([cell.team_id for cell in cells], text),
            "measured_period": pa.array([cell.measured.label for cell in cells], text),
            "m_start": pa.array([cell.measured.start for cell in cells], day),
            "period": pa.array([cell.paid.label for cell in cells], text),
            "p_start": pa.array([cell.paid.start for cell in cells], day),
            "p_end": pa.array([cell.paid.end for cell in cells], day),
            "own_incentive": pa.array([cell.incentive for cell in cells], whole_number),
            "target_incentive": pa.array([cell.incentive * pays_share for cell in cells], whole_number),
            "excluded": pa.array([cell.excluded for cell in cells], text),
            "status": pa.array([cell.status for cell in cells], text),
            "active_days": pa.array([cell.active_days for cell in cells], whole_number),
            "quota_days": pa.array([cell.inputs[0].days for cell in cells], whole_number),
            "ramp_share": pa.array([cell.ramp_share for cell in cells], whole_number),
        }
        for i, (name, _) in enumerate(counted_of(self.component)):
            inputs = [cell.inputs[i] for cell in cells]
            columns[f"{name}_who"] = pa.array([given.owner.partition(":")[2] for given in inputs], text)
            columns[f"{name}_start"] = pa.array([given.start for given in inputs], day)
            columns[f"{name}_end"] = pa.array([given.end for given in inputs], day)
            columns[f"{name}_nominal"] = pa.array([given.nominal for given in inputs], whole_number)
            columns[f"{name}_quota"] = pa.array([given.quota for given in inputs], whole_number)
        return pa.table(columns)

    def windows(self, name: str) -> set[tuple[date, date]]:
        """The windows [start, end) over which the cells count that input."""
        found = self.table.group_by([f"{name}_start", "p_end"]).aggregate([])
        starts, ends = found[f"{name}_start"].to_pylist(), found["p_end"].to_pylist()
        return set(zip(starts, ends, strict=True))


def counted_of(component: Component) -> tuple[tuple[str, Counted], ...]:
    """A component's inputs under the names that the formula reads: x, m, g0, g1, …; c, a claim on a pool."""
    multiplier = [("m", component.multiplier)] if component.multiplier else []
    gates = [(f"g{i}", condition) for i, condition in enumerate(component.conditions)]
    pays = component.pays
    claim = [("c", pays.claim)] if isinstance(pays, PaysPool) and pays.by == "measure" and pays.claim else []
    return (("x", component), *multiplier, *gates, *claim)


def columns(company: Company, quotas: Quotas, spans: tuple[Span, ...]) -> Iterator[Column]:
    """Every component of every plan version that is in force in some payment period.

    A payment period belongs to the version, team and name of its last active day up to its end. Where
    accumulators restart, each segment has cells of its own, as if it were another plan.
    """
    for _, of_plan in groupby(spans, key=lambda span: span.plan.id):
        by_payee = [list(group) for _, group in groupby(of_plan, key=lambda span: span.stint.payee_id)]
        plans = {span.plan.version: span.plan for payee in by_payee for span in payee}
        segments = sorted({span.segment for payee in by_payee for span in payee})
        for version in sorted(plans):
            plan = plans[version]
            for component in plan.components:
                split = restarts(company, component)
                for segment in segments if split else [WHOLE]:
                    stretches = [
                        [span for span in payee if not split or span.segment == segment] for payee in by_payee
                    ]
                    on_version = [s for s in stretches if any(span.plan.version == version for span in s)]
                    maker = _CellMaker(company, quotas, plan, component)
                    cells = tuple(cell for stretch in on_version for cell in maker.cells(stretch))
                    if cells or segment == segments[0] or not split:
                        yield Column(plan, component, cells, segment)


def restarts(company: Company, component: Component) -> bool:
    """Whether a component can be paid by segments, so that nothing is paid twice.

    One that pays a share of target incentive, which is weighted by days; and a rate on what is somebody's
    own. An amount that is fixed, a rate on the result of many, and a cumulative line on it are paid once.
    """
    if component.pays.way == "incentive" and component.accumulation == "discrete":
        return True
    try:
        adds_up = measure_of(company, component.measure).additive
    except KeyError:
        return False
    return component.pays.way in ("incentive", "rate") and component.scope == "own" and adds_up


class _CellMaker:
    """Makes the cells of one component; what only depends on dates or on a pattern is kept for the next."""

    def __init__(self, company: Company, quotas: Quotas, plan: Plan, component: Component) -> None:
        self._company = company
        self._quotas = quotas
        self._plan = plan
        self._component = component
        self._counted = tuple(counted for _, counted in counted_of(component))
        self._slots: dict[tuple[object, ...], list[_Slot]] = {}
        self._incentives: dict[tuple[object, ...], list[int]] = {}  # of each slot

    def cells(self, spans: list[Span]) -> Iterator[Cell]:
        """The cells of one payee. `spans` are all of the payee's under this plan, of any version."""
        presence = Presence(self._plan, tuple(spans))
        days = tuple(
            (s.plan.version, s.stint.team_id, s.start, s.end, s.leave, s.stint.joined) for s in spans
        )
        if days not in self._slots:
            self._slots[days] = list(self._make_slots(presence))
        pattern = (days, *(span.stint.incentive for span in spans))
        slots = self._slots[days]
        if pattern not in self._incentives:
            part = Incentives(self._company, weight_of(self._component), presence)
            self._incentives[pattern] = [part.of(slot.measured, slot.incentive_end) for slot in slots]
        for slot, incentive in zip(slots, self._incentives[pattern], strict=True):
            stint = spans[slot.span].stint
            inputs = tuple(
                self._input(counted, presence, stint, *window)
                for counted, window in zip(self._counted, slot.windows, strict=True)
            )
            yield Cell(
                stint.payee_id,
                stint.name,
                stint.team_id,
                slot.measured,
                slot.paid,
                incentive,
                slot.excluded,
                slot.status,
                inputs,
                slot.active_days,
                self._ramp_share(presence, inputs[0]) if self._plan.ramp else None,
            )

    def _make_slots(self, presence: Presence) -> Iterator[_Slot]:
        component, as_of, spans = self._component, self._company.as_of, presence.spans
        horizon, to_date = as_of + timedelta(days=1), component.divides_by == "to_date"
        first, end = spans[0].start, min(max(span.end for span in spans), horizon)
        grain = component.paid_per or component.measured_per
        for paid in self._company.calendar.periods(first, end, grain) if first < end else ():
            present = [i for i, span in enumerate(spans) if span.start < paid.end and span.end > paid.start]
            if not present or spans[present[-1]].plan.version != self._plan.version:
                continue
            measured, windows = self._around(paid, component.measured_per), []
            for counted in self._counted:
                per = self._around(paid, counted.per or component.measured_per)
                window = per.start, paid.end if to_date else per.end
                windows.append((*window, presence.quota_is_whole(*window)))
            yield _Slot(
                present[-1],
                measured,
                paid,
                paid.end if to_date else measured.end,
                _excluded(component, self._quotas, spans[present[-1]], paid, as_of),
                "final" if paid.end <= horizon else "open",
                tuple(windows),
                presence.active_days(*windows[0][:2]),
            )

    def _ramp_share(self, presence: Presence, given: Input) -> int | None:
        """The ramp's part of the nominal quota, each month of it weighing as much as it asks."""
        own = self._component.scope == "own" and self._component.target in self._quotas.targets
        if not own or not given.nominal:
            return None
        if self._quotas.units[self._component.target or ""] == "ratio":
            return None
        amounts = self._quotas.months[self._component.target or "", given.owner]
        months = [month for month in months_between(given.start, given.end) if month in amounts]
        ramped = sum((amounts[month] * presence.ramped(month) for month in months), Fraction(0))
        return None if ramped == given.nominal else round_half_away(ramped * MILLION / given.nominal)

    def _around(self, paid: Period, grain: Grain) -> Period:
        """The period of that grain in which a payment period ends."""
        return self._company.calendar.period_of(paid.end - timedelta(days=1), grain)

    def _input(
        self, counted: Counted, presence: Presence, stint: Stint, start: date, end: date, is_whole: bool
    ) -> Input:
        target = self._quotas.targets.get(counted.target or "")
        if counted.scope == "own":
            owner = f"payee:{stint.payee_id}"
        elif counted.scope == "team":
            owner = f"team:{stint.team_id}"
        else:
            owner = target.owner if target else OWNER_OF_ALL
        if target is None:
            return Input(owner, start, end, None, None)
        nominal = self._quotas.amount(target.id, owner, start, end)
        if is_whole or nominal is None or counted.scope != "own" or self._quotas.units[target.id] == "ratio":
            return Input(owner, start, end, nominal, nominal)
        months = self._quotas.months[target.id, owner]
        parts = (
            months[month] * presence.quota_share(month)
            for month in months_between(start, end)
            if month in months
        )
        return Input(owner, start, end, nominal, round_half_away(sum(parts, Fraction(0))))


def _excluded(component: Component, quotas: Quotas, span: Span, paid: Period, as_of: date) -> str:
    last_day = min(paid.end - timedelta(days=1), as_of)
    if component.eligibility == "at_period_end" and not span.start <= last_day < span.end:
        return "not_employed"
    if component.scope == "shared" and component.target and component.target in quotas.targets:
        day = min(last_day, span.end - timedelta(days=1))
        if not quotas.shares(component.target, span.stint.team_id, day):
            return "not_shared"
    return ""

"""Why a line is what it is: its inputs, each step by the exact dialect, and what was paid before."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from revplan.formula.exact import (
    CellInputs,
    Trace,
    curve_in_force,
    finish_sum,
    ratio,
    reached,
    read_at,
    run_steps,
    table_in_force,
)
from revplan.formula.steps import (
    ApplyTable,
    Cap,
    Floor,
    Formula,
    LimitDeal,
    Multiply,
    PassGates,
    Qualify,
    Reach,
)
from revplan.metrics.measures import Measure, find_measure, measure_of, unit_scale
from revplan.metrics.rates import PayRates
from revplan.model.book import Book
from revplan.model.explanation import (
    Checked,
    Cut,
    DealsStep,
    DealTrace,
    Earlier,
    Explanation,
    GateStep,
    Given,
    Incentive,
    LimitStep,
    MultiplyStep,
    PaidIn,
    Part,
    PoolStep,
    Step,
    Stretch,
    TableStep,
)
from revplan.model.plan import Component, Condition, Counted, PaysPool, Plan, linked
from revplan.model.results import RunResult
from revplan.money import round_half_away
from revplan.rules.cells import counted_of
from revplan.rules.compile import formula_of, input_unit, reads_attainment
from revplan.rules.explain.paid import paid_on, payable_part, shares_of
from revplan.rules.explain.table import PaidShare, trace_table
from revplan.rules.pay_currency import rate_day
from revplan.rules.payable import payable_of
from revplan.rules.people import WHOLE, Span, spans, stints, versions_in_force
from revplan.rules.presence import Presence, employed_days, leave_days
from revplan.rules.quotas import months_between

EXCLUDED = ("not_employed", "not_shared")
"""Reasons of a line that pays 0 whatever counted: no step is taken."""

Row = dict[str, Any]


def explain(book: Book, result: RunResult, line_id: int) -> Explanation:
    """The tree behind one line of a run that kept its parts and inputs.

    Each step is worked out again, exactly, from the line's own inputs. Raises KeyError for a line that the
    run does not have, or whose plan is no longer in the book.
    """
    return Explainer(book, result).explain(line_id)


class Explainer:
    """Explains many lines of one run; what they share is made once."""

    def __init__(self, book: Book, result: RunResult) -> None:
        self._book = book
        self._result = result
        self._plans = {(plan.id, plan.version): linked(plan) for plan in book.plans}
        self._formulas: dict[tuple[str, int, str], Formula] = {}
        self._spans: dict[str, tuple[Span, ...]] = {}
        self._measures: dict[str, Measure] = {}

    def explain(self, line_id: int) -> Explanation:
        """See `explain`."""
        rows = self._rows("lines", line_id)
        if not rows:
            raise KeyError(line_id)
        line = rows[0]
        plan = self._plans[line["plan_id"], line["plan_version"]]
        component = next(c for c in plan.components if c.id == line["component_id"])
        inputs = self.inputs(line_id)
        parts = tuple(_part(row) for row in self._rows("parts", line_id))
        given = {name: self._given(plan, line, name, c, inputs[name]) for name, c in counted_of(component)}
        steps: tuple[Step, ...] = ()
        earned = 0
        if line["reason"] not in EXCLUDED:
            reading = _Reading(self, component, self._formula(plan, component), given, inputs, parts)
            steps, earned = reading.steps()
            if isinstance(component.pays, PaysPool):
                steps, earned = _with_part(steps, component.pays, given, inputs["pool"], line)
        return Explanation(
            line_id=line_id,
            payee_id=line["payee_id"],
            payee_name=line["payee_name"],
            team_id=line["team_id"],
            plan_id=plan.id,
            plan_name=plan.name,
            plan_version=plan.version,
            in_force_from=self._in_force[plan.id, plan.version],
            component=component,
            measured_period=line["measured_period"],
            period=line["period"],
            period_start=line["period_start"],
            period_end=line["period_end"],
            x=given["x"],
            incentive=self._incentive(plan, component, line, inputs["incentive"]),
            steps=steps,
            earned=earned,
            earlier=self._earlier(component, line),
            before_limits=line["before_limits"],
            payout=line["payout"],
            reason=line["reason"],
            status=line["status"],
            parts=parts,
            paid_on=paid_on(component, inputs.get("p"), parts),
            paid_in=self._paid_in(plan, line),
        )

    def _paid_in(self, plan: Plan, line: Row) -> PaidIn | None:
        """What the line is paid as, where that is not in the company's currency."""
        currency, name = line["pay_currency"], plan.pay_rate or ""
        if currency == self._result.currency:
            return None
        day = rate_day(line["period_end"])
        known = line["status"] != "locked" and line["pay"] is not None
        rate = self._pay_rates.rate(currency, day, name) if known else None
        return PaidIn(currency, line["pay"], name, day, rate)

    def measure(self, name: str) -> Measure:
        """The measure of that name."""
        if name not in self._measures:
            self._measures[name] = measure_of(self._book.company, name)
        return self._measures[name]

    def knows(self, line: Row) -> bool:
        """Whether a line can be told again: the book has its component and the measures that this counts,
        and the run kept the inputs that it asks for."""
        plan = self._plans.get((line["plan_id"], line["plan_version"]))
        named = (c for c in plan.components if c.id == line["component_id"]) if plan else ()
        component = next(iter(named), None)
        if component is None:
            return False
        counted, kept = dict(counted_of(component)), self.inputs(line["line_id"])
        measures = {component.pays_on.measure or component.measure}
        measures |= {each.measure for each in counted.values()}
        needed = {"incentive", *(name for name in counted if name[0] in "xg")}
        return needed <= kept.keys() and all(find_measure(self._book.company, name) for name in measures)

    def cell(self, line_id: int) -> tuple[Row, Component, Formula, CellInputs, int | None]:
        """A line's row, its component and formula, whole inputs, and the sum of deals that are read alone."""
        line = self._rows("lines", line_id)[0]
        plan = self._plans[line["plan_id"], line["plan_version"]]
        component = next(c for c in plan.components if c.id == line["component_id"])
        inputs = self.inputs(line_id)
        deals = int(inputs["deals"]["n"]) if "deals" in inputs else None
        return line, component, self._formula(plan, component), _cell(component, inputs), deals

    def inputs(self, line_id: int) -> dict[str, Row]:
        """A line's rows of INPUTS, by their names."""
        return {row["input"]: row for row in self._rows("inputs", line_id)}

    @property
    def digits(self) -> int:
        """Minor digits of the company's currency."""
        return self._book.company.digits

    @cached_property
    def _pay_rates(self) -> PayRates:
        return PayRates(self._book)

    @cached_property
    def _in_force(self) -> dict[tuple[str, int], date]:
        versions = versions_in_force(self._book.plans, self._result.plan_set)
        return {(plan.id, plan.version): start for plan, start, _ in versions}

    @cached_property
    def _line_ids(self) -> dict[str, np.ndarray[Any, Any]]:
        """The line ids of each table, ascending."""
        return {
            name: getattr(self._result, name)["line_id"].to_numpy() for name in ("lines", "inputs", "parts")
        }

    def _rows(self, name: str, line_id: int) -> list[Row]:
        start, end = np.searchsorted(self._line_ids[name], [line_id, line_id + 1])
        table: pa.Table = getattr(self._result, name)
        rows: list[Row] = table.slice(int(start), int(end - start)).to_pylist()
        return rows

    def _formula(self, plan: Plan, component: Component) -> Formula:
        key = (plan.id, plan.version, component.id)
        if key not in self._formulas:
            self._formulas[key] = formula_of(component, lambda name: self.measure(name).unit, self.digits)
        return self._formulas[key]

    def _presence(self, plan: Plan, payee_id: str, segment: int) -> Presence:
        """The payee's time under any version of the plan, or its segment that the line is paid for."""
        if payee_id not in self._spans:
            rows = self._book.tables["payees"]
            own = {**self._book.tables, "payees": rows.filter(pc.equal(rows["payee_id"], payee_id))}
            book = replace(self._book, tables=own)
            self._spans[payee_id] = spans(book, self._result.plan_set, stints(book))
        mine = (span for span in self._spans[payee_id] if span.plan.id == plan.id)
        return Presence(plan, tuple(span for span in mine if segment in (WHOLE, span.segment)))

    def _given(self, plan: Plan, line: Row, name: str, counted: Counted, row: Row) -> Given:
        given = Given(
            name=name,
            measure=row["measure"],
            unit=row["unit"],
            scope=row["scope"],
            target_id=row["target_id"],
            owner=row["owner"],
            start=row["window_start"],
            end=row["window_end"],
            credit=row["credit"],
            quota=row["quota"],
            nominal_quota=row["nominal_quota"],
            quota_end=row["quota_end"],
            attainment=row["attainment"],
            value=ratio(*_whole(row)),
        )
        if counted.scope != "own" or given.quota == given.nominal_quota:
            return given
        return replace(
            given,
            cut=_cut(self._presence(plan, line["payee_id"], line["segment"]), given.start, given.quota_end),
        )

    def _incentive(self, plan: Plan, component: Component, line: Row, row: Row) -> Incentive:
        start, end = row["window_start"], row["quota_end"]
        stretches = tuple(
            Stretch(max(span.start, start), min(span.end, end), span.stint.team_id, span.stint.incentive)
            for span in self._presence(plan, line["payee_id"], line["segment"]).spans
            if span.start < end and span.end > start
        )
        weight = component.pays.weight if component.pays.way == "incentive" else Decimal(1)
        whole = None
        if len({stretch.annual for stretch in stretches}) == 1:
            months = len(months_between(start, end))
            whole = round_half_away(Fraction(weight) * stretches[0].annual * months / 12)
        return Incentive(int(row["n"]), whole, weight, stretches)

    def _earlier(self, component: Component, line: Row) -> tuple[Earlier, ...]:
        if component.accumulation != "cumulative":
            return ()
        lines = self._result.lines
        same = ("payee_id", "plan_id", "component_id", "measured_period", "segment")
        mine = pc.less(lines["period_start"], line["period_start"])
        for name in same:
            mine = pc.and_(mine, pc.equal(lines[name], line[name]))
        found = lines.filter(mine).sort_by("period_start").to_pylist()
        return tuple(Earlier(row["period"], row["before_limits"]) for row in found)


class _Reading:
    """One line's steps, worked out again by the exact dialect."""

    def __init__(
        self,
        explainer: Explainer,
        component: Component,
        formula: Formula,
        given: dict[str, Given],
        inputs: dict[str, Row],
        parts: tuple[Part, ...],
    ) -> None:
        self._explainer = explainer
        self._component = component
        self._formula = formula
        self._given = given
        self._inputs = inputs
        self._deals = [part for part in parts if part.kind == "deal"]
        self._cell = _cell(component, inputs)
        self._payable = payable_of(component)

    def steps(self) -> tuple[tuple[Step, ...], int]:
        """The steps in their order, and what they earn in minor units."""
        if self._formula.deal:
            total = int(self._inputs["deals"]["n"])
            deals = tuple(self._deal(part) for part in self._deals)
            first = DealsStep(deals, total - sum(deal.amount for deal in deals), total)
            trace = finish_sum(self._formula, self._cell, total)
            return (first, *self._tell(trace, Fraction(total))), trace.payout
        trace = run_steps(self._formula.cell, self._cell)
        return tuple(self._tell(trace, Fraction(0))), trace.payout

    def _tell(self, trace: Trace, value: Fraction) -> Iterator[Step]:
        """Each step with the amounts before and after it, in whole minor units."""
        for step, after in trace.steps:
            before, amount = round_half_away(value), round_half_away(after)
            match step:
                case ApplyTable():
                    yield self._table(step, self._cell, self._deals, tell_choice=True)
                case Multiply():
                    yield MultiplyStep(self._given["m"], trace.multiplier or 0, before, amount)
                case Floor() | Cap():
                    at = step.amount + round_half_away(step.of_incentive * self._cell.incentive)
                    yield LimitStep("floor" if isinstance(step, Floor) else "cap", at, before, amount)
                case PassGates() | Qualify():
                    checks = tuple(map(self._checked, step.conditions))
                    yield GateStep(checks, bool(trace.gate_open), before, amount)
            value = after

    def _table(
        self, step: ApplyTable, inputs: CellInputs, deals: Sequence[Part], *, tell_choice: bool = False
    ) -> TableStep:
        """The table read with those inputs; `deals` are those that a keyed one tells apart."""
        x = ratio(inputs.x_n, inputs.x_d)
        component, other = self._component, table_in_force(step, self._cell)
        table = component.when[other - 1].table if other else component.table
        asked = [each.conditions for each in step.instead[: other or None]] if tell_choice else []
        checks = tuple(self._checked(reach) for conditions in asked for reach in conditions)
        step = replace(step, curve=curve_in_force(step, self._cell))
        unit = self._explainer.measure(component.measure).unit
        one = input_unit(component, unit, self._explainer.digits)
        quota = Fraction(self._cell.x_d or 0)
        base = {"one": Fraction(1), "quota": quota, "incentive": Fraction(self._cell.incentive)}[step.base]
        per_x: Fraction | None = Fraction(1)
        if reads_attainment(component) or unit == "ratio":
            given_quota = self._given["x"].quota
            per_x = None if unit == "ratio" or given_quota is None else Fraction(given_quota)
        at: Fraction | None = None
        shares: tuple[PaidShare, ...] = ()
        if self._payable and x is not None:
            at = read_at(step, inputs, x)
            if self._payable.is_rate and sum(payable_part(self._payable, d) for d in deals) == inputs.p_n:
                shares = shares_of(deals, inputs.x_d or 1)
        found = trace_table(table, step, x, one, base, per_x, at, shares)
        return replace(found, other=other, checks=checks)

    def _deal(self, part: Part) -> DealTrace:
        """A deal of a table that is read per transaction; its steps are those of the engine."""
        p_n = payable_part(self._payable, part) if self._payable else 0
        inputs = replace(self._cell, x_n=part.credit, p_n=p_n)
        trace = run_steps(self._formula.deal, inputs)
        limit = next((step.at_most for step in self._formula.deal if isinstance(step, LimitDeal)), None)
        table = self._table(self._formula.table, inputs, [part])
        return DealTrace(part.transaction_id, part.credit, table, limit, trace.payout)

    def _checked(self, reach: Reach) -> Checked:
        condition, given = self._component.conditions[reach.number], self._given[f"g{reach.number}"]
        is_reached = reached(reach, self._cell.gates[reach.number])
        return Checked(given, condition, self._needed(condition, given), is_reached)

    def _needed(self, condition: Condition, given: Given) -> int | None:
        """What has to be counted, in stored units: the least whole amount that is not below the condition."""
        measure = self._explainer.measure(condition.measure)
        least = Fraction(condition.at_least)
        if condition.target is None:
            return round_half_away(least * unit_scale(measure.unit, self._explainer.digits))
        return None if given.quota is None or given.quota <= 0 else -(-(least * given.quota) // 1)


def _with_part(
    steps: tuple[Step, ...], pays: PaysPool, given: dict[str, Given], pool: Row, line: Row
) -> tuple[tuple[Step, ...], int]:
    """The steps that make a pool's amount, and the member's part of it, as the run divided it."""
    part: int = line["earned_to_date"]
    claims = int(pool["d"] or 0)
    step = PoolStep(pays.by, given.get("c"), int(pool["n"]), claims, pool["credit"] or 0, part)
    return (*steps, step), part


def _cell(component: Component, inputs: dict[str, Row]) -> CellInputs:
    names = [name for name, _ in counted_of(component) if name.startswith("g")]
    (x_n, x_d), (m_n, m_d) = _whole(inputs["x"]), _whole(inputs["m"]) if "m" in inputs else (0, None)
    gates = tuple(_whole(inputs[name]) for name in names)
    p_n = int(inputs["p"]["n"]) if "p" in inputs else 0
    return CellInputs(x_n, x_d, int(inputs["incentive"]["n"]), m_n, m_d, gates, p_n)


def _whole(row: Row) -> tuple[int, int | None]:
    return int(row["n"]), None if row["d"] is None else int(row["d"])


def _cut(presence: Presence, start: date, end: date) -> Cut:
    """What `Presence` takes from a quota of [start, end)."""
    cuts_leave = presence.plan.leave.cuts_quota and presence.plan.prorate != "none"
    ramped = ((month, presence.ramped(month)) for month in months_between(start, end))
    return Cut(
        days=(end - start).days,
        on_plan=employed_days(presence.spans, start, end),
        on_leave=leave_days(presence.spans, start, end) if cuts_leave else 0,
        counted=presence.active_days(start, end),
        ramp=tuple((month, share) for month, share in ramped if share != 1),
    )


def _part(row: Row) -> Part:
    return Part(**{name: row[name] for name in Part.__dataclass_fields__})

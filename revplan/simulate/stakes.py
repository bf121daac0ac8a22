"""What is at stake: which cells each way of winning moves, by how much, as the engine credits it.

Everything that a forecast leaves open adds to sums (what somebody is credited with in a month) or to the ARR
of an account. So a trial is a list of additions to `slots`, and cells read the slots. All of it is made once.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from revplan.formula.compiled import Ints
from revplan.formula.steps import Formula
from revplan.issues import Issue, Unfit, Where
from revplan.metrics.measures import Measure
from revplan.model.plan import Counted
from revplan.model.targets import Target
from revplan.money import MILLION
from revplan.periods import Period
from revplan.rules.cells import Column, columns, counted_of
from revplan.rules.compile import formula_of
from revplan.rules.feeds import Level, Scope, level_of, scope_of
from revplan.rules.people import WHOLE
from revplan.rules.quotas import Quotas, resolve_months, target_periods
from revplan.rules.standing import credit_rule
from revplan.simulate.future import Future
from revplan.simulate.moves import Measured, Moved, Moves, Reached, Stakes
from revplan.simulate.replay import Replay, Side, months_of
from revplan.simulate.replayed import Paid, lines_table
from revplan.simulate.slots import Slots
from revplan.simulate.unmoved import (
    compares,
    counts_any_outcome,
    is_paid_on_pay,
    of_component,
    of_limits,
    why_held,
)


def stakes_of(future: Future, plan_set: str, *, people: bool = False) -> Stakes:
    """Everything that a forecast moves under a plan set.

    Components that arrays cannot say (see `simulate.unmoved`) stand at what is certain, each with a warning;
    limits across components and budgets are not taken, with a warning of theirs. With `people` each trial
    also says what everybody's components measure, so that attainment can be told. Raises Unfit where what a
    target counts does not fit.
    """
    with _Stakes(future, plan_set, people=people) as made:
        return made.all()


class _Stakes(Replay):
    """The certain book's facts counted, and what of its cells and targets moves."""

    def __init__(self, future: Future, plan_set: str, *, people: bool) -> None:
        super().__init__(future.certain, plan_set)
        self._people = people
        self._measured: list[Measured] = []
        self._future = future
        self._start = future.months[0]
        self._slots = Slots(future, plan_set, self)
        self._issues: list[Issue] = []

    def __exit__(self, *error: Any) -> None:
        self._slots.__exit__(*error)
        super().__exit__(*error)

    def all(self) -> Stakes:
        quotas, _ = resolve_months(self._company, self._book.targets)
        paid: list[Paid] = []
        formulas: list[Formula | None] = []
        moved: list[Moved] = []
        for plan in (plan for plan in self._book.plans if self._plan_set in plan.sets):
            self._issues += of_limits(plan)
        for _, of_plan in groupby(self._spans, key=lambda span: span.plan.id):
            for column in columns(self._company, quotas, tuple(of_plan)):
                if not column.cells:
                    continue
                done, formula = self._column(column)
                if done is None:
                    continue
                if formula is not None:
                    moved += self._moved(column, len(paid))
                paid.append(done)
                formulas.append(formula)
        reached = list(self._reached(quotas))
        return Stakes(
            self._future,
            self._plan_set,
            paid,
            formulas,
            moved,
            reached,
            self._measured,
            dict(self._slots.adds),
            dict(self._slots.fixed),
            self._slots.flows,
            self._slots.worth(),
            self._slots.ratios,
            self._slots.number,
            lines_table(paid),
            self._issues,
        )

    # ------------------------------------------------------------ columns

    def _column(self, column: Column) -> tuple[Paid | None, Formula | None]:
        """The column at what is certain; and its formula where trials can move it."""
        plan, component = column.plan, column.component
        if is_paid_on_pay(component):
            self._issues.append(of_component(plan, component, "payouts"))
            return None, None
        try:
            formula = formula_of(component, lambda name: self.feeds.measure(name).unit, self._company.digits)
            reason = why_held(component, formula, self.feeds.measure)
            if not reason and self._opens_later(column):
                reason = "opens"
            done = None if reason else self._by_arrays(column, formula)
            if done is not None:
                return done, formula
            self._issues.append(of_component(plan, component, reason or "numbers"))
            return self._by_run(column), None
        except (KeyError, Unfit, ArithmeticError):
            where = Where(plan=plan.id, component=component.id)
            self._issues.append(Issue("not_simulated", "warning", where, {"why": "numbers"}))
            return None, None

    def _opens_later(self, column: Column) -> bool:
        """Whether a cell measures retention from a day of the horizon: what is won before then moves the ARR
        that it starts from too, and trials move only what it ends with."""
        return any(
            self.feeds.measure(counted.measure).kind == "retention"
            and any(cell.inputs[place].start > self._start for cell in column.cells)
            for place, (_, counted) in enumerate(counted_of(column.component))
        )

    def _moved(self, column: Column, number: int) -> Iterable[Moved]:
        """The column's cells that something at stake moves."""
        given: list[tuple[Ints, Ints, list[Moves]]] = []
        for place, (_, counted) in enumerate(counted_of(column.component)):
            side = self._input(column, place, counted)
            if side is None:
                return
            given.append((side.n, side.d, self._moves(column, place, counted)))
            if place == 0 and self._people:
                self._measured += _measured(column, side, given[0][2])
        for at, cell in enumerate(column.cells):
            if cell.paid.end <= self._start or cell.excluded:
                continue
            inputs = tuple((int(n[at]), int(d[at]), moves[at]) for n, d, moves in given)
            if any(moves.anything for _, _, moves in inputs):
                yield Moved(number, at, inputs)

    def _moves(self, column: Column, place: int, counted: Counted) -> list[Moves]:
        inputs = [cell.inputs[place] for cell in column.cells]
        owner, fx_rate = inputs[0].owner, column.plan.fx_rate
        ends = [cell.paid.end for cell in column.cells]
        who = [given.owner.partition(":")[2] for given in inputs]
        starts = [given.start for given in inputs]
        if self.feeds.measure(counted.measure).additive:
            number = self._plan_numbers[column.plan.id, column.segment]
            in_segment = column.segment != WHOLE
            scope = scope_of(column.component, counted, owner, number, in_segment=in_segment)
            return self._slots.additive(counted, scope, fx_rate, who, starts, ends)
        return self._slots.of_ratio(counted, level_of(owner), fx_rate, who, starts, ends)

    # ------------------------------------------------------------ targets, and what drives

    def _reached(self, quotas: Quotas) -> Iterable[Reached]:
        """Targets of the company and the teams in the periods that the forecast reaches into."""
        for target in quotas.targets.values():
            try:
                counted = Counted(
                    measure=target.measure, credit=credit_rule(self._book, target.id, target.measure)
                )
                measure = self.feeds.measure(target.measure)
            except KeyError:
                continue
            if compares(measure) or counts_any_outcome(measure):
                continue
            owners = sorted(owner for name, owner in quotas.months if name == target.id)
            periods = [
                period
                for period in target_periods(self._company, target)
                if period.end > self._start and period.start < self._future.forecast.until
                if measure.kind != "retention" or period.start <= self._start
            ]
            for owner in owners:
                level = level_of(owner)
                if level == "payee" or owner.startswith("vacancy:") or not periods:
                    continue
                yield from self._of_owner(quotas, target, counted, measure, owner, level, periods)

    def _of_owner(
        self,
        quotas: Quotas,
        target: Target,
        counted: Counted,
        measure: Measure,
        owner: str,
        level: Level,
        periods: Sequence[Period],
    ) -> Iterable[Reached]:
        who = [owner.partition(":")[2]] * len(periods)
        starts, ends = [p.start for p in periods], [p.end for p in periods]
        if measure.additive:
            scope = Scope(level)
            sums = self._sums_of(self.feeds.totals(counted, scope, "plan"))
            if not sums.fits:
                raise Unfit("simulated_too_large")
            moves = self._slots.additive(counted, scope, "plan", who, starts, ends)
            ns = [int(n) for n in sums.between(who, months_of(starts), months_of(ends))]
            ds = [1] * len(periods)
        else:
            windows = set(zip(starts, ends, strict=True))
            known = self._ratio(counted, owner, windows, "plan")
            pairs = [known.get(each, (0, 0)) for each in zip(who, starts, ends, strict=True)]
            moves = self._slots.of_ratio(counted, level, "plan", who, starts, ends)
            ns, ds = [n * MILLION for n, _ in pairs], [d for _, d in pairs]
        for period, n, d, move in zip(periods, ns, ds, moves, strict=True):
            quota = quotas.amount(target.id, owner, period.start, period.end)
            if quota:
                yield Reached(
                    target.id,
                    target.name,
                    target.measure,
                    measure.unit,
                    owner,
                    period.label,
                    period.start,
                    period.end,
                    quota,
                    n,
                    d,
                    move,
                )


def _measured(column: Column, side: Side, moves: Sequence[Moves]) -> Iterable[Measured]:
    """The cells whose attainment something at stake moves: those that close what they measure."""
    plan, component = column.plan, column.component
    for at, cell in enumerate(column.cells):
        quota, d = cell.inputs[0].quota, int(side.credit_d[at])
        closes = cell.paid.end == cell.measured.end and not cell.excluded
        if closes and moves[at].anything and quota and quota > 0 and d > 0:
            line = (cell.payee_id, plan.id, plan.version, component.id, column.segment, cell.paid.label)
            yield Measured(line, quota, int(side.credit_n[at]), d, moves[at])

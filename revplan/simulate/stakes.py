"""What is at stake: which cells each way of winning moves, by how much, as the engine credits it.

Everything that a forecast leaves open adds to sums (what somebody is credited with in a month) or to the ARR
of an account. So a trial is a list of additions to `slots`, and cells read the slots. All of it is made once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

import pyarrow as pa

from revplan.formula.compiled import Ints
from revplan.formula.steps import Formula
from revplan.issues import Issue, Unfit, Where
from revplan.metrics.measures import Measure
from revplan.metrics.retention import cohorts, contracts_in_windows
from revplan.model.plan import Counted
from revplan.model.targets import Target
from revplan.money import MILLION
from revplan.periods import Period, months_apart
from revplan.rules.cells import Column, columns, counted_of
from revplan.rules.compile import formula_of
from revplan.rules.feeds import Level, Scope, level_of, scope_of
from revplan.rules.people import WHOLE
from revplan.rules.quotas import Quotas, resolve_months, target_periods
from revplan.rules.standing import credit_rule
from revplan.simulate.activity import key_of
from revplan.simulate.future import Future
from revplan.simulate.replay import Paid, Replay, Side, lines_table, months_of
from revplan.simulate.unmoved import (
    compares,
    counts_any_outcome,
    is_paid_on_pay,
    of_component,
    of_limits,
    why_held,
)

Entries = dict[str, list[tuple[int, int]]]
"""By the id of a way of winning: what it adds to which slots."""


@dataclass(frozen=True)
class Moves:
    """How an input of a cell moves: by slots [first, last) added up, and `times` × a `ratio` (−1: none)."""

    first: int = 0
    last: int = 0
    ratio: int = -1
    times: int = 1

    @property
    def anything(self) -> bool:
        """Whether anything at stake can move it."""
        return self.first < self.last or self.ratio >= 0


@dataclass(frozen=True)
class Moved:
    """A cell that something at stake moves: its column's place, its own in the column, and its inputs
    n / d at what is certain, each with how it moves."""

    column: int
    cell: int
    inputs: tuple[tuple[int, int, Moves], ...]


@dataclass(frozen=True)
class Reached:
    """A target of the company or a team in a period: n of what is certain over d, as a ratio of `quota`."""

    target: str
    name: str
    measure: str
    unit: str
    owner: str
    period: str
    start: date
    end: date
    quota: int
    n: int
    d: int
    moves: Moves


LineKey = tuple[str, str, int, str, int, str]
"""A line: payee, plan, version, component, segment and the label of its payment period."""


@dataclass(frozen=True)
class Measured:
    """What somebody's component measures in a period: n of what is certain over d, as a ratio of `quota`."""

    line: LineKey
    quota: int
    n: int
    d: int
    moves: Moves


@dataclass
class Stakes:
    """See `stakes_of`. `plan_set` is what is paid. `adds` and `flows` hold (slot, amount); a flow has one
    list for each of the forecast's months alike, for each coming month. `fixed` is what a way of winning adds
    however large the deal comes out: numbers of deals and customers, its leads and touches. `ratios` are the
    accounts behind each: (slot, end, start, net). `measured` is empty unless people are asked for."""

    future: Future
    plan_set: str
    paid: list[Paid]
    formulas: list[Formula | None]
    moved: list[Moved]
    reached: list[Reached]
    measured: list[Measured]
    adds: Entries
    fixed: Entries
    flows: list[list[list[tuple[int, int]]]]
    worth: dict[str, int]
    ratios: list[list[tuple[int, int, int, bool]]]
    slots: int
    certain: pa.Table
    issues: list[Issue] = field(default_factory=list)


def stakes_of(future: Future, plan_set: str, *, people: bool = False) -> Stakes:
    """Everything that a forecast moves under a plan set.

    Components that arrays cannot say (see `simulate.unmoved`) stand at what is certain, each with a warning;
    limits across components and budgets are not taken, with a warning of theirs. With `people` each trial
    also says what everybody's components measure, so that attainment can be told. Raises Unfit where what a
    target counts does not fit.
    """
    with _Sums(future, plan_set, people=people) as made:
        return made.all()


class _Sums(Replay):
    """The certain book's facts counted, and beside them those of everything that may happen."""

    def __init__(self, future: Future, plan_set: str, *, people: bool) -> None:
        super().__init__(future.certain, plan_set)
        self._people = people
        self._measured: list[Measured] = []
        self._future = future
        self._start = future.months[0]
        self._all = Replay(future.everything, plan_set)
        ways = list(future.ways())
        self._ids = {name: way.id for way in ways for name in way.transactions}
        pairs = sorted(self._ids.items())
        names = {"transaction_id": [a for a, _ in pairs], "way": [b for _, b in pairs]}
        self._all._session.bind("ways", pa.table({k: pa.array(v, pa.string()) for k, v in names.items()}))
        self._all._session.bind("brought", future.brought())
        self._alike = {
            key_of(month, past): (month, past)
            for month in range(len(future.months))
            for past in range(len(future.forecast.alike))
        }
        self._adds: Entries = defaultdict(list)
        self._fixed: Entries = defaultdict(list)
        self._flows: list[list[list[tuple[int, int]]]] = [
            [[] for _ in future.forecast.alike] for _ in future.months
        ]
        self._rows: dict[str, dict[str, int]] = {}
        self._accounts: dict[tuple[object, ...], int] = {}
        self._retained: set[tuple[str, int]] = set()
        self._ratio_rows: list[list[tuple[int, int, int, bool]]] = []
        self._ratio_ids: dict[tuple[object, ...], dict[tuple[str, date, date], int]] = {}
        self._slots = 0
        self._issues: list[Issue] = []

    def __exit__(self, *error: Any) -> None:
        self._all.__exit__(*error)
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
            dict(self._adds),
            dict(self._fixed),
            self._flows,
            self._worth(),
            self._ratio_rows,
            self._slots,
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
            formula = formula_of(component, lambda name: self._feeds.measure(name).unit, self._company.digits)
            reason = why_held(component, formula, self._feeds.measure)
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
            self._feeds.measure(counted.measure).kind == "retention"
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
        if self._feeds.measure(counted.measure).additive:
            number = self._plan_numbers[column.plan.id, column.segment]
            in_segment = column.segment != WHOLE
            scope = scope_of(column.component, counted, owner, number, in_segment=in_segment)
            return self._additive(counted, scope, fx_rate, who, starts, ends)
        return self._of_ratio(counted, level_of(owner), fx_rate, who, starts, ends)

    # ------------------------------------------------------------ sums

    def _additive(
        self,
        counted: Counted,
        scope: Scope,
        fx_rate: str,
        who: Sequence[str],
        starts: Sequence[date],
        ends: Sequence[date],
    ) -> list[Moves]:
        totals = self._feeds.totals(counted, scope, fx_rate)
        if totals not in self._rows:
            self._rows[totals] = {}
            self._add_sums(self._rows[totals], totals, counted, scope, fx_rate)
        rows, months = self._rows[totals], len(self._future.months)
        found = []
        for each, start, end in zip(who, starts, ends, strict=True):
            row = rows.get(each, -1)
            first = max(0, months_apart(self._start, start))
            last = min(months, months_apart(self._start, end))
            found.append(Moves(row + first, row + last) if row >= 0 and first < last else Moves())
        return found

    def _add_sums(
        self, rows: dict[str, int], totals: str, counted: Counted, scope: Scope, fx_rate: str
    ) -> None:
        """Slots of a feed, one a month for each who; and what each way, or month alike, adds to them."""
        months = self._future.months

        def slot(who: str, month: int) -> int:
            if who not in rows:
                rows[who] = self._slots
                self._slots += len(months)
            return rows[who] + month

        measure = self._feeds.measure(counted.measure)
        if measure.definition is None:
            return
        if measure.definition.table == "usage":
            self._add_usage(slot, counted, scope, fx_rate)
            return
        by_deals = _by_deals(measure)
        brings = (
            "SELECT transaction_id, way FROM ways"
            if by_deals
            else "SELECT transaction_id, of AS way FROM brought"
        )
        deals = self._all._feeds.deals(counted, scope, fx_rate)
        found = self._all._session.run(
            f"""
            SELECT w.way, d.who, date_trunc('month', d.on_date) AS month, CAST(sum(d.credit) AS BIGINT) AS n
            FROM ({deals}) AS d JOIN ({brings}) AS w ON w.transaction_id = d.transaction_id
            WHERE d.who <> '' OR {scope.level == "company"}
            GROUP BY w.way, d.who, date_trunc('month', d.on_date)
            ORDER BY w.way, d.who, month"""
        )
        given = (found[name].to_pylist() for name in ("way", "who", "month", "n"))
        for way, who, day, n in zip(*given, strict=True):
            month = months_apart(self._start, day)
            if not n or not 0 <= month < len(months):
                continue
            if by_deals and measure.unit == "money":
                self._adds[way].append((slot(who, month), n))
            elif way in self._alike:
                coming, past = self._alike[way]
                self._flows[coming][past].append((slot(who, month), n))
            else:
                self._fixed[way].append((slot(who, month), n))

    def _add_usage(
        self, slot: Callable[[str, int], int], counted: Counted, scope: Scope, fx_rate: str
    ) -> None:
        """Usage as the months alike had it; of a month that has begun, the days after the as-of date."""
        known = {month: place for place, month in enumerate(self._future.forecast.alike)}
        if not known:
            return
        today = self._future.forecast.as_of.day if self._start <= self._future.forecast.as_of else 0
        sums = self._session.run(
            f"""
            SELECT who, CAST(date_trunc('month', on_date) AS DATE) AS month, CAST(sum(credit) AS BIGINT) AS n,
                CAST(sum(CASE WHEN extract(day FROM on_date) > {today} OR on_date = last_day(on_date)
                    THEN credit ELSE 0 END) AS BIGINT) AS later
            FROM ({self._feeds.deals(counted, scope, fx_rate)}) AS d
            GROUP BY who, date_trunc('month', on_date) ORDER BY who, month"""
        )
        given = (sums[name].to_pylist() for name in ("who", "month", "n", "later"))
        for who, day, n, later in zip(*given, strict=True):
            if day in known and (who or scope.level == "company"):
                for month in range(len(self._future.months)):
                    if part := later if month == 0 else n:
                        self._flows[month][known[day]].append((slot(who, month), part))

    # ------------------------------------------------------------ ratios

    def _of_ratio(
        self,
        counted: Counted,
        level: Level,
        fx_rate: str,
        who: Sequence[str],
        starts: Sequence[date],
        ends: Sequence[date],
    ) -> list[Moves]:
        if self._feeds.measure(counted.measure).kind != "retention":
            return [Moves()] * len(who)
        windows = {(s, e) for s, e in zip(starts, ends, strict=True) if e > self._start}
        key = (counted.measure, level, counted.credit.roll_up, fx_rate, frozenset(windows))
        if key not in self._ratio_ids:
            self._ratio_ids[key] = self._add_ratio(counted, level, fx_rate, windows) if windows else {}
        known = self._ratio_ids[key]
        return [
            Moves(ratio=known.get(each, -1), times=MILLION) for each in zip(who, starts, ends, strict=True)
        ]

    def _add_ratio(
        self, counted: Counted, level: Level, fx_rate: str, windows: set[tuple[date, date]]
    ) -> dict[tuple[str, date, date], int]:
        """Slots for the accounts that ways of winning touch, and the ratios that these accounts belong to."""
        arr = self._feeds.measure("contracted_arr")
        everything = self._all._feeds
        everything.bind_windows(windows)
        touched = self._all._session.run(
            f"""
            SELECT w.way, c.account_id, c.window_start, c.window_end, CAST(c.end_arr AS BIGINT) AS n
            FROM ({contracts_in_windows(everything.facts(arr, fx_rate))}) AS c
            JOIN ways AS w ON w.transaction_id = c.contract_id
            WHERE c.end_arr <> 0 ORDER BY ALL"""
        )
        names = ("way", "account_id", "window_start", "window_end", "n")
        for way, account, start, end, n in zip(*(touched[x].to_pylist() for x in names), strict=True):
            slot_key = (fx_rate, account, start, end)
            if slot_key not in self._accounts:
                self._accounts[slot_key] = self._slots
                self._slots += 1
            entry = (way, self._accounts[slot_key])
            if entry not in self._retained:
                self._retained.add(entry)
                self._adds[way].append((self._accounts[slot_key], n))
        self._feeds.bind_windows(windows)
        parts = self._feeds.whose(cohorts(self._feeds.facts(arr, fx_rate)), counted, level)
        rows = self._session.run(
            f"""
            SELECT who, account_id, window_start, window_end, CAST(end_arr AS BIGINT) AS n,
                CAST(start_arr AS BIGINT) AS d
            FROM ({parts}) AS p ORDER BY ALL"""
        )
        found: dict[tuple[str, date, date], int] = {}
        fields = ("who", "account_id", "window_start", "window_end", "n", "d")
        for who, account, start, end, n, d in zip(*(rows[x].to_pylist() for x in fields), strict=True):
            slot = self._accounts.get((fx_rate, account, start, end))
            if slot is not None:
                if (who, start, end) not in found:
                    found[who, start, end] = len(self._ratio_rows)
                    self._ratio_rows.append([])
                self._ratio_rows[found[who, start, end]].append((slot, n, d, counted.measure == "nrr"))
        return found

    # ------------------------------------------------------------ targets, and what drives

    def _reached(self, quotas: Quotas) -> Iterable[Reached]:
        """Targets of the company and the teams in the periods that the forecast reaches into."""
        for target in quotas.targets.values():
            try:
                counted = Counted(
                    measure=target.measure, credit=credit_rule(self._book, target.id, target.measure)
                )
                measure = self._feeds.measure(target.measure)
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
            sums = self._sums_of(self._feeds.totals(counted, scope, "plan"))
            if not sums.fits:
                raise Unfit("simulated_too_large")
            moves = self._additive(counted, scope, "plan", who, starts, ends)
            ns = [int(n) for n in sums.between(who, months_of(starts), months_of(ends))]
            ds = [1] * len(periods)
        else:
            windows = set(zip(starts, ends, strict=True))
            known = self._ratio(counted, owner, windows, "plan")
            pairs = [known.get(each, (0, 0)) for each in zip(who, starts, ends, strict=True)]
            moves = self._of_ratio(counted, level, "plan", who, starts, ends)
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

    def _worth(self) -> dict[str, int]:
        """What each way of winning adds to won revenue, in the company's currency."""
        facts = self._all._feeds.facts(self._feeds.measure("won_revenue"), "plan")
        rows = self._all._session.run(
            f"""
            SELECT w.way, CAST(sum(f.amount) AS BIGINT) AS n FROM {facts} AS f
            JOIN ways AS w ON w.transaction_id = f.transaction_id GROUP BY w.way ORDER BY w.way"""
        )
        return dict(zip(rows["way"].to_pylist(), rows["n"].to_pylist(), strict=True))


def _measured(column: Column, side: Side, moves: Sequence[Moves]) -> Iterable[Measured]:
    """The cells whose attainment something at stake moves: those that close what they measure."""
    plan, component = column.plan, column.component
    for at, cell in enumerate(column.cells):
        quota, d = cell.inputs[0].quota, int(side.credit_d[at])
        closes = cell.paid.end == cell.measured.end and not cell.excluded
        if closes and moves[at].anything and quota and quota > 0 and d > 0:
            line = (cell.payee_id, plan.id, plan.version, component.id, column.segment, cell.paid.label)
            yield Measured(line, quota, int(side.credit_n[at]), d, moves[at])


def _by_deals(measure: Measure) -> bool:
    """Whether deals that are won bring it; leads, meetings and cash go on by themselves."""
    definition = measure.definition
    if definition is None:
        return False
    if definition.table == "opportunities":
        return definition.date == "closed_on"
    return definition.table in ("orders", "contracts")

"""A book's facts counted once, and other terms paid on them: what a lever moves, to the cent, at once.

What is counted (credits, totals by month, ratios) depends on facts, people and credit rules; rates, limits
and quotas only say what it pays. So the totals are made once, by the feeds of a run, and each set of terms
is finished as arrays by the vector dialect. Where that cannot say something, the sql dialect of the run
does it, column by column or as a whole run: no scenario is paid by other rules than people are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa

from revplan.engine.duck import Session
from revplan.formula import vector
from revplan.formula.compiled import Bools, Ints
from revplan.formula.kernels import ROOM, UNFIT, divide_each
from revplan.formula.steps import Formula
from revplan.issues import Unfit
from revplan.metrics.facts import bind_tables
from revplan.metrics.measures import paid_by
from revplan.model.book import Book
from revplan.model.plan import Component, Counted, Plan, linked
from revplan.money import MILLION, divide_half_away
from revplan.rules.adjust.clawbacks import cancellations_of
from revplan.rules.cells import Column, columns, counted_of
from revplan.rules.check.measures import sound_measures
from revplan.rules.compile import formula_of, reads_attainment
from revplan.rules.feeds import Feeds, level_of, scope_of
from revplan.rules.lines import finish_column
from revplan.rules.people import WHOLE, Span, gaps, hierarchy, people_tables, spans, stints
from revplan.rules.quotas import Quotas, resolve_months
from revplan.rules.refunds import undone_table
from revplan.rules.run import run
from revplan.simulate.replayed import REPLAYED, Paid, lines_table


@dataclass(frozen=True)
class _Sums:
    """Month totals of one feed: `row` of each one who counts, then the running total before each month."""

    row: Mapping[str, int]
    first: int  # the month (12 × year + month) before which the running totals are 0
    before: Ints  # [who, month], one column more than there are months
    fits: bool

    def between(self, who: Sequence[str], start: Ints, end: Ints) -> Ints:
        """Each one's total over the months [start, end)."""
        last = self.before.shape[1] - 1
        rows = np.array([self.row.get(each, -1) for each in who])
        until, since = (np.clip(months - self.first, 0, last) for months in (end, start))
        found: Ints = self.before[rows, until] - self.before[rows, np.minimum(since, until)]
        return np.where(rows >= 0, found, 0)


class Replay:
    """One book and plan set, its facts counted; use as a context manager, by one thread at a time.

    `session` and `feeds` are those that it counts with.
    """

    def __init__(self, book: Book, plan_set: str) -> None:
        self._book, self._plan_set = _ready(book), plan_set
        self._company = self._book.company
        self._roster = stints(self._book)
        chain, _ = hierarchy(self._roster)
        self._spans = spans(self._book, plan_set, self._roster)
        stretches = {(span.plan.id, number) for span in self._spans for number in (WHOLE, span.segment)}
        self._plan_numbers = {stretch: number for number, stretch in enumerate(sorted(stretches))}
        self.session = Session()
        bind_tables(self.session, self._book)
        for name, table in people_tables(self._roster, chain).items():
            self.session.bind(name, table)
        self.session.bind("undone", undone_table(cancellations_of(self._book)[0]))
        off = [
            (self._plan_numbers[plan, segment], payee, start, end)
            for plan, segment, payee, start, end in gaps(self._book, self._spans)
        ]
        self.feeds = Feeds(self.session, self._company, off)
        self._sums: dict[str, _Sums] = {}
        self._ratios: dict[tuple[object, ...], Mapping[tuple[str, date, date], tuple[int, int]]] = {}
        self._kept: dict[str, list[Paid]] = {}
        self._columns_of: dict[str, list[Column]] = {}
        self._by_sql = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.__exit__(kind, error, trace)

    @property
    def book(self) -> Book:
        """The book, as a run takes it."""
        return self._book

    def lines(self, book: Book) -> pa.Table:
        """The lines (schema REPLAYED) of a book with these facts and people, and any plans and targets.

        The same figures as `rules.run.run` gives, in the same order. Raises ValueError for a book with
        other people or tables: it needs a replay of its own.
        """
        if any(book.tables.get(n) is not t for n, t in self._book.tables.items()):
            raise ValueError("a replay knows the facts and people of its own book only")
        book = _ready(book)
        on_plans = spans(book, self._plan_set, self._roster)
        if self.needs_run(book) or _when(on_plans) != _when(self._spans):
            lines = run(replace(book, closes=()), self._plan_set, with_parts=False).lines
            return lines.select(REPLAYED.names)
        quotas, _ = resolve_months(self._company, book.targets)
        found: list[Paid] = []
        for plan_id, of_plan in groupby(on_plans, key=lambda span: span.plan.id):
            found += self._of_plan(plan_id, tuple(of_plan), quotas, book)
        return lines_table(found)

    def needs_run(self, book: Book) -> bool:
        """Whether the plans of the set act on finished lines: limits, budgets, pay on others' payouts."""
        plans = [plan for plan in book.plans if self._plan_set in plan.sets]
        counted = (c for plan in plans for each in plan.components for _, c in counted_of(each))
        return any(plan.payee_limits or plan.budget for plan in plans) or any(
            any(paid_by(each.measure)) for each in counted
        )

    def _of_plan(self, plan_id: str, on_plan: tuple[Span, ...], quotas: Quotas, book: Book) -> list[Paid]:
        """The plan's columns finished; those of the book's own terms are kept."""
        own, versions = (
            tuple(plan for plan in each.plans if plan.id == plan_id) for each in (self._book, book)
        )
        # Cells do not depend on what tables pay: where only that differs, the book's own are taken.
        same_targets = book.targets == self._book.targets
        same_cells = same_targets and [*map(_but_for_tables, own)] == [*map(_but_for_tables, versions)]
        is_own = same_targets and versions == own
        if is_own and plan_id in self._kept:
            return self._kept[plan_id]
        given = (
            self._own_columns(on_plan, quotas, versions)
            if same_cells
            else [column for column in columns(self._company, quotas, on_plan) if column.cells]
        )
        found = [each for column in given if (each := self._finish(column)) is not None]
        if is_own:
            self._kept[plan_id] = found
        return found

    def _own_columns(
        self, on_plan: tuple[Span, ...], quotas: Quotas, versions: tuple[Plan, ...]
    ) -> list[Column]:
        """The columns of the book's own plan, made once, with the tables that `versions` have."""
        plan_id = versions[0].id
        if plan_id not in self._columns_of:
            made = columns(self._company, quotas, on_plan)
            self._columns_of[plan_id] = [column for column in made if column.cells]
        now = {plan.version: plan for plan in versions}
        parts = {(plan.version, each.id): each for plan in versions for each in plan.components}
        return [
            replace(each, plan=now[each.plan.version], component=parts[each.plan.version, each.component.id])
            for each in self._columns_of[plan_id]
        ]

    def finished(self) -> list[tuple[Paid, vector.Inputs | None]]:
        """The book's own columns finished, with their inputs where arrays can say them."""
        quotas, _ = resolve_months(self._company, self._book.targets)
        found = []
        for column in columns(self._company, quotas, self._spans):
            paid = self._finish(column) if column.cells else None
            if paid is not None:
                ready = self._ready_cells(column, self.formula_of(column.component))
                found.append((paid, ready[1] if ready else None))
        return found

    def formula_of(self, component: Component) -> Formula:
        """A component's formula. Raises KeyError, Unfit or ArithmeticError where it has none."""
        return formula_of(component, lambda name: self.feeds.measure(name).unit, self._company.digits)

    # ------------------------------------------------------------ one column

    def _finish(self, column: Column) -> Paid | None:
        """None where the run leaves the column out too, and says why."""
        try:
            return self._by_arrays(column, self.formula_of(column.component)) or self._by_run(column)
        except (KeyError, Unfit, ArithmeticError):
            return None

    def _by_arrays(self, column: Column, formula: Formula) -> Paid | None:
        """None where the vector dialect cannot say it."""
        ready = self._ready_cells(column, formula)
        if ready is None:
            return None
        x, inputs = ready
        done = vector.finish_cells(formula, inputs)
        if not done.fits.all():
            return None
        open_to = np.array([cell.excluded == "" for cell in column.cells])
        quota = _numbers(cell.inputs[0].quota for cell in column.cells)
        credit, has_credit = _divided(x.credit_n, x.credit_d, 1)
        attainment, has_attainment = _divided(x.credit_n, x.credit_d * quota, MILLION)
        return Paid(column, done.payout * open_to, credit, has_credit, attainment, has_attainment)

    def _ready_cells(self, column: Column, formula: Formula) -> "tuple[Side, vector.Inputs] | None":
        """What the table reads, and all inputs as arrays; None where the vector dialect cannot say it."""
        if formula.deal or column.component.pays.way == "pool" or vector.unfit(formula):
            return None
        given = {
            name: self._input(column, place, counted)
            for place, (name, counted) in enumerate(counted_of(column.component))
        }
        if any(each is None for each in given.values()):
            return None
        sides = {name: each for name, each in given.items() if each is not None}
        n, d = sides["x"].n, sides["x"].d
        none = np.zeros(len(column.cells), np.int64)
        m = sides.get("m")
        inputs = vector.Inputs(
            n,
            d,
            np.array([cell.incentive for cell in column.cells], np.int64),
            m.n if m else none,
            m.d if m else none,
            tuple((each.n, each.d) for name, each in sides.items() if name.startswith("g")),
            np.ones(len(column.cells), np.bool_),
        )
        return sides["x"], inputs

    def _by_run(self, column: Column) -> Paid:
        """The column as the run finishes it."""
        number = self._by_sql
        self._by_sql += 1
        done = finish_column(self.feeds, column, number, self._plan_numbers[column.plan.id, column.segment])
        rows = self.session.run(f"SELECT earned, credit, attainment FROM {done.cells} ORDER BY cell_id")
        columns = {name: rows[name].to_pylist() for name in rows.column_names}
        return Paid(
            column,
            _numbers(columns["earned"]),
            _numbers(columns["credit"]),
            np.array([each is not None for each in columns["credit"]]),
            _numbers(columns["attainment"]),
            np.array([each is not None for each in columns["attainment"]]),
        )

    def _input(self, column: Column, place: int, counted: Counted) -> "Side | None":
        """One input of all cells, as `rules.lines` has it; None where a number does not fit."""
        inputs = [cell.inputs[place] for cell in column.cells]
        who = [given.owner.partition(":")[2] for given in inputs]
        quota = _numbers(given.quota for given in inputs)
        has_quota = np.array([given.quota is not None for given in inputs])
        additive = self.feeds.measure(counted.measure).additive
        if additive:
            scope = scope_of(
                column.component,
                counted,
                inputs[0].owner,
                self._plan_numbers[column.plan.id, column.segment],
                in_segment=column.segment != WHOLE,
            )
            sums = self._sums_of(self.feeds.totals(counted, scope, column.plan.fx_rate))
            if not sums.fits:
                return None
            start = months_of(given.start for given in inputs)
            n = sums.between(who, start, months_of(cell.paid.end for cell in column.cells))
            d = np.ones(len(n), np.int64)
        else:
            windows = {(given.start, cell.paid.end) for given, cell in zip(inputs, column.cells, strict=True)}
            known = self._ratio(counted, inputs[0].owner, windows, column.plan.fx_rate)
            found = [
                known.get((each, given.start, cell.paid.end), (0, 0))
                for each, given, cell in zip(who, inputs, column.cells, strict=True)
            ]
            if any(abs(n) * MILLION > ROOM or abs(d) * MILLION > ROOM for n, d in found):
                return None
            n, d = (np.array(side, np.int64) for side in zip(*found, strict=True))
            n = n * MILLION
        credit_n, credit_d = n, d
        if reads_attainment(counted):
            if (np.abs(d.astype(float)) * np.abs(quota.astype(float)) > ROOM).any():
                return None
            d = np.where(has_quota, d * quota, 0)
        else:
            d = d if additive else d * MILLION
            if isinstance(counted, Component) and counted.input == "growth":
                if (np.abs(quota.astype(float)) * np.abs(credit_d.astype(float)) > ROOM // 2).any():
                    return None
                n, d = n - quota * credit_d, np.where(has_quota, d, 0)
        return Side(n, d, credit_n, credit_d)

    def _sums_of(self, totals: str) -> _Sums:
        if totals not in self._sums:
            rows = self.session.run(
                f"""
                SELECT who, extract(year FROM month) * 12 + extract(month FROM month) AS month,
                    CASE WHEN abs(n) <= {ROOM // 4096} THEN CAST(n AS BIGINT) END AS n
                FROM {totals}"""
            )
            self._sums[totals] = _running(*(rows[name].to_pylist() for name in ("who", "month", "n")))
        return self._sums[totals]

    def _ratio(
        self, counted: Counted, owner: str, windows: set[tuple[date, date]], fx_rate: str
    ) -> Mapping[tuple[str, date, date], tuple[int, int]]:
        level = level_of(owner)
        key = (counted.measure, level, counted.credit.roll_up, frozenset(windows), fx_rate)
        if key not in self._ratios:
            rows = self.session.run(f"SELECT * FROM {self.feeds.ratio(counted, level, windows, fx_rate)}")
            names = ("who", "window_start", "window_end", "n", "d")
            self._ratios[key] = {
                (who, start, end): (int(n), int(d))
                for who, start, end, n, d in zip(*(rows[name].to_pylist() for name in names), strict=True)
                if n is not None and d is not None
            }
        return self._ratios[key]


@dataclass(frozen=True)
class Side:
    """An input as the formula takes it, n / d, and what was counted, credit_n / credit_d."""

    n: Ints
    d: Ints
    credit_n: Ints
    credit_d: Ints


def _ready(book: Book) -> Book:
    """As a run takes it: sound measures, conditions on components settled."""
    company, _ = sound_measures(book.company)
    return replace(book, company=company, plans=tuple(map(linked, book.plans)))


def _but_for_tables(plan: Plan) -> Plan:
    """The plan without what its tables pay and the limits of its components."""
    without = {"table": None, "floor": None, "cap": None}
    return plan.model_copy(
        update={"components": tuple(each.model_copy(update=without) for each in plan.components)}
    )


def _when(on_plans: Iterable[Span]) -> list[tuple[object, ...]]:
    """Who is on which plan version when, whatever the plans say."""
    return [
        (s.plan.id, s.plan.version, s.stint, s.start, s.end, s.leave, s.segment, _eligible(s.plan))
        for s in on_plans
    ]


def _eligible(plan: Plan) -> tuple[object, ...]:
    """What decides whose credit counts for the plan on which days."""
    return plan.leave, plan.fx_rate


def _running(who: list[str], month: list[int], n: list[int | None]) -> _Sums:
    if not who:
        return _Sums({}, 0, np.zeros((1, 1), np.int64), True)
    names = {name: row for row, name in enumerate(sorted(set(who)))}
    first, last = min(month), max(month)
    totals = np.zeros((len(names), last - first + 2), np.int64)
    rows = np.array([names[each] for each in who])
    np.add.at(totals, (rows, np.array(month) - first + 1), _numbers(n))
    return _Sums(names, first, np.cumsum(totals, axis=1), None not in n)


def _numbers(values: Iterable[int | None]) -> Ints:
    return np.array([each or 0 for each in values], np.int64)


def months_of(days: Iterable[date]) -> Ints:
    return np.array([day.year * 12 + day.month for day in days], np.int64)


def _divided(n: Ints, d: Ints, times: int) -> tuple[Ints, Bools]:
    """n · times / d rounded, and where it is defined (d > 0)."""
    found, defined = np.zeros_like(n), d > 0
    divide_each(n, d, times, found)
    for i in np.flatnonzero(found == UNFIT):
        found[i] = divide_half_away(int(n[i]) * times, int(d[i]))
    return found, defined

"""Two plan sets on the same data: attainment, pay, cost, and whether pay moves with the company's result."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import pyarrow as pa
import pyarrow.compute as pc

from revplan.access import EVERYONE, Scope, Viewer, require
from revplan.metrics import alignment
from revplan.metrics.alignment import Together, Window, ratio
from revplan.model.book import Book, Company
from revplan.model.results import RunResult
from revplan.rules.adjust.entries import STEPS
from revplan.rules.covered import covered
from revplan.service import standing, workspace
from revplan.service.once import Once
from revplan.service.workspace import scoped, whose

_TEXT, _INT = pa.string(), pa.int64()
_FIGURES = [
    ("target_pay", _INT),  # what 100% would pay, minor units; 0 when nobody has a target incentive
    ("payout_a", _INT),
    ("payout_b", _INT),
    ("difference", _INT),  # b less a
    ("share_a", _INT),  # payout ÷ target pay, millionths; null when there is no target pay
    ("share_b", _INT),
    ("attainment_a", _INT),  # of what the plan counts, millionths; null when not defined
    ("attainment_b", _INT),
]

TEAMS = pa.schema([("team_id", _TEXT), *_FIGURES])
PEOPLE = pa.schema([("payee_id", _TEXT), ("payee_name", _TEXT), ("team_id", _TEXT), *_FIGURES])
SERIES = pa.schema([("window", _TEXT), ("team_id", _TEXT), *_FIGURES])
MISSING = pa.schema([("team_id", _TEXT), *_FIGURES[:6]])
AFTER = pa.schema([("kind", _TEXT), ("amount_a", _INT), ("amount_b", _INT), ("difference", _INT)])


@dataclass(frozen=True)
class Totals:
    """The whole company's figures, in minor units; only for those who see everyone.

    `missing_*` is what was paid in the windows that the company missed; `result` is what the company
    reached on its shared target in the same windows, None without one.
    """

    cost_a: int
    cost_b: int
    missing_a: int
    missing_b: int
    result: int | None
    together_a: Together
    together_b: Together

    @property
    def share_a(self) -> int | None:
        """Pay of set a ÷ the company's result, millionths: the compensation cost of sales."""
        return ratio(self.cost_a, self.result) if self.result else None

    @property
    def share_b(self) -> int | None:
        """Pay of set b ÷ the company's result, millionths."""
        return ratio(self.cost_b, self.result) if self.result else None


@dataclass(frozen=True)
class Comparison:
    """Set a beside set b over the windows from the first to the last, in time order.

    `company` names the teams.
    `choices` are the labels of all windows that have begun, of which `windows` are those compared.
    `teams`, `people`, `series` (team by window) and `missing` (team, missed windows only) hold the rows
    that the viewer may see; a person who changed teams has a row for each. `after` leads from what the
    lines earn ("earned") to what is paid out ("paid") in the months of the windows: draws, clawbacks, pay
    held and so on by kind, each added up; without rows where neither set has any.
    `target_name` is "" when the company has no shared target, and then there are no windows.
    """

    a: str
    b: str
    company: Company
    currency: str
    digits: int
    target_name: str
    target_measure: str
    choices: tuple[str, ...]
    windows: tuple[Window, ...]
    teams: pa.Table
    people: pa.Table
    series: pa.Table
    missing: pa.Table
    after: pa.Table
    totals: Totals | None

    def team_name(self, team_id: str) -> str:
        """A team's name, else its id."""
        return next((team.name for team in self.company.teams if team.id == team_id), team_id)

    @property
    def moves(self) -> tuple[int, int, int]:
        """How many people would be paid more under b, less, and the same; who changed teams is one person."""
        summed = alignment.total_by(self.people, ["payee_id"], "difference")["difference"].to_pylist()
        return (sum(x > 0 for x in summed), sum(x < 0 for x in summed), summed.count(0))

    @property
    def missed(self) -> tuple[Window, ...]:
        """The windows that the company missed."""
        return tuple(window for window in self.windows if window.missed)

    @property
    def finished(self) -> tuple[Window, ...]:
        """The windows that are over."""
        return tuple(window for window in self.windows if window.final)


_kept: Once[Comparison] = Once(32)


def plan_sets(viewer: Viewer) -> tuple[str, ...]:
    """The plan sets that can be compared: today's, then the one that shares least; most last.

    How much a set shares is the part of its components that count a shared result; ties stay in the book's
    order. Raises AccessDenied for a role that may not compare.
    """
    require(viewer, "cro", "finance", "lead")
    book = workspace.current().book()
    return tuple(sorted(book.plan_sets(), key=lambda name: (name != standing.TODAY, _sharing(book, name))))


def _sharing(book: Book, plan_set: str) -> Fraction:
    scopes = [c.scope for plan in book.plans if plan_set in plan.sets for c in plan.components]
    return Fraction(scopes.count("shared"), len(scopes))


def compare(viewer: Viewer, set_a: str, set_b: str, first: str = "", last: str = "") -> Comparison:
    """Compare two plan sets over the windows from label `first` to `last`, both included.

    Left out, they are the first and the last finished window. CRO and finance see everything; a lead sees
    the own team's rows and the company's result, no totals from which others' pay could be worked out.
    Raises AccessDenied for any other role and ValueError for a plan set that is not in the book.
    """
    require(viewer, "cro", "finance", "lead")
    opened = workspace.current()
    (book, key), scope = opened.book_and_key(), opened.scope(viewer)
    for name in (set_a, set_b):
        if name not in book.plan_sets():
            raise ValueError(f"there is no plan set {name!r}")
    a, b = opened.run(set_a), opened.run(set_b)
    opened.log_access(viewer, f"comparison of {set_a} and {set_b}: {whose(scope)}")
    return _kept.get(
        (key, set_a, set_b, first, last, scope), lambda: compare_runs(book, a, b, first, last, scope)
    )


def compare_runs(
    book: Book, a: RunResult, b: RunResult, first: str = "", last: str = "", scope: Scope = EVERYONE
) -> Comparison:
    """The comparison of two runs of one book, cut to `scope`; see `compare`."""
    company = book.company
    windows = _between(begun := standing.target_windows(book, a), first, last)
    paid = [_paid(run, windows, scope) for run in (a, b)]
    on_plans = scoped(covered(book, (a.plan_set, b.plan_set)), scope)
    target_pay = alignment.target_pay(on_plans, windows, company.calendar, company.as_of)
    weighed = [alignment.weigh(lines, target_pay, company.calendar) for lines in paid]
    tables = _Tables(paid[0], paid[1], weighed[0], weighed[1], target_pay)
    team_tables = tables if scope.everyone else tables.of_teams(scope)
    missed = frozenset(window.label for window in windows if window.missed)
    series = team_tables.by(("window", "team_id"), SERIES)
    people = tables.by(("payee_id", "team_id"), PEOPLE)
    name, measure = target_words(a.standings, standing.main_target(a))
    return Comparison(
        a=a.plan_set,
        b=b.plan_set,
        company=company,
        currency=a.currency,
        digits=a.digits,
        target_name=name,
        target_measure=measure,
        choices=tuple(window.label for window in begun),
        windows=windows,
        teams=team_tables.by(("team_id",), TEAMS),
        people=people,
        series=series,
        missing=team_tables.only(missed).by(("team_id",), MISSING),
        after=_after(company, (a, b), team_tables, windows, scope),
        totals=_totals(windows, tables) if scope.everyone else None,
    )


def _between(begun: Sequence[Window], first: str, last: str) -> tuple[Window, ...]:
    """The windows from `first` to `last`; by default the finished ones, or all when none is finished."""
    labels = [window.label for window in begun]
    finished = [place for place, window in enumerate(begun) if window.final] or list(range(len(begun)))
    if not finished:
        return ()
    start = labels.index(first) if first in labels else finished[0]
    end = labels.index(last) if last in labels else max(finished[-1], start)
    return tuple(begun[min(start, end) : max(start, end) + 1])


def _paid(run: RunResult, windows: Sequence[Window], scope: Scope) -> pa.Table:
    return alignment.placed(scoped(run.lines, scope), windows)


def _after(
    company: Company, runs: Sequence[RunResult], tables: "_Tables", windows: Sequence[Window], scope: Scope
) -> pa.Table:
    """See `Comparison.after`; entries by kind, in the order in which a month works them out."""
    if not windows:
        return AFTER.empty_table()
    span = company.calendar.periods(windows[0].start, windows[-1].end, "month")
    months = pa.array([month.label for month in span], _TEXT)
    sums: list[dict[str, int]] = []
    for run, lines in zip(runs, (tables.a, tables.b), strict=True):
        entries = scoped(run.adjustments, scope)
        entries = entries.filter(pc.is_in(entries["period"], value_set=months))
        if not scope.everyone:
            teams = pa.array(sorted(scope.team_ids), _TEXT)
            entries = entries.filter(pc.is_in(entries["team_id"], value_set=teams))
        by_kind = {kind: amount for (kind,), amount in _sums(entries, ("kind",), "amount").items()}
        earned = pc.sum(lines["payout"]).as_py() or 0
        sums.append({"earned": earned, **by_kind, "paid": earned + sum(by_kind.values())})
    a, b = sums
    kinds = [kind for kind in STEPS if kind in a or kind in b]
    if not kinds:
        return AFTER.empty_table()
    amounts = [(kind, a.get(kind, 0), b.get(kind, 0)) for kind in ("earned", *kinds, "paid")]
    rows = [{"kind": k, "amount_a": x, "amount_b": y, "difference": y - x} for k, x, y in amounts]
    return pa.Table.from_pylist(rows, AFTER)


def target_words(standings: pa.Table, target_id: str) -> tuple[str, str]:
    """A target's name and measure; "" for one that has no standing."""
    rows = standings.filter(pc.equal(standings["target_id"], target_id)).slice(0, 1).to_pylist()
    return (rows[0]["target_name"], rows[0]["measure"]) if rows else ("", "")


@dataclass(frozen=True)
class _Tables:
    """Placed lines of both sets, those that measure attainment, and the target pay: to be added up by any
    keys that they share (window, team_id, payee_id)."""

    a: pa.Table
    b: pa.Table
    weighed_a: pa.Table
    weighed_b: pa.Table
    target_pay: pa.Table

    def of_teams(self, scope: Scope) -> "_Tables":
        """Only the rows of the scope's teams: what a lead earned in another team is no team's total."""
        return self._among("team_id", scope.team_ids)

    def only(self, labels: frozenset[str]) -> "_Tables":
        """Only the rows of these windows."""
        return self._among("window", labels)

    def _among(self, column: str, values: frozenset[str]) -> "_Tables":
        wanted = pa.array(sorted(values), _TEXT)
        tables = (self.a, self.b, self.weighed_a, self.weighed_b, self.target_pay)
        return _Tables(*(table.filter(pc.is_in(table[column], value_set=wanted)) for table in tables))

    def by(self, keys: tuple[str, ...], schema: pa.Schema) -> pa.Table:
        """A row for each combination of `keys` that is paid, or would be at 100%; sorted by the keys."""
        paid_a, paid_b = (_sums(table, keys, "payout") for table in (self.a, self.b))
        at_target = _sums(self.target_pay, keys, "target_pay")
        attained = [alignment.measure_attainment(lines, keys) for lines in (self.weighed_a, self.weighed_b)]
        names = _names(self.a) | _names(self.b)
        rows = []
        for key in sorted(paid_a.keys() | paid_b.keys()):
            a, b, whole = paid_a.get(key, 0), paid_b.get(key, 0), at_target.get(key, 0)
            row: dict[str, object] = dict(zip(keys, key, strict=True)) | {
                "target_pay": whole,
                "payout_a": a,
                "payout_b": b,
                "difference": b - a,
                "share_a": ratio(a, whole),
                "share_b": ratio(b, whole),
                "attainment_a": attained[0].get(key),
                "attainment_b": attained[1].get(key),
            }
            if "payee_id" in keys:
                row["payee_name"] = names[key[keys.index("payee_id")]]
            rows.append({name: row[name] for name in schema.names})
        return pa.Table.from_pylist(rows, schema)


def _sums(table: pa.Table, keys: tuple[str, ...], amount: str) -> dict[tuple[str, ...], int]:
    rows = alignment.total_by(table, keys, amount).to_pylist()
    return {tuple(row[key] for key in keys): row[amount] for row in rows}


def _names(lines: pa.Table) -> dict[str, str]:
    return dict(zip(lines["payee_id"].to_pylist(), lines["payee_name"].to_pylist(), strict=True))


def _totals(windows: Sequence[Window], tables: _Tables) -> Totals:
    together = [
        alignment.teams_together(alignment.measure_attainment(lines, ("team_id", "window")), windows)
        for lines in (tables.weighed_a, tables.weighed_b)
    ]
    missing = [
        pc.sum(alignment.paid_while_missing(lines, windows, "payout")["payout"]).as_py() or 0
        for lines in (tables.a, tables.b)
    ]
    return Totals(
        cost_a=pc.sum(tables.a["payout"]).as_py() or 0,
        cost_b=pc.sum(tables.b["payout"]).as_py() or 0,
        missing_a=missing[0],
        missing_b=missing[1],
        result=sum(window.actual for window in windows) if windows else None,
        together_a=together[0],
        together_b=together[1],
    )

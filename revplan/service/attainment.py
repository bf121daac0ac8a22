"""Attainment: from the team to its people, their components, and the deals behind each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from revplan.access import AccessDenied, Scope, Viewer
from revplan.metrics import alignment
from revplan.metrics.alignment import Window
from revplan.model.book import Book, Team
from revplan.model.explanation import Explanation, PaidOn
from revplan.model.plan import Component
from revplan.model.results import RunResult, Unit
from revplan.money import MILLION, round_half_away
from revplan.report.explanations import deal_names
from revplan.rules.explain.line import explain
from revplan.service import standing, statements, workspace
from revplan.service.once import Once
from revplan.service.people import people
from revplan.service.plan_curves import CurvePoints, line_curve
from revplan.service.standing import Earned, Standing
from revplan.service.workspace import scoped
from revplan.words.table_words import Terms, terms_for

PEOPLE = pa.schema(
    [
        ("rank", pa.int64()),  # by attainment, then share, within the team; null without attainment
        ("payee_id", pa.string()),
        ("payee_name", pa.string()),
        ("attainment", pa.int64()),  # of what the plan counts, millionths; null when not defined
        ("payout", pa.int64()),
        ("target_pay", pa.int64()),
        ("share", pa.int64()),  # payout ÷ target pay, millionths; null without target pay
        ("reason", pa.string()),  # why nothing was paid, when there is one reason for all lines; else ""
    ]
)

COMPONENTS = pa.schema(
    [
        ("line_id", pa.int64()),
        ("component_name", pa.string()),
        ("measure", pa.string()),
        ("unit", pa.string()),
        ("scope", pa.string()),
        ("period", pa.string()),
        ("credit", pa.int64()),
        ("quota", pa.int64()),
        ("nominal_quota", pa.int64()),
        ("attainment", pa.int64()),
        ("payout", pa.int64()),
        ("reason", pa.string()),
        ("status", pa.string()),
    ]
)

_BEST_PAID_FIRST = [("period", "ascending"), ("payout", "descending"), ("component_name", "ascending")]

DEALS = pa.schema(
    [
        ("position", pa.int64()),
        ("kind", pa.string()),
        ("deal", pa.string()),  # the opportunity's name, else its or the transaction's id
        ("account", pa.string()),
        ("on_date", pa.date32()),
        ("credit", pa.int64()),
        ("unit", pa.string()),
        ("pays_on", pa.int64()),  # what it pays on, rounded for show; null where that is what it counts
        ("paid_unit", pa.string()),  # of pays_on
        ("rate", pa.int64()),  # its own rate, millionths; null but in a keyed table
        ("part", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Choices:
    """What can be chosen on the page: plan sets, periods, and the teams that the viewer sees (by id).
    `own_payee` is the viewer, "" for who is nobody of the book; `own_team` that one's latest team."""

    currency: str
    digits: int
    team_list: tuple[Team, ...]
    plan_sets: tuple[str, ...]
    plan_set: str
    periods: tuple[str, ...]
    period: str
    teams: dict[str, str]
    own_payee: str
    own_team: str


@dataclass(frozen=True)
class Point:
    """A window of the story over time: the company's attainment and that of the team or person, and pay."""

    label: str
    company: int | None
    own: int | None
    earned: Earned
    status: str


@dataclass(frozen=True)
class TeamView:
    """A team in a period: its pay, its part of the main target, its people (table PEOPLE), and over time."""

    team_id: str
    name: str
    window: Window
    target_name: str
    measure: str
    earned: Earned
    portion: Standing | None
    people: pa.Table
    over_time: tuple[Point, ...]


@dataclass(frozen=True)
class PersonView:
    """A person in a period: pay, lines (table COMPONENTS), the statements of its months (table
    `statements.ACCOUNT`, empty when they say no more) and what they come to, and over time. `paid_out` is
    that in each currency that is paid: see `statements.paid_out`."""

    payee_id: str
    name: str
    window: Window
    target_name: str
    measure: str
    earned: Earned
    components: pa.Table
    account: pa.Table
    paid: int
    paid_out: dict[str, int | None]
    over_time: tuple[Point, ...]


@dataclass(frozen=True)
class Line:
    """One payout line with its trace: see `model.results.LINES`; money in minor units, ratios millionths."""

    line_id: int
    payee_name: str
    component_name: str
    plan_id: str
    plan_version: int
    way: str
    scope: str
    measure: str
    unit: Unit
    measured_period: str
    period: str
    period_start: date
    period_end: date
    credit: int
    quota: int | None
    nominal_quota: int | None
    attainment: int | None
    target_incentive: int
    table_amount: int
    multiplier: int | None
    gate_open: bool | None
    earned_to_date: int
    payout: int
    reason: str
    status: str


@dataclass(frozen=True)
class LineView:
    """A line and what it is made of (table DEALS); the parts add up to the payout exactly. `component` is
    the one that it was worked out by, `told` how, and `terms` what to say it with; `curve` has the line's
    place on what the component pays, None where there is none to draw."""

    line: Line
    parts: pa.Table
    component: Component
    told: Explanation
    terms: Terms
    curve: CurvePoints | None


_teams: Once[TeamView] = Once(64)
_people: Once[PersonView] = Once(64)


def choices(viewer: Viewer, plan_set: str = "", period: str = "") -> Choices:
    """What the viewer can choose from. Raises AccessDenied for a viewer without a role."""
    if viewer.role == "none":
        raise AccessDenied(viewer.role)
    opened = workspace.current()
    book, scope = opened.book(), opened.scope(viewer)
    sets = book.plan_sets()
    chosen = standing.plan_set_of(book, plan_set)
    windows = standing.windows_of(book, opened.run(chosen)) if chosen else ()
    labels = tuple(window.label for window in windows)
    finished = [window.label for window in windows if window.final] or list(labels)
    own = viewer.payee_id if viewer.payee_id in scope.payee_ids else ""
    return Choices(
        currency=book.company.currency,
        digits=book.company.digits,
        team_list=book.company.teams,
        plan_sets=sets,
        plan_set=chosen,
        periods=labels,
        period=period if period in labels else (finished[-1] if finished else ""),
        teams={t.id: t.name for t in book.company.teams if scope.everyone or t.id in scope.team_ids},
        own_payee=own,
        own_team=people(book).team_of.get(own, ""),
    )


def team_view(viewer: Viewer, plan_set: str, team_id: str, period: str) -> TeamView:
    """A team's people in a period. Raises AccessDenied for a team that the viewer does not see as a whole,
    KeyError for a plan set, team or period that is not there."""
    opened = workspace.current()
    (book, key), scope = opened.book_and_key(), opened.scope(viewer)
    if not (scope.everyone or team_id in scope.team_ids):
        raise AccessDenied(team_id)
    run = _run(plan_set)
    opened.log_access(viewer, f"attainment of team {team_id} in {period} under {plan_set}")
    kept = (key, plan_set, scope, team_id, period)
    return _teams.get(kept, lambda: team_of(book, run, scope, team_id, period))


def person_view(viewer: Viewer, plan_set: str, payee_id: str, period: str) -> PersonView:
    """A person's components in a period, as far as the viewer sees them: a lead sees only what was earned
    in the own team. Raises AccessDenied when that is nothing, KeyError as `team_view`."""
    opened = workspace.current()
    (book, key), scope = opened.book_and_key(), opened.scope(viewer)
    run = _run(plan_set)
    kept = (key, plan_set, scope, payee_id, period)
    view = _people.get(kept, lambda: person_of(book, run, scope, payee_id, period))
    opened.log_access(viewer, f"attainment of {payee_id} in {period} under {plan_set}")
    return view


def line_view(viewer: Viewer, plan_set: str, line_id: int) -> LineView:
    """One line with its parts. Raises AccessDenied for a line that the viewer does not see, which is also
    what one that does not exist looks like; KeyError for a plan set that is not there."""
    opened = workspace.current()
    run = _run(plan_set)
    view = line_of(opened.book(), run, opened.scope(viewer), line_id)
    opened.log_access(viewer, f"line {line_id} of {plan_set}: {view.line.payee_name}, {view.line.period}")
    return view


def _run(plan_set: str) -> RunResult:
    opened = workspace.current()
    if plan_set not in opened.book().plan_sets():
        raise KeyError(plan_set)
    return opened.run(plan_set)


# ---------------------------------------------------------------- made of a book and a run


def team_of(book: Book, run: RunResult, scope: Scope, team_id: str, period: str) -> TeamView:
    """See `team_view`."""
    windows = standing.windows_of(book, run)
    window = _window(windows, period)
    team = next(team for team in book.company.teams if team.id == team_id)
    own = Scope(False, frozenset(), frozenset({team_id}))
    by_person = standing.earned(book, run, own, [window], ["payee_id"])
    known = standing.standings(book, run, scope, window)
    target_id = standing.main_target(run)
    portion = next((s for s in known if s.target_id == target_id and s.owner == f"team:{team_id}"), None)
    name, measure = _target_words(run, target_id)
    return TeamView(
        team_id=team_id,
        name=team.name,
        window=window,
        target_name=name,
        measure=measure,
        earned=standing.earned(book, run, own, [window], ["team_id"]).get((team_id,), Earned()),
        portion=portion,
        people=_ranked(run, own, window, {key[0]: one for key, one in by_person.items()}),
        over_time=_over_time(book, run, own, windows),
    )


def person_of(book: Book, run: RunResult, scope: Scope, payee_id: str, period: str) -> PersonView:
    """See `person_view`."""
    windows = standing.windows_of(book, run)
    window = _window(windows, period)
    seen = scoped(run.lines, scope)
    seen = seen.filter(pc.equal(seen["payee_id"], payee_id))
    if not seen.num_rows and payee_id not in scope.payee_ids and not scope.everyone:
        raise AccessDenied(payee_id)
    lines = alignment.placed(seen, [window])
    # What is left of the scope when it is narrowed to one person: the rows in the viewer's teams, or all.
    mine = _narrowed(run, scope, payee_id)
    name, measure = _target_words(run, standing.main_target(run))
    earned = standing.earned(book, mine, scope, [window], ["payee_id"])
    return PersonView(
        payee_id=payee_id,
        name=people(book).payees.get(payee_id, payee_id),
        window=window,
        target_name=name,
        measure=measure,
        earned=earned.get((payee_id,), Earned()),
        components=lines.select(COMPONENTS.names).cast(COMPONENTS).sort_by(_BEST_PAID_FIRST),
        account=statements.account_of(book, run, scope, payee_id, window),
        paid=statements.paid(run, scope, payee_id, window),
        paid_out=statements.paid_out(run, scope, payee_id, window),
        over_time=_over_time(book, mine, scope, windows, payee_id),
    )


def line_of(book: Book, run: RunResult, scope: Scope, line_id: int) -> LineView:
    """See `line_view`."""
    seen = scoped(run.lines, scope)
    rows = seen.filter(pc.equal(seen["line_id"], line_id)).to_pylist()
    if not rows:
        raise AccessDenied(str(line_id))
    line = Line(**{name: rows[0][name] for name in Line.__dataclass_fields__})
    parts = scoped(run.parts, scope)
    parts = parts.filter(pc.equal(parts["line_id"], line_id)).sort_by("position")
    told = explain(book, run, line_id)
    terms = terms_for(book.company, book.targets, book.plans)
    named, curve = _named(book, parts, line.unit, told.paid_on), line_curve(book.company, told)
    return LineView(line, named, told.component, told, terms, curve)


def _window(windows: Sequence[Window], period: str) -> Window:
    return {window.label: window for window in windows}[period]


def _narrowed(run: RunResult, scope: Scope, payee_id: str) -> RunResult:
    lines = scoped(run.lines, scope)
    return replace(run, lines=lines.filter(pc.equal(lines["payee_id"], payee_id)))


def _target_words(run: RunResult, target_id: str) -> tuple[str, str]:
    rows = run.standings.filter(pc.equal(run.standings["target_id"], target_id)).slice(0, 1).to_pylist()
    return (rows[0]["target_name"], rows[0]["measure"]) if rows else ("", "")


def _over_time(
    book: Book, run: RunResult, scope: Scope, windows: Sequence[Window], payee_id: str = ""
) -> tuple[Point, ...]:
    keys = ["window", "payee_id"] if payee_id else ["window"]
    found = standing.earned(book, run, scope, windows, keys)
    points = []
    for window in windows:
        one = found.get((window.label, payee_id) if payee_id else (window.label,), Earned())
        status = "final" if window.final else "open"
        points.append(Point(window.label, window.attainment, one.attainment, one, status))
    return tuple(points)


def _ranked(run: RunResult, scope: Scope, window: Window, found: dict[str, Earned]) -> pa.Table:
    """The team's people, the best attainment first, then the best paid for it; equals share a rank."""
    names: dict[str, str] = {}
    reasons: dict[str, set[str]] = {}
    lines = alignment.placed(scoped(run.lines, scope), [window])
    for row in lines.select(["payee_id", "payee_name", "reason"]).to_pylist():
        names[row["payee_id"]] = row["payee_name"]
        reasons.setdefault(row["payee_id"], set()).add(row["reason"])
    results = {
        payee: (one.attainment, one.share or 0) for payee, one in found.items() if one.attainment is not None
    }
    place = {payee: 1 + sum(other > mine for other in results.values()) for payee, mine in results.items()}
    rows: list[dict[str, Any]] = [
        {
            "rank": place.get(payee),
            "payee_id": payee,
            "payee_name": names.get(payee, payee),
            "attainment": one.attainment,
            "payout": one.payout,
            "target_pay": one.target_pay,
            "share": one.share,
            "reason": next(iter(reasons[payee])) if one.payout == 0 and len(reasons[payee]) == 1 else "",
        }
        for payee, one in found.items()
    ]
    rows.sort(key=lambda row: (row["rank"] is None, row["rank"] or 0, row["payee_name"]))
    return pa.Table.from_pylist(rows, PEOPLE)


def _named(book: Book, parts: pa.Table, unit: str, paid_on: PaidOn | None) -> pa.Table:
    """The parts with the names of their deals and accounts, and what each deal pays on."""
    deals = deal_names(book, parts["opportunity_id"].to_pylist())
    accounts = deal_names(book, parts["account_id"].to_pylist(), "accounts")
    rows = [
        {
            "position": row["position"],
            "kind": row["kind"],
            "deal": deals.get(row["opportunity_id"]) or row["opportunity_id"] or row["transaction_id"] or "",
            "account": accounts.get(row["account_id"]) or row["account_id"] or "",
            "on_date": row["on_date"],
            "credit": None if row["kind"] == "value" else row["credit"],
            "unit": unit,
            "pays_on": _pays_on(row, paid_on),
            "paid_unit": paid_on.unit if paid_on else unit,
            "rate": row["factor"] if paid_on and paid_on.is_rate else None,
            "part": row["part"],
        }
        for row in parts.to_pylist()
    ]
    return pa.Table.from_pylist(rows, DEALS)


def _pays_on(part: Mapping[str, Any], paid_on: PaidOn | None) -> int | None:
    """What a deal pays on, before a rate of its own; None where that is what it counts."""
    if paid_on is None or part["kind"] != "deal" or (paid_on.is_rate and part["paid_on"] is None):
        return None
    paid = part["credit"] if part["paid_on"] is None else part["paid_on"]
    factor = MILLION if paid_on.is_rate or part["factor"] is None else part["factor"]
    return round_half_away(Fraction(paid * factor, MILLION))

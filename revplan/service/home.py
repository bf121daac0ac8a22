"""Home: how the company and each team stand, what it costs, what needs attention, what to do next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from revplan.access import Scope, Viewer, require
from revplan.metrics.alignment import Window, ratio
from revplan.model.book import Book, Team
from revplan.model.results import RunResult
from revplan.service import attention, standing, workspace
from revplan.service.attention import Attention
from revplan.service.once import Once
from revplan.service.standing import Earned, Standing
from revplan.service.workspace import whose


@dataclass(frozen=True)
class TeamFigures:
    """A team in the period and in the year to date; `portion` is its part of the main target, None when
    it has none."""

    team_id: str
    name: str
    earned: Earned
    to_date: Earned
    portion: Standing | None
    shares_target: bool


@dataclass(frozen=True)
class Cost:
    """Pay of everybody that the viewer sees; `of_result` is pay ÷ the company's result in millionths,
    only for those who see everyone. `series` is pay by (window label, team id) over the year to date."""

    kind: Literal["company", "team", "own"]
    earned: Earned
    to_date: Earned
    of_result: int | None
    series: dict[tuple[str, str], int]


@dataclass(frozen=True)
class Step:
    """One of the steps to a plan that teams share; `page` is where it is done."""

    code: Literal["upload", "target", "share", "plans", "compare", "export"]
    done: bool
    page: str


@dataclass(frozen=True)
class Home:
    """Everything the first page shows to one viewer for one plan set and period.

    `window` is None, and the figures are empty, while there are no figures yet. `main` is the shared
    target as the company stands on it, `others` the company's other targets.
    """

    currency: str
    digits: int
    team_list: tuple[Team, ...]
    plan_sets: tuple[str, ...]
    plan_set: str
    periods: tuple[str, ...]
    window: Window | None
    main: Standing | None
    others: tuple[Standing, ...]
    teams: tuple[TeamFigures, ...]
    cost: Cost | None
    attention: tuple[Attention, ...]
    steps: tuple[Step, ...]


_kept: Once[Home] = Once(64)


def home(viewer: Viewer, plan_set: str = "", period: str = "") -> Home:
    """What `viewer` may see of the company under `plan_set` (today's when left out or unknown)
    in `period` (the label of a window; the latest finished one when left out or unknown).

    Raises AccessDenied for a viewer without a role.
    """
    require(viewer, "cro", "finance", "lead", "payee")
    opened = workspace.current()
    (book, key), scope = opened.book_and_key(), opened.scope(viewer)
    sets = book.plan_sets()
    chosen = standing.plan_set_of(book, plan_set)
    planner = viewer.role in ("cro", "finance")
    uploads = attention.rejected_uploads(opened) if planner else ()
    if not chosen or not book.tables["payees"].num_rows:
        return _empty(book, sets, chosen, uploads)
    run = opened.run(chosen)
    opened.log_access(viewer, f"home under {chosen}: {whose(scope)}")
    found = _kept.get(
        (key, chosen, scope, period, planner), lambda: home_of(book, run, scope, period, planner=planner)
    )
    return replace(found, attention=(*uploads, *found.attention))


def home_of(
    book: Book,
    run: RunResult,
    scope: Scope,
    period: str = "",
    *,
    planner: bool = False,
) -> Home:
    """Home made of one run of the book, cut to `scope`; see `home`."""
    windows = standing.windows_of(book, run)
    if not windows:
        return _empty(book, book.plan_sets(), run.plan_set, ())
    window = _chosen(windows, period)
    year = standing.year_of(book, windows, window.label)
    known = standing.standings(book, run, scope, window)
    target_id = standing.main_target(run)
    main = next((s for s in known if s.target_id == target_id and s.owner == standing.COMPANY), None)
    found = attention.attention(book, run, scope, windows, window, planner=planner)
    return Home(
        currency=run.currency,
        digits=run.digits,
        team_list=book.company.teams,
        plan_sets=book.plan_sets(),
        plan_set=run.plan_set,
        periods=tuple(w.label for w in windows),
        window=window,
        main=main,
        others=tuple(s for s in known if s.owner == standing.COMPANY and s is not main),
        teams=_teams(book, run, scope, year, known, main),
        cost=_cost(book, run, scope, year),
        attention=found,
        steps=_steps(book, main) if planner else (),
    )


def _chosen(windows: tuple[Window, ...], period: str) -> Window:
    by_label = {window.label: window for window in windows}
    finished = [window for window in windows if window.final]
    return by_label.get(period) or (finished or list(windows))[-1]


def _teams(
    book: Book,
    run: RunResult,
    scope: Scope,
    year: Sequence[Window],
    known: Sequence[Standing],
    main: Standing | None,
) -> tuple[TeamFigures, ...]:
    """The teams whose pay the viewer sees as a whole, in the company's order."""
    at = standing.earned(book, run, scope, year[-1:], ["team_id"])
    to_date = standing.earned(book, run, scope, year, ["team_id"])
    portions = {s.team_id: s for s in known if main and s.target_id == main.target_id and not s.payee_id}
    return tuple(
        TeamFigures(
            team_id=team.id,
            name=team.name,
            earned=at.get((team.id,), Earned()),
            to_date=to_date[(team.id,)],
            portion=portions.get(team.id),
            shares_target=main is not None and (not main.shared_with or team.id in main.shared_with),
        )
        for team in book.company.teams
        if (team.id,) in to_date and (scope.everyone or team.id in scope.team_ids)
    )


def _cost(book: Book, run: RunResult, scope: Scope, year: Sequence[Window]) -> Cost | None:
    """Everybody's pay in the scope: for a lead the own team's, for a payee the own."""
    by_person = standing.earned(book, run, scope, year, ["window", "team_id", "payee_id"])
    mine = {
        key: one
        for key, one in by_person.items()
        if scope.everyone or not scope.team_ids or key[1] in scope.team_ids
    }
    if not mine:
        return None
    series: dict[tuple[str, str], int] = {}
    for (label, team, _), one in mine.items():
        series[label, team] = series.get((label, team), 0) + one.payout
    kind: Literal["company", "team", "own"] = (
        "company" if scope.everyone else "team" if scope.team_ids else "own"
    )
    now = _sum(one for (label, _, _), one in mine.items() if label == year[-1].label)
    to_date = _sum(mine.values())
    if kind == "own":  # one person has an attainment; those of many do not add up
        now, to_date = (_own(book, run, scope, windows) for windows in (year[-1:], year))
    result = year[-1].actual
    return Cost(
        kind=kind,
        earned=now,
        to_date=to_date,
        of_result=ratio(now.payout, result) if scope.everyone and result > 0 else None,
        series=series,
    )


def _own(book: Book, run: RunResult, scope: Scope, windows: Sequence[Window]) -> Earned:
    return next(iter(standing.earned(book, run, scope, windows, ["payee_id"]).values()), Earned())


def _sum(parts: Iterable[Earned]) -> Earned:
    known = list(parts)
    return Earned(sum(one.payout for one in known), sum(one.target_pay for one in known))


def _steps(book: Book, main: Standing | None) -> tuple[Step, ...]:
    """The way from data to a plan that teams share, each step with whether it is done."""
    teams = {team.id for team in book.company.teams}
    shared = main is not None and (not main.shared_with or teams <= set(main.shared_with))
    has_data = any(book.tables[name].num_rows for name in ("opportunities", "leads", "contracts"))
    return (
        Step("upload", has_data, "Data"),
        Step("target", main is not None, "Targets"),
        Step("share", shared, "Targets"),
        Step("plans", len(book.plan_sets()) > 1, "Plans"),
        Step("compare", False, "Compare"),
        Step("export", False, "Export"),
    )


def _empty(book: Book, sets: tuple[str, ...], plan_set: str, uploads: tuple[Attention, ...]) -> Home:
    return Home(
        currency=book.company.currency,
        digits=book.company.digits,
        team_list=book.company.teams,
        plan_sets=sets,
        plan_set=plan_set,
        periods=(),
        window=None,
        main=None,
        others=(),
        teams=(),
        cost=None,
        attention=uploads,
        steps=_steps(book, None),
    )

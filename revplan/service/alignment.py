"""Alignment: what two plan sets ask each team to do, and whether that is what the company wants."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from revplan.access import Viewer, require
from revplan.metrics import alignment, plan_health
from revplan.metrics.alignment import Together, Window
from revplan.metrics.health.customers import gross_margin
from revplan.metrics.plan_health import Health
from revplan.model.book import Book, Company
from revplan.model.results import RunResult
from revplan.periods import add_months
from revplan.rules.covered import covered
from revplan.rules.people import versions_in_force
from revplan.rules.spots import Spot, spots
from revplan.service import compare, standing, workspace
from revplan.service.compare import plan_sets
from revplan.service.once import Once
from revplan.simulate.break_even import BreakEven, break_even
from revplan.simulate.drivers import DRIVERS, Driver
from revplan.simulate.pull import Pull, Worth, congruence, pull_map, worths

__all__ = ["AlignmentReport", "SetAlignment", "align", "choices", "plan_sets"]

Told = Callable[[int, int], None]
"""Hears how much of the work is done, and of how much."""

_STEPS = 2 * len(DRIVERS) + 8


@dataclass(frozen=True)
class SetAlignment:
    """One plan set over the windows. `sight` is line of sight by team id ("" for everybody), millionths."""

    plan_set: str
    pulls: tuple[Pull, ...]
    sight: Mapping[str, int]
    together: Together
    missing: int
    cost: int
    health: Health
    spots: tuple[Spot, ...]

    def pull(self, driver: Driver, team: str) -> Fraction | None:
        """What one more unit pays the team, in minor units; None where the book has nothing of the driver."""
        return next((pull.per_unit(team) for pull in self.pulls if pull.driver == driver), None)

    def congruence(self, worth: Mapping[Driver, Fraction], team: str = "") -> float | None:
        """See `simulate.pull.congruence`."""
        return congruence(self.pulls, worth, team)


@dataclass(frozen=True)
class AlignmentReport:
    """Set a beside set b over the finished windows `windows`, in time order.

    `margin` is the company's stated gross margin on the last day, or 1 where none is stated
    (`margin_is_stated`). `teams` are the ids of teams that either set pays.
    """

    company: Company
    currency: str
    digits: int
    target_name: str
    choices: tuple[str, ...]
    windows: tuple[Window, ...]
    teams: tuple[str, ...]
    margin: Fraction
    margin_is_stated: bool
    worths: tuple[Worth, ...]
    a: SetAlignment
    b: SetAlignment
    break_even: BreakEven

    @property
    def worth(self) -> Mapping[Driver, Fraction]:
        """What one more unit of each driver is worth, as estimated."""
        return {each.driver: each.value for each in self.worths}

    def team_name(self, team_id: str) -> str:
        """A team's name, else its id."""
        return next((team.name for team in self.company.teams if team.id == team_id), team_id)


_kept: Once[AlignmentReport] = Once(8)


def choices(viewer: Viewer, set_a: str) -> tuple[str, ...]:
    """Labels of the company's windows that are over, in order. AccessDenied but for CRO and finance."""
    require(viewer, "cro", "finance")
    here = workspace.current()
    windows = standing.target_windows(here.book(), here.run(set_a))
    return tuple(window.label for window in windows if window.final)


def align(
    viewer: Viewer,
    set_a: str,
    set_b: str,
    first: str = "",
    last: str = "",
    told: Told = lambda done, of: None,
) -> AlignmentReport | None:
    """How two plan sets align the teams over the finished windows from label `first` to `last`, both
    included.

    Left out, they are the last four finished windows: a year of quarters. Only for CRO and finance
    (AccessDenied): what a team is paid for one more lead is everybody's pay. None where no shared target has
    a finished window. ValueError for a plan set that is not in the book.
    """
    require(viewer, "cro", "finance")
    opened = workspace.current()
    book, key = opened.book_and_key()
    for name in (set_a, set_b):
        if name not in book.plan_sets():
            raise ValueError(f"there is no plan set {name!r}")
    a, b = opened.run(set_a), opened.run(set_b)
    finished = [window for window in standing.target_windows(book, a) if window.final]
    labels = [window.label for window in finished]
    if not finished:
        return None
    start = labels.index(first) if first in labels else max(0, len(labels) - 4)
    end = labels.index(last) if last in labels else len(labels) - 1
    windows = tuple(finished[min(start, end) : max(start, end) + 1])
    opened.log_access(viewer, f"alignment of {set_a} and {set_b}: everyone")
    span = (windows[0].label, windows[-1].label)
    return _kept.get((key, set_a, set_b, *span), lambda: _report(book, a, b, tuple(labels), windows, told))


def _report(
    book: Book, a: RunResult, b: RunResult, labels: tuple[str, ...], windows: tuple[Window, ...], told: Told
) -> AlignmentReport:
    start, end = windows[0].start, windows[-1].end
    stated = gross_margin(book.company, add_months(end, -1))
    margin = Fraction(1) if stated is None else stated
    done = 0

    def step(before: int, so_far: int) -> None:
        nonlocal done
        done = max(done, before + so_far)
        told(done, _STEPS)

    count = len(DRIVERS)
    sets = [_of_set(book, run, windows, partial(step, place * count)) for place, run in enumerate((a, b))]
    even = break_even(book, a.plan_set, b.plan_set, start, end, margin, partial(step, 2 * count))
    told(_STEPS, _STEPS)
    teams = {team for each in sets for pull in each.pulls for team in pull.pay}
    order = {team.id: place for place, team in enumerate(book.company.teams)}
    name, _ = compare.target_words(a.standings, standing.main_target(a))
    return AlignmentReport(
        company=book.company,
        currency=a.currency,
        digits=a.digits,
        target_name=name,
        choices=labels,
        windows=windows,
        teams=tuple(sorted(teams, key=lambda team: (order.get(team, len(order)), team))),
        margin=margin,
        margin_is_stated=stated is not None,
        worths=worths(book, start, end, margin),
        a=sets[0],
        b=sets[1],
        break_even=even,
    )


def _of_set(
    book: Book, run: RunResult, windows: tuple[Window, ...], told: Callable[[int], None]
) -> SetAlignment:
    company = book.company
    lines = alignment.placed(run.lines, windows)
    on_plans = covered(book, (run.plan_set,))
    target_pay = alignment.target_pay(on_plans, windows, company.calendar, company.as_of)
    weighed = alignment.weigh(lines, target_pay, company.calendar)
    attained = alignment.measure_attainment(weighed, ("team_id", "window"))
    missing = alignment.paid_while_missing(lines, windows, "payout")
    plans = tuple(plan for plan, _, _ in versions_in_force(book.plans, run.plan_set))
    return SetAlignment(
        plan_set=run.plan_set,
        pulls=pull_map(book, run.plan_set, windows[0].start, windows[-1].end, told=told),
        sight=plan_health.line_of_sight(weighed),
        together=alignment.teams_together(attained, windows),
        missing=sum(missing["payout"].to_pylist()),
        cost=sum(lines["payout"].to_pylist()),
        health=plan_health.people_health(
            lines, weighed, target_pay, sum(window.actual for window in windows)
        ),
        spots=spots(plans, weighed),
    )

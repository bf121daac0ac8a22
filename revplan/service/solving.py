"""Solving: which levers, and how far, keep pay within what a leader asks for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import count

from revplan.access import Viewer, require
from revplan.issues import Issue
from revplan.metrics.alignment import Window
from revplan.model.book import Book
from revplan.model.plan import PaysIncentive
from revplan.model.question import KINDS, AimSaid, LeverSaid
from revplan.model.scenario import Scenario
from revplan.money import to_minor
from revplan.rules.people import versions_in_force
from revplan.rules.run import run
from revplan.service import scenarios, standing, workspace
from revplan.service.once import Once
from revplan.service.scenarios import Outcome
from revplan.simulate.solve import Aim, Found, Measured, Solved, solve
from revplan.simulate.solve_levers import levers_of
from revplan.simulate.solve_pull import Aligned

__all__ = ["Aim", "Found", "Ground", "Measured", "Solved", "choices", "measured", "search", "solve_on"]

Told = Callable[[int, int], bool]
"""Hears how many tries are done, and of how many; False ends the search with what it has."""


_numbers = count()


class NotSolved(ValueError):
    """What was asked for cannot be searched; `issues` say why."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        super().__init__(str(issues))
        self.issues = tuple(issues)


@dataclass(frozen=True)
class Ground:
    """A plan set on a book over some windows, which a search tries scenarios on. `key` names the book to what
    keeps outcomes; `target` is the company's shared target, "" without one."""

    book: Book
    key: str
    plan_set: str
    over: tuple[Window, ...]
    target: str
    _aligned: Once[Aligned] = field(default_factory=lambda: Once(1), compare=False, repr=False)

    def outcome(self, scenario: Scenario) -> Outcome:
        """What a scenario pays, to the cent."""
        return scenarios.outcome_of(self.book, self.key, scenario, self.over)

    def congruence(self, scenario: Scenario) -> Fraction | None:
        """What a scenario's plans pay for against what it is worth, everybody together, to a millionth."""
        start, end = self.over[0].start, self.over[-1].end
        aligned = self._aligned.get("", lambda: Aligned(self.book, self.plan_set, start, end))
        found = aligned.congruence(scenario)
        return None if found is None else Fraction(round(found * 10**6), 10**6)


def ground_of(book: Book, plan_set: str, first: str | None = None, last: str | None = None) -> Ground:
    """A book's own ground from window label `first` to `last`, both included; the last four that are over
    when left out. Raises NotSolved where there is no such window."""
    result = run(book, plan_set, with_parts=False)
    every = standing.target_windows(book, result)
    labels = [window.label for window in every]
    finished = [window.label for window in every if window.final] or labels
    if not labels:
        raise NotSolved([Issue("solve_no_target", "error")])
    for label in (first, last):
        if label is not None and label not in labels:
            said: dict[str, str | int] = {"label": label, "known": ", ".join(labels)}
            raise NotSolved([Issue("solve_unknown_period", "error", parameters=said)])
    until = labels.index(last) if last else labels.index(finished[-1])
    since = labels.index(first) if first else max(0, until - 3)
    if since > until:
        said = {"label": labels[until], "known": ", ".join(labels)}
        raise NotSolved([Issue("solve_unknown_period", "error", parameters=said)])
    return Ground(
        book, f"ground {next(_numbers)}", plan_set, every[since : until + 1], standing.main_target(result)
    )


def aim_of(said: AimSaid, digits: int) -> Aim:
    """An aim as the search takes it: cost in minor units."""
    value = Fraction(to_minor(said.value, digits)) if said.of == "cost" else Fraction(said.value)
    return Aim(said.of, said.how, value)


def solve_on(
    ground: Ground,
    levers: Sequence[LeverSaid],
    aims: Sequence[Aim],
    tries: int = 160,
    told: Told = lambda done, of: True,
    *,
    with_congruence: bool = False,
) -> Solved:
    """The search; see `simulate.solve.solve`. Congruence takes about five times as long and is worked out
    when asked for, or when an aim is about it. Raises NotSolved for levers that move nothing."""
    made, issues = levers_of(ground.book, ground.plan_set, tuple(levers), ground.target)
    if issues:
        raise NotSolved(issues)
    base = ground.outcome(scenarios.baseline(ground.plan_set))
    with_congruence = with_congruence or any(aim.of == "congruence" for aim in aims)

    def measure(scenario: Scenario) -> Measured:
        found = measured(base, ground.outcome(scenario))
        return replace(found, congruence=ground.congruence(scenario)) if with_congruence else found

    return solve(ground.plan_set, made, aims, measure, tries, told)


# ---------------------------------------------------------------- in the workspace


def ground(viewer: Viewer, plan_set: str, over: Sequence[Window]) -> Ground:
    """The workspace's. CRO and finance only."""
    require(viewer, "cro", "finance")
    opened = workspace.current()
    book, key = opened.book_and_key()
    target = standing.main_target(opened.run(plan_set))
    span = tuple(over)
    return _grounds.get((key, plan_set, span), lambda: Ground(book, key, plan_set, span, target))


_grounds: Once[Ground] = Once(2)


def as_it_is(viewer: Viewer, plan_set: str, over: Sequence[Window]) -> Measured:
    """What a plan set comes to as it is, in the figures that aims are about. CRO and finance only."""
    now = ground(viewer, plan_set, over).outcome(scenarios.baseline(plan_set))
    return measured(now, now)


def search(
    viewer: Viewer,
    plan_set: str,
    over: Sequence[Window],
    levers: Sequence[LeverSaid],
    aims: Sequence[Aim],
    tries: int = 160,
    told: Told = lambda done, of: True,
    *,
    with_congruence: bool = False,
) -> Solved:
    """Scenarios of a plan set that meet the aims over some windows, or come nearest. See `solve_on`.

    Each is paid by the engine. CRO and finance only.
    """
    found = ground(viewer, plan_set, over)
    return solve_on(found, levers, aims, tries, told, with_congruence=with_congruence)


def choices(viewer: Viewer, plan_set: str) -> tuple[LeverSaid, ...]:
    """Levers that a search of the set can move, with their usual bounds: those over all plans first, then the
    weight of each component of plans that divide the target incentive. CRO and finance only."""
    require(viewer, "cro", "finance")
    opened = workspace.current()
    book = opened.book()
    target = standing.main_target(opened.run(plan_set))
    newest = {plan.id: plan for plan, _, _ in versions_in_force(book.plans, plan_set)}
    said = [LeverSaid(kind=kind) for kind in KINDS if kind != "weights"]
    for plan in newest.values():
        weighed = [each.id for each in plan.components if isinstance(each.pays, PaysIncentive)]
        if len(weighed) > 1:
            said += [LeverSaid(kind="weights", plan=plan.id, component=name) for name in weighed]
    usable = (each for each in said if not levers_of(book, plan_set, (each,), target)[1])
    return tuple(usable)


def measured(base: Outcome, found: Outcome) -> Measured:
    """What an outcome comes to beside the baseline's; congruence is not in it."""
    before: dict[str, int] = {}
    for payee, _name, _team, amount in base.people:
        before[payee] = before.get(payee, 0) + amount
    after = dict.fromkeys(before, 0)
    for payee, _name, _team, amount in found.people:
        after[payee] = after.get(payee, 0) + amount
    losses = [Fraction(was - after[payee], was) for payee, was in before.items() if was > 0]
    together = found.together
    return Measured(
        cost=found.cost,
        cost_share=Fraction(found.cost, found.result) if found.result else None,
        near_quota=found.health.near_share,
        at_quota=found.health.reached_share,
        worst_loss=max([Fraction(0), *losses]),
        missing_share=Fraction(found.missing, found.cost) if found.cost else Fraction(0),
        together=Fraction(together.together, together.periods) if together.periods else None,
        fits=not any(issue.severity == "error" for issue in found.issues),
    )

"""The reverse question: by how much must deals grow so that somebody, or a team, is paid so much?

Each try is the book with larger deals, counted anew and paid by the engine; what is found is exact to a step.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from revplan.engine.duck import Session
from revplan.issues import Unfit
from revplan.metrics.facts import bind_tables, create_facts
from revplan.metrics.measures import measure_of
from revplan.model.book import Book
from revplan.model.deals import Which
from revplan.model.results import paid_in
from revplan.model.scenario import Scenario
from revplan.simulate.deal_changes import deals_meant
from revplan.simulate.replay import Replay
from revplan.simulate.scenario import apply

STEPS = 1_000
"""Growth is found to a thousandth of what the deals are."""

MOST = 10
"""Deals are not thought of as larger than so many times what they are."""

_LOOKS = (1250, 1500, 2000, 3000, 5000, MOST * STEPS)
"""Where to look for enough, in steps, before the place is found between two of them."""

MOST_TRIES = len(_LOOKS) + 1 + 13

Grows = Literal["own", "all"]


@dataclass(frozen=True)
class Goal:
    """`earn` minor units for a team or a payee (ids; the other is ""), in the payment periods whose last day
    lies in [start, end). What grows are the deals that close in that span, won or not, since pay may be for
    pipeline: their own, or all of the company's."""

    plan_set: str
    start: date
    end: date
    team: str
    payee: str
    earn: int
    grows: Grows = "own"

    def scenario(self, steps: int) -> Scenario:
        """The deals × steps / 1000."""
        change: dict[str, Any] = {"kind": "deal_size", "factor": f"{steps}e-3"}
        change["which"] = {"from": self.start, "to": self.end}
        if self.grows == "own":
            change |= {"teams": (self.team,)} if self.team else {"payees": (self.payee,)}
        said = {"id": "needed", "name": "needed", "plan_set": self.plan_set}
        return Scenario.model_validate(said | {"change": [change] if steps != STEPS else []})


@dataclass(frozen=True)
class Standing:
    """What is paid and won: minor units; `lines` are those of the goal, of a replay."""

    payout: int
    closed: int
    lines: pa.Table


@dataclass(frozen=True)
class Needed:
    """`factor` is the deals' of `scenario`, whose standing is `then`; None where even MOST does not do, and
    `then` is what that pays. Below 1 it says how far the deals could fall."""

    goal: Goal
    factor: Fraction | None
    scenario: Scenario
    now: Standing
    then: Standing


def needed(book: Book, goal: Goal, told: Callable[[int, int], bool] = lambda done, of: True) -> Needed | None:
    """The growth at which the goal is met and a thousandth less does not meet it; None when told to end.

    Where more is never paid less, as in most plans, no smaller growth does either. `told` hears how many
    books were paid, and of at most how many. Raises Unfit where there are no deals that could grow.
    """
    search = _Search(book, goal, told)
    now = search.paid(STEPS)
    enough: int | None = None
    short = 0
    if now >= goal.earn:
        if search.paid(0) >= goal.earn:
            return search.answer(0)
        enough = STEPS
    else:
        short = STEPS
        for steps in _LOOKS:
            if search.paid(steps) >= goal.earn:
                enough = steps
                break
            short = steps
    while enough is not None and enough - short > 1 and search.goes_on:
        middle = (enough + short) // 2
        if search.paid(middle) >= goal.earn:
            enough = middle
        else:
            short = middle
    return search.answer(enough)


class _Search:
    """What has been paid, by steps."""

    def __init__(self, book: Book, goal: Goal, told: Callable[[int, int], bool]) -> None:
        self._book, self._goal, self._told = book, goal, told
        self._lines: dict[int, pa.Table] = {}
        self.goes_on = True

    def paid(self, steps: int) -> int:
        """The payout with deals × steps / 1000; nothing more is paid once somebody said to end."""
        if steps not in self._lines:
            if not self.goes_on:
                return 0
            self._lines[steps] = _lines(self._changed(steps), self._goal)
            self.goes_on = self._told(len(self._lines), MOST_TRIES)
        return int(pc.sum(self._lines[steps]["payout"]).as_py() or 0)

    def answer(self, enough: int | None) -> Needed | None:
        if not self.goes_on:
            return None
        steps = MOST * STEPS if enough is None else enough
        factor = None if enough is None else Fraction(enough, STEPS)
        return Needed(
            self._goal, factor, self._goal.scenario(steps), self._standing(STEPS), self._standing(steps)
        )

    def _standing(self, steps: int) -> Standing:
        return Standing(self.paid(steps), _closed(self._changed(steps), self._goal), self._lines[steps])

    def _changed(self, steps: int) -> Book:
        changed, issues = apply(self._book, self._goal.scenario(steps))
        if issues:
            raise Unfit(issues[0].code, **issues[0].parameters)
        return changed


def _lines(book: Book, goal: Goal) -> pa.Table:
    with Replay(book, goal.plan_set) as replay:
        lines = paid_in(replay.lines(book), goal.start, goal.end)
    column, who = ("team_id", goal.team) if goal.team else ("payee_id", goal.payee)
    return lines.filter(pc.equal(lines[column], who))


def _closed(book: Book, goal: Goal) -> int:
    """Won revenue of the deals that grow, in the company's currency."""
    with Session() as session:
        bind_tables(session, book)
        own = goal.grows == "own"
        teams = (goal.team,) if own and goal.team else ()
        payees = (goal.payee,) if own and goal.payee else ()
        which = Which.model_validate({"from": goal.start, "to": goal.end})
        meant = deals_meant(session, book, which, teams, payees)
        create_facts(session, "counted", measure_of(book.company, "won_revenue"), book.company)
        session.bind("meant", pa.table({"deal": pa.array(sorted(meant), pa.string())}))
        rows = session.run(
            "SELECT CAST(coalesce(sum(c.amount), 0) AS VARCHAR) AS n FROM counted AS c "
            "JOIN meant AS m ON m.deal = c.transaction_id "
            "WHERE c.on_date >= CAST(? AS DATE) AND c.on_date < CAST(? AS DATE)",
            [goal.start.isoformat(), goal.end.isoformat()],
        )
    return int(rows["n"][0].as_py())

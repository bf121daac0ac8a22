"""Congruence of very many scenarios: books with more of each driver are made and counted once."""

from dataclasses import replace
from datetime import date

from revplan.model.book import Book
from revplan.model.scenario import Scenario
from revplan.simulate.drivers import DRIVERS, more_of
from revplan.simulate.pull import SHARE, Pull, congruence, pay_by_team, worths
from revplan.simulate.replay import Replay
from revplan.simulate.scenario import apply


class _Counted:
    """A book, and the replay that has counted it."""

    def __init__(self, book: Book, plan_set: str) -> None:
        self._book, self._plan_set, self._replay = book, plan_set, Replay(book, plan_set)

    def paid(self, scenario: Scenario, start: date, end: date) -> dict[str, int]:
        """What a scenario on the book pays each team; see `pay_by_team`."""
        changed, _ = apply(self._book, scenario)
        tables = self._book.tables
        if all(changed.tables[name] is table for name, table in tables.items()):
            return pay_by_team(self._replay.lines(changed), start, end)
        # Other people, or other pay of them: counted anew.
        with Replay(replace(self._book, tables=changed.tables), self._plan_set) as replay:
            return pay_by_team(replay.lines(changed), start, end)


class Aligned:
    """A plan set over [start, end), ready to be paid under scenarios; for one thread at a time.

    What a driver is worth is that of the book as it is, before margin: congruence does not depend on it.
    """

    def __init__(self, book: Book, plan_set: str, start: date, end: date) -> None:
        self._start, self._end = start, end
        self._as_it_is = _Counted(book, plan_set)
        more = (more_of(book, driver, start, end, SHARE) for driver in DRIVERS)
        self._more = [(each, _Counted(each.book, plan_set)) for each in more if each is not None]
        self._worth = {each.driver: each.value for each in worths(book, start, end)}

    def congruence(self, scenario: Scenario) -> float | None:
        """See `simulate.pull.congruence`, everybody together."""
        before = self._as_it_is.paid(scenario, self._start, self._end)
        pulls = []
        for more, counted in self._more:
            after = counted.paid(scenario, self._start, self._end)
            pay = {team: after.get(team, 0) - before.get(team, 0) for team in {**before, **after}}
            pulls.append(Pull(more.driver, more.units, more.had, pay))
        return congruence(tuple(pulls), self._worth)

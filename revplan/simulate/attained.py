"""Attainment in trials: how far teams and people get on what their own plans count.

A trial's attainment of a person is that of the Health and Attainment pages: of the components that close
what they measure, each weighted by what it is worth (`metrics.alignment`).
"""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from revplan.formula.compiled import Ints
from revplan.metrics import alignment
from revplan.metrics.alignment import Window
from revplan.metrics.plan_health import NEAR_HIGH, NEAR_LOW
from revplan.money import MILLION
from revplan.periods import Period
from revplan.rules.covered import covered
from revplan.simulate.figures import SPREAD, Floats, chance_of, named, periods_of, spread_of
from revplan.simulate.monte_carlo import Simulated
from revplan.simulate.moves import LineKey, line_key

_TEXT, _INT, _DATE = pa.string(), pa.int64(), pa.date32()

ATTAINMENT = pa.schema(
    [
        ("level", _TEXT),  # company (everybody together), team, payee
        ("id", _TEXT),  # "" for the company
        ("name", _TEXT),
        ("period", _TEXT),
        ("period_start", _DATE),
        ("period_end", _DATE),  # exclusive
        ("certain", _INT),  # attainment if nothing more happens; millionths, as the spread's
        *SPREAD,
        ("chance", _INT),  # of 100% or more
        ("near", _INT),  # of 80% to 120%, both included
    ]
)
"""Attainment of what plans count, of each quarter and year that the forecast reaches into."""


def attainment(result: Simulated) -> pa.Table:
    """Schema ATTAINMENT. Empty where the stakes were made without people.

    A component without a quota has no attainment and does not count; a person without any has no row.
    """
    stakes = result.stakes
    if not stakes.measured:
        return ATTAINMENT.empty_table()
    company = stakes.future.certain.company
    names = {team.id: team.name for team in company.teams}
    moving = _moving(result)
    rows: list[dict[str, object]] = []
    for grain in ("quarter", "year"):
        for period in periods_of(result, (grain,)):
            weighed = _weighed(result, period)
            for level, columns in (("company", ()), ("team", ("team_id",)), ("payee", ("payee_id",))):
                certain = alignment.measure_attainment(weighed, columns)
                for who, (payee_name, found) in _attained(weighed, columns, moving, result.trials).items():
                    identity = "".join(who)
                    called = {"company": "", "team": names.get(identity, identity), "payee": payee_name}
                    attained = np.rint(found).astype(np.int64)
                    row = {"level": level, "id": identity, "name": called[level], "certain": certain[who]}
                    chances = {
                        "chance": chance_of(attained >= MILLION),
                        "near": chance_of((attained >= NEAR_LOW) & (attained <= NEAR_HIGH)),
                    }
                    rows.append(row | chances | named(period) | spread_of(attained))
    return pa.Table.from_pylist(rows, ATTAINMENT)


def _moving(result: Simulated) -> dict[LineKey, Floats]:
    """The attainment of each line that something at stake moves, in millionths by trial."""
    first = len(result.stakes.reached)
    return {
        each.line: _ratio(result.reached[:, first + number], each.quota * each.d)
        for number, each in enumerate(result.stakes.measured)
    }


def _ratio(n: Ints, whole: int) -> Floats:
    return n.astype(np.float64) / whole * MILLION


def _weighed(result: Simulated, period: Period) -> pa.Table:
    """The lines whose period closes in this one, with what each is worth."""
    stakes = result.stakes
    book = stakes.future.certain
    calendar = book.company.calendar
    window = [Window(period.label, period.start, period.end, 0, 0, None, final=True)]
    people = covered(book, (stakes.plan_set,))
    at_target = alignment.target_pay(people, window, calendar, book.company.as_of)
    return alignment.weigh(alignment.placed(stakes.certain, window), at_target, calendar)


def _attained(
    weighed: pa.Table, columns: tuple[str, ...], moving: dict[LineKey, Floats], trials: int
) -> dict[tuple[str, ...], tuple[str, Floats]]:
    """By whom: a name, and the weighted mean of their lines in each trial; where nothing has a worth, every
    line counts the same."""
    lines: dict[tuple[str, ...], list[dict[str, object]]] = defaultdict(list)
    for row in weighed.to_pylist():
        lines[tuple(row[column] for column in columns)].append(row)
    return {
        who: (str(of_who[-1]["payee_name"]), _mean(of_who, moving, trials)) for who, of_who in lines.items()
    }


def _mean(lines: Iterable[dict[str, object]], moving: dict[LineKey, Floats], trials: int) -> Floats:
    given = list(lines)
    worth = [int(str(row["worth"])) for row in given]
    weights = worth if sum(worth) else [1] * len(given)
    total = np.zeros(trials)
    for row, weight in zip(given, weights, strict=True):
        line = line_key(row)
        total += weight * (moving[line] if line in moving else float(str(row["attainment"])))
    return total / sum(weights)

"""What trials say, as tables: how much, how likely, when, and what drives it.

Money is whole minor units of the company's currency, shares and chances are millionths. A pNN is the smallest
outcome that NN in a hundred trials do not exceed. Payouts are those of plans before adjustments (draws,
clawbacks, corrections), and count in the month in which their payment period ends.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
import pyarrow as pa

from revplan.formula.compiled import Ints
from revplan.money import MILLION, round_half_away
from revplan.periods import Period, add_months
from revplan.simulate.figures import (
    SPREAD,
    chance_of,
    correlation_of,
    named,
    percentile,
    periods_of,
    ranks_of,
    rounded,
    spread_of,
    start_of,
    year_of,
)
from revplan.simulate.monte_carlo import Simulated
from revplan.simulate.moves import Reached

_TEXT, _INT, _DATE = pa.string(), pa.int64(), pa.date32()

PAYOUTS = pa.schema(
    [
        ("level", _TEXT),  # company, team, plan, payee
        ("id", _TEXT),  # "" for the company
        ("name", _TEXT),
        ("period", _TEXT),
        ("period_start", _DATE),
        ("period_end", _DATE),  # exclusive
        ("certain", _INT),  # what is paid if nothing more happens
        *SPREAD,
    ]
)
"""Payouts of each month, quarter and year that the forecast reaches into, by whom they go to."""

TARGETS = pa.schema(
    [
        ("target_id", _TEXT),
        ("target_name", _TEXT),
        ("owner", _TEXT),  # company or team:<id>
        ("period", _TEXT),
        ("period_start", _DATE),
        ("period_end", _DATE),
        ("unit", _TEXT),  # of the target: money, count or ratio
        ("target", _INT),  # minor units; millionths for counts and ratios
        ("certain", _INT),  # attainment if nothing more happens; millionths, as the spread's
        *SPREAD,
        ("chance", _INT),  # to reach the target
    ]
)
"""Attainment of the company's and the teams' targets in the periods that the forecast reaches into."""

FAN = pa.schema([("month", _DATE), ("known", pa.bool_()), *SPREAD])
"""The company's payouts from the start of the fiscal year up to the end of each month."""

ACCRUALS = pa.schema([("month", _DATE), ("known", pa.bool_()), *SPREAD])
"""What each month should set aside: each payout spread evenly over the months of its payment period."""

DRIVERS = pa.schema(
    [
        ("driver", _TEXT),  # pipeline, new, renewals, slip
        ("team_id", _TEXT),  # "" where it is not of one team
        ("mean", _INT),  # won revenue that it brings (of slip: that it takes away)
        ("p10", _INT),
        ("p90", _INT),
        ("correlation", _INT),  # of ranks with the whole payout, −10^6 to 10^6
        ("low", _INT),  # mean payout in the fifth of trials with the least of it
        ("high", _INT),  # and with the most
    ]
)
"""What drives the spread of the whole payout, strongest first."""


COSTS = pa.schema([("from", _INT), ("to", _INT), ("trials", _INT)])
"""How many trials pay how much in the fiscal year: between two amounts, the first included; minor units."""

BINS = 24
"""Into how many steps `costs` parts what was paid, at most."""


@dataclass(frozen=True)
class AtRisk:
    """A budget for the payouts of the fiscal year: the chance (millionths) to go beyond it, by how much on
    average over all trials, and by how much in those that do (minor units)."""

    budget: int
    chance: int
    expected: int
    when_beyond: int


def payouts(result: Simulated) -> pa.Table:
    """Schema PAYOUTS: month, quarter and year, for the company, teams, plans and payees."""
    book = result.stakes.future.certain
    teams = {team.id: team.name for team in book.company.teams}
    plans = {plan.id: plan.name for plan in book.plans}
    rows: list[dict[str, object]] = []
    for level in ("company", "team", "plan", "payee"):
        groups = _paid_by(result, level)
        for period in periods_of(result, ("month", "quarter", "year")):
            for who, of_group in groups.items():
                found = of_group.within(period)
                if found is None:
                    continue
                name = {"team": teams, "plan": plans}.get(level, {}).get(who, of_group.name)
                row = {"level": level, "id": who, "name": name, "certain": of_group.certain_within(period)}
                rows.append(row | named(period) | spread_of(found))
    return pa.Table.from_pylist(rows, PAYOUTS)


def targets(result: Simulated) -> pa.Table:
    """Schema TARGETS."""
    rows = []
    for number, each in enumerate(result.stakes.reached):
        if each.d <= 0:
            continue
        n = result.reached[:, number]
        whole = each.quota * each.d
        attained = np.rint(n.astype(float) / whole * MILLION).astype(np.int64)
        hits = n <= whole if _lower_is_better(result, each) else n >= whole
        rows.append(
            {
                "target_id": each.target,
                "target_name": each.name,
                "owner": each.owner,
                "period": each.period,
                "period_start": each.start,
                "period_end": each.end,
                "unit": each.unit,
                "target": each.quota,
                "certain": round_half_away(Fraction(each.n * MILLION, whole)),
                "chance": chance_of(hits),
            }
            | spread_of(attained)
        )
    return pa.Table.from_pylist(rows, TARGETS)


def fan(result: Simulated) -> pa.Table:
    """Schema FAN: cumulative payouts of the fiscal year by month, known months with all figures alike."""
    everything = _paid_by(result, "company").get("", _Paid.empty(result.trials))
    total = np.zeros(result.trials, np.int64)
    rows = []
    for month in periods_of(result, ("month",), whole_year=True):
        total = total + everything.of_month(month.start)
        rows.append({"month": month.start, "known": month.end <= start_of(result)} | spread_of(total))
    return pa.Table.from_pylist(rows, FAN)


def accruals(result: Simulated) -> pa.Table:
    """Schema ACCRUALS, for every month of the fiscal year.

    A payout's months add up to it exactly in each trial; what falls in months of another year is not here.
    """
    months = [period.start for period in periods_of(result, ("month",), whole_year=True)]
    by_month = {month: np.zeros(result.trials, np.int64) for month in months}
    for (start, end), amounts in _by_period(result).items():
        parts = (end.year - start.year) * 12 + end.month - start.month
        size, signs = np.abs(amounts), np.sign(amounts)
        for part in range(parts):
            month = add_months(start, part)
            if month in by_month:
                share = size * (part + 1) // parts - size * part // parts
                by_month[month] += signs * share
    spreads = [(month, spread_of(by_month[month])) for month in months]
    rows = [{"month": month, "known": found["least"] == found["most"]} | found for month, found in spreads]
    return pa.Table.from_pylist(rows, ACCRUALS)


def drivers(result: Simulated) -> pa.Table:
    """Schema DRIVERS, strongest first; what brings no revenue in any trial is left out."""
    total = year_totals(result)
    ranks = ranks_of(total)
    fifth = max(1, result.trials // 5)
    rows = []
    for number, name in enumerate(result.ready.drivers):
        brought = result.driven[:, number]
        if not brought.any():
            continue
        order = np.argsort(brought, kind="stable")
        driver, _, team = name.partition(":")
        rows.append(
            {
                "driver": driver,
                "team_id": team,
                "mean": rounded(brought.mean()),
                "p10": percentile(brought, 10),
                "p90": percentile(brought, 90),
                "correlation": rounded(correlation_of(ranks_of(brought), ranks) * MILLION),
                "low": rounded(total[order[:fifth]].mean()),
                "high": rounded(total[order[-fifth:]].mean()),
            }
        )
    rows.sort(key=lambda row: (-abs(int(str(row["correlation"]))), str(row["driver"]), str(row["team_id"])))
    return pa.Table.from_pylist(rows, DRIVERS)


def costs(totals: Ints) -> pa.Table:
    """Schema COSTS of what `year_totals` says, in steps of 1, 2 or 5 times a power of ten minor units."""
    low, high = int(totals.min()), int(totals.max())
    steps = (times * 10**digits for digits in range(19) for times in (1, 2, 5))
    step = next(each for each in steps if high // each - low // each < BINS)
    counts = np.bincount(totals // step - low // step)
    rows = [
        {"from": (low // step + place) * step, "to": (low // step + place + 1) * step, "trials": int(count)}
        for place, count in enumerate(counts)
    ]
    return pa.Table.from_pylist(rows, COSTS)


def at_risk(totals: Ints, budget: int) -> AtRisk:
    """A budget (minor units) against what `year_totals` says of each trial."""
    beyond = np.maximum(totals - budget, 0)
    hits = beyond > 0
    when = rounded(beyond[hits].mean()) if hits.any() else 0
    return AtRisk(budget, chance_of(hits), rounded(beyond.mean()), when)


# ---------------------------------------------------------------- sums


@dataclass
class _Paid:
    """Somebody's payouts by month: what is known of it, and an array of trials where it moves."""

    name: str
    trials: int
    known: dict[date, int]
    certain: dict[date, int]
    moving: dict[date, Ints]

    @classmethod
    def empty(cls, trials: int, name: str = "") -> "_Paid":
        return cls(name, trials, defaultdict(int), defaultdict(int), {})

    def add(self, month: date, amount: int) -> None:
        self.known[month] += amount
        self.certain[month] += amount

    def move(self, month: date, amounts: Ints, certain: int) -> None:
        if month not in self.moving:
            self.moving[month] = np.zeros(self.trials, np.int64)
        self.moving[month] += amounts
        self.certain[month] += certain

    def of_month(self, month: date) -> Ints:
        found: Ints = self.moving.get(month, np.zeros(self.trials, np.int64)) + self.known.get(month, 0)
        return found

    def within(self, period: Period) -> Ints | None:
        months = [m for m in {*self.known, *self.moving} if m in period]
        if not months:
            return None
        return sum((self.of_month(month) for month in months), np.zeros(self.trials, np.int64))

    def certain_within(self, period: Period) -> int:
        return sum(amount for month, amount in self.certain.items() if month in period)


def _paid_by(result: Simulated, level: str) -> dict[str, _Paid]:
    """Payouts of the fiscal year by whom they go to, in the months in which their periods end."""
    first, last = year_of(result).start, year_of(result).end
    groups: dict[str, _Paid] = {}
    moving = {(line.payee, line.team, line.plan, line.start, line.end) for line in result.ready.lines}
    certain: dict[tuple[object, ...], int] = defaultdict(int)

    def of(who: str, name: str) -> _Paid:
        return groups.setdefault(who, _Paid.empty(result.trials, name))

    for row in result.stakes.certain.to_pylist():
        key = tuple(row[n] for n in ("payee_id", "team_id", "plan_id", "period_start", "period_end"))
        certain[key] += row["payout"]
        month = add_months(row["period_end"], -1)
        if key not in moving and first <= month < last:
            who = {"team": row["team_id"], "plan": row["plan_id"], "payee": row["payee_id"]}.get(level, "")
            of(who, row["payee_name"] if level == "payee" else who).add(month, row["payout"])
    for number, line in enumerate(result.ready.lines):
        month = add_months(line.end, -1)
        if first <= month < last:
            who = {"team": line.team, "plan": line.plan, "payee": line.payee}.get(level, "")
            name = line.payee_name if level == "payee" else who
            known = certain[line.payee, line.team, line.plan, line.start, line.end]
            of(who, name).move(month, result.paid[:, number], known)
    return dict(sorted(groups.items()))


def _by_period(result: Simulated) -> dict[tuple[date, date], Ints]:
    """The company's payouts by payment period."""
    moving = {(line.payee, line.team, line.plan, line.start, line.end) for line in result.ready.lines}
    found: dict[tuple[date, date], Ints] = {}

    def of(start: date, end: date) -> Ints:
        return found.setdefault((start, end), np.zeros(result.trials, np.int64))

    for row in result.stakes.certain.to_pylist():
        key = tuple(row[n] for n in ("payee_id", "team_id", "plan_id", "period_start", "period_end"))
        if key not in moving:
            amounts = of(row["period_start"], row["period_end"])
            amounts += row["payout"]
    for number, line in enumerate(result.ready.lines):
        amounts = of(line.start, line.end)
        amounts += result.paid[:, number]
    return found


def year_totals(result: Simulated) -> Ints:
    """Each trial's payouts of the whole fiscal year, known months included; minor units."""
    everything = _paid_by(result, "company").get("", _Paid.empty(result.trials))
    found = everything.within(year_of(result))
    return np.zeros(result.trials, np.int64) if found is None else found


def _lower_is_better(result: Simulated, reached: Reached) -> bool:
    measures = result.stakes.future.certain.company.measures
    return any(each.id == reached.measure and each.better == "lower" for each in measures)

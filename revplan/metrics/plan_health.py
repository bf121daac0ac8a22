"""Plan health by the field's own measures: who reaches what, and whether pay follows performance.

Of the lines and target pay of `metrics.alignment`, over its windows. Attainment is that of what a person's
own plan counts; the pay share is payout ÷ target pay. Both are exact until they are shown.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from statistics import quantiles

import pyarrow as pa

from revplan.metrics.alignment import correlation, measure_attainment, ratio, total_by
from revplan.money import MILLION, round_half_away

NEAR_LOW, NEAR_HIGH = 800_000, 1_200_000
"""From 80% to 120% of quota, both included: where the field wants most people to stand."""


@dataclass(frozen=True)
class Person:
    """One payee over the windows: attainment in millionths (None where not defined), pay in minor units."""

    payee_id: str
    payee_name: str
    team_id: str
    attainment: int | None
    payout: int
    target_pay: int

    @property
    def pay_share(self) -> int | None:
        """Payout ÷ target pay, millionths; None without a target pay."""
        return ratio(self.payout, self.target_pay) if self.target_pay else None


@dataclass(frozen=True)
class Health:
    """The people of a plan set, and what they cost against the company's result (None without one)."""

    people: tuple[Person, ...]
    result: int | None

    @property
    def measured(self) -> tuple[Person, ...]:
        """Those with an attainment."""
        return tuple(person for person in self.people if person.attainment is not None)

    @property
    def near(self) -> int:
        """How many stand at 80-120% of quota."""
        return sum(NEAR_LOW <= (person.attainment or 0) <= NEAR_HIGH for person in self.measured)

    @property
    def reached(self) -> int:
        """How many reached their quota."""
        return sum((person.attainment or 0) >= MILLION for person in self.measured)

    @property
    def near_share(self) -> Fraction | None:
        """`near` ÷ all who are measured; None without anybody."""
        return Fraction(self.near, len(self.measured)) if self.measured else None

    @property
    def reached_share(self) -> Fraction | None:
        """`reached` ÷ all who are measured; None without anybody."""
        return Fraction(self.reached, len(self.measured)) if self.measured else None

    @property
    def cost_share(self) -> int | None:
        """Variable pay ÷ the company's result, millionths: the compensation cost of sales."""
        return ratio(sum(person.payout for person in self.people), self.result) if self.result else None

    @property
    def _pairs(self) -> list[tuple[int, int]]:
        shares = ((person.attainment, person.pay_share) for person in self.people)
        return [(a, b) for a, b in shares if a is not None and b is not None]

    @property
    def follows(self) -> float | None:
        """Pearson's r of attainment and pay share; None under three people or where one never moves."""
        return correlation(self._pairs)

    @property
    def inversions(self) -> tuple[int, int]:
        """Pairs of people of whom the one who reached more has the lower pay share; and all pairs
        that differ in attainment."""
        differing = [(x, y) for x, y in combinations(self._pairs, 2) if x[0] != y[0]]
        return sum((x[0] - y[0]) * (x[1] - y[1]) < 0 for x, y in differing), len(differing)

    @property
    def leverage(self) -> int | None:
        """The pay share that one in ten exceeds, millionths: of target pay, what the best earn."""
        shares = [share for person in self.people if (share := person.pay_share) is not None]
        if len(shares) < 2:
            return None
        return round_half_away(quantiles(map(Fraction, shares), n=10, method="inclusive")[-1])


def people_health(lines: pa.Table, weighed: pa.Table, target_pay: pa.Table, result: int | None) -> Health:
    """Everybody paid by placed `lines`, of which `weighed` measure attainment; see `metrics.alignment`.

    Somebody who changed teams is one person, in the team of the last line.
    """
    attained = measure_attainment(weighed, ("payee_id",))
    paid = _by_payee(lines, "payout")
    at_target = _by_payee(target_pay, "target_pay")
    last: dict[str, tuple[str, str]] = {}
    order = lines.sort_by([("period_end", "ascending")])
    for payee, name, team in zip(
        *(order[column].to_pylist() for column in ("payee_id", "payee_name", "team_id")), strict=True
    ):
        last[payee] = (name, team)
    return Health(
        tuple(
            Person(payee, *last[payee], attained.get((payee,)), paid[payee], at_target.get(payee, 0))
            for payee in sorted(last)
        ),
        result,
    )


def _by_payee(table: pa.Table, amount: str) -> dict[str, int]:
    summed = total_by(table, ["payee_id"], amount)
    return dict(zip(summed["payee_id"].to_pylist(), summed[amount].to_pylist(), strict=True))


def line_of_sight(weighed: pa.Table) -> Mapping[str, int]:
    """By team id, and "" for everybody: how much of the result that they are paid on is one person's own.

    1 for an own result, 1/n for one that n people are paid on together (of a team, or shared), averaged
    over the lines by what each is worth; in millionths. Teams whose lines are worth nothing are left out.
    """
    columns = ("payee_id", "team_id", "scope", "measure", "target_id", "measured_period", "worth")
    rows = list(zip(*(weighed[name].to_pylist() for name in columns), strict=True))
    together: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for payee, team, scope, *result, _ in rows:
        together[_of(team, scope, result)].add(payee)
    sums: dict[str, list[Fraction]] = defaultdict(lambda: [Fraction(0), Fraction(0)])
    for _, team, scope, *result, worth in rows:
        own = Fraction(1) if scope == "own" else Fraction(1, len(together[_of(team, scope, result)]))
        for name in (team, ""):
            sums[name][0] += own * worth
            sums[name][1] += worth
    return {
        team: round_half_away(own * MILLION / worth) for team, (own, worth) in sorted(sums.items()) if worth
    }


def _of(team: str, scope: str, result: Sequence[str]) -> tuple[object, ...]:
    return (scope, team if scope == "team" else "", *result)

"""What a plan set asks people to do: what one more unit of each driver pays each team, by the engine.

The **pull** of a driver on a team is what the team's pay rises by when the company has more of the driver,
over how much more. **Congruence** is the cosine between a team's pull and what each driver is worth to the
company: 1 where the plan asks for what the company wants, lower where effort is pulled aside (Feltham and
Xie 1994; Baker 2002; Holmström and Milgrom 1991). The two are compared for one hundredth more of what there
is of every driver, so that a lead and a thousand of revenue weigh as they come in this company.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import sqrt

import pyarrow as pa

from revplan.engine.duck import Session
from revplan.metrics.facts import bind_tables, create_facts
from revplan.metrics.measures import measure_of
from revplan.model.book import Book
from revplan.model.results import paid_in
from revplan.simulate.drivers import DRIVERS, THOUSAND, Driver, more_of
from revplan.simulate.replay import Replay

SHARE = Fraction(1, 20)
"""How much more of a driver a book is given: seen past rounding, and little enough to be one more."""


@dataclass(frozen=True)
class Pull:
    """One driver's pull. `pay` is how much more each team (by id) is paid for `units` more, in minor units;
    `had` is how many units there were in the window."""

    driver: Driver
    units: Fraction
    had: Fraction
    pay: Mapping[str, int]

    def per_unit(self, team: str) -> Fraction:
        """What one more unit pays the team, in minor units."""
        return Fraction(self.pay.get(team, 0)) / self.units

    @property
    def of_all(self) -> Fraction:
        """What one more unit pays all teams together, in minor units."""
        return Fraction(sum(self.pay.values())) / self.units

    def weight(self, team: str) -> Fraction:
        """What one more unit pays the team, × the units there were: so drivers of different units can be held
        against each other, a hundredth more of one against a hundredth more of another."""
        return self.per_unit(team) * self.had


@dataclass(frozen=True)
class Worth:
    """What one more unit of a driver is worth to the company, in minor units, and what it was estimated from:
    `part` of `whole` (deals won of those closed, revenue of leads over leads), both 0 where nothing was."""

    driver: Driver
    value: Fraction
    part: Fraction = Fraction(0)
    whole: Fraction = Fraction(0)


def pull_map(
    book: Book,
    plan_set: str,
    start: date,
    end: date,
    drivers: tuple[Driver, ...] = DRIVERS,
    told: Callable[[int], None] = lambda done: None,
) -> tuple[Pull, ...]:
    """Each driver's pull over the payment periods whose last day lies in [start, end).

    A driver of which the book has nothing there is left out. `told` hears how many drivers are done.
    """
    with Replay(book, plan_set) as replay:
        before = pay_by_team(replay.lines(book), start, end)
    found = []
    for number, driver in enumerate(drivers, 1):
        more = more_of(book, driver, start, end, SHARE)
        if more is not None:
            with Replay(more.book, plan_set) as replay:
                after = pay_by_team(replay.lines(more.book), start, end)
            pay = {team: after.get(team, 0) - before.get(team, 0) for team in sorted({*before, *after})}
            found.append(Pull(driver, more.units, more.had, pay))
        told(number)
    return tuple(found)


def pay_by_team(lines: pa.Table, start: date, end: date) -> dict[str, int]:
    """What lines pay each team in the payment periods whose last day lies in [start, end), minor units."""
    summed = paid_in(lines, start, end).group_by("team_id").aggregate([("payout", "sum")])
    return dict(zip(summed["team_id"].to_pylist(), summed["payout_sum"].to_pylist(), strict=True))


def worths(book: Book, start: date, end: date, margin: Fraction = Fraction(1)) -> tuple[Worth, ...]:
    """What one more unit of each driver is worth, estimated from the facts of [start, end).

    `margin` is what the company keeps of revenue. A lead: revenue won from the leads created in the window,
    over their number. 1,000 of pipeline: the part, by amount, of the opportunities created in it and closed
    since that was won. 1,000 won: itself. A point of retention: a hundredth of the ARR at the start. Cash
    moves what is won already, so its worth is 0 unless somebody says otherwise.
    """
    one = THOUSAND * 10**book.company.digits
    days = [start.isoformat(), end.isoformat()]
    inside = "BETWEEN CAST(? AS DATE) AND CAST(? AS DATE) - 1"
    with Session() as session:
        bind_tables(session, book)
        for name in ("won_revenue", "pipeline_created", "contracted_arr"):
            create_facts(session, name, measure_of(book.company, name), book.company)
        leads = _sums(
            session,
            f"""
            SELECT sum(w.amount) AS part, (SELECT count(*) FROM leads WHERE created_on {inside}) AS whole
            FROM won_revenue AS w WHERE w.transaction_id IN (
                SELECT opportunity_id FROM leads WHERE created_on {inside}
            )""",
            days * 2,
        )
        pipeline = _sums(
            session,
            f"""
            SELECT sum(CASE WHEN o.outcome = 'won' THEN p.amount ELSE 0 END) AS part, sum(p.amount) AS whole
            FROM pipeline_created AS p JOIN opportunities AS o ON o.opportunity_id = p.transaction_id
            WHERE p.on_date {inside} AND o.outcome <> 'open'""",
            days,
        )
        kept = _sums(
            session,
            """
            SELECT sum(f.amount) AS part, 1 AS whole
            FROM contracted_arr AS f JOIN contracts AS c ON c.contract_id = f.transaction_id
            WHERE f.on_date < CAST(? AS DATE) AND (c.ends_on IS NULL OR c.ends_on >= CAST(? AS DATE))""",
            [days[0], days[0]],
        )
    return (
        Worth("lead", margin * _ratio(leads), *leads),
        Worth("pipeline", margin * one * _ratio(pipeline), *pipeline),
        Worth("won_revenue", margin * one, Fraction(one), Fraction(one)),
        Worth("retention", margin * kept[0] / 100, kept[0], Fraction(1)),
        Worth("cash", Fraction(0)),
    )


def _sums(session: Session, query: str, parameters: list[str]) -> tuple[Fraction, Fraction]:
    row = session.run(
        f"SELECT CAST(part AS VARCHAR) AS part, CAST(whole AS VARCHAR) AS whole FROM ({query}) AS s",
        parameters,
    ).to_pylist()[0]
    return Fraction(row["part"] or 0), Fraction(row["whole"] or 0)


def _ratio(sums: tuple[Fraction, Fraction]) -> Fraction:
    return sums[0] / sums[1] if sums[1] else Fraction(0)


def congruence(pulls: tuple[Pull, ...], worth: Mapping[Driver, Fraction], team: str = "") -> float | None:
    """The cosine between pull and worth of a team, or of everybody together (""): −1 to 1, for display.

    `worth` is per unit, in minor units. None where nothing pulls, or nothing is worth anything.
    """
    teams = [team] if team else sorted({name for pull in pulls for name in pull.pay})
    asks = [float(sum(pull.weight(name) for name in teams)) for pull in pulls]
    wants = [float(worth.get(pull.driver, Fraction(0)) * pull.had) for pull in pulls]
    length = sqrt(sum(each * each for each in asks)) * sqrt(sum(each * each for each in wants))
    return sum(a * b for a, b in zip(asks, wants, strict=True)) / length if length else None

"""How selling goes: win rate, cycle, average deal, coverage and velocity of the pipeline.

Source of pipeline velocity: the formula of sales operations, opportunities × average deal × win rate ÷ days
of the cycle (nrev.ai).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from revplan.engine.duck import Session
from revplan.metrics.facts import create_facts
from revplan.metrics.health.figures import COMPANY, Figure, Part, count, figure, money, months_in
from revplan.metrics.left_out import LEFT_OUT
from revplan.metrics.measures import Measure
from revplan.model.book import Company, CustomMeasure, Where
from revplan.periods import Period


@dataclass
class Deals:
    """Deals of an owner in a stretch of time, added up: those closed; `amount` of the won ones; `days` of the
    `timed` ones, which say when they were opened; those that came into the pipeline and left it."""

    closed: int = 0
    won: int = 0
    amount: int = 0
    timed: int = 0
    days: int = 0
    no_rate: int = 0
    opened: int = 0
    has_left: int = 0

    def __add__(self, other: "Deals") -> "Deals":
        return Deals(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


Month = tuple[str, date]
"""An owner (company, team:<id>) and the first day of a month."""


def selling(
    session: Session, company: Company, periods: Sequence[Period], standings: pa.Table
) -> Iterator[Figure]:
    """Each figure of each period, for the company and for each team whose people closed deals.

    Reads `opportunities`, `rates` and `teams_at` (payee_id, team_id, starts_on, ends_on) of the session. A
    deal is of the team that its owner is in on the day it closed (an open one: was opened); one of nobody's
    counts for the company alone.
    """
    by_month = _by_month(session, company)
    owners = [COMPANY, *sorted({owner for owner, _ in by_month} - {COMPANY})]
    for owner in owners:
        for period in periods:
            deals = sum((by_month[owner, month] for month in months_in(period)), Deals())
            yield from _figures(owner, period, deals, _open_at(by_month, owner, period))
    yield from _coverage(session, company, periods, standings)


def _figures(owner: str, period: Period, deals: Deals, pipeline: int) -> Iterator[Figure]:
    closed, won = count("closed_deals", deals.closed), count("won_deals", deals.won)
    amount = money("won_revenue", deals.amount)
    timed = count("timed_deals", deals.timed)
    days = Part("cycle_days", "days", deals.days)
    cycle, average = [days, timed], [amount, won]
    none_closed = (not deals.closed, "no_closed_deals")
    none_won = (not deals.won, "no_won_deals")
    no_rate = (deals.no_rate > 0, "no_rate")
    untimed = (not deals.timed, "no_opening_days")
    yield figure("win_rate", period, deals.won, deals.closed, [won, closed], none_closed, owner=owner)
    yield figure("sales_cycle", period, deals.days, deals.timed, cycle, none_won, untimed, owner=owner)
    yield figure("average_deal", period, deals.amount, deals.won, average, none_won, no_rate, owner=owner)
    yield figure(
        "pipeline_velocity",
        period,
        # (won ÷ closed) × (amount ÷ won) × opportunities ÷ (days ÷ timed): the won deals cancel out.
        pipeline * deals.amount * deals.timed,
        deals.closed * deals.days,
        [count("open_deals", pipeline), amount, won, closed, days, timed],
        none_closed,
        none_won,
        no_rate,
        untimed,
        (not deals.days, "closed_at_once"),
        owner=owner,
    )


def _by_month(session: Session, company: Company) -> dict[Month, Deals]:
    """What was closed in each month, and how many deals came into the pipeline and left it."""
    decided = CustomMeasure(
        id="decided",
        name="",
        table="opportunities",
        date="closed_on",
        plus=("amount",),
        where=(Where.model_validate({"column": "outcome", "is": "in", "value": ("won", "lost")}),),
    )
    create_facts(session, "kpi_decided", Measure("decided", "", "money", definition=decided), company)
    closed = """
        SELECT f.owner_id, o.closed_on AS team_on, o.closed_on AS day, 1 AS closed,
            CASE WHEN o.outcome = 'won' THEN 1 ELSE 0 END AS won,
            CASE WHEN o.outcome = 'won' AND NOT (left_out) THEN f.amount ELSE 0 END AS amount,
            CASE WHEN o.outcome = 'won' AND left_out THEN 1 ELSE 0 END AS no_rate,
            CASE WHEN o.outcome = 'won' AND o.created_on <= o.closed_on THEN 1 ELSE 0 END AS timed,
            CASE WHEN o.outcome = 'won' AND o.created_on <= o.closed_on
                THEN CAST(o.closed_on - o.created_on AS BIGINT) ELSE 0 END AS days
        FROM (SELECT *, {left_out} AS left_out FROM kpi_decided_all) AS f
        JOIN opportunities AS o ON o.opportunity_id = f.transaction_id"""
    opened = """
        SELECT owner_id, created_on AS team_on, created_on AS day, 1 AS opened FROM opportunities
        WHERE created_on <= CAST(? AS DATE)"""
    left_on = "CASE WHEN closed_on > created_on THEN closed_on ELSE created_on END"
    left = f"""
        SELECT owner_id, created_on AS team_on, {left_on} AS day, 1 AS has_left FROM opportunities
        WHERE created_on <= CAST(? AS DATE) AND closed_on <= CAST(? AS DATE) AND outcome <> 'open'"""
    as_of = company.as_of.isoformat()
    found: dict[Month, Deals] = defaultdict(Deals)
    for rows, names, days in (
        (closed.format(left_out=LEFT_OUT), ("closed", "won", "amount", "no_rate", "timed", "days"), 0),
        (opened, ("opened",), 1),
        (left, ("has_left",), 2),
    ):
        for row in session.run(_added(rows, names), [as_of] * days).to_pylist():
            deals = Deals(**{name: int(row[name]) for name in names})
            for owner in (COMPANY, f"team:{row['team_id']}") if row["team_id"] else (COMPANY,):
                found[owner, row["month"]] += deals
    return found


def _added(rows: str, names: Sequence[str]) -> str:
    """The rows added up by month of `day` and by the team that their owner was in on `team_on`."""
    sums = ", ".join(f"CAST(sum(r.{name}) AS HUGEINT) AS {name}" for name in names)
    month = "CAST(date_trunc('month', r.day) AS DATE)"
    return f"""
        SELECT coalesce(t.team_id, '') AS team_id, {month} AS month, {sums}
        FROM ({rows}) AS r
        LEFT JOIN teams_at AS t
            ON t.payee_id = r.owner_id AND t.starts_on <= r.team_on AND r.team_on < t.ends_on
        GROUP BY coalesce(t.team_id, ''), {month}"""


def _open_at(by_month: Mapping[Month, Deals], owner: str, period: Period) -> int:
    """How many deals were in the pipeline when the period ended, or on the as-of date while it runs."""
    before = [deals for (whose, month), deals in by_month.items() if whose == owner and month < period.end]
    return sum(deals.opened - deals.has_left for deals in before)


def _coverage(
    session: Session, company: Company, periods: Sequence[Period], standings: pa.Table
) -> Iterator[Figure]:
    """Open pipeline that is expected to close in a running period ÷ what is left of the company's target.

    The target is the company's on won revenue with that period; of several the first by id. What the
    pipeline was worth in a period that is over, the data does not say.
    """
    is_open = Where.model_validate({"column": "outcome", "is": "=", "value": "open"})
    definition = CustomMeasure(
        id="open", name="", table="opportunities", date="created_on", plus=("amount",), where=(is_open,)
    )
    create_facts(session, "kpi_open", Measure("open", "", "money", definition=definition), company)
    expected = session.run(f"""
        SELECT o.closed_on, CAST(sum(CASE WHEN left_out THEN 0 ELSE f.amount END) AS HUGEINT) AS amount,
            CAST(sum(CASE WHEN left_out THEN 1 ELSE 0 END) AS BIGINT) AS no_rate
        FROM (
            SELECT *, {LEFT_OUT} AS left_out FROM kpi_open_all
        ) AS f
        JOIN opportunities AS o ON o.opportunity_id = f.transaction_id GROUP BY o.closed_on""").to_pylist()
    rows = [
        row
        for row in standings.to_pylist()
        if row["owner"] == COMPANY and row["measure"] == "won_revenue" and row["effective"] is not None
    ]
    for period in periods:
        mine = [row for row in expected if row["closed_on"] in period]
        targets = [r for r in rows if (r["period_start"], r["period_end"]) == (period.start, period.end)]
        target = min(targets, key=lambda row: str(row["target_id"]), default=None)
        pipeline = sum(int(row["amount"]) for row in mine)
        to_reach = target["effective"] - target["actual"] if target else 0
        parts = [money("open_pipeline", pipeline)]
        if target:
            parts += [money("target", target["effective"]), money("won_revenue", target["actual"])]
        yield figure(
            "pipeline_coverage",
            period,
            pipeline,
            to_reach,
            parts,
            (period.last_day <= company.as_of, "period_over"),
            (target is None, "no_target"),
            (to_reach <= 0, "target_reached"),
            (any(row["no_rate"] for row in mine), "no_rate"),
        )

"""The funnel: which share of leads goes on from stage to stage, and how many deals new leads lead to.

Source of expected wins: a funnel's leads × the rate of each stage (RevEngine).
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from revplan.engine.duck import Session
from revplan.metrics.health.figures import TRAILING, Figure, closing_day, count, figure
from revplan.model.book import Company
from revplan.periods import Period, add_months

_STAGES = (
    ("lead_to_mql", "leads", "mqls", "no_leads"),
    ("mql_to_sql", "mqls", "sqls", "no_mqls"),
    ("sql_to_opportunity", "sqls", "opportunities", "no_sqls"),
    ("opportunity_to_win", "decided", "won", "no_decided"),
)
"""Each rate: the stage that is left, the one reached, and why there is none where nothing is at the first."""


def funnel(session: Session, company: Company, periods: Sequence[Period]) -> Iterator[Figure]:
    """Rates of the leads of the 12 months up to the period's end, and the period's own leads × all rates.

    Reads `leads`, `opportunities` and `kpi_periods` of the session. A lead that skipped a stage has reached
    it when it reached a later one. From the opportunity on, deals count, each once however many leads led to
    it; one that is open is neither won nor lost. Only what had happened by the period's end counts.
    """
    ends = sorted({closing_day(period, company) for period in periods})
    came_in = _leads(session)
    by_end = {row["closes_on"]: row for row in _stages(session, ends)}
    for number, period in enumerate(periods):
        at = by_end.get(closing_day(period, company), dict.fromkeys(_COUNTED, 0))
        reached = {name: int(at[name]) for name in _COUNTED}
        n, d, lacking = 1, 1, ""
        for kpi, first, then, reason in _STAGES:
            of_stage = [count(then, reached[then]), count(first, reached[first])]
            yield figure(kpi, period, reached[then], reached[first], of_stage, (not reached[first], reason))
            n, d = n * reached[then], d * reached[first]
            lacking = lacking or ("" if reached[first] else reason)
        new = came_in.get(number, 0)
        parts = [count("new_leads", new), *(count(name, reached[name]) for name in _COUNTED)]
        yield figure("expected_wins", period, new * n, d, parts, (bool(lacking), lacking))


_COUNTED = ("leads", "mqls", "sqls", "opportunities", "decided", "won")


def _stages(session: Session, ends: Sequence[date]) -> list[dict[str, Any]]:
    """How many leads of the 12 months up to each day had reached each stage on it."""
    starts = [add_months(end + timedelta(days=1), -TRAILING) for end in ends]
    day = pa.date32()
    session.bind(
        "kpi_ends", pa.table({"opens_on": pa.array(starts, day), "closes_on": pa.array(list(ends), day)})
    )
    deal = "CASE WHEN has_deal THEN opportunity_id END"
    rows = session.run(f"""
        SELECT closes_on, count(*) AS leads,
            sum(CASE WHEN mql_on <= closes_on OR sql_on <= closes_on OR has_deal THEN 1 ELSE 0 END) AS mqls,
            sum(CASE WHEN sql_on <= closes_on OR has_deal THEN 1 ELSE 0 END) AS sqls,
            count(DISTINCT {deal}) AS opportunities,
            count(DISTINCT CASE WHEN has_deal AND closed_on <= closes_on AND outcome <> 'open'
                THEN opportunity_id END) AS decided,
            count(DISTINCT CASE WHEN has_deal AND closed_on <= closes_on AND outcome = 'won'
                THEN opportunity_id END) AS won
        FROM (
            SELECT e.closes_on, l.mql_on, l.sql_on, o.opportunity_id, o.outcome, o.closed_on,
                o.opportunity_id IS NOT NULL
                    AND coalesce(o.created_on, l.created_on) <= e.closes_on AS has_deal
            FROM kpi_ends AS e
            JOIN leads AS l ON l.created_on >= e.opens_on AND l.created_on <= e.closes_on
            LEFT JOIN opportunities AS o ON o.opportunity_id = l.opportunity_id
        ) AS reached
        GROUP BY closes_on""")
    return list(rows.to_pylist())


def _leads(session: Session) -> dict[int, int]:
    """How many leads came in, by period."""
    rows = session.run("""
        SELECT p.number, count(*) AS leads FROM kpi_periods AS p
        JOIN leads AS l ON l.created_on >= p.starts_on AND l.created_on <= p.closes_on GROUP BY p.number""")
    return {row["number"]: row["leads"] for row in rows.to_pylist()}

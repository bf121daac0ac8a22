"""Measures of money added up by month."""

from collections.abc import Mapping
from datetime import date

from revplan.engine.duck import Session
from revplan.metrics.facts import create_facts
from revplan.metrics.health.figures import months_in
from revplan.metrics.left_out import LEFT_OUT
from revplan.metrics.measures import Measure
from revplan.model.book import Company
from revplan.periods import Period

Sums = Mapping[date, tuple[int, int]]
"""By first day of the month: an amount in minor units, and how many facts could not be converted into it."""


def monthly(session: Session, company: Company, measure: Measure) -> Sums:
    """A measure of money up to the as-of date, by month; see `metrics.facts.create_facts`."""
    facts = create_facts(session, "kpi_sums", measure, company)
    if facts is None:
        raise ValueError(f"{measure.name} is no money")
    rows = session.run(f"""
        SELECT CAST(date_trunc('month', on_date) AS DATE) AS month,
            CAST(sum(CASE WHEN left_out THEN 0 ELSE amount END) AS HUGEINT) AS amount,
            CAST(sum(CASE WHEN left_out THEN 1 ELSE 0 END) AS BIGINT) AS no_rate
        FROM (
            SELECT on_date, amount, {LEFT_OUT} AS left_out
            FROM {facts.name}
        ) AS f
        GROUP BY CAST(date_trunc('month', on_date) AS DATE)""")
    return {row["month"]: (int(row["amount"]), row["no_rate"]) for row in rows.to_pylist()}


def in_period(sums: Sums, period: Period) -> tuple[int, bool]:
    """The amount of a period, and whether something in it could not be converted."""
    months = [sums.get(month, (0, 0)) for month in months_in(period)]
    return sum(amount for amount, _ in months), any(no_rate for _, no_rate in months)

"""Adoption: how many of the seats that customers have are in use."""

from collections.abc import Iterator, Sequence

from revplan.engine.duck import Session
from revplan.metrics.health.figures import Figure, count, figure
from revplan.periods import Period


def usage(session: Session, periods: Sequence[Period]) -> Iterator[Figure]:
    """Active users ÷ seats, of each account's last report for each product within the period.

    Reads `usage` and `kpi_periods` of the session. A report that leaves out either number is passed over.
    """
    rows = session.run("""
        SELECT number, CAST(sum(active_users) AS HUGEINT) AS active, CAST(sum(seats) AS HUGEINT) AS seats
        FROM (
            SELECT p.number, u.active_users, u.seats, row_number() OVER (
                PARTITION BY p.number, u.account_id, u.product ORDER BY u.used_on DESC
            ) AS turn
            FROM kpi_periods AS p
            JOIN usage AS u ON u.used_on >= p.starts_on AND u.used_on <= p.closes_on
                AND u.active_users IS NOT NULL AND u.seats IS NOT NULL
        ) AS reports
        WHERE turn = 1 GROUP BY number""")
    found = {row["number"]: (int(row["active"]), int(row["seats"])) for row in rows.to_pylist()}
    for number, period in enumerate(periods):
        active, seats = found.get(number, (0, 0))
        parts = [count("active_users", active), count("seats", seats)]
        yield figure("adoption", period, active, seats, parts, (seats <= 0, "no_usage"))

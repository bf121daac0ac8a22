"""The ledger stage: periods in order. What a cumulative component has earned so far, less what it paid."""

_EARLIER = """
    PARTITION BY payee_id, plan_id, component_id, measured_period, segment ORDER BY period_start
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"""


def ledger(cells: str) -> str:
    """SELECT of the cells with `due`, this payment period's line before limits.

    A discrete cell pays what it earned. A cumulative one pays its amount to date less its earlier
    lines of the measured period: with `recovers` a fall is taken back; without, nothing is paid until
    the amount to date passes the highest that was paid. A cell that is excluded from its period pays
    0 and takes nothing back; the periods after it go on from the ones before.
    """
    return f"""
        SELECT *, CASE
                WHEN NOT cumulative THEN earned
                WHEN recovers THEN earned - last_earned
                WHEN earned > highest THEN earned - highest
                ELSE 0
            END AS due
        FROM (
            SELECT *,
                coalesce(last_value(earned) OVER ({_EARLIER}), 0) AS last_earned,
                coalesce(max(CASE WHEN earned > 0 THEN earned ELSE 0 END) OVER ({_EARLIER}), 0) AS highest
            FROM {cells} AS c WHERE excluded = ''
        ) AS with_earlier
        UNION ALL
        SELECT *, 0 AS last_earned, 0 AS highest, 0 AS due FROM {cells} AS c WHERE excluded <> ''"""


def with_reasons(lines: str) -> str:
    """SELECT of the lines (a SELECT) with `line_reason`: why `payout` is 0; "" where it is not."""
    return f"""
        SELECT *, CASE
                WHEN payout <> 0 THEN ''
                WHEN excluded <> '' THEN excluded
                WHEN due <> 0 AND budget_cut <> 0 THEN 'budget'
                WHEN due <> 0 THEN 'payee_limit'
                WHEN earned > 0 OR (recovers AND earned <> 0) THEN 'already_paid'
                WHEN earned < 0 THEN 'negative'
                WHEN status = 'open' AND reason IN ('no_credit', 'below_threshold', 'gate_closed')
                    THEN 'period_not_over'
                ELSE reason
            END AS line_reason
        FROM ({lines}) AS limited"""

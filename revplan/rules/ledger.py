"""The ledger stage: periods in order. What a cumulative component has earned so far, less what it paid."""

_EARLIER = """
    PARTITION BY payee_id, plan_id, component_id, measured_period, segment ORDER BY period_start
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"""


def ledger(cells: str) -> str:
    """SELECT of cumulative cells with `due`, this payment period's line before limits.

    A cell pays its amount to date less its earlier lines of the measured period: with `recovers` a fall is
    taken back; without, nothing is paid until the amount to date passes the highest that was paid. A cell
    that is excluded from its period pays 0 and takes nothing back; the periods after it go on from the ones
    before. (A discrete cell pays what it earned.)
    """
    return f"""
        SELECT c.*, CASE
                WHEN excluded <> '' THEN 0
                WHEN recovers THEN earned - last_earned
                WHEN earned > highest THEN earned - highest
                ELSE 0
            END AS due
        FROM {cells} AS c
        LEFT JOIN (
            SELECT number, cell_id, coalesce(last_value(earned) OVER ({_EARLIER}), 0) AS last_earned,
                coalesce(max(CASE WHEN earned > 0 THEN earned ELSE 0 END) OVER ({_EARLIER}), 0) AS highest
            FROM {cells} WHERE excluded = ''
        ) AS e ON e.number = c.number AND e.cell_id = c.cell_id"""


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

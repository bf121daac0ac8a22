"""The ledger stage: periods in order. What a cumulative component has earned so far, less what it paid."""


def ledger(cells: str) -> str:
    """SELECT of the cells with `payout`, this payment period's line.

    A discrete cell pays what it earned. A cumulative one pays its amount to date less its earlier
    lines of the measured period: with `recovers` a fall is taken back; without, nothing is paid until
    the amount to date passes the highest that was paid.
    """
    window = "PARTITION BY payee_id, plan_id, component_id, measured_period ORDER BY period_start"
    earlier = f"({window} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    before = f"coalesce(max(CASE WHEN earned > 0 THEN earned ELSE 0 END) OVER {earlier}, 0)"
    return (
        "SELECT *, CASE WHEN NOT cumulative THEN earned "
        "WHEN recovers THEN earned - earned_before "
        "WHEN earned > highest THEN earned - highest ELSE 0 END AS payout "
        f"FROM (SELECT *, coalesce(lag(earned) OVER ({window}), 0) AS earned_before, {before} AS highest "
        f"FROM ({cells}) AS c) AS with_earlier"
    )


def reason(payout: str = "payout") -> str:
    """The reason of a line from its cell's own, for a line that is 0 although its cell is not."""
    return (
        f"CASE WHEN {payout} <> 0 THEN '' WHEN earned > 0 THEN 'already_paid' WHEN earned < 0 THEN 'negative' "
        "WHEN status = 'open' AND reason IN ('no_credit', 'below_threshold', 'gate_closed') THEN 'period_not_over' "
        "ELSE reason END"
    )

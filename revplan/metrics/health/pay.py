"""What selling costs in incentive pay: the one figure that depends on the plan set.

Source: compensation cost of sales, commissions ÷ revenue (accelerateconsultinggroup.com).
"""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from revplan.metrics.health.figures import Figure, figure, money
from revplan.metrics.health.sums import Sums, in_period
from revplan.periods import Period


def pay_over_revenue(lines: pa.Table, revenue: Sums, periods: Sequence[Period]) -> Iterator[Figure]:
    """Payouts of a run's lines ÷ won revenue of the same period.

    Payment periods that lie in a period belong to it. A quarter's pay over a month's revenue would say
    nothing, and part of a quarter's pay over its revenue too little: there is no figure where a payment
    period is longer than the period itself.
    """
    keys = ["period_start", "period_end"]
    paid = lines.select([*keys, "payout"]).group_by(keys).aggregate([("payout", "sum")]).to_pylist()
    for period in periods:
        near = [row for row in paid if row["period_start"] < period.end and row["period_end"] > period.start]
        longer = [r for r in near if r["period_start"] < period.start or r["period_end"] > period.end]
        payouts = sum(int(row["payout_sum"]) for row in near)
        won, no_rate = in_period(revenue, period)
        yield figure(
            "compensation_cost_of_sales",
            period,
            payouts,
            won,
            [money("payouts", payouts), money("won_revenue", won)],
            (not near, "no_pay"),
            (bool(longer), "pay_of_longer_period"),
            (no_rate, "no_rate"),
            (won <= 0, "no_revenue"),
        )

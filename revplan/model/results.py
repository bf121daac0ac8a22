"""What a run returns: tables of fixed columns, the same bytes for the same inputs."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from revplan.issues import Issue

Unit = Literal["money", "count", "ratio"]
"""Unit of a measure. In tables: money in minor units, counts and ratios in millionths."""

_TEXT, _INT, _DATE = pa.string(), pa.int64(), pa.date32()

LINES = pa.schema(
    [
        ("line_id", _INT),
        ("payee_id", _TEXT),
        ("payee_name", _TEXT),
        ("team_id", _TEXT),  # the payee's team in that period
        ("plan_id", _TEXT),
        ("plan_version", _INT),
        ("component_id", _TEXT),
        ("component_name", _TEXT),
        ("way", _TEXT),  # rate, incentive, fixed, pool
        ("scope", _TEXT),  # own, team, shared
        ("measure", _TEXT),
        ("unit", _TEXT),  # of credit and quota
        ("target_id", _TEXT),  # "" when the component has none
        ("measured_period", _TEXT),
        ("period", _TEXT),  # payment period
        ("period_start", _DATE),
        ("period_end", _DATE),  # exclusive
        ("segment", _INT),  # the stretch that accumulates by itself, from 1; 0 where nothing restarts
        ("credit", _INT),  # what counted, over the measured period up to this payment period
        ("payable", _INT),  # what that pays on, rounded for show; null where that is the credit
        ("payable_unit", _TEXT),  # of payable; "" where there is none
        ("quota", _INT),  # effective; null when there is none
        ("nominal_quota", _INT),  # before proration, ramp and leave
        ("active_days", _INT),  # days that count toward the quota; null when the plan prorates nothing
        ("quota_days", _INT),  # days of the quota's period
        ("ramp_share", _INT),  # a joiner's share of the nominal quota, millionths; null without a ramp
        ("attainment", _INT),  # millionths, for show; null when not defined
        ("target_incentive", _INT),  # weighted, of the measured period; 0 unless way = incentive
        ("table_amount", _INT),  # after the table, rounded for show
        ("multiplier", _INT),  # millionths; null when the component has none
        ("gate_open", pa.bool_()),  # null when the component has none
        ("earned_to_date", _INT),  # finished cell over the measured period so far
        ("before_limits", _INT),  # this payment period's line before payee limits and the plan's budget
        ("payout", _INT),  # this payment period's line
        ("pay", _INT),  # the same in minor units of pay_currency, converted and rounded once
        ("pay_currency", _TEXT),  # the company's, unless the plan names a pay rate and the payee has another
        ("reason", _TEXT),  # why the payout is 0; "" otherwise
        ("status", _TEXT),  # final, open while the period is not over at as_of, locked once it is closed
    ]
)
"""One row for each payee × component × payment period, and for each segment where accumulators restart."""

PARTS = pa.schema(
    [
        ("line_id", _INT),
        ("payee_id", _TEXT),
        ("team_id", _TEXT),
        ("component_id", _TEXT),
        ("period", _TEXT),
        ("position", _INT),  # order within the line, from 1
        # deal, catch_up, zero_credit, limit, value, payouts, pool, earlier, payee_limit, budget
        ("kind", _TEXT),
        ("transaction_id", _TEXT),
        ("opportunity_id", _TEXT),
        ("account_id", _TEXT),
        ("on_date", _DATE),
        ("credit", _INT),
        ("paid_on", _INT),  # what it pays on instead, of another measure; null where that is the credit
        (
            "factor",
            _INT,
        ),  # what that is multiplied by, or its keyed rate, millionths; null where there is none
        ("part", _INT),  # parts of a line add up to its payout exactly
    ]
)
"""The deals (and what is not a deal) behind each line. A `catch_up` follows the deal that brought the line
to another tier: what that tier makes of the earlier results, where it goes back to them."""

INPUTS = pa.schema(
    [
        ("line_id", _INT),
        ("payee_id", _TEXT),
        ("team_id", _TEXT),
        ("place", _INT),  # order within the line, from 0
        ("input", _TEXT),  # x, m, g0, g1, … as the formula reads them; p; c; incentive; deals; pool
        ("measure", _TEXT),  # "" of incentive and deals
        ("unit", _TEXT),  # of credit and quota
        ("scope", _TEXT),
        ("target_id", _TEXT),
        ("owner", _TEXT),  # for whom it counts: company, team:<id>, payee:<id>
        ("window_start", _DATE),
        ("window_end", _DATE),  # exclusive; the facts end with the as-of date, though
        ("credit", _INT),  # what counted; null when a ratio is not defined
        ("quota", _INT),  # effective; null when there is none
        ("nominal_quota", _INT),
        ("quota_end", _DATE),  # the quota is that of window_start up to here, exclusive
        ("attainment", _INT),  # millionths, for show; null when not defined
        ("n", _TEXT),  # the input as the formula takes it is n / d, whole numbers without a bound
        ("d", _TEXT),  # null, 0 or less where the input is not defined
    ]
)
"""What each line was worked out from, one row an input. `incentive` is the component's own part of the target
incentive, `deals` what the deals of a table that is read per transaction pay by themselves, added up; both
are money and have no quota. `p` is what the deals pay on, where that is not what counts: n / d in stored
units. `pool` is what a member had a part of, with the own claim as n and those it was divided by as d; `c`
is what the claim counts. A figure beyond 18 digits is null, except as n and d."""

CREDITS = pa.schema(
    [
        ("measure", _TEXT),
        ("unit", _TEXT),
        ("rule", _TEXT),
        ("transaction_id", _TEXT),
        ("opportunity_id", _TEXT),
        ("account_id", _TEXT),
        ("on_date", _DATE),
        ("payee_id", _TEXT),  # "" = unattributed
        ("team_id", _TEXT),  # the payee's team on that date
        ("credit", _INT),
    ]
)
"""Who was credited with what; the credits of one rule on a transaction add up to it exactly."""

STANDINGS = pa.schema(
    [
        ("target_id", _TEXT),
        ("target_name", _TEXT),
        ("measure", _TEXT),
        ("unit", _TEXT),
        ("owner", _TEXT),  # company, team:<id>, payee:<id>, vacancy:<id> of an open seat
        ("team_id", _TEXT),  # of a team, payee or seat; "" for the company
        ("payee_id", _TEXT),
        ("grain", _TEXT),
        ("period", _TEXT),
        ("period_start", _DATE),
        ("period_end", _DATE),
        ("target", _INT),  # nominal
        ("effective", _INT),  # after a payee's proration, ramp and leave; else the nominal one
        ("parts", _INT),  # what the effective parts below add up to; null where there are none
        ("actual", _INT),  # 0 of an open seat
        ("attainment", _INT),  # actual / effective, millionths; null when that is 0, and of an open seat
        ("shared_with", pa.list_(_TEXT)),  # team ids that share it in that period
        ("status", _TEXT),  # final, open, future
    ]
)
"""Where each target stands, whole and by its portions, for each of its periods."""

ADJUSTMENTS = pa.schema(
    [
        ("adjustment_id", _INT),  # the row's number, from 1
        ("payee_id", _TEXT),
        ("payee_name", _TEXT),
        ("team_id", _TEXT),
        ("period", _TEXT),  # the month in whose statement it stands
        ("kind", _TEXT),  # see rules.adjust.entries.STEPS
        ("plan_id", _TEXT),  # "" for a correction of somebody on no plan
        ("component_id", _TEXT),  # "" unless it is about one
        ("cause", _TEXT),  # the deal, draw, correction or payment period
        ("amount", _INT),  # what it adds to the pay
        ("pay", _INT),  # the same in minor units of pay_currency
        ("pay_currency", _TEXT),
        ("balance", _INT),  # what is held, owed or carried after it; null where nothing is
        ("reason", _TEXT),  # why, as a code; "" for a correction
        ("note", _TEXT),  # why, in the words of whoever entered it
        ("author", _TEXT),  # who decided a correction
        ("status", _TEXT),  # final, open while the month is not over at as_of, locked once it is closed
    ]
)
"""What comes after the lines: draws, clawbacks, pay held and released, accounts below zero, corrections."""

STATEMENTS = pa.schema(
    [
        ("payee_id", _TEXT),
        ("payee_name", _TEXT),
        ("team_id", _TEXT),
        ("period", _TEXT),  # the month in which the payment period ends
        ("entry", _TEXT),  # component, adjustment, total
        ("kind", _TEXT),  # of an adjustment; "" for the others
        ("component_id", _TEXT),
        ("component_name", _TEXT),
        ("paid_for", _TEXT),  # the payment period; the cause of an adjustment
        ("amount", _INT),
        ("pay", _INT),  # in minor units of pay_currency; null in a total over several currencies
        ("pay_currency", _TEXT),  # "" in a total over several
        ("balance", _INT),  # of an adjustment
        ("status", _TEXT),
    ]
)
"""One payee's account of one period: its entries, then a row with their total."""

KPIS = pa.schema(
    [
        ("kpi", _TEXT),  # an id of metrics.health.figures
        ("owner", _TEXT),  # company, team:<id>
        ("grain", _TEXT),
        ("period", _TEXT),
        ("period_start", _DATE),
        ("period_end", _DATE),  # exclusive
        ("unit", _TEXT),  # money, count, ratio, days, months
        ("value", _INT),  # numerator / denominator: minor units of money, else millionths; null with a reason
        ("numerator", _TEXT),  # whole numbers without a bound; of money they give minor units
        ("denominator", _TEXT),
        ("reason", _TEXT),  # why there is no value, as a code; "" otherwise
        ("status", _TEXT),  # final, open while the period is not over at as_of
    ]
)
"""The key figures of the company's health: they pay nobody, so they stand beside a run, not in it."""

KPI_PARTS = pa.schema(
    [
        ("kpi", _TEXT),
        ("owner", _TEXT),
        ("grain", _TEXT),
        ("period", _TEXT),
        ("place", _INT),  # order within the figure, from 0
        ("part", _TEXT),
        ("unit", _TEXT),
        ("amount", _INT),  # minor units of money, else millionths
    ]
)
"""What each key figure is made of, in the terms of its definition."""


@dataclass(frozen=True)
class RunResult:
    """One calculation of one plan set. Tables are sorted by their leading columns."""

    plan_set: str
    as_of: date
    currency: str
    digits: int
    engine_version: str
    lines: pa.Table
    parts: pa.Table
    inputs: pa.Table
    credits: pa.Table
    standings: pa.Table
    adjustments: pa.Table
    statements: pa.Table
    issues: tuple[Issue, ...]


def paid_in(lines: pa.Table, start: date, end: date) -> pa.Table:
    """The lines whose payment period's last day lies in [start, end)."""
    # Just when its end, which is exclusive, lies in (start, end].
    return lines.filter(
        pc.and_(pc.greater(lines["period_end"], start), pc.less_equal(lines["period_end"], end))
    )

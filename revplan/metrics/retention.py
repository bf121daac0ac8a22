"""Retention and scores: ratios that roll up from their parts, never as a mean of percentages."""

from collections.abc import Iterable
from datetime import date, timedelta

import pyarrow as pa

from revplan.engine.duck import Session
from revplan.metrics.measures import Measure
from revplan.money import MILLION
from revplan.periods import add_months


def create_ratio(session: Session, name: str, measure: Measure, contracted: str) -> None:
    """Make the table `name` of a ratio's parts: window_start, window_end, payee_id, n, d.

    The table `windows` (window_start, window_end, opens_on, closes_on) says for which periods. The
    ratio of anybody, a team or the company is Σ n ÷ Σ d of the payees it covers; n and d are HUGEINT.
    `contracted` names the facts of contracted ARR, which retention compares; scores do not read it.
    """
    if measure.kind == "score":
        _create_scores(session, name, measure.name.removeprefix("score:"))
    else:
        _create_retention(session, name, contracted, net=measure.name == "nrr")


def _create_retention(session: Session, name: str, contracted: str, *, net: bool) -> None:
    """NRR = Σ end ÷ Σ start, GRR = Σ min(end, start) ÷ Σ start, by account.

    The cohort is the accounts with ARR > 0 at the close of `opens_on`; their end is the ARR at the
    close of `closes_on`. New and reactivated accounts are left out, and so are accounts without an id.
    The owner is the account's customer-success manager.
    """
    end = "end_arr" if net else "CASE WHEN end_arr < start_arr THEN end_arr ELSE start_arr END"
    session.create(
        name,
        f"""
        SELECT window_start, window_end, payee_id,
            CAST(sum({end}) AS HUGEINT) AS n, CAST(sum(start_arr) AS HUGEINT) AS d
        FROM ({cohorts(contracted)}) AS cohort
        GROUP BY window_start, window_end, payee_id""",
    )


def windows_table(windows: Iterable[tuple[date, date]], as_of: date, months: int = 12) -> pa.Table:
    """Windows [start, end) with the days that they compare, in order: `closes_on`, the last one that has
    been, and `opens_on`, so many months before the window's own last."""
    rows = sorted(windows)
    day = timedelta(days=1)
    columns = {
        "window_start": [start for start, _ in rows],
        "window_end": [end for _, end in rows],
        "opens_on": [add_months(end, -months) - day for _, end in rows],
        "closes_on": [min(end - day, as_of) for _, end in rows],
    }
    return pa.table({name: pa.array(days, pa.date32()) for name, days in columns.items()})


def cohorts(contracted: str) -> str:
    """SELECT of window_start, window_end, payee_id (the account's manager, or ""), account_id, start_arr and
    end_arr of the accounts in each window's cohort."""
    return f"""
        SELECT window_start, window_end, coalesce(csm_id, '') AS payee_id, account_id, start_arr, end_arr
        FROM (
            SELECT window_start, window_end, account_id,
                sum(start_arr) AS start_arr, sum(end_arr) AS end_arr
            FROM ({contracts_in_windows(contracted)}) AS c
            GROUP BY window_start, window_end, account_id
        ) AS by_account
        LEFT JOIN (SELECT account_id AS owned, csm_id FROM accounts) AS owners
            ON owners.owned = by_account.account_id
        WHERE start_arr > 0"""


def contracts_in_windows(contracted: str) -> str:
    """SELECT of window_start, window_end, contract_id, account_id, and the ARR of each contract at the close
    of `opens_on` (start_arr) and of `closes_on` (end_arr).

    A contract is worth its ARR from starts_on up to ends_on (exclusive), in the company's currency at the
    rate on its start. Those worth nothing on either day are left out.
    """
    at = "CASE WHEN a.on_date <= w.{day} AND w.{day} < a.ends_on THEN a.amount ELSE 0 END"
    return f"""
        SELECT w.window_start, w.window_end, a.contract_id, a.account_id,
            {at.format(day="opens_on")} AS start_arr, {at.format(day="closes_on")} AS end_arr
        FROM windows AS w JOIN (
            SELECT f.transaction_id AS contract_id, f.account_id, f.on_date, f.amount,
                coalesce(c.ends_on, DATE '9999-12-31') AS ends_on
            FROM {contracted} AS f JOIN contracts AS c ON c.contract_id = f.transaction_id
        ) AS a ON a.on_date <= w.closes_on AND a.ends_on > w.opens_on"""


def _create_scores(session: Session, name: str, kpi: str) -> None:
    """The mean of a payee's scores whose own periods lie in the window, as a sum over their number."""
    session.create(
        name,
        f"""
        SELECT w.window_start, w.window_end, s.payee_id, CAST(sum(s.score) AS HUGEINT) AS n,
            CAST(count(*) AS HUGEINT) * {MILLION} AS d
        FROM windows AS w
        JOIN dated_scores AS s ON s.kpi = ? AND s.starts_on >= w.window_start AND s.ends_on <= w.window_end
        GROUP BY w.window_start, w.window_end, s.payee_id""",
        [kpi],
    )

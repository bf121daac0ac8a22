"""Customers: what is kept of them, what one is worth, and what it costs to win one.

Sources: net and gross revenue retention by cohort (bigdelta.com); customer lifetime value = revenue of an
account × gross margin ÷ churn, and its ratio to the cost of acquisition (mhq-gatsby.pages.dev).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from revplan.engine.duck import Session
from revplan.metrics.facts import create_facts
from revplan.metrics.health.figures import (
    TRAILING,
    Figure,
    Part,
    closing_day,
    count,
    figure,
    money,
    trailing_months,
)
from revplan.metrics.left_out import LEFT_OUT
from revplan.metrics.measures import measures
from revplan.metrics.retention import contracts_in_windows, create_ratio, windows_table
from revplan.model.book import Company
from revplan.money import to_minor
from revplan.periods import Period, add_months


@dataclass
class _Month:
    """Customers with ARR when a month began, that ARR, how many of them had none when it ended, and how
    many accounts became customers in it for the first time."""

    customers: int = 0
    arr: int = 0
    lost: int = 0
    new: int = 0


def customers(session: Session, company: Company, periods: Sequence[Period]) -> Iterator[Figure]:
    """Retention of each period, and the worth and cost of customers over the 12 months up to its end.

    Reads `contracts`, `accounts` and `rates` of the session; the costs are the company's own statement.
    """
    create_facts(session, "kpi_contracted", measures(company)["contracted_arr"], company)
    first_left_out = session.run(f"SELECT min(on_date) AS day FROM kpi_contracted_all WHERE {LEFT_OUT}")[
        "day"
    ][0].as_py()
    by_month = _months(session, company, periods)
    parts_of = {name: _retention(session, company, periods, name) for name in ("nrr", "grr")}
    for period in periods:
        no_rate = first_left_out is not None and first_left_out <= closing_day(period, company)
        for name, end in (("nrr", "arr_at_end"), ("grr", "arr_kept")):
            n, d = parts_of[name].get((period.start, period.end), (0, 0))
            parts = [money(end, n), money("arr_at_start", d)]
            yield figure(name, period, n, d, parts, (no_rate, "no_rate"), (d <= 0, "no_customers"))
        yield from _worth(company, period, trailing_months(period, company), by_month, no_rate=no_rate)


def _worth(
    company: Company, period: Period, months: list[date], by_month: Mapping[date, _Month], *, no_rate: bool
) -> Iterator[Figure]:
    """A month's revenue of a customer is Σ ARR ÷ 12 ÷ Σ customers, and a month's churn Σ lost ÷ Σ customers,
    over the beginnings of the 12 months: a customer of many months weighs more than one of few."""
    known = [by_month[month] for month in months]
    stock, arr = sum(one.customers for one in known), sum(one.arr for one in known)
    lost, new = sum(one.lost for one in known), sum(one.new for one in known)
    cost, margin = acquisition_cost(company, months), gross_margin(company, months[-1])
    spent, m, d = cost or 0, (margin or Fraction(0)).numerator, (margin or Fraction(0)).denominator
    customer_months, lost_customers = count("customer_months", stock), count("lost_customers", lost)
    revenue = money("arr_of_months", arr)
    paid, won = money("acquisition_cost", spent), count("new_customers", new)
    share = Part("gross_margin", "ratio", margin or Fraction(0))
    rate, nobody = (no_rate, "no_rate"), (stock <= 0 or arr <= 0, "no_customers")
    no_cost, none_new = (cost is None, "no_costs"), (not new, "no_new_customers")
    no_margin, none_lost = (not margin, "no_margin"), (not lost, "nobody_lost")
    yield figure(
        "customer_churn", period, lost, stock, [lost_customers, customer_months], (stock <= 0, "no_customers")
    )
    yield figure("revenue_per_customer", period, arr, 12 * stock, [revenue, customer_months], rate, nobody)
    yield figure("cac", period, spent, new, [paid, won], no_cost, none_new)
    yield figure(
        "cac_payback",
        period,
        spent * 12 * stock * d,
        new * arr * m,
        [paid, won, revenue, customer_months, share],
        *(rate, nobody, no_cost, no_margin, none_new),
    )
    # The customer-months cancel out: (Σ ARR ÷ 12 ÷ Σ customers) × margin ÷ (Σ lost ÷ Σ customers).
    value = [revenue, share, lost_customers]
    yield figure("ltv", period, arr * m, 12 * lost * d, value, rate, nobody, no_margin, none_lost)
    yield figure(
        "ltv_to_cac",
        period,
        arr * m * new,
        12 * lost * d * spent,
        [*value, paid, won],
        *(rate, nobody, no_margin, no_cost, none_lost, none_new, (spent <= 0, "no_costs")),
    )


def acquisition_cost(company: Company, months: Sequence[date]) -> int | None:
    """What marketing and sales cost in these months, in minor units; None where a month's is not stated.

    A statement holds from the month that it names until the next one.
    """
    costs = []
    for month in months:
        stated = [cost for cost in company.costs.acquisition if cost.from_ < add_months(month, 1)]
        if not stated:
            return None
        costs.append(to_minor(max(stated, key=lambda cost: cost.from_).per_month, company.digits))
    return sum(costs)


def gross_margin(company: Company, month: date) -> Fraction | None:
    """The gross margin stated for that month, as a share of revenue; None where none is."""
    stated = [one for one in company.costs.gross_margin if one.from_ < add_months(month, 1)]
    return Fraction(max(stated, key=lambda one: one.from_).share) if stated else None


def _retention(
    session: Session, company: Company, periods: Sequence[Period], name: str
) -> dict[tuple[date, date], tuple[int, int]]:
    """ARR at the end (no account's above its start for grr) and at the start, by period."""
    session.bind("windows", windows_table(((p.start, p.end) for p in periods), company.as_of, TRAILING))
    create_ratio(session, f"kpi_{name}", measures(company)[name], "kpi_contracted")
    rows = session.run(f"""
        SELECT window_start, window_end, CAST(sum(n) AS HUGEINT) AS n, CAST(sum(d) AS HUGEINT) AS d
        FROM kpi_{name} GROUP BY window_start, window_end""").to_pylist()
    return {(row["window_start"], row["window_end"]): (int(row["n"]), int(row["d"])) for row in rows}


def _months(session: Session, company: Company, periods: Sequence[Period]) -> dict[date, _Month]:
    """Every month that a period looks back to, with its customers."""
    months = sorted({month for period in periods for month in trailing_months(period, company)})
    ends = [(month, add_months(month, 1)) for month in months]
    session.bind("windows", windows_table(ends, company.as_of, 1))
    found: dict[date, _Month] = defaultdict(_Month)
    for row in session.run(f"""
        SELECT window_start, count(*) AS customers, CAST(sum(start_arr) AS HUGEINT) AS arr,
            CAST(sum(CASE WHEN end_arr <= 0 THEN 1 ELSE 0 END) AS BIGINT) AS lost
        FROM (
            SELECT window_start, account_id, sum(start_arr) AS start_arr, sum(end_arr) AS end_arr
            FROM ({contracts_in_windows("kpi_contracted")}) AS c
            GROUP BY window_start, account_id
        ) AS by_account
        WHERE start_arr > 0 GROUP BY window_start""").to_pylist():
        month = found[row["window_start"]]
        month.customers, month.arr, month.lost = row["customers"], int(row["arr"]), row["lost"]
    for row in session.run("""
        SELECT w.window_start, count(*) AS new
        FROM (SELECT account_id, min(starts_on) AS first_day FROM contracts GROUP BY account_id) AS a
        JOIN windows AS w ON a.first_day >= w.window_start AND a.first_day < w.window_end
        GROUP BY w.window_start""").to_pylist():
        found[row["window_start"]].new = row["new"]
    return found

"""What is paid in a payee's own currency: each rounded amount, converted at the plan's pay rate, once.

Lines, limits, balances and everything that is added up over people are in the company's currency; this is the
last step, on finished lines and entries, and no other figure is made from what it gives.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from revplan.issues import Issue, Where
from revplan.metrics.rates import PayRates
from revplan.model.book import Book
from revplan.model.plan import Plan
from revplan.periods import add_months
from revplan.rules.people import Stint

Lacking = dict[tuple[str, str, str], list[date]]
"""By plan, rate and currency: the days on which there is no such rate, one for each amount."""


@dataclass
class _Payer:
    """Who is paid in which currency, by which plan at which rate."""

    rates: PayRates
    stints: dict[str, list[Stint]]
    plans: dict[str, list[Plan]]
    lacking: Lacking = field(default_factory=lambda: defaultdict(list))
    too_large: set[str] = field(default_factory=set)

    def currency(self, payee_id: str, day: date) -> str:
        """The currency of the payee's row on that day, else of the last one before it, else of the first."""
        rows = self.stints[payee_id]
        return max(
            (row for row in rows if row.start <= day), key=lambda row: row.start, default=rows[0]
        ).currency

    def plan(self, plan_id: str, day: date) -> Plan | None:
        """The newest version that had begun by that day, else the first."""
        versions = self.plans.get(plan_id, [])
        return max(
            (p for p in versions if p.from_ <= day),
            key=lambda p: p.version,
            default=next(iter(versions), None),
        )

    def pay(self, amount: int, plan: Plan | None, currency: str, day: date) -> int | None:
        """The amount in that currency at the plan's pay rate of that day."""
        name = plan.pay_rate or "" if plan else ""
        found = self.rates.convert(amount, currency, day, name)
        if found is None:
            self.lacking[plan.id if plan else "", name, currency].append(day)
        elif abs(found) >= 2**63:
            self.too_large.add(plan.id if plan else "")
            return None
        return found


def in_pay_currency(
    book: Book, roster: Sequence[Stint], lines: pa.Table, adjustments: pa.Table
) -> tuple[pa.Table, pa.Table, list[Issue]]:
    """Lines and adjustments with `pay` and `pay_currency`, and what has no rate.

    The rate is that of the last day of the month in whose statement an amount stands. What is paid in the
    company's currency, by a plan without a pay rate or in a closed month stays as it is. A correction that is
    stated in the payee's currency is paid as it is stated.
    """
    own = book.company.currency.upper()
    foreign = {stint.payee_id for stint in roster if stint.currency != own}
    plans: dict[str, list[Plan]] = defaultdict(list)
    for plan in sorted(book.plans, key=lambda plan: plan.version):
        plans[plan.id].append(plan)
    if not foreign or not any(plan.pay_rate for plan in book.plans):
        return lines, adjustments, []
    stints: dict[str, list[Stint]] = defaultdict(list)
    for stint in roster:
        stints[stint.payee_id].append(stint)
    payer = _Payer(PayRates(book), stints, plans)
    lines = _paid_lines(payer, own, lines, foreign)
    adjustments = _paid_entries(payer, own, adjustments, foreign, _stated(book))
    wide = [Issue("pay_too_large", "error", Where(plan=plan)) for plan in sorted(payer.too_large)]
    return lines, adjustments, [*_issues(payer.lacking, own), *wide]


def rate_day(period_end: date) -> date:
    """The day whose rate holds for a line: the last one of the month in which its payment period ends
    (`period_end` is exclusive)."""
    return add_months(period_end - timedelta(days=1), 1) - timedelta(days=1)


def _paid_lines(payer: _Payer, own: str, lines: pa.Table, foreign: set[str]) -> pa.Table:
    names = ("payee_id", "plan_id", "plan_version", "period_end", "payout", "status", "pay", "pay_currency")
    mine, rows = _rows_of(lines, foreign, names)
    versions = {(plan.id, plan.version): plan for of_id in payer.plans.values() for plan in of_id}
    paid: list[tuple[int | None, str]] = []
    for payee, plan_id, version, end, payout, status, kept, kept_in in rows:
        day = rate_day(end)
        plan, currency = versions.get((plan_id, version)), payer.currency(payee, day)
        if status == "locked":
            paid.append((kept, kept_in))
        elif plan is None or plan.pay_rate is None:
            paid.append((payout, own))
        else:
            paid.append((payer.pay(payout, plan, currency, day), currency))
    return _with_pay(lines, mine, paid)


def _paid_entries(
    payer: _Payer, own: str, entries: pa.Table, foreign: set[str], stated: dict[str, tuple[int, str]]
) -> pa.Table:
    names = ("payee_id", "plan_id", "period", "kind", "cause", "amount", "status", "pay", "pay_currency")
    mine, rows = _rows_of(entries, foreign, names)
    paid: list[tuple[int | None, str]] = []
    for payee, plan_id, month, kind, cause, amount, status, kept, kept_in in rows:
        day = add_months(date.fromisoformat(f"{month}-01"), 1) - timedelta(days=1)
        plan, currency = payer.plan(plan_id, day), payer.currency(payee, day)
        if status == "locked":
            paid.append((kept, kept_in))
        elif plan is None or plan.pay_rate is None:
            paid.append((amount, own))
        elif kind == "correction" and stated.get(cause, (0, ""))[1] == currency:
            paid.append(stated[cause])
        else:
            paid.append((payer.pay(amount, plan, currency, day), currency))
    return _with_pay(entries, mine, paid)


def _rows_of(
    table: pa.Table, payees: set[str], names: Sequence[str]
) -> tuple[pa.Array, Iterable[tuple[Any, ...]]]:
    """Which rows are these payees', and those columns of them."""
    mine = pc.is_in(table["payee_id"], value_set=pa.array(sorted(payees), pa.string())).combine_chunks()
    some = table.select(list(names)).filter(mine)
    return mine, zip(*(some[name].to_pylist() for name in names), strict=True)


def _with_pay(table: pa.Table, mine: pa.Array, paid: Sequence[tuple[int | None, str]]) -> pa.Table:
    columns = (
        ("pay", pa.array([amount for amount, _ in paid], pa.int64())),
        ("pay_currency", pa.array([currency for _, currency in paid], pa.string())),
    )
    for name, values in columns:
        place = table.schema.get_field_index(name)
        kept = table[name].combine_chunks()
        table = table.set_column(place, table.schema.field(place), pc.replace_with_mask(kept, mine, values))
    return table


def _stated(book: Book) -> dict[str, tuple[int, str]]:
    """Corrections as they are stated: amount and currency by id."""
    rows = book.table("adjustments").to_pylist()
    own = book.company.currency
    return {row["adjustment_id"]: (row["amount"], (row["currency"] or own).upper()) for row in rows}


def _issues(lacking: Lacking, own: str) -> list[Issue]:
    """One error for each plan and currency without a rate: how many amounts, and from which day on."""
    return [
        Issue(
            "no_pay_rate",
            "error",
            Where(table="fx_rates", plan=plan),
            {
                "rows": len(days),
                "rate": rate,
                "currency": currency,
                "own_currency": own,
                "first": min(days).isoformat(),
            },
        )
        for (plan, rate, currency), days in sorted(lacking.items())
    ]

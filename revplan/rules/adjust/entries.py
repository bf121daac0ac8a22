"""Entries of the adjustments stage, the accounts that they stand in, and the table that they become."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import pyarrow as pa

from revplan.model.results import ADJUSTMENTS
from revplan.periods import add_months, month_label, months_apart

STEPS = {
    **dict.fromkeys(("held", "at_risk", "clawback", "released"), 0),
    **dict.fromkeys(("draw", "draw_recovered", "draw_forgiven"), 1),
    "correction": 2,
    "true_up": 2,
    **dict.fromkeys(("carried", "carried_recovered", "carried_forgiven"), 3),
}
"""Every kind of entry, with the step at which a month works it out."""

Who = tuple[str, str]
"""A payee and a plan: whose account it is; the plan is "" for somebody on none."""


@dataclass(slots=True)
class Entry:
    """One adjustment of a payee's pay in a month. Of pay held, `balance` is filled in when all are known."""

    who: Who
    month: date
    kind: str
    amount: int
    cause: str = ""
    component_id: str = ""
    reason: str = ""
    balance: int | None = None
    note: str = ""
    author: str = ""


@dataclass
class Account:
    """One payee's pay under one plan by month: lines and entries added up, and the team it belongs to;
    `lines` are the months in which lines are paid."""

    who: Who
    name: str
    pay: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    teams: dict[date, str] = field(default_factory=dict)
    lines: set[date] = field(default_factory=set)
    entries: list[Entry] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        """Put an entry on the account; it changes the month's pay."""
        self.entries.append(entry)
        self.pay[entry.month] += entry.amount


@lru_cache(maxsize=4096)
def month_of(day: date) -> date:
    """The first day of the day's month."""
    return day.replace(day=1)


def months_from(first: date, last: date) -> Iterable[date]:
    """Every month from `first` to `last`, both included, as first days."""
    while first <= last:
        yield first
        first = add_months(first, 1)


def completed_months(start: date, end: date) -> int:
    """Whole months from `start` to `end`: a month is completed on the same day of a later month, or on
    that month's last day where it is shorter. Never negative."""
    months = months_apart(start, end)
    last_day = (add_months(end, 1) - timedelta(days=1)).day
    return max(0, months - (end.day < min(start.day, last_day)))


def adjustment_table(accounts: Iterable[Account], as_of: date, currency: str) -> pa.Table:
    """The entries of all accounts as the table ADJUSTMENTS, by payee, month and plan.

    Within a month they stand in the order in which it works them out, which is that of the account. All are
    paid in `currency`, the company's, until `rules.pay_currency` says otherwise. Raises OverflowError when an
    amount or balance does not fit its column.
    """
    found: list[tuple[Entry, Account]] = []
    for account in accounts:
        fill_held(account.entries)
        found += ((entry, account) for entry in account.entries)
    found.sort(key=lambda pair: (pair[0].who[0], pair[0].month, pair[0].who[1]))
    entries = [entry for entry, _ in found]
    months = {entry.month for entry in entries}
    labels = {month: month_label(month) for month in months}
    tomorrow = as_of + timedelta(days=1)
    statuses = {month: "open" if add_months(month, 1) > tomorrow else "final" for month in months}
    columns: dict[str, list[object]] = {
        "adjustment_id": list(range(1, len(entries) + 1)),
        "payee_id": [entry.who[0] for entry in entries],
        "payee_name": [account.name for _, account in found],
        "team_id": [team_in(account, entry.month) for entry, account in found],
        "period": [labels[entry.month] for entry in entries],
        "plan_id": [entry.who[1] for entry in entries],
        "status": [statuses[entry.month] for entry in entries],
        "pay": [entry.amount for entry in entries],
        "pay_currency": [currency] * len(entries),
    }
    columns |= {name: [getattr(entry, name) for entry in entries] for name in _OWN}
    return pa.table([pa.array(columns[field.name], field.type) for field in ADJUSTMENTS], schema=ADJUSTMENTS)


_OWN = ("kind", "component_id", "cause", "amount", "balance", "reason", "note", "author")


def fill_held(entries: list[Entry]) -> None:
    """Sort entries by month and step, and fill in what is still held after each of pay held and released;
    a balance that is known stays."""
    entries.sort(key=lambda entry: (entry.month, STEPS[entry.kind]))
    held = 0
    for entry in entries:
        if entry.kind in ("held", "released"):
            held -= entry.amount
            entry.balance = held if entry.balance is None else entry.balance


def team_in(account: Account, month: date) -> str:
    """The team of that month's account, else of the last month before it, else of the first after."""
    if month in account.teams:
        return account.teams[month]
    before = [known for known in account.teams if known < month]
    if before:
        return account.teams[max(before)]
    return account.teams[min(account.teams)] if account.teams else ""

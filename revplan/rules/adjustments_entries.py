"""Entries of the adjustments stage, the accounts that they stand in, and the table that they become."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pyarrow as pa

from revplan.model.results import ADJUSTMENTS
from revplan.periods import add_months

STEPS = {
    **dict.fromkeys(("held", "at_risk", "clawback", "released"), 0),
    **dict.fromkeys(("draw", "draw_recovered", "draw_forgiven"), 1),
    "correction": 2,
    **dict.fromkeys(("carried", "carried_recovered", "carried_forgiven"), 3),
}
"""Every kind of entry, with the step at which a month works it out."""

Who = tuple[str, str]
"""A payee and a plan: whose account it is; the plan is "" for somebody on none."""


@dataclass(frozen=True)
class Entry:
    """One adjustment of a payee's pay in a month. `balance` is filled in for pay held when all are known."""

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
    months = (end.year - start.year) * 12 + end.month - start.month
    last_day = (add_months(end, 1) - timedelta(days=1)).day
    return max(0, months - (end.day < min(start.day, last_day)))


def adjustment_table(accounts: Iterable[Account], as_of: date) -> pa.Table:
    """The entries of all accounts as the table ADJUSTMENTS, by payee, month and plan.

    Within a month they stand in the order in which it works them out, which is that of the account.
    """
    found = [(entry, account) for account in accounts for entry in _with_held(account.entries)]
    found.sort(key=lambda pair: (pair[0].who[0], pair[0].month, pair[0].who[1], STEPS[pair[0].kind]))
    return pa.Table.from_pylist(
        [_row(number, entry, account, as_of) for number, (entry, account) in enumerate(found, 1)], ADJUSTMENTS
    )


def _with_held(entries: Iterable[Entry]) -> list[Entry]:
    """Entries in their order, those of pay held and released with what is still held after them."""
    done, held = [], 0
    for entry in sorted(entries, key=lambda each: (each.month, STEPS[each.kind])):
        if entry.kind in ("held", "released"):
            held -= entry.amount
            entry = replace(entry, balance=held)
        done.append(entry)
    return done


def _row(number: int, entry: Entry, account: Account, as_of: date) -> Mapping[str, object]:
    payee, plan = entry.who
    return {
        "adjustment_id": number,
        "payee_id": payee,
        "payee_name": account.name,
        "team_id": team_in(account, entry.month),
        "period": f"{entry.month.year}-{entry.month.month:02d}",
        "kind": entry.kind,
        "plan_id": plan,
        "component_id": entry.component_id,
        "cause": entry.cause,
        "amount": entry.amount,
        "balance": entry.balance,
        "reason": entry.reason,
        "note": entry.note,
        "author": entry.author,
        "status": "open" if add_months(entry.month, 1) - timedelta(days=1) > as_of else "final",
    }


def team_in(account: Account, month: date) -> str:
    """The team of that month's account, else of the last month before it, else of the first after."""
    if month in account.teams:
        return account.teams[month]
    before = [known for known in account.teams if known < month]
    if before:
        return account.teams[max(before)]
    return account.teams[min(account.teams)] if account.teams else ""

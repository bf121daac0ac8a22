"""True-ups: what closed periods would be now, less what they were, in the first open month.

A run is worked out as if nothing were closed. Then the lines of closed months give way to the kept ones, and
what the two differ by becomes entries `true_up` of the first open month. So the pay of all months together
is what it would be without a close, whatever came late and however often was closed.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from revplan.model.book import Book
from revplan.model.results import ADJUSTMENTS
from revplan.periods import month_label
from revplan.rules.accounts import same_bytes
from revplan.rules.adjust.entries import STEPS, Account, Entry, Who, fill_held
from revplan.rules.close.kept import Closed, as_run
from revplan.rules.explain.diff import Cause, causes
from revplan.rules.explain.line import Explainer, Row

Key = tuple[str, str, str, str]
"""Payee, plan, component and payment period of a line."""


@dataclass(frozen=True)
class Settled:
    """What the adjustments stage has to know of closed months, by account.

    `true_ups` are those of lines, for the month `first_open`; `entered` what the closed months hold, by
    component, kind and month, with what was trued up since; `carried` what an account below zero owes.
    """

    first_open: date
    true_ups: Mapping[Who, list[Entry]]
    entered: Mapping[Who, Mapping[tuple[str, str, str], int]]
    carried: Mapping[Who, int]
    adjustments: pa.Table
    names: Mapping[str, str]

    @property
    def accounts(self) -> set[Who]:
        """Every account that has something of the closed months."""
        return {*self.true_ups, *self.entered, *self.carried}


def settled(book: Book, plan_set: str, closed: Closed, lines: pa.Table, inputs: pa.Table) -> Settled:
    """What closed months leave to the open ones; `lines` and `inputs` are as if nothing were closed."""
    entered: dict[Who, Counter[tuple[str, str, str]]] = defaultdict(Counter)
    carried: dict[Who, int] = {}
    paid_since: Counter[Key] = Counter()
    for row in closed.adjustments.to_pylist():
        who = (row["payee_id"], row["plan_id"])
        if row["kind"] != "true_up":
            if STEPS[row["kind"]] == STEPS["carried"]:
                carried[who] = row["balance"]
            else:
                entered[who][row["component_id"], row["kind"], row["period"]] += row["amount"]
        elif row["reason"] in STEPS:
            entered[who][row["component_id"], row["reason"], row["cause"]] += row["amount"]
        else:
            paid_since[*who, row["component_id"], row["cause"]] += row["amount"]
    return Settled(
        closed.end,
        _of_lines(book, plan_set, closed, lines, inputs, paid_since),
        entered,
        carried,
        closed.adjustments,
        dict(zip(*(closed.lines[name].to_pylist() for name in ("payee_id", "payee_name")), strict=True)),
    )


def true_up(account: Account, months: Settled) -> int:
    """Enter what closed months leave to the first open one, in place of the account's entries in them.

    Works after draws and corrections and before an account below zero, whose owed amount at the close it
    returns, in minor units.
    """
    fill_held(account.entries)
    now: Counter[tuple[str, str, str]] = Counter()
    for entry in account.entries:
        if entry.month < months.first_open:
            now[entry.component_id, entry.kind, month_label(entry.month)] += entry.amount
    account.entries = [entry for entry in account.entries if entry.month >= months.first_open]
    for entry in months.true_ups.get(account.who, ()):
        account.add(entry)
    entered = months.entered.get(account.who, {})
    for key in sorted(now.keys() | entered.keys(), key=lambda key: (key[2], STEPS[key[1]], key)):
        component, kind, month = key
        difference = now[key] - entered.get(key, 0)
        if difference:
            account.add(
                Entry(account.who, months.first_open, "true_up", difference, month, component, reason=kind)
            )
    return months.carried.get(account.who, 0)


def with_closed_entries(months: Settled, adjustments: pa.Table) -> pa.Table:
    """The adjustments of open months, and before them those of closed months as they were; numbered anew."""
    both = pa.concat_tables([months.adjustments, adjustments])
    # The place within a payee's month and plan is that of the account, which the number keeps.
    order = ("payee_id", "period", "plan_id", "adjustment_id")
    both = both.sort_by([(name, "ascending") for name in order]).combine_chunks()
    numbers = pa.array(range(1, both.num_rows + 1), pa.int64())
    return same_bytes(both).set_column(0, ADJUSTMENTS.field(0), numbers)


def _of_lines(
    book: Book, plan_set: str, closed: Closed, lines: pa.Table, inputs: pa.Table, since: Mapping[Key, int]
) -> dict[Who, list[Entry]]:
    """The true-ups of lines: one for each payee, component and closed payment period that would pay
    something else now, less what was trued up before, with what moved it as its reason."""
    sides = [_by_key(closed.lines), _by_key(lines.filter(pc.less_equal(lines["period_end"], closed.end)))]
    explainers = (
        Explainer(book, as_run(book, plan_set, closed.lines, closed.inputs)),
        Explainer(book, as_run(book, plan_set, lines, inputs)),
    )
    found: dict[Who, list[Entry]] = defaultdict(list)
    for key in sorted({*sides[0], *sides[1], *since}, key=lambda key: (key[:2], key[3], key[2])):
        old, new = (side.get(key, []) for side in sides)
        difference = _paid(new) - _paid(old)
        amount = difference - since.get(key, 0)
        if amount:
            payee, plan, component, period = key
            reason = _reason(explainers, old, new, difference)
            who = (payee, plan)
            found[who].append(Entry(who, closed.end, "true_up", amount, period, component, reason=reason))
    return found


def _reason(explainers: tuple[Explainer, Explainer], old: list[Row], new: list[Row], difference: int) -> str:
    """What moved a line, as codes joined by "+"; `undone` when it is again what it was."""
    if not difference:
        return "undone"
    sides = [{row["segment"]: row for row in rows} for rows in (old, new)]
    if not all(explainers[0].knows(line) for line in old):
        return "terms"
    moved: list[Cause] = []
    for segment in sorted({*sides[0], *sides[1]}):
        line, now = (side.get(segment) for side in sides)
        if line is None or now is None or line["payout"] != now["payout"]:
            moved += [cause for cause in causes(explainers, line, now) if cause.effect]
    kinds = list(dict.fromkeys(cause.kind for cause in moved))
    if sum(cause.effect for cause in moved) != difference and "terms" not in kinds:
        kinds.append("terms")
    return "+".join(kinds)


def _by_key(lines: pa.Table) -> dict[Key, list[Row]]:
    found: dict[Key, list[Row]] = defaultdict(list)
    for row in lines.to_pylist():
        found[row["payee_id"], row["plan_id"], row["component_id"], row["period"]].append(row)
    return found


def _paid(lines: list[Row]) -> int:
    return sum(line["payout"] for line in lines)

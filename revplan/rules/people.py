"""People in time: who was in which team under whom, and who was on which plan version when."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby, zip_longest

import pyarrow as pa

from revplan.issues import Issue, Where
from revplan.metrics.rates import Rates
from revplan.model.book import Book
from revplan.model.plan import Assigned, Plan

PAY_RATE = "plan"
"""The name of the rate at which target incentives are converted."""


@dataclass(frozen=True)
class Stint:
    """A payee in one team and role, from `start` to `end` (exclusive; date.max while it lasts)."""

    payee_id: str
    name: str
    team_id: str
    role: str
    manager_id: str
    start: date
    end: date
    joined: date  # first day of the rows that follow each other without a gap up to this one
    incentive: int  # annual target incentive, minor units of the company's currency
    currency: str  # that the roster states it in
    has_rate: bool  # False where it could not be converted; the incentive is 0 then
    row: Where  # where the roster says so


WHOLE = 0
"""In place of a segment: all of a payee's time on a plan."""


@dataclass(frozen=True)
class Span:
    """A stint, or a part of one, under one plan version: [start, end)."""

    plan: Plan
    stint: Stint
    start: date
    end: date
    leave: tuple[tuple[date, date], ...] = ()  # days on leave within it, [start, end) each, in order
    segment: int = WHOLE  # from 1 where the payee's accumulators restart on the plan; else WHOLE


def stints(book: Book) -> tuple[Stint, ...]:
    """The roster in order of payee and date. A row ends where the payee's next row starts.

    Everything is worked out in the company's currency. A target incentive in another one is converted, once,
    at the rate PAY_RATE in force on the row's first day, or on the first day of any plan if that is later.
    """
    rates, first_plan = Rates(book), min((plan.from_ for plan in book.plans), default=date.min)
    rows = book.table("payees").to_pylist()
    rows.sort(key=lambda row: (row["payee_id"], row["starts_on"]))
    found: list[Stint] = []
    for row, following in zip_longest(rows, rows[1:]):
        end = row["ends_on"] or date.max
        if following is not None and following["payee_id"] == row["payee_id"]:
            end = min(end, following["starts_on"])
        currency = (row["currency"] or book.company.currency).upper()
        day = max(row["starts_on"], first_plan)
        stated = row["target_incentive"] or 0
        incentive = rates.convert(stated, currency, day, PAY_RATE) if stated else 0  # nothing needs no rate
        before = found[-1] if found and found[-1].payee_id == row["payee_id"] else None
        unbroken = before is not None and before.end == row["starts_on"]
        found.append(
            Stint(
                row["payee_id"],
                row["name"],
                row["team"],
                row["role"],
                row["manager_id"] or "",
                row["starts_on"],
                end,
                before.joined if before is not None and unbroken else row["starts_on"],
                incentive or 0,
                currency,
                incentive is not None,
                Where(file=row["source_file"] or "", table="payees", row=row["source_row"] or 0),
            )
        )
    return tuple(found)


def leaves(book: Book) -> dict[str, list[tuple[date, date]]]:
    """Each payee's days on leave as [start, end), in order and without overlap; date.max while one lasts."""
    rows = book.table("leaves").to_pylist()
    found: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for payee_id, start, end in sorted(
        (row["payee_id"], row["starts_on"], row["ends_on"] or date.max) for row in rows
    ):
        earlier = found[payee_id]
        if earlier and start <= earlier[-1][1]:
            earlier[-1] = (earlier[-1][0], max(end, earlier[-1][1]))
        elif start < end:
            earlier.append((start, end))
    return dict(found)


def versions_in_force(plans: tuple[Plan, ...], plan_set: str) -> list[tuple[Plan, date, date]]:
    """Each version of the set's plans with the dates [start, end) in which it is in force.

    A later version takes over from its own start; one that is taken over whole is left out.
    """
    of_set = sorted((plan for plan in plans if plan_set in plan.sets), key=lambda p: (p.id, p.version))
    found = []
    for _, versions in groupby(of_set, key=lambda plan: plan.id):
        following = list(versions)
        for i, plan in enumerate(following):
            later = [other.from_ for other in following[i + 1 :]]
            end = min([plan.to or date.max, *later])
            if plan.from_ < end:
                found.append((plan, plan.from_, end))
    return found


def covers(assigned: Assigned, stint: Stint) -> bool:
    """Whether a plan is assigned to a payee in that stint."""
    if stint.payee_id in assigned.except_payees:
        return False
    if stint.payee_id in assigned.payees:
        return True
    if not assigned.teams and not assigned.roles:
        return False
    in_team = not assigned.teams or stint.team_id in assigned.teams
    return in_team and (not assigned.roles or stint.role in assigned.roles)


def spans(book: Book, plan_set: str, roster: tuple[Stint, ...]) -> tuple[Span, ...]:
    """Who is on which plan version when, in order of plan, payee and date."""
    found, away = [], leaves(book)
    for plan, start, end in versions_in_force(book.plans, plan_set):
        for stint in roster:
            first, last = max(start, stint.start), min(end, stint.end)
            if first < last and covers(plan.assigned, stint):
                found.append(Span(plan, stint, first, last, _within(away.get(stint.payee_id), first, last)))
    return _in_segments(sorted(found, key=lambda span: (span.plan.id, span.stint.payee_id, span.start)))


def _in_segments(in_order: list[Span]) -> tuple[Span, ...]:
    """The spans with the segments of each payee on each plan: another begins with another version or team
    when the plan says that accumulators restart, and prorates by days before and after."""
    found = _numbered(in_order)
    last = {(span.plan.id, span.stint.payee_id): span.segment for span in found}
    return tuple(
        replace(span, segment=WHOLE) if last[span.plan.id, span.stint.payee_id] == 1 else span
        for span in found
    )


def _numbered(in_order: list[Span]) -> list[Span]:
    found: list[Span] = []
    for span in in_order:
        before, span = found[-1] if found else None, replace(span, segment=1)
        if before is not None and (before.plan.id, before.stint.payee_id) == (
            span.plan.id,
            span.stint.payee_id,
        ):
            same = (before.plan.version, before.stint.team_id) == (span.plan.version, span.stint.team_id)
            by_days = before.plan.prorate == span.plan.prorate == "days"
            restarts = span.plan.accumulators == "restart" and by_days and not same
            span = replace(span, segment=before.segment + restarts)
        found.append(span)
    return found


def _within(ranges: list[tuple[date, date]] | None, first: date, last: date) -> tuple[tuple[date, date], ...]:
    """The parts of the ranges that lie in [first, last)."""
    cut = ((max(start, first), min(end, last)) for start, end in ranges or ())
    return tuple((start, end) for start, end in cut if start < end)


def gaps(book: Book, on_plans: tuple[Span, ...]) -> list[tuple[str, int, str, date, date]]:
    """When payees were off a plan that they are on at other times: (plan id, segment, payee, start, end).

    For segment WHOLE off the plan; where somebody's time is in segments, also off each of them.

    Days on leave are off a plan on which credit does not count then. Looked at from the start of the
    fiscal year of the first day on the plan up to the as-of date; no cell reaches back further. Most
    payees have none, which keeps the join that uses this small.
    """
    calendar, horizon = book.company.calendar, book.company.as_of + timedelta(days=1)
    found = []
    stretches = [
        (WHOLE, list(group))
        for _, group in groupby(on_plans, key=lambda span: (span.plan.id, span.stint.payee_id))
    ]
    stretches += [
        (segment, list(group))
        for (_, _, segment), group in groupby(
            on_plans, key=lambda span: (span.plan.id, span.stint.payee_id, span.segment)
        )
        if segment != WHOLE
    ]
    for segment, on in stretches:
        plan_id, payee_id = on[0].plan.id, on[0].stint.payee_id
        free = calendar.period_of(on[0].start, "year").start
        for span in on:
            if free < min(span.start, horizon):
                found.append((plan_id, segment, payee_id, free, span.start))
            if not span.plan.leave.credit_counts:
                away = ((start, min(end, horizon)) for start, end in span.leave if start < horizon)
                found += [(plan_id, segment, payee_id, start, end) for start, end in away]
            free = max(free, span.end)
        if free < horizon:
            found.append((plan_id, segment, payee_id, free, horizon))
    return found


def hierarchy(roster: tuple[Stint, ...]) -> tuple[list[tuple[str, str, date, date]], list[Issue]]:
    """Everybody above each payee with the dates [start, end): (payee, manager, start, end).

    A manager's own manager counts too, as long as all are in place. A circle ends where it closes
    and is reported.
    """
    by_payee: dict[str, list[Stint]] = defaultdict(list)
    for stint in roster:
        by_payee[stint.payee_id].append(stint)
    issues: dict[str, Issue] = {}

    def above(payee: str, start: date, end: date, seen: tuple[str, ...]) -> Iterator[tuple[str, date, date]]:
        for stint in by_payee[payee]:
            first, last = max(start, stint.start), min(end, stint.end)
            manager = stint.manager_id
            if first >= last or not manager:
                continue
            if manager in seen:
                issues[manager] = Issue(
                    "manager_circle",
                    "error",
                    Where(table="payees", payee=manager),
                    {"circle": " → ".join((*seen, manager))},
                )
                continue
            yield manager, first, last
            yield from above(manager, first, last, (*seen, manager))

    rows = [
        (payee, manager, first, last)
        for payee in sorted(by_payee)
        for manager, first, last in above(payee, date.min, date.max, (payee,))
    ]
    return rows, [issues[key] for key in sorted(issues)]


def people_tables(roster: tuple[Stint, ...], chain: list[tuple[str, str, date, date]]) -> dict[str, pa.Table]:
    """`teams_at` (payee_id, team_id, starts_on, ends_on) and `above` (payee_id, manager_id, …)."""
    text, day = pa.string(), pa.date32()

    def table(names: tuple[str, str], rows: list[tuple[str, str, date, date]]) -> pa.Table:
        columns: list[list[object]] = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []]
        types = [text, text, day, day]
        arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
        return pa.Table.from_arrays(arrays, names=[*names, "starts_on", "ends_on"])

    return {
        "teams_at": table(("payee_id", "team_id"), [(s.payee_id, s.team_id, s.start, s.end) for s in roster]),
        "above": table(("payee_id", "manager_id"), chain),
    }

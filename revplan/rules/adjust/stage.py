"""The adjustments stage, after the lines are finished: from lines, parts and terms to entries of their own.

Months are worked through in order, each payee's account of each plan by itself: pay held and released,
clawbacks, draws, corrections, and at last an account below zero. All amounts are whole minor units.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from revplan.issues import Issue
from revplan.model.adjustments import BelowZero, Booked, Scheduled
from revplan.model.book import Book
from revplan.model.plan import Plan
from revplan.model.results import ADJUSTMENTS
from revplan.rules.adjust import claims
from revplan.rules.adjust.below_zero import settle_below_zero
from revplan.rules.adjust.clawbacks import Cancelled
from revplan.rules.adjust.draws import running_draws, settle_draws
from revplan.rules.adjust.entries import Account, Entry, Who, adjustment_table, month_of, months_from
from revplan.rules.adjust.manual import corrections
from revplan.rules.adjust.pieces import settle_pieces
from revplan.rules.close.true_ups import Settled, true_up, with_closed_entries
from revplan.rules.explain.line import Explainer
from revplan.rules.feeds import Feeds
from revplan.rules.people import Span, Stint


@dataclass
class Stage:
    """What the stage works on: the book, the people, and the accounts that it fills."""

    book: Book
    spans: Mapping[Who, list[Span]]
    people: frozenset[str]
    left: Mapping[str, date]  # first day after the last, of those who have left by the as-of date
    accounts: dict[Who, Account] = field(default_factory=dict)

    @property
    def last_month(self) -> date:
        """The month of the as-of date."""
        return month_of(self.book.company.as_of)


def needs_parts(book: Book, spans: Iterable[Span]) -> bool:
    """Whether terms of these plans act on single deals, so that the stage needs the parts of lines."""
    plans = _plans(spans).values()
    cancelled = book.tables.get("cancellations")
    if cancelled is not None and cancelled.num_rows and any(plan.clawbacks for plan in plans):
        return True
    waits = (c.release for plan in plans for c in plan.components)
    return any(not isinstance(release, Booked | Scheduled) for release in waits)


def needs_inputs(book: Book, spans: Iterable[Span]) -> bool:
    """Whether terms of these plans work lines out again, so that the stage needs the inputs of lines."""
    cancelled = book.tables.get("cancellations")
    acts = cancelled is not None and cancelled.num_rows > 0
    return acts and any(claims.needs_inputs(plan) for plan in _plans(spans).values())


def adjust(
    feeds: Feeds,
    book: Book,
    spans: tuple[Span, ...],
    roster: tuple[Stint, ...],
    lines: pa.Table,
    parts: pa.Table,
    cancelled: Cancelled,
    explainer: Explainer,
    closed: Settled | None = None,
) -> tuple[pa.Table, list[Issue]]:
    """The table ADJUSTMENTS of a run's finished lines and parts, and what could not be entered.

    `explainer` is of those lines and, where `needs_inputs` says so, of their inputs. Reads every line once,
    by column; goes on only with the accounts on which a term, a correction or an amount below zero acts, so
    that a plan set without any costs next to nothing. With `closed` months, their entries are those that
    were kept, and what they would be now is trued up in the first open month.
    """
    stage = _stage(book, spans, roster)
    by_payee: dict[str, list[Span]] = defaultdict(list)
    for span in spans:
        by_payee[span.stint.payee_id].append(span)
    manual, issues = corrections(book, by_payee, stage.people)
    names = {stint.payee_id: stint.name for stint in roster}
    wanted = _wanted(stage, lines) | {entry.who for entry in manual}
    if closed is not None:
        wanted |= closed.accounts
        names = {**closed.names, **names}
    if not wanted:
        return ADJUSTMENTS.empty_table() if closed is None else closed.adjustments, issues
    _open_accounts(stage, wanted, lines, names)
    settle_pieces(feeds, book, stage.accounts, _plans(spans), lines, parts, cancelled, explainer)
    by_account = defaultdict(list)
    for entry in manual:
        by_account[entry.who].append(entry)
    for who in sorted(wanted):
        _settle(stage, stage.accounts[who], by_account[who], closed)
    try:
        table = adjustment_table(stage.accounts.values(), book.company.as_of, book.company.currency)
        return table if closed is None else with_closed_entries(closed, table), issues
    except OverflowError:
        return ADJUSTMENTS.empty_table(), [*issues, Issue("adjustments_too_large", "error")]


def _settle(stage: Stage, account: Account, manual: list[Entry], closed: Settled | None) -> None:
    """What acts on an account as a whole, one after the other: draws, corrections, closed months, amounts
    below zero."""
    company, who = stage.book.company, account.who
    spans = stage.spans.get(who, [])
    draws = running_draws(spans, company.as_of, company.digits)
    known = [*account.pay, *(month for each in draws for month in each.due), *(one.month for one in manual)]
    if closed is not None:
        known.append(closed.first_open)
    if not known:
        return
    months = list(months_from(min(known), max(*known, stage.last_month)))
    left_in = _left_in(stage, account)
    settle_draws(account, draws, months, left_in)
    for entry in manual:
        account.add(entry)
    owed = 0
    if closed is not None:
        owed = true_up(account, closed)
        months = [month for month in months if month >= closed.first_open]
    settle_below_zero(account, lambda month: _below_zero(spans, month), months, left_in, company.digits, owed)


def _below_zero(spans: list[Span], month: date) -> BelowZero:
    """The terms of the plan version in force at the end of a month, or the last before; else of the first."""
    begun = [span for span in spans if month_of(span.start) <= month] or spans[:1]
    return begun[-1].plan.below_zero if begun else BelowZero()


def _left_in(stage: Stage, account: Account) -> date | None:
    """The last month of somebody who has left: that of the last day or, if later, of the last line."""
    left = stage.left.get(account.who[0])
    return None if left is None else max([month_of(left - timedelta(days=1)), *account.lines])


def _stage(book: Book, spans: tuple[Span, ...], roster: tuple[Stint, ...]) -> Stage:
    by_account: dict[Who, list[Span]] = defaultdict(list)
    for span in spans:
        by_account[span.stint.payee_id, span.plan.id].append(span)
    ends: dict[str, date] = {}
    for stint in roster:
        ends[stint.payee_id] = max(stint.end, ends.get(stint.payee_id, stint.end))
    left = {payee: end for payee, end in ends.items() if end <= book.company.as_of}
    return Stage(book, by_account, frozenset(ends), left)


def _plans(spans: Iterable[Span]) -> dict[tuple[str, int], Plan]:
    return {(span.plan.id, span.plan.version): span.plan for span in spans}


def _wanted(stage: Stage, lines: pa.Table) -> set[Who]:
    """The accounts on which something acts: plans with terms, and accounts below zero in some month."""
    acting = {id(span.plan) for spans in stage.spans.values() for span in spans if _has_terms(span.plan)}
    with_terms = {
        who for who, spans in stage.spans.items() if acting and any(id(s.plan) in acting for s in spans)
    }
    if not lines.num_rows or (pc.min(lines["payout"]).as_py() or 0) >= 0:
        return with_terms
    keys = ["payee_id", "plan_id", "period_end"]
    sums = lines.select([*keys, "payout"]).group_by(keys).aggregate([("payout", "sum")])
    below = sums.filter(pc.less(sums["payout_sum"], 0))
    by_month: dict[tuple[str, str, date], int] = defaultdict(int)
    risky = set(zip(below["payee_id"].to_pylist(), below["plan_id"].to_pylist(), strict=True))
    for payee, plan, end, amount in zip(*(sums[name].to_pylist() for name in sums.column_names), strict=True):
        if (payee, plan) in risky:
            by_month[payee, plan, month_of(end - timedelta(days=1))] += amount
    return with_terms | {(payee, plan) for (payee, plan, _), amount in by_month.items() if amount < 0}


def _has_terms(plan: Plan) -> bool:
    releases = (component.release for component in plan.components)
    return bool(plan.draws or plan.clawbacks) or any(not isinstance(one, Booked) for one in releases)


def _open_accounts(stage: Stage, wanted: set[Who], lines: pa.Table, names: Mapping[str, str]) -> None:
    """Accounts with their lines' pay by month, and the team of each month: the line's, else the stint's."""
    for who in sorted(wanted):
        account = stage.accounts[who] = Account(who, names.get(who[0], who[0]))
        for span in stage.spans.get(who, []):
            for month in months_from(
                month_of(span.start), min(month_of(span.end - timedelta(days=1)), stage.last_month)
            ):
                account.teams[month] = span.stint.team_id
    columns = ("payee_id", "plan_id", "period_end", "team_id", "payout")
    for payee, plan, end, team, payout in zip(*(lines[name].to_pylist() for name in columns), strict=True):
        account_of = stage.accounts.get((payee, plan))
        if account_of is not None:
            month = month_of(end - timedelta(days=1))
            account_of.pay[month] += payout
            account_of.teams[month] = team
            account_of.lines.add(month)

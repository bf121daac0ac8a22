"""Draws: what tops a month's pay up, what is owed for it, and how it comes back or is forgiven."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from revplan.model.adjustments import Draw
from revplan.money import round_half_away, to_minor
from revplan.periods import add_months, same_day
from revplan.rules.adjust.entries import Account, Entry, month_of, months_from
from revplan.rules.people import Span

OWED = ("recoverable", "recoverable_then_forgiven")
"""The kinds of which what is paid on top is owed."""


@dataclass
class Running:
    """One draw of one payee: what is due by month, and its terms by the month from which they hold.

    `began` is the first day on which it ran; `due` is in minor units, rounded once for each month.
    `promised` and `counted` are what a guarantee came to while it ran, and what it was met with: earned or
    topped up.
    """

    id: str
    began: date
    terms: dict[date, Draw] = field(default_factory=dict)
    due: dict[date, int] = field(default_factory=dict)
    owed: int = 0
    promised: int = 0
    counted: int = 0

    def terms_in(self, month: date) -> Draw:
        """The terms of the plan version in force at the end of a month: a later one changes no earlier month.
        Where a later version no longer has the draw, what is owed comes back by its last terms."""
        return self.terms[max((start for start in self.terms if start <= month), default=min(self.terms))]

    def month_starts(self, day: date | None, after: int | None) -> date | None:
        """The month of a day, or that many months after the draw began, whichever is given."""
        if day is not None:
            return month_of(day)
        return None if after is None else add_months(self.began, after)


def running_draws(spans: Sequence[Span], as_of: date, digits: int) -> list[Running]:
    """The draws of one payee under one plan, in order of their ids.

    `spans` are the payee's time on the plan, in order of date. A draw is due in each month up to that of
    `as_of`, by the days on which it runs, each at that day's terms; all of the last one's in a month in which
    it is not prorated at the last.
    """
    by_days: dict[str, dict[date, Fraction]] = {}
    found: dict[str, Running] = {}
    terms: dict[str, dict[date, Draw]] = {}
    for span in spans:
        for draw in span.plan.draws:
            terms.setdefault(draw.id, {})[month_of(span.start)] = draw
            start, end = _window(draw, span, as_of)
            if start >= end:
                continue
            running = found.setdefault(draw.id, Running(draw.id, start))
            amounts, monthly = by_days.setdefault(draw.id, {}), _monthly(draw, span.stint.incentive, digits)
            for month in months_from(month_of(start), end - timedelta(days=1)):
                following, part = add_months(month, 1), monthly
                if start > month or following > end:
                    days = (min(end, following) - max(start, month)).days
                    part = monthly * Fraction(days, (following - month).days)
                amounts[month] = amounts.get(month, Fraction(0)) + part
                running.due[month] = _rounded(monthly if draw.prorate == "none" else amounts[month])
    for name, running in found.items():
        running.terms = terms[name]
    return [found[name] for name in sorted(found)]


def _rounded(amount: Fraction) -> int:
    return amount.numerator if amount.denominator == 1 else round_half_away(amount)


def _window(draw: Draw, span: Span, as_of: date) -> tuple[date, date]:
    """Days [start, end) of a span on which the draw runs, up to the end of the month of `as_of`."""
    start, end = max(span.start, draw.from_ or date.min), min(span.end, draw.to or date.max)
    if draw.months is not None:
        end = min(end, same_day(span.stint.joined, draw.months))
    return start, min(end, add_months(as_of, 1))


def _monthly(draw: Draw, incentive: int, digits: int) -> Fraction:
    fixed = to_minor(draw.amount, digits) if draw.amount is not None else 0
    share = Fraction(draw.of_incentive) if draw.of_incentive is not None else Fraction(0)
    return fixed + share * incentive / 12


def settle_draws(
    account: Account, draws: Iterable[Running], months: Iterable[date], left_in: date | None
) -> None:
    """Put each month's top-ups and recoveries on the account, in order of months.

    A month that earned less than the draw is topped up to it. What it earned above the draw pays back
    what is owed, so that net pay is never below a draw that runs. `left_in` is the last month of
    somebody who has left, in which what is still owed is kept, forgiven or deducted.
    """
    draws = list(draws)
    for month in months:
        for running in draws:
            _settle_month(account, running, month)
            if month == left_in:
                _settle_leaving(account, running, month)


def _settle_month(account: Account, running: Running, month: date) -> None:
    draw, due = running.terms_in(month), running.due.get(month, 0)
    earned = account.pay.get(month, 0)
    is_forgiving = draw.kind == "recoverable_then_forgiven"
    forgiven = running.month_starts(draw.forgiven_on, draw.forgiven_after) if is_forgiving else None
    is_forgiven = forgiven is not None and month >= forgiven
    if is_forgiven and running.owed:
        running.owed = 0
        account.add(_entry(account, running, month, "draw_forgiven", 0, "forgiven"))
    short = due - earned
    if draw.kind == "guarantee" and due:
        running.promised += due
        running.counted += earned
        short = running.promised - running.counted
        running.counted += max(0, short)
    if due and short > 0:
        owes = draw.kind in OWED and not is_forgiven
        running.owed += short if owes else 0
        reason = (
            "below_draw" if owes else "below_guarantee" if draw.kind == "guarantee" else "below_draw_kept"
        )
        account.add(_entry(account, running, month, "draw", short, reason))
        return
    starts = running.month_starts(draw.recovery_starts, draw.recovery_after)
    back = min(running.owed, max(0, earned - due)) if starts is None or month >= starts else 0
    if back:
        running.owed -= back
        account.add(_entry(account, running, month, "draw_recovered", -back, "above_draw"))


def _settle_leaving(account: Account, running: Running, month: date) -> None:
    on_leaving = running.terms_in(month).on_leaving
    if not running.owed or on_leaving == "keep":
        return
    owed, running.owed = running.owed, 0
    if on_leaving == "forgive":
        account.add(_entry(account, running, month, "draw_forgiven", 0, "left"))
    else:
        account.add(_entry(account, running, month, "draw_recovered", -owed, "left"))


def _entry(account: Account, running: Running, month: date, kind: str, amount: int, reason: str) -> Entry:
    """With what is owed after it; none for a top-up of a kind that owes nothing."""
    owes = kind != "draw" or running.terms_in(month).kind in OWED
    balance = running.owed if owes else None
    return Entry(account.who, month, kind, amount, running.id, reason=reason, balance=balance)

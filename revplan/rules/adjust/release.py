"""Release of pay: how much of what was earned is released by when, and what a clawback takes from it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from revplan.model.adjustments import AtRisk, Booked, OnEvent, Release, Scheduled
from revplan.money import divide_half_away, largest_remainder
from revplan.periods import add_months
from revplan.rules.adjust.entries import Account, Entry, month_of

Reached = Callable[[str, str, date], tuple[int, int]]
"""(event, deal, day) → the share of the deal invoiced or collected before the day: a whole number of parts
of another, which is above 0."""

HELD_UNTIL = {"invoiced": "held_until_invoiced", "collected": "held_until_collected"}


@dataclass(frozen=True)
class Taken:
    """One cancellation's claim on a piece: `amount` in a month, at most what is left of it."""

    month: date
    deal: str
    amount: int
    reason: str
    note: str

    @property
    def sort_key(self) -> tuple[object, ...]:
        """By month, then deal."""
        return (self.month, self.deal, self.reason, self.amount, self.note)


@dataclass
class Piece:
    """Pay that is released and taken back as one: a deal's part of a line, or a whole line.

    `deal` is what its event is looked up by, "" where there is none; `booked` is the line's own month.
    """

    account: Account
    component_id: str
    cause: str
    deal: str
    total: int
    booked: date
    release: Release
    taken: list[Taken] = field(default_factory=list)


def events_of(piece: Piece, days: Sequence[date], last: date) -> list[date]:
    """The months up to `last` in which a piece may change: its own, those of its release, of its events
    (`days`) and of what is taken, in order."""
    months = {piece.booked, *(claim.month for claim in piece.taken)}
    release = piece.release
    if isinstance(release, Scheduled):
        months |= {add_months(piece.booked, one.months) for one in release.schedule}
    if isinstance(release, OnEvent | AtRisk):
        months |= {month_of(day) for day in days}
    if isinstance(release, AtRisk):
        months.add(add_months(piece.booked, release.months))
    return sorted(month for month in months if piece.booked < month <= last or month == piece.booked)


def settle_piece(piece: Piece, reached: Reached, days: Sequence[date], last: date) -> None:
    """Put what is held, released and taken back on the piece's account.

    Held pay is taken before paid: a clawback is entered whole, and what was still held for the deal is
    released against it. Together they never come to more than the piece, nor to less than nothing.
    """
    released, used, taken = piece.total, 0, 0  # `used`: held pay that went into clawbacks
    for month in events_of(piece, days, last):
        due = released_by(piece, reached, month)
        due = min(max(due, taken - used), piece.total - used)
        if due != released:
            kind = "released" if due > released else "held"
            _add(piece, month, kind, due - released, _why(piece, month, kind))
            released = due
        if isinstance(piece.release, AtRisk) and month == piece.booked:
            risk = piece.total - _by_event(piece, reached, month)
            if risk and released == piece.total:
                _add(piece, month, "at_risk", 0, "unpaid_so_far", balance=risk)
        for claim in piece.taken:
            if claim.month == month:
                amount = min(claim.amount, piece.total - taken)
                from_held = min(amount, piece.total - released - used)
                taken, used = taken + amount, used + from_held
                _add(piece, month, "clawback", -amount, claim.reason, claim.note, cause=claim.deal)
                if from_held:
                    _add(piece, month, "released", from_held, "used_for_clawback", cause=claim.deal)


def released_by(piece: Piece, reached: Reached, month: date) -> int:
    """How much of the piece is released by the end of a month, before any clawback.

    Instalments are divided by largest remainder; what follows an event is rounded on its running
    total, half away from zero, so that all of it adds up to the piece.
    """
    release = piece.release
    match release:
        case Booked():
            return piece.total
        case Scheduled():
            return _instalments(piece, release, month)
        case OnEvent():
            booked, of = release.at_booking.as_integer_ratio()
            n, d = _share(piece, reached, month)
            return divide_half_away(piece.total * (booked * d + (of - booked) * n), of * d)
        case AtRisk():
            if month < add_months(piece.booked, release.months):
                return piece.total
            return _by_event(piece, reached, month)


def _instalments(piece: Piece, release: Scheduled, month: date) -> int:
    shares = [Fraction(one.share) for one in release.schedule]
    if min(shares) < 0 or not any(shares):  # refused by the plan check: nothing says what to hold
        return piece.total
    parts = largest_remainder(piece.total, shares)
    due = (add_months(piece.booked, one.months) <= month for one in release.schedule)
    return sum(part for part, is_due in zip(parts, due, strict=True) if is_due)


def _by_event(piece: Piece, reached: Reached, month: date) -> int:
    n, d = _share(piece, reached, month)
    return divide_half_away(piece.total * n, d)


def _share(piece: Piece, reached: Reached, month: date) -> tuple[int, int]:
    if not isinstance(piece.release, OnEvent | AtRisk):
        return 1, 1
    return reached(piece.release.event, piece.deal, add_months(month, 1))


def _why(piece: Piece, month: date, kind: str) -> str:
    release = piece.release
    if isinstance(release, Scheduled):
        return "held_for_instalments" if kind == "held" else "instalment"
    event = release.event if isinstance(release, OnEvent | AtRisk) else "collected"
    if kind == "released":
        return event
    if isinstance(release, AtRisk) and month == add_months(piece.booked, release.months):
        return "unpaid_at_deadline"
    return HELD_UNTIL[event]


def _add(
    piece: Piece,
    month: date,
    kind: str,
    amount: int,
    reason: str,
    note: str = "",
    balance: int | None = None,
    cause: str = "",
) -> None:
    about = (cause or piece.cause, piece.component_id, reason, balance, note)
    piece.account.add(Entry(piece.account.who, month, kind, amount, *about))

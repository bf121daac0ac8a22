"""Release of pay: how much of what was earned is released by when, and what a clawback takes from it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
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
    """What one cancellation takes of a line: `amount` in a month. `transaction` is what was cancelled, `deal`
    by what it is told."""

    month: date
    transaction: str
    deal: str
    amount: int
    reason: str
    note: str


@dataclass
class Piece:
    """Pay that is released as one: a deal's part of a line, or a whole line.

    `transaction` is the deal's, "" of a whole line; `deal` is what its event is looked up by, "" where there
    is none. Of `total`, what is neither released yet nor `taken` back is `held`.
    """

    cause: str
    transaction: str
    deal: str
    total: int
    taken: int = 0
    held: int = 0


@dataclass
class PaidLine:
    """A line's pieces, in order of date and id of their deals, and what cancellations take of it, in order of
    their months. `booked` is its own month."""

    account: Account
    component_id: str
    booked: date
    release: Release
    pieces: Sequence[Piece]
    claims: Sequence[Taken] = ()


def _months_of_all(line: PaidLine) -> set[date]:
    """The months in which the release of any of a line's pieces may change, whatever happened to its deal:
    the line's own, those of instalments, and that of a deadline."""
    months, release = {line.booked}, line.release
    if isinstance(release, Scheduled):
        months |= {add_months(line.booked, one.months) for one in release.schedule}
    if isinstance(release, AtRisk):
        months.add(add_months(line.booked, release.months))
    return months


def settle_line(
    line: PaidLine, reached: Reached, days_of: Callable[[str], Iterable[date]], last: date
) -> None:
    """Put what is held, released and taken back up to the month `last` on the line's account.

    `days_of` says when something was invoiced or collected for a deal. A clawback is entered whole, and takes
    held pay first: what was still held for its own deal, then for the line's others, is released against it.
    """
    of_all, of_own = _months_of_all(line), defaultdict[date, list[Piece]](list)
    for piece in line.pieces:
        for month in {month_of(day) for day in days_of(piece.deal)} - of_all:
            of_own[month].append(piece)
    months = of_all | of_own.keys() | {claim.month for claim in line.claims}
    for month in sorted(each for each in months if line.booked < each <= last or each == line.booked):
        for piece in line.pieces if month in of_all else of_own.get(month, ()):
            held = max(0, piece.total - piece.taken - released_by(line, piece, reached, month))
            if held != piece.held:
                kind = "held" if held > piece.held else "released"
                reason = _why(line, month, kind)
                _add(line, month, kind, piece.held - held, piece.cause, reason)
                piece.held = held
            if isinstance(line.release, AtRisk) and month == line.booked:
                risk = piece.total - _by_event(line, piece, reached, month)
                if risk and not held:
                    _add(line, month, "at_risk", 0, piece.cause, "unpaid_so_far", balance=risk)
        for claim in line.claims:
            if claim.month == month:
                _take(line, claim)


def _take(line: PaidLine, claim: Taken) -> None:
    """Enter a clawback: of its own deal's pay, then of what is held for the others, then of their pay."""
    _add(line, claim.month, "clawback", -claim.amount, claim.deal, claim.reason, claim.note)
    own = [piece for piece in line.pieces if piece.transaction in ("", claim.transaction)]
    others = [piece for piece in line.pieces if piece.transaction not in ("", claim.transaction)]
    left = claim.amount
    for piece, is_held in [
        *((p, False) for p in own),
        *((p, True) for p in others),
        *((p, False) for p in others),
    ]:
        amount = min(left, piece.held if is_held else piece.total - piece.taken)
        from_held = min(amount, piece.held)
        piece.taken += amount
        piece.held -= from_held
        left -= amount
        if from_held:
            _add(line, claim.month, "released", from_held, claim.deal, "used_for_clawback")


def released_by(line: PaidLine, piece: Piece, reached: Reached, month: date) -> int:
    """How much of the piece is released by the end of a month, before any clawback.

    Instalments are divided by largest remainder; what follows an event is rounded on its running
    total, half away from zero, so that all of it adds up to the piece.
    """
    release = line.release
    match release:
        case Booked():
            return piece.total
        case Scheduled():
            return _instalments(line, piece, release, month)
        case OnEvent():
            booked, of = release.at_booking.as_integer_ratio()
            n, d = _share(line, piece, reached, month)
            return divide_half_away(piece.total * (booked * d + (of - booked) * n), of * d)
        case AtRisk():
            if month < add_months(line.booked, release.months):
                return piece.total
            return _by_event(line, piece, reached, month)


def _instalments(line: PaidLine, piece: Piece, release: Scheduled, month: date) -> int:
    schedule = sorted(release.schedule, key=lambda one: one.months)
    shares = [Fraction(one.share) for one in schedule]
    if min(shares) < 0 or not any(shares):  # refused by the plan check: nothing says what to hold
        return piece.total
    parts = largest_remainder(piece.total, shares)
    due = (add_months(line.booked, one.months) <= month for one in schedule)
    return sum(part for part, is_due in zip(parts, due, strict=True) if is_due)


def _by_event(line: PaidLine, piece: Piece, reached: Reached, month: date) -> int:
    n, d = _share(line, piece, reached, month)
    return divide_half_away(piece.total * n, d)


def _share(line: PaidLine, piece: Piece, reached: Reached, month: date) -> tuple[int, int]:
    if not isinstance(line.release, OnEvent | AtRisk):
        return 1, 1
    return reached(line.release.event, piece.deal, add_months(month, 1))


def _why(line: PaidLine, month: date, kind: str) -> str:
    release = line.release
    if isinstance(release, Scheduled):
        return "held_for_instalments" if kind == "held" else "instalment"
    event = release.event if isinstance(release, OnEvent | AtRisk) else "collected"
    if kind == "released":
        return event
    if isinstance(release, AtRisk) and month == add_months(line.booked, release.months):
        return "unpaid_at_deadline"
    return HELD_UNTIL[event]


def _add(
    line: PaidLine,
    month: date,
    kind: str,
    amount: int,
    cause: str,
    reason: str,
    note: str = "",
    balance: int | None = None,
) -> None:
    about = (cause, line.component_id, reason, balance, note)
    line.account.add(Entry(line.account.who, month, kind, amount, *about))

"""Corrections of pay that finance enters by hand, each with its reason and who decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from revplan.access import Viewer, require
from revplan.issues import Issue, Where
from revplan.model.book import Book
from revplan.model.tables import TABLES
from revplan.periods import add_months
from revplan.service import workspace
from revplan.service.people import people
from revplan.service.refused import Refused
from revplan.service.scores import closed_until
from revplan.service.uploads import Accepted, enter_rows, typed_rows, write_once

SPEC = TABLES["adjustments"]


@dataclass(frozen=True)
class Correction:
    """What somebody is paid more (or, below 0, less), in minor units of the company's currency, in the month
    of `adjusted_on`; None and "" for what was not typed yet."""

    payee_id: str
    adjusted_on: date | None
    amount: int | None
    reason: str
    author: str


@dataclass(frozen=True)
class Kept:
    """A correction that counts: its id, whose, and, in its own currency, how much."""

    correction_id: str
    payee_name: str
    correction: Correction
    currency: str
    is_closed: bool


def corrections(viewer: Viewer) -> tuple[Kept, ...]:
    """Every correction that counts, the newest first."""
    require(viewer, "cro", "finance")
    here = workspace.current()
    here.log_access(viewer, "corrections: everyone")
    book = here.book()
    names, closed = people(book).payees, closed_until(book)
    found = []
    for row in book.tables[SPEC.name].to_pylist():
        one = Correction(row["payee_id"], row["adjusted_on"], row["amount"], row["reason"], row["author"])
        currency = row["currency"] or book.company.currency
        is_closed = closed is not None and row["adjusted_on"] <= closed
        name = names.get(row["payee_id"], row["payee_id"])
        found.append(Kept(row["adjustment_id"], name, one, currency, is_closed))
    found.sort(key=lambda kept: (kept.correction.adjusted_on or date.min, kept.correction_id), reverse=True)
    return tuple(found)


def first_open_day(viewer: Viewer) -> date:
    """The first day on which a correction may stand: after what any plan set has closed, else the first of
    the as-of month."""
    require(viewer, "cro", "finance")
    book = workspace.current().book()
    closed = closed_until(book)
    return closed + timedelta(days=1) if closed else add_months(book.company.as_of, 0)


def enter_corrections(viewer: Viewer, rows: Sequence[Correction]) -> Accepted:
    """Let corrections count, kept as one batch, like an upload. Refused with an issue for each that cannot:
    one of nobody, of nothing, without a reason or an author, or in a closed month. ValueError for none."""
    require(viewer, "cro", "finance")
    if not rows:
        raise ValueError("no corrections")
    here = workspace.current()
    with here.writing:
        book = here.book()
        if issues := [issue for number, row in enumerate(rows, 1) if (issue := _wrong(book, row, number))]:
            raise Refused(*issues)

        def keep(connection: sa.Connection) -> Accepted:
            typed = _rows(here.book(), rows)  # numbered after what there is now
            upload = typed_rows(SPEC, typed, "corrections.csv", book.company)
            return enter_rows(here, connection, upload, viewer)

        return write_once(here, keep)


def _rows(book: Book, rows: Sequence[Correction]) -> list[dict[str, object]]:
    first = _next_number(book)
    return [
        {
            "adjustment_id": f"M-{first + number:04d}",
            "payee_id": row.payee_id,
            "adjusted_on": row.adjusted_on,
            "amount": row.amount,
            "currency": book.company.currency,
            "reason": row.reason.strip(),
            "author": row.author.strip(),
        }
        for number, row in enumerate(rows)
    ]


def _wrong(book: Book, row: Correction, number: int) -> Issue | None:
    where = Where(table=SPEC.name, row=number)
    if row.payee_id not in people(book).payees:
        return Issue("correction.whose", "error", where)
    if row.adjusted_on is None:
        return Issue("correction.when", "error", where)
    if not row.amount:
        return Issue("correction.amount", "error", where)
    if not row.reason.strip() or not row.author.strip():
        return Issue("correction.reason", "error", where)
    closed = closed_until(book)
    if closed is not None and row.adjusted_on <= closed:
        said = {"day": row.adjusted_on.isoformat(), "first": (closed + timedelta(days=1)).isoformat()}
        return Issue("correction.closed", "error", where, said)
    return None


def _next_number(book: Book) -> int:
    """After the highest of those that were typed before."""
    ids = book.tables[SPEC.name]["adjustment_id"].to_pylist()
    taken = [int(one.removeprefix("M-")) for one in ids if one.startswith("M-") and one[2:].isdecimal()]
    return max(taken, default=0) + 1

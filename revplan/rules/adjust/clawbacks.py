"""Clawbacks: which deals were cancelled, and what a plan's terms take back for each of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from revplan.issues import Issue, Where
from revplan.metrics.rates import Rates
from revplan.model.adjustments import Clawback
from revplan.model.book import Book
from revplan.model.plan import Component, Plan
from revplan.model.tables import TABLES
from revplan.money import MILLION, round_half_away
from revplan.rules.adjust.entries import completed_months, month_of
from revplan.rules.adjust.paid_for import Paid
from revplan.rules.adjust.release import Taken
from revplan.rules.people import PAY_RATE

Row = Mapping[str, Any]

WORTH = {
    "opportunities": "amount",
    "orders": "amount",
    "contracts": "arr",
    "invoices": "amount",
    "payments": "amount",
}
"""Tables whose rows can be cancelled, and what each row is worth: a cancelled amount is a share of that."""

WHOLE = Fraction(1)


@dataclass(frozen=True, order=True)
class Cancellation:
    """A share of a transaction, cancelled on a day."""

    day: date
    cancellation_id: str
    transaction_id: str
    share: Fraction
    note: str


Cancelled = Mapping[str, Sequence[Cancellation]]
"""Cancellations by the transaction that they are of."""


def cancellations_of(book: Book) -> tuple[Cancelled, list[Issue]]:
    """The book's cancellations up to its as-of date by transaction, in order of date and id.

    Each id counts once. Without share and amount all of it is cancelled, as is an amount of something
    that is worth nothing. Together they never come to more than the whole: what is over is cut off. An
    amount in a currency without a rate is left out, with an issue.
    """
    rows = book.table("cancellations").to_pylist()
    rows = [row for row in rows if row["cancelled_on"] <= book.company.as_of]
    rows.sort(key=lambda row: (row["cancelled_on"], row["cancellation_id"], row["transaction_id"]))
    with_amounts = {
        row["transaction_id"] for row in rows if row["share"] is None and row["amount"] is not None
    }
    worth = _worth(book, with_amounts) if with_amounts else {}
    rates, left = Rates(book), defaultdict[str, Fraction](lambda: WHOLE)
    found: dict[str, list[Cancellation]] = defaultdict(list)
    issues = []
    seen: set[str] = set()
    for row in rows:
        if row["cancellation_id"] in seen:
            continue
        seen.add(row["cancellation_id"])
        share = _share(row, worth, rates, book.company.currency)
        if isinstance(share, str):
            issues.append(_without_rate(row, share, book.company.currency))
            continue
        share = min(max(Fraction(0), share), left[row["transaction_id"]])
        left[row["transaction_id"]] -= share
        found[row["transaction_id"]].append(
            Cancellation(
                row["cancelled_on"], row["cancellation_id"], row["transaction_id"], share, row["cause"] or ""
            )
        )
    return found, issues


def _share(row: Row, worth: Mapping[str, Row], rates: Rates, own: str) -> Fraction | str:
    """The share that a row cancels, or the currency without which it is not known."""
    if row["share"] is not None:
        return Fraction(row["share"], MILLION)
    whole = worth.get(row["transaction_id"])
    if row["amount"] is None or whole is None or not whole["amount"]:
        return WHOLE
    cancelled, of = row["amount"], whole["amount"]
    currency, other = row["currency"] or whole["currency"] or own, whole["currency"] or own
    if currency != other:
        day = row["cancelled_on"]
        converted = {
            name: rates.convert(amount, name, day, PAY_RATE)
            for name, amount in ((currency, cancelled), (other, of))
        }
        for name, amount in converted.items():
            if amount is None:
                return name
        cancelled, of = converted[currency], converted[other]
        if not of:
            return WHOLE
    return Fraction(cancelled, of) if of > 0 else Fraction(abs(cancelled), -of)


def _without_rate(row: Row, currency: str, own: str) -> Issue:
    where = Where(file=row["source_file"] or "", table="cancellations", row=row["source_row"] or 0)
    said = {"cancellation": row["cancellation_id"], "transaction": row["transaction_id"]}
    said |= {"currency": currency, "own_currency": own, "rate": PAY_RATE}
    said |= {"day": row["cancelled_on"].isoformat()}
    return Issue("no_fx_rate_for_cancellation", "error", where, said)


def _worth(book: Book, wanted: set[str]) -> dict[str, Row]:
    """Amount and currency of the wanted transactions; an id of several tables means the first of WORTH."""
    found: dict[str, Row] = {}
    for name, column in WORTH.items():
        spec = TABLES[name]
        rows = book.table(name).select([spec.key[0], column, "currency"])
        for identity, amount, currency in zip(*(rows.column(i).to_pylist() for i in range(3)), strict=True):
            if identity in wanted:
                found.setdefault(identity, {"amount": amount, "currency": currency})
    return found


def clawback_of(plan: Plan, component: Component) -> Clawback | None:
    """The clawback that a plan has for a component, the first that fits; None without any, and where a
    cancellation counts as a negative deal."""
    if component.on_cancel == "recompute":
        return None
    return next((each for each in plan.clawbacks if takes_back(each, component.id)), None)


def takes_back(clawback: Clawback, component_id: str) -> bool:
    """Whether a clawback is for a component, by name or because it names none."""
    return not clawback.components or component_id in clawback.components


def events_of_deal(deal: Paid, cancelled: Cancelled) -> list[Cancellation]:
    """The cancellations of a deal, by its own id and by its opportunity's, in order."""
    names = sorted({deal.transaction_id, deal.opportunity_id} - {""})
    return sorted(event for name in names for event in cancelled.get(name, ()))


def claims_on(
    terms: Clawback, basis: Fraction, deal: Paid, booked: date, events: Iterable[Cancellation]
) -> list[Taken]:
    """What the cancellations of one deal take: basis × the band's share at its age × what was cancelled.

    Rounded on the running total, half away from zero, so that halves of a deal add up to the whole.
    It stands in the month of the cancellation, but not before the deal itself was on a statement.
    """
    claims, exact, taken = [], Fraction(0), 0
    for event in events:
        exact += basis * band_share(terms, deal, event) * event.share
        amount = round_half_away(exact) - taken
        taken += amount
        claims.append(taken_by(terms, deal, max(booked, month_of(event.day)), event, amount))
    return claims


def taken_by(terms: Clawback, deal: Paid, month: date, event: Cancellation, amount: int) -> Taken:
    """What a cancellation takes, with the reason why it is so much."""
    reason = "cancelled" if band_share(terms, deal, event) else "clawback_too_old"
    reason = reason if event.share else "already_cancelled"
    return Taken(month, deal.transaction_id, deal.name, amount, reason, event.note)


def within(most: int, claims: Iterable[Taken]) -> list[Taken]:
    """The claims one after the other, as long as they come to no more than `most`."""
    found, left = [], most
    for claim in claims:
        found.append(replace(claim, amount=min(claim.amount, left)))
        left -= found[-1].amount
    return found


def band_share(terms: Clawback, deal: Paid, event: Cancellation) -> Fraction:
    """The share that is taken back at the deal's age; 0 where no band holds."""
    age = completed_months(deal.on_date, event.day)
    shares = (
        Fraction(band.share)
        for band in terms.bands
        if band.from_ <= age and (band.to is None or age < band.to)
    )
    return next(shares, Fraction(0))

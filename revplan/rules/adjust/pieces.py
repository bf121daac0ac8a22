"""From lines and their deals to the pieces of pay that are held, released and taken back."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from revplan.metrics.measures import unit_scale
from revplan.model.adjustments import AtRisk, Booked, Clawback, OnEvent, Scheduled
from revplan.model.book import Book
from revplan.model.plan import Component, Keyed, Plan
from revplan.money import MILLION, largest_remainder
from revplan.rules.adjust.clawbacks import Cancellation, cancellations_of, claims_on, clawback_of
from revplan.rules.adjust.entries import Account, Who, month_of
from revplan.rules.adjust.events import Events, read_events
from revplan.rules.adjust.release import Piece, Taken, settle_piece
from revplan.rules.feeds import Feeds

Row = Mapping[str, Any]
Cancelled = Mapping[str, Sequence[Cancellation]]
Plans = Mapping[tuple[str, int], Plan]

_LINE = ["line_id", "payee_id", "plan_id", "plan_version", "component_id", "period", "period_end"]
_LINE += ["unit", "credit", "payable", "payable_unit", "table_amount", "payout"]
_PART = [
    "line_id",
    "kind",
    "transaction_id",
    "opportunity_id",
    "on_date",
    "credit",
    "paid_on",
    "factor",
    "part",
]


def settle_pieces(
    feeds: Feeds, book: Book, accounts: Mapping[Who, Account], plans: Plans, lines: pa.Table, parts: pa.Table
) -> None:
    """Put on their accounts what components hold and release, and what cancellations take back.

    A line is one piece where it is released in instalments or clawed back at its rate; else each of
    its deals is one, with what was paid for it. What is not a deal, and what takes back, counts at once.
    """
    cancelled = cancellations_of(book)
    acting = _acting(plans, bool(cancelled))
    if not acting:
        return
    of_lines = _rows(lines, _LINE, "component_id", sorted({component for _, _, component in acting}))
    of_lines = [row for row in of_lines if _key(row) in acting]
    deals: dict[int, list[Row]] = defaultdict(list)
    for part in _rows(parts, _PART, "line_id", [row["line_id"] for row in of_lines]):
        deals[part["line_id"]].append(part)
    pieces: dict[str, list[Piece]] = defaultdict(list)
    for row in of_lines:
        plan = plans[row["plan_id"], row["plan_version"]]
        component = acting[_key(row)]
        account = accounts[row["payee_id"], row["plan_id"]]
        terms, of_line = clawback_of(plan, component), _paid_for(deals[row["line_id"]])
        pieces[plan.fx_rate] += _pieces_of(
            account, row, component, terms, of_line, cancelled, feeds.company.digits
        )
    for fx_rate in sorted(pieces):
        _settle(feeds, pieces[fx_rate], fx_rate, month_of(book.company.as_of))


def _key(line: Row) -> tuple[str, int, str]:
    return line["plan_id"], line["plan_version"], line["component_id"]


def _acting(plans: Plans, any_cancelled: bool) -> dict[tuple[str, int, str], Component]:
    """The components that hold pay back, or whose deals can be clawed back, by plan, version and id."""
    return {
        (*key, component.id): component
        for key, plan in plans.items()
        for component in plan.components
        if not isinstance(component.release, Booked) or (any_cancelled and clawback_of(plan, component))
    }


def _rows(table: pa.Table, names: list[str], column: str, wanted: list[Any]) -> list[Row]:
    found = table.filter(pc.is_in(table[column], value_set=pa.array(wanted, table.schema.field(column).type)))
    rows: list[Row] = found.select(names).to_pylist()
    return rows


def _paid_for(parts: Sequence[Row]) -> list[Row]:
    """The deals of a line with what each was paid: its part, less its share of what a limit, or what
    was paid earlier, took from the line; by largest remainder. What is left over stays with the line."""
    deals = [part for part in parts if part["kind"] == "deal"]
    earned = [max(0, deal["part"]) for deal in deals]
    rest = sum(part["part"] for part in parts if part["kind"] != "deal")
    if rest >= 0 or not any(earned):
        return deals
    paid = largest_remainder(max(0, sum(earned) + rest), earned)
    return [
        {**deal, "part": deal["part"] if deal["part"] <= 0 else amount}
        for deal, amount in zip(deals, paid, strict=True)
    ]


def _pieces_of(
    account: Account,
    line: Row,
    component: Component,
    terms: Clawback | None,
    deals: Sequence[Row],
    cancelled: Cancelled,
    digits: int,
) -> Iterator[Piece]:
    release, booked = component.release, month_of(line["period_end"] - timedelta(days=1))
    by_rate = terms is not None and terms.basis == "calculation_rate"
    if isinstance(release, Scheduled) or (by_rate and isinstance(release, Booked)):
        if line["payout"] > 0:
            claims = [
                claim
                for deal in deals
                for claim in _claims(line, deal, component, terms, booked, cancelled, digits)
            ]
            claims.sort(key=lambda claim: claim.sort_key)
            yield Piece(account, component.id, line["period"], "", line["payout"], booked, release, claims)
        return
    for deal in deals:
        if deal["part"] > 0:
            claims = _claims(line, deal, component, terms, booked, cancelled, digits)
            if claims or not isinstance(release, Booked):
                name = deal["opportunity_id"] or deal["transaction_id"]
                known = (name, deal["opportunity_id"], deal["part"])
                yield Piece(account, component.id, *known, booked, release, claims)


def _at_rate(line: Row, deal: Row, component: Component, digits: int) -> Fraction:
    """What a deal pays on, or counts, at the rate that the table alone gave the line, in minor units."""
    on = Fraction(deal["credit"] if deal["paid_on"] is None else deal["paid_on"])
    if deal["factor"] is not None:
        on *= Fraction(deal["factor"], MILLION)
    if isinstance(component.table, Keyed):  # the factor is the deal's own rate
        return on * Fraction(10**digits, unit_scale(line["payable_unit"] or line["unit"], digits))
    total = line["credit"] if line["payable"] is None else line["payable"]
    return on * Fraction(line["table_amount"], total) if total else Fraction(0)


def _claims(
    line: Row,
    deal: Row,
    component: Component,
    terms: Clawback | None,
    booked: date,
    cancelled: Cancelled,
    digits: int,
) -> list[Taken]:
    if terms is None:
        return []
    names = {deal["transaction_id"], deal["opportunity_id"]} - {""}
    events = [event for name in sorted(names) for event in cancelled.get(name, ())]
    basis = Fraction(deal["part"])
    if terms.basis == "calculation_rate":
        basis = _at_rate(line, deal, component, digits)
    name = deal["opportunity_id"] or deal["transaction_id"]
    return claims_on(terms, max(basis, Fraction(0)), name, deal["on_date"], booked, events) if events else []


def _settle(feeds: Feeds, pieces: Sequence[Piece], fx_rate: str, last: date) -> None:
    waiting = [(piece, piece.release) for piece in pieces if isinstance(piece.release, OnEvent | AtRisk)]
    events = Events()
    if waiting:
        kinds = {release.event for _, release in waiting}
        events = read_events(feeds, kinds, {piece.deal for piece, _ in waiting if piece.deal}, fx_rate)
    for piece in pieces:
        release = piece.release
        days = events.days(release.event, piece.deal) if isinstance(release, OnEvent | AtRisk) else ()
        settle_piece(piece, events.reached, days, last)

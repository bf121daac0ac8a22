"""From lines and their deals to the pieces of pay that are held, released and taken back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import chain
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from revplan.metrics.measures import unit_scale
from revplan.model.adjustments import AtRisk, Booked, Clawback, OnEvent, Scheduled
from revplan.model.book import Book
from revplan.model.plan import Component, Keyed, Plan
from revplan.rules.adjust.clawbacks import Cancelled, claims_on, clawback_of, within
from revplan.rules.adjust.entries import Account, Who, month_of
from revplan.rules.adjust.events import Events, read_events
from revplan.rules.adjust.paid_for import Paid, paid_for
from revplan.rules.adjust.release import Line, Piece, Taken, settle_line
from revplan.rules.compile import goes_back_above
from revplan.rules.feeds import Feeds

Row = Mapping[str, Any]
Plans = Mapping[tuple[str, int], Plan]

_LINE = ["line_id", "payee_id", "plan_id", "plan_version", "component_id", "period", "period_end"]
_LINE += ["measured_period", "segment", "credit", "payable", "quota", "unit", "payable_unit"]
_LINE += ["table_amount", "payout"]
_PART = ["line_id", "kind", "transaction_id", "opportunity_id", "on_date", "credit", "paid_on", "factor"]
_PART += ["part"]


def settle_pieces(
    feeds: Feeds,
    book: Book,
    accounts: Mapping[Who, Account],
    plans: Plans,
    lines: pa.Table,
    parts: pa.Table,
    cancelled: Cancelled,
) -> None:
    """Put on their accounts what components hold and release, and what cancellations take back.

    A line is one piece where it is released in instalments; else each of its deals is one, with what was
    paid for it. What is not a deal, and what takes back, counts at once.
    """
    acting = _acting(plans, bool(cancelled))
    if not acting:
        return
    known = {(plan, component) for plan, _, component in acting}
    of_lines = _rows(lines, _LINE, "component_id", sorted({component for _, component in known}))
    of_lines = [row for row in of_lines if (row["plan_id"], row["component_id"]) in known]
    parts_of: dict[int, list[Row]] = defaultdict(list)
    for part in _rows(parts, _PART, "line_id", [row["line_id"] for row in of_lines]):
        parts_of[part["line_id"]].append(part)
    deals = paid_for(of_lines, parts_of, _going_back(plans, of_lines, book.company.digits))
    found: dict[str, list[Line]] = defaultdict(list)
    for row in of_lines:
        component = acting.get(_key(row))
        if component is not None:
            plan = plans[row["plan_id"], row["plan_version"]]
            account = accounts[row["payee_id"], row["plan_id"]]
            line = _line_of(
                account, row, plan, component, deals[row["line_id"]], cancelled, feeds.company.digits
            )
            if line.claims or not isinstance(line.release, Booked):
                found[plan.fx_rate].append(line)
    for fx_rate in sorted(found):
        _settle(feeds, found[fx_rate], fx_rate, month_of(book.company.as_of))


def _going_back(plans: Plans, lines: Sequence[Row], digits: int) -> dict[int, Fraction]:
    """By line id, above which credit a tier of its table goes back to earlier results; all of what is paid
    on where that is another amount."""
    by_key = {(*key, c.id): c for key, plan in plans.items() for c in plan.components}
    found: dict[int, Fraction] = {}
    for line in lines:
        component = by_key[_key(line)]
        above = goes_back_above(component, line["unit"], digits)
        if above is not None:
            quota = line["quota"] or 0
            by_quota = {"attainment": above * quota, "growth": above + quota}
            found[line["line_id"]] = by_quota.get(component.input, above)
            if line["payable"] is not None:
                found[line["line_id"]] = Fraction(0)
    return found


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


def _line_of(
    account: Account,
    row: Row,
    plan: Plan,
    component: Component,
    deals: Sequence[Paid],
    cancelled: Cancelled,
    digits: int,
) -> Line:
    release, booked = component.release, month_of(row["period_end"] - timedelta(days=1))
    if isinstance(release, Scheduled):
        pieces = [Piece(row["period"], "", "", max(0, row["payout"]))]
    else:
        pieces = [
            Piece(deal.name, deal.transaction_id, deal.opportunity_id, deal.amount)
            for deal in deals
            if deal.amount > 0
        ]
    terms = clawback_of(plan, component)
    claims = _claims(row, component, terms, deals, booked, cancelled, digits) if terms else []
    return Line(account, component.id, booked, release, pieces, claims)


def _at_rate(line: Row, deal: Paid, component: Component, digits: int) -> Fraction:
    """What a deal pays on, or counts, at the rate that the table alone gave the line, in minor units."""
    if isinstance(component.table, Keyed):  # what it pays on has the deal's own rate in it
        return deal.on * Fraction(10**digits, unit_scale(line["payable_unit"] or line["unit"], digits))
    total = line["credit"] if line["payable"] is None else line["payable"]
    return deal.on * Fraction(line["table_amount"], total) if total else Fraction(0)


def _claims(
    line: Row,
    component: Component,
    terms: Clawback,
    deals: Sequence[Paid],
    booked: date,
    cancelled: Cancelled,
    digits: int,
) -> list[Taken]:
    """What cancellations take of a line, in order of month and deal: never more than was paid for the deal
    or, at the calculation rate, for the line."""
    by_rate = terms.basis == "calculation_rate"
    found: list[Taken] = []
    for deal in deals:
        names = {deal.transaction_id, deal.opportunity_id} - {""}
        events = [event for name in sorted(names) for event in cancelled.get(name, ())]
        if not events or (line["payout"] if by_rate else deal.amount) <= 0:
            continue
        basis = Fraction(deal.amount)
        if by_rate and not deal.is_earlier:
            basis = _at_rate(line, deal, component, digits)
        found += claims_on(terms, max(basis, Fraction(0)), deal, booked, events)
    found.sort(key=lambda claim: (claim.month, claim.deal))
    return within(line["payout"], found) if by_rate else found


def _settle(feeds: Feeds, lines: Sequence[Line], fx_rate: str, last: date) -> None:
    waiting = [(line, line.release) for line in lines if isinstance(line.release, OnEvent | AtRisk)]
    events = Events()
    if waiting:
        kinds = {release.event for _, release in waiting}
        wanted = {piece.deal for line, _ in waiting for piece in line.pieces if piece.deal}
        events = read_events(feeds, kinds, wanted, fx_rate)
    for line in lines:
        release = line.release
        days: Iterable[date] = ()
        if isinstance(release, OnEvent | AtRisk):
            by_deal = (events.days(release.event, piece.deal) for piece in line.pieces)
            days = chain.from_iterable(by_deal)
        settle_line(line, events.reached, days, last)

"""From lines and their deals to the pieces of pay that are held, released and taken back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from revplan.model.adjustments import AtRisk, Booked, OnEvent, Release, Scheduled
from revplan.model.book import Book
from revplan.model.plan import Component, Plan
from revplan.rules.adjust.claims import booked, claims_of_lines
from revplan.rules.adjust.clawbacks import Cancelled, clawback_of
from revplan.rules.adjust.entries import Account, Who, month_of
from revplan.rules.adjust.events import Events, read_events
from revplan.rules.adjust.paid_for import Paid, paid_for
from revplan.rules.adjust.release import PaidLine, Piece, Taken, settle_line
from revplan.rules.compile import goes_back_above
from revplan.rules.explain.line import Explainer
from revplan.rules.feeds import Feeds

Row = Mapping[str, Any]
Plans = Mapping[tuple[str, int], Plan]

_LINE = ["line_id", "payee_id", "plan_id", "plan_version", "component_id", "period", "period_end"]
_LINE += ["measured_period", "segment", "credit", "payable", "quota", "unit", "payable_unit"]
_LINE += ["table_amount", "earned_to_date", "payout", "reason"]
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
    explainer: Explainer,
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
    act = [
        (row, plans[row["plan_id"], row["plan_version"]], acting[_key(row)])
        for row in of_lines
        if _key(row) in acting
    ]
    claims = claims_of_lines(explainer, act, deals, cancelled, book.company.digits)
    found: dict[str, list[PaidLine]] = defaultdict(list)
    for row, plan, component in act:
        account, line_id = accounts[row["payee_id"], row["plan_id"]], row["line_id"]
        line = _line_of(account, row, component, deals[line_id], claims.get(line_id, ()))
        if line.claims or (line.pieces and not isinstance(line.release, Booked)):
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
    account: Account, row: Row, component: Component, deals: Sequence[Paid], claims: Sequence[Taken]
) -> PaidLine:
    release = component.release
    if isinstance(release, Scheduled):
        pieces = [Piece(row["period"], "", "", max(0, row["payout"]))]
    else:
        pieces = [
            Piece(deal.name, deal.transaction_id, deal.opportunity_id, deal.amount)
            for deal in deals
            if deal.amount > 0
        ]
    return PaidLine(account, component.id, booked(row), release, pieces, claims)


def _settle(feeds: Feeds, lines: Sequence[PaidLine], fx_rate: str, last: date) -> None:
    waiting = [(line, line.release) for line in lines if isinstance(line.release, OnEvent | AtRisk)]
    events = Events()
    if waiting:
        kinds = {release.event for _, release in waiting}
        wanted = {piece.deal for line, _ in waiting for piece in line.pieces if piece.deal}
        events = read_events(feeds, kinds, wanted, fx_rate)
    for line in lines:
        settle_line(line, events.reached, partial(_days, events, line.release), last)


def _days(events: Events, release: Release, deal: str) -> Iterable[date]:
    """When something happened that a release waits for."""
    return events.days(release.event, deal) if isinstance(release, OnEvent | AtRisk) else ()

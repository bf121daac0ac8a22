"""Quotes, orders, invoices and payments that follow from the deals and contracts."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sample_data.company.accounts import ENTERPRISE
from sample_data.company.dates import AS_OF, OPENS, after, same_day, workday
from sample_data.company.draw import Draw
from sample_data.company.records import Books, Contract, Opportunity

Row = dict[str, Any]
_FIRST = "Ana Bo Clara Dev Erin Farid Gwen Hugo Ines Jude Kara Liam Mona Nils Odette Paul Ren Sara Tom Uma"
_LAST = "Abbott Baines Cortez Drummond Ekström Falk Grant Hale Iversen Jansen Kerr Lund Moss Novak Ortiz"
_QUOTED = ("Proposal", "Negotiation", "Closed won", "Closed lost")
_QUARTERLY = 60_000_00
"""Enterprise contracts from this ARR on (cents) are invoiced each quarter."""


def number(rows: list[Row], key: str, prefix: str, by: str) -> list[Row]:
    """The rows by date with their ids: the order of making decides a tie."""
    rows = sorted(rows, key=lambda row: row[by])
    return [{key: f"{prefix}-{i:05d}", **row} for i, row in enumerate(rows, 1)]


TERM = 12
"""Months that a deal is for."""


def product(kind: str) -> str:
    """What a deal or contract of that kind is about."""
    return "Larkfield Insights" if kind == "expansion" else "Larkfield Core"


def quotes(books: Books) -> list[Row]:
    """One or two quotes of each deal that came that far: the first a little dearer."""
    draw, rows = Draw("quotes"), []
    for deal in books.opportunities:
        if (
            deal.kind == "renewal"
            or deal.stage not in _QUOTED
            or (deal.outcome == "lost" and draw.chance(0.55))
        ):
            continue
        end = min(deal.closed_on, AS_OF)
        last = max(workday(end - timedelta(days=draw.whole(2, 18))), deal.created_on)
        status = {"won": "Accepted", "lost": "Declined", "open": "Sent"}[deal.outcome]
        if draw.chance(0.35) and (last - deal.created_on).days > 14:
            dearer = deal.amount * draw.whole(104, 118) // 100
            rows.append(_quote(deal, after(last, -10), dearer, "Replaced"))
        rows.append(_quote(deal, last, deal.amount, status))
    return number(rows, "quote_id", "Q", "quoted_on")


def _quote(deal: Opportunity, day: date, amount: int, status: str) -> Row:
    return {
        "opportunity_id": deal.opportunity_id,
        "account_id": deal.account.account_id,
        "quoted_on": day,
        "amount": amount,
        "currency": deal.account.currency,
        "status": status,
        "product": product(deal.kind),
        "term_months": TERM,
    }


def orders(books: Books) -> list[Row]:
    """An order for each won deal, on its day."""
    won = [deal for deal in books.opportunities if deal.outcome == "won"]
    rows = [
        {
            "opportunity_id": deal.opportunity_id,
            "account_id": deal.account.account_id,
            "owner_id": deal.owner_id,
            "ordered_on": deal.closed_on,
            "amount": deal.amount,
            "currency": deal.account.currency,
            "product": product(deal.kind),
            "term_months": TERM,
        }
        for deal in won
    ]
    return number(rows, "order_id", "B", "ordered_on")


def invoices(books: Books) -> list[Row]:
    """Each contract's instalments from the day the books open to the as-of date."""
    rows = [
        {
            "account_id": contract.account.account_id,
            "contract_id": contract.contract_id,
            "opportunity_id": contract.opportunity.opportunity_id if contract.opportunity else "",
            "invoiced_on": day,
            "due_on": day + timedelta(days=45 if contract.account.segment == ENTERPRISE else 30),
            "amount": amount,
            "currency": contract.account.currency,
        }
        for contract in books.contracts
        for day, amount in _instalments(contract)
        if OPENS <= day <= AS_OF
    ]
    return number(rows, "invoice_id", "I", "invoiced_on")


def _instalments(contract: Contract) -> Iterator[tuple[date, int]]:
    """(day, cents): quarterly for the large, yearly for the rest, an expansion by the days that are left."""
    if contract.kind == "expansion":
        days = min(365, (contract.ends_on - contract.starts_on).days)
        yield workday(contract.starts_on), contract.arr * days // 365
        return
    large = contract.account.segment == ENTERPRISE and contract.arr >= _QUARTERLY
    step, part = (3, contract.arr // 4) if large else (12, contract.arr)
    day, months = contract.starts_on, 0
    while day < contract.ends_on:
        last = large and months % 12 == 9
        yield workday(day), contract.arr - 3 * part if last else part
        months += step
        day = same_day(contract.starts_on, months)


def payments(sent: list[Row]) -> list[Row]:
    """Most pay on time, some late, a few in two parts, a few not at all."""
    draw, rows = Draw("payments"), []
    for invoice in sent:
        due = invoice["due_on"]
        habit = draw.weighted({"early": 68.0, "late": 18.0, "very late": 6.0, "parts": 4.0, "never": 4.0})
        if habit == "never":
            continue
        half = invoice["amount"] // 2
        days = {"early": (-12, 0), "late": (4, 40), "very late": (41, 110), "parts": (-5, 5)}[habit]
        first = after(due, draw.whole(*days))
        parts = [(first, invoice["amount"])]
        if habit == "parts":
            parts = [(first, half), (after(first, draw.whole(25, 45)), invoice["amount"] - half)]
        for day, amount in parts:
            if day <= AS_OF:
                keys = ("invoice_id", "account_id", "opportunity_id", "currency")
                rows.append({**{key: invoice[key] for key in keys}, "paid_on": day, "amount": amount})
    return number(rows, "payment_id", "R", "paid_on")


def usage(books: Books) -> list[Row]:
    """Seats and active users of each customer at every month's end; those who will leave fade out."""
    draw, rows = Draw("usage"), []
    by_account: dict[str, list[Contract]] = {}
    for contract in books.contracts:
        by_account.setdefault(contract.account.account_id, []).append(contract)
    month_ends = [same_day(date(2025, 1, 1), i + 1) - timedelta(days=1) for i in range(22)]
    for account_id, contracts in sorted(by_account.items()):
        adoption = draw.between(0.45, 0.92)
        over = max(contract.ends_on for contract in contracts)
        for day in month_ends:
            arr = sum(c.arr for c in contracts if c.starts_on <= day < c.ends_on)
            if not arr:
                continue
            seats = max(5, arr // 900_00)
            adoption = min(0.98, max(0.12, adoption + draw.bell(0.0, 0.02)))
            fading = 0.55 if over <= AS_OF and (over - day).days < 150 else 1.0
            rows.append(
                {
                    "account_id": account_id,
                    "product": "Larkfield Core",
                    "used_on": day,
                    "active_users": int(seats * adoption * fading),
                    "seats": seats,
                }
            )
    return rows


def contacts(books: Books) -> list[Row]:
    """One or two people at each account."""
    draw = Draw("contacts")
    rows: list[Row] = []
    titles = (
        "Head of operations",
        "Finance director",
        "IT manager",
        "Controller",
        "COO",
        "Programme manager",
    )
    for account in books.accounts:
        for _ in range(draw.whole(1, 2)):
            name = f"{draw.pick(_FIRST.split())} {draw.pick(_LAST.split())}"
            number_ = len(rows) + 1
            rows.append(
                {
                    "contact_id": f"C-{number_:05d}",
                    "account_id": account.account_id,
                    "name": name,
                    "email": f"contact{number_}@{account.account_id.lower()}.example",
                    "title": draw.pick(titles),
                }
            )
    return rows

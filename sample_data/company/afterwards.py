"""What happened besides the deals: who was away, which deals came undone, and what finance put right."""

from datetime import date, timedelta

from sample_data.company.dates import AS_OF, workday
from sample_data.company.draw import Draw
from sample_data.company.finance import Row
from sample_data.company.people import ENT_AE, MID_AE, job_on
from sample_data.company.records import Books, Contract, Opportunity

_OVERDUE = timedelta(days=75)
"""How long after its due date an unpaid first invoice ends the contract, at the earliest."""


def leaves() -> list[Row]:
    """One parental leave over two quarters, and a shorter one."""
    return [
        {
            "payee_id": "P-052",
            "starts_on": date(2026, 2, 9),
            "ends_on": date(2026, 5, 4),
            "leave_type": "Parental",
        },
        {
            "payee_id": "P-017",
            "starts_on": date(2025, 11, 10),
            "ends_on": date(2025, 12, 1),
            "leave_type": "Sick",
        },
    ]


def cancel(books: Books, invoices: list[Row], payments: list[Row]) -> list[Row]:
    """End the contracts of new customers who never paid, and take what would have been invoiced later out.

    Only those that had nothing but this one contract; the three lists are changed to fit.
    """
    draw = Draw("cancellations")
    rows: list[Row] = []
    paid = {row["invoice_id"] for row in payments}
    first: dict[str, Row] = {}
    for invoice in invoices:
        first.setdefault(invoice["contract_id"], invoice)
    for contract in books.contracts:
        unpaid = first.get(contract.contract_id)
        if unpaid is None or unpaid["invoice_id"] in paid or not _alone(books, contract):
            continue
        cancelled_on = workday(unpaid["due_on"] + _OVERDUE + timedelta(days=draw.whole(0, 45)))
        if cancelled_on > AS_OF:
            continue
        contract.ends_on = cancelled_on
        assert contract.opportunity
        rows.append(
            {
                "cancellation_id": f"X-{len(rows) + 1:03d}",
                "transaction_id": contract.opportunity.opportunity_id,
                "cancelled_on": cancelled_on,
                "cause": "Never paid; contract ended after three reminders",
            }
        )
    ended = {contract.contract_id: contract.ends_on for contract in books.contracts}
    invoices[:] = [row for row in invoices if row["invoiced_on"] < ended[row["contract_id"]]]
    kept = {row["invoice_id"] for row in invoices}
    payments[:] = [row for row in payments if row["invoice_id"] in kept]
    return rows


def _alone(books: Books, contract: Contract) -> bool:
    """Whether an account executive won this new customer, and nothing else was ever agreed with it."""
    deal = contract.opportunity
    if deal is None or deal.kind != "new" or contract.ends_on <= AS_OF:
        return False
    job = job_on(deal.owner_id, deal.closed_on)
    others: list[Contract | Opportunity] = [*books.contracts, *books.opportunities]
    return (
        job is not None
        and job.role in (ENT_AE, MID_AE)
        and sum(other.account is contract.account for other in others) == 2
    )


def adjustments() -> list[Row]:
    """Corrections that finance made by hand."""
    said = (
        (
            "P-044",
            date(2025, 9, 15),
            500_00,
            "Two meetings of August were logged under a colleague's name",
            "Renata Oyelaran",
        ),
        (
            "P-033",
            date(2026, 2, 10),
            -1_250_00,
            "Paid twice in January: once by payroll's advance, once here",
            "Dominic Ashworth",
        ),
        (
            "P-016",
            date(2026, 7, 20),
            750_00,
            "Prize for the best campaign of the half-year",
            "Callum Whitford",
        ),
    )
    return [
        {
            "adjustment_id": f"J-{number:03d}",
            "payee_id": payee,
            "adjusted_on": day,
            "amount": amount,
            "currency": "USD",
            "reason": reason,
            "author": author,
        }
        for number, (payee, day, amount, reason, author) in enumerate(said, 1)
    ]

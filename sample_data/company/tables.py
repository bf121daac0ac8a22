"""The canonical tables as CSV: every declared column, in its order, the same bytes each time."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

from revplan.model.tables import TABLES, Column
from sample_data.company import afterwards, finance
from sample_data.company.dates import AS_OF
from sample_data.company.finance import Row
from sample_data.company.people import JOBS, csm_on, email
from sample_data.company.records import RATES, Books
from sample_data.company.scores import scores


def give_ids(books: Books) -> None:
    """Number everything by date; what was made first comes first on the same day."""
    books.opportunities.sort(key=lambda deal: deal.created_on)
    books.contracts.sort(key=lambda contract: contract.starts_on)
    for i, deal in enumerate(books.opportunities, 1):
        deal.opportunity_id = f"O-{i:05d}"
    for i, contract in enumerate(books.contracts, 1):
        contract.contract_id = f"K-{i:05d}"
    books.leads.sort(key=lambda lead: lead.created_on)
    for i, lead in enumerate(books.leads, 1):
        lead.lead_id = f"L-{i:05d}"
    books.touches.sort(key=lambda touch: touch.touched_on)
    for i, touch in enumerate(books.touches, 1):
        touch.touch_id = f"T-{i:05d}"


def all_tables(books: Books) -> dict[str, list[Row]]:
    """Every canonical table's rows by name."""
    people = finance.contacts(books)
    contact_of = {row["account_id"]: row["contact_id"] for row in reversed(people)}
    sent = finance.invoices(books)
    paid = finance.payments(sent)
    cancelled = afterwards.cancel(books, sent, paid)
    return {
        "payees": _payees(),
        "leaves": afterwards.leaves(),
        "accounts": _accounts(books),
        "contacts": people,
        "leads": _leads(books, contact_of),
        "touches": _touches(books, contact_of),
        "opportunities": _opportunities(books),
        "opportunity_splits": _splits(books),
        "quotes": finance.quotes(books),
        "orders": finance.orders(books),
        "contracts": _contracts(books),
        "invoices": sent,
        "payments": paid,
        "cancellations": cancelled,
        "usage": finance.usage(books),
        "scores": scores(),
        "adjustments": afterwards.adjustments(),
        "fx_rates": _fx_rates(),
    }


def write_table(folder: Path, name: str, rows: list[Row]) -> None:
    """Write a table as `<name>.csv`: UTF-8, LF, amounts with two decimals, dates as ISO."""
    columns = TABLES[name].columns
    known = {column.name for column in columns}
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([column.name for column in columns])
        for row in rows:
            assert row.keys() <= known, row.keys() - known
            writer.writerow([_cell(column, row.get(column.name)) for column in columns])


def _cell(column: Column, value: Any) -> str:
    if value is None or value == "":
        assert not column.required, column.name
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if column.kind == "money":
        sign = "-" if value < 0 else ""
        return f"{sign}{abs(value) // 100}.{abs(value) % 100:02d}"
    return str(value)


def _percent(value: int) -> str:
    return f"{value // 100}.{value % 100:02d}"


def _payees() -> list[Row]:
    return [
        {
            "payee_id": job.payee_id,
            "name": job.name,
            "team": job.team,
            "role": job.role,
            "manager_id": job.manager_id,
            "starts_on": job.starts_on,
            "ends_on": job.ends_on,
            "base_salary": job.base * 100,
            "target_incentive": job.incentive * 100 or None,
            "currency": "USD",
            "email": email(job.name),
        }
        for job in JOBS
    ]


def _accounts(books: Books) -> list[Row]:
    customers = {id(contract.account) for contract in books.contracts}
    return [
        {
            "account_id": account.account_id,
            "name": account.name,
            "csm_id": csm_on(account.book, AS_OF) if id(account) in customers else "",
            "segment": account.segment,
            "industry": account.industry,
            "country": account.country,
        }
        for account in books.accounts
    ]


def _leads(books: Books, contact_of: dict[str, str]) -> list[Row]:
    return [
        {
            "lead_id": lead.lead_id,
            "created_on": lead.created_on,
            "owner_id": lead.owner_id,
            "account_id": lead.account.account_id if lead.account else "",
            "contact_id": contact_of[lead.account.account_id] if lead.account else "",
            "opportunity_id": lead.opportunity.opportunity_id if lead.opportunity else "",
            "channel": lead.channel,
            "campaign": lead.campaign,
            "status": lead.status,
            "mql_on": lead.mql_on,
            "sql_on": lead.sql_on,
            "meeting_on": lead.meeting_on,
        }
        for lead in books.leads
    ]


def _touches(books: Books, contact_of: dict[str, str]) -> list[Row]:
    return [
        {
            "touch_id": touch.touch_id,
            "touched_on": touch.touched_on,
            "channel": touch.channel,
            "campaign": touch.campaign,
            "payee_id": touch.payee_id,
            "account_id": touch.account.account_id if touch.account else "",
            "contact_id": contact_of[touch.account.account_id] if touch.account else "",
            "lead_id": touch.lead.lead_id if touch.lead else "",
            "opportunity_id": touch.opportunity.opportunity_id if touch.opportunity else "",
        }
        for touch in books.touches
    ]


def _opportunities(books: Books) -> list[Row]:
    titles = {"new": "New business", "expansion": "Expansion", "renewal": "Renewal"}
    return [
        {
            "opportunity_id": deal.opportunity_id,
            "name": f"{deal.account.name}: {titles[deal.kind]}",
            "account_id": deal.account.account_id,
            "owner_id": deal.owner_id,
            "kind": deal.kind,
            "stage": deal.stage,
            "outcome": deal.outcome,
            "amount": deal.amount,
            "currency": deal.account.currency,
            "created_on": deal.created_on,
            "closed_on": deal.closed_on,
            "source": deal.source,
            "forecast_category": deal.forecast,
            "probability": _percent(deal.probability),
            "product": finance.product(deal.kind),
            "term_months": finance.TERM,
        }
        for deal in books.opportunities
    ]


def _splits(books: Books) -> list[Row]:
    return [
        {"opportunity_id": deal.opportunity_id, "payee_id": payee, "share": _percent(percent)}
        for deal in books.opportunities
        for payee, percent in deal.splits
    ]


def _contracts(books: Books) -> list[Row]:
    return [
        {
            "contract_id": contract.contract_id,
            "account_id": contract.account.account_id,
            "opportunity_id": contract.opportunity.opportunity_id if contract.opportunity else "",
            "owner_id": contract.owner_id,
            "kind": contract.kind,
            "signed_on": contract.signed_on,
            "starts_on": contract.starts_on,
            "ends_on": contract.ends_on,
            "arr": contract.arr,
            "prior_arr": contract.prior_arr,
            "currency": contract.account.currency,
            "product": finance.product(contract.kind),
        }
        for contract in books.contracts
    ]


def _fx_rates() -> list[Row]:
    return [
        {
            "name": "plan",
            "from_currency": "EUR",
            "to_currency": "USD",
            "starts_on": date(year, 1, 1),
            "rate": _percent(rate),
        }
        for year, rate in RATES.items()
        if year <= AS_OF.year
    ]

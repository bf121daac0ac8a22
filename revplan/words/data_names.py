"""Names of the canonical tables, their columns and choices, as people say them."""

from revplan.words import N_
from revplan.words.names import named

TABLES = {
    "payees": N_("People"),
    "leaves": N_("Leaves"),
    "accounts": N_("Accounts"),
    "contacts": N_("Contacts"),
    "leads": N_("Leads"),
    "touches": N_("Marketing touches"),
    "opportunities": N_("Opportunities"),
    "opportunity_splits": N_("Opportunity splits"),
    "quotes": N_("Quotes"),
    "orders": N_("Orders"),
    "contracts": N_("Contracts"),
    "invoices": N_("Invoices"),
    "payments": N_("Payments"),
    "usage": N_("Product usage"),
    "scores": N_("Scores"),
    "cancellations": N_("Cancellations"),
    "adjustments": N_("Corrections of pay"),
    "fx_rates": N_("Exchange rates"),
}

HOLDS = {
    "payees": N_("who is in which team, with dates and target pay"),
    "leaves": N_("when people were away"),
    "accounts": N_("customers and prospects, with their customer-success manager"),
    "contacts": N_("people at the accounts"),
    "leads": N_("leads with their stages and dates"),
    "touches": N_("what marketing did, for attribution"),
    "opportunities": N_("deals, open and closed"),
    "opportunity_splits": N_("shares of a deal for several people"),
    "quotes": N_("offers made"),
    "orders": N_("orders booked"),
    "contracts": N_("recurring revenue: new, expanded, renewed"),
    "invoices": N_("what was invoiced"),
    "payments": N_("what was paid"),
    "usage": N_("how much the product is used"),
    "scores": N_("results of goals that are scored by hand"),
    "cancellations": N_("deals undone after they had counted, for clawbacks"),
    "adjustments": N_("pay corrected by hand, with the reason and who decided"),
    "fx_rates": N_("rates between currencies"),
}

COLUMNS = {
    "payee_id": N_("Person"),
    "name": N_("Name"),
    "team": N_("Team"),
    "role": N_("Role"),
    "manager_id": N_("Manager"),
    "starts_on": N_("Starts on"),
    "ends_on": N_("Ends on"),
    "leave_type": N_("Kind of leave"),
    "base_salary": N_("Base salary"),
    "target_incentive": N_("Target incentive"),
    "currency": N_("Currency"),
    "email": N_("E-mail"),
    "account_id": N_("Account"),
    "csm_id": N_("Customer-success manager"),
    "segment": N_("Segment"),
    "industry": N_("Industry"),
    "country": N_("Country"),
    "contact_id": N_("Contact"),
    "title": N_("Job title"),
    "lead_id": N_("Lead"),
    "created_on": N_("Created on"),
    "owner_id": N_("Owner"),
    "opportunity_id": N_("Opportunity"),
    "channel": N_("Channel"),
    "campaign": N_("Campaign"),
    "status": N_("Status"),
    "mql_on": N_("Marketing-qualified on"),
    "sql_on": N_("Sales-qualified on"),
    "meeting_on": N_("Meeting on"),
    "touch_id": N_("Touch"),
    "touched_on": N_("Touched on"),
    "kind": N_("Kind of business"),
    "stage": N_("Stage"),
    "outcome": N_("Outcome"),
    "amount": N_("Amount"),
    "closed_on": N_("Closes on"),
    "source": N_("Source"),
    "forecast_category": N_("Forecast category"),
    "probability": N_("Probability"),
    "share": N_("Share"),
    "quote_id": N_("Quote"),
    "quoted_on": N_("Quoted on"),
    "order_id": N_("Order"),
    "ordered_on": N_("Ordered on"),
    "contract_id": N_("Contract"),
    "signed_on": N_("Signed on"),
    "arr": N_("Annual recurring revenue"),
    "prior_arr": N_("Recurring revenue before"),
    "product": N_("Product"),
    "term_months": N_("Term in months"),
    "discount": N_("Discount"),
    "invoice_id": N_("Invoice"),
    "invoiced_on": N_("Invoiced on"),
    "due_on": N_("Due on"),
    "payment_id": N_("Payment"),
    "paid_on": N_("Paid on"),
    "used_on": N_("Used on"),
    "active_users": N_("Active users"),
    "seats": N_("Seats"),
    "kpi": N_("Goal"),
    "period": N_("Period"),
    "score": N_("Score"),
    "entered_by": N_("Entered by"),
    "cancellation_id": N_("Cancellation"),
    "transaction_id": N_("Cancelled deal"),
    "cancelled_on": N_("Cancelled on"),
    "cause": N_("Cause"),
    "adjustment_id": N_("Correction"),
    "adjusted_on": N_("Counts on"),
    "reason": N_("Why"),
    "author": N_("Decided by"),
    "from_currency": N_("From currency"),
    "to_currency": N_("To currency"),
    "rate": N_("Rate"),
}

CHOICES = {
    "open": N_("Open"),
    "won": N_("Won"),
    "lost": N_("Lost"),
    "new": N_("New business"),
    "expansion": N_("Expansion"),
    "renewal": N_("Renewal"),
}


def table(code: str) -> str:
    """A table's name."""
    return named(TABLES, code)


def holds(code: str) -> str:
    """What a table holds, in a few words."""
    return named(HOLDS, code)


def column(code: str) -> str:
    """A column's heading."""
    return named(COLUMNS, code)


def choice(code: str) -> str:
    """A choice: won, lost, renewal."""
    return named(CHOICES, code)

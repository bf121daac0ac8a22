"""Cash: how long customers take to pay, and how much of what they owe is overdue."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from revplan.engine.duck import Session
from revplan.formula.sql import Layers
from revplan.metrics.health.figures import Figure, Part, closing_day, figure, money
from revplan.metrics.health.sums import in_period, monthly
from revplan.metrics.measures import measures
from revplan.model.book import Company
from revplan.periods import Period


def cash(session: Session, company: Company, periods: Sequence[Period]) -> Iterator[Figure]:
    """Days sales outstanding and the overdue share, from what is open of each invoice when the period ends.

    Days sales outstanding = receivables ÷ what was invoiced in the period × its days so far. An invoice's
    open amount is its own less its payments by then, in its own currency, then converted at the rate on its
    date; one that was overpaid is open with nothing. A credit note (a negative invoice) lessens receivables,
    as it does what was invoiced, until it is paid out; overdue is a share of open invoices without credit
    notes. Payments that name no invoice, or are in another currency than theirs, are not known to settle
    one. Reads `invoices`, `payments`, `contracts`,
    `opportunities` and `rates` of the session.
    """
    ends = sorted({closing_day(period, company) for period in periods})
    receivable = {row["closes_on"]: row for row in _receivables(session, company, ends)}
    invoices = monthly(session, company, measures(company)["invoiced_revenue"])
    nothing = {"open_amount": 0, "credit_notes": 0, "overdue": 0, "no_rate": 0}
    for period in periods:
        last = closing_day(period, company)
        at = receivable.get(last, nothing)
        invoiced, unknown = in_period(invoices, period)
        opened, days = int(at["open_amount"]), (last - period.start).days + 1
        owed = opened + int(at["credit_notes"])
        rate = (bool(at["no_rate"] or unknown), "no_rate")
        parts = [money("receivables", owed), money("invoiced", invoiced), Part("days", "days", days)]
        yield figure(
            "days_sales_outstanding",
            period,
            owed * days,
            invoiced,
            parts,
            rate,
            (invoiced <= 0, "no_invoices"),
        )
        overdue = int(at["overdue"])
        parts = [money("overdue", overdue), money("open_invoices", opened)]
        yield figure(
            "overdue_share", period, overdue, opened, parts, rate, (opened <= 0, "nothing_receivable")
        )


def _receivables(session: Session, company: Company, ends: Sequence[date]) -> list[dict[str, Any]]:
    """What was open of all invoices at the close of each day, what of it was past its due date, and what was
    open of credit notes (0 or less)."""
    own = company.currency.upper()
    session.create(
        "kpi_invoices",
        f"""
        SELECT i.invoice_id, i.invoiced_on, i.due_on, i.amount,
            upper(coalesce(i.currency, c.currency, o.currency, '{own}')) AS currency
        FROM invoices AS i LEFT JOIN contracts AS c ON c.contract_id = i.contract_id
        LEFT JOIN opportunities AS o ON o.opportunity_id = coalesce(i.opportunity_id, c.opportunity_id)""",
    )
    session.bind("kpi_days", pa.table({"closes_on": pa.array(list(ends), pa.date32())}))
    # Most invoices are settled, and say no more from that day on: only the open ones meet every day.
    session.create(
        "kpi_settlements",
        """
        SELECT i.*, r.rate_n, r.rate_d, p.paid_on, p.amount AS paid, coalesce(t.settled_on, DATE '9999-12-31')
            AS settled_on
        FROM kpi_invoices AS i
        LEFT JOIN payments AS p ON p.invoice_id = i.invoice_id AND upper(coalesce(p.currency, i.currency))
            = i.currency
        LEFT JOIN rates AS r ON r.currency = i.currency AND r.name IN ('plan', '')
            AND i.invoiced_on >= r.starts_on AND i.invoiced_on < r.ends_on
        LEFT JOIN (
            SELECT i.invoice_id, max(p.paid_on) AS settled_on
            FROM kpi_invoices AS i JOIN payments AS p ON p.invoice_id = i.invoice_id
                AND upper(coalesce(p.currency, i.currency)) = i.currency
            GROUP BY i.invoice_id, i.amount
            HAVING (i.amount >= 0 AND sum(p.amount) >= i.amount)
                OR (i.amount < 0 AND sum(p.amount) <= i.amount)
        ) AS t ON t.invoice_id = i.invoice_id""",
    )
    layers = Layers("""
        SELECT d.closes_on, s.invoice_id, s.due_on, s.amount < 0 AS is_credit_note,
            s.rate_n IS NULL AS no_rate, coalesce(s.rate_d, 1) AS v_d,
            CAST(s.amount - sum(CASE WHEN s.paid_on <= d.closes_on THEN s.paid ELSE 0 END) AS HUGEINT)
                * coalesce(s.rate_n, 0) AS v_n
        FROM kpi_days AS d JOIN kpi_settlements AS s
            ON s.invoiced_on <= d.closes_on AND s.settled_on > d.closes_on
        GROUP BY d.closes_on, s.invoice_id, s.due_on, s.amount, s.rate_n, s.rate_d""")
    layers.divide("v_n", "v_d", "still_open")
    invoice = "NOT is_credit_note AND still_open > 0"
    rows = session.run(f"""
        SELECT closes_on,
            CAST(sum(CASE WHEN {invoice} THEN still_open ELSE 0 END) AS HUGEINT) AS open_amount,
            CAST(sum(CASE WHEN is_credit_note AND still_open < 0 THEN still_open ELSE 0 END) AS HUGEINT)
                AS credit_notes,
            CAST(sum(CASE WHEN {invoice} AND due_on < closes_on THEN still_open ELSE 0 END) AS HUGEINT)
                AS overdue,
            CAST(sum(CASE WHEN no_rate THEN 1 ELSE 0 END) AS BIGINT) AS no_rate
        FROM ({layers.text}) AS settled GROUP BY closes_on""")
    return list(rows.to_pylist())

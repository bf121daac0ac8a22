"""Corrections of pay that a person decided: each an entry of its own, with its reason and author."""

from collections.abc import Mapping
from datetime import date

from revplan.issues import Issue, Where
from revplan.metrics.rates import Rates
from revplan.model.book import Book
from revplan.rules.adjust.entries import Entry, month_of
from revplan.rules.people import PAY_RATE, Span


def corrections(
    book: Book, plans: Mapping[str, list[Span]], people: frozenset[str]
) -> tuple[list[Entry], list[Issue]]:
    """The book's corrections up to its as-of month, each under the plan that the payee is on that day.

    Somebody on no plan that day stands under the nearest one before, else under the first after, else
    under none. A correction of an unknown person, or without a rate, is left out with an issue.
    """
    rates, last = Rates(book), month_of(book.company.as_of)
    entries, issues = [], []
    for row in book.table("adjustments").to_pylist():
        where = Where(
            file=row["source_file"] or "",
            table="adjustments",
            row=row["source_row"] or 0,
            payee=row["payee_id"],
        )
        if row["payee_id"] not in people:
            said = {"adjustment": row["adjustment_id"], "payee": row["payee_id"]}
            issues.append(Issue("adjustment_of_nobody", "warning", where, said))
            continue
        day, currency = row["adjusted_on"], row["currency"] or book.company.currency
        amount = rates.convert(row["amount"], currency, day, PAY_RATE)
        if amount is None:
            said = {"adjustment": row["adjustment_id"], "currency": currency, "day": day.isoformat()}
            said |= {"rate": PAY_RATE, "own_currency": book.company.currency}
            issues.append(Issue("no_fx_rate_for_correction", "error", where, said))
        elif month_of(day) <= last:
            who = (row["payee_id"], _plan_on(plans.get(row["payee_id"], []), day))
            entries.append(
                Entry(
                    who,
                    month_of(day),
                    "correction",
                    amount,
                    row["adjustment_id"],
                    note=row["reason"],
                    author=row["author"],
                )
            )
    return sorted(entries, key=lambda entry: (entry.who, entry.month, entry.cause)), issues


def _plan_on(spans: list[Span], day: date) -> str:
    """The plan of a day: the first by id of those in force, else of the nearest before, else after."""
    now = sorted(span.plan.id for span in spans if span.start <= day < span.end)
    if now:
        return now[0]
    before = [span for span in spans if span.end <= day]
    if before:
        last = max(span.end for span in before)
        return min(span.plan.id for span in before if span.end == last)
    return min(((span.start, span.plan.id) for span in spans), default=(day, ""))[1]

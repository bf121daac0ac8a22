"""People whose target incentive is in a currency without a rate: it counts as 0, and somebody must know."""

from collections import defaultdict

from revplan.issues import Issue, Where
from revplan.model.book import Book
from revplan.rules.people import PAY_RATE, Span, Stint


def without_rate(book: Book, on_plans: tuple[Span, ...], fx_rate: str = PAY_RATE) -> list[Issue]:
    """One error for each currency: how many rows of people, how much a year, from which day a rate is
    needed, and the first of them as an example."""
    by_currency: dict[str, list[Stint]] = defaultdict(list)
    for stint in dict.fromkeys(span.stint for span in on_plans if not span.stint.has_rate):
        by_currency[stint.currency].append(stint)
    if not by_currency:
        return []
    rows = book.table("payees").to_pylist()
    stated = {(row["payee_id"], row["starts_on"]): row["target_incentive"] or 0 for row in rows}
    first_plan = min(plan.from_ for plan in book.plans)
    found = []
    for currency, stints in sorted(by_currency.items()):
        first, *others = sorted(stints, key=lambda stint: (stint.row, stint.payee_id, stint.start))
        where = Where(file=first.row.file, table="payees", row=first.row.row, payee=first.payee_id)
        said: dict[str, str | int] = {
            "rows": 1 + len(others),
            "left_amount": sum(stated[stint.payee_id, stint.start] for stint in stints),
            "currency": currency,
            "own_currency": book.company.currency,
            "rate": fx_rate,
            "first": min(max(stint.start, first_plan) for stint in stints).isoformat(),
            "who": first.name,
        }
        found.append(Issue("no_fx_rate_for_incentive", "error", where, said))
    return found

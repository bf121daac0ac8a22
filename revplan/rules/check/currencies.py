"""Plan check of the currencies that people are paid in."""

from collections.abc import Iterator

from revplan.issues import Issue, Where
from revplan.metrics.rates import PayRates
from revplan.model.plan import Plan
from revplan.rules.typical import Ground, latest


def check_currencies(ground: Ground, plan: Plan) -> Iterator[Issue]:
    """Flags people with a currency of their own whom the plan pays in the company's; refuses a pay rate that
    there is not for one of theirs."""
    own = ground.book.company.currency.upper()
    people = [stint for stint in latest(ground.covered(plan)) if stint.currency != own]
    if not people:
        return
    currencies = sorted({stint.currency for stint in people})
    said: dict[str, str | int] = {"number": len(people), "who": people[0].name, "own_currency": own}
    where = Where(column="pay_rate", plan=plan.id)
    if plan.pay_rate is None:
        yield Issue("plan.no_pay_rate", "warning", where, said | {"currencies": ", ".join(currencies)})
        return
    rates = PayRates(ground.book)
    for currency in currencies:
        if rates.rate(currency, ground.book.company.as_of, plan.pay_rate) is None:
            more = {"rate": plan.pay_rate, "pay_currency": currency}
            yield Issue("plan.unknown_pay_rate", "error", where, said | more)

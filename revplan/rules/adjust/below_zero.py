"""Accounts below zero: what a month cannot take is carried, and comes out of the months after it."""

from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction

from revplan.model.adjustments import BelowZero
from revplan.money import round_half_away, to_minor
from revplan.rules.adjust.entries import Account, Entry


def settle_below_zero(
    account: Account,
    terms_in: Callable[[date], BelowZero],
    months: Iterable[date],
    left_in: date | None,
    digits: int,
    owed: int = 0,
) -> None:
    """Carry what is below zero: see `model.adjustments.BelowZero`; `left_in` as in `settle_draws`.
    `owed` is what was carried into the first of the months; each month goes by its own terms, so that what
    was carried comes back also once later months are deducted.

    The share of a later month's pay is rounded once, half away from zero.
    """
    for month in months:
        terms, paid = terms_in(month), account.pay.get(month, 0)
        if paid < 0 and terms.way == "carry":
            owed -= paid
            account.add(Entry(account.who, month, "carried", -paid, reason="below_zero", balance=owed))
        elif owed:
            least = to_minor(terms.minimum_pay, digits)
            back = min(owed, round_half_away(paid * Fraction(terms.share)), paid - least)
            if back > 0:
                owed -= back
                account.add(
                    Entry(account.who, month, "carried_recovered", -back, reason="later_pay", balance=owed)
                )
        if month == left_in and owed and terms.on_leaving != "keep":
            forgives = terms.on_leaving == "forgive"
            kind, amount = ("carried_forgiven", 0) if forgives else ("carried_recovered", -owed)
            owed = 0
            account.add(Entry(account.who, month, kind, amount, reason="left", balance=0))

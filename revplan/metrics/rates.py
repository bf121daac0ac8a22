"""Rates between currencies: named, dated, and never applied in silence."""

from collections import defaultdict
from datetime import date
from fractions import Fraction
from itertools import zip_longest

import pyarrow as pa

from revplan.model.book import Book
from revplan.money import currency_digits, round_half_away

BILLION = 1_000_000_000


def rate_table(book: Book) -> pa.Table:
    """Rates into the company's currency as whole fractions of minor units, with half-open dates.

    The company's own currency converts 1:1 under every name (name "").
    """
    company = book.company
    own = company.currency.upper()
    rows = [
        {"name": "", "currency": own, "starts_on": date.min, "ends_on": date.max, "rate_n": 1, "rate_d": 1}
    ]
    given = book.table("fx_rates").to_pylist()
    given = [r for r in given if r["to_currency"].upper() == own and r["from_currency"].upper() != own]
    given.sort(key=lambda r: (r["name"], r["from_currency"].upper(), r["starts_on"]))
    for rate, following in zip_longest(given, given[1:]):
        key = (rate["name"], rate["from_currency"].upper())
        more = following is not None and (following["name"], following["from_currency"].upper()) == key
        ends_on = following["starts_on"] if following is not None and more else date.max
        shift = company.digits - currency_digits(key[1])
        rows.append(
            {
                "name": key[0],
                "currency": key[1],
                "starts_on": rate["starts_on"],
                "ends_on": ends_on,
                "rate_n": rate["rate"] * 10 ** max(shift, 0),
                "rate_d": BILLION * 10 ** max(-shift, 0),
            }
        )
    day, text, whole = pa.date32(), pa.string(), pa.int64()
    return pa.Table.from_pylist(
        rows,
        pa.schema(
            [
                ("name", text),
                ("currency", text),
                ("starts_on", day),
                ("ends_on", day),
                ("rate_n", whole),
                ("rate_d", whole),
            ]
        ),
    )


class PayRates:
    """Rates out of the company's currency: those stated so, else the inverse of those into it."""

    def __init__(self, book: Book) -> None:
        self._own, self._digits = book.company.currency.upper(), book.company.digits
        stated: dict[tuple[str, str], list[tuple[date, Fraction]]] = defaultdict(list)
        inverse: dict[tuple[str, str], list[tuple[date, Fraction]]] = defaultdict(list)
        for row in book.table("fx_rates").to_pylist():
            from_, to = row["from_currency"].upper(), row["to_currency"].upper()
            if from_ == self._own:
                stated[row["name"], to].append((row["starts_on"], Fraction(row["rate"], BILLION)))
            elif to == self._own and row["rate"] > 0:
                inverse[row["name"], from_].append((row["starts_on"], Fraction(BILLION, row["rate"])))
        self._rates = (stated, inverse)

    def rate(self, currency: str, day: date, name: str) -> Fraction | None:
        """How much of `currency` is paid for one of the company's on a day; None without a rate by then."""
        if currency == self._own:
            return Fraction(1)
        for rates in self._rates:
            known = [row for row in rates.get((name, currency), ()) if row[0] <= day]
            if known:
                return max(known)[1]
        return None

    def convert(self, amount: int, currency: str, day: date, name: str) -> int | None:
        """Minor units of the company's currency in those of `currency`, rounded once; None without a rate."""
        rate = self.rate(currency, day, name)
        if rate is None:
            return None
        digits = self._digits if currency == self._own else currency_digits(currency)
        return round_half_away(amount * rate * Fraction(10) ** (digits - self._digits))


class Rates:
    """The same rates for single amounts."""

    def __init__(self, book: Book) -> None:
        self._rows = rate_table(book).to_pylist()

    def convert(self, amount: int, currency: str, day: date, name: str) -> int | None:
        """Minor units of `currency` in those of the company's, rounded once; None without a rate that day."""
        for row in self._rows:
            is_it = row["currency"] == currency.upper() and row["name"] in (name, "")
            if is_it and row["starts_on"] <= day < row["ends_on"]:
                return round_half_away(Fraction(amount * row["rate_n"], row["rate_d"]))
        return None

"""Numbers, money, dates and periods as a reader of the language writes them (Babel).

Amounts come as whole minor units, counts and ratios as millionths (1.12 → 1,120,000): exactly as the
tables keep them. Decimals are exact all the way to the text. None is shown as an en dash.
"""

import re
from collections.abc import Sequence
from copy import copy
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_interval
from babel.lists import format_list
from babel.numbers import NumberPattern, format_compact_currency, format_compact_decimal, format_decimal

from revplan.money import MILLION, to_major
from revplan.words import _, language

NOTHING = "–"
"""Shown where there is no figure."""

_LOCALES = {"en": "en_US", "tr": "tr_TR"}
_DATE_ORDERS = {"tr": "DD.MM.YYYY"}


def locale() -> Locale:
    """Babel's locale of the language spoken now."""
    return _locale(language())


@cache
def _locale(name: str) -> Locale:
    return Locale.parse(_LOCALES.get(name, name))


@cache
def _money_pattern(name: str, digits: int) -> NumberPattern:
    """The locale's own money pattern with the book's minor digits instead of the currency's."""
    pattern: NumberPattern = copy(_locale(name).currency_formats["standard"])
    pattern.frac_prec = (digits, digits)
    return pattern


@cache
def _percent_pattern(name: str, least: int) -> NumberPattern:
    """The locale's own percent pattern, with at least so many places."""
    pattern: NumberPattern = copy(_locale(name).percent_formats[None])
    pattern.frac_prec = (least, max(least, pattern.frac_prec[1]))
    return pattern


def money(minor: int | None, currency: str, digits: int = 2, *, sign: bool = False) -> str:
    """Exact amount: 1234550, USD → $1,234,550 with all its minor digits ($12,345.50).

    `currency` may be empty for a bare number; `sign` shows + before an amount above 0.
    """
    if minor is None:
        return NOTHING
    value = to_major(minor, digits)
    if not currency:
        text = format_decimal(
            abs(value), format=f"#,##0.{'0' * digits}" if digits else "#,##0", locale=locale()
        )
        return ("-" if value < 0 else "+" if sign and value > 0 else "") + text
    pattern = _money_pattern(language(), digits)
    text = str(pattern.apply(value, locale(), currency=currency, currency_digits=False)).replace("\xa0", " ")
    return ("+" if sign and value > 0 else "") + text


def compact_money(
    minor: int | None, currency: str, digits: int = 2, *, sign: bool = False, places: int = 1
) -> str:
    """Short amount for cards and charts: $1.2M, $45.2K, $950; the exact one belongs on hover.

    `places` are the decimals of thousands and more: 2 where near amounts stand side by side.
    """
    if minor is None:
        return NOTHING
    value = _settled(to_major(minor, digits), places)
    places = 0 if abs(value) < 1000 else places
    if currency:
        text = format_compact_currency(value, currency, locale=locale(), fraction_digits=places)
    else:
        text = format_compact_decimal(value, locale=locale(), fraction_digits=places)
    return ("+" if sign and value > 0 else "") + str(text).replace("\xa0", " ")


def _settled(value: Decimal, places: int = 1) -> Decimal:
    """`value` rounded to what its own unit shows, so that 999,960 reads 1M and never 1000K."""
    magnitude = abs(value)
    for unit in (10**9, 10**6, 10**3):
        if magnitude >= unit:
            step = Decimal(unit).scaleb(-places)
            return (value / step).quantize(Decimal(1), ROUND_HALF_UP) * step
    return value.quantize(Decimal(1), ROUND_HALF_UP)


def percent(millionths: int | None, places: int = 1, *, sign: bool = False, padded: bool = False) -> str:
    """Ratio as a percentage: 1124000 → 112.4%, 910000 → 91%.

    `padded` keeps zeros at the end, for figures that stand side by side: 8.9% as 8.90%.
    Never rounds up to, or down to, 100% what is not: 99.996% is not shown as reached.
    """
    if millionths is None:
        return NOTHING
    value = Decimal(millionths) / MILLION
    shown = _rounded(value, places + 2)
    while shown == 1 and value != 1 and places < 4:
        places += 1
        shown = _rounded(value, places + 2)
    pattern = _percent_pattern(language(), places if padded else 0)
    text = str(pattern.apply(abs(shown), locale(), decimal_quantization=False))
    text = text.replace("\xa0", " ")
    return ("-" if shown < 0 else "+" if sign and shown > 0 else "") + text


def _rounded(value: Decimal, places: int) -> Decimal:
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return rounded.normalize() if rounded else Decimal(0)


def count(millionths: int | None, places: int = 1) -> str:
    """A count of things, kept in millionths: 12500000 → 12.5, 1240000000 → 1,240."""
    return NOTHING if millionths is None else number(Decimal(millionths) / MILLION, places)


def compact_count(millionths: int | None) -> str:
    """A short count: 1.2K."""
    if millionths is None:
        return NOTHING
    value = Decimal(millionths) / MILLION
    if abs(value) < 10_000:
        return number(value, 1)
    return str(format_compact_decimal(_settled(value), locale=locale(), fraction_digits=1)).replace(
        "\xa0", " "
    )


def number(value: Decimal | int | None, places: int = 0) -> str:
    """A plain number with grouping marks and up to `places` decimals."""
    if value is None:
        return NOTHING
    shown = _rounded(Decimal(value), places)
    return str(format_decimal(shown, locale=locale(), decimal_quantization=False))


def multiple(millionths: int | None, places: int = 4) -> str:
    """A multiplier: 1.4×."""
    return NOTHING if millionths is None else number(Decimal(millionths) / MILLION, places) + "×"


def amount(
    value: int | None, unit: str, currency: str = "", digits: int = 2, *, compact: bool = False
) -> str:
    """A figure in its measure's unit: money in minor units, count or ratio in millionths."""
    if unit == "money":
        return (compact_money if compact else money)(value, currency, digits)
    if unit == "ratio":
        return percent(value)
    return compact_count(value) if compact else count(value)


def day(value: date | None) -> str:
    """A date with the month in words: Nov 23, 2026."""
    return NOTHING if value is None else str(format_date(value, format="medium", locale=locale()))


def days(first: date, last: date) -> str:
    """From one date to another, both included: Jan 1 – Mar 31, 2026."""
    text = format_interval(first, last, "yMMMd", locale=locale())
    return str(text).replace("\u2009", " ").replace("\u202f", " ").replace("\xa0", " ")


def moment(value: datetime | None, time_zone: str) -> str:
    """A moment in a time zone, to the minute, with the zone's name: 23 Nov 2026 07:43 EST."""
    if value is None:
        return NOTHING
    there = value.astimezone(ZoneInfo(time_zone))
    return str(format_datetime(there, format="d MMM y HH:mm z", locale=locale()))


_LABEL = re.compile(r"(\d{4})(?:-(?:Q([1-4])|H([12])|(\d\d)))?")


def period(label: str) -> str:
    """A period's label in words: 2026-Q3 → Q3 2026, 2026-07 → Jul 2026, 2026-H1 → first half of 2026.

    Anything that is not a period comes back as it is.
    """
    match = _LABEL.fullmatch(label)
    if not match:
        return label
    year, quarter, half, month = match.groups()
    if month and 1 <= int(month) <= 12:
        return str(format_date(date(int(year), int(month), 1), format="MMM y", locale=locale()))
    if quarter:
        return _("Q{quarter} {year}").format(quarter=quarter, year=year)
    if half:
        text = _("first half of {year}") if half == "1" else _("second half of {year}")
        return text.format(year=year)
    return year if not month else label


def within_year(label: str) -> str:
    """A period's label without its year: 2026-Q3 → Q3, 2026-07 → Jul, 2026-H1 → H1, 2026 → ""."""
    match = _LABEL.fullmatch(label)
    if not match:
        return label
    year, quarter, half, month = match.groups()
    if month and 1 <= int(month) <= 12:
        return str(format_date(date(int(year), int(month), 1), format="LLL", locale=locale()))
    if quarter:
        return _("Q{quarter}").format(quarter=quarter)
    return _("H{half}").format(half=half) if half else ""


def date_order() -> str:
    """How a date is typed: 2026-12-31, or 31.12.2026 where days come first."""
    return _DATE_ORDERS.get(language(), "YYYY-MM-DD")


def listed(items: Sequence[str]) -> str:
    """Names joined as a sentence joins them: a, b, and c."""
    return str(format_list(list(items), locale=locale())) if items else ""

"""Values: one cell of text → a typed value, or a reason why it cannot be one."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from revplan.data.fold import fold
from revplan.data.notation import even_spaces, read_month, two_digit_year, valid_date
from revplan.data.workbooks import Cell
from revplan.money import round_half_away

_LARGEST = 9_000_000_000_000_000_000


class Unreadable(Exception):
    """A cell that is no value of its column's kind; `code` names the reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Amount:
    """An amount in major units, and the currency written with it ("" for none; "$" for any dollar)."""

    number: Decimal
    currency: str = ""


_SPELLINGS = {
    "$": "$|dollar|dollars",
    "USD": "us$|usd$|us dollar|us dollars|u.s. dollar",
    "AUD": "a$|au$|australian dollar",
    "CAD": "c$|ca$|canadian dollar",
    "NZD": "nz$",
    "HKD": "hk$",
    "SGD": "s$",
    "MXN": "mx$",
    "BRL": "r$",
    "EUR": "€|euro|euros",
    "GBP": "£|pound|pounds|british pound|pound sterling",
    "CHF": "fr|sfr|swiss franc",
    "TRY": "₺|tl|turkish lira|turk lirasi",
    "JPY": "¥|yen|japanese yen",
    "INR": "₹|rs|indian rupee",
    "PLN": "zł|zl",
    "CZK": "kč|kc",
    "RUB": "₽",
    "KRW": "₩",
    "ILS": "₪",
}
_CURRENCIES = {spelling: code for code, spellings in _SPELLINGS.items() for spelling in spellings.split("|")}
DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "HKD", "SGD", "MXN"})

_SCALES = {
    **dict.fromkeys(("k", "tsd", "tsd.", "thousand", "bin"), 10**3),
    **dict.fromkeys(("m", "mm", "mn", "mio", "mio.", "mln", "mil", "million", "millions", "milyon"), 10**6),
    **dict.fromkeys(("b", "bn", "mrd", "mrd.", "billion", "milyar"), 10**9),
}
_PLAIN = re.compile(r"-?\d{1,18}(?:\.\d{1,9})?")
_GROUPED = {
    mark: re.compile(
        rf"(?:\d{{1,3}}(?P<g>[{other} '’])\d{{3}}(?:(?P=g)\d{{3}})*"
        rf"|\d{{1,2}}(?:{other}\d{{2}})+{other}\d{{3}}|\d+)?(?:{re.escape(mark)}\d*)?"
    )
    for mark, other in ((".", ","), (",", "."))
}
_PARTS = re.compile(r"(?P<head>[^\d.,]*)(?P<number>[\d.,][\d.,'’ ]*)(?P<tail>.*)", re.DOTALL)
_EMPTY = frozenset({"", "-", "–", "—", "n/a", "#n/a", "na", "null", "none", "(blank)", "(no value)", "\\n"})


def is_blank(cell: Cell) -> bool:
    """Whether a cell is empty or says so in the way of exports and spreadsheets (-, N/A, null)."""
    return cell is None or (isinstance(cell, str) and cell.strip().casefold() in _EMPTY)


def read_currency(text: str) -> str:
    """An ISO code from a code, symbol or name; "$" when it is some dollar; Unreadable otherwise."""
    plain = even_spaces(text)
    if re.fullmatch(r"[A-Za-z]{3}", plain):
        return _CURRENCIES.get(plain.casefold(), plain.upper())
    known = _CURRENCIES.get(plain.casefold()) or _CURRENCIES.get(fold(plain))
    if known:
        return known
    if code := re.fullmatch(r"([A-Z]{3})\s*[-–(:].*", plain):
        return code.group(1)
    raise Unreadable("data.not_a_currency")


def read_amount(cell: Cell, mark: str) -> Amount:
    """An amount: 62,000 · $62,000.00 · €1.234,50 · (500.00) · 500- · 250k · 1.2M · 62,000 USD.

    `mark` separates decimals. Digits must be grouped by threes (or as 12,34,567); parentheses and minus
    signs are negative. Scientific notation is refused: digits may be gone.
    """
    if isinstance(cell, int | Decimal):
        return Amount(Decimal(cell))
    if not isinstance(cell, str):
        raise Unreadable("data.not_an_amount")
    if mark == "." and _PLAIN.fullmatch(cell):
        return Amount(Decimal(cell))
    text, negative = _sign(even_spaces(cell).replace("−", "-"))
    parts = _PARTS.fullmatch(text)
    if parts is None:
        raise Unreadable("data.not_an_amount")
    number = read_grouped(parts["number"], mark)
    before = _currency_of(parts["head"])
    scale, after = _scale_and_currency(parts["tail"])
    if before and after and before != after and "$" not in (before, after):
        raise Unreadable("data.two_currencies")
    currency = max(before, after, key=len)
    return Amount((-number if negative else number) * scale, currency)


def read_grouped(text: str, mark: str) -> Decimal:
    """Digits with grouping and decimals in one notation; Unreadable when they do not follow it."""
    text = text.strip()
    if not _GROUPED[mark].fullmatch(text) or not any(letter.isdigit() for letter in text):
        raise Unreadable("data.not_a_number")
    whole, _, places = text.partition(mark)
    digits = re.sub(r"\D", "", whole)
    if len(digits) > 18 or len(places) > 9:
        raise Unreadable("data.number_too_large")
    return Decimal(f"{digits or 0}.{places or 0}")


def read_fraction(cell: Cell, mark: str, percents: str) -> Decimal:
    """A fraction: 112.50% · 0.25 · 50 with `percents` = all. Percent means hundredths."""
    if isinstance(cell, int | Decimal):
        return Decimal(cell) / (100 if percents == "all" else 1)
    if not isinstance(cell, str):
        raise Unreadable("data.not_a_number")
    text = even_spaces(cell)
    marked = text.endswith("%") or text.startswith("%")
    text, negative = _sign(text.strip("% ").replace("−", "-"))
    number = read_grouped(text, mark) / (100 if marked or percents == "all" else 1)
    return -number if negative else number


def read_date(cell: Cell, order: str, zone: ZoneInfo) -> date:
    """A date: ISO, numeric in `order`, with a month's name, with a time; a spreadsheet's day number.

    A time with an offset (or Z, UTC, a Unix time) becomes the date on which it falls in `zone`; a time
    without one is local already.
    """
    if isinstance(cell, datetime):
        return cell.astimezone(zone).date() if cell.tzinfo else cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | Decimal):
        return _from_number(Decimal(cell), zone)
    if cell is None:
        raise Unreadable("data.not_a_date")
    text = even_spaces(cell)
    if len(text) == 10 and text[4] == text[7] == "-":
        return _checked(text[:4], text[5:7], text[8:])
    if re.fullmatch(r"\d+", text):
        return (
            _checked(text[:4], text[4:6], text[6:]) if len(text) == 8 else _from_number(Decimal(text), zone)
        )
    day, rest = _split_date(text, order)
    return _on_the_clock(day, rest.strip(" ,T"), zone)


def _checked(year: str, month: str, day: str) -> date:
    if not (year.isdecimal() and month.isdecimal() and day.isdecimal()):
        raise Unreadable("data.not_a_date")
    found = valid_date(two_digit_year(int(year)), int(month), int(day))
    if found is None:
        raise Unreadable("data.no_such_day")
    return found


_NUMERIC = re.compile(r"(\d{1,4})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{1,4})(?!\d)\.?(.*)", re.DOTALL)
_DAY_MONTH = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)?(\d{1,2})(?:st|nd|rd|th)?[\s.\-/]+([^\W\d]+)[\s.,\-/]+(\d{4}|\d{2})(?!\d)(.*)"
)
_MONTH_DAY = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)?([^\W\d]+)[\s.\-/]+(\d{1,2})(?:st|nd|rd|th)?[\s.,\-/]+(\d{4}|\d{2})(?!\d)(.*)"
)


def _split_date(text: str, order: str) -> tuple[date, str]:
    """The date at the start of a text, and what follows it."""
    if found := _NUMERIC.fullmatch(text):
        first, _, second, third, rest = found.groups()
        if len(first) > 2 or (order == "YMD" and len(third) == 2):
            return _checked(first, second, third), rest
        if order == "YMD" or len(third) < 2:
            raise Unreadable("data.date_order")
        day, month = (first, second) if order == "DMY" else (second, first)
        if int(month) > 12 >= int(day):
            raise Unreadable("data.date_order")
        return _checked(third, month, day), rest
    if found := _DAY_MONTH.fullmatch(text):
        day, name, year, rest = found.groups()
    elif found := _MONTH_DAY.fullmatch(text):
        name, day, year, rest = found.groups()
    else:
        raise Unreadable("data.not_a_date")
    if (number := read_month(name)) is None:
        raise Unreadable("data.not_a_date")
    return _checked(year, str(number), day), rest


_CLOCK = re.compile(
    r"(?:at\s+)?(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*([ap]\.?m\.?)?\s*"
    r"(z|utc|gmt|(?:utc|gmt)?[+-]\d\d:?(?:\d\d)?)?\s*(?:\(.*\))?",
    re.IGNORECASE,
)


def _on_the_clock(day: date, text: str, zone: ZoneInfo) -> date:
    """The date in `zone` of a day with a time of day; the day itself when the time has no offset."""
    if not text:
        return day
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise Unreadable("data.not_a_date")
    hour, minute, half, offset = int(found[1]), int(found[2]), (found[4] or "").lower(), found[5]
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise Unreadable("data.not_a_date")
    if not offset:
        return day
    shift = re.sub(r"[^0-9+-]", "", offset)
    minutes = (int(shift[1:3]) * 60 + int(shift[3:5] or 0)) * (-1 if shift[0] == "-" else 1) if shift else 0
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(
        minutes=hour * 60 + minute - minutes
    )
    return moment.astimezone(zone).date()


def _from_number(number: Decimal, zone: ZoneInfo) -> date:
    """A spreadsheet's day number (1900 system), or a Unix time in seconds or milliseconds."""
    if 20_000 <= number < 110_000:
        return date(1899, 12, 30) + timedelta(days=int(number))
    for unit in (1, 1000):
        if 631_152_000 <= number / unit < 7_258_118_400:
            return datetime.fromtimestamp(int(number / unit), UTC).astimezone(zone).date()
    raise Unreadable("data.not_a_date")


def _sign(text: str) -> tuple[str, bool]:
    """A number's text without its sign or parentheses, and whether it is negative."""
    if "(" in text or ")" in text:
        inside = re.fullmatch(r"([^()\d]*)\(([^()]*)\)([^()\d]*)", text)
        if inside is None or "-" in text:
            raise Unreadable("data.not_an_amount")
        return "".join(inside.groups()).strip(), True
    if text.count("-") > 1 or re.search(r"\d\s*-\s*\d", text):
        raise Unreadable("data.not_an_amount")
    if "-" in text:
        return text.replace("-", "", 1).strip(), True
    return text.removeprefix("+").strip(), False


def _currency_of(text: str) -> str:
    plain = text.strip()
    if not plain:
        return ""
    try:
        return read_currency(plain)
    except Unreadable:
        raise Unreadable("data.not_an_amount") from None


def _scale_and_currency(tail: str) -> tuple[int, str]:
    """What follows the digits: a currency, a scale (k, M), or a scale and then a currency."""
    plain = tail.strip()
    if not plain:
        return 1, ""
    folded = fold(plain)
    if folded in _SCALES:
        return _SCALES[folded], ""
    if plain.casefold() in _CURRENCIES or re.fullmatch(r"[A-Z]{3}", plain):
        return 1, read_currency(plain)
    for scale in sorted(_SCALES, key=len, reverse=True):
        if folded.startswith(scale):
            rest = plain[len(scale) :].strip()
            if rest.casefold() in _CURRENCIES or re.fullmatch(r"[A-Za-z]{3}", rest):
                return _SCALES[scale], read_currency(rest)
    return 1, _currency_of(plain)


_QUARTER = re.compile(r"(?:fy\s*)?(\d{4})[\s\-/]*([qh])\s*([1-4])|([qh])\s*([1-4])[\s\-/]*(?:fy\s*)?(\d{4})")


def read_period(text: str) -> str:
    """The label of a period: 2026, FY2026, 2026-Q3, Q3 2026, H1/2026, 2026-07, 07/2026, July 2026."""
    plain = fold(text)
    if found := _QUARTER.fullmatch(plain):
        year, grain, number = (found[1], found[2], found[3]) if found[1] else (found[6], found[4], found[5])
        if grain == "q" or int(number) <= 2:
            return f"{year}-{grain.upper()}{number}"
    if found := re.fullmatch(r"(?:fy\s*)?(\d{4})", plain):
        return found[1]
    if found := re.fullmatch(r"(\d{4})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{4})", plain):
        year, month = (found[1], found[2]) if found[1] else (found[4], found[3])
        if 1 <= int(month) <= 12:
            return f"{year}-{int(month):02d}"
    if (found := re.fullmatch(r"([^\W\d]+)\.?[\s\-]+(\d{4})", plain)) and (number := read_month(found[1])):
        return f"{found[2]}-{number:02d}"
    raise Unreadable("data.not_a_period")


def scale_up(value: Decimal, scale: int) -> tuple[int, bool]:
    """value × scale as a whole number of 64 bits, rounded half away from zero; whether that changed it."""
    above, below = value.as_integer_ratio()
    whole, rest = divmod(above * scale, below)
    if rest:
        whole = round_half_away(Fraction(above * scale, below))
    if abs(whole) > _LARGEST:
        raise Unreadable("data.number_too_large")
    return whole, rest != 0

"""Notations: how a column writes its decimals, dates and percents, judged over the whole column."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from revplan.data.fold import fold
from revplan.data.workbooks import Cell

_SPACES = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u202f", " "))

_MONTHS = {
    1: "january jan januar jaenner janner ocak oca",
    2: "february feb februar subat sub",
    3: "march mar marz maerz mrz mart",
    4: "april apr nisan nis",
    5: "may mai mayis",
    6: "june jun juni haziran haz",
    7: "july jul juli temmuz tem",
    8: "august aug agustos agu",
    9: "september sep sept eylul eyl",
    10: "october oct oktober okt ekim eki",
    11: "november nov kasim kas",
    12: "december dec dezember dez aralik ara",
}
MONTH_NAMES = {name: month for month, names in _MONTHS.items() for name in names.split()}
"""Month names and their short forms in English, German and Turkish, folded."""

_NUMERIC_DATE = re.compile(r"(\d{1,4})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{1,4})(?!\d)")
_NUMBER = re.compile(r"\d[\d.,]*")
_VALUE = re.compile(r"[-+(]?\s*[^\w\s(]{0,3}\s*[-+(]?\s*\d[\d.,' ]*\s*[%kKmM]?\)?")

Evidence = Literal["certain", "likely", "mixed", "none"]


@dataclass(frozen=True)
class Judged:
    """A proposed notation and how sure it is.

    certain: some value can be read in no other way. likely: every value could be read in two ways, and
    this is the usual one. mixed: values contradict each other; the more frequent way is proposed.
    none: nothing in the column says anything.
    """

    value: str
    evidence: Evidence


def even_spaces(text: str) -> str:
    """Text without outer spaces, hard and narrow spaces made plain ones."""
    return text.translate(_SPACES).strip()


def looks_like_value(cell: Cell) -> bool:
    """Whether a cell holds a number, an amount or a date rather than words."""
    if not isinstance(cell, str):
        return cell is not None
    text = even_spaces(cell)
    return bool(_VALUE.fullmatch(text) or _NUMERIC_DATE.match(text))


def judge_decimal_mark(cells: Iterable[Cell], usual: str = ".", *, few_places: bool = True) -> Judged:
    """Whether "." or "," separates decimals.

    1.234,50 and 1,5 are certain; 1,234 alone could be either. Then `usual` decides, unless every value
    has exactly three digits after the same mark (and amounts have `few_places`): three decimals are
    rarer than grouped thousands.
    """
    votes: Counter[str] = Counter()
    grouped: Counter[str] = Counter()
    for cell in cells:
        found = _NUMBER.search(cell) if isinstance(cell, str) else None
        if found is None:
            continue
        number = found.group().rstrip(".,")
        dots, commas = number.count("."), number.count(",")
        if dots and commas:
            votes[max(".", ",", key=number.rfind)] += 1
        elif dots > 1 or commas > 1:
            votes["," if dots else "."] += 1
        elif dots or commas:
            mark = "." if dots else ","
            before, after = number.split(mark)
            if len(after) != 3 or len(before) > 3 or before.startswith("0"):
                votes[mark] += 1
            else:
                grouped[mark] += 1
    if votes:
        best = max(".,", key=lambda mark: (votes[mark], mark == usual))
        return Judged(best, "mixed" if len(votes) > 1 else "certain")
    if grouped:
        if len(grouped) > 1 or not few_places:
            return Judged(usual, "likely")
        return Judged("," if "." in grouped else ".", "likely")
    return Judged(usual, "none")


def judge_date_order(cells: Iterable[Cell], usual: str = "MDY") -> Judged:
    """The order of day, month and year: YMD, DMY or MDY.

    A number over 12 decides. When no value has one, dotted dates are D.M.Y and the rest is `usual`.
    """
    votes: Counter[str] = Counter()
    open_marks: Counter[str] = Counter()
    for cell, times in Counter(cells).items():
        found = _NUMERIC_DATE.match(even_spaces(cell)) if isinstance(cell, str) else None
        if found is None:
            continue
        first, mark, second, third = found.groups()
        if len(first) > 2:
            votes["YMD"] += times
        elif int(first) > 12 and int(second) <= 12:
            # 26-03-14 has its year first when the last number can only be a day.
            votes["YMD" if int(first) > 31 and len(third) == 2 else "DMY"] += times
        elif int(second) > 12 and int(first) <= 12:
            votes["MDY"] += times
        else:
            open_marks[mark] += times
    if votes:
        best = max(("YMD", "DMY", "MDY"), key=lambda order: (votes[order], order == usual))
        return Judged(best, "mixed" if len(votes) > 1 else "certain")
    if open_marks:
        return Judged("DMY" if open_marks["."] else usual, "likely")
    return Judged("YMD", "none")


def judge_percents(cells: Iterable[Cell], most: Decimal) -> Judged:
    """Whether plain numbers are hundredths ("all": 50 is 50%) or fractions ("marked": 0.5, or 50%).

    A plain number over `most` cannot be a fraction of its kind, so all are hundredths.
    """
    over = plain = False
    for cell in cells:
        if isinstance(cell, str):
            text = even_spaces(cell)
            if text.endswith("%") or not re.fullmatch(r"[-+]?\d+([.,]\d+)?", text):
                continue
            number = Decimal(text.replace(",", "."))
        elif isinstance(cell, int | Decimal):
            number = Decimal(cell)
        else:
            continue
        plain = True
        over = over or abs(number) > most
    if over:
        return Judged("all", "likely")
    return Judged("marked", "certain" if plain else "none")


def read_month(name: str) -> int | None:
    """The month of a name in English, German or Turkish; None when it is no month."""
    return MONTH_NAMES.get(fold(name).rstrip("."))


def two_digit_year(year: int) -> int:
    """00-68 are 2000-2068, 69-99 are 1969-1999, as POSIX reads them."""
    return year if year > 99 else year + (2000 if year < 69 else 1900)


def valid_date(year: int, month: int, day: int) -> date | None:
    """The date, or None when there is no such day or it lies outside 1900-2199."""
    try:
        return date(year, month, day) if 1900 <= year < 2200 else None
    except ValueError:
        return None

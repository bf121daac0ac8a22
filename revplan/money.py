"""Money as whole minor units: reading, rounding and dividing it without losing any."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation, localcontext
from fractions import Fraction
from math import lcm

MILLION = 1_000_000
"""Scale of fractions and counts in tables: 1 is stored as 1,000,000."""

_DIGITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF"), 0),
    **dict.fromkeys(("UGX", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


def currency_digits(currency: str) -> int:
    """Minor digits of an ISO 4217 currency: 2 unless it is one of the few that differ."""
    return _DIGITS.get(currency.upper(), 2)


def round_half_away(value: Fraction | int) -> int:
    """Round to a whole number, halves away from zero, as spreadsheets do (2.5 → 3, −2.5 → −3)."""
    if isinstance(value, int):
        return value
    magnitude = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return magnitude if value.numerator >= 0 else -magnitude


def divide_half_away(numerator: int, denominator: int) -> int:
    """The quotient of two whole numbers, the second above 0, rounded as `round_half_away` does."""
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


def product(number: Decimal, factor: Decimal) -> Decimal:
    """The exact product, of up to 200 digits, without trailing zeros."""
    with localcontext(prec=200):
        return (number * factor).normalize()


def to_minor(amount: Decimal | int, digits: int) -> int:
    """Major units → whole minor units, rounded half away from zero (12.345, 2 digits → 1235)."""
    return round_half_away(Fraction(amount) * 10**digits)


def to_major(minor: int, digits: int) -> Decimal:
    """Whole minor units → an exact decimal in major units, with exactly `digits` places."""
    return Decimal(minor).scaleb(-digits)


def parse_number(value: object) -> Decimal:
    """Read a number of a plan document: 0.08, 1_000, "8%", "250000".

    Percent means hundredths. Grouping marks are refused, since "1,000" is 1 or 1000 by country.
    Raises ValueError with a sentence when the text is not a number.
    """
    if isinstance(value, bool) or value is None:
        raise ValueError(f"{value!r} is not a number")
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(repr(value))
    text = str(value).strip().replace("_", "")
    percent = text.endswith("%")
    try:
        number = Decimal(text.removesuffix("%").strip())
    except InvalidOperation:
        raise ValueError(f"{value!r} is not a number; write it as 0.08, 8% or 250000") from None
    if not number.is_finite():
        raise ValueError(f"{value!r} is not a finite number")
    return number / 100 if percent else number


def largest_remainder(total: int, weights: Sequence[int | Fraction]) -> list[int]:
    """Divide a whole `total` in proportion to `weights` so that the parts add up to it exactly.

    Each part is its share cut towards zero; the units left go one each to the largest remainders,
    ties to the earlier position (callers order by date, then id). Weights are ≥ 0 and not all 0.
    Method: Hamilton / largest remainder.
    """
    scale = lcm(*(weight.denominator for weight in weights))
    scaled = [weight.numerator * (scale // weight.denominator) for weight in weights]
    whole = sum(scaled)
    if whole <= 0 or min(scaled) < 0:
        raise ValueError("weights must be zero or more and not all zero")
    sign = -1 if total < 0 else 1
    cut = [divmod(abs(total) * weight, whole) for weight in scaled]
    parts = [part for part, _ in cut]
    left = abs(total) - sum(parts)
    if left:
        for i in sorted(range(len(parts)), key=lambda i: (-cut[i][1], i))[:left]:
            parts[i] += 1
    return [sign * part for part in parts]

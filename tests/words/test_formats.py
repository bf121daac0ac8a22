"""Numbers as readers write them, exact to the minor unit."""

from datetime import date
from decimal import Decimal

import pytest

from revplan.words import formats, language, speaking


@pytest.mark.parametrize(
    ("minor", "currency", "digits", "english", "turkish"),
    [
        (123455050, "USD", 2, "$1,234,550.50", "$1.234.550,50"),
        (-5, "EUR", 2, "-€0.05", "-€0,05"),
        (1234, "JPY", 0, "¥1,234", "¥1.234"),
        (12345, "KWD", 3, "KWD12.345", "KWD12,345"),
        (1234567, "", 4, "123.4567", "123,4567"),
        (9007199254740993, "USD", 2, "$90,071,992,547,409.93", "$90.071.992.547.409,93"),
    ],
)
def test_money_is_written_exactly(minor: int, currency: str, digits: int, english: str, turkish: str) -> None:
    with speaking("en"):
        assert formats.money(minor, currency, digits).replace("\xa0", " ") == english
    with speaking("tr"):
        assert formats.money(minor, currency, digits).replace("\xa0", " ") == turkish


@pytest.mark.parametrize(
    ("minor", "text"),
    [(95012, "$950"), (99996000, "$1M"), (-4523400, "-$45.2K"), (0, "$0"), (120000000000, "$1.2B")],
)
def test_compact_money_never_shows_a_thousand_of_a_smaller_unit(minor: int, text: str) -> None:
    assert formats.compact_money(minor, "USD") == text


@pytest.mark.parametrize(
    ("millionths", "text"),
    [
        (1_124_000, "112.4%"),
        (910_000, "91%"),
        (999_960, "99.996%"),
        (1_000_001, "100.0001%"),
        (1_000_000, "100%"),
        (-52_000, "-5.2%"),
        (None, "–"),
    ],
)
def test_percent_never_rounds_onto_a_hundred(millionths: int | None, text: str) -> None:
    assert formats.percent(millionths) == text


def test_signs_are_shown_when_asked_for() -> None:
    assert formats.money(100, "USD", sign=True) == "+$1.00"
    assert formats.compact_money(-100_00, "USD", sign=True) == "-$100"
    assert formats.percent(50_000, sign=True) == "+5%"


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("2026-Q3", "Q3 2026"),
        ("2026-07", "Jul 2026"),
        ("2026-H2", "second half of 2026"),
        ("2026", "2026"),
        ("2026-13", "2026-13"),
        ("soon", "soon"),
    ],
)
def test_periods_are_named(label: str, text: str) -> None:
    assert formats.period(label) == text


def test_counts_and_ratios_are_kept_in_millionths() -> None:
    assert formats.count(1_240_500_000) == "1,240.5"
    assert formats.compact_count(12_400_000_000) == "12.4K"
    assert formats.multiple(1_400_000) == "1.4×"
    assert formats.amount(500_000, "ratio") == "50%"
    assert formats.number(Decimal("12.345"), 2) == "12.35"


def test_dates_and_lists_follow_the_language() -> None:
    with speaking("tr"):
        assert formats.day(date(2026, 11, 3)) == "3 Kas 2026"
        assert formats.listed(["a", "b"]) == "a ve b"
    assert formats.day(date(2026, 11, 3)) == "Nov 3, 2026"
    assert formats.day(None) == formats.NOTHING


def test_speaking_ends_with_its_block_and_unknown_languages_are_english() -> None:
    with speaking("tr"):
        with speaking("xx"):
            assert language() == "en"
        assert language() == "tr"
    assert language() == "en"


@pytest.mark.parametrize(
    ("label", "english", "turkish"),
    [("2026-Q3", "Q3", "Ç3"), ("2026-07", "Jul", "Tem"), ("2026-H2", "H2", "Y2"), ("2026", "", "")],
)
def test_periods_have_a_short_name_within_their_year(label: str, english: str, turkish: str) -> None:
    assert formats.within_year(label) == english
    with speaking("tr"):
        assert formats.within_year(label) == turkish


def test_dates_are_typed_in_the_order_of_the_language() -> None:
    assert formats.date_order() == "YYYY-MM-DD"
    with speaking("tr"):
        assert formats.date_order() == "DD.MM.YYYY"

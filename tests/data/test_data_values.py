"""Values: how people write money, dates, shares and periods."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revplan.data.values import (
    Unreadable,
    read_amount,
    read_currency,
    read_date,
    read_fraction,
    read_period,
    scale_up,
)

ISTANBUL = ZoneInfo("Europe/Istanbul")
NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("text", "mark", "number", "currency"),
    [
        ("250k", ".", "250000", ""),
        ("$62,000 ", ".", "62000", "$"),
        ("€1.234,50", ",", "1234.50", "EUR"),
        ("1.234,50 €", ",", "1234.50", "EUR"),
        ("(500.00)", ".", "-500", ""),
        ("$ (1,500.00)", ".", "-1500", "$"),
        ("-$500", ".", "-500", "$"),
        ("$-500", ".", "-500", "$"),
        ("−500", ".", "-500", ""),
        ("500-", ".", "-500", ""),
        ("+500", ".", "500", ""),
        ("1.2M", ".", "1200000", ""),
        ("1,2 Mio. €", ",", "1200000", "EUR"),
        ("62,000 USD", ".", "62000", "USD"),
        ("USD 62,000", ".", "62000", "USD"),
        ("62.000 TL", ",", "62000", "TRY"),
        ("₺62.000,75", ",", "62000.75", "TRY"),
        ("1\u00a0234,50", ",", "1234.50", ""),
        ("1\u202f234\u202f567,50", ",", "1234567.50", ""),
        ("CHF 1'000.50", ".", "1000.50", "CHF"),
        ("12,34,567.00", ".", "1234567", ""),
        ("5k€", ".", "5000", "EUR"),
        ("0", ".", "0", ""),
        (".5", ".", "0.5", ""),
    ],
)
def test_amounts_as_people_write_them(text, mark, number, currency):
    amount = read_amount(text, mark)
    assert (amount.number, amount.currency) == (Decimal(number), currency)


@pytest.mark.parametrize(
    "text", ["", "abc", "$", "1E5", "1,23", "1,234,5", "12 34", "1-2", "--5", "(5", "=1+1", "$1,200/mo"]
)
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(Unreadable):
        read_amount(text, ".")


def test_amount_in_the_other_notation_is_refused_not_guessed():
    with pytest.raises(Unreadable):
        read_amount("1.234,50", ".")
    with pytest.raises(Unreadable):
        read_amount("1,234.50", ",")


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2), st.sampled_from([".", ","]))
def test_amounts_with_grouping_come_back(value, mark):
    text = f"{value:,.2f}"
    if mark == ",":
        text = text.translate(str.maketrans(",.", ".,"))
    assert read_amount(text, mark).number == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("usd", "USD"),
        ("€", "EUR"),
        ("$", "$"),
        ("US Dollar", "USD"),
        ("Türk Lirası", "TRY"),
        ("EUR - Euro", "EUR"),
    ],
)
def test_currencies_as_people_write_them(text, code):
    assert read_currency(text) == code


def test_what_is_no_currency_is_refused():
    with pytest.raises(Unreadable):
        read_currency("shells")


@pytest.mark.parametrize(
    ("text", "percents", "fraction"),
    [
        ("112.50%", "marked", "1.125"),
        ("50 %", "marked", "0.5"),
        ("%50", "marked", "0.5"),
        ("0.25", "marked", "0.25"),
        ("50", "all", "0.5"),
        ("50%", "all", "0.5"),
        ("-5%", "marked", "-0.05"),
        (Decimal("0.8"), "marked", "0.8"),
        (80, "all", "0.8"),
    ],
)
def test_fractions_as_people_write_them(text, percents, fraction):
    assert read_fraction(text, ".", percents) == Decimal(fraction)


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2026-01-31", "YMD", date(2026, 1, 31)),
        ("2026-1-5", "YMD", date(2026, 1, 5)),
        ("2026/01/31", "MDY", date(2026, 1, 31)),
        ("31.12.2026", "DMY", date(2026, 12, 31)),
        ("3.1.26", "DMY", date(2026, 1, 3)),
        ("12/31/2026", "MDY", date(2026, 12, 31)),
        ("12/31/2026 11:30 PM", "MDY", date(2026, 12, 31)),
        ("31 Mar 2026", "MDY", date(2026, 3, 31)),
        ("Mar 31, 2026", "DMY", date(2026, 3, 31)),
        ("31. März 2026", "DMY", date(2026, 3, 31)),
        ("15 Ağustos 2026", "DMY", date(2026, 8, 15)),
        ("31-Mar-26", "DMY", date(2026, 3, 31)),
        ("20260131", "YMD", date(2026, 1, 31)),
        ("46053", "YMD", date(2026, 1, 31)),
        (46053, "YMD", date(2026, 1, 31)),
        (Decimal("46053.75"), "YMD", date(2026, 1, 31)),
        (date(2026, 1, 31), "YMD", date(2026, 1, 31)),
        (datetime.fromisoformat("2026-01-31T23:59"), "YMD", date(2026, 1, 31)),
    ],
)
def test_dates_as_people_write_them(text, order, day):
    assert read_date(text, order, ISTANBUL) == day


@pytest.mark.parametrize(
    ("text", "zone", "day"),
    [
        ("2026-01-31T23:30:00Z", ISTANBUL, date(2026, 2, 1)),
        ("2026-01-31T23:30:00Z", NEW_YORK, date(2026, 1, 31)),
        ("2026-01-31T23:30:00.000+0000", ISTANBUL, date(2026, 2, 1)),
        ("2026-02-01 03:00:00+03:00", NEW_YORK, date(2026, 1, 31)),
        ("2026-01-31 23:30", ISTANBUL, date(2026, 1, 31)),
        ("1769900400", ISTANBUL, date(2026, 2, 1)),
        ("1769900400000", NEW_YORK, date(2026, 1, 31)),
        (datetime(2026, 1, 31, 23, 30, tzinfo=UTC), ISTANBUL, date(2026, 2, 1)),
        (datetime(2026, 2, 1, 1, 0, tzinfo=timezone(timedelta(hours=3))), NEW_YORK, date(2026, 1, 31)),
    ],
)
def test_moments_become_the_day_in_the_companys_time_zone(text, zone, day):
    assert read_date(text, "YMD", zone) == day


@pytest.mark.parametrize(
    ("text", "order", "code"),
    [
        ("2026-02-30", "YMD", "data.no_such_day"),
        ("31/12/2026", "MDY", "data.date_order"),
        ("12/31/2026", "DMY", "data.date_order"),
        ("31/12/2026", "YMD", "data.date_order"),
        ("31/02/2026", "DMY", "data.no_such_day"),
        ("soon", "DMY", "data.not_a_date"),
        ("7", "DMY", "data.not_a_date"),
        ("2026-01-31 25:00", "YMD", "data.not_a_date"),
        ("1026-01-31", "YMD", "data.no_such_day"),
    ],
)
def test_what_is_no_date_is_refused(text, order, code):
    with pytest.raises(Unreadable) as refusal:
        read_date(text, order, ISTANBUL)
    assert refusal.value.code == code


@given(st.dates(date(1970, 1, 1), date(2199, 12, 31)), st.sampled_from(["YMD", "DMY", "MDY"]))
def test_dates_come_back_in_every_order(day, order):
    form = {"YMD": "%Y-%m-%d", "DMY": "%d.%m.%Y", "MDY": "%m/%d/%Y"}[order]
    assert read_date(day.strftime(form), order, ISTANBUL) == day


@given(st.text(max_size=40), st.sampled_from(["YMD", "DMY", "MDY"]), st.sampled_from([".", ","]))
def test_no_text_breaks_a_reader(text, order, mark):
    for read in (
        lambda: read_date(text, order, ISTANBUL),
        lambda: read_amount(text, mark),
        lambda: read_fraction(text, mark, "all"),
        lambda: read_period(text),
        lambda: read_currency(text),
    ):
        try:
            read()
        except Unreadable:
            continue


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("2026", "2026"),
        ("FY2026", "2026"),
        ("2026-Q3", "2026-Q3"),
        ("Q3 2026", "2026-Q3"),
        ("H1/2026", "2026-H1"),
        ("2026-7", "2026-07"),
        ("07/2026", "2026-07"),
        ("July 2026", "2026-07"),
        ("Temmuz 2026", "2026-07"),
    ],
)
def test_periods_as_people_write_them(text, label):
    assert read_period(text) == label


@pytest.mark.parametrize("text", ["", "H3 2026", "2026-13", "Q5 2026", "next year"])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(Unreadable):
        read_period(text)


def test_halves_round_away_from_zero_and_are_told():
    assert scale_up(Decimal("0.005"), 100) == (1, True)
    assert scale_up(Decimal("-0.005"), 100) == (-1, True)
    assert scale_up(Decimal("0.01"), 100) == (1, False)


def test_what_no_64_bits_hold_is_refused():
    with pytest.raises(Unreadable):
        scale_up(Decimal(10) ** 18, 100)

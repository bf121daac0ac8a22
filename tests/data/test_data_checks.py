"""Checks across tables: each finds its own mistake, and a sound book has none."""

from datetime import date
from textwrap import dedent
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from revplan.data.checks import check_tables
from revplan.data.clean import Setting, clean
from revplan.data.files import Reading, read_file
from revplan.model.book import Book, Company, Team
from revplan.model.tables import TABLES

STRICT = Reading(delimiter=",", header_row=1, decimal_mark=".", date_order="YMD", percents="marked")
COMPANY = Company(name="Acme", as_of=date(2026, 6, 30), team=(Team(id="sales", name="Sales"),))

SOUND = {
    "payees": """
        payee_id,name,team,role,manager_id,starts_on,ends_on,target_incentive
        P1,Ann,sales,AE,,2025-01-01,2026-01-01,100
        P1,Ann,sales,Lead,,2026-01-01,,
        P2,Bob,sales,AE,P1,2025-01-01,,""",
    "leaves": """
        payee_id,starts_on,ends_on
        P2,2025-03-01,2025-06-01
        P2,2025-05-01,""",
    "accounts": """
        account_id,name,csm_id
        A1,Initech,P2""",
    "opportunities": """
        opportunity_id,account_id,owner_id,outcome,amount,currency,closed_on
        O1,A1,P1,won,5,EUR,2026-03-01
        O2,,,open,5,,2026-09-01""",
    "opportunity_splits": """
        opportunity_id,payee_id,share
        O1,P1,0.333334
        O1,P2,0.666666""",
    "contracts": """
        contract_id,account_id,kind,starts_on,ends_on,arr
        C1,A1,new,2026-01-01,2027-01-01,5""",
    "scores": """
        payee_id,kpi,period,score
        P1,nps,2026-Q1,-0.1""",
    "usage": """
        account_id,product,used_on,seats
        A1,Core,2026-01-01,0""",
    "fx_rates": """
        name,from_currency,to_currency,starts_on,rate
        plan,EUR,USD,2026-01-01,1.1""",
}


def read(name: str, text: str) -> pa.Table:
    sheet, issues = read_file(f"{name}.csv", dedent(text).strip().encode(), STRICT)
    assert sheet is not None, issues
    columns = {header: header for header in sheet.header}
    found = clean(sheet, TABLES[name], columns, {}, Setting("USD", 2, ZoneInfo("UTC"), strict=True))
    assert found.rejected == {}
    return found.table


def found(table: str = "", old: str = "", new: str = "") -> list[tuple[str, str]]:
    """Issues of the sound book with one text of one table replaced."""
    assert not table or old in SOUND[table]
    rows = {name: text.replace(old, new) if name == table else text for name, text in SOUND.items()}
    tables = {name: read(name, text) for name, text in rows.items()}
    return [(issue.code, issue.severity) for issue in check_tables(Book(COMPANY, (), (), tables))]


def test_a_sound_book_has_no_issues():
    assert found() == []


def test_a_book_without_tables_has_no_issues():
    assert check_tables(Book(COMPANY, (), (), {})) == ()


@pytest.mark.parametrize(
    ("table", "old", "new", "code", "severity"),
    [
        ("opportunity_splits", "0.333334", "0.333333", "data.splits_not_whole", "error"),
        ("payees", "2025-01-01,2026-01-01", "2025-01-01,2026-01-02", "data.payee_overlaps", "error"),
        ("payees", "2025-01-01,2026-01-01", "2025-01-01,2025-01-01", "data.ends_before_start", "error"),
        ("contracts", "2027-01-01", "2025-01-01", "data.ends_before_start", "error"),
        ("leaves", "2025-06-01", "2025-03-01", "data.ends_before_start", "error"),
        ("scores", "-0.1", "92", "data.score_beyond_belief", "warning"),
        ("payees", "Bob,sales", "Bob,moon", "data.unknown_team", "error"),
        ("payees", "100", "-1", "data.negative", "error"),
        ("usage", "2026-01-01,0", "2026-01-01,-1", "data.negative", "error"),
        ("fx_rates", "1.1", "0", "data.rate_is_zero", "error"),
        ("opportunities", "P1", "P9", "data.refers_to_no_payees", "warning"),
        ("payees", "AE,P1", "AE,P9", "data.refers_to_no_payees", "warning"),
        ("opportunities", "A1", "A9", "data.refers_to_no_accounts", "warning"),
        ("opportunities", "2026-03-01", "2026-07-01", "data.won_after_as_of", "warning"),
        ("opportunities", "EUR", "GBP", "data.no_fx_rate", "warning"),
        ("opportunities", "2026-03-01", "2025-12-31", "data.fx_rate_starts_later", "warning"),
    ],
)
def test_each_mistake_is_found_and_nothing_else(table, old, new, code, severity):
    assert found(table, old, new) == [(code, severity)]


def test_keys_that_occur_twice_and_unreadable_periods_are_found_in_books_made_in_memory():
    accounts = read("accounts", SOUND["accounts"])
    scores = read("scores", SOUND["scores"])
    at = scores.schema.get_field_index("period")
    broken = scores.set_column(at, scores.schema.field(at), pa.array(["spring"]))
    people = {"payees": read("payees", SOUND["payees"])}
    twice = Book(COMPANY, (), (), {**people, "accounts": pa.concat_tables([accounts, accounts])})
    assert [issue.code for issue in check_tables(twice)] == ["data.key_twice"]
    assert [issue.code for issue in check_tables(Book(COMPANY, (), (), {**people, "scores": broken}))] == [
        "data.not_a_period"
    ]


def test_a_deal_on_the_as_of_date_counts():
    assert found("opportunities", "2026-03-01", "2026-06-30") == []


def test_an_open_end_reaches_to_the_next_row():
    assert found("payees", "2025-01-01,2026-01-01", "2025-01-01,") == []


def test_accounts_that_were_not_uploaded_yet_are_not_held_against_deals():
    tables = {name: read(name, SOUND[name]) for name in ("payees", "opportunities", "fx_rates")}
    assert check_tables(Book(COMPANY, (), (), tables)) == ()


def test_unknown_people_are_counted_by_column():
    people = read("payees", SOUND["payees"])
    text = "opportunity_id,owner_id,outcome,amount,closed_on\n" + "".join(
        f"O{n},X{n},open,5,2026-03-01\n" for n in range(5)
    )
    tables = {"payees": people, "opportunities": read("opportunities", text)}
    (issue,) = check_tables(Book(COMPANY, (), (), tables))
    assert (issue.code, issue.where.table, issue.where.column) == (
        "data.refers_to_no_payees",
        "opportunities",
        "owner_id",
    )
    assert issue.parameters == {"rows": 5, "values": 5, "examples": "X0, X1, X2 …"}


def test_a_cancellation_is_of_something_and_gives_a_share_or_an_amount() -> None:
    tables = {name: read(name, text) for name, text in SOUND.items()}
    deal = tables["opportunities"]["opportunity_id"][0].as_py()
    text = f"""
        cancellation_id,transaction_id,cancelled_on,share,amount
        C1,{deal},2026-05-01,50%,
        C2,{deal},2026-05-01,50%,10
        C3,nowhere,2026-05-01,,
    """
    book = Book(COMPANY, (), (), {**tables, "cancellations": read("cancellations", text)})
    found = [issue for issue in check_tables(book) if issue.where.table == "cancellations"]
    assert [(issue.code, issue.severity) for issue in found] == [
        ("data.share_and_amount", "error"),
        ("data.cancels_nothing", "warning"),
    ]


def as_of(day: str, today: str | None = None) -> list[str]:
    tables = {name: read(name, text) for name, text in SOUND.items()}
    company = COMPANY.model_copy(update={"as_of": date.fromisoformat(day)})
    given = date.fromisoformat(today) if today else None
    issues = check_tables(Book(company, (), (), tables), today=given)
    return [issue.code for issue in issues if issue.code.startswith("data.as_of")]


def test_facts_that_count_up_to_a_day_to_come_are_told_where_today_is_known():
    assert as_of("2026-06-30", "2026-06-29") == ["data.as_of_to_come"]
    assert as_of("2026-06-30", "2026-06-30") == []
    assert as_of("2026-06-30") == []


def test_a_day_long_after_the_newest_fact_is_told():
    """The newest deal closed on 2026-09-01; the one before it on 2026-03-01."""
    assert as_of("2026-08-31") == []
    assert as_of("2027-03-03") == []
    assert as_of("2027-03-04") == ["data.as_of_far"]


def test_cancelling_more_than_there_is_is_told_with_how_much() -> None:
    text = """
        cancellation_id,transaction_id,cancelled_on,share
        X1,O1,2026-04-01,0.6
        X2,O1,2026-05-01,0.5"""
    tables = {name: read(name, rows) for name, rows in SOUND.items()}
    book = Book(COMPANY, (), (), {**tables, "cancellations": read("cancellations", text)})
    (issue,) = check_tables(book)
    assert (issue.code, issue.severity) == ("data.cancelled_beyond_whole", "warning")
    assert dict(issue.parameters) == {"value": "O1", "cancelled_share": 1_100_000}

"""Cleaning: rows of a canonical table, and the rows that come back with their reasons."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from revplan.data.clean import Cleaned, Setting, clean
from revplan.data.files import Reading, read_file
from revplan.data.people import Directory
from revplan.data.recognise import guess_columns
from revplan.data.rejects import ROW, WHY, undo_marks, write_rejected
from revplan.model.tables import TABLES


def directory(**people: str) -> Directory:
    found = Directory()
    for identity, name in people.items():
        found.add(identity, name)
    return found


SETTING = Setting(
    "USD",
    2,
    ZoneInfo("Europe/Istanbul"),
    {
        "payees": directory(P1="Ann Lee", P2="Bob Stone"),
        "accounts": directory(A1="Acme"),
        "teams": directory(sales="Sales", cs="Customer Success"),
    },
)


def cleaned(
    text: str, table: str = "opportunities", chosen=None, setting: Setting = SETTING, **reading
) -> Cleaned:
    sheet, issues = read_file("deals.csv", text.encode(), Reading(**reading))
    assert sheet is not None, issues
    columns = {
        guess.column: guess.header for guess in guess_columns(TABLES[table], sheet.header) if guess.sure
    }
    return clean(sheet, TABLES[table], columns, chosen or {}, setting)


def rows(found: Cleaned, *columns: str) -> list[tuple]:
    return [tuple(row[column] for column in columns) for row in found.table.to_pylist()]


def reasons(found: Cleaned) -> dict[int, list[tuple[str, int, str]]]:
    return {
        position: [(issue.code, issue.where.row, issue.where.column) for issue in issues]
        for position, issues in found.rejected.items()
    }


def codes(found: Cleaned) -> list[str]:
    return [issue.code for issue in found.issues]


DEALS = "Record ID,Deal Name,Deal Stage,Amount,Deal owner,Close Date\n"


def test_a_hubspot_export_becomes_opportunities():
    found = cleaned(
        DEALS
        + "0012,Acme,Closed Won,250k,Ann Lee,2026-05-31\n"
        + '1E5,Beta,Closed Lost,"$62,000 ",bob  stone,2026-06-01\n'
    )
    assert rows(found, "opportunity_id", "outcome", "amount", "owner_id", "closed_on", "currency") == [
        ("0012", "won", 25_000_000, "P1", date(2026, 5, 31), None),
        ("1E5", "lost", 6_200_000, "P2", date(2026, 6, 1), "USD"),
    ]
    assert found.rejected == {}


def test_every_row_knows_its_file_and_row():
    found = cleaned("All deals\n\n" + DEALS + "1,Acme,Won,5,Ann Lee,2026-05-31\n")
    assert rows(found, "source_file", "source_row", "source_batch") == [("deals.csv", 4, None)]


def test_a_continental_file_is_read_in_its_own_notation():
    found = cleaned(
        "Id;Stage;Betrag;Close Date\n1;Gewonnen;1.234,50 €;03.04.2026\n2;Verloren;12,5;13.04.2026\n"
    )
    assert rows(found, "amount", "currency", "closed_on") == [
        (123_450, "EUR", date(2026, 4, 3)),
        (1_250, None, date(2026, 4, 13)),
    ]


def test_wrong_values_reject_the_row_and_say_why():
    found = cleaned(
        DEALS
        + "1,Acme,Won,abc,Ann Lee,2026-05-31\n"
        + "2,Acme,Won,5,Ann Lee,soon\n"
        + ",Acme,Won,5,Ann Lee,2026-05-31\n"
        + "4,Acme,Won,,Ann Lee,\n"
        + "5,Acme,Won,5,Ann Lee,2026-05-31,extra\n"
        + "6,Acme,Won,5,Ann Lee,2026-05-31\n"
    )
    assert rows(found, "opportunity_id") == [("6",)]
    assert reasons(found) == {
        0: [("data.not_an_amount", 2, "Amount")],
        1: [("data.not_a_date", 3, "Close Date")],
        2: [("data.required_is_empty", 4, "Record ID")],
        3: [("data.required_is_empty", 5, "Amount"), ("data.required_is_empty", 5, "Close Date")],
        4: [("data.row_too_long", 6, "")],
    }


def test_a_wrong_value_in_an_optional_column_rejects_the_row_too():
    found = cleaned(DEALS.strip() + ",Create Date\n1,Acme,Won,5,Ann Lee,2026-05-31,2026-02-30\n")
    assert reasons(found) == {0: [("data.no_such_day", 2, "Create Date")]}


def test_empty_words_are_empty():
    found = cleaned(DEALS.strip() + ",Create Date\n1,-,Won,5,N/A,2026-05-31,(blank)\n")
    assert rows(found, "name", "owner_id", "created_on") == [("-", None, None)]


def test_unknown_stages_are_open_and_listed_until_somebody_says_otherwise():
    text = DEALS + "1,Acme,Signed,5,Ann Lee,2026-05-31\n2,Beta,Closed Won,5,Ann Lee,2026-05-31\n"
    found = cleaned(text)
    assert rows(found, "stage", "outcome") == [("Signed", "open"), ("Closed Won", "won")]
    assert [(one.text, one.means, one.by) for one in found.meanings] == [
        ("Signed", "open", "default"),
        ("Closed Won", "won", "known"),
    ]
    chosen = cleaned(text, chosen={"outcome": {"Signed": "won"}})
    assert rows(chosen, "outcome") == [("won",), ("won",)]


def test_an_outcome_column_of_its_own_is_taken_at_its_word():
    text = "Id,Stage,Status,Amount,Close Date\n1,Demo,Won,5,2026-05-31\n2,Demo,Maybe,5,2026-05-31\n"
    found = cleaned(text)
    assert rows(found, "opportunity_id", "outcome") == [("1", "won")]
    assert reasons(found) == {1: [("data.unknown_choice", 3, "Status")]}


def test_unknown_words_of_an_optional_choice_can_be_mapped_or_left_empty():
    text = DEALS.strip() + ",Deal Type\n1,A,Won,5,Ann Lee,2026-05-31,Logo\n2,A,Won,5,Ann Lee,2026-05-31,Odd\n"
    assert set(reasons(cleaned(text))) == {0, 1}
    found = cleaned(text, chosen={"kind": {"Logo": "new", "Odd": ""}})
    assert rows(found, "kind") == [("new",), (None,)]


def test_unknown_people_keep_their_row_and_are_told_once():
    found = cleaned(DEALS + "".join(f"{n},A,Won,5,An Lee,2026-05-31\n" for n in range(3)))
    assert rows(found, "owner_id") == [("An Lee",)] * 3
    (issue,) = [issue for issue in found.issues if issue.code == "data.perhaps_payee"]
    assert (issue.severity, issue.parameters["rows"], issue.parameters["suggestion"]) == (
        "warning",
        3,
        "Ann Lee",
    )
    chosen = cleaned(DEALS + "1,A,Won,5,An Lee,2026-05-31\n", chosen={"owner_id": {"An Lee": "P1"}})
    assert rows(chosen, "owner_id") == [("P1",)]
    assert "data.perhaps_payee" not in codes(chosen)


def test_managers_may_stand_in_the_same_file():
    found = cleaned(
        "Employee ID,Full Name,Team,Role,Manager,Start Date\n"
        "P8,Mia Boss,Customer Success,Head,,2025-01-01\n"
        "P9,Ned Dow,cs,Manager,mia boss,2025-01-01\n",
        "payees",
    )
    assert rows(found, "payee_id", "team", "manager_id") == [("P8", "cs", None), ("P9", "cs", "P8")]


def test_a_team_nobody_knows_rejects_the_row():
    text = "Employee ID,Full Name,Team,Role,Start Date\nP8,Mia,Moon,Head,2025-01-01\n"
    assert reasons(cleaned(text, "payees")) == {0: [("data.unknown_team", 2, "Team")]}
    assert rows(cleaned(text, "payees", chosen={"team": {"Moon": "sales"}}), "team") == [("sales",)]


def test_amounts_take_the_digits_of_their_own_currency():
    text = "Id,Stage,Amount,Currency,Close Date\n1,Won,1000,JPY,2026-05-31\n2,Won,1.234,KWD,2026-05-31\n"
    found = cleaned(text, decimal_mark=".")
    assert rows(found, "amount", "currency") == [(1000, "JPY"), (1234, "KWD")]


def test_the_companys_currency_has_the_companys_digits():
    setting = Setting("XTS", 6, ZoneInfo("UTC"))
    found = cleaned("Id,Stage,Amount,Close Date\n1,Won,1.234567,2026-05-31\n", setting=setting)
    assert rows(found, "amount") == [(1_234_567,)]


def test_a_currency_in_the_header_counts_for_the_column():
    found = cleaned("Id,Stage,Amount (EUR),Close Date\n1,Won,5,2026-05-31\n")
    assert rows(found, "amount", "currency") == [(500, "EUR")]


def test_two_currencies_in_one_row_are_refused():
    found = cleaned("Id,Stage,Amount,Currency,Close Date\n1,Won,€5,USD,2026-05-31\n2,Won,$5,CAD,2026-05-31\n")
    assert reasons(found) == {0: [("data.two_currencies", 2, "Amount")]}
    assert rows(found, "amount", "currency") == [(500, "CAD")]  # "$" is the row's own dollar


def test_more_decimals_than_the_currency_has_are_rounded_and_told():
    found = cleaned(
        DEALS + "1,A,Won,5.005,Ann Lee,2026-05-31\n2,A,Won,-5.005,Ann Lee,2026-05-31\n", decimal_mark="."
    )
    assert rows(found, "amount") == [(501,), (-501,)]
    (note,) = [issue for issue in found.issues if issue.code == "data.rounded"]
    assert (note.severity, note.parameters["values"]) == ("note", 2)


def test_percent_columns_are_read_as_a_whole():
    splits = "Opportunity ID,Split Owner,Split %\nO1,P1,60\nO1,P2,40\n"
    found = cleaned(splits, "opportunity_splits")
    assert rows(found, "share") == [(600_000,), (400_000,)]
    assert codes(found) == ["data.percents_likely"]
    assert rows(cleaned(splits.replace("60", "0.6").replace("40", "0.4"), "opportunity_splits"), "share") == [
        (600_000,),
        (400_000,),
    ]
    assert rows(cleaned("Payee,KPI,Period,Score\nP1,nps,Q3 2026,112.50%\n", "scores"), "score", "period") == [
        (1_125_000, "2026-Q3")
    ]


def test_equal_rows_count_once_and_different_ones_are_refused():
    found = cleaned(
        DEALS
        + "1,A,Won,5,Ann Lee,2026-05-31\n"
        + "1,A,Won,5.00,Ann Lee,2026-05-31\n"
        + "1,A,Won,6,Ann Lee,2026-05-31\n"
    )
    assert rows(found, "amount") == [(500,)]
    assert (found.repeated, "data.repeated_rows" in codes(found)) == (1, True)
    assert reasons(found) == {2: [("data.duplicate_key", 4, "Record ID")]}


def test_ambiguous_dates_and_numbers_are_noted():
    found = cleaned(DEALS + '1,A,Won,"1,234",Ann Lee,03/04/2026\n')
    assert codes(found) == ["data.decimal_mark_likely", "data.date_order_likely_mdy"]
    assert rows(found, "amount", "closed_on") == [(123_400, date(2026, 3, 4))]
    chosen = cleaned(DEALS + '1,A,Won,"1,234",Ann Lee,03/04/2026\n', decimal_mark=",", date_order="DMY")
    assert codes(chosen) == ["data.rounded"]
    assert rows(chosen, "amount", "closed_on") == [(123, date(2026, 4, 3))]


def test_one_column_of_dates_helps_another():
    found = cleaned(DEALS.strip() + ",Create Date\n1,A,Won,5,Ann Lee,03/04/2026,25/03/2026\n")
    assert rows(found, "closed_on", "created_on") == [(date(2026, 4, 3), date(2026, 3, 25))]


@pytest.mark.parametrize("formula", ["=cmd|' /C calc'!A0", "+1+cmd", "-2+3", "@SUM(A1)", "\tx"])
def test_rejected_rows_come_back_as_a_file_that_is_safe_and_reads_the_same(formula):
    text = DEALS + f'1,"{formula}",Won,abc,Ann Lee,2026-05-31\n2,Fine,Won,5,Ann Lee,2026-05-31\n'
    sheet, _ = read_file("deals.csv", text.encode())
    assert sheet is not None
    content = write_rejected(sheet, {0: ["No amount."]})
    again, issues = read_file("rejected.csv", content)
    assert again is not None, issues
    assert again.rows[0][1] == f"'{formula}"
    assert again.header == (*sheet.header, ROW, WHY)
    fixed = undo_marks(again)
    assert fixed.rows[0][:6] == sheet.rows[0]
    assert fixed.rows[0][6:] == ["2", "No amount."]


def test_negative_amounts_come_back_as_they_were():
    sheet, _ = read_file("deals.csv", (DEALS + "1,A,Won,-500,Nobody,2026-05-31\n").encode())
    assert sheet is not None
    again, _ = read_file("r.csv", write_rejected(sheet, {0: ["Why."]}))
    assert again is not None
    assert again.rows[0][3] == "-500"


@pytest.mark.slow
def test_a_hundred_thousand_rows_are_read_and_cleaned_soon_enough():
    import time

    body = "".join(
        f'D{n:06d},Deal {n},Closed Won,"${n},500.25",Ann Lee,{n % 28 + 1:02d}/{n % 12 + 1:02d}/2026 10:30\n'
        for n in range(1, 1000)
    )
    text = DEALS + "".join(body.replace("D0", f"D{part}") for part in range(100))
    start = time.perf_counter()
    found = cleaned(text)
    assert found.table.num_rows == 99_900
    assert time.perf_counter() - start < 60  # 5 s here; the bound only catches a quadratic step

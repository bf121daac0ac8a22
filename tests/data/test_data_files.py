"""Files as sheets: what is proposed, what is kept as it stands, and what is refused with a clear answer."""

import io
import struct
from datetime import date
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from revplan.data import files
from revplan.data.files import Reading, Sheet, read_file


def read(content: bytes | str, name: str = "deals.csv", **reading) -> Sheet:
    sheet, issues = read_file(
        name, content.encode() if isinstance(content, str) else content, Reading(**reading)
    )
    assert sheet is not None, issues
    return sheet


def refused(content: bytes | str, name: str = "deals.csv", **reading) -> str:
    sheet, issues = read_file(
        name, content.encode() if isinstance(content, str) else content, Reading(**reading)
    )
    assert sheet is None
    assert [issue.severity for issue in issues] == ["error"]
    assert issues[0].where.file == name
    return issues[0].code


def workbook(*sheets: tuple[str, list]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, str):
                        sheet.write_string(row, column, cell)
                    else:
                        sheet.write(row, column, cell)
    return out.getvalue()


# ---------------------------------------------------------------- text


def test_ids_and_formulas_stay_as_they_are_written():
    sheet = read("Id,Name\n00123,=cmd|' /C calc'!A0\n1E5, +49 89 \n")
    assert sheet.rows == [["00123", "=cmd|' /C calc'!A0"], ["1E5", " +49 89 "]]


@pytest.mark.parametrize(
    ("encoding", "proposed"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("cp1252", "cp1252"), ("utf-16", "utf-16")],
)
def test_encoding_is_proposed_from_the_bytes(encoding, proposed):
    sheet = read("Kunde;Betrag\nMüller & Söhne – Café;1,5\n".encode(encoding))
    assert sheet.reading.encoding == proposed
    assert sheet.rows == [["Müller & Söhne – Café", "1,5"]]


def test_an_encoding_that_could_be_another_is_noted():
    content = "Ad,Stage\nIşık,Won\n".encode("cp1254")
    codes = [issue.code for issue in read_file("a.csv", content)[1]]
    assert codes == ["data.encoding_likely"]
    assert read_file("a.csv", content, Reading(encoding="cp1254"))[1] == ()


def test_encoding_can_be_chosen():
    content = "Müşteri;Aşama\nIşık Ağ;Kazanıldı\n".encode("cp1254")
    assert read(content).rows[0][0] != "Işık Ağ"
    assert read(content, encoding="cp1254").rows == [["Işık Ağ", "Kazanıldı"]]


def test_encoding_that_does_not_fit_says_in_which_row():
    sheet, issues = read_file("a.csv", "A,B\n1,2\nü,3\n".encode("cp1252"), Reading(encoding="utf-8"))
    assert sheet is None
    assert (issues[0].code, issues[0].where.row) == ("data.wrong_encoding", 3)


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("A,B\n1,2\n", ","),
        ("A;B\n1,50;2,75\n1,60;2,85\n", ";"),
        ("A\tB\n1,5\t2\n", "\t"),
        ("A|B\n1|2\n", "|"),
        ("sep=;\nA;B\n1,5;2\n", ";"),
        ('A,B\n"x;y;z",2\n"p;q;r",3\n', ","),
        ("Amounts\n5\n", ","),
    ],
)
def test_delimiter_is_proposed_by_what_cuts_evenly(text, delimiter):
    assert read(text).reading.delimiter == delimiter


def test_title_rows_above_the_header_are_skipped():
    sheet = read(
        "All deals,,,\nGenerated on 1 May 2026,,,\n\nId,Stage,Amount,Close Date\n1,Won,5,2026-05-01\n"
    )
    assert sheet.header == ("Id", "Stage", "Amount", "Close Date")
    assert (sheet.reading.header_row, sheet.numbers) == (4, [5])


def test_header_row_can_be_chosen():
    text = "Id,Stage\nid,stage\n1,Won\n"
    assert read(text).header == ("Id", "Stage")
    assert read(text, header_row=2).header == ("id", "stage")


def test_rows_are_numbered_as_a_spreadsheet_numbers_them():
    sheet = read('Id,Note\n1,"two\nlines"\n\n2,x\n')
    assert sheet.numbers == [2, 4]
    assert sheet.rows[0][1] == "two\nlines"


def test_short_rows_are_filled_and_long_ones_remembered():
    sheet = read("A,B,C\n1\n1,2,3,4\n1,2,3,,\n")
    assert sheet.rows == [["1", None, None], ["1", "2", "3"], ["1", "2", "3"]]
    assert sheet.too_long == {3}


def test_columns_with_equal_names_are_told_apart():
    sheet, issues = read_file("a.csv", b"Id,Amount,Amount,\n1,2,3,\n")
    assert sheet is not None
    assert sheet.header == ("Id", "Amount", "Amount (2)")
    assert [issue.code for issue in issues] == ["data.duplicate_header"]


def test_a_column_without_a_name_goes_by_its_letter():
    sheet, issues = read_file("a.csv", b"Id,,Amount\n1,x,3\n")
    assert sheet is not None
    assert sheet.header == ("Id", "[B]", "Amount")
    assert [(issue.code, issue.severity) for issue in issues] == [("data.unnamed_column", "warning")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "data.empty_file"),
        (b" \n\n ", "data.empty_file"),
        (b"Id,Stage\n", "data.header_only"),
        (b"Id,Stage\n,\n", "data.header_only"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "data.binary_file"),
        (b'Id,Name\n1,"open\n2,x\n', "data.broken_quotes"),
        (b"PK\x03\x04 not a workbook at all", "data.damaged_file"),
        (b"PAR1 not parquet", "data.damaged_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 not a workbook either", "data.damaged_file"),
    ],
)
def test_what_cannot_be_read_gets_a_clear_answer(content, code):
    assert refused(content) == code


def test_a_header_row_past_the_end_is_refused():
    assert refused("A,B\n1,2\n", header_row=9) == "data.no_header"


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(files, "MOST_ROWS", 2)
    assert refused("A\n1\n2\n") == "data.too_many_rows"


def test_too_many_bytes_are_refused(monkeypatch):
    monkeypatch.setattr(files, "MOST_BYTES", 10)
    assert refused("A,B,C\n1,2,3\n") == "data.file_too_large"


# ---------------------------------------------------------------- workbooks and Parquet


def test_workbook_gives_numbers_and_dates_without_floats():
    sheet = read(
        workbook(("Deals", [["Id", "Amount", "Closed", "Flag"], [1001, 0.1 + 0.2, date(2026, 5, 1), True]])),
        "d.xlsx",
    )
    assert sheet.rows[0][:2] == [1001, Decimal("0.3")]
    assert str(sheet.rows[0][2]).startswith("2026-05-01")
    assert sheet.rows[0][3] == "TRUE"
    assert not any(isinstance(cell, float) for row in sheet.rows for cell in row)


def test_workbook_keeps_ids_that_are_text():
    sheet = read(workbook(("Deals", [["Id"], ["00123"], ["1E5"]])), "d.xlsx")
    assert [row[0] for row in sheet.rows] == ["00123", "1E5"]


def test_fullest_sheet_is_proposed_and_another_can_be_chosen():
    content = workbook(("Cover", [["Read me"]]), ("Deals", [["Id", "Stage"], ["1", "Won"], ["2", "Lost"]]))
    sheet = read(content, "d.xlsx")
    assert (sheet.reading.sheet, sheet.sheets) == ("Deals", ("Cover", "Deals"))
    assert refused(content, "d.xlsx", sheet="Cover") == "data.header_only"
    assert refused(content, "d.xlsx", sheet="Nowhere") == "data.unknown_sheet"


def test_workbook_rows_are_numbered_as_on_screen():
    content = workbook(("Deals", [[], ["Deals of May"], [], ["Id", "Stage", "Owner"], ["1", "Won", "Ann"]]))
    sheet = read(content, "d.xlsx")
    assert (sheet.reading.header_row, sheet.numbers) == (4, [5])


def test_formula_gives_its_last_value():
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Deals", 0)
    sheet.append(["Id", "Amount"])
    sheet.append(["1", "=1+1"])
    out = io.BytesIO()
    book.save(out)
    assert read(out.getvalue(), "d.xlsx").rows[0][1] is None  # never calculated: there is no value


def encrypted_workbook() -> bytes:
    """The container that a program writes around a workbook with a password: a compound file that holds a
    stream named EncryptedPackage (here an empty one)."""
    end, free = 0xFFFFFFFE, 0xFFFFFFFF
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0,
    )  # fmt: skip
    header += struct.pack("<109I", 0, *[free] * 108)
    table = struct.pack("<128I", 0xFFFFFFFD, end, *[free] * 126)

    def entry(name: str, kind: int, child: int) -> bytes:
        text = (name + "\0").encode("utf-16-le")
        return struct.pack("<64sHBBIII36xIQ", text, len(text), kind, 1, free, free, child, end, 0)

    entries = entry("Root Entry", 5, 1) + entry("EncryptedPackage", 2, free)
    return header + table + entries.ljust(512, b"\0")


def test_workbook_with_a_password_is_refused():
    assert refused(encrypted_workbook(), "d.xlsx") == "data.password"


def test_workbook_that_unpacks_too_far_is_refused(monkeypatch):
    monkeypatch.setattr("revplan.data.workbooks._MOST_UNPACKED", 1000)
    assert refused(workbook(("Deals", [["Id"], ["1"]])), "d.xlsx") == "data.file_too_large"


def test_zip_that_is_no_workbook_is_refused():
    out = io.BytesIO()
    with ZipFile(out, "w") as packed:
        packed.writestr("hello.txt", "hello")
    assert refused(out.getvalue(), "d.xlsx") == "data.damaged_file"


def parquet(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def test_parquet_gives_its_columns():
    sheet = read(parquet(pa.table({"id": ["007"], "amount": [1.5], "on": [date(2026, 1, 2)]})), "d.parquet")
    assert sheet.header == ("id", "amount", "on")
    assert sheet.rows == [["007", Decimal("1.5"), date(2026, 1, 2)]]


def test_parquet_with_lists_is_refused():
    assert refused(parquet(pa.table({"id": [["a", "b"]]})), "d.parquet") == "data.nested_column"


# ---------------------------------------------------------------- anything


@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.tsv", "a.xlsx", "a.parquet"]))
def test_no_bytes_are_ever_a_traceback(content, name):
    sheet, issues = read_file(name, content)
    assert sheet is not None or issues


@given(st.text(max_size=300), st.sampled_from([",", ";", "\t", "|"]), st.integers(1, 4))
def test_no_text_is_ever_a_traceback(text, delimiter, header_row):
    sheet, issues = read_file("a.csv", text.encode(), Reading(delimiter=delimiter, header_row=header_row))
    assert sheet is not None or issues
    if sheet is not None:
        assert len(set(sheet.header)) == len(sheet.header)
        assert all(len(row) == len(sheet.header) for row in sheet.rows)


@pytest.mark.parametrize("prefix", [b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
@given(tail=st.binary(max_size=300))
def test_no_broken_container_is_ever_a_traceback(prefix, tail):
    assert refused(prefix + tail) in ("data.damaged_file", "data.password")


def test_cut_workbook_is_refused():
    whole = workbook(("Deals", [["Id", "Stage"], *[[str(n), "Won"] for n in range(200)]]))
    for end in (40, len(whole) // 2, len(whole) - 30):
        assert refused(whole[:end], "d.xlsx") == "data.damaged_file"


def test_sample_uploads_are_read():
    folder = Path(__file__).parents[2] / "sample_data" / "uploads"
    for path in folder.iterdir():
        assert read(path.read_bytes(), path.name).rows, path.name

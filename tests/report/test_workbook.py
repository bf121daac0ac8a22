"""The plan workbook: the figures of the run, live totals, and nothing that runs."""

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from revplan.model.book import Company, Team
from revplan.report.contents import Contents
from revplan.report.workbook import plan_workbook
from tests.report.made import run_result

TEAMS = (
    Team(id="marketing", name="Marketing"),
    Team(id="sales", name="Sales: EMEA/APAC [field] and the rest"),
)


def contents(**changes: Any) -> Contents:
    company = Company(name="=Acme", as_of=date(2026, 6, 30), team=TEAMS)
    return replace(Contents(company, (), run_result(), {"mia": "Mia", "sam": "Sam"}), **changes)


def opened(data: bytes, *, formulas: bool = False) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=not formulas)


def table(sheet: Worksheet, first_heading: str) -> list[dict[str, Any]]:
    """The rows under the heading row that begins with `first_heading`, until an empty first cell."""
    rows: list[Any] = list(sheet.iter_rows(values_only=True))
    head = next(i for i, row in enumerate(rows) if row[0] == first_heading)
    titles = [title for title in rows[head] if title]
    found: list[dict[str, Any]] = []
    for row in rows[head + 1 :]:
        if row[0] is None:
            break
        found.append(dict(zip(titles, row, strict=False)))
    return found


def amount(value: object) -> int:
    return round(Decimal(str(value)) * 100)


def test_every_payout_of_the_run_is_in_the_workbook() -> None:
    rows = table(opened(plan_workbook(contents()))["Payouts"], "Team")
    lines = run_result().lines.to_pylist()
    assert [amount(row["Payout"]) for row in rows] == [line["payout"] for line in lines]
    assert [row["Name"] for row in rows] == [line["payee_name"] for line in lines]
    assert [Decimal(str(row["Attainment"])) for row in rows] == [
        Decimal(x["attainment"]) / 10**6 for x in lines
    ]
    assert rows[1]["Credit"] == 120.5
    assert amount(rows[3]["Credit"]) == 110_001_00
    assert rows[4]["Why it is 0"] == "Nothing was credited in this period."


def test_periods_and_accounts_are_named_as_on_the_pages() -> None:
    book = opened(plan_workbook(contents(account_names={"A1": "Initech"})))
    payouts = table(book["Payouts"], "Team")
    assert [row["Paid for"] for row in payouts][:2] == ["Q1 2026", "Q2 2026"]
    assert {row["Quarter"] for row in payouts} == {"Q1 2026", "Q2 2026"}
    assert {row["Period"] for row in table(book["Attainment"], "Target")} == {"Q1 2026", "Q2 2026"}
    credit = table(book["Credits"], "Counts")[0]
    assert (credit["Account"], credit["Account id"]) == ("Initech", "A1")


def test_quarters_of_the_summary_stand_in_time() -> None:
    lines = run_result().lines.to_pylist()
    earlier = lines[0] | {
        "period": "2025-Q4",
        "period_start": date(2025, 10, 1),
        "period_end": date(2026, 1, 1),
    }
    result = replace(run_result(), lines=pa.Table.from_pylist([*lines, earlier], run_result().lines.schema))
    by_team = table(opened(plan_workbook(contents(result=result)))["Summary"], "Team")
    assert list(by_team[0]) == ["Team", "Q4 2025", "Q1 2026", "Q2 2026", "Total"]


def test_totals_are_formulas_with_the_right_value_stored() -> None:
    data = plan_workbook(contents())
    total = pc.sum(run_result().lines["payout"]).as_py()
    shown, live = opened(data), opened(data, formulas=True)
    head = next(row for row in shown["Payouts"].iter_rows() if row[0].value == "Total of the rows shown")
    assert amount(next(cell.value for cell in head[1:] if cell.value is not None)) == total
    formulas = [cell.value for row in live["Payouts"].iter_rows() for cell in row if cell.data_type == "f"]
    assert formulas == ["=SUBTOTAL(109,L5:L9)"]
    by_team = table(shown["Summary"], "Team")
    assert [amount(row["Total"]) for row in by_team] == [2_400_00, 2_000_01, total]
    assert amount(by_team[1]["Q2 2026"]) == 1_100_01


def test_the_summary_opens_with_a_sentence_and_the_company() -> None:
    sheet = opened(plan_workbook(contents()))["Summary"]
    texts = [str(row[0]) for row in sheet.iter_rows(values_only=True) if row[0]]
    assert texts[0] == "=Acme"
    assert (
        "Under the plan set volume, 3 people earn $4,400.01. The company missed its target in 1 of 2"
        in texts[2]
    )
    quarters = table(sheet, "Period")
    assert [row["Period"] for row in quarters] == ["Q1 2026", "Q2 2026", "Total"]
    assert amount(quarters[2]["Reached"]) == 400_000_03
    assert quarters[0]["Attainment"] == 0.9


def test_statements_of_a_team_add_up_to_its_payouts() -> None:
    book = opened(plan_workbook(contents()))
    assert [name for name in book.sheetnames if name.startswith("Statements")] == [
        "Statements Marketing",
        "Statements Sales EMEA APAC fiel",
    ]
    rows = list(book["Statements Marketing"].iter_rows(values_only=True))
    assert [amount(row[4]) for row in rows if row[0] in ("Total", "Mia")] == [2_400_00, 2_400_00]


def test_targets_show_the_whole_and_the_parts_by_period() -> None:
    rows = table(opened(plan_workbook(contents()))["Targets"], "Whose")
    assert [row["Whose"] for row in rows] == ["=Acme", TEAMS[1].name]
    assert amount(rows[0]["Q1 2026"]) == 200_000_00
    assert amount(rows[0]["Total"]) == 400_000_00


def test_text_that_begins_like_a_formula_stays_text() -> None:
    live = opened(plan_workbook(contents()), formulas=True)
    cells = [cell for sheet in live for row in sheet.iter_rows() for cell in row]
    strange = [cell for cell in cells if cell.value in ('=HYPERLINK("x")', "=Acme")]
    assert len(strange) >= 3
    with zipfile.ZipFile(io.BytesIO(plan_workbook(contents()))) as file:
        sheets = "".join(file.read(name).decode() for name in file.namelist() if "/sheet" in name)
    formulas = re.findall(r"<f>(.*?)</f>", sheets)
    assert formulas
    assert not [formula for formula in formulas if "HYPERLINK" in formula or "Acme" in formula]


def test_the_same_contents_give_the_same_bytes() -> None:
    assert plan_workbook(contents()) == plan_workbook(contents())


def test_a_currency_without_minor_digits_shows_none() -> None:
    made = contents(result=replace(run_result(), digits=0, currency="JPY"))
    sheet = opened(plan_workbook(made))["Payouts"]
    row = next(row for row in sheet.iter_rows() if row[0].value == "Marketing")
    cell = row[11]
    assert (cell.value, cell.number_format) == (1_200_00, "#,##0")


def test_an_empty_run_is_a_workbook_too() -> None:
    result = run_result()
    empty = {name: getattr(result, name).slice(0, 0) for name in ("lines", "parts", "credits", "standings")}
    made = contents(result=replace(result, statements=result.statements.slice(0, 0), **empty))
    assert opened(plan_workbook(made)).sheetnames[0] == "Summary"


def test_two_teams_of_one_name_are_told_apart() -> None:
    twins = Company(
        name="A", as_of=date(2026, 6, 30), team=(Team(id="marketing", name="X"), Team(id="sales", name="x"))
    )
    by_team = table(opened(plan_workbook(contents(company=twins)))["Summary"], "Team")
    assert [row["Team"] for row in by_team] == ["X (marketing)", "x (sales)", "Total"]
    assert [amount(row["Total"]) for row in by_team] == [2_400_00, 2_000_01, 4_400_01]


def with_wrong_values(data: bytes) -> bytes:
    """The same workbook with 123456 stored as the value of every formula."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if "/sheet" in name:
                content = re.sub(rb"</f><v>[^<]*</v>", b"</f><v>123456</v>", content)
            target.writestr(name, content)
    return out.getvalue()


RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>
"""


def recalculated(data: bytes, folder: Path, soffice: str) -> bytes:
    """The workbook as LibreOffice saves it after calculating every formula anew on load."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(RECALCULATE)
    (folder / "in.xlsx").write_bytes(data)
    command = [
        soffice,
        f"-env:UserInstallation=file://{profile}",
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
    ]
    subprocess.run(
        [*command, "--outdir", str(folder / "out"), str(folder / "in.xlsx")],
        check=True,
        timeout=120,
        capture_output=True,
    )
    shutil.rmtree(profile)
    return (folder / "out" / "in.xlsx").read_bytes()


@pytest.mark.libreoffice
def test_a_spreadsheet_calculates_the_totals_that_are_stored(tmp_path: Path, soffice: str) -> None:
    right = plan_workbook(contents())
    wrong = with_wrong_values(right)
    live = recalculated(wrong, tmp_path, soffice)
    formulas = opened(right, formulas=True)
    checked = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    place = (sheet.title, cell.coordinate)
                    stored = opened_cell(right, place)
                    assert opened_cell(wrong, place) == 123456
                    assert opened_cell(live, place) == pytest.approx(stored, abs=1e-9), place
                    checked += 1
    assert checked > 20


_books: dict[int, openpyxl.Workbook] = {}


def opened_cell(data: bytes, place: tuple[str, str]) -> float:
    book = _books.setdefault(hash(data), opened(data))
    return book[place[0]][place[1]].value

"""What leaves the app: the same figures as on the screen, and nobody else's."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from revplan.access import AccessDenied, Viewer
from revplan.report.columns import Column
from revplan.service import company, export, plans, workspace
from revplan.service.workspace import Workspace
from revplan.store import activity, documents
from revplan.words import speaking
from tests.service.test_compare import open_book

CRO, MARKETING = Viewer("cro"), Viewer("lead", "marketing", "M1")
SAM = Viewer("payee", payee_id="S1")


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Workspace]:
    workspace.reset()
    yield open_book(tmp_path)
    workspace.reset()


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=True)


def every_text(book: openpyxl.Workbook) -> set[str]:
    return {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell}


def archived(data: bytes) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: list(csv.DictReader(io.StringIO(file.read(name).decode()))) for name in file.namelist()}


def test_the_workbook_of_the_company_holds_every_team(here: Workspace) -> None:
    book = opened(export.plan_workbook(CRO, "volume"))
    assert book.sheetnames == [
        "Summary", "Targets", "Plan terms", "Attainment", "Payouts", "Statements Marketing",
        "Statements Sales", "Explanations", "Credits", "Notes",
    ]  # fmt: skip
    lines = here.run("volume").lines
    total = pc.sum(lines["payout"]).as_py()
    rows: list[Any] = list(book["Payouts"].iter_rows(values_only=True))
    row = next(row for row in rows if row[0] == "Total of the rows shown")
    assert round(row[11] * 100) == total
    assert "Pays a rate on what counts." in " ".join(every_text(book))


def test_a_leads_workbook_holds_nobody_elses_pay(here: Workspace) -> None:
    book = opened(export.plan_workbook(MARKETING, "volume"))
    texts = every_text(book)
    assert "Statements Sales" not in book.sheetnames
    assert "=Mia" in texts
    assert not [text for text in texts for name in ("Sam", "S1", "commission", "Bookings") if name in text]
    whole = opened(export.plan_workbook(CRO, "volume"))
    assert {"Sam", "Bookings"} <= every_text(whole)
    mine = [row[2] for row in book["Summary"].iter_rows(values_only=True)]
    assert 180_000.10 in mine  # what the company reached is shared


def test_a_payees_workbook_holds_only_the_own_person(here: Workspace) -> None:
    book = opened(export.plan_workbook(SAM, "shared"))
    assert book.sheetnames[5:6] == ["Statements Sales"]
    assert "=Mia" not in every_text(book)


def test_the_csv_files_are_cut_like_the_workbook(here: Workspace) -> None:
    files = archived(export.csv_archive(MARKETING, "volume"))
    assert {row["payee"] for row in files["payouts.csv"]} == {"M1"}
    assert {row["payee"] for row in files["parts.csv"]} <= {"M1"}
    assert {row["owner"] for row in files["attainment.csv"]} == {"company"}
    assert {row["payee"] for row in archived(export.csv_archive(CRO, "volume"))["payouts.csv"]} == {
        "M1",
        "S1",
    }


def test_the_preview_counts_what_the_viewer_would_get(here: Workspace) -> None:
    mine, whole = export.preview(MARKETING, "volume"), export.preview(CRO, "volume")
    assert (mine.people, whole.people) == (1, 2)
    assert (mine.teams, whole.teams) == (("Marketing",), ("Marketing", "Sales"))
    assert mine.lines < whole.lines == here.run("volume").lines.num_rows


def test_every_export_is_logged_with_whose_it_is(here: Workspace) -> None:
    export.plan_workbook(MARKETING, "volume")
    export.csv_archive(CRO, "shared")
    export.table_csv(CRO, "Teams, 2026-Q1", pa.table({"a": ["x"]}), [Column("a", "A")])
    with here.records.read() as connection:
        entries = [entry for entry in activity.list_access(connection) if entry.action == "exported"]
    assert [(entry.viewer, entry.what) for entry in reversed(entries)] == [
        ("lead:marketing:M1", "plan workbook of plan set volume: M1, marketing"),
        ("cro", "CSV files of plan set shared: everyone"),
        ("cro", "Teams, 2026-Q1"),
    ]


@pytest.mark.parametrize(
    "take",
    [export.plan_workbook, export.csv_archive, export.preview, lambda viewer, _set: export.plan_sets(viewer)],
)
def test_a_viewer_without_a_role_gets_nothing(here: Workspace, take) -> None:
    with pytest.raises(AccessDenied):
        take(Viewer(), "volume")


def test_an_unknown_plan_set_is_refused(here: Workspace) -> None:
    with pytest.raises(KeyError):
        export.plan_workbook(CRO, "nope")


def test_a_table_leaves_with_the_figures_seen(here: Workspace) -> None:
    table = pa.table({"name": ["=a"], "pay": pa.array([123_45], pa.int64())})
    columns = [Column("name", "Name"), Column("pay", "Pay", "money", adds_up=True)]
    assert export.table_csv(CRO, "Pay", table, columns) == b"Name,Pay\n'=a,123.45\n"
    sheet = opened(export.table_xlsx(CRO, "Pay", table, columns)).worksheets[0]
    assert list(sheet.iter_rows(values_only=True))[1:] == [
        ("Total of the rows shown", 123.45),
        ("Name", "Pay"),
        ("=a", 123.45),
    ]


def test_the_workbook_speaks_the_readers_language_but_keeps_the_figures(here: Workspace) -> None:
    english = opened(export.plan_workbook(CRO, "volume"))
    with speaking("tr"):
        turkish = opened(export.plan_workbook(CRO, "volume"))
    figures = [
        [
            [c for c in row if isinstance(c, int | float)]
            for sheet in book
            for row in sheet.iter_rows(values_only=True)
        ]
        for book in (english, turkish)
    ]
    assert figures[0] == figures[1]


def test_a_plan_that_was_exported_with_final_pay_never_changes_again(here: Workspace) -> None:
    def used() -> set[str]:
        with here.records.read() as connection:
            return {one.document_id for one in documents.versions(connection, "plan") if one.used}

    export.plan_workbook(MARKETING, "volume")
    assert used() == set()  # a lead's copy pays nobody
    export.csv_archive(CRO, "volume")
    final = here.run("volume").lines.filter(pc.equal(here.run("volume").lines["status"], "final"))
    assert used() == set(final["plan_id"].to_pylist()) != set()
    company.set_as_of(CRO, date(2020, 1, 1))
    listed = {entry.plan.id: entry.used for entry in plans.list_plans(CRO, "volume")}
    assert all(listed[plan] for plan in used())

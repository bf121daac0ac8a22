"""The Export page says what the workbook holds."""

import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from revplan.access import Viewer
from revplan.service import export, workspace
from revplan.ui import export_page
from tests.service.test_compare import open_book


@pytest.fixture(autouse=True)
def here(tmp_path: Path) -> Iterator[None]:
    workspace.reset()
    open_book(tmp_path)
    yield
    workspace.reset()


def test_the_page_names_the_sheets_of_the_workbook_in_their_order() -> None:
    cro = Viewer("cro")
    book = openpyxl.load_workbook(io.BytesIO(export.plan_workbook(cro, "shared")))
    sheets = dict.fromkeys(
        "Statements" if name.startswith("Statements ") else name for name in book.sheetnames
    )
    assert [name for name, _about in export_page.sheets(export.preview(cro, "shared"))] == list(sheets)

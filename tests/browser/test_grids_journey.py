"""What people type in grids, in a real browser: scores of a team, and a correction with its reason."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reader import PATIENCE, WIDE, become, choose, grid, open_page, settle, visit
from tests.browser.server import app_server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROW = 33
"""How high a grid's row is, in pixels."""
SCORE = 0.7
PERSON, DAY, AMOUNT, WHY, DECIDED_BY = 0.12, 0.3, 0.5, 0.68, 0.9
"""How far across its grid a column lies, as a share of the width."""


@pytest.fixture
def own_app(tmp_path: Path) -> Iterator[str]:
    """An app of its own, on a fresh workspace: this path changes what the company has."""
    with app_server(tmp_path) as address:
        yield address


def test_a_lead_types_scores_and_finance_a_correction(own_app: str, page: Page) -> None:
    page.set_viewport_size({"width": WIDE, "height": 2600})
    open_page(page, own_app)
    become(page, "lead")
    visit(page, "Scores")
    choose(page, "Period", "Q3 2026")
    for row, score in ((0, "71.5"), (1, "82")):
        type_in(page, row, SCORE, score)
    assert [row["Score (%)"] for row in grid(page, "Person", "Goal")[:2]] == ["71.5", "82"]
    page.get_by_role("button", name="Save the scores").click()
    expect(page.get_by_text("2 scores are saved.")).to_be_visible(timeout=PATIENCE)
    settle(page)
    assert [row["Score (%)"] for row in grid(page, "Person", "Goal")[:2]] == ["71.5", "82"]
    become(page, "finance")
    visit(page, "Close")
    page.get_by_text("Corrections by hand").click()
    page.wait_for_timeout(1000)
    add_row(page)
    type_in(page, 0, PERSON, "Callum Whitford")
    type_in(page, 0, DAY, "2026-10-15")
    type_in(page, 0, AMOUNT, "-250")
    type_in(page, 0, DECIDED_BY, "Cleo Finance")
    page.get_by_role("button", name="Save the corrections").click()
    settle(page)
    expect(page.get_by_text("The correction lacks a reason")).to_be_visible()
    type_in(page, 0, WHY, "Paid twice")
    page.get_by_role("button", name="Save the corrections").click()
    expect(page.get_by_text("1 correction is saved.")).to_be_visible(timeout=PATIENCE)
    settle(page)
    kept = [row for row in grid(page, "Counts on", "Decided by") if row["Why"] == "Paid twice"]
    assert [(row["Person"], row["Amount"]) for row in kept] == [("Callum Whitford", "-$250.00")]


def add_row(page: Page) -> None:
    """Press the empty row below the last one of the grid that is typed in."""
    box = last_grid(page)
    page.mouse.click(box["x"] + 20, box["y"] + box["height"] - ROW / 2)
    page.wait_for_timeout(500)


def type_in(page: Page, row: int, across: float, text: str) -> None:
    """Type over the cell of the last grid that lies so far across: open it, type, Enter."""
    field = page.locator("input:focus, textarea:focus")
    for _attempt in range(4):  # a grid that was just drawn anew is not listening yet
        box = last_grid(page)
        place = box["x"] + across * box["width"], box["y"] + ROW * (row + 1.5)
        page.mouse.click(*place)  # the grid takes the focus first
        page.wait_for_timeout(800)
        page.mouse.dblclick(*place)
        page.wait_for_timeout(600)
        if field.count():
            break
    if field.get_attribute("role") == "combobox":  # a list: what is typed narrows it down
        field.press_sequentially(text)
    else:
        field.fill(text)
    page.wait_for_timeout(200)
    page.keyboard.press("Enter")
    settle(page)


def last_grid(page: Page) -> dict[str, float]:
    """Where the last visible grid lies."""
    box = page.get_by_test_id("stDataFrame").filter(visible=True).last.bounding_box()
    assert box is not None
    return dict(box)  # type: ignore[arg-type]

"""A month's close: submitted by finance, approved by the CRO, locked, paid; then a deal comes late."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reader import PATIENCE, WIDE, become, choose, download, grid, open_page, settle, visit
from tests.browser.server import app_server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHARED, CLOSED = "Shared revenue plans", "Jan 2025 to Sep 2026"
LATE = (
    "opportunity_id,name,account_id,owner_id,kind,stage,amount,currency,created_on,closed_on\n"
    "O-LATE,Found in a drawer,A-0001,P-020,new,Closed Won,250000,USD,2026-05-04,2026-09-21\n"
)


@pytest.fixture
def own_app(tmp_path: Path) -> Iterator[str]:
    """An app of its own, on a fresh workspace: this path changes what the company has."""
    with app_server(tmp_path) as address:
        yield address


def test_a_month_is_closed_and_a_late_deal_is_trued_up_in_the_next(
    own_app: str, page: Page, tmp_path: Path
) -> None:
    page.set_viewport_size({"width": WIDE, "height": 2600})
    open_page(page, own_app)
    become(page, "finance")
    visit(page, "Close")
    choose(page, "Plans", SHARED)
    choose(page, "Period", CLOSED)
    step(page, "Submit for approval", "Submit")
    expect(page.get_by_text(f"{CLOSED} is submitted.", exact=True)).to_be_visible()
    assert page.get_by_role("button", name="Approve").count() == 0
    become(page, "cro")
    step(page, "Approve", "Approve it")
    step(page, "Lock", "Lock it for good")
    expect(page.get_by_text(f"{CLOSED} is locked.", exact=True)).to_be_visible()
    choose(page, "Period", CLOSED)
    paid = download(page, "Pay file (CSV)")
    step(page, "Mark as paid", "It is paid")
    expect(page.get_by_role("heading", name=f"{CLOSED} was paid")).to_be_visible()
    upload_late_deal(page, tmp_path)
    visit(page, "Close")
    choose(page, "Period", "Oct 2026")
    row = grid(page, "Closed period", "Paid with")[0]
    assert (row["Paid with"], row["Why"]) == ("Oct 2026", "What counts in the closed period has changed.")
    choose(page, "Period", CLOSED)
    assert money(download(page, "Pay file (CSV)")) == money(paid)
    visit(page, "Changes")
    choose(page, "Compared with", "what closed periods paid")
    expect(page.get_by_text("Found in a drawer counts newly: $250,000.00.").first).to_be_visible()


def step(page: Page, opens: str, does: str) -> None:
    """Open what a step means, and take it."""
    page.get_by_role("button", name=opens).first.click()
    page.get_by_role("button", name=does, exact=True).click()
    settle(page)


def money(file: bytes) -> list[tuple[str, str]]:
    """Who is paid how much in a pay file."""
    return [(row.split(",")[0], row.split(",")[5]) for row in file.decode().splitlines()]


def upload_late_deal(page: Page, folder: Path) -> None:
    late = folder / "late-deals.csv"
    late.write_text(LATE)
    visit(page, "Data")
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(late)
    expect(page.get_by_role("heading", name=late.name)).to_be_visible(timeout=PATIENCE)
    settle(page)
    page.get_by_role("button", name="Accept 1 row").click()
    expect(page.get_by_text("Opportunities: 1 new.")).to_be_visible(timeout=PATIENCE)
    settle(page)

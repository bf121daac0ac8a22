"""The CRO's whole path: a CRM export in, a shared target set, a team switched to it, the plan out."""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from playwright.sync_api import Page, expect

from tests.browser.reader import PATIENCE, WIDE, choose, download, grid, open_page, settle, visit
from tests.browser.server import app_server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DEALS = Path(__file__).parents[2] / "sample_data" / "uploads" / "hubspot-deals.csv"
VOLUME, SHARED = "Today's plans (volume)", "Shared revenue plans"
LAST_FINISHED = "Q3 2026"
TEAMS = {"Marketing", "Enterprise sales", "Mid-market sales", "Customer success"}


@pytest.fixture
def own_app(tmp_path: Path) -> Iterator[str]:
    """An app of its own, on a fresh workspace: this path changes what the company has."""
    with app_server(tmp_path) as address:
        yield address


def test_a_cro_brings_deals_shares_a_target_switches_marketing_and_takes_the_plan_along(
    own_app: str, page: Page
) -> None:
    page.set_viewport_size({"width": WIDE, "height": 3000})
    open_page(page, own_app)
    upload_deals(page)
    set_the_shared_target(page)
    before = compared_teams(page)
    switch_marketing_to_the_shared_target(page)
    after = compared_teams(page)
    only_marketing_is_paid_otherwise(before, after)
    the_workbook_says_the_same(page, after)


# ---------------------------------------------------------------- Data


def upload_deals(page: Page) -> None:
    visit(page, "Data")
    loaded = opportunities_loaded(page)
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(DEALS)
    expect(page.get_by_role("heading", name=DEALS.name)).to_be_visible(timeout=PATIENCE)
    settle(page)
    with DEALS.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    good, bad = len(rows) - 2, 2
    expect(
        page.get_by_text(f"{len(rows)} rows read. Accepting it: {good} new. {bad} rows cannot")
    ).to_be_visible()
    page.get_by_role("tab", name="Columns").click()
    for ours, theirs in {
        "Opportunity *": "Record ID",
        "Name": "Deal Name",
        "Stage": "Deal Stage",
        "Amount *": "Amount",
        "Owner": "Deal owner",
        "Closes on *": "Close Date",
        "Created on": "Create Date",
        "Account": "Associated Company",
    }.items():
        box = page.get_by_role("tabpanel").get_by_role("combobox", name=ours, exact=True)
        assert box.input_value().startswith(f"{theirs} · "), ours
    page.get_by_role("button", name=f"Accept {good} rows").click()
    expect(page.get_by_text(f"Opportunities: {good} new.")).to_be_visible(timeout=PATIENCE)
    settle(page)
    assert opportunities_loaded(page) == loaded + good
    rejected = download(page, f"Download {bad} rejected rows").decode("utf-8-sig")
    returned = list(csv.DictReader(rejected.splitlines()))
    known = {row["Record ID"] for row in rows}
    assert len(returned) == bad
    for row in returned:
        assert row["Record ID"] in known
        assert any(len(value or "") > 20 for value in row.values()), "the reason is missing"


def opportunities_loaded(page: Page) -> int:
    rows = grid(page, "Table", "Rows", "Last file")
    return next(int(row["Rows"]) for row in rows if row["Table"] == "Opportunities")


# ---------------------------------------------------------------- Targets


def set_the_shared_target(page: Page) -> None:
    """Take marketing off and put it on again, and move the total: each save is a version of its own."""
    visit(page, "Targets")
    choose(page, "Target", "Company revenue")
    marketing = page.get_by_role("group", name="Teams that share it").get_by_role("button", name="Marketing")
    if not marketing.count():
        marketing = page.get_by_role("button", name="Marketing", exact=True)
    marketing.click()
    settle(page)
    save_target(page, "Without marketing", 2)
    expect(page.get_by_role("heading", name="Customer success share it")).not_to_contain_text("Marketing")
    page.get_by_role("button", name="Put Marketing on the shared target").click()
    expect(page.get_by_text("Marketing now shares Company revenue")).to_be_visible(timeout=PATIENCE)
    settle(page)
    total = page.get_by_label("Total for the year")
    total.fill("25000000")
    total.press("Enter")
    expect(page.get_by_text("$25M in 2026")).to_be_visible(timeout=PATIENCE)
    settle(page)
    save_target(page, "The board asks for 25 million", 4)
    expect(page.get_by_role("heading", name="share it")).to_contain_text("Marketing")
    page.get_by_text("Versions (4)").click()
    settle(page)
    newest = grid(page, "Version")[0]
    assert "Chief revenue officer" in newest.values()
    assert "The board asks for 25 million" in newest.values()
    assert any(value.count(":") == 1 and "20" in value for value in newest.values()), "when is missing"


def save_target(page: Page, note: str, version: int) -> None:
    page.get_by_label("Note (what changed, and why)").fill(note)
    page.get_by_label("Note (what changed, and why)").press("Tab")
    settle(page)
    page.get_by_role("button", name="Save the target").click()
    expect(page.get_by_text(f"is saved as version {version}")).to_be_visible(timeout=PATIENCE)
    settle(page)


# ---------------------------------------------------------------- Plans


def switch_marketing_to_the_shared_target(page: Page) -> None:
    """Leads become won revenue, counted for all teams, against the target that they share."""
    visit(page, "Plans")
    choose(page, "Plans", VOLUME)
    choose(page, "Plan", "Marketer: leads")
    for component in ("Leads", "Qualified leads of the team"):
        page.get_by_role("radio", name=re.compile(f"^{component}( ·|$)")).click()
        settle(page)
        page.get_by_role("button", name="Pay it on the shared revenue target").click()
        settle(page)
        for label, value in (("Measure", "Revenue · Won revenue"), ("Target", "Company revenue")):
            box = page.get_by_role("combobox", name=label, exact=True)
            expect(box).to_have_value(value, timeout=PATIENCE)
        expect(page.get_by_role("radio", name="The shared result")).to_be_checked()
    page.get_by_role("button", name="Save as version 2").click()
    expect(page.get_by_text("is saved as version 2")).to_be_visible(timeout=PATIENCE)
    settle(page)


# ---------------------------------------------------------------- Compare and Export

Teams = dict[str, dict[str, Decimal]]


def compared_teams(page: Page) -> Teams:
    """Pay by team under each set, as the table on the page shows it; the same as its CSV file holds."""
    visit(page, "Compare")
    rows = grid(page, "Team", "Difference")
    assert {row["Team"] for row in rows} == TEAMS
    shown = {row["Team"]: {name: Decimal(row[name]) for name in ("Pay, A", "Pay, B")} for row in rows}
    taken = csv.DictReader(download(page, "CSV", first=True).decode("utf-8-sig").splitlines())
    pay = [name for name in taken.fieldnames or () if name.startswith("Pay: ")]
    for row in taken:
        assert [Decimal(row[name]) for name in pay] == list(shown[row["Team"]].values())
    return {
        team: dict(zip(("volume", "shared"), figures.values(), strict=True))
        for team, figures in shown.items()
    }


def only_marketing_is_paid_otherwise(before: Teams, after: Teams) -> None:
    assert before["Marketing"]["volume"] != after["Marketing"]["volume"]
    for team in TEAMS:
        assert before[team]["shared"] == after[team]["shared"], team
        if team != "Marketing":
            assert before[team]["volume"] == after[team]["volume"], team


def the_workbook_says_the_same(page: Page, compared: Teams) -> None:
    """Payout by team in the finished quarters: summed from the lines, and as the summary has it."""
    visit(page, "Export")
    choose(page, "Plans", VOLUME)
    book = load_workbook(io.BytesIO(download(page, "Plan workbook (Excel)")), data_only=True)
    wanted = {team: figures["volume"] for team, figures in compared.items()}
    assert finished_pay(book["Payouts"], "Quarter", "Payout") == wanted
    assert summary_pay(book["Summary"]) == wanted


def finished_pay(sheet: Worksheet, quarter: str, amount: str) -> dict[str, Decimal]:
    """The lines of a sheet added up by team, up to the last finished quarter."""
    rows = list(sheet.iter_rows(values_only=True))
    head = next(place for place, row in enumerate(rows) if {"Team", quarter, amount} <= set(row))
    where = {name: rows[head].index(name) for name in ("Team", quarter, amount)}
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows[head + 1 :]:
        if row[where["Team"]] in TEAMS and in_time(row[where[quarter]]) <= in_time(LAST_FINISHED):
            paid[str(row[where["Team"]])] += Decimal(str(row[where[amount]]))
    return dict(paid)


def in_time(quarter: object) -> tuple[str, str]:
    """Q3 2026 as something that sorts."""
    name, _, year = str(quarter).partition(" ")
    return year, name


def summary_pay(sheet: Worksheet) -> dict[str, Decimal]:
    """The summary's table of teams by quarters, added up over the finished quarters."""
    rows = list(sheet.iter_rows(values_only=True))
    head = next(place for place, row in enumerate(rows) if row[0] == "Team" and LAST_FINISHED in row)
    finished = [
        at
        for at, name in enumerate(rows[head])
        if str(name)[:1] == "Q" and in_time(name) <= in_time(LAST_FINISHED)
    ]
    return {
        str(row[0]): sum((Decimal(str(row[at])) for at in finished), Decimal())
        for row in rows[head + 1 :]
        if row[0] in TEAMS
    }

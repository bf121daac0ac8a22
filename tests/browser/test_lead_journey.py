"""A lead's path, and a payee's: whatever they open, ask for or take along, it is their own only."""

import csv
import io
import re
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, WebSocket, expect

from tests.browser.reader import become, choose, download, open_page, settle, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAYEES = Path(__file__).parents[2] / "sample_data" / "payees.csv"
OWN = "marketing"
PAYEE_ID = re.compile(r"\bP-\d{3}\b")


def roster() -> tuple[dict[str, str], dict[str, str]]:
    """People who were ever in marketing, and those who never were, by id."""
    with PAYEES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    own = {row["payee_id"]: row["name"] for row in rows if row["team"] == OWN}
    return own, {row["payee_id"]: row["name"] for row in rows if row["payee_id"] not in own}


@pytest.fixture
def heard(page: Page) -> list[bytes]:
    """Every byte that the server sends to the page: also what a chart or a table holds and does not show."""
    frames: list[bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on(
            "framereceived", lambda sent: frames.append(sent if isinstance(sent, bytes) else sent.encode())
        )

    page.on("websocket", listen)
    return frames


def holds(frames: list[bytes], names: dict[str, str]) -> set[str]:
    everything = b"\n".join(frames)
    return {name for name in names.values() if name.encode() in everything}


def open_as_lead(page: Page, address: str, path: str, heard: list[bytes]) -> None:
    """Open an address and become the lead of marketing on it; only what is heard since then is kept."""
    open_page(page, address, path)
    heard.clear()
    become(page, "lead")
    expect(page.get_by_role("combobox", name="Team").first).to_have_value("Marketing")


# ---------------------------------------------------------------- what a lead sees


def test_what_a_cro_sees_holds_other_teams_people(page: Page, app: str, heard: list[bytes]) -> None:
    """The ear hears: otherwise the silence below would prove nothing."""
    own, others = roster()
    open_page(page, app, "Attainment?team=enterprise")
    visit(page, "Compare")
    assert len(holds(heard, others)) > 10
    assert holds(heard, own)


def test_a_lead_sees_nobody_of_another_team_on_any_page(page: Page, app: str, heard: list[bytes]) -> None:
    own, others = roster()
    open_as_lead(page, app, "Home", heard)
    pages = sidebar(page)
    mine = {"Home", "Targets", "Scores", "Attainment", "Health", "Compare", "Changes", "Close", "Export"}
    assert mine >= set(pages)
    assert not {"Data", "Plans"} & set(pages)
    for name in pages:
        visit(page, name)
        look_unharmed(page)
    assert not holds(heard, others)
    assert holds(heard, own), "nothing was heard at all"


def test_a_lead_reaches_the_deals_behind_the_pay_of_the_own_people_only(
    page: Page, app: str, heard: list[bytes]
) -> None:
    own, others = roster()
    open_as_lead(page, app, "Attainment", heard)
    choose_person = page.get_by_test_id("stMain").get_by_role("combobox", name="Person")
    choose_person.click()
    offered = set(page.get_by_role("option").all_inner_texts())
    assert offered - {"The whole team"} <= set(own.values())
    page.keyboard.press("Escape")
    choose(page, "Person", "Leonie Hartmann")
    expect(page.get_by_role("heading", name="Leonie Hartmann")).to_be_visible()
    look_unharmed(page)
    assert not holds(heard, others)


@pytest.mark.parametrize("path", ["Data", "Plans?plans=shared&plan=ae-shared"])
def test_a_page_for_other_roles_says_so_and_sends_nothing(
    page: Page, app: str, heard: list[bytes], path: str
) -> None:
    open_as_lead(page, app, path, heard)
    expect(page.get_by_text("This page is for other roles.")).to_be_visible()
    assert page.get_by_test_id("stMain").get_by_role("button").count() == 0
    assert page.get_by_test_id("stDataFrame").count() == 0
    assert not holds(heard, roster()[1])


@pytest.mark.parametrize(
    "path",
    [
        "Home?team=enterprise&role=cro",
        "Attainment?team=enterprise&person=P-020",
        "Attainment?team=success&payee=P-030&period=2026-Q2&plans=shared",
        "Compare?team=enterprise&before=shared&after=volume",
        "Export?team=mid-market&plans=shared",
        "Targets?target=company-revenue&team=enterprise",
    ],
)
def test_an_address_that_names_another_team_shows_the_own_one(
    page: Page, app: str, heard: list[bytes], path: str
) -> None:
    open_as_lead(page, app, path, heard)
    look_unharmed(page)
    assert not holds(heard, roster()[1])


def test_what_a_lead_takes_along_names_nobody_of_another_team(
    page: Page, app: str, heard: list[bytes]
) -> None:
    own, others = roster()
    open_as_lead(page, app, "Export", heard)
    for plans in ("Today's plans (volume)", "Shared revenue plans"):
        choose(page, "Plans", plans)
        book = words_of_workbook(download(page, "Plan workbook (Excel)"))
        tables = download(page, "All tables (CSV, zipped)")
        archive = words_of_archive(tables)
        assert teams_paid(tables) == {OWN}
        for text in (book, archive):
            assert any(name in text for name in own.values())
            assert not {name for name in others.values() if name in text}
            assert not set(PAYEE_ID.findall(text)) & set(others)
    visit(page, "Compare")
    for file in (download(page, "Excel", first=True), download(page, "CSV", first=True)):
        text = words_of(file)
        assert "Marketing" in text
        assert not {
            team for team in ("Enterprise sales", "Mid-market sales", "Customer success") if team in text
        }
    assert not holds(heard, others)


# ---------------------------------------------------------------- what a payee sees


def test_a_payee_sees_the_own_pay_only(page: Page, app: str) -> None:
    """The role switch itself offers everybody by name, so here the page and the files are searched."""
    me = "Lucia Bellandi"
    everybody = dict(pair for people in roster() for pair in people.items())
    open_page(page, app)
    become(page, "payee")
    page.get_by_test_id("stSidebar").get_by_role("combobox", name="Person").fill(me)
    page.get_by_role("option", name=me, exact=True).click()
    settle(page)
    assert not {"Data", "Plans", "Compare"} & set(sidebar(page))
    for name in sidebar(page):
        visit(page, name)
        look_unharmed(page)
        told = page.get_by_test_id("stMain").evaluate("main => main.textContent")
        assert {each for each in everybody.values() if each in told} <= {me}, name
    visit(page, "Export")
    taken = words_of_archive(download(page, "All tables (CSV, zipped)"))
    taken += words_of_workbook(download(page, "Plan workbook (Excel)"))
    assert {each for each in everybody.values() if each in taken} == {me}
    assert {everybody[each] for each in PAYEE_ID.findall(taken)} == {me}


# ---------------------------------------------------------------- helpers


def sidebar(page: Page) -> list[str]:
    links = page.get_by_test_id("stSidebar").get_by_test_id("stPageLink").all_inner_texts()
    return [link.strip() for link in links]


def look_unharmed(page: Page) -> None:
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_text("Something went wrong")).to_have_count(0)
    expect(page.get_by_text("Traceback")).to_have_count(0)


def teams_paid(archive: bytes) -> set[str]:
    """The teams of the payouts: somebody who came from another team was paid there too."""
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        rows = csv.DictReader(io.StringIO(file.read("payouts.csv").decode("utf-8-sig")))
        return {row["team"] for row in rows}


def words_of(content: bytes) -> str:
    return words_of_workbook(content) if content[:2] == b"PK" else content.decode("utf-8-sig")


def words_of_workbook(content: bytes) -> str:
    """Every cell of every sheet, hidden ones too, and the sheets' names."""
    book = load_workbook(io.BytesIO(content))
    cells = (str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    return "\n".join([*book.sheetnames, *cells])


def words_of_archive(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return "\n".join(file.read(name).decode("utf-8-sig") for name in file.namelist())

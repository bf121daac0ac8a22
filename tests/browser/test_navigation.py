"""The app in a real browser: every page opens, roles hold, links carry the filters."""

import pytest
from playwright.sync_api import Page, expect

from revplan.ui import navigation
from tests.browser.reader import become, open_page, settle

pytestmark = pytest.mark.browser

PAGES = tuple(entry.label for entry in navigation.PAGES)


def links(page: Page) -> list[str]:
    return page.get_by_test_id("stSidebar").get_by_test_id("stPageLink").all_inner_texts()


def test_the_bare_address_opens_home(page: Page, app: str) -> None:
    open_page(page, app)
    expect(page.get_by_role("heading", name="Home", level=1)).to_be_visible()
    assert [link.strip() for link in links(page)] == list(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_by_its_address_on_its_own(page: Page, app: str, name: str) -> None:
    open_page(page, app, name)
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_text("Something went wrong")).to_have_count(0)


def test_a_lead_sees_the_own_team_and_keeps_the_role_from_page_to_page(page: Page, app: str) -> None:
    open_page(page, app)
    become(page, "lead")
    assert "Data" not in [link.strip() for link in links(page)]
    page.get_by_test_id("stSidebar").get_by_role("link", name="Attainment").click()
    settle(page)
    expect(page.get_by_role("heading", name="Attainment", level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="Marketing, ")).to_be_visible()
    page.get_by_role("combobox", name="Team").last.click()
    assert [option.inner_text() for option in page.get_by_role("option").all()] == ["Marketing"]


def test_a_role_is_never_in_the_address(page: Page, app: str) -> None:
    open_page(page, app)
    become(page, "lead")
    assert "lead" not in page.url
    open_page(page, app, "Data?role=finance")
    expect(page.get_by_role("heading", name="Data", level=1)).to_be_visible()


def test_filters_come_along_with_a_link_and_work_from_an_address(page: Page, app: str) -> None:
    open_page(page, app, "Home?plans=shared&period=2026-Q1")
    expect(page.get_by_text("Q1 2026").first).to_be_visible()
    page.get_by_test_id("stSidebar").get_by_role("link", name="Attainment").click()
    settle(page)
    assert "plans=shared" in page.url
    assert "period=2026-Q1" in page.url


def test_turkish_is_spoken_to_a_turkish_browser(app: str, page: Page) -> None:
    turkish = page.context.browser
    assert turkish is not None
    reader = turkish.new_page(locale="tr-TR")
    open_page(reader, app)
    expect(reader.get_by_text("%").first).to_be_visible()
    assert "%10" in reader.get_by_test_id("stMain").inner_text()
    reader.close()

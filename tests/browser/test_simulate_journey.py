"""The CRO at the levers: what is set stays set, and what a search found is brought to the levers."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.reader import PATIENCE, WIDE, open_page, settle, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def lever(page: Page, name: str) -> Locator:
    return page.get_by_test_id("stSlider").filter(has_text=re.compile(f"^{name}"))


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()
    settle(page)


def test_a_lever_stays_where_it_was_put_on_another_tab_and_on_another_page(app: str, page: Page) -> None:
    page.set_viewport_size({"width": WIDE, "height": 2000})
    open_page(page, app, "Simulate")
    expect(lever(page, "Rates")).to_contain_text("100%")
    lever(page, "Rates").get_by_role("slider").press("ArrowRight")
    settle(page)
    said = page.get_by_text("It would cost").first.inner_text()
    tab(page, "Find a plan")
    lever(page, "How long to search").get_by_role("slider").press("ArrowRight")
    settle(page)
    tab(page, "What if")
    expect(lever(page, "Rates")).to_contain_text("101%")
    expect(lever(page, "Thresholds")).to_contain_text("100%")
    visit(page, "Plans")
    visit(page, "Simulate")
    expect(lever(page, "Rates")).to_contain_text("101%")
    assert page.get_by_text("It would cost").first.inner_text() == said
    tab(page, "Find a plan")
    expect(lever(page, "How long to search")).to_contain_text("160")


def test_what_it_takes_is_brought_to_the_levers_with_all_others_at_rest(app: str, page: Page) -> None:
    page.set_viewport_size({"width": WIDE, "height": 2000})
    open_page(page, app, "Simulate")
    lever(page, "Rates").get_by_role("slider").press("ArrowRight")
    settle(page)
    tab(page, "What it takes")
    page.get_by_role("button", name="Work it out").click()
    use = page.get_by_role("button", name="Try it on the levers")
    expect(use).to_be_visible(timeout=4 * PATIENCE)  # twenty whole books, on a machine that is shared
    settle(page)
    use.click()
    settle(page)
    expect(page.get_by_role("tab", name="What if", exact=True)).to_have_attribute("aria-selected", "true")
    for name in ("Rates", "Thresholds", "Shared target", "Quotas", "Target incentives", "Deal sizes"):
        expect(lever(page, name)).to_contain_text("100%")
    expect(
        page.get_by_text(re.compile(r"^Deals of Enterprise sales × .+\(from .+ on, before .+\)"))
    ).to_be_visible()
    expect(page.get_by_text("It would cost").first).to_be_visible()

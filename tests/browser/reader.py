"""A reader at the app: opens pages, chooses a role, waits until nothing moves."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking")
WIDE, NARROW = 1440, 420
ROLES = {
    "cro": "Chief revenue officer",
    "finance": "Finance",
    "lead": "Team lead",
    "payee": "Payee",
}
_LATEST = 60_000


@contextmanager
def chromium(program: str) -> Iterator[Browser]:
    """Debian's browser, driven by Playwright."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def settle(page: Page) -> None:
    """Wait until the script has run, every chart and table is drawn, and the page's height stands still."""
    app = page.locator("[data-testid=stApp]")
    app.wait_for(state="visible", timeout=_LATEST)
    page.wait_for_function(
        "() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'",
        timeout=_LATEST,
    )
    page.wait_for_function("() => !document.querySelector('[data-testid=stSkeleton]')", timeout=_LATEST)
    height, still = -1, 0
    while still < 3:
        now = page.evaluate("document.querySelector('[data-testid=stMain]')?.scrollHeight ?? 0")
        still, height = (still + 1 if now == height else 0), now
        page.wait_for_timeout(150)


def open_page(page: Page, address: str, path: str = "") -> None:
    """Open an address of the app and wait until it is drawn."""
    page.goto(f"{address}/{path}")
    settle(page)


def become(page: Page, role: str) -> None:
    """Choose a role in the sidebar; a narrow screen opens it first and closes it again."""
    opened = open_sidebar(page)
    box = page.get_by_role("combobox", name=re.compile("Viewing as"))
    box.click()
    page.get_by_role("option", name=ROLES[role], exact=True).click()
    settle(page)
    if opened:
        close_sidebar(page)


def open_sidebar(page: Page) -> bool:
    """Open the sidebar if it is closed; whether it was."""
    closed = page.get_by_test_id("stExpandSidebarButton")
    if not closed.count() or not closed.is_visible():
        return False
    closed.click()
    page.wait_for_timeout(400)
    return True


def close_sidebar(page: Page) -> None:
    """Close the sidebar."""
    page.get_by_test_id("stSidebar").hover()
    page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
    page.wait_for_timeout(400)


def whole_page(page: Page, path: Path, width: int) -> None:
    """A picture of the page at its full height: Streamlit scrolls inside, so the window is made tall."""
    page.set_viewport_size({"width": width, "height": 900})
    settle(page)
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": width, "height": max(900, int(height) + 40)})
    settle(page)
    page.screenshot(path=path)

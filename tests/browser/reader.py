"""A reader at the app: opens pages, chooses a role, waits until nothing moves."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from playwright.sync_api import Browser, Page, expect, sync_playwright

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking")
WIDE, NARROW = 1440, 420
ROLES = {
    "cro": "Chief revenue officer",
    "finance": "Finance",
    "lead": "Team lead",
    "payee": "Payee",
}
PATIENCE = 60_000
"""How long anything may take on a busy machine, in milliseconds."""


@contextmanager
def chromium(program: str) -> Iterator[Browser]:
    """Debian's browser, driven by Playwright."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


_STILL = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  const busy = '[data-testid=stSkeleton], [data-stale=true], [data-testid=stSpinner]';
  if (app?.dataset.testScriptState !== 'notRunning' || document.querySelector(busy)) return -1;
  return document.querySelector('[data-testid=stMain]')?.scrollHeight ?? -1;
}"""


_CELLS = """(table) => {
  const text = (each) => each.textContent.trim();
  const heads = [...table.querySelectorAll('[role=columnheader]')].map(text);
  const rows = [...table.querySelectorAll('[role=row]')]
    .map((row) => [...row.querySelectorAll('[role=gridcell]')].map(text))
    .filter((cells) => cells.length);
  return [heads, rows];
}"""


def settle(page: Page) -> None:
    """Wait until the script has run, nothing on the page is stale, and its height stands still."""
    until, height, still = monotonic() + PATIENCE / 1000, -1, 0
    while still < 3:
        assert monotonic() < until, "the page does not come to rest"
        now = page.evaluate(_STILL)
        still, height = (still + 1 if now == height >= 0 else 0), now
        page.wait_for_timeout(150)


def visit(page: Page, name: str) -> None:
    """Go to a page by its link in the sidebar."""
    page.get_by_test_id("stSidebar").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=name, level=1, exact=True)).to_be_visible(timeout=PATIENCE)
    settle(page)


def open_page(page: Page, address: str, path: str = "") -> None:
    """Open an address of the app and wait until it is drawn."""
    page.goto(f"{address}/{path}")
    settle(page)


def choose(page: Page, label: str, option: str) -> None:
    """Choose an option of a select box on the page (not in the sidebar)."""
    page.get_by_test_id("stMain").get_by_role("combobox", name=label, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()
    settle(page)


def download(page: Page, button: str, *, first: bool = False) -> bytes:
    """Press a download button and return the file; with `first`, the first of several."""
    buttons = page.get_by_role("button", name=button, exact=True)
    with page.expect_download(timeout=PATIENCE) as taken:
        (buttons.first if first else buttons).click()
    return taken.value.path().read_bytes()


def grid(page: Page, *headings: str) -> list[dict[str, str]]:
    """The rows of the first visible table with these headings, as a screen reader finds them: by heading,
    values before they are written."""
    until = monotonic() + 20
    while monotonic() < until:  # a table draws its cells a moment after it is there
        for table in page.get_by_test_id("stDataFrame").filter(visible=True).all():
            heads, rows = table.evaluate(_CELLS)
            if set(headings) <= set(heads) and rows:
                return [dict(zip(heads[-len(cells) :], cells, strict=True)) for cells in rows]
        page.wait_for_timeout(200)
    raise AssertionError(
        f"no table has the headings {headings}:\n{page.get_by_test_id('stMain').inner_text()}"
    )


def become(page: Page, role: str) -> None:
    """Choose a role in the sidebar, in any language; a narrow screen opens and closes it."""
    opened = open_sidebar(page)
    page.get_by_test_id("stSidebar").get_by_role("combobox").first.click()
    page.get_by_role("option").nth(list(ROLES).index(role)).click()
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

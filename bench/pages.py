"""A page's rerun in the browser, from the key or click to the last redrawn element, against a slider's."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page

from bench.timing import Measured, compare_seconds
from tests.browser.reader import WIDE, chromium, open_page, settle
from tests.browser.server import app_server

# The browser itself notes when the page last changed; an interaction is over once nothing has changed
# for QUIET milliseconds. The status widget's own blinking is no result, so it does not count.
QUIET = 400
_WATCH = """() => {
    window.lastChange = performance.now();
    new MutationObserver(changes => {
        const seen = changes.some(change => {
            const element = change.target.nodeType === 1 ? change.target : change.target.parentElement;
            return element && !element.closest('[data-testid=stStatusWidget], [data-testid=stHeader]');
        });
        if (seen) window.lastChange = performance.now();
    }).observe(document.body, {subtree: true, childList: true, characterData: true, attributes: true});
}"""


def page_rerun(page_name: str, interact: Callable[[Page], None]) -> Measured:
    """One interaction with a page of the sample company, with everything cached that the app caches."""
    program = shutil.which("chromium")
    if program is None:
        raise RuntimeError("the page benchmarks need Debian's chromium")
    with (
        TemporaryDirectory() as folder,
        app_server(Path(folder) / "hello", "bench/hello.py") as hello,
        app_server(Path(folder) / "app") as app,
        chromium(program) as browser,
        _watched(browser, hello, "") as slider,
        _watched(browser, app, page_name) as page,
    ):
        return compare_seconds(lambda: _seconds(slider, _move_slider), lambda: _seconds(page, interact))


@contextmanager
def _watched(browser: Browser, address: str, path: str) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": WIDE, "height": 1200})
    open_page(page, address, path)
    page.evaluate(_WATCH)
    yield page
    page.close()


def _seconds(page: Page, interact: Callable[[Page], None]) -> float:
    """From the interaction to the last change that it brought."""
    page.bring_to_front()
    start = page.evaluate("performance.now()")
    interact(page)
    settle(page)
    page.wait_for_function(f"performance.now() - window.lastChange > {QUIET}")
    return float(page.evaluate("window.lastChange") - start) / 1000


def _move_slider(page: Page) -> None:
    page.get_by_role("slider").press("ArrowRight")


def switch_to_other(*names: str) -> Callable[[Page], None]:
    """An interaction that presses, of a choice's buttons, the one that is not pressed."""

    def interact(page: Page) -> None:
        for name in names:
            button = page.get_by_role("radio", name=name, exact=True)
            if button.get_attribute("aria-checked") != "true":
                button.click()
                return

    return interact


def press_slider(label: str) -> Callable[[Page], None]:
    """An interaction that moves a slider by one step with an arrow key."""

    def interact(page: Page) -> None:
        page.get_by_role("slider", name=re.compile(label)).first.press("ArrowRight")

    return interact


def next_option(label: str) -> Callable[[Page], None]:
    """An interaction that picks the option below the chosen one, or above it at the end."""
    keys = iter(["ArrowDown", "ArrowUp"] * 1000)

    def interact(page: Page) -> None:
        box = page.get_by_role("combobox", name=re.compile(label))
        box.click()
        box.press(next(keys))
        box.press("Enter")

    return interact

"""One app and one browser for all browser tests; each test gets a page of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import reader
from tests.browser.server import app_server


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app on its sample company."""
    with app_server(Path(tmp_path_factory.mktemp("app"))) as address:
        yield address


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Debian's chromium; where it is missing the test is skipped, and says so."""
    with reader.chromium(chromium) as opened:
        yield opened


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh wide page in English. Afterwards: nothing was asked of another host."""
    opened = browser.new_page(viewport={"width": reader.WIDE, "height": 1000}, locale="en-US")
    hosts: set[str] = set()
    opened.on("request", lambda request: hosts.add(request.url.split("/")[2].split(":")[0]))
    yield opened
    opened.close()
    assert hosts <= {"127.0.0.1", ""}, "the page asked another host"

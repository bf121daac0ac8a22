"""Every page for every role, in both languages, light and dark: drawn whole, and nothing said in code."""

import re
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.reader import PATIENCE, ROLES, WIDE, become, open_page, settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Scheme = Literal["light", "dark"]
LOOKS: tuple[tuple[str, Scheme], ...] = (("en-US", "light"), ("tr-TR", "dark"))
CODE = re.compile(r"Traceback|\w+Error:|\bNone\b|\bnan\b|\b(?:P|A|O)-\d{3,}\b|\{\w*\}|\b[a-z]+_[a-z_]+\b")
"""What no reader should meet: tracebacks, Python's nothings, ids, unfilled places, column names."""

_WORDS = """(main) => {
  const icons = [...main.querySelectorAll('[data-testid=stIconMaterial]')].map((icon) => icon.textContent);
  return main.innerText.split('\\n').filter((line) => !icons.includes(line)).join('\\n');
}"""
"""The words of a page, without the names that an icon font draws as icons."""


# A page's words and looks are the same code for every role, and AppTest draws every page for each: the CRO,
# who sees most, looks at both here, and the payee, who sees least, at one.
CASES = [(*look, next(iter(ROLES))) for look in LOOKS] + [(*LOOKS[1], list(ROLES)[-1])]


@pytest.mark.parametrize(("locale", "scheme", "role"), CASES)
def test_every_page_of_a_role_is_drawn_whole(
    browser: Browser, app: str, locale: str, scheme: Scheme, role: str
) -> None:
    page = browser.new_page(viewport={"width": WIDE, "height": 1400}, locale=locale, color_scheme=scheme)
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2].split(":")[0]))
    refused: list[str] = []
    page.on("pageerror", lambda error: refused.append(str(error)))
    try:
        open_page(page, app)
        become(page, role)
        links = page.get_by_test_id("stSidebar").get_by_test_id("stPageLink").get_by_role("link")
        for position in range(links.count()):
            name = links.nth(position).inner_text().strip()
            links.nth(position).click()
            heading = page.get_by_role("heading", name=name, level=1, exact=True)
            expect(heading).to_be_visible(timeout=PATIENCE)
            settle(page)
            assert page.get_by_test_id("stException").count() == 0, name
            assert page.get_by_test_id("stAlertContentError").count() == 0, name
            found = CODE.search(page.get_by_test_id("stMain").evaluate(_WORDS))
            assert not found, f"{name} shows {found.group()!r}"
            wide = page.evaluate("[document.body.scrollWidth, document.body.clientWidth]")
            assert wide[0] <= wide[1], f"{name} is wider than the window"
    finally:
        page.close()
    assert hosts <= {"127.0.0.1"}, "a page asked another host"
    assert not refused

"""A CRO changes a plan in the form alone, in a real browser: fields are filled, emptied and reopened."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.reader import PATIENCE, open_page, settle
from tests.browser.server import app_server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PLAN = "Plans?plans=volume&plan=ae-volume"
CAP = "Never more than $3,000 plus 150% of the period's target incentive."


@pytest.fixture
def own_app(tmp_path: Path) -> Iterator[str]:
    """An app of its own: this path changes a plan."""
    with app_server(tmp_path) as address:
        yield address


def test_a_cap_is_set_saved_reopened_and_taken_away_again(own_app: str, page: Page) -> None:
    """What AppTest cannot see: whether a field that began with a value can be emptied in the browser."""
    page.set_viewport_size({"width": 1280, "height": 3200})
    open_page(page, own_app, PLAN)
    unfold(page, "Limits of this component")
    fill(page, "Never more than", "3000")
    fill(last_share(page), "150")
    expect(page.get_by_text(CAP)).to_be_visible(timeout=PATIENCE)
    save(page)
    open_page(page, own_app, PLAN)
    expect(page.get_by_text(CAP)).to_be_visible(timeout=PATIENCE)
    unfold(page, "Limits of this component")
    fill(page, "Never more than", "")
    fill(last_share(page), "")
    save(page)
    open_page(page, own_app, PLAN)
    expect(page.get_by_text(CAP)).to_have_count(0)


def test_a_pool_begins_with_what_people_were_paid(own_app: str, page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 3200})
    open_page(page, own_app, PLAN)
    page.get_by_role("radio", name="A pool that people share", exact=True).click()
    settle(page)
    told = page.get_by_text(re.compile("The highest step reached pays: at 50%, "))
    expect(told).to_contain_text(re.compile(r"at 100%, \$\d{3},\d{3}"), timeout=PATIENCE)


def unfold(page: Page, label: str) -> None:
    page.locator("summary").filter(has_text=label).first.click()
    settle(page)


def last_share(page: Page) -> Locator:
    """The share of incentive of the cap, which stands after that of the floor."""
    return page.get_by_role("spinbutton", name="plus this share of target incentive (%)").last


def fill(field: Page | Locator, *said: str) -> None:
    """Fill a number field, named on a page or given, as a person does: type, then Enter."""
    page = field if isinstance(field, Page) else field.page
    box = field.get_by_role("spinbutton", name=said[0]) if isinstance(field, Page) else field
    box.fill(said[-1])
    box.press("Enter")
    settle(page)


def save(page: Page) -> None:
    page.get_by_role("button", name=re.compile(r"^Save as version \d+$")).click()
    expect(page.get_by_text(re.compile("is saved as version"))).to_be_visible(timeout=PATIENCE)
    settle(page)

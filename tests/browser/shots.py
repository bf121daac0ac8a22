"""Pictures of every page for every role, light and dark, wide and narrow: `make shots`.

They lie in `shots/`, named page-role-scheme-width.png. `shots.py Home cro` takes those of one page and role.
"""

import shutil
import sys
import tempfile
from itertools import product
from pathlib import Path
from typing import Literal

sys.path.insert(0, str(Path(__file__).parents[2]))

from revplan.ui import navigation
from tests.browser.reader import NARROW, ROLES, WIDE, become, chromium, open_page, settle, whole_page
from tests.browser.server import app_server

SHOTS = Path(__file__).parents[2] / "shots"
PAGES = tuple(entry.file.split("_", 1)[1].removesuffix(".py") for entry in navigation.PAGES)


SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def take(address: str, program: str, wanted: set[str]) -> int:
    """Take the pictures and return how many there are; a page that is not for a role is left out."""
    taken = 0
    with chromium(program) as browser:
        for role, scheme, width in product(ROLES, SCHEMES, (WIDE, NARROW)):
            if wanted & set(ROLES) and role not in wanted:
                continue
            page = browser.new_page(
                viewport={"width": width, "height": 900}, color_scheme=scheme, locale="en-US"
            )
            open_page(page, address)
            become(page, role)
            for name in PAGES:
                if wanted & set(PAGES) and name not in wanted:
                    continue
                link = page.get_by_test_id("stSidebar").get_by_role("link", name=name, exact=True)
                if not link.count():
                    continue
                link.dispatch_event("click")
                page.wait_for_url(f"**/{name}*")
                settle(page)
                path = SHOTS / f"{name.lower()}-{role}-{scheme}-{'wide' if width == WIDE else 'narrow'}.png"
                whole_page(page, path, width)
                print(path.relative_to(SHOTS.parent), flush=True)
                taken += 1
            page.close()
    return taken


def main() -> None:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        sys.exit("chromium is missing: apt-get install chromium")
    SHOTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home, app_server(Path(home)) as address:
        print(f"{take(address, program, set(sys.argv[1:]))} pictures in {SHOTS}")


if __name__ == "__main__":
    main()

"""A page's rerun, as a ratio to the rerun of a page that says hello."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.timing import Measured, compare

ROOT = Path(__file__).parent.parent


def page_rerun(page: str) -> Measured:
    """The script of a page run again with everything cached, against a hello-world app with a slider.

    Streamlit's own test client runs both in this process: the time is the script's and Streamlit's,
    without a browser's.
    """
    from streamlit.testing.v1 import AppTest

    with TemporaryDirectory() as home:
        os.environ["REVPLAN_HOME"] = home
        hello = AppTest.from_file(str(ROOT / "bench" / "hello.py"), default_timeout=120).run()
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=300).run()
        app.switch_page(f"pages/{page}").run()

        def base() -> str:
            hello.run()
            return str(len(hello.main))

        def work() -> str:
            app.run()
            if app.exception:
                raise AssertionError(app.exception[0].message)
            return str(len(app.main))

        return compare(base, work)

"""What every test shares: programs from outside, skips that are never silent, hypothesis profiles."""

import os
import shutil

import pytest
from hypothesis import settings

from revplan.engine.duck import Session

CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}

LONG = ("tests/laws/", "tests/browser/", "tests/simulate/", "tests/ui/", "tests/test_cli")
"""Where tests take longest: they go first, so that no worker is left alone with one of them at the end."""

PROGRAMS = {  # marker -> (names it goes by, Debian package)
    "browser": (("chromium", "chromium-browser", "google-chrome"), "chromium"),
    "libreoffice": (("soffice", "libreoffice"), "libreoffice-calc"),
}

settings.register_profile("local", deadline=None)
settings.register_profile("ci", derandomize=True, deadline=None, database=None, print_blob=False)
settings.load_profile("ci" if CI else "local")


def pytest_configure() -> None:
    """One thread of the engine's for each worker: its tables are small here, and there is a worker for
    every processor."""
    with Session() as session:
        session._cursor.execute("SET threads = 1")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long ones first; else as they were found."""
    items.sort(key=lambda item: next((n for n, start in enumerate(LONG) if item.nodeid.startswith(start)), 9))


def program(marker: str) -> str | None:
    return next(filter(None, map(shutil.which, PROGRAMS[marker][0])), None)


def require(marker: str) -> str:
    path = program(marker)
    if path is None:
        package = PROGRAMS[marker][1]
        pytest.skip(f"{package} is missing: apt-get install {package}")
    return path


@pytest.fixture(scope="session")
def chromium() -> str:
    return require("browser")


@pytest.fixture(scope="session")
def soffice() -> str:
    return require("libreoffice")


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in PROGRAMS:
        if item.get_closest_marker(marker):
            require(marker)


def skipped(config: pytest.Config) -> list[str]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    reports = reporter.stats.get("skipped", []) if reporter else []
    return sorted({f"{report.nodeid}: {report.longrepr[2]}" for report in reports})


def pytest_sessionfinish(session: pytest.Session) -> None:
    if CI and session.exitstatus == pytest.ExitCode.OK and skipped(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if names := skipped(config):
        word = "FAILED: CI skips nothing" if CI else "NOT CHECKED HERE"
        terminalreporter.section(f"{word} ({len(names)} skipped)", sep="!", red=CI, yellow=not CI, bold=True)
        for name in names:
            terminalreporter.write_line(name)

"""Who waits is told what for, once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from revplan.service import slow_work, workspace
from tests.service.small_book import open_small


@pytest.fixture
def told(tmp_path: Path) -> Iterator[list[str]]:
    heard: list[str] = []

    @contextmanager
    def telling(work: slow_work.Work) -> Iterator[None]:
        heard.append(work)
        yield

    before = list(slow_work._telling)
    slow_work.tell_with(telling)
    workspace.reset()
    yield heard
    workspace.reset()
    slow_work._telling[:] = before


def test_a_run_is_told_of_while_it_is_made_and_not_when_it_is_kept(told: list[str], tmp_path: Path) -> None:
    opened = open_small(tmp_path)
    plan_set = opened.book().plan_sets()[0]
    told.clear()
    opened.run(plan_set)
    opened.run(plan_set)
    assert told == ["calculating"]


def test_opening_is_told_of_once_though_the_sample_is_imported_meanwhile(
    told: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVPLAN_HOME", str(tmp_path / "new"))
    monkeypatch.setenv("REVPLAN_SAMPLE", "none")
    assert workspace.current() is workspace.current()
    assert told == ["opening"]


def test_work_inside_of_work_is_not_told_of_by_itself(told: list[str]) -> None:
    with slow_work.told("opening"), slow_work.told("calculating"):
        pass
    assert told == ["opening"]

"""What must be closed to be paid so much: the answer pays it, a step less does not."""

import json
from pathlib import Path

import pyarrow.compute as pc
import pytest
from typer.testing import CliRunner

from revplan.cli import app
from revplan.data.book_folder import read_book
from revplan.model.plan_text import read_scenario
from revplan.rules.run import run
from revplan.service import needed, solving
from revplan.service.solving import Ground, NotSolved
from revplan.simulate.needed import MOST_TRIES, STEPS, Goal
from revplan.simulate.scenario import apply
from revplan.words import formats
from tests.test_cli import write_book


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_book(tmp_path_factory.mktemp("made") / "book")


@pytest.fixture(scope="module")
def ground(folder: Path) -> Ground:
    book, _ = read_book(folder)
    assert book is not None
    return solving.ground_of(book, "volume")


def paid(ground: Ground, goal: Goal, steps: int) -> int:
    """What a run of the book with those deals pays."""
    changed, issues = apply(ground.book, goal.scenario(steps))
    assert issues == ()
    lines = run(changed, goal.plan_set, with_parts=False).lines
    column, who = ("team_id", goal.team) if goal.team else ("payee_id", goal.payee)
    ends = lines["period_end"]
    inside = pc.and_(pc.greater(ends, goal.start), pc.less_equal(ends, goal.end))
    return pc.sum(lines.filter(pc.and_(inside, pc.equal(lines[column], who)))["payout"]).as_py() or 0


@pytest.mark.parametrize(("team", "payee", "share"), [("sales", "", 137), ("", "S1", 70)])
def test_the_answer_pays_it_and_a_step_less_does_not(
    ground: Ground, team: str, payee: str, share: int
) -> None:
    now = paid(ground, needed.asked_of(ground, team=team, payee=payee, earns="1").goal, STEPS)
    money = formats.money(now * share // 100, "", 2).strip().replace(",", "")
    asked = needed.asked_of(ground, team=team, payee=payee, earns=money)
    found = needed.answer(ground, asked)
    assert found is not None
    assert found.factor is not None
    assert (found.factor > 1) == (share > 100)
    steps = int(found.factor * STEPS)
    assert found.then.payout == paid(ground, asked.goal, steps) >= asked.goal.earn
    assert paid(ground, asked.goal, steps - 1) < asked.goal.earn
    table = needed.components(ground, found)
    assert pc.sum(table["payout_then"]).as_py() == found.then.payout
    assert needed.sentence(ground, asked, found)


def test_what_cannot_be_reached_is_said_with_what_the_most_would_pay(ground: Ground) -> None:
    asked = needed.asked_of(ground, team="marketing", earns="1000000", grows="all")
    found = needed.answer(ground, asked)
    assert found is not None
    assert found.factor is None
    assert "cannot earn" in needed.sentence(ground, asked, found)


def test_it_ends_when_told_to(ground: Ground) -> None:
    heard: list[tuple[int, int]] = []

    def told(done: int, of: int) -> bool:
        heard.append((done, of))
        return done < 2

    assert needed.answer(ground, needed.asked_of(ground, team="sales", earns="999999"), told) is None
    assert heard == [(1, MOST_TRIES), (2, MOST_TRIES)]


@pytest.mark.parametrize(
    ("team", "payee", "earns", "code"),
    [
        ("nobody", "", "1", "scenario_unknown_team"),
        ("", "nobody", "1", "scenario_unknown_payee"),
        ("sales", "", "much", "needed_nothing"),
        ("sales", "", "0", "needed_nothing"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    ground: Ground, team: str, payee: str, earns: str, code: str
) -> None:
    with pytest.raises(NotSolved) as wrong:
        needed.asked_of(ground, team=team, payee=payee, earns=earns)
    assert [issue.code for issue in wrong.value.issues] == [code]


def test_the_command_says_it_and_writes_it(folder: Path, tmp_path: Path) -> None:
    options = ["--plans", "volume", "--team", "sales", "--earns", "150%", "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, ["reach", str(folder), *options])
    assert done.exit_code == 0, done.output
    assert "Sales" in done.stdout
    told = json.loads((tmp_path / "out" / "reached.json").read_text())
    assert (told["team"], told["grows"]) == ("sales", "own")
    if told["factor"] is not None:
        scenario, issues = read_scenario((tmp_path / "out" / "scenario.toml").read_text())
        assert scenario is not None, issues


def test_the_command_asks_for_one_team_or_person(folder: Path) -> None:
    done = CliRunner().invoke(app, ["reach", str(folder), "--plans", "volume", "--earns", "1"])
    assert done.exit_code == 2
    assert "--team" in done.stderr

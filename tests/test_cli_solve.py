"""The command that searches for plans, on a small book."""

import csv
import json
import signal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from revplan.cli import app
from revplan.cli.progress import watched
from revplan.model.plan_text import read_scenario
from revplan.model.question import Question
from revplan.model.record_text import read_record
from tests.test_cli import Answer, write_book

AIM = ("--aim", "worst_loss <= 20%")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return write_book(tmp_path / "book")


def solve(book: Path, *options: str):
    return CliRunner().invoke(app, ["solve", str(book), *options])


def read(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text("utf-8").splitlines()))


def test_it_writes_the_plans_found_as_scenarios_with_their_figures(book: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    levers = ("--lever", "rates=50%..150%", "--lever", "incentive")
    done = solve(book, "--plans", "volume", *AIM, *levers, "--tries", "30", "--out", str(out))
    assert done.exit_code == 0, done.output
    assert "30 of at most 30 plans tried" in done.stderr
    assert "These meet all that was asked" in done.stdout
    rows = read(out / "plans.csv")
    assert len(rows) == json.loads((out / "solved.json").read_text())["tried"] == 30
    offered = [row for row in rows if row["plan"]]
    assert len(offered) == len(list(out.glob("plan_*.toml")))
    for row in offered:
        scenario, issues = read_scenario((out / f"plan_{row['plan']}.toml").read_text())
        assert scenario is not None, issues
        rates = [change.factor for change in scenario.changes if change.kind == "rates"]
        assert [float(rate) for rate in rates] == ([float(row["rates"])] if row["rates"] != "1" else [])
        assert float(row["worst_loss"]) <= 0.2


def test_the_question_that_it_writes_asks_the_same_again(book: Path, tmp_path: Path) -> None:
    first, again = tmp_path / "first", tmp_path / "again"
    asked = ("--plans", "volume", *AIM, "--lever", "rates", "--from", "2026-Q1", "--to", "2026-Q1")
    assert solve(book, *asked, "--tries", "12", "--out", str(first)).exit_code == 0
    said = str(first / "question.toml")
    asked_again, issues = read_record(Question, (first / "question.toml").read_text())
    assert asked_again is not None, issues
    done = solve(book, "--question", said, "--format", "parquet", "--out", str(again))
    assert done.exit_code == 0, done.output
    costs = [float(row["cost"]) for row in read(first / "plans.csv")]
    assert [cost / 100 for cost in pq.read_table(again / "plans.parquet")["cost"].to_pylist()] == costs


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((*AIM, "--lever", "rates=125%..75%"), "leave it no way"),
        ((*AIM, "--lever", "luck"), "luck"),
        ((*AIM, "--lever", "rates=much"), "no lever"),
        (("--aim", "fame > 3", "--lever", "rates"), "no aim"),
        (("--aim", "fame = 3", "--lever", "rates"), "“fame” is not a choice here"),
        ((*AIM,), "no lever"),
        ((*AIM, "--lever", "rates", "--from", "1999-Q1"), "1999-Q1"),
        ((*AIM, "--lever", "rates", "--lever", "rates"), "given twice"),
        ((*AIM, "--lever", "rates:nobody"), "no plan nobody"),
        ((*AIM, "--lever", "weights:nobody/x"), "no plan nobody"),
        ((*AIM, "--lever", "attribution"), "credited by touches"),
        ((*AIM, "--lever", "rates", "--format", "xml"), "xml"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    book: Path, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    done = solve(book, "--plans", "volume", *options, "--out", str(tmp_path / "out"))
    assert done.exit_code == 2
    assert said in done.stderr
    assert not (tmp_path / "out").exists()


def test_ctrl_c_ends_the_work_and_is_free_again_after() -> None:
    before = signal.getsignal(signal.SIGINT)
    with watched(lambda done, of: f"{done}/{of}") as told:
        assert told(1, 10)
        signal.raise_signal(signal.SIGINT)
        assert not told(2, 10)
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("earns", ["0", "-5", "abc", "1e30", "1e400", "1e400%"])
def test_what_is_no_pay_to_aim_at_is_refused_before_anything_is_paid(book: Path, earns: str) -> None:
    answer = Answer("reach", book, "--plans", "volume", "--payee", "S1", "--earns", earns)
    assert answer.code == 2
    assert f"“{earns}” is no pay to aim at" in answer.err

"""The command that tries a forecast out."""

import csv
import json
import tomllib
from pathlib import Path
from shutil import copytree, ignore_patterns

import pyarrow.parquet as pq
from typer.testing import CliRunner

from revplan.cli import app

SAMPLE = Path(__file__).resolve().parents[1] / "sample_data"


def simulate(*options: str):
    return CliRunner().invoke(app, ["simulate", str(SAMPLE), *options])


def test_it_writes_its_tables_and_the_forecast_that_they_rest_on(tmp_path):
    first, again = tmp_path / "first", tmp_path / "again"
    options = ("--plans", "volume", "--trials", "60", "--budget", "1_800_000")
    done = simulate(*options, "--out", str(first))
    assert done.exit_code == 0, done.output
    assert "P90" in done.output
    assert {file.name for file in first.iterdir()} == {
        "payouts.csv",
        "targets.csv",
        "fan.csv",
        "accruals.csv",
        "attainment.csv",
        "costs.csv",
        "drivers.csv",
        "forecast.toml",
        "simulation.json",
    }
    about = json.loads((first / "simulation.json").read_text())
    assert (about["trials"], about["seed"], about["budget"]) == (60, 1, "1800000.00")
    (company,) = [
        row
        for row in csv.DictReader((first / "targets.csv").read_text().splitlines())
        if (row["target_id"], row["owner"], row["period"][:4]) == ("company-revenue", "company", "2026")
    ][-1:]
    assert (company["unit"], company["target"][-3:]) == ("money", ".00")
    given = ("--forecast", str(first / "forecast.toml"), "--format", "parquet", "--out", str(again))
    assert simulate(*options, *given).exit_code == 0
    assert pq.read_table(again / "payouts.parquet").num_rows > 100


def test_a_scenario_that_finds_nothing_is_refused(tmp_path):
    change = 'kind = "new_business"\nfactor = 2\nteams = ["x"]\n'
    text = f'id = "s"\nname = "S"\nplan_set = "shared"\n[[change]]\n{change}'
    (tmp_path / "s.toml").write_text(text)
    out = str(tmp_path / "out")
    done = simulate("--plans", "shared", "--scenario", str(tmp_path / "s.toml"), "--out", out)
    assert done.exit_code == 2
    assert "no team x" in done.output
    assert not (tmp_path / "out").exists()


def test_a_scenario_of_another_plan_set_is_refused_and_so_is_one_that_is_no_text(tmp_path):
    text = 'id = "s"\nname = "S"\nplan_set = "shared"\n[[change]]\nkind = "rates"\nfactor = 2\n'
    place, out = tmp_path / "s.toml", str(tmp_path / "out")
    for content, said in (
        (text.encode(), "made for the plan set shared, and volume was asked for"),
        (text.encode("utf-16"), "is not text in UTF-8"),
    ):
        place.write_bytes(content)
        done = simulate("--plans", "volume", "--scenario", str(place), "--out", out)
        assert done.exit_code == 2
        assert said in done.output


def test_a_budget_that_is_no_number_is_refused(tmp_path):
    done = simulate("--plans", "shared", "--budget", "lots", "--out", str(tmp_path / "out"))
    assert done.exit_code == 2
    assert "lots" in done.output


def test_an_unknown_format_is_refused(tmp_path):
    done = simulate("--plans", "shared", "--format", "xml", "--out", str(tmp_path / "out"))
    assert done.exit_code == 2
    assert "xml" in done.output


BUDGETED = """
[budget]
amount = 100_000
per = "quarter"
"""


def test_a_plan_with_a_budget_is_paid_as_a_whole_book(tmp_path):
    folder, out = tmp_path / "book", tmp_path / "out"
    copytree(SAMPLE, folder, ignore=ignore_patterns("closes"))
    plan = next(file for file in sorted((folder / "plans").glob("*.toml")) if is_of(file, "shared"))
    text = plan.read_text("utf-8")
    plan.write_text(text.replace("[[component]]", BUDGETED + "\n[[component]]", 1), "utf-8")
    options = ("--plans", "shared", "--trials", "2", "--out", str(out))
    done = CliRunner().invoke(app, ["simulate", str(folder), *options])
    assert done.exit_code == 0, done.output
    assert "which trials do not apply" not in done.output
    about = json.loads((out / "simulation.json").read_text())
    assert about["paid_as_whole_books"] == [tomllib.loads(text)["id"]]


def is_of(plan: Path, plan_set: str) -> bool:
    return plan_set in tomllib.loads(plan.read_text("utf-8"))["sets"]

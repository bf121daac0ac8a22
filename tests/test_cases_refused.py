"""Plans and data that must be refused or flagged are: by name, with their place, amounts and a way out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from revplan.cli import app
from revplan.data.book_folder import read_book
from revplan.issues import Issue
from revplan.rules.check.book import check_book
from revplan.words import sentences
from tests.cases.case import FOLDER, Case, all_cases
from tests.test_cases import CASES, csv_file

REFUSED = {case.id: case for case in all_cases(FOLDER / "refused")}

every_case = pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)


def issues_of(case: Case, folder: Path) -> list[Issue]:
    book, issues = read_book(case.write_book(folder / "book"))
    return [*issues, *(check_book(book) if book else ())]


def fits(issue: Issue, wanted: dict[str, Any]) -> bool:
    said = {"code": issue.code, "severity": issue.severity, **vars(issue.where)}
    plain = all(said[name] == value for name, value in wanted.items() if name != "parameters")
    return plain and dict(issue.parameters) | wanted["parameters"] == dict(issue.parameters)


@every_case
def test_what_must_be_refused_or_flagged_is_named_with_its_place_and_amounts(
    case: Case, tmp_path: Path
) -> None:
    issues = issues_of(case, tmp_path)
    for wanted in case.content["issue"]:
        found = [issue for issue in issues if fits(issue, wanted)]
        assert len(found) == 1, (wanted, said(issues))
        told = sentences.told(found[0], "USD", 2)
        assert told.what
        assert told.fix, f"{wanted['code']} names no way out"
        assert "…" not in "".join(told), told


def said(issues: Sequence[Issue]) -> list[str]:
    return [f"{issue.severity} {issue.code} {issue.where} {dict(issue.parameters)}" for issue in issues]


@every_case
def test_an_error_stops_the_command_line_and_a_warning_does_not(case: Case, tmp_path: Path) -> None:
    folder = case.write_book(tmp_path / "book")
    done = CliRunner().invoke(app, ["run", str(folder), "--out", str(tmp_path / "out")])
    severities = {wanted["severity"] for wanted in case.content["issue"]}
    assert severities == {"error" if case.content["refuses"] else "warning"}
    if case.content["refuses"]:
        assert done.exit_code == 2
        assert not (tmp_path / "out").exists()
        assert sum(issue.severity == "error" for issue in issues_of(case, tmp_path / "again")) == len(
            case.content["issue"]
        )
    else:
        assert done.exit_code == 0, done.output
        codes = [row["code"] for row in csv_file(tmp_path / "out" / "issues.csv")]
        assert {wanted["code"] for wanted in case.content["issue"]} <= set(codes)


def test_no_published_plan_is_refused(tmp_path: Path) -> None:
    for case in CASES.values():
        issues = issues_of(case, tmp_path / case.id)
        assert not [issue for issue in issues if issue.severity == "error"], case.id


def test_the_plan_check_names_the_jump_that_one_euro_makes(tmp_path: Path) -> None:
    """P13: 124,999 pays 68,749.25, 125,000 pays 75,000.00; the edge itself jumps from 68,750.00."""
    found = [issue for issue in issues_of(CASES["P12"], tmp_path) if issue.code == "plan.jump"]
    assert {(issue.where.plan, issue.parameters["jump_amount"]) for issue in found} == {
        ("at-50", 625_000),
        ("at-50", 1_250_000),
        ("at-60", 750_000),
        ("at-60", 1_500_000),
    }

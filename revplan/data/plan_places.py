"""In which file of a book folder a plan stands, and on which line of it the place of a problem."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from revplan.data.book_places import plan_files
from revplan.issues import Issue
from revplan.model import plan_text
from revplan.model.plan import Plan
from revplan.model.toml_lines import Place, line_numbers


@dataclass(frozen=True)
class _PlanFile:
    name: str
    text: str
    plan: Plan

    @cached_property
    def lines(self) -> dict[Place, int]:
        return line_numbers(self.text)

    def line(self, issue: Issue) -> int | None:
        """The line of an issue's place, or of the nearest thing around it; None when its component is not
        in this file."""
        place: Place = ()
        if issue.where.component:
            ids = [component.id for component in self.plan.components]
            if issue.where.component not in ids:
                return None
            place = ("component", ids.index(issue.where.component))
        place += _steps(issue.where.column)
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 0)


def placed(issues: Iterable[Issue], folder: Path) -> list[Issue]:
    """The issues, those of plans with the file that they came from and the line in it.

    A plan with several versions is in several files: the latest that has the component is named.
    """
    issues = list(issues)
    if not any(issue.where.plan and not issue.where.file for issue in issues):
        return issues
    files: dict[str, list[_PlanFile]] = {}
    for path in plan_files(folder):
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except (OSError, UnicodeDecodeError):
            continue  # said already when the book was read
        plan, _ = plan_text.read_plan(text)
        if plan is not None:
            files.setdefault(plan.id, []).append(_PlanFile(f"plans/{path.name}", text, plan))
    for versions in files.values():
        versions.sort(key=lambda file: -file.plan.version)
    return [_placed(issue, files.get(issue.where.plan, ())) for issue in issues]


def _placed(issue: Issue, files: Iterable[_PlanFile]) -> Issue:
    if issue.where.file:
        return issue
    for file in files:
        if (line := file.line(issue)) is not None:
            return replace(issue, where=replace(issue.where, file=file.name, row=line))
    return issue


def _steps(path: str) -> Place:
    """table.tiers[2].rate → ("table", "tiers", 1, "rate"); people count from 1."""
    steps: list[str | int] = []
    for name, number in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path):
        steps.append(int(number) - 1 if number else name)
    return tuple(steps)

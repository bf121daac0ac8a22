"""What is wrong with a user's input: a code, a place and parameters; sentences are made in `words`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, order=True)
class Where:
    """The place of an issue; whatever does not apply stays empty. Rows count from 1 with the header."""

    file: str = ""
    table: str = ""
    row: int = 0
    column: str = ""
    plan: str = ""
    component: str = ""
    payee: str = ""
    period: str = ""
    target: str = ""


@dataclass(frozen=True)
class Issue:
    """One problem. `error` refuses what it is about, `warning` lets it pass, `note` informs.

    `parameters` are plain values (text, whole numbers, dates as ISO text) named in the sentence
    that `words` keeps under `code`; money is whole minor units under a name ending in `_amount`.
    """

    code: str
    severity: Severity
    where: Where = Where()
    parameters: Mapping[str, str | int] = field(default_factory=dict, hash=False)

    @property
    def sort_key(self) -> tuple[int, Where, str, str]:
        """Errors first, then by place: the order in which issues are listed everywhere."""
        rank = {"error": 0, "warning": 1, "note": 2}[self.severity]
        return (rank, self.where, self.code, str(sorted(self.parameters.items())))


class Unfit(ValueError):
    """Something of a person's that cannot be calculated; whoever catches it knows the place and makes the
    issue of this code and these parameters."""

    def __init__(self, code: str, **parameters: str | int) -> None:
        super().__init__(code, parameters)
        self.code = code
        self.parameters = parameters


def has_errors(issues: tuple[Issue, ...] | list[Issue]) -> bool:
    """Whether any of them is an error."""
    return any(issue.severity == "error" for issue in issues)

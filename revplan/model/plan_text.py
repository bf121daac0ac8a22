"""Plans, targets, scenarios and the company as TOML: what a book folder, the store and the editor hold."""

from revplan.issues import Issue
from revplan.model.book import Company
from revplan.model.plan import Plan
from revplan.model.record_text import read_record, write_record
from revplan.model.scenario import Scenario
from revplan.model.targets import TargetsFile


def read_plan(text: str, file: str = "") -> tuple[Plan | None, tuple[Issue, ...]]:
    """A plan version from its TOML, or None and every problem with its line and path."""
    return read_record(Plan, text, file)


def write_plan(plan: Plan) -> str:
    """A plan version as TOML; reading it gives an equal plan."""
    return write_record(plan)


def read_targets(text: str, file: str = "") -> tuple[TargetsFile | None, tuple[Issue, ...]]:
    """targets.toml, or None and every problem with its line and path."""
    return read_record(TargetsFile, text, file)


def write_targets(targets: TargetsFile) -> str:
    """targets.toml; reading it gives equal targets."""
    return write_record(targets)


def read_company(text: str, file: str = "") -> tuple[Company | None, tuple[Issue, ...]]:
    """book.toml, or None and every problem with its line and path."""
    return read_record(Company, text, file)


def write_company(company: Company) -> str:
    """book.toml; reading it gives an equal company."""
    return write_record(company)


def read_scenario(text: str, file: str = "") -> tuple[Scenario | None, tuple[Issue, ...]]:
    """A scenario from its TOML, or None and every problem with its line and path."""
    return read_record(Scenario, text, file)


def write_scenario(scenario: Scenario) -> str:
    """A scenario as TOML; reading it gives an equal one."""
    return write_record(scenario)

"""docs/targets.md and docs/measures.md cannot drift: their tables are what the code has and gives."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from revplan.metrics.measures import INFLUENCE_DAYS, measures
from revplan.model.book import Company, CustomMeasure
from revplan.model.plan_text import read_company, read_targets
from revplan.model.targets import Portion, Sharing, Target, TargetYear
from revplan.money import to_minor
from revplan.rules.check.measures import check_measures
from revplan.rules.quotas import resolve

DOCS = Path(__file__).parent.parent / "docs"
TARGETS = (DOCS / "targets.md").read_text("utf-8")
MEASURES = (DOCS / "measures.md").read_text("utf-8")
COMPANY = """
format = 1
name = "Example"
as_of = 2026-12-31
[[team]]
id = "sales"
name = "Sales"
[[team]]
id = "marketing"
name = "Marketing"
"""


def company(more: str = "") -> Company:
    """The example company, with more of book.toml."""
    found, issues = read_company(COMPANY + more, "book.toml")
    assert found is not None
    assert not issues
    return found


def example(page: str) -> str:
    """The TOML of a page."""
    found = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    assert found is not None
    return found.group(1)


def rows(page: str, first: str) -> list[list[str]]:
    """The cells of the table whose head begins with `first`, without the head."""
    lines = page.split(f"| {first} |", 1)[1].splitlines()[2:]
    table = []
    for line in lines:
        if not line.startswith("|"):
            break
        table.append([cell.strip() for cell in line.strip("|").split("|")])
    return table


def test_the_example_of_targets_resolves_to_the_amounts_on_the_page() -> None:
    file, issues = read_targets(example(TARGETS), "targets.toml")
    assert file is not None
    assert not issues
    resolved = resolve(company(), file.targets).to_pylist()
    found = {(row["owner"], row["period"]): row["amount"] for row in resolved}
    printed = {
        (owner, f"2026-Q{number}"): to_minor(Decimal(amount), 2)
        for owner, *amounts in rows(TARGETS, "target `revenue`")
        for number, amount in enumerate(amounts, start=1)
        if amount
    }
    assert found == printed


@pytest.mark.parametrize("record", [Target, TargetYear, Portion, Sharing])
def test_every_field_of_a_target_is_on_the_page(
    record: type[Target | TargetYear | Portion | Sharing],
) -> None:
    names = [field.alias or name for name, field in record.model_fields.items()]
    missing = [name for name in names if f"`{name}`" not in TARGETS and f".{name}]]" not in TARGETS]
    assert not missing


def test_the_table_of_measures_is_the_catalogue() -> None:
    printed = {
        name.strip("`"): (counts.strip("`"), table.split()[0], day.strip("`"), unit)
        for name, counts, table, day, unit in rows(MEASURES, "id")
    }
    catalogue = measures(company())
    assert set(printed) == {*catalogue, "score:KPI"}
    for name, measure in catalogue.items():
        if measure.definition:
            counts = "+".join(measure.definition.plus) or "1"
            expected = (counts, measure.definition.table, measure.definition.date, measure.unit)
            assert printed[name] == expected
    assert f"in the {INFLUENCE_DAYS} days before" in MEASURES


def test_the_example_measure_can_be_counted_and_every_field_is_on_the_page() -> None:
    with_own = company(example(MEASURES))
    assert check_measures(with_own) == []
    names = [field.alias or name for name, field in CustomMeasure.model_fields.items()]
    assert not [name for name in names if f"`{name}`" not in MEASURES]

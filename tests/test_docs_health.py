"""docs/measures.md names every key figure with its unit, and its example of costs can be read."""

import re
from decimal import Decimal

from revplan.metrics.health.figures import KPIS_BY_ID
from revplan.model.book import AcquisitionCost, Costs, GrossMargin
from tests.test_docs_targets_and_measures import MEASURES, company, rows

HEALTH = MEASURES.split("## Health\n", 1)[1]


def test_the_table_of_key_figures_is_the_catalogue() -> None:
    printed = [(name.strip("`"), unit) for name, _, unit in rows(HEALTH, "id")]
    assert printed == [(kpi.id, kpi.unit) for kpi in KPIS_BY_ID.values()]


def test_the_example_of_costs_is_read_and_every_field_is_on_the_page() -> None:
    found = re.search(r"```toml\n(\[costs\].*?)```", HEALTH, re.DOTALL)
    assert found is not None
    costs = company("\n" + found[1]).costs
    assert [cost.per_month for cost in costs.acquisition] == [20_000, 24_000]
    assert [one.share for one in costs.gross_margin] == [Decimal("0.75")]
    for record in (Costs, AcquisitionCost, GrossMargin):
        assert all(f"`{field.alias or name}`" in HEALTH for name, field in record.model_fields.items())

"""Every measure and every coded word has a name."""

from datetime import date

from revplan.metrics.measures import measures
from revplan.model.book import Company, Team
from revplan.words import names

COMPANY = Company(name="A", as_of=date(2026, 1, 31), team=(Team(id="t", name="T"),))


def test_every_built_in_measure_has_its_name() -> None:
    assert {name: measure.title for name, measure in measures(COMPANY).items()} == {
        name: names.measure(name) for name in measures(COMPANY)
    }


def test_scores_and_own_measures_have_names_too() -> None:
    assert names.measure("score:csat") == "CSAT"
    assert names.measure("score:manager_review") == "Manager review"
    assert names.measure("margin", {"margin": "Gross margin"}) == "Gross margin"
    assert names.measure("strange_one") == "Strange one"

"""The published JSON Schemas are the records', and every document that the records read satisfies them."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator, ValidationError

from revplan.model.json_schema import DOCUMENTS, json_schema, schema_path, schema_text
from revplan.model.plan import Plan
from revplan.model.plan_text import write_plan
from tests.test_model_plan_text import PLAN, plans

SAMPLE = Path(__file__).parent.parent / "sample_data"


def as_json(value: Any) -> Any:
    """A TOML document as JSON knows it: dates are text."""
    if isinstance(value, dict):
        return {key: as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def validate(name: str, text: str) -> None:
    document = tomllib.loads(text, parse_float=Decimal)
    Draft202012Validator(json_schema(name)).validate(as_json(document))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_published_schema_is_in_step_with_the_records(name: str) -> None:
    kept = schema_path(name).read_text(encoding="utf-8")
    assert kept == schema_text(name), "run python -m revplan.model.json_schema"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_schema_is_a_schema(name: str) -> None:
    Draft202012Validator.check_schema(json_schema(name))


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=30)
@given(plans)
def test_every_plan_that_can_be_written_satisfies_the_schema(plan: Plan) -> None:
    validate("plan", write_plan(plan))


def test_percent_and_grouped_numbers_satisfy_the_schema() -> None:
    validate("plan", PLAN.replace("rate = 1.4", 'rate = "140%"').replace("from = 0,", 'from = "1_000.5",'))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("sets =", "set ="),
        ("rate = 1.4", 'rate = "1,4"'),
        ('way = "incentive"', 'way = "sometimes"'),
        ('scope = "shared"', 'scope = "all"'),
        ("format = 1", "format = 2"),
    ],
)
def test_what_the_records_refuse_the_schema_refuses(right: str, wrong: str) -> None:
    with pytest.raises(ValidationError):
        validate("plan", PLAN.replace(right, wrong))


@pytest.mark.parametrize(
    ("name", "path"),
    [
        *(("plan", path) for path in sorted(SAMPLE.glob("plans/*.toml"))),
        *(("targets", path) for path in sorted(SAMPLE.glob("targets.toml"))),
        *(("book", path) for path in sorted(SAMPLE.glob("book.toml"))),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else value,
)
def test_the_sample_company_satisfies_the_schemas(name: str, path: Path) -> None:
    validate(name, path.read_text(encoding="utf-8"))

"""JSON Schemas of the TOML documents, from the records themselves: `python -m revplan.model.json_schema`."""

import json
from pathlib import Path
from typing import Any

from revplan.model.book import Company
from revplan.model.plan import Plan
from revplan.model.record import Record
from revplan.model.scenario import Scenario
from revplan.model.targets import TargetsFile

FOLDER = Path(__file__).parent / "schemas"

DOCUMENTS: dict[str, type[Record]] = {
    "plan": Plan,
    "targets": TargetsFile,
    "book": Company,
    "scenario": Scenario,
}
"""Documents of a book folder: plans/*.toml, targets.toml and book.toml; and scenarios."""


def json_schema(name: str) -> dict[str, Any]:
    """The schema of a document: names and defaults as it writes them."""
    model = DOCUMENTS[name]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **model.model_json_schema(by_alias=True, mode="validation"),
        "title": f"revplan {name}",
    }


def schema_path(name: str) -> Path:
    """Where the published schema of a document is kept."""
    return FOLDER / f"{name}.schema.json"


def schema_text(name: str) -> str:
    """The published schema's text."""
    return json.dumps(json_schema(name), indent=2, ensure_ascii=False) + "\n"


def write_schemas() -> None:
    """Write every schema to its place in the package."""
    FOLDER.mkdir(exist_ok=True)
    for name in DOCUMENTS:
        schema_path(name).write_text(schema_text(name), encoding="utf-8")


if __name__ == "__main__":
    write_schemas()

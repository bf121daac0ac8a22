"""The base of every record that is read from a document: frozen, and closed to unknown fields."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, WithJsonSchema

from revplan.money import parse_number

_NUMBER_SCHEMA = {
    "description": 'A number, or text such as "8%" or "250_000".',
    "anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^\s*[+\-]?[0-9_]*\.?[0-9_]+\s*%?\s*$"}],
}

Number = Annotated[Decimal, BeforeValidator(parse_number), WithJsonSchema(_NUMBER_SCHEMA)]
"""An exact number: 0.08, "8%", 250000. TOML is read with Decimal, so no float ever gets in."""

Slug = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}$")]
"""An id: letters, digits, dot, dash and underscore; up to 64 characters."""


Currency = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{3}$", to_upper=True)]
"""An ISO 4217 code, such as USD, in capitals however it was typed; XTS and the like are for tests."""


class Record(BaseModel):
    """Frozen and closed: a misspelt field is an error, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

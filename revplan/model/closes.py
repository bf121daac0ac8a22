"""A close: the results of the periods that it closed, kept as they were."""

from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from revplan.model.plan import Plan
from revplan.model.results import ADJUSTMENTS, INPUTS, LINES, PARTS

KEPT = {"lines": LINES, "parts": PARTS, "inputs": INPUTS, "adjustments": ADJUSTMENTS}
"""The result tables that a close keeps, with their columns."""


@dataclass(frozen=True)
class Close:
    """One closing of a plan set: what it pays in the months up to `end`, which no later run changes.

    `end` is exclusive and the first day of a month. The tables hold only what earlier closes do not;
    their rows have the status `locked`, and parts and inputs go by the line ids of these lines. `plans` are
    the versions by whose terms these lines were paid.
    """

    plan_set: str
    end: date
    closed_on: date
    closed_by: str
    engine_version: str
    plans: tuple[Plan, ...]
    lines: pa.Table
    parts: pa.Table
    inputs: pa.Table
    adjustments: pa.Table

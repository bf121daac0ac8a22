"""The ledger of closing periods: who submitted, approved, locked and paid what. It is only added to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from revplan.store.records import Stale
from revplan.store.schema import close_steps

Did = Literal["submitted", "reviewed", "objected", "sent_back", "approved", "locked", "paid"]


@dataclass(frozen=True)
class CloseStep:
    """One step towards closing a plan set up to `end` (exclusive, the first of a month).

    `position` counts the steps of the plan set from 1. `files` of a submission, and of the lock that takes
    it over, are the close itself: file name → key in the store of closes. `team_id` is a reviewing lead's.
    """

    plan_set: str
    position: int
    step: Did
    end: date
    done_by: str
    done_at: datetime
    note: str = ""
    team_id: str = ""
    paid_on: date | None = None
    files: Mapping[str, str] = field(default_factory=dict)


def list_steps(connection: Connection, plan_set: str = "") -> tuple[CloseStep, ...]:
    """Every step (of one plan set, or of all), the oldest first in each plan set."""
    query = sa.select(close_steps).order_by(close_steps.c.plan_set, close_steps.c.position)
    if plan_set:
        query = query.where(close_steps.c.plan_set == plan_set)
    return tuple(CloseStep(**row._mapping) for row in connection.execute(query))


def add_step(connection: Connection, step: CloseStep) -> None:
    """Add a step after the one at `position - 1`, the last that its author has seen.

    Raises Stale, and writes nothing, when there is another one since.
    """
    seen = step.position - 1
    _expect(connection, step.plan_set, seen)
    try:
        with connection.begin_nested():
            connection.execute(close_steps.insert().values(**vars(step)))
    except sa.exc.IntegrityError:  # another process was first, by a hair
        _expect(connection, step.plan_set, seen)
        raise


def _expect(connection: Connection, plan_set: str, position: int) -> None:
    steps = list_steps(connection, plan_set)
    if len(steps) != position:
        who = (steps[-1].done_by, steps[-1].done_at) if steps else ("", None)
        raise Stale(plan_set, position, len(steps), *who)

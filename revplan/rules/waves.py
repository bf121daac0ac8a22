"""In which order components are finished: one that is paid on others' payouts comes after them."""

from collections.abc import Sequence

from revplan.issues import Issue, Where
from revplan.metrics.measures import paid_by
from revplan.model.plan import Component
from revplan.rules.cells import Column, counted_of

Key = tuple[str, str]
"""Plan and component ids."""


def waves(columns: Sequence[Column]) -> tuple[list[list[Column]], list[Issue]]:
    """The columns in waves, each reading payouts of earlier waves only, in their own order.

    Components that are paid on each other's payouts are in no wave, and named in an issue each.
    """
    found: list[list[Column]] = []
    waiting = list(columns)
    while waiting:
        unfinished = {_key(column) for column in waiting}
        wave = [column for column in waiting if not _waits_for(column, unfinished)]
        if not wave:
            return found, [Issue("payouts_in_circle", "error", _where(column)) for column in waiting]
        found.append(wave)
        waiting = [column for column in waiting if _waits_for(column, unfinished)]
    return found, []


def payouts_read(component: Component) -> set[Key]:
    """Whose payouts a component counts: plans (component "" for all of one) or components."""
    return {paid_by(counted.measure) for _, counted in counted_of(component)} - {("", "")}


def _waits_for(column: Column, unfinished: set[Key]) -> bool:
    read = payouts_read(column.component)
    plans = {plan for plan, component in read if not component}
    return bool(read & unfinished) or any(plan in plans for plan, _ in unfinished)


def _key(column: Column) -> Key:
    return column.plan.id, column.component.id


def _where(column: Column) -> Where:
    return Where(plan=column.plan.id, component=column.component.id)

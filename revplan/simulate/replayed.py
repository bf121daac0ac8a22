"""The lines of a replay: finished columns through the ledger, in a run's order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from revplan.formula.compiled import Bools, Ints
from revplan.model.results import LINES
from revplan.rules.cells import Column

REPLAYED = pa.schema(
    [
        LINES.field(name)
        for name in (
            "payee_id",
            "payee_name",
            "team_id",
            "plan_id",
            "plan_version",
            "component_id",
            "component_name",
            "way",
            "scope",
            "measure",
            "target_id",
            "measured_period",
            "period",
            "period_start",
            "period_end",
            "segment",
            "credit",
            "quota",
            "attainment",
            "target_incentive",
            "payout",
            "status",
        )
    ]
)
"""What a replay says of each line: the columns of LINES that do not tell how it came about."""


@dataclass(frozen=True)
class Paid:
    """A column's cells finished, in their order. `credit` and `attainment` are masked where undefined."""

    column: Column
    earned: Ints
    credit: Ints
    has_credit: Bools
    attainment: Ints
    has_attainment: Bools


def lines_table(found: Sequence[Paid]) -> pa.Table:
    """The lines of finished columns, through the ledger, in the order of a run."""
    if not found:
        return REPLAYED.empty_table()
    due = through_ledger(found)
    parts = [_rows(paid, payout) for paid, payout in zip(found, due, strict=True)]
    table = pa.concat_tables(parts)
    order = ("payee_id", "plan_id", "component_id", "period_start", "segment", "plan_version")
    return table.sort_by([(name, "ascending") for name in order])


def through_ledger(found: Sequence[Paid]) -> list[Ints]:
    """What each cell pays in its own period: see `rules.ledger`."""
    due = [paid.earned.copy() for paid in found]
    earlier: dict[tuple[object, ...], list[tuple[date, int, int]]] = {}
    for number, paid in enumerate(found):
        component = paid.column.component
        if component.accumulation == "cumulative":
            for place, cell in enumerate(paid.column.cells):
                if cell.excluded:
                    due[number][place] = 0
                    continue
                key = (cell.payee_id, paid.column.plan.id, component.id, cell.measured, paid.column.segment)
                earlier.setdefault(key, []).append((cell.paid.start, number, place))
    for cells in earlier.values():
        last = highest = 0
        for _, number, place in sorted(cells):
            earned = int(found[number].earned[place])
            before = last if found[number].column.component.recovers else highest
            pays = earned - before
            due[number][place] = pays if found[number].column.component.recovers else max(0, pays)
            last, highest = earned, max(highest, earned)
    return due


def _rows(paid: Paid, payout: Ints) -> pa.Table:
    column, cells = paid.column, paid.column.cells
    plan, component, count = column.plan, column.component, len(paid.column.cells)
    pays_share = component.pays.way == "incentive"

    def text(values: Iterable[str]) -> pa.Array:
        return pa.array(list(values), pa.string())

    def same(value: str | int) -> pa.Array:
        return pa.repeat(pa.scalar(value, pa.string() if isinstance(value, str) else pa.int64()), count)

    return pa.table(
        [
            text(cell.payee_id for cell in cells),
            text(cell.payee_name for cell in cells),
            text(cell.team_id for cell in cells),
            same(plan.id),
            same(plan.version),
            same(component.id),
            same(component.name),
            same(component.pays.way),
            same(component.scope),
            same(component.measure),
            same(component.target or ""),
            text(cell.measured.label for cell in cells),
            text(cell.paid.label for cell in cells),
            pa.array([cell.paid.start for cell in cells], pa.date32()),
            pa.array([cell.paid.end for cell in cells], pa.date32()),
            same(column.segment),
            pa.array(paid.credit, pa.int64(), mask=~paid.has_credit),
            pa.array([cell.inputs[0].quota for cell in cells], pa.int64()),
            pa.array(paid.attainment, pa.int64(), mask=~paid.has_attainment),
            pa.array([cell.incentive * pays_share for cell in cells], pa.int64()),
            pa.array(payout, pa.int64()),
            text(cell.status for cell in cells),
        ],
        schema=REPLAYED,
    )

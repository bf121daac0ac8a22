"""What deals add to their lines: by arrays where there are very many, else by SQL, to the same cent."""

import sys
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from revplan.model.plan import PaysPool
from revplan.rules.cells import Column
from revplan.rules.compile import goes_back_above
from revplan.rules.feeds import Feeds, level_of
from revplan.rules.lines import Finished, deal_parts, deals_of_column

if TYPE_CHECKING:  # the compiler loads only where it is worth it
    from revplan.rules.walk import Cells, Walked, Whose

LEAST_DEALS = 300_000
"""From how many deals of a column on arrays are worth loading the compiler for."""

LEAST_ONCE_LOADED = 20_000
"""And from how many on once it is loaded."""


def has_deals(feeds: Feeds, finished: Finished) -> bool:
    """Whether a column's lines are made of deals: not those of ratios, of others' pay and of pools."""
    component = finished.column.component
    return feeds.measure(component.measure).kind == "sum" and not isinstance(component.pays, PaysPool)


def parts_of_deals(feeds: Feeds, finished: Finished, plan_number: int) -> None:
    """Make the relation `parts_<n>` as `lines.deal_parts` says, in no order."""
    found = [rows.parts() for rows in walked_by_period(feeds, finished, plan_number) or ()]
    if found:
        feeds.session.bind(f"parts_{finished.number}", pa.concat_tables(found))
    else:
        deal_parts(feeds, finished, plan_number)


def walked_by_period(feeds: Feeds, finished: Finished, plan_number: int) -> "list[Walked] | None":
    """The deals of each payment period, in order of period; None where SQL has to walk, or better does."""
    cells = walkable(feeds, finished)
    if cells is None:
        return None
    found = []
    for paid in payment_periods(finished.column):
        rows = walk_period(feeds, finished, plan_number, cells, paid)
        if rows is None:
            return None
        found.append(rows)
    return found


def walkable(feeds: Feeds, finished: Finished) -> "Cells | None":
    """The cells of a column with very many deals, ready to be walked through as arrays."""
    component = finished.column.component
    if finished.formula.deal or not worth_it(_deals_at_most(feeds, finished.column)):
        return None
    from revplan.rules.walk import cells_of

    unit = feeds.measure(component.measure).unit
    goes_back = goes_back_above(component, unit, feeds.company.digits)
    return cells_of(feeds.session, finished.formula, finished.inputs, goes_back)


def worth_it(deals: int) -> bool:
    """Whether so many deals should be walked through as arrays; where loops are not compiled, none."""
    loaded = "revplan.formula.kernels" in sys.modules
    if deals < (LEAST_ONCE_LOADED if loaded else LEAST_DEALS):
        return False
    from revplan.formula import compiled

    return compiled.COMPILED


def walk_period(
    feeds: Feeds, finished: Finished, plan_number: int, cells: "Cells", paid: tuple[date, date]
) -> "Walked | None":
    """The deals of the cells of one payment period [start, end); None where a number does not fit."""
    from revplan.rules.walk import walked

    deals = deals_of_column(feeds, finished.column, plan_number)
    start, end = (f"DATE '{day.isoformat()}'" for day in paid)
    within = f"SELECT * FROM ({deals}) AS d WHERE on_date >= {start} AND on_date < {end}"
    return walked(feeds.session, cells, whose(finished.column, paid), within)


def whose(column: Column, paid: tuple[date, date]) -> "Whose":
    """Which cells of a payment period count whose deals; those that are excluded count none."""
    from revplan.rules.walk import Whose

    found = _cells_of(column, paid)
    owners = [column.cells[number].inputs[0].owner.partition(":")[2] for number in found]
    return Whose.of(owners, found)


def _cells_of(column: Column, paid: tuple[date, date]) -> list[int]:
    cells = enumerate(column.cells)
    return [
        i
        for i, cell in cells
        if cell.paid.start == paid[0] and cell.paid.end == paid[1] and not cell.excluded
    ]


def payment_periods(column: Column) -> Iterator[tuple[date, date]]:
    """The payment periods [start, end) of a column's cells, in order."""
    yield from sorted({(cell.paid.start, cell.paid.end) for cell in column.cells})


def _deals_at_most(feeds: Feeds, column: Column) -> int:
    """About how many deals the column's lines have; of a shared result every payee has them all, so that they
    count once for each of a middling owner's payees."""
    component, level = column.component, level_of(column.cells[0].inputs[0].owner)
    measure, fx_rate = feeds.measure(component.measure), column.plan.fx_rate
    if level == "company":
        source = feeds.facts(measure, fx_rate)
    else:
        source = feeds.credited(measure, component.credit, fx_rate)
    rows = int(feeds.session.run(f"SELECT count(*) AS n FROM {source}")["n"][0].as_py())
    owners = {cell.inputs[0].owner for cell in column.cells}
    payees = {cell.payee_id for cell in column.cells}
    return rows * max(1, len(payees) // len(owners))

"""Deals walked through their cells as arrays: what `lines.deal_parts` says in SQL, for very many deals.

Each deal's part is R(F(after)) − R(F(before)); see `formula.kernels`. Transactions stay text in Arrow: only
the cell and the credit of each deal go through the loop.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from revplan.engine.duck import Session, TooLarge
from revplan.formula import vector
from revplan.formula.compiled import Ints, Places
from revplan.formula.kernels import ROOM, look_up, positions, walk, walk_with_catch_up
from revplan.formula.steps import Formula

_DEALS = ["cell_id", "transaction_id", "opportunity_id", "account_id", "on_date"]
_PARTS = ["cell_id", "position", *_DEALS[1:], "credit", "paid_on", "factor_shown", "kind", "part"]
_NONE = np.empty(0, np.int64)


@dataclass(frozen=True)
class Cells:
    """A column's cells ready to be walked through; a cell's row is its cell_id."""

    settled: vector.Settled
    x_n: Ints
    goes_back: Fraction | None


@dataclass(frozen=True)
class Walked:
    """Deals in close order, as columns cell_id, transaction_id, …, on_date, credit; what each adds.

    `position` is a deal's place among the parts of its cell; a `catch_up` that is not 0 has the next one.
    `catch_up` is empty where no tier goes back to earlier results.
    """

    deals: pa.Table
    part: Ints
    catch_up: Ints
    position: Ints

    def parts(self) -> pa.Table:
        """As rows of `parts_<n>`, a catch-up after its deal in position, though not in the table."""
        whole, kind = pa.int64(), pa.dictionary(pa.int8(), pa.string())
        # Who pays on another amount than counts is not walked through as arrays.
        nothing = pa.nulls(self.deals.num_rows, whole)
        deals = self.deals.append_column("paid_on", nothing).append_column("factor_shown", nothing)
        rows = deals.append_column("position", pa.array(self.position, whole))
        rows = rows.append_column("part", pa.array(self.part, whole))
        said = [pa.DictionaryArray.from_arrays(pa.array(np.zeros(len(self.part), np.int8)), ["deal"])]
        rows = rows.append_column("kind", pa.chunked_array(said, kind))
        rows = rows.select(_PARTS)
        at = np.flatnonzero(self.catch_up)
        if not len(at):
            return rows
        more = deals.take(pa.array(at))
        zeros = pa.array(np.zeros(len(at), np.int64))
        more = more.set_column(more.column_names.index("credit"), "credit", zeros)
        more = more.append_column("position", pa.array(self.position[at] + 1, whole))
        more = more.append_column("part", pa.array(self.catch_up[at], whole))
        said = [pa.DictionaryArray.from_arrays(pa.array(np.zeros(len(at), np.int8)), ["catch_up"])]
        more = more.append_column("kind", pa.chunked_array(said, kind))
        return pa.concat_tables([rows, more.select(_PARTS)])


@dataclass(frozen=True)
class Whose:
    """Which cells of one payment period count whose deals: `cell[i]` counts those of `who[i]`."""

    who: pa.Array
    cell: Ints

    @classmethod
    def of(cls, who: Sequence[str], cell: Sequence[int]) -> "Whose":
        """Cells by their owners' ids, which may repeat."""
        return cls(pa.array(who, pa.string()), np.array(cell, np.int64))

    def places(self, who: pa.ChunkedArray) -> tuple[Places, Ints | None]:
        """Each deal's cell by its place in `cell`, and which deal that is: None where each has one.

        A deal that several cells count comes once for each, one that none counts not at all; all in the order
        of the deals. The ids may be dictionaries, as Parquet keeps them.
        """
        names = self.who.unique()
        if len(names) == len(self.who):
            place = _places(who, names)
            if len(place) == 0 or place.min() >= 0:
                return place, None
            at = np.flatnonzero(place >= 0)
            return place[at], at
        code = _places(who, names)
        owner = pc.index_in(self.who, names).to_numpy()
        order = np.argsort(owner, kind="stable")
        count = np.append(np.bincount(owner, minlength=len(names)), 0)  # the last: nobody's, code −1
        first = np.append(np.cumsum(count[:-1]) - count[:-1], 0)
        times = count[code]
        at = np.repeat(np.arange(len(code)), times)
        nth = np.arange(len(at)) - np.repeat(np.cumsum(times) - times, times)
        return order[np.repeat(first[code], times) + nth].astype(np.int32), at


def _places(who: pa.ChunkedArray, names: pa.Array) -> Places:
    """Each id's place in `names`, or −1."""
    if not pa.types.is_dictionary(who.type):
        return np.array(pc.fill_null(pc.index_in(who, names), -1).to_numpy())
    # The ids of all chunks at once, since finding them begins with a table of all names.
    ids = pa.chunked_array([chunk.dictionary for chunk in who.chunks], who.type.value_type)
    of_id = np.array(pc.fill_null(pc.index_in(ids, names), -1).to_numpy(), np.int32)
    found, begin = np.empty(len(who), np.int32), 0
    for chunk in who.chunks:
        indices = np.array(chunk.indices.to_numpy(), np.int32)
        look_up(indices, of_id, found[begin : begin + len(chunk)])
        of_id, begin = of_id[len(chunk.dictionary) :], begin + len(chunk)
    return found


def cells_of(session: Session, formula: Formula, inputs: str, goes_back: Fraction | None) -> Cells | None:
    """A column's cells from its `inputs_<n>`; None where they cannot be expressed and SQL has to walk."""
    if formula.deal or vector.unfit(formula):
        return None
    read = read_inputs(session, inputs)
    settled = vector.settle(formula, read)
    if goes_back is not None and not vector.may_go_back(settled, goes_back.numerator, goes_back.denominator):
        return None
    if not vector.begin(settled, read.x_n).all():
        return None
    return Cells(settled, read.x_n, goes_back)


def read_inputs(session: Session, inputs: str) -> vector.Inputs:
    """The cells of a relation in order of cell_id, as the vector dialect reads them."""
    names = session.run(f"SELECT * FROM {inputs} LIMIT 0").column_names
    gates = sum(name[0] == "g" and name[1:-2].isdigit() and name.endswith("_n") for name in names)
    wanted = ["x_n", "x_d", "incentive", *(["m_n", "m_d"] if "m_n" in names else [])]
    wanted += [f"g{i}_{side}" for i in range(gates) for side in ("n", "d")]
    fits = " AND ".join(f"abs(coalesce({name}, 0)) < {ROOM}" for name in wanted)
    columns = ", ".join(
        f"CASE WHEN fits THEN CAST(coalesce({name}, 0) AS BIGINT) ELSE 0 END AS {name}" for name in wanted
    )
    rows = session.run(
        f"SELECT fits, {columns} FROM (SELECT *, {fits} AS fits FROM {inputs}) AS i ORDER BY cell_id"
    )
    found = {name: np.ascontiguousarray(rows[name].to_numpy()) for name in wanted}
    nothing = np.zeros(rows.num_rows, np.int64)
    return vector.Inputs(
        found["x_n"],
        found["x_d"],
        found["incentive"],
        found.get("m_n", nothing),
        found.get("m_d", nothing),
        tuple((found[f"g{i}_n"], found[f"g{i}_d"]) for i in range(gates)),
        rows["fits"].to_numpy(),
    )


def walked(session: Session, cells: Cells, whose: Whose, deals: str) -> Walked | None:
    """Deals walked through the cells of one payment period; None where a number does not fit.

    `deals` is a SELECT of who, transaction_id, opportunity_id, account_id, on_date, credit; sorted unless it
    comes in close order. What is nobody's of `whose` is left out.
    """
    read = f"SELECT who, {', '.join(_DEALS[1:])}, CAST(credit AS BIGINT) AS credit FROM ({deals}) AS d"
    try:
        rows = session.run(read)
    except TooLarge:
        return None
    if not in_close_order(rows):
        rows = session.run(f"{read} ORDER BY on_date, transaction_id")
    place, at = whose.places(rows["who"])
    rows = rows.drop_columns("who")
    if at is not None:
        rows = rows.take(pa.array(at))
    found = through(cells, whose, place, rows["credit"])
    if found is None:
        return None
    part, catch_up = found
    position = np.empty(len(place), np.int64)
    positions(place, catch_up, np.zeros(len(whose.cell), np.int64), position)
    return Walked(rows.append_column("cell_id", pa.array(whose.cell[place])), part, catch_up, position)


def through(cells: Cells, whose: Whose, place: Places, credits: pa.ChunkedArray) -> tuple[Ints, Ints] | None:
    """Parts and catch-ups (empty where no tier goes back) of deals in close order; None: one does not fit.

    `place` is each deal's cell by its place in `whose`; `credits` are theirs. All deals of a cell are there.
    """
    credit = np.concatenate([np.empty(0, np.int64), *(chunk.to_numpy() for chunk in credits.chunks)])
    if len(credit) and not -ROOM < credit.min() <= credit.max() < ROOM:
        return None
    settled, back = cells.settled, cells.goes_back
    own = replace(settled, cells=settled.cells[whose.cell]).arrays
    part = np.empty(len(place), np.int64)
    if back is None:
        return (part, _NONE) if walk(place, credit, *own, part) else None
    catch_up = np.empty(len(place), np.int64)
    above = (np.int64(back.numerator), np.int64(back.denominator))
    fits = walk_with_catch_up(place, credit, *own, *above, part, catch_up)
    return (part, catch_up) if fits else None


def in_close_order(rows: pa.Table) -> bool:
    """Whether rows stand in order of date, then transaction. Ids compare as bytes, as in the engine."""
    if rows.num_rows < 2:
        return True
    day, ids = rows["on_date"].cast(pa.int32()).to_numpy(), rows["transaction_id"]
    if (day[1:] < day[:-1]).any():
        return False
    falls = pc.less(ids.slice(1), ids.slice(0, rows.num_rows - 1)).to_numpy()
    return not (falls & (day[1:] == day[:-1])).any()

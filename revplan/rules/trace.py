"""What each line is made of, one payment period after the other, for books too large to hold it all at once.

The rows are those of `accounts.parts_table`, in its order. Deals that can be walked through as arrays are
read and walked a period at a time, and put in order a stretch of lines at a time; the others come from SQL.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from revplan.formula.kernels import add_up
from revplan.rules.accounts import rest_of_lines
from revplan.rules.feeds import Feeds
from revplan.rules.in_order import Source, stretches
from revplan.rules.lines import Finished, deal_parts
from revplan.rules.parts import has_deals, walk_period, walkable
from revplan.rules.stretches import Stretch
from revplan.rules.walk import Cells

_TEXTS = "transaction_id, opportunity_id, account_id, kind"
_NUMBERS = """CAST(position AS BIGINT) AS position, CAST(credit AS BIGINT) AS credit,
    CAST(paid_on AS BIGINT) AS paid_on, CAST({} AS BIGINT) AS factor, CAST(part AS BIGINT) AS part"""


@dataclass(frozen=True)
class Period:
    """The parts of the lines of one payment period."""

    label: str
    stretches: Iterator[Stretch]


class Tracer:
    """Makes the parts of a run's lines by period. Needs the table `lines` of the run."""

    def __init__(
        self, feeds: Feeds, finished: list[Finished], plan_numbers: dict[tuple[str, int], int]
    ) -> None:
        self._feeds = feeds
        self._finished = finished
        self._plan_numbers = plan_numbers
        self._cells: dict[int, Cells | None] = {}  # None: SQL walks
        self._by_sql: set[int] = set()

    def periods(self) -> Iterator[Period]:
        """Each payment period that has lines, in order of its start, then its end.

        A period's rows are let go before those of the next are read, if nobody else holds it.
        """
        if not self._finished:
            return
        found = self._feeds.session.run(
            "SELECT DISTINCT period, period_start, period_end FROM lines ORDER BY period_start, period_end"
        )
        for row in found.to_pylist():
            yield self._period(row["period"], (row["period_start"], row["period_end"]))

    def _period(self, label: str, paid: tuple[date, date]) -> Period:
        session = self._feeds.session
        of_period = f"(SELECT * FROM lines WHERE period = '{label}')"
        lines = session.run(
            "SELECT line_id, number, cell_id, payee_id, team_id, component_id, period "
            f"FROM {of_period} AS l ORDER BY line_id"
        )
        sources, count, total = [], np.zeros(lines.num_rows, np.int64), np.zeros(lines.num_rows, np.int64)
        number, cell = lines["number"].to_numpy(), lines["cell_id"].to_numpy()
        for finished in self._finished:
            at = np.flatnonzero(number == finished.number)
            if len(at) and has_deals(self._feeds, finished):
                of_cell = np.full(len(finished.column.cells), -1, np.int32)
                of_cell[cell[at]] = at
                source = Source.of(self._deals(finished, paid), "cell_id", of_cell)
                add_up(source.line, source.part, count, total)
                sources.append(source)
        sums = {"line_id": lines["line_id"], "deals": pa.array(count), "part": pa.array(total)}
        session.bind("sums_of_period", pa.table(sums))
        others = rest_of_lines(self._feeds, self._finished, of_period, "SELECT * FROM sums_of_period")
        rests = session.run(
            f"SELECT line_id, {_NUMBERS.format('factor')}, {_TEXTS}, on_date FROM ({others}) AS o"
        )
        place = np.searchsorted(lines["line_id"].to_numpy(), rests["line_id"].to_numpy())
        rests = rests.append_column("place", pa.array(place))
        sources.append(Source.of(rests, "place", np.arange(lines.num_rows, dtype=np.int32)))
        return Period(label, stretches(lines, sources))

    def _deals(self, finished: Finished, paid: tuple[date, date]) -> pa.Table:
        """Rows of `parts_<n>` of one period, in no order."""
        number, column = finished.number, finished.column
        plan_number = self._plan_numbers[column.plan.id, column.segment]
        if number not in self._cells:
            self._cells[number] = walkable(self._feeds, finished)
        if (cells := self._cells[number]) is not None:
            walked = walk_period(self._feeds, finished, plan_number, cells, paid)
            if walked is not None:
                return walked.parts()
            self._cells[number] = None
        session = self._feeds.session
        if number not in self._by_sql:
            deal_parts(self._feeds, finished, plan_number)
            self._by_sql.add(number)
        start, end = (f"DATE '{day.isoformat()}'" for day in paid)
        return session.run(
            f"""
            SELECT p.cell_id, {_NUMBERS.format("factor_shown")}, {_TEXTS}, p.on_date
            FROM parts_{number} AS p JOIN column_{number} AS c ON c.cell_id = p.cell_id
            WHERE c.p_start = {start} AND c.p_end = {end}"""
        )

"""What goes on by itself, as rows: leads, meetings, quotes and cash of a past month, moved to a coming one.

A row belongs either to a deal that comes with new business or to the activity of a month, never to both: what
a past deal brings where it stands for business to come (`is_new`) is left out here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from revplan.model.book import Book
from revplan.model.forecast import Forecast
from revplan.model.tables import TABLES
from revplan.periods import months_apart
from revplan.simulate.estimate import shifted

COUNTED: Mapping[str, tuple[str, ...]] = {
    "leads": ("created_on", "mql_on", "sql_on", "meeting_on"),
    "touches": ("touched_on",),
    "opportunities": ("created_on",),
    "quotes": ("quoted_on",),
    "invoices": ("invoiced_on", "due_on"),
    "payments": ("paid_on",),
    "usage": ("used_on",),
}
"""The tables that go on by themselves, and the days by which their rows are counted: each by itself."""

WHOSE = {"leads": "owner_id", "touches": "payee_id", "opportunities": "owner_id"}
"""Who has the work, by table; whoever has left is stood in for. Elsewhere it is the deal's or contract's."""

IsNew = Callable[[str, int], bool]
"""Whether a deal, moved by so many months, stands for new business."""

StandIn = Callable[[str, date], str | None]
"""Who has somebody's work on a day."""


@dataclass(frozen=True)
class Copied:
    """Rows of the table `name` as in the past month `past` (its place among those alike), moved to the coming
    month `month`, from 0."""

    name: str
    month: int
    past: int
    rows: pa.Table


def key_of(month: int, past: int) -> str:
    """The name under which a coming month has the rows of a past one."""
    return f"alike {month}/{past}"


def copies(
    book: Book, forecast: Forecast, months: tuple[date, ...], is_new: IsNew, stand_in: StandIn
) -> Iterator[Copied]:
    """The rows of each coming month as each of the months alike had them, with ids of their own.

    A row is counted by the days that fall in the past month; its other days are left empty, or lie after the
    horizon where a row must have one. Of a month that has begun only the days after the as-of date come.
    """
    closed = _closed_deals(book, forecast.as_of)
    deal_of_lead = _deal_of_lead(book)
    splits = book.table("opportunity_splits")
    for name, days in COUNTED.items():
        table = book.table(name)
        month_of = {day: _months(table[day]) for day in days}
        for past, first in enumerate(forecast.alike):
            wanted = np.datetime64(first, "M")
            within = np.any([month_of[day] == wanted for day in days], axis=0)
            if not within.any():
                continue
            rows = table.filter(pa.array(within))
            created = {day: [_of_month(each, first) for each in rows[day].to_pylist()] for day in days}
            deals = _deals(name, rows, deal_of_lead)
            for month, start in enumerate(months):
                moved = _Moved(forecast, months_apart(first, start), start, is_new, stand_in, closed)
                made = moved.rows(name, rows, created, deals)
                if made.num_rows:
                    yield Copied(name, month, past, _named(name, made, month, past))
                    if name == "opportunities":
                        shares = moved.splits(splits, made, month, past)
                        if shares.num_rows:
                            yield Copied("opportunity_splits", month, past, shares)


@dataclass(frozen=True)
class _Moved:
    """Rows moved by so many months into the coming month that starts on `start`."""

    forecast: Forecast
    back: int
    start: date
    is_new: IsNew
    stand_in: StandIn
    closed: frozenset[str]

    def rows(
        self, name: str, rows: pa.Table, days: Mapping[str, list[date | None]], deals: list[str | None]
    ) -> pa.Table:
        """The rows that fall into the coming month, on their days of it; their ids stay."""
        moved = {day: [self._day(each) for each in values] for day, values in days.items()}
        kept = [
            any(values[at] is not None for values in moved.values())
            and not self._comes_with(name, rows, at, deal)
            for at, deal in enumerate(deals)
        ]
        for day, values in moved.items():
            required = TABLES[name].column(day).required
            rows = with_column(
                rows, day, [each or self.forecast.until for each in values] if required else values
            )
        if name in WHOSE:
            who = {
                each: self.stand_in(each, self.start) for each in set(rows[WHOSE[name]].to_pylist()) if each
            }
            rows = with_column(
                rows, WHOSE[name], [who.get(each, each) for each in rows[WHOSE[name]].to_pylist()]
            )
        if name in ("leads", "touches"):
            rows = with_column(
                rows, "opportunity_id", [each if each in self.closed else "-" for each in deals]
            )
        if name == "opportunities":
            rows = with_column(rows, "closed_on", [self.forecast.until] * rows.num_rows)
        return rows.filter(pa.array(kept, pa.bool_()))

    def splits(self, splits: pa.Table, made: pa.Table, month: int, past: int) -> pa.Table:
        """How the deals created are shared."""
        found = splits.filter(pc.is_in(splits["opportunity_id"], made["opportunity_id"].combine_chunks()))
        who = {each: self.stand_in(each, self.start) for each in set(found["payee_id"].to_pylist())}
        found = with_column(found, "payee_id", [who[each] for each in found["payee_id"].to_pylist()])
        return with_column(found, "opportunity_id", _ids(found["opportunity_id"], month, past))

    def _day(self, day: date | None) -> date | None:
        moved = shifted(day, self.back) if day is not None else None
        return moved if moved is not None and moved > self.forecast.as_of else None

    def _comes_with(self, name: str, rows: pa.Table, at: int, deal: str | None) -> bool:
        """Whether a deal that stands for new business brings the row: it is of a day after the past one on
        which the deal was still to come."""
        if name not in WHOSE or deal is None or not self.is_new(deal, self.back):
            return False
        return comes_with(rows[COUNTED[name][0]][at].as_py(), self.forecast.as_of, self.back)


def comes_with(day: date | None, as_of: date, back: int) -> bool:
    """Whether a row of that first day, moved by so many months, is of the days to come."""
    return day is not None and shifted(day, back) > as_of


def _closed_deals(book: Book, as_of: date) -> frozenset[str]:
    deals = book.table("opportunities")
    columns = (deals[name].to_pylist() for name in ("opportunity_id", "outcome", "closed_on"))
    return frozenset(
        deal for deal, outcome, day in zip(*columns, strict=True) if outcome != "open" and day <= as_of
    )


def _deal_of_lead(book: Book) -> Mapping[str, str]:
    leads = book.table("leads")
    pairs = zip(leads["lead_id"].to_pylist(), leads["opportunity_id"].to_pylist(), strict=True)
    return {lead: deal for lead, deal in pairs if deal}


def _deals(name: str, rows: pa.Table, deal_of_lead: Mapping[str, str]) -> list[str | None]:
    """The deal of each row."""
    if "opportunity_id" not in rows.column_names:
        return [None] * rows.num_rows
    own: list[str | None] = rows["opportunity_id"].to_pylist()
    if name != "touches":
        return own
    leads = rows["lead_id"].to_pylist()
    return [deal or deal_of_lead.get(lead or "") for deal, lead in zip(own, leads, strict=True)]


def _named(name: str, rows: pa.Table, month: int, past: int) -> pa.Table:
    key = TABLES[name].key
    return rows if len(key) > 1 else with_column(rows, key[0], _ids(rows[key[0]], month, past))


def _ids(ids: pa.ChunkedArray, month: int, past: int) -> list[str]:
    return [f"{each}+{month}.{past}" for each in ids.to_pylist()]


def _months(days: pa.ChunkedArray) -> np.ndarray:
    whole: np.ndarray = days.to_numpy().astype("datetime64[M]")
    return whole


def _of_month(day: date | None, first: date) -> date | None:
    return day if day is not None and (day.year, day.month) == (first.year, first.month) else None


def with_column(rows: pa.Table, column: str, values: Sequence[object]) -> pa.Table:
    """The rows with other values in a column, of its own type."""
    place = rows.column_names.index(column)
    field = rows.schema.field(place)
    return rows.set_column(place, field, pa.array(values, field.type))

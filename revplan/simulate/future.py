"""The book of a forecast's horizon: what is certain, and beside it every way in which each deal may be won.

An open deal that may be won in three months is there three times, once a month, each under an id of its own;
a past deal that stands for business to come is there on its shifted day. The engine credits all of them in
one go, and a trial then takes those that came true. So no rule of credit is said again here. What goes on by
itself is there too, as each past month alike would have it in each coming one (`simulate.activity`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from revplan.model.book import Book
from revplan.model.forecast import Forecast, OpenDeal
from revplan.model.tables import TABLES
from revplan.money import round_half_away
from revplan.periods import Grain, add_months, months_apart
from revplan.simulate.activity import key_of, with_column
from revplan.simulate.estimate import refuse_horizon
from revplan.simulate.ways import OF, NewBlock, Ways, Won

Row = dict[str, Any]

AMOUNTS = {"opportunities": "amount", "orders": "amount", "contracts": "arr"}
"""What a deal won is worth, by table."""


@dataclass(frozen=True)
class CameTrue:
    """One future: what is won and at which multiple of its amount, and for each coming month the place of the
    month alike that it goes on as (−1: it stands still)."""

    won: tuple[tuple[Won, Fraction], ...]
    alike: tuple[int, ...] = ()


@dataclass(frozen=True)
class Future:
    """A book over a forecast's horizon.

    `certain` is the book as of the last day of the horizon with what is known today, every score held at its
    last value. `made` are the rows of what may happen by table, each with what brings it in the column OF.
    `months` are the first days of the horizon's months, the one of its first day included;
    `lands[deal][slip]` is the month in which a deal closes for each outcome of the slip, −1 after it.
    """

    forecast: Forecast
    months: tuple[date, ...]
    certain: Book
    made: Mapping[str, pa.Table]
    deals: tuple[OpenDeal, ...]
    lands: tuple[tuple[int, ...], ...]
    won: Mapping[tuple[int, int], Won]
    blocks: tuple[NewBlock, ...]

    @cached_property
    def everything(self) -> Book:
        """The certain book and, besides, all that may happen; but for usage, which has no ids of its own."""
        rows = {name: each.drop_columns([OF]) for name, each in self.made.items() if name != "usage"}
        tables = {name: pa.concat_tables([self.certain.table(name), each]) for name, each in rows.items()}
        return replace(self.certain, tables=dict(self.certain.tables) | tables)

    def ways(self) -> Iterator[Won]:
        """Every way in which something is won."""
        yield from self.won.values()
        for block in self.blocks:
            for past in block.pasts:
                yield from past

    def brought(self) -> pa.Table:
        """What ways and months alike bring besides won deals: `transaction_id` of leads, touches, quotes,
        invoices, payments and deals created, and OF. What an open deal brings the book has already."""
        keys = [way.id for way in self.ways() if not way.deal]
        keys += [key_of(m, p) for m in range(len(self.months)) for p in range(len(self.forecast.alike))]
        found = [pa.table({"transaction_id": pa.array([], pa.string()), OF: pa.array([], pa.string())})]
        for name, rows in self.made.items():
            if len(TABLES[name].key) == 1 and name not in ("orders", "contracts"):
                own = rows.filter(pc.is_in(rows[OF], pa.array(keys, pa.string())))
                found.append(pa.table({"transaction_id": own[TABLES[name].key[0]], OF: own[OF]}))
        return pa.concat_tables(found)


def future_of(book: Book, forecast: Forecast) -> Future:
    """The books of a forecast's horizon. Closed periods are left out, as in a scenario.

    Raises Unfit for a forecast of another day or horizon than the book's (`estimate.refuse_horizon`).
    """
    until = forecast.until
    refuse_horizon(book, forecast.as_of, until)
    start = forecast.as_of + timedelta(days=1)
    months = tuple(add_months(start, each) for each in range(months_apart(start, until)))
    company = book.company.model_copy(update={"as_of": until - timedelta(days=1)})
    certain = Book(company, book.plans, book.targets, _with_scores(book, forecast))
    maker = Ways(certain, forecast, len(months))
    deals = tuple(deal for deal in forecast.deals if maker.is_known(deal))
    lands, won = [], {}
    for number, deal in enumerate(deals):
        days = [_not_past(deal.expected_on + timedelta(days=slip), start) for slip in forecast.slip.days]
        lands.append(tuple(months_apart(start, day) if day < until else -1 for day in days))
        for month in sorted({month for month in lands[-1] if month >= 0}):
            first = min(day for day, at in zip(days, lands[-1], strict=True) if at == month)
            won[number, month] = maker.deal(deal, month, first)
    blocks = tuple(maker.blocks(months))
    return Future(forecast, months, certain, maker.made(months), deals, tuple(lands), won, blocks)


def book_of(future: Future, came_true: CameTrue) -> Book:
    """The certain book in which this came true and nothing else, as of the last day of the horizon.

    Deals are won at their amounts × their factors, each rounded; with them their orders and contracts. An
    open deal keeps its id, and with it its touches, leads and splits. A deal of business to come brings its
    own, and what goes on by itself (leads, meetings, quotes, cash, usage) comes from the months alike.
    """
    alike = {key_of(month, past) for month, past in enumerate(came_true.alike) if past >= 0}
    new = alike | {way.id for way, _ in came_true.won if not way.deal}
    everyone = new | {way.id for way, _ in came_true.won}
    factors = {way.id: factor for way, factor in came_true.won}
    open_deals = {way.id: way.deal for way, _ in came_true.won if way.deal}
    tables = dict(future.certain.tables)
    for name, made in future.made.items():
        keys = everyone if name in AMOUNTS else new
        rows = made.filter(pc.is_in(made[OF], pa.array(sorted(keys), pa.string())))
        if name in AMOUNTS:
            rows = _sized(rows, AMOUNTS[name], factors)
            own = [open_deals.get(each, each) for each in rows["opportunity_id"].to_pylist()]
            rows = with_column(rows, "opportunity_id", own)
        certain = future.certain.table(name)
        if name == "opportunities":
            still = pc.is_in(certain["opportunity_id"], pa.array(sorted(open_deals.values()), pa.string()))
            certain = certain.filter(pc.invert(still))
        tables[name] = pa.concat_tables([certain, rows.drop_columns([OF])]).combine_chunks()
    return replace(future.certain, tables=tables)


def _sized(rows: pa.Table, column: str, factors: Mapping[str, Fraction]) -> pa.Table:
    given = zip(rows[column].to_pylist(), rows[OF].to_pylist(), strict=True)
    return with_column(rows, column, [round_half_away(n * factors.get(way, Fraction(1))) for n, way in given])


def _not_past(day: date, start: date) -> date:
    return max(day, start)


def _with_scores(book: Book, forecast: Forecast) -> dict[str, pa.Table]:
    """The tables with everybody's last score of each kind held in the periods to come."""
    table = book.table("scores")
    last: dict[tuple[str, str], Row] = {}
    for row in table.to_pylist():
        try:
            period = book.company.calendar.parse(row["period"])
        except ValueError:
            continue
        key = (row["payee_id"], row["kpi"])
        if key not in last or period.end > last[key]["until"]:
            last[key] = row | {"until": period.end, "grain": period.grain}
    made = []
    for row in last.values():
        grain: Grain = row.pop("grain")
        until = row.pop("until")
        for period in book.company.calendar.periods(until, forecast.until, grain):
            if period.end <= forecast.until:
                made.append(row | {"period": period.label})
    added = pa.Table.from_pylist(made, TABLES["scores"].schema)
    return dict(book.tables) | {"scores": pa.concat_tables([table, added])}

"""Invoices and cash by deal: the share of a deal that had been invoiced or collected by a day."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate

import pyarrow as pa

from revplan.rules.feeds import Feeds

MEASURES = {"invoiced": "invoiced_revenue", "collected": "cash_collected"}
"""The measure that tells of each event."""


@dataclass(frozen=True)
class Events:
    """By event and deal the days and running totals; by deal what it is worth. Company's minor units."""

    totals: Mapping[tuple[str, str], tuple[Sequence[date], Sequence[int]]] = field(default_factory=dict)
    worth: Mapping[str, int] = field(default_factory=dict)

    def days(self, event: str, deal: str) -> Sequence[date]:
        """The days on which something was invoiced or collected for a deal, in order."""
        return self.totals.get((event, deal), ((), ()))[0]

    def reached(self, event: str, deal: str, day: date) -> tuple[int, int]:
        """The share of a deal invoiced or collected before a day, from 0 to 1, as two whole numbers; 0 for a
        deal that is not among the won opportunities, 1 for one that is worth nothing: nothing is to come in.
        Tax on top of a deal does not make it more than 1."""
        days, sums = self.totals.get((event, deal), ((), ()))
        worth, place = self.worth.get(deal), bisect_left(days, day)
        if worth is not None and worth <= 0:
            return 1, 1
        if worth is None or not place:
            return 0, 1
        return min(worth, max(0, sums[place - 1])), worth


def read_events(feeds: Feeds, kinds: Iterable[str], deals: Iterable[str], fx_rate: str) -> Events:
    """What happened to those deals (ids of opportunities) up to the as-of date, at a plan's rates."""
    feeds.session.bind("waiting_deals", pa.table({"deal": pa.array(sorted(set(deals)), pa.string())}))
    totals: dict[tuple[str, str], tuple[Sequence[date], Sequence[int]]] = {}
    for kind in sorted(set(kinds)):
        by_deal: dict[str, list[tuple[date, int]]] = defaultdict(list)
        for deal, day, amount in _rows(feeds, MEASURES[kind], fx_rate):
            by_deal[deal].append((day, amount))
        for deal, rows in by_deal.items():
            totals[kind, deal] = ([day for day, _ in rows], list(accumulate(amount for _, amount in rows)))
    worth: dict[str, int] = defaultdict(int)
    for deal, _, amount in _rows(feeds, "won_revenue", fx_rate):
        worth[deal] += amount
    return Events(totals, worth)


def _rows(feeds: Feeds, measure: str, fx_rate: str) -> Iterable[tuple[str, date, int]]:
    facts = feeds.facts(feeds.measure(measure), fx_rate)
    found = feeds.session.run(f"""
        SELECT f.opportunity_id AS deal, f.on_date, CAST(sum(f.amount) AS VARCHAR) AS amount
        FROM {facts} AS f JOIN waiting_deals AS w ON w.deal = f.opportunity_id
        GROUP BY f.opportunity_id, f.on_date ORDER BY f.opportunity_id, f.on_date""")
    columns = (found[name].to_pylist() for name in ("deal", "on_date", "amount"))
    return [(deal, day, int(amount)) for deal, day, amount in zip(*columns, strict=True)]

"""Slots: the sums that what is open adds to, and which way of winning adds how much to which of them.

A slot is what somebody is credited with in a month of the horizon, or the ARR that an account has at the end
of a window. The engine credits every way at once, on the book that has them all; here its credits get their
places.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from types import TracebackType
from typing import Self

import pyarrow as pa

from revplan.metrics.measures import Measure
from revplan.metrics.retention import cohorts, contracts_in_windows
from revplan.model.plan import Counted
from revplan.money import MILLION
from revplan.periods import months_apart
from revplan.rules.feeds import Level, Scope
from revplan.simulate.activity import key_of
from revplan.simulate.future import Future
from revplan.simulate.moves import Entries, Moves
from revplan.simulate.replay import Replay


class Slots:
    """What ways of winning add to, as cells and targets ask for it; use as a context manager.

    `adds`, `fixed`, `flows`, `ratios` and `number` (of slots) are those of `moves.Stakes`, and grow with each
    question.
    """

    def __init__(self, future: Future, plan_set: str, certain: Replay) -> None:
        self._future, self._certain = future, certain
        self._start = future.months[0]
        self._everything = Replay(future.everything, plan_set)
        pairs = sorted((name, way.id) for way in future.ways() for name in way.transactions)
        names = {"transaction_id": [a for a, _ in pairs], "way": [b for _, b in pairs]}
        session = self._everything.session
        session.bind("ways", pa.table({k: pa.array(v, pa.string()) for k, v in names.items()}))
        session.bind("brought", future.brought())
        self._alike = {
            key_of(month, past): (month, past)
            for month in range(len(future.months))
            for past in range(len(future.forecast.alike))
        }
        self.adds: Entries = defaultdict(list)
        self.fixed: Entries = defaultdict(list)
        self.flows: list[list[list[tuple[int, int]]]] = [
            [[] for _ in future.forecast.alike] for _ in future.months
        ]
        self.ratios: list[list[tuple[int, int, int, bool]]] = []
        self.number = 0
        self._rows: dict[str, dict[str, int]] = {}
        self._accounts: dict[tuple[object, ...], int] = {}
        self._retained: set[tuple[str, int]] = set()
        self._ratio_ids: dict[tuple[object, ...], dict[tuple[str, date, date], int]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._everything.__exit__(kind, error, at)

    def additive(
        self,
        counted: Counted,
        scope: Scope,
        fx_rate: str,
        who: Sequence[str],
        starts: Sequence[date],
        ends: Sequence[date],
    ) -> list[Moves]:
        """How the totals of each who over the months [start, end) move: by the slots of one feed."""
        totals = self._certain.feeds.totals(counted, scope, fx_rate)
        if totals not in self._rows:
            self._rows[totals] = {}
            self._add_sums(self._rows[totals], totals, counted, scope, fx_rate)
        rows, months = self._rows[totals], len(self._future.months)
        found = []
        for each, start, end in zip(who, starts, ends, strict=True):
            row = rows.get(each, -1)
            first = max(0, months_apart(self._start, start))
            last = min(months, months_apart(self._start, end))
            found.append(Moves(row + first, row + last) if row >= 0 and first < last else Moves())
        return found

    def _add_sums(
        self, rows: dict[str, int], totals: str, counted: Counted, scope: Scope, fx_rate: str
    ) -> None:
        """Slots of a feed, one a month for each who; and what each way, or month alike, adds to them."""
        months = self._future.months

        def slot(who: str, month: int) -> int:
            if who not in rows:
                rows[who] = self.number
                self.number += len(months)
            return rows[who] + month

        measure = self._certain.feeds.measure(counted.measure)
        if measure.definition is None:
            return
        if measure.definition.table == "usage":
            self._add_usage(slot, counted, scope, fx_rate)
            return
        by_deals = _by_deals(measure)
        brings = (
            "SELECT transaction_id, way FROM ways"
            if by_deals
            else "SELECT transaction_id, of AS way FROM brought"
        )
        deals = self._everything.feeds.deals(counted, scope, fx_rate)
        found = self._everything.session.run(
            f"""
            SELECT w.way, d.who, date_trunc('month', d.on_date) AS month, CAST(sum(d.credit) AS BIGINT) AS n
            FROM ({deals}) AS d JOIN ({brings}) AS w ON w.transaction_id = d.transaction_id
            WHERE d.who <> '' OR {scope.level == "company"}
            GROUP BY w.way, d.who, date_trunc('month', d.on_date)
            ORDER BY w.way, d.who, month"""
        )
        given = (found[name].to_pylist() for name in ("way", "who", "month", "n"))
        for way, who, day, n in zip(*given, strict=True):
            month = months_apart(self._start, day)
            if not n or not 0 <= month < len(months):
                continue
            if by_deals and measure.unit == "money":
                self.adds[way].append((slot(who, month), n))
            elif way in self._alike:
                coming, past = self._alike[way]
                self.flows[coming][past].append((slot(who, month), n))
            else:
                self.fixed[way].append((slot(who, month), n))

    def _add_usage(
        self, slot: Callable[[str, int], int], counted: Counted, scope: Scope, fx_rate: str
    ) -> None:
        """Usage as the months alike had it; of a month that has begun, the days after the as-of date."""
        known = {month: place for place, month in enumerate(self._future.forecast.alike)}
        if not known:
            return
        today = self._future.forecast.as_of.day if self._start <= self._future.forecast.as_of else 0
        sums = self._certain.session.run(
            f"""
            SELECT who, CAST(date_trunc('month', on_date) AS DATE) AS month, CAST(sum(credit) AS BIGINT) AS n,
                CAST(sum(CASE WHEN extract(day FROM on_date) > {today} OR on_date = last_day(on_date)
                    THEN credit ELSE 0 END) AS BIGINT) AS later
            FROM ({self._certain.feeds.deals(counted, scope, fx_rate)}) AS d
            GROUP BY who, date_trunc('month', on_date) ORDER BY who, month"""
        )
        given = (sums[name].to_pylist() for name in ("who", "month", "n", "later"))
        for who, day, n, later in zip(*given, strict=True):
            if day in known and (who or scope.level == "company"):
                for month in range(len(self._future.months)):
                    if part := later if month == 0 else n:
                        self.flows[month][known[day]].append((slot(who, month), part))

    # ------------------------------------------------------------ ratios

    def of_ratio(
        self,
        counted: Counted,
        level: Level,
        fx_rate: str,
        who: Sequence[str],
        starts: Sequence[date],
        ends: Sequence[date],
    ) -> list[Moves]:
        """How the ratios of each who over [start, end) move: retention alone does, by its accounts."""
        if self._certain.feeds.measure(counted.measure).kind != "retention":
            return [Moves()] * len(who)
        windows = {(s, e) for s, e in zip(starts, ends, strict=True) if e > self._start}
        key = (counted.measure, level, counted.credit.roll_up, fx_rate, frozenset(windows))
        if key not in self._ratio_ids:
            self._ratio_ids[key] = self._add_ratio(counted, level, fx_rate, windows) if windows else {}
        known = self._ratio_ids[key]
        return [
            Moves(ratio=known.get(each, -1), times=MILLION) for each in zip(who, starts, ends, strict=True)
        ]

    def _add_ratio(
        self, counted: Counted, level: Level, fx_rate: str, windows: set[tuple[date, date]]
    ) -> dict[tuple[str, date, date], int]:
        """Slots for the accounts that ways of winning touch, and the ratios that these accounts belong to."""
        arr = self._certain.feeds.measure("contracted_arr")
        everything = self._everything.feeds
        everything.bind_windows(windows)
        touched = self._everything.session.run(
            f"""
            SELECT w.way, c.account_id, c.window_start, c.window_end, CAST(c.end_arr AS BIGINT) AS n
            FROM ({contracts_in_windows(everything.facts(arr, fx_rate))}) AS c
            JOIN ways AS w ON w.transaction_id = c.contract_id
            WHERE c.end_arr <> 0 ORDER BY ALL"""
        )
        names = ("way", "account_id", "window_start", "window_end", "n")
        for way, account, start, end, n in zip(*(touched[x].to_pylist() for x in names), strict=True):
            slot_key = (fx_rate, account, start, end)
            if slot_key not in self._accounts:
                self._accounts[slot_key] = self.number
                self.number += 1
            entry = (way, self._accounts[slot_key])
            if entry not in self._retained:
                self._retained.add(entry)
                self.adds[way].append((self._accounts[slot_key], n))
        self._certain.feeds.bind_windows(windows)
        parts = self._certain.feeds.whose(cohorts(self._certain.feeds.facts(arr, fx_rate)), counted, level)
        rows = self._certain.session.run(
            f"""
            SELECT who, account_id, window_start, window_end, CAST(end_arr AS BIGINT) AS n,
                CAST(start_arr AS BIGINT) AS d
            FROM ({parts}) AS p ORDER BY ALL"""
        )
        found: dict[tuple[str, date, date], int] = {}
        fields = ("who", "account_id", "window_start", "window_end", "n", "d")
        for who, account, start, end, n, d in zip(*(rows[x].to_pylist() for x in fields), strict=True):
            slot = self._accounts.get((fx_rate, account, start, end))
            if slot is not None:
                if (who, start, end) not in found:
                    found[who, start, end] = len(self.ratios)
                    self.ratios.append([])
                self.ratios[found[who, start, end]].append((slot, n, d, counted.measure == "nrr"))
        return found

    def worth(self) -> dict[str, int]:
        """What each way of winning adds to won revenue, in the company's currency."""
        facts = self._everything.feeds.facts(self._certain.feeds.measure("won_revenue"), "plan")
        rows = self._everything.session.run(
            f"""
            SELECT w.way, CAST(sum(f.amount) AS BIGINT) AS n FROM {facts} AS f
            JOIN ways AS w ON w.transaction_id = f.transaction_id GROUP BY w.way ORDER BY w.way"""
        )
        return dict(zip(rows["way"].to_pylist(), rows["n"].to_pylist(), strict=True))


def _by_deals(measure: Measure) -> bool:
    """Whether deals that are won bring it; leads, meetings and cash go on by themselves."""
    definition = measure.definition
    if definition is None:
        return False
    if definition.table == "opportunities":
        return definition.date == "closed_on"
    return definition.table in ("orders", "contracts")

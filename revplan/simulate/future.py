"""The book of a forecast's horizon: what is certain, and beside it every way in which each deal may be won.

An open deal that may be won in three months is there three times, once a month, each under an id of its own;
a past deal that stands for business to come is there on its shifted day. The engine credits all of them in
one go, and a trial then takes those that came true. So no rule of credit is said again here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pyarrow as pa

from revplan.model.book import Book
from revplan.model.forecast import Forecast, OpenDeal
from revplan.model.tables import TABLES
from revplan.money import round_half_away
from revplan.periods import Grain, add_months
from revplan.rules.people import Stint, stints
from revplan.simulate.estimate import months_from, shifted, team_on

Row = dict[str, Any]
MADE = ("opportunities", "opportunity_splits", "touches", "leads", "orders", "contracts")
"""Tables that get rows for what may happen."""


@dataclass(frozen=True)
class Won:
    """One way in which a deal is won: its id among the opportunities of `Future.everything`, and the month
    of the horizon, from 0. `deal` is the open deal's own id, "" for what is not there yet."""

    id: str
    month: int
    deal: str = ""

    @property
    def transactions(self) -> tuple[str, str, str]:
        """The ids of its opportunity, its order and its contract."""
        return self.id, f"{self.id}/order", f"{self.id}/contract"


@dataclass(frozen=True)
class NewBlock:
    """A team's new business of one month: what each past day says, each as likely."""

    team: str
    month: int
    pasts: tuple[tuple[Won, ...], ...]
    factor: Fraction


@dataclass(frozen=True)
class Future:
    """A book over a forecast's horizon.

    `certain` is the book as of the last day of the horizon with what is known today, every score held at its
    last value. `everything` has, besides, every way in which a deal may be won. `months` are the first
    days of the horizon's months, the one of its first day included; `lands[deal][slip]` is the month in
    which a deal closes for each outcome of the slip, −1 after the horizon.
    """

    forecast: Forecast
    months: tuple[date, ...]
    certain: Book
    everything: Book
    deals: tuple[OpenDeal, ...]
    lands: tuple[tuple[int, ...], ...]
    won: Mapping[tuple[int, int], Won]
    blocks: tuple[NewBlock, ...]

    def ways(self) -> Iterator[Won]:
        """Every way in which something is won."""
        yield from self.won.values()
        for block in self.blocks:
            for past in block.pasts:
                yield from past


def future_of(book: Book, forecast: Forecast) -> Future:
    """The books of a forecast's horizon. Closed periods are left out, as in a scenario."""
    until = forecast.until
    start = forecast.as_of + timedelta(days=1)
    months = tuple(add_months(start, each) for each in range(months_from(start, until)))
    company = book.company.model_copy(update={"as_of": until - timedelta(days=1)})
    certain = Book(company, book.plans, book.targets, _with_scores(book, forecast))
    maker = _Maker(certain, forecast)
    deals = tuple(deal for deal in forecast.deals if maker.is_known(deal))
    lands, won = [], {}
    for number, deal in enumerate(deals):
        days = [_not_past(deal.expected_on + timedelta(days=slip), start) for slip in forecast.slip.days]
        lands.append(tuple(months_from(start, day) if day < until else -1 for day in days))
        for month in sorted({month for month in lands[-1] if month >= 0}):
            first = min(day for day, at in zip(days, lands[-1], strict=True) if at == month)
            won[number, month] = maker.deal(deal, month, first)
    blocks = tuple(maker.blocks(months))
    everything = replace(certain, tables=maker.tables())
    return Future(forecast, months, certain, everything, deals, tuple(lands), won, blocks)


def with_won(future: Future, won: Iterable[Won]) -> Book:
    """The certain book in which these ways, and no other, came true.

    An open deal keeps its id, and with it its touches, leads and splits. A past deal that stands for new
    business comes without its leads, since those of the coming months are counted by themselves.
    """
    original = {each.id: each.deal for each in won}
    tables = dict(future.certain.tables)
    for name in MADE:
        certain = future.certain.tables.get(name, TABLES[name].empty())
        rows = certain.to_pylist()
        place = {row["opportunity_id"]: at for at, row in enumerate(rows)} if name == "opportunities" else {}
        for row in future.everything.tables[name].slice(certain.num_rows).to_pylist():
            deal = original.get(row["opportunity_id"])
            if deal is None or (name == "leads") or (deal and name in ("touches", "opportunity_splits")):
                continue
            made = row | {"opportunity_id": deal or row["opportunity_id"]}
            if deal in place:
                rows[place[deal]] = made
            else:
                rows.append(made)
        tables[name] = pa.Table.from_pylist(rows, TABLES[name].schema)
    return replace(future.certain, tables=tables)


def _not_past(day: date, start: date) -> date:
    return max(day, start)


class _Maker:
    """Makes the rows of what may happen, after the rows that the book has."""

    def __init__(self, book: Book, forecast: Forecast) -> None:
        self._book, self._forecast = book, forecast
        self._rows = {name: self._table(name).to_pylist() for name in MADE}
        self._new: dict[str, list[Row]] = {name: [] for name in MADE}
        self._deals = {row["opportunity_id"]: row for row in self._rows["opportunities"]}
        self._contracts = {row["contract_id"]: row for row in self._rows["contracts"]}
        self._csm = {r["account_id"]: r["csm_id"] for r in self._table("accounts").to_pylist()}
        self._roster = stints(book)
        lead_of = {r["lead_id"]: r["opportunity_id"] for r in self._rows["leads"]}
        self._of_deal: dict[str, dict[str, list[Row]]] = {
            "opportunity_splits": {},
            "touches": {},
            "leads": {},
        }
        for name, by_deal in self._of_deal.items():
            for row in self._rows[name]:
                deal = row["opportunity_id"] or (lead_of.get(row["lead_id"]) if name == "touches" else None)
                if deal:
                    by_deal.setdefault(deal, []).append(row)
        self._runs_out: dict[str, list[date]] = {}
        for row in self._rows["contracts"]:
            if row["ends_on"] is not None:
                self._runs_out.setdefault(row["account_id"], []).append(row["ends_on"])

    def _table(self, name: str) -> pa.Table:
        return self._book.tables.get(name, TABLES[name].empty())

    def tables(self) -> dict[str, pa.Table]:
        """The book's tables with the rows made."""
        made = {
            name: pa.concat_tables([self._table(name), pa.Table.from_pylist(rows, TABLES[name].schema)])
            for name, rows in self._new.items()
        }
        return dict(self._book.tables) | made

    def is_known(self, deal: OpenDeal) -> bool:
        """Whether the book has the deal, still open, or the contract that it renews."""
        if not deal.opportunity:
            return deal.contract in self._contracts
        return deal.id in self._deals and self._deals[deal.id]["outcome"] == "open"

    def deal(self, deal: OpenDeal, month: int, day: date) -> Won:
        """An open deal won on that day."""
        row = self._deals[deal.id] if deal.opportunity else self._renewal(deal)
        amount = round_half_away(row["amount"] * Fraction(deal.size))
        return self._win(row | {"amount": amount}, f"{deal.id}~{month + 1}", month, day, 0)

    def _renewal(self, deal: OpenDeal) -> Row:
        """The deal that a contract's renewal would be."""
        contract = self._contracts[deal.contract]
        return dict.fromkeys(TABLES["opportunities"].schema.names) | {
            "opportunity_id": deal.id,
            "account_id": contract["account_id"],
            "owner_id": self._csm.get(contract["account_id"]) or contract["owner_id"],
            "kind": "renewal",
            "amount": contract["arr"],
            "currency": contract["currency"],
            "created_on": self._forecast.as_of,
            "product": contract["product"],
        }

    def blocks(self, months: tuple[date, ...]) -> Iterator[NewBlock]:
        """New business of each team and month; its teams are those of the owners on the day of the win."""
        renewals_apart = bool(self._contracts)
        as_of = self._forecast.as_of
        start = as_of + timedelta(days=1)
        factors = {each.team: Fraction(each.factor) for each in self._forecast.new_teams}
        for new in self._forecast.new_months:
            if new.month > len(months):
                continue
            by_team: dict[str, list[list[Won]]] = {team: [[] for _ in new.after] for team in factors}
            for place, past in enumerate(new.after):
                back = months_from(past + timedelta(days=1), start)
                for row in self._created_after(past, renewals_apart=renewals_apart):
                    day = shifted(row["closed_on"], back)
                    if day < start or months_from(start, day) != new.month - 1:
                        continue
                    team = team_on(self._roster, row["owner_id"], row["closed_on"])
                    if team in by_team:
                        name = f"{row['opportunity_id']}^{back}.{new.month}"
                        won = self._win(row, name, new.month - 1, day, back, new=True)
                        by_team[team][place].append(won)
            for team, pasts in by_team.items():
                if any(pasts) and factors[team] > 0:
                    yield NewBlock(team, new.month - 1, tuple(map(tuple, pasts)), factors[team])

    def _created_after(self, past: date, *, renewals_apart: bool) -> Iterator[Row]:
        for row in self._rows["opportunities"]:
            created, closed = row["created_on"], row["closed_on"]
            if row["outcome"] != "won" or created is None or created <= past or closed > self._forecast.as_of:
                continue
            if not (renewals_apart and row["kind"] == "renewal"):
                yield row

    # ------------------------------------------------------------ rows

    def _win(self, row: Row, name: str, month: int, day: date, back: int, *, new: bool = False) -> Won:
        """The rows of a deal won on `day`; those of a past deal `back` months later than they were."""
        won = Won(name, month, "" if new else row["opportunity_id"])

        def at(past: date | None) -> date | None:
            return shifted(past, back) if back and past is not None else past

        owner = self._stand_in(row["owner_id"], day)
        deal = row | {
            "opportunity_id": name,
            "outcome": "won",
            "closed_on": day,
            "created_on": at(row["created_on"]),
            "owner_id": owner,
        }
        self._new["opportunities"].append(deal)
        for split in self._of_deal["opportunity_splits"].get(row["opportunity_id"], ()):
            payee = self._stand_in(split["payee_id"], day)
            self._new["opportunity_splits"].append(split | {"opportunity_id": name, "payee_id": payee})
        for touch in self._of_deal["touches"].get(row["opportunity_id"], ()):
            moved = at(touch["touched_on"])
            payee = self._stand_in(touch["payee_id"], day)
            changed = {"opportunity_id": name, "touched_on": moved, "payee_id": payee}
            self._new["touches"].append(touch | changed | {"touch_id": f"{touch['touch_id']}/{name}"})
        for lead in self._of_deal["leads"].get(row["opportunity_id"], ()):
            changed = {"opportunity_id": name, "created_on": at(lead["created_on"])}
            self._new["leads"].append(lead | changed | {"lead_id": f"{lead['lead_id']}/{name}"})
        _, order, contract = won.transactions
        same = {key: row[key] for key in ("account_id", "amount", "currency", "product", "term_months")}
        self._new["orders"].append(
            _row("orders", **same, order_id=order, opportunity_id=name, owner_id=owner, ordered_on=day)
        )
        made = self._contract(deal, contract, day)
        if new and made["kind"] == "new":  # a customer that there is not yet: not that of the past deal
            made["account_id"] = None
        self._new["contracts"].append(made)
        return won

    def _contract(self, deal: Row, name: str, day: date) -> Row:
        """A year's worth of the deal, from the day of the win; a renewal from the day on which the account's
        contract nearest to it runs out."""
        starts, term = day, max(deal["term_months"] or 12, 1)
        if deal["kind"] == "renewal":
            near = sorted(
                (abs((each - day).days), each) for each in self._runs_out.get(deal["account_id"], ())
            )
            if near and near[0][0] <= 180:
                starts = max(day, near[0][1])
        yearly = deal["amount"] if term <= 12 else round_half_away(Fraction(deal["amount"] * 12, term))
        same = {key: deal[key] for key in ("account_id", "owner_id", "opportunity_id", "currency", "product")}
        kind = {"kind": deal["kind"] or "new", "signed_on": day, "starts_on": starts, "arr": yearly}
        return _row("contracts", **same, **kind, contract_id=name, ends_on=shifted(starts, max(term, 12)))

    def _stand_in(self, payee: str | None, day: date) -> str | None:
        """Who has the work of somebody who has left by that day: of those there in the same team, with the
        same role if any is, the first by id after them. Nobody else's when the team is empty."""
        if not payee or _there(self._roster, payee, day):
            return payee
        before = [stint for stint in self._roster if stint.payee_id == payee]
        if not before:
            return payee
        there = [s for s in self._roster if s.team_id == before[-1].team_id and s.start <= day < s.end]
        alike = [s for s in there if s.role == before[-1].role] or there
        names = sorted({stint.payee_id for stint in alike})
        return next((name for name in names if name > payee), names[0] if names else payee)


def _there(roster: tuple[Stint, ...], payee: str, day: date) -> bool:
    return any(stint.payee_id == payee and stint.start <= day < stint.end for stint in roster)


def _row(name: str, **given: Any) -> Row:
    return dict.fromkeys(TABLES[name].schema.names) | given


def _with_scores(book: Book, forecast: Forecast) -> dict[str, pa.Table]:
    """The tables with everybody's last score of each kind held in the periods to come."""
    table = book.tables.get("scores", TABLES["scores"].empty())
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

"""The rows of everything that may happen: deals won in each way in which they may be, and new business."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

import pyarrow as pa

from revplan.model.book import Book
from revplan.model.forecast import Forecast, NewMonth, OpenDeal
from revplan.model.tables import TABLES
from revplan.money import round_half_away
from revplan.periods import months_apart
from revplan.rules.people import Stint, stints
from revplan.simulate.activity import COUNTED, comes_with, copies, key_of
from revplan.simulate.estimate import shifted, team_on

Row = dict[str, Any]
MADE = ("opportunities", "opportunity_splits", "touches", "leads", "orders", "contracts")
"""Tables that get rows for deals that may be won."""

OF = "of"
"""The column beside rows made: the way of winning, or the month alike, that brings them."""


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


class Ways:
    """Makes the rows of what may happen, after the rows that the book has."""

    def __init__(self, book: Book, forecast: Forecast, months: int) -> None:
        self._book, self._forecast, self._months = book, forecast, months
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
        return self._book.table(name)

    def made(self, months: tuple[date, ...]) -> dict[str, pa.Table]:
        """The rows made by table, and those of the months alike, each with what brings it."""
        found = {name: [_of_rows(name, rows)] for name, rows in self._new.items()}
        for each in copies(self._book, self._forecast, months, self._is_new, self._stand_in):
            keys = pa.repeat(key_of(each.month, each.past), each.rows.num_rows)
            found.setdefault(each.name, []).append(each.rows.append_column(OF, keys))
        return {name: pa.concat_tables(tables) for name, tables in found.items()}

    def _is_new(self, deal: str, back: int) -> bool:
        """Whether a past deal, so many months later, stands for business to come."""
        row, as_of = self._deals.get(deal), self._forecast.as_of
        if row is None:
            return False
        day = shifted(row["closed_on"], back)
        month = self._new_months.get(months_apart(as_of + timedelta(days=1), day) + 1)
        if month is None or not as_of < day < self._forecast.until:
            return False
        return self._is_business(row, month, shifted(as_of, -back)) and self._team(row) != ""

    @cached_property
    def _new_months(self) -> Mapping[int, NewMonth]:
        return {each.month: each for each in self._forecast.new_months}

    @cached_property
    def _factors(self) -> Mapping[str, Fraction]:
        factors = {each.team: Fraction(each.factor) for each in self._forecast.new_teams}
        return {team: factor for team, factor in factors.items() if factor > 0}

    def _team(self, row: Row) -> str:
        """The team whose new business a past deal is; "" for none's."""
        team = team_on(self._roster, row["owner_id"], row["closed_on"])
        return team if team in self._factors else ""

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
        as_of = self._forecast.as_of
        start = as_of + timedelta(days=1)
        for new in self._forecast.new_months:
            if new.month > len(months):
                continue
            by_team: dict[str, list[list[Won]]] = {team: [[] for _ in new.after] for team in self._factors}
            for place, past in enumerate(new.after):
                back = months_apart(past + timedelta(days=1), start)
                for row in self._rows["opportunities"]:
                    if not self._is_business(row, new, past):
                        continue
                    day = shifted(row["closed_on"], back)
                    if day < start or months_apart(start, day) != new.month - 1:
                        continue
                    if team := self._team(row):
                        name = f"{row['opportunity_id']}^{back}.{new.month}"
                        won = self._win(row, name, new.month - 1, day, back, new=True)
                        by_team[team][place].append(won)
            for team, pasts in by_team.items():
                if any(pasts):
                    yield NewBlock(team, new.month - 1, tuple(map(tuple, pasts)), self._factors[team])

    def _is_business(self, row: Row, month: NewMonth, past: date) -> bool:
        """Whether a deal was still to come on a past day (or open, with the pipeline) and is won today;
        renewals stand apart where there are contracts."""
        created, closed = row["created_on"], row["closed_on"]
        if row["outcome"] != "won" or closed > self._forecast.as_of:
            return False
        if not month.with_pipeline and (created is None or created <= past):
            return False
        return not (self._contracts and row["kind"] == "renewal")

    # ------------------------------------------------------------ rows

    def _win(self, row: Row, name: str, month: int, day: date, back: int, *, new: bool = False) -> Won:
        """The rows of a deal won on `day`; those of a past deal `back` months later than they were."""
        won = Won(name, month, "" if new else row["opportunity_id"])

        def at(past: date | None) -> date | None:
            return shifted(past, back) if back and past is not None else past

        owner = self._stand_in(row["owner_id"], day)
        created = at(row["created_on"])
        if new and created is not None and created <= self._forecast.as_of:
            created = None  # nobody created it in the months that are over
        deal = row | {
            "opportunity_id": name,
            "outcome": "won",
            "closed_on": day,
            "created_on": created,
            "owner_id": owner,
            OF: name,
        }
        self._new["opportunities"].append(deal)
        for split in self._of_deal["opportunity_splits"].get(row["opportunity_id"], ()):
            payee = self._stand_in(split["payee_id"], day)
            shared = {"opportunity_id": name, "payee_id": payee, OF: name}
            self._new["opportunity_splits"].append(split | shared)
        for touch in self._of_deal["touches"].get(row["opportunity_id"], ()):
            moved = at(touch["touched_on"])
            payee = self._stand_in(touch["payee_id"], day)
            changed: Row = {"opportunity_id": name, "touched_on": moved, "payee_id": payee, OF: name}
            self._new["touches"].append(touch | changed | {"touch_id": f"{touch['touch_id']}/{name}"})
        for lead in self._of_deal["leads"].get(row["opportunity_id"], ()):
            if new and not comes_with(lead["created_on"], self._forecast.as_of, back):
                continue  # one that came before today the book has
            dates = {each: at(lead[each]) for each in COUNTED["leads"]}
            whose = {"owner_id": self._stand_in(lead["owner_id"], day), "opportunity_id": name, OF: name}
            self._new["leads"].append(lead | dates | whose | {"lead_id": f"{lead['lead_id']}/{name}"})
        _, order, contract = won.transactions
        same = {key: row[key] for key in ("account_id", "amount", "currency", "product", "term_months")}
        self._new["orders"].append(
            _row("orders", **same, order_id=order, opportunity_id=name, owner_id=owner, ordered_on=day)
            | {OF: name}
        )
        made = self._contract(deal, contract, day)
        if new and made["kind"] == "new":  # a customer that there is not yet: not that of the past deal
            made["account_id"] = None
        self._new["contracts"].append(made | {OF: name})
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


def _of_rows(name: str, rows: list[Row]) -> pa.Table:
    schema = TABLES[name].schema.append(pa.field(OF, pa.string()))
    return pa.Table.from_pylist(rows, schema)


def _row(name: str, **given: Any) -> Row:
    return dict.fromkeys(TABLES[name].schema.names) | given

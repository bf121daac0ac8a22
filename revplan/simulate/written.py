"""A future written by hand as a book: its deals are won, the rest goes on as last year or stands still."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa

from revplan.issues import Issue, Where
from revplan.model.book import Book
from revplan.model.facts import Written, WrittenDeal
from revplan.model.forecast import Forecast, NewMonth, NewTeam, OpenDeal
from revplan.model.tables import TABLES
from revplan.money import currency_digits, to_minor
from revplan.periods import add_months, months_apart
from revplan.rules.people import stints
from revplan.simulate.estimate import estimate, shifted
from revplan.simulate.future import CameTrue, book_of, future_of

YEAR = 12
"""Months."""


def written_book(book: Book, facts: Written) -> tuple[Book, tuple[Issue, ...]]:
    """The book as of the last day of a future written by hand, and an error for each deal that cannot be won.

    Such a deal is left out, and its place in the list (from 1) is the issue's `number`. Raises Unfit when
    `until` is no end that a forecast can have (`estimate.estimate`).
    """
    known = estimate(book, facts.until)
    reader = _Reader(book, known.until)
    wins = [win for place, deal in enumerate(facts.deals, 1) for win in reader.read(place, deal)]
    deals = {win.deal.id: win.deal for win in wins}
    if facts.renewals == "all":
        for deal in known.deals:
            if deal.kind == "renewal" and deal.id not in deals:
                deals[deal.id] = deal.model_copy(update={"probability": Decimal(1)})
    forecast = _rest(Forecast(as_of=known.as_of, until=known.until, deal=tuple(deals.values())), book, facts)
    future = future_of(replace(book, tables=reader.tables(wins)), forecast)
    at = {deal.id: number for number, deal in enumerate(future.deals)}
    won = [
        (future.won[at[name], future.lands[at[name]][0]], reader.factor(deals[name]))
        for name in sorted(deals)
        if future.lands[at[name]][0] >= 0
    ]
    won += [(way, block.factor) for block in future.blocks for way in block.pasts[0]]
    places = {month: place for place, month in enumerate(forecast.alike)}
    alike = tuple(places.get(add_months(month, -YEAR), -1) for month in future.months)
    return book_of(future, CameTrue(tuple(won), alike)), tuple(reader.issues)


def _rest(forecast: Forecast, book: Book, facts: Written) -> Forecast:
    """The forecast with the new business and activity of the same months last year, where they are wanted."""
    if facts.rest == "nothing":
        return forecast
    start = forecast.as_of + timedelta(days=1)
    number = months_apart(start, forecast.until)
    whole = facts.rest == "last_year"
    past = (shifted(forecast.as_of, -YEAR),)
    return forecast.model_copy(
        update={
            "alike": tuple(add_months(start, each - YEAR) for each in range(number)),
            "new_teams": tuple(NewTeam(team=team.id, factor=facts.growth) for team in book.company.teams),
            "new_months": tuple(
                NewMonth(month=each + 1, after=past, with_pipeline=whole) for each in range(number)
            ),
        }
    )


@dataclass(frozen=True)
class _Win:
    """A deal that is won; `row` is its new or changed row of the opportunities, None for a renewal's."""

    deal: OpenDeal
    row: Mapping[str, Any] | None


class _Reader:
    """Reads deals written by hand against a book."""

    def __init__(self, book: Book, until: date) -> None:
        self.issues: list[Issue] = []
        self._book, self._until, self._as_of = book, until, book.company.as_of
        self._deals = {row["opportunity_id"]: row for row in self._rows("opportunities")}
        self._contracts = {row["contract_id"]: row for row in self._rows("contracts")}
        self._accounts = {row["account_id"] for row in self._rows("accounts")}
        self._segments = {row["account_id"]: row["segment"] or "" for row in self._rows("accounts")}
        self._teams = {team.id for team in book.company.teams}
        self._roster = stints(book)
        self._sellers = {row["owner_id"] for row in self._deals.values()}
        self._turn: dict[str, int] = {}
        self._named: set[str] = set()
        self._factors: dict[str, Fraction] = {}

    def _rows(self, name: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._book.table(name).to_pylist()
        return rows

    def factor(self, deal: OpenDeal) -> Fraction:
        """By what the deal's amount is multiplied."""
        return self._factors.get(deal.id, Fraction(1))

    def tables(self, wins: list[_Win]) -> dict[str, pa.Table]:
        """The book's tables with the deals as they are written."""
        rows = dict(self._deals)
        rows |= {row["opportunity_id"]: row for win in wins if (row := win.row) is not None}
        table = pa.Table.from_pylist(list(rows.values()), TABLES["opportunities"].schema)
        return dict(self._book.tables) | {"opportunities": table}

    def read(self, place: int, deal: WrittenDeal) -> Iterator[_Win]:
        """What a deal of the list brings; nothing and an issue when it cannot be won."""
        wrong = self._wrong(deal)
        if wrong:
            code, value = wrong
            said: dict[str, str | int] = {"number": place, "value": value, "day": deal.on.isoformat()}
            said |= {"from": self._as_of.isoformat(), "to": (self._until - timedelta(days=1)).isoformat()}
            self.issues.append(Issue(code, "error", Where(column=f"facts.deal[{place}]"), said))
        elif deal.opportunity:
            yield self._open(deal)
        elif deal.renewal:
            yield self._renewal(deal)
        else:
            yield from self._new(place, deal)

    def _wrong(self, deal: WrittenDeal) -> tuple[str, str] | None:
        """Why a deal cannot be won, and what is meant; None where it can."""
        name = deal.opportunity or deal.renewal or deal.owner or deal.team
        if not self._as_of < deal.on < self._until:
            return "written_day", name
        if not deal.is_new and name in self._named:
            return "written_twice", name
        if deal.opportunity and name not in self._deals:
            return "written_unknown_deal", name
        if deal.opportunity and self._deals[name]["outcome"] != "open":
            return "written_closed_deal", name
        if deal.renewal and name not in self._contracts:
            return "written_unknown_contract", name
        if deal.renewal and deal.amount is not None and not self._contracts[name]["arr"]:
            return "written_no_arr", name
        if deal.team and name not in self._teams:
            return "written_unknown_team", name
        if deal.is_new and not self._people(deal):
            return "written_nobody", name
        if deal.account and deal.account not in self._accounts:
            return "written_unknown_account", deal.account
        return None

    def _open(self, deal: WrittenDeal) -> _Win:
        self._named.add(deal.opportunity)
        row = self._deals[deal.opportunity]
        if deal.amount is not None:
            row = row | {"amount": self._minor(deal.amount, row["currency"])}
        return _Win(self._certain(deal.opportunity, row["kind"] or "new", deal.on), row)

    def _renewal(self, deal: WrittenDeal) -> _Win:
        self._named.add(deal.renewal)
        contract, name = self._contracts[deal.renewal], f"renewal-of-{deal.renewal}"
        if deal.amount is not None:
            wanted = self._minor(deal.amount, contract["currency"])
            self._factors[name] = Fraction(wanted, contract["arr"])
        made = self._certain(name, "renewal", deal.on)
        return _Win(made.model_copy(update={"opportunity": False, "contract": deal.renewal}), None)

    def _new(self, place: int, deal: WrittenDeal) -> Iterator[_Win]:
        people, key = self._people(deal), deal.owner or deal.team
        for number in range(1, deal.number + 1):
            turn = self._turn.get(key, 0)
            self._turn[key] = turn + 1
            row = dict.fromkeys(TABLES["opportunities"].schema.names) | {
                "opportunity_id": f"written-{place}.{number}",
                "owner_id": people[turn % len(people)],
                "kind": deal.kind,
                "outcome": "open",
                "amount": self._minor(deal.amount or Decimal(0), None),
                "closed_on": deal.on,
                "account_id": deal.account or None,
                "source": deal.source or None,
            }
            yield _Win(self._certain(str(row["opportunity_id"]), deal.kind, deal.on), row)

    def _certain(self, name: str, kind: Any, on: date) -> OpenDeal:
        return OpenDeal(id=name, kind=kind, probability=Decimal(1), expected_on=on)

    def _people(self, deal: WrittenDeal) -> list[str]:
        """Who may have a new deal: its owner, or those of the team who own deals, else all of the team; who
        are there on the day."""
        there = [stint for stint in self._roster if stint.start <= deal.on < stint.end]
        if deal.owner:
            return sorted({stint.payee_id for stint in there if stint.payee_id == deal.owner})
        team = {stint.payee_id for stint in there if stint.team_id == deal.team}
        return sorted(team & self._sellers or team)

    def _minor(self, amount: Decimal, currency: str | None) -> int:
        company = self._book.company
        same = not currency or currency.upper() == company.currency.upper()
        return to_minor(amount, company.digits if same or not currency else currency_digits(currency))

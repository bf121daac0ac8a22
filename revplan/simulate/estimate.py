"""The forecast that a book's own history gives; what it does not give is a stated default."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from revplan.issues import Unfit
from revplan.model.book import Book
from revplan.model.forecast import ChanceFrom, Forecast, NewMonth, NewTeam, OpenDeal, Slip, Spread
from revplan.money import MILLION
from revplan.periods import add_months, months_apart, same_day
from revplan.rules.people import Stint, stints

ENOUGH = 20
"""So many past outcomes tell a rate or a spread; below that the next wider group is asked."""

ENOUGH_SLIPS = 10
"""So many deals past their day tell by how much deals slip."""

MOST_OUTCOMES = 20
"""A spread holds so many outcomes at most: the middles of as many equal parts of what was seen."""

MOST_PASTS = 24
"""So many past months at most stand behind new business."""

RECENT = 12
"""Past months that leads, meetings and cash are drawn from."""

DEFAULT_CHANCE = Decimal("0.25")
DEFAULT_FACTORS = (Decimal("0.9"), Decimal(1), Decimal("1.1"))
DEFAULT_SLIP = (0, 0, 0, 0, 0, 0, 0, 15, 30, 60)
DEFAULT_RENEWED = Decimal("0.85")
"""Where the data says nothing: a quarter of deals is won, amounts come out within a tenth, three deals of
ten close later by 15, 30 or 60 days, and 85% of contracts are renewed."""

SLIPPED_WITHIN = 60
"""Days before the as-of date in which deals were due that tell how many slip."""

FOLLOWS_WITHIN = timedelta(days=90)
"""A contract of the same account that starts so long before or after one runs out renews it."""

Row = dict[str, Any]


def horizon_of(book: Book) -> date:
    """The end (exclusive) of the fiscal year of the day after the as-of date."""
    company = book.company
    return company.calendar.period_of(company.as_of + timedelta(days=1), "year").end


def refuse_horizon(book: Book, as_of: date, until: date) -> None:
    """Raises Unfit when a forecast is as of another day than the book, or when `until` (exclusive) is no
    first of a month, not after that day, or beyond the fiscal year's end: results are of one year."""
    known, last = book.company.as_of, horizon_of(book)
    if as_of != known:
        raise Unfit("forecast_as_of", as_of=as_of.isoformat(), book=known.isoformat())
    if until.day != 1 or not as_of < until <= last:
        raise Unfit("forecast_until", until=until.isoformat(), as_of=as_of.isoformat(), last=last.isoformat())


def estimate(book: Book, until: date | None = None, *, as_entered: bool = True) -> Forecast:
    """What is open after the book's as-of date, up to `until` (exclusive; the fiscal year's end by default).

    Reads nothing after the as-of date but the days on which open deals are expected to close. Without
    `as_entered`, chances and days are those that history gives, as for a past day of which no record says
    what was thought then. Raises Unfit as `refuse_horizon` does.
    """
    company = book.company
    end = until or horizon_of(book)
    refuse_horizon(book, company.as_of, end)
    history = _History(book)
    deals = [_deal(history, row, as_entered=as_entered) for row in history.open]
    deals += _unopened_renewals(history, end)
    return Forecast(
        as_of=company.as_of,
        until=end,
        slip=_slip(history) if as_entered else _slip_of_cycles(history),
        alike=_months_like(history),
        spread=tuple(_spreads(history)),
        new_team=tuple(NewTeam(team=team.id) for team in company.teams),
        new_month=tuple(_new_months(history, end)),
        deal=tuple(sorted(deals, key=lambda deal: deal.id)),
    )


# ---------------------------------------------------------------- what happened


@dataclass
class _History:
    """The book's rows up to its as-of date, read once."""

    book: Book

    def __post_init__(self) -> None:
        self.as_of = self.book.company.as_of
        deals = self.rows("opportunities")
        self.closed = [r for r in deals if r["outcome"] != "open" and r["closed_on"] <= self.as_of]
        self.won = [r for r in self.closed if r["outcome"] == "won"]
        self.open = [
            r for r in deals if r["outcome"] == "open" and (r["created_on"] or self.as_of) <= self.as_of
        ]
        self.segment = {r["account_id"]: r["segment"] or "" for r in self.rows("accounts")}
        self.csm = {r["account_id"]: r["csm_id"] for r in self.rows("accounts")}
        self.roster = stints(self.book)

    def rows(self, name: str) -> list[Row]:
        rows: list[Row] = self.book.table(name).to_pylist()
        return rows

    def of_segment(self, row: Row, segment: str) -> bool:
        return self.segment.get(row["account_id"], "") == segment

    def team(self, payee: str | None, day: date) -> str:
        return team_on(self.roster, payee, day)


def team_on(roster: Iterable[Stint], payee: str | None, day: date) -> str:
    """The team in which somebody is on a day; the last one they were in; "" for nobody."""
    found = ""
    for stint in roster:
        if stint.payee_id == payee and (stint.start <= day or not found):
            found = stint.team_id
    return found


def _deal(history: _History, row: Row, *, as_entered: bool) -> OpenDeal:
    probability, said = _chance(history, row, as_entered=as_entered)
    expected = row["closed_on"] if as_entered else _by_cycle(history, row)
    return OpenDeal(
        id=row["opportunity_id"],
        kind=row["kind"] or "new",
        segment=history.segment.get(row["account_id"], ""),
        team=history.team(row["owner_id"], history.as_of),
        probability=probability,
        probability_from=said,
        expected_on=max(expected, history.as_of + timedelta(days=1)),
    )


def _chance(history: _History, row: Row, *, as_entered: bool) -> tuple[Decimal, ChanceFrom]:
    """Entered, else what closed deals of the narrowest group came to that has enough of them."""
    if as_entered and row["probability"] is not None:
        return Decimal(row["probability"]) / MILLION, "entered"
    alike: list[tuple[ChanceFrom, Callable[[Row], bool]]] = [("all", lambda r: True)]
    if row["kind"]:
        segment = history.segment.get(row["account_id"], "")
        alike.insert(0, ("kind", lambda r: r["kind"] == row["kind"]))
        alike.insert(0, ("segment", lambda r: r["kind"] == row["kind"] and history.of_segment(r, segment)))
    for said, is_alike in alike:
        group = [r for r in history.closed if is_alike(r)]
        if len(group) >= ENOUGH:
            won = sum(r["outcome"] == "won" for r in group)
            return _share(won, len(group)), said
    return DEFAULT_CHANCE, "default"


def _share(part: int, whole: int) -> Decimal:
    return (Decimal(part) / Decimal(whole)).quantize(Decimal("0.000001"))


# ---------------------------------------------------------------- when


def _cycles(history: _History, kind: str | None, segment: str | None = None) -> list[int]:
    """Days from creation to the win, of won deals of a kind (and segment)."""
    return [
        (r["closed_on"] - r["created_on"]).days
        for r in history.won
        if r["created_on"] is not None
        and (kind is None or r["kind"] == kind)
        and (segment is None or history.of_segment(r, segment))
    ]


def _by_cycle(history: _History, row: Row) -> date:
    """When a deal of its age closes: the middle of those won deals like it that took longer."""
    created = row["created_on"] or history.as_of
    age = (history.as_of - created).days
    segment = history.segment.get(row["account_id"], "")
    for kind, of_segment in ((row["kind"], segment), (row["kind"], None), (None, None)):
        cycles = _cycles(history, kind, of_segment)
        longer = [days for days in cycles if days > age]
        if len(cycles) >= ENOUGH and longer:
            return created + timedelta(days=round(median(longer)))
    return history.as_of + timedelta(days=15)


def _slip(history: _History) -> Slip:
    """From deals that were due lately: how many are open past their day, and by how many days so far.

    A deal that is late by so much today closes later still; seen on a random day, what is over is half
    of what it will be. So each late deal counts with twice its days, and each other one with none.
    """
    since = history.as_of - timedelta(days=SLIPPED_WITHIN)
    due = [r["closed_on"] for r in history.open if since < r["closed_on"] <= history.as_of]
    late = [(history.as_of - day).days for day in due]
    in_time = sum(r["closed_on"] > since for r in history.closed)
    if len(late) < ENOUGH_SLIPS:
        return Slip(days=DEFAULT_SLIP, source="default", samples=len(late))
    days = sorted([0] * in_time + [2 * max(1, each) for each in late])
    return Slip(days=tuple(_thinned(days)), source="history", samples=len(days))


def _slip_of_cycles(history: _History) -> Slip:
    """How far won deals were from the middle of their kind's cycle."""
    away: list[int] = []
    for kind in sorted({r["kind"] or "" for r in history.won}):
        cycles = _cycles(history, kind or None)
        away += [days - round(median(cycles)) for days in cycles] if cycles else []
    if len(away) < ENOUGH:
        return Slip(days=DEFAULT_SLIP, source="default", samples=len(away))
    return Slip(days=tuple(_thinned(sorted(away))), source="history", samples=len(away))


def _thinned(values: Sequence[Any]) -> list[Any]:
    """The middles of MOST_OUTCOMES equal parts of sorted values, or all of fewer."""
    if len(values) <= MOST_OUTCOMES:
        return list(values)
    return [values[(2 * part + 1) * len(values) // (2 * MOST_OUTCOMES)] for part in range(MOST_OUTCOMES)]


# ---------------------------------------------------------------- how much


def _spreads(history: _History) -> Iterable[Spread]:
    """Won amounts against their first quotes, for all deals; renewed ARR against what ran out, by segment."""
    yield _spread("", "", _won_against_quoted(history))
    renewed = defaultdict(list)
    for row in history.rows("contracts"):
        if row["kind"] == "renewal" and row["starts_on"] <= history.as_of and (row["prior_arr"] or 0) > 0:
            factor = _share(row["arr"], row["prior_arr"])
            renewed[history.segment.get(row["account_id"], "")].append(factor)
    together = [factor for factors in renewed.values() for factor in factors]
    for segment in sorted(set(history.segment.values())):
        enough = len(renewed[segment]) >= ENOUGH
        yield _spread("renewal", segment, renewed[segment] if enough else together)


def _spread(kind: Any, segment: str, factors: list[Decimal]) -> Spread:
    if len(factors) < ENOUGH:
        return Spread(
            kind=kind, segment=segment, factors=DEFAULT_FACTORS, source="default", samples=len(factors)
        )
    middles = tuple(_thinned(sorted(factors)))
    return Spread(kind=kind, segment=segment, factors=middles, source="history", samples=len(factors))


def _won_against_quoted(history: _History) -> list[Decimal]:
    first: dict[str, Row] = {}
    for row in history.rows("quotes"):
        deal = row["opportunity_id"]
        if deal and row["amount"] > 0 and row["quoted_on"] <= history.as_of:
            earlier = first.get(deal)
            key = (row["quoted_on"], row["quote_id"])
            if earlier is None or key < (earlier["quoted_on"], earlier["quote_id"]):
                first[deal] = row
    return [
        _share(row["amount"], first[row["opportunity_id"]]["amount"])
        for row in history.won
        if row["opportunity_id"] in first and first[row["opportunity_id"]]["currency"] == row["currency"]
    ]


# ---------------------------------------------------------------- what is not there yet


def _unopened_renewals(history: _History, end: date) -> Iterable[OpenDeal]:
    """Contracts that run out before `end` and have neither a contract that follows nor an open renewal."""
    known = [r for r in history.rows("contracts") if (r["signed_on"] or r["starts_on"]) <= history.as_of]
    starts = defaultdict(list)
    for row in known:
        starts[row["account_id"]].append(row["starts_on"])
    opened = {r["account_id"] for r in history.open if r["kind"] == "renewal"}
    chances: dict[str, tuple[Decimal, ChanceFrom]] = {}
    for row in known:
        account, runs_out = row["account_id"], row["ends_on"]
        if runs_out is None or not history.as_of < runs_out < end or account in opened or row["arr"] <= 0:
            continue
        if any(row["starts_on"] < start and start >= runs_out - FOLLOWS_WITHIN for start in starts[account]):
            continue
        segment = history.segment.get(account, "")
        if segment not in chances:
            chances[segment] = _renewed(history, known, segment)
        chance, said = chances[segment]
        owner = history.csm.get(account) or row["owner_id"]
        yield OpenDeal(
            id=f"renewal-of-{row['contract_id']}",
            opportunity=False,
            contract=row["contract_id"],
            kind="renewal",
            segment=segment,
            team=history.team(owner, history.as_of),
            probability=chance,
            probability_from=said,
            expected_on=runs_out,
        )


def _renewed(history: _History, known: list[Row], segment: str) -> tuple[Decimal, ChanceFrom]:
    """Of contracts that ran out: how many another contract of the account followed within 90 days."""
    starts = defaultdict(list)
    for row in known:
        starts[row["account_id"]].append(row["starts_on"])
    settled = history.as_of - FOLLOWS_WITHIN
    over = [r for r in known if r["ends_on"] is not None and r["ends_on"] <= settled]

    def followed(row: Row) -> bool:
        return any(
            row["starts_on"] < start and abs(start - row["ends_on"]) <= FOLLOWS_WITHIN
            for start in starts[row["account_id"]]
        )

    of_segment = [r for r in over if history.segment.get(r["account_id"], "") == segment]
    groups: tuple[tuple[ChanceFrom, list[Row]], ...] = (("segment", of_segment), ("all", over))
    for said, group in groups:
        if len(group) >= ENOUGH:
            return _share(sum(map(followed, group)), len(group)), said
    return DEFAULT_RENEWED, "default"


def _new_months(history: _History, end: date) -> Iterable[NewMonth]:
    """For each coming month, the h-th, the past days whose h-th month after them the book knows.

    The days may lie before the first deal that the book has: only what closed in that month counts, and
    when that was created.
    """
    if not history.closed:
        return
    start = history.as_of + timedelta(days=1)
    known = min(MOST_PASTS, months_apart(min(r["closed_on"] for r in history.closed), start))
    for month in range(1, months_apart(start, end) + 1):
        days = [shifted(history.as_of, -back) for back in range(month, month + known)]
        if days:
            yield NewMonth(month=month, after=tuple(sorted(days)))


def _months_like(history: _History) -> tuple[date, ...]:
    """The last whole months that the book knows anything of."""
    this = history.as_of + timedelta(days=1)
    days = [r["created_on"] for r in history.rows("leads")] + [r["closed_on"] for r in history.closed]
    days += [r["paid_on"] for r in history.rows("payments")]
    known = [day for day in days if day is not None and day <= history.as_of]
    if not known:
        return ()
    first = min(known).replace(day=1)
    whole = [add_months(this, -back) for back in range(1, RECENT + 1)]
    return tuple(sorted(month for month in whole if month >= first))


def shifted(day: date, months: int) -> date:
    """The same day so many months later, or the month's last where it has no such day; a month's last day
    stays one."""
    is_last = (day + timedelta(days=1)).day == 1
    return add_months(day, months + 1) - timedelta(days=1) if is_last else same_day(day, months)

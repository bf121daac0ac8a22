"""Customers over time: those who were there when the books open, renewals, contractions, churn."""

from datetime import date, timedelta

from revplan.periods import Period
from sample_data.company.accounts import ENTERPRISE, MIDMARKET, Directory
from sample_data.company.dates import AS_OF, CALENDAR, OPENS, after, same_day, workday
from sample_data.company.draw import Draw
from sample_data.company.goals import PUSHES
from sample_data.company.people import ENT_AE, MID_AE, csm_on, in_role
from sample_data.company.records import Account, Books, Contract, Customer, Opportunity

_COUNT = {ENTERPRISE: 58, MIDMARKET: 244}
_ARR = {ENTERPRISE: (55_000.0, 205_000.0), MIDMARKET: (9_000.0, 40_000.0)}
_START_WEIGHTS = (20, 24, 24, 32)
"""Where in the year contracts start, by quarter."""
_CHURN = {ENTERPRISE: 0.055, MIDMARKET: 0.105}


def open_base(books: Books, directory: Directory) -> list[Customer]:
    """The customers of the years before the books open, with their contracts."""
    draw, spread = Draw("base"), _Spread()
    base = []
    for segment, count in _COUNT.items():
        role = ENT_AE if segment == ENTERPRISE else MID_AE
        sellers = in_role(role, OPENS)
        for i in range(count):
            account = directory.open(segment)
            months = draw.weighted({12: 62.0, 24: 38.0})
            year = draw.weighted(
                {2022: 30.0, 2023: 45.0, 2024: 25.0} if months == 24 else {2023: 65.0, 2024: 35.0}
            )
            ae = draw.pick(sellers)
            low, high = _ARR[segment]
            dollars = low + (high - low) * (i * 0.7548776662 % 1.0)
            number = spread.quarter(months, year, dollars)
            day = date(year, 3 * number + draw.whole(1, 3), draw.whole(1, 28))
            arr = account.own(dollars, day, 100)
            base.append(Customer(account, arr, same_day(day, months), months, ae))
            sign(books, account, "new", ae, workday(day - timedelta(days=6)), day, same_day(day, months), arr)
    for quarter in CALENDAR.periods(date(2023, 1, 1), OPENS, "quarter"):
        _live_through(books, base, quarter, draw)
    return [customer for customer in base if customer.arr]


class _Spread:
    """Spreads contract starts over a year's quarters by their ARR: chance would heap them up."""

    def __init__(self) -> None:
        self._loads: dict[tuple[int, int], list[float]] = {}

    def quarter(self, months: int, year: int, dollars: float) -> int:
        """The quarter (0-3) that has had the least of its share."""
        loads = self._loads.setdefault((months, year), [0.0] * 4)
        least = min(range(4), key=lambda q: (loads[q] / _START_WEIGHTS[q], q))
        loads[least] += dollars
        return least


def sign(
    books: Books,
    account: Account,
    kind: str,
    owner_id: str,
    signed_on: date,
    starts_on: date,
    ends_on: date,
    arr: int,
    prior_arr: int | None = None,
    opportunity: Opportunity | None = None,
) -> None:
    """Add a contract."""
    books.contracts.append(
        Contract(account, kind, owner_id, signed_on, starts_on, ends_on, arr, prior_arr, opportunity)
    )


def _live_through(books: Books, base: list[Customer], quarter: Period, draw: Draw) -> None:
    """A quarter before the books open: renewals and a few expansions, known by their contracts only."""
    for customer in base:
        account = customer.account
        started = same_day(customer.ends_on, -customer.months) < quarter.start
        if customer.arr and customer.ends_on in quarter:
            signed_on = workday(customer.ends_on - timedelta(days=12))
            _renew(books, customer, renewed_arr(customer, False, draw), signed_on, None)
        elif customer.arr and started and customer.ends_on > quarter.end and draw.chance(0.08):
            day = workday(quarter.start + timedelta(days=draw.whole(5, 80)))
            added = account.own(account.dollars(customer.arr, day) / 100 * draw.between(0.12, 0.4), day)
            customer.arr += added
            sign(books, account, "expansion", customer.ae, day, day, customer.ends_on, added)


def renewed_arr(customer: Customer, hard: bool, draw: Draw) -> int:
    """ARR after the renewal, 0 when the customer leaves; in hard times no more leave, but more shrink."""
    account, day = customer.account, customer.ends_on
    if draw.chance(_CHURN[account.segment]):
        return 0
    dollars = account.dollars(customer.arr, day) / 100
    if draw.chance(0.2 if hard else 0.1):
        return account.own(dollars * draw.between(0.5, 0.85), day)
    if draw.chance(0.35):
        return customer.arr
    return account.own(dollars * draw.between(1.03, 1.12), day)


def _renew(
    books: Books, customer: Customer, arr: int, signed_on: date, opportunity: Opportunity | None
) -> None:
    prior, start = customer.arr, customer.ends_on
    customer.arr = arr
    if arr:
        customer.ends_on = same_day(start, customer.months)
        owner = opportunity.owner_id if opportunity else csm_on(customer.account.book, signed_on)
        account = customer.account
        sign(books, account, "renewal", owner, signed_on, start, customer.ends_on, arr, prior, opportunity)


def renew_due(books: Books, customers: list[Customer], quarter: Period, draw: Draw) -> None:
    """Decide the renewals of the quarter, up to the as-of date; those after it stay open."""
    hard = quarter.label in PUSHES
    for customer in customers:
        if not customer.arr or customer.ends_on not in quarter:
            continue
        account = customer.account
        books.due.append((account.book, customer.ends_on))
        closed_on = customer.ends_on - timedelta(days=draw.whole(2, 24))
        if closed_on < quarter.start:  # signed in the quarter in which it is due
            closed_on = quarter.start + timedelta(days=draw.whole(1, max(2, customer.ends_on.day)))
        closed_on = workday(closed_on, quarter.start)
        arr = renewed_arr(customer, hard, draw)
        if closed_on > AS_OF:
            continue
        deal = Opportunity(
            account,
            "renewal",
            csm_on(account.book, closed_on),
            "won" if arr else "lost",
            "Closed won" if arr else "Closed lost",
            arr or customer.arr,
            after(customer.ends_on, -draw.whole(100, 130)),
            closed_on,
            "customer success",
            "Closed" if arr else "Omitted",
            100 if arr else 0,
        )
        books.opportunities.append(deal)
        _renew(books, customer, arr, closed_on, deal)


def open_renewals(books: Books, customers: list[Customer], draw: Draw) -> None:
    """The renewals that lie ahead and are already worked on."""
    for customer in customers:
        ahead = (customer.ends_on - AS_OF).days
        created_on = after(customer.ends_on, -120)
        if not customer.arr or ahead < -5 or created_on > AS_OF:
            continue
        safe = draw.chance(0.8)
        books.opportunities.append(
            Opportunity(
                customer.account,
                "renewal",
                csm_on(customer.account.book, AS_OF),
                "open",
                "Negotiation" if ahead < 50 else "Proposal",
                customer.arr,
                created_on,
                workday(max(customer.ends_on - timedelta(days=7), date(2026, 11, 3))),
                "customer success",
                "Commit" if safe else "Best case",
                90 if safe else 55,
            )
        )

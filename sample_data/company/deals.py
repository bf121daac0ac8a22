"""The deals of each quarter: won, lost, and open at the as-of date."""

from datetime import date, timedelta
from math import fsum

from revplan.periods import Period
from sample_data.company.accounts import ENTERPRISE, MIDMARKET, Directory
from sample_data.company.customers import open_base, open_renewals, renew_due, sign
from sample_data.company.dates import AS_OF, QUARTERS, after, closing_day, same_day, workday
from sample_data.company.draw import Draw
from sample_data.company.goals import OUTCOMES, PUSHES, quota, revenue_target
from sample_data.company.people import ENT_AE, JOBS, MID_AE, csm_on, in_role, job_on
from sample_data.company.records import Account, Books, Customer, Opportunity

_USUAL = {ENTERPRISE: 108_000.0, MIDMARKET: 33_000.0}
_CYCLE = {ENTERPRISE: (70, 190), MIDMARKET: (28, 100)}
_SOURCES = {"marketing": 40.0, "sdr": 27.0, "sales": 20.0, "partner": 13.0}
_TERMS = {ENTERPRISE: {12: 25.0, 24: 40.0, 36: 35.0}, MIDMARKET: {12: 45.0, 24: 40.0, 36: 15.0}}
_STAGES = {"Discovery": (10, "Pipeline"), "Qualification": (25, "Pipeline"), "Proposal": (50, "Best case")}
_STAGES["Negotiation"] = (75, "Commit")
_AHEAD = {ENTERPRISE: (6, 2), MIDMARKET: (8, 2)}
"""Open deals of each account executive: new, expansions."""


class Market:
    """Plays one quarter after the other."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._directory = Directory(books)
        self._draw = Draw("deals")
        self._prospects: list[Account] = []
        skills = Draw("skill")
        self._skill = {
            job.payee_id: skills.between(0.7, 1.35) for job in JOBS if job.role in (ENT_AE, MID_AE)
        }
        self._customers = open_base(books, self._directory)

    def play(self) -> None:
        """Every quarter up to the as-of date, then what is open."""
        renewals = Draw("renewals")
        for quarter in QUARTERS:
            renew_due(self._books, self._customers, quarter, renewals)
            for ae, budget in self._budgets(quarter).items():
                self._win(ae, budget, quarter)
                self._lose(ae, quarter)
        open_renewals(self._books, self._customers, renewals)
        for ae in (*in_role(ENT_AE, AS_OF), *in_role(MID_AE, AS_OF)):
            self._leave_open(ae)

    def _budgets(self, quarter: Period) -> dict[str, float]:
        """Dollars that each account executive wins: what the quarter's outcome leaves after renewals."""
        won = (d.dollars for d in self._books.opportunities if d.outcome == "won" and d.closed_on in quarter)
        left = revenue_target(quarter) * OUTCOMES[quarter.label] - sum(won) / 100
        budgets: dict[str, float] = {}
        shares = {role: self._share(role, quarter) for role in (ENT_AE, MID_AE)}
        for role, share in shares.items():
            weights = {}
            for job in JOBS:
                if job.role == role and (own := quota(job.payee_id, quarter)):
                    luck = min(2.1, max(0.25, self._draw.bell(1.0, 0.38)))
                    weights[job.payee_id] = own * self._skill[job.payee_id] * luck
            part = left * share / fsum(shares.values())
            budgets |= {ae: part * weight / fsum(weights.values()) for ae, weight in weights.items()}
        return budgets

    def _share(self, role: str, quarter: Period) -> float:
        """What a team wins beside the other: about as its quotas are, the large deals a little more."""
        whole = fsum(quota(job.payee_id, quarter) for job in JOBS if job.role == role)
        pull = 1.09 if role == ENT_AE else 1.0
        return whole * pull * self._draw.bell(1.0, 0.07)

    def _window(self, ae: str, quarter: Period) -> tuple[date, date]:
        """When in the quarter that person can close a deal."""
        jobs = [job for job in JOBS if job.payee_id == ae and job.role in (ENT_AE, MID_AE)]
        start = max(quarter.start, min(job.starts_on for job in jobs))
        ends = (job.ends_on for job in jobs if job.ends_on)
        return start, min(quarter.end, AS_OF + timedelta(days=1), *ends)

    def _segment(self, ae: str) -> str:
        return ENTERPRISE if any(j.payee_id == ae and j.role == ENT_AE for j in JOBS) else MIDMARKET

    def _win(self, ae: str, budget: float, quarter: Period) -> None:
        segment, window = self._segment(ae), self._window(ae, quarter)
        grown = 0.0
        for customer in self._growing(segment, quarter):
            room = 0.2 * budget - grown
            if room < 4_000:
                break
            grown += self._expand(ae, customer, room, closing_day(self._draw, quarter, *window))
        rest = budget - grown
        count = max(1, round(rest / _USUAL[segment]))
        weights = [self._draw.between(0.45, 1.7) for _ in range(count)]
        for weight in weights:
            account = self._account(segment)
            closed_on = closing_day(self._draw, quarter, *window)
            amount = self._amount(account, rest * weight / fsum(weights), closed_on)
            deal = self._deal(ae, account, "new", amount, closed_on, quarter.label in PUSHES)
            months = self._draw.weighted(_TERMS[segment])
            start = closed_on + timedelta(days=self._draw.whole(1, 14))
            end = same_day(start, months)
            self._customers.append(Customer(account, amount, end, months, ae))
            sign(self._books, account, "new", ae, closed_on, start, end, amount, None, deal)

    def _growing(self, segment: str, quarter: Period) -> list[Customer]:
        """A few customers who could buy more: theirs does not end soon and did not start just now."""
        fit = [
            c
            for c in self._customers
            if c.arr
            and c.account.segment == segment
            and c.ends_on >= quarter.end + timedelta(days=60)
            and same_day(c.ends_on, -c.months) < quarter.start
        ]
        return [self._draw.pick(fit) for _ in range(3)]

    def _expand(self, ae: str, customer: Customer, room: float, closed_on: date) -> float:
        account = customer.account
        now = account.dollars(customer.arr, closed_on) / 100
        amount = account.own(min(room, now * self._draw.between(0.15, 0.45)), closed_on)
        deal = self._deal(ae, account, "expansion", amount, closed_on, False)
        customer.arr += amount
        sign(
            self._books, account, "expansion", ae, closed_on, closed_on, customer.ends_on, amount, None, deal
        )
        return deal.dollars / 100

    def _account(self, segment: str) -> Account:
        """A company that is not a customer: now and then one that said no before."""
        fit = [a for a in self._prospects if a.segment == segment]
        if fit and self._draw.chance(0.12):
            account = self._draw.pick(fit)
            self._prospects.remove(account)
            return account
        return self._directory.open(segment)

    def _amount(self, account: Account, dollars: float, day: date) -> int:
        """Cents in the account's currency; a discounted one ends in fifty cents."""
        if self._draw.chance(0.08):
            return account.own(dollars, day, 1) // 100 * 100 + 50
        return account.own(max(6_000.0, dollars), day, 50)

    def _deal(
        self, ae: str, account: Account, kind: str, amount: int, closed_on: date, push: bool, won: bool = True
    ) -> Opportunity:
        draw = self._draw
        sources = {**_SOURCES, "marketing": 33.0} if push and won else _SOURCES
        if kind == "expansion":
            sources = {"customer success": 55.0, "sales": 30.0, "marketing": 15.0}
        deal = Opportunity(
            account,
            kind,
            ae,
            "won" if won else "lost",
            "Closed won" if won else "Closed lost",
            amount,
            after(closed_on, -draw.whole(*_CYCLE[account.segment])),
            closed_on,
            draw.weighted(sources),
            "Closed" if won else "Omitted",
            100 if won else 0,
        )
        deal.splits = self._splits(deal)
        self._books.opportunities.append(deal)
        return deal

    def _splits(self, deal: Opportunity) -> tuple[tuple[str, int], ...]:
        """Who shares the deal, in percent that add to 100."""
        draw, day = self._draw, deal.closed_on
        job = job_on(deal.owner_id, day)
        if deal.kind == "expansion" and draw.chance(0.3):
            return (deal.owner_id, 80), (csm_on(deal.account.book, day), 20)
        others = [p for p in in_role(MID_AE, day) if p != deal.owner_id]
        often = 0.14 if job and job.role == ENT_AE else 0.06
        if deal.kind == "new" and draw.chance(often):
            mine = draw.pick((50, 60, 70, 75))
            return (deal.owner_id, mine), (draw.pick(others), 100 - mine)
        return ()

    def _lose(self, ae: str, quarter: Period) -> None:
        draw, segment = self._draw, self._segment(ae)
        start, end = self._window(ae, quarter)
        share = (end - start).days / quarter.days
        full = quota(ae, quarter) * share / max(share, quota_days(ae, quarter))
        for _ in range(round(full / _USUAL[segment] * max(0.8, draw.bell(1.4, 0.35)))):
            account = self._account(segment)
            amount = self._amount(account, _USUAL[segment] * draw.between(0.4, 1.8), start)
            kind = "expansion" if draw.chance(0.08) else "new"
            self._lost(ae, account, kind, amount, closing_day(draw, quarter, start, end))
        if quarter.label in PUSHES and segment == MIDMARKET:
            for _ in range(4):
                self._waste(ae, quarter, start, end)

    def _lost(self, ae: str, account: Account, kind: str, amount: int, closed_on: date) -> Opportunity:
        if kind == "expansion":
            account = self._draw.pick(
                [c.account for c in self._customers if c.arr and c.account.segment == account.segment]
            )
        else:
            self._prospects.append(account)
        return self._deal(ae, account, kind, amount, closed_on, False, won=False)

    def _waste(self, ae: str, quarter: Period, start: date, end: date) -> None:
        """A deal that came out of the push, took time and went nowhere."""
        draw = self._draw
        account = self._account(MIDMARKET)
        closed_on = workday(max(start, end - timedelta(days=draw.whole(1, 45))), start)
        deal = self._lost(ae, account, "new", self._amount(account, draw.between(9e3, 2e4), start), closed_on)
        deal.source = "marketing"
        deal.created_on = max(quarter.start, after(closed_on, -draw.whole(20, 45)))

    def _leave_open(self, ae: str) -> None:
        draw, segment = self._draw, self._segment(ae)
        for kind, count in zip(("new", "expansion"), _AHEAD[segment], strict=True):
            for _ in range(count):
                account = self._account(segment)
                if kind == "expansion":
                    fit = [c.account for c in self._customers if c.arr and c.account.segment == segment]
                    account = draw.pick(fit)
                stage = draw.weighted(
                    {"Discovery": 25, "Qualification": 30, "Proposal": 28, "Negotiation": 17}
                )
                days = {"Discovery": (60, 150), "Qualification": (30, 120), "Proposal": (10, 75)}
                size = _USUAL[segment] * draw.between(0.4, 1.8) * (0.4 if kind == "expansion" else 1.0)
                deal = self._deal(ae, account, kind, self._amount(account, size, AS_OF), AS_OF, False)
                deal.outcome, deal.stage = "open", stage
                deal.probability, deal.forecast = _STAGES[stage]
                deal.created_on = after(AS_OF, -draw.whole(4, 90))
                deal.closed_on = after(AS_OF, draw.whole(*days.get(stage, (5, 45))))
                if draw.chance(0.06):  # nobody moved the date
                    deal.closed_on = after(AS_OF, -draw.whole(3, 20))


def quota_days(ae: str, quarter: Period) -> float:
    """The share of the quarter's days for which that person carries a quota."""
    days = sum(
        (min(quarter.end, job.ends_on or date.max) - max(quarter.start, job.starts_on)).days
        for job in JOBS
        if job.payee_id == ae
        and job.role in (ENT_AE, MID_AE)
        and max(quarter.start, job.starts_on) < min(quarter.end, job.ends_on or date.max)
    )
    return days / quarter.days

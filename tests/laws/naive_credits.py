"""Who is where, what counts, and who is credited with it: the first half of the plain calculator."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

from revplan.model.book import Book
from revplan.model.credit import MILESTONES, Credit
from revplan.model.deals import Which
from revplan.model.plan import Component, Counted, Plan
from revplan.money import MILLION, currency_digits, largest_remainder, round_half_away
from revplan.periods import Period

Row = dict[str, Any]

DAY = timedelta(days=1)
WON = ("outcome", "won")
SOURCES: dict[str, tuple[str, str, str, tuple[tuple[str, str], ...]]] = {
    # measure -> table, date, amount ("" counts 1), conditions
    "won_revenue": ("opportunities", "closed_on", "amount", (WON,)),
    "won_deals": ("opportunities", "closed_on", "", (WON,)),
    "sourced_revenue": ("opportunities", "closed_on", "amount", (WON, ("source", "marketing"))),
    "pipeline_created": ("opportunities", "created_on", "amount", ()),
    "leads": ("leads", "created_on", "", ()),
    "mqls": ("leads", "mql_on", "", ()),
    "sqls": ("leads", "sql_on", "", ()),
    "meetings": ("leads", "meeting_on", "", ()),
    "new_arr": ("contracts", "starts_on", "arr", (("kind", "new"),)),
    "renewal_arr": ("contracts", "starts_on", "arr", (("kind", "renewal"),)),
    "renewed_logos": ("contracts", "starts_on", "", (("kind", "renewal"),)),
}
IDS = {"opportunities": "opportunity_id", "leads": "lead_id", "contracts": "contract_id"}


def adds_up(measure: str) -> bool:
    """Whether a measure is a sum of facts."""
    return measure in SOURCES or measure.startswith("payouts:")


def is_money(measure: str) -> bool:
    """Whether a sum's amounts are money, rather than counts."""
    return measure.startswith("payouts:") or bool(SOURCES[measure][2])


@dataclass(frozen=True)
class Fact:
    id: str
    day: date
    amount: int
    account: str
    opportunity: str
    owner: str


@dataclass(frozen=True)
class Credited:
    """A book and one of its plan sets: people by day, facts and credits."""

    book: Book
    plan_set: str
    _facts: dict[tuple[str, str], list[Fact]] = field(default_factory=dict)
    _credits: dict[tuple[str, Credit, str], dict[str, list[tuple[Fact, int]]]] = field(default_factory=dict)
    _days: dict[tuple[str, str, date, date], list[date]] = field(default_factory=dict)
    _joins: dict[tuple[str, str, date], date] = field(default_factory=dict)
    only: tuple[date, date] | None = None
    """Days [first, last) outside of which nobody is on a plan: one stretch, looked at by itself."""

    # ------------------------------------------------------------ people

    @cached_property
    def rows(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in sorted(self.table("payees"), key=lambda r: (r["payee_id"], r["starts_on"])):
            found.setdefault(row["payee_id"], []).append(row)
        return found

    def stint(self, payee: str, day: date) -> Row | None:
        """The payee's row in force on a day: the latest that has begun, unless it has ended."""
        begun = [row for row in self.rows.get(payee, []) if row["starts_on"] <= day]
        if not begun or (begun[-1]["ends_on"] and day >= begun[-1]["ends_on"]):
            return None
        return begun[-1]

    def plan_on(self, plan_id: str, payee: str, day: date) -> Plan | None:
        """The version of a plan that covers the payee on a day."""
        row = self.stint(payee, day)
        begun = [p for p in self.book.plans if p.id == plan_id and self.plan_set in p.sets and p.from_ <= day]
        if row is None or not begun or (self.only and not self.only[0] <= day < self.only[1]):
            return None
        plan = max(begun, key=lambda p: p.version)
        if plan.to and day >= plan.to:
            return None
        who = plan.assigned
        named = payee in who.payees
        by_team = bool(who.teams or who.roles)
        by_team = by_team and (not who.teams or row["team"] in who.teams)
        by_team = by_team and (not who.roles or row["role"] in who.roles)
        return plan if (named or by_team) and payee not in who.except_payees else None

    def days(self, plan_id: str, payee: str, start: date, end: date) -> list[date]:
        """Days of [start, end) on which the payee is on the plan."""
        key = (plan_id, payee, start, end)
        if key not in self._days:
            every = [start + DAY * i for i in range((end - start).days)]
            self._days[key] = [day for day in every if self.plan_on(plan_id, payee, day)]
        return self._days[key]

    def on_leave(self, payee: str, day: date) -> bool:
        return any(
            row["payee_id"] == payee
            and row["starts_on"] <= day
            and (row["ends_on"] is None or day < row["ends_on"])
            for row in self.table("leaves")
        )

    def counts_on(self, plan_id: str, payee: str, day: date) -> bool:
        """Whether a credit of that day counts on the plan."""
        plan = self.plan_on(plan_id, payee, day)
        return plan is not None and (plan.leave.credit_counts or not self.on_leave(payee, day))

    def quota_share(self, plan: Plan, payee: str, month: Period) -> Fraction:
        """The share of a month's quota for which the payee was there."""
        if plan.prorate == "none":
            return Fraction(1)
        days = self.days(plan.id, payee, month.start, month.end)
        active = [day for day in days if not (plan.leave.cuts_quota and self.on_leave(payee, day))]
        if plan.prorate == "days":
            return Fraction(len(active), month.days)
        return Fraction(len(days) == month.days and bool(active))

    def ramp(self, plan: Plan, payee: str, month: Period) -> Fraction:
        """A joiner's share of a month's quota, counted in months since the day of joining."""
        if plan.ramp is None:
            return Fraction(1)
        joined = self._joined(plan, payee, month)
        first = (joined.year, joined.month)
        if plan.ramp.starts == "first_full_month" and joined.day > 1:
            first = (joined.year, joined.month + 1)
        age = 12 * (month.start.year - first[0]) + month.start.month - first[1]
        shares = plan.ramp.quota
        return Fraction(shares[max(age, 0)]) if age < len(shares) else Fraction(1)

    def _joined(self, plan: Plan, payee: str, month: Period) -> date:
        """The first of the days in a row on which the payee was employed, up to the last one on the plan
        before the month's end (or else the first one after it)."""
        key = (plan.id, payee, month.end)
        if key not in self._joins:
            ever = [row["starts_on"] for row in self.rows[payee]]
            long_ago = max(min(ever), date(2024, 1, 1))
            before = self.days(plan.id, payee, long_ago, month.end)
            day = before[-1] if before else self.days(plan.id, payee, month.end, date(2027, 1, 1))[0]
            while self.stint(payee, day - DAY):
                day = max(row for row in ever if row < day)
            self._joins[key] = day
        return self._joins[key]

    def above(self, payee: str, day: date) -> list[str]:
        """The payee's manager, the manager's manager, and so on, as far as all are in place."""
        found = [payee]
        while (row := self.stint(found[-1], day)) and row["manager_id"] and row["manager_id"] not in found:
            found.append(row["manager_id"])
        return found[1:]

    # ------------------------------------------------------------ facts and credits

    def table(self, name: str) -> list[Row]:
        return self.book.tables[name].to_pylist() if name in self.book.tables else []

    def knows(self, component: Component) -> bool:
        counted: list[Counted] = [component, *([component.multiplier] if component.multiplier else [])]
        counted += [condition for condition in component.conditions if not condition.component]
        return all(
            adds_up(part.measure) or part.measure in ("nrr", "grr") or part.measure.startswith("score:")
            for part in counted
        )

    def facts(self, measure: str, fx_rate: str) -> list[Fact]:
        if (measure, fx_rate) not in self._facts:
            table, day, amount, wheres = SOURCES[measure]
            deals = {row["opportunity_id"]: row for row in self.table("opportunities")}
            found = []
            for row in self.table(table):
                right = all(row[name] == value for name, value in wheres)
                if not right or row[day] is None or row[day] > self.book.company.as_of:
                    continue
                deal = deals.get(row["opportunity_id"], {})
                owner = row["owner_id"] or (deal.get("owner_id") if table == "contracts" else "") or ""
                value = MILLION
                if amount:
                    currency = row["currency"] or deal.get("currency")
                    value = self.converted(row[amount], currency, row[day], fx_rate)
                found.append(
                    Fact(
                        row[IDS[table]],
                        row[day],
                        value,
                        row["account_id"] or "",
                        row["opportunity_id"] or "",
                        owner,
                    )
                )
            self._facts[measure, fx_rate] = found
        return self._facts[measure, fx_rate]

    def converted(self, amount: int, currency: str | None, day: date, fx_rate: str) -> int:
        """An amount in the company's currency at the latest rate that has begun, rounded once."""
        company = self.book.company
        if currency in (None, company.currency):
            return amount
        rates = [
            (row["starts_on"], row["rate"])
            for row in self.table("fx_rates")
            if (row["name"], row["from_currency"], row["to_currency"])
            == (fx_rate, currency, company.currency)
            and row["starts_on"] <= day
        ]
        rate = Fraction(max(rates)[1], 10**9)
        major = Fraction(amount, 10 ** currency_digits(str(currency)))
        return round_half_away(major * rate * 10**company.digits)

    def is_meant(self, which: Which, fact: Fact, fx_rate: str) -> bool:
        """Whether a won deal meets everything given."""
        if which.says_nothing:
            return True
        if not (which.from_ or date.min) <= fact.day < (which.to or date.max):
            return False
        deal = next(row for row in self.table("opportunities") if row["opportunity_id"] == fact.opportunity)
        segments = {row["account_id"]: row["segment"] for row in self.table("accounts")}
        listed = (
            (which.products, deal["product"]),
            (which.kinds, deal["kind"]),
            (which.segments, segments.get(fact.account)),
        )
        if any(names and value not in names for names, value in listed):
            return False
        if which.min_term_months is not None and (deal["term_months"] or -1) < which.min_term_months:
            return False
        if which.max_discount is not None and (
            deal["discount"] is None or Fraction(deal["discount"], MILLION) > Fraction(which.max_discount)
        ):
            return False
        worth = self.converted(deal["amount"], deal["currency"], fact.day, fx_rate)
        least = which.min_amount
        return least is None or abs(worth) >= Fraction(least) * 10**self.book.company.digits

    def credits(self, measure: str, credit: Credit, fx_rate: str) -> dict[str, list[tuple[Fact, int]]]:
        """What each payee was credited with directly."""
        key = (measure, credit, fx_rate)
        if key not in self._credits:
            found: dict[str, list[tuple[Fact, int]]] = {}
            for fact in self.facts(measure, fx_rate):
                for payee, amount in self._divide(fact, credit):
                    found.setdefault(payee, []).append((fact, amount))
            self._credits[key] = found
        return self._credits[key]

    def _divide(self, fact: Fact, credit: Credit) -> list[tuple[str, int]]:
        if credit.rule == "owner":
            return [(fact.owner, fact.amount)]
        if credit.rule == "csm":
            known = {row["account_id"]: row["csm_id"] or "" for row in self.table("accounts")}
            return [(known.get(fact.account, ""), fact.amount)]
        if credit.rule == "splits":
            splits = self._splits.get(fact.opportunity, []) if fact.opportunity else []
            weights = [(payee, Fraction(share)) for payee, share in splits if share]
            given = sum(share for _, share in weights)
            if given < MILLION:
                weights.append(("" if splits else fact.owner, Fraction(MILLION - given)))
        else:
            weights = self._by_touches(fact, credit)
        parts = largest_remainder(fact.amount, [weight for _, weight in weights])
        return [(payee, part) for (payee, _), part in zip(weights, parts, strict=True)]

    @cached_property
    def _splits(self) -> dict[str, list[tuple[str, int]]]:
        found: dict[str, list[tuple[str, int]]] = {}
        for row in sorted(self.table("opportunity_splits"), key=lambda r: r["payee_id"]):
            found.setdefault(row["opportunity_id"], []).append((row["payee_id"], row["share"]))
        return found

    @cached_property
    def _touches(self) -> dict[tuple[str, str], list[tuple[date, str, str]]]:
        """Touches by ("deal", id), or by ("account", id) where they name no deal, in order."""
        leads = {row["lead_id"]: row for row in self.table("leads")}
        contacts = {row["contact_id"]: row["account_id"] for row in self.table("contacts")}
        found: dict[tuple[str, str], list[tuple[date, str, str]]] = {}
        for row in sorted(self.table("touches"), key=lambda r: (r["touched_on"], r["touch_id"])):
            lead = leads.get(row["lead_id"], {})
            deal = row["opportunity_id"] or lead.get("opportunity_id")
            account = row["account_id"] or lead.get("account_id")
            account = account or contacts.get(row["contact_id"] or lead.get("contact_id"))
            behind = ("deal", deal) if deal else ("account", account or "")
            found.setdefault(behind, []).append((row["touched_on"], row["touch_id"], row["payee_id"] or ""))
        return found

    def _by_touches(self, fact: Fact, credit: Credit) -> list[tuple[str, Fraction]]:
        since = fact.day - DAY * credit.look_back_days
        behind = [("deal", fact.opportunity), ("account", fact.account)]
        touches = sorted(touch for key in behind if key[1] for touch in self._touches.get(key, []))
        journey = [(day, payee) for day, _, payee in touches if since <= day <= fact.day]
        days = [day for day, _ in journey]
        by_payee: dict[str, Fraction] = {}
        for (_, payee), share in zip(journey, self._journey_shares(fact, credit, days), strict=True):
            if share:
                by_payee[payee] = by_payee.get(payee, Fraction(0)) + share
        return list(by_payee.items()) or [("", Fraction(1))]

    def _journey_shares(self, fact: Fact, credit: Credit, days: list[date]) -> list[Fraction]:
        """What each touch of a journey gets, in order; `days` are theirs."""
        touches = len(days)
        if credit.rule == "linear":
            return [Fraction(1)] * touches
        if credit.rule == "time_decay":
            return [decayed((days[-1] - day).days, credit.half_life_days) for day in days]
        if credit.rule not in MILESTONES or not touches:
            place = 0 if credit.rule == "first_touch" else touches - 1
            return [Fraction(i == place) for i in range(touches)]
        # Each anchor on its touch: (place, share). Then what a missing one would have had is divided.
        found: list[tuple[int, Fraction]] = []
        for name, share in zip(MILESTONES[credit.rule], credit.shares, strict=True):
            until = {"first": days[0], "last": days[-1]}.get(name) or self._created(name, fact, credit)
            places = [i for i, day in enumerate(days) if until and day <= until]
            if places:
                found.append((0 if name == "first" else places[-1], Fraction(share)))
        others = touches - len({place for place, _ in found})
        if others == 0 or touches < len(credit.shares):
            found = [(place, Fraction(1)) for place, _ in found]
            together = Fraction(1)
            others = 0
        else:
            together = sum((Fraction(share) for share in credit.shares), Fraction(0))
        if not sum(share for _, share in found):
            found = [(place, Fraction(1)) for place, _ in found]
        held = sum((share for _, share in found), Fraction(0))
        shares = [(1 - together) / others if others else Fraction(0)] * touches
        for place in {place for place, _ in found}:
            shares[place] = sum((share for at, share in found if at == place), Fraction(0)) / held * together
        return shares

    def _created(self, name: str, fact: Fact, credit: Credit) -> date | None:
        """When the deal's opportunity, or its lead, was created."""
        if name == "opportunity":
            deals = {row["opportunity_id"]: row["created_on"] for row in self.table("opportunities")}
            return deals.get(fact.opportunity)
        contacts = {row["contact_id"]: row["account_id"] for row in self.table("contacts")}
        since = fact.day - DAY * credit.look_back_days
        recent = [row for row in self.table("leads") if since <= row["created_on"] <= fact.day]
        of_deal = [row for row in recent if fact.opportunity and row["opportunity_id"] == fact.opportunity]
        of_account = [
            row
            for row in recent
            if fact.account
            and not row["opportunity_id"]
            and (row["account_id"] or contacts.get(row["contact_id"])) == fact.account
        ]
        return min((row["created_on"] for row in of_deal or of_account), default=None)


def decayed(age: int, half_life: int) -> Fraction:
    """2^(−age ÷ half life) in millionths, rounded half up by whole numbers alone: the largest w with
    w − ½ ≤ 10^6 · 2^(−age ÷ half life), both sides raised to the power of the half life."""
    low, high = 0, MILLION
    while low < high:
        middle = (low + high + 1) // 2
        fits = (2 * middle - 1) ** half_life * 2**age <= (2 * MILLION) ** half_life
        low, high = (middle, high) if fits else (low, middle - 1)
    return Fraction(low)

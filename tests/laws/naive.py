"""A second calculator, as plain as it can be: days, dicts and fractions, straight from the definitions.

Slow and written without a look at the engine's own way, so that the same mistake is unlikely twice. It
shares only the calendar, the division by largest remainder and the targets' amounts by month.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import cached_property, partial

from revplan.metrics.measures import paid_by
from revplan.model.book import Book
from revplan.model.deals import Deals, Which
from revplan.model.plan import Component, Condition, Counted, Plan, Table
from revplan.model.results import RunResult
from revplan.money import MILLION, largest_remainder, round_half_away, to_minor
from revplan.periods import Period, add_months
from revplan.rules.quotas import Quotas, resolve_months
from tests.laws.naive_credits import DAY, Credited, Fact, adds_up, is_money
from tests.laws.naive_limits import within_limits
from tests.laws.naive_payable import factor_of, pays_on_another
from tests.laws.naive_tables import table_rate, table_value

Key = tuple[str, str, str, str, str]
"""payee, plan, component, payment period, and the number of the stretch ("" where nothing restarts)."""


@dataclass(frozen=True)
class Naive(Credited):
    """The lines of a plan set, worked out one by one."""

    _stretches: "dict[tuple[str, str], list[Naive]]" = field(default_factory=dict)
    _whole: "Naive | None" = None
    """The calculator that this one is a stretch of."""

    # ------------------------------------------------------------ what an input comes to

    def counted(
        self,
        counted: Counted,
        component: Component,
        plan_id: str,
        payee: str,
        team: str,
        start: date,
        end: date,
    ) -> list[tuple[Fact, int]]:
        """Facts of [start, end) with what counts of each for the input's scope."""
        plans = {plan.id: plan for plan in self.book.plans}
        fx_rate = plans[plan_id].fx_rate
        by_fact: Counter[Fact] = Counter()
        if counted.scope == "shared":
            by_fact.update({fact: fact.amount for fact in self.facts(counted.measure, fx_rate)})
        else:
            own = counted.scope == "own"
            for who, rows in self.credits(counted.measure, counted.credit, fx_rate).items():
                if own and who != payee and not counted.credit.roll_up:
                    continue
                for fact, amount in rows:
                    stint = self.stint(who, fact.day)
                    in_team = bool(stint and stint["team"] == team)
                    below = counted.credit.roll_up and payee in self.above(who, fact.day)
                    if (who == payee or below) if own else in_team:
                        by_fact[fact] += amount
        on_plan = counted.scope == "own" and (component.eligibility == "at_transaction" or bool(self.only))
        found = [
            (fact, amount)
            for fact, amount in by_fact.items()
            if start <= fact.day < end and (not on_plan or self.counts_on(plan_id, payee, fact.day))
        ]
        return self._limited(found, component, counted, fx_rate) if counted is component else found

    def _limited(
        self, deals: list[tuple[Fact, int]], component: Component, counted: Counted, fx_rate: str
    ) -> list[tuple[Fact, int]]:
        digits = self.book.company.digits if is_money(counted.measure) else 6
        deals = [
            (fact, amount) for fact, amount in deals if self.is_meant(component.deals.only, fact, fx_rate)
        ]
        if component.deals.minimum_credit is not None:
            least = to_minor(component.deals.minimum_credit, digits)
            deals = [(fact, amount) for fact, amount in deals if abs(amount) >= least]
        if component.deals.at_most is not None:
            ordered = sorted(deals, key=lambda deal: (deal[0].day, deal[0].id))
            won, refunded = [[d for d in ordered if (d[1] < 0) is negative] for negative in (False, True)]
            deals = won[: component.deals.at_most] + refunded[: component.deals.at_most]
        if component.deals.credit_cap is not None:
            cap = to_minor(component.deals.credit_cap, digits)
            deals = [(fact, max(-cap, min(cap, amount))) for fact, amount in deals]
        return deals

    def ratio(
        self, counted: Counted, plan_id: str, payee: str, team: str, start: date, end: date
    ) -> Fraction | None:
        """A ratio of the payee, team or company: retention to `end`, or the mean score in [start, end)."""
        closes = min(end - DAY, self.book.company.as_of)
        fx_rate = next(plan.fx_rate for plan in self.book.plans if plan.id == plan_id)

        def mine(who: str) -> bool:
            stint = self.stint(who, closes)
            in_team = bool(stint and stint["team"] == team)
            return {"own": who == payee, "team": in_team, "shared": True}[counted.scope]

        if counted.measure.startswith("score:"):
            scores = [
                row["score"]
                for row in self.table("scores")
                if f"score:{row['kpi']}" == counted.measure and mine(row["payee_id"])
                for period in [self.book.company.calendar.parse(row["period"])]
                if start <= period.start and period.end <= end
            ]
            return Fraction(sum(scores), len(scores) * MILLION) if scores else None
        before = after = 0
        owners = {row["account_id"]: row["csm_id"] or "" for row in self.table("accounts")}
        for account, (opening, closing) in self._arr(add_months(end, -12) - DAY, closes, fx_rate).items():
            if opening > 0 and mine(owners.get(account, "")):
                before += opening
                after += closing if counted.measure == "nrr" else min(opening, closing)
        return Fraction(after, before) if before else None

    def _arr(self, opens: date, closes: date, fx_rate: str) -> dict[str, list[int]]:
        """ARR of each account at the close of two days."""
        arr: dict[str, list[int]] = {}
        deals = {row["opportunity_id"]: row for row in self.table("opportunities")}
        for row in self.table("contracts"):
            currency = row["currency"] or deals.get(row["opportunity_id"], {}).get("currency")
            amount = self.converted(row["arr"], currency, row["starts_on"], fx_rate)
            both = arr.setdefault(row["account_id"], [0, 0])
            for side, day in enumerate((opens, closes)):
                if row["starts_on"] <= day and (row["ends_on"] is None or day < row["ends_on"]):
                    both[side] += amount
        return arr

    # ------------------------------------------------------------ what other components pay

    def facts(self, measure: str, fx_rate: str) -> list[Fact]:
        plan_id, only = paid_by(measure)
        if not plan_id:
            return super().facts(measure, fx_rate)
        if (measure, fx_rate) not in self._facts:
            found = []
            for payee in sorted(self.rows):
                for key, (_, due) in (self._whole or self)._lines_of(plan_id, payee, only).items():
                    day = min(self.book.company.calendar.parse(key[3]).last_day, self.book.company.as_of)
                    found += [Fact("/".join(filter(None, key)), day, due, "", "", payee)] if due else []
            self._facts[measure, fx_rate] = found
        return self._facts[measure, fx_rate]

    # ------------------------------------------------------------ lines

    def lines(self) -> dict[Key, tuple[int, int]]:
        """Earned to date and payout of each line of the components that this calculator knows."""
        found: dict[Key, tuple[int, int]] = {}
        for plan_id in sorted({plan.id for plan in self.book.plans if self.plan_set in plan.sets}):
            for payee in sorted(self.rows):
                found |= self._lines_of(plan_id, payee)
        version = {key: self._version(key) for key in found}
        paid = within_limits(
            {key: due for key, (_, due) in found.items()},
            version,
            self.book.company.calendar,
            self.book.company.digits,
            self._whole_incentive,
        )
        return {key: (earned, paid[key]) for key, (earned, _) in found.items()}

    def _version(self, key: Key) -> Plan:
        """The plan version that a line is paid by: that of the payee's last day on the plan."""
        payee, plan_id, _, label, stretch = key
        period = self.book.company.calendar.parse(label)
        mine = self.stretches(plan_id, payee)[int(stretch) - 1] if stretch else self
        plan = mine.plan_on(plan_id, payee, mine.days(plan_id, payee, period.start, period.end)[-1])
        assert plan is not None
        return plan

    def _whole_incentive(self, plan: Plan, payee: str, period: Period) -> int:
        calendar = self.book.company.calendar
        year = calendar.period_of(period.start, "year")
        until = [p for p in calendar.periods(year.start, period.end, period.grain) if p.end <= period.end]
        reached = [
            sum((self._exact_incentive(plan, payee, p) for p in ps), Fraction(0))
            for ps in (until, until[:-1])
        ]
        return round_half_away(reached[0]) - round_half_away(reached[1])

    def stretches(self, plan_id: str, payee: str) -> "list[Naive]":
        """This calculator for each stretch of days after which the payee's accumulators restart."""
        if self._whole:
            return self._whole.stretches(plan_id, payee)
        if (plan_id, payee) not in self._stretches:
            starts, before = [date.min], None
            for day in self.days(plan_id, payee, date(2024, 1, 1), date(2027, 1, 1)):
                plan, row = self.plan_on(plan_id, payee, day), self.stint(payee, day)
                assert plan
                assert row
                if before and plan.accumulators == "restart" and (plan.version, row["team"]) != before[1:]:
                    starts += [day] if plan.prorate == before[0] == "days" else []
                before = (plan.prorate, plan.version, row["team"])
            ends = [*starts[1:], date.max]
            self._stretches[plan_id, payee] = [
                replace(self, only=days, _days={}, _joins={}, _whole=self)
                for days in zip(starts, ends, strict=True)
            ]
        return self._stretches[plan_id, payee]

    def _restarts(self, plan_id: str, payee: str, component: Component) -> bool:
        """Whether somebody's lines of a component are told apart by stretches."""
        if len(self.stretches(plan_id, payee)) == 1:
            return False
        if component.pays.way == "incentive" and component.accumulation == "discrete":
            return True
        is_ratio = component.measure in ("nrr", "grr") or component.measure.startswith("score:")
        return component.scope == "own" and component.pays.way in ("incentive", "rate") and not is_ratio

    def _lines_of(self, plan_id: str, payee: str, only: str = "") -> dict[Key, tuple[int, int]]:
        every = self._lines_within(plan_id, payee, only, "")
        for number, stretch in enumerate(self.stretches(plan_id, payee), 1):
            every |= stretch._lines_within(plan_id, payee, only, str(number))
        return every

    def _lines_within(self, plan_id: str, payee: str, only: str, number: str) -> dict[Key, tuple[int, int]]:
        """Of one stretch, or (without a number) of components that nothing restarts."""
        found: dict[Key, tuple[int, int]] = {}
        versions = [p for p in self.book.plans if p.id == plan_id and self.plan_set in p.sets]
        paid: Counter[tuple[str, str]] = Counter()
        for plan in versions:
            for component in plan.components:
                if only not in ("", component.id) or self._restarts(plan_id, payee, component) != bool(
                    number
                ):
                    continue
                for period in self._payment_periods(plan, component, payee):
                    measured = self.book.company.calendar.period_of(period.start, component.measured_per)
                    chain = (component.id, measured.label)
                    if self._excluded(plan, component, payee, period):
                        found[payee, plan_id, component.id, period.label, number] = (0, 0)
                        continue
                    payout = earned = self._earned(plan, component, payee, measured, period)
                    if component.accumulation == "cumulative":
                        payout = earned - paid[chain]
                        payout = payout if component.recovers else max(0, payout)
                    paid[chain] += payout
                    found[payee, plan_id, component.id, period.label, number] = (earned, payout)
        return found

    def _payment_periods(self, plan: Plan, component: Component, payee: str) -> list[Period]:
        calendar, as_of = self.book.company.calendar, self.book.company.as_of
        start = max(plan.from_, min(row["starts_on"] for row in self.rows[payee]))
        found = []
        for period in calendar.periods(start, as_of + DAY, component.paid_per or component.measured_per):
            days = self.days(plan.id, payee, period.start, period.end)
            if days and self.plan_on(plan.id, payee, days[-1]) == plan:
                found += [period] if self.days(plan.id, payee, start, as_of + DAY) else []
        return found

    def _excluded(self, plan: Plan, component: Component, payee: str, period: Period) -> bool:
        """Whether the payee cannot be paid in this period, whatever was credited."""
        last = self.days(plan.id, payee, period.start, period.end)[-1]
        stint = self.stint(payee, last)
        closes = min(period.end - DAY, self.book.company.as_of)
        if component.eligibility == "at_period_end" and not (
            self.plan_on(plan.id, payee, closes) and self.stint(payee, closes) == stint
        ):
            return True
        target = next((t for t in self.book.targets if t.id == component.target), None)
        if component.scope != "shared" or target is None or not target.shared_with:
            return False
        day = min(closes, last)
        sharing = [s for s in target.shared_with if stint and s.team == stint["team"]]
        return not any((s.from_ or date.min) <= day < (s.to or date.max) for s in sharing)

    def _earned(self, plan: Plan, component: Component, payee: str, measured: Period, period: Period) -> int:
        if component.pays.way == "pool":
            return self._part_of_pool(plan, component, payee, measured, period)
        amount = self._amount(plan, component, payee, measured, period)
        return amount if self._gates_open(plan, component, payee, period) else 0

    def _part_of_pool(
        self, plan: Plan, component: Component, payee: str, measured: Period, period: Period
    ) -> int:
        pays = component.pays
        assert pays.way == "pool"
        amount = self._amount(plan, component, payee, measured, period)
        claims = self.claims_on_pool(plan, component, payee, measured, period)
        if not sum(claims.values()) or not self._gates_open(plan, component, payee, period):
            return 0
        order = sorted(claims)
        return dict(zip(order, largest_remainder(amount, [claims[who] for who in order]), strict=True))[payee]

    def claims_on_pool(
        self, plan: Plan, component: Component, payee: str, measured: Period, period: Period
    ) -> dict[str, Fraction]:
        """What a pool is divided by: everybody's claim, and "" for what nobody holds."""
        pays = component.pays
        assert pays.way == "pool"
        claims: dict[str, Fraction] = {}
        for who in sorted(self.rows):
            same = component.scope == "shared" or self._team(plan, who, period) == self._team(
                plan, payee, period
            )
            paid = period in self._payment_periods(plan, component, who)
            if not paid or not same or self._excluded(plan, component, who, period):
                continue
            opens = self._gates_open(plan, component, who, period)
            if opens or pays.untaken == "lapse":
                claims[who] = max(Fraction(0), self._claim(plan, component, who, measured, period))
        held = sum(claims.values())
        if pays.in_all is not None:
            digits = self.book.company.digits
            unit = {"equal": 1, "target_incentive": 10**digits}.get(pays.by, 0)
            unit = self._stored(pays.claim.measure) if pays.claim else unit
            claims[""] = max(Fraction(0), Fraction(round_half_away(Fraction(pays.in_all) * unit)) - held)
        return claims

    def _stored(self, measure: str) -> int:
        return self._unit(measure) if adds_up(measure) else MILLION

    def _claim(
        self, plan: Plan, component: Component, payee: str, measured: Period, period: Period
    ) -> Fraction:
        pays = component.pays
        assert pays.way == "pool"
        if pays.by == "equal":
            return Fraction(1)
        if pays.by == "target_incentive":
            return Fraction(self._incentive(plan, component, payee, measured, period))
        assert pays.claim
        value, _ = self._input(plan, component, pays.claim, payee, self._team(plan, payee, period), period)
        if value is None:
            return Fraction(0)
        return Fraction(round_half_away(value if adds_up(pays.claim.measure) else value * MILLION))

    def _team(self, plan: Plan, payee: str, period: Period) -> str:
        days = self.days(plan.id, payee, period.start, period.end)
        stint = self.stint(payee, days[-1]) if days else None
        return str(stint["team"]) if stint else ""

    def _amount(self, plan: Plan, component: Component, payee: str, measured: Period, period: Period) -> int:
        stint = self.stint(payee, self.days(plan.id, payee, period.start, period.end)[-1])
        assert stint is not None
        team = stint["team"]
        incentive = self._incentive(plan, component, payee, measured, period)
        x, x_d = self._input(plan, component, component, payee, team, period)
        deals: list[tuple[Fact, int]] = []
        if adds_up(component.measure):
            deals = self.counted(component, component, plan.id, payee, team, measured.start, period.end)
        if component.table_per == "transaction":
            value = Fraction(
                sum(
                    round_half_away(
                        self._paid(
                            plan, component, payee, team, period, Fraction(amount), None, incentive,
                            self._pays_on(plan, component, payee, team, [(fact, amount)]),
                        )
                    )
                    for fact, amount in deals
                )
            )  # fmt: skip
        else:
            on = self._pays_on(plan, component, payee, team, deals)
            value = self._paid(plan, component, payee, team, period, x, x_d, incentive, on)
        amount = round_half_away(value)
        digits = self.book.company.digits
        if component.floor and x is not None:
            floor = to_minor(component.floor.amount or 0, digits)
            floor += round_half_away(incentive * Fraction(component.floor.of_incentive or 0))
            amount = max(amount, floor)
        if component.cap:
            cap = to_minor(component.cap.amount or 0, digits)
            cap += round_half_away(incentive * Fraction(component.cap.of_incentive or 0))
            amount = min(amount, cap)
        return amount

    def _pays_on(
        self, plan: Plan, component: Component, payee: str, team: str, deals: list[tuple[Fact, int]]
    ) -> Fraction | None:
        """What deals that count pay on; None where it is what they count."""
        if not pays_on_another(component):
            return None
        total = Fraction(0)
        for fact, amount in deals:
            if component.pays_on.measure:
                amount = self._of_other(plan, component, payee, team, fact)
            total += amount * factor_of(component, partial(self._meets, fact, plan.fx_rate))
        return total

    def _meets(self, fact: Fact, fx_rate: str, entry: Which) -> bool:
        return self.is_meant(entry, fact, fx_rate)

    def _of_other(self, plan: Plan, component: Component, payee: str, team: str, fact: Fact) -> int:
        """What of the measure that it pays on falls to the same people, of the same transaction."""
        other = component.pays_on.measure
        assert other
        counted = component.model_copy(update={"measure": other, "deals": Deals()})
        day = fact.day
        found = self.counted(counted, component, plan.id, payee, team, day, day + DAY)
        return sum(amount for same, amount in found if same.id == fact.id)

    def _table(self, plan: Plan, component: Component, payee: str, team: str, period: Period) -> Table:
        """The table that is read: the first of the others whose conditions hold, else its own."""
        for other in component.when:
            if all(self._holds(plan, component, c, payee, team, period) for c in other.all_of):
                return other.table
        return component.table

    def _gates_open(self, plan: Plan, component: Component, payee: str, period: Period) -> bool:
        team = self._team(plan, payee, period)
        wanted = [condition for gate in component.gates for condition in gate.all_of]
        return all(self._holds(plan, component, condition, payee, team, period) for condition in wanted)

    def _holds(
        self, plan: Plan, component: Component, condition: Condition, payee: str, team: str, period: Period
    ) -> bool:
        if condition.component:
            of = next(each for each in plan.components if each.id == condition.component)
            counted = of.model_dump(include={"measure", "scope", "target", "credit"})
            counted["per"] = condition.per or of.per or of.measured_per
            wanted = condition.model_dump(include={"at_least", "edge"})
            condition = Condition.model_validate(counted | wanted)
        reached, _ = self._input(plan, component, condition, payee, team, period)
        if reached is not None and condition.target is None:
            reached /= self._unit(condition.measure)
        at = Fraction(condition.at_least)
        return reached is not None and (reached > at or (reached == at and condition.edge == "higher"))

    def _unit(self, measure: str) -> int:
        if not adds_up(measure):
            return 1
        return 10**self.book.company.digits if is_money(measure) else MILLION

    def _input(
        self, plan: Plan, component: Component, counted: Counted, payee: str, team: str, period: Period
    ) -> tuple[Fraction | None, int | None]:
        """The input's value in stored units, or attainment; and the effective quota where it has one."""
        per = self.book.company.calendar.period_of(period.end - DAY, counted.per or component.measured_per)
        quota = self._quota(plan, component, counted, payee, team, per, period)
        wants = component.input if counted is component else ("attainment" if counted.target else "amount")
        if not adds_up(counted.measure):
            value = self.ratio(counted, plan.id, payee, team, per.start, period.end)
            if wants == "attainment" and value is not None:
                value = value * MILLION / quota if quota and quota > 0 else None
            return value, quota
        total = sum(
            amount
            for _, amount in self.counted(counted, component, plan.id, payee, team, per.start, period.end)
        )
        if wants == "attainment":
            return (Fraction(total, quota) if quota and quota > 0 else None), quota
        if wants == "growth":
            return (None if quota is None else Fraction(total - quota)), quota
        return Fraction(total), quota

    @cached_property
    def _quotas(self) -> Quotas:
        return resolve_months(self.book.company, self.book.targets)[0]

    def _quota(
        self,
        plan: Plan,
        component: Component,
        counted: Counted,
        payee: str,
        team: str,
        per: Period,
        period: Period,
    ) -> int | None:
        if counted.target is None:
            return None
        quotas = self._quotas
        whole = quotas.targets[counted.target].owner
        owner = {"own": f"payee:{payee}", "team": f"team:{team}", "shared": whole}[counted.scope]
        end = period.end if component.divides_by == "to_date" else per.end
        nominal = quotas.amount(counted.target, owner, per.start, end)
        ratio = quotas.units[counted.target] == "ratio"
        if nominal is None or counted.scope != "own" or ratio:
            return nominal
        calendar, amounts = self.book.company.calendar, quotas.months[counted.target, owner]
        parts = (
            amounts[month.start] * self.ramp(plan, payee, month) * self.quota_share(plan, payee, month)
            for month in calendar.periods(per.start, end, "month")
            if month.start in amounts
        )
        return round_half_away(sum(parts, Fraction(0)))

    def effective(self, target: str, payee: str, nominal: int, period: Period) -> int:
        """What is left of a payee's part in a period, under the plans that count it as the payee's own."""
        counting = [
            plan
            for plan in self.book.plans
            if self.plan_set in plan.sets
            and any(c.scope == "own" and c.target == target for c in plan.components)
        ]
        found, ever = [], False
        for plan in counting:
            ever = ever or any(self.days(plan.id, payee, date(2023, 1, 1), date(2028, 1, 1)))
            days = self.days(plan.id, payee, period.start, period.end)
            amounts = self._quotas.months[target, f"payee:{payee}"]
            if days and plan == self.plan_on(plan.id, payee, days[-1]):
                months = self.book.company.calendar.periods(period.start, period.end, "month")
                found.append(sum(
                    (
                        amounts.get(m.start, 0) * self.ramp(plan, payee, m) * self.quota_share(plan, payee, m)
                        for m in months
                    ),
                    Fraction(0),
                ))  # fmt: skip
        if not ever:
            return nominal
        amount = round_half_away(sum(found, Fraction(0)))
        return min(amount, nominal) if sum(map(bool, found)) > 1 else amount

    def _incentive(
        self, plan: Plan, component: Component, payee: str, measured: Period, period: Period
    ) -> int:
        calendar = self.book.company.calendar
        year = calendar.period_of(measured.start, "year")
        weight = Fraction(component.pays.weight) if component.pays.way == "incentive" else Fraction(1)
        pieces = [measured]
        if component.divides_by == "to_date" and period.end < measured.end:
            pieces = list(calendar.periods(measured.start, period.end, "month"))
        total = 0
        for piece in pieces:
            until = [p for p in calendar.periods(year.start, piece.end, piece.grain) if p.end <= piece.end]
            reached = weight * sum((self._exact_incentive(plan, payee, p) for p in until), Fraction(0))
            before = weight * sum((self._exact_incentive(plan, payee, p) for p in until[:-1]), Fraction(0))
            total += round_half_away(reached) - round_half_away(before)
        return total

    def _exact_incentive(self, plan: Plan, payee: str, period: Period) -> Fraction:
        months = list(self.book.company.calendar.periods(period.start, period.end, "month"))
        ramps = plan.ramp is not None and plan.ramp.incentive
        shares = [self.ramp(plan, payee, month) if ramps else Fraction(1) for month in months]
        by_month = [self._annual_amounts(plan, payee, month) for month in months]
        if plan.prorate == "none":
            every = [amount for found in by_month for _, amount in found]
            return every[-1] * sum(shares, Fraction(0)) / 12 if every else Fraction(0)
        away = plan.leave.cuts_incentive
        total = Fraction(0)
        for month, share, found in zip(months, shares, by_month, strict=True):
            active = [amount for day, amount in found if not (away and self.on_leave(payee, day))]
            if plan.prorate == "days":
                total += share * sum(active, Fraction(0)) / period.days * len(months)
            elif len(found) == month.days and active:
                total += share * sum((amount for _, amount in found), Fraction(0)) / month.days
        return total / 12

    def _annual_amounts(self, plan: Plan, payee: str, month: Period) -> list[tuple[date, Fraction]]:
        """The annual target incentive on each day of the month on the plan."""
        days = self.days(plan.id, payee, month.start, month.end)
        return [(d, Fraction(row["target_incentive"] or 0)) for d in days if (row := self.stint(payee, d))]

    def _paid(
        self,
        plan: Plan,
        component: Component,
        payee: str,
        team: str,
        period: Period,
        x: Fraction | None,
        quota: int | None,
        incentive: int,
        pays_on: Fraction | None,
    ) -> Fraction:
        """Table, per-deal cap and multiplier, before rounding, in minor units. `pays_on`, in stored units,
        where that is not what counts: the table then says a rate, at x."""
        if x is None:
            return Fraction(0)
        major = 10**self.book.company.digits
        unit = self._unit(component.measure)
        by_attainment = component.input == "attainment"
        table = self._table(plan, component, payee, team, period)
        if pays_on is None:
            value = table_value(table, x if by_attainment else x / unit)
        else:
            rate = table_rate(table, x if by_attainment else x / unit)
            unit = self._unit(component.pays_on.measure or component.measure)
            value = rate * (pays_on / (quota or 1) if by_attainment else pays_on / unit)
        if component.pays.way == "incentive":
            value *= incentive
        elif component.pays.way == "rate" and by_attainment:
            value *= Fraction(quota or 0, unit) * major
        else:
            value *= major
        if component.deals.payout_cap is not None:
            cap = Fraction(component.deals.payout_cap) * major
            value = max(-cap, min(cap, value))
        if component.multiplier:
            m, _ = self._input(plan, component, component.multiplier, payee, team, period)
            if m is not None and component.multiplier.target is None:
                m /= self._unit(component.multiplier.measure)
            factor = Fraction(0) if m is None else table_value(component.multiplier.table, m)
            value *= Fraction(round_half_away(factor * MILLION), MILLION)
        return value


def differing_lines(book: Book, result: RunResult) -> dict[Key, object]:
    """Lines that the two calculators do not agree on: (expected, found), earned to date and payout each.

    Fails when the plan set counts a measure that this calculator does not know.
    """
    naive = Naive(book, result.plan_set)
    in_set = [plan for plan in book.plans if result.plan_set in plan.sets]
    unknown = [c.measure for plan in in_set for c in plan.components if not naive.knows(c)]
    assert not unknown, f"the independent calculator does not know {unknown}"
    names = ("payee_id", "plan_id", "component_id", "period", "segment", "earned_to_date", "payout")
    found = {
        (payee, plan, component, period, str(segment or "")): (earned, payout)
        for payee, plan, component, period, segment, earned, payout in zip(
            *(result.lines[name].to_pylist() for name in names), strict=True
        )
    }
    expected = naive.lines()
    every = sorted(expected.keys() | found.keys())
    return {key: (expected.get(key), found.get(key)) for key in every if expected.get(key) != found.get(key)}

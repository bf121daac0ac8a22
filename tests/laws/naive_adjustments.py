"""What comes after the lines, worked out a second time: straight from the definitions, month by month.

Lines and the parts of their deals are taken from the run (other laws and calculators answer for them);
everything after them is worked out here without a look at the engine's own way.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from revplan.model.adjustments import AtRisk, BelowZero, Draw, OnEvent, Scheduled
from revplan.model.book import Book
from revplan.model.plan import Component, Plan
from revplan.model.results import RunResult
from revplan.money import MILLION, largest_remainder, round_half_away, to_minor
from revplan.periods import add_months
from tests.laws.naive import Naive
from tests.laws.naive_credits import DAY
from tests.laws.naive_recompute import without

Row = dict[str, Any]
Entry = tuple[str, str, str, str, str, str, int, int | None, str]
"""payee, plan, month, kind, component, cause, amount, balance, reason."""

EVENTS = {"invoiced": ("invoices", "invoiced_on"), "collected": ("payments", "paid_on")}
OWED = ("recoverable", "recoverable_then_forgiven")


def month_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


@dataclass
class Deal:
    """A deal that one line paid for: `paid`, and what its credit comes to at the rate of the table alone."""

    id: str
    day: date
    paid: int
    at_rate: Fraction


@dataclass
class Cancelled:
    """One cancellation of a deal: its share, and how much of the deal's pay is taken back at its age."""

    day: date
    id: str
    share: Fraction
    of_pay: Fraction
    reason: str


@dataclass
class Claim:
    """What one cancellation takes of a line."""

    month: date
    deal: str
    amount: int
    reason: str


@dataclass
class Stock:
    """Pay that is released together: one deal's, or a whole line's (of no `deal`). Of `paid`, what is neither
    due yet nor taken back is held."""

    line: Row
    component: Component
    deal: str
    paid: int
    clawed: int = 0
    held: int = 0

    @property
    def cause(self) -> str:
        return self.deal or str(self.line["period"])

    @property
    def month(self) -> date:
        """The line's own month."""
        return month_of(self.line["period_end"] - DAY)


@dataclass
class Books:
    """The adjustments of one person's account under one plan."""

    naive: Naive
    result: RunResult
    payee: str
    plan_id: str
    lines: list[Row]
    corrections: list[Row]
    parts: dict[int, list[Row]]
    entries: list[Entry] = field(default_factory=list)
    amounts: Counter[date] = field(default_factory=Counter)

    # ------------------------------------------------------------ the account's time

    @property
    def book(self) -> Book:
        return self.naive.book

    @property
    def as_of(self) -> date:
        return self.book.company.as_of

    def month(self, line: Row) -> date:
        return month_of(line["period_end"] - DAY)

    def months(self) -> list[date]:
        """Every month from the first with a day on the plan, a line or a correction to the last."""
        ends = [self.month(line) for line in self.lines]
        ends += [month_of(row["adjusted_on"]) for row in self.corrections]
        days = self.naive.days(self.plan_id, self.payee, date(2023, 1, 1), self.as_of + DAY)
        starts = [*ends, *(month_of(day) for day in days[:1])]
        if not starts:
            return []
        last, found = max([month_of(self.as_of), *ends]), [min(starts)]
        while found[-1] < last:
            found.append(add_months(found[-1], 1))
        return found

    def terms(self, month: date) -> Plan | None:
        """The version in force on the payee's last day on the plan up to a month, else on the first."""
        every = self.naive.days(self.plan_id, self.payee, date(2023, 1, 1), date(2028, 1, 1))
        upto = [day for day in every if day < add_months(month, 1)] or every[:1]
        return self.naive.plan_on(self.plan_id, self.payee, upto[-1]) if upto else None

    def left(self) -> date | None:
        """The month of the last pay of somebody who has left the company."""
        rows = self.naive.rows.get(self.payee, [])
        if not rows or not rows[-1]["ends_on"] or rows[-1]["ends_on"] > self.as_of:
            return None
        return max([month_of(rows[-1]["ends_on"] - DAY), *(self.month(line) for line in self.lines)])

    def enter(
        self,
        month: date,
        kind: str,
        amount: int,
        cause: str,
        reason: str,
        component: str = "",
        balance: int | None = None,
    ) -> None:
        self.amounts[month] += amount
        label = f"{month.year}-{month.month:02d}"
        self.entries.append(
            (self.payee, self.plan_id, label, kind, component, cause, amount, balance, reason)
        )

    # ------------------------------------------------------------ the order of a month

    def work_out(self) -> list[Entry]:
        for line in self.lines:
            self.amounts[self.month(line)] += line["payout"]
        stocks = self.stocks()
        owed: Counter[str] = Counter()
        promised: Counter[str] = Counter()
        carried = 0
        for month in self.months():
            for stock in stocks:
                if stock.month == month or stock.month < month <= month_of(self.as_of):
                    self.release(stock, month)
            for line in self.lines:
                self.claw_back(stocks, line, month)
            self.draw(month, owed, promised)
            for row in self.corrections:
                if month_of(row["adjusted_on"]) == month:
                    self.enter(month, "correction", row["amount"], row["adjustment_id"], "")
            carried = self.below_zero(month, carried)
        return self.entries

    # ------------------------------------------------------------ held and released

    def stocks(self) -> list[Stock]:
        found = []
        for line in self.lines:
            _, component = self.paid_by(line)
            if component.release.way == "schedule":
                found.append(Stock(line, component, "", max(0, line["payout"])))
            else:
                deals = sorted(self.deals(line), key=lambda deal: (deal.day, deal.id))
                found += [Stock(line, component, deal.id, deal.paid) for deal in deals]
        return found

    def paid_by(self, line: Row) -> tuple[Plan, Component]:
        """The plan version and the component by which a line is paid."""
        key = (self.plan_id, line["plan_version"])
        plan = next(p for p in self.book.plans if (p.id, p.version) == key)
        return plan, next(c for c in plan.components if c.id == line["component_id"])

    def deals(self, line: Row) -> list[Deal]:
        """The deals that a line paid for. A catch-up pays for the deals before it once more, for what each of
        them counted above the point from which the table goes back; what took from the line as a
        whole took from each."""
        same = ("component_id", "measured_period", "segment")
        chain = [row for row in self.lines if all(row[name] == line[name] for name in same)]
        chain = sorted(chain, key=lambda row: row["period_end"])
        walk: list[tuple[str, date, Fraction, Fraction]] = []  # deal, day, from, to: of credit
        for row in chain[: chain.index(line)]:
            self.walk(row, walk, {})
        paid: dict[tuple[date, str], int] = {}
        taken = self.walk(line, walk, paid)
        amounts = {key: amount for key, amount in sorted(paid.items()) if amount > 0}
        if taken < 0 and amounts:
            left = largest_remainder(max(0, sum(amounts.values()) + taken), list(amounts.values()))
            amounts = dict(zip(amounts, left, strict=True))
        own = {p["transaction_id"]: p for p in self.parts[line["line_id"]] if p["kind"] == "deal"}
        found = []
        for (day, name), amount in amounts.items():
            at_rate = self.at_rate(line, own[name]) if name in own else Fraction(amount)
            found.append(Deal(name, day, amount, at_rate))
        unpaid = [key for key in sorted(paid) if paid[key] <= 0 and key[1] in own]
        return found + [Deal(name, day, 0, self.at_rate(line, own[name])) for day, name in unpaid]

    def at_rate(self, line: Row, deal: Row) -> Fraction:
        """What a deal comes to at the rate of the line's table alone; at its own, where that is keyed."""
        _, component = self.paid_by(line)
        if component.table.kind == "keyed":
            unit = self.naive._unit(component.pays_on.measure or component.measure)
            return paid_on(deal) * 10**self.book.company.digits / unit
        if component.table_per == "transaction":
            return self.alone(line, deal)
        total = line["credit"] if line["payable"] is None else line["payable"]
        return paid_on(deal) * line["table_amount"] / total if total else Fraction(0)

    def alone(self, line: Row, deal: Row) -> Fraction:
        """What the table alone makes of a deal that is read by itself."""
        plan, component = self.paid_by(line)
        bare = component.model_copy(
            update={"multiplier": None, "deals": component.deals.model_copy(update={"payout_cap": None})}
        )
        calendar, mine = self.book.company.calendar, self.naive
        if line["segment"]:
            mine = self.naive.stretches(self.plan_id, self.payee)[line["segment"] - 1]
        measured, period = calendar.parse(line["measured_period"]), calendar.parse(line["period"])
        incentive = mine._incentive(plan, component, self.payee, measured, period)
        team = mine._team(plan, self.payee, period)
        on = None if deal["paid_on"] is None and deal["factor"] is None else paid_on(deal)
        x = Fraction(deal["credit"])
        return mine._paid(plan, bare, self.payee, team, period, x, None, incentive, on)

    def walk(
        self,
        line: Row,
        walk: list[tuple[str, date, Fraction, Fraction]],
        paid: dict[tuple[date, str], int],
    ) -> int:
        """Go through the parts of a line in order; what is no deal's is returned, added up."""
        parts = self.parts[line["line_id"]]
        total = line["credit"] if line["payable"] is None else line["payable"]
        credit = Fraction(total or 0) - sum(paid_on(p) for p in parts if p["kind"] == "deal")
        if not walk:
            walk.append(("", date.min, Fraction(0), credit))  # what counted before anything that is known
        rest = 0
        for part in parts:
            if part["kind"] == "deal":
                name, day = part["transaction_id"], part["on_date"]
                paid[day, name] = paid.get((day, name), 0) + part["part"]
                walk.append((name, day, credit, credit + paid_on(part)))
                credit += paid_on(part)
            elif part["kind"] == "catch_up" and part["part"] > 0:
                rest += self.catch_up(line, part["part"], walk[:-1], paid)
            else:
                rest += part["part"]
        return rest

    def catch_up(
        self,
        line: Row,
        amount: int,
        walk: list[tuple[str, date, Fraction, Fraction]],
        paid: dict[tuple[date, str], int],
    ) -> int:
        _, component = self.paid_by(line)
        above = Fraction(0)
        if component.table.kind == "overage" and line["payable"] is None:
            above = Fraction(component.table.above)
            unit = self.naive._unit(component.measure)
            above *= (line["quota"] or 0) if component.input == "attainment" else unit
        if component.input == "growth":
            above += line["quota"] or 0
        weights = [max(Fraction(0), end - max(start, above)) for _, _, start, end in walk]
        *weights, first = *weights[1:], weights[0]
        if not any(weights):
            return amount
        *shares, left = largest_remainder(amount, [*weights, first])
        for (name, day, _, _), share in zip(walk[1:], shares, strict=True):
            if share:
                paid[day, name] = paid.get((day, name), 0) + share
        return left

    def due(self, stock: Stock, month: date) -> int:
        """What of a stock is to be paid by the end of a month."""
        release = stock.component.release
        match release:
            case OnEvent():
                at_once = Fraction(release.at_booking)
                settled = self.settled(stock.deal, release.event, month)
                return round_half_away(stock.paid * (at_once + (1 - at_once) * settled))
            case Scheduled():
                instalments = sorted(release.schedule, key=lambda each: each.months)
                amounts = largest_remainder(stock.paid, [Fraction(each.share) for each in instalments])
                days = [add_months(stock.month, each.months) for each in instalments]
                return sum(amount for day, amount in zip(days, amounts, strict=True) if day <= month)
            case AtRisk():
                if month < add_months(stock.month, release.months):
                    return stock.paid
                return round_half_away(stock.paid * self.settled(stock.deal, release.event, month))
        return stock.paid

    def settled(self, deal: str, event: str, month: date) -> Fraction:
        """The share of a deal that was invoiced or paid by the end of a month."""
        row = next((r for r in self.naive.table("opportunities") if r["opportunity_id"] == deal), None)
        if row is None or row["amount"] <= 0:
            return Fraction(1)
        name, day = EVENTS[event]
        until = min(add_months(month, 1) - DAY, self.as_of)
        events = [e for e in self.naive.table(name) if e["opportunity_id"] == deal and e[day] <= until]
        return min(Fraction(1), max(Fraction(0), Fraction(sum(e["amount"] for e in events), row["amount"])))

    def release(self, stock: Stock, month: date) -> None:
        release = stock.component.release
        due = self.due(stock, month)
        if isinstance(release, AtRisk) and month == stock.month:
            unsettled = stock.paid - round_half_away(
                stock.paid * self.settled(stock.deal, release.event, month)
            )
            if unsettled:
                self.enter(month, "at_risk", 0, stock.cause, "unpaid_so_far", stock.component.id, unsettled)
        reason = {
            "on_event": f"held_until_{getattr(release, 'event', '')}",
            "schedule": "held_for_instalments",
            "at_risk": "unpaid_at_deadline",
        }
        held = max(0, stock.paid - stock.clawed - due)
        self.hold(stock, month, held, reason.get(release.way, ""), getattr(release, "event", "instalment"))

    def hold(
        self, stock: Stock, month: date, held: int, why_held: str, why_released: str, claimed: str = ""
    ) -> None:
        more, stock.held = held - stock.held, held
        if more:
            kind, reason = ("held", why_held) if more > 0 else ("released", why_released)
            cause = claimed or stock.cause
            self.enter(month, kind, -more, cause, reason, stock.component.id)

    # ------------------------------------------------------------ clawed back

    def claims(self, line: Row) -> list[Claim]:
        """What the cancellations of a line's deals take of it, in order of their months."""
        plan, component = self.paid_by(line)
        meant = [c for c in plan.clawbacks if not c.components or component.id in c.components]
        if component.on_cancel != "claw_back" or not meant:
            return []
        if meant[0].basis == "recompute":
            claims = self.recomputed(line, plan, component, meant[0].bands)
            return sorted(claims, key=lambda each: (each.month, each.deal))
        by_rate = meant[0].basis == "calculation_rate"
        found = []
        for deal in self.deals(line):
            whole = max(Fraction(0), deal.at_rate) if by_rate else Fraction(deal.paid)
            if (line["payout"] if by_rate else deal.paid) <= 0:
                continue
            running, before = Fraction(0), 0
            for event in self.cancelled(deal.id, deal.day, meant[0].bands):
                running += event.share * event.of_pay
                amount = round_half_away(whole * running) - before
                before += amount
                month = max(month_of(event.day), self.month(line))
                found.append(Claim(month, deal.id, amount, event.reason))
        left = line["payout"]
        for claim in sorted(found, key=lambda each: (each.month, each.deal)):
            claim.amount = min(claim.amount, left) if by_rate else claim.amount
            left -= claim.amount
        return sorted(found, key=lambda each: (each.month, each.deal))

    def recomputed(self, line: Row, plan: Plan, component: Component, bands: tuple[Any, ...]) -> list[Claim]:
        """What cancellations take of a line where the lines of its measured period are worked out again."""
        same = ("component_id", "measured_period", "segment", "plan_version")
        chain = [row for row in self.lines if all(row[name] == line[name] for name in same)]
        chain = sorted(chain, key=lambda row: row["period_end"])
        events = []
        for row in chain:
            for part in self.parts[row["line_id"]]:
                if part["kind"] == "deal" and part["credit"] > 0:
                    name = part["transaction_id"]
                    for event in self.cancelled(name, part["on_date"], bands):
                        events.append((max(month_of(event.day), self.month(row)), event, name, row))
        events.sort(key=lambda found: (found[0], found[1].day, found[1].id, found[2]))
        gone: dict[str, Fraction] = defaultdict(Fraction)
        lost, taken, found = Fraction(0), 0, []
        for month, event, name, row in events:
            lines = [each for each in chain if self.month(each) <= month]
            paid = sum(each["payout"] for each in lines)
            if paid <= 0:
                continue
            before = self.worth(plan, component, lines, gone)
            gone[name] += event.share
            after = self.worth(plan, component, lines, gone)
            lost += max(0, min(paid, before) - min(paid, after)) * event.of_pay
            amount = min(paid, round_half_away(lost)) - taken
            taken += amount
            if row is line:
                found.append(Claim(month, name, amount, event.reason))
        return found

    def worth(self, plan: Plan, component: Component, lines: list[Row], gone: Mapping[str, Fraction]) -> int:
        """What lines of one measured period would come to in all had shares of deals never counted; 0 at
        the least."""
        calendar, earned = self.book.company.calendar, [0]
        for line in lines:
            if line["reason"] in ("not_employed", "not_shared"):
                continue
            mine = self.naive
            if line["segment"]:
                mine = self.naive.stretches(self.plan_id, self.payee)[line["segment"] - 1]
            periods = calendar.parse(line["measured_period"]), calendar.parse(line["period"])
            earned.append(without(mine, component, gone)._earned(plan, component, self.payee, *periods))
        whole = component.accumulation == "discrete" or component.recovers
        return max(0, earned[-1] if whole else max(earned))

    def claw_back(self, stocks: list[Stock], line: Row, month: date) -> None:
        _, component = self.paid_by(line)
        for claim in self.claims(line):
            if claim.month != month:
                continue
            self.enter(month, "clawback", -claim.amount, claim.deal, claim.reason, component.id)
            mine = [stock for stock in stocks if stock.line is line]
            own = [stock for stock in mine if stock.deal in ("", claim.deal)]
            left = claim.amount
            for stock in own:  # the deal's own pay: held first, as it is the last to be due
                left -= self.take(stock, month, min(left, stock.paid - stock.clawed), claim.deal)
            for stock in mine:  # then what is held for the others
                if stock not in own:
                    left -= self.take(stock, month, min(left, stock.held), claim.deal)
            for stock in mine:  # and at last what was paid for them
                left -= self.take(stock, month, min(left, stock.paid - stock.clawed), claim.deal)

    def take(self, stock: Stock, month: date, amount: int, deal: str) -> int:
        held = max(0, stock.held - amount)
        self.hold(stock, month, held, "", "used_for_clawback", deal)
        stock.clawed += amount
        return amount

    def cancelled(self, deal: str, counted: date, bands: tuple[Any, ...]) -> Iterator[Cancelled]:
        """Each cancellation of a deal, in order."""
        rows = [r for r in self.naive.table("cancellations") if r["transaction_id"] == deal]
        rows = [r for r in rows if r["cancelled_on"] <= self.as_of]
        left = Fraction(1)
        for row in sorted(rows, key=lambda r: (r["cancelled_on"], r["cancellation_id"])):
            share = min(left, self.share_of(row))
            left -= share
            age = completed_months(counted, row["cancelled_on"])
            band = next((b for b in bands if b.from_ <= age and (b.to is None or age < b.to)), None)
            reason = "already_cancelled" if not share else "cancelled" if band else "clawback_too_old"
            of_pay = Fraction(band.share) if band else Fraction(0)
            yield Cancelled(row["cancelled_on"], row["cancellation_id"], share, of_pay, reason)

    def share_of(self, row: Row) -> Fraction:
        if row["share"] is not None:
            return Fraction(row["share"], MILLION)
        if row["amount"] is None:
            return Fraction(1)
        deals = self.naive.table("opportunities")
        deal = next(r for r in deals if r["opportunity_id"] == row["transaction_id"])
        return Fraction(row["amount"], abs(deal["amount"])) if deal["amount"] else Fraction(1)

    # ------------------------------------------------------------ draws

    def draw_terms(self, draw: str, month: date) -> Draw | None:
        """The terms of a draw in a month: those of the last version, of those that have had it, that the
        payee was on by the month's end."""
        every = self.naive.days(self.plan_id, self.payee, date(2023, 1, 1), add_months(month, 1))
        for day in reversed(every):
            plan = self.naive.plan_on(self.plan_id, self.payee, day)
            found = next((d for d in plan.draws if d.id == draw), None) if plan else None
            if found:
                return found
        return None

    def draw(self, month: date, owed: Counter[str], promised: Counter[str]) -> None:
        versions = [plan for plan in self.book.plans if plan.id == self.plan_id]
        for name in sorted({draw.id for plan in versions for draw in plan.draws}):
            draw = self.draw_terms(name, month)
            if draw:
                self.draw_one(draw, month, owed, promised)

    def draw_one(self, draw: Draw, month: date, owed: Counter[str], promised: Counter[str]) -> None:
        earned, amount = self.amounts[month], self.drawn(draw.id, month)
        owes = draw.kind in OWED
        forgiven = self.day_of(draw, draw.forgiven_on, draw.forgiven_after)
        if draw.kind == "recoverable_then_forgiven" and forgiven and month_of(forgiven) <= month:
            owes = False
            if owed[draw.id]:
                owed[draw.id] = 0
                self.enter(month, "draw_forgiven", 0, draw.id, "forgiven", balance=0)
        short = amount - earned
        if draw.kind == "guarantee" and amount:
            promised[draw.id] += short
            short = promised[draw.id]
            promised[draw.id] = min(0, short)
        if amount and short > 0:
            owed[draw.id] += short if owes else 0
            reason = (
                "below_guarantee" if draw.kind == "guarantee" else "below_draw" if owes else "below_draw_kept"
            )
            balance = owed[draw.id] if draw.kind in OWED else None
            self.enter(month, "draw", short, draw.id, reason, balance=balance)
        else:
            start = self.day_of(draw, draw.recovery_starts, draw.recovery_after)
            back = min(owed[draw.id], max(0, earned - amount))
            if back and (start is None or month_of(start) <= month):
                owed[draw.id] -= back
                self.enter(month, "draw_recovered", -back, draw.id, "above_draw", balance=owed[draw.id])
        if owed[draw.id] and month == self.left() and draw.on_leaving != "keep":
            back, owed[draw.id] = owed[draw.id], 0
            if draw.on_leaving == "forgive":
                self.enter(month, "draw_forgiven", 0, draw.id, "left", balance=0)
            else:
                self.enter(month, "draw_recovered", -back, draw.id, "left", balance=0)

    def running(self, name: str, month: date) -> list[tuple[Draw, Fraction]]:
        """For each day of a month on which a draw runs: its terms, and what a whole month is worth."""
        found: list[tuple[Draw, Fraction]] = []
        if month > self.as_of:
            return found  # an open line may lie there, but no draw does yet
        for day in self.naive.days(self.plan_id, self.payee, month, add_months(month, 1)):
            plan = self.naive.plan_on(self.plan_id, self.payee, day)
            draw = next((d for d in plan.draws if d.id == name), None) if plan else None
            if plan is None or draw is None or not (draw.from_ or date.min) <= day < (draw.to or date.max):
                continue
            period = self.book.company.calendar.period_of(month, "month")
            joined = self.naive._joined(plan, self.payee, period)
            if draw.months is not None and day >= add_months_to(joined, draw.months):
                continue
            stint = self.naive.stint(self.payee, day)
            assert stint
            whole = Fraction(stint["target_incentive"] or 0) / 12 * Fraction(draw.of_incentive or 0)
            if draw.amount is not None:
                whole = Fraction(to_minor(draw.amount, self.book.company.digits))
            found.append((draw, whole))
        return found

    def drawn(self, name: str, month: date) -> int:
        """What a draw comes to in a month; 0 where it does not run."""
        days = self.running(name, month)
        if not days:
            return 0
        draw, whole = days[-1]
        if draw.prorate == "none":
            return round_half_away(whole)
        return round_half_away(sum((w for _, w in days), Fraction(0)) / (add_months(month, 1) - month).days)

    def day_of(self, draw: Draw, day: date | None, after: int | None) -> date | None:
        """The month of a day that is given, or so many months after the payee's draw began."""
        if day or after is None:
            return day
        began = (month for month in self.months() if self.running(draw.id, month))
        first = next(began, None)
        return None if first is None else add_months(first, after)

    # ------------------------------------------------------------ below zero

    def below_zero(self, month: date, carried: int) -> int:
        plan = self.terms(month)
        terms = plan.below_zero if plan else BelowZero()
        pay = self.amounts[month]
        if pay < 0 and terms.way == "carry":
            carried -= pay
            self.enter(month, "carried", -pay, "", "below_zero", balance=carried)
        elif carried and pay > 0:
            most = round_half_away(Fraction(terms.share) * pay)
            least = to_minor(terms.minimum_pay, self.book.company.digits)
            back = min(carried, most, max(0, pay - least))
            if back:
                carried -= back
                self.enter(month, "carried_recovered", -back, "", "later_pay", balance=carried)
        if carried and month == self.left() and terms.on_leaving != "keep":
            back, carried = carried, 0
            if terms.on_leaving == "forgive":
                self.enter(month, "carried_forgiven", 0, "", "left", balance=0)
            else:
                self.enter(month, "carried_recovered", -back, "", "left", balance=0)
        return carried


def paid_on(deal: Row) -> Fraction:
    """What a deal pays on: what it counts, or what takes its place, times its factor."""
    on = Fraction(deal["credit"] if deal["paid_on"] is None else deal["paid_on"])
    return on if deal["factor"] is None else on * Fraction(deal["factor"], MILLION)


def add_months_to(day: date, number: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    first = add_months(month_of(day), number)
    return min(first + DAY * (day.day - 1), add_months(first, 1) - DAY)


def completed_months(start: date, end: date) -> int:
    """Months completed from one day to another: on the same day, or the last one of a shorter month."""
    number = 0
    while add_months_to(start, number + 1) <= end:
        number += 1
    return number


def naive_entries(book: Book, result: RunResult) -> list[Entry]:
    """Every adjustment of a run, worked out from its lines and their parts."""
    naive = Naive(book, result.plan_set)
    lines: dict[tuple[str, str], list[Row]] = defaultdict(list)
    parts: dict[int, list[Row]] = defaultdict(list)
    for line in result.lines.to_pylist():
        lines[line["payee_id"], line["plan_id"]].append(line)
    for part in result.parts.to_pylist():
        parts[part["line_id"]].append(part)
    corrections: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in sorted(naive.table("adjustments"), key=lambda r: (r["adjusted_on"], r["adjustment_id"])):
        if month_of(row["adjusted_on"]) <= month_of(book.company.as_of) and row["payee_id"] in naive.rows:
            corrections[row["payee_id"], account_of(naive, row)].append(row)
    accounts = {*lines, *corrections}
    for plan in book.plans:
        for payee in naive.rows:
            if result.plan_set in plan.sets and naive.days(
                plan.id, payee, date(2023, 1, 1), book.company.as_of + DAY
            ):
                accounts.add((payee, plan.id))
    found = []
    for payee, plan_id in sorted(accounts):
        key = (payee, plan_id)
        found += Books(naive, result, payee, plan_id, lines[key], corrections[key], parts).work_out()
    return found


def account_of(naive: Naive, row: Row) -> str:
    """The plan on whose account a correction stands: one that the payee is on that day, else the last one
    before it, else the first after it."""
    plans = sorted({plan.id for plan in naive.book.plans if naive.plan_set in plan.sets})
    reach: list[tuple[int, int, str]] = []
    for plan in plans:
        days = naive.days(plan, row["payee_id"], date(2023, 1, 1), date(2028, 1, 1))
        before = [day for day in days if day <= row["adjusted_on"]]
        if before:
            reach.append((0, (row["adjusted_on"] - before[-1]).days, plan))
        elif days:
            reach.append((1, (days[0] - row["adjusted_on"]).days, plan))
    return min(reach)[2] if reach else ""


def differing_entries(book: Book, result: RunResult) -> dict[tuple[object, ...], object]:
    """Entries that the two calculators do not agree on: (expected, found), how often each."""
    names = ("payee_id", "plan_id", "period", "kind", "component_id", "cause", "amount", "balance", "reason")
    rows = [tuple(row[name] for name in names) for row in result.adjustments.to_pylist()]
    found = Counter(row if row[3] not in ("held", "released") else (*row[:7], None, row[8]) for row in rows)
    expected = Counter(naive_entries(book, result))
    every = sorted(found.keys() | expected.keys(), key=str)
    return {key: (expected[key], found[key]) for key in every if expected[key] != found[key]}

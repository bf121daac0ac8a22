"""Feeds: what each input of a cell sums up, as deals by day or totals by month, made once and shared."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

import pyarrow as pa

from revplan.engine.duck import Session
from revplan.formula.sql import whole
from revplan.issues import Issue
from revplan.metrics.facts import create_facts, fiscal_period
from revplan.metrics.left_out import Converted, left_out
from revplan.metrics.measures import Measure, measure_of
from revplan.metrics.retention import create_ratio, windows_table
from revplan.metrics.traits import create_traits, money_column
from revplan.model.book import Company
from revplan.model.credit import Credit
from revplan.model.deals import Deals
from revplan.model.plan import Component, Counted
from revplan.money import to_minor
from revplan.periods import Grain
from revplan.rules.credit import create_credits
from revplan.rules.payable import Payable, payable_of
from revplan.rules.quotas import months_between
from revplan.rules.refunds import with_refunds
from revplan.rules.which import condition, names_table

Level = Literal["company", "team", "payee"]

Window = tuple[date, date]
"""Its first day, and the day after its last."""


@dataclass(frozen=True)
class Scope:
    """Which deals a feed takes: for whom, and, for payees on a plan, only while they are on it.

    `plan` is the number of the plan whose gaps are left out; −1 takes a payee's credits on any day, or,
    `employed`, on the days on which the payee was in a team, as the team's own credits do. `per` is the
    period in which `deals.at_most` counts. With `refunds` a cancellation counts as a negative deal, and
    with `payable` each deal says what it pays on.
    """

    level: Level
    plan: int = -1
    employed: bool = False
    deals: Deals = field(default_factory=Deals)
    per: Grain = "month"
    refunds: bool = False
    payable: Payable | None = None


class Feeds:
    """Facts, credits and totals of one run, each made when first asked for.

    Needs the tables of `bind_tables` and `people_tables`. `gaps` (plan number, payee, start, end) says
    when somebody was off a plan. Temporary tables count up; the same question gets the same name.
    """

    def __init__(
        self, session: Session, company: Company, gaps: Sequence[tuple[int, str, date, date]] = ()
    ) -> None:
        self.session = session
        self.company = company
        self.issues: list[Issue] = []
        self._converted: list[Converted] = []
        self.credits: dict[tuple[Measure, Credit, str], str] = {}
        self._facts: dict[tuple[Measure, str], str] = {}
        self._traits: dict[tuple[Measure, str, bool], str] = {}
        self._named = 0
        self._totals: dict[tuple[Measure, Credit, Scope, str], str] = {}
        self._sums: dict[tuple[str, frozenset[Window]], str] = {}
        self._ratios = 0
        self._plans_with_gaps = {plan for plan, _, _, _ in gaps}
        session.bind("gaps", _gaps_table(gaps))

    def measure(self, name: str) -> Measure:
        """The measure of that name in this company."""
        return measure_of(self.company, name)

    def facts(self, measure: Measure, fx_rate: str) -> str:
        """The table of a measure's facts."""
        key = (measure, fx_rate)
        if key not in self._facts:
            name = f"facts_{len(self._facts)}"
            made = create_facts(self.session, name, measure, self.company, fx_rate)
            self._converted += [made] if made else []
            self._facts[key] = name
        return self._facts[key]

    def left_out(self) -> list[Issue]:
        """What no figure counts, of all facts made so far."""
        return left_out(self.session, self._converted, self.company.currency)

    def credited(self, measure: Measure, credit: Credit, fx_rate: str) -> str:
        """The table of a measure's credits by a rule."""
        key = (measure, credit.as_used(), fx_rate)
        if key not in self.credits:
            facts = self.facts(measure, fx_rate)
            name = f"credits_{len(self.credits)}"
            create_credits(self.session, name, facts, credit)
            self.credits[key] = name
        return self.credits[key]

    def deals(self, counted: Counted, scope: Scope, fx_rate: str) -> str:
        """SELECT of who, transaction_id, opportunity_id, account_id, on_date, credit.

        `who` is the payee, the team or "" for the company. A company's deals come straight from the
        measure, each once; a team's are its members' credits on each transaction, added. Where the
        scope has a payable, a deal pays on `paid` × `factor` (in parts of the payable's unit).
        """
        measure, payable = self.measure(counted.measure), scope.payable
        rows = self._meant(self._credited_to(measure, counted, scope, fx_rate), scope, measure, fx_rate)
        cut, kept = [], []
        if payable:
            rows, kept = self._with_factor(rows, payable, measure, fx_rate), ["factor"]
            if payable.measure is not None:
                other = self._credited_to(self.measure(payable.measure), counted, scope, fx_rate)
                rows, cut = _beside(rows, other), ["paid"]
        if scope.refunds:  # of the deals that are meant, since a refund has no traits of its own
            rows = with_refunds(rows, measure, cut, kept)
        if scope.level == "payee" and scope.plan in self._plans_with_gaps:
            rows = f"""
                SELECT c.* FROM ({rows}) AS c WHERE NOT EXISTS (
                    SELECT 1 FROM gaps AS g WHERE g.plan = {scope.plan} AND g.payee_id = c.who
                        AND c.on_date >= g.starts_on AND c.on_date < g.ends_on)"""
        rows = self._limited(rows, scope, measure, [*cut, *kept])
        if payable and not cut:
            rows = f"SELECT *, credit AS paid FROM ({rows}) AS own"
        return rows

    def _credited_to(self, measure: Measure, counted: Counted, scope: Scope, fx_rate: str) -> str:
        """SELECT of a measure's deals by whom they count for, without conditions and limits."""
        columns = "transaction_id, opportunity_id, account_id, on_date"
        if scope.level == "company":
            return f"SELECT '' AS who, {columns}, amount AS credit FROM {self.facts(measure, fx_rate)}"
        if scope.level == "team":
            # A manager's roll-up repeats what the members were credited with, so it stays out.
            direct = counted.credit.model_copy(update={"roll_up": False})
            return f"""
                SELECT team_id AS who, {columns}, CAST(sum(credit) AS HUGEINT) AS credit
                FROM {self.credited(measure, direct, fx_rate)} GROUP BY team_id, {columns}"""
        credits = self.credited(measure, counted.credit, fx_rate)
        rows = f"SELECT payee_id AS who, {columns}, credit FROM {credits}"
        return f"{rows} WHERE team_id <> ''" if scope.employed else rows

    def totals(self, counted: Counted, scope: Scope, fx_rate: str) -> str:
        """The table who, month, n, deals (their number) of a sum measure; where the scope has a payable,
        what they pay on as p, and as paid without its factors."""
        key = (self.measure(counted.measure), counted.credit.as_used(), scope, fx_rate)
        if key not in self._totals:
            deals = self.deals(counted, scope, fx_rate)
            name = f"totals_{len(self._totals)}"
            sums = {"n": "credit"} | ({"p": "paid * factor", "paid": "paid"} if scope.payable else {})
            summed = ", ".join(f"CAST(sum({each}) AS HUGEINT) AS {column}" for column, each in sums.items())
            self.session.create(
                name,
                f"""
                SELECT who, date_trunc('month', on_date) AS month, {summed}, count(*) AS deals
                FROM ({deals}) AS d GROUP BY who, date_trunc('month', on_date)""",
            )
            self._totals[key] = name
        return self._totals[key]

    def sums(self, counted: Counted, scope: Scope, windows: Set[Window], fx_rate: str) -> str:
        """The table who, window_start, window_end of a sum measure over windows of whole months, with the
        other columns of `totals`."""
        totals = self.totals(counted, scope, fx_rate)
        key = (totals, frozenset(windows))
        if key not in self._sums:
            name = f"sums_{len(self._sums)}"
            columns = ("n", *(("p", "paid") if scope.payable else ()), "deals")
            summed = ", ".join(f"CAST(sum(t.{column}) AS HUGEINT) AS {column}" for column in columns)
            self.session.bind("window_months", _window_months(windows))
            self.session.create(
                name,
                f"""
                SELECT t.who, w.window_start, w.window_end, {summed}
                FROM {totals} AS t JOIN window_months AS w ON w.month = t.month
                GROUP BY t.who, w.window_start, w.window_end""",
            )
            self._sums[key] = name
        return self._sums[key]

    def ratio(self, counted: Counted, level: Level, windows: Set[Window], fx_rate: str) -> str:
        """The table who, window_start, window_end, n, d of a ratio for those windows [start, end)."""
        name = f"ratio_{self._ratios}"
        self._ratios += 1
        self.bind_windows(windows)
        measure = self.measure(counted.measure)
        contracted = (
            self.facts(self.measure("contracted_arr"), fx_rate) if measure.kind == "retention" else ""
        )
        create_ratio(self.session, name, measure, contracted)
        self.session.create(
            f"{name}_totals",
            f"""
            SELECT who, window_start, window_end, CAST(sum(n) AS HUGEINT) AS n, CAST(sum(d) AS HUGEINT) AS d
            FROM ({self.whose(f"SELECT * FROM {name}", counted, level)}) AS r
            GROUP BY who, window_start, window_end""",
        )
        return f"{name}_totals"

    def bind_windows(self, windows: Set[Window]) -> None:
        """Make the table `windows` that ratios read, with the days that each opens and closes on."""
        self.session.bind("windows", windows_table(windows, self.company.as_of))

    def whose(self, parts: str, counted: Counted, level: Level) -> str:
        """SELECT of `who` and the parts of a ratio (payee_id, window_start, window_end, …): each part is its
        payee's, that of the payee's team at the window's close, or the company's."""
        rows = f"""
            SELECT r.*, w.closes_on FROM ({parts}) AS r
            JOIN windows AS w ON w.window_start = r.window_start AND w.window_end = r.window_end"""
        at_close = "AND r.closes_on >= {0}.starts_on AND r.closes_on < {0}.ends_on"
        if level == "team":
            return f"""
                SELECT t.team_id AS who, r.* FROM ({rows}) AS r
                JOIN teams_at AS t ON t.payee_id = r.payee_id {at_close.format("t")}"""
        who = "payee_id" if level == "payee" else "''"
        own = f"SELECT {who} AS who, r.* FROM ({rows}) AS r"
        below = f"""
            SELECT a.manager_id AS who, r.* FROM ({rows}) AS r
            JOIN above AS a ON a.payee_id = r.payee_id {at_close.format("a")}"""
        rolls_up = level == "payee" and counted.credit.roll_up
        return f"{own} UNION ALL {below}" if rolls_up else own

    def traits(self, measure: Measure, fx_rate: str, *, with_amount: bool) -> str:
        """The table of the traits of a measure's deals; their amounts only when asked for."""
        key = (measure, fx_rate, with_amount)
        if key not in self._traits:
            facts, amounts = self.facts(measure, fx_rate), None
            column = money_column(measure.definition.table) if measure.definition else None
            if with_amount and measure.definition and column is not None:
                as_it_is = {"minus": (), "factors": (), "take": "sum", "at_least": None, "at_most": None}
                worth = measure.definition.model_copy(update={"id": "worth", "plus": (column,), **as_it_is})
                amounts = self.facts(replace(measure, name="worth", unit="money", definition=worth), fx_rate)
            name = f"traits_{len(self._traits)}"
            create_traits(self.session, name, measure, facts, amounts)
            self._traits[key] = name
        return self._traits[key]

    def _meant(self, rows: str, scope: Scope, measure: Measure, fx_rate: str) -> str:
        """Only the deals that are meant."""
        only = scope.deals.only
        if only.says_nothing:
            return rows
        names = f"names_{self._named}"
        self._named += 1
        self.session.bind(names, names_table([only]))
        traits = self.traits(measure, fx_rate, with_amount=only.min_amount is not None)
        return f"""
            SELECT r.* FROM ({rows}) AS r JOIN {traits} AS t ON t.transaction_id = r.transaction_id
            WHERE {condition(only, 0, names, self.company.digits)}"""

    def _with_factor(self, rows: str, payable: Payable, measure: Measure, fx_rate: str) -> str:
        """The deals with the factor of the first of the payable's keys that each meets."""
        keys = [which for which, _ in payable.keys]
        if not keys:
            return f"SELECT *, {whole(payable.otherwise)} AS factor FROM ({rows}) AS r"
        names = f"names_{self._named}"
        self._named += 1
        self.session.bind(names, names_table(keys))
        with_amount = any(which.min_amount is not None for which in keys)
        traits = self.traits(measure, fx_rate, with_amount=with_amount)
        whens = (
            f"WHEN {condition(which, number, names, self.company.digits)} THEN {whole(factor)}"
            for number, (which, factor) in enumerate(payable.keys)
        )
        return f"""
            SELECT r.*, CASE {" ".join(whens)} ELSE {whole(payable.otherwise)} END AS factor
            FROM ({rows}) AS r LEFT JOIN {traits} AS t ON t.transaction_id = r.transaction_id"""

    def _limited(self, rows: str, scope: Scope, measure: Measure, others: Sequence[str]) -> str:
        """Deals without those below the minimum and beyond the number; cut to the cap, on either side of
        zero. `others` are further columns, which stay."""
        deals = scope.deals
        named = ("who", "transaction_id", "opportunity_id", "account_id", "on_date", *others)
        columns = ", ".join(named)
        digits = self.company.digits if measure.unit == "money" else 6
        if deals.minimum_credit is not None:
            minimum = whole(to_minor(deals.minimum_credit, digits))
            rows = f"SELECT * FROM ({rows}) AS unlimited WHERE abs(credit) >= {minimum}"
        if deals.at_most is not None:
            rows = f"""
                SELECT {columns}, credit FROM (
                    SELECT *, row_number() OVER (
                        PARTITION BY who, credit < 0, {fiscal_period("on_date", scope.per, self.company)}
                        ORDER BY on_date, transaction_id
                    ) AS turn
                    FROM ({rows}) AS unnumbered
                ) AS numbered
                WHERE turn <= {deals.at_most}"""
        if deals.credit_cap is not None:
            cap = whole(to_minor(deals.credit_cap, digits))
            rows = f"""
                SELECT {columns},
                    CASE WHEN credit > {cap} THEN {cap} WHEN credit < -{cap} THEN -{cap} ELSE credit
                    END AS credit
                FROM ({rows}) AS uncapped"""
        return rows


def _beside(rows: str, other: str) -> str:
    """The deals with `paid`, what somebody is credited with of another measure on the same transaction."""
    return f"""
        SELECT r.*, coalesce(o.credit, {whole(0)}) AS paid
        FROM ({rows}) AS r
        LEFT JOIN ({other}) AS o ON o.who = r.who AND o.transaction_id = r.transaction_id"""


def level_of(owner: str) -> Level:
    """company, team or payee, from an owner as in targets."""
    kind = owner.partition(":")[0]
    return "team" if kind == "team" else "payee" if kind == "payee" else "company"


def scope_of(component: Component, counted: Counted, owner: str, plan: int, *, in_segment: bool) -> Scope:
    """The scope of one input of a component. Limits per deal act on the component's own input, refunds on
    all of its inputs; a segment counts the deals of its own days, whoever is eligible."""
    deals = component.deals if counted is component else Deals()
    on_plan = counted.scope == "own" and (component.eligibility == "at_transaction" or in_segment)
    per = component.per or component.measured_per if deals.at_most else "month"
    refunds = component.on_cancel == "recompute"
    payable = payable_of(component) if counted is component else None
    return Scope(
        level_of(owner), plan if on_plan else -1, deals=deals, per=per, refunds=refunds, payable=payable
    )


def _gaps_table(gaps: Sequence[tuple[int, str, date, date]]) -> pa.Table:
    return pa.table(
        {
            "plan": pa.array([plan for plan, _, _, _ in gaps], pa.int64()),
            "payee_id": pa.array([payee_id for _, payee_id, _, _ in gaps], pa.string()),
            "starts_on": pa.array([start for _, _, start, _ in gaps], pa.date32()),
            "ends_on": pa.array([end for _, _, _, end in gaps], pa.date32()),
        }
    )


def _window_months(windows: Set[Window]) -> pa.Table:
    """A row for each month of each window."""
    rows = [(start, end, month) for start, end in sorted(windows) for month in months_between(start, end)]
    names = ("window_start", "window_end", "month")
    return pa.table({name: pa.array([row[i] for row in rows], pa.date32()) for i, name in enumerate(names)})

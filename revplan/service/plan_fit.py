"""A component paid in another way, or read by another thing: its numbers follow, as a typical person is paid.

A table says different things by way and input: 1.5 is a multiple of an incentive, a rate of 8% holds for an
amount, a pool is one amount for everybody. Left as they are, a pool would begin at 1.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import median_low
from typing import Any

from revplan.access import Viewer
from revplan.metrics.measures import Measure
from revplan.model.plan import Plan
from revplan.model.record_text import number_text, read_document
from revplan.money import MILLION
from revplan.periods import MONTHS
from revplan.rules.typical import Ground, latest
from revplan.service import plans
from revplan.service.table_kinds import ROWS, as_kind, first_value

Document = dict[str, Any]

EXAMPLE_AMOUNT = 100_000
EXAMPLE_COUNT = 100
EXAMPLE_INCENTIVE = 10_000
_PLACES = 2
"""Significant digits to which what follows is rounded: a suggestion, not a calculation."""


@dataclass(frozen=True)
class Size:
    """What is typical where a component stands, in major units.

    `input`: where its table's input is at target (1 for attainment and ratios). `base`: how much money 1 of
    the table is. `people`: how many share a pool.
    """

    input: Fraction
    base: Fraction
    people: int

    @property
    def at(self) -> Fraction:
        """The input at target as a round threshold."""
        return self.input if self.input == 1 else Fraction(Decimal(_text(self.input)))


def size_of(viewer: Viewer, plan: Document, component: Document) -> Size:
    """The typical size of a component (a document) of a plan that may not be readable yet.

    CRO and finance only.
    """
    ground = plans.ground(viewer)
    known, _ = read_document(Plan, plan | {"component": [component]})
    return _size(ground, known, component)


def refitted(viewer: Viewer, plan: Document, before: Document, after: Document) -> Document:
    """`after`, with the numbers of `before` turned into its own way of paying and its own input.

    Nothing is touched where both say the same with their numbers. Otherwise thresholds, rates, amounts,
    floor and cap become what pays a typical person as much at the same place, to two digits; a rate table
    becomes of a kind that suits the way. CRO and finance only.
    """
    ground = plans.ground(viewer)
    if _says(ground, before) == _says(ground, after):
        return after
    after = _with_weight(plan, before, _with_target(ground, after))
    known = [read_document(Plan, plan | {"component": [each]})[0] for each in (before, after)]
    old, new = (_size(ground, each, part) for each, part in zip(known, (before, after), strict=True))
    moved = _Moved(before, after, old, new)
    made = after | {"table": moved.table(before["table"])}
    if before.get("when"):
        made["when"] = [each | {"table": moved.table(each["table"])} for each in before["when"]]
    for name in ("floor", "cap"):
        if before.get(name):
            made[name] = moved.limit(before[name])
    return made


@dataclass(frozen=True)
class _Moved:
    """From one way and input to another."""

    before: Document
    after: Document
    old: Size
    new: Size

    @property
    def people(self) -> Fraction:
        """A pool is for all who share it."""
        ways = (self.before["pays"]["way"], self.after["pays"]["way"])
        if ways[0] == ways[1]:
            return Fraction(1)
        return Fraction(
            self.new.people if ways[1] == "pool" else 1, self.old.people if ways[0] == "pool" else 1
        )

    def table(self, table: Document) -> Document:
        """The table, its thresholds and values moved; of a kind that suits the way."""
        wide = self.new.input / self.old.input
        worth = self.people * self.old.base / self.new.base
        way, kind = self.after["pays"]["way"], str(table.get("kind"))
        if kind == "keyed" and way != "rate":
            table, kind = as_kind(table, "marginal"), "marginal"
        if kind not in ROWS:
            return table
        rows, x, y = ROWS[kind]
        rate = y == "rate"
        made = table | {rows: [_row(row, x, y, wide, worth / wide if rate else worth) for row in table[rows]]}
        if "above" in table:
            made["above"] = _rounded(table["above"], wide)
        at = self.new.at
        of_pool = way == "pool" and _reads(self.after) == "amount" and rate
        if way in ("fixed", "pool") and rate and not of_pool:
            return as_kind(made, "steps", at)
        if way == "rate" and not rate:
            return _one_rate(made, at) if kind == "steps" else as_kind(made, "marginal", at)
        return made

    def limit(self, limit: Document) -> Document | None:
        """A floor or cap: a multiple of the incentive becomes an amount where there is no incentive."""
        if self.after["pays"]["way"] == "incentive" or limit.get("of_incentive") is None:
            return limit
        amount = Fraction(Decimal(str(limit["of_incentive"]))) * self.old.base * self.people
        amount += Fraction(Decimal(str(limit.get("amount") or 0))) * self.people
        return {"amount": _text(amount)}


def _one_rate(table: Document, at: Fraction) -> Document:
    """From steps to a rate: what the first step pays, for each unit up to it."""
    start, paid = first_value(table) or (at, at)
    return {"kind": "marginal", "tiers": [{"from": "0", "rate": _text(paid / (start or at))}]}


def _row(row: Document, x: str, y: str, wide: Fraction, worth: Fraction) -> Document:
    made = {name: _rounded(value, wide) for name, value in row.items() if name != y and value is not None}
    return made | ({y: _rounded(row[y], worth)} if row.get(y) is not None else {})


# ---------------------------------------------------------------- what is typical


def _says(ground: Ground, component: Document) -> tuple[str, str, str]:
    """What the numbers of its table mean."""
    return component["pays"]["way"], _reads(component), _unit(ground, component)


def _reads(component: Document) -> str:
    """attainment, value, or amount (growth is one, too)."""
    now = str(component.get("input", "attainment"))
    return "amount" if now == "growth" else now


def _unit(ground: Ground, component: Document) -> str:
    measure = _measure(ground, component)
    return measure.unit if measure else "money"


def _measure(ground: Ground, component: Document) -> Measure | None:
    return ground.measure(str(component.get("measure", "")))


def _size(ground: Ground, plan: Plan | None, component: Document) -> Size:
    digits, unit = ground.book.company.digits, _unit(ground, component)
    part = plan.components[0] if plan else None
    one = 10**digits if unit == "money" else MILLION
    quota = ground.typical_quota(plan, part) if plan and part and part.target else None
    example = {"money": EXAMPLE_AMOUNT, "count": EXAMPLE_COUNT}.get(unit, 1)
    amount = Fraction(quota, one) if quota else Fraction(example)
    people = latest(ground.covered(plan)) if plan else []
    way, reads = component["pays"]["way"], _reads(component)
    base = Fraction(1)
    if way == "incentive":
        base = _incentive(ground, plan, component)
    elif way == "rate" and reads == "attainment":
        base = amount
    return Size(amount if reads == "amount" else Fraction(1), base, max(len(people), 1))


def _incentive(ground: Ground, plan: Plan | None, component: Document) -> Fraction:
    """The typical weighted target incentive of a measured period, in major units."""
    found = [s.incentive for s in latest(ground.covered(plan)) if s.incentive > 0] if plan else []
    if not found:
        return Fraction(EXAMPLE_INCENTIVE)
    months = MONTHS[component.get("measured_per", "quarter")]
    weight = Fraction(Decimal(str(component["pays"].get("weight") or 1))) or Fraction(1)
    return Fraction(median_low(found), 10**ground.book.company.digits) * months / 12 * weight


def _with_target(ground: Ground, component: Document) -> Document:
    """A share of target incentive is read by attainment of a target of what is counted, if there is one."""
    measure = _measure(ground, component)
    if component["pays"]["way"] != "incentive" or component.get("target") or measure is None:
        return component
    if measure.unit == "ratio":
        return component
    found = [t for t in ground.book.targets if t.measure == measure.name]
    best = next(iter(sorted(found, key=lambda target: not target.shared_with)), None)
    return component | {"target": best.id, "input": "attainment"} if best else component


def _with_weight(plan: Document, before: Document, after: Document) -> Document:
    """What comes to be a share of target incentive takes what the plan's other components leave of it."""
    if after["pays"]["way"] != "incentive" or before["pays"]["way"] == "incentive":
        return after
    others = [part["pays"] for part in plan.get("component", []) if part.get("id") != after.get("id")]
    taken = sum(Decimal(str(pays.get("weight") or 0)) for pays in others if pays["way"] == "incentive")
    left = Decimal(1) - taken if 0 < taken < 1 else Decimal(1)
    return after | {"pays": {"way": "incentive", "weight": number_text(left)}}


# ---------------------------------------------------------------- numbers


def _rounded(value: Any, factor: Fraction) -> Any:
    """The number times a factor, to two significant digits; as it is where the factor is 1."""
    return value if factor == 1 else _text(Fraction(Decimal(str(value))) * factor)


def _text(value: Fraction) -> str:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    if not exact:
        return "0"
    return number_text(exact.quantize(Decimal((0, (1,), exact.adjusted() - _PLACES + 1))))

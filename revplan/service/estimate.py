"""What would the next deal pay? The same engine, run with one thing more, for one payee."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from revplan.access import AccessDenied, Scope, Viewer
from revplan.metrics.measures import Measure, measure_of
from revplan.model.adjustments import Booked
from revplan.model.book import Book
from revplan.model.credit import Credit
from revplan.model.deals import Which
from revplan.model.plan import Component, Keyed, Plan
from revplan.model.results import Unit
from revplan.rules.cells import counted_of
from revplan.rules.check.which import products, segments
from revplan.rules.explain.hypothetical import PLAIN, can_add
from revplan.rules.explain.hypothetical import Traits as Traits  # the page makes them
from revplan.rules.explain.what_if import MOST_THINGS as MOST_THINGS  # the page bounds its entries by it
from revplan.rules.explain.what_if import Fact, Ground, ground_of
from revplan.rules.explain.what_if import needed as least_amount
from revplan.rules.people import Span, spans, stints
from revplan.service import workspace
from revplan.service.once import Once
from revplan.service.workspace import scoped
from revplan.words.deal_words import KINDS

MOVED = pa.schema(
    [
        ("component_name", pa.string()),
        ("period", pa.string()),
        ("before", pa.int64()),
        ("after", pa.int64()),
        ("difference", pa.int64()),
    ]
)
"""A line that moves, in minor units."""


@dataclass(frozen=True)
class Offer:
    """Something that the payee's plans count, and of which there could be one more."""

    measure: str
    unit: Unit
    credit: Credit


@dataclass(frozen=True)
class Choices:
    """What can be asked: of what, on which day ([first, last], both included; `on` to begin with).
    `own_measures` are the names of the company's own; `adjusted` says that something acts on the finished
    lines: a draw, a clawback, pay that is held."""

    offers: tuple[Offer, ...]
    first: date
    last: date
    on: date
    currency: str
    digits: int
    own_measures: dict[str, str]
    adjusted: bool
    traits: "Telling"


@dataclass(frozen=True)
class Telling:
    """What of a deal makes a difference to what it counts or pays: names to choose from, and whether its
    term and its discount do."""

    products: tuple[str, ...]
    segments: tuple[str, ...]
    kinds: tuple[str, ...]
    term: bool
    discount: bool


@dataclass(frozen=True)
class Estimate:
    """What one thing more would pay: pay of the periods that move, before and after, and their lines.

    `paid` is by how much the statements up to the day change, after draws, clawbacks and held pay.
    """

    before: int
    after: int
    lines: pa.Table  # MOVED
    paid: int

    @property
    def gain(self) -> int:
        """What it pays more, in minor units."""
        return self.after - self.before


_grounds: Once[Ground] = Once(32)


def choices(viewer: Viewer, plan_set: str, payee_id: str) -> Choices:
    """What may be asked about a payee: what the plans that pay the payee now count. No offers without a plan.

    Raises AccessDenied for a payee whom the viewer does not see now, KeyError for an unknown plan set.
    """
    opened = workspace.current()
    book = opened.book()
    _require_seen(book, opened.scope(viewer), payee_id)
    if plan_set not in book.plan_sets():
        raise KeyError(plan_set)
    company = book.company
    period = company.calendar.period_of(company.as_of, "quarter")
    year = company.calendar.period_of(company.as_of, "year")
    on = _on_plans(book, plan_set, payee_id)
    return Choices(
        offers=tuple(_offers(book, on)),
        first=period.start,
        last=year.end - timedelta(days=1),
        on=company.as_of,
        currency=company.currency,
        digits=company.digits,
        own_measures={own.id: own.name for own in company.measures},
        adjusted=any(_is_adjusted(span.plan) for span in on),
        traits=_telling(book, on),
    )


def estimate(
    viewer: Viewer,
    plan_set: str,
    payee_id: str,
    offer: Offer,
    amount: int,
    on: date,
    traits: Traits = PLAIN,
) -> Estimate:
    """What `amount` more on a day would pay the payee: minor units of money, or so many things.

    Both sides count facts up to that day. Raises as `choices`, ValueError for an amount that is not above 0
    or too many things.
    """
    if amount <= 0 or (offer.unit != "money" and amount > MOST_THINGS):
        raise ValueError(f"{amount} of {offer.measure}")
    ground, scope = _ground(viewer, plan_set, payee_id, offer, on, traits)
    sides = ground.base, ground.with_fact(amount)
    before, after = (scoped(side.lines, scope) for side in sides)
    paid = [_paid(scoped(side.statements, scope)) for side in sides]
    return _between(before, after, paid[1] - paid[0])


def needed(
    viewer: Viewer, plan_set: str, payee_id: str, offer: Offer, earn: int, on: date, traits: Traits = PLAIN
) -> int | None:
    """How much more on a day pays at least `earn` minor units more; None where no amount does. Raises as
    `choices`, ValueError for a pay that is not above 0."""
    if earn <= 0:
        raise ValueError(f"nothing is needed to earn {earn}")
    ground, _ = _ground(viewer, plan_set, payee_id, offer, on, traits)
    return least_amount(ground, earn)


def _ground(
    viewer: Viewer, plan_set: str, payee_id: str, offer: Offer, on: date, traits: Traits
) -> tuple[Ground, Scope]:
    opened = workspace.current()
    (book, key), scope = opened.book_and_key(), opened.scope(viewer)
    _require_seen(book, scope, payee_id, on)
    if plan_set not in book.plan_sets():
        raise KeyError(plan_set)
    opened.log_access(viewer, f"what more would pay {payee_id} under {plan_set}")
    fact = Fact(payee_id, offer.measure, offer.credit, on, traits)

    def make() -> Ground:
        return ground_of(book, plan_set, fact, lambda: opened.run(plan_set))

    return _grounds.get((key, plan_set, fact), make), scope


def _require_seen(book: Book, scope: Scope, payee_id: str, on: date | None = None) -> None:
    """A lead asks about those who are in the own team now, and of a day that is over only if they were."""
    now = book.company.as_of
    roster = stints(_only(book, payee_id))
    for day in {now, min(on or now, now)}:
        then = [s for s in roster if s.start <= day < s.end]
        if not then and day != now:
            continue  # nobody was paid for a day without a job
        if not then or not scope.sees(then[-1].team_id, payee_id):
            raise AccessDenied(payee_id)


def _only(book: Book, payee_id: str) -> Book:
    rows = book.tables["payees"]
    own = rows.filter(pc.equal(rows["payee_id"], payee_id))
    return replace(book, tables={**book.tables, "payees": own})


def _on_plans(book: Book, plan_set: str, payee_id: str) -> list[Span]:
    """On which plans the payee is now."""
    alone, day = _only(book, payee_id), book.company.as_of
    return [span for span in spans(alone, plan_set, stints(alone)) if span.start <= day < span.end]


def _is_adjusted(plan: Plan) -> bool:
    held = any(not isinstance(component.release, Booked) for component in plan.components)
    return held or bool(plan.draws or plan.clawbacks)


def _offers(book: Book, on: list[Span]) -> Iterator[Offer]:
    """Each measure once, by the rule of the first component that counts it for the payee; else of any."""
    found: dict[str, Offer] = {}
    for own in (True, False):
        for component in _components(on):
            for _, counted in counted_of(component):
                measure = _measure(book, counted.measure)
                fits = measure is not None and (counted.scope == "own") == own
                if measure is not None and fits and can_add(measure, book.company):
                    found.setdefault(measure.name, Offer(measure.name, measure.unit, counted.credit))
    yield from found.values()


def _telling(book: Book, on: list[Span]) -> Telling:
    """From what the components that pay the payee say of deals."""
    said: list[Which] = []
    for component in _components(on):
        table = component.table
        said += [component.deals.only, *component.pays_on.factors]
        said += table.rates if isinstance(table, Keyed) else ()

    def named(field: str, known: list[str]) -> tuple[str, ...]:
        asked = {name for which in said for name in getattr(which, field)}
        return tuple(sorted({*asked, *known})) if asked else ()

    return Telling(
        named("products", products(book)),
        named("segments", segments(book)),
        tuple(KINDS) if any(which.kinds for which in said) else (),
        any(which.min_term_months is not None for which in said),
        any(which.max_discount is not None for which in said),
    )


def _components(on: list[Span]) -> Iterator[Component]:
    for span in on:
        yield from span.plan.components


def _measure(book: Book, name: str) -> Measure | None:
    try:
        return measure_of(book.company, name)
    except KeyError:
        return None


def _paid(statements: pa.Table) -> int:
    """What all statements come to."""
    totals = statements.filter(pc.equal(statements["entry"], "total"))
    return sum(totals["amount"].to_pylist())


def _between(before: pa.Table, after: pa.Table, paid: int) -> Estimate:
    """The lines that differ; a line that one side lacks pays 0 there."""
    line = ("plan_id", "component_id", "period", "segment")
    columns = [*line, "component_name", "payout"]
    sides = [
        {tuple(row[name] for name in line): row for row in table.select(columns).to_pylist()}
        for table in (before, after)
    ]
    rows = []
    for key in sorted(sides[0].keys() | sides[1].keys(), key=lambda key: (key[2], key)):
        old, new = (side.get(key) for side in sides)
        pays = (old["payout"] if old else 0, new["payout"] if new else 0)
        known = new or old
        if known and pays[0] != pays[1]:
            rows.append({
                "component_name": known["component_name"], "period": key[2],
                "before": pays[0], "after": pays[1], "difference": pays[1] - pays[0],
            })  # fmt: skip
    lines = pa.Table.from_pylist(rows, MOVED)
    return Estimate(sum(row["before"] for row in rows), sum(row["after"] for row in rows), lines, paid)

"""Components and plans to start from, fitted to the company's own targets."""

import copy
from collections.abc import Iterable
from datetime import date
from typing import Any, Literal, get_args

import pyarrow.compute as pc

from revplan.access import Viewer, require
from revplan.model.book import Book
from revplan.model.plan import Component, Plan
from revplan.model.record_text import to_document
from revplan.model.targets import Target
from revplan.rules.check.pay import VOLUME
from revplan.service import workspace

Template = Literal[
    "shared_revenue", "own_quota", "meetings", "retention", "spiff", "kicker", "override", "pool"
]
__all__ = [
    "TEMPLATES",
    "VOLUME",
    "Template",
    "blank_component",
    "copied_component",
    "new_plan",
    "on_shared_target",
    "shared_target",
]

TEMPLATES: tuple[Template, ...] = get_args(Template)


def blank_component(viewer: Viewer, kind: Template, taken: frozenset[str] = frozenset()) -> Component:
    """A component that is a sensible start: `taken` are ids it may not have.

    shared_revenue: a share of target incentive by how far the company's won revenue is.
    own_quota: a rate on won revenue that rises past the own quota. meetings: money for each meeting held.
    retention: a share of target incentive by net revenue retention. spiff: money for each deal won in the
    quarter of as_of. kicker: a rate on deals of two years or more, or on the largest quarter of the deals
    where none is so long. override: a rate on what everybody below a manager wins. pool: an amount that all
    share when the company reaches its revenue target. CRO and finance only.
    """
    require(viewer, "cro", "finance")
    book = workspace.current().book()
    made = {
        "shared_revenue": _shared_revenue,
        "own_quota": _own_quota,
        "meetings": _meetings,
        "retention": _retention,
        "spiff": _spiff,
        "kicker": _kicker,
        "override": _override,
        "pool": _pool,
    }[kind](book)
    return Component.model_validate(copied_component(made, taken))


def copied_component(component: dict[str, Any], taken: frozenset[str]) -> dict[str, Any]:
    """A component (a document) under an id that is not among those taken: its own, where it is free."""
    made = copy.deepcopy(component)
    number, name = 1, str(component.get("id", "component"))
    while made.get("id") in taken:
        number += 1
        made["id"] = f"{name}-{number}"
    return made


def new_plan(
    viewer: Viewer, name: str, plan_id: str, plan_set: str, team: str, kind: Template = "shared_revenue"
) -> Plan:
    """A plan of one component to start from, for one team, from this year on. CRO and finance only."""
    require(viewer, "cro", "finance")
    company = workspace.current().book().company
    start: date = company.calendar.period_of(company.as_of, "year").start
    return Plan.model_validate(
        {
            "id": plan_id,
            "name": name,
            "sets": [plan_set],
            "from": start,
            "assigned": {"teams": [team]},
            "component": [blank_component(viewer, kind)],
        }
    )


def shared_target(book: Book, measure: str = "won_revenue") -> Target | None:
    """The company's target of a measure, one that teams share first."""
    found = [t for t in book.targets if t.measure == measure and t.owner == "company"]
    return next(iter(sorted(found, key=lambda target: not target.shared_with)), None)


def _with_target(fields: dict[str, Any], target: Target | None, otherwise: str) -> dict[str, Any]:
    return fields | ({"target": target.id} if target else {"input": otherwise})


def _shared_revenue(book: Book) -> dict[str, Any]:
    return {
        "id": "shared-revenue",
        "name": "Shared revenue bonus",
        "measure": "won_revenue",
        "scope": "shared",
        "target": (found.id if (found := shared_target(book)) else "company-revenue"),
        "pays": {"way": "incentive", "weight": 1},
        "table": {
            "kind": "linear",
            "points": [{"at": "0.7", "pays": 0}, {"at": 1, "pays": 1}, {"at": "1.2", "pays": "1.6"}],
            "after_last": "flat",
        },
    }


def _own_quota(book: Book) -> dict[str, Any]:
    divided = [t for t in book.targets if any(p.owner.startswith("payee:") for p in t.portions)]
    own = next((target for target in divided if target.measure == "won_revenue"), None)
    tiers = [{"from": 0, "rate": "0.08"}] + ([{"from": 1, "rate": "0.12"}] if own else [])
    return _with_target(
        {
            "id": "own-quota",
            "name": "Own quota commission",
            "measure": "won_revenue",
            "pays": {"way": "rate"},
            "table": {"kind": "marginal", "tiers": tiers},
        },
        own,
        "amount",
    )


def _meetings(book: Book) -> dict[str, Any]:
    return {
        "id": "meetings",
        "name": "Meetings rate",
        "measure": "meetings",
        "input": "amount",
        "credit": {"rule": "owner"},
        "pays": {"way": "rate"},
        "measured_per": "month",
        "table": {"kind": "marginal", "tiers": [{"from": 0, "rate": 250}]},
    }


def _retention(book: Book) -> dict[str, Any]:
    return {
        "id": "retention",
        "name": "Retention bonus",
        "measure": "nrr",
        "scope": "own",
        "input": "value",
        "pays": {"way": "incentive", "weight": 1},
        "table": {
            "kind": "linear",
            "points": [{"at": "0.9", "pays": 0}, {"at": 1, "pays": 1}, {"at": "1.1", "pays": "1.5"}],
        },
        "cap": {"of_incentive": 2},
    }


def _rate(rate: str | int) -> dict[str, Any]:
    """One rate on what counts, without a target."""
    return {
        "input": "amount",
        "pays": {"way": "rate"},
        "table": {"kind": "marginal", "tiers": [{"from": 0, "rate": rate}]},
    }


def _spiff(book: Book) -> dict[str, Any]:
    quarter = book.company.calendar.period_of(book.company.as_of, "quarter")
    only = {"from": quarter.start, "to": quarter.end}
    return {"id": "spiff", "name": "SPIFF", "measure": "won_deals", "deals": {"only": only}} | _rate(250)


def _kicker(book: Book) -> dict[str, Any]:
    fields = {
        "id": "kicker",
        "name": "Kicker",
        "measure": "won_revenue",
        "deals": {"only": _long_or_large(book)},
    }
    return fields | _rate("0.01")


def _long_or_large(book: Book) -> dict[str, Any]:
    """Deals of two years or more; where there are none, those no smaller than three quarters of all."""
    deals = book.table("opportunities")
    won = deals.filter(pc.equal(deals["outcome"], "won"))
    own = won.filter(pc.equal(won["currency"], book.company.currency))  # others are not compared with them
    amounts = sorted(amount for amount in own["amount"].to_pylist() if amount and amount > 0)
    longest = pc.max(won["term_months"]).as_py()
    if not amounts or (longest or 0) >= 24:
        return {"min_term_months": 24}
    return {"min_amount": amounts[len(amounts) * 3 // 4] // 10**book.company.digits}


def _override(book: Book) -> dict[str, Any]:
    credit = {"rule": "splits", "roll_up": True}
    fields = {"id": "override", "name": "Manager override", "measure": "won_revenue", "credit": credit}
    return fields | _rate("0.01")


def _pool(book: Book) -> dict[str, Any]:
    made = {"id": "pool", "name": "Pool", "measure": "won_revenue", "scope": "shared"}
    target = shared_target(book)
    if target is None:
        return made | _rate("0.01") | {"pays": {"way": "pool"}}
    table = {"kind": "steps", "steps": [{"at": 1, "pays": 10000}]}
    return made | {"target": target.id, "pays": {"way": "pool"}, "table": table}


def on_shared_target(viewer: Viewer, component: Component, beside: Iterable[str] = ()) -> Component | None:
    """The component paid on the company's shared revenue target in place of what it counts now.

    It takes the target's name, with its own after it where another component (`beside`, their names) has that
    already. It keeps its id, its periods and its weight of target incentive; where its table is not read by
    attainment, or does not hold multiples of the incentive, it takes the table of the shared revenue
    bonus. None when there is no target to share. CRO and finance only.
    """
    require(viewer, "cro", "finance")
    book = workspace.current().book()
    target = shared_target(book)
    if target is None:
        return None
    was = to_document(component)
    kept = {name: was[name] for name in ("id", "measured_per", "paid_per", "accumulation") if name in was}
    name = f"{target.name} · {component.name}" if target.name in beside else target.name
    made = _shared_revenue(book) | kept | {"name": name}
    if component.pays.way == "incentive":
        made["pays"] = was["pays"]
        if component.input == "attainment":
            made["table"] = was["table"]
            made |= {name: was[name] for name in ("floor", "cap") if name in was}
    return Component.model_validate(made)

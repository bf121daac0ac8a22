"""Changes to what the plans of a set say: rates, thresholds, tables, weights, limits, attribution."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from revplan.issues import Unfit
from revplan.model.book import Book
from revplan.model.credit import ATTRIBUTED
from revplan.model.plan import Component, PaysIncentive, Plan, Table
from revplan.model.record import Record
from revplan.model.scenario import (
    Attribution,
    Bounds,
    NewTable,
    OfPlans,
    Rates,
    Scenario,
    Thresholds,
    Weights,
    WholePlan,
    WithoutPlan,
)
from revplan.money import product

_PAYS = ("rate", "pays", "otherwise")
"""Fields of tables that say what is paid."""

_STANDS = ("from_", "to", "at", "above")
"""Fields of tables that say where a tier, point or step stands."""


def rates(book: Book, scenario: Scenario, change: Rates) -> Book:
    """Everything that the tables pay × factor; another table of the component likewise."""
    return _tables(book, scenario, change, lambda table: _scaled(table, _PAYS, change.factor))


def thresholds(book: Book, scenario: Scenario, change: Thresholds) -> Book:
    """Where tiers, points and steps stand × factor."""
    return _tables(book, scenario, change, lambda table: _scaled(table, _STANDS, change.factor))


def new_table(book: Book, scenario: Scenario, change: NewTable) -> Book:
    """A component's table in place of its own."""
    return _components(book, scenario, change, lambda each: each.model_copy(update={"table": change.table}))


def weights(book: Book, scenario: Scenario, change: Weights) -> Book:
    """Other weights; components that pay otherwise than by incentive have none. Raises Unfit."""
    wanted = {each.component: each.weight for each in change.weights}

    def weighed(plan: Plan) -> Plan:
        weighing = {each.id for each in plan.components if isinstance(each.pays, PaysIncentive)}
        if missing := sorted(wanted.keys() - weighing):
            raise Unfit("scenario_no_weight", component=missing[0], known=", ".join(sorted(weighing)))
        components = tuple(
            each.model_copy(update={"pays": PaysIncentive(weight=wanted[each.id])})
            if each.id in wanted
            else each
            for each in plan.components
        )
        return plan.model_copy(update={"components": components})

    return _plans(book, scenario, change.plan, weighed)


def bounds(book: Book, scenario: Scenario, change: Bounds) -> Book:
    """Another floor or cap, or none."""
    wanted: dict[str, object] = dict.fromkeys(change.remove)
    wanted |= {name: limit for name in ("floor", "cap") if (limit := getattr(change, name)) is not None}
    return _components(book, scenario, change, lambda each: each.model_copy(update=wanted))


def attribution(book: Book, scenario: Scenario, change: Attribution) -> Book:
    """Another credit rule: for the component named, else for all whose rule is marketing's."""

    def credited(component: Component) -> Component:
        if change.component is None and component.credit.rule not in ATTRIBUTED:
            return component
        return component.model_copy(update={"credit": change.credit})

    return _components(book, scenario, change, credited)


def whole_plan(book: Book, scenario: Scenario, change: WholePlan) -> Book:
    """A plan version in place of the one of its id and version; beside the others if there is none."""
    key = (change.plan.id, change.plan.version)
    plan = change.plan
    if scenario.plan_set not in plan.sets:
        plan = plan.model_copy(update={"sets": (*plan.sets, scenario.plan_set)})
    if any((each.id, each.version) == key for each in book.plans):
        return book.with_plans(tuple(plan if (p.id, p.version) == key else p for p in book.plans))
    return book.with_plans((*book.plans, plan))


def without_plan(book: Book, scenario: Scenario, change: WithoutPlan) -> Book:
    """The set without that plan, in all its versions."""
    found = tuple(plan for plan in book.plans if plan.id == change.plan and scenario.plan_set in plan.sets)
    if not found:
        raise _unknown_plan(book, scenario, change.plan)
    return book.with_plans(tuple(plan for plan in book.plans if plan not in found))


# ---------------------------------------------------------------- walking over plans


def _plans(book: Book, scenario: Scenario, plan_id: str | None, change: Callable[[Plan], Plan]) -> Book:
    """Change the plans of the set (one of them, in all its versions, when named)."""
    meant = [plan for plan in book.plans if scenario.plan_set in plan.sets and plan_id in (None, plan.id)]
    if not meant:
        raise _unknown_plan(book, scenario, plan_id or "")
    changed = tuple(change(plan) if plan in meant else plan for plan in book.plans)
    if changed == book.plans:
        raise Unfit("scenario_changes_nothing")
    return book.with_plans(changed)


def _components(
    book: Book, scenario: Scenario, change: OfPlans, make: Callable[[Component], Component]
) -> Book:
    """Change the components of the plans meant (one of them when named)."""
    seen: set[str] = set()

    def of_plan(plan: Plan) -> Plan:
        seen.update(component.id for component in plan.components)
        components = tuple(
            make(component) if change.component in (None, component.id) else component
            for component in plan.components
        )
        return plan.model_copy(update={"components": components})

    try:
        return _plans(book, scenario, change.plan, of_plan)
    except Unfit as wrong:
        if wrong.code == "scenario_changes_nothing" and change.component not in {None, *seen}:
            raise Unfit(
                "scenario_unknown_component", component=str(change.component), known=", ".join(sorted(seen))
            ) from None
        raise


def _tables(book: Book, scenario: Scenario, change: OfPlans, make: Callable[[Table], Table]) -> Book:
    def of_component(component: Component) -> Component:
        when = tuple(other.model_copy(update={"table": make(other.table)}) for other in component.when)
        return component.model_copy(update={"table": make(component.table), "when": when})

    return _components(book, scenario, change, of_component)


def _unknown_plan(book: Book, scenario: Scenario, plan_id: str) -> Unfit:
    known = sorted({plan.id for plan in book.plans if scenario.plan_set in plan.sets})
    return Unfit("scenario_unknown_plan", plan=plan_id, known=", ".join(known))


def _scaled(table: Any, fields: tuple[str, ...], factor: Decimal) -> Any:
    """A record of a table with those fields × factor, in itself and in the records of its lists; exact."""
    update: dict[str, object] = {}
    for name in type(table).model_fields:
        value = getattr(table, name)
        if name in fields and isinstance(value, Decimal):
            update[name] = product(value, factor)
        elif isinstance(value, tuple) and value and isinstance(value[0], Record):
            update[name] = tuple(_scaled(each, fields, factor) for each in value)
    return table.model_copy(update=update)

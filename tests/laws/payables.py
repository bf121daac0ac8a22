"""What components pay on, drawn: factors by what a deal is, keyed rates, another measure."""

from decimal import Decimal
from typing import Any

from revplan.model.deals import PaysOn
from revplan.model.plan import Component, Keyed, Marginal, Plan, Table, Tiered, Whole
from tests.laws.chance import Chance, maybe

FACTORS = ("1.75", "0", "0.5", "1", "0.333333", "1.000001", "2.5")
RATES = ("0.05", "0.08", "0", "0.123457", "0.1", "1")
OTHERS = {
    "won_revenue": (None, "sourced_revenue"),
    "won_deals": (None, "won_revenue"),
    "sourced_revenue": (None, "won_revenue"),
}
"""Further measures of the same deals, by what is counted."""

ENTRIES: tuple[tuple[dict[str, Any], ...], ...] = (
    ({"min_term_months": 36},),
    ({"products": ["X"]}, {"products": ["X"], "min_term_months": 24}),
    ({"products": ["X", "Y"]}, {"products": ["X"]}, {"kinds": ["new"], "products": ["X"], "max_discount": 0}),
    ({"min_term_months": 12}, {"min_term_months": 36}, {"segments": ["S"], "max_discount": "5%"}),
    ({"products": ["X"]}, {"segments": ["S"]}, {"segments": ["S"], "products": ["X"]}),
    ({"products": ["Y"]}, {"products": ["Y"], "from": "2025-04-01", "to": "2025-07-01"}),
    ({"from": "2025-01-01"}, {"from": "2025-05-01"}, {"from": "2025-01-01", "to": "2025-03-01"}),
    ({"min_amount": "100"}, {"min_amount": "1000.01"}),
)
"""Entries of which one is always the most specific."""


def draw_payable(chance: Chance, plan: Plan) -> Plan:
    """The plan, some of whose components pay on another amount than they count."""
    components = tuple(_component(chance, each) for each in plan.components)
    return plan.model_copy(update={"components": components})


def _component(chance: Chance, component: Component) -> Component:
    fits = component.measure in OTHERS and component.input in ("attainment", "amount")
    if not fits or component.pays.way == "fixed" or not maybe(chance):
        return component
    by_rate = component.pays.way == "rate"
    others = OTHERS[component.measure] if by_rate or component.measure != "won_deals" else (None,)
    measure = chance.pick(others) if component.deals.credit_cap is None else None
    entries = chance.pick(ENTRIES)
    if by_rate and not component.when and maybe(chance):
        rates = [entry | {"rate": chance.pick(RATES)} for entry in entries]
        table = Keyed.model_validate({"rates": rates, "otherwise": chance.pick(RATES)})
        return component.model_copy(update={"table": table, "pays_on": PaysOn(measure=measure)})
    factors = [entry | {"factor": chance.pick(FACTORS)} for entry in entries]
    if measure is not None and maybe(chance):
        factors = []
    pays_on = {"measure": measure, "factors": factors, "otherwise": chance.pick(("1", "1", "0.75"))}
    if component.pays.way == "pool":
        pays_on = {"factors": factors}
    return component.model_copy(
        update={
            "pays_on": PaysOn.model_validate(pays_on),
            "table": one_rate(component.table),
            "when": tuple(e.model_copy(update={"table": one_rate(e.table)}) for e in component.when),
        }
    )


def one_rate(table: Table) -> Table:
    """A table like it that says one rate at each x, on everything."""
    if isinstance(table, Tiered):
        ends = {name: getattr(table, name) for name in ("edge", "before_first", "after_last", "on_negative")}
        ends |= {name: "zero" for name, value in ends.items() if value == "flat"}
        return Whole(tiers=table.tiers, **ends)
    return Marginal.model_validate({"tiers": [{"from": Decimal(0), "rate": "0.7"}]})

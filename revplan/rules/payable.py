"""What deals pay on, where that is not what they count: factors, keyed rates, another measure."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Protocol

from revplan.issues import Unfit
from revplan.metrics.measures import Measure
from revplan.model.deals import Factor, KeyedRate, PaysOn, Which
from revplan.model.plan import Component, Keyed
from revplan.money import MILLION
from revplan.rules.keys import first_tie, ranked

MOST_PLACES = 6
"""Decimals of a factor or a keyed rate: more would not leave room for what it multiplies."""

Refusal = tuple[str, str, dict[str, str | int]]


@dataclass(frozen=True)
class Payable:
    """A deal pays on `measure` (the counted one, where None) times the factor of the first of `keys` that it
    meets, else `otherwise`. Factors are whole parts of `unit`, so that nothing is rounded between a deal
    and its line. `is_rate`: the factors are the rates of a keyed table, not a weight of the deal."""

    measure: str | None
    keys: tuple[tuple[Which, int], ...]
    otherwise: int
    unit: int
    is_rate: bool

    def in_parts(self, amount: int, factor: int | None) -> int:
        """What an amount pays on in parts of the unit, as the formula takes it; `factor` in millionths, None
        for 1."""
        return amount * (self.unit if factor is None else factor * self.unit // MILLION)


class PaidDeal(Protocol):
    """A deal's credit, and what it pays on where that is another amount."""

    @property
    def credit(self) -> int: ...
    @property
    def paid_on(self) -> int | None: ...


def amount_of(deal: PaidDeal) -> int:
    """What a deal pays on, before its factor: what it counts, where that is the same."""
    return deal.credit if deal.paid_on is None else deal.paid_on


def payable_of(component: Component) -> Payable | None:
    """What the component pays on; None where that is what counts.

    Raises Unfit for entries of which none is the most specific, for more decimals than MOST_PLACES, and for
    factors beside a keyed table.
    """
    table, pays_on = component.table, component.pays_on
    is_rate = isinstance(table, Keyed)
    entries: tuple[Which, ...] = table.rates if isinstance(table, Keyed) else pays_on.factors
    otherwise = table.otherwise if isinstance(table, Keyed) else pays_on.otherwise
    if not is_rate and not entries and pays_on.measure is None and otherwise == 1:
        return None
    if is_rate and (pays_on.factors or pays_on.otherwise != 1):
        raise Unfit("plan.pays_on_beside_keyed")
    factors = [value_of(entry) for entry in entries]
    if any(places_of(factor) > MOST_PLACES for factor in (*factors, otherwise)):
        raise Unfit("plan.factor_places", places=MOST_PLACES)
    if tie := first_tie(entries):
        raise Unfit("plan.key_tie", one=tie[0] + 1, two=tie[1] + 1)
    unit = lcm(*(Fraction(factor).denominator for factor in (*factors, otherwise)))
    keys = tuple((which_of(entries[place]), int(factors[place] * unit)) for place in ranked(entries))
    return Payable(pays_on.measure, keys, int(otherwise * unit), unit, is_rate)


def refused(component: Component, measure_of: Callable[[str], Measure | None]) -> Refusal | None:
    """Why the component cannot pay on what it says: the code of an issue, its field and parameters.

    None where it can, as far as its terms and measures say; `payable_of` and `formula_of` refuse the rest.
    """
    table, pays_on, way = component.table, component.pays_on, component.pays.way
    others = [("when", each.table) for each in component.when]
    others += [("multiplier", component.multiplier.table)] if component.multiplier else []
    misplaced = next((at for at, each in others if isinstance(each, Keyed)), None)
    if misplaced:
        return "plan.keyed_elsewhere", f"{misplaced}.table", {}
    if isinstance(table, Keyed) and way != "rate":
        return "plan.keyed_needs_rate", "table", {}
    if isinstance(table, Keyed) and component.when:
        return "plan.keyed_beside_others", "when", {}
    if not isinstance(table, Keyed) and pays_on == PaysOn():
        return None
    counted = measure_of(component.measure)
    ratio = counted is not None and not counted.additive
    if ratio or component.input in ("value", "growth"):
        return "plan.pays_on_needs_deals", "input", {}
    if way == "fixed":
        return "plan.pays_on_fixed", "pays_on", {}
    return _refused_measure(component, counted, measure_of) if pays_on.measure is not None else None


def _refused_measure(
    component: Component, counted: Measure | None, measure_of: Callable[[str], Measure | None]
) -> Refusal | None:
    name = component.pays_on.measure or ""
    other, at = measure_of(name), "pays_on.measure"
    if counted is None or other is None:
        return None  # an unknown measure is told as such
    here, there = counted.definition, other.definition
    if here is None or there is None or (here.table, here.date) != (there.table, there.date):
        return "plan.pays_on_other_deals", at, {"measure": component.measure, "other_measure": name}
    if counted.unit != other.unit and component.pays.way != "rate":
        return "plan.pays_on_other_unit", at, {"measure": component.measure, "other_measure": name}
    if component.deals.credit_cap is not None:
        return "plan.pays_on_and_credit_cap", "deals.credit_cap", {"other_measure": name}
    return None


def value_of(entry: Which) -> Decimal:
    """An entry's factor, or its rate; 1 of conditions alone."""
    match entry:
        case KeyedRate():
            return entry.rate
        case Factor():
            return entry.factor
    return Decimal(1)


def which_of(entry: Which) -> Which:
    """An entry's conditions alone."""
    return Which.model_construct(**{name: getattr(entry, name) for name in Which.model_fields})


def places_of(number: Decimal) -> int:
    """How many decimals a number needs."""
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0

"""The plain calculator with shares of some deals gone, as if they had never counted."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from fractions import Fraction

from revplan.model.plan import Component, Counted, Plan
from revplan.money import round_half_away
from revplan.periods import Period
from tests.laws.naive import Naive
from tests.laws.naive_credits import Fact


@dataclass(frozen=True)
class Without(Naive):
    """Where a component, or what counts the same as it does, counts a deal of which a share is gone, only
    the rest counts; all else is as it was."""

    of: Component | None = None
    gone: Mapping[str, Fraction] = field(default_factory=dict)

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
        found = super().counted(counted, component, plan_id, payee, team, start, end)
        if not self._loses(counted):
            return found
        return [
            (fact, amount - round_half_away(amount * self.gone.get(fact.id, Fraction(0))))
            for fact, amount in found
        ]

    def _loses(self, counted: Counted) -> bool:
        own = self.of
        assert own is not None
        same = (counted.measure, counted.scope, counted.credit) == (own.measure, own.scope, own.credit)
        capped = own.deals.credit_cap is not None
        return counted is own or (same and not capped)

    def _of_other(self, plan: Plan, component: Component, payee: str, team: str, fact: Fact) -> int:
        amount = super()._of_other(plan, component, payee, team, fact)
        return amount - round_half_away(amount * self.gone.get(fact.id, Fraction(0)))

    def _part_of_pool(
        self, plan: Plan, component: Component, payee: str, measured: Period, period: Period
    ) -> int:
        """A member keeps the own part of a pool that is smaller."""
        amount = self._amount(plan, component, payee, measured, period)
        whole = self._whole_pool()
        claims = whole.claims_on_pool(plan, component, payee, measured, period)
        if not sum(claims.values()) or not self._gates_open(plan, component, payee, period):
            return 0
        if not whole._gates_open(plan, component, payee, period):
            return 0
        return round_half_away(Fraction(amount) * claims[payee] / sum(claims.values()))

    def _whole_pool(self) -> Naive:
        return Naive(**{each.name: getattr(self, each.name) for each in fields(Naive)})


def without(naive: Naive, of: Component, gone: Mapping[str, Fraction]) -> Naive:
    """The calculator as if shares of deals, by transaction, had never counted for a component."""
    if not any(gone.values()):
        return naive
    found = Without(**{each.name: getattr(naive, each.name) for each in fields(Naive)}, of=of, gone=gone)
    known = {name: value for name, value in vars(naive).items() if name not in vars(found)}
    vars(found).update(known)  # what the calculator has worked out already
    return found

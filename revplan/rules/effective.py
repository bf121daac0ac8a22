"""Effective quotas by period: what is left of a payee's part after proration, ramp and leave, and what the
parts of a level add up to."""

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction

from revplan.model.targets import Target
from revplan.money import round_half_away
from revplan.periods import Period
from revplan.rules.people import Span
from revplan.rules.presence import Presence
from revplan.rules.quotas import Quotas, months_between, parts_below


class EffectiveQuotas:
    """Read by the rules of the plans that count somebody's own result against the target."""

    def __init__(self, quotas: Quotas, on_plans: Iterable[Span]) -> None:
        self._quotas = quotas
        self._spans: dict[tuple[str, str], dict[str, list[Span]]] = defaultdict(lambda: defaultdict(list))
        for span in on_plans:
            for target_id in {c.target for c in span.plan.components if c.scope == "own" and c.target}:
                self._spans[target_id, f"payee:{span.stint.payee_id}"][span.plan.id].append(span)
        self._below: dict[str, dict[str, list[str]]] = {}
        self._amounts: dict[tuple[str, str, str], int | None] = {}  # by target, owner and label

    def amount(self, target_id: str, owner: str, period: Period) -> int | None:
        """The effective amount of an owner in a period, rounded once; in stored units, None as the nominal.

        A team's, the company's and an open seat's are the nominal ones, and so is a ratio, and a part that no
        plan counts against. A part that several plans count against is at most the nominal one.
        """
        key = (target_id, owner, period.label)
        if key not in self._amounts:
            self._amounts[key] = self._amount(target_id, owner, period)
        return self._amounts[key]

    def _amount(self, target_id: str, owner: str, period: Period) -> int | None:
        nominal = self._quotas.amount(target_id, owner, period.start, period.end)
        plans = self._spans.get((target_id, owner))
        if nominal is None or not plans or self._quotas.units[target_id] == "ratio":
            return nominal
        found = [self._of_plan(target_id, owner, spans, period) for spans in plans.values()]
        amount = round_half_away(sum(found))
        return min(amount, nominal) if sum(part != 0 for part in found) > 1 else amount

    def below(self, target: Target, owner: str, period: Period) -> int | None:
        """What the parts that are divided from an owner's amount add up to; None where there are none, and
        for a ratio, which does not add up."""
        if self._quotas.units[target.id] == "ratio":
            return None
        if target.id not in self._below:
            self._below[target.id] = parts_below(target)
        found = [self.amount(target.id, part, period) for part in self._below[target.id].get(owner, ())]
        given = [amount for amount in found if amount is not None]
        return sum(given) if given else None

    def _of_plan(self, target_id: str, owner: str, spans: list[Span], period: Period) -> Fraction | int:
        """The exact amount under one plan, by its version that is last in force in the period."""
        present = [span for span in spans if span.start < period.end and span.end > period.start]
        if not present:
            return 0
        presence, months = Presence(present[-1].plan, tuple(spans)), self._quotas.months[target_id, owner]
        asked = [month for month in months_between(period.start, period.end) if month in months]
        if presence.quota_is_whole(period.start, period.end):
            return sum(months[month] for month in asked)
        return sum(months[month] * presence.quota_share(month) for month in asked)

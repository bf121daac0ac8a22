"""Solving: which levers, and how far, keep pay within what a leader asks for."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from revplan.access import Viewer, require
from revplan.metrics.alignment import Window
from revplan.model.scenario import Scenario
from revplan.service import scenarios
from revplan.service.scenarios import Outcome
from revplan.simulate.solve import Aim, Found, Lever, Measured, solve

__all__ = ["LEVERS", "Aim", "Found", "lever", "measured", "search"]

LEVERS = ("rates", "thresholds", "target", "quota", "incentive")
"""Levers that a search may move: what plans and targets say, never what people do."""


def lever(key: str, target: str, low: Fraction, high: Fraction) -> Lever:
    """One of LEVERS between two factors, by hundredths; `target` is the shared one that `target` moves."""
    kind = "target_amounts" if key == "target" else key

    def at(value: Fraction) -> Mapping[str, Any]:
        percent = f"{float(value * 100):g}%"
        return {"kind": kind, "factor": percent} | ({"target": target} if key == "target" else {})

    return Lever(key, at, low, high, Fraction(1, 100))


def search(
    viewer: Viewer,
    plan_set: str,
    over: Sequence[Window],
    levers: Sequence[Lever],
    aims: Sequence[Aim],
    tries: int = 160,
    told: Callable[[int, int], bool] = lambda done, of: True,
) -> tuple[Found, ...]:
    """Up to five scenarios of a plan set that meet the aims over some windows, or come nearest, best first.

    Each is paid by the engine. CRO and finance only.
    """
    require(viewer, "cro", "finance")
    base = scenarios.outcome(viewer, scenarios.baseline(plan_set), over)

    def measure(scenario: Scenario) -> Measured:
        return measured(base, scenarios.outcome(viewer, scenario, over))

    return solve(plan_set, levers, aims, measure, tries, told)


def measured(base: Outcome, found: Outcome) -> Measured:
    """What an outcome comes to beside the baseline's."""
    before: dict[str, int] = {}
    for payee, _name, _team, amount in base.people:
        before[payee] = before.get(payee, 0) + amount
    after = dict.fromkeys(before, 0)
    for payee, _name, _team, amount in found.people:
        after[payee] = after.get(payee, 0) + amount
    losses = [Fraction(was - after[payee], was) for payee, was in before.items() if was > 0]
    people = len(found.health.measured)
    return Measured(
        cost=found.cost,
        cost_share=Fraction(found.cost, found.result) if found.result else None,
        near_quota=Fraction(found.health.near, people) if people else None,
        at_quota=Fraction(found.health.reached, people) if people else None,
        worst_loss=max([Fraction(0), *losses]),
        missing_share=Fraction(found.missing, found.cost) if found.cost else Fraction(0),
    )

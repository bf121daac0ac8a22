"""The levers of a search: each as changes of a scenario at a value, from what a question says of it."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from revplan.issues import Issue, Unfit, Where
from revplan.model.book import Book
from revplan.model.credit import ATTRIBUTED
from revplan.model.plan import Component, PaysIncentive, Plan
from revplan.model.question import LeverSaid
from revplan.model.record_text import number_text
from revplan.model.scenario import Scenario
from revplan.money import largest_remainder
from revplan.rules.people import versions_in_force
from revplan.simulate.scenario import apply
from revplan.simulate.solve import Changes, Lever

FACTORS = ("rates", "thresholds", "target", "quota", "incentive")
"""Kinds whose value multiplies what there is: 1 changes nothing."""

BOUNDS: Mapping[str, tuple[Fraction, Fraction]] = {
    **dict.fromkeys(FACTORS, (Fraction(3, 4), Fraction(5, 4))),
    "caps": (Fraction(1), Fraction(3)),
    "weights": (Fraction(1, 10), Fraction(9, 10)),
}
"""How far a lever goes when the question does not say."""

_STEP = Fraction(1, 100)


def levers_of(
    book: Book, plan_set: str, said: tuple[LeverSaid, ...], target: str
) -> tuple[tuple[Lever, ...], tuple[Issue, ...]]:
    """The levers, and an error for each that there is nothing to move by; `row` is its place, from 1.

    `target` is the company's shared one, "" where there is none.
    """
    found: dict[str, Lever] = {}
    issues: list[Issue] = []
    for place, each in enumerate(said, 1):
        try:
            lever = lever_of(book, plan_set, each, target)
            if lever.key in found:
                raise Unfit("solve_twice", lever=lever.key)
            _try_out(book, plan_set, lever)
            found[lever.key] = lever
        except Unfit as wrong:
            issues.append(Issue(wrong.code, "error", Where(row=place), wrong.parameters))
    return tuple(found.values()), tuple(issues)


def lever_of(book: Book, plan_set: str, said: LeverSaid, target: str) -> Lever:
    """One lever. Raises Unfit for bounds that leave it no way, and where what it would move is not there."""
    if said.kind == "attribution":
        return _attribution(book, plan_set, said)
    usual = BOUNDS[said.kind]
    low = usual[0] if said.low is None else Fraction(said.low)
    high = usual[1] if said.high is None else Fraction(said.high)
    step = _STEP if said.step is None else Fraction(said.step)
    if low >= high:
        raise Unfit("solve_bounds", lever=said.key)
    if said.kind == "caps":
        return _caps(book, plan_set, said, low, high, step)
    if said.kind == "weights":
        return _weights(book, plan_set, said, low, min(high, Fraction(1)), step)
    if said.kind == "thresholds" and low == 0:
        low = step
    where = _place(said)
    kind: str = said.kind
    if said.kind == "target":
        if not (said.target or target):
            raise Unfit("solve_no_target")
        kind, where = "target_amounts", {"target": said.target or target}
    elif said.kind in ("quota", "incentive"):
        where = {"who": {"teams": [said.team]}} if said.team else {}

    def at(value: Fraction) -> Changes:
        return ({"kind": kind, **where, "factor": _percent(value)},)

    return Lever(said.key, at, low, high, step)


def _place(said: LeverSaid) -> dict[str, Any]:
    named = {"plan": said.plan, "component": said.component}
    return {name: value for name, value in named.items() if value}


def _percent(value: Fraction) -> str:
    """Exact: the values of a lever are decimals."""
    return number_text(Decimal((value * 100).numerator) / Decimal((value * 100).denominator)) + "%"


def _try_out(book: Book, plan_set: str, lever: Lever) -> None:
    """Raises Unfit where a change finds nothing to act on."""
    value = lever.low if lever.low != lever.neutral else lever.high
    said = {"id": "tried", "name": "tried", "plan_set": plan_set, "change": lever.at(value)}
    _, issues = apply(book, Scenario.model_validate(said))
    # A value that happens to be what the plans say already is no mistake.
    for issue in issues:
        if issue.code != "scenario_changes_nothing" or lever.neutral == 1:
            raise Unfit(issue.code, **issue.parameters)


# ---------------------------------------------------------------- caps, weights, attribution


def _plans(book: Book, plan_set: str, wanted: str | None) -> list[Plan]:
    """The newest version of each plan of the set, or of the one that is meant."""
    newest = {plan.id: plan for plan, _, _ in versions_in_force(book.plans, plan_set)}
    if wanted and wanted not in newest:
        raise Unfit("scenario_unknown_plan", plan=wanted, known=", ".join(sorted(newest)))
    return [plan for plan in newest.values() if wanted in (None, plan.id)]


def _components(plans: list[Plan], wanted: str | None) -> list[tuple[Plan, Component]]:
    found = [(plan, each) for plan in plans for each in plan.components if wanted in (None, each.id)]
    if not found and wanted:
        known = ", ".join(sorted({each.id for plan in plans for each in plan.components}))
        raise Unfit("scenario_unknown_component", component=wanted, known=known)
    return found


def _caps(book: Book, plan_set: str, said: LeverSaid, low: Fraction, high: Fraction, step: Fraction) -> Lever:
    """Every component meant that pays target incentive pays at most the value × that incentive."""
    meant = _components(_plans(book, plan_set, said.plan), said.component)
    paid = [(plan.id, each.id) for plan, each in meant if isinstance(each.pays, PaysIncentive)]
    if not paid:
        raise Unfit("solve_no_incentive", lever=said.key)
    # One change says it where all that is meant pays so; else each component is named.
    places = [_place(said)] if len(paid) == len(meant) else [{"plan": p, "component": c} for p, c in paid]

    def at(value: Fraction) -> Changes:
        cap = {"of_incentive": _percent(value)}
        return tuple({"kind": "bounds", **place, "cap": cap} for place in places)

    # As it is stands beyond the highest: a step further than any cap that the lever sets.
    return Lever(said.key, at, low, high, step, neutral=high + step)


def _weights(
    book: Book, plan_set: str, said: LeverSaid, low: Fraction, high: Fraction, step: Fraction
) -> Lever:
    """The component's weight is the value; the others share the rest in proportion to what they have now."""
    plan = _plans(book, plan_set, said.plan)[0] if said.plan else None
    weighed = {
        each.id: each.pays.weight
        for each in (plan.components if plan else ())
        if isinstance(each.pays, PaysIncentive)
    }
    if plan is None or said.component not in weighed or len(weighed) < 2:
        raise Unfit("solve_no_weights", lever=said.key)
    own = said.component
    others = [name for name in weighed if name != own]
    shares = [Fraction(weighed[name]) for name in others]
    shares = shares if any(shares) else [Fraction(1)] * len(others)
    if low >= high:
        raise Unfit("solve_bounds", lever=said.key)
    plan_id = plan.id

    def at(value: Fraction) -> Changes:
        # In millionths, so that the weights add up to all of it exactly.
        whole = round(value * 10**6)
        rest = largest_remainder(10**6 - whole, shares)
        given = [(own, whole), *zip(others, rest, strict=True)]
        weights = [{"component": name, "weight": _percent(Fraction(each, 10**6))} for name, each in given]
        return ({"kind": "new_weights", "plan": plan_id, "weights": weights},)

    return Lever(said.key, at, low, high, step, neutral=Fraction(weighed[own]))


def _attribution(book: Book, plan_set: str, said: LeverSaid) -> Lever:
    """One of the rules in place of marketing's own: the first of them at 1; at 0 it stays as it is."""
    meant = _components(_plans(book, plan_set, said.plan), said.component)
    credited = [each.credit for _, each in meant if said.component or each.credit.rule in ATTRIBUTED]
    if not credited:
        raise Unfit("solve_no_attribution", lever=said.key)
    rules = said.rules or tuple(sorted(ATTRIBUTED))
    unknown = [rule for rule in rules if rule not in ATTRIBUTED]
    if unknown:
        raise Unfit("solve_unknown_rule", name=unknown[0], known=", ".join(sorted(ATTRIBUTED)))
    own = {"look_back_days": credited[0].look_back_days, "half_life_days": credited[0].half_life_days}
    where = _place(said)

    def at(value: Fraction) -> Changes:
        return ({"kind": "attribution", **where, "credit": {"rule": rules[int(value) - 1], **own}},)

    return Lever(
        said.key, at, Fraction(1), Fraction(len(rules)), Fraction(1), neutral=Fraction(0), is_choice=True
    )

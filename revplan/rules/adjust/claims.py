"""What cancellations take of finished lines, by the basis of each plan's clawback."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from revplan.metrics.measures import unit_scale
from revplan.model.adjustments import Clawback
from revplan.model.plan import Component, Keyed, Plan
from revplan.rules.adjust.clawbacks import Cancelled, claims_on, clawback_of, events_of_deal, within
from revplan.rules.adjust.entries import month_of
from revplan.rules.adjust.paid_for import Paid
from revplan.rules.adjust.recompute import Link, claims_on_chain, rate_alone
from revplan.rules.adjust.release import Taken
from revplan.rules.explain.line import Explainer

Row = Mapping[str, Any]


def needs_inputs(plan: Plan) -> bool:
    """Whether a plan's clawbacks work lines out again, so that they need the lines' inputs."""
    return any(
        terms is not None
        and (terms.basis == "recompute" or (terms.basis == "calculation_rate" and _is_alone(component)))
        for component in plan.components
        for terms in [clawback_of(plan, component)]
    )


def claims_of_lines(
    explainer: Explainer,
    lines: Sequence[tuple[Row, Plan, Component]],
    deals: Mapping[int, Sequence[Paid]],
    cancelled: Cancelled,
    digits: int,
) -> dict[int, list[Taken]]:
    """By line id, what cancellations take of it, in order of month and deal.

    Never more than was paid for the deal or, at the calculation rate, for its line or, recomputed, for the
    lines of its measured period.
    """
    claims: dict[int, list[Taken]] = {}
    chains: dict[tuple[Any, ...], list[Link]] = defaultdict(list)
    recomputed: dict[tuple[Any, ...], tuple[Component, Clawback]] = {}
    for row, plan, component in lines if cancelled else ():
        terms = clawback_of(plan, component)
        if terms is None:
            continue
        if terms.basis == "recompute":
            key = tuple(row[name] for name in _CHAIN)
            chains[key].append(Link(row, booked(row), deals[row["line_id"]]))
            recomputed[key] = (component, terms)
        else:
            of_line = deals[row["line_id"]]
            claims[row["line_id"]] = _of_line(explainer, row, component, terms, of_line, cancelled, digits)
    for key, chain in chains.items():
        chain.sort(key=lambda link: link.booked)
        claims |= claims_on_chain(explainer, *recomputed[key], chain, cancelled)
    for found in claims.values():
        found.sort(key=lambda claim: (claim.month, claim.deal))
    return claims


_CHAIN = ("payee_id", "plan_id", "plan_version", "component_id", "measured_period", "segment")


def booked(line: Row) -> date:
    """The month on whose statement a line stands."""
    return month_of(line["period_end"] - timedelta(days=1))


def _of_line(
    explainer: Explainer,
    line: Row,
    component: Component,
    terms: Clawback,
    deals: Sequence[Paid],
    cancelled: Cancelled,
    digits: int,
) -> list[Taken]:
    """By what was paid for each deal, or by the rate of the line."""
    by_rate = terms.basis == "calculation_rate"
    found: list[Taken] = []
    for deal in deals:
        events = events_of_deal(deal, cancelled)
        if not events or (line["payout"] if by_rate else deal.amount) <= 0:
            continue
        basis = Fraction(deal.amount)
        if by_rate and not deal.is_earlier:
            basis = _at_rate(explainer, line, deal, component, digits)
        found += claims_on(terms, max(basis, Fraction(0)), deal, booked(line), events)
    found.sort(key=lambda claim: (claim.month, claim.deal))
    return within(line["payout"], found) if by_rate else found


def _is_alone(component: Component) -> bool:
    """Whether each deal has a rate of its own in the component's table."""
    return component.table_per == "transaction" and not isinstance(component.table, Keyed)


def _at_rate(explainer: Explainer, line: Row, deal: Paid, component: Component, digits: int) -> Fraction:
    """What a deal pays on, or counts, at the rate that the table alone gave, in minor units."""
    if isinstance(component.table, Keyed):  # what it pays on has the deal's own rate in it
        return deal.on * Fraction(10**digits, unit_scale(line["payable_unit"] or line["unit"], digits))
    if _is_alone(component):
        return rate_alone(explainer, line["line_id"], deal)
    total = line["credit"] if line["payable"] is None else line["payable"]
    return deal.on * Fraction(line["table_amount"], total) if total else Fraction(0)

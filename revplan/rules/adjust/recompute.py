"""What lines would be had cancelled deals never counted: worked out again from the lines' own inputs."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from revplan.formula.exact import CellInputs, Trace, run_steps
from revplan.formula.steps import Formula
from revplan.model.adjustments import Clawback
from revplan.model.plan import Component, Counted
from revplan.money import MILLION, round_half_away
from revplan.rules.adjust.clawbacks import Cancellation, Cancelled, band_share, events_of_deal, taken_by
from revplan.rules.adjust.paid_for import Paid
from revplan.rules.adjust.release import Taken
from revplan.rules.cells import counted_of
from revplan.rules.explain.line import EXCLUDED, Explainer
from revplan.rules.payable import payable_of

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Link:
    """A line of a chain, with the month that it is booked in and the deals that counted in it."""

    row: Row
    booked: date
    deals: Sequence[Paid]


def claims_on_chain(
    explainer: Explainer, component: Component, terms: Clawback, chain: Sequence[Link], cancelled: Cancelled
) -> dict[int, list[Taken]]:
    """By line id, what cancellations take of the lines of one measured period: the band's share of what the
    lines on the statements so far were paid, less what they would have come to without what was cancelled.

    One cancellation after the other, in order of month, day and id, each less what those before it made of
    the lines; rounded on the running total, half away from zero; never more than the lines were paid.
    """
    events = sorted(
        _events(chain, cancelled), key=lambda found: (found[2], found[1], found[0].transaction_id)
    )
    gone: dict[str, Fraction] = defaultdict(Fraction)
    claims: dict[int, list[Taken]] = defaultdict(list)
    exact, taken = Fraction(0), 0
    for deal, event, month, line_id in events:
        lines = [link for link in chain if link.booked <= month]
        paid = sum(link.row["payout"] for link in lines)
        if paid <= 0:
            continue
        before = _would_be(explainer, component, lines, gone)
        gone[deal.transaction_id] += event.share
        after = _would_be(explainer, component, lines, gone)
        drop = min(paid, max(0, before)) - min(paid, max(0, after))
        exact += max(0, drop) * band_share(terms, deal, event)
        amount = min(round_half_away(exact) - taken, paid - taken)
        taken += amount
        claims[line_id].append(taken_by(terms, deal, month, event, amount))
    return claims


def _events(chain: Sequence[Link], cancelled: Cancelled) -> Iterator[tuple[Paid, Cancellation, date, int]]:
    """Cancellations of deals that counted, with the month in which each acts and the line of the deal."""
    for link in chain:
        for deal in link.deals:
            if deal.credit > 0 and not deal.is_earlier:
                for event in events_of_deal(deal, cancelled):
                    yield deal, event, max(link.booked, event.day.replace(day=1)), link.row["line_id"]


def _would_be(
    explainer: Explainer, component: Component, lines: Sequence[Link], gone: Mapping[str, Fraction]
) -> int:
    """What the lines of a chain would come to in all, before limits, without the shares that are gone."""
    earned, deals = [0], []
    for link in lines:
        own = (deal for deal in link.deals if not deal.is_earlier)
        deals += [(deal, gone.get(deal.transaction_id, Fraction(0))) for deal in own]
        if link.row["reason"] in EXCLUDED:
            continue
        if any(share for _, share in deals):
            earned.append(earned_without(explainer, link.row["line_id"], deals))
        else:
            earned.append(link.row["earned_to_date"])
    discrete = component.accumulation == "discrete"
    return earned[-1] if discrete or component.recovers else max(earned)


def earned_without(explainer: Explainer, line_id: int, deals: Sequence[tuple[Paid, Fraction]]) -> int:
    """What a line would have earned to date, in minor units, had shares of its deals never counted.

    `deals` are those of its measured period so far, each with the share that is gone, often 0. Its quota,
    incentive, tables and limits stay, and so does what else it was worked out from; a condition or multiplier
    that counts the same for the same people loses the deals too. A pool's member keeps the own part of it.
    """
    line, component, formula, cell, alone = explainer.cell(line_id)
    inputs = explainer.inputs(line_id)
    now = _less(component, cell, inputs, deals)
    if alone is None:
        trace = run_steps(formula.cell, now)
    else:
        fall = sum(
            _alone(formula, component, cell, deal, Fraction(0)) - _alone(formula, component, now, deal, share)
            for deal, share in deals
        )
        x = Fraction(now.x_n, now.x_d) if now.x_d is not None and now.x_d > 0 else None
        trace = run_steps(formula.cell, now, Trace(x, *(Fraction(alone - fall),) * 2))
    if "pool" not in inputs:
        return trace.payout
    claims = int(inputs["pool"]["d"] or 0)
    if not claims or line["gate_open"] is False or trace.gate_open is False:
        return 0
    return round_half_away(Fraction(trace.payout * int(inputs["pool"]["n"]), claims))


def rate_alone(explainer: Explainer, line_id: int, deal: Paid) -> Fraction:
    """What the table alone makes of a deal that is read by itself, not rounded, in minor units."""
    _, component, formula, cell, _ = explainer.cell(line_id)
    return run_steps((formula.table,), _of_deal(component, cell, deal, Fraction(0))).value


def _less(
    component: Component, cell: CellInputs, inputs: Mapping[str, Row], less: Sequence[tuple[Paid, Fraction]]
) -> CellInputs:
    x = sum(_cut(deal.credit, share) for deal, share in less)
    p = sum(_paid_on(component, deal, _cut(_base(deal), share)) for deal, share in less)
    names = dict(counted_of(component))
    same = {name for name, counted in names.items() if name != "x" and _counts_same(component, counted)}

    def of(name: str) -> int:
        start, end = inputs[name]["window_start"], inputs[name]["window_end"]
        return sum(_cut(deal.credit, share) for deal, share in less if start <= deal.on_date < end)

    gates = tuple(
        (n - of(f"g{place}") if f"g{place}" in same else n, d) for place, (n, d) in enumerate(cell.gates)
    )
    m = of("m") if "m" in same else 0
    return replace(cell, x_n=cell.x_n - x, p_n=cell.p_n - p, m_n=cell.m_n - m, gates=gates)


def _counts_same(component: Component, counted: Counted) -> bool:
    """Whether an input counts the same of the same transactions for the same people as the component."""
    if component.deals.credit_cap is not None:
        return False
    own = (component.measure, component.scope, component.credit)
    return (counted.measure, counted.scope, counted.credit) == own


def _alone(formula: Formula, component: Component, cell: CellInputs, deal: Paid, share: Fraction) -> int:
    """What a deal pays by itself without a share of it."""
    return run_steps(formula.deal, _of_deal(component, cell, deal, share)).payout


def _of_deal(component: Component, cell: CellInputs, deal: Paid, share: Fraction) -> CellInputs:
    left = deal.credit - _cut(deal.credit, share)
    base = _base(deal)
    return replace(cell, x_n=left, p_n=_paid_on(component, deal, base - _cut(base, share)))


def _base(deal: Paid) -> int:
    return deal.credit if deal.paid_on is None else deal.paid_on


def _paid_on(component: Component, deal: Paid, base: int) -> int:
    """What a base pays on, in parts of the payable's unit, as the formula takes it."""
    payable = payable_of(component)
    if payable is None:
        return 0
    return base * (payable.unit if deal.factor is None else deal.factor * payable.unit // MILLION)


def _cut(amount: int, share: Fraction) -> int:
    """The part of an amount that a share of it comes to, rounded half away from zero."""
    return round_half_away(amount * share)

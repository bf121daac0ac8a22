"""What lines would be had cancelled deals never counted: worked out again from the lines' own inputs."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from revplan.formula.exact import CellInputs, finish_sum, run_steps
from revplan.formula.steps import Formula
from revplan.model.adjustments import Clawback
from revplan.model.plan import Component, Counted
from revplan.money import round_half_away
from revplan.rules.adjust.clawbacks import Cancellation, Cancelled, band_share, events_of_deal, taken_by
from revplan.rules.adjust.entries import month_of
from revplan.rules.adjust.paid_for import Paid
from revplan.rules.adjust.release import Taken
from revplan.rules.cells import counted_of
from revplan.rules.explain.line import EXCLUDED, Explainer
from revplan.rules.payable import Payable, amount_of, payable_of

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
                    yield deal, event, max(link.booked, month_of(event.day)), link.row["line_id"]


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
    payable = payable_of(component)
    now = _less(component, payable, cell, inputs, deals)
    if alone is not None:
        alone -= sum(
            _alone(formula, payable, cell, deal, Fraction(0)) - _alone(formula, payable, now, deal, share)
            for deal, share in deals
        )
    trace = finish_sum(formula, now, alone)
    if "pool" not in inputs:
        return trace.payout
    claims = int(inputs["pool"]["d"] or 0)
    if not claims or line["gate_open"] is False or trace.gate_open is False:
        return 0
    return round_half_away(Fraction(trace.payout * int(inputs["pool"]["n"]), claims))


def rate_alone(explainer: Explainer, line_id: int, deal: Paid) -> Fraction:
    """What the table alone makes of a deal that is read by itself, not rounded, in minor units."""
    _, component, formula, cell, _ = explainer.cell(line_id)
    of_deal = _of_deal(payable_of(component), cell, deal, Fraction(0))
    return run_steps((formula.table,), of_deal).value


def _less(
    component: Component,
    payable: Payable | None,
    cell: CellInputs,
    inputs: Mapping[str, Row],
    less: Sequence[tuple[Paid, Fraction]],
) -> CellInputs:
    x = sum(_cut(deal.credit, share) for deal, share in less)
    p = sum(_in_parts(payable, deal, _cut(amount_of(deal), share)) for deal, share in less)
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


def _alone(formula: Formula, payable: Payable | None, cell: CellInputs, deal: Paid, share: Fraction) -> int:
    """What a deal pays by itself without a share of it."""
    return run_steps(formula.deal, _of_deal(payable, cell, deal, share)).payout


def _of_deal(payable: Payable | None, cell: CellInputs, deal: Paid, share: Fraction) -> CellInputs:
    left, amount = deal.credit - _cut(deal.credit, share), amount_of(deal)
    return replace(cell, x_n=left, p_n=_in_parts(payable, deal, amount - _cut(amount, share)))


def _in_parts(payable: Payable | None, deal: Paid, amount: int) -> int:
    """What an amount of the deal pays on; 0 for a component that pays on what it counts."""
    return payable.in_parts(amount, deal.factor) if payable else 0


def _cut(amount: int, share: Fraction) -> int:
    """The part of an amount that a share of it comes to, rounded half away from zero."""
    return round_half_away(amount * share)

"""What a line's deals pay on, where that is not what they count: by factor or keyed rate."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from revplan.model.explanation import PaidGroup, PaidOn, Part
from revplan.model.plan import Component
from revplan.money import MILLION
from revplan.rules.explain.table import PaidShare
from revplan.rules.payable import Payable, amount_of, payable_of


def paid_on(component: Component, row: dict[str, Any] | None, parts: Iterable[Part]) -> PaidOn | None:
    """From the line's input `p` and the deals of its payment period; None where it pays on what counts."""
    payable = payable_of(component)
    if payable is None or row is None:
        return None
    deals = [part for part in parts if part.kind == "deal"]
    return PaidOn(
        measure=row["measure"],
        unit=row["unit"],
        amount=row["credit"] or 0,
        is_rate=payable.is_rate,
        groups=_groups(deals),
        earlier=sum(payable_part(payable, deal) for deal in deals) != int(row["n"]),
    )


def payable_part(payable: Payable, deal: Part) -> int:
    """What one deal pays on, in parts of the payable's unit, as the formula took it."""
    return payable.in_parts(amount_of(deal), deal.factor)


def shares_of(deals: Sequence[Part], per_x: int) -> tuple[PaidShare, ...]:
    """The deals by keyed rate, in the table's input, of which `per_x` stored units make one."""
    return tuple(
        PaidShare(
            Decimal(group.factor or 0) / MILLION,
            Fraction(group.paid_on, per_x),
            Fraction(group.paid_on * (group.factor or 0), MILLION * per_x),
        )
        for group in _groups(deals)
    )


def _groups(deals: Sequence[Part]) -> tuple[PaidGroup, ...]:
    by_factor: dict[int | None, list[Part]] = {}
    for deal in deals:
        by_factor.setdefault(deal.factor, []).append(deal)
    return tuple(
        PaidGroup(factor, len(of), sum(deal.credit for deal in of), sum(map(amount_of, of)))
        for factor, of in sorted(by_factor.items(), key=lambda item: -(item[0] or 0))
    )

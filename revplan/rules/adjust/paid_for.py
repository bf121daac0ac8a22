"""What each deal was paid for by a line: its own part, what a later deal's catch-up made of it, less cuts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, Self

from revplan.money import MILLION, largest_remainder
from revplan.rules.payable import amount_of

Row = Mapping[str, Any]
Number = int | Fraction


@dataclass(frozen=True)
class Paid:
    """A deal and what a line paid for it, in minor units; 0 or less where it was paid nothing or took back.

    `credit` is what it counted in that line, and what it paid on where that is another amount, with its
    factor in millionths: nothing in a later line (`is_earlier`), whose catch-up paid for it once more.
    """

    transaction_id: str
    opportunity_id: str
    on_date: date
    amount: int
    credit: int = 0
    paid_on: int | None = None
    factor: int | None = None
    is_earlier: bool = False

    @classmethod
    def of(cls, part: Row) -> Self:
        """The deal of a row of PARTS, and the part itself."""
        names = part["transaction_id"], part["opportunity_id"], part["on_date"]
        return cls(*names, part["part"], part["credit"], part["paid_on"], part["factor"])

    @property
    def on(self) -> Fraction:
        """What it pays on, factor included; what it counts where that is the same."""
        factor = MILLION if self.factor is None else self.factor
        return Fraction(amount_of(self) * factor, MILLION)

    @property
    def name(self) -> str:
        """By what the deal is told: its opportunity where it has one."""
        return self.opportunity_id or self.transaction_id


def paid_for(
    lines: Iterable[Row], parts: Mapping[int, Sequence[Row]], goes_back: Mapping[int, Fraction]
) -> dict[int, list[Paid]]:
    """By line id, the deals that it paid for, in order of date and id.

    A catch-up is divided among the deals before it, those of earlier lines of the measured period
    included, in proportion to what each paid on above `goes_back`, from where the line's tier goes back.
    What a limit, or what was paid earlier, took from a line is cut from all of its deals alike. Both by
    largest remainder.
    """
    chains: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for line in lines:
        key = ("payee_id", "plan_id", "component_id", "measured_period", "segment")
        chains[tuple(line[name] for name in key)].append(line)
    found: dict[int, list[Paid]] = {}
    for chain in chains.values():
        before: list[tuple[Paid, Number]] = []  # deals so far, with what stood before each
        for line in sorted(chain, key=lambda row: row["period_end"]):
            of_line = parts[line["line_id"]]
            found[line["line_id"]] = _of_line(line, of_line, before, goes_back.get(line["line_id"]))
    return found


def _of_line(
    line: Row, parts: Sequence[Row], before: list[tuple[Paid, Number]], above: Fraction | None
) -> list[Paid]:
    """The deals of one line; adds them to those `before`."""
    deals: dict[str, Paid] = {}
    rest = 0
    total = line["credit"] if line["payable"] is None else line["payable"]
    reached = (total or 0) - sum(Paid.of(part).on for part in parts if part["kind"] == "deal")
    for part in parts:
        if part["kind"] == "deal":
            deal = Paid.of(part)
            deals[deal.transaction_id] = deal
            before.append((deal, reached))
            reached += deal.on
        elif part["kind"] == "catch_up" and part["part"] > 0 and above is not None:
            rest += _share_out(part["part"], before[:-1], above, deals)
        else:
            rest += part["part"]
    in_order = sorted(deals.values(), key=lambda deal: (deal.on_date, deal.transaction_id))
    earned = [max(0, deal.amount) for deal in in_order]
    if rest >= 0 or not any(earned):
        return in_order
    left = largest_remainder(max(0, sum(earned) + rest), earned)
    pairs = zip(in_order, left, strict=True)
    return [replace(deal, amount=amount) if deal.amount > 0 else deal for deal, amount in pairs]


def _share_out(
    amount: int, before: Sequence[tuple[Paid, Number]], above: Fraction, deals: dict[str, Paid]
) -> int:
    """Add a catch-up to the deals before it; what belongs to none that is known is returned."""
    weights = [_above(above, reached, reached + deal.on) for deal, reached in before]
    unknown = _above(above, 0, before[0][1]) if before else 0
    if not any(weights):
        return amount
    *shares, left = largest_remainder(amount, [*weights, unknown])
    for (deal, _), share in zip(before, shares, strict=True):
        if share:
            names = deal.transaction_id, deal.opportunity_id, deal.on_date
            known = deals.get(deal.transaction_id, Paid(*names, 0, is_earlier=True))
            deals[deal.transaction_id] = replace(known, amount=known.amount + share)
    return left


def _above(above: Fraction, start: Number, end: Number) -> Number:
    """How much of [start, end) lies above a point."""
    return max(0, end - max(above, start))

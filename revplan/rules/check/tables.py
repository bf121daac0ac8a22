"""Plan check of a rate table alone: bands in order, without gaps and overlaps; where its curve jumps."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from revplan.formula.curve import Curve, Jump
from revplan.formula.tables import curve_of
from revplan.issues import Issue, Where
from revplan.model.plan import AverageRate, Keyed, Linear, Overage, Steps, Table, Tiered
from revplan.model.record_text import number_text


@dataclass(frozen=True)
class Placed:
    """A table and where it stands: `part` is table, or multiplier.table."""

    table: Table
    where: Where
    part: str = "table"

    def issue(self, code: str, entry: str, /, **parameters: str | int) -> Issue:
        """An error at an entry of the table."""
        place = Where(
            file=self.where.file,
            column=f"{self.part}.{entry}",
            plan=self.where.plan,
            component=self.where.component,
        )
        return Issue(code, "error", place, parameters)


def check_table(placed: Placed) -> Iterator[Issue]:
    """Everything that makes a table unreadable: nothing may be calculated with it."""
    for check in (_empty_bands, _order, _gaps_and_overlaps, _overage_start):
        yield from check(placed)


def _empty_bands(placed: Placed) -> Iterator[Issue]:
    """A band whose end is not above its start holds nothing."""
    if isinstance(placed.table, Tiered):
        for number, tier in enumerate(placed.table.tiers, 1):
            if tier.to is not None and tier.to <= tier.from_:
                yield placed.issue(
                    "plan.empty_band",
                    f"tiers[{number}]",
                    number=number,
                    start=number_text(tier.from_),
                    end=number_text(tier.to),
                )


def _order(placed: Placed) -> Iterator[Issue]:
    """Thresholds go up. In `linear` and `average_rate` two points at one place are a jump."""
    name, starts = _starts(placed.table)
    repeats_allowed = isinstance(placed.table, Linear | AverageRate)
    for number, (before, start) in enumerate(pairwise(starts), 2):
        again = start == before
        if start < before or (again and not repeats_allowed) or (again and starts.count(start) > 2):
            yield placed.issue(
                "plan.thresholds_order",
                f"{name}[{number}]",
                number=number,
                start=number_text(start),
                before=number_text(before),
            )


def _starts(table: Table) -> tuple[str, list[Decimal]]:
    if isinstance(table, Keyed):
        return "rates", []
    if isinstance(table, Steps):
        return "steps", [step.at for step in table.steps]
    if isinstance(table, Linear | AverageRate):
        return "points", [point.at for point in table.points]
    return "tiers", [tier.from_ for tier in table.tiers]


def _gaps_and_overlaps(placed: Placed) -> Iterator[Issue]:
    """Where a band says its end, the next one starts exactly there: ends are exclusive, as in [0, 500)."""
    if isinstance(placed.table, Tiered):
        for number, (tier, following) in enumerate(pairwise(placed.table.tiers), 1):
            if tier.to is None or tier.to == following.from_ or following.from_ <= tier.from_:
                continue
            yield placed.issue(
                "plan.band_gap" if tier.to < following.from_ else "plan.band_overlap",
                f"tiers[{number + 1}]",
                number=number,
                following=number + 1,
                end=number_text(tier.to),
                start=number_text(following.from_),
            )


def _overage_start(placed: Placed) -> Iterator[Issue]:
    """An overage table has one rate below `above`; further tiers start at it or past it."""
    if isinstance(placed.table, Overage):
        for number, tier in enumerate(placed.table.tiers[1:], 2):
            if tier.from_ < placed.table.above:
                yield placed.issue(
                    "plan.overage_start",
                    f"tiers[{number}]",
                    number=number,
                    start=number_text(tier.from_),
                    above=number_text(placed.table.above),
                )


def table_curve(table: Table) -> Curve | None:
    """The table's curve in the plan's own numbers, or None where the table is refused, and of keyed rates:
    what they pay goes by the deals."""
    if isinstance(table, Keyed) or any(check_table(Placed(table, Where()))):
        return None
    return curve_of(table)


def cliffs(table: Table) -> tuple[Jump, ...]:
    """Where the curve jumps, for x ≥ 0: one more unit changes pay by more than the unit earns."""
    curve = table_curve(table)
    return () if curve is None else tuple(jump for jump in curve.jumps() if jump.at > 0)


def value_at(table: Table, x: Fraction | int) -> Fraction | None:
    """What the table says at x, or None where it has no curve."""
    curve = table_curve(table)
    return None if curve is None else curve.value(Fraction(x))

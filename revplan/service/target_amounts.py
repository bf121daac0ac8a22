"""Amounts of a target's year, in three ways: typed, a total by seasonal weights, last year × growth."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from revplan.access import Viewer
from revplan.issues import Issue, Where
from revplan.metrics.measures import measure_of, unit_scale
from revplan.model.book import Book
from revplan.model.results import Unit
from revplan.model.targets import Target, TargetYear
from revplan.money import MILLION, largest_remainder, round_half_away, to_major
from revplan.periods import Grain, Period
from revplan.rules.quotas import resolve, resolve_months
from revplan.rules.standing import actuals
from revplan.service import workspace
from revplan.service.once import Once


@dataclass(frozen=True)
class Typed:
    """An amount for each period, in the measure's own unit; None where nothing is typed yet."""

    amounts: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class Seasonal:
    """A total for the year, and a weight for each period: () for equal ones, None for last year's shape."""

    total: Decimal
    weights: tuple[Decimal, ...] | None = ()


@dataclass(frozen=True)
class Grown:
    """Last year's actual of each period × (1 + growth), rounded to whole `step`s of the measure's unit."""

    growth: Decimal
    step: int = 1


Way = Typed | Seasonal | Grown


@dataclass(frozen=True)
class Proposal:
    """A year's amounts beside last year's, for each period, in stored units (minor units, millionths).

    `year` is what the target would hold, None when an issue of severity error says why it cannot.
    """

    unit: Unit
    periods: tuple[Period, ...]
    amounts: tuple[int, ...]
    last_year: tuple[int, ...]
    year: TargetYear | None
    issues: tuple[Issue, ...]

    @property
    def total(self) -> int:
        """The periods' sum; of a ratio it says nothing."""
        return sum(self.amounts)


_past: Once[tuple[int, ...]] = Once(64)


def propose_amounts(viewer: Viewer, measure: str, year: int, grain: Grain, way: Way) -> Proposal:
    """The amounts of a fiscal year that one of the three ways gives.

    Company-level figures, so everybody may ask. Amounts are what a run would use: the year is resolved by
    the engine's own rule. KeyError when there is no such measure.
    """
    book = workspace.current().book()
    unit = measure_of(book.company, measure).unit
    periods = year_periods(book, year, grain)
    before = year_periods(book, year - 1, grain)
    last = counted(viewer, measure, before)
    proposed, issues = _propose(way, year, last, before, unit, book)
    if any(last) and before[-1].end > book.company.as_of and not isinstance(way, Typed):
        issues = (*issues, Issue("target_last_year_not_over", "warning", Where(), {"year": year - 1}))
    amounts = (0,) * len(periods)
    if proposed is not None:
        target = Target(id="proposed", name="proposed", measure=measure, grain=grain, year=(proposed,))
        amounts = tuple(resolve(book.company, (target,))["amount"].to_pylist())
    return Proposal(unit, periods, amounts, last, proposed, issues)


def unit_of(viewer: Viewer, measure: str) -> Unit:
    """The unit of a measure. KeyError when there is no such measure."""
    return measure_of(workspace.current().book().company, measure).unit


def year_periods(book: Book, year: int, grain: Grain) -> tuple[Period, ...]:
    """The periods of a fiscal year."""
    whole = book.company.calendar.year(year)
    return tuple(book.company.calendar.periods(whole.start, whole.end, grain))


def counted(viewer: Viewer, measure: str, periods: Sequence[Period]) -> tuple[int, ...]:
    """What the whole company counted of a measure in each period, in stored units; 0 where nothing is.

    Shared totals: everybody may see them.
    """
    book, key = workspace.current().book_and_key()

    def count() -> tuple[int, ...]:
        return tuple(found or 0 for found in actuals(book, measure, periods))

    return _past.get((key, measure, tuple(periods)), count)


def _propose(
    way: Way, year: int, last: tuple[int, ...], before: tuple[Period, ...], unit: Unit, book: Book
) -> tuple[TargetYear | None, tuple[Issue, ...]]:
    if isinstance(way, Typed):
        if not any(way.amounts) or len(way.amounts) != len(before):
            return None, (_error("target_no_amounts", year=year),)
        return TargetYear(year=year, amounts=tuple(amount or Decimal(0) for amount in way.amounts)), ()
    if isinstance(way, Seasonal):
        return _seasonal(way, year, last, before, unit)
    if not any(last):
        return None, (_error("target_no_last_year", year=year - 1),)
    if negative := _below_zero(last, before, year):
        return None, negative
    digits = book.company.digits
    step = way.step * unit_scale(unit, digits)
    if unit == "ratio":  # 105.3% × 1.02: kept to a tenth of a percent
        step = 1_000
    grown = [round_half_away(amount * (1 + Fraction(way.growth)) / step) * step for amount in last]
    amounts = tuple(_major(amount, unit, digits) for amount in grown)
    factor = f"{(1 + way.growth).normalize():f}"
    return TargetYear(year=year, amounts=amounts, basis=f"{year - 1} × {factor}"), ()


def _seasonal(
    way: Seasonal, year: int, last: tuple[int, ...], before: tuple[Period, ...], unit: Unit
) -> tuple[TargetYear | None, tuple[Issue, ...]]:
    if unit == "ratio":
        return None, (_error("target_ratio_has_no_shape"),)
    if not way.total:
        return None, (_error("target_no_amounts", year=year),)
    if way.weights is not None:
        if way.weights and (min(way.weights) < 0 or not any(way.weights)):
            return None, (_error("target_weights_divide_nothing", year=year),)
        if way.weights and len(way.weights) != len(before):
            given = {"given": len(way.weights), "wanted": len(before)}
            return None, (_error("target_weights_do_not_fit", year=year, **given),)
        return TargetYear(year=year, total=way.total, weights=way.weights), ()
    if not any(last):
        return None, (_error("target_no_last_year", year=year - 1),)
    if negative := _below_zero(last, before, year):
        return None, negative
    # In hundredths of a percent that add up to 100: a shape that a person can read and change.
    weights = tuple(Decimal(part) / 100 for part in largest_remainder(10_000, last))
    return TargetYear(year=year, total=way.total, weights=weights, basis=str(year - 1)), ()


def _below_zero(last: tuple[int, ...], before: tuple[Period, ...], year: int) -> tuple[Issue, ...]:
    below = [period.label for period, amount in zip(before, last, strict=True) if amount < 0]
    return tuple(_error("target_last_year_below_zero", period=label, year=year - 1) for label in below[:1])


def _major(amount: int, unit: Unit, digits: int) -> Decimal:
    return to_major(amount, digits) if unit == "money" else Decimal(amount).scaleb(-6).normalize()


def _error(code: str, **parameters: str | int) -> Issue:
    return Issue(code, "error", Where(), parameters)


@dataclass(frozen=True)
class Stand:
    """How a target stands in a year, in stored units: by period, and over the periods that are over.

    `actuals` are None for periods that have not begun. `through` is the last period that is over (None when
    none is); `target`, `actual` and `attainment` (millionths) add up to there; a ratio has its last period's.
    """

    unit: Unit
    periods: tuple[Period, ...]
    targets: tuple[int, ...]
    actuals: tuple[int | None, ...]
    last_year: tuple[int, ...]
    through: Period | None
    target: int
    actual: int
    attainment: int | None


def target_stand(viewer: Viewer, target: Target, year: int) -> Stand:
    """How a target of the whole company stands: shared figures, everybody may see them.

    Without amounts for that year the targets are 0. KeyError when its measure is not known.
    """
    book = workspace.current().book()
    as_of, unit = book.company.as_of, measure_of(book.company, target.measure).unit
    periods = year_periods(book, year, target.grain)
    quotas, _ = resolve_months(book.company, (target.model_copy(update={"portions": ()}),))
    amounts = [0] * len(periods)
    if target.id in quotas.targets:
        amounts = [quotas.amount(target.id, target.owner, p.start, p.end) or 0 for p in periods]
    counts = counted(viewer, target.measure, periods)
    actuals_ = [count if p.start <= as_of else None for p, count in zip(periods, counts, strict=True)]
    over = [i for i, period in enumerate(periods) if period.end <= as_of + timedelta(days=1)]
    chosen = over[-1:] if unit == "ratio" else over
    goal, reached = sum(amounts[i] for i in chosen), sum(counts[i] for i in chosen)
    return Stand(
        unit=unit,
        periods=periods,
        targets=tuple(amounts),
        actuals=tuple(actuals_),
        last_year=counted(viewer, target.measure, year_periods(book, year - 1, target.grain)),
        through=periods[over[-1]] if over else None,
        target=goal,
        actual=reached,
        attainment=round_half_away(Fraction(reached * MILLION, goal)) if goal > 0 else None,
    )

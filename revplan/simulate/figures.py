"""Figures that tables of trials share: their periods, and how an array of trials is spread."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from revplan.formula.compiled import Bools, Ints
from revplan.money import MILLION, round_half_away
from revplan.periods import Grain, Period, add_months
from revplan.simulate.monte_carlo import Simulated

Floats: TypeAlias = npt.NDArray[np.float64]

SPREAD = [(name, pa.int64()) for name in ("mean", "deviation", "p10", "p50", "p90", "least", "most")]
"""The columns of `spread_of`."""


# ---------------------------------------------------------------- periods


def start_of(result: Simulated) -> date:
    """The first month that is not wholly known."""
    return result.stakes.future.months[0]


def year_of(result: Simulated) -> Period:
    """The fiscal years that the forecast reaches into, as one stretch."""
    calendar = result.stakes.future.certain.company.calendar
    first = calendar.period_of(start_of(result), "year")
    last = calendar.period_of(result.stakes.future.months[-1], "year")
    return Period(first.start, last.end, "year", first.label)


def periods_of(result: Simulated, grains: Iterable[Grain], *, whole_year: bool = False) -> list[Period]:
    """The periods that the forecast reaches into, or with `whole_year` those of its fiscal year too, grain by
    grain."""
    calendar = result.stakes.future.certain.company.calendar
    year = year_of(result)
    start = year.start if whole_year else start_of(result)
    end = add_months(result.stakes.future.months[-1], 1)
    return [period for grain in grains for period in calendar.periods(start, end, grain)]


def named(period: Period) -> dict[str, object]:
    """A period as the columns that name it; its end is exclusive."""
    return {"period": period.label, "period_start": period.start, "period_end": period.end}


# ---------------------------------------------------------------- figures


def spread_of(values: Ints) -> dict[str, int]:
    """How values by trial lie, in their own unit: the columns of SPREAD."""
    return {
        "mean": rounded(values.mean()),
        "deviation": rounded(values.std()),
        "p10": percentile(values, 10),
        "p50": percentile(values, 50),
        "p90": percentile(values, 90),
        "least": int(values.min()),
        "most": int(values.max()),
    }


def percentile(values: Ints, percent: int) -> int:
    """The smallest value that `percent` in a hundred do not exceed."""
    place = -(-len(values) * percent // 100) - 1
    return int(np.partition(values, max(place, 0))[max(place, 0)])


def rounded(value: float) -> int:
    return round(float(value))


def chance_of(hits: Bools) -> int:
    """In which share of the trials it came true, millionths, halves up."""
    return round_half_away(Fraction(int(hits.sum()) * MILLION, len(hits)))


def ranks_of(values: Ints) -> Floats:
    """Ranks from 0; equal values share the middle of theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return ((last - counts + last - 1) / 2)[place]


def correlation_of(a: Floats, b: Floats) -> float:
    """Pearson's correlation, −1 to 1; 0 where one of them never moves."""
    spread = float(a.std() * b.std())
    return 0.0 if spread == 0 else float(((a - a.mean()) * (b - b.mean())).mean()) / spread

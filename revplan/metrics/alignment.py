"""Whether pay and the company's result move together: the figures that compare two plan sets.

Everything is counted in **windows**: the finished or running periods of the company's shared revenue
target. A payout line belongs to the window that contains the last day of its payment period, so a yearly
bonus counts in the window in which the year ends. Two attainments are kept apart:

- *pay*: Σ payout ÷ Σ target incentive of the people paid, the same divisor under every plan set;
- *measure*: how far people got on what their own plan counts, weighted by what each component is worth.
"""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from revplan.money import MILLION, largest_remainder, round_half_away
from revplan.periods import MONTHS, FiscalCalendar, Grain, Period

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Window:
    """A period of the company's shared target: `start` inclusive, `end` exclusive, amounts in minor units.

    `attainment` is in millionths, None where the target is 0; `final` once the period is over at as_of.
    """

    label: str
    start: date
    end: date
    target: int
    actual: int
    attainment: int | None
    final: bool

    @property
    def missed(self) -> bool:
        """The period is over and its target was not reached (compared as amounts, never divided)."""
        return self.final and self.actual < self.target


def shared_target(standings: pa.Table) -> str:
    """The company target that teams are measured against: of the company's money targets the one that
    most teams share, then the one on won revenue, then the first by id; "" when there is none."""
    best: dict[str, tuple[int, int]] = {}
    columns = ["target_id", "measure", "unit", "owner", "shared_with"]
    for row in standings.select(columns).to_pylist():
        if row["owner"] == "company" and row["unit"] == "money":
            known = best.get(row["target_id"], (0, 0))
            shared = max(known[0], len(row["shared_with"] or ()))
            best[row["target_id"]] = (shared, int(row["measure"] == "won_revenue"))
    return min(best, key=lambda name: (-best[name][0], -best[name][1], name), default="")


def company_windows(standings: pa.Table, target_id: str, calendar: FiscalCalendar) -> tuple[Window, ...]:
    """The target's own periods that have begun, in order; a monthly target is added up by quarter, so
    that pay by quarter has a period to stand beside."""
    found: dict[Period, list[dict[str, object]]] = {}
    for row in standings.to_pylist():
        if row["target_id"] == target_id and row["owner"] == "company" and row["status"] != "future":
            grain: Grain = "quarter" if MONTHS[row["grain"]] < MONTHS["quarter"] else row["grain"]
            found.setdefault(calendar.period_of(row["period_start"], grain), []).append(row)
    return tuple(_window(period, found[period]) for period in sorted(found))


def _window(period: Period, rows: Sequence[Mapping[str, object]]) -> Window:
    target = sum(int(str(row["target"] or 0)) for row in rows)
    actual = sum(int(str(row["actual"] or 0)) for row in rows)
    reaches_end = max(str(row["period_end"]) for row in rows) >= period.end.isoformat()
    final = reaches_end and all(row["status"] != "open" for row in rows)
    return Window(period.label, period.start, period.end, target, actual, ratio(actual, target), final)


def ratio(amount: int | Fraction, whole: int | Fraction) -> int | None:
    """amount ÷ whole in millionths, rounded half away from zero; None where the whole is 0."""
    return round_half_away(Fraction(amount) * MILLION / whole) if whole else None


def placed(table: pa.Table, windows: Sequence[Window]) -> pa.Table:
    """The rows of payout lines whose last day lies in a window, with that window's label in `window`.

    `table` has `period_end` (exclusive); windows do not overlap.
    """
    if not windows or not table.num_rows:
        return table.slice(0, 0).append_column("window", pa.array([], pa.string()))
    order = sorted(windows, key=lambda window: window.start)
    starts = np.array([(window.start - _EPOCH).days for window in order])
    ends = np.array([(window.end - _EPOCH).days for window in order])
    last_days = table["period_end"].cast(pa.int32()).to_numpy() - 1
    index = np.searchsorted(starts, last_days, side="right") - 1
    inside = (index >= 0) & (last_days < ends[np.maximum(index, 0)])
    labels = pa.array([window.label for window in order]).take(pa.array(np.maximum(index, 0)))
    return table.append_column("window", labels).filter(pa.array(inside))


def total_by(table: pa.Table, keys: Sequence[str], amount: str) -> pa.Table:
    """Σ `amount` for each combination of `keys`, sorted by them."""
    summed = table.group_by(list(keys), use_threads=False).aggregate([(amount, "sum")])
    summed = summed.select([*keys, f"{amount}_sum"]).rename_columns([*keys, amount])
    return summed.sort_by([(key, "ascending") for key in keys])


def target_pay(
    people: pa.Table, windows: Sequence[Window], calendar: FiscalCalendar, as_of: date
) -> pa.Table:
    """What each payee would be paid at exactly 100%: (window, payee_id, team_id, target_pay), minor units.

    The annual target incentive of each dated row of `people` (payee_id, team_id, starts_on, ends_on
    exclusive, target_incentive in minor units): the share that the window's months are of a year, as in
    plans, so a fourth for a quarter, and of it the row's days over the window's. A running window counts up
    to and including `as_of`. Rounded once per row.
    """
    rows: list[dict[str, object]] = []
    for row in people.select(["payee_id", "team_id", "starts_on", "ends_on", "target_incentive"]).to_pylist():
        for window in windows if row["target_incentive"] else ():
            until = min(window.end, as_of + timedelta(days=1))
            first, last = max(window.start, row["starts_on"]), min(until, row["ends_on"] or until)
            if (days := (last - first).days) > 0:
                months = sum(1 for _ in calendar.periods(window.start, window.end, "month"))
                share = Fraction(months, 12) * Fraction(days, (window.end - window.start).days)
                amount = round_half_away(row["target_incentive"] * share)
                rows.append(
                    {
                        "window": window.label,
                        "payee_id": row["payee_id"],
                        "team_id": row["team_id"],
                        "target_pay": amount,
                    }
                )
    return pa.Table.from_pylist(rows, TARGET_PAY)


TARGET_PAY = pa.schema(
    [
        ("window", pa.string()),
        ("payee_id", pa.string()),
        ("team_id", pa.string()),
        ("target_pay", pa.int64()),
    ]
)
"""What everybody would be paid at exactly 100%, by window."""


def weigh(lines: pa.Table, pay_at_target: pa.Table, calendar: FiscalCalendar) -> pa.Table:
    """The placed lines that measure attainment, each with its `worth` in minor units.

    Only the line that closes its measured period counts (a year half gone is not a year missed), and only
    lines whose attainment is defined. A line is worth its own target incentive where it pays `incentive`;
    lines that pay otherwise share the rest of the payee's target pay of the window equally, to the cent.
    """
    labels = dict.fromkeys(lines["measured_period"].to_pylist())
    ends = {label: calendar.parse(label).end for label in labels}
    measured = [ends[label] for label in lines["measured_period"].to_pylist()]
    closes = pc.equal(lines["period_end"], pa.array(measured, pa.date32()))
    closing = lines.filter(pc.and_(closes, pc.is_valid(lines["attainment"])))
    return closing.append_column("worth", pa.array(_worth(closing, pay_at_target), pa.int64()))


def _worth(lines: pa.Table, pay_at_target: pa.Table) -> list[int]:
    rest = _by_payee(pay_at_target, "target_pay")
    columns = ("window", "payee_id", "way", "target_incentive")
    rows = list(zip(*(lines[name].to_pylist() for name in columns), strict=True))
    worth = [incentive or 0 if way == "incentive" else 0 for *_key, way, incentive in rows]
    others: dict[tuple[str, str], list[int]] = {}
    for place, (window, payee, way, _incentive) in enumerate(rows):
        rest[window, payee] = rest.get((window, payee), 0) - worth[place]
        if way != "incentive":
            others.setdefault((window, payee), []).append(place)
    for key, places in others.items():
        shares = largest_remainder(max(0, rest[key]), [1] * len(places))
        for place, share in zip(places, shares, strict=True):
            worth[place] = share
    return worth


def _by_payee(table: pa.Table, amount: str) -> dict[tuple[str, str], int]:
    rows = total_by(table, ["window", "payee_id"], amount).to_pylist()
    return {(row["window"], row["payee_id"]): row[amount] for row in rows}


def measure_attainment(weighed: pa.Table, keys: Sequence[str]) -> dict[tuple[str, ...], int]:
    """Attainment of what the plans count, in millionths, for each combination of `keys` of weighed lines:
    their mean, weighted by worth; where nothing has a worth, every line counts the same."""
    sums: dict[tuple[str, ...], list[int]] = {}
    columns = (*keys, "attainment", "worth")
    for *key, attained, worth in zip(*(weighed[name].to_pylist() for name in columns), strict=True):
        total = sums.setdefault(tuple(key), [0, 0, 0, 0])
        for place, value in enumerate((worth * attained, worth, attained, 1)):
            total[place] += value
    return {
        key: round_half_away(Fraction(weighted, worth) if worth else Fraction(plain, count))
        for key, (weighted, worth, plain, count) in sums.items()
    }


@dataclass(frozen=True)
class Together:
    """How often teams stood on the same side of their targets.

    `periods` are the finished windows in which at least two teams have an attainment, `together` those in
    which all of them were at or above 100%, or all below; `correlation` is the mean of the teams' pairwise
    Pearson correlations over at least three common windows, None where no pair has one.
    """

    periods: int
    together: int
    correlation: float | None


def teams_together(attainment: Mapping[tuple[str, ...], int], windows: Iterable[Window]) -> Together:
    """From measure attainment by (team, window label), over the windows that are final."""
    final = [window.label for window in windows if window.final]
    by_window = [[value for key, value in attainment.items() if key[1] == label] for label in final]
    counted = [values for values in by_window if len(values) > 1]
    same_side = [values for values in counted if len({value >= MILLION for value in values}) == 1]
    teams = sorted({key[0] for key in attainment})
    pairs = [
        correlation([(attainment.get((one, at)), attainment.get((other, at))) for at in final])
        for one, other in combinations(teams, 2)
    ]
    known = [value for value in pairs if value is not None]
    return Together(len(counted), len(same_side), statistics.fmean(known) if known else None)


def correlation(pairs: Iterable[tuple[int | None, int | None]]) -> float | None:
    """Pearson's r of the pairs that are whole; None under three of them or where one side never moves."""
    whole = [(float(a), float(b)) for a, b in pairs if a is not None and b is not None]
    if len(whole) < 3 or any(len({pair[side] for pair in whole}) == 1 for side in (0, 1)):
        return None
    return statistics.correlation(*zip(*whole, strict=True))


def paid_while_missing(pay: pa.Table, windows: Iterable[Window], amount: str) -> pa.Table:
    """Σ `amount` by team in the windows that the company missed: (team_id, `amount`).

    `pay` has window, team_id and `amount`. Pay of a window that is not over is never counted.
    """
    missed = pa.array([window.label for window in windows if window.missed], pa.string())
    return total_by(pay.filter(pc.is_in(pay["window"], value_set=missed)), ["team_id"], amount)

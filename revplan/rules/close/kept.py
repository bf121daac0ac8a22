"""What closes keep of a run, and a run's lines with it: closed periods stand as they were closed."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from revplan.issues import Issue, Where
from revplan.model.book import Book
from revplan.model.closes import Close
from revplan.model.results import ADJUSTMENTS, CREDITS, PARTS, STANDINGS, STATEMENTS, RunResult
from revplan.periods import Period, add_months, month_label
from revplan.rules.accounts import same_bytes


@dataclass(frozen=True)
class Closed:
    """What all closes of a plan set keep; `end` is the first day that is open, the first of a month."""

    end: date
    lines: pa.Table
    parts: pa.Table
    inputs: pa.Table
    adjustments: pa.Table


def closed_of(book: Book, plan_set: str) -> Closed | None:
    """What the book's closes of the plan set keep; None without any."""
    closes = sorted((close for close in book.closes if close.plan_set == plan_set), key=lambda c: c.end)
    if not closes:
        return None
    kept: dict[str, list[pa.Table]] = {"lines": [], "parts": [], "inputs": []}
    before = 0
    for close in closes:
        for name, tables in kept.items():
            table: pa.Table = getattr(close, name)
            tables.append(_with_ids(table, pc.add(table["line_id"], before)))
        before += close.lines.num_rows
    return Closed(
        closes[-1].end,
        pa.concat_tables(kept["lines"]),
        pa.concat_tables(kept["parts"]),
        pa.concat_tables(kept["inputs"]),
        pa.concat_tables([close.adjustments for close in closes]),
    )


def changed_plans(book: Book, plan_set: str) -> list[Issue]:
    """An error for each plan version that paid a closed period and is gone since, or has other components."""
    now = {(plan.id, plan.version): plan.components for plan in book.plans}
    closed = {
        (plan.id, plan.version)
        for close in book.closes
        for plan in close.plans
        if close.plan_set == plan_set and now.get((plan.id, plan.version)) != plan.components
    }
    return [
        Issue("close.plan_changed", "error", Where(plan=plan_id), {"plan": plan_id, "version": version})
        for plan_id, version in sorted(closed)
    ]


def close_of(
    book: Book, result: RunResult, period: Period, *, closed_on: date, closed_by: str
) -> Close | Issue:
    """What closing a plan set up to the end of a period keeps of its run (which has parts and inputs).

    Keeps the lines whose payment period ends by then and the adjustments of those months, without what was
    closed before. Refuses, as an issue, a period that is not over at the as-of date, and one that is closed.
    """
    said: dict[str, str | int] = {"period": period.label, "plan_set": result.plan_set}
    if period.end > result.as_of + timedelta(days=1):
        return Issue("close.not_over", "error", parameters={**said, "as_of": result.as_of.isoformat()})
    closed = closed_of(book, result.plan_set)
    if closed is not None and period.end <= closed.end:
        last = closed.end - timedelta(days=1)
        return Issue("close.closed_before", "error", parameters={**said, "last": last.isoformat()})
    lines, entries = result.lines, result.adjustments
    is_due = pc.and_(pc.less_equal(lines["period_end"], period.end), pc.not_equal(lines["status"], "locked"))
    lines = _locked(lines.filter(is_due))
    last_month = month_label(add_months(period.end, -1))
    is_due = pc.and_(pc.less_equal(entries["period"], last_month), pc.not_equal(entries["status"], "locked"))
    ids = lines["line_id"].combine_chunks()
    old = ids.to_numpy()

    def kept(table: pa.Table) -> pa.Table:
        table = table.filter(pc.is_in(table["line_id"], value_set=ids))
        return _with_ids(
            table, pa.array(np.searchsorted(old, table["line_id"].to_numpy()) + 1)
        ).combine_chunks()

    paid_by = set(zip(*(lines[name].to_pylist() for name in ("plan_id", "plan_version")), strict=True))
    mine = [plan for plan in book.plans if (plan.id, plan.version) in paid_by]
    return Close(
        result.plan_set,
        period.end,
        closed_on,
        closed_by,
        result.engine_version,
        tuple(sorted(mine, key=lambda plan: f"{plan.id}-v{plan.version}.toml")),
        kept(lines),
        kept(result.parts),
        kept(result.inputs),
        _locked(entries.filter(is_due)),
    )


def with_closed(
    closed: Closed, lines: pa.Table, parts: pa.Table, inputs: pa.Table
) -> tuple[pa.Table, pa.Table, pa.Table]:
    """A run's lines, parts and inputs with those of closed months as they were closed, numbered anew."""
    is_open = pc.greater(lines["period_end"], closed.end)
    fresh = lines.num_rows
    kept = _with_ids(closed.lines, pc.add(closed.lines["line_id"], fresh))
    order = ("payee_id", "plan_id", "component_id", "period_start", "segment", "plan_version")
    both = pa.concat_tables([lines.filter(is_open), kept])
    both = both.sort_by([(name, "ascending") for name in (*order, "line_id")]).combine_chunks()
    number = np.zeros(fresh + kept.num_rows + 1, np.int64)
    number[both["line_id"].to_numpy()] = np.arange(1, both.num_rows + 1)

    def renumbered(mine: pa.Table, theirs: pa.Table, place: str) -> pa.Table:
        theirs = _with_ids(theirs, pc.add(theirs["line_id"], fresh))
        table = pa.concat_tables([mine, theirs])
        table = _with_ids(table, pa.array(number[table["line_id"].to_numpy()]))
        table = table.filter(pc.greater(table["line_id"], 0))
        return table.sort_by([("line_id", "ascending"), (place, "ascending")]).combine_chunks()

    ids = pa.array(np.arange(1, both.num_rows + 1))
    tables = (
        _with_ids(both, ids),
        renumbered(parts, closed.parts, "position"),
        renumbered(inputs, closed.inputs, "place"),
    )
    lines, parts, inputs = map(same_bytes, tables)
    return lines, parts, inputs


def as_run(
    book: Book,
    plan_set: str,
    lines: pa.Table,
    inputs: pa.Table,
    adjustments: pa.Table | None = None,
    parts: pa.Table | None = None,
) -> RunResult:
    """Tables of a run, or of what was kept of one, as a run that can be explained and compared."""
    return RunResult(
        plan_set=plan_set,
        as_of=book.company.as_of,
        currency=book.company.currency,
        digits=book.company.digits,
        engine_version="",
        lines=lines,
        parts=PARTS.empty_table() if parts is None else parts,
        inputs=inputs,
        credits=CREDITS.empty_table(),
        standings=STANDINGS.empty_table(),
        adjustments=ADJUSTMENTS.empty_table() if adjustments is None else adjustments,
        statements=STATEMENTS.empty_table(),
        issues=(),
    )


def _with_ids(table: pa.Table, ids: pa.Array) -> pa.Table:
    return table.set_column(0, table.schema.field(0), ids)


def _locked(table: pa.Table) -> pa.Table:
    place = table.schema.get_field_index("status")
    locked = pa.array(["locked"] * table.num_rows, pa.string())
    return table.set_column(place, table.schema.field(place), locked).combine_chunks()

"""Which deals moved a line between two runs: those that count for more, for less, newly or no longer."""

from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from revplan.model.results import RunResult
from revplan.rules.explain.diff import Moved


@dataclass(frozen=True)
class MovedDeal:
    """A deal behind a line and what it counted for, before and after (in `unit`: minor units, or millionths);
    None where it did not count, or no longer does."""

    transaction_id: str
    opportunity_id: str
    account_id: str
    on_date: date | None
    unit: str
    before: int | None
    after: int | None

    @property
    def difference(self) -> int:
        """After less before."""
        return (self.after or 0) - (self.before or 0)


def moved_deals(a: RunResult, b: RunResult, moved: Moved) -> tuple[MovedDeal, ...]:
    """The deals of a moved line that two runs (with parts) count differently, the largest move first.

    Empty where the same deals count for the same: then it was a quota, a result of others, or the terms.
    """
    if moved.entry:
        return ()
    sides = [_credits(run, moved) for run in (a, b)]
    found = []
    for transaction in sorted(sides[0].keys() | sides[1].keys()):
        old, new = (side.get(transaction) for side in sides)
        known = new or old
        if known is not None and (old is None or new is None or old.credit != new.credit):
            before, after = (None if side is None else side.credit for side in (old, new))
            found.append(
                MovedDeal(
                    transaction, known.opportunity_id, known.account_id, known.on_date, known.unit,
                    before, after,
                )
            )  # fmt: skip
    return tuple(sorted(found, key=lambda one: (-abs(one.difference), one.transaction_id)))


@dataclass
class _Counted:
    opportunity_id: str
    account_id: str
    on_date: date | None
    unit: str
    credit: int = 0


def _credits(run: RunResult, moved: Moved) -> dict[str, _Counted]:
    """What each transaction counted for on the line, all of its segments together."""
    lines = run.lines
    for name in ("payee_id", "plan_id", "component_id", "period"):
        lines = lines.filter(pc.equal(lines[name], getattr(moved, name)))
    units = dict(zip(lines["line_id"].to_pylist(), lines["unit"].to_pylist(), strict=True))
    parts = run.parts.filter(pc.is_in(run.parts["line_id"], value_set=pa.array(list(units), pa.int64())))
    found: dict[str, _Counted] = {}
    for row in parts.filter(pc.equal(parts["kind"], "deal")).to_pylist():
        made = _Counted(row["opportunity_id"], row["account_id"], row["on_date"], units[row["line_id"]])
        found.setdefault(row["transaction_id"], made).credit += row["credit"] or 0
    return found

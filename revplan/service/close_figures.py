"""What a close pays: by person, in all, and the true-ups in it, cut to who is looking."""

from collections import Counter
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from revplan.access import Scope
from revplan.model.book import Book
from revplan.model.closes import Close
from revplan.service.workspace import scoped

PEOPLE = pa.schema(
    [
        ("team_id", pa.string()),
        ("team", pa.string()),
        ("payee_id", pa.string()),
        ("payee_name", pa.string()),
        ("components", pa.int64()),  # of lines, minor units
        ("adjustments", pa.int64()),
        ("pay", pa.int64()),
        ("now", pa.int64()),  # what closing now would pay; null where nothing was submitted
        ("change", pa.int64()),  # now less pay
    ]
)
"""One row for each team and person, in that order."""

TRUE_UPS = pa.schema(
    [
        ("payee_id", pa.string()),
        ("payee_name", pa.string()),
        ("team_id", pa.string()),
        ("plan_id", pa.string()),
        ("component_id", pa.string()),
        ("component", pa.string()),
        ("cause", pa.string()),  # the closed period
        ("period", pa.string()),  # the month in which it is paid
        ("amount", pa.int64()),
        ("reason", pa.string()),
    ]
)
"""One row for each difference of a closed period that is paid, or taken back, later."""


@dataclass(frozen=True)
class Figures:
    """What a close pays, as far as the viewer sees it: `people` (PEOPLE), `true_ups` (TRUE_UPS)."""

    people: pa.Table
    true_ups: pa.Table

    @property
    def total(self) -> int:
        """Pay in minor units."""
        return pc.sum(self.people["pay"]).as_py() or 0

    @property
    def change(self) -> int:
        """What closing now would pay more, or less, in minor units."""
        return pc.sum(self.people["change"]).as_py() or 0

    @property
    def changed(self) -> int:
        """How many people would be paid something else now."""
        return pc.sum(pc.not_equal(self.people["change"], 0)).as_py() or 0

    @property
    def number(self) -> int:
        """How many people there are."""
        return len(set(self.people["payee_id"].to_pylist()))


def figures(book: Book, close: Close, now: Close | None, scope: Scope, true_ups: pa.Table) -> Figures:
    """The figures of a close, beside those that closing `now` would have (None for no such comparison).

    `true_ups` are adjustments, of which those of that kind are taken.
    """
    teams = {team.id: team.name for team in book.company.teams}
    lines, entries = (_by_person(close, scope, name) for name in ("lines", "adjustments"))
    later = [_by_person(now, scope, name) for name in ("lines", "adjustments")] if now else []
    names: dict[tuple[str, str], str] = {}
    for table in (close.lines, close.adjustments, *((now.lines, now.adjustments) if now else ())):
        names |= _names(table, scope)
    rows = []
    for key in sorted(names, key=lambda key: (teams.get(key[0], key[0]), names[key], key)):
        pay = lines[key] + entries[key]
        paid_now = sum(each[key] for each in later) if now else None
        rows.append(
            {
                "team_id": key[0],
                "team": teams.get(key[0], key[0]),
                "payee_id": key[1],
                "payee_name": names[key],
                "components": lines[key],
                "adjustments": entries[key],
                "pay": pay,
                "now": paid_now,
                "change": None if paid_now is None else paid_now - pay,
            }
        )
    return Figures(pa.Table.from_pylist(rows, PEOPLE), _true_ups(book, scope, true_ups))


def _true_ups(book: Book, scope: Scope, adjustments: pa.Table) -> pa.Table:
    found = scoped(adjustments.filter(pc.equal(adjustments["kind"], "true_up")), scope)
    named = {(plan.id, component.id): component.name for plan in book.plans for component in plan.components}
    return pa.Table.from_pylist(
        [
            {**row, "component": named.get((row["plan_id"], row["component_id"]), row["component_id"])}
            for row in found.to_pylist()
        ],
        TRUE_UPS,
    )


def _by_person(close: Close, scope: Scope, name: str) -> Counter[tuple[str, str]]:
    """Minor units by team and payee."""
    table = scoped(getattr(close, name), scope)
    amounts: Counter[tuple[str, str]] = Counter()
    column = "payout" if name == "lines" else "amount"
    for team, payee, amount in zip(
        *(table[each].to_pylist() for each in ("team_id", "payee_id", column)), strict=True
    ):
        amounts[team, payee] += amount
    return amounts


def _names(table: pa.Table, scope: Scope) -> dict[tuple[str, str], str]:
    seen = scoped(table, scope)
    columns = (seen[name].to_pylist() for name in ("team_id", "payee_id", "payee_name"))
    return {(team, payee): name for team, payee, name in zip(*columns, strict=True)}

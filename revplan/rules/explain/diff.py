"""What is different between two runs of a plan set: which lines moved, and which inputs moved each."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from revplan.formula.exact import CellInputs, finish_sum
from revplan.formula.steps import Formula
from revplan.model.book import Book
from revplan.model.plan import Component, PaysPool
from revplan.model.results import RunResult
from revplan.rules.explain.line import EXCLUDED, Explainer, Row

Kind = Literal[
    "new", "gone", "excluded", "credit", "paid_on", "quota", "incentive", "multiplier", "gate", "deals",
    "terms", "pool", "earlier", "limits",
]  # fmt: skip
"""Why a line moved. `paid_on`: what its deals pay on, where what they count is the same. `excluded`: it was
kept from paying, or no longer is. `deals`: what deals pay that are read by themselves. `earlier`: what lines
before it in a cumulative period have. `limits`: of a payee's pay, or the plan's budget."""


@dataclass(frozen=True)
class Cause:
    """One reason for a line's move, and by how much (minor units). Of an input its measure and unit, and what
    counted, or the quota, before and after; None where there is none, and where it is not about one."""

    kind: Kind
    effect: int
    measure: str = ""
    unit: str = "money"
    before: int | None = None
    after: int | None = None


@dataclass(frozen=True)
class Moved:
    """A line, or an adjustment, that is not what it was.

    The effects of a line's causes add up to the difference. An adjustment (`entry`, its kind) stands for
    all of its kind on one account and month, about one component and cause (`about`), and has no causes; its
    `reason` is that of the entry, as a code.
    """

    payee_id: str
    payee_name: str
    team_id: str
    plan_id: str
    component_id: str
    component_name: str
    period: str
    before: int
    after: int
    causes: tuple[Cause, ...]
    entry: str = ""
    about: str = ""
    reason: str = ""

    @property
    def difference(self) -> int:
        """Minor units, after less before."""
        return self.after - self.before


_NAMED = ("payee_id", "payee_name", "team_id", "plan_id", "component_id", "component_name", "period")


def moved_lines(book_a: Book, a: RunResult, book_b: Book, b: RunResult) -> tuple[Moved, ...]:
    """The lines of two runs that do not pay the same, in order of payee, period, plan and component.

    Both runs have their inputs. The causes are found by taking the inputs of the second run one after the
    other into the first one's formula, then its terms; the effect of each is what it adds to those before.
    Adjustments that differ come after the lines.
    """
    sides = [_by_key(result) for result in (a, b)]
    explainers = Explainer(book_a, a), Explainer(book_b, b)
    found = []
    for key in sorted(sides[0].keys() | sides[1].keys(), key=lambda key: (key[0], key[3], key)):
        old, new = (side.get(key) for side in sides)
        before, after = (line["payout"] if line else 0 for line in (old, new))
        known = new or old
        if before == after or known is None:
            continue
        moved = tuple(cause for cause in causes(explainers, old, new) if cause.effect)
        named = {name: known[name] for name in _NAMED}
        found.append(Moved(**named, before=before, after=after, causes=moved))
    return (*found, *_moved_adjustments(a, b))


def _moved_adjustments(a: RunResult, b: RunResult) -> Iterator[Moved]:
    """Adjustments by account, month, kind, component and cause whose amounts are not the same."""
    sums: dict[tuple[str, ...], list[int]] = {}
    known: dict[tuple[str, ...], Row] = {}
    for side, result in enumerate((a, b)):
        for row in result.adjustments.to_pylist():
            key = tuple(row[name] for name in _ADJUSTED)
            sums.setdefault(key, [0, 0])[side] += row["amount"]
            known[key] = row
    for key in sorted(sums):
        before, after = sums[key]
        if before != after:
            named = {name: known[key].get(name, "") for name in _NAMED}
            about = {
                "entry": known[key]["kind"],
                "about": known[key]["cause"],
                "reason": known[key]["reason"],
            }
            yield Moved(**named, before=before, after=after, causes=(), **about)


_ADJUSTED = ("payee_id", "period", "kind", "plan_id", "component_id", "cause")


def _by_key(result: RunResult) -> dict[tuple[str, str, str, str, int], Row]:
    key = ("payee_id", "plan_id", "component_id", "period", "segment")
    return {tuple(row[name] for name in key): row for row in result.lines.to_pylist()}


def causes(explainers: tuple[Explainer, Explainer], old: Row | None, new: Row | None) -> Iterator[Cause]:
    """What moved a line from what it was in one run to what it is in another (None: it has no such line);
    some may have no effect. It is the terms, where one of the lines cannot be told again by its plan's."""
    if old is None or new is None:
        line = new or old or {}
        yield Cause("new" if new else "gone", line.get("payout", 0) * (1 if new else -1))
        return
    if (old["reason"] in EXCLUDED) != (new["reason"] in EXCLUDED):
        yield Cause("excluded", new["payout"] - old["payout"])
        return
    if not all(each.knows(line) for each, line in zip(explainers, (old, new), strict=True)):
        yield Cause("terms", new["payout"] - old["payout"])
        return
    yield from _earned(explainers, old, new)
    before = [line["earned_to_date"] - line["before_limits"] for line in (old, new)]
    yield Cause("earlier", before[0] - before[1])
    cut = [line["before_limits"] - line["payout"] for line in (old, new)]
    yield Cause("limits", cut[0] - cut[1])


@dataclass(frozen=True)
class _Cell:
    component: Component
    formula: Formula
    inputs: CellInputs
    deals: int | None

    @property
    def earned(self) -> int:
        """Minor units."""
        return finish_sum(self.formula, self.inputs, self.deals).payout


def _earned(explainers: tuple[Explainer, Explainer], old: Row, new: Row) -> Iterator[Cause]:
    """What made the amount earned to date another, input by input."""
    cells = []
    for explainer, line in zip(explainers, (old, new), strict=True):
        _, component, formula, inputs, deals = explainer.cell(line["line_id"])
        cells.append(_Cell(component, formula, inputs, deals))
    rows = [explainer.inputs(line["line_id"]) for explainer, line in zip(explainers, (old, new), strict=True)]
    now, after = cells
    shape = [
        (len(c.inputs.gates), "m" in r, c.deals is None, c.formula.table.paid_unit)
        for c, r in zip(cells, rows, strict=True)
    ]
    if shape[0] != shape[1]:
        yield Cause("terms", new["earned_to_date"] - old["earned_to_date"])
        return
    at = now.earned
    for kind, name, cell in _one_after_the_other(now, after, rows[0], rows[1]):
        effect, at, now = cell.earned - at, cell.earned, cell
        yield _cause(kind, effect, rows[0].get(name), rows[1].get(name))
    yield Cause("terms", after.earned - at)
    if isinstance(after.component.pays, PaysPool):
        # A member has a part of what the steps make: the rest is the pool's division.
        rest = new["earned_to_date"] - after.earned - (old["earned_to_date"] - cells[0].earned)
        yield _cause("pool", rest, rows[0].get("pool"), rows[1].get("pool"))


def _one_after_the_other(
    now: _Cell, after: _Cell, old: dict[str, Row], new: dict[str, Row]
) -> Iterator[tuple[Kind, str, _Cell]]:
    """The cell with one input more of the second run: incentive, quota, credit, multiplier, gates."""
    now = replace(now, inputs=replace(now.inputs, incentive=after.inputs.incentive))
    yield "incentive", "incentive", now
    quotas = old["x"]["quota"], new["x"]["quota"]
    if quotas[0] != quotas[1]:
        now = replace(now, inputs=_with_quota(now, after, *quotas))
        yield "quota", "x", now
    own = {name: getattr(after.inputs, name) for name in ("x_n", "x_d", "p_n")}
    now = replace(now, inputs=replace(now.inputs, **own))
    if now.deals is not None:
        now = replace(now, deals=after.deals)
        yield "deals", "deals", now
    elif "p" in old and old["x"]["n"] == new["x"]["n"]:
        yield "paid_on", "p", now
    else:
        yield "credit", "x", now
    if "m" in old:
        now = replace(now, inputs=replace(now.inputs, m_n=after.inputs.m_n, m_d=after.inputs.m_d))
        yield "multiplier", "m", now
    for number in range(len(now.inputs.gates)):
        gates = (*after.inputs.gates[: number + 1], *now.inputs.gates[number + 1 :])
        now = replace(now, inputs=replace(now.inputs, gates=gates))
        yield "gate", f"g{number}", now


def _with_quota(now: _Cell, after: _Cell, old: int | None, new: int | None) -> CellInputs:
    """The inputs with another quota: below an attainment, or taken from an amount that lies above it."""
    inputs = now.inputs
    if now.component.input == "growth":
        return replace(
            inputs, x_n=inputs.x_n + (old or 0) * (inputs.x_d or 1) - (new or 0) * (inputs.x_d or 1)
        )
    if now.component.input != "attainment":
        return inputs
    if old and new and inputs.x_d is not None:
        return replace(inputs, x_d=inputs.x_d // old * new)
    return replace(inputs, x_d=after.inputs.x_d)


def _cause(kind: Kind, effect: int, old: Row | None, new: Row | None) -> Cause:
    row = new or old
    if row is None:
        return Cause(kind, effect)
    column = "quota" if kind == "quota" else "credit"
    values = [side[column] if side else None for side in (old, new)]
    return Cause(kind, effect, row["measure"], row["unit"], values[0], values[1])

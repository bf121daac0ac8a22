"""The health of the company: key figures of a period, beside the one before and over time."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from revplan.access import Scope, Viewer, require
from revplan.metrics.health.figures import COMPANY, GRAINS, KPIS_BY_ID, Family, KpiUnit
from revplan.model.book import Book, Costs, Team
from revplan.model.results import STANDINGS
from revplan.periods import Grain
from revplan.rules import health as rules
from revplan.service import standing, workspace
from revplan.service.once import Once


@dataclass(frozen=True)
class Figure:
    """A key figure of an owner in a period: `value` in minor units of money, else in millionths, or None with
    the `reason`. `parts` are (name, unit, amount) in the terms of its definition."""

    kpi: str
    family: Family
    unit: KpiUnit
    owner: str
    period: str
    value: int | None
    reason: str
    status: str
    parts: tuple[tuple[str, KpiUnit, int | None], ...]


@dataclass(frozen=True)
class HealthView:
    """The key figures that a viewer sees in one period; none while there are no periods.

    `figures` are the company's and `before` those of the period before, by figure; `teams` those of each team
    that the viewer sees, by team and figure. `series` has every period of the grain, by figure and in order.
    `plan_set` is whose pay is counted: "" for viewers who do not see everybody's. `costs` are what the
    company states, None for those who may not change them.
    """

    currency: str
    digits: int
    grain: Grain
    periods: tuple[str, ...]
    period: str
    plan_sets: tuple[str, ...]
    plan_set: str
    figures: dict[str, Figure]
    before: dict[str, Figure]
    teams: dict[str, dict[str, Figure]]
    team_list: tuple[Team, ...]
    series: dict[str, tuple[Figure, ...]]
    costs: Costs | None


_kept: Once[rules.Tables] = Once(16)


def health(viewer: Viewer, grain: str = "", period: str = "", plan_set: str = "") -> HealthView:
    """The key figures of `period` (the latest finished one of the grain when left out or unknown).

    The company's are everybody's to see; a team's are its lead's, and what is made of pay is only for those
    who see everybody's. Raises AccessDenied for a viewer without a role.
    """
    require(viewer, "cro", "finance", "lead", "payee")
    opened = workspace.current()
    book, scope = opened.book(), opened.scope(viewer)
    chosen = standing.plan_set_of(book, plan_set)
    tables = tables_of(opened, chosen, scope).values()
    opened.log_access(viewer, f"health of the company{f' under {chosen}' if scope.everyone else ''}")
    planner = viewer.role in ("cro", "finance")
    return health_of(book, tables, grain, period, chosen if scope.everyone else "", planner=planner)


def tables_of(opened: workspace.Workspace, plan_set: str, scope: Scope) -> dict[str, rules.Tables]:
    """All that the scope sees: under "" what no plan set moves, under the plan set what is made of pay."""
    book, key = opened.book_and_key()
    run = opened.run(plan_set) if plan_set else None
    standings = run.standings if run else STANDINGS.empty_table()
    found = {"": _kept.get((key, ""), lambda: rules.health(book, standings))}
    if run and scope.everyone:
        found[plan_set] = _kept.get((key, plan_set), lambda: rules.pay_health(book, run.lines))
    return {name: (_cut(kpis, scope), _cut(parts, scope)) for name, (kpis, parts) in found.items()}


def health_of(
    book: Book,
    tables: Iterable[rules.Tables],
    grain: str = "",
    period: str = "",
    plan_set: str = "",
    *,
    planner: bool = False,
) -> HealthView:
    """The view made of tables of key figures that are cut to a scope; see `health`."""
    wanted: Grain = next((known for known in GRAINS if known == grain), "quarter")
    found = _figures(tables, wanted)
    labels = list(dict.fromkeys(one.period for one in found))
    final = [one.period for one in found if one.status == "final"]
    chosen = period if period in labels else (final or labels or [""])[-1]
    before = labels[labels.index(chosen) - 1] if chosen in labels[1:] else ""

    def of(label: str, owner: str = COMPANY) -> dict[str, Figure]:
        return {one.kpi: one for one in found if one.period == label and one.owner == owner}

    teams = {team.id: of(chosen, f"team:{team.id}") for team in book.company.teams}
    series: dict[str, tuple[Figure, ...]] = {}
    for one in found:
        if one.owner == COMPANY:
            series[one.kpi] = (*series.get(one.kpi, ()), one)
    return HealthView(
        currency=book.company.currency,
        digits=book.company.digits,
        grain=wanted,
        periods=tuple(labels),
        period=chosen,
        plan_sets=book.plan_sets() if plan_set else (),
        plan_set=plan_set,
        figures=of(chosen),
        before=of(before),
        teams={team: figures for team, figures in teams.items() if figures},
        team_list=book.company.teams,
        series=series,
        costs=book.company.costs if planner else None,
    )


def _cut(table: pa.Table, scope: Scope) -> pa.Table:
    """The rows (schema KPIS or KPI_PARTS) that the scope sees: the company's, and those of its teams; what is
    made of pay only with everybody's."""
    if scope.everyone:
        return table
    pairs = zip(table["kpi"].to_pylist(), table["owner"].to_pylist(), strict=True)
    return table.filter(pa.array([_sees(scope, kpi, owner) for kpi, owner in pairs], pa.bool_()))


def _sees(scope: Scope, kpi: str, owner: str) -> bool:
    if KPIS_BY_ID[kpi].private and not scope.everyone:
        return False
    return owner == COMPANY or scope.everyone or owner.removeprefix("team:") in scope.team_ids


def _figures(tables: Iterable[rules.Tables], grain: Grain) -> list[Figure]:
    """The figures of a grain, by figure and owner, and in order of the periods."""
    found = []
    for kpis, parts in tables:
        made_of: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
        for row in parts.to_pylist():
            if row["grain"] == grain:
                made_of.setdefault((row["kpi"], row["owner"], row["period"]), []).append(row)
        found += [
            Figure(
                kpi=row["kpi"],
                family=KPIS_BY_ID[row["kpi"]].family,
                unit=row["unit"],
                owner=row["owner"],
                period=row["period"],
                value=row["value"],
                reason=row["reason"],
                status=row["status"],
                parts=tuple(
                    (part["part"], part["unit"], part["amount"])
                    for part in made_of.get((row["kpi"], row["owner"], row["period"]), ())
                ),
            )
            for row in kpis.to_pylist()
            if row["grain"] == grain
        ]
    return found

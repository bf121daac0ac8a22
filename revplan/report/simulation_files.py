"""The results of trials as files, and as a text for the terminal."""

from collections.abc import Mapping

import pyarrow as pa

from revplan.model.record_text import write_record
from revplan.report.columns import Column, Kind, money_text, plain_text
from revplan.report.plain_text import table_text
from revplan.report.tables_as_files import Format, json_bytes, table_files
from revplan.simulate import outcome
from revplan.simulate.attained import attainment
from revplan.simulate.monte_carlo import Simulated
from revplan.simulate.outcome import AtRisk
from revplan.words import _, formats, names

_MONEY = frozenset({"certain", "mean", "deviation", "p10", "p50", "p90", "least", "most", "low", "high"})
_SHARES = frozenset({"correlation", "chance", "near"})


def simulation_tables(result: Simulated) -> dict[str, pa.Table]:
    """Every table of a simulation by its name."""
    return {
        "payouts": outcome.payouts(result),
        "targets": outcome.targets(result),
        "fan": outcome.fan(result),
        "accruals": outcome.accruals(result),
        "attainment": attainment(result),
        "costs": outcome.costs(outcome.year_totals(result)),
        "drivers": outcome.drivers(result),
    }


def simulation_files(
    result: Simulated, tables: Mapping[str, pa.Table], file_format: Format, risk: AtRisk | None = None
) -> dict[str, bytes]:
    """The tables as files of a format, the forecast they rest on as `forecast.toml`, and `simulation.json`
    with what was tried. Parquet keeps whole minor units and millionths; CSV and JSON write decimals."""
    digits = result.stakes.future.certain.company.digits
    files: dict[str, bytes] = {}
    for name, table in tables.items():
        files |= table_files(name, table, _columns(name, table), digits, file_format)
    files["forecast.toml"] = write_record(result.stakes.future.forecast).encode()
    about: dict[str, object] = {
        "trials": result.trials,
        "asked": result.asked,
        "seed": result.seed,
        "paid_as_whole_books": sorted(result.whole),
        "as_of": result.stakes.future.forecast.as_of.isoformat(),
        "until": result.stakes.future.forecast.until.isoformat(),
        "currency": result.stakes.future.certain.company.currency,
    }
    if risk is not None:
        about |= {
            "budget": money_text(risk.budget, digits),
            "expected_above": money_text(risk.expected, digits),
            "above_when_above": money_text(risk.when_beyond, digits),
            "chance_above": plain_text(risk.chance),
        }
    files["simulation.json"] = json_bytes(about)
    return files


def _columns(name: str, table: pa.Table) -> list[Column]:
    def kind(column: str) -> Kind:
        if name == "costs":
            return "whole" if column == "trials" else "money"
        if name in ("targets", "attainment") and column in _MONEY:
            return "percent"
        if column in _SHARES:
            return "percent"
        if column == "target":
            return "measured"
        return "money" if column in _MONEY else "text"

    return [Column(column, column, kind(column)) for column in table.column_names]


def simulation_text(result: Simulated, tables: Mapping[str, pa.Table], risk: AtRisk | None = None) -> str:
    """What the trials say, in a few tables for the terminal."""
    company = result.stakes.future.certain.company
    teams = {team.id: team.name for team in company.teams}

    def money(amount: int) -> str:
        return formats.money(amount, company.currency, company.digits)

    title = _("{count} trials from {day}, seed {seed}").format(
        count=formats.number(result.trials),
        day=formats.day(result.stakes.future.forecast.as_of),
        seed=result.seed,
    )
    spread = ("p10", "p50", "p90", "mean")
    shown = [
        row
        for row in tables["payouts"].to_pylist()
        if row["level"] in ("company", "team") and len(row["period"]) == 4
    ]
    paid = [
        [row["name"] or _("Company"), formats.period(row["period"]), *(money(row[name]) for name in spread)]
        for row in shown
    ]
    reached = [
        [
            row["target_name"],
            _("Company") if row["owner"] == "company" else teams.get(row["owner"].partition(":")[2], ""),
            formats.period(row["period"]),
            *(formats.percent(row[name], 1) for name in ("p10", "p50", "p90", "chance")),
        ]
        for row in tables["targets"].to_pylist()
    ]
    attained = [
        [row["name"] or _("Company"), formats.period(row["period"])]
        + [formats.percent(row[name], 1) for name in ("p10", "p50", "p90", "chance", "near")]
        for row in tables["attainment"].to_pylist()
        if row["level"] in ("company", "team")
    ]
    driven = [
        [
            names.named(names.DRIVERS, row["driver"]),
            teams.get(row["team_id"], ""),
            formats.percent(row["correlation"], 0),
        ]
        + [money(row[name]) for name in ("low", "high")]
        for row in tables["drivers"].to_pylist()
    ]
    if result.whole:
        plans = {plan.id: plan.name for plan in result.stakes.future.certain.plans if plan.id in result.whole}
        text = _("Each trial pays these plans as a whole book, by the engine: {plans}.")
        title += "\n" + text.format(plans=formats.listed(sorted(plans.values())))
    parts = [
        title,
        table_text([_("Who"), _("Period"), "P10", "P50", "P90", _("Mean")], paid, right=[2, 3, 4, 5]),
        table_text(
            [_("Target"), _("Who"), _("Period"), "P10", "P50", "P90", _("Chance")],
            reached,
            right=[3, 4, 5, 6],
        ),
        table_text(
            [_("Attainment of plans"), _("Period"), "P10", "P50", "P90", _("At 100%"), _("At 80-120%")],
            attained,
            right=[2, 3, 4, 5, 6],
        ),
        table_text(
            [_("What drives it"), _("Team"), _("Correlation"), _("Paid with least"), _("Paid with most")],
            driven,
            right=[2, 3, 4],
        ),
    ]
    if risk is not None:
        text = _(
            "Above {budget} in {chance} of trials, by {when} on average then; {expected} over all trials."
        )
        parts.append(
            text.format(
                budget=money(risk.budget),
                chance=formats.percent(risk.chance, 1),
                when=money(risk.when_beyond),
                expected=money(risk.expected),
            )
        )
    return "\n\n".join(parts)

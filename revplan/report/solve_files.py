"""What a search found as files, and as a text for the terminal."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Literal

import pyarrow as pa

from revplan.model.book import Company
from revplan.model.question import Question
from revplan.model.record_text import write_record
from revplan.model.scenario import Scenario
from revplan.money import MILLION, round_half_away
from revplan.report.columns import Column, Kind
from revplan.report.plain_text import table_text
from revplan.report.tables_as_files import Format, json_bytes, table_files
from revplan.simulate.solve import Found, Solved
from revplan.words import _, formats

_SHARES = ("cost_share", "near_quota", "at_quota", "worst_loss", "missing_share", "together", "congruence")
Where = Literal["offered", "frontier", "tried"]


def solved_table(solved: Solved) -> pa.Table:
    """A row for each plan tried: those offered first, by number; then the rest of the frontier; then others.

    `plan` is the number of one that is offered (its scenario is in plan_N.toml); `place` where it stands;
    shares and `missed_by` are millionths, cost minor units; each lever's value is a column of its key.
    """
    numbers = {id(each): number for number, each in enumerate(solved.offered, 1)}
    front = {id(each) for each in solved.frontier}
    order: list[Found] = [*solved.offered]
    order += [each for each in solved.frontier if id(each) not in numbers]
    order += [each for each in solved.tried if id(each) not in front]
    levers = list(solved.tried[0].values) if solved.tried else []
    named = [("plan", pa.int64()), ("place", pa.string()), ("fits", pa.bool_())]
    figures = ("missed_by", "cost", *_SHARES, *levers)
    schema = pa.schema([*named, *((name, pa.int64()) for name in figures)])

    def row(each: Found) -> dict[str, object]:
        place: Where = "offered" if id(each) in numbers else "frontier" if id(each) in front else "tried"
        shares = {name: _millionths(getattr(each.measured, name)) for name in _SHARES}
        values = {key: _millionths(value) for key, value in each.values.items()}
        return {
            "plan": numbers.get(id(each)),
            "place": place,
            "fits": each.measured.fits,
            "missed_by": _millionths(each.missed_by),
            "cost": each.measured.cost,
            **shares,
            **values,
        }

    return pa.Table.from_pylist([row(each) for each in order], schema)


def _millionths(value: Fraction | None) -> int | None:
    return None if value is None else round_half_away(value * MILLION)


def scenario_of(found: Found, number: int, name: str) -> Scenario:
    """A plan offered as a scenario of its own."""
    return found.scenario.model_copy(update={"id": f"plan-{number}", "name": name})


def solved_files(
    solved: Solved, question: Question, names: Sequence[str], company: Company, file_format: Format
) -> dict[str, bytes]:
    """`plans` as a file of a format, plan_N.toml for each plan offered, `question.toml` and `solved.json`."""
    table = solved_table(solved)
    files = table_files("plans", table, _columns(table), company.digits, file_format)
    for number, (found, name) in enumerate(zip(solved.offered, names, strict=True), 1):
        files[f"plan_{number}.toml"] = write_record(scenario_of(found, number, name)).encode()
    files["question.toml"] = write_record(question).encode()
    about = {
        "tried": len(solved.tried),
        "asked": question.tries,
        "met": any(not each.missed_by for each in solved.offered),
        "plan_set": question.plan_set,
        "from": question.from_,
        "to": question.to,
        "currency": company.currency,
    }
    return files | {"solved.json": json_bytes(about)}


def _columns(table: pa.Table) -> list[Column]:
    kinds: Mapping[str, Kind] = {"plan": "whole", "place": "text", "fits": "text", "cost": "money"}
    return [Column(name, name, kinds.get(name, "percent")) for name in table.column_names]


def solved_text(solved: Solved, changes: Sequence[Sequence[str]], company: Company) -> str:
    """What was found, for the terminal; `changes` are the lines of each plan offered, in words."""
    if not solved.offered:
        return _("No plan was found that could be signed.")
    met = not solved.offered[0].missed_by
    parts = [_("These meet all that was asked") if met else _("Nothing met all of it; these come nearest")]
    for number, lines in enumerate(changes, 1):
        said = lines or [_("The plans as they are")]
        parts.append("\n".join([f"{number}  {said[0]}", *(f"   {line}" for line in said[1:])]))
    titles = {
        "cost_share": _("Against the result"),
        "near_quota": _("Near quota"),
        "at_quota": _("At or above quota"),
        "worst_loss": _("Greatest loss"),
        "missing_share": _("Paid while missing"),
        "together": _("Teams on one side"),
        "congruence": _("Congruence"),
    }
    shown = [n for n in _SHARES if any(getattr(each.measured, n) is not None for each in solved.offered)]
    rows = [
        [str(number), formats.money(each.measured.cost, company.currency, company.digits)]
        + [formats.percent(_millionths(getattr(each.measured, name)), 1) for name in shown]
        for number, each in enumerate(solved.offered, 1)
    ]
    heads = [_("Plan"), _("Cost"), *(titles[name] for name in shown)]
    parts.append(table_text(heads, rows, right=range(1, len(heads))))
    return "\n\n".join(parts)

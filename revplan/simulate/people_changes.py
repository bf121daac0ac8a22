"""Changes to who works here, since when, and for what pay at 100%."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pyarrow as pa

from revplan.issues import Unfit
from revplan.model.book import Book
from revplan.model.scenario import IncentiveFactor, Joins, LeavesOn, PayMix, Scenario, StartsOn, Who
from revplan.model.tables import TABLES
from revplan.model.targets import Portion
from revplan.money import round_half_away, to_minor
from revplan.simulate.target_changes import target_of, with_target

Row = dict[str, Any]


def joins(book: Book, scenario: Scenario, change: Joins) -> Book:
    """New people, with a portion each of the targets named. Raises Unfit for an unknown team or target."""
    if change.team not in {team.id for team in book.company.teams}:
        known = ", ".join(team.id for team in book.company.teams)
        raise Unfit("scenario_unknown_team", team=change.team, known=known)
    rows = _rows(book)
    taken = {row["payee_id"] for row in rows}
    digits = book.company.digits
    for number in range(1, change.number + 1):
        name = change.name if change.number == 1 else f"{change.name} {number}"
        payee = _free_id(name, taken)
        taken.add(payee)
        rows.append(
            dict.fromkeys(TABLES["payees"].schema.names)
            | {
                "payee_id": payee,
                "name": name,
                "team": change.team,
                "role": change.role,
                "manager_id": change.manager or None,
                "starts_on": change.on,
                "base_salary": None if change.base_salary is None else to_minor(change.base_salary, digits),
                "target_incentive": (
                    None if change.target_incentive is None else to_minor(change.target_incentive, digits)
                ),
                "currency": book.company.currency,
            }
        )
        book = _with_quotas(book, change, payee)
    return _with(book, rows)


def leaves_on(book: Book, scenario: Scenario, change: LeavesOn) -> Book:
    """Nobody of that id works here from a day on: the job of the day before ends, later ones are none.

    Raises Unfit when the person is not there then anyway.
    """
    rows, of_payee = _of_payee(book, change.payee)
    kept = [row for row in of_payee if row["starts_on"] < change.on]
    ended = [row | {"ends_on": min(row["ends_on"] or date.max, change.on)} for row in kept[-1:]]
    if not kept or [*kept[:-1], *ended] == of_payee:
        raise Unfit("scenario_not_there", payee=change.payee, day=change.on.isoformat())
    return _with(book, [*(r for r in rows if r["payee_id"] != change.payee), *kept[:-1], *ended])


def starts_on(book: Book, scenario: Scenario, change: StartsOn) -> Book:
    """The first job of that person starts on another day, before it ends. Raises Unfit."""
    rows, of_payee = _of_payee(book, change.payee)
    first = of_payee[0]
    if first["ends_on"] and first["ends_on"] <= change.on:
        raise Unfit("scenario_not_there", payee=change.payee, day=change.on.isoformat())
    moved = first | {"starts_on": change.on}
    return _with(book, [*(r for r in rows if r["payee_id"] != change.payee), moved, *of_payee[1:]])


def pay_mix(book: Book, scenario: Scenario, change: PayMix) -> Book:
    """Base and target incentive anew from the same OTE; only for those who have both. Raises Unfit."""

    def mixed(row: Row) -> Row:
        base, incentive = row["base_salary"], row["target_incentive"]
        if base is None or incentive is None:
            return row
        variable = round_half_away(Fraction(change.variable) * (base + incentive))
        return row | {"target_incentive": variable, "base_salary": base + incentive - variable}

    return _each(book, change.who, mixed)


def incentive(book: Book, scenario: Scenario, change: IncentiveFactor) -> Book:
    """Target incentives × factor, rounded to the minor unit. Raises Unfit when nobody meant has one."""

    def scaled(row: Row) -> Row:
        if row["target_incentive"] is None:
            return row
        amount = round_half_away(Fraction(change.factor) * row["target_incentive"])
        return row | {"target_incentive": amount}

    return _each(book, change.who, scaled)


def _each(book: Book, who: Who, change: Callable[[Row], Row]) -> Book:
    rows = _rows(book)
    changed = [change(r) if who.meant(r["payee_id"], r["team"], r["role"]) else r for r in rows]
    if changed == rows:
        raise Unfit("scenario_changes_nobody")
    return _with(book, changed)


def _rows(book: Book) -> list[Row]:
    rows: list[Row] = book.table("payees").to_pylist()
    return rows


def _of_payee(book: Book, payee: str) -> tuple[list[Row], list[Row]]:
    rows = _rows(book)
    found = sorted((r for r in rows if r["payee_id"] == payee), key=lambda row: row["starts_on"])
    if not found:
        raise Unfit("scenario_unknown_payee", payee=payee)
    return rows, found


def _with(book: Book, rows: list[Row]) -> Book:
    table = pa.Table.from_pylist(rows, TABLES["payees"].schema)
    return replace(book, tables={**book.tables, "payees": table})


def _with_quotas(book: Book, change: Joins, payee: str) -> Book:
    for wanted in change.quotas:
        target = target_of(book, wanted.target)
        first = change.on.replace(day=1)
        said = {"owner": f"payee:{payee}", "of": wanted.of, "share": wanted.share, "from": first}
        portion = Portion.model_validate(said)
        book = with_target(book, target.model_copy(update={"portions": (*target.portions, portion)}))
    return book


def _free_id(name: str, taken: set[str]) -> str:
    """An id that nobody has, from the name."""
    stem = "new-" + "-".join(name.lower().split())
    number = 1
    while (found := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return found

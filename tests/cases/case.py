"""A published case: read from its file, laid out as a book folder, compared with a run's tables.

A case file holds `source`, `rule`, the plans in the plan's own language, quotas in short form, tables as
CSV text, what the author printed (`expect`) and, where it is about one, the published mistake.
"""

import csv
import io
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import tomlkit

from revplan.model.results import RunResult
from revplan.model.tables import TABLES

Row = Mapping[str, Any]

FOLDER = Path(__file__).parent
PLAN_SET = "case"
TEAM = {"id": "sales", "name": "Sales", "kind": "sales"}
COMPANY = {"name": "Example", "currency": "USD", "as_of": "2026-06-30", "team": [TEAM]}
PLAN = {"sets": [PLAN_SET], "from": "2025-01-01", "assigned": {"teams": ["sales"]}}
DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "payees": {"team": "sales", "role": "rep", "starts_on": "2020-01-01"},
    "opportunities": {"outcome": "won"},
}
MONEY = {
    "payout",
    "pay",
    "before_limits",
    "target_incentive",
    "table_amount",
    "earned_to_date",
    "part",
    "balance",
}
MEASURED = {"amount", "credit", "quota", "nominal_quota", "target", "effective", "parts", "actual", "value"}
MILLIONTHS = {"attainment", "multiplier", "ramp_share", "factor"}
NAMES = {
    "payee",
    "component",
    "transaction",
    "period",
    "rule",
    "owner",
    "entry",
    "kind",
    "cause",
    "reason",
    "kpi",
}


@dataclass(frozen=True)
class Case:
    """One case file; `content` is its TOML with exact numbers."""

    id: str
    content: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path) -> "Case":
        content = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
        return cls(content["id"], content)

    def write_book(self, folder: Path) -> Path:
        """Lay the case out as a book folder, as a person would write one."""
        (folder / "plans").mkdir(parents=True)
        _write(folder / "book.toml", COMPANY | self.content.get("book", {}))
        for plan in self.content["plan"]:
            plan = PLAN | {"name": plan["id"]} | plan
            plan["component"] = [{"name": part["id"]} | part for part in plan["component"]]
            _write(folder / "plans" / f"{plan['id']}.toml", plan)
        targets = [*self.content.get("target", ()), *map(_quota, self.content.get("quota", {}).items())]
        _write(folder / "targets.toml", {"target": targets})
        for name, rows in self.tables().items():
            columns = list(dict.fromkeys(column for row in rows for column in row))
            with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, columns)
                writer.writeheader()
                writer.writerows(rows)
        return folder

    def tables(self) -> dict[str, list[dict[str, str]]]:
        """Rows of each canonical table, what is required but not said filled in."""
        people = self.content.get("payees", [])
        rows = csv_rows(people) if isinstance(people, str) else [{"payee_id": name} for name in people]
        given = {"payees": [{"name": row["payee_id"], **row} for row in rows]}
        given |= {name: csv_rows(text) for name, text in self.content.get("tables", {}).items()}
        for repeated in self.content.get("repeat", ()):
            given.setdefault(repeated["table"], []).extend(_repeated(repeated))
        known = {name: {column.name for column in TABLES[name].columns} for name in given}
        for name, table in given.items():
            assert all(set(row) <= known[name] for row in table), f"{self.id}: unknown column in {name}"
        return {name: [{**DEFAULTS.get(name, {}), **row} for row in table] for name, table in given.items()}

    def expected(self) -> dict[str, list[dict[str, str]]]:
        """What the author printed, by result table."""
        expect = {name: text for name, text in self.content["expect"].items() if name != "totals"}
        return {name: csv_rows(text) for name, text in expect.items()}

    def totals(self) -> dict[str, Decimal]:
        """Printed sums: "lines.payout" → amount."""
        return {name: Decimal(total) for name, total in self.content["expect"].get("totals", {}).items()}

    def mistakes(self) -> tuple[Row, ...]:
        """Published mistakes: why, column, value, and whether it is the column's total."""
        return tuple(self.content.get("mistake", ()))


def all_cases(folder: Path = FOLDER) -> tuple[Case, ...]:
    """Every case of a folder, in the order of its file's name."""
    return tuple(Case.read(path) for path in sorted(folder.glob("*.toml")))


def csv_rows(text: str) -> list[dict[str, str]]:
    """Rows of a CSV text whose cells may be padded to line up."""
    header, *rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text.strip())) if row]
    return [dict(zip(header, row, strict=True)) for row in rows]


def _repeated(repeated: Row) -> list[dict[str, str]]:
    """[[repeat]] table, times, row: that many rows, with the number of each, from 1, in place of {n}."""
    numbers = range(1, repeated["times"] + 1)
    return [
        {name: str(value).format(n=number) for name, value in repeated["row"].items()} for number in numbers
    ]


def _quota(item: tuple[str, Row]) -> dict[str, Any]:
    """[quota.<id>] each = { payee = amount }: a target whose every period asks the same of each payee."""
    name, short = item
    grain = short.get("grain", "quarter")
    periods = {"year": 1, "half": 2, "quarter": 4, "month": 12}[grain]
    year = short.get("year", 2025)

    def years(amount: Decimal) -> list[dict[str, Any]]:
        return [{"year": year, "amounts": [amount] * periods}]

    each = {payee: Decimal(amount) for payee, amount in short["each"].items()}
    return {
        "id": name,
        "name": name,
        "measure": short.get("measure", "won_revenue"),
        "grain": grain,
        "year": years(sum(each.values(), Decimal(0))),
        "portion": [{"owner": f"payee:{payee}", "year": years(amount)} for payee, amount in each.items()],
    }


def _write(path: Path, content: Row) -> None:
    path.write_text(tomlkit.dumps(_toml(dict(content))), "utf-8")


def _toml(value: Any) -> Any:
    """The same content with exact numbers as TOML numbers of the same digits, and dates as dates."""
    match value:
        case dict():
            return {key: _toml(item) for key, item in value.items()}
        case list():
            return [_toml(item) for item in value]
        case Decimal():
            return tomlkit.value(format(value, "f"))
        case str() if len(value) == 10 and value[4::3] == "--":
            return tomlkit.date(value)
    return value


# ---------------------------------------------------------------- comparing


def result_rows(result: RunResult, table: str) -> list[dict[str, str]]:
    """A result table as text, numbers in major units without trailing zeros, as people print them."""
    return text_rows(getattr(result, table), result.digits)


def text_rows(table: pa.Table, digits: int) -> list[dict[str, str]]:
    """Rows of a table as text, as `result_rows`."""
    return [_row(row, digits) for row in table.to_pylist()]


def _row(row: Row, digits: int) -> dict[str, str]:
    scales = {"money": 10**digits, **dict.fromkeys(("count", "ratio", "days", "months"), 1_000_000)}
    measured = scales.get(row.get("unit") or "money", 1)

    def text(name: str, value: Any) -> str:
        if value is None:
            return "null"
        if name in MONEY:
            return plain(Decimal(value) / 10**digits)
        if name in MEASURED:
            return plain(Decimal(value) / measured)
        if name == "payable":
            return plain(Decimal(value) / scales[row["payable_unit"]])
        if name in MILLIONTHS:
            return plain(Decimal(value) / 1_000_000)
        return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)

    return {name: text(name, value) for name, value in row.items()}


def plain(number: Decimal) -> str:
    """1640.00 → 1640, 1E+2 → 100."""
    text = format(number.normalize(), "f")
    return "0" if text == "-0" else text


def differences(expected: Iterable[Row], found: Iterable[Row], smallest: Decimal) -> list[str]:
    """What each expected row misses, in words; none when all is as printed.

    A row of the result belongs to an expected one when the names (payee, component, period,
    transaction) that the expected one gives are the same. "≈" allows one `smallest` unit.
    """
    found = list(found)
    problems = []
    for wanted in expected:
        names = {key: value for key, value in wanted.items() if key in NAMES or key.endswith("_id")}
        rows = [row for row in found if all(row[key] == value for key, value in names.items())]
        if len(rows) != 1:
            problems.append(f"{len(rows)} rows for {names}")
            continue
        problems += [
            f"{names}: {key} is {rows[0][key]}, the author has {value}"
            for key, value in wanted.items()
            if key not in names and not agrees(value, rows[0][key], smallest)
        ]
    return problems


def agrees(printed: str, found: str, smallest: Decimal) -> bool:
    """Whether a found value is the printed one: numbers by value, the rest by text."""
    if printed.startswith("≈"):
        return abs(Fraction(printed[1:]) - Fraction(found)) <= Fraction(smallest)
    try:
        return Fraction(printed) == Fraction(found)
    except ValueError:
        return printed == found


def column_values(result: RunResult, column: str) -> list[Decimal]:
    """Values of "lines.payout", nulls left out."""
    table, name = column.split(".")
    return [Decimal(row[name]) for row in result_rows(result, table) if row[name] != "null"]


def smallest_unit(digits: int) -> Decimal:
    """One minor unit, in major units."""
    return Decimal(1).scaleb(-digits)

"""Cleaning: a sheet's cells → rows of a canonical table, and the rows that cannot be, with their reasons."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from revplan.data.files import Sheet
from revplan.data.judge import Notation, judge_columns
from revplan.data.meanings import Meaning, choice_meanings, reference_meanings
from revplan.data.money_columns import settle_money
from revplan.data.people import SEARCHED_BY, Directory, directory_of
from revplan.data.values import (
    Unreadable,
    is_blank,
    read_amount,
    read_currency,
    read_date,
    read_fraction,
    read_grouped,
    read_period,
    scale_up,
)
from revplan.data.workbooks import Cell
from revplan.issues import Issue, Severity, Where
from revplan.model.tables import PROVENANCE, Column, TableSpec
from revplan.money import MILLION

BILLION = 1_000_000_000
_LONGEST = 80
_MOST_UNKNOWN = 50


@dataclass(frozen=True)
class Setting:
    """What reading needs to know of the company: its money, its time zone, and who and what it knows.

    `known` maps payees, accounts, contacts and teams to their directories. `strict` reads canonical files:
    no words for "empty", references as they stand.
    """

    currency: str
    digits: int
    zone: ZoneInfo
    known: Mapping[str, Directory] = field(default_factory=dict)
    strict: bool = False


@dataclass(frozen=True)
class Cleaned:
    """What came of a sheet.

    `table` has the canonical schema, rows in the file's order; `source_batch` is empty until accepted.
    `rejected` maps positions in `sheet.rows` to the reasons; `repeated` counts rows dropped because they
    say the same as an earlier one. `notations` and `meanings` are what was judged, to be shown.
    """

    table: pa.Table
    rejected: Mapping[int, tuple[Issue, ...]]
    repeated: int
    notations: Mapping[str, Notation]
    meanings: tuple[Meaning, ...]
    issues: tuple[Issue, ...]


def clean(
    sheet: Sheet,
    spec: TableSpec,
    columns: Mapping[str, str],
    chosen: Mapping[str, Mapping[str, str]],
    setting: Setting,
) -> Cleaned:
    """Read a sheet as rows of a canonical table.

    `columns` maps canonical columns to headers; `chosen` holds, by column, what a text stands for when
    a person said so. A wrong value rejects its row, whether the column is required or not: nothing is
    lost without a word. Decimals that the currency does not have are rounded half away from zero, with a
    note. Rows with the key of an earlier row are dropped when they are equal, else rejected.
    """
    work = Work(sheet, spec, {name: header for name, header in columns.items() if header}, chosen, setting)
    work.read_columns()
    work.settle()
    return work.finish()


class Work:
    """One cleaning: columns of typed values, and the faults found so far by row position."""

    def __init__(
        self,
        sheet: Sheet,
        spec: TableSpec,
        columns: Mapping[str, str],
        chosen: Mapping[str, Mapping[str, str]],
        setting: Setting,
    ) -> None:
        self.sheet, self.spec, self.columns, self.chosen, self.setting = sheet, spec, columns, chosen, setting
        self.size = len(sheet.rows)
        self.notations, judged = judge_columns(sheet, spec, columns)
        self.issues = list(judged)
        self.values: dict[str, list[Any]] = {}
        self.faults: dict[int, list[Issue]] = defaultdict(list)
        self.meanings: list[Meaning] = []

    def header(self, column: str) -> str:
        return self.columns.get(column, "") or ("stage" if column == "outcome" else column)

    def where(self, position: int, column: str = "") -> Where:
        return Where(
            file=self.sheet.file, table=self.spec.name, row=self.sheet.numbers[position], column=column
        )

    def fault(self, position: int, code: str, column: str, value: object = "", **more: str) -> None:
        text = str(value).strip()
        shown = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
        where = self.where(position, self.columns.get(column, column))
        self.faults[position].append(Issue(code, "error", where, {"value": shown, "field": column, **more}))

    def tell(self, code: str, column: str, **parameters: str | int) -> None:
        where = Where(file=self.sheet.file, table=self.spec.name, column=self.columns.get(column, column))
        severity: Severity = "note" if code in ("data.rounded", "data.repeated_rows") else "warning"
        self.issues.append(Issue(code, severity, where, parameters))

    # ------------------------------------------------------------ columns

    def read_columns(self) -> None:
        """Every column on its own: text → value of its kind."""
        for column in self.spec.columns:
            if column.name in self.columns:
                self.values[column.name] = self.read(column)
            else:
                self.values[column.name] = [None] * self.size

    def read(self, column: Column) -> list[Any]:
        """One column; the same text is read once."""
        parse = self.parser(column)
        memo: dict[Cell, tuple[Any, str]] = {}
        values: list[Any] = []
        for position, cell in enumerate(self.sheet.column(self.columns[column.name])):
            known = memo.get(cell)
            if known is None:
                known = memo[cell] = _try(parse, cell)
            value, code = known
            if code:
                self.fault(position, code, column.name, cell)
            values.append(value)
        return values

    def parser(self, column: Column) -> Callable[[Cell], Any]:
        """The function that reads a cell of the column; None is an empty cell."""
        notation = self.notations.get(column.name, Notation())
        zone = self.setting.zone

        def text(cell: Cell) -> str | None:
            return _text(cell)

        def whole(cell: Cell) -> int:
            number = Decimal(cell) if isinstance(cell, int | Decimal) else _signed(str(cell), notation.mark)
            if number != number.to_integral_value():
                raise Unreadable("data.not_a_whole_number")
            return scale_up(number, 1)[0]

        def rate(cell: Cell) -> int:
            number = Decimal(cell) if isinstance(cell, int | Decimal) else _signed(str(cell), notation.mark)
            return self.scaled(number, BILLION, column.name)

        readers: dict[str, Callable[[Cell], Any]] = {
            "money": lambda cell: read_amount(cell, notation.mark),
            "date": lambda cell: read_date(cell, notation.order, zone),
            "fraction": lambda cell: self.scaled(
                read_fraction(cell, notation.mark, notation.percents), MILLION, column.name
            ),
            "count": whole,
            "rate": rate,
            "currency": lambda cell: read_currency(str(cell)),
        }
        read = readers.get(column.kind, text)
        if (self.spec.name, column.name) == ("scores", "period"):
            read = lambda cell: read_period(str(cell))  # noqa: E731
        # An empty-looking word is a name in a text or an identity of its own, but no value of other kinds.
        says_empty = column.kind != "text" and column.name not in self.spec.key and not self.setting.strict

        def parse(cell: Cell) -> Any:
            if _text(cell) is None or (says_empty and is_blank(cell)):
                return None
            return read(cell)

        return parse

    def scaled(self, number: Decimal, scale: int, column: str) -> int:
        value, rounded = scale_up(number, scale)
        if rounded:
            self.tell("data.rounded", column, value=str(number.normalize()))
        return value

    # ------------------------------------------------------------ rows

    def settle(self) -> None:
        """What one column says about another: outcome from stage, money in its currency, references."""
        for column in self.spec.columns:
            if column.choices:
                self.settle_choice(column)
        settle_money(self)
        for column in self.spec.columns:
            if column.refers_to in SEARCHED_BY or (self.spec.name, column.name) == ("payees", "team"):
                self.settle_reference(column)

    def settle_choice(self, column: Column) -> None:
        derived = column.name == "outcome" and column.name not in self.columns
        texts = self.values["stage" if derived else column.name]
        default = "open" if derived else ""
        found = choice_meanings(column, texts, self.chosen.get(column.name, {}), default)
        self.meanings += found.values()
        values: list[str | None] = []
        for position, text in enumerate(texts):
            means = found[text].means if text is not None else default if "stage" in self.columns else ""
            if text is not None and (means not in column.choices) and found[text].by != "chosen":
                choices = ", ".join(column.choices)
                self.fault(position, "data.unknown_choice", column.name, text, choices=choices)
            values.append(means or None)
        self.values[column.name] = values

    def settle_reference(self, column: Column) -> None:
        """Names and e-mail addresses → ids; what nobody is called stays and is told (a team: rejected)."""
        texts = self.values[column.name]
        target = column.refers_to or "teams"
        directory = self.setting.known.get(target, Directory())
        if target == self.spec.name:
            directory = self.with_own_rows(target, directory)
        if (self.setting.strict and target != "teams") or (
            target == "teams" and target not in self.setting.known
        ):
            return  # a book's references are ids; `checks` looks at them across tables
        found = reference_meanings(column.name, texts, self.chosen.get(column.name, {}), directory)
        self.meanings += [one for one in found.values() if one.by != "known"]
        if target != "teams":
            self.tell_unknown(target, column.name, [one for one in found.values() if one.by == "unknown"])
        if target == "teams":
            for position, text in enumerate(texts):
                if text is not None and found[text].by == "unknown":
                    self.fault(position, "data.unknown_team", column.name, text)
        self.values[column.name] = [found[text].means or None if text is not None else None for text in texts]

    def tell_unknown(self, target: str, column: str, unknown: list[Meaning]) -> None:
        """A warning for each unknown payee; one for all unknown accounts, which may be many."""
        if target == "payees" and len(unknown) <= _MOST_UNKNOWN:
            for one in unknown:
                code = "data.perhaps_payee" if one.suggestion else "data.unknown_payee"
                self.tell(code, column, value=one.text, rows=one.rows, suggestion=one.suggestion_name)
        elif unknown:
            shown = ", ".join(one.text for one in unknown[:3])
            rows = sum(one.rows for one in unknown)
            self.tell(f"data.unknown_{target}", column, values=len(unknown), rows=rows, examples=shown)

    def with_own_rows(self, table: str, directory: Directory) -> Directory:
        """The directory with the file's own rows: a manager may stand in the same list."""
        id_column, named_by = SEARCHED_BY[table]
        own = pa.table({name: pa.array(self.values[name], pa.string()) for name in (id_column, *named_by)})
        both = directory_of(table, (own,))
        for identity, name in directory.ids.items():
            both.add(identity, name)
        for folded, ids in directory.called.items():
            both.called.setdefault(folded, set()).update(ids)
        return both

    # ------------------------------------------------------------ result

    def finish(self) -> Cleaned:
        """Reject rows with faults, gaps or another row's key; the rest is the table."""
        for position, number in enumerate(self.sheet.numbers):
            if number in self.sheet.too_long:
                self.fault(position, "data.row_too_long", "")
        for column in self.spec.columns:
            if column.required:
                for position, value in enumerate(self.values[column.name]):
                    if value is None and not self.has_fault(position, column.name):
                        self.fault(position, "data.required_is_empty", column.name)
        good, repeated = self.without_repeats()
        rows_of = {name: [values[position] for position in good] for name, values in self.values.items()}
        arrays = [
            pa.array(rows_of[name], self.spec.schema.field(name).type)
            for name in (column.name for column in self.spec.columns)
        ]
        table = pa.Table.from_arrays(arrays + self.provenance(good), schema=self.spec.schema)
        rejected = {position: tuple(self.faults[position]) for position in sorted(self.faults)}
        told = _counted(self.issues)
        return Cleaned(table, rejected, repeated, self.notations, tuple(self.meanings), tuple(told))

    def has_fault(self, position: int, column: str) -> bool:
        faults = self.faults.get(position, ())
        return any(issue.parameters["field"] == column for issue in faults)

    def without_repeats(self) -> tuple[list[int], int]:
        """Positions of the rows to keep, and how many equal repeats were dropped."""
        names = [column.name for column in self.spec.columns]
        keys = zip(*(self.values[name] for name in self.spec.key), strict=True)
        seen: dict[tuple[Any, ...], int] = {}
        good: list[int] = []
        repeated = 0
        for position, key in enumerate(keys):
            if position in self.faults:
                continue
            first = seen.setdefault(key, position)
            if first == position:
                good.append(position)
            elif all(self.values[name][first] == self.values[name][position] for name in names):
                repeated += 1
            else:
                where = self.where(position, self.columns.get(self.spec.key[0], self.spec.key[0]))
                parameters: dict[str, str | int] = {
                    "value": " · ".join(str(part) for part in key),
                    "first": self.sheet.numbers[first],
                    "field": self.spec.key[0],
                }
                self.faults[position].append(Issue("data.duplicate_key", "error", where, parameters))
        if repeated:
            self.tell("data.repeated_rows", "", rows=repeated)
        return good, repeated

    def provenance(self, good: list[int]) -> list[pa.Array]:
        """File, batch and row of each row; those that a written book carries are kept."""
        numbers = [self.sheet.numbers[position] for position in good]
        found: dict[str, list[Any]] = {
            "source_file": [self.sheet.file] * len(good),
            "source_batch": [None] * len(good),
            "source_row": numbers,
        }
        for name in found:
            if self.setting.strict and name in self.sheet.header:
                cells = self.sheet.column(name)
                found[name] = [_text(cells[position]) for position in good]
                if name == "source_row":
                    found[name] = [int(text) if text and text.isdecimal() else None for text in found[name]]
        return [pa.array(found[part.name], part.type) for part in PROVENANCE]


def _try(parse: Callable[[Cell], Any], cell: Cell) -> tuple[Any, str]:
    try:
        return parse(cell), ""
    except Unreadable as problem:
        return None, problem.code


def _text(cell: Cell) -> str | None:
    """A cell as text, outer spaces aside; None when it is empty."""
    match cell:
        case None:
            return None
        case str():
            return cell.strip() or None
        case Decimal():
            return format(cell, "f")
        case date():
            return cell.isoformat()
    return str(cell)


def _signed(text: str, mark: str) -> Decimal:
    plain = text.strip().replace("−", "-")
    number = read_grouped(plain.removeprefix("-"), mark)
    return -number if plain.startswith("-") else number


def _counted(issues: list[Issue]) -> list[Issue]:
    """Issues with equal code and place but one value each (such as rounded amounts) as one with a count."""
    rounded: dict[Where, list[Issue]] = defaultdict(list)
    rest: list[Issue] = []
    for issue in issues:
        if issue.code == "data.rounded":
            rounded[issue.where].append(issue)
        else:
            rest.append(issue)
    for where, group in rounded.items():
        parameters = {"value": group[0].parameters["value"], "values": len(group)}
        rest.append(Issue("data.rounded", "note", where, parameters))
    return rest

"""Judging a file's columns: the notation that each is read in, and a note where it could be another."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from revplan.data.files import Sheet
from revplan.data.notation import Judged, judge_date_order, judge_decimal_mark, judge_percents
from revplan.data.workbooks import Cell
from revplan.issues import Issue, Severity, Where
from revplan.model.tables import Column, TableSpec

_NUMERIC = ("money", "count", "fraction", "rate")
_MOST = {
    "share": Decimal("1.5"),
    "probability": Decimal("1.5"),
    "discount": Decimal("1.5"),
    "score": Decimal(10),
}
"""A plain number over this cannot be a fraction of its kind (a share, a chance; a result of over 1000%)."""


@dataclass(frozen=True)
class Notation:
    """How one column writes its values: decimal mark, order of dates, percents (see `files.Reading`)."""

    mark: str = "."
    order: str = "YMD"
    percents: str = "marked"


def judge_columns(
    sheet: Sheet, spec: TableSpec, columns: Mapping[str, str]
) -> tuple[dict[str, Notation], tuple[Issue, ...]]:
    """The notation of each mapped column, and issues: a note where the values could be read in another
    way, a warning where they contradict each other.

    `columns` maps canonical names to headers. What the reading fixes is taken; a column without
    evidence of its own follows the other columns of the file.
    """
    cells = {name: sheet.column(header) for name, header in columns.items() if header in sheet.header}
    kinds = {column.name: column for column in spec.columns if column.name in cells}
    numeric = {name: cells[name] for name, column in kinds.items() if column.kind in _NUMERIC}
    dated = {name: cells[name] for name, column in kinds.items() if column.kind == "date"}
    reading = sheet.reading

    usual_mark = "," if reading.delimiter == ";" else "."
    marks = {name: _judge_mark(kinds[name], column, usual_mark) for name, column in numeric.items()}
    usual_mark = _certain(marks, usual_mark)
    marks |= {name: _judge_mark(kinds[name], numeric[name], usual_mark) for name in _open(marks)}
    usual_order = "DMY" if usual_mark == "," else "MDY"
    orders = {name: judge_date_order(column, usual_order) for name, column in dated.items()}
    usual_order = _certain({n: o for n, o in orders.items() if o.value != "YMD"}, usual_order)
    orders |= {name: judge_date_order(dated[name], usual_order) for name in _open(orders)}
    percents = {
        name: judge_percents(column, _MOST.get(name, Decimal(10)))
        for name, column in numeric.items()
        if kinds[name].kind == "fraction"
    }

    issues: list[Issue] = []
    notations = {}
    for name in kinds:
        mark = _settle(
            reading.decimal_mark, marks.get(name), "data.decimal_mark", issues, sheet, columns[name]
        )
        order = _settle(reading.date_order, orders.get(name), "data.date_order", issues, sheet, columns[name])
        way = _settle(reading.percents, percents.get(name), "data.percents", issues, sheet, columns[name])
        notations[name] = Notation(mark or ".", order or "YMD", way or "marked")
    return notations, tuple(issues)


def _judge_mark(column: Column, cells: list[Cell], usual: str) -> Judged:
    return judge_decimal_mark(cells, usual, few_places=column.kind in ("money", "count"))


def _open(judged: Mapping[str, Judged]) -> list[str]:
    """The columns whose values could be read in two ways: what is usual in the file decides."""
    return [name for name, one in judged.items() if one.evidence == "likely"]


def _certain(judged: Mapping[str, Judged], usual: str) -> str:
    """What the columns with certain values say, if they agree."""
    values = {one.value for one in judged.values() if one.evidence == "certain"}
    return values.pop() if len(values) == 1 else usual


def _settle(
    fixed: str, judged: Judged | None, subject: str, issues: list[Issue], sheet: Sheet, header: str
) -> str:
    if judged is None or fixed:
        return fixed
    if judged.evidence in ("likely", "mixed"):
        severity: Severity = "note" if judged.evidence == "likely" else "warning"
        where = Where(file=sheet.file, column=header)
        way = f"_{judged.value.lower()}" if subject == "data.date_order" else ""
        code = f"{subject}_{judged.evidence}{way}"
        issues.append(Issue(code, severity, where, {"value": judged.value}))
    return judged.value

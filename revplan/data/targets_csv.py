"""targets.csv: targets as rows, one for each target, owner and period."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import cast

from pydantic import ValidationError

from revplan.data.book_places import unknown_columns
from revplan.data.files import Reading, Sheet, read_file
from revplan.data.fold import squash
from revplan.issues import Issue, Where
from revplan.model.targets import Portion, Sharing, Target, TargetYear
from revplan.money import parse_number
from revplan.periods import MONTHS, FiscalCalendar, Grain

COLUMNS = ("target", "name", "measure", "grain", "owner", "period", "amount", "shared_with")
"""name, measure, grain and shared_with may stay empty after a target's first row; shared_with is optional."""

_NEEDED = COLUMNS[:-1]


@dataclass
class _Found:
    """What the rows of one target say."""

    row: int
    said: dict[str, str] = field(default_factory=dict)
    amounts: dict[str, dict[str, Decimal]] = field(default_factory=dict)  # owner → period → amount
    rows: dict[str, int] = field(default_factory=dict)  # owner → its first row

    @property
    def grain(self) -> Grain:
        """The target's grain; `_take` lets only grains pass."""
        return cast(Grain, self.said["grain"])


def read_targets_csv(
    file: str, content: bytes, calendar: FiscalCalendar
) -> tuple[tuple[Target, ...], tuple[Issue, ...]]:
    """Targets of a CSV file; the first owner of a target is its own, the others are its portions.

    Every period of a fiscal year must have its amount. All problems are listed; a target with one is
    left out, but for one that only lacks amounts: it has 0 there, and the error beside it.
    """
    sheet, issues = read_file(file, content, Reading(header_row=1))
    if sheet is None:
        return (), issues
    plain = {squash(name): name for name in COLUMNS}
    sheet = replace(sheet, header=tuple(plain.get(squash(name), name) for name in sheet.header))
    missing = [name for name in _NEEDED if name not in sheet.header]
    unknown = [name for name in sheet.header if name not in COLUMNS]
    found = [Issue("book.missing_column", "error", Where(file=file, column=name)) for name in missing]
    found += unknown_columns(
        file, unknown, [name for name in COLUMNS if name not in sheet.header] or [*COLUMNS]
    )
    twice = [name for name, times in Counter(sheet.header).items() if times > 1]  # such as Amount, amount
    found += [Issue("book.column_twice", "error", Where(file=file, column=name)) for name in twice]
    if found:
        return (), (*issues, *found)
    rows, problems = _collect(sheet, calendar)
    targets: list[Target] = []
    broken = {issue.where.target for issue in problems}
    for identity, what in rows.items():
        if identity in broken:
            continue
        lacking = list(_lacking(file, identity, what, calendar))
        if lacking:
            problems += lacking
            for amounts in what.amounts.values():  # the rest of the target can still be checked
                for year in _fiscal_years(amounts, calendar):
                    for label in _labels(calendar, year, what.grain):
                        amounts.setdefault(label, Decimal(0))
        try:
            targets.append(_target(identity, what, calendar))
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                where = Where(file=file, row=what.row, target=identity, column=str(detail["loc"][0]))
                problems.append(
                    Issue("book.bad_target", "error", where, {"value": str(detail["input"])[:80]})
                )
    return tuple(targets), (*issues, *problems)


def _lacking(file: str, identity: str, what: _Found, calendar: FiscalCalendar) -> Iterator[Issue]:
    """One issue for each owner whose fiscal years lack a period."""
    for owner, amounts in what.amounts.items():
        years = _fiscal_years(amounts, calendar)
        labels = [
            label for year in years for label in _labels(calendar, year, what.grain) if label not in amounts
        ]
        if labels:
            where = Where(file=file, row=what.rows[owner], target=identity)
            yield Issue(
                "book.missing_periods", "error", where, {"owner": owner, "periods": ", ".join(labels)}
            )


def _collect(sheet: Sheet, calendar: FiscalCalendar) -> tuple[dict[str, _Found], list[Issue]]:
    """The rows by target, and what is wrong with single rows."""
    rows: dict[str, _Found] = {}
    problems: list[Issue] = []
    for number, cells in zip(sheet.numbers, sheet.rows, strict=True):
        row = {
            name: str(cell).strip() if cell is not None else ""
            for name, cell in zip(sheet.header, cells, strict=True)
        }
        problems += _take(row, Where(file=sheet.file, row=number, target=row["target"]), rows, calendar)
    return rows, problems


def _take(
    row: dict[str, str], where: Where, rows: dict[str, _Found], calendar: FiscalCalendar
) -> Iterator[Issue]:
    def issue(code: str, column: str, **parameters: str | int) -> Issue:
        place = Where(file=where.file, row=where.row, column=column, target=where.target)
        return Issue(code, "error", place, {"value": row.get(column, ""), "field": column, **parameters})

    if not row["target"]:
        yield issue("data.required_is_empty", "target")
        return
    target = rows.setdefault(row["target"], _Found(where.row))
    for column in ("name", "measure", "grain", "shared_with"):
        said = row.get(column, "")
        if said and target.said.setdefault(column, said) != said:
            yield issue("book.target_disagrees", column, earlier=target.said[column], first=target.row)
    grain = target.said.get("grain", "")
    if grain not in MONTHS:
        yield issue("data.unknown_choice", "grain", choices=", ".join(MONTHS))
        return
    try:
        period = calendar.parse(row["period"])
    except ValueError:
        yield issue("data.not_a_period", "period")
        return
    if period.grain != grain:
        yield issue("book.other_grain", "period", grain=grain)
        return
    try:
        amount = parse_number(row["amount"])
    except (ValueError, InvalidOperation):
        yield issue("data.not_a_number", "amount")
        return
    owner = row["owner"] or "company"
    amounts = target.amounts.setdefault(owner, {})
    target.rows.setdefault(owner, where.row)
    if period.label in amounts:
        yield issue("book.period_twice", "period", owner=owner)
    amounts[period.label] = amount


def _target(identity: str, what: _Found, calendar: FiscalCalendar) -> Target:
    owners = {owner: _years(amounts, what.grain, calendar) for owner, amounts in what.amounts.items()}
    own = next(iter(owners))
    teams = what.said.get("shared_with", "").replace(";", " ").replace(",", " ").split()
    return Target(
        id=identity,
        name=what.said.get("name", identity),
        measure=what.said.get("measure", ""),
        grain=what.grain,
        owner=own,
        year=owners[own],
        shared_with=tuple(Sharing(team=team) for team in teams),
        portion=tuple(
            Portion(owner=owner, of=own, year=years) for owner, years in owners.items() if owner != own
        ),
    )


def _years(amounts: dict[str, Decimal], grain: Grain, calendar: FiscalCalendar) -> tuple[TargetYear, ...]:
    """Amounts by fiscal year, of which none lacks a period."""
    return tuple(
        TargetYear(year=year, amounts=tuple(amounts[label] for label in _labels(calendar, year, grain)))
        for year in _fiscal_years(amounts, calendar)
    )


def _fiscal_years(amounts: dict[str, Decimal], calendar: FiscalCalendar) -> list[int]:
    return sorted({int(calendar.period_of(calendar.parse(label).start, "year").label) for label in amounts})


def _labels(calendar: FiscalCalendar, year: int, grain: Grain) -> list[str]:
    whole = calendar.year(year)
    return [period.label for period in calendar.periods(whole.start, whole.end, grain)]

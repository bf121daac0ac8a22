"""The book folder: a book as TOML and CSV files, read with every problem listed and written without loss."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyarrow as pa

from revplan.data.book_places import plan_files, strangers, table_files, unknown_columns, unreadable_places
from revplan.data.checks import check_tables
from revplan.data.clean import Setting, clean
from revplan.data.closes_folder import read_closes, remove_closes, write_close
from revplan.data.files import MOST_BYTES, Reading, kind_of, read_file
from revplan.data.fold import squash
from revplan.data.people import Directory
from revplan.data.targets_csv import read_targets_csv
from revplan.issues import Issue, Where, has_errors
from revplan.model import plan_text
from revplan.model.book import Book, Company
from revplan.model.plan import Plan
from revplan.model.tables import PROVENANCE, TABLES, Column, TableSpec
from revplan.model.targets import Target, TargetsFile
from revplan.money import currency_digits, to_major

_PROVENANCE = tuple(part.name for part in PROVENANCE)
_SAID_OTHERWISE = ("data.duplicate_header", "data.encoding_likely")
_NOT_TEXT = (".xlsx", ".parquet")
_IN_A_BOOK = {
    "data.binary_file": "book.binary_file",
    "data.damaged_file": "book.damaged_file",
    "data.date_order": "book.not_a_date",
    "data.header_only": "book.header_only",
    "data.no_header": "book.no_header",
    "data.not_a_number": "book.not_a_number",
    "data.unknown_choice": "book.unknown_choice",
    "data.wrong_encoding": "book.not_text",
}
"""What an upload can be told to read in another way, and a file of a book only be put right."""
_QUOTE = '"'
_SPECIAL = re.compile(r'[,"\r\n]')
_PLACES = {"count": 0, "fraction": 6, "rate": 9}


@dataclass(frozen=True)
class FoundBook:
    """What a folder holds as far as it can be read; `book` is None when there is no company.

    `broken` names the parts with problems (tables, "targets", "plans"): what they lack may be in a row or
    file that was refused.
    """

    book: Book | None
    issues: tuple[Issue, ...]
    broken: frozenset[str] = frozenset()


def read_book(folder: Path) -> tuple[Book | None, tuple[Issue, ...]]:
    """The book in a folder, or None when anything in it is wrong; all problems and warnings either way.

    Every table of the book is there, empty when it has no file. Nothing outside the folder is read.
    """
    found = find_book(folder)
    return None if has_errors(found.issues) else found.book, found.issues


def find_book(folder: Path) -> FoundBook:
    """The book in a folder without what is wrong in it: fit to be checked, not to be run."""
    if not folder.is_dir():
        return FoundBook(None, (Issue("book.no_folder", "error", Where(file=str(folder))),))
    parts: dict[str, list[Issue]] = {name: [] for name in ("book", "plans", "targets", "closes", *TABLES)}
    for part, issue in unreadable_places(folder):
        parts[part].append(issue)
    company = _read_company(folder, parts["book"])
    plans = _read_plans(folder, parts["plans"])
    targets = _read_targets(folder, company, parts["targets"])
    setting = company_setting(company, strict=True) if company else _UNKNOWN
    tables = {name: _read_table(folder, spec, setting, parts[name]) for name, spec in TABLES.items()}
    closes = read_closes(folder, parts["closes"])
    parts["book"] += strangers(folder)
    issues = [_of_a_book(issue) for found in parts.values() for issue in found]
    broken = {part for part, found in parts.items() if has_errors(found)}
    book = Book(company, plans, targets, tables, closes) if company else None
    if book is not None:
        across = check_tables(book, broken)
        issues += across
        broken |= {issue.where.table for issue in across if issue.severity == "error"}
    return FoundBook(book, tuple(sorted(issues, key=lambda issue: issue.sort_key)), frozenset(broken))


def _of_a_book(issue: Issue) -> Issue:
    return replace(issue, code=_IN_A_BOOK.get(issue.code, issue.code))


def company_setting(
    company: Company, known: Mapping[str, Directory] | None = None, *, strict: bool = False
) -> Setting:
    """What reading needs to know of a company; `known` are payees, accounts and contacts."""
    teams = Directory()
    for team in company.teams:
        teams.add(team.id, team.name)
    zone = zone_of(company)
    return Setting(company.currency, company.digits, zone, {"teams": teams, **(known or {})}, strict)


def zone_of(company: Company) -> ZoneInfo:
    """The company's time zone; UTC when its name is not known (which `read_book` refuses)."""
    try:
        return ZoneInfo(company.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def write_book(book: Book, folder: Path) -> None:
    """Write a book so that `read_book` gives the same one back. Empty tables have no file.

    Amounts are written in major units of their row's currency, exactly; dates as 2026-12-31. Table,
    plan and target files and the closes of an earlier book in the folder are replaced; other files stay.
    """
    plans = folder / "plans"
    plans.mkdir(parents=True, exist_ok=True)
    if (folder / "book.toml").exists():
        remove_closes(folder)
        for old in (*plan_files(folder), *table_files(folder, "targets", (".toml", ".csv"))):
            old.unlink()
    _write(folder / "book.toml", plan_text.write_company(book.company))
    _write(folder / "targets.toml", plan_text.write_targets(TargetsFile(target=book.targets)))
    versions = Counter(plan.id for plan in book.plans)
    for plan in book.plans:
        name = plan.id if versions[plan.id] == 1 else f"{plan.id}-v{plan.version}"
        _write(plans / f"{name}.toml", plan_text.write_plan(plan))
    for name, spec in TABLES.items():
        for old in table_files(folder, name):
            old.unlink()
        table = book.tables.get(name)
        if table is not None and table.num_rows:
            _write(folder / f"{name}.csv", table_csv(table, spec, book.company))
    for close in book.closes:
        write_close(close, folder)


def table_csv(table: pa.Table, spec: TableSpec, company: Company) -> str:
    """A canonical table as the CSV text that a book folder holds; provenance only when there is any."""
    columns = [*spec.columns]
    data = [_written(table, column, company) for column in columns]
    names = [column.name for column in columns]
    for name in _PROVENANCE:
        if table[name].null_count < table.num_rows:
            names.append(name)
            data.append(["" if value is None else str(value) for value in table[name].to_pylist()])
    return "".join(_line(cells) for cells in [names, *zip(*data, strict=True)])


def _line(cells: Sequence[str]) -> str:
    # Python's csv writer leaves a lone carriage return unquoted unless every line ends in one.
    quoted = (f'"{cell.replace(_QUOTE, _QUOTE * 2)}"' if _SPECIAL.search(cell) else cell for cell in cells)
    return ",".join(quoted) + "\n"


def _written(table: pa.Table, column: Column, company: Company) -> list[str]:
    values: list[Any] = table[column.name].to_pylist()
    if column.kind == "money":
        codes = table["currency"].to_pylist() if "currency" in table.column_names else [None] * len(values)
        digits = [
            company.digits if not code or code == company.currency else currency_digits(code)
            for code in codes
        ]
        pairs = zip(values, digits, strict=True)
        return ["" if value is None else format(to_major(value, places), "f") for value, places in pairs]
    if column.kind in _PLACES:
        places = _PLACES[column.kind]
        return ["" if value is None else _short(value, places) for value in values]
    return ["" if value is None else str(value) for value in values]


def _short(value: int, places: int) -> str:
    text = format(to_major(value, places), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")


# ---------------------------------------------------------------- reading the parts

_UNKNOWN = Setting("USD", 2, ZoneInfo("UTC"), strict=True)


def _text(folder: Path, path: Path, issues: list[Issue]) -> str | None:
    name = path.relative_to(folder).as_posix()
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        issues.append(Issue("data.wrong_encoding", "error", Where(file=name), {"encoding": "utf-8"}))
    except OSError:
        issues.append(Issue("book.unreadable_file", "error", Where(file=name)))
    return None


def _read_company(folder: Path, issues: list[Issue]) -> Company | None:
    path = folder / "book.toml"
    if not path.is_file():
        issues.append(Issue("book.no_book_toml", "error", Where(file="book.toml")))
        return None
    text = _text(folder, path, issues)
    company, problems = plan_text.read_company(text, "book.toml") if text is not None else (None, ())
    issues += problems
    zone = company.time_zone if company else _zone_written(text or "")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        where = Where(file="book.toml", column="time_zone")
        issues.append(Issue("book.unknown_time_zone", "error", where, {"value": zone}))
    return company


def _zone_written(text: str) -> str:
    """The time zone of a book.toml in which something else is wrong; UTC when it names none."""
    try:
        zone = tomllib.loads(text).get("time_zone")
    except tomllib.TOMLDecodeError:
        return "UTC"
    return zone if isinstance(zone, str) and zone else "UTC"


def _read_plans(folder: Path, issues: list[Issue]) -> tuple[Plan, ...]:
    plans: list[Plan] = []
    written: dict[tuple[str, int], str] = {}
    for path in plan_files(folder):
        name = f"plans/{path.name}"
        text = _text(folder, path, issues)
        plan, problems = plan_text.read_plan(text, name) if text is not None else (None, ())
        issues += problems
        if plan is None:
            continue
        earlier = written.setdefault((plan.id, plan.version), name)
        if earlier == name:
            plans.append(plan)
        else:
            said: dict[str, str | int] = {"version": plan.version, "first": earlier}
            issues.append(Issue("book.plan_twice", "error", Where(file=name, plan=plan.id), said))
    return tuple(plans)


def _read_targets(folder: Path, company: Company | None, issues: list[Issue]) -> tuple[Target, ...]:
    targets: list[tuple[str, Target]] = []
    if (path := folder / "targets.toml").is_file() and (text := _text(folder, path, issues)) is not None:
        file, problems = plan_text.read_targets(text, path.name)
        issues += problems
        targets += [(path.name, target) for target in (file.targets if file else ())]
    if (path := folder / "targets.csv").is_file() and company is not None:
        found, problems = read_targets_csv(path.name, path.read_bytes(), company.calendar)
        issues += problems
        targets += [(path.name, target) for target in found]
    first: dict[str, str] = {}
    for name, target in targets:
        if target.id in first:
            where = Where(file=name, target=target.id)
            issues.append(Issue("book.target_twice", "error", where, {"first": first[target.id]}))
        first.setdefault(target.id, name)
    return tuple({target.id: target for _, target in reversed(targets)}.values())[::-1]


def _read_table(folder: Path, spec: TableSpec, setting: Setting, issues: list[Issue]) -> pa.Table:
    """One table from its file, read strictly: canonical headers, decimal points, dates as 2026-12-31."""
    files = table_files(folder, spec.name)
    if len(files) > 1:
        said = {"files": ", ".join(path.name for path in files)}
        issues.append(Issue("book.table_twice", "error", Where(table=spec.name), said))
    if not files:
        return spec.empty()
    path = files[0]
    if path.stat().st_size > MOST_BYTES:
        issues.append(Issue("data.file_too_large", "error", Where(file=path.name)))
        return spec.empty()
    content = path.read_bytes()
    if path.suffix in _NOT_TEXT and content.strip() and kind_of(content) == "text":
        issues.append(Issue("data.damaged_file", "error", Where(file=path.name)))
        return spec.empty()
    reading = Reading(
        delimiter=_delimiter(path, content),
        header_row=1,
        decimal_mark=".",
        date_order="YMD",
        percents="marked",
    )
    sheet, problems = read_file(path.name, content, reading, rowless=True)
    issues += [issue for issue in problems if issue.code not in _SAID_OTHERWISE]
    for issue in problems:
        if issue.code == "data.duplicate_header":
            issues.append(Issue(issue.code, "error", issue.where, issue.parameters))
    if sheet is None:
        return spec.empty()
    if sheet.reading.encoding == "cp1252":
        issues.append(Issue("book.not_utf8", "warning", Where(file=path.name)))
    columns = {
        column.name: header for column in spec.columns if (header := _header(column.name, sheet.header))
    }
    if spec.name != "opportunities" or "outcome" in columns or "stage" not in columns:
        absent = [column.name for column in spec.columns if column.required and column.name not in columns]
    else:
        absent = ["outcome"]
    issues += [Issue("book.missing_column", "error", Where(file=path.name, column=name)) for name in absent]
    others = [name for name in sheet.header if name not in columns.values()]
    issues += unknown_columns(path.name, _named(others), [column.name for column in spec.columns])
    if absent:
        return spec.empty()
    cleaned = clean(sheet, spec, columns, {}, setting)
    issues += cleaned.issues
    issues += [issue for reasons in cleaned.rejected.values() for issue in reasons]
    return cleaned.table


def _delimiter(path: Path, content: bytes) -> str:
    """A comma, a tab for .tsv, or what cuts the header line (canonical names hold none of the marks)."""
    if path.suffix == ".tsv":
        return "\t"
    first = content.split(b"\n", 1)[0]
    return max(",;\t|", key=lambda mark: first.count(mark.encode()))


def _header(column: str, header: tuple[str, ...]) -> str:
    return next((name for name in header if squash(name) == squash(column)), "")


def _named(columns: Iterable[str]) -> list[str]:
    """Columns with a name of their own, without those that say where a row came from."""
    return [name for name in columns if name not in _PROVENANCE and not name.startswith("[")]

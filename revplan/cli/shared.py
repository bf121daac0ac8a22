"""What the commands share: the app that they belong to, opening a book, refusing, writing files."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from revplan.issues import Issue, has_errors
from revplan.report.plain_text import issue_text
from revplan.words import LANGUAGES, _, formats, ngettext, speaking

if TYPE_CHECKING:  # the engine loads only for the commands that calculate
    from revplan.model.book import Book
    from revplan.model.results import RunResult
    from revplan.periods import FiscalCalendar, Period
    from revplan.report.tables_as_files import Format

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Incentive and KPI planning for revenue operations: who is paid what, and why, to the cent.",
)

BookFolder = Annotated[Path, typer.Argument(metavar="BOOK", help="A book folder, such as sample_data.")]
Language = Annotated[str, typer.Option("--lang", help="Language of what is printed: en or tr.")]
PlanSets = Annotated[
    list[str] | None,
    typer.Option(
        "--plans", help="A plan set, or several parted by commas; may be given again. All when left out."
    ),
]
OnePlanSet = Annotated[
    str, typer.Option("--plans", help="The plan set; may be left out when the book has one.")
]
OutFolder = Annotated[
    Path, typer.Option("--out", metavar="DIR", help="Folder that the files are written into.")
]
FirstPeriod = Annotated[
    str | None, typer.Option("--from", help="The first period; the fourth last when left out.")
]
LastPeriod = Annotated[
    str | None, typer.Option("--to", help="The last period; the last one that is over when left out.")
]
Payee = Annotated[str, typer.Option("--payee", help="Whose pay: an id, as in the table of people.")]
InPeriod = Annotated[str, typer.Option("--period", help="The period: 2026, 2026-H1, 2026-Q3 or 2026-07.")]
FileFormat = Annotated[str, typer.Option("--format", help="csv, parquet or json.")]


def main() -> None:
    """The `revplan` command."""
    app()


@contextmanager
def spoken(lang: str) -> Iterator[None]:
    """Print in a language; an unknown one ends the command."""
    if lang not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        refuse(f"There is no language {lang!r}; there are {known}.")
    with speaking(lang):
        yield


def opened_book(folder: Path, *, warnings: bool = False) -> "tuple[Book, tuple[Issue, ...]]":
    """The book of a folder with the warnings about it; a bad one is listed and ends the command."""
    from revplan.data.book_folder import find_book
    from revplan.rules.check.book import check_book

    if not folder.is_dir():
        text = (
            _("{folder} is a file, not a folder.") if folder.exists() else _("There is no folder {folder}.")
        )
        more = _("Name the folder that holds book.toml.")
        refuse(f"{text.format(folder=folder)} {more}")
    with reading(folder):
        found = find_book(folder)
    book, issues = found.book, [*found.issues]
    if book is not None:
        issues += check_book(book) if not has_errors(issues) else _known_errors(book, found.broken)
    issues = placed_issues(issues, folder)
    refuse_errors(issues, book, warnings=warnings)
    if book is None:
        refuse(_("{folder} cannot be read as a book.").format(folder=folder))
    return book, tuple(issues)


_KNOWN_BY = {
    "plans": ("plan.payouts_of_unknown",),
    "payees": ("plan.unknown_roles", "plan.unknown_payees", "target.unknown_payee"),
    "targets": ("plan.unknown_target",),
}
"""What a part that lacks refused rows cannot tell."""


def _known_errors(book: "Book", broken: frozenset[str]) -> list[Issue]:
    """What is wrong with plans and targets whatever the refused rows and files would have said."""
    from revplan.rules.check.book import check_book

    issues = check_book(replace(book, tables={"payees": book.tables["payees"]}))
    beyond = [code for part in broken for code in _KNOWN_BY.get(part, ())]
    return [issue for issue in issues if issue.severity == "error" and issue.code not in beyond]


def issues_with_results(
    folder: Path, book: "Book", issues: Sequence[Issue], results: "Sequence[RunResult]"
) -> tuple[Issue, ...]:
    """Issues of reading, of the plan check that knows what the runs gave, and of the runs; each once."""
    from revplan.rules.check.book import check_book

    checked = placed_issues(check_book(book, results), folder)
    return once_each([*issues, *checked, *(issue for result in results for issue in result.issues)])


def placed_issues(issues: Iterable[Issue], folder: Path) -> list[Issue]:
    """The issues with the files and lines of the plans that they are about."""
    from revplan.data.plan_places import placed

    return placed(issues, folder)


def once_each(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Each issue once: runs of several plan sets find the same ones."""
    return tuple({_identity(issue): issue for issue in issues}.values())


def _identity(issue: Issue) -> tuple[object, ...]:
    return (issue.sort_key, tuple(sorted(issue.parameters.items())))


def refuse_errors(issues: Sequence[Issue], book: "Book | None", *, warnings: bool = False) -> None:
    """End the command when any of the issues is an error, with the errors listed (and the warnings)."""
    if has_errors(list(issues)):
        issues = once_each(issues)
        shown = ("error", "warning") if warnings else ("error",)
        list_issues([issue for issue in issues if issue.severity in shown], book)
        count = sum(issue.severity == "error" for issue in issues)
        text = ngettext("{count} problem must be fixed.", "{count} problems must be fixed.", count)
        refuse(counted_text(text, count))


def chosen_sets(book: "Book", wanted: Sequence[str] | None) -> tuple[str, ...]:
    """The plan sets asked for, each once; all of the book when none is named."""
    known = book.plan_sets()
    asked = [name.strip() for text in wanted or () for name in text.split(",") if name.strip()]
    missing = [name for name in asked if name not in known]
    if not known:
        refuse(_("The book has no plans. Add at least one to its folder plans."))
    if missing:
        text = _("There is no plan set {names}. The book has: {known}.")
        refuse(text.format(names=formats.listed(missing), known=formats.listed(list(known))))
    return tuple(dict.fromkeys(asked)) or known


def one_plan_set(book: "Book", wanted: str) -> str:
    """The plan set asked for, or the only one of the book."""
    sets = chosen_sets(book, [wanted] if wanted else None)
    if len(sets) != 1:
        text = _("The book has several plan sets ({names}). Name one with --plans.")
        refuse(text.format(names=formats.listed(list(sets))))
    return sets[0]


def period_of(book: "Book", label: str) -> "Period":
    """The period of that name; another name ends the command."""
    return period_in(book.company.calendar, label)


def period_in(calendar: "FiscalCalendar", label: str) -> "Period":
    """The same by a calendar alone."""
    try:
        return calendar.parse(label)
    except ValueError:
        text = _("{period} is no period. Write 2026, 2026-H1, 2026-Q3 or 2026-07.")
        refuse(text.format(period=label))


def calculated(folder: Path, book: "Book", plan_set: str) -> "RunResult":
    """A run of the book, its issues with the files and lines of the plans."""
    from revplan.rules.run import run as calculate

    result = calculate(book, plan_set)
    return replace(result, issues=tuple(placed_issues(result.issues, folder)))


def format_of(name: str) -> "Format":
    """The file format of that name; another name ends the command."""
    from revplan.report.tables_as_files import FORMATS

    for known in FORMATS:
        if known == name:
            return known
    text = _("There is no format {name}; there are {known}.")
    refuse(text.format(name=name, known=formats.listed(list(FORMATS))))


def refuse_inside(folder: Path, place: Path) -> None:
    """End the command when a result would be written among the files of the book itself."""
    if folder.is_dir() and place.resolve().is_relative_to(folder.resolve()):
        text = _("{place} lies inside the book, and results are no part of it. Choose a place outside.")
        refuse(text.format(place=place))


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder, each complete or not at all."""
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            with writing(folder / name):
                aside = folder / f".{name}.part"
                aside.write_bytes(content)
                aside.replace(folder / name)


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """What cannot be written ends the command with the reason."""
    try:
        yield
    except OSError as error:
        text = _("{place} cannot be written: {reason}. Choose another place, or free this one.")
        refuse(text.format(place=place, reason=error.strerror or str(error)))


@contextmanager
def reading(place: Path) -> Iterator[None]:
    """What cannot be read ends the command with the reason."""
    try:
        yield
    except OSError as error:
        text = _("{place} cannot be read: {reason}.")
        refuse(text.format(place=error.filename or place, reason=error.strerror or str(error)))


def text_of(place: Path) -> str:
    """The text of a file; one that cannot be read, or is not UTF-8, ends the command."""
    with reading(place):
        try:
            return place.read_text("utf-8-sig")
        except UnicodeDecodeError:
            text = _("{place} is not text in UTF-8. Save it as UTF-8 and try again.")
            refuse(text.format(place=place))


def refuse(text: str) -> NoReturn:
    """Say why on standard error and end the command with 2."""
    typer.echo(text, err=True)
    raise typer.Exit(2)


def list_issues(issues: Sequence[Issue], book: "Book | None") -> None:
    """Every issue on standard error, errors first."""
    currency, digits = (book.company.currency, book.company.digits) if book else ("", 2)
    for issue in sorted(issues, key=lambda issue: issue.sort_key):
        typer.echo(issue_text(issue, currency, digits) + "\n", err=True)


def counted_text(text: str, count: int) -> str:
    return text.format(count=formats.number(count))

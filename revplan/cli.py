"""The command line: the app, and its use cases on a book folder without a browser.

Exit codes: 0 good; 2 when the book, an option or a place to write is wrong, with every problem listed on
standard error; warnings alone leave it 0.
"""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

import revplan
from revplan.issues import Issue, Where, has_errors
from revplan.report.plain_text import issue_text, table_text
from revplan.words import LANGUAGES, _, formats, ngettext, speaking

if TYPE_CHECKING:  # the engine loads only for the commands that calculate
    from revplan.model.book import Book
    from revplan.model.results import RunResult
    from revplan.periods import FiscalCalendar, Period
    from revplan.service.compare import Comparison

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


def main() -> None:
    """The `revplan` command."""
    app()


@app.command()
def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on; the default is this computer only.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8501,
    home: Annotated[
        Path | None,
        typer.Option(help="Where the app keeps its records; REVPLAN_HOME or .revplan when left out."),
    ] = None,
    lang: Language = "en",
) -> None:
    """Start the app in this terminal. The first start loads the sample company."""
    with _spoken(lang):
        kept = (home or Path(os.environ.get("REVPLAN_HOME") or ".revplan")).absolute()
        script = Path(revplan.__file__).parent.parent / "app.py"
        if not script.exists():
            _refuse(_("The app's pages are not installed. Start it from a checkout of the project."))
        _refuse_without_driver()
        with _writing(kept):
            kept.mkdir(parents=True, exist_ok=True)
        if not _is_free(host, port):
            text = _("Nothing can listen on {host}, port {port}. Choose another one with --port.")
            _refuse(text.format(host=host, port=port))
        typer.echo(_("revplan is at {address} and keeps its records in {home}. Stop it with Ctrl+C.").format(
            address=f"http://{f'[{host}]' if ':' in host else host}:{port}", home=kept
        ))  # fmt: skip
    options = [f"--server.address={host}", f"--server.port={port}", "--server.headless=true"]
    _become([sys.executable, "-m", "streamlit", "run", str(script), *options], script.parent, kept)


@app.command()
def check(
    folder: BookFolder,
    notes: Annotated[bool, typer.Option("--notes", help="List what is only good to know, too.")] = False,
    lang: Language = "en",
) -> None:
    """List everything that is wrong with a book, or worth a look."""
    with _spoken(lang):
        book, issues = _opened(folder, warnings=True)
        results = [_calculated(folder, book, name) for name in book.plan_sets()]
        found = _with_results(folder, book, issues, results)
        if not book.plans:
            found = (*found, Issue("book.no_plans", "warning", Where(file="plans")))
        _refuse_errors(found, book, warnings=True)
        warned = [issue for issue in found if issue.severity == "warning"]
        _list(found if notes else warned, book)
        told = (
            _("{name} is ready to run: {plans}, {targets}, {rows}.")
            if book.plans
            else _("{name} can be read, and there is nothing to run in it yet: {plans}, {targets}, {rows}.")
        ).format(
            name=book.company.name or folder,
            plans=_count(ngettext("{count} plan", "{count} plans", len(book.plans)), len(book.plans)),
            targets=_count(
                ngettext("{count} target", "{count} targets", len(book.targets)), len(book.targets)
            ),
            rows=_count(ngettext("{count} row of data", "{count} rows of data", _rows(book)), _rows(book)),
        )
        typer.echo(told)
        if warned:
            some = ngettext("{count} thing is worth a look.", "{count} things are worth a look.", len(warned))
            typer.echo(_count(some, len(warned)))


@app.command()
def run(
    folder: BookFolder,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder that the files are written into.")],
    plans: PlanSets = None,
    trace: Annotated[
        bool,
        typer.Option(
            "--trace",
            help="Keep parts as Parquet in DIR/trace, a file for each payment period, in place of parts.csv: "
            "for very many deals, and for `revplan statement`.",
        ),
    ] = False,
    kpis: Annotated[
        bool, typer.Option("--kpis/--no-kpis", help="Whether to work out the company's key figures, too.")
    ] = True,
    lang: Language = "en",
) -> None:
    """Calculate a book and write attainment, payouts, parts, statements, key figures and issues as CSV."""
    with _spoken(lang):
        from revplan.report.health_files import health_files
        from revplan.report.run_files import run_files
        from revplan.rules.health import health_of_runs

        _refuse_inside(folder, out)
        book, issues = _opened(folder)
        chosen = _chosen(book, plans)
        with _traced(folder, book, chosen, out) if trace else _untraced(folder, book, chosen) as results:
            found = [issue for result in results for issue in result.issues]
            _refuse_errors([*issues, *found], book)
            files = run_files(book, results, issues)
            if trace:
                del files["parts.csv"]
            if kpis:
                files |= health_files(book.company, health_of_runs(book, results))
            _write(out, files)
        for result in results:
            typer.echo(_payouts_text(book, result) + "\n")
        warned = [issue for issue in _once([*issues, *found]) if issue.severity == "warning"]
        if warned:
            some = ngettext(
                "{count} thing is worth a look; it is in issues.csv.",
                "{count} things are worth a look; they are in issues.csv.",
                len(warned),
            )
            typer.echo(_count(some, len(warned)))
        typer.echo(_("The files are in {folder}.").format(folder=out))


@app.command()
def statement(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where `revplan run --trace` has written its files.")
    ],
    payee: Annotated[str, typer.Option(help="Whose statement: an id, as in the table of people.")],
    period: Annotated[str, typer.Option(help="The period: 2026, 2026-H1, 2026-Q3 or 2026-07.")],
    plans: Annotated[str, typer.Option(help="The plan set; may be left out when there is one.")] = "",
    lang: Language = "en",
) -> None:
    """Print somebody's statement with the deals behind it, from a run that was kept."""
    with _spoken(lang):
        from revplan.data.trace_folder import NoTrace, plan_sets, read_calendar, read_statement
        from revplan.report.statement_text import statement_text

        trace = folder / "trace"
        known = plan_sets(trace)
        if not known:
            text = _("{folder} holds no trace of a run. Write one with: revplan run BOOK --out DIR --trace")
            _refuse(text.format(folder=folder))
        if not plans and len(known) > 1:
            text = _("The run has several plan sets ({names}). Name one with --plans.")
            _refuse(text.format(names=formats.listed(list(known))))
        plan_set = plans or known[0]
        if plan_set not in known:
            text = _("There is no plan set {names}. The run has: {known}.")
            _refuse(text.format(names=plan_set, known=formats.listed(list(known))))
        try:
            calendar = read_calendar(trace / plan_set)
            within = _within(calendar, period)
            found = read_statement(trace / plan_set, payee, within.start, within.end)
        except (NoTrace, OSError) as error:
            _refuse(_("{place} cannot be read: {reason}.").format(place=trace / plan_set, reason=error))
        if not found.entries.num_rows:
            text = _("{payee} has no statement in {period} under the plan set {plans}.")
            _refuse(text.format(payee=payee, period=formats.period(period), plans=plan_set))
        typer.echo(statement_text(found))


@app.command()
def compare(
    folder: BookFolder,
    plans: Annotated[tuple[str, str], typer.Option(help="The two plan sets: today's, then the other.")],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for the tables as CSV files.")
    ] = None,
    lang: Language = "en",
) -> None:
    """Compare two plan sets on the same data: pay, cost, and pay earned while the company missed."""
    with _spoken(lang):
        from revplan.service.compare import compare_runs
        from revplan.service.compare_words import comparison_files, comparison_text

        if plans[0] == plans[1]:
            text = _("Both plan sets are {name}. Name two different ones.")
            _refuse(text.format(name=plans[0]))
        if out is not None:
            _refuse_inside(folder, out)
        book, issues = _opened(folder)
        _chosen(book, plans)
        a, b = (_calculated(folder, book, name) for name in plans)
        _refuse_errors([*issues, *a.issues, *b.issues], book)
        comparison: Comparison = compare_runs(book, a, b)
        typer.echo(comparison_text(comparison))
        if out is not None:
            _write(out, comparison_files(comparison))
            typer.echo(_("The files are in {folder}.").format(folder=out))


@app.command()
def export(
    folder: BookFolder,
    out: Annotated[Path, typer.Option(metavar="FILE.xlsx", help="The workbook to write.")],
    plans: Annotated[str, typer.Option(help="The plan set; may be left out when the book has one.")] = "",
    lang: Language = "en",
) -> None:
    """Write the plan workbook: targets, plan terms, attainment, payouts, statements and credits."""
    with _spoken(lang):
        from revplan.service.export import workbook_of

        if out.suffix.lower() != ".xlsx":
            text = _("{file} is no name for a workbook. Let it end in .xlsx.")
            _refuse(text.format(file=out))
        _refuse_inside(folder, out)
        book, issues = _opened(folder)
        result = _calculated(folder, book, _one_plan_set(book, plans))
        _refuse_errors([*issues, *result.issues], book)
        notes = (
            (_("Book"), str(folder)),
            (_("Exported by"), getuser()),
            (_("Exported at"), formats.moment(datetime.now(UTC), book.company.time_zone)),
        )
        _write(out.parent, {out.name: workbook_of(book, result, notes=notes)})
        typer.echo(_("The workbook is {file}.").format(file=out))


@app.command()
def explain(
    folder: BookFolder,
    payee: Annotated[str, typer.Option(help="Whose pay: an id, as in the table of people.")],
    period: Annotated[str, typer.Option(help="The period: 2026, 2026-H1, 2026-Q3 or 2026-07.")],
    component: Annotated[
        str, typer.Option(help="The id of a component; all of the period when left out.")
    ] = "",
    plans: Annotated[str, typer.Option(help="The plan set; may be left out when the book has one.")] = "",
    lang: Language = "en",
) -> None:
    """Say how each amount of somebody's pay was worked out: what counted, each step, each deal."""
    with _spoken(lang):
        from revplan.report.explanations import explained_text, lines_of

        book, issues = _opened(folder)
        plan_set = _one_plan_set(book, plans)
        within = _period(book, period)
        result = _calculated(folder, book, plan_set)
        _refuse_errors([*issues, *result.issues], book)
        lines = lines_of(result, payee, within.start, within.end, component)
        if not lines:
            text = _("{payee} has no line in {period} under the plan set {plans}.")
            _refuse(text.format(payee=payee, period=formats.period(period), plans=plan_set))
        typer.echo(explained_text(book, result, lines))


@app.command()
def diff(
    folder: BookFolder,
    other: Annotated[Path, typer.Argument(metavar="OTHER", help="The book folder to compare it with.")],
    plans: Annotated[str, typer.Option(help="The plan set; may be left out when the books have one.")] = "",
    lang: Language = "en",
) -> None:
    """Say which amounts are not the same in another book, and what moved each: credit, quota, terms …"""
    with _spoken(lang):
        from revplan.report.diff_text import diff_text
        from revplan.rules.explain.diff import moved_lines

        sides = []
        for place in (folder, other):
            book, issues = _opened(place)
            result = _calculated(place, book, _one_plan_set(book, plans))
            _refuse_errors([*issues, *result.issues], book)
            sides.append((book, result))
        (book, before), (new, after) = sides
        if (before.currency, before.digits) != (after.currency, after.digits):
            _refuse(_("The books are in different currencies, so their amounts cannot be compared."))
        typer.echo(diff_text(moved_lines(book, before, new, after), new))


@app.command()
def close(
    folder: BookFolder,
    through: Annotated[str, typer.Option(help="The last period to close: 2026-07, 2026-Q3 …")],
    by: Annotated[str, typer.Option(help="Who closes it.")],
    plans: Annotated[str, typer.Option(help="The plan set; may be left out when the book has one.")] = "",
    on: Annotated[
        str, typer.Option("--date", help="The day of closing, as 2026-07-31; today when left out.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be closed.")] = False,
    lang: Language = "en",
) -> None:
    """Close periods: what they pay is kept in the book and never changes; what comes late is trued up."""
    with _spoken(lang):
        from revplan.data.closes_folder import write_close
        from revplan.report.close_text import close_text
        from revplan.rules.close.kept import close_of

        book, issues = _opened(folder)
        plan_set = _one_plan_set(book, plans)
        period = _period(book, through)
        if not by.strip():
            _refuse(_("Say who closes the period, with --by."))
        try:
            day = date.fromisoformat(on) if on else datetime.now(UTC).date()
        except ValueError:
            _refuse(_("{day} is no date. Write it as 2026-07-31.").format(day=on))
        result = _calculated(folder, book, plan_set)
        _refuse_errors([*issues, *result.issues], book)
        kept = close_of(book, result, period, closed_on=day, closed_by=by.strip())
        if isinstance(kept, Issue):
            _refuse_errors([kept], book)
            return
        typer.echo(close_text(kept, result.currency, result.digits) + "\n")
        if dry_run:
            typer.echo(_("Nothing was closed: this only shows what would be."))
            return
        with _writing(folder / "closes"):
            place = write_close(kept, folder)
        typer.echo(_("The periods are closed; what was kept is in {folder}.").format(folder=place))


@app.command()
def simulate(
    folder: BookFolder,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder that the files are written into.")],
    plans: Annotated[str, typer.Option(help="The plan set; may be left out when the book has one.")] = "",
    scenario: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE.toml", help="A scenario; may be given again, each is made on the one before."
        ),
    ] = None,
    forecast: Annotated[
        Path | None,
        typer.Option(metavar="FILE.toml", help="A forecast to use instead of the estimated one."),
    ] = None,
    until: Annotated[
        str, typer.Option(help="The last period to forecast; the fiscal year's end when left out.")
    ] = "",
    trials: Annotated[int, typer.Option(help="How many times it is tried.", min=1, max=1_000_000)] = 2_000,
    seed: Annotated[int, typer.Option(help="Another one gives other luck; the same, the same.", min=0)] = 1,
    budget: Annotated[str, typer.Option(help="A budget for the year's payouts, to see it at risk.")] = "",
    file_format: Annotated[str, typer.Option("--format", help="csv, parquet or json.")] = "csv",
    lang: Language = "en",
) -> None:
    """Try out what is still open many times: payouts, targets, accruals, and what drives them."""
    with _spoken(lang):
        from revplan.report.simulation_files import (
            FORMATS,
            simulation_files,
            simulation_tables,
            simulation_text,
        )
        from revplan.service.forecast import NotForecast, simulated_from, with_budget

        written = next((each for each in FORMATS if each == file_format), None)
        if written is None:
            text = _("There is no format {name}; there are {known}.")
            _refuse(text.format(name=file_format, known=formats.listed(list(FORMATS))))
        _refuse_inside(folder, out)
        book, _issues = _opened(folder)
        plan_set = _one_plan_set(book, plans)
        end = _period(book, until).end if until else None
        texts = {}
        for place in [*(scenario or []), *([forecast] if forecast else [])]:
            with _reading(place):
                texts[place] = place.read_text("utf-8")
        try:
            result = simulated_from(
                book,
                plan_set,
                scenarios=[(str(place), texts[place]) for place in scenario or []],
                forecast=(str(forecast), texts[forecast]) if forecast else None,
                until=end,
                trials=trials,
                seed=seed,
            )
            risk = with_budget(result, budget) if budget else None
        except NotForecast as wrong:
            _refuse_errors(wrong.issues, book)
            raise
        tables = simulation_tables(result)
        _write(out, simulation_files(result, tables, written, risk))
        typer.echo(simulation_text(result, tables, risk) + "\n")
        warned = [issue for issue in result.stakes.issues if issue.severity == "warning"]
        _list(warned, book)
        typer.echo(_("The files are in {folder}.").format(folder=out))


# ---------------------------------------------------------------- what the commands share


@contextmanager
def _spoken(lang: str) -> Iterator[None]:
    if lang not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        _refuse(f"There is no language {lang!r}; there are {known}.")
    with speaking(lang):
        yield


def _opened(folder: Path, *, warnings: bool = False) -> "tuple[Book, tuple[Issue, ...]]":
    """The book of a folder with the warnings about it; a bad one is listed and ends the command."""
    from revplan.data.book_folder import find_book
    from revplan.rules.check.book import check_book

    if not folder.is_dir():
        text = (
            _("{folder} is a file, not a folder.") if folder.exists() else _("There is no folder {folder}.")
        )
        more = _("Name the folder that holds book.toml.")
        _refuse(f"{text.format(folder=folder)} {more}")
    with _reading(folder):
        found = find_book(folder)
    book, issues = found.book, [*found.issues]
    if book is not None:
        issues += check_book(book) if not has_errors(issues) else _known_errors(book, found.broken)
    issues = _placed(issues, folder)
    _refuse_errors(issues, book, warnings=warnings)
    if book is None:
        _refuse(_("{folder} cannot be read as a book.").format(folder=folder))
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


def _with_results(
    folder: Path, book: "Book", issues: Sequence[Issue], results: "Sequence[RunResult]"
) -> tuple[Issue, ...]:
    """Issues of reading, of the plan check that knows what the runs gave, and of the runs; each once."""
    from revplan.rules.check.book import check_book

    checked = _placed(check_book(book, results), folder)
    return _once([*issues, *checked, *(issue for result in results for issue in result.issues)])


def _placed(issues: Iterable[Issue], folder: Path) -> list[Issue]:
    """The issues with the files and lines of the plans that they are about."""
    from revplan.data.plan_places import placed

    return placed(issues, folder)


def _once(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Each issue once: runs of several plan sets find the same ones."""
    return tuple({_identity(issue): issue for issue in issues}.values())


def _identity(issue: Issue) -> tuple[object, ...]:
    return (issue.sort_key, tuple(sorted(issue.parameters.items())))


def _refuse_errors(issues: Sequence[Issue], book: "Book | None", *, warnings: bool = False) -> None:
    """End the command when any of the issues is an error, with the errors listed (and the warnings)."""
    if has_errors(list(issues)):
        issues = _once(issues)
        shown = ("error", "warning") if warnings else ("error",)
        _list([issue for issue in issues if issue.severity in shown], book)
        count = sum(issue.severity == "error" for issue in issues)
        text = ngettext("{count} problem must be fixed.", "{count} problems must be fixed.", count)
        _refuse(_count(text, count))


def _chosen(book: "Book", wanted: Sequence[str] | None) -> tuple[str, ...]:
    """The plan sets asked for, each once; all of the book when none is named."""
    known = book.plan_sets()
    asked = [name.strip() for text in wanted or () for name in text.split(",") if name.strip()]
    missing = [name for name in asked if name not in known]
    if not known:
        _refuse(_("The book has no plans. Add at least one to its folder plans."))
    if missing:
        text = _("There is no plan set {names}. The book has: {known}.")
        _refuse(text.format(names=formats.listed(missing), known=formats.listed(list(known))))
    return tuple(dict.fromkeys(asked)) or known


def _one_plan_set(book: "Book", wanted: str) -> str:
    """The plan set asked for, or the only one of the book."""
    sets = _chosen(book, [wanted] if wanted else None)
    if len(sets) != 1:
        text = _("The book has several plan sets ({names}). Name one with --plans.")
        _refuse(text.format(names=formats.listed(list(sets))))
    return sets[0]


def _period(book: "Book", label: str) -> "Period":
    """The period of that name; another name ends the command."""
    return _within(book.company.calendar, label)


def _within(calendar: "FiscalCalendar", label: str) -> "Period":
    """The same by a calendar alone."""
    try:
        return calendar.parse(label)
    except ValueError:
        text = _("{period} is no period. Write 2026, 2026-H1, 2026-Q3 or 2026-07.")
        _refuse(text.format(period=label))


def _calculated(folder: Path, book: "Book", plan_set: str) -> "RunResult":
    from revplan.rules.run import run as calculate

    result = calculate(book, plan_set)
    return replace(result, issues=tuple(_placed(result.issues, folder)))


@contextmanager
def _untraced(folder: Path, book: "Book", plan_sets: Sequence[str]) -> "Iterator[list[RunResult]]":
    """The runs of plan sets, with their parts."""
    yield [_calculated(folder, book, name) for name in plan_sets]


@contextmanager
def _traced(folder: Path, book: "Book", plan_sets: Sequence[str], out: Path) -> "Iterator[list[RunResult]]":
    """The same without parts, which are in `out`/trace once all went well."""
    from revplan.data.trace_folder import write_parts, write_result
    from revplan.rules.run import run as calculate

    aside, results = out / ".trace.part", []
    try:
        with _writing(out / "trace"):
            shutil.rmtree(aside, ignore_errors=True)
            for name in plan_sets:
                result = calculate(book, name, with_parts=False, trace=partial(write_parts, aside / name))
                write_result(aside / name, result, book.company.fiscal_year_starts)
                results.append(replace(result, issues=tuple(_placed(result.issues, folder))))
        yield results
        with _writing(out / "trace"):
            shutil.rmtree(out / "trace", ignore_errors=True)
            aside.replace(out / "trace")
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _refuse_without_driver() -> None:
    """End the command when the database of REVPLAN_DATABASE_URL needs a package that is not installed."""
    from revplan.service import workspace
    from revplan.store.records import NoDriver
    from revplan.words.texts import no_driver

    try:
        workspace.check_database()
    except NoDriver as error:
        _refuse(no_driver(error.package, error.install))


def _refuse_inside(folder: Path, place: Path) -> None:
    """End the command when a result would be written among the files of the book itself."""
    if folder.is_dir() and place.resolve().is_relative_to(folder.resolve()):
        text = _("{place} lies inside the book, and results are no part of it. Choose a place outside.")
        _refuse(text.format(place=place))


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder, each complete or not at all."""
    with _writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            with _writing(folder / name):
                aside = folder / f".{name}.part"
                aside.write_bytes(content)
                aside.replace(folder / name)


@contextmanager
def _writing(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        text = _("{place} cannot be written: {reason}. Choose another place, or free this one.")
        _refuse(text.format(place=place, reason=error.strerror or str(error)))


@contextmanager
def _reading(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        text = _("{place} cannot be read: {reason}.")
        _refuse(text.format(place=error.filename or place, reason=error.strerror or str(error)))


def _refuse(text: str) -> NoReturn:
    typer.echo(text, err=True)
    raise typer.Exit(2)


def _list(issues: Sequence[Issue], book: "Book | None") -> None:
    """Every issue on standard error, errors first."""
    currency, digits = (book.company.currency, book.company.digits) if book else ("", 2)
    for issue in sorted(issues, key=lambda issue: issue.sort_key):
        typer.echo(issue_text(issue, currency, digits) + "\n", err=True)


def _payouts_text(book: "Book", result: "RunResult") -> str:
    """What a plan set pays each team, as a table."""
    from revplan.metrics.alignment import total_by

    teams = {team.id: team.name for team in book.company.teams}
    rows = [
        (
            teams.get(row["team_id"], row["team_id"]),
            formats.money(row["payout"], result.currency, result.digits),
        )
        for row in total_by(result.lines, ["team_id"], "payout").to_pylist()
    ]
    total = sum(result.lines["payout"].to_pylist())
    rows.append((_("Total"), formats.money(total, result.currency, result.digits)))
    title = _("Plan set {name}, facts up to {day}").format(
        name=result.plan_set, day=formats.day(result.as_of)
    )
    columns = [_("Team"), _("Payout")]
    return f"{title}\n\n{table_text(columns, rows, right=[1])}"


def _rows(book: "Book") -> int:
    return sum(table.num_rows for table in book.tables.values())


def _count(text: str, count: int) -> str:
    return text.format(count=formats.number(count))


def _become(command: list[str], folder: Path, home: Path) -> NoReturn:
    """Turn this process into `command`, so that whoever stops it stops the app; Windows waits for it."""
    os.chdir(folder)
    environment = {**os.environ, "REVPLAN_HOME": str(home)}
    sys.stdout.flush()
    if os.name == "posix":
        os.execve(command[0], command, environment)  # noqa: S606 - our own script; the options were checked
    raise typer.Exit(subprocess.run(command, env=environment, check=False).returncode)  # noqa: S603


def _is_free(host: str, port: int) -> bool:
    """Whether something can listen there."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
    except OSError:
        return False
    return True

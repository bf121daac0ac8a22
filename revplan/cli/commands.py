"""The commands that work on a book folder: check, run, compare, explain, close and their kind."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from revplan.cli.shared import (
    BookFolder,
    InPeriod,
    Language,
    OnePlanSet,
    OutFolder,
    Payee,
    PlanSets,
    app,
    calculated,
    chosen_sets,
    counted_text,
    issues_with_results,
    list_issues,
    once_each,
    one_plan_set,
    opened_book,
    period_in,
    period_of,
    placed_issues,
    reading,
    refuse,
    refuse_errors,
    refuse_inside,
    spoken,
    write_files,
    writing,
)
from revplan.issues import Issue, Where
from revplan.report.plain_text import table_text
from revplan.words import _, formats, ngettext

if TYPE_CHECKING:  # the engine loads only for the commands that calculate
    from revplan.model.book import Book
    from revplan.model.results import RunResult
    from revplan.service.compare import Comparison


@app.command()
def check(
    folder: BookFolder,
    notes: Annotated[bool, typer.Option("--notes", help="List what is only good to know, too.")] = False,
    lang: Language = "en",
) -> None:
    """List everything that is wrong with a book, or worth a look."""
    with spoken(lang):
        book, issues = opened_book(folder, warnings=True)
        results = [calculated(folder, book, name) for name in book.plan_sets()]
        found = issues_with_results(folder, book, issues, results)
        if not book.plans:
            found = (*found, Issue("book.no_plans", "warning", Where(file="plans")))
        refuse_errors(found, book, warnings=True)
        warned = [issue for issue in found if issue.severity == "warning"]
        list_issues(found if notes else warned, book)
        told = (
            _("{name} is ready to run: {plans}, {targets}, {rows}.")
            if book.plans
            else _("{name} can be read, and there is nothing to run in it yet: {plans}, {targets}, {rows}.")
        ).format(
            name=book.company.name or folder,
            plans=counted_text(ngettext("{count} plan", "{count} plans", len(book.plans)), len(book.plans)),
            targets=counted_text(
                ngettext("{count} target", "{count} targets", len(book.targets)), len(book.targets)
            ),
            rows=counted_text(
                ngettext("{count} row of data", "{count} rows of data", _rows(book)), _rows(book)
            ),
        )
        typer.echo(told)
        if warned:
            some = ngettext("{count} thing is worth a look.", "{count} things are worth a look.", len(warned))
            typer.echo(counted_text(some, len(warned)))


@app.command()
def run(
    folder: BookFolder,
    out: OutFolder,
    plans: PlanSets = None,
    trace: Annotated[
        bool,
        typer.Option(
            "--trace",
            help="Keep parts as Parquet in DIR/trace, a folder for each period, in place of parts.csv: "
            "for very many deals, and for `revplan statement`.",
        ),
    ] = False,
    kpis: Annotated[
        bool, typer.Option("--kpis/--no-kpis", help="Whether to work out the company's key figures, too.")
    ] = True,
    lang: Language = "en",
) -> None:
    """Calculate a book and write attainment, payouts, parts, statements, key figures and issues as CSV."""
    with spoken(lang):
        from revplan.report.health_files import health_files
        from revplan.report.run_files import run_files
        from revplan.rules.health import health_of_runs

        refuse_inside(folder, out)
        book, issues = opened_book(folder)
        chosen = chosen_sets(book, plans)
        with _traced(folder, book, chosen, out) if trace else _untraced(folder, book, chosen) as results:
            found = [issue for result in results for issue in result.issues]
            refuse_errors([*issues, *found], book)
            files = run_files(book, results, issues)
            if trace:
                del files["parts.csv"]
            if kpis:
                files |= health_files(book.company, health_of_runs(book, results))
            write_files(out, files)
            _take_away(out, files, traced=trace)
        for result in results:
            typer.echo(_payouts_text(book, result) + "\n")
        warned = [issue for issue in once_each([*issues, *found]) if issue.severity == "warning"]
        if warned:
            some = ngettext(
                "{count} thing is worth a look; it is in issues.csv.",
                "{count} things are worth a look; they are in issues.csv.",
                len(warned),
            )
            typer.echo(counted_text(some, len(warned)))
        typer.echo(_("The files are in {folder}.").format(folder=out))


@app.command()
def statement(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where `revplan run --trace` has written its files.")
    ],
    payee: Payee,
    period: InPeriod,
    plans: Annotated[str, typer.Option(help="The plan set; may be left out when there is one.")] = "",
    lang: Language = "en",
) -> None:
    """Print somebody's statement with the deals behind it, from a run that was kept."""
    with spoken(lang):
        from revplan.data.trace_folder import NoTrace, plan_sets, read_calendar, read_statement
        from revplan.report.statement_text import statement_text

        trace = folder / "trace"
        known = plan_sets(trace)
        if not known:
            text = _("{folder} holds no trace of a run. Write one with: revplan run BOOK --out DIR --trace")
            refuse(text.format(folder=folder))
        if not plans and len(known) > 1:
            text = _("The run has several plan sets ({names}). Name one with --plans.")
            refuse(text.format(names=formats.listed(list(known))))
        plan_set = plans or known[0]
        if plan_set not in known:
            text = _("There is no plan set {names}. The run has: {known}.")
            refuse(text.format(names=plan_set, known=formats.listed(list(known))))
        try:
            with reading(trace / plan_set):
                within = period_in(read_calendar(trace / plan_set), period)
                found = read_statement(trace / plan_set, payee, within.start, within.end)
        except NoTrace:
            text = _(
                "{place} is no whole trace of a run. Write it again with: revplan run BOOK --out DIR --trace"
            )
            refuse(text.format(place=trace / plan_set))
        if not found.entries.num_rows:
            text = _("{payee} has no statement in {period} under the plan set {plans}.")
            refuse(text.format(payee=payee, period=formats.period(period), plans=plan_set))
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
    with spoken(lang):
        from revplan.service.compare import compare_runs
        from revplan.service.compare_words import comparison_files, comparison_text

        if plans[0] == plans[1]:
            text = _("Both plan sets are {name}. Name two different ones.")
            refuse(text.format(name=plans[0]))
        if out is not None:
            refuse_inside(folder, out)
        book, issues = opened_book(folder)
        chosen_sets(book, plans)
        a, b = (calculated(folder, book, name) for name in plans)
        refuse_errors([*issues, *a.issues, *b.issues], book)
        comparison: Comparison = compare_runs(book, a, b)
        typer.echo(comparison_text(comparison))
        if out is not None:
            write_files(out, comparison_files(comparison))
            typer.echo(_("The files are in {folder}.").format(folder=out))


@app.command()
def export(
    folder: BookFolder,
    out: Annotated[Path, typer.Option(metavar="FILE.xlsx", help="The workbook to write.")],
    plans: OnePlanSet = "",
    lang: Language = "en",
) -> None:
    """Write the plan workbook: targets, plan terms, attainment, payouts, statements and credits."""
    with spoken(lang):
        from revplan.service.export import workbook_of

        if out.suffix.lower() != ".xlsx":
            text = _("{file} is no name for a workbook. Let it end in .xlsx.")
            refuse(text.format(file=out))
        refuse_inside(folder, out)
        book, issues = opened_book(folder)
        result = calculated(folder, book, one_plan_set(book, plans))
        refuse_errors([*issues, *result.issues], book)
        notes = (
            (_("Book"), str(folder)),
            (_("Exported by"), getuser()),
            (_("Exported at"), formats.moment(datetime.now(UTC), book.company.time_zone)),
        )
        write_files(out.parent, {out.name: workbook_of(book, result, notes=notes)})
        typer.echo(_("The workbook is {file}.").format(file=out))


@app.command()
def explain(
    folder: BookFolder,
    payee: Payee,
    period: InPeriod,
    component: Annotated[
        str, typer.Option(help="The id of a component; all of the period when left out.")
    ] = "",
    plans: OnePlanSet = "",
    lang: Language = "en",
) -> None:
    """Say how each amount of somebody's pay was worked out: what counted, each step, each deal."""
    with spoken(lang):
        from revplan.report.explanations import explained_text, lines_of
        from revplan.report.statement_text import account_text

        book, issues = opened_book(folder)
        plan_set = one_plan_set(book, plans)
        within = period_of(book, period)
        result = calculated(folder, book, plan_set)
        refuse_errors([*issues, *result.issues], book)
        lines = lines_of(result, payee, within.start, within.end, component)
        if not lines:
            text = _("{payee} has no line in {period} under the plan set {plans}.")
            refuse(text.format(payee=payee, period=formats.period(period), plans=plan_set))
        typer.echo(explained_text(book, result, lines))
        if not component and (account := account_text(result, payee, within.start, within.end)):
            typer.echo("\n" + account)


@app.command()
def diff(
    folder: BookFolder,
    other: Annotated[Path, typer.Argument(metavar="OTHER", help="The book folder to compare it with.")],
    plans: Annotated[str, typer.Option(help="The plan set; may be left out when the books have one.")] = "",
    lang: Language = "en",
) -> None:
    """Say which amounts are not the same in another book, and what moved each: credit, quota, terms …"""
    with spoken(lang):
        from revplan.report.diff_text import diff_text
        from revplan.rules.explain.diff import moved_lines

        sides = []
        for place in (folder, other):
            book, issues = opened_book(place)
            result = calculated(place, book, one_plan_set(book, plans))
            refuse_errors([*issues, *result.issues], book)
            sides.append((book, result))
        (book, before), (new, after) = sides
        if (before.currency, before.digits) != (after.currency, after.digits):
            refuse(_("The books are in different currencies, so their amounts cannot be compared."))
        typer.echo(diff_text(moved_lines(book, before, new, after), new))


@app.command()
def close(
    folder: BookFolder,
    through: Annotated[str, typer.Option(help="The last period to close: 2026-07, 2026-Q3 …")],
    by: Annotated[str, typer.Option(help="Who closes it.")],
    plans: OnePlanSet = "",
    on: Annotated[
        str, typer.Option("--date", help="The day of closing, as 2026-07-31; today when left out.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be closed.")] = False,
    lang: Language = "en",
) -> None:
    """Close periods: what they pay is kept in the book and never changes; what comes late is trued up."""
    with spoken(lang):
        from revplan.data.closes_folder import write_close
        from revplan.report.close_text import close_text
        from revplan.rules.close.kept import close_of

        book, issues = opened_book(folder)
        plan_set = one_plan_set(book, plans)
        period = period_of(book, through)
        if not by.strip():
            refuse(_("Say who closes the period, with --by."))
        try:
            day = date.fromisoformat(on) if on else datetime.now(UTC).date()
        except ValueError:
            refuse(_("{day} is no date. Write it as 2026-07-31.").format(day=on))
        result = calculated(folder, book, plan_set)
        refuse_errors([*issues, *result.issues], book)
        kept = close_of(book, result, period, closed_on=day, closed_by=by.strip())
        if isinstance(kept, Issue):
            refuse_errors([kept], book)
            return
        typer.echo(close_text(kept, result.currency, result.digits) + "\n")
        if dry_run:
            typer.echo(_("Nothing was closed: this only shows what would be."))
            return
        with writing(folder / "closes"):
            place = write_close(kept, folder)
        typer.echo(_("The periods are closed; what was kept is in {folder}.").format(folder=place))


@contextmanager
def _untraced(folder: Path, book: "Book", plan_sets: Sequence[str]) -> "Iterator[list[RunResult]]":
    """The runs of plan sets, with their parts."""
    yield [calculated(folder, book, name) for name in plan_sets]


@contextmanager
def _traced(folder: Path, book: "Book", plan_sets: Sequence[str], out: Path) -> "Iterator[list[RunResult]]":
    """The same without parts, which are in `out`/trace once all went well."""
    from revplan.data.trace_folder import write_parts, write_result
    from revplan.rules.run import run as calculate

    aside, results = out / ".trace.part", []
    try:
        with writing(out / "trace"):
            shutil.rmtree(aside, ignore_errors=True)
            for name in plan_sets:
                result = calculate(book, name, with_parts=False, trace=partial(write_parts, aside / name))
                write_result(aside / name, result, book.company.fiscal_year_starts)
                results.append(replace(result, issues=tuple(placed_issues(result.issues, folder))))
        yield results
        with writing(out / "trace"):
            shutil.rmtree(out / "trace", ignore_errors=True)
            aside.replace(out / "trace")
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _take_away(out: Path, files: Mapping[str, bytes], *, traced: bool) -> None:
    """What an earlier run left here and this one has not written again: it would tell of other pay."""
    from revplan.data.trace_folder import plan_sets
    from revplan.report.health_files import KPI_FILES

    for name in {"parts.csv", *KPI_FILES} - files.keys():
        with writing(out / name):
            (out / name).unlink(missing_ok=True)
    if not traced and plan_sets(out / "trace"):
        with writing(out / "trace"):
            shutil.rmtree(out / "trace")


def _payouts_text(book: "Book", result: "RunResult") -> str:
    """What a plan set pays each team, as a table."""
    import pyarrow.compute as pc

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
    if result.adjustments.num_rows:
        entries = result.statements
        paid = sum(entries.filter(pc.equal(entries["entry"], "total"))["amount"].to_pylist())
        for label, amount in ((_("Draws, clawbacks, corrections"), paid - total), (_("Paid"), paid)):
            rows.append((label, formats.money(amount, result.currency, result.digits)))
    title = _("Plan set {name}, facts up to {day}").format(
        name=result.plan_set, day=formats.day(result.as_of)
    )
    columns = [_("Team"), _("Payout")]
    return f"{title}\n\n{table_text(columns, rows, right=[1])}"


def _rows(book: "Book") -> int:
    return sum(table.num_rows for table in book.tables.values())

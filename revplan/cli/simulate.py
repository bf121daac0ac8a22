"""The command that tries a forecast out many times."""

from pathlib import Path
from typing import Annotated

import typer

from revplan.cli.progress import watched
from revplan.cli.shared import (
    BookFolder,
    FileFormat,
    Language,
    OnePlanSet,
    OutFolder,
    app,
    calculated,
    format_of,
    list_issues,
    one_plan_set,
    opened_book,
    period_of,
    refuse_errors,
    refuse_inside,
    spoken,
    text_of,
    write_files,
)
from revplan.words import _, formats


@app.command()
def simulate(
    folder: BookFolder,
    out: OutFolder,
    plans: OnePlanSet = "",
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
    trials: Annotated[
        int | None,
        typer.Option(
            help="How many times it is tried: 2,000, or 100 where plans are paid as whole books.",
            min=1,
            max=1_000_000,
        ),
    ] = None,
    fast: Annotated[
        bool,
        typer.Option(
            "--fast",
            help="Pay no whole books: limits, pools and the like stay out, each with a warning.",
        ),
    ] = False,
    seed: Annotated[int, typer.Option(help="Another one gives other luck; the same, the same.", min=0)] = 1,
    budget: Annotated[str, typer.Option(help="A budget for the year's payouts, to see it at risk.")] = "",
    file_format: FileFormat = "csv",
    lang: Language = "en",
) -> None:
    """Try out what is still open many times: payouts, attainment, targets, and what drives them.

    Ctrl+C ends it with the trials that are done by then.
    """
    with spoken(lang):
        from revplan.report.simulation_files import simulation_files, simulation_tables, simulation_text
        from revplan.service.forecast import NotForecast, budget_of, simulated_from, with_budget

        written = format_of(file_format)
        refuse_inside(folder, out)
        book, issues = opened_book(folder)
        plan_set = one_plan_set(book, plans)
        end = period_of(book, until).end if until else None
        scenarios = [(str(place), text_of(place)) for place in scenario or []]
        own = (str(forecast), text_of(forecast)) if forecast else None
        refuse_errors([*issues, *calculated(folder, book, plan_set).issues], book)
        try:
            limit = budget_of(book.company, budget) if budget else None
            with watched(_how_far) as told:
                result = simulated_from(
                    book,
                    plan_set,
                    scenarios=scenarios,
                    forecast=own,
                    until=end,
                    trials=trials,
                    seed=seed,
                    watch=told,
                    way="fast" if fast else "auto",
                )
            risk = None if limit is None else with_budget(result, limit)
        except NotForecast as wrong:
            refuse_errors(wrong.issues, book)
            raise
        if result.trials < result.asked:
            text = _("Stopped: all figures are of {how_far}.")
            typer.echo(text.format(how_far=_how_far(result.trials, result.asked)))
        tables = simulation_tables(result)
        write_files(out, simulation_files(result, tables, written, risk))
        typer.echo(simulation_text(result, tables, risk) + "\n")
        warned = [issue for issue in result.stakes.issues if issue.severity == "warning"]
        list_issues(warned, book)
        typer.echo(_("The files are in {folder}.").format(folder=out))


def _how_far(done: int, of: int) -> str:
    return _("{done} of {of} futures").format(done=formats.number(done), of=formats.number(of))

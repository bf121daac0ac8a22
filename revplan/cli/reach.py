"""The command that says what must be closed for somebody, or a team, to be paid so much."""

from pathlib import Path
from typing import Annotated

import typer

from revplan.cli.progress import watched
from revplan.cli.shared import (
    BookFolder,
    FileFormat,
    FirstPeriod,
    Language,
    LastPeriod,
    OnePlanSet,
    app,
    format_of,
    one_plan_set,
    opened_book,
    refuse,
    refuse_errors,
    refuse_inside,
    spoken,
    write_files,
)
from revplan.words import _, formats


@app.command()
def reach(
    folder: BookFolder,
    earns: Annotated[str, typer.Option(help="An amount, or a share of target pay such as 120%.")],
    team: Annotated[str, typer.Option(help="Which team: an id, as in book.toml.")] = "",
    payee: Annotated[str, typer.Option(help="Or whose pay: an id, as in the table of people.")] = "",
    every_deal: Annotated[
        bool, typer.Option("--all-deals", help="Let all of the company's deals grow, not only their own.")
    ] = False,
    plans: OnePlanSet = "",
    first: FirstPeriod = None,
    last: LastPeriod = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for the answer as a scenario, and its table.")
    ] = None,
    file_format: FileFormat = "csv",
    lang: Language = "en",
) -> None:
    """Say by how much deals must grow so that a team or somebody earns so much, to a tenth of a percent."""
    with spoken(lang):
        from revplan.report.reach_files import reached_files, reached_text
        from revplan.service import needed
        from revplan.service.solving import NotSolved, ground_of

        written = format_of(file_format)
        if bool(team) == bool(payee):
            refuse(_("Name either a team with --team or somebody with --payee."))
        if out is not None:
            refuse_inside(folder, out)
        book, _issues = opened_book(folder)
        try:
            ground = ground_of(book, one_plan_set(book, plans), first, last)
            asked = needed.asked_of(
                ground, team=team, payee=payee, earns=earns, grows="all" if every_deal else "own"
            )
            with watched(_paid) as told:
                found = needed.answer(ground, asked, told)
        except NotSolved as wrong:
            refuse_errors(wrong.issues, book)
            raise
        if found is None:
            refuse(_("Stopped before there was an answer."))
        table = needed.components(ground, found)
        typer.echo(needed.sentence(ground, asked, found) + "\n")
        typer.echo(reached_text(table, book.company) + "\n")
        if out is not None:
            write_files(out, reached_files(found, table, book.company, written))
            typer.echo(_("The files are in {folder}.").format(folder=out))


def _paid(done: int, of: int) -> str:
    text = _("{done} of at most {of} books paid")
    return text.format(done=formats.number(done), of=formats.number(of))

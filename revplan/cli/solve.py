"""The command that searches for plans."""

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
    OutFolder,
    app,
    format_of,
    one_plan_set,
    opened_book,
    refuse_errors,
    refuse_inside,
    spoken,
    text_of,
    write_files,
)
from revplan.words import _, formats


@app.command()
def solve(
    folder: BookFolder,
    out: OutFolder,
    question: Annotated[
        Path | None, typer.Option(metavar="FILE.toml", help="Aims, levers and periods in a file.")
    ] = None,
    plans: OnePlanSet = "",
    aim: Annotated[
        list[str] | None,
        typer.Option(
            help="What should hold: 'cost_share = 8%', 'near_quota >= 60%', 'worst_loss <= 5%'; may be given "
            "again."
        ),
    ] = None,
    lever: Annotated[
        list[str] | None,
        typer.Option(
            help="What may change, and how far: rates=75%..125%, caps:PLAN, weights:PLAN/COMPONENT=30%..70%, "
            "attribution=linear,w_shape; may be given again."
        ),
    ] = None,
    first: FirstPeriod = None,
    last: LastPeriod = None,
    tries: Annotated[int | None, typer.Option(help="How many plans are tried.", min=1, max=10_000)] = None,
    congruence: Annotated[
        bool, typer.Option("--congruence", help="Work out congruence of every plan tried, too.")
    ] = False,
    file_format: FileFormat = "csv",
    lang: Language = "en",
) -> None:
    """Search for plans that keep what you ask: cost, people near quota, nobody losing much. Ctrl+C ends it
    with what it has."""
    with spoken(lang):
        from revplan.report.solve_files import solved_files, solved_text
        from revplan.service.questions import question as question_of
        from revplan.service.scenario_words import change_text
        from revplan.service.solving import NotSolved, aim_of, ground_of, solve_on

        written = format_of(file_format)
        refuse_inside(folder, out)
        file = None
        if question is not None:
            file = (str(question), text_of(question))
        book, _issues = opened_book(folder)
        company = book.company
        try:
            options = {"plan_set": plans or None, "from": first, "to": last, "tries": tries}
            asked = question_of(file, aim or (), lever or (), **options)
            plan_set = one_plan_set(book, asked.plan_set or "")
            ground = ground_of(book, plan_set, asked.from_, asked.to)
            asked = asked.model_copy(
                update={"plan_set": plan_set, "from_": ground.over[0].label, "to": ground.over[-1].label}
            )
            aims = [aim_of(each, company.digits) for each in asked.aims]
            with watched(_tried) as told:
                found = solve_on(ground, asked.levers, aims, asked.tries, told, with_congruence=congruence)
        except NotSolved as wrong:
            refuse_errors(wrong.issues, book)
            raise
        said = [[change_text(change, book) for change in each.scenario.changes] for each in found.offered]
        names = [_("Plan {number}").format(number=number) for number in range(1, len(said) + 1)]
        write_files(out, solved_files(found, asked, names, company, written))
        typer.echo(solved_text(found, said, company) + "\n")
        typer.echo(_("The files are in {folder}.").format(folder=out))


def _tried(done: int, of: int) -> str:
    text = _("{done} of at most {of} plans tried")
    return text.format(done=formats.number(done), of=formats.number(of))

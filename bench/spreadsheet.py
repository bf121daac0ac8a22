"""The same plan as a spreadsheet has it, recalculated by LibreOffice, against the engine's trace."""

import shutil
import subprocess
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import duckdb
import python_calamine
import xlsxwriter

from bench.deals import write_credits
from bench.timing import Measured, Missing
from bench.traces import Stored, stored_credits
from revplan.rules.feeds import Feeds
from revplan.rules.lines import finish_column
from revplan.rules.parts import parts_of_deals

PAYEES = 100
WRONG = -1
"""What every formula is said to have given, so that a file that is not recalculated shows it."""

_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>{}</value></prop></item></oor:items>
"""
ALWAYS, NEVER = 0, 1


def against_spreadsheet(folder: Path, deals: int) -> Measured:
    """Seconds of the engine for what each deal adds, against those of LibreOffice for nothing but formulas.

    LibreOffice opens and saves the same file with and without calculating it: the difference is its
    calculation. The running total of a payee's month is SUMIFS up to the deal's row, as usually written.
    """
    program = shutil.which("soffice")
    if program is None:
        raise Missing("skipped: it needs LibreOffice Calc")
    credits = folder / f"credits-{deals}-of-{PAYEES}.parquet"
    write_credits(credits, deals, PAYEES)
    with stored_credits(credits, PAYEES) as stored, TemporaryDirectory() as place:
        seconds = [_trace(stored) for _ in range(8)][1:]
        parts = str(stored.session.run("SELECT sum(part) AS n FROM parts_0")["n"][0])
        book = Path(place) / "plan.xlsx"
        _write(stored, credits, book)
        _opened_and_saved(program, book, NEVER)  # makes its profile
        opening, unchanged = _opened_and_saved(program, book, NEVER)
        calculating, total = _opened_and_saved(program, book, ALWAYS)
        rows = int(stored.session.run("SELECT count(*) AS n FROM parts_0")["n"][0].as_py())
    if unchanged != rows * WRONG or total == unchanged:
        raise AssertionError(f"LibreOffice has not calculated when it should, or when it should not: {total}")
    return Measured(calculating - opening, median(seconds), f"{total} / {parts}")


def _trace(stored: Stored) -> float:
    begun = perf_counter()
    feeds = Feeds(stored.session, stored.book.company)
    feeds.credits.update(stored.feeds.credits)
    parts_of_deals(feeds, finish_column(feeds, stored.finished.column, 0, 0), 0)
    stored.session.run("SELECT sum(part) AS n FROM parts_0")
    return perf_counter() - begun


def _write(stored: Stored, credits: Path, file: Path) -> None:
    """A sheet of quotas and incentives by payee and month, and one of deals with the formulas."""
    cells = stored.session.run(
        "SELECT payee_id || period AS who, x_quota AS quota, target_incentive FROM column_0 ORDER BY cell_id"
    ).to_pylist()
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT payee_id || strftime(on_date, '%Y-%m') AS who, credit "
            f"FROM '{credits}' ORDER BY on_date, transaction_id, payee_id"
        ).fetchall()
    with xlsxwriter.Workbook(str(file), {"constant_memory": True}) as book:
        plan = book.add_worksheet("Plan")
        for at, cell in enumerate(cells):
            plan.write_row(at, 0, [cell["who"], cell["quota"], cell["target_incentive"]])
        deals = book.add_worksheet("Deals")
        found = f"MATCH(A{{n}},Plan!A$1:A${len(cells)},0)"
        for n, (who, credit) in enumerate(rows, 1):
            deals.write(n - 1, 0, who)
            deals.write(n - 1, 1, credit)
            formulas = (
                f"=SUMIFS(B$1:B{n},A$1:A{n},A{n})",
                f"=INDEX(Plan!B$1:B${len(cells)},{found.format(n=n)})",
                f"=INDEX(Plan!C$1:C${len(cells)},{found.format(n=n)})",
                f"={_pay('C{n}', n)}-{_pay('(C{n}-B{n})', n)}",
            )
            for column, formula in enumerate(formulas, 2):
                deals.write_formula(n - 1, column, formula, None, WRONG)


def _pay(reached: str, n: int) -> str:
    """100% of the incentive at quota, 140% of the rate from there and 160% from 120% on, in cents."""
    share = f"{reached}/D{{n}}"
    above = f"0.4*MAX(0,{share}-1)+0.2*MAX(0,{share}-1.2)"
    return f"ROUND(E{{n}}*({share}+{above}),0)".format(n=n)


def _opened_and_saved(program: str, book: Path, mode: int) -> tuple[float, int]:
    """Seconds, and the sum of the last column of the file saved."""
    profile = book.parent / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS.format(mode))
    command = [program, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "xlsx"]
    begun = perf_counter()
    subprocess.run(
        [*command, "--outdir", str(book.parent / "out"), str(book)], check=True, capture_output=True
    )
    seconds = perf_counter() - begun
    saved = python_calamine.load_workbook(str(book.parent / "out" / book.name)).get_sheet_by_name("Deals")
    return seconds, sum(round(float(str(row[-1]))) for row in saved.to_python())

"""`make bench`: each row in a process of its own; a table on the screen, bench/results.json beside it."""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import rmtree
from tempfile import gettempdir

from bench.many_terms import scenarios_against_read
from bench.others import against_openfisca, against_pandas
from bench.pages import next_option, page_rerun, press_slider, switch_to_other
from bench.payouts import payout_on_totals
from bench.spreadsheet import against_spreadsheet
from bench.timing import Measured, Missing, peak_mb
from bench.traces import statement_read, trace_computed, trace_to_parquet
from bench.trials import trials_against_draws
from bench.whole_run import whole_run_on_totals

ROOT = Path(__file__).parent.parent
DATA = Path(gettempdir()) / "revplan-bench"
GROUP_BY = "DuckDB GROUP BY payee, month over the same Parquet"
COPY = "DuckDB copying the same credits to Parquet"
SPREADSHEET = "LibreOffice calculating the same plan"
SIZES = (("100k deals", 100_000), ("1M deals", 1_000_000), ("10M deals", 10_000_000))
HELLO = "a hello-world app's slider, to the last change"

Row = tuple[str, str, float | None, str, bool, Callable[[], Measured]]
"""Name, size, the ratio asked for (None where there is none yet), its base, whether it belongs to bench-full
only, and the work."""

ROWS: tuple[Row, ...] = (
    *(
        (
            "payout on totals, per component",
            size,
            1.2,
            GROUP_BY,
            deals > 1_000_000,
            lambda n=deals: payout_on_totals(DATA, n),
        )
        for size, deals in SIZES
    ),
    *(
        ("trace computed", size, 1.0, GROUP_BY, deals > 1_000_000, lambda n=deals: trace_computed(DATA, n))
        for size, deals in SIZES
    ),
    *(
        ("trace to Parquet", size, 1.2, COPY, deals > 1_000_000, lambda n=deals: trace_to_parquet(DATA, n))
        for size, deals in SIZES
    ),
    *(
        (
            f"statement, {months} of 12 months",
            size,
            reach,
            "a millisecond",
            deals > 1_000_000,
            lambda n=deals, m=months: statement_read(DATA, n, m),
        )
        for size, deals in SIZES[1:]
        for months, reach in ((1, 20.0), (12, 50.0))
    ),
    ("trace", "10k deals", 0.002, SPREADSHEET, False, lambda: against_spreadsheet(DATA, 10_000)),
    ("trace", "1M deals", 1.0, "pandas as usually written", False, lambda: against_pandas(DATA, 1_000_000)),
    (
        "a marginal scale",
        "1M people",
        1.0,
        "OpenFisca's marginal scale",
        False,
        lambda: against_openfisca(DATA, 1_000_000),
    ),
    (
        "a whole run on totals",
        "10k payees, 1M",
        None,
        GROUP_BY,
        False,
        lambda: whole_run_on_totals(DATA, 1_000_000),
    ),
    (
        "Monte Carlo, two threads",
        "10k × 5k deals",
        0.8,
        "drawing every number with numpy's SFC64",
        False,
        trials_against_draws,
    ),
    (
        "1,000 scenarios, 120k payee-periods",
        "10k payees, 1M",
        10.0,
        GROUP_BY,
        False,
        lambda: scenarios_against_read(DATA, 1_000_000),
    ),
    *(
        (f"page rerun: {name}", "sample company", 2.0, HELLO, False, lambda p=page, i=act: page_rerun(p, i))
        for name, page, act in (
            ("Home, a choice", "Home", switch_to_other("This period", "Year to date")),
            ("Home, another period", "Home", next_option("Period")),
            ("Attainment, another period", "Attainment", next_option("Period")),
            ("Compare, another first period", "Compare", next_option("From")),
            ("Simulate, a lever", "Simulate", press_slider("Rates")),
        )
    ),
)


def measure_row(number: int) -> dict[str, object]:
    """One row, measured in this process."""
    name, size, reach, base, _, work = ROWS[number]
    measured = work()
    return {
        "name": name,
        "size": size,
        "ratio": float(f"{measured.ratio:.3g}"),
        "reach": reach,
        "base": base,
        "peak_mb": peak_mb(),
        "seconds": round(measured.work_seconds, 4),
        "base_seconds": round(measured.base_seconds, 4),
        "checksum": measured.checksum,
    }


def main() -> int:
    """Run the rows; 1 when one of them failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="the large sizes too")
    parser.add_argument("--row", type=int, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    DATA.mkdir(exist_ok=True)
    if wanted.row is not None:
        try:
            print(json.dumps(measure_row(wanted.row)))
        except Missing as missing:
            print(missing)
        return 0
    for kept in DATA.glob("trace-*"):  # what an earlier version has kept may not be what this one reads
        rmtree(kept)
    results, failed = [], False
    print(f"{'what':34}{'size':16}{'ratio':>7}{'reach':>7}{'peak MB':>9}  base")
    for number, (name, size, _, _, full_only, _) in enumerate(ROWS):
        if full_only and not wanted.full:
            continue
        done = subprocess.run(
            [sys.executable, "-m", "bench.run", "--row", str(number)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            failed = True
            print(f"{name:34}{size:16} failed\n{done.stderr.strip()}")
            continue
        said = done.stdout.strip().splitlines()[-1]
        if not said.startswith("{"):
            print(f"{name:34}{size:16} {said}")
            continue
        row = json.loads(said)
        results.append(row)
        reach = f"{row['reach']:7.3g}" if row["reach"] is not None else f"{'-':>7}"
        print(
            f"{name:34}{size:16}{row['ratio']:7.3g}{reach}{row['peak_mb']:9}  {row['base']}",
            flush=True,
        )
    (ROOT / "bench" / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())

"""The same arithmetic as it is usually written elsewhere: the trace in pandas, a tax scale in OpenFisca."""

import subprocess
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

from bench.timing import Measured, Missing, compare_seconds
from bench.traces import computing_trace, credits_by_month
from revplan.formula import vector
from revplan.formula.steps import ApplyTable, Formula, Round
from revplan.formula.tables import curve_of
from revplan.model.plan import Marginal

OPENFISCA = "OpenFisca-Core==46.0.1"
SCALE = ((0, 0.02), (50_000, 0.035), (200_000, 0.06))
"""Thresholds and rates in money."""

_ASKED = """
import sys, time
import numpy as np
from openfisca_core.taxscales import MarginalRateTaxScale
scale = MarginalRateTaxScale()
for line in sys.argv[1].split(";"):
    scale.add_bracket(*map(float, line.split(":")))
base = np.load(sys.argv[2]) / 100
for _ in sys.stdin:
    begun = time.perf_counter()
    paid = scale.calc(base)
    print(time.perf_counter() - begun, paid.sum(), flush=True)
"""


def against_pandas(folder: Path, deals: int) -> Measured:
    """The trace of all deals against groupby, cumsum and where over floats, from the same Parquet."""
    months = credits_by_month(folder, deals)
    with computing_trace(folder, deals) as (stored, work):
        cells = stored.session.run(
            "SELECT payee_id, period, x_quota AS quota, target_incentive FROM column_0"
        ).to_pandas()
        cells["month"] = pd.to_datetime(cells["period"])

        earned = int(work())

        def usual() -> float:
            begun = perf_counter()
            rows = pd.read_parquet(months, columns=["payee_id", "on_date", "transaction_id", "credit"])
            rows["month"] = pd.to_datetime(rows["on_date"]).dt.to_period("M").dt.to_timestamp()
            rows = rows.sort_values(["payee_id", "on_date", "transaction_id"])
            rows["reached"] = rows.groupby(["payee_id", "month"])["credit"].cumsum()
            rows = rows.merge(cells, on=["payee_id", "month"])
            after = _paid(rows["reached"], rows)
            rows["part"] = after - _paid(rows["reached"] - rows["credit"], rows)
            total = rows["part"].sum()
            seconds = perf_counter() - begun
            assert abs(total - earned) <= len(cells), f"pandas adds up {total}, the engine {earned}"
            return seconds

        def ours() -> float:
            begun = perf_counter()
            work()
            return perf_counter() - begun

        return compare_seconds(usual, ours, turns=3)


def _paid(reached: pd.Series, rows: pd.DataFrame) -> pd.Series:
    share = reached / rows["quota"]
    over = np.where(share > 1, 0.4 * (share - 1), 0) + np.where(share > 1.2, 0.2 * (share - 1.2), 0)
    return (rows["target_incentive"] * (share + over)).round()


def against_openfisca(folder: Path, payees: int) -> Measured:
    """A marginal scale on so many people: exact cents by the vector dialect, against OpenFisca's floats."""
    random = np.random.default_rng(7)
    credit = random.integers(0, 50_000_000, payees)
    np.save(folder / "credit.npy", credit)
    tiers = [{"from": str(at), "rate": str(rate)} for at, rate in SCALE]
    table = Marginal.model_validate({"kind": "marginal", "tiers": tiers})
    formula = Formula((ApplyTable(curve_of(table, 100, 100), "one"), Round()))
    one, none = np.ones(payees, np.int64), np.zeros(payees, np.int64)
    inputs = vector.Inputs(credit, one, none, none, none, (), np.ones(payees, np.bool_))
    totals: list[float] = []

    def ours() -> float:
        begun = perf_counter()
        found = vector.finish_cells(formula, inputs)
        seconds = perf_counter() - begun
        assert found.fits.all()
        totals.append(float(found.payout.sum()) / 100)
        return seconds

    with _openfisca(folder) as asked:

        def theirs() -> float:
            assert asked.stdin is not None
            assert asked.stdout is not None
            asked.stdin.write("again\n")
            asked.stdin.flush()
            seconds, total = asked.stdout.readline().split()
            totals.append(float(total))
            return float(seconds)

        measured = compare_seconds(theirs, ours)
    assert max(totals) - min(totals) < payees * 0.01, totals
    return Measured(measured.base_seconds, measured.work_seconds, f"{min(totals)} / {max(totals)}")


@contextmanager
def _openfisca(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """OpenFisca in an environment of its own, made when first asked for; it calculates once for each line."""
    place = folder / "openfisca"
    python = place / "bin" / "python"
    if not (place / "installed").exists():
        venv.create(place, with_pip=True, clear=True)
        done = subprocess.run(
            [python, "-m", "pip", "install", "--quiet", OPENFISCA], capture_output=True, text=True
        )
        if done.returncode:
            raise Missing(f"skipped: {OPENFISCA} cannot be installed here: {done.stderr.strip()[-200:]}")
        (place / "installed").touch()
    said = ";".join(f"{at}:{rate}" for at, rate in SCALE)
    with subprocess.Popen(
        [python, "-c", _ASKED, said, str(folder / "credit.npy")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as asked:
        yield asked
        assert asked.stdin is not None
        asked.stdin.close()

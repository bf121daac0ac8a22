"""1,000 scenarios of a year of 10,000 payees, paid to the cent, against one cached read of their inputs."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from bench.company import large_book
from bench.deals import sum_by_payee_and_month, write_credits
from bench.timing import Measured, compare
from revplan.engine.duck import Session
from revplan.metrics.facts import bind_tables
from revplan.model.book import Book
from revplan.model.scenario import Scenario
from revplan.model.tables import TABLES
from revplan.simulate.many_terms import ManyTerms
from revplan.simulate.replay import Replay
from revplan.simulate.scenario import apply

SCENARIOS = 1_000


def scenarios_against_read(folder: Path, deals: int) -> Measured:
    """Every scenario has its own rates in the component with tiers: 120,000 payee-periods each, added up by
    payee. Scenarios are made and applied, formulas compiled and cells paid within the time; facts are counted
    before, as a replay keeps them. The base reads the credits of as many deals from the same cached Parquet.
    """
    stored = folder / f"credits-{deals}.parquet"
    write_credits(stored, deals)
    book = _book(stored)
    payees = {payee: place for place, payee in enumerate(book.tables["payees"]["payee_id"].to_pylist())}
    with Session() as session, Replay(book, "today") as replay:
        bind_tables(session, book)
        session.bind("stored", stored)
        terms = ManyTerms(replay, book, len(payees), lambda payee, team, end: payees[payee])

        def base() -> str:
            return sum_by_payee_and_month(session)

        def work() -> str:
            books = [apply(book, scenario)[0] for scenario in _scenarios()]
            return sha256(terms.totals(books).tobytes()).hexdigest()[:16]

        return compare(base, work, turns=5)


def _scenarios() -> Iterator[Scenario]:
    for number in range(SCENARIOS):
        change = {
            "kind": "rates",
            "plan": "reps",
            "component": "tiers",
            "factor": f"{5_001 + 10 * number}e-4",
        }
        said = {"id": "s", "name": "s", "plan_set": "today", "change": [change]}
        yield Scenario.model_validate(said)


def _book(stored: Path) -> Book:
    """The large company with a deal a payee and month, of the size of the month's credits."""
    book = large_book()
    months = pq.read_table(stored)
    with Session() as session:
        session.bind("stored", months)
        rows = session.run(
            "SELECT payee_id, date_trunc('month', on_date) AS month, sum(credit) AS n FROM stored "
            "GROUP BY payee_id, month ORDER BY payee_id, month"
        )
    schema = TABLES["opportunities"].schema
    nothing = dict.fromkeys(schema.names)
    columns = (rows[name].to_pylist() for name in ("payee_id", "month", "n"))
    deals = [
        nothing
        | {
            "opportunity_id": f"{payee}-{number}",
            "account_id": "A",
            "owner_id": payee,
            "kind": "new",
            "outcome": "won",
            "amount": int(amount),
            "currency": "USD",
            "closed_on": month,
        }
        for number, (payee, month, amount) in enumerate(zip(*columns, strict=True))
    ]
    table = pa.Table.from_pylist(deals, schema)
    return replace(book, tables={**book.tables, "opportunities": table})

"""More of what a business runs on: a book with more leads, pipeline, won revenue, kept customers or cash."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Literal

import pyarrow as pa

from revplan.engine.duck import Session
from revplan.metrics.facts import bind_tables, create_facts
from revplan.metrics.measures import measure_of
from revplan.model.book import Book
from revplan.model.tables import TABLES
from revplan.money import MILLION, round_half_away

Driver = Literal["lead", "pipeline", "won_revenue", "retention", "cash"]
DRIVERS: tuple[Driver, ...] = ("lead", "pipeline", "won_revenue", "retention", "cash")

THOUSAND = 1_000
"""Major units of money in one unit of pipeline, won revenue and cash."""

_MEASURE: Mapping[Driver, str] = {
    "lead": "leads",
    "pipeline": "pipeline_created",
    "won_revenue": "won_revenue",
    "cash": "cash_collected",
}


@dataclass(frozen=True)
class More:
    """A book with more of a driver in [start, end): `units` more than the `had` that it had.

    A unit is one lead, 1,000 of pipeline, won revenue or cash in the company's currency, or one point of the
    ARR at the start of the window that was kept through it.
    """

    driver: Driver
    book: Book
    units: Fraction
    had: Fraction


def more_of(book: Book, driver: Driver, start: date, end: date, share: Fraction) -> More | None:
    """The book with `share` (above 0) more of a driver, spread as what there is; None where there is none.

    - lead: every n-th lead created in the window comes twice, with how far it got but no opportunity;
    - pipeline: opportunities created in it that were not won are larger;
    - won_revenue: deals won in it are larger; their contracts and invoices stay;
    - retention: some of the customers who left in it stay, with what they had;
    - cash: payments in it are larger.
    """
    if driver == "retention":
        return _more_kept(book, start, end, share)
    had = total(book, _MEASURE[driver], start, end)
    if had <= 0:
        return None
    grown = _GROW[driver](book, start, end, share)
    extra = total(grown, _MEASURE[driver], start, end) - had
    one = MILLION if driver == "lead" else THOUSAND * 10**book.company.digits
    return More(driver, grown, Fraction(extra, one), Fraction(had, one)) if extra > 0 else None


def total(book: Book, measure: str, start: date, end: date) -> int:
    """A measure's facts in [start, end), added: minor units of the company's currency, or millionths."""
    with Session() as session:
        bind_tables(session, book)
        create_facts(session, "counted", measure_of(book.company, measure), book.company)
        rows = session.run(
            "SELECT CAST(coalesce(sum(amount), 0) AS VARCHAR) AS n FROM counted "
            "WHERE on_date >= CAST(? AS DATE) AND on_date < CAST(? AS DATE)",
            [start.isoformat(), end.isoformat()],
        )
    return int(rows["n"][0].as_py())


def _worth(book: Book, measure: str) -> dict[str, int]:
    """What each transaction of a measure of money is worth in the company's currency; one without a rate is
    left out."""
    with Session() as session:
        bind_tables(session, book)
        create_facts(session, "counted", measure_of(book.company, measure), book.company)
        facts = session.run("SELECT transaction_id, CAST(amount AS BIGINT) AS amount FROM counted")
    return dict(zip(facts["transaction_id"].to_pylist(), facts["amount"].to_pylist(), strict=True))


Row = dict[str, Any]


def _every(rows: list[Row], n: int) -> list[Row]:
    """Each n-th of the rows, from the middle of the first n on; one of them at least."""
    return rows[min(n // 2, len(rows) - 1) :: n] if rows else []


def _rows(book: Book, name: str) -> list[Row]:
    rows: list[Row] = book.table(name).to_pylist()
    return rows


def _with(book: Book, name: str, rows: list[Row]) -> Book:
    table = pa.Table.from_pylist(rows, TABLES[name].schema)
    return replace(book, tables={**book.tables, name: table})


def _more_leads(book: Book, start: date, end: date, share: Fraction) -> Book:
    rows = _rows(book, "leads")
    inside = sorted(
        (row for row in rows if start <= row["created_on"] < end),
        key=lambda row: (row["created_on"], row["lead_id"]),
    )
    every = max(1, round_half_away(1 / share))
    again = [row | {"lead_id": f"{row['lead_id']} again", "opportunity_id": None} for row in inside]
    return _with(book, "leads", [*rows, *_every(again, every)])


def _scaled(book: Book, name: str, column: str, factor: Fraction, meant: Callable[[Row], bool]) -> Book:
    rows = [
        row | {column: round_half_away(row[column] * factor)} if meant(row) else row
        for row in _rows(book, name)
    ]
    return _with(book, name, rows)


def _more_pipeline(book: Book, start: date, end: date, share: Fraction) -> Book:
    def created(row: Row) -> bool:
        return bool(row["created_on"]) and start <= row["created_on"] < end

    worth = _worth(book, "pipeline_created")
    rows = [row for row in _rows(book, "opportunities") if created(row)]
    whole = sum(worth.get(row["opportunity_id"], 0) for row in rows)
    open_or_lost = sum(worth.get(row["opportunity_id"], 0) for row in rows if row["outcome"] != "won")
    if open_or_lost <= 0:
        return book
    factor = 1 + share * whole / open_or_lost
    return _scaled(
        book, "opportunities", "amount", factor, lambda row: created(row) and row["outcome"] != "won"
    )


def _more_won(book: Book, start: date, end: date, share: Fraction) -> Book:
    return _scaled(
        book,
        "opportunities",
        "amount",
        1 + share,
        lambda row: row["outcome"] == "won" and start <= row["closed_on"] < end,
    )


def _more_cash(book: Book, start: date, end: date, share: Fraction) -> Book:
    return _scaled(book, "payments", "amount", 1 + share, lambda row: start <= row["paid_on"] < end)


_GROW: Mapping[str, Callable[[Book, date, date, Fraction], Book]] = {
    "lead": _more_leads,
    "pipeline": _more_pipeline,
    "won_revenue": _more_won,
    "cash": _more_cash,
}


def _more_kept(book: Book, start: date, end: date, share: Fraction) -> More | None:
    """Some of the customers who left in the window stay: their last contracts are renewed as they were.

    Every n-th of them in order of the day, so that about `share` of the ARR at its start is kept more.
    """
    rows, worth = _rows(book, "contracts"), _worth(book, "contracted_arr")
    csm = {row["account_id"]: row["csm_id"] for row in _rows(book, "accounts")}
    before, after = _running(rows, start - timedelta(days=1)), _running(rows, end - timedelta(days=1))
    left = [row for row in before if row["account_id"] not in {each["account_id"] for each in after}]
    had, loss = (sum(worth.get(row["contract_id"], 0) for row in each) for each in (before, left))
    if not loss:
        return None
    every = max(1, round_half_away(loss / (share * had)))
    ends = sorted(
        (row for row in left if row["ends_on"]), key=lambda row: (row["ends_on"], row["contract_id"])
    )
    renewed = _every(ends, every)
    kept = [
        row
        | {
            "contract_id": f"{row['contract_id']} kept",
            "opportunity_id": None,
            "owner_id": csm.get(row["account_id"]),
            "kind": "renewal",
            "starts_on": row["ends_on"],
            "ends_on": end + timedelta(days=366),
            "prior_arr": row["arr"],
        }
        for row in renewed
    ]
    back = sum(worth.get(row["contract_id"], 0) for row in renewed)
    stayed = had - loss
    return (
        More(
            "retention",
            _with(book, "contracts", [*rows, *kept]),
            Fraction(100 * back, had),
            Fraction(100 * stayed, had),
        )
        if kept
        else None
    )


def _running(contracts: list[Row], day: date) -> list[Row]:
    """Contracts that run at the close of a day."""
    return [
        row
        for row in contracts
        if row["starts_on"] <= day and (row["ends_on"] is None or day < row["ends_on"])
    ]

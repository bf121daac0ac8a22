"""Checks across tables: what is wrong with rows that are each well formed."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from revplan.issues import Issue, Where
from revplan.model.book import Book
from revplan.model.tables import TABLES, TableSpec
from revplan.money import MILLION

_EXAMPLES = 3
_DATED = {
    "opportunities": "closed_on",
    "orders": "ordered_on",
    "contracts": "starts_on",
    "invoices": "invoiced_on",
    "payments": "paid_on",
    "cancellations": "cancelled_on",
    "adjustments": "adjusted_on",
}
_CANCELLABLE = ("opportunities", "orders", "contracts", "invoices", "payments")
_FACTS = {**_DATED, "leads": "created_on", "touches": "touched_on", "usage": "used_on"}
"""Tables whose rows are things that happened, and when."""
_NOT_NEGATIVE = {
    "payees": ("base_salary", "target_incentive"),
    "contracts": ("arr", "prior_arr"),
    "orders": ("term_months",),
    "quotes": ("term_months",),
    "usage": ("active_users", "seats"),
    "opportunities": ("probability", "term_months"),
    "opportunity_splits": ("share",),
    "cancellations": ("share", "amount"),
    "fx_rates": ("rate",),
}
_HIGHEST_SCORE = 10 * MILLION
"""1,000%: above it a score has lost its percent sign, or counts shares."""
_FAR = 183
"""Days without any fact before the as-of date: more than half a year is no pause, but a wrong date."""


def check_tables(book: Book, broken: Collection[str] = (), today: date | None = None) -> tuple[Issue, ...]:
    """Every problem between the rows of a book's tables, errors first.

    Errors: splits that do not add up to 100%, payees in two places at once, ends before starts, unknown
    teams, unreadable periods, keys that occur twice, negative pay. Warnings: references to nobody, won
    deals after the as-of date, scores above 1,000%, cancellations of nothing or of more than there is, an
    as-of date far beyond the newest fact (or beyond `today`, where that is known), currencies without a
    rate, deals without any people.

    Tables in `broken` lack rows that were refused, so nothing is said to be missing from them.
    """
    tables = {name: book.table(name) for name, spec in TABLES.items()}
    issues = [
        *_duplicates(tables),
        *(() if "opportunity_splits" in broken else _splits(tables["opportunity_splits"])),
        *_rosters(tables["payees"], {team.id for team in book.company.teams}),
        *_backwards("contracts", tables["contracts"]),
        *_backwards("leaves", tables["leaves"]),
        *_negatives(tables),
        *_periods(tables["scores"], book),
        *_scores_beyond_belief(tables["scores"]),
        *_cancelled_twice(tables["cancellations"]),
        *_references(tables, broken),
        *_cancelled(tables, broken),
        *_won_later(tables["opportunities"], book.company.as_of),
        *(() if "book" in broken else _as_of(tables, book.company.as_of, {*broken}, today)),
        *(() if {"book", "fx_rates"} & {*broken} else _rates(tables, book.company.currency)),
    ]
    return tuple(sorted(issues, key=lambda issue: issue.sort_key))


def _place(table: str, row: Mapping[str, Any], column: str = "", payee: str = "") -> Where:
    number = row.get("source_row") or 0
    return Where(file=row.get("source_file") or "", table=table, row=number, column=column, payee=payee)


def _duplicates(tables: Mapping[str, pa.Table]) -> Iterator[Issue]:
    for name, table in tables.items():
        key = TABLES[name].key
        counts = Counter(zip(*(table[column].to_pylist() for column in key), strict=True))
        for value, times in counts.items():
            if times > 1:
                text = " · ".join(str(part) for part in value)
                yield Issue(
                    "data.key_twice",
                    "error",
                    Where(table=name, column=key[0]),
                    {"value": text, "rows": times},
                )


def _scores_beyond_belief(table: pa.Table) -> Iterator[Issue]:
    """KPIs with scores that are hardly shares: 92 for 92%."""
    by_kpi: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in table.select(["kpi", "score", "source_file", "source_row"]).to_pylist():
        by_kpi[row["kpi"]].append(row)
    for kpi, rows in sorted(by_kpi.items()):
        high = [row for row in rows if row["score"] > _HIGHEST_SCORE]
        if high:
            share = f"{high[0]['score'] // 10_000:,}%"
            said: dict[str, str | int] = {"measure": f"score:{kpi}", "value": share, "rows": len(high)}
            yield Issue("data.score_beyond_belief", "warning", _place("scores", high[0], "score"), said)


def _cancelled_twice(table: pa.Table) -> Iterator[Issue]:
    """Shares of a transaction that come to more than the whole: what is over is cut off."""
    shares: dict[str, int] = defaultdict(int)
    last: dict[str, Mapping[str, Any]] = {}
    columns = ["transaction_id", "share", "source_file", "source_row"]
    for row in table.select(columns).to_pylist():
        shares[row["transaction_id"]] += row["share"] or 0
        last[row["transaction_id"]] = row
    for transaction, share in shares.items():
        if share > MILLION:
            said: dict[str, str | int] = {"value": transaction, "cancelled_share": share}
            where = _place("cancellations", last[transaction], "share")
            yield Issue("data.cancelled_beyond_whole", "warning", where, said)


def _splits(table: pa.Table) -> Iterator[Issue]:
    shares: dict[str, int] = defaultdict(int)
    first: dict[str, dict[str, Any]] = {}
    for row in table.select(["opportunity_id", "share", "source_file", "source_row"]).to_pylist():
        shares[row["opportunity_id"]] += row["share"]
        first.setdefault(row["opportunity_id"], row)
    for opportunity, share in shares.items():
        if share != MILLION:
            where = _place("opportunity_splits", first[opportunity], "share")
            percent = f"{share / 10_000:.4f}".rstrip("0").rstrip(".") + "%"
            yield Issue("data.splits_not_whole", "error", where, {"opportunity": opportunity, "sum": percent})


def _rosters(table: pa.Table, teams: set[str]) -> Iterator[Issue]:
    rows = sorted(table.to_pylist(), key=lambda row: (row["payee_id"], row["starts_on"]))
    for row, following in zip(rows, [*rows[1:], None], strict=False):
        where = _place("payees", row, "ends_on", row["payee_id"])
        ends = row["ends_on"]
        if ends and ends <= row["starts_on"]:
            dates = {"starts": row["starts_on"].isoformat(), "ends": ends.isoformat()}
            yield Issue("data.ends_before_start", "error", where, {"value": row["name"], **dates})
        elif (
            ends and following and following["payee_id"] == row["payee_id"] and ends > following["starts_on"]
        ):
            dates = {"ends": ends.isoformat(), "next": following["starts_on"].isoformat()}
            yield Issue("data.payee_overlaps", "error", where, {"value": row["name"], **dates})
        if row["team"] not in teams:
            where = _place("payees", row, "team", row["payee_id"])
            yield Issue("data.unknown_team", "error", where, {"value": row["team"], "field": "team"})


def _backwards(name: str, table: pa.Table) -> Iterator[Issue]:
    late = pc.fill_null(pc.less_equal(table["ends_on"], table["starts_on"]), False)
    for row in table.filter(late).to_pylist():
        dates = {"starts": row["starts_on"].isoformat(), "ends": row["ends_on"].isoformat()}
        where = _place(name, row, "ends_on")
        yield Issue("data.ends_before_start", "error", where, {"value": row[TABLES[name].key[0]], **dates})


def _negatives(tables: Mapping[str, pa.Table]) -> Iterator[Issue]:
    for name, columns in _NOT_NEGATIVE.items():
        for column in columns:
            below = pc.fill_null(pc.less(tables[name][column], 0), False)
            for row in tables[name].filter(below).to_pylist():
                key = " · ".join(str(row[part]) for part in TABLES[name].key)
                yield Issue(
                    "data.negative", "error", _place(name, row, column), {"value": key, "field": column}
                )
    rates = tables["fx_rates"]
    for row in rates.filter(pc.equal(rates["rate"], 0)).to_pylist():
        yield Issue("data.rate_is_zero", "error", _place("fx_rates", row, "rate"), {"value": row["name"]})


def _periods(table: pa.Table, book: Book) -> Iterator[Issue]:
    for row in table.to_pylist():
        try:
            book.company.calendar.parse(row["period"])
        except ValueError:
            where = _place("scores", row, "period", row["payee_id"])
            yield Issue("data.not_a_period", "error", where, {"value": row["period"], "field": "period"})


def _references(tables: Mapping[str, pa.Table], broken: Collection[str]) -> Iterator[Issue]:
    """References to rows that are not there, one issue for each column. An empty table is not held against
    anybody: it was not uploaded yet. Deals without any people at all are told once."""
    nobody = tables["payees"].num_rows == 0 and tables["opportunities"].num_rows > 0
    if nobody and "payees" not in broken:
        yield Issue("data.no_people", "warning", Where(table="payees"))
    for name, spec in TABLES.items():
        for column, target in _referring(spec):
            known = tables[target][TABLES[target].key[0]]
            if target in broken or (nobody and target == "payees"):
                continue
            if target != "payees" and tables[target].num_rows == 0:
                continue
            values = tables[name][column]
            absent = pc.and_(
                pc.is_valid(values), pc.invert(pc.is_in(values, value_set=known.combine_chunks()))
            )
            rows = tables[name].filter(absent)
            if rows.num_rows:
                distinct = pc.unique(rows[column]).to_pylist()
                shown = ", ".join(distinct[:_EXAMPLES]) + (" …" if len(distinct) > _EXAMPLES else "")
                parameters = {"rows": rows.num_rows, "values": len(distinct), "examples": shown}
                where = Where(table=name, column=column)
                yield Issue(f"data.refers_to_no_{target}", "warning", where, parameters)


def _referring(spec: TableSpec) -> Iterator[tuple[str, str]]:
    for column in spec.columns:
        if column.refers_to:
            yield column.name, column.refers_to


def _cancelled(tables: Mapping[str, pa.Table], broken: Collection[str]) -> Iterator[Issue]:
    """Cancellations of what is in no table, and those that give both a share and an amount."""
    rows = tables["cancellations"]
    both = pc.and_(pc.is_valid(rows["share"]), pc.is_valid(rows["amount"]))
    for row in rows.filter(both).to_pylist():
        where = _place("cancellations", row, "amount")
        yield Issue("data.share_and_amount", "error", where, {"value": row["cancellation_id"]})
    if not rows.num_rows or set(_CANCELLABLE) & {*broken}:
        return
    known: set[str] = set()
    for name in _CANCELLABLE:
        known |= set(tables[name][TABLES[name].key[0]].to_pylist())
    lost = sorted({each for each in rows["transaction_id"].to_pylist() if each not in known})
    if lost:
        shown = ", ".join(lost[:_EXAMPLES]) + (" …" if len(lost) > _EXAMPLES else "")
        where = Where(table="cancellations", column="transaction_id")
        yield Issue("data.cancels_nothing", "warning", where, {"rows": len(lost), "examples": shown})


def _won_later(table: pa.Table, as_of: date) -> Iterator[Issue]:
    late = pc.and_(pc.equal(table["outcome"], "won"), pc.greater(table["closed_on"], as_of))
    rows = table.filter(late)
    if rows.num_rows:
        where = _place("opportunities", rows.slice(0, 1).to_pylist()[0], "closed_on")
        said = {
            "rows": rows.num_rows,
            "as_of": as_of.isoformat(),
            "examples": rows["opportunity_id"][0].as_py(),
        }
        yield Issue("data.won_after_as_of", "warning", where, said)


def _as_of(
    tables: Mapping[str, pa.Table], as_of: date, broken: set[str], today: date | None
) -> Iterator[Issue]:
    """Facts that count up to a day that is still to come, or long after the newest of them."""
    where = Where(file="book.toml", column="as_of")
    said: dict[str, str | int] = {"as_of": as_of.isoformat()}
    if today is not None and as_of > today:
        yield Issue("data.as_of_to_come", "warning", where, said | {"today": today.isoformat()})
        return
    newest = [day for name, dated in _FACTS.items() if (day := _newest(tables[name][dated], as_of))]
    if newest and not broken & {*_FACTS} and (as_of - max(newest)).days > _FAR:
        yield Issue("data.as_of_far", "warning", where, said | {"newest": max(newest).isoformat()})


def _newest(days: pa.ChunkedArray, as_of: date) -> date | None:
    found: date | None = pc.max(days.filter(pc.less_equal(days, as_of))).as_py()
    return found


def _rates(tables: Mapping[str, pa.Table], own: str) -> Iterator[Issue]:
    """Currencies of amounts without any rate into the company's, or only from a later day on."""
    starts: dict[str, date] = {}
    for rate in tables["fx_rates"].to_pylist():
        if rate["to_currency"] == own:
            code = rate["from_currency"]
            starts[code] = min(rate["starts_on"], starts.get(code, rate["starts_on"]))
    for name, dated in _DATED.items():
        earliest: dict[str, date] = {}
        rows: Counter[str] = Counter()
        columns = (tables[name]["currency"].to_pylist(), tables[name][dated].to_pylist())
        for code, day in zip(*columns, strict=True):
            if code and code != own:
                rows[code] += 1
                earliest[code] = min(day, earliest.get(code, day))
        for code, count in sorted(rows.items()):
            where = Where(table=name, column="currency")
            said: dict[str, str | int] = {"currency": code, "rows": count, "company_currency": own}
            if code not in starts:
                yield Issue("data.no_fx_rate", "warning", where, said)
            elif earliest[code] < starts[code]:
                days = {"earliest": earliest[code].isoformat(), "starts": starts[code].isoformat()}
                yield Issue("data.fx_rate_starts_later", "warning", where, {**said, **days})

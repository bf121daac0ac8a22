"""The CSV files of a run: attainment, payouts and what they are made of, statements, issues."""

from collections.abc import Iterable, Sequence

import pyarrow as pa

from revplan.issues import Issue
from revplan.model.book import Book
from revplan.model.results import RunResult
from revplan.money import currency_digits
from revplan.report.columns import Column, money_text, names_of
from revplan.report.csv_files import csv_table, in_english, with_text
from revplan.words import reasons, sentences, speaking

RUN_FILES = (
    "attainment.csv",
    "payouts.csv",
    "parts.csv",
    "inputs.csv",
    "adjustments.csv",
    "statements.csv",
    "issues.csv",
)

_SET, _CURRENCY = Column("plan_set", "plan_set"), Column("currency", "currency")
_PAY = (Column("pay", "pay"), Column("pay_currency", "pay_currency"))
"""What is paid, as text: the digits are those of the row's own currency."""

ATTAINMENT = (
    _SET,
    Column("target_id", "target"),
    Column("target_name", "target_name"),
    Column("measure", "measure"),
    Column("unit", "unit"),
    Column("owner", "owner"),
    Column("team_id", "team"),
    Column("payee_id", "payee"),
    Column("grain", "grain"),
    Column("period", "period"),
    Column("period_start", "period_start", "date"),
    Column("period_end", "period_end", "date"),
    Column("target", "target_value", "measured"),
    Column("effective", "effective", "measured"),
    Column("parts", "parts_add_up_to", "measured"),
    Column("actual", "actual", "measured"),
    Column("attainment", "attainment", "number"),
    Column("shared_with", "shared_with"),
    Column("status", "status"),
)
PAYOUTS = (
    _SET,
    Column("payee_id", "payee"),
    Column("payee_name", "payee_name"),
    Column("team_id", "team"),
    Column("team_name", "team_name"),
    Column("plan_id", "plan"),
    Column("plan_version", "plan_version", "whole"),
    Column("component_id", "component"),
    Column("component_name", "component_name"),
    Column("period", "period"),
    Column("period_start", "period_start", "date"),
    Column("period_end", "period_end", "date"),
    Column("measured_period", "measured_period"),
    Column("segment", "segment", "whole"),
    Column("way", "way"),
    Column("scope", "scope"),
    Column("measure", "measure"),
    Column("unit", "unit"),
    Column("target_id", "target"),
    Column("credit", "credit", "measured"),
    Column("payable", "payable", "measured", unit="payable_unit"),
    Column("payable_unit", "payable_unit"),
    Column("quota", "quota", "measured"),
    Column("nominal_quota", "nominal_quota", "measured"),
    Column("active_days", "active_days", "whole"),
    Column("quota_days", "quota_days", "whole"),
    Column("ramp_share", "ramp_share", "number"),
    Column("attainment", "attainment", "number"),
    Column("target_incentive", "target_incentive", "money"),
    Column("multiplier", "multiplier", "number"),
    Column("gate_open", "gate_open"),
    Column("earned_to_date", "earned_to_date", "money"),
    Column("before_limits", "before_limits", "money"),
    Column("payout", "payout", "money"),
    _CURRENCY,
    *_PAY,
    Column("reason", "reason"),
    Column("reason_in_words", "reason_in_words"),
    Column("status", "status"),
    Column("line_id", "line", "whole"),
)
PARTS = (
    _SET,
    Column("line_id", "line", "whole"),
    Column("payee_id", "payee"),
    Column("team_id", "team"),
    Column("component_id", "component"),
    Column("period", "period"),
    Column("position", "position", "whole"),
    Column("kind", "kind"),
    Column("transaction_id", "transaction"),
    Column("opportunity_id", "opportunity"),
    Column("account_id", "account"),
    Column("on_date", "date", "date"),
    Column("unit", "unit"),
    Column("credit", "credit", "measured"),
    Column("paid_on", "paid_on", "measured", unit="paid_unit"),
    Column("factor", "factor", "number"),
    Column("part", "part", "money"),
    _CURRENCY,
)
INPUTS = (
    _SET,
    Column("line_id", "line", "whole"),
    Column("payee_id", "payee"),
    Column("team_id", "team"),
    Column("place", "place", "whole"),
    Column("input", "input"),
    Column("measure", "measure"),
    Column("scope", "scope"),
    Column("target_id", "target"),
    Column("owner", "owner"),
    Column("window_start", "counted_from", "date"),
    Column("window_end", "counted_to", "date"),
    Column("unit", "unit"),
    Column("credit", "credit", "measured"),
    Column("quota", "quota", "measured"),
    Column("nominal_quota", "nominal_quota", "measured"),
    Column("quota_end", "quota_to", "date"),
    Column("attainment", "attainment", "number"),
    _CURRENCY,
)
ADJUSTMENTS = (
    _SET,
    Column("adjustment_id", "adjustment", "whole"),
    Column("payee_id", "payee"),
    Column("payee_name", "payee_name"),
    Column("team_id", "team"),
    Column("period", "period"),
    Column("kind", "kind"),
    Column("plan_id", "plan"),
    Column("component_id", "component"),
    Column("cause", "cause"),
    Column("amount", "amount", "money"),
    Column("balance", "balance", "money"),
    _CURRENCY,
    *_PAY,
    Column("reason", "reason"),
    Column("reason_in_words", "reason_in_words"),
    Column("note", "note"),
    Column("author", "author"),
    Column("status", "status"),
)
STATEMENTS = (
    _SET,
    Column("payee_id", "payee"),
    Column("payee_name", "payee_name"),
    Column("team_id", "team"),
    Column("period", "period"),
    Column("entry", "entry"),
    Column("kind", "kind"),
    Column("component_id", "component"),
    Column("component_name", "component_name"),
    Column("paid_for", "paid_for"),
    Column("amount", "amount", "money"),
    Column("balance", "balance", "money"),
    _CURRENCY,
    *_PAY,
    Column("status", "status"),
)
ISSUES = tuple(
    Column(name, name, "whole" if name == "row" else "text")
    for name in (
        "plan_set", "severity", "code", "what", "why", "what_to_do", "file", "table", "row", "column", "plan",
        "component", "payee", "period", "target",
    )
)  # fmt: skip


def run_files(book: Book, results: Sequence[RunResult], issues: Iterable[Issue] = ()) -> dict[str, bytes]:
    """The files of one or more plan sets of a book, by name; the same inputs give the same bytes.

    Rows keep the order of the results. Money is in major units with exactly the currency's digits, counts
    and ratios are exact decimals, `period_end` is exclusive. `issues` are those of reading the book; they
    come first, with no plan set. Results share the book's currency.
    """
    digits = book.company.digits

    def in_pay(table: pa.Table, one: RunResult) -> pa.Table:
        return with_pay_text(table, one.currency, one.digits)

    lines = [(one, in_pay(_with_names(book, one), one)) for one in results]
    adjustments = [(one, in_pay(_in_words(one), one)) for one in results]
    return {
        "attainment.csv": _csv(ATTAINMENT, [(one, one.standings) for one in results], digits),
        "payouts.csv": _csv(PAYOUTS, lines, digits),
        "parts.csv": _csv(PARTS, [(one, _with_units(one)) for one in results], digits),
        "inputs.csv": _csv(INPUTS, [(one, one.inputs) for one in results], digits),
        "adjustments.csv": _csv(ADJUSTMENTS, adjustments, digits),
        "statements.csv": _csv(STATEMENTS, [(one, in_pay(one.statements, one)) for one in results], digits),
        "issues.csv": issues_csv(book, [("", issue) for issue in issues] + _issues_of(results)),
    }


def issues_csv(book: Book | None, issues: Iterable[tuple[str, Issue]]) -> bytes:
    """Issues, each with the plan set that it was found in: code, English sentences and place."""
    currency, digits = (book.company.currency, book.company.digits) if book else ("", 2)
    with speaking("en"):
        rows = [_issue_row(name, issue, currency, digits) for name, issue in issues]
    schema = pa.schema([(c.name, pa.int64() if c.kind == "whole" else pa.string()) for c in ISSUES])
    return csv_table(pa.Table.from_pylist(rows, schema), ISSUES, digits)


def _issues_of(results: Sequence[RunResult]) -> list[tuple[str, Issue]]:
    return [(result.plan_set, issue) for result in results for issue in result.issues]


def _issue_row(plan_set: str, issue: Issue, currency: str, digits: int) -> dict[str, object]:
    told = sentences.told(issue, currency, digits)
    row: dict[str, object] = {
        name: getattr(issue.where, name) or None for name in issue.where.__dataclass_fields__
    }
    row |= {"plan_set": plan_set, "severity": issue.severity, "code": issue.code}
    return row | {"what": told.what, "why": told.why, "what_to_do": told.fix}


def _csv(columns: Sequence[Column], tables: Sequence[tuple[RunResult, pa.Table]], digits: int) -> bytes:
    stamped = [
        with_text(with_text(table, "plan_set", result.plan_set), "currency", result.currency)
        for result, table in tables
    ]
    empty = pa.schema([(name, pa.string()) for name in names_of(columns)]).empty_table()
    return csv_table(pa.concat_tables(stamped) if stamped else empty, columns, digits)


def with_pay_text(table: pa.Table, currency: str, digits: int) -> pa.Table:
    """Rows with `pay` written out in the digits of its `pay_currency`; `currency` has `digits` of them."""
    pay, currencies = (table[name].to_pylist() for name in ("pay", "pay_currency"))
    places = {name: currency_digits(name) for name in set(currencies) if name} | {currency: digits}
    texts = [
        None if amount is None else money_text(amount, places[paid_in])
        for amount, paid_in in zip(pay, currencies, strict=True)
    ]
    place = table.schema.get_field_index("pay")
    return table.set_column(place, "pay", pa.array(texts, pa.string()))


def _with_names(book: Book, result: RunResult) -> pa.Table:
    """Lines with the names of their teams and their reasons in English."""
    teams = {team.id: team.name for team in book.company.teams}
    names = [teams.get(team, team) for team in result.lines["team_id"].to_pylist()]
    lines = with_text(result.lines, "team_name", names)
    return with_text(lines, "reason_in_words", in_english(lines["reason"], reasons.reason))


def _in_words(result: RunResult) -> pa.Table:
    """Adjustments with their reasons in English."""
    said = in_english(result.adjustments["reason"], reasons.adjustment_reason)
    return with_text(result.adjustments, "reason_in_words", said)


def _with_units(result: RunResult) -> pa.Table:
    """Parts with the units of their line's credit and of what it pays on, in their own order."""
    parts = result.parts
    for unit, of_line in (("unit", "unit"), ("paid_unit", "payable_unit")):
        units = dict(zip(*(result.lines[name].to_pylist() for name in ("line_id", of_line)), strict=True))
        own = [units[line] for line in result.parts["line_id"].to_pylist()]
        parts = parts.append_column(unit, pa.array(own, pa.string()))
    return parts

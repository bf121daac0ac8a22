"""What Attainment says and draws, made from its views."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from revplan.metrics.measures import measure_of
from revplan.money import MILLION, currency_digits
from revplan.service import workspace
from revplan.service.attainment import Choices, LineView, PersonView, Point, TeamView
from revplan.service.standing import Earned
from revplan.ui.cards import Card, money_card
from revplan.ui.charts import Bar, Series
from revplan.ui.colours import COMPANY
from revplan.ui.tables import Column, filled
from revplan.words import _, formats, names, ngettext, reasons


def opening(view: TeamView | PersonView, choices: Choices) -> str:
    """The one plain sentence of what the figures say."""
    said = {
        "who": view.name,
        "period": formats.period(view.window.label),
        "pay": _pay(view.earned, choices),
        "company": formats.percent(view.window.attainment),
        "target": view.target_name,
    }
    if isinstance(view, TeamView):
        there = sum((value or 0) >= MILLION for value in view.people["attainment"].to_pylist())
        count = view.people.num_rows
        people = ngettext(
            "{there} of {count} person reached 100%", "{there} of {count} people reached 100%", count
        ).format(there=there, count=count)
        if view.window.attainment is None:
            return _("{who}, {period}: {people}, and the team earned {pay}.").format(people=people, **said)
        text = _("{who}, {period}: {people}, and the team earned {pay}. The company reached {company}.")
        return text.format(people=people, **said)
    if view.window.attainment is None:
        return _("{who} earned {pay} in {period}.").format(**said)
    return _("{who} earned {pay} in {period}; the company reached {company} of {target}.").format(**said)


def _pay(earned: Earned, choices: Choices) -> str:
    if earned.share is None:
        return formats.compact_money(earned.payout, choices.currency, choices.digits)
    return _("{share} of target pay").format(share=formats.percent(earned.share))


def cards(view: TeamView | PersonView, choices: Choices) -> list[Card]:
    """Pay, pay at 100%, attainment, and how the company stands."""
    earned = view.earned
    share = "" if earned.share is None else _pay(earned, choices)
    found = [
        money_card(_("Pay"), earned.payout, choices.currency, choices.digits, share),
        money_card(_("Target pay"), earned.target_pay, choices.currency, choices.digits),
        Card(
            _("Attainment of the plan"),
            formats.percent(earned.attainment),
            help=_("Each component's attainment, weighted by what it is worth."),
        ),
    ]
    if view.target_name:
        exact = _("{actual} of {target}").format(
            actual=formats.money(view.window.actual, choices.currency, choices.digits),
            target=formats.money(view.window.target, choices.currency, choices.digits),
        )
        found.append(Card(view.target_name, formats.percent(view.window.attainment), exact))
    return found


def people_bars(view: TeamView, choices: Choices, colour: str) -> list[Bar]:
    """The company, then each person, the best first; a person at 0 says why on hover."""
    bars = []
    if view.target_name:
        note = formats.percent(view.window.attainment)
        bars.append(Bar(_("Company"), view.window.attainment, COMPANY, note, f"{view.target_name}: {note}"))
    for row in view.people.to_pylist():
        note = formats.percent(row["attainment"])
        paid = formats.money(row["payout"], choices.currency, choices.digits)
        hover = f"{row['payee_name']}\n{note}\n" + _("Pay {amount}").format(amount=paid)
        if row["reason"]:
            hover += "\n" + reasons.reason(row["reason"])
        bars.append(Bar(row["payee_name"], row["attainment"], colour, note, hover))
    return bars


def over_time(points: Sequence[Point], name: str, target: str, colour: str) -> tuple[list[str], list[Series]]:
    """Attainment of the company and of the team or person, by period; a running period has a mark."""
    labels = [formats.period(p.label) + (" " + _("(so far)") if p.status == "open" else "") for p in points]
    company = tuple(point.company for point in points)
    own = tuple(point.own for point in points)
    series = [Series(name, colour, own)]
    if any(value is not None for value in company):
        series.append(Series(target or _("Company"), COMPANY, company, dashed=True))
    return labels, series


def people_columns(table: pa.Table) -> list[Column]:
    """Columns of the ranking inside the team."""
    return _with_why(table, [
        Column("rank", _("Rank"), "whole", _("By attainment, then pay, within this team.")),
        Column("payee_name", _("Person"), pinned=True),
        Column("attainment", _("Attainment of the plan"), "percent"),
        Column("payout", _("Pay"), "money"),
        Column("target_pay", _("Target pay"), "money"),
        Column("share", _("Share of target pay"), "percent"),
    ])  # fmt: skip


def _with_why(table: pa.Table, columns: list[Column]) -> list[Column]:
    """The columns, and one for the reasons when there are any."""
    given = any(table["why"].to_pylist())
    return [*columns, Column("why", _("Why nothing was paid"))] if given else columns


def with_reasons(table: pa.Table) -> pa.Table:
    """A table with the reasons in words in `why`."""
    words = [reasons.reason(code or "") for code in table["reason"].to_pylist()]
    return table.append_column("why", pa.array(words, pa.string()))


def component_columns(table: pa.Table) -> list[Column]:
    """Columns of a person's components."""
    whole = Column("nominal_quota", _("Whole quota"), "measured", _("Before proration, ramp and leave."))
    columns = _with_why(table, [
        Column("component_name", _("Component"), pinned=True),
        Column("measure_name", _("Counts")),
        Column("period", _("Period"), "period"),
        Column("credit", _("Counted"), "measured"),
        Column("quota", _("Quota"), "measured"),
        *([whole] if is_cut(table) else []),
        Column("attainment", _("Attainment"), "percent"),
        Column("payout", _("Pay"), "money"),
        Column("status_name", _("Status")),
    ])  # fmt: skip
    return filled(table, columns)


def is_cut(table: pa.Table) -> bool:
    """Whether proration, ramp or leave cut somebody's quota."""
    return bool(pc.any(pc.not_equal(table["quota"], table["nominal_quota"])).as_py())


def component_table(view: PersonView) -> pa.Table:
    """A person's components with their words."""
    table = with_reasons(view.components)
    measures = [names.measure(code) for code in table["measure"].to_pylist()]
    statuses = [names.status(code) for code in table["status"].to_pylist()]
    table = table.append_column("measure_name", pa.array(measures, pa.string()))
    return table.append_column("status_name", pa.array(statuses, pa.string()))


def account_sentence(view: PersonView, currency: str, digits: int) -> str:
    """What was earned in the period, what its statements come to after adjustments, and what that is paid as
    in other currencies."""
    own = [_in(code, amount, currency, digits) for code, amount in view.paid_out.items()]
    if [*view.paid_out] in ([], [currency]):
        return _earned_and_paid(view, currency, digits)
    paid = _("Paid out: {amounts}.").format(amounts=formats.listed(own))
    return f"{_earned_and_paid(view, currency, digits)} {paid}"


def _earned_and_paid(view: PersonView, currency: str, digits: int) -> str:
    if view.paid == view.earned.payout:
        return _("The statements of these months come to what was earned, {paid}.").format(
            paid=formats.money(view.paid, currency, digits)
        )
    return _("Earned {earned}; after adjustments the statements of these months come to {paid}.").format(
        earned=formats.money(view.earned.payout, currency, digits),
        paid=formats.money(view.paid, currency, digits),
    )


def account_table(view: PersonView, currency: str, digits: int) -> pa.Table:
    """Statements with their words: what each entry is, what it is about, why it was made, how it is paid."""
    rows = view.account.to_pylist()
    said = {
        "what": [_entry(row) for row in rows],
        "about_words": [_about(row) for row in rows],
        "why": [_why(row) for row in rows],
        "status_name": [names.status(row["status"]) for row in rows],
        "paid": [_in(row["pay_currency"], row["pay"], currency, digits) for row in rows],
    }
    table = view.account
    for name, words in said.items():
        table = table.append_column(name, pa.array(words, pa.string()))
    return table


def _in(paid_in: str, amount: int | None, currency: str, digits: int) -> str:
    """An amount in the currency that it is paid in; "" where that is none, of a total over several."""
    digits = digits if paid_in == currency else currency_digits(paid_in)
    return formats.money(amount, paid_in, digits) if paid_in else ""


def _entry(row: dict[str, Any]) -> str:
    if row["entry"] == "total":
        return _("Total")
    kind = names.adjustment(row["kind"]) if row["entry"] == "adjustment" else ""
    return " · ".join(filter(None, (kind, row["component_name"])))


def _about(row: dict[str, Any]) -> str:
    return formats.period(row["about"]) if row["entry"] == "component" else row["about"]


def _why(row: dict[str, Any]) -> str:
    """The reason in words, then what a person wrote, and who."""
    told = " ".join(filter(None, (reasons.adjustment_reason(row["reason"]), row["note"])))
    return f"{told} ({row['author']})" if row["author"] else told


def account_columns(table: pa.Table, currency: str) -> list[Column]:
    """Columns of a person's statements; balances only where anything is held, owed or carried, and what is
    paid only where that is not in the company's currency."""
    balance = Column(
        "balance",
        _("Held, owed or carried"),
        "money",
        _("What is held back, owed for a draw, carried from months below zero or at risk after the entry."),
    )
    paid = Column("paid", _("Paid as"), help=_("In the person's own currency, at the plan's pay rate."))
    return [
        Column("period", _("Statement"), "period"),
        Column("what", _("Entry"), pinned=True),
        Column("amount", _("Amount"), "money"),
        *([paid] if len({*table["pay_currency"].to_pylist()} - {currency}) else []),
        Column("about_words", _("For")),
        *([balance] if any(value is not None for value in table["balance"].to_pylist()) else []),
        *([Column("why", _("Why"))] if any(table["why"].to_pylist()) else []),
        Column("status_name", _("Status")),
    ]


def deal_columns(view: LineView, table: pa.Table) -> list[Column]:
    """Columns of what a line is made of, in the measure's own words; what is empty is left out."""
    company = workspace.current().book().company
    rows_of = measure_of(company, view.line.measure).definition
    source = rows_of.table if rows_of else ""
    counts_rows = "deal" in table["kind"].to_pylist()
    what = names.counted(view.line.measure, source) if counts_rows else _("What counted")
    leads = source == "leads"
    account = Column("account", _("Account") if leads else _("Customer"))
    columns = [
        Column("what", what, pinned=True),
        Column("on_date", _("Date"), "date"),
        Column("credit", _("Counted"), "measured"),
        Column("pays_on", _("Pays on"), "measured", unit="paid_unit"),
        *([Column("rate", _("Rate"), "percent")] if "count" not in table["paid_unit"].to_pylist() else []),
        Column("part", _("Part of the pay"), "money", _("The parts add up to the pay exactly.")),
    ]
    columns.insert(len(columns) if leads else 1, account)  # last where few have one yet
    return filled(table, columns)


def deal_table(view: LineView) -> pa.Table:
    """What a line is made of; what is not a deal says what it is."""
    rows = view.parts.to_pylist()
    what = [(row["kind"] == "deal" and row["deal"]) or names.part_kind(row["kind"]) for row in rows]
    return view.parts.append_column("what", pa.array(what, pa.string()))

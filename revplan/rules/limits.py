"""The group stage's limits, on finished lines: the most a payee is paid, then the most a plan pays in all."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

import pyarrow as pa

from revplan.engine.duck import Session
from revplan.formula.sql import divided
from revplan.model.book import Company
from revplan.money import round_half_away, to_minor
from revplan.rules.cells import Column
from revplan.rules.incentives import Incentives
from revplan.rules.people import Span
from revplan.rules.presence import Presence

Key = tuple[int, int, str, int]
"""A line's column number and cell id, the period of its limit, and the limit in minor units."""


def limit_lines(
    session: Session, company: Company, numbered: Sequence[tuple[int, Column]], spans: Sequence[Span]
) -> str:
    """A SELECT of `due_lines` with `payout`, what is left of `due` within every limit.

    And `payee_cut` and `budget_cut`: what was taken (0 where nothing was; negative where a fall takes
    less back). Within a limit's period the lines are taken by the end of their payment period, all that
    end on one day at once. Paid so far is due so far, up to the limit; so a deal that falls away first
    eats up what lay above it. The cut is divided over the lines of that day in proportion to what they
    are due, by largest remainder, ties to the lower line.
    """
    rounds = max((len(column.plan.payee_limits) for _, column in numbered), default=0)
    by_payee = [list(_payee_keys(company, numbered, spans, place)) for place in range(rounds)]
    budgets = list(_budget_keys(company, numbered))
    lines, paid = "due_lines", "due"
    for place, keys in enumerate(by_payee, 1):
        if not keys:
            continue  # a limit on components without a line
        lines, paid = _within(session, lines, paid, keys, f"paid_{place}", "plan_id, payee_id, limited")
    after_payees = paid
    if budgets:
        lines, paid = _within(session, lines, paid, budgets, "paid_in_all", "plan_id, limited")
    return f"""
        SELECT *, {paid} AS payout, due - {after_payees} AS payee_cut, {after_payees} - {paid} AS budget_cut
        FROM {lines}"""


def _within(
    session: Session, lines: str, due: str, keys: list[Key], paid: str, group: str
) -> tuple[str, str]:
    """The relation of the lines with the column `paid`, after one limit on `due`; and that column."""
    name = f"lines_{paid}"
    session.bind(f"limits_{paid}", _table(keys))
    keyed = f"""
        SELECT l.*, k.limited, k.at_most FROM {lines} AS l
        JOIN limits_{paid} AS k ON k.number = l.number AND k.cell_id = l.cell_id"""
    # A version that changes the limit in the middle of its period waits for the next one.
    so_far = f"""
        SELECT *,
            sum({due}) OVER (PARTITION BY {group} ORDER BY period_end) AS reached,
            sum({due}) OVER (PARTITION BY {group}, period_end) AS now,
            first_value(at_most) OVER (
                PARTITION BY {group} ORDER BY period_end, plan_version, line_id
            ) AS holds
        FROM ({keyed}) AS keyed"""
    above = f"""
        SELECT *, (CASE WHEN reached > holds THEN reached - holds ELSE 0 END)
            - (CASE WHEN reached - now > holds THEN reached - now - holds ELSE 0 END) AS above
        FROM ({so_far}) AS so_far"""
    weighed = f"""
        SELECT *, abs(above) AS to_divide,
            CASE WHEN ({due} > 0) = (above > 0) THEN abs({due}) ELSE 0 END AS weight
        FROM ({above}) AS above_limit"""
    cut = divided(weighed, "to_divide", "weight", f"{group}, period_end", "line_id")
    session.create(
        name,
        f"""
        SELECT l.*, l.{due} - coalesce(c.cut_off, 0) AS {paid}
        FROM {lines} AS l
        LEFT JOIN (
            SELECT line_id, CASE WHEN above < 0 THEN -share ELSE share END AS cut_off FROM ({cut}) AS divided
        ) AS c ON c.line_id = l.line_id""",
    )
    return name, paid


def _payee_keys(
    company: Company, numbered: Sequence[tuple[int, Column]], spans: Sequence[Span], place: int
) -> Iterator[Key]:
    """The lines under each plan's payee limit at that place in its list."""
    of_payee: dict[tuple[str, str], list[Span]] = defaultdict(list)
    for span in spans:
        of_payee[span.plan.id, span.stint.payee_id].append(span)
    for number, column in numbered:
        if place >= len(column.plan.payee_limits):
            continue
        limit = column.plan.payee_limits[place]
        if limit.components and column.component.id not in limit.components:
            continue
        for payee_id, cells in groupby(enumerate(column.cells), key=lambda cell: cell[1].payee_id):
            presence = Presence(column.plan, tuple(of_payee[column.plan.id, payee_id]))
            incentives = Incentives(company, Fraction(1), presence)
            for cell_id, cell in cells:
                period = company.calendar.period_of(cell.paid.last_day, limit.per)
                share = Fraction(limit.of_incentive or 0) * incentives.of(period, period.end)
                at_most = to_minor(limit.amount or Decimal(0), company.digits) + round_half_away(share)
                yield number, cell_id, period.label, at_most


def _budget_keys(company: Company, numbered: Sequence[tuple[int, Column]]) -> Iterator[Key]:
    for number, column in numbered:
        budget = column.plan.budget
        if budget is not None:
            at_most = to_minor(budget.amount, company.digits)
            for cell_id, cell in enumerate(column.cells):
                period = company.calendar.period_of(cell.paid.last_day, budget.per)
                yield number, cell_id, period.label, at_most


def _table(keys: list[Key]) -> pa.Table:
    names = {"number": pa.int64(), "cell_id": pa.int64(), "limited": pa.string(), "at_most": pa.int64()}
    columns = zip(*keys, strict=True)
    return pa.table({n: pa.array(c, t) for (n, t), c in zip(names.items(), columns, strict=True)})

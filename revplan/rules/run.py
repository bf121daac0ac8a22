"""One calculation: a book and the name of a plan set in, lines, parts, credits and standings out."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow.compute as pc

from revplan.engine.duck import Session, TooLarge
from revplan.issues import Issue, Where
from revplan.model.book import Book
from revplan.model.results import CREDITS, INPUTS, PARTS, STANDINGS, STATEMENTS, RunResult
from revplan.rules.accounts import credits_table, parts_table, statements_table
from revplan.rules.adjust.clawbacks import cancellations_of
from revplan.rules.adjust.stage import adjust, needs_inputs, needs_parts
from revplan.rules.close.kept import as_run, changed_plans, closed_of, with_closed
from revplan.rules.close.true_ups import settled
from revplan.rules.explain.line import Explainer
from revplan.rules.inputs import inputs_table
from revplan.rules.outside import credited_outside
from revplan.rules.paid import pay, terms_of
from revplan.rules.pay_currency import in_pay_currency
from revplan.rules.some_payees import of_payees
from revplan.rules.standing import standings
from revplan.rules.stretches import TakeParts, stretches_of
from revplan.rules.unconverted import without_rate

ENGINE_VERSION = "1"
"""Changes with every change that moves a cent: golden results are kept for each version."""


@contextmanager
def _collector_waits() -> Iterator[None]:
    """While millions of records are made, none of which is part of a circle, nothing looks for circles among
    them: that took a fifth of a large run."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@_collector_waits()
def run(
    book: Book,
    plan_set: str,
    *,
    with_parts: bool = True,
    payees: frozenset[str] | None = None,
    trace: TakeParts | None = None,
) -> RunResult:
    """Calculate every payment period of a plan set up to the company's as-of date.

    A pure function: the same book gives the same bytes, in whatever order its rows come. What cannot
    be calculated is left out and named in `issues`; without `with_parts`, parts, inputs and credits are
    empty. With `payees` only their lines, parts, inputs, adjustments and statements are made, to the same
    cent (credit and shared results are everybody's still), numbered anew; credits and standings are empty
    then, and who is credited without a plan is not looked for. Periods that the book's closes hold stand as
    they were closed; what they would be now is trued up in the first open month (`rules.close.true_ups`).
    `trace` gets the parts of each payment period in turn, so that they need not all be held at once; it goes
    without `with_parts` and for everybody, and has inputs made.
    """
    issues = changed_plans(book, plan_set)
    terms = terms_of(book, plan_set, payees)
    book, company, roster, on_plans = terms.book, terms.book.company, terms.roster, terms.on_plans
    cancelled, without_share = cancellations_of(book)
    issues += [*terms.issues, *without_rate(book, on_plans), *without_share]
    if plan_set not in book.plan_sets():
        issues.append(Issue("unknown_plan_set", "error", Where(), {"plan_set": plan_set}))
    with Session() as session:
        paid = pay(session, terms, book, cancelled)
        feeds, finished, lines = paid.feeds, paid.finished, paid.lines
        issues += paid.issues
        credits = credits_table(feeds) if with_parts and payees is None else CREDITS.empty_table()
        parts = PARTS.empty_table()
        closed, months = closed_of(book, plan_set), None
        kept = with_parts or needs_parts(book, on_plans) or (trace is not None and closed is not None)
        if kept:
            parts = parts_table(feeds, finished, terms.plan_numbers)
        elif trace is not None:
            from revplan.rules.trace import Tracer  # which loads the compiler

            for period in Tracer(feeds, finished, terms.plan_numbers).periods():
                trace(period.label, period.stretches)
        with_inputs = with_parts or trace is not None
        inputs = INPUTS.empty_table()
        if with_inputs or closed is not None or needs_inputs(book, on_plans):
            inputs = inputs_table(feeds, finished)
        if closed is not None:
            months = settled(book, plan_set, closed, lines, inputs)
        explainer = Explainer(book, as_run(book, plan_set, lines, inputs))
        adjustments, not_entered = adjust(
            feeds, book, on_plans, roster, lines, parts, cancelled, explainer, months
        )
        if closed is not None:
            lines, parts, inputs = with_closed(closed, lines, parts, inputs)
        lines, adjustments, unpaid = in_pay_currency(book, roster, lines, adjustments)
        issues += unpaid
        if trace is not None and kept:
            for label in pc.unique(parts["period"]).to_pylist():
                trace(label, stretches_of(parts.filter(pc.equal(parts["period"], label))))
        if payees is None:
            standing = standings(feeds, book, terms.quotas, roster, on_plans)
            issues += [*not_entered, *credited_outside(feeds, roster, on_plans)]
        else:
            standing = STANDINGS.empty_table()
            tables = (of_payees(table, payees) for table in (lines, parts, inputs, adjustments))
            lines, parts, inputs, adjustments = tables
        try:
            statements = statements_table(session, lines, adjustments)
        except TooLarge:
            statements = STATEMENTS.empty_table()
            issues.append(Issue("statement_too_large", "error"))
        issues += [*feeds.issues, *feeds.left_out()]
    return RunResult(
        plan_set=plan_set,
        as_of=company.as_of,
        currency=company.currency,
        digits=company.digits,
        engine_version=ENGINE_VERSION,
        lines=lines,
        parts=parts if with_parts else PARTS.empty_table(),
        inputs=inputs if with_inputs else INPUTS.empty_table(),
        credits=credits,
        standings=standing,
        adjustments=adjustments,
        statements=statements,
        issues=tuple(sorted(set(issues), key=lambda issue: issue.sort_key)),
    )

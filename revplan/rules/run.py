"""One calculation: a book and the name of a plan set in, lines, parts, credits and standings out."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from revplan.engine.duck import Session, TooLarge
from revplan.issues import Issue, Unfit, Where
from revplan.metrics.facts import bind_tables
from revplan.model.book import Book
from revplan.model.plan import Component, linked
from revplan.model.results import ADJUSTMENTS, CREDITS, INPUTS, LINES, PARTS, STANDINGS, STATEMENTS, RunResult
from revplan.rules.accounts import credits_table, fetch, parts_table, statements_table
from revplan.rules.adjust.clawbacks import cancellations_of
from revplan.rules.adjust.stage import adjust, needs_inputs, needs_parts
from revplan.rules.cells import Column, columns
from revplan.rules.check.measures import sound_measures
from revplan.rules.close.kept import as_run, changed_plans, closed_of, with_closed
from revplan.rules.close.true_ups import settled
from revplan.rules.explain.line import Explainer
from revplan.rules.feeds import Feeds
from revplan.rules.inputs import inputs_table
from revplan.rules.ledger import ledger, with_reasons
from revplan.rules.limits import limit_lines
from revplan.rules.lines import Finished, described, finish_column
from revplan.rules.outside import credited_outside
from revplan.rules.pay_currency import in_pay_currency
from revplan.rules.payable import payable_of
from revplan.rules.people import WHOLE, Span, gaps, hierarchy, people_tables, spans, stints
from revplan.rules.quotas import resolve_months
from revplan.rules.refunds import undone_table
from revplan.rules.some_payees import concerning, of_payees
from revplan.rules.standing import standings
from revplan.rules.unconverted import without_rate
from revplan.rules.waves import waves

Trace = Callable[[str, Iterator[pa.RecordBatch]], None]
"""Takes the parts of one payment period (its label, rows as `PARTS` by line and position)."""

ENGINE_VERSION = "1"
"""Changes with every change that moves a cent: golden results are kept for each version."""


def run(
    book: Book,
    plan_set: str,
    *,
    with_parts: bool = True,
    payees: frozenset[str] | None = None,
    trace: Trace | None = None,
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
    company, issues = sound_measures(book.company)
    issues += changed_plans(book, plan_set)
    book = replace(book, company=company, plans=tuple(map(linked, book.plans)))
    roster = stints(book)
    chain, circles = hierarchy(roster)
    quotas, unresolved = resolve_months(company, book.targets)
    on_plans = spans(book, plan_set, roster)
    if payees is not None:
        on_plans = concerning(on_plans, payees)
    cancelled, without_share = cancellations_of(book)
    issues += [*circles, *unresolved, *without_rate(book, on_plans), *without_share]
    stretches = {(span.plan.id, number) for span in on_plans for number in (WHOLE, span.segment)}
    plan_numbers = {stretch: number for number, stretch in enumerate(sorted(stretches))}
    if plan_set not in book.plan_sets():
        issues.append(Issue("unknown_plan_set", "error", Where(), {"plan_set": plan_set}))
    with Session() as session:
        bind_tables(session, book)
        for name, table in people_tables(roster, chain).items():
            session.bind(name, table)
        session.bind("undone", undone_table(cancelled))
        off = [
            (plan_numbers[plan, segment], payee, start, end)
            for plan, segment, payee, start, end in gaps(book, on_plans)
        ]
        feeds = Feeds(session, company, off)
        finished: list[Finished] = []
        in_waves, in_circles = waves(list(columns(company, quotas, on_plans)))
        issues += in_circles
        dues: list[str] = []
        for wave in in_waves:
            _create_paid_lines(session, dues)
            before = len(finished)
            for column in wave:
                done = _finish(feeds, column, len(finished), plan_numbers, issues)
                finished += [done] if done else []
            if len(finished) > before:
                dues.append(create_due(feeds, finished[before:], f"due_{len(dues)}"))
        lines = create_lines(session, feeds, finished, dues, on_plans)
        credits = credits_table(feeds) if with_parts and payees is None else CREDITS.empty_table()
        parts = PARTS.empty_table()
        closed, months = closed_of(book, plan_set), None
        kept = with_parts or needs_parts(book, on_plans) or (trace is not None and closed is not None)
        if kept:
            parts = parts_table(feeds, finished, plan_numbers)
        elif trace is not None:
            from revplan.rules.trace import Tracer  # which loads the compiler

            for period in Tracer(feeds, finished, plan_numbers).periods():
                trace(period.label, period.rows)
        with_inputs = with_parts or trace is not None
        inputs = INPUTS.empty_table()
        if with_inputs or closed is not None or needs_inputs(book, on_plans):
            inputs = inputs_table(feeds, finished)
        if closed is not None:
            months = settled(book, plan_set, closed, lines, inputs)
        explainer = Explainer(book, as_run(book, plan_set, lines, inputs, ADJUSTMENTS.empty_table()))
        adjustments, not_entered = adjust(
            feeds, book, on_plans, roster, lines, parts, cancelled, explainer, months
        )
        if closed is not None:
            lines, parts, inputs = with_closed(closed, lines, parts, inputs)
        lines, adjustments, unpaid = in_pay_currency(book, roster, lines, adjustments)
        issues += unpaid
        if trace is not None and kept:
            for label in pc.unique(parts["period"]).to_pylist():
                trace(label, iter(parts.filter(pc.equal(parts["period"], label)).to_batches()))
        if payees is None:
            standing = standings(feeds, book, quotas, roster, on_plans)
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


def _finish(
    feeds: Feeds, column: Column, number: int, plan_numbers: dict[tuple[str, int], int], issues: list[Issue]
) -> Finished | None:
    """The column finished; or None, with an issue that says why it could not be."""
    if not column.cells:
        return None
    where = Where(plan=column.plan.id, component=column.component.id)
    try:
        return finish_column(feeds, column, number, plan_numbers[column.plan.id, column.segment])
    except KeyError as error:
        issues.append(Issue("unknown_measure", "error", where, {"measure": str(error.args[0])}))
    except TooLarge:
        issues.append(Issue("amount_too_large", "error", where))
    except Unfit as wrong:
        issues.append(Issue(wrong.code, "error", where, wrong.parameters))
    return None


def _about(feeds: Feeds, finished: list[Finished]) -> pa.Table:
    """What the lines say about their component, by column number."""
    parts = [(f.number, f.column.plan, f.column.component) for f in finished]
    text = pa.string()
    return pa.table(
        {
            "number": pa.array([number for number, _, _ in parts], pa.int64()),
            "plan_id": pa.array([plan.id for _, plan, _ in parts], text),
            "plan_version": pa.array([plan.version for _, plan, _ in parts], pa.int64()),
            "segment": pa.array([f.column.segment for f in finished], pa.int64()),
            "component_id": pa.array([c.id for _, _, c in parts], text),
            "component_name": pa.array([c.name for _, _, c in parts], text),
            "way": pa.array([c.pays.way for _, _, c in parts], text),
            "scope": pa.array([c.scope for _, _, c in parts], text),
            "measure": pa.array([c.measure for _, _, c in parts], text),
            "unit": pa.array([feeds.measure(c.measure).unit for _, _, c in parts], text),
            "target_id": pa.array([c.target or "" for _, _, c in parts], text),
            "payable_unit": pa.array([_payable_unit(feeds, c) for _, _, c in parts], text),
            "recovers": pa.array([c.recovers for _, _, c in parts], pa.bool_()),
        }
    )


def _payable_unit(feeds: Feeds, component: Component) -> str:
    """The unit of what a component pays on, where lines show it."""
    payable = payable_of(component)
    if payable is None or (payable.is_rate and payable.measure is None):
        return ""
    return feeds.measure(payable.measure or component.measure).unit


def _create_paid_lines(session: Session, dues: list[str]) -> None:
    """What the waves so far pay, as the table `paid_lines`, which components of the next may count."""
    who = ["plan_id", "component_id", "payee_id", "segment"]
    nothing = LINES.empty_table().select([*who, "period", "period_end"])
    session.bind("nothing_paid", nothing)
    columns = ", ".join(nothing.column_names)
    paid = [f"SELECT {columns}, CAST(0 AS BIGINT) AS due FROM nothing_paid"]
    paid += [f"SELECT {columns}, due FROM {name}" for name in dues]
    session.create("paid_lines", " UNION ALL ".join(paid))


def create_due(feeds: Feeds, finished: list[Finished], name: str) -> str:
    """A wave's cells with what they are due, as the table `name`: cumulative ones through the ledger."""
    feeds.session.bind("about", _about(feeds, finished))
    is_cumulative = [f.column.component.accumulation == "cumulative" for f in finished]
    rows = []
    if discrete := [f for f, cumulative in zip(finished, is_cumulative, strict=True) if not cumulative]:
        rows.append(f"SELECT *, earned AS due FROM ({_cells(discrete)}) AS c")
    if running := [f for f, cumulative in zip(finished, is_cumulative, strict=True) if cumulative]:
        feeds.session.create("cells", _cells(running))
        rows.append(ledger("cells"))
    feeds.session.create(name, " UNION ALL ".join(rows))
    return name


def _cells(finished: list[Finished]) -> str:
    """SELECT of the finished cells with what a line says of them. Needs the table `about`."""
    cells = " UNION ALL ".join(map(described, finished))
    return f"SELECT * FROM ({cells}) AS u JOIN about USING (number)"


def create_lines(
    session: Session, feeds: Feeds, finished: list[Finished], dues: list[str], on_plans: tuple[Span, ...]
) -> pa.Table:
    """All waves within the limits, as the table `lines` (with number and cell_id)."""
    if not finished:
        return LINES.empty_table()
    every = " UNION ALL ".join(f"SELECT * FROM {name}" for name in dues)
    # Numbered by themselves, since to sort rows with all their columns takes many times as long.
    session.create(
        "line_ids",
        f"""
        SELECT number, cell_id, row_number() OVER (
                ORDER BY payee_id, plan_id, component_id, period_start, segment, plan_version
            ) AS line_id
        FROM ({every}) AS d""",
    )
    session.view(
        "due_lines",
        f"""
        SELECT d.*, i.line_id
        FROM ({every}) AS d JOIN line_ids AS i ON i.number = d.number AND i.cell_id = d.cell_id""",
    )
    within = limit_lines(session, feeds.company, [(f.number, f.column) for f in finished], on_plans)
    session.create("lines", with_reasons(within))
    names = {"earned_to_date": "earned", "before_limits": "due", "reason": "line_reason"}
    names |= {"pay": "payout", "pay_currency": f"'{feeds.company.currency}'"}
    return fetch(session, LINES, "lines ORDER BY line_id", names)

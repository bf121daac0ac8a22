"""From people and facts to lines: what everybody is paid before adjustments.

What a plan set says of people (`terms_of`: who is on which plan when, quotas, cells) does not depend on what
was sold; what is counted (`pay`) does. So the terms of one book serve every book with the same people.
"""

from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa

from revplan.engine.duck import Session, TooLarge
from revplan.issues import Issue, Unfit, Where
from revplan.metrics.facts import bind_tables
from revplan.model.book import Book
from revplan.model.plan import Component, linked
from revplan.model.results import LINES
from revplan.rules.accounts import fetch
from revplan.rules.adjust.clawbacks import Cancelled, cancellations_of
from revplan.rules.cells import Column, columns
from revplan.rules.check.measures import sound_measures
from revplan.rules.feeds import Feeds
from revplan.rules.ledger import ledger, with_reasons
from revplan.rules.limits import limit_lines
from revplan.rules.lines import Finished, described, finish_column
from revplan.rules.payable import payable_of
from revplan.rules.people import WHOLE, Span, Stint, gaps, hierarchy, people_tables, spans, stints
from revplan.rules.quotas import Quotas, resolve_months
from revplan.rules.refunds import undone_table
from revplan.rules.some_payees import concerning
from revplan.rules.waves import waves


@dataclass(frozen=True)
class Terms:
    """What a plan set says before anything is counted.

    `book` has sound measures and linked plans; `roster` and `people` are its people in time, `off` when
    somebody was off a plan, `waves` the columns of cells in the order in which they are finished.
    """

    book: Book
    roster: tuple[Stint, ...]
    people: dict[str, pa.Table]
    quotas: Quotas
    on_plans: tuple[Span, ...]
    plan_numbers: dict[tuple[str, int], int]
    off: tuple[tuple[int, str, date, date], ...]
    waves: tuple[tuple[Column, ...], ...]
    issues: tuple[Issue, ...]


@dataclass(frozen=True)
class Paid:
    """Columns finished in a session, and all lines within the limits (schema LINES; the table `lines`, which
    has number and cell_id besides). `issues` name what could not be finished."""

    feeds: Feeds
    finished: list[Finished]
    lines: pa.Table
    issues: tuple[Issue, ...]


def terms_of(book: Book, plan_set: str, payees: frozenset[str] | None = None) -> Terms:
    """The terms of a plan set; with `payees` of those people alone, and whoever shares a pool or limit."""
    company, issues = sound_measures(book.company)
    book = replace(book, company=company, plans=tuple(map(linked, book.plans)))
    roster = stints(book)
    chain, circles = hierarchy(roster)
    quotas, unresolved = resolve_months(company, book.targets)
    on_plans = spans(book, plan_set, roster)
    if payees is not None:
        on_plans = concerning(on_plans, payees)
    stretches = {(span.plan.id, number) for span in on_plans for number in (WHOLE, span.segment)}
    plan_numbers = {stretch: number for number, stretch in enumerate(sorted(stretches))}
    off = (
        (plan_numbers[plan, segment], payee, start, end)
        for plan, segment, payee, start, end in gaps(book, on_plans)
    )
    in_waves, in_circles = waves(list(columns(company, quotas, on_plans)))
    return Terms(
        book,
        roster,
        people_tables(roster, chain),
        quotas,
        on_plans,
        plan_numbers,
        tuple(off),
        tuple(map(tuple, in_waves)),
        (*issues, *circles, *unresolved, *in_circles),
    )


def pay(session: Session, terms: Terms, book: Book, cancelled: Cancelled) -> Paid:
    """Pay the terms on a book's facts, in a session of its own. The book is that of the terms but for its
    facts; `cancelled` is what `cancellations_of` finds in it."""
    bind_tables(session, book)
    for name, table in terms.people.items():
        session.bind(name, table)
    session.bind("undone", undone_table(cancelled))
    feeds = Feeds(session, terms.book.company, terms.off)
    finished: list[Finished] = []
    dues: list[str] = []
    issues: list[Issue] = []
    for wave in terms.waves:
        _create_paid_lines(session, dues)
        before = len(finished)
        for column in wave:
            done = _finish(feeds, column, len(finished), terms.plan_numbers, issues)
            finished += [done] if done else []
        if len(finished) > before:
            dues.append(create_due(feeds, finished[before:], f"due_{len(dues)}"))
    lines = create_lines(session, feeds, finished, dues, terms.on_plans)
    return Paid(feeds, finished, lines, tuple(issues))


def paid_lines(terms: Terms, book: Book) -> pa.Table:
    """The lines (schema LINES) of a book with the people, plans and targets of `terms`: those of its run,
    but for closed periods and the currency that people are paid in."""
    book = replace(book, company=terms.book.company, plans=terms.book.plans)
    with Session() as session:
        return pay(session, terms, book, cancellations_of(book)[0]).lines


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

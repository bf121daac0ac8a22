"""One calculation: a book and the name of a plan set in, lines, parts, credits and standings out."""

import pyarrow as pa

from revplan.engine.duck import Session, TooLarge
from revplan.issues import Issue, Where
from revplan.metrics.facts import bind_tables
from revplan.model.book import Book
from revplan.model.plan import Credit
from revplan.model.results import CREDITS, LINES, PARTS, STATEMENTS, RunResult
from revplan.rules.cells import Column, columns
from revplan.rules.feeds import Feeds
from revplan.rules.ledger import ledger
from revplan.rules.lines import Finished, deal_parts, finish_column
from revplan.rules.people import gaps, hierarchy, people_tables, spans, stints
from revplan.rules.quotas import resolve_months
from revplan.rules.standing import standings

ENGINE_VERSION = "1"
"""Changes with every change that moves a cent: golden results are kept for each version."""


def run(book: Book, plan_set: str, *, with_parts: bool = True) -> RunResult:
    """Calculate every payment period of a plan set up to the company's as-of date.

    A pure function: the same book gives the same bytes, in whatever order its rows come. What cannot
    be calculated is left out and named in `issues`; without `with_parts`, parts and credits are empty.
    """
    company = book.company
    roster = stints(book)
    chain, issues = hierarchy(roster)
    quotas, found = resolve_months(company, book.targets)
    issues += found
    on_plans = spans(book, plan_set, roster)
    plan_numbers = {plan_id: i for i, plan_id in enumerate(sorted({span.plan.id for span in on_plans}))}
    if plan_set not in book.plan_sets():
        issues.append(Issue("unknown_plan_set", "error", Where(), {"plan_set": plan_set}))
    with Session() as session:
        bind_tables(session, book)
        for name, table in people_tables(roster, chain).items():
            session.bind(name, table)
        off = [(plan_numbers[plan], payee, start, end) for plan, payee, start, end in gaps(book, on_plans)]
        feeds = Feeds(session, company, off)
        finished: list[Finished] = []
        for column in columns(company, quotas, on_plans):
            done = _finish(feeds, column, len(finished), plan_numbers, issues)
            if done is not None:
                finished.append(done)
        lines = _lines(session, feeds, finished)
        parts = CREDITS.empty_table(), PARTS.empty_table()
        if with_parts:
            parts = _credits(feeds), _parts(feeds, finished, plan_numbers)
        standing = standings(feeds, book, quotas, roster)
        statements = _statements(session, lines)
        issues += feeds.issues
    return RunResult(
        plan_set,
        company.as_of,
        company.currency,
        company.digits,
        ENGINE_VERSION,
        lines,
        parts[1],
        parts[0],
        standing,
        statements,
        tuple(sorted(set(issues), key=lambda issue: issue.sort_key)),
    )


def _finish(
    feeds: Feeds, column: Column, number: int, plan_numbers: dict[str, int], issues: list[Issue]
) -> Finished | None:
    """The column finished; or None, with an issue that says why it could not be."""
    if not column.cells:
        return None
    where = Where(plan=column.plan.id, component=column.component.id)
    try:
        return finish_column(feeds, column, number, plan_numbers[column.plan.id])
    except KeyError as error:
        issues.append(Issue("unknown_measure", "error", where, {"measure": str(error.args[0])}))
    except TooLarge:
        issues.append(Issue("amount_too_large", "error", where))
    except ValueError as error:
        issues.append(Issue("table_cannot_be_read", "error", where, {"problem": str(error)}))
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
            "component_id": pa.array([c.id for _, _, c in parts], text),
            "component_name": pa.array([c.name for _, _, c in parts], text),
            "way": pa.array([c.pays.way for _, _, c in parts], text),
            "scope": pa.array([c.scope for _, _, c in parts], text),
            "measure": pa.array([c.measure for _, _, c in parts], text),
            "unit": pa.array([feeds.measure(c.measure).unit for _, _, c in parts], text),
            "target_id": pa.array([c.target or "" for _, _, c in parts], text),
            "cumulative": pa.array([c.accumulation == "cumulative" for _, _, c in parts], pa.bool_()),
            "recovers": pa.array([c.recovers for _, _, c in parts], pa.bool_()),
        }
    )


def _lines(session: Session, feeds: Feeds, finished: list[Finished]) -> pa.Table:
    """All cells through the group and ledger stages, as the table `lines` (with number and cell_id)."""
    if not finished:
        return LINES.empty_table()
    session.bind("about", _about(feeds, finished))
    cells = " UNION ALL ".join(f"SELECT {f.number} AS number, * FROM {f.cells}" for f in finished)
    session.create("cells", f"SELECT * FROM ({cells}) AS u JOIN about USING (number)")
    session.create(
        "lines",
        f"""
        SELECT *, row_number() OVER (
                ORDER BY payee_id, plan_id, component_id, period_start, plan_version
            ) AS line_id
        FROM ({ledger("cells")}) AS l""",
    )
    names = {"earned_to_date": "earned", "reason": "line_reason"}
    return _fetch(session, LINES, "lines ORDER BY line_id", names)


def _fetch(session: Session, schema: pa.Schema, rows: str, names: dict[str, str] | None = None) -> pa.Table:
    """Rows in exactly the columns and types of a schema; a number that does not fit raises TooLarge."""
    types = {pa.int64(): "BIGINT", pa.string(): "VARCHAR", pa.date32(): "DATE", pa.bool_(): "BOOLEAN"}
    columns = ", ".join(
        f"CAST({(names or {}).get(field.name, field.name)} AS {types[field.type]}) AS {field.name}"
        for field in schema
    )
    return _settled(session.run(f"SELECT {columns} FROM {rows}").cast(schema))


def _settled(table: pa.Table) -> pa.Table:
    """The same rows in one chunk, with zero where a value is null: equal tables are equal bytes.

    What lies in memory under a null is otherwise whatever was there before.
    """
    columns = []
    for column in table.combine_chunks().columns:
        if column.null_count and not pa.types.is_string(column.type):
            nulls = column.is_null().to_numpy()
            values = column.fill_null(pa.scalar(0, pa.int32()).cast(column.type)).to_numpy()
            columns.append(pa.array(values, column.type, mask=nulls))
        else:
            columns.append(column)
    return pa.table(columns, schema=table.schema)


def _credits(feeds: Feeds) -> pa.Table:
    """Every credit of every rule that the run used."""
    if not feeds.credits:
        return CREDITS.empty_table()
    tables = list(feeds.credits.items())
    feeds.session.bind(
        "credit_rules",
        pa.table(
            {
                "number": pa.array(range(len(tables)), pa.int64()),
                "measure": pa.array([measure.name for (measure, _, _), _ in tables], pa.string()),
                "unit": pa.array([measure.unit for (measure, _, _), _ in tables], pa.string()),
                "rule": pa.array([_rule_name(credit, rate) for (_, credit, rate), _ in tables], pa.string()),
            }
        ),
    )
    rows = " UNION ALL ".join(f"SELECT {i} AS number, * FROM {name}" for i, (_, name) in enumerate(tables))
    order = "measure, rule, on_date, transaction_id, payee_id"
    return _fetch(feeds.session, CREDITS, f"({rows}) AS c JOIN credit_rules USING (number) ORDER BY {order}")


def _rule_name(credit: Credit, fx_rate: str) -> str:
    """A rule with whatever else tells it from another in the same run: position/180/0.4/0.4+roll_up."""
    words: list[object] = [credit.rule]
    if credit.rule in ("first_touch", "last_touch", "linear", "position"):
        words.append(credit.look_back_days)
    if credit.rule == "position" and credit.anchors != Credit().anchors:
        words += credit.anchors
    if fx_rate != "plan":
        words.append(fx_rate)
    return "/".join(map(str, words)) + ("+roll_up" if credit.roll_up else "")


def _parts(feeds: Feeds, finished: list[Finished], plan_numbers: dict[str, int]) -> pa.Table:
    """The deals behind each line, then what is not a deal, so that they add up to the line.

    `zero_credit` is pay at no credit; `limit` what floor, cap and gate made of per-deal amounts;
    `earlier` what a cumulative line takes up from earlier periods; `value` pay on a ratio.
    """
    if not finished:
        return PARTS.empty_table()
    of_deals = []
    for f in finished:
        if feeds.measure(f.column.component.measure).additive:
            deal_parts(feeds, f, plan_numbers[f.column.plan.id])
            of_deals.append(f"SELECT {f.number} AS number, * FROM parts_{f.number}")
    kinds = " ".join(f"WHEN {f.number} THEN '{_rest_kind(feeds, f)}'" for f in finished)
    session = feeds.session
    line = "l.line_id, l.payee_id, l.team_id, l.component_id, l.period"
    # With no column to add up there is still a table, of no rows.
    of_deals.append("SELECT 0 AS number, * FROM no_parts")
    session.create("no_parts", _NO_PARTS)
    session.create(
        "deal_parts",
        f"""
        SELECT {line}, d.position, 'deal' AS kind, d.transaction_id, d.opportunity_id, d.account_id,
            d.on_date, d.credit, d.part
        FROM lines AS l
        JOIN ({" UNION ALL ".join(of_deals)}) AS d ON d.number = l.number AND d.cell_id = l.cell_id""",
    )
    rest = f"""
        SELECT {line}, coalesce(s.deals, 0) + 1 AS position, CASE l.number {kinds} END AS kind,
            '' AS transaction_id, '' AS opportunity_id, '' AS account_id, l.period_start AS on_date,
            0 AS credit, l.payout - coalesce(s.part, 0) AS part
        FROM lines AS l
        LEFT JOIN (
            SELECT line_id, count(*) AS deals, sum(part) AS part FROM deal_parts GROUP BY line_id
        ) AS s ON s.line_id = l.line_id
        WHERE l.payout <> coalesce(s.part, 0)"""
    return _fetch(
        session, PARTS, f"(SELECT * FROM deal_parts UNION ALL {rest}) AS p ORDER BY line_id, position"
    )


_NO_PARTS = """
    SELECT CAST(0 AS BIGINT) AS cell_id, CAST(0 AS BIGINT) AS position, '' AS transaction_id,
        '' AS opportunity_id, '' AS account_id, DATE '2000-01-01' AS on_date, CAST(0 AS HUGEINT) AS credit,
        CAST(0 AS HUGEINT) AS part
    WHERE FALSE"""


def _rest_kind(feeds: Feeds, finished: Finished) -> str:
    component = finished.column.component
    if not feeds.measure(component.measure).additive:
        return "value"
    if component.accumulation == "cumulative":
        return "earlier"
    return "limit" if finished.formula.deal else "zero_credit"


def _statements(session: Session, lines: pa.Table) -> pa.Table:
    """Each payee's lines by the month in which their payment period ends, and a total for each month."""
    session.bind("all_lines", lines)
    month = "strftime(period_end - 1, '%Y-%m')"
    # One account for each team that a payee was in, since a lead sees only the own team's.
    entries = f"""
        SELECT payee_id, payee_name, team_id, {month} AS period, 'component' AS entry, component_id,
            component_name, period AS paid_for, payout AS amount, status, line_id AS place
        FROM all_lines"""
    session.create("entries", entries)
    total = """
        SELECT payee_id, max(payee_name) AS payee_name, team_id, period, 'total' AS entry,
            '' AS component_id, '' AS component_name, '' AS paid_for, sum(amount) AS amount,
            max(status) AS status, max(place) + 1 AS place
        FROM entries GROUP BY payee_id, team_id, period"""
    return _fetch(
        session,
        STATEMENTS,
        f"(SELECT * FROM entries UNION ALL {total}) AS s ORDER BY payee_id, period, team_id, entry, place",
    )

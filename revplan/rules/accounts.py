"""What a run tells of its lines: the credits behind them, the deals they are made of, the statements."""

import pyarrow as pa

from revplan.engine.duck import Session
from revplan.model.credit import ATTRIBUTED, Credit
from revplan.model.results import CREDITS, PARTS, STATEMENTS
from revplan.rules.feeds import Feeds
from revplan.rules.lines import Finished
from revplan.rules.parts import has_deals, parts_of_deals


def fetch(session: Session, schema: pa.Schema, rows: str, names: dict[str, str] | None = None) -> pa.Table:
    """Rows in exactly the columns and types of a schema; a number that does not fit raises TooLarge."""
    types = {pa.int64(): "BIGINT", pa.string(): "VARCHAR", pa.date32(): "DATE", pa.bool_(): "BOOLEAN"}
    columns = ", ".join(
        f"CAST({(names or {}).get(field.name, field.name)} AS {types[field.type]}) AS {field.name}"
        for field in schema
    )
    return same_bytes(session.run(f"SELECT {columns} FROM {rows}").cast(schema))


def same_bytes(table: pa.Table) -> pa.Table:
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


def credits_table(feeds: Feeds) -> pa.Table:
    """Every credit of every rule that the run used, pay counted by other components aside: pay is private."""
    tables = [(rule, name) for rule, name in feeds.credits.items() if rule[0].kind != "payouts"]
    if not tables:
        return CREDITS.empty_table()
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
    return fetch(feeds.session, CREDITS, f"({rows}) AS c JOIN credit_rules USING (number) ORDER BY {order}")


def _rule_name(credit: Credit, fx_rate: str) -> str:
    """A rule with whatever else tells it from another in the same run: position/180/0.4/0.4+roll_up."""
    words: list[object] = [credit.rule]
    if credit.rule in ATTRIBUTED:
        words.append(credit.look_back_days)
    if credit.rule == "time_decay":
        words.append(credit.half_life_days)
    if credit.shares != Credit(rule=credit.rule).shares:
        words += credit.shares
    if fx_rate != "plan":
        words.append(fx_rate)
    return "/".join(map(str, words)) + ("+roll_up" if credit.roll_up else "")


def parts_table(feeds: Feeds, finished: list[Finished], plan_numbers: dict[tuple[str, int], int]) -> pa.Table:
    """The deals behind each line, then what is not a deal, so that they add up to the line.

    `catch_up` is what a tier that goes back made of earlier results; `zero_credit` is pay at no credit;
    `limit` what floor, cap and gate made of per-deal amounts; `earlier` what a cumulative line takes up
    from earlier periods; `value` pay on a ratio; `payouts` pay on what others are paid, which is not
    told one by one since pay is private; `pool` a member's part of a pool; `payee_limit` and `budget` what
    a limit took.
    """
    if not finished:
        return PARTS.empty_table()
    of_deals = []
    for f in finished:
        if has_deals(feeds, f):
            parts_of_deals(feeds, f, plan_numbers[f.column.plan.id, f.column.segment])
            of_deals.append(f"SELECT {f.number} AS number, * FROM parts_{f.number}")
    session = feeds.session
    # With no column to add up there is still a table, of no rows.
    of_deals.append("SELECT 0 AS number, * FROM no_parts")
    session.create("no_parts", _NO_PARTS)
    session.create(
        "deal_parts",
        f"""
        SELECT {_LINE}, d.position, d.kind, d.transaction_id, d.opportunity_id, d.account_id,
            d.on_date, d.credit, d.paid_on, d.factor_shown AS factor, d.part
        FROM lines AS l
        JOIN ({" UNION ALL ".join(of_deals)}) AS d ON d.number = l.number AND d.cell_id = l.cell_id""",
    )
    sums = "SELECT line_id, count(*) AS deals, sum(part) AS part FROM deal_parts GROUP BY line_id"
    others = rest_of_lines(feeds, finished, "lines", sums)
    return fetch(
        session, PARTS, f"(SELECT * FROM deal_parts UNION ALL {others}) AS p ORDER BY line_id, position"
    )


def rest_of_lines(feeds: Feeds, finished: list[Finished], lines: str, sums: str) -> str:
    """SELECT of the parts of lines that are no deals, in the columns of `PARTS`.

    `lines` is a relation of finished lines, `sums` one of line_id, deals, part: how many parts of deals each
    has, and their sum; a line without any may be missing.
    """
    kinds = " ".join(f"WHEN {f.number} THEN '{_rest_kind(feeds, f)}'" for f in finished)
    return f"""
        SELECT {_LINE}, l.deals + row_number() OVER (PARTITION BY l.line_id ORDER BY k.place) AS position,
            CASE k.place WHEN 1 THEN CASE l.number {kinds} END ELSE k.kind END AS kind,
            '' AS transaction_id, '' AS opportunity_id, '' AS account_id, l.period_start AS on_date,
            0 AS credit, CAST(NULL AS HUGEINT) AS paid_on, CAST(NULL AS HUGEINT) AS factor,
            CASE k.place WHEN 1 THEN l.rest WHEN 2 THEN -l.payee_cut ELSE -l.budget_cut END AS part
        FROM (
            SELECT l.*, coalesce(s.deals, 0) AS deals, l.due - coalesce(s.part, 0) AS rest
            FROM {lines} AS l
            LEFT JOIN ({sums}) AS s ON s.line_id = l.line_id
        ) AS l
        CROSS JOIN (VALUES (1, 'rest'), (2, 'payee_limit'), (3, 'budget')) AS k(place, kind)
        WHERE (k.place = 1 AND l.rest <> 0) OR (k.place = 2 AND l.payee_cut <> 0)
            OR (k.place = 3 AND l.budget_cut <> 0)"""


_LINE = "l.line_id, l.payee_id, l.team_id, l.component_id, l.period"

_NO_PARTS = """
    SELECT CAST(0 AS BIGINT) AS cell_id, CAST(0 AS BIGINT) AS position, '' AS transaction_id,
        '' AS opportunity_id, '' AS account_id, DATE '2000-01-01' AS on_date, CAST(0 AS HUGEINT) AS credit,
        CAST(NULL AS HUGEINT) AS paid_on, CAST(NULL AS HUGEINT) AS factor_shown, 'deal' AS kind,
        CAST(0 AS HUGEINT) AS part
    WHERE FALSE"""


def _rest_kind(feeds: Feeds, finished: Finished) -> str:
    component = finished.column.component
    if finished.pool:
        return "pool"
    measure = feeds.measure(component.measure)
    if not measure.additive:
        return "value"
    if measure.kind == "payouts":
        return "payouts"
    if component.accumulation == "cumulative":
        return "earlier"
    return "limit" if finished.formula.deal else "zero_credit"


def statements_table(session: Session, lines: pa.Table, adjustments: pa.Table) -> pa.Table:
    """Each payee's lines by the month in which their payment period ends, the adjustments of that month,
    and a total for each month."""
    session.bind("all_lines", lines)
    session.bind("all_adjustments", adjustments)
    month = "strftime(period_end - 1, '%Y-%m')"
    # One account for each team that a payee was in, since a lead sees only the own team's.
    entries = f"""
        SELECT payee_id, payee_name, team_id, {month} AS period, 'component' AS entry, '' AS kind,
            component_id, component_name, period AS paid_for, payout AS amount,
            pay, pay_currency, CAST(NULL AS BIGINT) AS balance, status, 0 AS step, line_id AS place
        FROM all_lines
        UNION ALL
        SELECT a.payee_id, a.payee_name, a.team_id, a.period, 'adjustment' AS entry, a.kind, a.component_id,
            coalesce(c.component_name, '') AS component_name, a.cause AS paid_for, a.amount, a.pay,
            a.pay_currency, a.balance, a.status, 1 AS step, a.adjustment_id AS place
        FROM all_adjustments AS a
        LEFT JOIN (
            SELECT plan_id, component_id, max(component_name) AS component_name
            FROM all_lines GROUP BY plan_id, component_id
        ) AS c ON c.plan_id = a.plan_id AND c.component_id = a.component_id"""
    session.create("entries", entries)
    # Nothing is added across currencies, and what has no rate is not taken for 0.
    total = """
        SELECT payee_id, max(payee_name) AS payee_name, team_id, period, 'total' AS entry, '' AS kind,
            '' AS component_id, '' AS component_name, '' AS paid_for, sum(amount) AS amount,
            CASE WHEN count(DISTINCT pay_currency) = 1 AND count(pay) = count(*) THEN sum(pay) END AS pay,
            CASE WHEN count(DISTINCT pay_currency) = 1 THEN max(pay_currency) ELSE '' END AS pay_currency,
            CAST(NULL AS BIGINT) AS balance, max(status) AS status, 2 AS step, 0 AS place
        FROM entries GROUP BY payee_id, team_id, period"""
    return fetch(
        session,
        STATEMENTS,
        f"(SELECT * FROM entries UNION ALL {total}) AS s ORDER BY payee_id, period, team_id, step, place",
    )

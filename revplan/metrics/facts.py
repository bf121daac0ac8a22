"""Facts: each measure as dated transactions in the company's currency."""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import pyarrow as pa

from revplan.engine.duck import Session, Value
from revplan.formula.sql import Layers, whole
from revplan.metrics.attribution import journeys
from revplan.metrics.left_out import LEFT_OUT, Converted
from revplan.metrics.measures import Measure, paid_by
from revplan.metrics.rates import rate_table
from revplan.model.book import Book, Company, CustomMeasure
from revplan.model.book import Where as Condition
from revplan.model.tables import TABLES
from revplan.money import MILLION, parse_number, to_minor
from revplan.periods import MONTHS, Grain

YEAR_BEFORE = "~year"
"""Ends the transaction id of a fact that is taken away again a year later."""


@dataclass(frozen=True)
class _Source:
    """How a table's rows name their transaction, deal, account, owner and currency."""

    transaction: str
    opportunity: str = "t.opportunity_id"
    account: str = "t.account_id"
    owner: str = "o.owner_id"
    currency: str = "t.currency"
    joins: str = "LEFT JOIN opportunities AS o ON o.opportunity_id = t.opportunity_id"


_CONTRACT_DEAL = (
    "LEFT JOIN contracts AS c ON c.contract_id = {link}.contract_id "
    "LEFT JOIN opportunities AS o ON o.opportunity_id = coalesce({own}, c.opportunity_id)"
)
_SOURCES = {
    "leads": _Source("t.lead_id", owner="t.owner_id", currency="NULL", joins=""),
    "touches": _Source("t.touch_id", owner="t.payee_id", currency="NULL", joins=""),
    "usage": _Source(
        "concat_ws('/', t.account_id, t.product, CAST(t.used_on AS VARCHAR))",
        opportunity="NULL",
        owner="NULL",
        currency="NULL",
        joins="",
    ),
    "opportunities": _Source("t.opportunity_id", owner="t.owner_id", joins=""),
    "quotes": _Source("t.quote_id", account="coalesce(t.account_id, o.account_id)"),
    "orders": _Source(
        "t.order_id", account="coalesce(t.account_id, o.account_id)", owner="coalesce(t.owner_id, o.owner_id)"
    ),
    "contracts": _Source(
        "t.contract_id", owner="coalesce(t.owner_id, o.owner_id)", currency="coalesce(t.currency, o.currency)"
    ),
    "invoices": _Source(
        "t.invoice_id",
        opportunity="coalesce(t.opportunity_id, c.opportunity_id)",
        account="coalesce(t.account_id, c.account_id, o.account_id)",
        owner="coalesce(c.owner_id, o.owner_id)",
        currency="coalesce(t.currency, c.currency, o.currency)",
        joins=_CONTRACT_DEAL.format(link="t", own="t.opportunity_id"),
    ),
    "payments": _Source(
        "t.payment_id",
        opportunity="coalesce(t.opportunity_id, i.opportunity_id, c.opportunity_id)",
        account="coalesce(t.account_id, i.account_id, c.account_id, o.account_id)",
        owner="coalesce(c.owner_id, o.owner_id)",
        currency="coalesce(t.currency, i.currency, c.currency, o.currency)",
        joins="LEFT JOIN invoices AS i ON i.invoice_id = t.invoice_id "
        + _CONTRACT_DEAL.format(link="i", own="coalesce(t.opportunity_id, i.opportunity_id)"),
    ),
}


def bind_tables(session: Session, book: Book) -> None:
    """Make the canonical tables readable by name (empty where the book has none), and the rates."""
    for name in TABLES:
        session.bind(name, book.table(name))
    session.bind("rates", rate_table(book))
    session.bind("dated_scores", _dated_scores(book))


def create_facts(
    session: Session, name: str, measure: Measure, company: Company, fx_rate: str = "plan"
) -> Converted | None:
    """Make the table `name` of a measure's facts up to the company's as-of date.

    Columns: transaction_id, opportunity_id, account_id, owner_id ("" where there is none), on_date and
    amount (HUGEINT; minor units of the company's currency, or millionths of a count). An amount in
    another currency is converted at the rate in force on its date, rounded once. Facts without a rate,
    or beyond LARGEST_AMOUNT, are left out: what is returned holds those too (None for what is no money),
    and `left_out` names them. What other components pay is read from `paid_lines`: a fact for each line,
    on the last day of its period (or the as-of date before that).
    """
    if measure.kind == "payouts":
        _create_payouts(session, name, measure, company)
        return None
    definition = _definition(measure)
    source = _SOURCES[definition.table]
    wheres, parameters = _conditions(definition.where, definition.table, company)
    wheres += [f"t.{definition.date} IS NOT NULL", f"t.{definition.date} <= CAST(? AS DATE)"]
    parameters.append(company.as_of.isoformat())
    amount, parts = _amount(measure, company)
    currency = f"upper(coalesce({source.currency}, '{company.currency.upper()}'))"
    rows = f"""
        SELECT {source.transaction} AS transaction_id, coalesce({source.opportunity}, '') AS opportunity_id,
            coalesce({source.account}, '') AS account_id, coalesce({source.owner}, '') AS owner_id,
            t.{definition.date} AS on_date, {amount} AS scaled, {whole(parts)} AS parts,
            {currency} AS currency, t.source_file, t.source_row
        FROM {definition.table} AS t {source.joins}
        WHERE {" AND ".join(wheres)}"""
    columns = "transaction_id, opportunity_id, account_id, owner_id, on_date"
    if measure.unit != "money":
        counts = Layers(rows)
        counts.divide("scaled", "parts", "amount")
        session.create(name, f"SELECT {columns}, amount FROM ({counts.text}) AS r", parameters)
        _settle(session, name, measure, company)
        return None
    layers = Layers(f"""
        SELECT f.*, f.scaled * r.rate_n AS v_n, r.rate_d * f.parts AS v_d
        FROM ({rows}) AS f
        LEFT JOIN rates AS r ON r.currency = f.currency AND r.name IN (?, '')
            AND f.on_date >= r.starts_on AND f.on_date < r.ends_on""")
    layers.divide("v_n", "v_d", "amount")
    layers.divide("scaled", "parts", "own_amount")
    session.create(f"{name}_all", layers.text, [*parameters, fx_rate])
    session.create(name, f"SELECT {columns}, amount FROM {name}_all WHERE NOT ({LEFT_OUT})")
    _settle(session, name, measure, company)
    return Converted(f"{name}_all", definition.table, fx_rate)


def row_id(alias: str, measure: Measure) -> str:
    """SQL of the id of the row behind a fact; a fact of the year before is its own row's."""
    name = f"{alias}.transaction_id"
    repeats = measure.definition is not None and measure.definition.less_prior_year
    return f"split_part({name}, '{YEAR_BEFORE}', 1)" if repeats else name


def _create_payouts(session: Session, name: str, measure: Measure, company: Company) -> None:
    plan, component = paid_by(measure.name)
    as_of = company.as_of.isoformat()
    session.create(
        name,
        """
        SELECT concat_ws('/', payee_id, plan_id, component_id, period,
                CASE WHEN segment > 0 THEN CAST(segment AS VARCHAR) END) AS transaction_id,
            '' AS opportunity_id, '' AS account_id, payee_id AS owner_id,
            CASE WHEN period_end > CAST(? AS DATE) THEN CAST(? AS DATE) ELSE period_end - 1 END AS on_date,
            CAST(due AS HUGEINT) AS amount
        FROM paid_lines WHERE plan_id = ? AND (component_id = ? OR ? = '') AND due <> 0""",
        [as_of, as_of, plan, component, component],
    )


def _definition(measure: Measure) -> CustomMeasure:
    if measure.definition is None:
        raise ValueError(f"{measure.name} is a ratio: it has a value, not facts")
    return measure.definition


def _settle(session: Session, name: str, measure: Measure, company: Company) -> None:
    """Keep of the facts those that the measure means, and take those of the year before from them."""
    _keep_touched(session, name, measure)
    definition = _definition(measure)
    if definition.first_of is not None:
        whose = f"{definition.first_of}_id"
        per = definition.first_per
        period = "" if per is None else f", {fiscal_period('on_date', per, company)}"
        session.create(
            f"{name}_first",
            f"""
            SELECT transaction_id, opportunity_id, account_id, owner_id, on_date, amount FROM (
                SELECT *, row_number() OVER (
                    PARTITION BY {whose}{period} ORDER BY on_date, transaction_id
                ) AS turn
                FROM {name} WHERE {whose} <> ''
            ) AS numbered WHERE turn = 1""",
        )
        session.create(name, f"SELECT * FROM {name}_first")
    if definition.less_prior_year:
        later = "CAST(on_date + INTERVAL 12 MONTH AS DATE)"
        session.create(
            f"{name}_both",
            f"""
            SELECT * FROM {name}
            UNION ALL
            SELECT concat(transaction_id, '{YEAR_BEFORE}') AS transaction_id, opportunity_id, account_id,
                owner_id, {later} AS on_date, -amount AS amount
            FROM {name} WHERE {later} <= CAST(? AS DATE)""",
            [company.as_of.isoformat()],
        )
        session.create(name, f"SELECT * FROM {name}_both")


def fiscal_period(day: str, grain: Grain, company: Company) -> str:
    """SQL of a number for each fiscal period of a grain, from a date."""
    months = f"extract(year FROM {day}) * 12 + extract(month FROM {day})"
    return f"({months} - {company.fiscal_year_starts}) // {MONTHS[grain]}"


def _keep_touched(session: Session, name: str, measure: Measure) -> None:
    if measure.touched_within is None:
        return
    journey = journeys(name, measure.touched_within)
    session.create(
        f"{name}_touched",
        f"SELECT * FROM {name} WHERE transaction_id IN (SELECT transaction_id FROM ({journey}) AS j)",
    )
    session.create(name, f"SELECT * FROM {name}_touched")


def _amount(measure: Measure, company: Company) -> tuple[str, int]:
    """A row's amount in its own currency, and in how many parts of a unit it is: plus columns less minus
    columns, each times its factor, kept within bounds. So it is rounded only once, with its conversion."""
    definition = _definition(measure)
    spec = TABLES[definition.table]
    factors = {each.column: Fraction(each.factor) for each in definition.factors}
    parts = lcm(*(factor.denominator for factor in factors.values()))

    def term(column: str) -> str:
        scale = MILLION if spec.column(column).kind == "count" else 1
        times = int(factors.get(column, Fraction(1)) * parts) * scale
        return f"CAST(coalesce(t.{spec.column(column).name}, 0) AS HUGEINT) * {whole(times)}"

    # Columns, bounds and their numbers are never null, so that these compare as they read.
    added = [term(column) for column in definition.plus]
    if definition.take == "sum" or len(added) < 2:
        plus = " + ".join(added)
    else:
        plus = f"{'least' if definition.take == 'smallest' else 'greatest'}({', '.join(added)})"
    minus = "".join(f" - {term(column)}" for column in definition.minus)
    if not plus and not minus:
        return whole(MILLION), 1
    text = f"({plus or whole(0)}{minus})"
    digits = company.digits if measure.unit == "money" else 6
    if definition.at_least is not None:
        text = f"greatest({text}, {whole(to_minor(definition.at_least, digits) * parts)})"
    if definition.at_most is not None:
        text = f"least({text}, {whole(to_minor(definition.at_most, digits) * parts)})"
    return text, parts


def _conditions(wheres: tuple[Condition, ...], table: str, company: Company) -> tuple[list[str], list[Value]]:
    """Conditions as SQL with bound values; column names are those of the canonical table only."""
    spec = TABLES[table]
    texts: list[str] = []
    parameters: list[Value] = []
    for where in wheres:
        column = spec.column(where.column)
        name = f"t.{column.name}"
        if where.is_ in ("empty", "not empty"):
            texts.append(f"{name} IS {'NOT ' if where.is_ == 'not empty' else ''}NULL")
            continue
        if where.other is not None:
            texts.append(f"{name} {_SIGNS[where.is_]} t.{spec.column(where.other).name}")
            continue
        values = where.value if isinstance(where.value, tuple) else (where.value,)
        stored = [stored_value(value, column.kind, company) for value in values]
        mark = "CAST(? AS DATE)" if column.kind == "date" else "?"
        if where.is_ in ("in", "not in"):
            among = f"{name} IN ({', '.join(mark for _ in stored)})"
            texts.append(among if where.is_ == "in" else f"NOT coalesce({among}, FALSE)")
            parameters += stored
        else:
            texts.append(f"{name} {_SIGNS[where.is_]} {mark}")
            parameters.append(stored[0])
    return texts, parameters


# An empty cell differs from every value, as in a spreadsheet.
_SIGNS = {"=": "=", "!=": "IS DISTINCT FROM", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


def stored_value(value: object, kind: str, company: Company) -> Value:
    """A condition's value in the unit that its column is stored in."""
    if kind in ("money", "count", "fraction", "rate"):
        digits = {"money": company.digits, "count": 0, "fraction": 6, "rate": 9}[kind]
        return to_minor(parse_number(value), digits)
    return str(value)


def _dated_scores(book: Book) -> pa.Table:
    """Scores with the dates of their period. A label that names no period is left out; the data checks
    report it."""
    rows = []
    for row in book.table("scores").to_pylist():
        try:
            period = book.company.calendar.parse(row["period"])
        except ValueError:
            continue
        dates = {"starts_on": period.start, "ends_on": period.end}
        rows.append({"payee_id": row["payee_id"], "kpi": row["kpi"], "score": row["score"], **dates})
    day, text = pa.date32(), pa.string()
    schema = pa.schema(
        [("payee_id", text), ("kpi", text), ("score", pa.int64()), ("starts_on", day), ("ends_on", day)]
    )
    return pa.Table.from_pylist(rows, schema)

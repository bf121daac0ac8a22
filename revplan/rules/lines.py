"""The cell stage: from a column's cells and feeds to finished cells, and to the deals behind them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from revplan.formula import sql
from revplan.formula.sql import whole
from revplan.formula.steps import Formula
from revplan.issues import Unfit
from revplan.model.plan import Component, Counted, PaysPool
from revplan.money import MILLION
from revplan.rules.cells import Column, counted_of
from revplan.rules.compile import formula_of, goes_back_above, reads_attainment
from revplan.rules.feeds import Feeds, level_of, scope_of
from revplan.rules.payable import Payable, payable_of, refused
from revplan.rules.people import WHOLE
from revplan.rules.pools import all_claims, claim_of, divide_pool


@dataclass(frozen=True)
class Finished:
    """A column's name for its relations, and the formula that finished it."""

    number: int
    column: Column
    formula: Formula
    inputs: str  # table or view: every cell with the formula's inputs (and v, where deals are added up)
    cells: str  # table: every cell finished
    pool: str = ""  # table: every cell with its claim, where a pool is divided


_GIVEN = {
    **{name: name for name in ("payee_id", "payee_name", "team_id", "measured_period", "period")},
    "period_start": "p_start",
    "period_end": "p_end",
    "quota": "x_quota",
    "nominal_quota": "x_nominal",
    **{name: name for name in ("active_days", "quota_days", "ramp_share", "target_incentive")},
    **{name: name for name in ("excluded", "status")},
}
"""What a line says of its cell as it was before it was finished, each with the column that has it."""

_FINISHED = {
    "cell_id": "cell_id",
    **{name: f"CAST({name} AS BIGINT)" for name in ("credit", "payable", "attainment", "table_amount")},
    "multiplier": "CAST(multiplier AS BIGINT)",
    "gate_open": "gate_open",
    "earned": "CAST(earned AS BIGINT)",
    "reason": "reason",
}
"""The columns of a finished cell, each with what makes it."""


def finish_column(feeds: Feeds, column: Column, number: int, plan_number: int) -> Finished:
    """Make `inputs_<n>` and `cells_<n>` of a column: see `formula.steps` for the inputs.

    A finished cell has earned (minor units), table_amount, multiplier, gate_open, credit, attainment
    and the reason why it is 0, as far as the cell itself knows. Raises TooLarge when a number does not
    fit its column, and Unfit when a component cannot pay on what it says.
    """
    session, component = feeds.session, column.component
    session.bind(f"column_{number}", column.table)
    if refusal := refused(component, feeds.measure):
        raise Unfit(refusal[0], **refusal[2])
    formula = formula_of(component, lambda name: feeds.measure(name).unit, feeds.company.digits)
    session.view(f"inputs_{number}", _inputs(feeds, column, number, plan_number))
    inputs = f"inputs_{number}"
    if formula.deal:
        inputs = f"summed_{number}"
        session.create(inputs, _with_deal_sums(feeds, column, number, plan_number, formula))
    layers = sql.finish_cells(formula, f"SELECT * FROM {inputs}")
    layers.add(earned="CASE WHEN excluded = '' THEN payout ELSE 0 END")
    layers.add(
        shown_n=f"coalesce(x_credit_n * {MILLION}, 0)",
        shown_d="CASE WHEN x_credit_d * x_quota > 0 THEN x_credit_d * x_quota ELSE NULL END",
    )
    layers.divide("shown_n", "shown_d", "attainment")
    if feeds.measure(component.measure).additive:
        layers.add(credit="x_credit_n")
    else:
        layers.divide("x_credit_n", "x_credit_d", "credit")
    _add_payable(layers, component)
    layers.add(reason=_reason(component, formula, additive=feeds.measure(component.measure).additive))
    cells = Finished(number, column, formula, inputs, f"cells_{number}")
    if not isinstance(component.pays, PaysPool):
        session.create(cells.cells, f"SELECT {_selected(_FINISHED)} FROM ({layers.text}) AS finished")
        return cells
    return _divide(feeds, component.pays, replace(cells, pool=f"pool_{number}"), layers.text)


def described(finished: Finished) -> str:
    """SELECT of the finished cells with their column's number, and what a line says of whom and when."""
    given = ", ".join(f"c.{column} AS {name}" for name, column in _GIVEN.items())
    return f"""
        SELECT {finished.number} AS number, f.*, {given}
        FROM {finished.cells} AS f JOIN column_{finished.number} AS c ON c.cell_id = f.cell_id"""


def _add_payable(layers: sql.Layers, component: Component) -> None:
    """Add `payable`: what the cell pays on, where that is not what counts; of a keyed table without its
    rates, which are what it pays."""
    payable = payable_of(component)
    if payable is None or (payable.is_rate and payable.measure is None):
        layers.add(payable="CAST(NULL AS BIGINT)")
    elif payable.is_rate:
        layers.add(payable="p_paid")
    else:
        layers.add(payable_d=whole(payable.unit))
        layers.divide("p_n", "payable_d", "payable")


def _selected(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{expression} AS {name}" for name, expression in columns.items())


def _divide(feeds: Feeds, pays: PaysPool, finished: Finished, cells: str) -> Finished:
    """Make `pool_<n>`, the column's cells with their parts of the pool, and `cells_<n>` from it."""
    measure = feeds.measure(pays.claim.measure) if pays.claim else None
    claim_n, claim_d = claim_of(pays)
    renamed = {"earned": "pooled", "reason": "cell_reason"}
    columns = {renamed.get(name, name): expression for name, expression in _FINISHED.items()}
    columns |= {name: name for name in ("payee_id", "period", "excluded")}
    columns |= {
        "period_end": "p_end",
        "pool": "x_who",
        "claim_n": claim_n,
        "claim_d": claim_d,
        "m_start": "m_start",
        "x_end": "x_end",
    }
    undivided = f"undivided_{finished.number}"
    feeds.session.create(undivided, f"SELECT {_selected(columns)} FROM ({cells}) AS finished")
    in_all = all_claims(pays, measure, feeds.company.digits)
    divide_pool(feeds.session, pays, in_all, undivided, finished.pool)
    given = {name: name for name in _FINISHED} | {"earned": "CAST(earned AS BIGINT)"}
    feeds.session.create(finished.cells, f"SELECT {_selected(given)} FROM {finished.pool}")
    return finished


def _inputs(feeds: Feeds, column: Column, number: int, plan_number: int) -> str:
    """SELECT of the cells with x_n, x_d, incentive, m_n, …; what each counted is <name>_credit_n / _d. Where
    a component pays on another amount it is p_n, and p_paid without factors."""
    selected, joins = ["c.*", "CAST(c.own_incentive AS HUGEINT) AS incentive"], []
    for i, (name, counted) in enumerate(counted_of(column.component)):
        owner = column.cells[0].inputs[i].owner
        measure = feeds.measure(counted.measure)
        fx_rate, windows = column.plan.fx_rate, column.windows(name)
        if measure.additive:
            scope = scope_of(
                column.component, counted, owner, plan_number, in_segment=column.segment != WHOLE
            )
            counts = feeds.sums(counted, scope, windows, fx_rate)
            if scope.payable:
                selected += [f"coalesce(f_{name}.p, 0) AS p_n", f"coalesce(f_{name}.paid, 0) AS p_paid"]
            n, d = f"coalesce(f_{name}.n, 0)", whole(1)
        else:
            counts = feeds.ratio(counted, level_of(owner), windows, fx_rate)
            n, d = f"coalesce(f_{name}.n, 0) * {MILLION}", f"f_{name}.d"
        joins.append(_joined(counts, name, f"f_{name}"))
        quota = f"CAST(c.{name}_quota AS HUGEINT)"
        selected += _ratio(name, counted, n, d, quota, feeds.measure(counted.measure).additive)
        selected += [f"{n} AS {name}_credit_n", f"{d} AS {name}_credit_d"]
        if name == "x" and measure.additive and scope.deals.minimum_credit is not None:
            anything = scope.deals.model_copy(update={"minimum_credit": None, "credit_cap": None})
            unlimited = feeds.sums(counted, replace(scope, deals=anything, payable=None), windows, fx_rate)
            joins.append(_joined(unlimited, name, "f_all"))
            selected.append("coalesce(f_all.deals, 0) AS all_deals")
    return f"SELECT {', '.join(selected)} FROM column_{number} AS c {' '.join(joins)}"


def _joined(counts: str, name: str, alias: str) -> str:
    """JOIN of what each cell's input counted in its window."""
    return f"""
        LEFT JOIN {counts} AS {alias} ON {alias}.who = c.{name}_who
            AND {alias}.window_start = c.{name}_start AND {alias}.window_end = c.p_end"""


def _ratio(name: str, counted: Counted, n: str, d: str, quota: str, additive: bool) -> list[str]:
    """An input as <name>_n / <name>_d. n and d are a sum over 1, or a ratio's parts with n in millionths."""
    if reads_attainment(counted):
        return [f"{n} AS {name}_n", f"{d} * {quota} AS {name}_d"]
    whole_d = d if additive else f"{d} * {MILLION}"
    if isinstance(counted, Component) and counted.input == "growth":
        above = f"{n} - coalesce({quota}, 0) * {d}"
        return [f"{above} AS x_n", f"CASE WHEN {quota} IS NULL THEN NULL ELSE {whole_d} END AS x_d"]
    return [f"{n} AS {name}_n", f"{whole_d} AS {name}_d"]


def _with_deal_sums(feeds: Feeds, column: Column, number: int, plan_number: int, formula: Formula) -> str:
    """SELECT of `inputs_<n>` with `v`, the sum of what each deal pays on its own; makes `deals_<n>`."""
    deals = _deals_of_cells(feeds, column, number, plan_number, from_column="m_start")
    given = [name for name, _ in counted_of(column.component) if name != "x"]
    sides = [f"{name}_{side}" for name in given for side in ("n", "d")]
    other = ", ".join(f"i.{name}" for name in ("x_d", "incentive", *sides))
    payable = ", d.paid * d.factor AS p_n" if payable_of(column.component) else ""
    alone = f"""
        SELECT d.*, d.credit AS x_n{payable}, {other} FROM ({deals}) AS d
        JOIN inputs_{number} AS i ON i.cell_id = d.cell_id"""
    feeds.session.create(f"deals_{number}", sql.finish_deals(formula, alone).text)
    return f"""
        SELECT i.*, coalesce(s.v, 0) AS v
        FROM inputs_{number} AS i
        LEFT JOIN (
            SELECT cell_id, CAST(sum(amount) AS HUGEINT) AS v FROM deals_{number} GROUP BY cell_id
        ) AS s ON s.cell_id = i.cell_id"""


def deals_of_column(feeds: Feeds, column: Column, plan_number: int) -> str:
    """SELECT of who and the deals that a column's own input counts, of any date: see `Feeds.deals`."""
    component, owner = column.component, column.cells[0].inputs[0].owner
    scope = scope_of(component, component, owner, plan_number, in_segment=column.segment != WHOLE)
    return feeds.deals(component, scope, column.plan.fx_rate)


def _deals_of_cells(feeds: Feeds, column: Column, number: int, plan_number: int, from_column: str) -> str:
    """SELECT of cell_id and the deals from `from_column` (m_start or p_start) up to the cell's end."""
    deals = deals_of_column(feeds, column, plan_number)
    paid = ", d.paid, d.factor" if payable_of(column.component) else ""
    return f"""
        SELECT c.cell_id, c.p_start, d.transaction_id, d.opportunity_id, d.account_id, d.on_date,
            d.credit{paid}
        FROM column_{number} AS c
        JOIN ({deals}) AS d ON d.who = c.x_who AND d.on_date >= c.{from_column} AND d.on_date < c.p_end
        WHERE c.excluded = ''"""


def _reason(component: Component, formula: Formula, *, additive: bool) -> str:
    """Why a cell earned 0, most telling first; "" where it earned something."""
    whens = ["WHEN earned <> 0 THEN ''", "WHEN excluded <> '' THEN excluded"]
    if component.input in ("attainment", "growth"):
        whens.append("WHEN coalesce(x_quota, 0) <= 0 THEN 'no_quota'")
    if component.pays.way == "incentive":
        whens.append("WHEN incentive = 0 THEN 'no_incentive'")
    if component.gates:
        whens.append("WHEN NOT gate_open THEN 'gate_closed'")
    whens.append("WHEN coalesce(x_d, 0) <= 0 THEN 'no_result'")
    if component.deals.minimum_credit is not None and additive:
        whens.append("WHEN x_credit_n = 0 AND all_deals > 0 THEN 'below_minimum'")
    whens.append("WHEN x_credit_n = 0 THEN 'no_credit'")
    if payable_of(component):
        whens.append("WHEN p_n = 0 THEN 'pays_on_nothing'")
    if component.multiplier:
        whens.append("WHEN multiplier = 0 THEN 'multiplier_zero'")
    if not formula.deal and not component.when:
        curve = formula.table.curve
        sign = "<" if curve.edge == "higher" else "<="
        first = f"{whole(curve.segments[0].start)} * x_d"
        whens.append(f"WHEN x_n * {whole(curve.scale)} {sign} {first} THEN 'below_threshold'")
    whens += ["WHEN is_zero THEN 'zero_rate'", "WHEN unlimited <> 0 THEN 'capped'"]
    return f"CASE {' '.join(whens)} ELSE 'rounded' END"


def deal_parts(feeds: Feeds, finished: Finished, plan_number: int) -> None:
    """Make `parts_<n>`: cell_id, position, kind, the deal's columns, credit and part, for the period's deals.

    Where the table is read per period the parts telescope over the finished cell in order of date and
    transaction: R(F(after)) − R(F(before)), with the period-end quota, gate and multiplier. Where it
    is read per transaction a deal's part is its own amount. Ratios have no deals. Where a deal brings
    the cell to a tier that goes back to earlier results, `catch_up` is what that makes of them: what
    came before, finished by the new tier, less what it was; and the deal's own part is the rest.
    """
    number, column = finished.number, finished.column
    session = feeds.session
    in_order = "PARTITION BY cell_id ORDER BY on_date, transaction_id"
    columns = "cell_id, position, transaction_id, opportunity_id, account_id, on_date, credit"
    payable = payable_of(column.component)
    shown = _paid_on(payable)
    if finished.formula.deal:
        session.create(
            f"parts_{number}",
            f"""
            SELECT {columns}, {shown}, 'deal' AS kind, part FROM (
                SELECT *, row_number() OVER ({in_order}) AS position, amount AS part
                FROM deals_{number} WHERE on_date >= p_start
            ) AS placed""",
        )
        return
    deals = _deals_of_cells(feeds, column, number, plan_number, from_column="p_start")
    # What counts so far in the period, and what that pays on where it is another amount.
    so_far = {"reached": "credit"} | ({"paid_so_far": "paid * factor"} if payable else {})
    up_to = f"{in_order} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    running = ", ".join(
        f"CAST(sum({each}) OVER ({up_to}) AS HUGEINT) AS {name}" for name, each in so_far.items()
    )
    session.create(
        f"walk_{number}",
        f"SELECT *, row_number() OVER ({in_order}) AS position, {running} FROM ({deals}) AS d",
    )
    others = ["x_d", "incentive"] + [
        f"{name}_{side}" for name, _ in counted_of(column.component)[1:] for side in ("n", "d")
    ]
    goes_back = goes_back_above(
        column.component, feeds.measure(column.component.measure).unit, feeds.company.digits
    )
    # Position 0 stands before the period's first deal. x there is what the cell reached in the end
    # less all that the period's deals brought. A deal whose tier goes back to earlier results has a
    # point more: what came before it, in the tier that it led to.
    own = ", paid, factor, paid_so_far" if payable else ""
    none = f", {whole(0)}" * 3 if payable else ""
    before = ", paid, factor, paid_so_far - paid * factor" if payable else ""
    rows = f"""
            SELECT {columns}, reached, 'deal' AS kind{own} FROM walk_{number}
            UNION ALL
            SELECT DISTINCT cell_id, 0, '', '', '', p_start, {whole(0)}, {whole(0)}, 'deal'{none}
            FROM walk_{number}"""
    tier = "x_n"
    if goes_back is not None:
        rows += f"""
            UNION ALL
            SELECT {columns}, reached - credit, 'catch_up'{before} FROM walk_{number}"""
        n, least = whole(goes_back.denominator), f"{whole(goes_back.numerator)} * x_d"
        both = f"x_n * {n} > {least} AND (x_n + credit) * {n} > {least}"
        tier = f"CASE WHEN kind = 'catch_up' AND {both} THEN x_n + credit ELSE x_n END"
    inputs = ["i.x_n - t.brought + p.reached AS x_n", *(f"i.{name}" for name in others)]
    brought = ["CAST(sum(credit) AS HUGEINT) AS brought"]
    if payable:
        inputs.append("i.p_n - t.paid_on + p.paid_so_far AS p_n")
        brought.append("CAST(sum(paid * factor) AS HUGEINT) AS paid_on")
    points = f"""
        SELECT *, {tier} AS tier_n FROM (
            SELECT p.*, {", ".join(inputs)}
            FROM ({rows}
            ) AS p
            JOIN inputs_{number} AS i ON i.cell_id = p.cell_id
            JOIN (
                SELECT cell_id, {", ".join(brought)} FROM walk_{number} GROUP BY cell_id
            ) AS t ON t.cell_id = p.cell_id
        ) AS placed"""
    stepped = f"""
        SELECT *, payout - lag(payout) OVER (PARTITION BY cell_id ORDER BY position, kind) AS part
        FROM ({sql.finish_cells(finished.formula, points, tier="tier").text}) AS finished"""
    session.create(
        f"parts_{number}",
        f"SELECT {columns}, {shown}, kind, part FROM ({stepped}) AS s WHERE position > 0"
        if goes_back is None
        else f"""
        SELECT cell_id, row_number() OVER (PARTITION BY cell_id ORDER BY position, kind DESC) AS position,
            transaction_id, opportunity_id, account_id, on_date,
            CASE WHEN kind = 'deal' THEN credit ELSE 0 END AS credit,
            CASE WHEN kind = 'deal' THEN paid_on END AS paid_on,
            CASE WHEN kind = 'deal' THEN factor_shown END AS factor_shown, kind, part
        FROM (SELECT *, {shown} FROM ({stepped}) AS st) AS s
        WHERE position > 0 AND (kind = 'deal' OR part <> 0)""",
    )


def _paid_on(payable: Payable | None) -> str:
    """What a deal pays on, as `paid_on` (null where it is its credit) and `factor` (millionths; null where
    there is none)."""
    paid, factor = "CAST(NULL AS HUGEINT)", "CAST(NULL AS HUGEINT)"
    if payable and payable.measure is not None:
        paid = "paid"
    if payable and (payable.keys or payable.otherwise != payable.unit):
        factor = f"factor * {whole(MILLION // payable.unit)}"
    return f"{paid} AS paid_on, {factor} AS factor_shown"

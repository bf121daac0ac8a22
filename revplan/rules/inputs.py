"""What each line was worked out from: the inputs of its cell, as the formula took them."""

from collections.abc import Iterator

import pyarrow as pa

from revplan.formula.sql import Layers, whole
from revplan.model.results import INPUTS
from revplan.money import MILLION
from revplan.rules.accounts import fetch
from revplan.rules.cells import counted_of
from revplan.rules.feeds import Feeds, level_of
from revplan.rules.lines import Finished
from revplan.rules.payable import payable_of

_LARGEST = whole(2**63 - 1)
_NOTHING = "CAST(NULL AS BIGINT)"


def inputs_table(feeds: Feeds, finished: list[Finished]) -> pa.Table:
    """The inputs of every line (schema INPUTS), in order of line and place. Needs the table `lines`."""
    if not finished:
        return INPUTS.empty_table()
    session = feeds.session
    session.bind("about_inputs", _about(feeds, finished))
    rows = " UNION ALL ".join(select for f in finished for select in _of_column(f))
    session.create("given_inputs", _shown(rows))
    owner = "CASE WHEN a.level = 'company' THEN a.level ELSE a.level || ':' || g.who END"
    return fetch(
        session,
        INPUTS,
        f"""
        (SELECT l.line_id, l.payee_id, l.team_id, g.*, {owner} AS owner, a.input, a.measure, a.unit, a.scope,
            a.target_id
        FROM given_inputs AS g
        JOIN lines AS l ON l.number = g.number AND l.cell_id = g.cell_id
        JOIN about_inputs AS a ON a.number = g.number AND a.place = g.place
        ) AS i ORDER BY line_id, place""",
    )


def _of_column(finished: Finished) -> Iterator[str]:
    """A SELECT for each input of a column's cells."""
    names = [name for name, _ in counted_of(finished.column.component)]
    cell = f"SELECT {finished.number} AS number, cell_id"
    for place, name in enumerate(names):
        yield f"""
            {cell}, {place} AS place, {name}_who AS who, {name}_start AS window_start, p_end AS window_end,
                {name}_quota AS quota, {name}_nominal AS nominal_quota, {name}_end AS quota_end,
                CAST({name}_n AS HUGEINT) AS n, CAST({name}_d AS HUGEINT) AS d,
                CAST({name}_credit_n AS HUGEINT) AS credit_n, CAST({name}_credit_d AS HUGEINT) AS credit_d
            FROM {finished.inputs}"""
    payable = payable_of(finished.column.component)
    others = [("x_who", "p_n", payable.unit)] if payable else []
    others.append(("payee_id", "own_incentive", 1))
    if finished.formula.deal:
        others.append(("payee_id", "v", 1))
    for place, (who, column, unit) in enumerate(others, start=len(names)):
        n, d = f"CAST({column} AS HUGEINT)", whole(unit)
        yield f"""
            {cell}, {place} AS place, {who} AS who, m_start AS window_start, p_end AS window_end,
                {_NOTHING} AS quota, {_NOTHING} AS nominal_quota, x_end AS quota_end,
                {n} AS n, {d} AS d, {n} AS credit_n, {d} AS credit_d
            FROM {finished.inputs}"""
    if finished.pool:
        yield f"""
            {cell}, {len(names) + len(others)} AS place, pool AS who, m_start AS window_start,
                period_end AS window_end, {_NOTHING} AS quota, {_NOTHING} AS nominal_quota,
                x_end AS quota_end,
                CAST(claim AS HUGEINT) AS n, CAST(claims AS HUGEINT) AS d,
                CAST(pooled AS HUGEINT) AS credit_n, {whole(1)} AS credit_d
            FROM {finished.pool}"""


def _shown(rows: str) -> str:
    """The rows with credit and attainment as whole numbers, null where they are not defined or too large."""
    layers = Layers(f"""
        SELECT *, CASE WHEN credit_d > 0 THEN credit_d END AS shown_d,
            credit_n * {MILLION} AS reached_n,
            CASE WHEN credit_d * quota > 0 THEN credit_d * quota END AS reached_d
        FROM ({rows}) AS r""")
    layers.divide("credit_n", "shown_d", "credit_shown")
    layers.divide("reached_n", "reached_d", "reached")

    def fits(name: str) -> str:
        return f"CASE WHEN abs({name}) <= {_LARGEST} THEN {name} END"

    return f"""
        SELECT number, cell_id, place, who, window_start, window_end, quota, nominal_quota, quota_end, n, d,
            {fits("credit_shown")} AS credit, {fits("reached")} AS attainment
        FROM ({layers.text}) AS s"""


def _about(feeds: Feeds, finished: list[Finished]) -> pa.Table:
    """What is the same for all cells of a column, by column number and place."""
    rows = []
    for f in finished:
        cell = f.column.cells[0]
        for place, (name, counted) in enumerate(counted_of(f.column.component)):
            rows.append({
                "number": f.number, "place": place, "input": name, "measure": counted.measure,
                "unit": feeds.measure(counted.measure).unit, "scope": counted.scope,
                "target_id": counted.target or "", "level": level_of(cell.inputs[place].owner),
            })  # fmt: skip
        plain = {"number": f.number, "measure": "", "unit": "money", "target_id": ""}
        if payable := payable_of(f.column.component):
            place += 1
            paid = payable.measure or f.column.component.measure
            whose = {"scope": f.column.component.scope, "level": level_of(cell.inputs[0].owner)}
            about = {"measure": paid, "unit": feeds.measure(paid).unit, **whose}
            rows.append(plain | about | {"place": place, "input": "p"})
        own = ["incentive", *(["deals"] if f.formula.deal else [])]
        for name in own:
            place += 1
            rows.append(plain | {"place": place, "input": name, "scope": "own", "level": "payee"})
        if f.pool:
            level = level_of(cell.inputs[0].owner)
            whose = {"scope": f.column.component.scope, "level": level}
            rows.append(plain | {"place": place + 1, "input": "pool", **whose})
    text = pa.string()
    schema = pa.schema(
        [("number", pa.int64()), ("place", pa.int64())]
        + [(name, text) for name in ("input", "measure", "unit", "scope", "target_id", "level")]
    )
    return pa.Table.from_pylist(rows, schema)

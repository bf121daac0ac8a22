"""The sql dialect: the same steps for all cells at once, in whole numbers only.

A relation (the text of a SELECT) has the inputs of `formula.steps` as HUGEINT columns; each layer
around it adds columns, under names that are used once, and names what the next one needs, so that
nothing is computed twice. The text holds only generated names and a formula's whole numbers, never a
user's text, and keeps to what DuckDB, Spark and PostgreSQL share.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from revplan.formula.curve import Curve, Line
from revplan.formula.steps import (
    ApplyTable,
    Cap,
    Floor,
    Formula,
    LimitDeal,
    Multiply,
    PassGates,
    Qualify,
    Reach,
    Round,
    Step,
)
from revplan.money import MILLION

LARGEST = 2**63 - 1
"""The largest BIGINT."""


@dataclass
class Layers:
    """A SELECT that grows outwards. The value so far is `n / d`, and once rounded `v`: column names."""

    text: str
    count: int = 0
    n: str = "n"
    d: str = "d"
    v: str = "v"

    def add(self, **columns: str) -> None:
        """One more layer, with these columns."""
        listed = ", ".join(f"{expression} AS {name}" for name, expression in columns.items())
        self.count += 1
        self.text = f"SELECT *, {listed} FROM ({self.text}) AS l{self.count}"

    def fresh(self, stem: str) -> str:
        """A name that has not been used."""
        return f"{stem}{self.count}"

    def divide(self, n: str, d: str, name: str) -> None:
        """Add `name` = n / d (d > 0), rounded to a whole number, half away from zero.

        Where both fit, they are divided as BIGINT, which takes a tenth of the time. Doubling the
        remainder could overflow, so it is compared with what is left to the divisor.
        """
        q, r, up = self.fresh("q"), self.fresh("r"), f"{self.fresh('q')}_up"
        fits = f"abs({n}) <= {LARGEST} AND {d} <= {LARGEST}"
        small = f"CAST(abs({n}) AS BIGINT) // CAST({d} AS BIGINT)"
        self.add(**{q: f"CASE WHEN {fits} THEN CAST({small} AS HUGEINT) ELSE abs({n}) // {d} END"})
        self.add(**{r: f"abs({n}) - {q} * {d}"})
        self.add(**{up: f"CASE WHEN {r} >= {d} - {r} THEN {q} + 1 ELSE {q} END"})
        self.add(**{name: f"CASE WHEN {n} < 0 THEN -{up} ELSE {up} END"})


def whole(number: int) -> str:
    """A whole number as a HUGEINT literal."""
    return f"CAST({number} AS HUGEINT)"


def divided(rows: str, total: str, weight: str, within: str, order: str) -> str:
    """SELECT of the rows with `share`: `total` (the same in a group) divided by `weight`, both ≥ 0.

    As `money.largest_remainder`: each share is cut down, and the units left go one each to the largest
    remainders, ties by `order`. Where the weights of a group add up to 0, its shares are 0.
    """
    return f"""
        SELECT *, cut + CASE WHEN in_all > 0 AND turn <= {total} - given THEN 1 ELSE 0 END AS share
        FROM (
            SELECT *, sum(cut) OVER (PARTITION BY {within}) AS given,
                row_number() OVER (PARTITION BY {within} ORDER BY remainder DESC, {order}) AS turn
            FROM (
                SELECT *, CASE WHEN in_all > 0 THEN {total} * {weight} // in_all ELSE 0 END AS cut,
                    CASE WHEN in_all > 0 THEN {total} * {weight} % in_all ELSE 0 END AS remainder
                FROM (
                    SELECT *, CAST(sum({weight}) OVER (PARTITION BY {within}) AS HUGEINT) AS in_all
                    FROM ({rows}) AS weighed
                ) AS added
            ) AS cuts
        ) AS turns"""


def finish_cells(formula: Formula, relation: str, tier: str = "x") -> Layers:
    """Add to each cell `payout`, `table_amount`, `multiplier` (millionths) and `gate_open`.

    And, for the reasons of a 0: `is_zero`, whether the table itself pays 0 there, and `unlimited`, the
    amount before floor, cap and gates.

    The layers may go on: a name is never used twice in them, since `*` would then mean the first.
    Where the formula has deal steps, the relation brings the sum of its deals as `v`. `tier` is the
    input that says which line of the table is in force, over x's divisor: x itself, or `<tier>_n`.
    """
    layers = Layers(relation)
    if formula.deal:
        layers.add(table_amount="v", unlimited="v", is_zero="v = 0")
    _run(formula.cell, layers, tier)
    steps = {type(step) for step in formula.cell}
    layers.add(
        payout=layers.v,
        **({} if Multiply in steps else {"multiplier": "CAST(NULL AS HUGEINT)"}),
        **({} if steps & {PassGates, Qualify} else {"gate_open": "CAST(NULL AS BOOLEAN)"}),
    )
    return layers


def finish_deals(formula: Formula, relation: str) -> Layers:
    """Add to each deal `amount`, what it pays on its own, for a table that is read per transaction."""
    layers = Layers(relation)
    _run(formula.deal, layers)
    layers.add(amount=layers.v)
    return layers


def _run(steps: tuple[Step, ...], layers: Layers, tier: str = "x") -> None:
    previous: Step | None = None
    for step in steps:
        match step:
            case ApplyTable():
                _apply_table(step, layers, tier)
            case LimitDeal():
                _limit_deal(step, layers)
            case Multiply():
                _multiply(step, layers)
            case Round():
                # A table's amount and a multiplier's product were rounded in the division that made them.
                if isinstance(previous, LimitDeal):
                    layers.v = layers.fresh("v")
                    layers.divide(layers.n, layers.d, layers.v)
                layers.add(unlimited=layers.v, is_zero=f"{layers.n} = 0")
            case Floor() | Cap():
                _limit(step, layers)
            case PassGates() | Qualify():
                _pass_gates(step, layers)
        previous = step


def _apply_table(step: ApplyTable, layers: Layers, tier: str) -> None:
    choice = ""
    if step.instead:
        choice = "x_choice"
        whens = (
            f"WHEN {_all_reached(each.conditions)} THEN {number}"
            for number, each in enumerate(step.instead, 1)
        )
        layers.add(x_choice=f"CASE {' '.join(whens)} ELSE 0 END")
    _pick([step.curve, *(each.curve for each in step.instead)], "x", layers, tier, choice)
    value = "(x_b * x_d + x_s * x_n)" if step.paid_unit is None else "(x_s * p_n)"
    n = f"incentive * {value}" if step.base == "incentive" else value
    d = "x_l" if step.base == "quota" else "x_l * x_d"
    d = d if step.paid_unit is None else f"{d} * {whole(step.paid_unit)}"
    layers.add(
        t_n=f"CASE WHEN x_d > 0 THEN {n} ELSE 0 END",
        t_d=f"CASE WHEN x_d > 0 THEN {d} ELSE 1 END",
    )
    layers.divide("t_n", "t_d", "table_amount")
    layers.n, layers.d, layers.v = "t_n", "t_d", "table_amount"


def _pick(curves: Sequence[Curve], x: str, layers: Layers, tier: str, choice: str = "") -> None:
    """Add b, s and divisor l of the line in force at <tier>_n / <x>_d, as <x>_b, <x>_s, <x>_l.

    Of several curves the one whose number is in the column `choice`.
    """
    lines: list[Line] = []
    whens: list[str] = []
    for number, curve in enumerate(curves):
        chosen = f"{choice} = {number} AND " if choice else ""
        sign = ">=" if curve.edge == "higher" else ">"
        if curve.negative is not None:
            whens.append(f"WHEN {chosen}{tier}_n < 0 THEN {len(lines)}")
            lines.append(curve.negative)
        for segment in reversed(curve.segments):
            at = f"{tier}_n * {whole(curve.scale)} {sign} {whole(segment.start)} * {x}_d"
            whens.append(f"WHEN {chosen}{at} THEN {len(lines)}")
            lines.append(segment.line)
        whens.append(f"WHEN {choice} = {number} THEN {len(lines)}" if choice else f"ELSE {len(lines)}")
        lines.append(curve.before)
    layers.add(**{f"{x}_at": f"CASE {' '.join(whens)} END"})

    def term(values: list[int]) -> str:
        return f"CASE {x}_at " + " ".join(f"WHEN {i} THEN {whole(v)}" for i, v in enumerate(values)) + " END"

    layers.add(
        **{
            f"{x}_b": term([line.b for line in lines]),
            f"{x}_s": term([line.s for line in lines]),
            f"{x}_l": term([line.d for line in lines]),
        }
    )


def _limit_deal(step: LimitDeal, layers: Layers) -> None:
    cap = f"{whole(step.at_most)} * {layers.d}"
    n = layers.n
    layers.n = layers.fresh("n")
    layers.add(**{layers.n: f"CASE WHEN {n} > {cap} THEN {cap} WHEN {n} < -{cap} THEN -{cap} ELSE {n} END"})


def _multiply(step: Multiply, layers: Layers) -> None:
    """Add `multiplier` in millionths and the product, rounded once.

    n · multiplier may not fit 38 digits. With n = q·d + r and q·multiplier = p·10^6 + u the quotient
    is p + (u·d + r·multiplier) / (10^6·d), whose terms stay far below 10^38.
    """
    _pick([step.curve], "m", layers, "m")
    layers.add(
        multiplier_n=f"CASE WHEN m_d > 0 THEN (m_b * m_d + m_s * m_n) * {MILLION} ELSE 0 END",
        multiplier_d="CASE WHEN m_d > 0 THEN m_l * m_d ELSE 1 END",
    )
    layers.divide("multiplier_n", "multiplier_d", "multiplier")
    n, d = layers.n, layers.d
    layers.add(qm=f"abs({n}) // {d} * abs(multiplier)", rm=f"abs({n}) % {d} * abs(multiplier)")
    layers.add(p=f"qm // {MILLION}", u_n=f"qm % {MILLION} * {d} + rm", u_d=f"{d} * {MILLION}")
    layers.divide("u_n", "u_d", "u")
    layers.v = layers.fresh("v")
    layers.add(**{layers.v: f"CASE WHEN ({n} < 0) = (multiplier < 0) THEN p + u ELSE -(p + u) END"})


def _limit(step: Floor | Cap, layers: Layers) -> None:
    share, limit, part, v = step.of_incentive, layers.fresh("limit"), layers.fresh("part"), layers.v
    layers.add(
        **{f"{part}_n": f"incentive * {whole(share.numerator)}", f"{part}_d": whole(share.denominator)}
    )
    layers.divide(f"{part}_n", f"{part}_d", part)
    layers.add(**{limit: f"{whole(step.amount)} + {part}"})
    beyond = f"x_d > 0 AND {v} < {limit}" if isinstance(step, Floor) else f"{v} > {limit}"
    layers.v = layers.fresh("v")
    layers.add(**{layers.v: f"CASE WHEN {beyond} THEN {limit} ELSE {v} END"})


def _pass_gates(step: PassGates | Qualify, layers: Layers) -> None:
    layers.add(gate_open=_all_reached(step.conditions))
    if isinstance(step, Qualify):
        return
    v, layers.v = layers.v, layers.fresh("v")
    layers.add(**{layers.v: f"CASE WHEN gate_open THEN {v} ELSE 0 END"})


def _all_reached(conditions: tuple[Reach, ...]) -> str:
    return " AND ".join(_reached(condition) for condition in conditions)


def _reached(condition: Reach) -> str:
    n, d, at = f"g{condition.number}_n", f"g{condition.number}_d", condition.at_least
    sign = ">=" if condition.edge == "higher" else ">"
    return f"coalesce({d} > 0 AND {n} * {whole(at.denominator)} {sign} {whole(at.numerator)} * {d}, FALSE)"

"""The credit stage: who is credited with which part of each fact. Parts add up to the fact exactly."""

from revplan.engine.duck import Session
from revplan.formula.sql import divided
from revplan.metrics.attribution import decay_weights, touch_weights
from revplan.model.credit import Credit
from revplan.money import MILLION


def create_credits(session: Session, name: str, facts: str, credit: Credit) -> None:
    """Make the table `name`: transaction_id, opportunity_id, account_id, on_date, payee_id, team_id, credit.

    One row for each transaction and payee ("" = unattributed). Without roll-up the credits of a
    transaction add up to it exactly: each payee's share is cut towards zero, and what is left goes one
    unit each to the largest remainders; ties to the earlier touch, then the lower id. `team_id` is the
    payee's team on the fact's date ("" when in none). Roll-up adds, for everybody above a credited
    payee on that date, what those below were credited with.
    """
    if credit.rule not in ("owner", "csm"):
        if credit.rule == "time_decay":
            session.bind(f"{name}_decay", decay_weights(credit))
        by_touches = credit.rule != "splits"
        weights = touch_weights(facts, credit, f"{name}_decay") if by_touches else _split_weights(facts)
        session.create(f"{name}_weights", f"SELECT * FROM ({weights}) AS w WHERE weight > 0")
    session.create(f"{name}_direct", _direct(facts, credit, f"{name}_weights"))
    rows = f"SELECT * FROM {name}_direct"
    if credit.roll_up:
        rows = f"""
            SELECT transaction_id, opportunity_id, account_id, on_date, payee_id,
                CAST(sum(credit) AS HUGEINT) AS credit
            FROM (
                {rows}
                UNION ALL
                SELECT d.transaction_id, d.opportunity_id, d.account_id, d.on_date,
                    a.manager_id AS payee_id, d.credit
                FROM {name}_direct AS d
                JOIN above AS a ON a.payee_id = d.payee_id
                    AND d.on_date >= a.starts_on AND d.on_date < a.ends_on
            ) AS rolled
            GROUP BY transaction_id, opportunity_id, account_id, on_date, payee_id"""
    session.create(
        name,
        f"""
        SELECT c.transaction_id, c.opportunity_id, c.account_id, c.on_date, c.payee_id,
            coalesce(t.team_id, '') AS team_id, c.credit
        FROM ({rows}) AS c
        LEFT JOIN teams_at AS t ON t.payee_id = c.payee_id
            AND c.on_date >= t.starts_on AND c.on_date < t.ends_on""",
    )


def _direct(facts: str, credit: Credit, weights: str) -> str:
    """SELECT of the credits of the rule itself, before roll-up. `weights` is a table of those above 0."""
    fact = "f.transaction_id, f.opportunity_id, f.account_id, f.on_date"
    if credit.rule == "owner":
        return f"SELECT {fact}, f.owner_id AS payee_id, f.amount AS credit FROM {facts} AS f"
    if credit.rule == "csm":
        return f"""
            SELECT {fact}, coalesce(a.csm_id, '') AS payee_id, f.amount AS credit
            FROM {facts} AS f LEFT JOIN accounts AS a ON a.account_id = f.account_id"""
    otherwise = "f.owner_id" if credit.rule == "splits" else "''"
    return f"""
        {_divided(facts, weights)}
        UNION ALL
        SELECT {fact}, {otherwise} AS payee_id, f.amount AS credit
        FROM {facts} AS f
        WHERE f.transaction_id NOT IN (SELECT transaction_id FROM {weights})"""


def _split_weights(facts: str) -> str:
    """Explicit splits as weights; what they leave out of 100% stays unattributed."""
    return f"""
        SELECT f.transaction_id, s.payee_id, s.share AS weight, 0 AS place
        FROM {facts} AS f
        JOIN opportunity_splits AS s ON s.opportunity_id = f.opportunity_id
        UNION ALL
        SELECT f.transaction_id, '' AS payee_id, {MILLION} - r.given AS weight, 1 AS place
        FROM {facts} AS f
        JOIN (
            SELECT opportunity_id, sum(share) AS given FROM opportunity_splits GROUP BY opportunity_id
        ) AS r ON r.opportunity_id = f.opportunity_id
        WHERE r.given < {MILLION}"""


def _divided(facts: str, weights: str) -> str:
    """Facts divided by whole-number weights: ties to the lower place, then the lower id."""
    weighed = f"""
        SELECT f.transaction_id, f.opportunity_id, f.account_id, f.on_date, f.amount,
            abs(f.amount) AS to_divide, w.payee_id, w.place, CAST(w.weight AS HUGEINT) AS weight
        FROM {facts} AS f
        JOIN {weights} AS w ON w.transaction_id = f.transaction_id"""
    return f"""
        SELECT transaction_id, opportunity_id, account_id, on_date, payee_id,
            CASE WHEN amount < 0 THEN -share ELSE share END AS credit
        FROM ({divided(weighed, "to_divide", "weight", "transaction_id", "place, payee_id")}) AS d"""

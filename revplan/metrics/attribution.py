"""Attribution: how the touches of a journey share the credit of a deal."""

from revplan.model.plan import Credit
from revplan.money import MILLION, to_minor

_TOUCHES = """
    SELECT t.touch_id, t.touched_on, coalesce(t.payee_id, '') AS payee_id,
        coalesce(t.opportunity_id, l.opportunity_id, '') AS opportunity_id,
        coalesce(t.account_id, l.account_id, c.account_id, '') AS account_id
    FROM touches AS t
    LEFT JOIN leads AS l ON l.lead_id = t.lead_id
    LEFT JOIN contacts AS c ON c.contact_id = coalesce(t.contact_id, l.contact_id)"""


def journeys(facts: str, look_back_days: int) -> str:
    """SELECT of the touches behind each fact: transaction_id, touch_id, touched_on, payee_id.

    A touch that names a deal (itself or through its lead) belongs to that deal alone; one that names
    only an account belongs to every deal of the account. It counts from `look_back_days` before the
    fact's date up to that date, both included.
    """
    window = f"t.touched_on <= f.on_date AND t.touched_on >= f.on_date - {int(look_back_days)}"
    return f"""
        SELECT f.transaction_id, t.touch_id, t.touched_on, t.payee_id
        FROM {facts} AS f JOIN ({_TOUCHES}) AS t ON t.opportunity_id = f.opportunity_id
            AND f.opportunity_id <> '' AND {window}
        UNION ALL
        SELECT f.transaction_id, t.touch_id, t.touched_on, t.payee_id
        FROM {facts} AS f JOIN ({_TOUCHES}) AS t ON t.account_id = f.account_id
            AND t.opportunity_id = '' AND f.account_id <> '' AND {window}"""


def touch_weights(facts: str, credit: Credit) -> str:
    """SELECT of each payee's whole-number weight in each fact: transaction_id, payee_id, weight, place.

    `first_touch` and `last_touch` give all to one; `linear` the same to each touch; `position` gives
    its two anchors to the first and last and the rest to those between; one or two touches share
    everything equally. Touches of one day are
    ordered by id; `place` is a payee's earliest place in the journey.
    """
    first, last = (to_minor(anchor, 6) for anchor in credit.anchors)
    weight = {
        "first_touch": "CASE WHEN i = 1 THEN 1 ELSE 0 END",
        "last_touch": "CASE WHEN i = n THEN 1 ELSE 0 END",
        "linear": "1",
        "position": f"""CASE WHEN n <= 2 THEN 1
            WHEN i = 1 THEN {first} * (n - 2)
            WHEN i = n THEN {last} * (n - 2)
            ELSE {MILLION - first - last} END""",
    }[credit.rule]
    return f"""
        SELECT transaction_id, payee_id, sum(weight) AS weight, min(i) AS place
        FROM (
            SELECT transaction_id, payee_id, i, {weight} AS weight
            FROM (
                SELECT *, row_number() OVER (PARTITION BY transaction_id ORDER BY touched_on, touch_id) AS i,
                    count(*) OVER (PARTITION BY transaction_id) AS n
                FROM ({journeys(facts, credit.look_back_days)}) AS j
            ) AS placed
        ) AS weighed
        GROUP BY transaction_id, payee_id"""

"""Attribution: how the touches of a journey share the credit of a deal."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from math import gcd

import pyarrow as pa

from revplan.model.credit import MILESTONES, Credit
from revplan.money import MILLION, to_minor

_TOUCHES = """
    SELECT t.touch_id, t.touched_on, coalesce(t.payee_id, '') AS payee_id,
        coalesce(t.opportunity_id, l.opportunity_id, '') AS opportunity_id,
        coalesce(t.account_id, l.account_id, c.account_id, '') AS account_id
    FROM touches AS t
    LEFT JOIN leads AS l ON l.lead_id = t.lead_id
    LEFT JOIN contacts AS c ON c.contact_id = coalesce(t.contact_id, l.contact_id)"""
_LEADS = """
    SELECT l.created_on, coalesce(l.opportunity_id, '') AS opportunity_id,
        coalesce(l.account_id, c.account_id, '') AS account_id
    FROM leads AS l LEFT JOIN contacts AS c ON c.contact_id = l.contact_id"""


def journeys(facts: str, look_back_days: int) -> str:
    """SELECT of the touches behind each fact: transaction_id, touch_id, touched_on, payee_id.

    A touch that names a deal (itself or through its lead) belongs to that deal alone; one that names
    only an account belongs to every deal of the account. It counts from `look_back_days` before the
    fact's date up to that date, both included.
    """
    window = _window("t.touched_on", look_back_days)
    return f"""
        SELECT f.transaction_id, t.touch_id, t.touched_on, t.payee_id
        FROM {facts} AS f JOIN ({_TOUCHES}) AS t ON t.opportunity_id = f.opportunity_id
            AND f.opportunity_id <> '' AND {window}
        UNION ALL
        SELECT f.transaction_id, t.touch_id, t.touched_on, t.payee_id
        FROM {facts} AS f JOIN ({_TOUCHES}) AS t ON t.account_id = f.account_id
            AND t.opportunity_id = '' AND f.account_id <> '' AND {window}"""


def _window(day: str, look_back_days: int) -> str:
    return f"{day} <= f.on_date AND {day} >= f.on_date - {int(look_back_days)}"


def touch_weights(facts: str, credit: Credit, decay: str) -> str:
    """SELECT of each payee's whole-number weight in each fact: transaction_id, payee_id, weight, place.

    `first_touch` and `last_touch` give all to one; `linear` the same to each touch; `time_decay` what the
    table `decay` (see `decay_weights`) has for the days between a touch and the journey's last; the rules
    with anchors as in `_anchored`. Touches of one day are ordered by id; `place` is a payee's earliest
    place in the journey.
    """
    placed = f"""
        SELECT *, row_number() OVER (PARTITION BY transaction_id ORDER BY touched_on, touch_id) AS i,
            count(*) OVER (PARTITION BY transaction_id) AS n,
            max(touched_on) OVER (PARTITION BY transaction_id) - touched_on AS age
        FROM ({journeys(facts, credit.look_back_days)}) AS j"""
    if credit.rule in MILESTONES:
        weighed = _anchored(placed, facts, credit)
    elif credit.rule == "time_decay":
        weighed = f"""
            SELECT p.transaction_id, p.payee_id, p.i, coalesce(d.weight, 0) AS weight
            FROM ({placed}) AS p LEFT JOIN {decay} AS d ON d.age = p.age"""
    else:
        weight = {
            "first_touch": "CASE WHEN i = 1 THEN 1 ELSE 0 END",
            "last_touch": "CASE WHEN i = n THEN 1 ELSE 0 END",
            "linear": "1",
        }[credit.rule]
        weighed = f"SELECT transaction_id, payee_id, i, {weight} AS weight FROM ({placed}) AS p"
    return f"""
        SELECT transaction_id, payee_id, sum(weight) AS weight, min(i) AS place
        FROM ({weighed}) AS weighed
        GROUP BY transaction_id, payee_id"""


# ---------------------------------------------------------------- anchors


def _anchored(placed: str, facts: str, credit: Credit) -> str:
    """SELECT of transaction_id, payee_id, i and weight, by the anchors of the rule.

    The anchors lie on touches: `first`, `last`, and for `lead` and `opportunity` the last touch up to
    the day on which that was created (see `_created`). Several may lie on one touch, which then has all
    their shares. One that lies nowhere leaves its share to those that do, in proportion. What the anchors
    leave of 100% is shared equally by the touches without one. In a journey with fewer touches than
    anchors, or with none but anchors, each anchor counts the same and nothing is left.
    """
    milestones = MILESTONES[credit.rule]
    shares = [to_minor(share, 6) for share in credit.shares]
    unit = gcd(MILLION, *shares)  # smaller whole numbers in the same proportion
    together, rest = sum(shares) // unit, (MILLION - sum(shares)) // unit
    on_touch = {
        "first": "i = 1",
        "lead": "i = lead_at",
        "opportunity": "i = opportunity_at",
        "last": "i = n",
    }

    def here(values: list[int]) -> str:
        return " + ".join(
            f"CASE WHEN {on_touch[name]} THEN {value} ELSE 0 END"
            for name, value in zip(milestones, values, strict=True)
        )

    of_journey = "OVER (PARTITION BY transaction_id)"
    dated = f"""
        SELECT p.*, max(CASE WHEN p.touched_on <= m.lead_on THEN p.i END)
                OVER (PARTITION BY p.transaction_id) AS lead_at,
            max(CASE WHEN p.touched_on <= m.opportunity_on THEN p.i END)
                OVER (PARTITION BY p.transaction_id) AS opportunity_at
        FROM ({placed}) AS p
        JOIN ({_created(facts, credit.look_back_days)}) AS m ON m.transaction_id = p.transaction_id"""
    return f"""
        SELECT transaction_id, payee_id, i, CASE
                WHEN n < {len(milestones)} OR others = 0 THEN anchors
                WHEN anchors = 0 THEN {rest} * CASE WHEN all_shares > 0 THEN all_shares ELSE all_anchors END
                ELSE {together} * others * CASE WHEN all_shares > 0 THEN shares ELSE anchors END
            END AS weight
        FROM (
            SELECT *, sum(anchors) {of_journey} AS all_anchors, sum(shares) {of_journey} AS all_shares,
                sum(CASE WHEN anchors = 0 THEN 1 ELSE 0 END) {of_journey} AS others
            FROM (
                SELECT *, {here([1] * len(milestones))} AS anchors,
                    {here([share // unit for share in shares])} AS shares
                FROM ({dated}) AS dated
            ) AS anchored
        ) AS summed"""


def _created(facts: str, look_back_days: int) -> str:
    """SELECT of transaction_id, lead_on, opportunity_on (null where not known) of each fact.

    The opportunity is the fact's own. The lead is the earliest that names the fact's deal; where none
    does, the earliest that names no deal but the fact's account; either within the look-back.
    """
    window = _window("l.created_on", look_back_days)

    def earliest(link: str) -> str:
        return f"""
            SELECT f.transaction_id, min(l.created_on) AS lead_on
            FROM {facts} AS f JOIN ({_LEADS}) AS l ON {link} AND {window}
            GROUP BY f.transaction_id"""

    of_deal = earliest("l.opportunity_id = f.opportunity_id AND f.opportunity_id <> ''")
    of_account = earliest("l.account_id = f.account_id AND l.opportunity_id = '' AND f.account_id <> ''")
    return f"""
        SELECT f.transaction_id, coalesce(d.lead_on, a.lead_on) AS lead_on, o.created_on AS opportunity_on
        FROM {facts} AS f
        LEFT JOIN ({of_deal}) AS d ON d.transaction_id = f.transaction_id
        LEFT JOIN ({of_account}) AS a ON a.transaction_id = f.transaction_id
        LEFT JOIN opportunities AS o ON o.opportunity_id = f.opportunity_id"""


# ---------------------------------------------------------------- time decay


def decay_weights(credit: Credit) -> pa.Table:
    """age (whole days) → weight (millionths): 2^(−age ÷ half_life_days), rounded half away from zero.

    For every age within the look-back at which anything is left. Made in decimals of 50 digits, far
    beyond any doubt about the last one, so that it is the same whole number on every machine.
    """
    ages: list[int] = []
    weights: list[int] = []
    with localcontext(prec=50):
        for age in range(credit.look_back_days + 1):
            left = MILLION * Decimal(2) ** (-Decimal(age) / credit.half_life_days)
            weight = int(left.to_integral_value(ROUND_HALF_UP))
            if weight == 0:
                break
            ages.append(age)
            weights.append(weight)
    return pa.table({"age": pa.array(ages, pa.int64()), "weight": pa.array(weights, pa.int64())})

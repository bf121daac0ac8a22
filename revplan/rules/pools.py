"""Pools: what a component comes to for all of its members is divided among them, to the cent."""

from fractions import Fraction

from revplan.engine.duck import Session
from revplan.formula.sql import Layers, divided, whole
from revplan.metrics.measures import Measure, unit_scale
from revplan.model.plan import PaysPool
from revplan.money import round_half_away


def claim_of(pays: PaysPool) -> tuple[str, str]:
    """A member's claim as n / d over a cell's inputs: 1, the target incentive, or what its measure comes to.

    A ratio's claim is in millionths, another's in the stored units of its measure.
    """
    claims = {"equal": whole(1), "target_incentive": "incentive", "measure": "c_credit_n"}
    return claims[pays.by], "c_credit_d" if pays.by == "measure" else whole(1)


def all_claims(pays: PaysPool, measure: Measure | None, digits: int) -> int | None:
    """`in_all` in the units of a claim; None where the members' own claims are all there are.

    `measure` is what the claim counts, where it counts something.
    """
    if pays.in_all is None:
        return None
    units = {"equal": 1, "target_incentive": 10**digits}
    scale = unit_scale(measure.unit, digits) if measure else units.get(pays.by, 1)
    return round_half_away(Fraction(pays.in_all) * scale)


def divide_pool(session: Session, pays: PaysPool, in_all: int | None, undivided: str, name: str) -> None:
    """Make the table `name`: the cells of `undivided` with each member's part as `earned`, and its `reason`.

    `undivided` has `pooled`, the amount of the pool that a cell belongs to (the same for all with one `pool`
    and period), `cell_reason` why it is 0, and the claim as claim_n / claim_d. Added are also `claim` (whole,
    0 or more) and `claims`, those that the amount was divided by. Parts are by largest remainder, ties to
    the lower payee; what nobody takes is one part more.
    """
    layers = Layers(f"SELECT * FROM {undivided}")
    has_claim = "claim_d > 0 AND claim_n > 0"
    layers.add(
        claims_n=f"CASE WHEN {has_claim} THEN claim_n ELSE 0 END",
        claims_d=f"CASE WHEN {has_claim} THEN claim_d ELSE 1 END",
    )
    layers.divide("claims_n", "claims_d", "claim")
    qualifies = "coalesce(gate_open, TRUE)"
    who = "excluded = ''" + (f" AND {qualifies}" if pays.untaken == "redistribute" else "")
    members = f"""
        SELECT pool, period, cell_id, payee_id, claim, abs(pooled) AS to_divide
        FROM ({layers.text}) AS claimed WHERE {who}"""
    if in_all is not None:
        # Claims that nobody holds stand as one member more, whose part is paid to nobody.
        members = f"""
            SELECT * FROM ({members}) AS held
            UNION ALL
            SELECT pool, period, -1, '', CASE WHEN sum(claim) < {whole(in_all)}
                THEN {whole(in_all)} - sum(claim) ELSE 0 END, max(to_divide)
            FROM ({members}) AS all_held GROUP BY pool, period"""
    shares = divided(members, "to_divide", "claim", "pool, period", "payee_id")
    session.create(
        name,
        f"""
        SELECT *, CASE WHEN earned <> 0 THEN '' WHEN excluded <> '' THEN excluded
                WHEN NOT {qualifies} THEN 'gate_closed' WHEN pooled = 0 THEN cell_reason
                WHEN claim = 0 THEN 'no_claim' ELSE 'rounded' END AS reason
        FROM (
            SELECT c.*, s.in_all AS claims, CASE WHEN NOT {qualifies} THEN 0 WHEN c.pooled < 0
                THEN -coalesce(s.share, 0) ELSE coalesce(s.share, 0) END AS earned
            FROM ({layers.text}) AS c
            LEFT JOIN ({shares}) AS s ON s.cell_id = c.cell_id
        ) AS given""",
    )

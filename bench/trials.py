"""Monte Carlo: 10,000 trials of 5,000 open deals for 200 payees on four components, against drawing alone."""

from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256

import numpy as np
import pyarrow as pa

from bench.timing import Measured, compare
from revplan.model.book import Book, Company
from revplan.model.forecast import Forecast, OpenDeal, Slip, Spread
from revplan.model.plan import Plan
from revplan.model.tables import TABLES
from revplan.model.targets import Target
from revplan.simulate.future import future_of
from revplan.simulate.monte_carlo import simulate
from revplan.simulate.stakes import stakes_of

TRIALS, DEALS, PAYEES, NUMBERS = 10_000, 5_000, 200, 3
YEAR = 2026

_TIERS = {"kind": "marginal", "tiers": [{"from": 0, "rate": 1}, {"from": 1, "rate": 2}]}
_LINE = {"kind": "linear", "points": [{"at": "0.5", "pays": 0}, {"at": 1, "pays": 1}]}
_COMPONENTS = (
    ("tiers", "own", "quarter", _TIERS),
    ("line", "own", "quarter", _LINE),
    ("company", "shared", "quarter", _LINE),
    ("year", "own", "year", _TIERS),
)


def trials_against_draws() -> Measured:
    """The trials, from arrays to everybody's payouts, on two threads; the base draws three numbers for each
    deal and trial (won or not, for how much, when) with numpy's fastest generator, and adds them."""
    stakes = stakes_of(future_of(_book(), _forecast()), "today")

    def base() -> str:
        generator = np.random.Generator(np.random.SFC64(1))
        return f"{sum(generator.random(NUMBERS * DEALS).sum() for _ in range(TRIALS)):.3f}"

    def work() -> str:
        return sha256(simulate(stakes, TRIALS, 1, threads=2).paid.tobytes()).hexdigest()[:16]

    return compare(base, work, turns=5)


def _book() -> Book:
    payees = [f"P{number:03d}" for number in range(PAYEES)]
    roster = [
        dict.fromkeys(TABLES["payees"].schema.names)
        | {"payee_id": payee, "name": payee, "team": "sales", "role": "rep", "starts_on": date(YEAR, 1, 1)}
        | {"target_incentive": 5_000_000}
        for payee in payees
    ]
    deals = [
        dict.fromkeys(TABLES["opportunities"].schema.names)
        | {"opportunity_id": deal.id, "owner_id": payees[number % PAYEES], "kind": "new", "outcome": "open"}
        | {"amount": 500_000 + 7_919 * number % 4_000_000, "closed_on": deal.expected_on}
        for number, deal in enumerate(_forecast().deals)
    ]
    plan = {
        "id": "reps",
        "name": "Reps",
        "sets": ["today"],
        "from": date(YEAR, 1, 1),
        "assigned": {"teams": ["sales"]},
        "component": [
            {
                "id": name,
                "name": name,
                "measure": "won_revenue",
                "scope": scope,
                "target": "revenue",
                "credit": {"rule": "owner"},
                "pays": {"way": "incentive", "weight": "25%"},
                "measured_per": per,
                "table": table,
            }
            | ({"paid_per": "quarter", "accumulation": "cumulative"} if per == "year" else {})
            for name, scope, per, table in _COMPONENTS
        ],
    }
    target = {
        "id": "revenue",
        "name": "Revenue",
        "measure": "won_revenue",
        "grain": "quarter",
        "shared_with": [{"team": "sales"}],
        "year": [{"year": YEAR, "total": 80_000_000}],
        "portion": [{"owner": f"payee:{payee}", "share": "0.005"} for payee in payees],
    }
    company = {
        "name": "Bench",
        "as_of": date(YEAR, 9, 30),
        "team": [{"id": "sales", "name": "Sales", "kind": "sales"}],
    }
    return Book(
        Company.model_validate(company),
        (Plan.model_validate(plan),),
        (Target.model_validate(target),),
        {
            "payees": pa.Table.from_pylist(roster, TABLES["payees"].schema),
            "opportunities": pa.Table.from_pylist(deals, TABLES["opportunities"].schema),
        },
    )


def _forecast() -> Forecast:
    """Chances from 10% to 69%, twenty outcomes of the amount and of the slip, three months to go."""
    start = date(YEAR, 10, 1)
    deals = tuple(
        OpenDeal(
            id=f"O{number:05d}",
            team="sales",
            probability=Decimal(10 + number % 60) / 100,
            expected_on=start + timedelta(days=number * 37 % 90),
        )
        for number in range(DEALS)
    )
    factors = tuple(Decimal(80 + 2 * step) / 100 for step in range(20))
    return Forecast(
        as_of=start - timedelta(days=1),
        until=date(YEAR + 1, 1, 1),
        slip=Slip(days=tuple(range(-10, 30, 2))),
        spread=(Spread(factors=factors),),
        deal=deals,
    )

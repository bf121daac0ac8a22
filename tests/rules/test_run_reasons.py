"""Why a line pays nothing: every reason is reached, is true, and has its words."""

from typing import Any

import pytest

from revplan.model.results import RunResult
from revplan.words.reasons import REASONS
from tests.rules.written_book import BONUS, COMMISSION, book_of, plan_of, result_of, target_of, told

YEARLY = {"measured_per": "year", "paid_per": "quarter", "accumulation": "cumulative"}
EACH = [{"owner": "payee:ann", "share": 1}, {"owner": "payee:cem", "share": 1}]
TARGETS = (
    target_of(portion=EACH),
    target_of(id="marketings", shared_with=[{"team": "marketing"}]),
    target_of(id="nobodys"),
)
REFUNDS = {
    "id": "refunds",
    "name": "Refunds",
    "table": "opportunities",
    "date": "closed_on",
    "minus": ["amount"],
}
PEOPLE = """
    payee_id, starts_on,  ends_on,    target_incentive
    ann,      2025-01-01, ,           40
    bob,      2025-01-01, 2025-03-30, 40
    cem,      2025-01-01, ,
"""
DEAL = """
    opportunity_id, owner_id, closed_on,  amount
    d1,             ann,      2025-02-01, 100
"""


def tiers(*rates: tuple[Any, Any]) -> dict[str, Any]:
    return {"table": {"kind": "marginal", "tiers": [{"from": at, "rate": rate} for at, rate in rates]}}


ZERO: dict[str, dict[str, Any]] = {
    "no_credit": COMMISSION | {"credit": {"rule": "csm"}},
    "below_threshold": COMMISSION | tiers((100.01, "10%")),
    "pays_on_nothing": COMMISSION | {"pays_on": {"otherwise": 0}},
    "zero_rate": COMMISSION | tiers((0, 0), (1000, "10%")),
    "negative": COMMISSION | YEARLY | {"measure": "refunds"},
    "no_quota": BONUS | {"target": "nobodys"},
    "no_incentive": BONUS,
    "gate_closed": COMMISSION | {"gate": [{"all_of": [{"measure": "leads", "at_least": 1}]}]},
    "multiplier_zero": COMMISSION | {"multiplier": {"measure": "leads"} | tiers((0, 1))},
    "not_shared": BONUS | {"scope": "shared", "target": "marketings"},
    "already_paid": COMMISSION | YEARLY,
    "not_employed": COMMISSION | {"eligibility": "at_period_end"},
    "period_not_over": COMMISSION,
    "rounded": COMMISSION | tiers((0, "0.00004")),
    "capped": COMMISSION | {"cap": {"amount": 0}},
    "below_minimum": COMMISSION | {"deals": {"minimum_credit": 101}},
    "no_result": BONUS | {"measure": "score:quality", "input": "value", "target": None},
}
"""A component that pays nothing, by the reason why: in the first quarter of ann unless said in WHOSE."""

WHOSE = {
    "already_paid": ("ann", "2025-Q2"),
    "period_not_over": ("ann", "2025-Q4"),
    "not_employed": ("bob", "2025-Q1"),
    "no_incentive": ("cem", "2025-Q1"),
}


@pytest.fixture(scope="module")
def unpaid() -> RunResult:
    components = [component | {"id": reason} for reason, component in ZERO.items()]
    return result_of(
        book_of(
            plan_of(*components),
            targets=TARGETS,
            payees=PEOPLE,
            opportunities=DEAL,
            company={"as_of": "2025-12-30", "measure": [REFUNDS]},
        )
    )


@pytest.mark.parametrize("reason", ZERO)
def test_a_line_of_0_says_why(unpaid: RunResult, reason: str) -> None:
    payee, period = WHOSE.get(reason, ("ann", "2025-Q1"))
    found = told(unpaid, "lines", "payout reason", component_id=reason, payee_id=payee, period=period)
    assert found == [("0", reason)]


def test_every_line_of_0_has_a_reason_with_words_and_no_other_line_has_one(unpaid: RunResult) -> None:
    for payout, reason in told(unpaid, "lines", "payout reason"):
        assert reason in REASONS if payout == "0" else reason == ""


def test_every_reason_that_has_words_is_reached(unpaid: RunResult) -> None:
    elsewhere = {"payee_limit", "budget", "no_claim"}  # reached in test_limits and test_pools
    assert set(REASONS) == set(ZERO) | elsewhere


def test_the_most_telling_reason_comes_first() -> None:
    closed = {"gate": [{"all_of": [{"measure": "leads", "at_least": 1}]}]}
    book = book_of(
        plan_of(BONUS | closed | {"id": "both"}, BONUS | closed | {"id": "quota", "target": "nobodys"}),
        targets=TARGETS,
        payees=PEOPLE,
        company={"as_of": "2025-03-31"},
    )
    found = told(result_of(book), "lines", "component_id reason", payee_id="ann")
    assert found == [("both", "gate_closed"), ("quota", "no_quota")]

"""A pool is worked out once for all and divided among its members, to the cent."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.rules.written_book import book_of, deals, pay, plan_of, quota, result_of, told

PEOPLE = """
    payee_id, target_incentive
    ann,      40
    bob,      80
    cem,      40
"""
POOL = {
    "id": "pool",
    "name": "Pool",
    "measure": "won_revenue",
    "scope": "shared",
    "input": "amount",
    "table": {"kind": "marginal", "tiers": [{"from": 0, "rate": "10%"}]},
}
DEAL = deals("d1, 2025-02-01, 100")


def shared(pays: Mapping[str, Any], people: str = PEOPLE, facts: str = DEAL, **more: Any) -> list[str]:
    """What ann, bob and cem get of the first quarter's pool of 10% of what is won."""
    scores = more.pop("scores", "payee_id, kpi, period, score")
    plan = plan_of(POOL | {"pays": {"way": "pool", **pays}} | more)
    book = book_of(plan, targets=(quota(),), payees=people, opportunities=facts, scores=str(scores))
    return [row[0] for row in pay(book, "payout", period="2025-Q1")]


def test_equally_to_the_cent_with_what_is_left_to_the_first() -> None:
    assert shared({}) == ["3.34", "3.33", "3.33"]


def test_in_proportion_to_target_incentive() -> None:
    assert shared({"by": "target_incentive"}) == ["2.5", "5", "2.5"]


def test_in_proportion_to_what_each_is_credited_with() -> None:
    both = deals("d1, 2025-02-01, 75") + "\nbob, d2, 2025-02-02, 25"
    claim = {"by": "measure", "claim": {"measure": "won_revenue", "credit": {"rule": "owner"}}}
    assert shared(claim, facts=both) == ["7.5", "2.5", "0"]
    plan = plan_of(POOL | {"pays": {"way": "pool", **claim}})
    book = book_of(plan, payees=PEOPLE, opportunities=both)
    assert pay(book, "reason", period="2025-Q1", payee_id="cem") == [("no_claim",)]


def test_a_value_for_each_share_that_is_held() -> None:
    """20 shares in all, 15 of them held: what nobody holds lapses."""
    scores = """
        payee_id, kpi,    period,  score
        ann,      shares, 2025-Q1, 10
        bob,      shares, 2025-Q1, 5
    """
    by_shares = {"by": "measure", "claim": {"measure": "score:shares"}}
    assert shared(by_shares | {"in_all": 20}, scores=scores) == ["5", "2.5", "0"]
    assert shared(by_shares | {"untaken": "redistribute"}, scores=scores) == ["6.67", "3.33", "0"]
    assert shared(by_shares | {"in_all": 5}, scores=scores) == ["6.67", "3.33", "0"]


GATE = [{"all_of": [{"measure": "won_revenue", "credit": {"rule": "owner"}, "at_least": 50}]}]


@pytest.mark.parametrize(
    ("untaken", "paid"), [("lapse", ["3.34", "0", "0"]), ("redistribute", ["10", "0", "0"])]
)
def test_who_does_not_qualify_has_no_part(untaken: str, paid: list[str]) -> None:
    assert shared({"untaken": untaken}, gate=GATE) == paid


def test_who_does_not_qualify_is_told_so() -> None:
    plan = plan_of(POOL | {"pays": {"way": "pool"}, "gate": GATE})
    book = book_of(plan, payees=PEOPLE, opportunities=DEAL)
    found = pay(book, "payee_id table_amount payout reason", period="2025-Q1")
    assert found == [
        ("ann", "10", "3.34", ""),
        ("bob", "10", "0", "gate_closed"),
        ("cem", "10", "0", "gate_closed"),
    ]


def test_each_team_has_its_own_pool() -> None:
    people = PEOPLE + "    dan,      40\n"
    rows = people.splitlines()
    with_team = "\n".join(
        [rows[1] + ", team"]
        + [row + (", marketing" if "cem" in row else ", sales") for row in rows[2:] if row.strip()]
    )
    plan = plan_of(
        POOL | {"pays": {"way": "pool"}, "scope": "team", "credit": {"rule": "owner"}},
        assigned={"teams": ["sales", "marketing"]},
    )
    facts = DEAL + "\ncem, d2, 2025-02-01, 50"
    book = book_of(plan, payees=with_team, opportunities=facts)
    found = pay(book, "payee_id payout", period="2025-Q1")
    assert {row[0]: row[1] for row in found} == {"ann": "3.34", "bob": "3.33", "dan": "3.33", "cem": "5"}


def test_a_pool_paid_by_month_adds_up_to_the_quarter() -> None:
    facts = deals("d1, 2025-01-31, 100", "d2, 2025-03-01, 100")
    plan = plan_of(
        POOL
        | {
            "pays": {"way": "pool"},
            "accumulation": "cumulative",
            "paid_per": "month",
            "measured_per": "quarter",
        }
    )
    book = book_of(plan, payees=PEOPLE, opportunities=facts, company={"as_of": "2025-03-31"})
    assert [row[0] for row in pay(book, "payout", payee_id="ann")] == ["3.34", "0", "3.33"]


def test_a_leaver_at_the_reading_date_is_no_member() -> None:
    people = """
        payee_id, target_incentive, ends_on
        ann,      40,
        bob,      80,               2025-03-15
        cem,      40,
    """
    assert shared({}, people=people, eligibility="at_period_end") == ["5", "0", "5"]


def test_a_refund_is_taken_back_from_the_members() -> None:
    assert shared({}, facts=deals("d1, 2025-02-01, -100")) == ["-3.34", "-3.33", "-3.33"]


def test_the_line_tells_its_part_of_the_pool() -> None:
    plan = plan_of(POOL | {"pays": {"way": "pool", "by": "target_incentive"}})
    result = result_of(book_of(plan, payees=PEOPLE, opportunities=DEAL))
    parts = told(result, "parts", "kind transaction_id part", payee_id="bob", period="2025-Q1")
    assert parts == [("pool", "", "5")]
    of_bob = [row for row in result.inputs.to_pylist() if row["payee_id"] == "bob"]
    first = next(row for row in of_bob if row["input"] == "pool")
    assert (first["credit"], first["n"], first["d"], first["owner"]) == (1000, "2000", "4000", "company")

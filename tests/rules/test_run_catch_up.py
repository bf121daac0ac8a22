"""A tier that goes back to earlier deals: what it makes of them stands apart from the deal reaching it."""

from typing import Any

from tests.rules.written_book import ANN, COMMISSION, book_of, deals, plan_of, quota, result_of, told

WON = deals("d1, 2025-01-10, 60", "d2, 2025-02-10, 50", "d3, 2025-03-10, 30")


def parts(won: str = WON, **fields: Any) -> list[tuple[str, ...]]:
    """The parts of ann's first line of a commission on attainment."""
    usual = COMMISSION | {"input": "attainment", "target": "quota"}
    plan = plan_of(usual | fields)
    book = book_of(plan, targets=(quota(),), payees=ANN, opportunities=won)
    return told(result_of(book), "parts", "kind transaction_id credit part", period="2025-Q1")


def table(kind: str, *tiers: tuple[str, str], **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "tiers": [{"from": at, "rate": rate} for at, rate in tiers], **fields}


def test_the_crossing_deal_earns_the_new_rate_and_the_rest_is_catch_up() -> None:
    """60 at 10% are 6. With 110 reached, the second deal's 50 earn 20%, and the 60 another 10%."""
    assert parts(table=table("whole", ("0", "10%"), ("1", "20%"))) == [
        ("deal", "d1", "60", "6"),
        ("deal", "d2", "50", "10"),
        ("catch_up", "d2", "0", "6"),
        ("deal", "d3", "30", "6"),
    ]


def test_overage_goes_back_to_what_lies_above_the_quota_only() -> None:
    """Reaching 1.4 pays 100% on the 40 above the quota: 30 of the last deal, and 50% more on 10."""
    found = parts(table=table("overage", ("0", "50%"), ("1", "50%"), ("1.4", "100%")))
    assert found == [
        ("deal", "d1", "60", "30"),
        ("deal", "d2", "50", "25"),
        ("deal", "d3", "30", "30"),
        ("catch_up", "d3", "0", "5"),
    ]


def test_a_tier_of_a_marginal_table_does_not_go_back() -> None:
    assert [row[0] for row in parts(table=table("marginal", ("0", "10%"), ("1", "20%")))] == ["deal"] * 3


def test_a_threshold_that_is_passed_pays_the_deals_before_it_as_catch_up() -> None:
    assert parts(table=table("whole", ("1", "10%"))) == [
        ("deal", "d1", "60", "0"),
        ("deal", "d2", "50", "5"),
        ("catch_up", "d2", "0", "6"),
        ("deal", "d3", "30", "3"),
    ]


def test_a_refund_that_falls_below_the_tier_takes_the_catch_up_back() -> None:
    won = deals("d1, 2025-01-10, 110", "d2, 2025-02-10, -30")
    assert parts(won, table=table("whole", ("0", "10%"), ("1", "20%"))) == [
        ("deal", "d1", "110", "22"),
        ("deal", "d2", "-30", "-3"),
        ("catch_up", "d2", "0", "-11"),
    ]


def test_a_cap_holds_deal_and_catch_up_together() -> None:
    """20% of 110 are 22; the first deal has 6, the cap leaves 4 for the catch-up, which comes first."""
    found = parts(table=table("whole", ("0", "10%"), ("1", "20%")), cap={"amount": 10})
    assert found == [
        ("deal", "d1", "60", "6"),
        ("deal", "d2", "50", "0"),
        ("catch_up", "d2", "0", "4"),
        ("deal", "d3", "30", "0"),
    ]


def test_the_first_deal_of_all_has_no_catch_up() -> None:
    won = deals("d1, 2025-01-10, 120")
    assert parts(won, table=table("whole", ("0", "10%"), ("1", "20%"))) == [("deal", "d1", "120", "24")]

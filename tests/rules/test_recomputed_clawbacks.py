"""Clawbacks that work the line out again as if the cancelled deal had never counted."""

from typing import Any

from revplan.rules.run import run
from tests.rules.written_book import ANN, COMMISSION, book_of, deals, plan_of, result_of, told

TIERS = {"kind": "whole", "tiers": [{"from": 0, "rate": "10%"}, {"from": 1500, "rate": "20%"}]}
WON = ("d1, 2025-01-10, 1000", "d2, 2025-02-10, 1000")


def cancelled(
    *rows: str, won: tuple[str, ...] = WON, plan: dict[str, Any] | None = None, **fields: Any
) -> Any:
    """A quarterly commission with two tiers; rows are id, transaction, day and share."""
    terms = {"clawback": [{"basis": "recompute"}], "below_zero": {"way": "deduct"}} | (plan or {})
    return book_of(
        plan_of(COMMISSION | {"table": TIERS} | fields, **terms),
        payees=ANN,
        opportunities=deals(*won),
        cancellations="cancellation_id, transaction_id, cancelled_on, share\n" + "\n".join(rows),
    )


def taken(book: Any, columns: str = "period cause amount") -> list[tuple[str, ...]]:
    return told(result_of(book), "adjustments", columns)


def test_the_tier_that_a_deal_reached_is_taken_back_with_it() -> None:
    """2,000 at 20% are 400; without the second, 1,000 at 10% are 100."""
    assert taken(cancelled("c1, d2, 2025-04-10, ")) == [("2025-04", "d2", "-300")]


def test_each_cancellation_takes_what_those_before_it_left() -> None:
    rows = ("c1, d1, 2025-04-10, ", "c2, d2, 2025-05-10, ")
    assert taken(cancelled(*rows)) == [("2025-04", "d1", "-300"), ("2025-05", "d2", "-100")]


def test_a_share_of_a_deal_leaves_the_rest_of_it_counted() -> None:
    """1,750 stay in the upper tier: 350; with 1,500 still; 1,250 are in the lower one: 125."""
    rows = ("c1, d2, 2025-04-10, 25%", "c2, d2, 2025-04-20, 50%")
    assert taken(cancelled(*rows)) == [("2025-04", "d2", "-50"), ("2025-04", "d2", "-225")]


def test_a_band_takes_its_share_of_what_the_line_falls_by() -> None:
    terms = {"clawback": [{"basis": "recompute", "bands": [{"to": 3, "share": "50%"}]}]}
    assert taken(cancelled("c1, d2, 2025-04-10, ", plan=terms)) == [("2025-04", "d2", "-150")]
    old = taken(cancelled("c1, d2, 2025-05-10, ", plan=terms), "amount reason")
    assert old == [("0", "clawback_too_old")]


def test_a_floor_and_a_cap_act_on_the_line_without_the_deal_too() -> None:
    assert taken(cancelled("c1, d2, 2025-04-10, ", floor={"amount": 250})) == [("2025-04", "d2", "-150")]
    capped = cancelled(
        "c1, d2, 2025-04-10, ", table=TIERS | {"tiers": [{"from": 0, "rate": 1}]}, cap={"amount": 900}
    )
    assert taken(capped) == [("2025-04", "d2", "0")]


def test_a_gate_on_the_same_result_is_closed_without_the_deal() -> None:
    counted = {"measure": "won_revenue", "at_least": 1500}
    assert taken(cancelled("c1, d2, 2025-04-10, ", gate=[{"all_of": [counted]}])) == [
        ("2025-04", "d2", "-400")
    ]


def test_a_gate_on_another_result_stays_as_it_was() -> None:
    others = {"measure": "won_revenue", "scope": "shared", "at_least": 1500}
    assert taken(cancelled("c1, d2, 2025-04-10, ", gate=[{"all_of": [others]}])) == [
        ("2025-04", "d2", "-300")
    ]


def test_a_deal_that_is_read_by_itself_takes_back_its_own_rate() -> None:
    """1,600 at 20% and 1,000 at 10% by themselves."""
    won = ("d1, 2025-01-10, 1000", "d2, 2025-02-10, 1600")
    book = cancelled("c1, d2, 2025-04-10, ", "c2, d1, 2025-04-11, ", won=won, table_per="transaction")
    assert taken(book) == [("2025-04", "d1", "-100"), ("2025-04", "d2", "-320")]


def test_at_the_calculation_rate_a_deal_that_is_read_by_itself_has_its_own_rate() -> None:
    won = ("d1, 2025-01-10, 1000", "d2, 2025-02-10, 1600")
    rate: dict[str, Any] = {"clawback": [{"basis": "calculation_rate"}]}
    book = cancelled("c1, d2, 2025-04-10, ", won=won, table_per="transaction", plan=rate)
    assert taken(book) == [("2025-04", "d2", "-320")]


def test_cumulative_lines_are_worked_out_again_up_to_the_cancellation() -> None:
    """January pays 100, February 300. In February nothing is left of them but 100 for the second deal."""
    steps: dict[str, Any] = {"accumulation": "cumulative", "paid_per": "month"}
    assert taken(cancelled("c1, d1, 2025-02-20, ", **steps)) == [("2025-02", "d1", "-300")]
    assert taken(cancelled("c1, d1, 2025-01-20, ", **steps)) == [("2025-01", "d1", "-100")]


def test_what_is_held_for_the_deal_and_then_for_the_others_goes_first() -> None:
    book = cancelled("c1, d2, 2025-04-10, ", release={"way": "on_event", "event": "collected"})
    assert taken(book, "period kind cause amount") == [
        ("2025-03", "held", "d1", "-200"),
        ("2025-03", "held", "d2", "-200"),
        ("2025-04", "clawback", "d2", "-300"),
        ("2025-04", "released", "d2", "200"),
        ("2025-04", "released", "d2", "100"),
    ]


def test_without_parts_what_is_taken_back_is_the_same() -> None:
    book = cancelled("c1, d2, 2025-04-10, ")
    full, short = run(book, "set"), run(book, "set", with_parts=False)
    assert full.adjustments == short.adjustments
    assert short.inputs.num_rows == 0

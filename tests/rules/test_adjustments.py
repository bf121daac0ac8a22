"""What comes after the lines: corrections, draws, clawbacks, pay held and released, accounts below zero."""

from typing import Any

from revplan.model.plan import Plan
from revplan.rules.run import run
from tests.rules.written_book import COMMISSION, book_of, deals, plan_of, result_of, told

ANN = "payee_id\nann"
MONTHLY = COMMISSION | {"measured_per": "month"}
ENTRIES = "period kind cause amount balance reason"


def plan(**fields: Any) -> Plan:
    return plan_of(MONTHLY, **fields)


def adjusted(book: Any, columns: str = ENTRIES) -> list[tuple[str, ...]]:
    return told(result_of(book), "adjustments", columns)


def totals(book: Any) -> dict[str, str]:
    rows = told(result_of(book), "statements", "period amount", entry="total")
    return {row[0]: row[1] for row in rows}


# ---------------------------------------------------------------- corrections

FIX = """
    adjustment_id, payee_id, adjusted_on, amount, reason,        author
    a1,            ann,      2025-03-31,  -20,    counted twice, cleo
"""


def test_a_correction_stands_in_its_month_with_its_reason_and_author() -> None:
    book = book_of(plan(), payees=ANN, opportunities=deals("d1, 2025-03-10, 1000"), adjustments=FIX)
    assert adjusted(book, "period kind cause amount note author plan_id team_id status") == [
        ("2025-03", "correction", "a1", "-20", "counted twice", "cleo", "plan", "sales", "final")
    ]
    assert totals(book)["2025-03"] == "80"


def test_a_correction_changes_no_line() -> None:
    rows = deals("d1, 2025-03-10, 1000")
    alone = run(book_of(plan(), payees=ANN, opportunities=rows), "set")
    adjusted_too = run(book_of(plan(), payees=ANN, opportunities=rows, adjustments=FIX), "set")
    assert alone.lines.equals(adjusted_too.lines)


def test_a_correction_in_another_currency_is_converted_once() -> None:
    rates = "name, from_currency, to_currency, starts_on, rate\nplan, EUR, USD, 2025-01-01, 1.1"
    fix = FIX.replace("author", "author, currency").replace("cleo", "cleo, EUR").replace("-20", "20.05")
    assert adjusted(book_of(plan(), payees=ANN, adjustments=fix, fx_rates=rates), "amount") == [("22.06",)]
    result = run(book_of(plan(), payees=ANN, adjustments=fix), "set")
    assert [issue.code for issue in result.issues] == ["no_fx_rate_for_correction"]


def test_a_correction_for_nobody_is_told_and_left_out() -> None:
    result = run(book_of(plan(), payees="payee_id\nbob", adjustments=FIX), "set")
    assert [(issue.code, issue.severity) for issue in result.issues] == [("adjustment_of_nobody", "warning")]
    assert result.adjustments.num_rows == 0


def test_a_correction_of_somebody_on_no_plan_still_stands_on_a_statement() -> None:
    book = book_of(plan(assigned={"payees": ["bob"]}), payees="payee_id\nann\nbob", adjustments=FIX)
    assert adjusted(book, "kind plan_id amount") == [("correction", "", "-20"), ("carried", "", "20")]


def test_a_correction_dated_after_the_as_of_month_waits() -> None:
    company = {"as_of": "2025-02-28"}
    assert not adjusted(book_of(plan(), payees=ANN, adjustments=FIX, company=company))


# ---------------------------------------------------------------- draws


def with_draw(*rows: str, people: str = "payee_id\nann", as_of: str = "2025-04-30", **draw: Any) -> Any:
    terms = {"id": "d", "amount": 100} | draw
    return book_of(plan(draw=[terms]), payees=people, opportunities=deals(*rows), company={"as_of": as_of})


def test_recovery_waits_for_its_start_and_never_takes_net_pay_below_the_draw() -> None:
    """The figures of Oracle's own example: recovery starts in the fourth month."""
    rows = [f"d{i}, 2025-0{i}-10, {amount}" for i, amount in enumerate((500, 700, 400, 1500), 1)]
    book = with_draw(*rows, recovery_starts="2025-04-01")
    assert adjusted(book, "period kind amount balance") == [
        ("2025-01", "draw", "50", "50"),
        ("2025-02", "draw", "30", "80"),
        ("2025-03", "draw", "60", "140"),
        ("2025-04", "draw_recovered", "-50", "90"),
    ]
    assert totals(book) == {"2025-01": "100", "2025-02": "100", "2025-03": "100", "2025-04": "100"}


def test_a_draw_of_joiners_and_leavers_counts_their_days() -> None:
    people = "payee_id, starts_on, ends_on\nann, 2025-01-17, 2025-03-11"
    assert adjusted(with_draw(people=people), "period amount") == [
        ("2025-01", "48.39"),
        ("2025-02", "100"),
        ("2025-03", "32.26"),
    ]
    whole = with_draw(people=people, prorate="none")
    assert adjusted(whole, "period amount") == [("2025-01", "100"), ("2025-02", "100"), ("2025-03", "100")]


def test_a_draw_of_months_since_joining_ends_on_the_same_day() -> None:
    people = "payee_id, starts_on\nann, 2025-01-16"
    assert adjusted(with_draw(people=people, months=2), "period amount") == [
        ("2025-01", "51.61"),
        ("2025-02", "100"),
        ("2025-03", "48.39"),
    ]


def test_a_draw_is_a_share_of_the_monthly_target_incentive() -> None:
    people = "payee_id, target_incentive\nann, 1000"
    book = with_draw(people=people, as_of="2025-01-31", amount=None, of_incentive="60%")
    assert adjusted(book, "amount") == [("50",)]


def test_a_guarantee_counts_a_good_month_towards_a_poor_one() -> None:
    rows = ("d1, 2025-01-10, 1600", "d2, 2025-02-10, 500", "d3, 2025-03-10, 200")
    book = with_draw(*rows, kind="guarantee", to="2025-04-01")
    assert adjusted(book, "period amount balance reason") == [("2025-03", "70", "null", "below_guarantee")]


def test_what_is_owed_is_forgiven_on_its_day_and_nothing_is_owed_after() -> None:
    book = with_draw(
        "d4, 2025-04-10, 5000", kind="recoverable_then_forgiven", forgiven_on="2025-03-15", to="2025-04-01"
    )
    assert adjusted(book, "period kind amount balance reason") == [
        ("2025-01", "draw", "100", "100", "below_draw"),
        ("2025-02", "draw", "100", "200", "below_draw"),
        ("2025-03", "draw_forgiven", "0", "0", "forgiven"),
        ("2025-03", "draw", "100", "0", "below_draw_kept"),
    ]
    assert totals(book)["2025-04"] == "500"


def test_on_leaving_what_is_owed_is_kept_forgiven_or_deducted() -> None:
    people = "payee_id, ends_on\nann, 2025-02-01"
    for on_leaving, last in (
        ("keep", ("draw", "100", "100")),
        ("forgive", ("draw_forgiven", "0", "0")),
        ("deduct", ("draw_recovered", "-100", "0")),
    ):
        book = with_draw(people=people, on_leaving=on_leaving)
        assert adjusted(book, "kind amount balance")[-1] == last


def test_a_draw_has_no_place_after_the_as_of_month() -> None:
    assert [row[0] for row in adjusted(with_draw(as_of="2025-02-10"))] == ["2025-01", "2025-02"]
    assert adjusted(with_draw(as_of="2025-02-10"), "status") == [("final",), ("open",)]


def versions(first: dict[str, Any], second: dict[str, Any], *rows: str) -> Any:
    """Two versions of the plan, the second from March."""
    company = {"as_of": "2025-04-30"}
    plans = (plan(**first), plan(version=2, **{"from": "2025-03-01"}, **second))
    return book_of(*plans, payees="payee_id\nann", opportunities=deals(*rows), company=company)


def test_a_later_version_of_the_plan_changes_no_earlier_month_of_a_draw() -> None:
    draws = [{"draw": [{"id": "d", "amount": 100, "kind": kind}]} for kind in ("recoverable", "guarantee")]
    book = versions(draws[0], draws[1], "d1, 2025-01-10, 900", "d2, 2025-03-10, 1200", "d4, 2025-04-10, 700")
    assert adjusted(book, "period kind amount balance reason") == [
        ("2025-01", "draw", "10", "10", "below_draw"),
        ("2025-02", "draw", "100", "110", "below_draw"),
        ("2025-03", "draw_recovered", "-20", "90", "above_draw"),
        ("2025-04", "draw", "10", "null", "below_guarantee"),
    ]


def test_what_is_owed_comes_back_once_the_plan_no_longer_has_the_draw() -> None:
    book = versions({"draw": [{"id": "d", "amount": 100}]}, {}, "d1, 2025-03-10, 1500")
    assert adjusted(book, "period kind amount balance") == [
        ("2025-01", "draw", "100", "100"),
        ("2025-02", "draw", "100", "200"),
        ("2025-03", "draw_recovered", "-150", "50"),
    ]


def test_a_month_that_a_version_splits_pays_one_draw() -> None:
    """17 days at 100 and, with another version, 14 at 200; all of the second where it is not prorated."""
    for prorate, amount in (("days", "145.16"), ("none", "200")):
        terms = [
            {"draw": [{"id": "d", "amount": n, "prorate": p}]} for n, p in ((100, "none"), (200, prorate))
        ]
        plans = (plan(**terms[0]), plan(version=2, **{"from": "2025-01-18"}, **terms[1]))
        book = book_of(*plans, payees="payee_id\nann", company={"as_of": "2025-01-31"})
        assert adjusted(book, "amount") == [(amount,)]


# ---------------------------------------------------------------- clawbacks


def clawed(cancellations: str, *rows: str, **terms: Any) -> Any:
    fields = {"clawback": [{}], "below_zero": {"way": "deduct"}} | terms
    table = "cancellation_id, transaction_id, cancelled_on, share, amount, cause\n" + cancellations
    rows = rows or ("d1, 2025-01-31, 1000",)
    return book_of(plan(**fields), payees=ANN, opportunities=deals(*rows), cancellations=table)


def test_halves_of_a_deal_add_up_to_what_it_was_paid() -> None:
    book = clawed(
        "c1, d1, 2025-02-10, 33.3333%, ,\nc2, d1, 2025-03-10, , 666.67, left\nc3, d1, 2025-04-01, 50%, ,"
    )
    assert adjusted(book, "period amount reason note") == [
        ("2025-02", "-33.33", "cancelled", ""),
        ("2025-03", "-66.67", "cancelled", "left"),
        ("2025-04", "0", "already_cancelled", ""),
    ]


def test_a_month_is_completed_on_the_last_day_of_a_shorter_one() -> None:
    bands = [{"bands": [{"from": 0, "to": 1, "share": 1}]}]
    for day, amount in (("2025-02-27", "-100"), ("2025-02-28", "0")):
        assert adjusted(clawed(f"c1, d1, {day}, , ,", clawback=bands), "amount") == [(amount,)]


def test_a_cancellation_before_the_line_is_paid_waits_for_it() -> None:
    book = book_of(
        plan_of(COMMISSION, clawback=[{}]),
        payees=ANN,
        opportunities=deals("d1, 2025-01-10, 1000"),
        cancellations="cancellation_id, transaction_id, cancelled_on\nc1, d1, 2025-02-10",
    )
    assert adjusted(book, "period kind amount") == [("2025-03", "clawback", "-100")]
    assert totals(book)["2025-03"] == "0"


def test_without_a_clawback_a_cancellation_changes_nothing() -> None:
    assert adjusted(clawed("c1, d1, 2025-02-10, , ,", clawback=[])) == []


def test_held_pay_is_taken_first() -> None:
    release = {"way": "on_event", "event": "collected", "at_booking": "60%"}
    book = book_of(
        plan_of(MONTHLY | {"release": release}, clawback=[{"bands": [{"share": "70%"}]}]),
        payees=ANN,
        opportunities=deals("d1, 2025-01-10, 1000", "d2, 2025-03-10, 1000"),
        cancellations="cancellation_id, transaction_id, cancelled_on\nc1, d1, 2025-03-10",
        payments="payment_id, opportunity_id, paid_on, amount\np1, d1, 2025-04-02, 1000",
    )
    assert adjusted(book) == [
        ("2025-01", "held", "d1", "-40", "40", "held_until_collected"),
        ("2025-03", "clawback", "d1", "-70", "null", "cancelled"),
        ("2025-03", "released", "d1", "40", "0", "used_for_clawback"),
        ("2025-03", "held", "d2", "-40", "40", "held_until_collected"),
    ]
    assert totals(book)["2025-03"] == "30"


def test_a_cancelled_amount_without_a_rate_is_left_out_and_told() -> None:
    table = "cancellation_id, transaction_id, cancelled_on, amount, currency\nc1, d1, 2025-02-10, 500, EUR"
    book = book_of(
        plan(clawback=[{}]),
        payees=ANN,
        opportunities=deals("d1, 2025-01-31, 1000"),
        cancellations=table,
    )
    result = run(book, "set")
    assert result.adjustments.num_rows == 0
    [issue] = result.issues
    assert (issue.code, issue.severity) == ("no_fx_rate_for_cancellation", "error")
    assert {"cancellation": "c1", "transaction": "d1", "currency": "EUR"}.items() <= issue.parameters.items()


def test_a_cancelled_amount_in_another_currency_is_a_share_of_the_deal() -> None:
    book = book_of(
        plan(clawback=[{}], below_zero={"way": "deduct"}),
        payees=ANN,
        opportunities=deals("d1, 2025-01-31, 1000"),
        cancellations="cancellation_id, transaction_id, cancelled_on, amount, currency\n"
        "c1, d1, 2025-02-10, 500, EUR",
        fx_rates="name, from_currency, to_currency, starts_on, rate\nplan, EUR, USD, 2025-01-01, 1.1",
    )
    assert adjusted(book, "amount") == [("-55",)]


# ---------------------------------------------------------------- catch-ups

TIERS = {"kind": "whole", "tiers": [{"from": 0, "rate": "10%"}, {"from": 1500, "rate": "20%"}]}
"""1,000 at 10% are 100; the next 1,000 reach 20%, which pays another 100 for the first."""


def caught_up(*cancelled: str, component: dict[str, Any] | None = None, **fields: Any) -> Any:
    quarterly = COMMISSION | {"table": TIERS} | (component or {})
    return book_of(
        plan_of(quarterly, **({"below_zero": {"way": "deduct"}} | fields)),
        payees=ANN,
        opportunities=deals("d1, 2025-01-10, 1000", "d2, 2025-02-10, 1000"),
        cancellations="cancellation_id, transaction_id, cancelled_on\n" + "\n".join(cancelled),
        payments="payment_id, opportunity_id, paid_on, amount\np1, d1, 2025-05-02, 1000",
    )


def test_a_catch_up_is_taken_back_with_the_deals_that_it_was_for() -> None:
    both = ("c1, d1, 2025-04-10", "c2, d2, 2025-05-10")
    assert adjusted(caught_up(*both, clawback=[{}]), "period cause amount") == [
        ("2025-04", "d1", "-200"),
        ("2025-05", "d2", "-200"),
    ]


def test_a_catch_up_of_an_earlier_line_is_taken_back_where_it_was_paid() -> None:
    steps = {"accumulation": "cumulative", "paid_per": "month"}
    book = caught_up("c1, d1, 2025-01-20", clawback=[{}], component=steps)
    assert adjusted(book, "period kind cause amount") == [
        ("2025-01", "clawback", "d1", "-100"),
        ("2025-02", "clawback", "d1", "-100"),
    ]


def test_a_catch_up_waits_for_the_cash_of_the_deals_that_it_is_for() -> None:
    book = caught_up(component={"release": {"way": "on_event", "event": "collected"}})
    assert adjusted(book, "period kind cause amount") == [
        ("2025-03", "held", "d1", "-200"),
        ("2025-03", "held", "d2", "-200"),
        ("2025-05", "released", "d1", "200"),
    ]


# ---------------------------------------------------------------- release


def test_a_refund_with_its_cancellation_is_taken_back_once() -> None:
    """Half of a paid deal is cancelled and refunded: half of its pay goes, and the other half stays."""
    book = book_of(
        plan_of(
            MONTHLY | {"release": {"way": "on_event", "event": "collected"}},
            clawback=[{}],
            below_zero={"way": "deduct"},
        ),
        payees=ANN,
        opportunities=deals("d1, 2025-01-10, 1000"),
        payments="payment_id, opportunity_id, paid_on, amount\n"
        "p1, d1, 2025-01-12, 1000\np2, d1, 2025-03-12, -500",
        cancellations="cancellation_id, transaction_id, cancelled_on, share\nc1, d1, 2025-03-10, 50%",
    )
    assert adjusted(book, "period kind amount") == [
        ("2025-03", "held", "-50"),
        ("2025-03", "clawback", "-50"),
        ("2025-03", "released", "50"),
    ]


def test_a_deal_that_is_worth_nothing_waits_for_nobody() -> None:
    release = {"way": "on_event", "event": "collected"}
    table = {"kind": "marginal", "tiers": [{"from": 0, "rate": 5}]}
    book = book_of(
        plan_of(MONTHLY | {"measure": "won_deals", "table": table, "release": release}),
        payees=ANN,
        opportunities=deals("d1, 2025-01-10, 0"),
    )
    assert adjusted(book) == []
    assert totals(book)["2025-01"] == "5"


def test_cash_in_parts_is_rounded_on_its_running_total_and_tax_pays_no_more() -> None:
    release = {"way": "on_event", "event": "collected"}
    payments = "payment_id, opportunity_id, paid_on, amount\n" + "\n".join(
        f"p{i}, d1, 2025-0{i}-05, {amount}" for i, amount in ((2, 33.33), (3, 33.33), (4, 53.34))
    )
    book = book_of(
        plan_of(MONTHLY | {"release": release}),
        payees=ANN,
        opportunities=deals("d1, 2025-01-10, 100"),
        payments=payments,
    )
    assert adjusted(book, "period amount balance") == [
        ("2025-01", "-10", "10"),
        ("2025-02", "3.33", "6.67"),
        ("2025-03", "3.34", "3.33"),
        ("2025-04", "3.33", "0"),
    ]


def test_a_refund_after_release_is_held_again() -> None:
    release = {"way": "on_event", "event": "collected"}
    payments = "payment_id, opportunity_id, paid_on, amount\np1, d1, 2025-01-12, 100\np2, d1, 2025-03-12, -50"
    book = book_of(
        plan_of(MONTHLY | {"release": release}, below_zero={"way": "deduct"}),
        payees=ANN,
        opportunities=deals("d1, 2025-01-10, 100"),
        payments=payments,
    )
    assert adjusted(book, "period kind amount balance") == [("2025-03", "held", "-5", "5")]


def test_instalments_of_an_odd_amount_add_up() -> None:
    thirds = [{"months": m, "share": s} for m, s in ((0, "0.333333"), (1, "0.333333"), (2, "0.333334"))]
    book = book_of(
        plan_of(MONTHLY | {"release": {"way": "schedule", "schedule": thirds}}),
        payees=ANN,
        opportunities=deals("d1, 2025-01-10, 100"),
        company={"as_of": "2025-02-28"},
    )
    assert adjusted(book, "period amount balance") == [
        ("2025-01", "-6.67", "6.67"),
        ("2025-02", "3.33", "3.34"),
    ]


def test_without_parts_the_adjustments_are_the_same() -> None:
    book = clawed("c1, d1, 2025-02-10, , ,")
    full, short = run(book, "set"), run(book, "set", with_parts=False)
    assert (full.adjustments, full.statements) == (short.adjustments, short.statements)
    assert short.parts.num_rows == 0


# ---------------------------------------------------------------- below zero


def refunds(**terms: Any) -> Any:
    rows = ("d1, 2025-01-10, -1000", "d2, 2025-02-10, 600", "d3, 2025-03-10, 900")
    return book_of(plan(below_zero=terms), payees=ANN, opportunities=deals(*rows))


def test_what_is_below_zero_is_carried_to_later_months() -> None:
    assert adjusted(refunds(), "period kind amount balance") == [
        ("2025-01", "carried", "100", "100"),
        ("2025-02", "carried_recovered", "-60", "40"),
        ("2025-03", "carried_recovered", "-40", "0"),
    ]


def test_a_share_and_a_minimum_limit_what_a_later_month_pays_back() -> None:
    assert adjusted(refunds(share="50%"), "amount balance")[1:] == [("-30", "70"), ("-45", "25")]
    assert adjusted(refunds(minimum_pay=45), "amount balance")[1:] == [("-15", "85"), ("-45", "40")]


def test_a_plan_may_let_the_account_stay_below_zero() -> None:
    assert adjusted(refunds(way="deduct")) == []
    assert totals(refunds(way="deduct"))["2025-01"] == "-100"


def test_each_month_goes_by_the_terms_of_its_own_version() -> None:
    """January is carried by the first version; March, by the second, is deducted, and April pays half."""
    terms = [{"below_zero": {"way": "carry"}}, {"below_zero": {"way": "deduct", "share": "50%"}}]
    rows = ("d1, 2025-01-10, -1000", "d3, 2025-03-10, -300", "d4, 2025-04-10, 600")
    assert adjusted(versions(terms[0], terms[1], *rows), "period kind amount balance") == [
        ("2025-01", "carried", "100", "100"),
        ("2025-04", "carried_recovered", "-30", "70"),
    ]


def test_a_plan_set_without_terms_has_no_adjustments() -> None:
    assert not adjusted(book_of(plan(), payees=ANN, opportunities=deals("d1, 2025-01-10, 10")))


def test_pay_that_a_limit_cut_from_a_line_is_not_taken_back_of_its_deals() -> None:
    limit = [{"amount": 90, "per": "month"}]
    book = book_of(
        plan(payee_limit=limit, clawback=[{}], below_zero={"way": "deduct"}),
        payees=ANN,
        opportunities=deals("d1, 2025-01-10, 1000", "d2, 2025-01-20, 500"),
        cancellations="cancellation_id, transaction_id, cancelled_on\nc1, d1, 2025-02-10",
    )
    assert adjusted(book, "period kind cause amount") == [("2025-02", "clawback", "d1", "-60")]


# ---------------------------------------------------------------- cancellations that count


def recomputed(cancellations: str, component: dict[str, Any] | None = None, **fields: Any) -> Any:
    counts = plan_of(MONTHLY | {"on_cancel": "recompute"} | (component or {}), **fields)
    return book_of(
        counts,
        payees="payee_id\nann\nbob",
        opportunities=deals("d1, 2025-01-10, 1000", "d2, 2025-03-10, 3000"),
        cancellations="cancellation_id, transaction_id, cancelled_on, share\n" + cancellations,
    )


def test_a_cancelled_deal_counts_as_a_negative_one_on_its_day() -> None:
    result = result_of(recomputed("c1, d1, 2025-03-20,"))
    assert told(result, "lines", "period credit payout", payee_id="ann")[:3] == [
        ("2025-01", "1000", "100"),
        ("2025-02", "0", "0"),
        ("2025-03", "2000", "200"),
    ]
    march = told(result, "parts", "transaction_id credit part", payee_id="ann", period="2025-03")
    assert march == [("d2", "3000", "300"), ("d1~c1", "-1000", "-100")]
    assert result.adjustments.num_rows == 0


def test_thirds_of_a_cancelled_deal_add_up_to_it() -> None:
    book = recomputed("c1, d1, 2025-02-01, 33.3333%\nc2, d1, 2025-02-02, 33.3333%\nc3, d1, 2025-02-03,")
    assert told(result_of(book), "lines", "credit", payee_id="ann", period="2025-02") == [("-1000",)]


def test_a_cancelled_deal_is_taken_from_those_it_was_split_among() -> None:
    table = "cancellation_id, transaction_id, cancelled_on, share\nc1, d2, 2025-04-20,"
    book = book_of(
        plan_of(MONTHLY | {"on_cancel": "recompute"}),
        payees="payee_id\nann\nbob",
        opportunities=deals("d2, 2025-03-10, 3000"),
        opportunity_splits="opportunity_id, payee_id, share\nd2, ann, 60%\nd2, bob, 40%",
        cancellations=table,
    )
    april = told(result_of(book), "lines", "payee_id credit", period="2025-04")
    assert april == [("ann", "-1800"), ("bob", "-1200")]


def test_a_deal_is_never_clawed_back_and_counted_negative() -> None:
    assert result_of(recomputed("c1, d1, 2025-03-20,", clawback=[{}])).adjustments.num_rows == 0


def test_a_shared_result_counts_the_cancellation_too() -> None:
    book = recomputed("c1, d1, 2025-03-20,", {"scope": "shared"})
    assert told(result_of(book), "lines", "credit", payee_id="bob", period="2025-03") == [("2000",)]


def test_only_the_deals_that_a_component_means_are_undone() -> None:
    book = recomputed("c1, d1, 2025-03-20,", {"deals": {"only": {"min_amount": 2000}}})
    march = told(result_of(book), "lines", "credit", payee_id="ann", period="2025-03")
    assert march == [("3000",)]
    cancelled = recomputed("c1, d2, 2025-04-20,", {"deals": {"only": {"min_amount": 2000}}})
    assert told(result_of(cancelled), "lines", "credit", payee_id="ann", period="2025-04") == [("-3000",)]

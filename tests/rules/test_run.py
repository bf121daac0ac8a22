"""A run through time and teams: joiners, leavers, movers, versions, last days, shared and team targets."""

from tests.rules.written_book import (
    ANN,
    BONUS,
    COMMISSION,
    book_of,
    deals,
    pay,
    plan_of,
    quota,
    result_of,
    target_of,
    told,
)

# ---------------------------------------------------------------- dates


def test_a_deal_on_the_last_day_counts_in_its_quarter() -> None:
    won = deals("d1, 2025-03-31, 100", "d2, 2025-04-01, 50")
    book = book_of(plan_of(), payees=ANN, opportunities=won, company={"as_of": "2025-06-30"})
    assert pay(book) == [("2025-Q1", "10", ""), ("2025-Q2", "5", "")]


def test_a_deal_after_the_as_of_date_does_not_count_and_its_quarter_is_open() -> None:
    book = book_of(
        plan_of(),
        payees=ANN,
        opportunities=deals("d1, 2025-05-15, 100", "d2, 2025-05-16, 100"),
        company={"as_of": "2025-05-15"},
    )
    assert pay(book, "period payout status") == [("2025-Q1", "0", "final"), ("2025-Q2", "10", "open")]
    assert told(result_of(book), "parts", "transaction_id part") == [("d1", "10")]


def test_a_joiners_quota_and_incentive_are_cut_to_the_active_days() -> None:
    """Q4: joined on 15 January with a monthly quota of 10,000: 17 of 31 days."""
    joiner = """
        payee_id, starts_on,  target_incentive
        ann,      2025-01-15, 12000
    """
    monthly = quota(grain="month", year=[{"year": 2025, "total": 120_000}])
    bonus = BONUS | {"measured_per": "month"}
    book = book_of(
        plan_of(bonus),
        targets=(monthly,),
        payees=joiner,
        opportunities=deals("d1, 2025-01-14, 1000", "d2, 2025-01-20, 6000"),
        company={"as_of": "2025-02-28"},
    )
    assert pay(book, "period credit nominal_quota quota attainment target_incentive") == [
        ("2025-01", "6000", "10000", "5483.87", "1.094118", "548.39"),
        ("2025-02", "0", "10000", "10000", "0", "1000"),
    ]
    unprorated = book.with_plans((plan_of(bonus, prorate="none"),))
    assert pay(unprorated, "quota target_incentive", period="2025-01") == [("10000", "1000")]


def test_a_leaver_is_paid_for_deals_up_to_the_last_day_against_the_days_worked() -> None:
    leaver = """
        payee_id, starts_on,  ends_on,    target_incentive
        ann,      2025-01-01, 2025-05-16, 40
    """
    late = deals("d1, 2025-05-15, 50", "d2, 2025-05-16, 50")
    book = book_of(plan_of(BONUS), targets=(quota(),), payees=leaver, opportunities=late)
    # All of April's 33.34 and 15 of 31 days of May's 33.33; 45 of 91 days of the quarter's incentive of 10.
    assert pay(book, "period credit quota target_incentive payout") == [
        ("2025-Q1", "0", "100", "10", "0"),
        ("2025-Q2", "50", "49.47", "4.95", "5"),
    ]


def test_a_mover_is_on_each_plan_for_the_days_in_its_team() -> None:
    mover = """
        payee_id, team,      starts_on,  target_incentive
        ann,      sales,     2025-01-01, 40
        ann,      marketing, 2025-05-16, 40
    """
    marketing = plan_of(BONUS, id="second", assigned={"teams": ["marketing"]})
    book = book_of(
        plan_of(BONUS),
        marketing,
        targets=(quota(),),
        payees=mover,
        opportunities=deals("d1, 2025-05-15, 30", "d2, 2025-05-16, 20"),
        company={"as_of": "2025-06-30"},
    )
    assert pay(book, "plan_id team_id period credit quota target_incentive") == [
        ("plan", "sales", "2025-Q1", "0", "100", "10"),
        ("plan", "sales", "2025-Q2", "30", "49.47", "4.95"),
        ("second", "marketing", "2025-Q2", "20", "50.53", "5.05"),
    ]


def test_a_mover_under_one_plan_keeps_one_line_under_the_team_of_the_last_day() -> None:
    mover = """
        payee_id, team,      starts_on,  target_incentive
        ann,      sales,     2025-01-01, 40
        ann,      marketing, 2025-05-16, 80
    """
    both = plan_of(BONUS, assigned={"teams": ["sales", "marketing"]})
    late = deals("d1, 2025-05-15, 30", "d2, 2025-05-16, 20")
    book = book_of(
        both, targets=(quota(),), payees=mover, opportunities=late, company={"as_of": "2025-06-30"}
    )
    assert pay(book, "team_id credit quota target_incentive", period="2025-Q2") == [
        ("marketing", "50", "100", "15.05")  # 10 × 45/91 + 20 × 46/91
    ]


def test_a_new_version_pays_from_the_quarter_in_which_it_takes_over() -> None:
    double = COMMISSION | {"table": {"kind": "marginal", "tiers": [{"from": 0, "rate": "20%"}]}}
    second = plan_of(double, version=2, **{"from": "2025-04-01"})
    won = deals("d1, 2025-03-31, 100", "d2, 2025-04-01, 100")
    book = book_of(plan_of(), second, payees=ANN, opportunities=won, company={"as_of": "2025-06-30"})
    assert pay(book, "period plan_version payout") == [("2025-Q1", "1", "10"), ("2025-Q2", "2", "20")]


def test_a_payee_has_no_lines_before_joining_after_leaving_or_when_nobody_assigned_them() -> None:
    people = """
        payee_id, team,      starts_on,  ends_on
        ann,      sales,     2025-04-01, 2025-07-01
        bob,      marketing, 2025-01-01,
        cem,      sales,     2026-01-01,
    """
    assert pay(book_of(plan_of(), payees=people), "payee_id period") == [("ann", "2025-Q2")]


def test_who_is_not_there_on_the_last_day_is_left_out_where_the_plan_asks_for_it() -> None:
    people = """
        payee_id, starts_on,  ends_on
        ann,      2025-01-01, 2025-06-30
        bob,      2025-01-01, 2025-07-01
        cem,      2025-04-10,
    """
    won = """
        opportunity_id, owner_id, closed_on,  amount
        d1,             ann,      2025-05-01, 100
        d2,             bob,      2025-05-01, 100
        d3,             cem,      2025-04-01, 100
    """
    at_end = COMMISSION | {"eligibility": "at_period_end"}
    book = book_of(plan_of(at_end), payees=people, opportunities=won, company={"as_of": "2025-06-30"})
    assert pay(book, "payee_id payout reason", period="2025-Q2") == [
        ("ann", "0", "not_employed"),
        ("bob", "10", ""),
        ("cem", "10", ""),  # there on the last day, so deals from before count too
    ]


def test_quarters_follow_the_companys_fiscal_year() -> None:
    book = book_of(
        plan_of(**{"from": "2025-02-01"}),
        payees=ANN,
        opportunities=deals("d1, 2025-04-30, 100", "d2, 2025-05-01, 50"),
        company={"fiscal_year_starts": 2, "as_of": "2025-07-31"},
    )
    assert pay(book, "period period_start period_end payout") == [
        ("2026-Q1", "2025-02-01", "2025-05-01", "10"),
        ("2026-Q2", "2025-05-01", "2025-08-01", "5"),
    ]


def test_a_joiners_quota_keeps_the_season_of_the_months_worked() -> None:
    """Q1's weights, by days: what falls on the months before joining is not asked for."""
    seasonal = quota(grain="month", year=[{"year": 2025, "total": 1200, "weights": [1, 2, 9, *[0] * 9]}])
    joiner = """
        payee_id, starts_on,  target_incentive
        ann,      2025-02-15, 40
    """
    book = book_of(plan_of(BONUS), targets=(seasonal,), payees=joiner, company={"as_of": "2025-03-31"})
    assert pay(book, "nominal_quota quota") == [
        ("1200", "1000")
    ]  # half of February's 200, all of March's 900


# ---------------------------------------------------------------- shared and team scope

TEAM = """
    payee_id, team,      target_incentive
    ann,      sales,     40
    bob,      sales,     40
    mia,      marketing, 40
"""
SPLIT_DEAL = {
    "opportunities": """
        opportunity_id, owner_id, closed_on,  amount
        d1,             ann,      2025-02-01, 60
        d2,             ,         2025-02-01, 20
    """,
    "opportunity_splits": """
        opportunity_id, payee_id, share
        d1,             ann,      50%
        d1,             bob,      50%
    """,
}
EVERYBODY = {"assigned": {"teams": ["sales", "marketing"]}}


def test_a_shared_target_counts_each_transaction_once_for_everybody() -> None:
    book = book_of(
        plan_of(BONUS | {"scope": "shared"}, **EVERYBODY),
        targets=(target_of(),),
        payees=TEAM,
        company={"as_of": "2025-03-31"},
        **SPLIT_DEAL,
    )
    assert pay(book, "payee_id credit quota attainment payout") == [
        ("ann", "80", "100", "0.8", "8"),
        ("bob", "80", "100", "0.8", "8"),
        ("mia", "80", "100", "0.8", "8"),
    ]


def test_a_joiner_shares_the_whole_target_and_only_the_incentive_is_cut() -> None:
    joiner = """
        payee_id, starts_on,  target_incentive
        ann,      2025-02-15, 40
    """
    book = book_of(
        plan_of(BONUS | {"scope": "shared"}),
        targets=(target_of(),),
        payees=joiner,
        opportunities=deals("d1, 2025-01-10, 50"),
        company={"as_of": "2025-03-31"},
    )
    assert pay(book, "credit quota target_incentive payout") == [("50", "100", "5", "2.5")]


def test_a_team_counts_what_its_members_were_credited_with() -> None:
    sales = {"owner": "team:sales", "share": "60%"}
    book = book_of(
        plan_of(BONUS | {"scope": "team"}, **EVERYBODY),
        targets=(target_of(portion=[sales]),),
        payees=TEAM,
        company={"as_of": "2025-03-31"},
        **SPLIT_DEAL,
    )
    assert pay(book, "payee_id credit quota payout reason") == [
        ("ann", "60", "60", "10", ""),
        ("bob", "60", "60", "10", ""),
        ("mia", "0", "null", "0", "no_quota"),
    ]


def test_a_team_that_stops_sharing_is_not_paid_on_the_target_from_then_on() -> None:
    sharing = [{"team": "sales"}, {"team": "marketing", "to": "2025-04-01"}]
    book = book_of(
        plan_of(BONUS | {"scope": "shared"}, **EVERYBODY),
        targets=(target_of(shared_with=sharing),),
        payees=TEAM,
        opportunities=deals("d1, 2025-03-31, 100", "d2, 2025-04-01, 100"),
        company={"as_of": "2025-06-30"},
    )
    assert pay(book, payee_id="mia") == [("2025-Q1", "10", ""), ("2025-Q2", "0", "not_shared")]
    assert pay(book, payee_id="ann") == [("2025-Q1", "10", ""), ("2025-Q2", "10", "")]


def test_who_shares_on_the_last_day_of_a_period_shares_it_in_pay_and_in_standings() -> None:
    mid_quarter = [{"team": "sales", "to": "2025-02-15"}, {"team": "marketing", "from": "2025-02-15"}]
    book = book_of(
        plan_of(BONUS | {"scope": "shared"}, **EVERYBODY),
        targets=(target_of(shared_with=mid_quarter),),
        payees=TEAM,
        opportunities=deals("d1, 2025-01-10, 100"),
        company={"as_of": "2025-03-31"},
    )
    result = result_of(book)
    assert told(result, "lines", "payee_id payout reason") == [
        ("ann", "0", "not_shared"),
        ("bob", "0", "not_shared"),
        ("mia", "10", ""),
    ]
    assert result.standings["shared_with"][0].as_py() == ["marketing"]

"""The plan check: each mistake is refused or flagged by its own code, at its place, with the amount."""

import datetime
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest

from revplan.issues import Issue, has_errors
from revplan.model.book import Book, Company
from revplan.model.plan import Plan
from revplan.model.plan_text import read_plan, read_targets
from revplan.model.tables import TABLES
from revplan.model.targets import Target
from revplan.rules.check.book import check_book, check_plan
from revplan.rules.run import run
from revplan.words.sentences import known, sentence

PEOPLE: tuple[Mapping[str, Any], ...] = (
    {"payee_id": "ada", "name": "Ada", "team": "sales", "role": "rep", "target_incentive": 4_000_000},
    {"payee_id": "bob", "name": "Bob", "team": "sales", "role": "rep", "target_incentive": 4_000_000},
    {
        "payee_id": "mia",
        "name": "Mia",
        "team": "marketing",
        "role": "marketer",
        "target_incentive": 1_000_000,
    },
)
COMPANY = Company.model_validate(
    {
        "name": "Acme",
        "as_of": "2026-06-30",
        "team": [
            {"id": "sales", "name": "Sales", "kind": "sales"},
            {"id": "marketing", "name": "Marketing", "kind": "marketing"},
        ],
    }
)
TARGETS = """
[[target]]
id = "company-revenue"
name = "Company revenue"
measure = "won_revenue"
shared_with = [{ team = "sales" }, { team = "marketing" }]
year = [{ year = 2026, total = 800_000 }]
portion = [{ owner = "payee:ada", share = "50%" }, { owner = "payee:bob", share = "50%" }]

[[target]]
id = "lead-goal"
name = "Lead goal"
measure = "leads"
year = [{ year = 2026, total = 400 }]
portion = [{ owner = "payee:mia", share = 1 }]

[[target]]
id = "quota"
name = "Own quota"
measure = "won_revenue"
year = [{ year = 2026, total = 800_000 }]
portion = [{ owner = "payee:ada", share = "50%" }, { owner = "payee:bob", share = "50%" }]
"""
GOOD = """
format = 1
id = "sales"
name = "Sales plan"
sets = ["shared"]
from = 2026-01-01
assigned = { teams = ["sales"] }

[[component]]
id = "revenue"
name = "Shared revenue"
measure = "won_revenue"
scope = "shared"
target = "company-revenue"
pays = { way = "incentive", weight = 1 }
table = { kind = "marginal", tiers = [{ from = 0, rate = 1 }, { from = 1, rate = 1.4 }] }
"""


def read(text: str) -> Plan:
    plan, issues = read_plan(text)
    assert plan is not None, [sentence(issue) for issue in issues]
    return plan


def targets(text: str = TARGETS) -> tuple[Target, ...]:
    found, issues = read_targets(text)
    assert found is not None, issues
    return found.targets


def book(*plans: Plan, people: tuple[Mapping[str, Any], ...] = PEOPLE, goals: str = TARGETS) -> Book:
    rows = [{"starts_on": datetime.date(2025, 1, 1), **person} for person in people]
    payees = pa.Table.from_pylist(rows, TABLES["payees"].schema)
    return Book(COMPANY, plans, targets(goals), {"payees": payees})


def check(text: str, **changes: Any) -> tuple[Issue, ...]:
    plan = read(text)
    return check_plan(plan, book(plan, **changes))


def changed(*pairs: tuple[str, str], text: str = GOOD) -> str:
    for right, wrong in pairs:
        assert right in text, right
        text = text.replace(right, wrong, 1)
    return text


def table(text: str) -> str:
    """The good plan with another rate table."""
    return "\n".join("table = " + text if line.startswith("table") else line for line in GOOD.splitlines())


def test_a_good_plan_has_no_issue() -> None:
    assert check(GOOD) == ()


def test_a_good_book_has_no_issue() -> None:
    assert check_book(book(read(GOOD))) == ()


REFUSED = {
    "plan.empty_band": table('{ kind = "marginal", tiers = [{ from = 1, to = 1, rate = 1 }] }'),
    "plan.thresholds_order": table(
        '{ kind = "whole", tiers = [{ from = 0, rate = 1 }, { from = 2, rate = 2 }, { from = 1, rate = 3 }] }'
    ),
    "plan.band_gap": table(
        '{ kind = "marginal", tiers = [{ from = 0, to = 0.9999, rate = 1 }, { from = 1, rate = 2 }] }'
    ),
    "plan.band_overlap": table(
        '{ kind = "marginal", tiers = [{ from = 0, to = 1.2, rate = 1 }, { from = 1, rate = 2 }] }'
    ),
    "plan.overage_start": table(
        '{ kind = "overage", tiers = [{ from = 0, rate = 1 }, { from = 0.5, rate = 2 }] }'
    ),
    "plan.unknown_measure": changed(('"won_revenue"', '"won_revenu"')),
    "plan.unknown_target": changed(('"company-revenue"', '"company-revenues"')),
    "plan.other_unit": changed(('"company-revenue"', '"lead-goal"')),
    "plan.no_own_portion_at_all": changed(
        ('scope = "shared"', 'scope = "own"'), ('teams = ["sales"]', 'teams = ["marketing"]')
    ),
    "plan.no_team_portion_at_all": changed(('scope = "shared"', 'scope = "team"')),
    "plan.credit_does_not_fit": changed(
        ('scope = "shared"', 'credit = { rule = "csm" }'),
        ('"won_revenue"', '"leads"'),
        ('"company-revenue"', '"lead-goal"'),
    ),
    "plan.anchors": changed(
        ('scope = "shared"', 'credit = { rule = "position", anchors = ["60%", "60%"] }'),
    ),
    "plan.attainment_needs_target": changed(('target = "company-revenue"', "")),
    "plan.growth_needs_target": changed(('target = "company-revenue"', 'input = "growth"')),
    "plan.ratio_per_deal": changed(
        ('"won_revenue"', '"nrr"'),
        ('target = "company-revenue"', 'input = "value"\ntable_per = "transaction"'),
    ),
    "plan.rate_on_ratio": changed(
        ('"won_revenue"', '"nrr"'),
        ('target = "company-revenue"', 'input = "value"'),
        ('{ way = "incentive", weight = 1 }', '{ way = "rate" }'),
    ),
    "plan.deals_of_no_day": changed(
        ("target =", "deals = { only = { from = 2026-03-01, to = 2026-03-01 } }\ntarget ="),
    ),
    "plan.discount_out_of_range": changed(("target =", "deals = { only = { max_discount = 10 } }\ntarget =")),
    "plan.deals_without_amount": changed(
        ('"won_revenue"', '"leads"'),
        ('"company-revenue"', '"lead-goal"'),
        ("target =", "deals = { only = { min_amount = 10 } }\ntarget ="),
    ),
    "plan.paid_longer_than_measured": changed(("target =", 'paid_per = "year"\ntarget =')),
    "plan.discrete_in_parts": changed(("target =", 'paid_per = "month"\ntarget =')),
    "plan.limit_says_nothing": changed(("target =", "cap = {}\ntarget =")),
    "plan.limit_without_incentive": changed(
        ("target =", "cap = { of_incentive = 2 }\ntarget ="),
        ('{ way = "incentive", weight = 1 }', '{ way = "rate" }'),
    ),
    "plan.floor_above_cap": changed(
        ("target =", "floor = { amount = 10_001 }\ncap = { of_incentive = 1 }\ntarget =")
    ),
    "plan.payout_cap_needs_deals": changed(("target =", "deals = { payout_cap = 5 }\ntarget =")),
    "plan.minimum_above_cap": changed(
        ("target =", "deals = { minimum_credit = 6, credit_cap = 5 }\ntarget =")
    ),
    "plan.weight_not_positive": changed(("weight = 1", "weight = 0")),
    "plan.weights": changed(("weight = 1", 'weight = "90%"')),
    "plan.ends_before_start": changed(("assigned =", "to = 2026-01-01\nassigned =")),
    "plan.component_twice": GOOD + GOOD[GOOD.index("[[component]]") :],
    "plan.unknown_teams": changed(('teams = ["sales"]', 'teams = ["sale"]')),
    "plan.unknown_roles": changed(('teams = ["sales"]', 'roles = ["rap"]')),
    "plan.unknown_payees": changed(('teams = ["sales"]', 'payees = ["addo"]')),
}


@pytest.mark.parametrize("code", REFUSED)
def test_a_plan_that_cannot_be_meant_is_refused(code: str) -> None:
    found = {issue.code: issue for issue in check(REFUSED[code])}
    assert code in found, list(found)
    assert found[code].severity == "error"
    assert found[code].where.plan == "sales"


WARNED = {
    "plan.other_measure": changed(('"won_revenue"', '"sourced_revenue"')),
    "plan.no_own_portion": changed(
        ('scope = "shared"', 'scope = "own"'), ('teams = ["sales"]', 'payees = ["ada", "mia"]')
    ),
    "plan.covers_nobody": changed(('teams = ["sales"]', 'teams = ["sales"], roles = ["marketer"]')),
    "plan.not_full_at_target": changed(("from = 0, rate = 1 ", "from = 0, rate = 0.8 ")),
    "plan.more_than_full_at_target": changed(("from = 0, rate = 1 ", "from = 0, rate = 1.1 ")),
    "plan.jump": table('{ kind = "whole", tiers = [{ from = 0, rate = 1 }, { from = 1.2, rate = 1.5 }] }'),
    "plan.no_cap_on_repeated_credit": changed(
        ('target = "company-revenue"', 'input = "amount"'),
        ('{ way = "incentive", weight = 1 }', '{ way = "rate" }'),
    ),
}


@pytest.mark.parametrize("code", WARNED)
def test_a_plan_that_may_be_meant_is_flagged_and_runs(code: str) -> None:
    issues = check(WARNED[code])
    assert code in {issue.code for issue in issues}
    assert not has_errors(issues)


def only(code: str, issues: tuple[Issue, ...]) -> dict[str, str | int]:
    (issue,) = [issue for issue in issues if issue.code == code]
    return dict(issue.parameters)


def test_weights_of_90_percent_say_what_is_missing() -> None:
    issue = only("plan.weights", check(REFUSED["plan.weights"]))
    assert issue == {"total_share": 900_000, "missing_share": 100_000}


OVERAGE = changed(
    ('scope = "shared"', ""),
    ('"company-revenue"', '"quota"'),
    ('{ way = "incentive", weight = 1 }', '{ way = "rate" }'),
    (
        'kind = "marginal", tiers = [{ from = 0, rate = 1 }, { from = 1, rate = 1.4 }]',
        'kind = "overage", tiers = [{ from = 0, rate = 0.5 }, { from = 1, rate = 0.75 }, '
        "{ from = 1.25, rate = 1 }]",
    ),
)


def test_a_jump_in_a_rate_table_is_named_with_its_amount_on_the_quota() -> None:
    # P12/P13: quota 100,000 a quarter at 50%; one unit below 125,000 pays 68,750, at it 75,000
    issue = only("plan.jump", check(OVERAGE))
    assert issue["at_share"] == 1_250_000
    assert (issue["before_amount"], issue["after_amount"]) == (6_875_000, 7_500_000)
    assert issue["jump_amount"] == 625_000


def test_a_jump_without_any_quota_is_shown_on_an_example() -> None:
    text = OVERAGE.replace('teams = ["sales"]', 'payees = ["ada"]')
    issue = only("plan.jump_example", check(text, people=()))
    assert issue["jump_amount"] == 625_000


def test_a_jump_in_an_incentive_table_is_named_in_money_of_a_typical_incentive() -> None:
    # 40,000 a year is 10,000 a quarter: 12,000 below 120%, 18,000 at it
    issue = only("plan.jump", check(WARNED["plan.jump"]))
    assert (issue["at_share"], issue["before_amount"], issue["after_amount"]) == (
        1_200_000,
        1_200_000,
        1_800_000,
    )
    assert (issue["jump_amount"], issue["jump_share"]) == (600_000, 600_000)


def test_a_jump_of_an_edge_that_belongs_below_is_named_too() -> None:
    issue = only(
        "plan.jump", check(WARNED["plan.jump"].replace('kind = "whole"', 'kind = "whole", edge = "lower"'))
    )
    assert issue["edge"] == "lower"
    assert issue["jump_amount"] == 600_000


def test_a_jump_of_an_amount_is_placed_by_its_amount() -> None:
    text = changed(
        ('target = "company-revenue"', 'input = "amount"'),
        ('{ way = "incentive", weight = 1 }', '{ way = "rate" }'),
        (
            'kind = "marginal", tiers = [{ from = 0, rate = 1 }, { from = 1, rate = 1.4 }]',
            'kind = "whole", tiers = [{ from = 0, rate = "1%" }, { from = 10_000, rate = "2%" }]',
        ),
    )
    issue = only("plan.jump_at_amount", check(text))
    assert (issue["at_amount"], issue["before_amount"], issue["after_amount"]) == (1_000_000, 10_000, 20_000)


def test_steps_are_noted_not_warned_of() -> None:
    text = table('{ kind = "steps", steps = [{ at = 1, pays = 1 }] }')
    (issue,) = [issue for issue in check(text) if issue.code == "plan.step"]
    assert (issue.severity, issue.parameters["after_amount"]) == ("note", 1_000_000)


def test_pay_at_target_is_said_in_money() -> None:
    issue = only("plan.not_full_at_target", check(WARNED["plan.not_full_at_target"]))
    assert (issue["paid_share"], issue["paid_amount"], issue["incentive_amount"]) == (
        800_000,
        800_000,
        1_000_000,
    )


def test_a_plan_whose_parts_do_not_pay_in_full_says_so_as_a_whole() -> None:
    second = (
        GOOD[GOOD.index("[[component]]") :]
        .replace('"revenue"', '"more"')
        .replace("weight = 1", "weight = 0.5")
    )
    text = changed(("weight = 1", "weight = 0.5"), ("from = 0, rate = 1 ", "from = 0, rate = 0.8 ")) + second
    assert only("plan.whole_not_full_at_target", check(text))["paid_share"] == 900_000


def test_a_quota_of_zero_is_flagged_not_refused() -> None:
    goals = TARGETS.replace(
        'share = "50%" }]\n\n[[target]]\nid = "lead-goal"', 'share = 0 }]\n\n[[target]]\nid = "lead-goal"'
    )
    text = changed(('scope = "shared"', ""))
    issues = check(text, goals=goals)
    assert not has_errors(issues)
    issue = only("plan.quota_zero", issues)
    assert (issue["who"], issue["period"]) == ("Bob", "2026-Q1")


def test_joiners_on_a_full_quota_are_named() -> None:
    people = (*PEOPLE[:1], {**PEOPLE[1], "starts_on": datetime.date(2026, 2, 16)})
    text = changed(('scope = "shared"', ""), ("assigned =", 'prorate = "none"\nassigned ='))
    assert only("plan.joiners_on_full_quota", check(text, people=people))["who"] == "Bob"


def test_a_joiner_on_the_first_day_of_a_period_is_no_problem() -> None:
    people = (*PEOPLE[:1], {**PEOPLE[1], "starts_on": datetime.date(2026, 4, 1)})
    text = changed(('scope = "shared"', ""), ("assigned =", 'prorate = "none"\nassigned ='))
    assert "plan.joiners_on_full_quota" not in {issue.code for issue in check(text, people=people)}


@pytest.mark.parametrize(("shares", "flagged"), [('"0%", "0%", "0%"', True), ('"0%", "0%", "10%"', False)])
def test_a_ramp_that_asks_nothing_for_a_whole_period_is_flagged(shares: str, flagged: bool) -> None:
    text = changed(('scope = "shared"', ""), ("assigned =", f"ramp = {{ quota = [{shares}] }}\nassigned ="))
    assert ("plan.ramp_without_quota" in {issue.code for issue in check(text)}) == flagged


def test_joiners_whose_quota_ramps_up_are_not_on_a_full_one() -> None:
    people = (*PEOPLE[:1], {**PEOPLE[1], "starts_on": datetime.date(2026, 2, 16)})
    ramp = 'prorate = "none"\nramp = { quota = ["50%"] }\nassigned ='
    text = changed(('scope = "shared"', ""), ("assigned =", ramp))
    assert "plan.joiners_on_full_quota" not in {issue.code for issue in check(text, people=people)}


def test_results_can_restart_only_where_quotas_are_cut_to_days() -> None:
    text = changed(("assigned =", 'prorate = "months"\naccumulators = "restart"\nassigned ='))
    assert only("plan.restart_needs_days", check(text)) == {}
    by_days = changed(("assigned =", 'accumulators = "restart"\nassigned ='))
    assert "plan.restart_needs_days" not in {issue.code for issue in check(by_days)}


def test_nobody_with_an_incentive_is_flagged() -> None:
    people = ({**PEOPLE[0], "target_incentive": None},)
    assert only("plan.no_target_incentive", check(GOOD, people=people))["who"] == "Ada"


LEADS = changed(
    ('id = "sales"', 'id = "marketing"'),
    ('teams = ["sales"]', 'teams = ["marketing"]'),
    ('measure = "won_revenue"', 'measure = "leads"'),
    ('scope = "shared"', ""),
    ('"company-revenue"', '"lead-goal"'),
)


def test_pay_on_lead_volume_without_a_shared_revenue_target_is_flagged_with_what_rides_on_it() -> None:
    issue = only("plan.volume_without_shared_revenue", check(LEADS))
    assert (issue["teams"], issue["at_stake_amount"]) == ("Marketing", 1_000_000)


def test_pay_on_lead_volume_beside_a_shared_revenue_target_is_accepted() -> None:
    half = GOOD[GOOD.index("[[component]]") :].replace("weight = 1", "weight = 0.5")
    text = LEADS.replace("weight = 1", "weight = 0.5").replace('id = "revenue"', 'id = "leads"') + half
    assert check(text) == ()


def test_another_set_does_not_excuse_pay_on_volume() -> None:
    shared = read(GOOD.replace('teams = ["sales"]', 'teams = ["sales", "marketing"]'))
    volume = read(LEADS.replace('sets = ["shared"]', 'sets = ["volume"]'))
    assert {issue.code for issue in check_plan(volume, book(shared, volume))} == {
        "plan.volume_without_shared_revenue"
    }


def test_two_plans_at_once_beyond_full_weight_are_flagged_on_both() -> None:
    other = read(GOOD.replace('id = "sales"', 'id = "other"', 1))
    issues = check_book(book(read(GOOD), other))
    assert {(issue.code, issue.where.plan) for issue in issues} == {
        ("plan.two_plans_over_full", "sales"),
        ("plan.two_plans_over_full", "other"),
    }
    assert issues[0].parameters["total_share"] == 2_000_000


def test_plans_one_after_the_other_are_no_problem() -> None:
    first = read(GOOD.replace("assigned =", "to = 2026-04-01\nassigned ="))
    second = read(GOOD.replace('id = "sales"', 'id = "other"', 1).replace("2026-01-01", "2026-04-01"))
    assert check_book(book(first, second)) == ()


def test_a_later_version_takes_over_without_overlap() -> None:
    later = read(GOOD.replace("from = 2026-01-01", "version = 2\nfrom = 2026-04-01"))
    assert check_book(book(read(GOOD), later)) == ()


def test_two_versions_of_one_number_are_refused() -> None:
    issues = check_book(book(read(GOOD), read(GOOD.replace("2026-01-01", "2026-04-01"))))
    assert "plan.version_twice" in {issue.code for issue in issues}


def test_a_later_version_that_starts_earlier_is_flagged() -> None:
    later = read(GOOD.replace("from = 2026-01-01", "version = 2\nfrom = 2025-07-01"))
    assert {issue.code for issue in check_book(book(read(GOOD), later))} == {"plan.version_starts_earlier"}


def test_a_plan_is_checked_in_place_of_its_own_version() -> None:
    plan = read(GOOD)
    assert check_plan(read(GOOD.replace("rate = 1.4", "rate = 2")), book(plan)) == ()


def test_a_team_that_does_not_share_the_target_is_flagged() -> None:
    issue = only("plan.team_does_not_share", check(GOOD, goals=TARGETS.replace('{ team = "sales" }, ', "")))
    assert issue["teams"] == "Sales"


def test_portions_below_their_target_are_flagged_with_the_difference() -> None:
    goals = TARGETS.replace(
        '{ owner = "payee:ada", share = "50%" }', '{ owner = "payee:ada", share = "40%" }', 1
    )
    issue = only("target.under_assigned", check_book(book(read(GOOD), goals=goals)))
    assert (issue["total_amount"], issue["difference_amount"]) == (72_000_000, 8_000_000)


def test_over_assignment_is_noted() -> None:
    goals = TARGETS.replace(
        '{ owner = "payee:ada", share = "50%" }', '{ owner = "payee:ada", share = "70%" }', 1
    )
    (issue,) = [
        each for each in check_book(book(read(GOOD), goals=goals)) if each.code == "target.over_assigned"
    ]
    assert (issue.severity, issue.parameters["assigned_share"]) == ("note", 1_200_000)


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        ('{ team = "sales" }', '{ team = "sails" }', "target.unknown_team"),
        ("payee:mia", "payee:max", "target.unknown_payee"),
        ('id = "quota"', 'id = "lead-goal"', "target.twice"),
        (
            "[{ year = 2026, total = 400 }]",
            "[{ year = 2026, total = 4 }, { year = 2026, total = 5 }]",
            "target.year_twice",
        ),
        ("total = 400", "total = 0", "target.zero"),
    ],
)
def test_a_wrong_target_is_named(right: str, wrong: str, code: str) -> None:
    assert right in TARGETS
    issues = check_book(book(read(GOOD), goals=TARGETS.replace(right, wrong)))
    assert code in {issue.code for issue in issues}


def test_rates_that_do_not_earn_the_target_incentive_at_quota_say_by_how_much() -> None:
    # 400,000 a year at 50% is 200,000, against a target incentive of 40,000
    issue = only("plan.rates_not_incentive_at_target", check(OVERAGE))
    assert (issue["paid_amount"], issue["incentive_amount"]) == (20_000_000, 4_000_000)
    assert issue["paid_share"] == 5_000_000


def test_rates_that_earn_the_target_incentive_at_quota_are_accepted() -> None:
    text = OVERAGE.replace("rate = 0.5 ", "rate = 0.1 ")
    assert "plan.rates_not_incentive_at_target" not in {issue.code for issue in check(text)}


def test_a_measure_that_cannot_be_read_is_named_and_the_rest_is_checked() -> None:
    own = {"id": "own", "name": "Own", "table": "leeds", "date": "created_on"}
    company = Company.model_validate(COMPANY.model_dump(by_alias=True) | {"measure": [own]})
    plan = read(REFUSED["plan.weights"])
    codes = {issue.code for issue in check_book(replace(book(plan), company=company))}
    assert codes == {"measure.unknown_table", "plan.weights"}
    assert {issue.code for issue in check_plan(plan, replace(book(plan), company=company))} == {
        "plan.weights"
    }


def test_a_gate_nobody_reached_last_year_is_flagged_only_with_results() -> None:
    gated = read(
        GOOD + '\n[[component.gate]]\nall_of = [{ measure = "won_revenue", scope = "shared", '
        'target = "company-revenue", at_least = "90%" }]\n'
    )
    here = book(gated)
    assert check_book(here) == ()
    codes = {issue.code for issue in check_book(here, [run(here, "shared")])}
    assert codes == {"plan.gate_never_reached"}


def test_every_code_of_the_check_has_its_sentences_filled_in() -> None:
    said = [issue for text in (*REFUSED.values(), *WARNED.values(), LEADS, OVERAGE) for issue in check(text)]
    for issue in said:
        assert issue.code in known(), issue.code
        text = sentence(issue, "USD", 2)
        assert "…" not in text.replace(" …", ""), text
        assert "{" not in text, text


def test_a_version_that_is_never_in_force_for_its_dates_is_refused_in_the_book_too() -> None:
    found = [issue.code for issue in check_book(book(read(REFUSED["plan.ends_before_start"])))]
    assert "plan.ends_before_start" in found

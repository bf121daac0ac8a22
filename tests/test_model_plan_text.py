"""Plans, targets and the company as text: what is written reads back equal, and every problem is named."""

import json
from datetime import date
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revplan.issues import Issue
from revplan.model.book import Company, CustomMeasure, Team
from revplan.model.book import Where as Condition
from revplan.model.credit import Credit, Rule
from revplan.model.deals import Deals
from revplan.model.plan import (
    Assigned,
    AverageRate,
    Component,
    Gate,
    Leave,
    Limit,
    Linear,
    Marginal,
    Multiplier,
    Overage,
    PaysFixed,
    PaysIncentive,
    PaysRate,
    Plan,
    Point,
    Ramp,
    RatePoint,
    Steps,
    Tier,
    Whole,
)
from revplan.model.plan import Condition as GateCondition
from revplan.model.plan_text import (
    read_company,
    read_plan,
    read_targets,
    write_company,
    write_plan,
    write_targets,
)
from revplan.model.record import Record
from revplan.model.record_text import number_text, read_document, to_document
from revplan.model.targets import Portion, Sharing, Target, TargetsFile, TargetYear
from revplan.periods import Grain

PLAN = """
format = 1
id = "marketing-shared"
name = "Marketing"
sets = ["shared"]
from = 2026-01-01

[assigned]
teams = ["marketing"]

[[component]]
id = "revenue"
name = "Shared revenue bonus"
measure = "won_revenue"
scope = "shared"
target = "company-revenue"
pays = { way = "incentive", weight = "100%" }

[component.table]
kind = "marginal"
tiers = [
  { from = 0, rate = 1 },
  { from = "100%", rate = 1.4 },  # faster past the target
]
"""

numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=6)
ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,20}", fullmatch=True)
texts = st.text(max_size=30)
grains = st.sampled_from(get_args(Grain))
bounds = {
    "edge": st.sampled_from(["higher", "lower"]),
    "before_first": st.sampled_from(["zero", "flat", "extend"]),
    "after_last": st.sampled_from(["zero", "flat", "extend"]),
    "on_negative": st.sampled_from(["extend", "zero"]),
}


def some(strategy: st.SearchStrategy, least: int = 1) -> st.SearchStrategy:
    return st.lists(strategy, min_size=least, max_size=3).map(tuple)


def make(model: type[Record], **fields: st.SearchStrategy) -> st.SearchStrategy:
    """Records of these fields; unlike st.builds, whatever is left out stays at its default."""
    return st.fixed_dictionaries(fields).map(lambda values: model(**values))


def maybe(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | strategy


tiers = some(make(Tier, from_=numbers, to=maybe(numbers), rate=numbers))
points = make(Point, at=numbers, pays=numbers)
tables = st.one_of(
    make(Marginal, tiers=tiers, **bounds),
    make(Whole, tiers=tiers, **bounds),
    make(Overage, tiers=tiers, above=numbers, **bounds),
    make(Linear, points=some(points, 2), **bounds),
    make(AverageRate, points=some(make(RatePoint, at=numbers, rate=numbers), 2), **bounds),
    make(Steps, steps=some(points), add_up=st.booleans(), **bounds),
)
touched = {
    "look_back_days": st.integers(0, 400),
    "half_life_days": st.integers(1, 3650),
    "roll_up": st.booleans(),
}
counted = {
    "measure": ids,
    "scope": st.sampled_from(["own", "team", "shared"]),
    "target": maybe(ids),
    "credit": st.one_of(
        make(Credit, rule=st.sampled_from(sorted(get_args(Rule))), **touched),
        make(Credit, rule=st.just("position"), anchors=st.tuples(numbers, numbers), **touched),
        make(Credit, rule=st.just("w_shape"), anchors=st.tuples(*[numbers] * 3), **touched),
    ),
    "per": maybe(grains),
}
limits = make(Limit, amount=maybe(numbers), of_incentive=maybe(numbers))
conditions = make(GateCondition, at_least=numbers, edge=st.sampled_from(["higher", "lower"]), **counted)
components = make(
    Component,
    id=ids,
    name=texts,
    input=st.sampled_from(["attainment", "amount", "value", "growth"]),
    pays=st.one_of(make(PaysRate), make(PaysIncentive, weight=numbers), make(PaysFixed)),
    table=tables,
    table_per=st.sampled_from(["period", "transaction"]),
    measured_per=grains,
    paid_per=maybe(grains),
    accumulation=st.sampled_from(["discrete", "cumulative"]),
    divides_by=st.sampled_from(["full_period", "to_date"]),
    recovers=st.booleans(),
    eligibility=st.sampled_from(["at_transaction", "at_period_end"]),
    gates=st.lists(make(Gate, all_of=some(conditions)), max_size=2).map(tuple),
    multiplier=maybe(make(Multiplier, table=tables, **counted)),
    floor=maybe(limits),
    cap=maybe(limits),
    deals=make(Deals, minimum_credit=maybe(numbers), payout_cap=maybe(numbers)),
    **counted,
)
plans = make(
    Plan,
    id=ids,
    name=texts,
    sets=some(ids),
    version=st.integers(1, 99),
    from_=st.dates(max_value=date(2499, 12, 31)),
    to=maybe(st.dates(min_value=date(2500, 1, 1))),
    assigned=make(Assigned, teams=some(texts, 0), roles=some(texts, 0), payees=some(texts, 0)),
    prorate=st.sampled_from(["days", "months", "none"]),
    ramp=maybe(
        make(
            Ramp, quota=some(numbers.map(abs)), starts=st.sampled_from(["joining_month", "first_full_month"])
        )
    ),
    accumulators=st.sampled_from(["carry", "restart"]),
    leave=make(Leave, cuts_quota=st.booleans(), credit_counts=st.booleans()),
    notes=texts,
    components=some(components),
)
years = st.one_of(
    make(TargetYear, year=st.integers(1990, 2100), amounts=some(numbers), basis=texts),
    make(TargetYear, year=st.integers(1990, 2100), total=numbers, weights=some(numbers, 0)),
)
owners = st.sampled_from(["company", "team:sales", "payee:ada"])
portions = st.one_of(
    make(Portion, owner=owners, of=owners, share=numbers, from_=maybe(st.dates())),
    make(Portion, owner=owners, years=some(years)),
)
target_files = make(
    TargetsFile,
    targets=st.lists(
        make(
            Target,
            id=ids,
            name=texts,
            measure=ids,
            grain=grains,
            owner=owners,
            years=some(years),
            shared_with=some(make(Sharing, team=ids, from_=maybe(st.dates())), 0),
            portions=some(portions, 0),
        ),
        max_size=3,
    ).map(tuple),
)
companies = make(
    Company,
    name=texts,
    currency=st.sampled_from(["USD", "EUR", "JPY", "XTS"]),
    minor_digits=maybe(st.integers(0, 9)),
    fiscal_year_starts=st.integers(1, 12),
    as_of=st.dates(),
    teams=some(make(Team, id=ids, name=texts, kind=st.sampled_from(["marketing", "other"]))),
    measures=some(
        make(
            CustomMeasure,
            id=ids,
            name=texts,
            table=ids,
            date=ids,
            plus=some(ids, 0),
            at_least=maybe(numbers),
            where=some(
                make(
                    Condition,
                    column=ids,
                    is_=st.sampled_from(["=", "not in", "empty"]),
                    value=st.one_of(st.none(), texts, numbers, st.lists(texts, max_size=3).map(tuple)),
                ),
                0,
            ),
        ),
        0,
    ),
)


@given(plans)
def test_a_plan_reads_back_equal(plan: Plan) -> None:
    assert read_plan(write_plan(plan)) == (plan, ())


@given(target_files)
def test_targets_read_back_equal(targets: TargetsFile) -> None:
    assert read_targets(write_targets(targets)) == (targets, ())


@given(companies)
def test_a_company_reads_back_equal(company: Company) -> None:
    assert read_company(write_company(company)) == (company, ())


@given(plans)
def test_writing_is_stable(plan: Plan) -> None:
    text = write_plan(plan)
    again, _ = read_plan(text)
    assert again is not None
    assert write_plan(again) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30))
def test_numbers_are_written_in_full_and_exactly(value: Decimal) -> None:
    text = number_text(value)
    assert "E" not in text.upper()
    assert Decimal(text) == value


def test_a_plan_is_written_so_that_people_can_read_it() -> None:
    plan, _ = read_plan(PLAN)
    assert plan is not None
    assert write_plan(plan) == (
        """\
format = 1
id = "marketing-shared"
name = "Marketing"
sets = ["shared"]
version = 1
from = 2026-01-01
assigned = { teams = ["marketing"] }

[[component]]
id = "revenue"
name = "Shared revenue bonus"
measure = "won_revenue"
scope = "shared"
target = "company-revenue"
pays = { way = "incentive", weight = 1 }

[component.table]
kind = "marginal"
tiers = [
  { from = 0, rate = 1 },
  { from = 1, rate = 1.4 },
]
"""
    )


def test_percent_and_plain_numbers_are_the_same_exact_number() -> None:
    plan, issues = read_plan(PLAN.replace("rate = 1.4", 'rate = "8.25%"'))
    assert plan is not None
    assert not issues
    table = plan.components[0].table
    assert isinstance(table, Marginal)
    assert table.tiers[1] == Tier.model_validate({"from": 1, "rate": "0.0825"})


def line(issue: Issue) -> str:
    return PLAN.splitlines()[issue.where.row - 1]


def test_every_problem_is_listed_with_its_place_not_only_the_first() -> None:
    broken = (
        PLAN.replace("rate = 1.4", 'rate = "plenty"')
        .replace('scope = "shared"', 'scope = "everyone"')
        .replace("from = 2026-01-01", "form = 2026-01-01")
    )
    plan, issues = read_plan(broken, "plans/marketing.toml")
    assert plan is None
    assert {(issue.code, issue.where.row, issue.where.column) for issue in issues} == {
        ("text.misspelt_field", 6, "form"),
        ("text.missing_field", 1, "from"),
        ("text.not_one_of", 15, "component[1].scope"),
        ("text.not_number", 23, "component[1].table.tiers[2].rate"),
    }
    assert {issue.where.file for issue in issues} == {"plans/marketing.toml"}
    assert {issue.where.plan for issue in issues} == {"marketing-shared"}
    assert {issue.where.component for issue in issues} == {"", "revenue"}


@pytest.mark.parametrize(
    ("right", "wrong", "code", "at", "parameters"),
    [
        ("sets =", "set =", "text.misspelt_field", "set", {"field": "set", "suggestion": "sets"}),
        ("target =", "goal =", "text.unknown_field", "component[1].goal", {"field": "goal"}),
        (
            'kind = "marginal"',
            'kind = "margin"',
            "text.not_one_of",
            "component[1].table.kind",
            {"value": "margin", "choices": "marginal, whole, overage, linear, average_rate, steps, keyed"},
        ),
        ('kind = "marginal"', "", "text.missing_field", "component[1].table.kind", {"field": "kind"}),
        ("format = 1", "format = 2", "text.other_format", "format", {"value": "2"}),
        ('"marketing-shared"', '"marketing shared"', "text.bad_id", "id", {"value": "marketing shared"}),
        ("from = 2026-01-01", 'from = "soon"', "text.not_date", "from", {"value": "soon"}),
        ('name = "Marketing"', "name = 7", "text.wrong_type", "name", {"expected": "text in quotes"}),
        ('sets = ["shared"]', "sets = []", "text.empty_list", "sets", {"field": "sets", "least": 1}),
        ("rate = 1.4", "rate = nan", "text.not_number", "component[1].table.tiers[2].rate", {}),
        ("rate = 1.4", "rat = 1.4", "text.misspelt_field", "component[1].table.tiers[2].rat", {}),
    ],
)
def test_one_mistake_gives_its_own_code_and_place(
    right: str, wrong: str, code: str, at: str, parameters: dict[str, str]
) -> None:
    assert right in PLAN
    plan, issues = read_plan(PLAN.replace(right, wrong))
    assert plan is None
    issue = next(issue for issue in issues if issue.code == code)
    assert issue.where.column == at
    assert issue.severity == "error"
    assert dict(issue.parameters) | parameters == dict(issue.parameters)


def test_text_that_is_not_toml_names_the_line() -> None:
    _, (issue,) = read_plan(PLAN.replace("sets = [", "sets = "), "p.toml")
    assert (issue.code, issue.where.row, issue.where.file) == ("text.syntax", 5, "p.toml")


def test_an_unfinished_text_points_at_its_end() -> None:
    _, (issue,) = read_plan("sets = [", "p.toml")
    assert (issue.code, issue.where.row) == ("text.syntax", 1)


def test_a_byte_order_mark_is_not_a_problem() -> None:
    assert read_plan("\ufeff" + PLAN)[1] == ()


def test_targets_name_the_target_and_say_what_excludes_what() -> None:
    text = """
[[target]]
id = "company-revenue"
name = "Revenue"
measure = "won_revenue"
year = [{ year = 2026, amounts = [1, 2, 3, 4], total = 10 }]
[[target.portion]]
owner = "sales"
share = 0.5
"""
    targets, issues = read_targets(text)
    assert targets is None
    assert {(issue.code, issue.where.column, issue.where.row, issue.where.target) for issue in issues} == {
        ("text.amounts_or_total", "target[1].year[1]", 6, "company-revenue"),
        ("text.bad_owner", "target[1].portion[1].owner", 8, "company-revenue"),
    }


def test_a_company_says_what_is_missing() -> None:
    company, issues = read_company('name = "Acme"\nas_of = 2026-06-30\n')
    assert company is None
    assert [(issue.code, issue.where.column) for issue in issues] == [("text.missing_field", "team")]


def test_a_full_company_reads() -> None:
    company, _ = read_company(
        'name = "Acme"\nas_of = 2026-06-30\nteam = [{ id = "sales", name = "Sales" }]\n'
    )
    assert company == Company.model_validate(
        {"name": "Acme", "as_of": date(2026, 6, 30), "team": (Team(id="sales", name="Sales"),)}
    )


@given(plans)
def test_every_value_has_a_line(plan: Plan) -> None:
    """A number that is wrong is found on the line on which it stands."""
    text = write_plan(plan)
    target = f"from = {plan.from_.isoformat()}"
    row = next(number for number, each in enumerate(text.split("\n"), 1) if each == target)
    _, issues = read_plan(text.replace(target, "from = 7.5", 1) if text.count(target) == 1 else text)
    assert not issues or issues[0].where.row == row


@given(plans)
def test_a_plan_survives_as_json(plan: Plan) -> None:
    document = json.loads(json.dumps(to_document(plan)))
    assert read_document(Plan, document) == (plan, ())


def test_a_wrong_document_names_the_place_without_a_line() -> None:
    plan, _ = read_plan(PLAN)
    assert plan is not None
    document = to_document(plan)
    document["component"][0]["table"]["tiers"][1]["rate"] = None
    _, (issue,) = read_document(Plan, document)
    assert (issue.where.column, issue.where.row) == ("component[1].table.tiers[2].rate", 0)

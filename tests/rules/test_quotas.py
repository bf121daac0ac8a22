"""Targets resolved: amounts by period and month that add up, portions, shares, and what is refused."""

from datetime import date
from typing import Any

import pytest

from revplan.issues import Issue
from revplan.rules.quotas import Quotas, resolve, resolve_months
from tests.rules.written_book import company_of, target_of

YEAR = (date(2025, 1, 1), date(2026, 1, 1))
Q1 = (date(2025, 1, 1), date(2025, 4, 1))
JAN, FEB, MAR = ((date(2025, month, 1), date(2025, month + 1, 1)) for month in (1, 2, 3))


def quotas_of(company: Any = None, **fields: Any) -> Quotas:
    quotas, issues = resolve_months(company or company_of(), [target_of(**fields)])
    assert not issues
    return quotas


def periods_of(**fields: Any) -> dict[str, list[int]]:
    """Amounts of each owner in the target's periods, in minor units."""
    found: dict[str, list[int]] = {}
    for row in resolve(company_of(), [target_of(**fields)]).to_pylist():
        found.setdefault(row["owner"], []).append(row["amount"])
    return found


def issue_of(**fields: Any) -> Issue:
    quotas, issues = resolve_months(company_of(), [target_of(**fields)])
    assert not quotas.targets
    assert len(issues) == 1
    return issues[0]


def year(**fields: Any) -> list[dict[str, Any]]:
    return [{"year": 2025, **fields}]


# ---------------------------------------------------------------- amounts


def test_typed_amounts_stand_in_their_periods_in_minor_units() -> None:
    assert periods_of(year=year(amounts=[10, 20, "30.005", 40])) == {"company": [1000, 2000, 3001, 4000]}


def test_a_total_is_divided_by_weights_and_adds_up_exactly() -> None:
    assert periods_of(year=year(total=100, weights=[1, 1, 1, 0])) == {"company": [3334, 3333, 3333, 0]}
    assert periods_of(year=year(total="0.03")) == {"company": [1, 1, 1, 0]}


def test_months_add_up_to_their_period_exactly() -> None:
    quotas = quotas_of(year=year(amounts=[100, 0, 0, 0]))
    assert [quotas.amount("quota", "company", *month) for month in (JAN, FEB, MAR)] == [3334, 3333, 3333]
    assert quotas.amount("quota", "company", *Q1) == 10_000


def test_a_fiscal_year_that_starts_in_april_has_its_first_quarter_there() -> None:
    quotas = quotas_of(company_of(fiscal_year_starts=4), year=year(amounts=[12, 0, 0, 0]))
    assert quotas.amount("quota", "company", date(2024, 4, 1), date(2024, 7, 1)) == 1200
    assert quotas.amount("quota", "company", date(2025, 4, 1), date(2025, 7, 1)) is None


def test_counts_are_kept_in_millionths_and_money_in_the_companys_minor_units() -> None:
    assert periods_of(measure="leads", grain="year", year=year(total=5)) == {"company": [5_000_000]}
    yen = quotas_of(company_of(currency="JPY"), grain="year", year=year(total=100))
    assert yen.amount("quota", "company", *YEAR) == 100


def test_a_ratio_stands_in_every_period_as_it_is() -> None:
    quotas = quotas_of(measure="nrr", year=year(amounts=["1.02", "1.03", "105%", "1.1"]))
    assert quotas.amount("quota", "company", *FEB) == 1_020_000
    assert quotas.amount("quota", "company", *Q1) == 1_020_000
    assert quotas.amount("quota", "company", *YEAR) == 1_100_000  # the last one, never a sum
    assert periods_of(measure="nrr", year=year(total="1.05")) == {"company": [1_050_000] * 4}


def test_a_period_outside_the_years_of_the_target_has_no_amount() -> None:
    quotas = quotas_of()
    assert quotas.amount("quota", "company", date(2024, 1, 1), date(2025, 1, 1)) is None
    assert quotas.amount("quota", "team:sales", *YEAR) is None


# ---------------------------------------------------------------- portions


def portion(owner: str, share: Any = None, **fields: Any) -> dict[str, Any]:
    return {"owner": owner, **({} if share is None else {"share": share}), **fields}


def test_portions_of_100_percent_add_up_exactly() -> None:
    thirds = [
        portion("team:sales", "33.33%"),
        portion("team:marketing", "33.33%"),
        portion("team:success", "33.34%"),
    ]
    found = periods_of(year=year(amounts=["0.05", "100.01", "0.02", 1]), portion=thirds)
    whole = found.pop("company")
    assert [sum(parts) for parts in zip(*found.values(), strict=True)] == whole


def test_over_assignment_stays_as_it_is() -> None:
    found = periods_of(portion=[portion("team:sales", "80%"), portion("team:marketing", "50%")])
    assert found == {"company": [10_000] * 4, "team:sales": [8_000] * 4, "team:marketing": [5_000] * 4}


def test_a_portion_of_a_portion_is_divided_from_it_in_whatever_order_they_stand() -> None:
    found = periods_of(portion=[portion("payee:ann", "25%", of="team:sales"), portion("team:sales", "50%")])
    assert found["payee:ann"] == [1_250] * 4


def test_a_portion_of_a_portion_with_two_dated_parents_follows_both() -> None:
    found = periods_of(
        portion=[
            portion("team:sales", "50%", to="2025-07-01"),
            portion("team:marketing", "40%"),
            portion("team:sales", 1, of="team:marketing", **{"from": "2025-07-01"}),
            portion("payee:ann", "10%", of="team:sales"),
        ]
    )
    assert found["team:sales"] == [5_000, 5_000, 4_000, 4_000]
    assert found["payee:ann"] == [500, 500, 400, 400]


def test_a_portion_with_amounts_of_its_own_does_not_depend_on_the_whole() -> None:
    found = periods_of(portion=[portion("team:sales", year=year(amounts=[1, 2, 3, 4]))])
    assert found["team:sales"] == [100, 200, 300, 400]


def test_a_dated_portion_holds_from_its_start_up_to_its_end() -> None:
    quotas = quotas_of(
        year=year(amounts=[90, 90, 90, 90]),
        portion=[portion("payee:ann", 1, to="2025-03-01"), portion("payee:bob", 1, **{"from": "2025-03-01"})],
    )
    assert quotas.amount("quota", "payee:ann", *YEAR) == 6_000
    assert quotas.amount("quota", "payee:ann", *MAR) is None
    assert quotas.amount("quota", "payee:bob", *Q1) == 3_000
    assert quotas.amount("quota", "payee:bob", *YEAR) == 30_000


def test_a_target_of_a_team_is_divided_among_its_payees() -> None:
    found = periods_of(owner="team:sales", portion=[portion("payee:ann", "40%")])
    assert found == {"team:sales": [10_000] * 4, "payee:ann": [4_000] * 4}


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("fields", "code", "said"),
    [
        (
            {"year": year(amounts=[1, 2, 3])},
            "target_amounts_do_not_fit",
            {"year": 2025, "given": 3, "wanted": 4},
        ),
        (
            {"year": year(total=1, weights=[1, 2])},
            "target_weights_do_not_fit",
            {"year": 2025, "given": 2, "wanted": 4},
        ),
        ({"year": year(total=1, weights=[0, 0, 0, 0])}, "target_weights_divide_nothing", {"year": 2025}),
        (
            {"portion": [portion("payee:ann", 1, of="team:sales")]},
            "target_part_of_nothing",
            {"owners": "sales"},
        ),
        (
            {"portion": [portion("payee:ann", 1, of="payee:bob"), portion("payee:bob", 1, of="payee:ann")]},
            "target_part_of_nothing",
            {"owners": "ann, bob"},
        ),
        (
            {"portion": [portion("payee:ann", 2), portion("payee:bob", -1)]},
            "target_below_zero",
            {"owner": "bob"},
        ),
    ],
)
def test_a_target_with_wrong_amounts_is_left_out_with_what_is_wrong(
    fields: Any, code: str, said: dict[str, Any]
) -> None:
    issue = issue_of(**fields)
    assert (issue.code, issue.where.target, issue.parameters) == (code, "quota", said)


def test_a_target_of_an_unknown_measure_is_left_out_with_its_name() -> None:
    issue = issue_of(measure="happiness")
    assert (issue.code, issue.parameters["measure"]) == ("target_unknown_measure", "happiness")


def test_a_wrong_target_does_not_take_the_others_with_it() -> None:
    wrong, right = target_of(id="wrong", measure="happiness"), target_of()
    quotas, issues = resolve_months(company_of(), [wrong, right])
    assert list(quotas.targets) == ["quota"]
    assert [issue.where.target for issue in issues] == ["wrong"]


# ---------------------------------------------------------------- who shares it


def test_a_team_shares_a_target_from_its_day_up_to_the_day_on_which_it_stops() -> None:
    sharing = [{"team": "sales"}, {"team": "marketing", "from": "2025-04-01", "to": "2025-07-01"}]
    quotas = quotas_of(shared_with=sharing)
    days = [date(2025, 3, 31), date(2025, 4, 1), date(2025, 6, 30), date(2025, 7, 1)]
    assert [quotas.shares("quota", "marketing", day) for day in days] == [False, True, True, False]
    assert all(quotas.shares("quota", "sales", day) for day in days)
    assert not quotas.shares("quota", "success", days[0])


def test_a_target_that_names_no_team_is_everybodys() -> None:
    assert quotas_of().shares("quota", "success", date(2025, 1, 1))

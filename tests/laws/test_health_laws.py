"""Laws of key figures, on generated tables: worked out a second time by hand, within bounds, in any order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from revplan.metrics.health.figures import kpi_periods
from revplan.model.book import Book
from revplan.model.results import STANDINGS
from revplan.periods import add_months
from revplan.rules.health import health
from tests.laws.records import table
from tests.rules.written_book import company_of

COMPANY = company_of(as_of="2025-11-17")
DAYS = st.dates(date(2023, 10, 1), date(2026, 1, 31))
FEW = settings(max_examples=15, deadline=None)
TEAMS = {"ann": "sales", "sue": "success"}


@dataclass(frozen=True)
class Contract:
    account: str
    start: date
    end: date | None
    arr: int


@dataclass(frozen=True)
class Deal:
    owner: str | None
    outcome: str
    created: date | None
    closed: date
    amount: int


contracts = st.lists(
    st.builds(Contract, st.sampled_from("abcd"), DAYS, st.none() | DAYS, st.integers(0, 10**9)), max_size=9
)
deals = st.lists(
    st.builds(
        Deal,
        st.sampled_from([*TEAMS, None]),
        st.sampled_from(["won", "lost", "open"]),
        st.none() | DAYS,
        DAYS,
        st.integers(-1000, 10**9),
    ),
    max_size=12,
)


def figures(**rows: Sequence[dict[str, object]]) -> dict[tuple[str, str, str], Fraction | str]:
    """Every figure as an exact fraction, or the reason why there is none, by figure, owner and period."""
    people = [
        {"payee_id": payee, "name": payee, "team": team, "role": "rep", "starts_on": date(2020, 1, 1)}
        for payee, team in TEAMS.items()
    ]
    tables = {name: table(name, of) for name, of in {"payees": people, **rows}.items()}
    kpis, _ = health(Book(COMPANY, (), (), tables), STANDINGS.empty_table())
    return {
        (row["kpi"], row["owner"], row["period"]): row["reason"]
        or Fraction(int(row["numerator"]), int(row["denominator"]))
        for row in kpis.to_pylist()
    }


def contract_rows(of: Sequence[Contract]) -> list[dict[str, object]]:
    return [
        {"contract_id": f"k{i}", "account_id": one.account, "kind": "new", "starts_on": one.start}
        | {"ends_on": one.end, "arr": one.arr}
        for i, one in enumerate(of)
    ]


def deal_rows(of: Sequence[Deal]) -> list[dict[str, object]]:
    return [
        {"opportunity_id": f"d{i}", "owner_id": one.owner, "outcome": one.outcome, "created_on": one.created}
        | {"closed_on": one.closed, "amount": one.amount}
        for i, one in enumerate(of)
    ]


def arr_on(of: Sequence[Contract], account: str, day: date) -> int:
    known = [one for one in of if one.account == account and one.start <= COMPANY.as_of]
    return sum(one.arr for one in known if one.start <= day < (one.end or date.max))


@FEW
@given(contracts)
def test_retention_is_what_a_hand_makes_of_the_contracts_and_gross_never_above_net_or_all(
    of: list[Contract],
) -> None:
    found = figures(contracts=contract_rows(of))
    for period in kpi_periods(COMPANY):
        before, now = add_months(period.end, -12) - timedelta(days=1), min(period.last_day, COMPANY.as_of)
        pairs = [(arr_on(of, account, before), arr_on(of, account, now)) for account in "abcd"]
        cohort = [(start, end) for start, end in pairs if start > 0]
        net, gross = (found[name, "company", period.label] for name in ("nrr", "grr"))
        if not cohort:
            assert net == gross == "no_customers"
            continue
        start = sum(one for one, _ in cohort)
        assert net == Fraction(sum(end for _, end in cohort), start)
        assert gross == Fraction(sum(min(pair) for pair in cohort), start)
        assert isinstance(net, Fraction)
        assert isinstance(gross, Fraction)
        assert gross <= net
        assert gross <= 1


@FEW
@given(contracts)
def test_churn_is_what_a_hand_counts_over_twelve_finished_months(of: list[Contract]) -> None:
    found = figures(contracts=contract_rows(of))
    for period in kpi_periods(COMPANY):
        end = min(period.end, COMPANY.as_of.replace(day=1))
        months = [add_months(end, -back) for back in range(12, 0, -1)]
        day = timedelta(days=1)
        lost = stock = 0
        for month in months:
            there = [account for account in "abcd" if arr_on(of, account, month - day) > 0]
            stock += len(there)
            lost += sum(arr_on(of, account, add_months(month, 1) - day) == 0 for account in there)
        expected = Fraction(lost, stock) if stock else "no_customers"
        assert found["customer_churn", "company", period.label] == expected


@FEW
@given(deals)
def test_selling_is_what_a_hand_makes_of_the_deals_of_the_company_and_of_each_team(of: list[Deal]) -> None:
    found = figures(opportunities=deal_rows(of))
    for period in kpi_periods(COMPANY):
        for owner in ("company", "team:sales", "team:success"):
            mine = [d for d in of if owner == "company" or f"team:{TEAMS.get(d.owner or '')}" == owner]
            decided = [
                d for d in mine if d.outcome != "open" and d.closed in period and d.closed <= COMPANY.as_of
            ]
            won = [d for d in decided if d.outcome == "won"]
            timed = [d for d in won if d.created is not None and d.created <= d.closed]
            days = sum((d.closed - d.created).days for d in timed if d.created)
            key = (owner, period.label)
            if ("win_rate", *key) not in found:
                assert not decided  # nothing of the team's is in the data
                continue
            rate = Fraction(len(won), len(decided)) if decided else "no_closed_deals"
            assert found["win_rate", *key] == rate
            average = Fraction(sum(d.amount for d in won), len(won)) if won else "no_won_deals"
            assert found["average_deal", *key] == average
            if timed:
                assert found["sales_cycle", *key] == Fraction(days, len(timed))
            if timed and days:
                last = min(period.last_day, COMPANY.as_of)
                here = [d for d in mine if d.created is not None and d.created <= last]
                left = [d for d in here if d.outcome != "open" and d.closed <= last]
                opened = len(here) - len(left)
                assert isinstance(average, Fraction)
                assert isinstance(rate, Fraction)
                expected = opened * average * rate / Fraction(days, len(timed))
                assert found["pipeline_velocity", *key] == expected


@FEW
@given(contracts, deals, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_figure(of: list[Contract], dealt: list[Deal], chance: object) -> None:
    rows = {"contracts": contract_rows(of), "opportunities": deal_rows(dealt)}
    expected = figures(**rows)
    mixed = {name: chance.sample(each, len(each)) for name, each in rows.items()}  # type: ignore[attr-defined]
    assert figures(**mixed) == expected


@FEW
@given(deals)
def test_what_teams_won_and_what_nobody_did_add_up_to_the_companys(of: list[Deal]) -> None:
    found = figures(opportunities=deal_rows(of))
    for period in kpi_periods(COMPANY):
        whole = found["average_deal", "company", period.label]
        if isinstance(whole, str):
            continue
        won = [d for d in of if d.outcome == "won" and d.closed in period and d.closed <= COMPANY.as_of]
        total = Fraction(0)
        for team in ("sales", "success"):
            part = found.get(("average_deal", f"team:{team}", period.label), "no_won_deals")
            number = sum(TEAMS.get(d.owner or "") == team for d in won)
            total += part * number if isinstance(part, Fraction) else 0
        nobodys = sum(d.amount for d in won if d.owner is None)
        assert total + nobodys == whole * len(won)

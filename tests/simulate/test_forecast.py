"""A forecast says where its numbers are from, can be edited as text, and does as scenarios say."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from revplan.data.book_folder import read_book
from revplan.issues import Unfit
from revplan.model.book import Book
from revplan.model.forecast import Forecast
from revplan.model.record_text import read_record, write_record
from revplan.model.scenario import Scenario
from revplan.simulate.backtest import as_known, backtest, inside
from revplan.simulate.estimate import estimate
from revplan.simulate.forecast_changes import apply_to_forecast
from revplan.simulate.future import future_of
from revplan.simulate.monte_carlo import simulate
from revplan.simulate.outcome import accruals, at_risk, drivers, fan, payouts, targets, year_totals
from revplan.simulate.stakes import stakes_of

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"


@pytest.fixture(scope="module")
def sample() -> Book:
    book, _ = read_book(SAMPLE)
    assert book is not None
    return replace(book, closes=())


@pytest.fixture(scope="module")
def forecast(sample: Book) -> Forecast:
    return estimate(sample)


def test_chances_are_those_entered_and_all_sources_are_said(forecast):
    assert forecast.until == date(2027, 1, 1)
    assert {deal.probability_from for deal in forecast.deals} == {"entered"}
    assert forecast.slip.source == "history"
    assert {spread.source for spread in forecast.spreads} == {"history"}
    assert [month.month for month in forecast.new_months] == [1, 2]
    assert len(forecast.alike) == 12


def test_without_entered_chances_history_gives_them(sample, forecast):
    found = estimate(as_known(sample, date(2026, 6, 30)), as_entered=False)
    assert {deal.probability_from for deal in found.deals} <= {"segment", "kind", "all"}
    assert all(deal.expected_on > date(2026, 6, 30) for deal in found.deals)


def test_a_forecast_reads_back_from_its_text(forecast):
    again, issues = read_record(Forecast, write_record(forecast))
    assert issues == ()
    assert again == forecast


@pytest.mark.parametrize("until", [date(2026, 10, 1), date(2026, 12, 15), date(2027, 2, 1), date(2028, 1, 1)])
def test_a_horizon_that_cannot_be_is_refused(sample, forecast, until):
    with pytest.raises(Unfit, match="forecast_until"):
        estimate(sample, until)
    with pytest.raises(Unfit, match="forecast_until"):
        future_of(sample, forecast.model_copy(update={"until": until}))


def test_a_forecast_of_another_day_than_the_book_is_refused(sample, forecast):
    with pytest.raises(Unfit, match="forecast_as_of"):
        future_of(sample, forecast.model_copy(update={"as_of": date(2026, 9, 30)}))


def test_only_deals_due_lately_tell_how_many_slip(sample, forecast):
    rows = sample.tables["opportunities"].to_pylist()
    old = next(row for row in rows if row["outcome"] == "open") | {"closed_on": date(2026, 3, 1)}
    more = pa.Table.from_pylist(
        [*rows, *(old | {"opportunity_id": f"old{n}"} for n in range(50))],
        sample.tables["opportunities"].schema,
    )
    assert estimate(replace(sample, tables=sample.tables | {"opportunities": more})).slip == forecast.slip


def scenario(*changes: dict[str, object]) -> Scenario:
    return Scenario.model_validate({"id": "s", "name": "S", "plan_set": "shared", "change": list(changes)})


def test_levers_act_on_what_is_open_alone(sample, forecast):
    changes: tuple[dict[str, object], ...] = (
        {"kind": "win_rate", "factor": "110%", "which": {"kinds": ["new"]}},
        {"kind": "deal_size", "factor": "90%"},
        {"kind": "new_business", "factor": 2, "teams": ["mid-market"]},
        {"kind": "churn", "factor": "150%"},
    )
    book, changed, issues = apply_to_forecast(sample, forecast, scenario(*changes))
    assert issues == ()
    assert book.tables["opportunities"] is sample.tables["opportunities"]
    for before, after in zip(forecast.deals, changed.deals, strict=True):
        assert after.size == Decimal("0.9")
        if before.kind == "new":
            assert after.probability == min(Decimal(1), before.probability * Decimal("1.1"))
        elif before.kind == "renewal":
            assert after.probability == max(Decimal(0), 1 - (1 - before.probability) * Decimal("1.5"))
        else:
            assert after.probability == before.probability
    factors = {team.team: team.factor for team in changed.new_teams}
    assert factors["mid-market"] == Decimal(2)
    assert factors["enterprise"] == Decimal(1)


def test_a_lever_that_finds_nothing_is_named_with_its_place(sample, forecast):
    changes = ({"kind": "rates", "factor": 1}, {"kind": "new_business", "factor": 2, "teams": ["nobody"]})
    _, same, issues = apply_to_forecast(sample, forecast, scenario(*changes))
    assert same == forecast
    assert ("scenario_unknown_team", 2) in [(issue.code, issue.where.row) for issue in issues]


def test_scenarios_share_their_luck(sample, forecast):
    _, likelier, _ = apply_to_forecast(sample, forecast, scenario({"kind": "win_rate", "factor": "105%"}))
    one, other = (simulate(stakes_of(future_of(sample, f), "shared"), 300, 4) for f in (forecast, likelier))
    company = next(n for n, each in enumerate(one.stakes.reached) if each.owner == "company")
    assert (other.reached[:, company] >= one.reached[:, company]).all()


def test_tables_agree_with_each_other(sample, forecast):
    result = simulate(stakes_of(future_of(sample, forecast), "shared"), 400, 2)
    rows = payouts(result).to_pylist()
    year = {row["level"]: 0 for row in rows}
    for row in rows:
        if row["period"] == "2026":
            year[row["level"]] += row["certain"]
    assert len(set(year.values())) == 1
    (company,) = [row for row in rows if row["level"] == "company" and row["period"] == "2026"]
    assert fan(result).to_pylist()[-1]["p50"] == company["p50"]
    assert sum(fan(result)["known"].to_pylist()) == 10
    assert sum(accruals(result)["mean"].to_pylist()) == pytest.approx(company["mean"], abs=20)
    for row in [*rows, *targets(result).to_pylist()]:
        assert row["least"] <= row["p10"] <= row["p50"] <= row["p90"] <= row["most"]
    assert drivers(result).to_pylist()[0]["correlation"] > 500_000
    beyond = at_risk(year_totals(result), company["p50"])
    assert 400_000 <= beyond.chance <= 500_000
    assert beyond.expected < beyond.when_beyond


def test_a_deal_has_the_mean_and_variance_of_the_formula(sample, forecast):
    amounts = {r["opportunity_id"]: r for r in sample.tables["opportunities"].to_pylist()}
    deal = next(
        each
        for each in forecast.deals
        if each.kind == "new" and each.expected_on < date(2026, 11, 30) and 0 < each.probability < 1
        if amounts[each.id]["currency"] == "USD"
    )
    alone = forecast.model_copy(update={"deals": (deal,), "new_months": (), "alike": ()})
    result = simulate(stakes_of(future_of(sample, alone), "shared"), 100_000, 9)
    drawn = result.driven.sum(axis=1).astype(float)
    factors = np.array([float(f) for s in forecast.spreads if not s.kind for f in s.factors])
    amount, chance = amounts[deal.id]["amount"], float(deal.probability)
    mean = chance * amount * factors.mean()
    variance = chance * amount**2 * (factors**2).mean() - mean**2
    assert abs(drawn.mean() - mean) < 4.5 * (variance / len(drawn)) ** 0.5
    assert drawn.var() == pytest.approx(variance, rel=0.01)


def test_past_forecasts_were_of_the_right_size(sample):
    """Four in five would be right; the docs say how far single months are from it, and why."""
    tested = [t for t in backtest(sample, [date(2025, 6, 30)], trials=200) if t.team != "marketing"]
    assert len(tested) == 18
    assert 0.35 <= inside(tested) <= 0.95
    assert 0.8 < sum(t.p50 for t in tested) / sum(t.actual for t in tested) < 1.2

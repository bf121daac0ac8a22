"""The deal estimator: who may ask about whom, and that its figures are those of a run."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from revplan.access import AccessDenied, Viewer
from revplan.model.plan import Plan
from revplan.model.record_text import to_document
from revplan.service import estimate, plans, workspace
from tests.service.small_book import open_small

CRO, LEAD, PAYEE = Viewer("cro"), Viewer("lead", "sales", "P3"), Viewer("payee", "", "P1")


@pytest.fixture
def small(tmp_path: Path) -> Iterator[workspace.Workspace]:
    yield open_small(tmp_path)
    workspace.reset()


def test_what_the_payees_plans_count_can_be_asked(small: workspace.Workspace) -> None:
    found = estimate.choices(PAYEE, "shared", "P1")
    assert [(offer.measure, offer.unit) for offer in found.offers] == [("won_revenue", "money")]
    assert (found.first, found.on, found.last) == (date(2026, 4, 1), date(2026, 6, 30), date(2026, 12, 31))
    assert [o.measure for o in estimate.choices(CRO, "volume", "P4").offers] == ["leads"]
    assert estimate.choices(CRO, "shared", "P4").offers == ()


@pytest.mark.parametrize(("viewer", "payee"), [(PAYEE, "P2"), (LEAD, "P4"), (Viewer(), "P1"), (LEAD, "P9")])
def test_nobody_asks_about_somebody_whom_they_do_not_see(
    small: workspace.Workspace, viewer: Viewer, payee: str
) -> None:
    offer = estimate.choices(CRO, "shared", "P1").offers[0]
    with pytest.raises(AccessDenied):
        estimate.choices(viewer, "shared", payee)
    with pytest.raises(AccessDenied):
        estimate.estimate(viewer, "shared", payee, offer, 100, date(2026, 6, 30))
    with pytest.raises(AccessDenied):
        estimate.needed(viewer, "shared", payee, offer, 100, date(2026, 6, 30))


def test_the_next_deal_pays_by_the_plan(small: workspace.Workspace) -> None:
    """P1 has 900 (half of 90% of 2,000) a quarter and 10,000 of target incentive: 90 more are 1,000 more."""
    offer = estimate.choices(LEAD, "shared", "P1").offers[0]
    found = estimate.estimate(LEAD, "shared", "P1", offer, 9_000, date(2026, 6, 30))
    assert found.gain == 100_000
    assert [(row["period"], row["difference"]) for row in found.lines.to_pylist()] == [("2026-Q2", 100_000)]
    assert estimate.needed(LEAD, "shared", "P1", offer, 100_000, date(2026, 6, 30)) == 9_000


def test_a_later_day_counts_in_its_own_period(small: workspace.Workspace) -> None:
    offer = estimate.choices(PAYEE, "shared", "P1").offers[0]
    found = estimate.estimate(PAYEE, "shared", "P1", offer, 13_500, date(2026, 8, 15))
    assert [(r["period"], r["before"], r["after"]) for r in found.lines.to_pylist()] == [
        ("2026-Q3", 0, 100_000)
    ]


def test_nothing_and_less_than_nothing_cannot_be_asked(small: workspace.Workspace) -> None:
    offer = estimate.choices(PAYEE, "shared", "P1").offers[0]
    with pytest.raises(ValueError, match="won_revenue"):
        estimate.estimate(PAYEE, "shared", "P1", offer, 0, date(2026, 6, 30))
    with pytest.raises(ValueError, match="nothing"):
        estimate.needed(PAYEE, "shared", "P1", offer, -1, date(2026, 6, 30))
    with pytest.raises(KeyError):
        estimate.choices(PAYEE, "other", "P1")


def test_lines_of_two_segments_of_a_period_are_told_apart() -> None:
    """Somebody who changed the team in the quarter, with a line for each: only the second one moves."""

    def lines(second: int) -> pa.Table:
        line = {"plan_id": "p", "component_id": "c", "component_name": "C", "period": "2026-Q2"}
        rows = [line | {"segment": 1, "payout": 100}, line | {"segment": 2, "payout": second}]
        return pa.Table.from_pylist(rows)

    found = estimate._between(lines(50), lines(80), 30)
    assert (found.before, found.after, found.gain, found.lines.num_rows) == (50, 80, 30, 1)


def test_what_is_held_is_told_apart_from_what_is_paid(small: workspace.Workspace) -> None:
    """Half of the pay waits for the cash: the estimate says how much of it is on the statements."""
    entry = plans.find_plan(CRO, "sales_shared")
    assert entry is not None
    assert not estimate.choices(CRO, "shared", "P1").adjusted
    document = to_document(entry.plan)
    document["component"][0]["release"] = {"way": "on_event", "event": "collected", "at_booking": "0.5"}
    plans.save_plan(CRO, Plan.model_validate(document), entry)
    asked = estimate.choices(CRO, "shared", "P1")
    found = estimate.estimate(CRO, "shared", "P1", asked.offers[0], 9_000, date(2026, 6, 30))
    assert asked.adjusted
    assert (found.gain, found.paid) == (100_000, 50_000)


def test_what_makes_a_difference_to_pay_is_asked_of_the_deal(small: workspace.Workspace) -> None:
    """A deal for three years pays on twice what it counts; so 90 of it are worth 180."""
    entry = plans.find_plan(CRO, "sales_shared")
    assert entry is not None
    nothing = estimate.choices(CRO, "shared", "P1").traits
    assert nothing == estimate.Telling((), (), (), term=False, discount=False)
    document = to_document(entry.plan)
    component = document["component"][0]
    component["table"] = {"kind": "whole", "tiers": [{"from": 0, "rate": 1}]}
    component["pays_on"] = {"factors": [{"products": ["Suite"], "min_term_months": 36, "factor": 2}]}
    plans.save_plan(CRO, Plan.model_validate(document), entry)
    asked = estimate.choices(CRO, "shared", "P1")
    assert (asked.traits.products, asked.traits.term, asked.traits.discount) == (("Suite",), True, False)
    long = estimate.Traits(product="Suite", term_months=36)
    gains = [
        estimate.estimate(CRO, "shared", "P1", asked.offers[0], 9_000, date(2026, 6, 30), traits).gain
        for traits in (estimate.Traits(), long)
    ]
    assert gains == [100_000, 200_000]
    assert estimate.needed(CRO, "shared", "P1", asked.offers[0], 200_000, date(2026, 6, 30), long) == 9_000

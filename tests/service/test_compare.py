"""Two plan sets side by side: laws of the figures, and who sees which."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow.compute as pc
import pytest

from revplan.access import AccessDenied, Viewer
from revplan.service import compare as service
from revplan.service import workspace
from revplan.service.compare import Comparison, compare
from revplan.service.compare_words import opening_sentence
from revplan.service.workspace import Workspace
from revplan.store import activity
from tests.test_cli import PAYEES, SHARED, TARGETS, write_book

CRO = Viewer("cro")
MARKETING = Viewer("lead", "marketing", "M1")


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Workspace]:
    workspace.reset()
    yield open_book(tmp_path)
    workspace.reset()


def open_book(folder: Path, **changes: str) -> Workspace:
    return workspace.open_at(folder / "home", sample=write_book(folder / "book", **changes))


def total(c: Comparison, table: str, column: str) -> int:
    return pc.sum(getattr(c, table)[column]).as_py() or 0


def test_the_set_that_shares_least_comes_first(here: Workspace) -> None:
    assert service.plan_sets(CRO) == ("volume", "shared")


def test_swapping_the_sets_negates_every_difference(here: Workspace) -> None:
    there, back = compare(CRO, "volume", "shared"), compare(CRO, "shared", "volume")
    for table in ("teams", "people", "series", "missing"):
        one, other = getattr(there, table), getattr(back, table)
        assert one.num_rows
        assert one["difference"].to_pylist() == [-x for x in other["difference"].to_pylist()]
        assert one["share_a"].to_pylist() == other["share_b"].to_pylist()
    assert there.totals is not None
    assert back.totals is not None
    assert there.totals.cost_a == back.totals.cost_b
    (gain, lose, same) = there.moves
    assert (lose, gain, same) == back.moves
    assert gain + lose > 0


def test_people_teams_and_periods_add_up_to_the_same(here: Workspace) -> None:
    c = compare(CRO, "volume", "shared")
    assert c.totals is not None
    for column, cost in (("payout_a", c.totals.cost_a), ("payout_b", c.totals.cost_b)):
        assert (
            total(c, "teams", column) == total(c, "people", column) == total(c, "series", column) == cost > 0
        )


def test_a_set_beside_itself_changes_nothing(here: Workspace) -> None:
    c = compare(CRO, "volume", "volume")
    assert set(c.people["difference"].to_pylist()) == {0}
    assert "the same under both" in opening_sentence(c)


def test_pay_of_missed_quarters_is_what_the_lines_of_those_quarters_say(here: Workspace) -> None:
    c = compare(CRO, "volume", "shared")
    assert [window.label for window in c.missed] == ["2026-Q1"]
    lines = here.run("volume").lines
    first = pc.sum(lines.filter(pc.equal(lines["period"], "2026-Q1"))["payout"]).as_py()
    assert c.totals is not None
    assert c.totals.missing_a == total(c, "missing", "payout_a") == first


def test_pay_is_held_against_the_target_incentive_of_the_quarter(here: Workspace) -> None:
    c = compare(CRO, "volume", "shared", "2026-Q1", "2026-Q1")
    (row,) = [row for row in c.teams.to_pylist() if row["team_id"] == "marketing"]
    assert row["target_pay"] == 20_000_00 // 4
    assert row["share_b"] == round(row["payout_b"] * 1_000_000 / row["target_pay"])


def test_the_cost_is_held_against_what_the_company_won(here: Workspace) -> None:
    totals = compare(CRO, "volume", "shared").totals
    assert totals is not None
    assert totals.result == 180_000_10
    assert totals.share_a == round(totals.cost_a * 1_000_000 / totals.result)


def test_a_span_keeps_only_its_quarters(here: Workspace) -> None:
    whole, part = compare(CRO, "volume", "shared"), compare(CRO, "volume", "shared", "2026-Q2", "2026-Q2")
    assert set(part.series["window"].to_pylist()) == {"2026-Q2"}
    assert total(part, "people", "payout_a") < total(whole, "people", "payout_a")
    assert whole.choices == part.choices


def test_a_lead_sees_the_own_team_and_no_totals(here: Workspace) -> None:
    c = compare(MARKETING, "volume", "shared")
    assert c.totals is None
    for table in ("teams", "people", "series", "missing"):
        assert set(getattr(c, table)["team_id"].to_pylist()) == {"marketing"}
    whole = compare(CRO, "volume", "shared").people
    assert c.people.to_pylist() == whole.filter(pc.equal(whole["team_id"], "marketing")).to_pylist()
    assert c.windows == compare(CRO, "volume", "shared").windows  # the shared result is everybody's


@pytest.mark.parametrize("viewer", [Viewer("payee", payee_id="M1"), Viewer()])
def test_others_may_not_compare(here: Workspace, viewer: Viewer) -> None:
    with pytest.raises(AccessDenied):
        compare(viewer, "volume", "shared")
    with pytest.raises(AccessDenied):
        service.plan_sets(viewer)


def test_a_lead_of_no_team_in_the_book_sees_nobody(here: Workspace) -> None:
    c = compare(Viewer("lead", "nowhere", "nobody"), "volume", "shared")
    assert (c.people.num_rows, c.teams.num_rows, c.totals) == (0, 0, None)


def test_a_lead_who_came_from_another_team_is_no_total_of_that_team(tmp_path: Path) -> None:
    moved = PAYEES + "S1,Sam,marketing,Lead,2026-04-01,40000\nS2,Sue,sales,AE,2026-01-01,40000\n"
    open_book(tmp_path, **{"payees.csv": moved})
    c = compare(Viewer("lead", "marketing", "S1"), "volume", "shared")
    assert set(c.teams["team_id"].to_pylist()) == {"marketing"}
    assert ("S1", "sales") in zip(
        c.people["payee_id"].to_pylist(), c.people["team_id"].to_pylist(), strict=True
    )
    assert "S2" not in c.people["payee_id"].to_pylist()
    assert sum(c.moves) == len(set(c.people["payee_id"].to_pylist())) < c.people.num_rows
    workspace.reset()


def test_who_looked_is_logged_without_amounts(here: Workspace) -> None:
    compare(MARKETING, "volume", "shared")
    with here.records.read() as connection:
        entry = activity.list_access(connection)[0]
    assert (entry.viewer, entry.action) == ("lead:marketing:M1", "saw")
    assert entry.what == "comparison of volume and shared: M1, marketing"


def test_without_a_shared_target_there_is_nothing_to_hold_pay_against(tmp_path: Path) -> None:
    plan = SHARED.replace('target = "revenue"', 'input = "amount"').replace(
        'way = "incentive", weight = 1', 'way = "rate"'
    ).replace('kind = "linear", points = [{ at = 0, pays = 0 }, { at = 1, pays = 1 }]',
              'kind = "marginal", tiers = [{ from = 0, rate = "1%" }]')  # fmt: skip
    count = TARGETS.replace("won_revenue", "leads")
    open_book(tmp_path, **{"targets.toml": count, "plans/shared.toml": plan})
    c = compare(CRO, "volume", "shared")
    assert c.windows == ()
    assert "no shared revenue target" in opening_sentence(c)
    workspace.reset()


def test_a_company_that_misses_nothing_is_told_by_cost(tmp_path: Path) -> None:
    open_book(tmp_path, **{"targets.toml": TARGETS.replace("100000", "1000")})
    c = compare(CRO, "volume", "shared")
    assert c.missed == ()
    assert opening_sentence(c).startswith("The company reached Company revenue in every finished period; ")
    assert c.totals is not None
    assert c.totals.missing_a == 0
    workspace.reset()


def test_an_unknown_plan_set_is_refused(here: Workspace) -> None:
    with pytest.raises(ValueError, match="nope"):
        compare(CRO, "volume", "nope")


def test_draws_and_pay_held_lead_from_what_is_earned_to_what_is_paid_out(tmp_path: Path) -> None:
    draw = '[[draw]]\nid = "least"\nkind = "non_recoverable"\namount = "5000"\n'
    head, rest = SHARED.split("\n[[component]]", 1)
    open_book(tmp_path, **{"plans/shared.toml": f"{head}\n{draw}\n[[component]]{rest}"})
    c = compare(CRO, "volume", "shared")
    kinds = {row["kind"]: (row["amount_a"], row["amount_b"]) for row in c.after.to_pylist()}
    assert list(kinds) == ["earned", "draw", "paid"]
    assert c.totals is not None
    assert kinds["earned"] == (c.totals.cost_a, c.totals.cost_b)
    assert kinds["draw"][0] == 0 < kinds["draw"][1]
    assert kinds["paid"] == (c.totals.cost_a, c.totals.cost_b + kinds["draw"][1])
    own = compare(MARKETING, "volume", "shared")
    assert own.after["amount_b"][0].as_py() == total(own, "teams", "payout_b")


def test_without_draws_and_the_like_what_is_earned_is_what_is_paid(here: Workspace) -> None:
    assert compare(CRO, "volume", "shared").after.num_rows == 0

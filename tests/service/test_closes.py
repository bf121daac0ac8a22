"""Period close in the app: who may do what, what is locked, and what comes late for it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from revplan.access import AccessDenied, Viewer
from revplan.model.tables import TABLES
from revplan.periods import FiscalCalendar
from revplan.service import close_actions as act
from revplan.service import diff, workspace
from revplan.service.closes import Closing, closing
from revplan.service.diff import Since
from revplan.service.refused import Refused
from revplan.service.workspace import Workspace
from revplan.store import activity, batches, documents
from revplan.store.records import Stale
from tests.service.small_book import NOW, SALES_PLAN, open_empty, open_small, opportunities

CRO, FINANCE = Viewer("cro"), Viewer("finance")
LEAD, PAYEE = Viewer("lead", "sales", "P3"), Viewer("payee", "", "P1")
SHARED = "shared"


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Workspace]:
    yield open_small(tmp_path)
    workspace.reset()


def shown(viewer: Viewer = FINANCE, through: str = "") -> Closing:
    return closing(viewer, SHARED, through)


def state(viewer: Viewer = FINANCE) -> list[tuple[str, str]]:
    return [(stretch.through, stretch.state) for stretch in shown(viewer).stretches]


def lock_through(through: str) -> None:
    act.submit(FINANCE, shown(FINANCE, through))
    act.approve(CRO, shown(CRO))
    act.lock(FINANCE, shown())


def let_count(here: Workspace, deals: pa.Table) -> None:
    with here.records.write() as connection:
        now = batches.current_data(connection)
        tables = {**now.tables, "opportunities": here.snapshots.write_table("opportunities", deals)}
        batches.switch_data(
            connection, tables, expected_position=now.position, reason="B0002", by="cro", at=NOW
        )


def late_deal(here: Workspace) -> None:
    """90 more won by P2 in February 2026, found in June."""
    row = {
        "opportunity_id": "LATE",
        "account_id": "A1",
        "owner_id": "P1",
        "outcome": "won",
        "amount": 9000,
        "currency": "USD",
        "closed_on": date(2026, 2, 20),
        "source_file": "late.csv",
        "source_batch": "B0002",
        "source_row": 2,
    }
    late = pa.Table.from_pylist([row], TABLES["opportunities"].schema)
    let_count(here, pa.concat_tables([opportunities(), late]))


# ---------------------------------------------------------------- the way of a period


def test_at_first_every_month_with_something_due_is_offered_and_the_last_one_chosen(
    small: Workspace,
) -> None:
    first = shown()
    assert first.shown is not None
    assert (first.choices[0], first.choices[-1], first.shown.through) == ("2025-03", "2026-06", "2026-06")
    assert (first.shown.state, *first.may, first.blocked) == ("open", "submit", False)


def test_a_period_is_submitted_approved_by_another_locked_and_paid(small: Workspace) -> None:
    act.submit(FINANCE, shown(FINANCE, "2026-03"), "as planned")
    assert state() == [("2026-03", "submitted")]
    assert shown(FINANCE).may == {"send_back"}
    assert shown(CRO).may == {"send_back", "approve"}
    act.approve(CRO, shown(CRO))
    assert shown().may == {"send_back", "lock"}
    act.lock(FINANCE, shown())
    assert state() == [("2026-03", "locked"), ("2026-06", "open")]
    assert shown(FINANCE, "2026-03").may == {"pay"}
    act.mark_paid(FINANCE, shown(FINANCE, "2026-03"), date(2026, 4, 28))
    paid = shown(FINANCE, "2026-03").shown
    assert paid is not None
    assert [step.step for step in paid.steps] == ["submitted", "approved", "locked", "paid"]
    assert [step.paid_on for step in paid.steps][-1] == date(2026, 4, 28)


def test_figures_are_those_of_the_statements(small: Workspace) -> None:
    figures = shown(FINANCE, "2026-06").figures
    assert figures is not None
    statements = small.run(SHARED).statements
    totals = statements.filter(pc.equal(statements["entry"], "total"))
    assert figures.total == pc.sum(totals["amount"]).as_py() > 0
    assert figures.number == 3


def test_whoever_submitted_does_not_approve(small: Workspace) -> None:
    act.submit(FINANCE, shown())
    with pytest.raises(AccessDenied):
        act.approve(FINANCE, shown())
    assert state() == [("2026-06", "submitted")]


@pytest.mark.parametrize("viewer", [LEAD, PAYEE, Viewer()])
def test_only_planners_close(small: Workspace, viewer: Viewer) -> None:
    seen = shown()
    with pytest.raises(AccessDenied):
        act.submit(viewer, seen)
    act.submit(FINANCE, seen)
    seen = shown()
    for do in (act.approve, act.lock):
        with pytest.raises(AccessDenied):
            do(viewer, seen)
    with pytest.raises(AccessDenied):
        act.send_back(viewer, seen, "no")


def test_nothing_is_skipped(small: Workspace) -> None:
    seen = shown()
    for do in (act.approve, act.lock):
        with pytest.raises(AccessDenied):
            do(CRO, seen)
    act.submit(FINANCE, seen)
    with pytest.raises(AccessDenied):
        act.lock(CRO, shown(CRO))
    with pytest.raises(AccessDenied):
        act.mark_paid(CRO, shown(CRO), date(2026, 7, 1))


def test_sending_back_needs_a_reason_and_opens_the_months_again(small: Workspace) -> None:
    act.submit(FINANCE, shown(FINANCE, "2026-03"))
    with pytest.raises(Refused):
        act.send_back(CRO, shown(CRO), " ")
    act.send_back(CRO, shown(CRO), "The SPIFF is missing")
    again = shown(FINANCE, "2026-03")
    assert again.shown is not None
    assert again.shown.state == "open"
    assert again.sent_back is not None
    assert (again.sent_back.note, again.sent_back.done_by) == ("The SPIFF is missing", "cro")
    act.submit(FINANCE, again)
    assert shown().sent_back is None


def test_of_two_who_act_the_second_is_told_who_was_first(small: Workspace) -> None:
    act.submit(FINANCE, shown())
    both = shown(CRO)
    act.send_back(FINANCE, both, "mine")
    with pytest.raises(Stale, match="by finance"):
        act.approve(CRO, both)
    assert state() == [("2026-06", "open")]


def test_what_was_not_seen_is_not_submitted(small: Workspace) -> None:
    seen = shown()
    late_deal(small)
    with pytest.raises(Refused) as told:
        act.submit(FINANCE, seen)
    assert [issue.code for issue in told.value.issues] == ["close.data_changed"]


def test_errors_stand_in_the_way(small: Workspace) -> None:
    deals = opportunities()
    twice = pa.concat_tables([deals, deals.slice(0, 1)])
    let_count(small, twice)
    seen = shown()
    assert seen.blocked
    with pytest.raises(Refused):
        act.submit(FINANCE, seen)


def test_a_plan_that_changed_since_is_neither_approved_nor_locked(small: Workspace) -> None:
    act.submit(FINANCE, shown())
    text = SALES_PLAN.replace('name = "Revenue"', 'name = "Other"')
    with small.records.write() as connection:
        documents.save_version(
            connection, "plan", "sales_shared", 1, text, expected_revision=1, saved_by="cro", saved_at=NOW
        )
    assert "close.plan_changed_since" in [issue.code for issue in shown(CRO).issues]
    with pytest.raises(Refused) as told:
        act.approve(CRO, shown(CRO))
    assert [issue.code for issue in told.value.issues] == ["close.plan_changed_since"]


def test_locking_freezes_the_plan_versions_that_pay(small: Workspace) -> None:
    lock_through("2026-03")
    with small.records.read() as connection:
        kept = documents.find(connection, "plan", "sales_shared")
    assert kept is not None
    assert kept.used


# ---------------------------------------------------------------- what comes late


def test_what_comes_after_submission_is_shown_and_what_was_submitted_is_locked(small: Workspace) -> None:
    act.submit(FINANCE, shown(FINANCE, "2026-03"))
    before = shown().figures
    late_deal(small)
    after = shown(CRO)
    assert before is not None
    assert after.figures is not None
    assert (after.figures.total, before.changed) == (before.total, 0)
    assert (after.figures.changed, after.figures.change) == (1, after.figures.change)
    assert after.figures.change > 0
    (moved,) = diff.changes(CRO, SHARED, Since("submission")).moved
    assert (moved.payee_id, moved.period, moved.difference) == ("P1", "2026-Q1", after.figures.change)
    (named,) = diff.deals(CRO, SHARED, Since("submission"), moved)
    assert (named.name, named.deal.before, named.deal.after) == ("LATE", None, 9000)
    act.approve(CRO, after)
    act.lock(FINANCE, shown())
    locked = small.run(SHARED).lines
    locked = locked.filter(pc.equal(locked["status"], "locked"))
    assert pc.sum(locked["payout"]).as_py() == before.total


def test_a_late_deal_is_trued_up_in_the_next_open_month_with_its_cause(small: Workspace) -> None:
    lock_through("2026-03")
    was = small.run(SHARED).lines
    late_deal(small)
    now = shown()
    assert now.figures is not None
    (row,) = now.figures.true_ups.to_pylist()
    assert (row["payee_id"], row["cause"], row["period"], row["reason"]) == (
        "P1", "2026-Q1", "2026-04", "credit",
    )  # fmt: skip
    closed = diff.changes(FINANCE, SHARED, Since("closed"))
    (moved,) = closed.moved
    assert moved.difference == row["amount"] > 0
    (named,) = diff.deals(FINANCE, SHARED, closed.since, moved)
    assert named.deal.after == 9000
    lines = small.run(SHARED).lines
    q1 = pc.less_equal(lines["period_end"], pa.scalar(date(2026, 4, 1)))
    assert lines.filter(q1).equals(was.filter(q1))


def test_months_are_closed_in_their_order_and_the_next_begins_where_the_last_ended(small: Workspace) -> None:
    lock_through("2025-12")
    assert shown().choices == ("2026-03", "2026-06")
    lock_through("2026-03")
    stretches = shown().stretches
    assert [(s.start, s.end, s.state) for s in stretches] == [
        (date(2025, 1, 1), date(2026, 1, 1), "locked"),
        (date(2026, 1, 1), date(2026, 4, 1), "locked"),
        (date(2026, 4, 1), date(2026, 7, 1), "open"),
    ]
    assert [s.labels(FiscalCalendar()) for s in stretches] == [("2025",), ("2026-Q1",), ("2026-Q2",)]


# ---------------------------------------------------------------- who sees what


def test_a_lead_sees_the_own_team_reviews_it_and_says_what_is_wrong(small: Workspace) -> None:
    act.submit(FINANCE, shown())
    seen = shown(LEAD)
    assert seen.figures is not None
    assert set(seen.figures.people["team_id"].to_pylist()) == {"sales"}
    assert seen.may == {"review"}
    assert not seen.issues
    with pytest.raises(Refused):
        act.review(LEAD, seen, agrees=False)
    act.review(LEAD, seen, agrees=False, note="P1 has no credit for D4")
    act.review(LEAD, shown(LEAD), agrees=True)
    assert state() == [("2026-06", "submitted")]
    steps = shown().shown
    assert steps is not None
    assert [(step.step, step.team_id) for step in steps.steps] == [
        ("submitted", ""), ("objected", "sales"), ("reviewed", "sales"),
    ]  # fmt: skip
    other = shown(Viewer("lead", "marketing", "P5"))
    assert other.figures is not None
    assert other.figures.people.num_rows == 0


def test_a_payee_sees_how_far_the_period_is_and_nothing_else(small: Workspace) -> None:
    assert state(PAYEE) == []
    act.submit(FINANCE, shown(FINANCE, "2026-03"))
    seen = shown(PAYEE)
    assert state(PAYEE) == [("2026-03", "submitted")]
    assert seen.figures is None
    assert seen.sent_back is None
    assert not seen.issues
    assert not seen.may
    with pytest.raises(AccessDenied):
        diff.changes(PAYEE, SHARED, Since("submission"))


def test_whoever_has_no_role_sees_nothing(small: Workspace) -> None:
    with pytest.raises(AccessDenied):
        shown(Viewer())


def test_every_step_is_in_the_activity_log_without_amounts(small: Workspace) -> None:
    lock_through("2026-03")
    with small.records.read() as connection:
        entries = [one for one in activity.list_access(connection) if one.action != "saw"]
    assert [(one.viewer, one.action, one.what) for one in entries] == [
        (viewer, action, "plan set shared through 2026-03")
        for viewer, action in (("finance", "locked"), ("cro", "approved"), ("finance", "submitted"))
    ]


def test_an_empty_workspace_has_nothing_to_close(tmp_path: Path) -> None:
    open_empty(tmp_path)
    with pytest.raises(KeyError):
        shown()
    workspace.reset()


def test_a_stretch_that_ends_after_the_as_of_date_says_so(small: Workspace) -> None:
    act.submit(FINANCE, shown(FINANCE, "2026-06"))
    with small.records.write() as connection:
        kept = documents.find(connection, "company", documents.COMPANY)
        assert kept is not None
        text = kept.text.replace("2026-06-30", "2026-05-31")
        documents.add_version(
            connection, "company", documents.COMPANY, text, expected_version=1, saved_by="cro", saved_at=NOW
        )
    assert [issue.code for issue in shown().issues if issue.severity == "error"] == ["close.not_over"]


def test_the_day_of_payment_is_not_before_the_months(small: Workspace) -> None:
    lock_through("2026-03")
    with pytest.raises(Refused):
        act.mark_paid(FINANCE, shown(FINANCE, "2026-03"), date(2024, 1, 1))


def test_what_was_kept_of_nothing_is_an_old_page(small: Workspace) -> None:
    with pytest.raises(KeyError):
        act.submit(FINANCE, replace(shown(), shown=None))

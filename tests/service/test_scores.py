"""Scores and corrections that people enter: by whom, for whom, and what happens in closed months."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow.compute as pc
import pytest

from revplan.access import AccessDenied, Viewer
from revplan.service import corrections, data, scores, workspace
from revplan.service.corrections import Correction
from revplan.service.refused import Refused
from revplan.service.scores import ScoreSheet, save_scores, score_sheet
from revplan.service.workspace import Workspace
from revplan.store import documents
from revplan.store.records import Stale
from tests.service.small_book import NOW, open_small
from tests.service.test_closes import CRO, FINANCE, LEAD, PAYEE, lock_through, shown

SCORED = """
format = 1
id = "sales_goals"
name = "Sales goals"
sets = ["shared"]
from = 2025-01-01
assigned = { teams = ["sales"] }

[[component]]
id = "goals"
name = "Goals"
measure = "score:mbo"
input = "value"
pays = { way = "incentive", weight = 1 }
measured_per = "quarter"
table = { kind = "linear", points = [{ at = 0, pays = 0 }, { at = 1, pays = 1 }] }
"""
Q1, Q2 = "2026-Q1", "2026-Q2"
MARKETING = Viewer("lead", "marketing", "P5")


def let_goals_be_scored(here: Workspace) -> None:
    with here.records.write() as connection:
        documents.add_version(
            connection, "plan", "sales_goals", SCORED, expected_version=0, saved_by="cro", saved_at=NOW
        )


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Workspace]:
    here = open_small(tmp_path)
    let_goals_be_scored(here)
    yield here
    workspace.reset()


def enter(viewer: Viewer, period: str, **typed: int) -> None:
    sheet = score_sheet(viewer, period)
    save_scores(viewer, sheet, [typed.get(row.payee_id, row.score) for row in sheet.rows])


def found(sheet: ScoreSheet) -> dict[str, int | None]:
    return {row.payee_id: row.score for row in sheet.rows}


def paid(here: Workspace, period: str) -> dict[str, int]:
    lines = here.run("shared").lines
    lines = lines.filter(pc.and_(pc.equal(lines["component_id"], "goals"), pc.equal(lines["period"], period)))
    return dict(zip(lines["payee_id"].to_pylist(), lines["payout"].to_pylist(), strict=True))


def correction(**changes: object) -> Correction:
    usual = Correction("P1", date(2026, 6, 1), 12_345, "Demo day", "Cleo Finance")
    return replace(usual, **changes)  # type: ignore[arg-type]


# ---------------------------------------------------------------- scores


def test_a_lead_enters_scores_of_the_own_team_and_they_pay(small: Workspace) -> None:
    assert scores.score_periods(LEAD)[0] == Q2
    assert found(score_sheet(LEAD, Q2)) == {"P1": None, "P2": None}
    enter(LEAD, Q2, P1=900_000)
    assert found(score_sheet(LEAD, Q2)) == {"P1": 900_000, "P2": None}
    assert paid(small, Q2)["P1"] == 900_000  # 90% of a quarter of 40,000
    assert paid(small, Q2)["P2"] == 0


def test_a_lead_scores_neither_the_own_person_nor_another_team(small: Workspace) -> None:
    assert "P3" not in found(score_sheet(LEAD, Q2))
    assert set(found(score_sheet(FINANCE, Q2))) == {"P1", "P2", "P3"}
    assert score_sheet(MARKETING, Q2).rows == ()
    assert scores.score_periods(MARKETING) == ()
    theirs = score_sheet(FINANCE, Q2, "sales")
    with pytest.raises(AccessDenied):
        save_scores(MARKETING, theirs, [1_000_000] * len(theirs.rows))
    with pytest.raises(AccessDenied):
        save_scores(LEAD, replace(theirs, team_id=""), [1_000_000] * len(theirs.rows))
    with pytest.raises(AccessDenied):
        score_sheet(PAYEE, Q2)


def test_what_was_typed_is_kept_like_an_upload_with_its_rows_and_who(small: Workspace) -> None:
    enter(LEAD, Q2, P1=900_000, P2=1_000_000)
    enter(FINANCE, Q2, P2=950_000)
    batch = data.batches(CRO)[0]
    assert (batch.table_name, batch.file_name, batch.rows_accepted) == ("scores", "scores 2026-Q2.csv", 1)
    rows = small.book().tables["scores"].to_pylist()
    assert [(row["payee_id"], row["source_row"], row["entered_by"]) for row in rows] == [
        ("P1", 2, "Person P3"), ("P2", 2, "finance"),
    ]  # fmt: skip
    entries = scores.entered(LEAD, score_sheet(LEAD, Q2))
    assert [(one.by, one.payee_name, one.score) for one in entries] == [
        ("finance", "Person P2", 950_000),
        ("Person P3", "Person P2", 1_000_000),
        ("Person P3", "Person P1", 900_000),
    ]
    data.roll_back(CRO, batch.batch_id)
    assert found(score_sheet(LEAD, Q2))["P2"] == 1_000_000
    assert scores.entered(LEAD, score_sheet(LEAD, Q2))[0].rolled_back


def test_a_goal_is_scored_in_the_grain_it_pays_in_or_was_scored_in_before(small: Workspace) -> None:
    yearly = SCORED.replace('"score:mbo"', '"score:csat"').replace("sales_goals", "yearly")
    yearly = yearly.replace('measured_per = "quarter"', 'measured_per = "year"\npaid_per = "month"')
    with small.records.write() as connection:
        documents.add_version(
            connection, "plan", "yearly", yearly, expected_version=0, saved_by="cro", saved_at=NOW
        )
    assert {row.kpi for row in score_sheet(LEAD, "2026-05").rows} == {"csat"}
    assert {row.kpi for row in score_sheet(LEAD, Q2).rows} == {"mbo"}
    assert score_sheet(LEAD, "2026").rows == ()


def test_nothing_typed_saves_nothing(small: Workspace) -> None:
    sheet = score_sheet(LEAD, Q2)
    assert save_scores(LEAD, sheet, [None, None]) is None


@pytest.mark.parametrize("score", [-1, 10_000_001])
def test_a_score_that_cannot_be_is_refused_and_nothing_is_saved(small: Workspace, score: int) -> None:
    sheet = score_sheet(LEAD, Q2)
    with pytest.raises(Refused) as told:
        save_scores(LEAD, sheet, [900_000, score])
    assert [issue.code for issue in told.value.issues] == ["score.out_of_range"]
    assert found(score_sheet(LEAD, Q2)) == {"P1": None, "P2": None}


def test_a_score_is_replaced_and_never_taken_out(small: Workspace) -> None:
    enter(LEAD, Q2, P1=900_000)
    with pytest.raises(Refused) as told:
        save_scores(LEAD, score_sheet(LEAD, Q2), [None, None])
    assert [issue.code for issue in told.value.issues] == ["score.taken_out"]


def test_the_second_of_two_who_score_the_same_is_told(small: Workspace) -> None:
    both = score_sheet(LEAD, Q2)
    enter(FINANCE, Q2, P1=800_000)
    with pytest.raises(Stale):
        save_scores(LEAD, both, [900_000, None])
    save_scores(LEAD, both, [None, 700_000])  # another one is nobody's concern
    assert found(score_sheet(LEAD, Q2)) == {"P1": 800_000, "P2": 700_000}


def test_scores_of_a_closed_period_are_for_planners_and_trued_up(small: Workspace) -> None:
    enter(LEAD, Q1, P1=500_000)
    lock_through("2026-03")
    sheet = score_sheet(LEAD, Q1)
    assert (sheet.may_write, sheet.closed_until) == (False, date(2026, 3, 31))
    with pytest.raises(AccessDenied):
        save_scores(LEAD, sheet, [900_000, None])
    enter(FINANCE, Q1, P1=900_000)
    assert paid(small, Q1)["P1"] == 500_000
    figures = shown().figures
    assert figures is not None
    (row,) = figures.true_ups.to_pylist()
    assert (row["payee_id"], row["cause"], row["amount"]) == ("P1", Q1, 400_000)


# ---------------------------------------------------------------- corrections


def test_a_correction_stands_on_the_statement_with_its_reason_and_author(small: Workspace) -> None:
    corrections.enter_corrections(FINANCE, [correction(), correction(payee_id="P2", amount=-500)])
    entries = small.run("shared").adjustments.to_pylist()
    entries = [row for row in entries if row["kind"] == "correction"]
    assert [(row["payee_id"], row["amount"], row["note"], row["author"]) for row in entries] == [
        ("P1", 12_345, "Demo day", "Cleo Finance"),
        ("P2", -500, "Demo day", "Cleo Finance"),
    ]
    kept = corrections.corrections(CRO)
    assert [one.correction_id for one in kept] == ["M-0002", "M-0001"]
    corrections.enter_corrections(CRO, [correction(amount=1)])
    assert corrections.corrections(CRO)[0].correction_id == "M-0003"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"payee_id": "P99"}, "correction.whose"),
        ({"adjusted_on": None}, "correction.when"),
        ({"amount": 0}, "correction.amount"),
        ({"amount": None}, "correction.amount"),
        ({"reason": " "}, "correction.reason"),
        ({"author": ""}, "correction.reason"),
    ],
)
def test_a_correction_without_a_part_is_refused_and_none_is_kept(
    small: Workspace, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(Refused) as told:
        corrections.enter_corrections(FINANCE, [correction(), correction(**changes)])
    assert [(issue.code, issue.where.row) for issue in told.value.issues] == [(code, 2)]
    assert corrections.corrections(FINANCE) == ()


def test_a_correction_in_a_closed_month_is_sent_to_the_next_open_one(small: Workspace) -> None:
    lock_through("2026-03")
    with pytest.raises(Refused) as told:
        corrections.enter_corrections(FINANCE, [correction(adjusted_on=date(2026, 3, 31))])
    (issue,) = told.value.issues
    assert (issue.code, issue.parameters["first"]) == ("correction.closed", "2026-04-01")
    assert corrections.first_open_day(FINANCE) == date(2026, 4, 1)
    corrections.enter_corrections(FINANCE, [correction(adjusted_on=date(2026, 4, 1))])


@pytest.mark.parametrize("viewer", [LEAD, PAYEE, Viewer()])
def test_only_planners_correct(small: Workspace, viewer: Viewer) -> None:
    with pytest.raises(AccessDenied):
        corrections.enter_corrections(viewer, [correction()])
    with pytest.raises(AccessDenied):
        corrections.corrections(viewer)

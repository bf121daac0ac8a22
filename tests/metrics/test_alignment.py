"""Pay beside the company's result: windows, paid while missing, together."""

from datetime import date

import pyarrow as pa
import pytest

from revplan.metrics import alignment
from revplan.metrics.alignment import Together, Window
from revplan.model.results import LINES, STANDINGS
from revplan.periods import FiscalCalendar
from tests.report.made import CALENDAR, line, run_result, standing, table

PAYEES = pa.table(
    {
        "payee_id": ["mia", "sam", "sam"],
        "team_id": ["marketing", "sales", "success"],
        "starts_on": [date(2025, 1, 1), date(2025, 1, 1), date(2026, 5, 1)],
        "ends_on": pa.array([None, date(2026, 5, 1), None], pa.date32()),
        "target_incentive": pa.array([36_400_00, 72_800_00, None], pa.int64()),
    }
)


def windows(result_standings: pa.Table | None = None) -> tuple[Window, ...]:
    standings = run_result().standings if result_standings is None else result_standings
    return alignment.company_windows(standings, "revenue", CALENDAR)


def test_a_quarter_that_falls_short_by_one_cent_is_missed() -> None:
    by_cent = windows(
        table(STANDINGS, standing("2026-Q1", 100_00, 99_99), standing("2026-Q2", 100_00, 100_00))
    )
    assert [window.missed for window in by_cent] == [True, False]


def test_an_open_quarter_is_not_missed_yet() -> None:
    (window,) = windows(table(STANDINGS, standing("2026-Q1", 100_00, 10_00, status="open")))
    assert not window.final
    assert not window.missed


def test_future_periods_are_no_windows() -> None:
    rows = (standing("2026-Q1", 100, 90), standing("2026-Q2", 100, 0, status="future"))
    assert [window.label for window in windows(table(STANDINGS, *rows))] == ["2026-Q1"]


def test_a_monthly_target_is_added_up_by_quarter() -> None:
    months = [standing(f"2026-0{m}", 100_00, amount) for m, amount in ((1, 300_00), (2, 0), (3, 0))]
    (window,) = windows(table(STANDINGS, *months))
    assert (window.label, window.target, window.actual, window.final) == ("2026-Q1", 300_00, 300_00, True)
    assert not window.missed


def test_a_quarter_with_a_month_to_come_is_not_final() -> None:
    rows = [standing("2026-01", 100, 90), standing("2026-02", 100, 0, status="future")]
    (window,) = windows(table(STANDINGS, *rows))
    assert not window.final


def test_the_shared_target_is_the_one_that_most_teams_share() -> None:
    rows = [
        standing("2026-Q1", 1, 1, target_id="a-won"),
        standing("2026-Q1", 1, 1, target_id="b-cash", measure="cash_collected", shared_with=["x", "y", "z"]),
        standing("2026-Q1", 1, 1, target_id="c-leads", unit="count", shared_with=["x", "y", "z", "u"]),
        standing("2026-Q1", 1, 1, "team:x", target_id="d-team", shared_with=["x", "y", "z", "u"]),
    ]
    assert alignment.shared_target(table(STANDINGS, *rows)) == "b-cash"
    assert alignment.shared_target(table(STANDINGS, rows[0])) == "a-won"
    assert alignment.shared_target(table(STANDINGS, rows[3])) == ""


def test_a_line_counts_in_the_window_of_its_last_day() -> None:
    lines = table(
        LINES,
        line(1, "mia", "marketing", "2026-03", 1),
        line(2, "mia", "marketing", "2026-H1", 2),
        line(3, "mia", "marketing", "2025-Q4", 4),
        line(4, "mia", "marketing", "2026", 8),
    )
    got = alignment.placed(lines, windows())
    assert list(zip(got["window"].to_pylist(), got["payout"].to_pylist(), strict=True)) == [
        ("2026-Q1", 1),
        ("2026-Q2", 2),
    ]


def test_nothing_lies_in_no_windows() -> None:
    assert alignment.placed(run_result().lines, ()).num_rows == 0


def test_only_pay_of_missed_quarters_is_paid_while_missing() -> None:
    lines = alignment.placed(run_result().lines, windows())
    got = alignment.paid_while_missing(lines, windows(), "payout").to_pylist()
    assert got == [{"team_id": "marketing", "payout": 1_200_00}, {"team_id": "sales", "payout": 900_00}]


def test_target_pay_is_a_quarter_of_the_year_by_active_days_and_team() -> None:
    got = alignment.target_pay(PAYEES, windows(), FiscalCalendar(1), date(2026, 6, 30)).to_pylist()
    assert got == [
        {"window": "2026-Q1", "payee_id": "mia", "team_id": "marketing", "target_pay": 9_100_00},
        {"window": "2026-Q2", "payee_id": "mia", "team_id": "marketing", "target_pay": 9_100_00},
        {"window": "2026-Q1", "payee_id": "sam", "team_id": "sales", "target_pay": 18_200_00},
        {"window": "2026-Q2", "payee_id": "sam", "team_id": "sales", "target_pay": 6_000_00},
    ]


def test_target_pay_of_a_running_quarter_goes_to_the_as_of_day() -> None:
    got = alignment.target_pay(PAYEES, windows()[1:], FiscalCalendar(1), date(2026, 4, 10)).to_pylist()
    assert [row["target_pay"] for row in got] == [1_000_00, 2_000_00]


def attained(*lines: dict[str, object], pay_at_target: int = 0) -> int | None:
    rows = alignment.placed(table(LINES, *lines), windows())
    worth = pa.Table.from_pylist(
        [{"window": "2026-Q1", "payee_id": "mia", "team_id": "marketing", "target_pay": pay_at_target}],
        alignment.TARGET_PAY,
    )
    got = alignment.measure_attainment(alignment.weigh(rows, worth, CALENDAR), ["team_id", "window"])
    return got.get(("marketing", "2026-Q1"))


def test_attainment_is_weighted_by_what_a_component_is_worth() -> None:
    assert attained(
        line(1, "mia", "marketing", "2026-Q1", 0, attainment=1_200_000, target_incentive=3_000_00),
        line(2, "mia", "marketing", "2026-Q1", 0, attainment=800_000, target_incentive=1_000_00),
    ) == 1_100_000  # fmt: skip


def test_a_commission_weighs_the_rest_of_the_target_pay() -> None:
    lines = (
        line(1, "mia", "marketing", "2026-Q1", 0, attainment=1_000_000, target_incentive=1_000_00),
        line(2, "mia", "marketing", "2026-Q1", 0, attainment=500_000, target_incentive=0, way="rate"),
    )
    assert attained(*lines, pay_at_target=4_000_00) == 625_000
    assert attained(*lines) == 1_000_000


def test_where_nothing_has_a_worth_lines_count_the_same() -> None:
    rate = {"target_incentive": 0, "way": "rate"}
    assert attained(
        line(1, "mia", "marketing", "2026-Q1", 0, attainment=1_000_000, **rate),
        line(2, "mia", "marketing", "2026-Q1", 0, attainment=500_000, **rate),
    ) == 750_000  # fmt: skip


def test_a_year_half_gone_is_not_a_year_missed() -> None:
    running = line(1, "mia", "marketing", "2026-Q1", 0, attainment=250_000, measured_period="2026")
    assert attained(running) is None


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"a": (1.0, 0.9, 1.2), "b": (1.1, 0.8, 1.3)}, 3),
        ({"a": (1.0, 0.9, 1.2), "b": (0.9, 1.0, 0.9)}, 0),
        ({"a": (1.0, 0.9, 1.2), "b": (1.0, 1.0, 1.0), "c": (1.0, 1.1, 2.0)}, 2),
    ],
)
def test_teams_are_together_when_all_stand_on_one_side(
    values: dict[str, tuple[float, ...]], expected: int
) -> None:
    quarters = [standing(f"2025-Q{n}", 100, 100) for n in (1, 2, 3)]
    by_key: dict[tuple[str, ...], int] = {
        (team, f"2025-Q{n + 1}"): round(v * 1e6) for team, vs in values.items() for n, v in enumerate(vs)
    }
    got = alignment.teams_together(by_key, windows(table(STANDINGS, *quarters)))
    assert (got.periods, got.together) == (3, expected)


def test_correlation_is_one_for_teams_on_one_target_and_unknown_for_a_flat_team() -> None:
    quarters = windows(table(STANDINGS, *[standing(f"2025-Q{n}", 100, 100) for n in (1, 2, 3)]))
    same: dict[tuple[str, ...], int] = {
        (team, f"2025-Q{n}"): 900_000 + n * 100_000 for team in "ab" for n in (1, 2, 3)
    }
    assert alignment.teams_together(same, quarters).correlation == pytest.approx(1)
    flat: dict[tuple[str, ...], int] = {(team, f"2025-Q{n}"): 900_000 for team in "ab" for n in (1, 2, 3)}
    assert alignment.teams_together(flat, quarters).correlation is None


def test_one_team_alone_is_never_together() -> None:
    assert alignment.teams_together({("a", "2026-Q1"): 1}, windows()) == Together(0, 0, None)

"""Figures of the Compare page: what is drawn, in words and numbers."""

from datetime import date

import pytest

from revplan.metrics.alignment import Window
from revplan.ui import compare_charts
from revplan.ui.compare_charts import MISSED, Move, Pair


def window(label: str, actual: int, *, final: bool = True) -> Window:
    return Window(label, date(2026, 1, 1), date(2026, 4, 1), 100, actual, actual * 10_000, final)


WINDOWS = [window("2025-Q4", 110), window("2026-Q1", 90), window("2026-Q2", 40, final=False)]


def test_pay_of_missed_quarters_is_a_dot_before_and_after_for_each_team() -> None:
    pairs = [Pair("Marketing", 1_460_000, 660_000, "#111111"), Pair("Sales", 630_000, None, "#222222")]
    figure = compare_charts.missed_pay(pairs, 890_000, "Today", "Instead")
    today, instead = [trace for trace in figure.data if trace.name in ("Today", "Instead")]
    assert sorted(today.x) == [0.63, 1.46]
    assert list(instead.x) == [0.66]
    assert next(trace for trace in figure.data if trace.mode == "lines").x == (1.46, 0.66)
    assert "the company: 89%" in [note.text for note in figure.layout.annotations]


def test_missed_quarters_stand_out_by_colour_and_by_pattern_but_open_ones_do_not() -> None:
    figure = compare_charts.pay_by_window(
        WINDOWS, [1_000_000, None, 0], [0, 1, 2], "#111111", ("A", "B"), 2_000_000
    )
    bars, before, _after = figure.data
    assert [colour == MISSED for colour in bars.marker.color] == [False, True, False]
    assert list(bars.marker.pattern.shape) == ["", "/", ""]
    assert list(before.y) == [1.0, None, 0.0]
    assert list(figure.layout.xaxis.ticktext) == ["Q4<br>2025", "Q1<br>2026", "Q2"]


def test_only_finished_quarters_with_all_teams_on_one_side_are_framed() -> None:
    figure = compare_charts.sides_of_target(
        WINDOWS, [("Marketing", [999_999, 1_200_000, 500_000]), ("Sales", [900_000, 999_999, 400_000])]
    )
    assert [shape.x0 for shape in figure.layout.shapes] == [-0.5]
    assert [list(row) for row in figure.data[0].z] == [[0, 1, 0], [0, 0, 0]]


def test_a_team_without_attainment_leaves_a_gap() -> None:
    figure = compare_charts.sides_of_target(WINDOWS[:1], [("Marketing", [None]), ("Sales", [1_000_000])])
    assert [list(row) for row in figure.data[0].z] == [[None], [1]]
    assert not figure.layout.shapes


def test_people_keep_their_order_whatever_their_team() -> None:
    moves = [
        Move("Ann", "Sales", "#111111", 500, "+$5", ""),
        Move("Ben", "Marketing", "#222222", 200, "+$2", ""),
        Move("Cy", "Sales", "#111111", -300, "-$3", ""),
    ]
    figure = compare_charts.moves_by_person(moves)
    assert [name.strip() for name in figure.layout.yaxis.categoryarray] == ["Cy", "Ben", "Ann"]
    assert [trace.name for trace in figure.data] == ["Sales", "Marketing"]


@pytest.mark.parametrize("name", ["<b>x</b>", "a & b"])
def test_names_are_drawn_as_they_are_written(name: str) -> None:
    figure = compare_charts.moves_by_person([Move(name, name, "#111111", 5, "+", name)])
    assert "<b>" not in figure.data[0].y[0]
    assert "<b>" not in figure.data[0].name

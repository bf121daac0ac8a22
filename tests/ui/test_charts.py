"""Figures hold the figures that they are given."""

import pytest

from revplan.model.book import Team
from revplan.ui import chart_style, charts, colours
from revplan.ui.charts import Bar, Jump, Series
from revplan.words import speaking


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast of two colours."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("background", ["#ffffff", "#14191c"])
@pytest.mark.parametrize("colour", [*colours.PALETTE, colours.COMPANY])
def test_colours_are_legible_in_light_and_dark(colour: str, background: str) -> None:
    assert contrast(colour, background) >= 3


def test_a_team_keeps_its_colour_whatever_is_drawn() -> None:
    teams = [
        Team(id="m", name="M", kind="marketing"),
        Team(id="s1", name="S1", kind="sales"),
        Team(id="s2", name="S2", kind="sales"),
        Team(id="x", name="X"),
    ]
    found = colours.team_colours(teams)
    assert len(set(found.values())) == 4
    assert found == colours.team_colours(teams)
    assert colours.team_colours([teams[1]])["s1"] == found["s1"]
    many = [Team(id=f"t{n}", name=f"T{n}") for n in range(12)]
    assert set(colours.team_colours(many).values()) == set(colours.PALETTE)


def test_attainment_bars_keep_order_and_people_of_one_name_apart() -> None:
    figure = charts.attainment_bars(
        [Bar("Ada", 1_120_000, "#111111"), Bar("Bo <b>", None, "#222222"), Bar("Ada", 500_000, "#333333")]
    )
    bars = figure.data[0]
    assert list(bars.x) == [0.5, None, 1.12]
    assert list(bars.y) == [0, 1, 2]
    labels = [label.strip() for label in figure.layout.yaxis.ticktext]
    assert labels == ["Ada", "Bo &lt;b&gt;", "Ada"]
    assert [note.text for note in figure.layout.annotations[:3]] == ["50%", "–", "112%"]
    assert figure.layout.shapes[0].x0 == 1


def test_lines_leave_gaps_where_nothing_is_known() -> None:
    series = [Series("Own", "#111111", (900_000, None)), Series("Company", "#222222", (1_000_000, 1_100_000))]
    figure = charts.attainment_over_periods(["Q1 2026", "Q2 2026"], series)
    assert list(figure.data[0].y) == [0.9, None]
    assert figure.data[0].customdata[0] == "Own: 90%"
    assert figure.layout.showlegend is True
    assert list(figure.layout.xaxis.ticktext) == ["Q1<br>2026", "Q2<br>2026"]


def test_stacked_bars_show_major_units_and_the_exact_amount_on_hover() -> None:
    figure = charts.stacked_bars(["Q1"], [Series("Sales", "#111111", (123_456,))], "USD", 2)
    assert list(figure.data[0].y) == [1234.56]
    assert figure.data[0].customdata[0] == "Q1 · Sales: $1,234.56"
    assert figure.layout.yaxis.ticktext[0] == "$0"


def test_a_payout_curve_breaks_at_a_jump_and_says_its_size() -> None:
    points = [(0, 0), (1_000_000, 10_000_00), (1_000_000, 12_000_00), (1_500_000, 20_000_00)]
    jump = Jump(1_000_000, 10_000_00, 12_000_00)
    figure = charts.payout_curve(points, [jump], currency="USD", here=(1_200_000, 15_200_00))
    curve = figure.data[0]
    assert list(curve.x) == [0, 1, None, 1, 1.5]
    assert list(curve.y) == [0, 10_000, None, 12_000, 20_000]
    assert curve.customdata[1] == "At 100%: $10,000.00"
    assert [note.text for note in figure.layout.annotations] == ["+$2K"]
    assert list(figure.data[-1].x) == [1.2]


def test_axes_are_written_in_the_language_of_the_reader() -> None:
    with speaking("tr"):
        figure = charts.attainment_bars([Bar("Ada", 1_120_000, "#111111")])
    assert "%50" in figure.layout.xaxis.ticktext


@pytest.mark.parametrize("bars", [[], [Bar("Ada", None, "#111111")], [Bar("Ada", -500_000, "#111111")]])
def test_nothing_and_negatives_can_be_drawn(bars: list[Bar]) -> None:
    assert charts.attainment_bars(bars).layout.height > 0


def test_ticks_of_small_steps_are_told_apart() -> None:
    assert chart_style.percent_axis(0, 20_000)["ticktext"] == ["0%", "0.5%", "1%", "1.5%", "2%", "2.5%"]

"""Tables sort by value, and show exactly what is kept."""

from datetime import date

import pyarrow as pa
import pytest

from revplan.ui.downloads import exported
from revplan.ui.tables import Column, Kind, _config, cell_text, display_frame, distinct, styled_frame
from revplan.words import speaking

TABLE = pa.table(
    {
        "who": ["Ada", "Bo"],
        "paid": [123_456, None],
        "share": [1_120_000, 999_960],
        "counted": [9_900, 2_500_000],
        "unit": ["money", "count"],
        "on": [date(2026, 1, 2), None],
        "period": ["2026-Q1", "2026-07"],
    }
)
COLUMNS = [
    Column("who", "Person"),
    Column("paid", "Pay", "money"),
    Column("share", "Share", "percent"),
    Column("counted", "Counted", "measured"),
    Column("on", "Date", "date"),
    Column("period", "Period", "period"),
]


def test_a_frame_has_headings_and_values_that_sort() -> None:
    frame = display_frame(TABLE, COLUMNS, 2)
    assert list(frame.columns) == ["Person", "Pay", "Share", "Counted", "Date", "Period"]
    assert frame["Pay"][0] == 1234.56
    assert list(frame["Counted"]) == [99.0, 2.5]
    assert list(frame["Period"]) == ["Q1 2026", "Jul 2026"]


def test_cells_are_written_exactly_and_by_language() -> None:
    html = styled_frame(display_frame(TABLE, COLUMNS, 2), TABLE, COLUMNS, "USD", 2).to_html()
    for text in ("$1,234.56", "112%", "99.996%", "$99.00", ">2.5<", "Jan 2, 2026", ">–<"):
        assert text in html
    with speaking("tr"):
        html = styled_frame(display_frame(TABLE, COLUMNS, 2), TABLE, COLUMNS, "USD", 2).to_html()
    assert "$1.234,56" in html
    assert "%112" in html


@pytest.mark.parametrize("minor", [1, -1, 10**13 + 1, 2**53 - 1, -(2**53) + 1])
def test_large_amounts_come_back_to_the_cent(minor: int) -> None:
    table = pa.table({"paid": [minor]})
    columns = [Column("paid", "Pay", "money")]
    html = styled_frame(display_frame(table, columns, 2), table, columns, "", 2).to_html()
    assert cell_text(minor, "money", "", 2) in html


@pytest.mark.parametrize(
    ("kind", "text"), [("whole", "1,234"), ("number", "0"), ("multiple", "0.0012×"), ("text", "1234")]
)
def test_kinds_have_their_text(kind: Kind, text: str) -> None:
    assert cell_text(1234, kind) == text
    assert cell_text(None, kind) == "–"


def test_files_get_the_same_columns() -> None:
    taken = [exported(column) for column in COLUMNS]
    assert [column.title for column in taken] == [column.label for column in COLUMNS]
    assert [column.kind for column in taken] == ["text", "money", "percent", "measured", "date", "text"]


def test_two_headings_that_are_one_word_in_a_language_stay_two_columns() -> None:
    table = pa.table({"measure": ["leads"], "counted": [36]})
    columns = distinct([Column("measure", "Sayılan"), Column("counted", "Sayılan", "whole")])
    frame = display_frame(table, columns, 2)
    assert frame.columns.is_unique
    assert [column.label.strip("\u200b") for column in columns] == ["Sayılan", "Sayılan"]
    assert frame.iloc[0].tolist() == ["leads", 36]


def test_a_column_is_pinned_only_where_the_others_scroll() -> None:
    who = Column("who", "Who", pinned=True)
    assert _config(who, True, 2, pinning=True)["pinned"]
    assert not _config(who, True, 2, pinning=False)["pinned"]

"""The trade-off as a picture: what plans cost against how well they align the teams, and who loses."""

from collections.abc import Sequence
from fractions import Fraction

import plotly.graph_objects as go
import streamlit as st

from revplan.model.book import Book
from revplan.money import MILLION, round_half_away, to_major
from revplan.service import scenario_words
from revplan.service.solving import Found, Solved
from revplan.ui import charts
from revplan.ui.chart_style import Part, drawn, hover, money_axis, percent_axis
from revplan.ui.colours import COMPANY, QUIET
from revplan.words import _, formats

_LOSSES = [[0.0, "#3f9160"], [0.5, "#b08400"], [1.0, "#c2547f"]]
"""From nobody loses to somebody loses much; each is seen on both themes."""


def show(solved: Solved, book: Book) -> None:
    """Every plan tried as a point: what nothing beats stands out, what is offered has its number."""
    usable, by_congruence = _usable(solved)
    if len(usable) < 2:
        return
    st.subheader(_("What can be had at once"), anchor=False)
    st.caption(
        _("Cost of the plans against congruence: further left is cheaper, higher is better aligned. The "
          "colour says how much somebody loses at most.")
        if by_congruence
        else _("Cost of the plans against pay while the company missed its target: further left is cheaper, "
               "lower is better aligned. The colour says how much somebody loses at most.")
    )  # fmt: skip
    charts.show(frontier(solved, book), "solve_frontier", _("Cost against alignment of the plans tried"))


def frontier(solved: Solved, book: Book) -> go.Figure:
    """Cost on the one axis, alignment on the other, the greatest loss as colour; words on hover."""
    company = book.company
    usable, by_congruence = _usable(solved)

    def aligned(each: Found) -> Fraction:
        congruence = each.measured.congruence
        return (congruence or Fraction(0)) if by_congruence else each.measured.missing_share

    def cost(each: Found) -> float:
        return float(to_major(each.measured.cost, company.digits))

    best = {id(each) for each in solved.frontier}
    rest = [each for each in usable if id(each) not in best]
    joined = sorted(solved.frontier, key=lambda each: (each.measured.cost, aligned(each)))
    numbers = {id(each): str(number) for number, each in enumerate(solved.offered, 1)}
    # The colours tell the plans apart that nobody beats; whoever loses more elsewhere has the last colour.
    most = max([0.01, *(float(each.measured.worst_loss) for each in solved.frontier)])

    def points(of: Sequence[Found], *, size: int, faint: bool, name: str) -> Part:
        return {
            "type": "scatter",
            "mode": "markers" if faint else "markers+text",
            "name": name,
            "x": [cost(each) for each in of],
            "y": [float(aligned(each)) for each in of],
            "text": [numbers.get(id(each), "") for each in of],
            "textposition": "top center",
            "textfont": {"size": 14},
            "marker": {
                "size": [size + 6 if id(each) in numbers else size for each in of],
                "opacity": 0.35 if faint else 1,
                "color": [float(each.measured.worst_loss) for each in of],
                "cmin": 0,
                "cmax": most,
                "colorscale": _LOSSES,
                "line": {"width": 0 if faint else 1, "color": QUIET},
                **({} if faint else {"showscale": True, "colorbar": _bar(most)}),
            },
            **hover([hover_text(each, book, numbers.get(id(each), "")) for each in of]),
        }

    costs, heights = [cost(each) for each in usable], [aligned(each) for each in usable]
    low, high = _around(min(costs), max(costs))
    bottom, top = _around(float(min(heights)), float(max(heights)))
    sides: list[Part] = [
        points(rest, size=8, faint=True, name=_("Tried")),
        points(joined, size=12, faint=False, name=_("Nothing beats these")),
    ]
    title = _("Congruence") if by_congruence else _("Paid while missing")
    return drawn(
        sides,
        height=470,
        x=money_axis(low, high, company.currency) | {"range": [low, high], "title": {"text": _("Cost")}},
        y=percent_axis(round(bottom * MILLION), round(top * MILLION))
        | {"range": [bottom, top], "title": {"text": title}, "automargin": True},
        legend="below",
        margin={"l": 8, "r": 8, "t": 76, "b": 72},
    )


def _usable(solved: Solved) -> tuple[list[Found], bool]:
    """The plans tried that could be signed, and whether their congruence was worked out."""
    usable = [each for each in solved.tried if each.measured.fits]
    return usable, any(each.measured.congruence is not None for each in usable)


def _around(low: float, high: float) -> tuple[float, float]:
    """A range with a little air, and some where all is one."""
    air = (high - low) * 0.08 or abs(high) * 0.05 or 0.01
    return low - air, high + air


def _bar(most: float) -> Part:
    ticks = [0, most / 2, most]
    return {
        "title": {"text": _("Greatest loss"), "font": {"size": 12, "color": COMPANY}},
        "tickmode": "array",
        "tickvals": ticks,
        "ticktext": [formats.percent(round(tick * MILLION), 1) for tick in ticks],
        "thickness": 10,
        "outlinewidth": 0,
        # Lying above the picture it leaves a narrow screen all of its width.
        "orientation": "h",
        "x": 1,
        "xanchor": "right",
        "y": 1,
        "yanchor": "bottom",
        "len": 0.5,
    }


def hover_text(each: Found, book: Book, number: str) -> str:
    """What a plan changes and what it comes to, a line each."""
    company, measured = book.company, each.measured
    said = [scenario_words.change_text(change, book) for change in each.scenario.changes]
    title = _("Plan {number}").format(number=number) if number else ""
    figures = [
        _("Cost: {cost}").format(cost=formats.money(measured.cost, company.currency, company.digits)),
        _("Paid while missing: {share}").format(share=_percent(measured.missing_share)),
        _("Teams on one side of target: {share}").format(share=_percent(measured.together)),
        _("Greatest loss: {share}").format(share=_percent(measured.worst_loss)),
    ]
    if measured.congruence is not None:
        figures.insert(1, _("Congruence: {share}").format(share=_percent(measured.congruence)))
    changes = [_wrapped(text) for text in said] or [_("The plans as they are")]
    return "\n".join(part for part in (title, *changes, *figures) if part)


def _percent(value: Fraction | None) -> str:
    return formats.percent(None if value is None else round_half_away(value * MILLION), 1)


def _wrapped(text: str, width: int = 60) -> str:
    """A long change over a few lines, so that it stays within the screen."""
    lines, line = [], ""
    for word in text.split(" "):
        if line and len(line) + len(word) >= width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return "\n".join([*lines, line])

"""The Simulate page's search: say what should hold, choose the levers, get a few good plans."""

from collections.abc import Sequence
from fractions import Fraction

import pyarrow as pa
import streamlit as st

from revplan.access import Viewer
from revplan.metrics.alignment import Window
from revplan.model.question import Aimed, How
from revplan.money import MILLION, round_half_away
from revplan.service import scenario_words, scenarios, solving, workspace
from revplan.service.solving import Aim, Measured, Solved
from revplan.ui import formats, long_work, simulate_frontier, simulate_levers, solve_levers
from revplan.ui.tables import Column, show_table
from revplan.ui.text import plain
from revplan.words import _

_KIND = "search"


def draw(viewer: Viewer, plan_set: str, over: tuple[Window, ...]) -> None:
    """The aims and levers, the search with its progress, and what it found."""
    base = solving.as_it_is(viewer, plan_set, over)
    st.caption(
        _("Say what should hold on the results of these periods. The search tries plans with the engine and "
          "offers those that nothing beats in every respect.")
    )  # fmt: skip
    asked, moved = st.columns([3, 2], gap="large")
    with asked:
        st.subheader(_("What should hold"), anchor=False)
        aims = _aims(base)
    with moved:
        st.subheader(_("What may change"), anchor=False)
        levers = solve_levers.choose(viewer, plan_set)
        tries = st.select_slider(
            _("How long to search"), [40, 80, 160, 320], 80, key="solve_tries", persist_state="session"
        )
        by_congruence = st.toggle(
            _("Work out congruence, too"),
            key="solve_congruence", persist_state="session",
            help=_("What the plans pay for against what it is worth, for every plan tried: it takes several "
                   "times as long. Without it, alignment is pay while the company missed its target."),
        )  # fmt: skip
    ready = bool(aims and levers)
    asked_for = (workspace.current().fingerprint(), plan_set, tuple(window.label for window in over))
    if st.button(_("Search"), type="primary", disabled=not ready, key="solve_go"):
        at_most = int(tries)
        long_work.start(
            viewer,
            _KIND,
            asked_for,
            lambda tell: solving.search(
                viewer, plan_set, over, levers, aims, at_most, tell, with_congruence=by_congruence
            ),
            ("cro", "finance"),
        )
    seen = long_work.follow(viewer, _KIND, asked_for, _how_far, _("Paying the plans as they are"))
    if seen is not None:
        if seen.state == "stopped":
            st.info(
                _("You stopped it: this is the best of {how_far}.").format(
                    how_far=_how_far(seen.done, seen.of)
                )
            )
        _offer(seen.result or Solved((), (), ()), scenarios.shared_target(viewer, plan_set))
    elif not ready:
        st.info(_("Choose at least one thing that should hold, and one lever."))


def _how_far(done: int, of: int) -> str:
    return _("{done} of at most {of} plans tried").format(done=formats.number(done), of=formats.number(of))


def _aims(base: Measured) -> list[Aim]:
    """Each aim is switched on by its box; its figure stands beside, with where the plans stand now."""
    rows: Sequence[tuple[Aimed, str, How, float, bool]] = (
        ("cost_share", _("Variable pay against the result is"), "exactly", _now(base.cost_share, 8), False),
        ("near_quota", _("People at 80 to 120 percent of quota are at least"), "at_least", 60.0, False),
        ("at_quota", _("People at or above quota are at least"), "at_least", 60.0, False),
        ("worst_loss", _("Nobody loses more than"), "at_most", 5.0, True),
        (
            "missing_share",
            _("Of all pay, paid while the company missed is at most"),
            "at_most",
            _now(base.missing_share, 10),
            False,
        ),
        (
            "together",
            _("All teams stand on one side of target in at least"),
            "at_least",
            _now(base.together, 50),
            False,
        ),
        ("congruence", _("Congruence is at least (takes longer)"), "at_least", 80.0, False),
    )
    found = []
    for aimed, label, how, usual, on in rows:
        now = base.of(aimed)
        unit = _("percent") if now is None else _("percent, now {figure}").format(figure=_percent(now))
        wish, figure = st.columns([5, 2], vertical_alignment="center")
        with wish:
            wanted = st.checkbox(label, on, key=f"aim_{aimed}", wrap=True, persist_state="session")
        with figure:
            value = st.number_input(
                unit, 0.0, 1000.0, usual, 0.5, key=f"aim_{aimed}_value", disabled=not wanted,
                persist_state="session",
            )  # fmt: skip
        if wanted:
            found.append(Aim(aimed, how, Fraction(str(value)) / 100))
    return found


def _now(value: Fraction | None, usual: float) -> float:
    return float(usual) if value is None else min(max(round(float(value * 100), 1), 0.0), 1000.0)


def _percent(value: Fraction) -> str:
    return formats.percent(round_half_away(value * MILLION))


def _offer(solved: Solved, target: str) -> None:
    """What was found: in words, as a picture, in figures, and a way to take one up."""
    book = workspace.current().book()
    company, found = book.company, solved.offered
    if not found:
        st.info(_("No plan was found that could be signed."))
        return
    met = not found[0].missed_by
    st.subheader(
        _("These meet all that was asked") if met else _("Nothing met all of it; these come nearest"),
        anchor=False,
    )
    for number, each in enumerate(found, 1):
        said = [scenario_words.change_text(change, book) for change in each.scenario.changes]
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"**{number}** · " + plain("; ".join(said) if said else _("The plans as they are")),
                width="stretch",
            )
            st.button(
                _("Try it on the levers"),
                key=f"solve_use_{number}",
                on_click=simulate_levers.load,
                args=(each.scenario, target),
            )
    simulate_frontier.show(solved, book)
    text, whole = pa.string(), pa.int64()
    names: tuple[Aimed, ...] = (
        "cost_share", "near_quota", "at_quota", "worst_loss", "missing_share", "together", "congruence"
    )  # fmt: skip
    rows = [
        {"number": str(number), "cost": each.measured.cost}
        | {name: _stored(each.measured.of(name)) for name in names}
        for number, each in enumerate(found, 1)
    ]
    schema = pa.schema([("number", text), ("cost", whole), *((name, whole) for name in names)])
    columns = [
        Column("number", _("Plan")),
        Column("cost", _("Cost"), "money"),
        Column("cost_share", _("Against the result"), "percent"),
        Column("near_quota", _("Near quota"), "percent"),
        Column("at_quota", _("At or above quota"), "percent"),
        Column("worst_loss", _("Greatest loss"), "percent"),
        Column("missing_share", _("Paid while missing"), "percent"),
        Column("together", _("Teams on one side"), "percent"),
    ]
    if any(each.measured.congruence is not None for each in found):
        columns.append(Column("congruence", _("Congruence"), "percent"))
    table = pa.Table.from_pylist(rows, schema)
    show_table(
        table, columns, "solve_table", currency=company.currency, digits=company.digits, alt=_("Plans found")
    )


def _stored(value: Fraction | None) -> int | None:
    return None if value is None else round_half_away(value * MILLION)

"""The Scores page's parts: whose, the grid that is typed in, and what was entered before."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd
import pyarrow as pa
import streamlit as st

from revplan.access import Viewer
from revplan.money import MILLION, round_half_away
from revplan.service import scores, workspace
from revplan.service.refused import Refused
from revplan.service.scores import ScoreSheet
from revplan.store.records import Stale
from revplan.ui import filters, flash, formats, grid_session, navigation
from revplan.ui.frame import guard
from revplan.ui.grid_numbers import padded, typed
from revplan.ui.grid_session import Grid
from revplan.ui.tables import Column, show_table
from revplan.ui.targets_page import saved_by, when
from revplan.ui.text import plain
from revplan.words import _, names, ngettext, sentences

FLASH = "scores"


def default(viewer: Viewer, periods: tuple[str, ...]) -> str:
    """The newest period that is over, since goals are scored then; else the newest one."""
    company = workspace.current().book().company
    over = [label for label in periods if company.calendar.parse(label).last_day <= company.as_of]
    return over[0] if over else periods[0]


def choose_team(viewer: Viewer) -> str:
    """Which team's people: for planners; a lead has the own one."""
    if viewer.role == "lead":
        return ""
    teams = {team.id: team.name for team in workspace.current().book().company.teams}
    words = {"all": _("All teams"), **teams}
    chosen = filters.choose("score_team", _("Team"), list(words), shown=lambda key: words.get(key, key))
    return "" if chosen == "all" else chosen


def opening(sheet: ScoreSheet) -> str:
    """How many scores are there, and how many are missing."""
    period = formats.period(sheet.period)
    missing = sum(row.score is None for row in sheet.rows)
    if not sheet.rows:
        return _("Nobody whom you score has such a goal in {period}.").format(period=period)
    if not missing:
        return _("All scores of {period} are there.").format(period=period)
    text = ngettext(
        "{count} score of {period} is missing, so it pays nothing yet.",
        "{count} scores of {period} are missing, so they pay nothing yet.",
        missing,
    )
    return text.format(count=formats.number(missing), period=period)


def draw(viewer: Viewer, sheet: ScoreSheet) -> None:
    """The grid with its button; where the period is closed, why it is not to be typed in, or what follows."""
    if not sheet.rows:
        return
    if sheet.closed_until is not None:
        _draw_closed(sheet)
    if not sheet.may_write:
        show_table(_table(sheet), _columns(), "scores_read", alt=_("Scores"))
        return
    saved = [[row.payee_id, row.kpi, row.score] for row in sheet.rows]
    grid = grid_session.open_grid(viewer, f"scores:{sheet.team_id}:{sheet.period}", saved)
    values = _typed(sheet, grid)
    unsaved = grid_session.keep(grid, values)
    with st.container(horizontal=True):
        st.button(
            _("Save the scores"),
            type="primary",
            disabled=not unsaved,
            on_click=_save,
            args=(viewer, sheet, grid, values),
        )
        if unsaved:
            st.button(_("Discard what I typed"), on_click=grid_session.begin_anew, args=(grid,))
    st.caption(
        _("In percent of the goal. Saving keeps an entry with your name; finance can roll it back on Data.")
    )


def _draw_closed(sheet: ScoreSheet) -> None:
    day = formats.day(sheet.closed_until)
    if sheet.may_write:
        text = _(
            "Months up to {day} are closed. A score that you change now is not paid in them: the difference "
            "is a true-up in the next open month."
        )
    else:
        text = _(
            "Months up to {day} are closed, so these scores stand. Tell finance what is wrong: finance may "
            "change them, and the difference is paid as a true-up in the next open month."
        )
    st.info(plain(text.format(day=day)))


def _typed(sheet: ScoreSheet, grid: Grid) -> list[list[Any]]:
    """The grid, and what it holds: person, goal, score in millionths."""
    start = _by_goal(grid.start)
    found = [start.get((row.payee_id, row.kpi), row.score) for row in sheet.rows]
    shown = [None if score is None else Decimal(score) / (MILLION // 100) for score in found]
    teams = {team.id: team.name for team in workspace.current().book().company.teams}
    frame = pd.DataFrame(
        {
            "person": [row.payee_name for row in sheet.rows],
            "team": [teams.get(row.team_id, row.team_id) for row in sheet.rows],
            "goal": [names.measure(f"score:{row.kpi}") for row in sheet.rows],
            "score": padded(shown, len(sheet.rows)),
            "by": [_by(row.entered_by) for row in sheet.rows],
        }
    )
    edited = st.data_editor(
        frame,
        key=grid.key,
        hide_index=True,
        disabled=["person", "team", "goal", "by"],
        column_config={
            "person": st.column_config.TextColumn(_("Person")),
            "team": st.column_config.TextColumn(_("Team")),
            "goal": st.column_config.TextColumn(_("Goal")),
            "score": st.column_config.NumberColumn(_("Score (%)"), min_value=0.0, max_value=1000.0),
            "by": st.column_config.TextColumn(_("Entered by")),
        },
        placeholder="",
        alt=_("Scores"),
    )
    pairs = zip(sheet.rows, edited["score"], strict=True)
    return [[row.payee_id, row.kpi, _millionths(value)] for row, value in pairs]


def _by_goal(values: Any) -> dict[tuple[str, str], int | None]:
    return {(payee, kpi): score for payee, kpi, score in values or []}


def _millionths(value: Any) -> int | None:
    percent = typed(value)
    return None if percent is None else round_half_away(Fraction(percent) * (MILLION // 100))


def _by(entered_by: str) -> str:
    """Who entered a score: a name, or the role of whoever has no name here."""
    return saved_by(entered_by) if entered_by in ("cro", "finance") else entered_by


def _save(viewer: Viewer, sheet: ScoreSheet, grid: Grid, values: list[list[Any]]) -> None:
    """Save over what was there when the grid was opened, so that nobody else's score is replaced unseen."""
    was = _by_goal(grid.saved)
    rows = (replace(row, score=was.get((row.payee_id, row.kpi), row.score)) for row in sheet.rows)
    with guard():
        try:
            opened = replace(sheet, rows=tuple(rows))
            accepted = scores.save_scores(viewer, opened, [score for *_who, score in values])
        except Refused as refused:
            flash.refuse(FLASH, " ".join(sentences.sentence(issue) for issue in refused.issues))
            return
        except Stale as stale:
            flash.refuse(
                FLASH,
                _(
                    "{who} changed one of these scores meanwhile ({when}), so nothing was saved. "
                    "Discard what you typed to see them."
                ).format(who=saved_by(stale.saved_by), when=when(stale.saved_at) if stale.saved_at else ""),
            )
            return
        if accepted is not None:
            number = accepted.new + accepted.changed
            text = ngettext("{count} score is saved.", "{count} scores are saved.", number)
            flash.say(FLASH, text.format(count=formats.number(number)))
        grid_session.begin_anew(grid)


def _table(sheet: ScoreSheet) -> pa.Table:
    teams = {team.id: team.name for team in workspace.current().book().company.teams}
    return pa.table(
        {
            "person": pa.array([row.payee_name for row in sheet.rows], pa.string()),
            "team": pa.array([teams.get(row.team_id, row.team_id) for row in sheet.rows], pa.string()),
            "goal": pa.array([names.measure(f"score:{row.kpi}") for row in sheet.rows], pa.string()),
            "score": pa.array([row.score for row in sheet.rows], pa.int64()),
            "by": pa.array([_by(row.entered_by) for row in sheet.rows], pa.string()),
        }
    )


def _columns() -> list[Column]:
    return [
        Column("person", _("Person")),
        Column("team", _("Team")),
        Column("goal", _("Goal")),
        Column("score", _("Score"), "percent"),
        Column("by", _("Entered by")),
    ]


def draw_history(viewer: Viewer, sheet: ScoreSheet) -> None:
    """Every entry so far, the newest first."""
    if not sheet.rows:
        return
    found = scores.entered(viewer, sheet)
    with st.expander(_("Entries so far ({number})").format(number=len(found))):
        undone = [_("rolled back") if one.rolled_back else _("counts") for one in found]
        table = pa.table(
            {
                "at": pa.array([when(one.at) for one in found], pa.string()),
                "by": pa.array([_by(one.by) for one in found], pa.string()),
                "person": pa.array([one.payee_name for one in found], pa.string()),
                "goal": pa.array([names.measure(f"score:{one.kpi}") for one in found], pa.string()),
                "score": pa.array([one.score for one in found], pa.int64()),
                "undone": pa.array(undone, pa.string()),
            }
        )
        columns = [
            Column("at", _("Entered at")),
            Column("by", _("Entered by")),
            Column("person", _("Person")),
            Column("goal", _("Goal")),
            Column("score", _("Score"), "percent"),
            Column("undone", _("State")),
        ]
        show_table(table, columns, "scores_history", alt=_("Entries so far"))
    navigation.link("Attainment", _("See what the scores pay"))

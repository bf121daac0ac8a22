"""Corrections by hand on the Close page: those that count, and a grid for new ones."""

from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import streamlit as st

from revplan.access import Viewer
from revplan.money import to_major, to_minor
from revplan.service import corrections as service
from revplan.service import workspace
from revplan.service.corrections import Correction, Kept
from revplan.service.people import current_people
from revplan.service.refused import Refused
from revplan.ui import flash, formats, grid_session
from revplan.ui.frame import guard
from revplan.ui.grid_numbers import padded, typed
from revplan.ui.grid_session import Grid
from revplan.ui.tables import Column, show_table
from revplan.ui.text import plain
from revplan.words import _, ngettext, sentences

NAME = "corrections"
FLASH = "corrections"


def draw(viewer: Viewer) -> None:
    """For planners: the corrections that count, and new ones, saved together."""
    if viewer.role not in ("cro", "finance"):
        return
    kept = service.corrections(viewer)
    label = _("Corrections by hand ({number})").format(number=formats.number(len(kept)))
    with st.expander(label, key="close_corrections_open"):  # by its key it stays open as the number grows
        if kept:
            _draw_kept(kept)
        st.markdown(
            plain(
                _(
                    "Add a row for each person: an amount above 0 adds to the pay, one below 0 takes from "
                    "it. It stands on the statement with its reason and who decided. "
                    "The first open day is {day}."
                ).format(day=formats.day(service.first_open_day(viewer)))
            )
        )
        grid = grid_session.open_grid(viewer, NAME, [])
        rows = _typed(grid)
        unsaved = grid_session.keep(grid, [_json(row) for row in rows])
        flash.draw(FLASH)
        with st.container(horizontal=True):
            st.button(
                _("Save the corrections"),
                type="primary",
                disabled=not rows,
                on_click=_save,
                args=(viewer, grid, rows),
            )
            if unsaved:
                st.button(_("Discard the rows"), on_click=grid_session.begin_anew, args=(grid,))


def _draw_kept(kept: tuple[Kept, ...]) -> None:
    digits = workspace.current().book().company.digits
    amounts = [formats.money(one.correction.amount, one.currency, digits) for one in kept]
    states = [_("closed") if one.is_closed else _("open") for one in kept]
    table = pa.table(
        {
            "person": pa.array([one.payee_name for one in kept], pa.string()),
            "day": pa.array([one.correction.adjusted_on for one in kept], pa.date32()),
            "amount": pa.array(amounts, pa.string()),
            "reason": pa.array([one.correction.reason for one in kept], pa.string()),
            "author": pa.array([one.correction.author for one in kept], pa.string()),
            "state": pa.array(states, pa.string()),
        }
    )
    columns = [
        Column("person", _("Person")),
        Column("day", _("Counts on"), "date"),
        Column("amount", _("Amount")),
        Column("reason", _("Why")),
        Column("author", _("Decided by")),
        Column("state", _("Month")),
    ]
    show_table(table, columns, "close_corrections", alt=_("Corrections that count"))


def _typed(grid: Grid) -> list[Correction]:
    """The grid of new corrections, and what it holds; rows with nothing in them are none."""
    company, names = workspace.current().book().company, _names()
    start = [_correction(row) for row in grid.start or []]
    shown = {payee: name for name, payee in names.items()}
    frame = pd.DataFrame(
        {
            "person": pd.Series([shown.get(row.payee_id) for row in start], dtype="object"),
            "day": pd.Series([row.adjusted_on for row in start], dtype="object"),
            "amount": padded([_major(row.amount, company.digits) for row in start], len(start)),
            "reason": pd.Series([row.reason for row in start], dtype="object"),
            "author": pd.Series([row.author for row in start], dtype="object"),
        }
    )
    edited = st.data_editor(
        frame,
        key=grid.key,
        hide_index=True,
        num_rows="dynamic",
        column_config={
            "person": st.column_config.SelectboxColumn(_("Person"), options=list(names)),
            "day": st.column_config.DateColumn(_("Counts on")),
            "amount": st.column_config.NumberColumn(
                _("Amount ({currency})").format(currency=company.currency), format="localized"
            ),
            "reason": st.column_config.TextColumn(_("Why")),
            "author": st.column_config.TextColumn(_("Decided by")),
        },
        placeholder="",
        alt=_("New corrections"),
    )
    rows = [_of_grid(row, names, company.digits) for row in edited.to_dict("records")]
    return [row for row in rows if row != Correction("", None, None, "", "")]


def _names() -> dict[str, str]:
    """Ids by name; of two people with one name the second has the id beside it."""
    found: dict[str, str] = {}
    for payee, name in current_people().payees.items():
        found[f"{name} ({payee})" if name in found else name] = payee
    return found


def _of_grid(row: dict[Any, Any], names: dict[str, str], digits: int) -> Correction:
    amount = typed(row["amount"])
    return Correction(
        names.get(_text(row["person"]), ""),
        _day(row["day"]),
        None if amount is None else to_minor(amount, digits),
        _text(row["reason"]),
        _text(row["author"]),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _day(value: Any) -> date | None:
    """A cell of the grid as a day: a date, a text such as 2026-07-31, or nothing."""
    if value is None or value != value:  # NaN: pandas' nothing
        return None
    return pd.Timestamp(value).date()


def _major(amount: int | None, digits: int) -> Decimal | None:
    return None if amount is None else to_major(amount, digits)


def _json(row: Correction) -> list[Any]:
    day = row.adjusted_on.isoformat() if row.adjusted_on else None
    return [row.payee_id, day, row.amount, row.reason, row.author]


def _correction(row: list[Any]) -> Correction:
    payee_id, day, amount, reason, author = row
    return Correction(payee_id, date.fromisoformat(day) if day else None, amount, reason, author)


def _save(viewer: Viewer, grid: Grid, rows: list[Correction]) -> None:
    with guard():
        try:
            accepted = service.enter_corrections(viewer, rows)
        except Refused as refused:
            flash.refuse(FLASH, " ".join(sentences.sentence(issue) for issue in refused.issues))
            return
        text = ngettext("{count} correction is saved.", "{count} corrections are saved.", accepted.new)
        flash.say(FLASH, text.format(count=formats.number(accepted.new)))
        grid_session.begin_anew(grid)
